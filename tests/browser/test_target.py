"""The coordinator revises a target with a reason: both lines are on the chart and in the export."""

from pathlib import Path

from tests.browser.conftest import Visit

REASON = "Meer woningen nodig, omdat 2024 en 2025 achterbleven."


def test_a_revised_target_stands_beside_the_earlier_one(visit: Visit, tmp_path: Path):
    coordinator = visit("coordinator")
    coordinator.open("/")
    assert "270 eerder" not in coordinator.text()

    coordinator.open("/afspraken/sociale-huurwoningen/doel/")
    page = coordinator.page
    for year in ("2027", "2028"):
        page.get_by_label(year, exact=True).fill("330")
    page.get_by_label("Besloten op").fill("12-11-2026")
    page.get_by_label("Welk besluit").fill("Bestuurscommissie Wonen, besluit 14")
    page.get_by_label("Reden").fill(REASON)
    coordinator.press("Bewaar het nieuwe getal")
    assert "De jaren zijn samen 1.470, het totaal is 1.350." in coordinator.text()

    board = visit("bestuur")
    board.open("/")
    chart = " ".join(board.page.locator("main svg").all_text_contents())
    assert "330, besluit 12 november" in chart
    assert "270 eerder" in chart
    assert REASON in board.text()
    file = board.download("Cijfers als CSV", tmp_path)
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert any(
        line.startswith("2027;330;") and line.endswith(";270;besluit 12 november 2026, "
        "Bestuurscommissie Wonen, besluit 14")
        for line in lines
    )  # fmt: skip
    board.open("/?stand=20-11-2026")
    assert REASON not in board.text()
