"""The main job, as people do it: the clerk's file, the coordinator's word, the board's answer."""

import pytest
from playwright.sync_api import expect

from housing import tallies
from housing.models import Submission, Upload
from tests.browser.conftest import Visit
from tests.browser.files import (
    addressed,
    built,
    first_answer,
    new_home,
    saved_by_libreoffice,
    stock_list,
    workbook,
)
from tests.browser.office import SOFFICE
from tests.browser.visitor import Visitor, number
from tests.housing.intake.factories import line, template_rows, write_xlsx

YEAR_PAGE = "/aanleveren/vanhier-wonen/2026/"
SINCE_2024 = "Opgeleverd sinds 1 januari 2024"
BEFORE = "Tot en met 2025 zijn 465 woningen opgeleverd, 75 minder dan de 540 die waren afgesproken"
AFTER = "Tot en met 2025 zijn 470 woningen opgeleverd, 70 minder dan de 540 die waren afgesproken"


@pytest.fixture
def board(visit: Visit) -> Visitor:
    return visit("bestuur")


@pytest.fixture
def clerk(visit: Visit) -> Visitor:
    return visit("vanhier-wonen")


@pytest.fixture
def coordinator(visit: Visit) -> Visitor:
    return visit("coordinator")


def answer(board: Visitor) -> tuple[str, int, int, int]:
    """The dashboard's heading; homes since 2024, of which vastgesteld; homes of 2026."""
    board.open("/")
    figure = board.page.locator(".figure", has=board.page.get_by_text(SINCE_2024, exact=True))
    provisional = figure.locator(".state.provisional").inner_text().removeprefix("waarvan ")
    since_2024 = board.figure(SINCE_2024)
    return (
        board.heading,
        since_2024,
        since_2024 - number(provisional),
        board.figure("2026 tot nu toe"),
    )


def send_in(clerk: Visitor, file, year_page: str = YEAR_PAGE) -> None:
    clerk.open(year_page)
    clerk.choose(file)


def confirm(clerk: Visitor) -> None:
    clerk.page.get_by_role("button", name="Bevestig").click()


def accept(coordinator: Visitor, party: str) -> None:
    """From the list of what waits to the answer of this party for 2026, and accept it."""
    coordinator.open("/beoordelen/")
    waits = coordinator.page.locator("tr, li", has_text=f"{party} 2026")
    waits.get_by_role("link").first.click()
    assert f"{party} gaf" in coordinator.heading
    coordinator.press("Stel de opgave vast")


def test_from_file_to_the_boards_answer(clerk, coordinator, board, tmp_path):
    assert answer(board) == (BEFORE, 607, 553, 142)

    send_in(clerk, workbook(tmp_path / "opleveringen 2026.xlsx", first_answer()))
    assert clerk.heading == "We lazen 6 rijen met 29 woningen. Klopt dit?"
    assert clerk.figure("Tellen mee voor 1.350") == 23
    assert clerk.figure("Erbij, maar tellen niet mee") == 6
    assert clerk.figure("Rijen gelezen") == 6
    assert "Per gemeente, tellen mee: Voerendaal 23." in clerk.text()
    assert "sociale huur 23, middenhuur 6." in clerk.text()
    assert answer(board) == (BEFORE, 607, 553, 142)

    confirm(clerk)
    assert clerk.heading == "Vanhier Wonen gaf 24 woningen op over 2026; 18 tellen mee"
    assert answer(board) == (BEFORE, 607, 553, 142)

    # Submitted, 2026 counts as voorlopig; for 2025 the accepted answer goes before it.
    clerk.press("Dien de opgave in")
    assert "De opgave is ingediend" in clerk.text()
    assert answer(board) == (BEFORE, 625, 553, 160)

    accept(coordinator, "Vanhier Wonen")
    assert answer(board) == (AFTER, 630, 576, 160)
    board.open("/opleveringen/?corporatie=vanhier-wonen&jaar=2026")
    assert board.heading == "Vanhier Wonen, 2026: 24 woningen, waarvan er 18 meetellen"
    assert tallies.audit() == []


