"""A row opened to its cell: for whom it opens, what it says of itself, what it does not tell."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from housing import versions
from housing.intake.storing import Filing, store
from housing.models import Claim, Confirmation, Organisation, StockChange
from tests.factories import (
    at,
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

FILE = (
    "Kenmerk;Gemeente;Project;Segment;Opleverdatum;Aantal woningen;Netto huur\n"
    "A;Heerlen;Tuinhof;sociale huur;01-07-2025;6;650\n"
    "B;Heerlen;Oude school;sociale huur;14-09-2025;8;712,40\n"
    "C;Heerlen;Lindeplein;sociale huur;02-06-2025;5;700\n"
)
COLUMNS = {
    "key": "A", "municipality": "B", "project": "C", "segment": "D", "when": "E", "homes": "F",
    "rent": "G",
}  # fmt: skip


@pytest.fixture
def weller():
    make_municipality()
    make_municipality("Landgraaf", "GM0882")
    make_rules()
    make_target()
    return make_organisation(name="Weller")


def make_kept(weller, text=FILE, **fields):
    fields = {"name": "opgave.csv", "header_row": 1, "columns": COLUMNS, **fields}
    upload = make_upload(weller, **fields)
    upload.file.save("opgave.csv", ContentFile(text.encode()))
    return upload


def old_school(**fields):
    return make_row(
        8,
        key="B",
        project="Oude school",
        happened=date(2025, 9, 14),
        precision="day",
        branch="daeb",
        rent=Decimal("712.40"),
        rent_class="within",
        remark="vertrouwelijk",
        postcode="6411AB",
        house_number=12,
        self_contained=True,
        sheet="",
        row=3,
        **fields,
    )


@pytest.fixture
def row(weller):
    upload = make_kept(weller)
    make_version(weller, [old_school()], on="2026-01-20", accepted_on="2026-02-10", upload=upload)
    return StockChange.objects.get()


def page(client, user, row):
    client.force_login(user)
    return client.get(f"/opleveringen/{row.pk}/")


# --- where it comes from -----------------------------------------------------------------


def test_coordinator_and_own_clerk_see_the_cell(client, row, weller):
    for user in (make_coordinator(), make_clerk(weller)):
        shown = page(client, user, row)

        assert "Oude school, Heerlen: 8 woningen, die meetellen" in shown.text
        assert '<td class="hit">8</td>' in shown.text
        assert "opgave.csv" in shown.text
        assert "Tuinhof" in shown.text
        assert "€ 712,40" in shown.text
        assert "vertrouwelijk" in shown.text


def test_board_sees_the_row_and_who_can_look_further(client, row):
    shown = page(client, make_board(), row)

    assert "U ziet het project, niet het adres, de huur en het bestand." in shown.text
    assert "Adres: Weller, de ambtenaar wonen van Heerlen en de coördinator" in shown.text
    for secret in ("6411", "712", "opgave.csv", "Tuinhof", "vertrouwelijk", "hit"):
        assert secret not in shown.text


def test_officer_sees_the_address_and_not_the_rent(client, row):
    shown = page(client, make_user(Organisation.objects.get(slug="heerlen"), "reader"), row)

    assert "6411AB 12" in shown.text
    assert "U ziet het project, niet de huur en het bestand." in shown.text
    for secret in ("712", "opgave.csv", "vertrouwelijk"):
        assert secret not in shown.text


def test_the_file_is_not_even_read_for_others(client, row, monkeypatch):
    def never(*_):
        raise AssertionError("read")

    monkeypatch.setattr("monitoring.excerpt.read_table", never)

    assert page(client, make_board(), row).status_code == 200


def test_a_row_that_two_files_knew_shows_both(client, row, weller):
    both = make_kept(weller, name="woz.csv")
    StockChange.objects.update(also_upload=both, also_sheet="", also_row=2)

    shown = page(client, make_coordinator(), row)

    assert shown.text.count('class="hit"') == 2
    assert "woz.csv" in shown.text


def test_a_file_that_is_gone_is_said(client, row):
    row.upload.file.delete()

    assert "is er niet meer, of is niet te lezen" in page(client, make_coordinator(), row).text


@pytest.mark.parametrize("text", ["", "\x00\x01", "een regel"])
def test_a_file_that_can_no_longer_be_read_breaks_nothing(client, weller, text):
    upload = make_kept(weller, text)
    make_version(weller, [old_school()], upload=upload)

    assert page(client, make_coordinator(), StockChange.objects.get()).status_code == 200


def test_typed_rows_have_no_file(client, weller):
    make_version(weller, [old_school()])

    shown = page(client, make_coordinator(), StockChange.objects.get())

    assert "Deze rij is in het portaal getypt" in shown.text


def test_names_in_files_are_text(client, weller):
    upload = make_kept(weller, FILE.replace("Tuinhof", "<img src=x>"), name="<b>.csv")
    make_version(weller, [old_school()], upload=upload)

    text = page(client, make_coordinator(), StockChange.objects.get()).text

    assert "<img" not in text
    assert "<b>" not in text


# --- why it counts -----------------------------------------------------------------------


def test_reasons_name_the_limit_of_the_year(client, row):
    text = page(client, make_coordinator(), row).text

    assert "Waarom telt deze rij mee?" in text
    assert "DAEB, huur € 712,40: niet boven de grens van 2025, € 900,07" in text
    assert "Zelfstandige woonruimte" in text
    assert "voorstel, nog niet vastgesteld" in text


def test_a_row_that_does_not_count_says_why(client, weller):
    make_version(weller, [make_row(6, key="M", declared="mid_rent")])

    text = page(client, make_coordinator(), StockChange.objects.get()).text

    assert "Waarom telt deze rij niet mee?" in text
    assert "<strong>Middenhuur.</strong>" in text


def test_an_unknown_rent_counts_and_is_said(client, weller):
    make_version(weller, [make_row(6, key="M", rent_class="unknown", self_contained=True)])

    text = page(client, make_coordinator(), StockChange.objects.get()).text

    assert "Let op: huur nog niet bekend" in text


def test_a_replaced_version_says_so_and_the_new_one_what_it_was(client, row, weller):
    new = make_second_version(weller, row)

    old_page = page(client, make_coordinator(), row).text
    new_page = page(client, make_coordinator(), new).text

    assert "deze opgave is vervangen door een nieuwere versie" in old_page.lower()
    assert "In versie 1 stond 8." in new_page
    assert "Versie 2 van 2025" in new_page


def make_second_version(weller, row):
    filing = Filing(organisation=weller, year=2025, file_format="template", at=at("2026-03-01"))
    version = store([make_row(7, key="B", project="Oude school")], filing)
    versions.submit(version, actor=None, at=at("2026-03-01"))
    versions.accept(version, actor=None, at=at("2026-03-02"))
    found = version.rows.get(key="B")
    StockChange.objects.filter(pk=found.pk).update(previous=row)
    return found


def test_what_it_was_is_not_told_to_those_who_cannot_read_that_version(client, row, weller):
    new = make_second_version(weller, row)
    other = make_clerk(make_organisation(name="Woonpunt"))

    assert page(client, other, new).status_code == 200
    assert "In versie 1" not in page(client, other, new).text


def test_two_claims_are_shown_to_both_sides_and_nobody_else(client, weller):
    zuid = make_organisation(name="Wonen Zuid")
    for party, day in ((weller, "2026-01-20"), (zuid, "2026-02-20")):
        home = make_row(key="B", bag_ids=("0917010000000012",))
        make_version(party, [home], on=day, accepted_on=day)
    losing = Claim.objects.get(lost_to__isnull=False)
    winning, lost = losing.lost_to.row, losing.row

    for user in (make_coordinator(), make_clerk(zuid)):
        shown = page(client, user, lost)
        assert "telt één keer, en wel bij Weller" in shown.text
        assert f"/dubbel/{losing.pk}/" in shown.text
    assert "De woning telt één keer, en wel hier." in page(client, make_clerk(weller), winning).text
    other = page(client, make_clerk(make_organisation(name="Woonpunt")), lost)
    assert "telt bij een andere opgave" in other.text
    assert "Weller" not in other.text.partition('id="opmerkingen"')[0]


def test_a_dispute_is_shown_with_its_reason_to_those_it_concerns(client, row):
    place = Organisation.objects.get(slug="heerlen")
    Confirmation.objects.create(
        submission=row.submission, municipality=place, disputes=True, homes=6, reason="Twee dicht"
    )
    other = make_clerk(make_organisation(name="Woonpunt"))

    assert "Twee dicht" in page(client, make_board(), row).text
    text = page(client, other, row).text
    assert "Heerlen betwist" in text
    assert "Twee dicht" not in text


# --- for whom it is not ------------------------------------------------------------------


def test_visitors_sign_in_first(client, row):
    assert client.get(f"/opleveringen/{row.pk}/").status_code == 302


def test_unknown_and_unreadable_rows_are_the_same_404(client, weller):
    make_version(weller, [old_school()])
    submitted = StockChange.objects.get()
    other = make_clerk(make_organisation(name="Woonpunt"))
    far = make_user(Organisation.objects.get(slug="landgraaf"), "reader")

    assert page(client, other, submitted).status_code == 404
    assert page(client, far, submitted).status_code == 404
    assert client.get("/opleveringen/999999/").status_code == 404


def test_a_concept_opens_for_its_own_party_only(client, weller):
    make_version(weller, [old_school()], submit=False)
    concept = StockChange.objects.get()

    shown = page(client, make_clerk(weller), concept)

    assert "deze opgave is nog een concept" in shown.text.lower()
    for user in (make_coordinator(), make_board()):
        assert page(client, user, concept).status_code == 404


def test_query_count_stays_flat(client, row, django_assert_max_num_queries):
    client.force_login(make_coordinator())

    with django_assert_max_num_queries(25):
        client.get(f"/opleveringen/{row.pk}/")
