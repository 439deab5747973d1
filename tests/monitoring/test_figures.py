"""What was known at the end of a day, by whom it was said, and under whose name it stands."""

from datetime import UTC, date, datetime

import pytest

from housing import tallies, versions
from housing.models import Confirmation, Organisation, YearClosing, end_of_day
from housing.tallies import resegment
from monitoring.figures import picture
from monitoring.progress import Light
from tests.factories import (
    at,
    make_limit,
    make_municipality,
    make_organisation,
    make_row,
    make_rules,
    make_target,
    make_version,
)

pytestmark = pytest.mark.django_db
EVERYTHING = frozenset({"additions", "sales", "demolition", "other_withdrawals"})


@pytest.fixture(autouse=True)
def reference():
    make_municipality()
    make_rules()
    make_target()
    yield
    assert tallies.audit() == []


def region(day):
    return picture(date.fromisoformat(day)).region


def marks(day, code):
    return [mark for mark in region(day).marks if mark.code == code]


def answered(party, number, year=2025, **fields):
    """An accepted answer over a whole year, given and accepted in the next."""
    fields.setdefault("on", f"{year + 1}-01-20")
    fields.setdefault("accepted_on", f"{year + 1}-02-01")
    rows = [make_row(number, key=f"K{year}", year=year)] if number else []
    return make_version(party, rows, year=year, said=EVERYTHING, **fields)


# --- "stand op" is the end of the day in Amsterdam -----------------------------------------


@pytest.mark.parametrize(
    ("moment", "first_day"),
    [
        (datetime(2026, 1, 20, 22, 59, tzinfo=UTC), "2026-01-20"),  # 23:59 in winter
        (datetime(2026, 1, 20, 23, 0, tzinfo=UTC), "2026-01-21"),  # midnight in winter
        (datetime(2026, 7, 20, 21, 59, tzinfo=UTC), "2026-07-20"),  # 23:59 in summer
        (datetime(2026, 7, 20, 22, 0, tzinfo=UTC), "2026-07-21"),  # midnight in summer
    ],
)
def test_a_day_ends_at_midnight_in_amsterdam(moment, first_day):
    version = make_version(make_organisation(), [make_row(24)], on="2026-01-02", submit=False)
    versions.submit(version, actor=None, at=moment)

    day = date.fromisoformat(first_day)
    assert picture(day).region.built == 24
    assert picture(day.replace(day=day.day - 1)).region.built is None
    assert end_of_day(day).tzinfo is not None


def test_a_day_before_any_answer_is_unknown_and_calm():
    answered(make_organisation(), 24)

    early = region("2024-06-01")

    assert (early.built, early.net.net, early.closed_until) == (None, None, None)
    assert [year.built for year in early.years] == [None] * 5
    assert early.light is Light.UNKNOWN


def test_a_day_before_the_agreement_has_no_target():
    assert not region("2024-05-01").has_targets


def test_every_event_shows_on_its_own_day():
    party = make_organisation()
    answered(party, 24)
    version = answered(party, 20, on="2026-03-01", accepted_on="2026-03-10")
    assert version.status == "accepted"

    shown = {
        day: (region(day).built, region(day).accepted)
        for day in ("2026-01-19", "2026-01-20", "2026-02-01", "2026-03-01", "2026-03-10")
    }
    assert shown == {
        "2026-01-19": (None, None),
        "2026-01-20": (24, 0),
        "2026-02-01": (24, 24),
        "2026-03-01": (24, 24),
        "2026-03-10": (20, 20),
    }


def test_a_party_recorded_after_its_history_breaks_no_earlier_view():
    answered(make_organisation(known_from=at("2026-05-01")), 24)

    known = picture(date(2026, 2, 2))

    assert known.region.built == 24
    assert known.corporations == ()


# --- not reported, niets, returned ---------------------------------------------------------


