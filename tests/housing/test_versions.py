"""The life of a version: what counts after each step, and what no step may do."""

import pytest
from django.db.models import Sum

from housing import tallies, versions
from housing.intake.stored import base_versions
from housing.intake.storing import Filing, store
from housing.models import Claim, Confirmation, Part, Submission, Tally
from tests.factories import (
    at,
    make_municipality,
    make_organisation,
    make_part,
    make_round,
    make_row,
    make_rules,
    make_version,
)

pytestmark = pytest.mark.django_db
X = "0917010000000001"


@pytest.fixture(autouse=True)
def tallies_add_up():
    make_municipality()
    make_rules()
    yield
    assert tallies.audit() == []


@pytest.fixture
def party():
    return make_organisation()


def homes(year=None):
    found = Tally.objects.filter(counts_until=None).exclude(standing="pending")
    if year:
        found = found.filter(submission__year=year)
    return found.aggregate(homes=Sum("homes"))["homes"] or 0


def statuses(party, year=2025):
    found = Submission.objects.of(party, year).reverse()
    return [version.status for version in found]


def answer(party, number, on, **fields):
    return make_version(party, [make_row(number, key="K1")], on=on, **fields)


def test_a_concept_counts_for_nothing(party):
    answer(party, 24, "2026-01-05", submit=False)

    assert homes() == 0


def test_submitting_again_replaces_what_was_not_accepted(party):
    answer(party, 24, "2026-01-05")
    answer(party, 23, "2026-01-06")

    assert statuses(party) == ["superseded", "submitted"]
    assert homes() == 23


def test_a_submitted_version_beside_an_accepted_one_waits(party):
    answer(party, 24, "2026-01-05", accepted_on="2026-01-06")
    version = answer(party, 23, "2026-01-07")

    assert homes() == 24
    assert version.tallies.get(counts_until=None).standing == "pending"


def test_returning_the_newest_revives_nothing(party):
    answer(party, 24, "2026-01-05")
    version = answer(party, 23, "2026-01-06")

    versions.send_back(version, actor=None, comment="Zie rij 2.", at=at("2026-01-07"))

    assert statuses(party) == ["superseded", "returned"]
    assert homes() == 0


def test_returning_needs_a_comment(party):
    version = answer(party, 24, "2026-01-05")

    with pytest.raises(versions.VersionError, match="Schrijf wat er moet veranderen"):
        versions.send_back(version, actor=None, comment=" ", at=at("2026-01-07"))


def test_undoing_gives_each_replaced_version_its_status_back_in_turn(party):
    answer(party, 24, "2026-01-05")
    second = answer(party, 23, "2026-01-06")
    third = answer(party, 22, "2026-01-07")

    versions.undo(third, actor=None, at=at("2026-01-08"))
    assert homes() == 23
    versions.undo(second, actor=None, at=at("2026-01-09"))

    assert statuses(party) == ["submitted", "withdrawn", "withdrawn"]
    assert homes() == 24


def test_undoing_never_revives_what_was_accepted_and_replaced_at_the_same_moment(party):
    moment = "2026-01-05"
    answer(party, 24, moment, accepted_on=moment)
    answer(party, 23, moment, accepted_on=moment)
    third = answer(party, 22, moment)

    versions.undo(third, actor=None, at=at("2026-01-06"))

    assert statuses(party) == ["superseded", "accepted", "withdrawn"]
    assert homes() == 23


def test_what_is_accepted_cannot_be_undone_returned_or_submitted_again(party):
    version = answer(party, 24, "2026-01-05", accepted_on="2026-01-06")

    for step in (versions.submit, versions.accept, versions.undo):
        with pytest.raises(versions.VersionError):
            step(version, actor=None, at=at("2026-01-07"))
    with pytest.raises(versions.VersionError):
        versions.send_back(version, actor=None, comment="Toch niet.", at=at("2026-01-07"))
    assert homes() == 24


def test_history_before_a_later_event_of_the_same_answer_is_refused(party):
    answer(party, 24, "2026-01-05", accepted_on="2026-02-01")
    version = answer(party, 23, "2026-01-10", submit=False)

    with pytest.raises(versions.VersionError, match="na dat moment al iets vastgelegd"):
        versions.submit(version, actor=None, at=at("2026-01-10"))


