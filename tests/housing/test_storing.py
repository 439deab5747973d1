"""Rows become versions: which years, what they answer, until when, and in one piece."""

from datetime import date

import pytest

from housing.intake import storing
from housing.intake.lookups import lookups_for
from housing.intake.stored import base_versions, edits_of
from housing.intake.storing import ConceptChangedError, Filing, store
from housing.models import Organisation, Project, StockChange, Submission
from tests.factories import (
    at,
    make_clerk,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_upload,
    make_version,
)

pytestmark = pytest.mark.django_db
X = "0917010000000001"


@pytest.fixture(autouse=True)
def reference():
    make_municipality()
    make_rules()


@pytest.fixture
def party():
    return make_organisation()


def filing(party, **fields):
    fields.setdefault("year", 2025)
    fields.setdefault("file_format", "template")
    fields.setdefault("at", at("2026-01-05"))
    return Filing(organisation=party, **fields)


# --- until which day it answers ------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "until"),
    [
        ({"at": at("2025-10-06")}, date(2025, 10, 6)),
        ({"at": at("2026-01-05")}, date(2025, 12, 31)),
        ({"at": at("2025-10-06"), "file_format": "woz"}, date(2025, 12, 31)),
        ({"at": at("2024-11-30")}, date(2025, 1, 1)),
    ],
)
def test_an_answer_given_before_the_period_ends_covers_until_that_day(party, fields, until):
    version = store([make_row()], filing(party, round=make_round(2025), **fields))

    assert version.covers_until == until


def test_a_half_year_round_asks_for_the_year_so_far_and_the_next_for_all(party):
    half = make_round(2025, period_until=date(2025, 6, 30))
    first = make_version(party, [make_row(key="A")], round=half, on="2025-08-01")
    assert (first.covers_until, first.is_complete) == (date(2025, 6, 30), False)

    second = store([make_row(key="A")], filing(party, round=None))

    assert second.is_complete


def test_an_answer_never_covers_less_than_the_one_before(party):
    make_version(party, [make_row(key="A")], on="2026-01-05")
    half = make_round(2025, period_until=date(2025, 6, 30))

    later = store([make_row(2, key="A")], filing(party, round=half, at=at("2026-01-06")))

    assert later.is_complete


def test_late_homes_are_no_answer_for_a_year_nobody_answered(party):
    store([make_row(year=2025), make_row(year=2024)], filing(party))

    earlier = Submission.objects.get(year=2024)
    assert (earlier.covers_until, earlier.additions) == (date(2024, 1, 1), "rows")
    assert earlier.sales == earlier.demolition == earlier.other_withdrawals == "unanswered"


# --- what it answers -----------------------------------------------------------------------


def answers(version):
    return version.additions, version.sales, version.demolition, version.other_withdrawals


def test_the_woz_answers_all_four_questions(party):
    version = store([make_row(kind="demolition")], filing(party, file_format="woz"))

    assert answers(version) == ("none", "none", "rows", "none")


def test_our_template_answers_what_it_has_rows_of_and_what_the_clerk_says(party):
    version = store([make_row()], filing(party, said=frozenset({"sales"})))

    assert answers(version) == ("rows", "none", "unanswered", "unanswered")
    assert not version.answers_all


def test_nothing_built_is_an_answer(party):
    everything = frozenset({"additions", "sales", "demolition", "other_withdrawals"})

    version = store([], filing(party, said=everything))

    assert answers(version) == ("none",) * 4
    assert store([], filing(party, said=everything)) is None


def test_rows_that_lapse_leave_the_question_open(party):
    first = make_version(party, [make_row(key="A")], on="2026-01-04")

    version = store([], filing(party, stays={first.rows.get().pk: False}))

    assert version.additions == "unanswered"


# --- years ---------------------------------------------------------------------------------


def test_a_file_of_two_years_makes_a_version_of_each_led_by_its_own_year(party):
    lead = store([make_row(year=2024), make_row(year=2025)], filing(party))

    assert lead.year == 2025
    assert {(v.year, v.lead_id) for v in lead.set_together()} == {(2025, None), (2024, lead.pk)}


