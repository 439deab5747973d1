"""What the page says that taking back a version does, and that it does so."""

import pytest
from django.urls import reverse

from housing import versions
from housing.models import Upload
from housing.undoing import undoing_of
from tests.factories import (
    make_clerk,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_version,
)
from tests.housing.upload_pages import YEAR, confirm, csv_file, lines, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference():
    make_municipality()
    make_rules()
    for year in (2024, YEAR):
        make_round(year)


@pytest.fixture
def weller():
    return make_organisation(name="Weller")


def rows(*homes):
    return [make_row(count, key=f"K{place}") for place, count in enumerate(homes)]


@pytest.mark.parametrize("submit", [False, True])
def test_first_version_leaves_nothing(weller, submit):
    version = make_version(weller, rows(24), submit=submit)

    assert undoing_of(version).effects == ("Over 2025 is er dan geen opgave meer.",)
    assert undoing_of(version).files_text == ""


def test_correction_of_an_accepted_version_leaves_that_one(weller):
    first = make_version(weller, rows(24), on="2026-01-05", accepted_on="2026-01-12")
    second = make_version(weller, rows(23))
    assert undoing_of(second).effects == ("Versie 1 van 2025, vastgesteld, blijft tellen.",)

    versions.undo(second, actor=None)

    first.refresh_from_db()
    assert (first.status, first.counts) == ("accepted", True)


def test_second_submitted_version_gives_the_first_its_place_back(weller):
    first = make_version(weller, rows(24), on="2026-01-05")
    second = make_version(weller, rows(23), on="2026-01-12")
    told = "Versie 1 van 2025 komt terug: zij is weer ingediend en telt weer voorlopig mee."
    assert undoing_of(second).effects == (told,)

    versions.undo(second, actor=None)

    first.refresh_from_db()
    assert (first.status, first.counts) == ("submitted", True)


def test_second_correction_gives_the_first_its_place_back_beside_the_accepted(weller):
    make_version(weller, rows(24), on="2026-01-05", accepted_on="2026-01-12")
    make_version(weller, rows(23), on="2026-01-19")
    third = make_version(weller, rows(22), on="2026-01-26")

    (told,) = undoing_of(third).effects
    assert told == "Versie 2 van 2025 komt terug: zij is weer ingediend en wacht weer op de " \
        "coördinator."  # fmt: skip


def test_answer_that_was_sent_back_is_all_that_is_left(weller):
    first = make_version(weller, rows(24), on="2026-01-05")
    versions.send_back(first, actor=None, comment="Kijk nog eens.")
    second = make_version(weller, rows(23))

    told = "Over 2025 blijft versie 1 over, teruggestuurd. Daarvan telt niets mee."
    assert undoing_of(second).effects == (told,)


def test_every_year_of_a_set_is_told(weller):
    version = make_version(weller, [*rows(24), make_row(2, key="N", year=2024)])

    assert undoing_of(version).effects == (
        "Over 2025 is er dan geen opgave meer.",
        "Over 2024 is er dan geen opgave meer.",
    )


def test_page_names_every_file_that_goes(client, weller, tmp_path):
    client.force_login(make_clerk(weller))
    page = confirm(client, upload(client, csv_file(tmp_path, lines(24), "een.csv")))
    assert "Het bestand “een.csv” telt dan niet meer mee." in page.text
    page = confirm(client, upload(client, csv_file(tmp_path, lines(24, 6), "twee.csv")))
    assert "De 2 bestanden “een.csv” en “twee.csv” tellen dan geen van alle meer mee." in page.text

    version = page.context["submission"]
    client.post(reverse("housing:undo", args=[version.pk]))

    assert set(Upload.objects.values_list("status", flat=True)) == {"undone"}