def test_not_reported_is_unknown_and_niets_is_zero():
    silent, nothing = make_organisation(), make_organisation()
    answered(nothing, 0)

    known = picture(date(2026, 2, 2))

    assert known.by_corporation[silent.slug].year(2025).built is None
    assert known.by_corporation[nothing.slug].year(2025).built == 0
    assert known.by_corporation[nothing.slug].net.net == 0
    assert known.by_corporation[silent.slug].net.net is None
    assert (known.region.year(2025).reported, known.region.year(2025).asked) == (1, 2)
    assert known.region.year(2025).missing == (silent.slug,)


def test_a_returned_answer_counts_for_nothing_and_is_marked():
    version = make_version(make_organisation(), [make_row(24)], on="2026-01-20")
    versions.send_back(version, actor=None, comment="Zie rij 2.", at=at("2026-01-25"))

    assert (region("2026-01-24").built, region("2026-01-25").built) == (24, None)
    assert [mark.year for mark in marks("2026-01-25", "returned")] == [2025]
    assert marks("2026-01-24", "returned") == []


def test_a_returned_correction_leaves_the_accepted_answer_and_is_marked():
    party = make_organisation()
    answered(party, 24)
    version = make_version(party, [make_row(23, key="K2025")], on="2026-03-01")
    assert [(m.homes, m.becomes) for m in marks("2026-03-01", "correction")] == [(24, 23)]

    versions.send_back(version, actor=None, comment="Zie rij 2.", at=at("2026-03-05"))

    assert region("2026-03-05").built == 24
    assert marks("2026-03-05", "correction") == []
    assert len(marks("2026-03-05", "correction_returned")) == 1


def test_an_answer_until_half_the_year_is_no_complete_one_once_the_year_is_over():
    party = make_organisation()
    make_version(party, [make_row(10)], on="2025-07-01", accepted_on="2025-07-10")

    assert region("2025-07-11").year(2025).reported == 1
    assert region("2026-01-02").year(2025).reported == 0
    assert not region("2026-01-02").year(2025).finished


# --- a municipality's word -----------------------------------------------------------------


def test_a_dispute_shows_from_its_day_stays_on_the_newer_version_and_ends():
    party = make_organisation()
    version = answered(party, 24, accepted_on=None)
    Confirmation.objects.create(
        submission=version, municipality=make_municipality(), disputes=True, homes=20,
        reason="20 gereed gemeld.", known_from=at("2026-01-25"),
    )  # fmt: skip
    newer = make_version(party, [make_row(23, key="K2025")], on="2026-01-28")
    versions.accept(newer, actor=None, at=at("2026-02-05"), comment="Gezien.")

    shown = {
        day: [mark.homes for mark in marks(day, "disputed")]
        for day in ("2026-01-24", "2026-01-25", "2026-01-28", "2026-02-05")
    }
    assert shown == {"2026-01-24": [], "2026-01-25": [24], "2026-01-28": [23], "2026-02-05": []}
    assert region("2026-01-28").built == region("2026-02-05").built == 23


# --- years that are closed -----------------------------------------------------------------


def test_a_year_closed_by_hand_stays_closed_and_late_homes_still_count():
    here, silent = make_organisation(), make_organisation()
    answered(here, 24, year=2024)
    YearClosing.objects.create(
        year=2024, reason="Silent geeft niets op.", known_from=at("2025-03-01")
    )
    make_version(silent, [make_row(7, year=2024, key="L")], year=2024, on="2025-06-01")

    assert not region("2025-02-28").year(2024).closed
    for day, homes in (("2025-03-01", 24), ("2025-06-01", 31)):
        assert region(day).year(2024).closed
        assert region(day).built_closed == homes
        assert region(day).behind == 270 - homes


def test_a_past_year_with_parties_missing_is_never_behind():
    here, _ = make_organisation(), make_organisation()
    answered(here, 24, year=2024)

    assert region("2025-03-01").light is Light.UNKNOWN
    assert region("2025-03-01").year(2024).light is Light.UNKNOWN


# --- parties in time -----------------------------------------------------------------------


