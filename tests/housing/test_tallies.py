"""Claims won and lost across versions, rulings, limits that change, and the cost of it all."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from housing import tallies, versions
from housing.intake.stored import base_versions
from housing.intake.storing import Filing, store
from housing.models import Claim, StockChange, Submission, Tally
from tests.factories import (
    at,
    make_limit,
    make_municipality,
    make_organisation,
    make_row,
    make_rules,
    make_version,
)

pytestmark = pytest.mark.django_db
X, Y, Z = (f"091701000000000{n}" for n in (1, 2, 3))
STREET = {"postcode": "6411AB", "house_number": 12}


@pytest.fixture
def reference():
    make_municipality()
    make_rules()


@pytest.fixture(autouse=True)
def tallies_add_up(request, reference):
    yield
    if "transactional_db" not in request.fixturenames:
        assert tallies.audit() == []


def homes(day=None, **filters):
    moment = at(day, 23) if day else None
    found = Tally.objects.in_force(moment) if moment else Tally.objects.filter(counts_until=None)
    found = found.filter(**filters).exclude(standing="pending")
    return found.aggregate(homes=Sum("homes"))["homes"] or 0


def test_the_loser_counts_when_the_winner_no_longer_knows_the_id():
    winner, loser = make_organisation(), make_organisation()
    make_version(winner, [make_row(bag_ids=(X,), **STREET)], on="2026-01-05")
    make_version(loser, [make_row(bag_ids=(X,))], on="2026-01-06")
    assert homes() == 1

    row = base_versions(winner)[2025].rows.get()
    make_version(winner, [make_row(bag_ids=(Y,), **STREET)], on="2026-01-07", stays={row.pk: False})

    assert homes() == 2


def test_a_third_party_does_not_bring_back_what_was_lost_to_the_first():
    by_id, by_both, by_address = (make_organisation() for _ in range(3))
    make_version(by_id, [make_row(bag_ids=(X,))], on="2026-01-05")
    make_version(by_both, [make_row(bag_ids=(X,), **STREET)], on="2026-01-06")

    make_version(by_address, [make_row(**STREET)], on="2026-01-07")

    assert homes() == 1


def test_a_returned_winner_lets_the_loser_count_and_the_past_stays():
    winner, loser = make_organisation(), make_organisation()
    first = make_version(winner, [make_row(bag_ids=(X,))], on="2026-01-05")
    make_version(loser, [make_row(bag_ids=(X,))], on="2026-01-06")

    versions.send_back(first, actor=None, comment="Zie rij 2.", at=at("2026-01-07"))

    assert homes(submission__organisation=loser) == 1
    assert homes("2026-01-06", submission__organisation=loser) == 0
    assert homes("2026-01-06") == homes("2026-01-07") == 1
    assert not Claim.objects.filter(until=None, lost_to__isnull=False).exists()


def test_a_row_of_several_homes_loses_one_for_each_id():
    first, second = make_organisation(), make_organisation()
    make_version(first, [make_row(2, bag_ids=(X, Y))], on="2026-01-05")
    version = make_version(second, [make_row(3, bag_ids=(X, Y, Z))], on="2026-01-06")

    tally = version.tallies.get(counts_until=None)
    assert (tally.homes, tally.lost) == (1, 2)


def test_a_row_never_loses_more_homes_than_it_has():
    first, second = make_organisation(), make_organisation()
    make_version(first, [make_row(3, bag_ids=(X, Y, Z))], on="2026-01-05")
    version = make_version(second, [make_row(1, bag_ids=(X, Y, Z))], on="2026-01-06")

    assert version.tallies.get(counts_until=None).homes == 0


def test_a_ruling_holds_through_new_versions_of_both():
    first, second = make_organisation(), make_organisation()
    make_version(
        first, [make_row(bag_ids=(X,), key="a")], on="2026-01-05", accepted_on="2026-01-05"
    )
    make_version(second, [make_row(bag_ids=(X,), key="b")], on="2026-01-06")
    winner, loser = Claim.objects.get(organisation=second), Claim.objects.get(organisation=first)

    tallies.rule_on(winner, loser, reason="Bouwde.", actor=None, moment=at("2026-01-10"))
    for number, party in enumerate((first, second, first)):
        row = make_row(bag_ids=(X,), key="ab"[party == second], points=100 + number)
        make_version(party, [row], on=f"2026-02-0{number + 1}")

    assert homes(submission__organisation=second) == 1
    assert homes(submission__organisation=first) == 0


def test_withdrawing_a_version_gives_back_what_it_had_won():
    first, second = make_organisation(), make_organisation()
    make_version(first, [make_row(bag_ids=(X,))], on="2026-01-06")
    winner = make_version(second, [make_row(bag_ids=(X,))], on="2026-01-07")
    versions.accept(winner, actor=None, at=at("2026-01-08"))
    assert homes(submission__organisation=first) == 0

    row = winner.rows.get()
    make_version(second, [], on="2026-01-09", accepted_on="2026-01-10", stays={row.pk: False})

    assert homes("2026-01-09", submission__organisation=first) == 0
    assert homes(submission__organisation=first) == 1


def test_history_is_refused_where_a_claim_has_a_later_event():
    late, early = make_organisation(), make_organisation()
    make_version(late, [make_row(bag_ids=(X,))], on="2026-03-01")
    row = base_versions(late)[2025].rows.get()
    make_version(late, [], on="2026-03-02", stays={row.pk: False})
    version = make_version(early, [make_row(bag_ids=(X,))], on="2026-02-01", submit=False)

    with pytest.raises(versions.VersionError, match="Kies een later moment"):
        versions.submit(version, actor=None, at=at("2026-02-01"))

    version.refresh_from_db()
    assert version.status == "concept"


def test_history_of_other_homes_is_welcome():
    late, early = make_organisation(), make_organisation()
    make_version(late, [make_row(bag_ids=(X,))], on="2026-03-01")

    make_version(early, [make_row(bag_ids=(Y,))], on="2026-02-01")

    assert (homes("2026-02-01"), homes("2026-03-01")) == (1, 2)


def test_a_limit_that_comes_later_moves_homes_from_then_on():
    party = make_organisation()
    row = make_row(4, declared="", branch="daeb", segment="social_rent", rent="950.00",
                   rent_class="unknown", year=2026)  # fmt: skip
    make_version(party, [row], year=2026, on="2026-05-01")
    make_limit(2026, "daeb_rent", "940.00", known_from=at("2026-06-01"))

    assert tallies.resegment(at("2026-06-01")) == 1

    assert homes("2026-05-31", segment="social_rent") == 4
    assert homes("2026-06-01", segment="social_rent") == 0
    assert homes("2026-06-01", segment="social_above_limit") == 4
    assert homes("2026-06-01") == homes("2026-05-31")


def test_audit_names_a_tally_a_claim_and_a_loss_that_are_wrong():
    first, second = make_organisation(), make_organisation()
    make_version(first, [make_row(bag_ids=(X,))], on="2026-01-05")
    make_version(second, [make_row(bag_ids=(X,))], on="2026-01-06")
    Claim.objects.filter(organisation=second).update(lost_to=None)
    assert any("the rules say" in line for line in tallies.audit())
    Claim.objects.filter(organisation=first).update(until=at("2026-01-07"))
    assert any("is there 0 times" in line for line in tallies.audit())
    Tally.objects.filter(submission__organisation=first).update(homes=7)
    assert any("holds (7, 0)" in line for line in tallies.audit())

    tallies.rebuild(at("2026-01-08"))

    assert tallies.audit() == []
    assert homes() == 1


# --- cost ----------------------------------------------------------------------------------


# Django writes 60 claims a statement on SQLite, so 10,000 new ones are 170 statements.
MOST_QUERIES = 250


def many(number, **fields):
    return [make_row(key=f"E{n}", bag_ids=(f"0917010001{n:06d}",), **fields) for n in range(number)]


def cost_of(step):
    with CaptureQueriesContext(connection) as queries:
        step()
    return len(queries)


def test_ten_thousand_rows_cost_few_queries():
    """No query a row: claims are read and written in chunks, the rest does not grow."""
    party, other = make_organisation(), make_organisation()

    def step(name, version, day):
        return cost_of(lambda: getattr(versions, name)(version, actor=None, at=at(day)))

    def stored(by, number, day, **fields):
        filing = Filing(organisation=by, year=2025, file_format="template", at=at(day))
        return store(many(number, **fields), filing)

    first = stored(party, 10_000, "2026-01-05")
    assert step("submit", first, "2026-01-05") < MOST_QUERIES
    assert step("accept", first, "2026-01-06") < MOST_QUERIES
    corrected = stored(party, 10_000, "2026-01-07", points=100)
    assert step("submit", corrected, "2026-01-07") < MOST_QUERIES
    assert step("accept", corrected, "2026-01-08") < MOST_QUERIES
    double = stored(other, 3_000, "2026-01-09")
    assert step("submit", double, "2026-01-09") < MOST_QUERIES
    assert homes() == 10_000
    assert homes(submission__organisation=other) == 0


# --- at the same time ----------------------------------------------------------------------


def at_once(jobs):
    """Run jobs in threads that start together; give what each returned or raised."""
    barrier = Barrier(len(jobs))

    def run(job):
        barrier.wait()
        try:
            return job()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.mark.django_db(transaction=True)
def test_ten_simultaneous_submits_submit_once(transactional_db):
    party = make_organisation()
    version = make_version(party, [make_row(24)], submit=False)

    outcomes = at_once([lambda: versions.submit(version, actor=None)] * 10)

    refused = [outcome for outcome in outcomes if outcome is not None]
    assert [type(error) for error in refused] == [versions.VersionError] * 9
    assert version.events.filter(status="submitted").count() == 1
    assert homes() == 24
    assert tallies.audit() == []


@pytest.mark.django_db(transaction=True)
def test_ten_simultaneous_files_store_one_version(transactional_db):
    party = make_organisation()
    filing = Filing(organisation=party, year=2025, file_format="template")
    rows = [make_row(24, key="K1")]

    outcomes = at_once([lambda: store(rows, filing, expected={})] * 10)

    assert [type(outcome).__name__ for outcome in outcomes].count("Submission") == 1
    assert Submission.objects.count() == 1
    assert StockChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_storing_and_submitting_at_once_leave_what_was_submitted_alone(transactional_db):
    for number in range(10):
        party = make_organisation()
        version = make_version(party, [make_row(24, key="K1")], submit=False)
        filing = Filing(organisation=party, year=2025, file_format="template")

        at_once([
            lambda: store([make_row(23, key="K1")], filing),  # noqa: B023 run at once
            lambda: versions.submit(version, actor=None),  # noqa: B023
        ])  # fmt: skip

        version.refresh_from_db()
        assert version.status == "submitted", number
    assert tallies.audit() == []


@pytest.mark.django_db(transaction=True)
def test_two_parties_that_claim_one_home_at_once_never_count_double(transactional_db):
    for number in range(5):
        row = make_row(bag_ids=(f"09170100000000{number:02d}",))
        found = [make_version(make_organisation(), [row], submit=False) for _ in range(4)]

        outcomes = at_once([lambda v=v: versions.submit(v, actor=None) for v in found])

        assert outcomes == [None] * 4
        assert homes() == number + 1
    assert tallies.audit() == []