def test_stock_list_over_the_first_answer(clerk, coordinator, board, tmp_path):
    """The WOZ-bezitstabel of the same year: what is the same, changed, new and not in it."""
    send_in(clerk, workbook(tmp_path / "opleveringen.xlsx", first_answer()))
    confirm(clerk)
    clerk.press("Dien de opgave in")
    accept(coordinator, "Vanhier Wonen")

    send_in(clerk, stock_list(tmp_path / "woz-bezitstabel.csv"))
    assert clerk.heading == "We lazen 5 rijen met 3 woningen. Klopt dit?"
    difference = clerk.rows("Verschil met wat er staat")
    kinds = [row.split(" ")[0] for row in difference]
    assert kinds == ["Nieuw", "Nieuw", *["Gewijzigd"] * 2, *["Niet"] * 2, "Blijft"]
    assert "netto huur: € 700,00 wordt € 725,00" in difference[3]
    assert "tellen nu 18 woningen mee. Met dit bestand worden het er 19." in clerk.text()

    confirm(clerk)  # without answering what is asked
    expect(clerk.page.get_by_text("Beantwoord eerst nog 3 vragen.").first).to_be_visible()
    assert answer(board)[1] == 630

    clerk.page.get_by_label("nee, dit zijn andere").check()
    clerk.press("Bekijk het verschil met deze antwoorden")
    for choice in clerk.page.get_by_label("blijft").all():
        choice.check()
    confirm(clerk)
    assert clerk.heading == "Vanhier Wonen gaf 25 woningen op over 2026; 19 tellen mee"
    clerk.press("Dien de opgave in")
    accept(coordinator, "Vanhier Wonen")
    assert answer(board) == (AFTER, 631, 577, 161)

    # The same list with one more home: the rest is the same.
    send_in(clerk, stock_list(tmp_path / "woz nieuw.csv", new_home(6, R="725,00")))
    difference = clerk.rows("Verschil met wat er staat")
    assert [row for row in difference if row.startswith("Gelijk")] == ["Gelijk 4 rijen geen 0"]
    assert sum(row.startswith("Nieuw") for row in difference) == 1
    assert tallies.audit() == []


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed (libreoffice-calc)")
def test_workbook_that_libreoffice_saved(clerk, tmp_path):
    path = workbook(tmp_path / "opleveringen.xlsx", first_answer())

    send_in(clerk, saved_by_libreoffice(path, tmp_path / "opnieuw"))

    assert clerk.heading == "We lazen 6 rijen met 29 woningen. Klopt dit?"
    assert clerk.figure("Tellen mee voor 1.350") == 23
    assert clerk.page.locator(".problem").count() == 0


def test_the_same_file_twice_changes_nothing(clerk, coordinator, board, tmp_path):
    path = workbook(tmp_path / "opleveringen.xlsx", first_answer())
    send_in(clerk, path)
    confirm(clerk)
    clerk.press("Dien de opgave in")
    accept(coordinator, "Vanhier Wonen")
    settled = answer(board)

    send_in(clerk, path)

    assert "Precies dit bestand is al eerder verwerkt" in clerk.text()
    assert "Alles in dit bestand staat al zo in uw opgave." in clerk.text()
    confirm(clerk)
    assert "Dit verandert niets aan uw opgave." in clerk.text()
    assert answer(board) == settled


def test_file_with_errors_stores_nothing(clerk, board, tmp_path):
    lines = [
        line(municipality="Voerendaal", key="A", homes="4"),
        line(municipality="Maastricht", key="B", homes="4"),
        line(municipality="Voerendaal", key="C", homes="1,5"),
    ]
    before = Submission.objects.count()

    send_in(clerk, write_xlsx(tmp_path / "fout.xlsx", template_rows(lines)))

    assert clerk.heading.startswith("We lazen 3 rijen")
    assert clerk.heading.endswith("Herstel nog 2 cellen")
    problems = clerk.text("[aria-labelledby=fouten]")
    assert "Opleveringen rij 3 kolom B Gemeente Maastricht" in problems
    assert "Opleveringen rij 4 kolom H Aantal woningen 1,5" in problems
    assert clerk.page.get_by_role("button", name="Bevestig").count() == 0
    assert Submission.objects.count() == before
    assert Upload.objects.get(name="fout.xlsx").file
    assert answer(board) == (BEFORE, 607, 553, 142)


