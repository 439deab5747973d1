"""A messy file put right: in the marked workbook, on the page, and in our own template; and a
whole file taken back."""

from datetime import date
from pathlib import Path

import pytest

from housing import tallies
from housing.models import StockChange, Submission, Upload
from tests.browser.conftest import Visit
from tests.browser.files import first_answer, workbook
from tests.browser.office import SOFFICE, Book
from tests.browser.visitor import Visitor
from tests.housing.intake.factories import line, template_rows, write_csv, write_xlsx

YEAR_PAGE = "/aanleveren/vanhier-wonen/2026/"
SHEET = "Opleveringen"
SINCE_2024 = "Opgeleverd sinds 1 januari 2024"
NEEDS_OFFICE = pytest.mark.skipif(
    not SOFFICE, reason="LibreOffice is not installed (libreoffice-calc)"
)
# The cells of `messy` that are wrong, with what the clerk means.
MENDED: dict[str, str | int | date] = {
    "B5": "Voerendaal",
    "H6": 2,
    "D7": "sociale huur",
    "G7": date(2026, 3, 31),
    "I9": "0986010000000077",
}


@pytest.fixture
def clerk(visit: Visit) -> Visitor:
    return visit("vanhier-wonen")


@pytest.fixture
def board(visit: Visit) -> Visitor:
    return visit("bestuur")


def messy() -> list[list[str]]:
    """A list as a clerk keeps it: a title and a blank row above the headings, a column of her
    own, and five cells that nobody can read."""
    lines = [
        line(municipality="Voerendaal", key="A", homes="4", project="Dorpshart"),
        line(municipality="Voerendal", key="B", homes="6", project="Dorpshart"),
        line(municipality=" voerendaal", key="C", homes="1,5", project="Dorpshart", Wie="Ans"),
        line(municipality="Voerendaal", key="D", homes="3", segment="soc huur", when="31-02-2026"),
        line(municipality="Voerendaal", key="E", homes="2", when="maart 2026"),
        line(municipality="Voerendaal", key="F", homes="1", bag="98601000000077"),
    ]
    return [["Opleveringen van dit jaar"], [], *template_rows(lines)]


def since_2024(board: Visitor) -> int:
    """The homes on the dashboard."""
    board.open("/")
    return board.figure(SINCE_2024)


def send_in(clerk: Visitor, file: Path, year_page: str = YEAR_PAGE) -> None:
    clerk.open(year_page)
    clerk.choose(file)


def confirm(clerk: Visitor) -> None:
    clerk.page.get_by_role("button", name="Bevestig").click()
    clerk.page.wait_for_load_state()


@NEEDS_OFFICE
@pytest.mark.parametrize("write", [write_xlsx, write_csv])
def test_mended_in_the_workbook_with_remarks(clerk, board, tmp_path, write):
    before = since_2024(board)
    path = tmp_path / f"lijst.{'csv' if write is write_csv else 'xlsx'}"
    send_in(clerk, write(path, messy()))
    assert clerk.heading == "We lazen 6 rijen met 6 woningen. Herstel nog 5 cellen"

    marked = clerk.download("Download uw bestand met opmerkingen", tmp_path)
    assert marked.name == "lijst met opmerkingen.xlsx"
    book = Book(marked, tmp_path / "kantoor")
    remarks = book.texts("Opmerkingen")
    assert "Verbeter de gekleurde cellen" in remarks["A2"]
    assert book.comments(SHEET).keys() == MENDED.keys()
    assert "Bedoelt u Voerendaal?" in book.comments(SHEET)["B5"]
    book.type(SHEET, MENDED)

    clerk.press("Kies het verbeterde bestand")
    clerk.choose(book.save())

    assert clerk.heading == "We lazen 6 rijen met 18 woningen. Klopt dit?"
    assert clerk.page.locator(".problem:not(.mild)").count() == 0
    confirm(clerk)
    assert clerk.heading == "Vanhier Wonen gaf 18 woningen op over 2026; die tellen mee"
    clerk.press("Dien de opgave in")
    assert since_2024(board) == before + 18
    assert tallies.audit() == []


