"""What people take away: exactly the rows, only what they may read, safe to open."""

import csv
import io
import re
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from housing.models import Confirmation, Organisation, StockChange, Submission
from monitoring.exports import Book, Sheet, safe
from monitoring.figures import picture
from tests.factories import (
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_row,
    make_rules,
    make_target,
    make_upload,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
URL = "/opleveringen/export/"
PUBLIC = [
    "Corporatie", "Jaar", "Gemeente", "Project", "Opgeleverd", "Mutatie", "Ontstaan", "Segment",
    "Eenheid", "Woningen", "Telt mee", "Toelichting", "Stand", "Versie",
]  # fmt: skip


@pytest.fixture
def region():
    make_municipality()
    make_municipality("Landgraaf", "GM0882")
    make_rules()
    make_target()


@pytest.fixture
def weller(region):
    return make_organisation(name="Weller")


@pytest.fixture
def accepted(weller):
    rows = [
        make_row(
            24,
            key="A",
            project="Oude school",
            happened=date(2025, 9, 14),
            precision="day",
            rent=Decimal("712.4"),
            remark="bij de kerk",
            target_group="senioren",
            rent_class="within",
        ),
        make_row(key="B", postcode="6411AB", house_number=12, bag_ids=("0917010000000012",)),
        make_row(4, key="D", kind="sale_other", municipality="landgraaf", points=140),
    ]
    upload = make_upload(weller, name="opgave 2025.csv")
    return make_version(weller, rows, on="2026-01-20", accepted_on="2026-02-10", upload=upload)


def read_csv(client, user, url=URL, **query):
    client.force_login(user)
    answer = client.get(f"{url}csv/", query)
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").split("\r\n")
    return list(csv.reader(lines[:-1], delimiter=";")), answer


def table(lines):
    """The lines below the heading, each by its heading."""
    start = next(i for i, line in enumerate(lines) if not line) + 1
    return [dict(zip(lines[start], line, strict=True)) for line in lines[start + 1 :]]


def read_xlsx(client, user, url=URL, **query):
    client.force_login(user)
    answer = client.get(f"{url}xlsx/", query)
    content = b"".join(answer.streaming_content)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}, content


# --- exactly these rows ------------------------------------------------------------------


def test_csv_holds_exactly_the_filtered_rows(client, accepted):
    lines, answer = read_csv(client, make_board(), gemeente="heerlen")

    found = [(row["Woningen"], row["Telt mee"]) for row in table(lines)]
    assert found == [("24", "24"), ("1", "1")]
    assert answer["Content-Disposition"] == 'attachment; filename="opleveringen-heerlen.csv"'


@pytest.mark.parametrize(
    "query",
    [{}, {"gemeente": "heerlen"}, {"soort": "sale_other"}, {"zoek": "oude"}, {"jaar": "2025"}],
)
def test_page_csv_and_xlsx_agree(client, accepted, query):
    user = make_coordinator()
    client.force_login(user)
    totals = client.get("/opleveringen/", query).context["table"].totals

    rows = table(read_csv(client, user, **query)[0])
    sheet = read_xlsx(client, user, **query)[0]["Opleveringen"]

    counted = sheet[0].index("Telt mee")
    assert len(rows) == len(sheet) - 1 == totals.rows
    assert sum(int(row["Telt mee"]) for row in rows) == totals.counted
    assert sum(row[counted] for row in sheet[1:]) == totals.counted


def test_the_order_of_the_page_is_kept(client, accepted):
    lines, _ = read_csv(client, make_board(), volgorde="homes")

    assert [row["Woningen"] for row in table(lines)] == ["1", "-4", "24"]


def test_homes_that_count_elsewhere_are_not_counted_here(client, accepted, region):
    rival = make_organisation(name="Wonen Zuid")
    make_version(rival, [make_row(key="Z", bag_ids=("0917010000000012",))], on="2026-03-01")

    rows = table(read_csv(client, make_coordinator(), corporatie="wonen-zuid")[0])

    assert (rows[0]["Woningen"], rows[0]["Telt mee"]) == ("1", "0")
    assert rows[0]["Toelichting"] == "dubbel gemeld, telt bij Weller"


def test_a_dispute_is_said(client, accepted):
    place = Organisation.objects.get(slug="landgraaf")
    Confirmation.objects.create(
        submission=accepted, municipality=place, disputes=True, reason="Niet verkocht"
    )

    rows = table(read_csv(client, make_board())[0])

    assert [row["Stand"] for row in rows].count("vastgesteld, betwist") == 1


