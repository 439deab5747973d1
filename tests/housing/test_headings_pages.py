"""Headings that we don't know are matched once and remembered; the sheet is chosen."""

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from housing.models import HeadingMatch, Membership, StockChange, Upload
from tests.factories import (
    make_clerk,
    make_municipality,
    make_organisation,
    make_round,
    make_rules,
    make_user,
)
from tests.housing.intake.factories import WOZ_HEADINGS, new_unit, template_rows
from tests.housing.upload_pages import YEAR, confirm, lines, raw_csv, result_url, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference():
    make_municipality()
    make_rules()
    make_round(YEAR)


@pytest.fixture
def weller():
    return make_organisation(name="Weller")


@pytest.fixture
def clerk(client, weller):
    found = make_clerk(weller)
    client.force_login(found)
    return found


def odd(tmp_path, name="opgave.csv", heading="Waar staat het", **also):
    """A file whose Gemeente has another heading."""
    rows = template_rows(lines(24))
    named = {"Gemeente": heading, **also}
    rows[0] = [named.get(each, each) for each in rows[0]]
    return raw_csv(tmp_path, rows, name)


def match(client, found, **fields):
    return client.post(result_url(found), {"match": "ja", **fields}, follow=True)


def test_unknown_heading_is_offered_matched_and_remembered(client, clerk, weller, tmp_path):
    page = upload(client, odd(tmp_path))
    assert "Welke kolom is het?" in page.text
    assert 'name="kop-municipality"' in page.text
    question = page.context["questions"][0]
    word = next(each.word for each in question.choices if each.heading == "Waar staat het")

    page = match(client, Upload.objects.get(), **{"kop-municipality": word})

    assert page.context["outcome"].difference.counted_after == 24
    remembered = HeadingMatch.objects.get()
    assert (remembered.organisation, remembered.field, remembered.by) == (
        weller, "municipality", clerk,
    )  # fmt: skip
    again = upload(client, odd(tmp_path, "later.csv", "WAAR  staat het"))
    assert again.context["outcome"].difference is not None
    assert "Welke kolom is het?" not in again.text


def test_likely_heading_is_chosen_beforehand(client, clerk, tmp_path):
    page = upload(client, odd(tmp_path, heading="Gemeenten"))

    assert "selected>B Gemeenten</option>" in page.text


def test_one_heading_can_be_one_column_only(client, clerk, tmp_path):
    page = upload(client, odd(tmp_path, Segment="Wat voor huur"))
    word = page.context["questions"][0].choices[0].word

    page = match(client, Upload.objects.get(), **{"kop-municipality": word, "kop-segment": word})

    assert "Kies voor elke kolom een andere kop" in page.text
    assert not HeadingMatch.objects.exists()


@pytest.mark.parametrize("chosen", ["", "gemeente van mars"])
def test_nothing_chosen_remembers_nothing(client, clerk, tmp_path, chosen):
    upload(client, odd(tmp_path))

    page = match(client, Upload.objects.get(), **{"kop-municipality": chosen})

    assert "Kies eerst welke kop" in page.text
    assert not HeadingMatch.objects.exists()


def test_match_is_of_one_organisation(client, clerk, weller, tmp_path):
    HeadingMatch.objects.create(
        organisation=make_organisation(name="Woonpunt"),
        format="template",
        word="waar staat het",
        heading="Waar staat het",
        field="municipality",
    )

    page = upload(client, odd(tmp_path))

    assert "Welke kolom is het?" in page.text


def test_woz_is_chosen_again_because_unknown_columns_are_not_kept(client, clerk, tmp_path):
    headings = ["Reden" if each == "Mutatie verslagjaar" else each for each in WOZ_HEADINGS]
    page = upload(client, raw_csv(tmp_path, [headings, new_unit(1)], "woz.csv"))
    question = page.context["questions"][0]
    word = next(each.word for each in question.choices if each.heading == "Reden")

    page = match(client, Upload.objects.get(), **{"kop-mutation": word})
    assert "Kies de WOZ-bezitstabel nu opnieuw" in page.text
    page = upload(client, raw_csv(tmp_path, [headings, new_unit(1)], "woz.csv"))

    assert page.context["outcome"].difference.counted_after == 1


def remembered_of(organisation):
    return HeadingMatch.objects.create(
        organisation=organisation, format="template", word="x", heading="Iks", field="project"
    )


def test_remembered_headings_are_listed_and_forgotten(client, clerk, weller):
    found = remembered_of(weller)
    page = client.get(reverse("housing:reporting"))
    assert "Koppen die we onthielden" in page.text
    assert "Iks" in page.text
    assert "Project, ons sjabloon" in page.text

    page = client.post(reverse("housing:forget_heading", args=[found.pk]), follow=True)

    assert "is vergeten" in page.text
    assert not HeadingMatch.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("clerk elsewhere", 404)])
