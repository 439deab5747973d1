"""What a file cannot say and the clerk is asked: which sheet, which column, which row. Each page
is also looked over by axe-core, wide and narrow."""

from pathlib import Path

import pytest
import xlsxwriter

from tests.browser.conftest import Visit
from tests.browser.files import POSTCODE, bag_id, built, new_home, workbook
from tests.browser.test_accessibility import faults
from tests.browser.visitor import SIZE, Visitor
from tests.housing.intake.factories import WOZ_HEADINGS, line, template_rows, unit, write_csv

YEAR_PAGE = "/aanleveren/vanhier-wonen/2026/"


@pytest.fixture
def clerk(visit: Visit) -> Visitor:
    return visit("vanhier-wonen")


def send_in(clerk: Visitor, file: Path, year_page: str = YEAR_PAGE) -> None:
    clerk.open(year_page)
    clerk.choose(file)


def confirm(clerk: Visitor) -> None:
    clerk.page.get_by_role("button", name="Bevestig").click()
    clerk.page.wait_for_load_state()


def look_over(clerk: Visitor) -> None:
    """No fault at any width; the window is as it was afterwards."""
    assert list(faults(clerk)) == []
    clerk.page.set_viewport_size(SIZE)


def own_list(path: Path) -> Path:
    """Two sheets, of which the second is meant, with three headings of the clerk's own."""
    named = {"Gemeente": "Waar staat het", "Doelgroep": "Voor wie"}
    homes = {"target_group": "starters", "Projectleider": "Ans"}
    with xlsxwriter.Workbook(str(path)) as book:
        for name, count in (("Vorig jaar", "24"), ("Dit jaar", "7")):
            sheet = book.add_worksheet(name)
            rows = template_rows([line(municipality="Voerendaal", homes=count, key="Z", **homes)])
            rows[0] = [named.get(each, each) for each in rows[0]]
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def test_sheet_and_columns_are_asked_once(clerk, tmp_path):
    send_in(clerk, own_list(tmp_path / "eigen.xlsx"))
    assert "Kies eerst welk blad wij moeten lezen." in clerk.text(".lead")
    look_over(clerk)
    clerk.page.get_by_label("Dit jaar").check()
    clerk.press("Lees dit blad")

    assert "Een kolom vinden wij niet. Wijs haar hieronder aan." in clerk.text(".lead")
    assert clerk.heading == "We lazen 1 rij. Los nog 1 zaak op"
    look_over(clerk)
    clerk.page.get_by_label("Gemeente", exact=True).select_option("B Waar staat het")
    clerk.press("Onthoud deze koppen en controleer opnieuw")

    # What we can do without is asked too, and holds up nothing.
    assert clerk.heading == "We lazen 1 rij met 7 woningen. Klopt dit?"
    assert clerk.page.get_by_role("button", name="Bevestig: 7 woningen tellen mee").is_visible()
    look_over(clerk)
    clerk.page.get_by_label("“Voor wie”").select_option("Doelgroep")
    clerk.page.get_by_label("“Projectleider”").select_option(
        "Hoort er niet bij: vraag dit niet meer"
    )
    clerk.press("Onthoud dit en controleer opnieuw")
    assert clerk.page.locator("#kolommen").count() == 0
    confirm(clerk)
    assert clerk.heading == "Vanhier Wonen gaf 7 woningen op over 2026; die tellen mee"

    send_in(clerk, own_list(tmp_path / "later.xlsx"))
    clerk.page.get_by_label("Dit jaar").check()
    clerk.press("Lees dit blad")
    assert "Alles in dit bestand staat al zo in uw opgave." in clerk.text()
    assert clerk.page.locator("#kolommen, #koppen").count() == 0
    clerk.open("/aanleveren/")
    assert "Koppen die we onthielden" in clerk.text()