def test_clerk_reads_why_her_answer_came_back(visit, coordinator):
    coordinator.open("/beoordelen/")
    waits = coordinator.page.locator("tr, li", has_text="Wonen Zuid 2026")
    waits.get_by_role("link").first.click()
    coordinator.page.get_by_label("Wat moet er veranderen?").fill("Westpoort staat er 3 keer in.")
    coordinator.press("Stuur de opgave terug")

    clerk = visit("wonen-zuid")
    clerk.open("/aanleveren/")
    row = clerk.page.get_by_role("row", name="Wonen Zuid over 2026")
    expect(row).to_contain_text("teruggestuurd")
    row.get_by_role("link", name="Bekijk").click()
    assert "De coördinator schreef: “Westpoort staat er 3 keer in.”" in clerk.text(".note.watch")
    expect(clerk.page.get_by_role("link", name="Kies het verbeterde bestand")).to_be_visible()


def test_typing_by_hand(clerk, coordinator, board):
    clerk.open(YEAR_PAGE)
    clerk.press("typ een paar rijen zelf")
    row = clerk.page.get_by_role("group", name="Rij 1", exact=True)
    row.get_by_label("Gemeente").select_option("Voerendaal")
    row.get_by_label("Project").fill("Dorpshart")
    row.get_by_label("Segment").select_option("sociale huur")
    row.get_by_label("Opleverdatum").fill("12-03-2026")
    row.get_by_label("Aantal woningen").fill("4")
    row.get_by_label("Netto huur").fill("712,40")
    clerk.press("Bewaar als concept")
    assert clerk.heading == "Vanhier Wonen gaf 4 woningen op over 2026; die tellen mee"

    clerk.press("Dien de opgave in")
    accept(coordinator, "Vanhier Wonen")

    assert answer(board) == (BEFORE, 611, 557, 146)


def test_home_of_two_parties_counts_once(visit, coordinator, board):
    """Woonpunt told it over 2025, Wonen Zuid over 2026; the ruling moves it, the total stays."""
    for party in ("woonpunt", "wonen-zuid"):
        side = visit(party)
        side.open("/dubbel/")
        assert side.heading == "1 woning is twee keer gemeld en telt één keer"
        side.press("Bekijk beide")
        assert "Woonpunt, 2025" in side.text()
        assert "Wonen Zuid, 2026" in side.text()
        assert side.page.get_by_role("button", name="Bewaar deze beslissing").count() == 0

    coordinator.open("/beoordelen/")
    coordinator.open("/dubbel/")
    coordinator.press("Bekijk en beslis")
    assert coordinator.heading.endswith("telt nu bij Woonpunt, 2025")
    coordinator.page.get_by_label("Wonen Zuid, 2026").check()
    coordinator.page.get_by_label("Waarom telt de woning daar?").fill("Wonen Zuid is eigenaar.")
    coordinator.press("Bewaar deze beslissing")

    assert coordinator.heading.endswith("telt nu bij Wonen Zuid, 2026")
    heading, total, _, this_year = answer(board)
    assert "464 woningen opgeleverd, 76 minder" in heading
    assert (total, this_year) == (607, 143)
    assert tallies.audit() == []


def test_home_that_another_party_told_too(visit, clerk, board, tmp_path):
    """A home in an uploaded file that another party already claims is not counted twice."""
    theirs = visit("zowonen")
    path = workbook(tmp_path / "zo.xlsx", [addressed(1)], "ZOwonen")
    send_in(theirs, path, "/aanleveren/zowonen/2026/")
    for choice in theirs.page.get_by_label("blijft").all():
        choice.check()
    confirm(theirs)
    theirs.press("Dien de opgave in")
    assert answer(board)[1] == 608

    send_in(clerk, workbook(tmp_path / "wij.xlsx", [addressed(1), built(2, key="KP")]))
    confirm(clerk)
    clerk.press("Dien de opgave in")

    assert answer(board)[1] == 610
    assert "1 woning is ook elders gemeld" in clerk.text()