@pytest.fixture
def merged():
    """Nine parties; the last two merge into a tenth on 1 July 2026."""
    parties = [make_organisation(name=f"Partij {number}") for number in range(9)]
    for number, party in enumerate(parties, start=1):
        answered(party, number, year=2024)
        answered(party, number, year=2025)
    successor = make_organisation(
        name="Opvolger", party_from=date(2026, 7, 1), known_from=at("2026-06-01")
    )
    old = Organisation.objects.filter(slug__in=[party.slug for party in parties[7:]])
    old.update(party_until=date(2026, 7, 1), successor=successor)
    for number, party in enumerate([*parties[:7], successor], start=1):
        answered(party, 10 * number, year=2026)
    return parties, successor


def test_nine_of_nine_becomes_eight_of_eight_for_later_years(merged):
    known = region("2027-03-01")

    assert [(y.reported, y.asked) for y in known.years[:3]] == [(9, 9), (9, 9), (8, 8)]
    assert [year.built for year in known.years[:3]] == [45, 45, 360]
    assert known.closed_until == 2026


def test_the_years_of_predecessors_stand_under_the_successor_and_nothing_is_rekeyed(merged):
    parties, successor = merged
    known = picture(date(2027, 3, 1))

    own = known.by_corporation[successor.slug]
    assert [year.built for year in own.years[:3]] == [17, 17, 80]
    assert parties[8].slug not in {party.slug for party in known.corporations}
    assert parties[8].submissions.filter(counts=True).count() == 2


def test_a_view_of_an_earlier_day_shows_the_old_parties(merged):
    parties, successor = merged
    known = picture(date(2026, 6, 30))

    assert {party.slug for party in known.corporations} == {party.slug for party in parties}
    assert known.by_corporation[parties[8].slug].year(2025).built == 9
    assert known.region.year(2026).asked == 9
    assert successor.slug not in known.asked[2026]


def test_homes_of_a_municipality_count_from_the_year_it_joins():
    make_municipality("Nieuwstad", "GM0999", party_from=date(2026, 1, 1))
    party = make_organisation()
    for year in (2025, 2026):
        make_version(
            party,
            [make_row(5, municipality="nieuwstad", year=year, key=f"N{year}")],
            year=year,
            on=f"{year + 1}-01-20",
        )

    known = region("2027-02-01")

    assert (known.year(2025).built, known.year(2026).built) == (0, 5)
    assert picture(date(2027, 2, 1)).by_municipality["nieuwstad"].built == 5


def test_homes_of_an_unknown_place_are_marked_and_in_no_total():
    make_version(make_organisation(), [make_row(5, municipality="")], on="2026-01-20")

    assert region("2026-01-20").built == 0
    assert [mark.homes for mark in marks("2026-01-20", "unplaced")] == [5]


# --- limits --------------------------------------------------------------------------------


def test_a_limit_added_later_moves_homes_from_that_day_and_no_day_before():
    row = {"declared": "", "branch": "daeb", "segment": "social_rent", "year": 2027}
    rows = [
        make_row(4, key="A", rent="950.00", **row),
        make_row(3, key="B", rent="1300.00", **row),
    ]
    make_version(make_organisation(), rows, year=2027, on="2028-01-20")
    make_limit(2027, "daeb_rent", "960.00", known_from=at("2028-03-01"))
    resegment(at("2028-03-01"))

    before, after = (picture(date(2028, month, 1)) for month in (2, 3))
    assert (before.region.built, before.region.rent_unknown) == (7, 7)
    assert (after.region.built, after.region.rent_unknown) == (4, 0)
    assert before.by_segment["social_rent"][2027].homes == 7
    assert after.by_segment["social_above_limit"][2027].homes == 3


def test_a_home_lost_to_another_party_is_marked_on_both_days_as_it_was():
    bag = ("0917010000000001",)
    first, second = make_organisation(), make_organisation()
    version = make_version(first, [make_row(bag_ids=bag)], on="2026-01-20")
    make_version(second, [make_row(bag_ids=bag)], on="2026-01-21")
    versions.send_back(version, actor=None, comment="Zie rij 2.", at=at("2026-01-25"))

    assert [mark.organisation for mark in marks("2026-01-21", "lost")] == [second.slug]
    assert marks("2026-01-25", "lost") == []
    assert region("2026-01-21").built == region("2026-01-25").built == 1