def test_a_round_knows_how_its_newest_answer_stands(party):
    part = make_part(make_round(2025), party)

    version = answer(party, 24, "2026-01-05")
    part.refresh_from_db()
    assert (part.state, part.done) == (Part.State.SUBMITTED, 1)
    versions.send_back(version, actor=None, comment="Zie rij 2.", at=at("2026-01-06"))
    part.refresh_from_db()
    assert (part.state, part.done) == (Part.State.RETURNED, 0)


# --- versions that go together -------------------------------------------------------------


def moved(party, on, number=20, **fields):
    """50 homes of 2024 turn out to be 30 and some of 2025."""
    rows = [make_row(30, key="S", year=2024), make_row(number, key="S", year=2025)]
    return make_version(party, rows, year=2025, on=on, **fields)


@pytest.fixture
def built_2024(party):
    row = make_row(50, key="S", year=2024)
    return make_version(party, [row], year=2024, on="2025-01-05", accepted_on="2025-02-01")


def test_homes_between_two_years_are_never_missing_or_double(party, built_2024):
    version = moved(party, "2026-01-05")
    assert (homes(2024), homes(2025)) == (50, 0)

    versions.accept(version, actor=None, at=at("2026-01-06"))
    assert (homes(2024), homes(2025)) == (30, 20)


def test_a_correction_before_the_set_is_accepted_takes_the_whole_set_along(party, built_2024):
    first = moved(party, "2026-01-05")

    second = moved(party, "2026-01-06", number=21)

    assert homes() == 50
    assert second.set_together().count() == 2
    assert statuses(party, 2024) == ["accepted", "superseded", "submitted"]
    with pytest.raises(versions.VersionError):
        versions.accept(first, actor=None, at=at("2026-01-07"))
    versions.accept(second, actor=None, at=at("2026-01-07"))
    assert (homes(2024), homes(2025)) == (30, 21)


def test_a_set_that_was_returned_comes_back_whole(party, built_2024):
    first = moved(party, "2026-01-05")
    versions.send_back(first, actor=None, comment="Zie rij 2.", at=at("2026-01-06"))
    assert homes() == 50

    second = moved(party, "2026-01-07")

    assert homes() == 50
    assert second.set_together().count() == 2
    versions.undo(second, actor=None, at=at("2026-01-08"))
    assert homes() == 50


def test_undoing_a_corrected_set_gives_the_first_set_back(party, built_2024):
    first = moved(party, "2026-01-05")
    second = moved(party, "2026-01-06", number=21)

    versions.undo(second, actor=None, at=at("2026-01-07"))
    versions.accept(first, actor=None, at=at("2026-01-08"))

    assert (homes(2024), homes(2025)) == (30, 20)


def test_a_concept_edited_in_place_still_knows_where_its_homes_come_from(party, built_2024):
    moved(party, "2026-01-05", submit=False)
    moved(party, "2026-01-06", number=21, submit=False)
    concept = moved(party, "2026-01-07", number=22, submit=False)
    assert Submission.objects.filter(status="concept").count() == 2
    assert {row.previous_id for row in concept.rows.all()} == {built_2024.rows.get().pk}

    versions.submit(concept, actor=None, at=at("2026-01-08"))

    assert homes() == 50


def test_a_file_about_the_other_year_of_a_set_keeps_it_one_set(party, built_2024):
    moved(party, "2026-01-05", submit=False)
    rows = [make_row(29, key="S", year=2024)]

    concept = make_version(party, rows, year=2024, on="2026-01-06", submit=False)

    assert {version.year for version in concept.set_together()} == {2024, 2025}
    leads = Submission.objects.filter(status="concept", lead=None)
    assert leads.count() == 1
    versions.submit(concept, actor=None, at=at("2026-01-07"))
    assert homes() == 50