def test_a_year_that_the_file_leaves_alone_gets_no_version(party):
    make_version(party, [make_row(key="A", year=2024)], year=2024, on="2025-01-05")

    store([make_row(key="B", year=2025)], filing(party))

    assert Submission.objects.filter(year=2024).count() == 1


def test_storing_twice_before_submitting_edits_one_concept(party):
    store([make_row(key="A")], filing(party))
    version = store([make_row(2, key="A"), make_row(3, key="B")], filing(party))

    assert (version.number, version.edit) == (1, 1)
    assert sorted(version.rows.values_list("homes", flat=True)) == [2, 3]
    assert StockChange.objects.count() == 2


def test_somebody_who_saw_an_older_concept_is_told_and_stores_nothing(party):
    store([make_row(key="A")], filing(party))
    seen = edits_of(base_versions(party))
    store([make_row(2, key="A")], filing(party))

    with pytest.raises(ConceptChangedError):
        store([make_row(9, key="A")], filing(party), expected=seen)
    assert StockChange.objects.get().homes == 2


def test_a_concept_that_was_submitted_meanwhile_is_left_alone(party, monkeypatch):
    """As on PostgreSQL, where storing reads the concept just before another submits it."""
    version = store([make_row(key="A")], filing(party))
    bases = base_versions(party)
    Submission.objects.filter(pk=version.pk).update(status="submitted", counts=True)
    monkeypatch.setattr(storing, "base_versions", lambda _: bases)

    with pytest.raises(ConceptChangedError):
        store([make_row(2, key="A")], filing(party))

    version.refresh_from_db()
    assert (version.status, version.rows.get().homes) == ("submitted", 1)


def test_a_fault_halfway_leaves_nothing(party, monkeypatch):
    monkeypatch.setattr(storing, "write_stock", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        store([make_row(project="Nieuw")], filing(party))

    assert not Submission.objects.exists()
    assert not Project.objects.exists()


# --- rows ----------------------------------------------------------------------------------


def test_a_row_knows_its_cells_and_what_it_was_before(party):
    january = make_upload(party)
    first = make_version(party, [make_row(bag_ids=(X,), row=7)], upload=january, on="2026-01-04")
    july = make_upload(party, format="woz")
    woz = [make_row(bag_ids=(X,), key="E1", branch="daeb", row=90, sheet="Bezit")]

    version = store(woz, filing(party, file_format="woz", upload=july))

    row = version.rows.get()
    assert (row.upload, row.sheet, row.row) == (july, "Bezit", 90)
    assert (row.also_upload, row.also_row) == (january, 7)
    assert row.previous == first.rows.get()


def test_one_project_however_it_is_written(party):
    rows = [make_row(project=name) for name in ("Aarveld", "AARVELD ", "Aarvéld")]

    store(rows, filing(party))

    assert Project.objects.count() == 1


def test_what_a_demonstration_account_enters_is_a_demonstration_figure(party):
    clerk = make_clerk(party, is_demo=True)

    assert store([make_row()], filing(party, by=clerk)).is_demo


def test_checking_looks_up_own_postcodes_only(party):
    """Another party's rows would tell where its homes are."""
    make_version(make_organisation(), [make_row(postcode="6411AB")], on="2026-01-04")
    make_version(party, [make_row(postcode="6411AC")], on="2026-01-04")

    assert set(lookups_for(party, 2025).postcodes) == {"6411AC"}


def test_former_names_and_codes_still_place_homes(party):
    beekdaelen = make_municipality("Beekdaelen", "GM1954")
    beekdaelen.former_names.create(name="Nuth", code="GM0951")

    [place] = [p for p in lookups_for(party, 2025).places if p.slug == "beekdaelen"]

    assert (place.names, place.bag_prefixes) == (("Beekdaelen", "Nuth"), ("1954", "0951"))
    assert Organisation.objects.municipalities().count() == 2