def test_dates_say_as_much_as_is_known(client, weller):
    rows = [
        make_row(1, key="d", happened=date(2025, 3, 2), precision="day"),
        make_row(1, key="m", happened=date(2025, 3, 1), precision="month"),
        make_row(1, key="y"),
    ]
    make_version(weller, rows)
    user = make_coordinator()

    assert [r["Opgeleverd"] for r in table(read_csv(client, user)[0])] == [
        "02-03-2025", "03-2025", "2025",
    ]  # fmt: skip
    sheet = read_xlsx(client, user)[0]["Opleveringen"]
    column = sheet[0].index("Opgeleverd")
    assert [row[column] for row in sheet[1:]] == [date(2025, 3, 2), "03-2025", 2025]


# --- only what somebody may read ---------------------------------------------------------


def test_visitors_sign_in_first(client):
    assert client.get(f"{URL}csv/").status_code == 302
    assert client.get("/cijfers/csv/").status_code == 302


def test_board_gets_rows_without_address_and_rent(client, accepted):
    lines, _ = read_csv(client, make_board())

    assert list(table(lines)[0]) == PUBLIC
    text = str(lines)
    for secret in ("712", "6411", "0917010000000012", "kerk", "senioren", "opgave 2025"):
        assert secret not in text


def test_own_organisation_and_coordinator_get_everything(client, accepted, weller):
    for user in (make_clerk(weller), make_coordinator()):
        rows = table(read_csv(client, user)[0])
        first, second, third = rows
        assert first["Netto huur"] == "712,40"
        assert first["Opmerking"] == "bij de kerk"
        assert first["Bestand"] == "opgave 2025.csv"
        assert second["BAG-verblijfsobject-id"] == "0917010000000012"
        assert third["WWS-punten"] == "140"


def test_officer_gets_addresses_of_the_own_municipality_only(client, accepted):
    officer = make_user(Organisation.objects.get(slug="heerlen"), "reader")

    rows = table(read_csv(client, officer)[0])

    assert [row["Kenmerk"] for row in rows] == ["A", "B", ""]
    assert "Netto huur" not in rows[0]


def test_a_mixed_file_is_blank_where_nothing_may_be_read(client, accepted, region):
    zuid = make_organisation(name="Wonen Zuid")
    row = make_row(3, key="Z", rent=Decimal("600"), rent_class="within")
    make_version(zuid, [row], on="2026-02-01", accepted_on="2026-02-02")

    rows = table(read_csv(client, make_clerk(zuid))[0])

    rents = {row["Corporatie"]: row["Netto huur"] for row in rows}
    assert rents == {"Weller": "", "Wonen Zuid": "600,00"}
    assert "Netto huur" not in table(read_csv(client, make_clerk(zuid), corporatie="weller")[0])[0]


def test_the_other_side_of_an_open_claim_reads_the_address(client, accepted, region):
    zuid = make_organisation(name="Wonen Zuid")
    double = make_row(key="Z", bag_ids=("0917010000000012",))
    make_version(zuid, [double], on="2026-03-01", accepted_on="2026-03-02")

    rows = table(read_csv(client, make_clerk(zuid), corporatie="weller")[0])

    assert [row["Postcode"] for row in rows] == ["", "6411AB", ""]
    assert "Netto huur" not in rows[0]


def test_rows_that_are_not_open_are_named_and_left_out(client, weller):
    make_version(weller, [make_row(5, key="A", project="Geheim")])

    lines, _ = read_csv(client, make_clerk(make_organisation(name="Woonpunt")))

    assert "Geheim" not in str(lines)
    assert "De opgave van Weller (2025) is nog niet vastgesteld." in str(lines)


def test_unknown_suffix_is_not_found_and_unknown_filter_goes_to_the_page(client, accepted):
    client.force_login(make_board())

    assert client.get(f"{URL}pdf/").status_code == 404
    assert client.get("/cijfers/pdf/").status_code == 404
    answer = client.get(f"{URL}csv/", {"jaar": "x"})
    assert (answer.status_code, answer.url) == (302, "/opleveringen/?jaar=x")


# --- safe to open ------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+31", "-x", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_never_becomes_a_formula(text):
    assert safe(text) == f"'{text}"
    assert safe(f"a{text}") == f"a{text}"


def test_cells_that_look_like_formulas_are_text(client, weller):
    nasty = '=HYPERLINK("http://x.example","klik")'
    row = make_row(4, key="-12", project="@plan", remark=nasty, kind="sale_other")
    make_version(weller, [row, make_row(1, key="x", remark="regel een\n=2")])
    user = make_coordinator()

    rows = table(list(read_csv_whole(client, user)))
    _, content = read_xlsx(client, user)

    assert (rows[0]["Kenmerk"], rows[0]["Project"]) == ("'-12", "'@plan")
    assert rows[0]["Opmerking"] == f"'{nasty}"
    assert rows[0]["Woningen"] == "-4"
    assert rows[1]["Opmerking"] == "regel een\n=2"
    sheets = zipfile.ZipFile(io.BytesIO(content))
    for name in sheets.namelist():
        assert b"<f>" not in sheets.read(name)
        assert b"<hyperlink" not in sheets.read(name)