def test_a_correction_of_the_other_year_alone_counts_no_home_twice(party, built_2024):
    """An own version of 2024, made and accepted while homes wait in 2025 to be moved."""
    moved(party, "2026-01-05")
    row = base_versions(party)[2024].rows.get()
    again = make_version(
        party, [make_row(28, key="S", year=2024)], year=2024, on="2026-01-06", stays={row.pk: False}
    )
    assert homes() == 50

    versions.accept(again, actor=None, at=at("2026-01-07"))

    assert (homes(2024), homes(2025)) == (28, 20)


# --- a municipality's word -----------------------------------------------------------------


def dispute(version, number=20):
    return Confirmation.objects.create(
        submission=version,
        municipality=make_municipality(),
        disputes=True,
        homes=number,
        reason="Er zijn er 20 gereed gemeld.",
        known_from=at("2026-01-06"),
    )


@pytest.mark.parametrize("number", [24, 23])
def test_a_dispute_stays_open_on_a_newer_version(party, number):
    dispute(answer(party, 24, "2026-01-05"))
    rows = [make_row(number, key="K1", points=140)]

    version = make_version(party, rows, on="2026-01-07")

    assert version.confirmations.get().homes == 20
    assert homes() == number


@pytest.mark.parametrize(("number", "inherited"), [(24, 1), (23, 0)])
def test_a_confirmation_is_inherited_by_the_same_homes_only(party, number, inherited):
    word = dispute(answer(party, 24, "2026-01-05"))
    Confirmation.objects.filter(pk=word.pk).update(disputes=False)

    version = make_version(party, [make_row(number, key="K1", points=140)], on="2026-01-07")

    assert version.confirmations.count() == inherited


def test_accepting_over_a_dispute_asks_for_a_reason_and_ends_it(party):
    version = answer(party, 24, "2026-01-05")
    word = dispute(version)

    with pytest.raises(versions.VersionError, match="betwist"):
        versions.accept(version, actor=None, at=at("2026-01-07"))
    versions.accept(version, actor=None, at=at("2026-01-07"), comment="Gereedmelding gezien.")

    word.refresh_from_db()
    assert (word.settled_at, word.settlement) == (at("2026-01-07"), "Gereedmelding gezien.")
    assert homes() == 24


# --- claims through versions ---------------------------------------------------------------


def test_a_claim_keeps_its_moment_through_versions_and_acceptance(party):
    for day in ("05", "06", "07"):
        row = make_row(bag_ids=(X,), points=int(day))
        make_version(party, [row], on=f"2026-01-{day}", accepted_on=f"2026-01-{day}")

    claim = Claim.objects.get()
    assert (claim.since, claim.accepted, claim.until) == (at("2026-01-05"), True, None)


def test_a_claim_that_was_gone_for_a_version_begins_anew(party):
    make_version(party, [make_row(bag_ids=(X,))], on="2026-01-05")
    row = base_versions(party)[2025].rows.get()
    without = make_version(party, [], on="2026-01-06", stays={row.pk: False})

    versions.undo(without, actor=None, at=at("2026-01-07"))

    assert [claim.until for claim in Claim.objects.order_by("pk")] == [at("2026-01-06"), None]
    assert Claim.objects.get(until=None).since == at("2026-01-07")
    assert homes() == 1


def test_an_id_stays_with_its_claim_when_addresses_are_given_later(party):
    ids = (X, "0917010000000002")
    make_version(party, [make_row(bag_ids=(bag_id,)) for bag_id in ids], on="2026-01-05")
    street = {"postcode": "6411AB", "house_number": 12}
    make_version(party, [make_row(bag_ids=(b,), **street) for b in ids], on="2026-01-06")
    swapped = [make_row(bag_ids=(bag_id,), **street) for bag_id in reversed(ids)]
    make_version(party, [*swapped, make_row(5, key="N")], on="2026-01-07")

    assert {claim.bag_id for claim in Claim.objects.all()} == set(ids)
    assert not Claim.objects.exclude(until=None).exists()
    assert homes() == 7


def test_the_same_answer_again_is_no_new_version(party):
    answer(party, 24, "2026-01-05")
    filing = Filing(organisation=party, year=2025, file_format="template", at=at("2026-01-06"))

    assert store([make_row(24, key="K1")], filing) is None