def test_mended_on_the_page(clerk, board, tmp_path):
    before = since_2024(board)
    send_in(clerk, write_xlsx(tmp_path / "lijst.xlsx", messy()))

    clerk.page.get_by_label("Gemeente rij 5").select_option("Voerendaal")
    clerk.page.get_by_label("Segment rij 7").select_option("sociale huur")
    clerk.page.get_by_label("Opleverdatum rij 7").fill("31-03-2026")
    clerk.page.get_by_label("BAG-verblijfsobject-id rij 9").fill("0986010000000077")
    clerk.press("Verbeter en controleer opnieuw")
    assert clerk.heading == "We lazen 6 rijen met 16 woningen. Herstel nog 1 cel"
    assert clerk.page.get_by_role("button", name="Bevestig").count() == 0

    # What she mended stays, and she may take it back.
    mended = clerk.rows("Op deze pagina verbeterde cellen")
    assert len(mended) == 4
    assert "Voerendal" in mended[0]
    clerk.page.get_by_role("button", name="Neem terug rij 7, kolom G").click()
    clerk.page.wait_for_load_state()
    assert clerk.heading == "We lazen 6 rijen met 13 woningen. Herstel nog 2 cellen"
    clerk.page.get_by_label("Opleverdatum rij 7").fill("31-03-2026")
    clerk.page.get_by_label("Aantal woningen rij 6").fill("2")
    clerk.press("Verbeter en controleer opnieuw")

    assert clerk.heading == "We lazen 6 rijen met 18 woningen. Klopt dit?"
    assert since_2024(board) == before
    confirm(clerk)
    assert clerk.heading == "Vanhier Wonen gaf 18 woningen op over 2026; die tellen mee"
    clerk.press("Dien de opgave in")
    assert since_2024(board) == before + 18
    kept = StockChange.objects.get(submission__organisation__slug="vanhier-wonen", key="D")
    assert (kept.sheet, kept.row, kept.happened) == (SHEET, 7, date(2026, 3, 31))
    # The file itself is as she sent it.
    clerk.open(f"/aanleveren/bestand/{Upload.objects.get(name='lijst.xlsx').reference}/")
    own = clerk.download("Haal het bewaarde bestand op", tmp_path / "terug")
    assert own.read_bytes() == (tmp_path / "lijst.xlsx").read_bytes()


def test_whole_file_is_taken_back(clerk, board, tmp_path):
    """Before it is accepted; of both years that the file was about."""
    before = since_2024(board)
    standing = list(Submission.objects.order_by("pk").values_list("pk", "status", "counts"))
    send_in(clerk, workbook(tmp_path / "opleveringen.xlsx", first_answer()))
    confirm(clerk)
    clerk.press("Dien de opgave in")
    assert since_2024(board) == before + 18

    clerk.open("/aanleveren/")
    row = clerk.page.get_by_role("row", name="Vanhier Wonen over 2026")
    row.get_by_role("link", name="Bekijk").click()
    assert "De versie die zij verving" not in clerk.text()
    clerk.press("Trek deze opgave in")

    assert "De opgave is teruggedraaid" in clerk.text()
    assert since_2024(board) == before
    old = Submission.objects.filter(pk__in=[pk for pk, _, _ in standing]).order_by("pk")
    assert list(old.values_list("pk", "status", "counts")) == standing
    upload = Upload.objects.get(name="opleveringen.xlsx")
    assert upload.status == Upload.Status.UNDONE
    clerk.open(f"/aanleveren/bestand/{upload.reference}/")
    assert clerk.heading.endswith("De opgave met dit bestand is ingetrokken")
    assert tallies.audit() == []

    # The same file may be sent again.
    send_in(clerk, workbook(tmp_path / "opleveringen.xlsx", first_answer()))
    confirm(clerk)
    clerk.press("Dien de opgave in")
    assert since_2024(board) == before + 18


@NEEDS_OFFICE
def test_template_filled_in_libreoffice(visit, board, tmp_path):
    clerk, before = visit("weller"), since_2024(board)
    clerk.open("/aanleveren/weller/2026/")
    path = clerk.download("Download het sjabloon met wat wij al weten over 2026", tmp_path)
    assert path.name == "opleveringen-weller-2026.xlsx"

    book = Book(path, tmp_path / "kantoor")
    filled = book.texts(SHEET)
    assert [filled[f"A{row}"] for row in range(2, 6)] == ["W-26-1", "W-26-2", "W-26-3", "W-26-4"]
    assert "A6" not in filled
    assert "Weller" in " ".join(book.texts("Toelichting").values())
    for row, key, homes in ((6, "W-26-5", 9), (7, "W-26-6", 2)):
        book.type(
            SHEET,
            {
                f"A{row}": key,
                f"B{row}": "Heerlen",
                f"C{row}": "Tuinhof",
                f"D{row}": "Sociale huur",
                f"G{row}": date(2026, 10, 2),
                f"H{row}": homes,
            },
        )
    book.type(SHEET, {"I7": "0917010000004321|0917010000004322", "J7": "6411 ab"})
    clerk.choose(book.save())

    assert clerk.heading == "We lazen 6 rijen met 57 woningen. Klopt dit?"
    assert clerk.rows("Verschil met wat er staat") == [
        "Nieuw Tuinhof Heerlen 2 rijen toegevoegd, 11 woningen +11",
        "Gelijk 4 rijen geen 0",
        "Blijft staan 10 rijen daar gaat dit bestand niet over 0",
    ]
    confirm(clerk)
    clerk.press("Dien de opgave in")
    assert since_2024(board) == before  # until it is accepted, the accepted answer counts
    new = StockChange.objects.get(submission__status="submitted", key="W-26-6")
    assert (new.ids, new.postcode) == (("0917010000004321", "0917010000004322"), "6411AB")