def test_others_forget_nothing(client, weller, who, status):
    found = remembered_of(weller)
    woonpunt = make_organisation(name="Woonpunt")
    people = {
        "reader": lambda: make_user(weller, Membership.Role.READER),
        "clerk elsewhere": lambda: make_clerk(woonpunt),
    }
    client.force_login(people[who]())

    answer = client.post(reverse("housing:forget_heading", args=[found.pk]))

    assert answer.status_code == status
    assert HeadingMatch.objects.exists()


def two_sheets(tmp_path):
    path = tmp_path / "bladen.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, homes in (("Eerste helft", 24), ("Tweede helft", 7)):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(template_rows(lines(homes))):
                sheet.write_row(number, 0, row)
    return SimpleUploadedFile("bladen.xlsx", path.read_bytes())


def test_sheet_is_asked_chosen_and_may_be_chosen_otherwise(client, clerk, tmp_path):
    page = upload(client, two_sheets(tmp_path))
    found = Upload.objects.get()
    assert "Welk blad bedoelt u?" in page.text
    assert page.context["outcome"].difference is None

    url = result_url(found)
    page = client.post(url, {"sheet": "ja", "blad": "Tweede helft"}, follow=True)
    assert page.context["outcome"].difference.counted_after == 7
    assert "Wij lezen het blad Tweede helft" in page.text
    page = client.post(url, {"sheet": "ja", "blad": "Eerste helft"}, follow=True)
    assert page.context["outcome"].difference.counted_after == 24


def test_sheet_that_is_not_there_is_not_chosen(client, clerk, tmp_path):
    upload(client, two_sheets(tmp_path))
    found = Upload.objects.get()

    page = client.post(result_url(found), {"sheet": "ja", "blad": "Derde"}, follow=True)

    assert "Kies eerst een blad" in page.text
    assert Upload.objects.get().chosen_sheet == ""


def with_own_columns(tmp_path, name="opgave.csv", *headings):
    """A file that has all we need, and columns under headings of the clerk's own."""
    rows = template_rows([each | dict.fromkeys(headings, "Dorp") for each in lines(24)])
    return raw_csv(tmp_path, without(rows, "Doelgroep"), name)


def without(rows, heading):
    at = rows[0].index(heading)
    return [[cell for place, cell in enumerate(row) if place != at] for row in rows]


def place(client, found, **fields):
    return client.post(result_url(found), {"columns": "ja", **fields}, follow=True)


def test_unknown_heading_is_offered_without_holding_up(client, clerk, weller, tmp_path):
    page = upload(client, with_own_columns(tmp_path, "een.csv", "Voor wie"))
    assert page.context["outcome"].difference.counted_after == 24
    assert "1 kolom lazen wij niet" in page.text
    offer = page.context["offers"][0]
    assert ("target_group", "Doelgroep") in offer.fields
    assert "municipality" not in dict(offer.fields)

    page = place(client, Upload.objects.get(), **{offer.name: "target_group"})

    assert page.context["offers"] == []
    assert "target_group" in Upload.objects.get().columns
    assert HeadingMatch.objects.get().field == "target_group"
    confirm(client, page)
    assert StockChange.objects.get().target_group == "Dorp"
    again = upload(client, with_own_columns(tmp_path, "twee.csv", "VOOR wie"))
    assert "lazen wij niet" not in again.text
    assert again.context["upload"].columns["target_group"]
    assert again.context["outcome"].difference.changes_nothing


def test_heading_that_is_not_ours_is_not_asked_again(client, clerk, tmp_path):
    page = upload(client, with_own_columns(tmp_path, "een.csv", "Projectleider"))
    offer = page.context["offers"][0]

    page = place(client, Upload.objects.get(), **{offer.name: offer.not_ours})

    assert page.context["offers"] == []
    assert HeadingMatch.objects.get().field == ""
    assert "niet gebruikt" in client.get(reverse("housing:reporting")).text
    again = upload(client, with_own_columns(tmp_path, "twee.csv", "Projectleider"))
    assert again.context["offers"] == []
    assert again.context["outcome"].difference is not None


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        ({"kolom-W": "target_group", "kolom-V": "target_group"}, "een andere kolom van ons"),
        ({"kolom-W": ""}, "Kies eerst bij welke kolom"),
        ({"kolom-W": "municipality"}, "Kies eerst bij welke kolom"),
        ({"kolom-A": "target_group"}, "Kies eerst bij welke kolom"),
    ],
)
def test_column_that_cannot_be_is_not_remembered(client, clerk, tmp_path, chosen, why):
    upload(client, with_own_columns(tmp_path, "een.csv", "Voor wie", "Wie"))

    page = place(client, Upload.objects.get(), **chosen)

    assert why in page.text
    assert not HeadingMatch.objects.exists()


def test_required_column_is_asked_first(client, clerk, tmp_path):
    page = upload(client, odd(tmp_path, Doelgroep="Voor wie"))

    assert page.context["questions"]
    assert page.context["offers"] == []