def test_same_row_with_another_number(clerk, tmp_path):
    first = [built(15, project="Kerkplein"), built(6, project="Raadhuis")]
    send_in(clerk, workbook(tmp_path / "eerst.xlsx", first))
    confirm(clerk)
    again = [built(14, project="Kerkplein"), built(7, project="Raadhuis")]
    send_in(clerk, workbook(tmp_path / "later.xlsx", again))

    assert "beantwoord de vragen over het verschil" in clerk.text(".lead")
    assert clerk.text("#vragen") == "Eerst 2 vragen"
    look_over(clerk)
    for name in ("Kerkplein", "Raadhuis"):
        asked = clerk.page.get_by_role("group", name=f"Is “{name}")
        asked.get_by_label("ja, dit is dezelfde rij").check()
    clerk.press("Bekijk wat uw antwoorden veranderen")

    assert clerk.text("#vragen") == "Wat u antwoordde"
    assert "tellen nu 21 woningen mee. Met dit bestand worden het er 21." in clerk.text()
    changed = clerk.rows("Verschil met wat er staat")
    assert "aantal: 15 wordt 14" in changed[0]
    look_over(clerk)
    confirm(clerk)
    assert clerk.heading == "Vanhier Wonen gaf 21 woningen op over 2026; die tellen mee"


def test_units_of_the_stock_list_belong_to_one_row(clerk, tmp_path):
    first = [built(15, project="Kerkplein"), built(6, project="Raadhuis")]
    send_in(clerk, workbook(tmp_path / "eerst.xlsx", first))
    confirm(clerk)
    units = [new_home(number, R="700,00") for number in range(1, 15)]
    same = unit(B="V90", C=POSTCODE, D="90", G=bag_id(90))
    send_in(clerk, write_csv(tmp_path / "woz.csv", [list(WOZ_HEADINGS), *units, same]))

    asked = clerk.page.get_by_role(
        "group", name="Horen deze 14 rijen bij “Kerkplein, 15 woningen”?"
    )
    assert "rij 2 tot en met 15" in " ".join(asked.inner_text().split())
    look_over(clerk)
    asked.get_by_label("ja, dit zijn dezelfde woningen").check()
    clerk.press("Bekijk wat uw antwoorden veranderen")

    # The rows are given away: what the other question was about is simply missing.
    assert clerk.page.get_by_role("group", name="Raadhuis, 6 woningen”?").count() == 0
    change = clerk.rows("Verschil met wat er staat")
    assert "1 rij van 15 woningen wordt 14 rijen, samen 14 woningen" in change[0]
    assert change[1].startswith("Niet in dit bestand Kerkplein, 1 woning")
    look_over(clerk)
    for choice in clerk.page.get_by_label("blijft, nog niet in exploitatie").all():
        choice.check()
    confirm(clerk)
    assert clerk.heading == "Vanhier Wonen gaf 21 woningen op over 2026; die tellen mee"


def test_row_of_next_year_is_ready_there(clerk, tmp_path):
    """Five homes are taken out of 2025, and stand on the page of 2026."""
    rows = [
        line(municipality="Voerendaal", homes="4", key="A", when="12-03-2025"),
        line(municipality="Voerendaal", homes="5", key="B", when="18-12-2025"),
    ]
    year_page = "/aanleveren/vanhier-wonen/2025/"
    send_in(clerk, write_csv(tmp_path / "beide.csv", template_rows(rows)), year_page)
    for choice in clerk.page.get_by_label("blijft").all():
        choice.check()
    confirm(clerk)
    send_in(clerk, write_csv(tmp_path / "een.csv", template_rows(rows[:1])), year_page)
    for choice in clerk.page.get_by_label("blijft").all():
        choice.check()
    clerk.page.get_by_role("group", name="B, 5 woningen").get_by_label("hoort bij 2026").check()
    clerk.press("Bekijk het verschil met deze antwoorden")
    assert "Wij zetten haar klaar in uw sjabloon van 2026." in clerk.text()
    look_over(clerk)
    confirm(clerk)

    clerk.open(YEAR_PAGE)
    ready = clerk.text("[aria-labelledby=klaar]")
    assert "B, 5 woningen, Voerendaal uit uw opgave over 2025" in ready
    look_over(clerk)
    clerk.press("Haal weg")
    assert "Die regel staat niet meer klaar." in clerk.text()
    assert clerk.page.locator("#klaar").count() == 0
