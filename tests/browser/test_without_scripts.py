"""The pages and the whole road of a file, in a browser that runs no scripts."""

import pytest

from tests.browser.addresses import BOARD, CLERK, COORDINATOR, everywhere
from tests.browser.conftest import Visit
from tests.browser.files import first_answer, workbook


@pytest.mark.parametrize("who", [CLERK, COORDINATOR, BOARD])
def test_pages_are_whole(visit: Visit, who: str):
    """Every page has its answer, and nothing on it waits for a script."""
    visitor = visit(who, java_script_enabled=False)
    views = {case.view: case for case in everywhere() if case.who == who and case.status == 200}
    wrong = []
    for case in views.values():
        visitor.open(case.path)
        if not visitor.heading:
            wrong.append(f"{case.path}: no heading")
        if "Verken deze grafiek" in visitor.text():
            wrong.append(f"{case.path}: a button that does nothing")

    assert wrong == []


def test_charts_and_numbers_are_there(visit: Visit):
    board = visit(BOARD, java_script_enabled=False)
    board.open("/")

    assert board.heading.startswith("Tot en met 2025 zijn 465 woningen opgeleverd")
    charts = board.page.locator(".chart > svg[role=img]")
    assert charts.count() >= 3
    assert all(chart.is_visible() for chart in charts.all())
    assert len(board.rows("per gemeente en jaar")) >= 7
    assert not any(".js" in address for address in board.requests)


def test_as_of_a_past_day(visit: Visit):
    board = visit(BOARD, java_script_enabled=False)
    board.open("/")
    board.page.fill("#stand", "15-03-2025")
    board.page.press("#stand", "Enter")

    assert "U kijkt naar de stand op 15 maart 2025" in board.text()
    board.press("Toon de stand van vandaag")
    assert "465" in board.heading


def test_filters(visit: Visit):
    board = visit(BOARD, java_script_enabled=False)
    board.open("/opleveringen/")
    everything = board.page.locator("#rijen").inner_text()
    board.page.get_by_label("Jaar").select_option("2025")
    board.page.get_by_label("Gemeente").select_option(label="Simpelveld")
    board.press("Toon")

    assert "Simpelveld" in board.heading
    assert board.page.locator("#rijen").inner_text() != everything
    assert all("Simpelveld" in row for row in board.page.locator("tbody tr").all_inner_texts())


def test_from_file_to_accepted(visit: Visit, tmp_path):
    clerk = visit("vanhier-wonen", java_script_enabled=False)
    clerk.open("/aanleveren/vanhier-wonen/2026/")
    clerk.choose(workbook(tmp_path / "opleveringen.xlsx", first_answer()))
    assert clerk.heading == "We lazen 6 rijen met 29 woningen. Klopt dit?"
    clerk.page.get_by_role("button", name="Bevestig").click()
    clerk.press("Dien de opgave in")

    coordinator = visit(COORDINATOR, java_script_enabled=False)
    coordinator.open("/beoordelen/")
    coordinator.press("Beoordeel Vanhier Wonen 2026")
    coordinator.press("Stel de opgave vast")
    coordinator.open("/")

    assert coordinator.heading.startswith("Tot en met 2025 zijn 470 woningen opgeleverd")


def test_more_rows_by_hand(visit: Visit):
    clerk = visit("vanhier-wonen", java_script_enabled=False)
    clerk.open("/aanleveren/vanhier-wonen/2026/invullen/")
    before = clerk.page.get_by_role("group", name="Rij ").count()
    clerk.page.get_by_label("Project").first.fill("Dorpshart")
    clerk.press("Nog een rij")

    assert clerk.page.get_by_role("group", name="Rij ").count() == before + 1
    assert clerk.page.get_by_label("Project").first.input_value() == "Dorpshart"