def read_csv_whole(client, user):
    client.force_login(user)
    content = b"".join(client.get(f"{URL}csv/").streaming_content).decode("utf-8-sig")
    return csv.reader(io.StringIO(content, newline=""), delimiter=";")


def test_numbers_stay_numbers_in_xlsx(client, accepted):
    sheet = read_xlsx(client, make_coordinator())[0]["Opleveringen"]
    rows = [dict(zip(sheet[0], row, strict=True)) for row in sheet[1:]]

    assert [row["Woningen"] for row in rows] == [24, 1, -4]
    assert rows[0]["Netto huur"] == 712.4
    assert rows[1]["BAG-verblijfsobject-id"] == "0917010000000012"


def test_a_long_table_goes_on_on_a_next_sheet(monkeypatch):
    monkeypatch.setattr("monitoring.exports._SHEET_ROWS", 10)
    rows = [[number] for number in range(25)]
    book = Book("x", (), lambda style: [Sheet("Rijen", ("Nummer",), rows)])
    file = io.BytesIO()

    book.write_xlsx(file)
    file.seek(0)

    found = CalamineWorkbook.from_filelike(file)
    assert found.sheet_names == ["Toelichting", "Rijen", "Rijen 2", "Rijen 3"]
    pages = [found.get_sheet_by_name(name).to_python() for name in found.sheet_names[1:]]
    assert [len(page) for page in pages] == [11, 11, 6]


# --- what it rests on --------------------------------------------------------------------


def test_every_file_says_its_day_filter_and_rule(client, accepted):
    about = dict(line for line in read_csv(client, make_board(), jaar=2025)[0] if len(line) == 2)

    assert re.fullmatch(r"\d{1,2} \w+ \d{4}", about["Stand op"])
    assert about["Filter"] == "2025"
    assert about["Telregel"] == "1 (voorstel, nog niet vastgesteld): Telregel voor tests"


def test_made_up_figures_say_so_first(client, accepted):
    user = make_board()
    assert "Voorbeeldcijfers" not in str(read_csv(client, user)[0])

    Submission.objects.update(is_demo=True)

    lines, answer = read_csv(client, user)
    assert lines[0][0] == "Voorbeeldcijfers, verzonnen"
    assert 'filename="voorbeeldcijfers-opleveringen.csv"' in answer["Content-Disposition"]
    assert next(iter(read_xlsx(client, user)[0])) == "Voorbeeldcijfers, verzonnen"


def test_rows_stream_without_models(client, accepted, django_assert_max_num_queries):
    client.force_login(make_coordinator())
    before = StockChange.__init__

    with django_assert_max_num_queries(18):
        b"".join(client.get(f"{URL}csv/").streaming_content)
    assert StockChange.__init__ is before


# --- the dashboard's numbers -------------------------------------------------------------


def test_figures_are_those_of_the_dashboard(client, accepted):
    lines, _ = read_csv(client, make_board(), url="/cijfers/")
    region = picture().region

    cells = {line[0]: line[1] for line in lines if len(line) == 2}
    assert cells["Opgeleverd, alles wat meetelt"] == str(region.built) == "25"
    assert ["2025", "270", "25", "25", "0"] in [line[:5] for line in lines]
    assert ["Heerlen", "2025", "", "25"] in [line[:4] for line in lines]
    assert ["Weller", "2025", "", "25"] in [line[:4] for line in lines]
    assert ["sociale huur", "2025", "25", "0"] in [line[:4] for line in lines]


def test_not_reported_is_not_zero_in_the_file(client, region):
    make_organisation(name="Weller")

    lines, _ = read_csv(client, make_board(), url="/cijfers/")

    assert ["2025", "270", "n.n.o.", "n.n.o.", "n.n.o."] in [line[:5] for line in lines]
    assert ["n.n.o.", "nog niet opgegeven; dat is iets anders dan 0"] in lines


def test_figures_of_a_past_day(client, accepted):
    lines, answer = read_csv(client, make_board(), url="/cijfers/", stand="25-01-2026")

    assert ["Stand op", "25 januari 2026"] in lines
    assert ["Waarvan voorlopig", "25"] in lines
    assert "cijfers-2026-01-25.csv" in answer["Content-Disposition"]


def test_figures_as_a_workbook(client, accepted):
    book, _ = read_xlsx(client, make_board(), url="/cijfers/")

    assert list(book)[:4] == ["Toelichting", "Kerncijfers", "Regio per jaar", "Per gemeente"]
    assert ["Opgeleverd, alles wat meetelt", 25] in book["Kerncijfers"]
