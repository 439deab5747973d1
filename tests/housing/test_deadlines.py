"""When a party may report: whole days in Amsterdam, its own last day, more time, corrections."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from housing import access, versions
from housing.deadlines import Stage, Window, may_enter_now, window_of, working_days_before
from housing.models import Extension, Organisation, RoundTerm
from tests.factories import (
    at,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_user,
    make_version,
)

OPENS, CLOSES, MENDS = date(2027, 1, 4), date(2027, 3, 1), date(2027, 4, 1)


@pytest.fixture
def round_(db):
    return make_round(2026, opens_on=OPENS, closes_on=CLOSES, corrections_until=MENDS)


@pytest.fixture
def weller(db):
    return make_organisation(name="Weller")


@pytest.mark.parametrize(
    ("moment", "stage"),
    [
        # Winter: Amsterdam is an hour ahead of UTC.
        ("2027-01-03T22:59:59", Stage.BEFORE),
        ("2027-01-03T23:00:00", Stage.OPEN),
        ("2027-03-01T22:59:59", Stage.OPEN),
        ("2027-03-01T23:00:00", Stage.CORRECTIONS),
        # Summer time began on 28 March: two hours.
        ("2027-04-01T21:59:59", Stage.CORRECTIONS),
        ("2027-04-01T22:00:00", Stage.CLOSED),
    ],
)
def test_days_begin_and_end_at_midnight_in_amsterdam(round_, weller, moment, stage):
    make_rules()
    make_municipality()
    make_version(weller, [make_row(year=2026)], year=2026, on="2027-01-20")
    clerk = make_clerk(weller)
    with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
        assert access.can_report(clerk, weller, round_) == (
            stage in (Stage.OPEN, Stage.CORRECTIONS)
        )


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [("2028-02-29T22:59:59", True), ("2028-02-29T23:00:00", False)],
)
def test_the_29th_of_february_is_a_last_day(db, weller, moment, is_open):
    round_ = make_round(2027, opens_on=date(2028, 1, 1), closes_on=date(2028, 2, 29))
    with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
        assert may_enter_now(round_, weller) == is_open


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [("2026-12-31T22:59:59", True), ("2026-12-31T23:00:00", False)],
)
def test_a_round_that_closes_at_the_end_of_the_year(db, weller, moment, is_open):
    round_ = make_round(2026, closes_on=date(2026, 12, 31))
    with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
        assert may_enter_now(round_, weller) == is_open


def test_corrections_only_for_who_handed_in(round_, weller):
    make_rules()
    make_municipality()
    silent = make_organisation(name="Woonpunt")
    version = make_version(weller, [make_row(year=2026)], year=2026, on="2027-01-20")
    late = date(2027, 3, 15)

    assert may_enter_now(round_, weller, late)
    assert not may_enter_now(round_, silent, late)

    versions.undo(version, actor=None, at=at("2027-02-02"))
    assert not may_enter_now(round_, weller, late)


def test_each_kind_of_party_has_its_own_last_day(round_, weller):
    RoundTerm.objects.create(
        round=round_, party_kind=Organisation.Kind.CORPORATION, closes_on=date(2027, 2, 1)
    )

    assert window_of(round_, weller).last_day == date(2027, 2, 1)
    assert window_of(round_, make_municipality()).last_day == CLOSES


def test_the_longest_extension_holds_for_one_party_only(round_, weller):
    for day in (date(2027, 3, 20), date(2027, 3, 10)):
        Extension.objects.create(round=round_, organisation=weller, until=day, reason="ziek")

    assert may_enter_now(round_, weller, date(2027, 3, 20))
    assert not may_enter_now(round_, weller, date(2027, 3, 21))
    assert not may_enter_now(round_, make_organisation(), date(2027, 3, 10))


def test_without_days_a_round_is_open_from_its_period_on(weller):
    round_ = make_round(2026)

    assert not may_enter_now(round_, weller, date(2025, 12, 31))
    assert may_enter_now(round_, weller, date(2031, 1, 1))


def test_after_closing_only_the_coordinator_enters(round_, weller):
    with time_machine.travel(datetime(2027, 5, 1, tzinfo=UTC), tick=False):
        clerk = make_clerk(weller)
        assert not access.can_report(clerk, weller, round_)
        assert access.can_report(make_coordinator(), weller, round_)
        told = access.why_not_report(clerk, weller, round_)
        assert "gesloten sinds 1 maart 2027" in told
        assert "De coördinator kan uitstel geven." in told
        stranger = make_user(weller, "reader")
        assert "Alleen invoerders" in access.why_not_report(stranger, weller, round_)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2027, 1, 3), "De ronde opent op 4 januari 2027."),
        (date(2027, 2, 15), "Uiterlijk 1 maart 2027, over 14 dagen."),
        (date(2027, 2, 28), "Uiterlijk 1 maart 2027, morgen."),
        (date(2027, 3, 1), "Uiterlijk 1 maart 2027, vandaag."),
        (date(2027, 3, 2), "Gesloten sinds 1 maart 2027; verbeteren kan tot en met 1 april 2027."),
        (date(2027, 4, 2), "De ronde is gesloten sinds 1 maart 2027."),
    ],
)
def test_days_in_words(day, words):
    assert Window(OPENS, CLOSES, MENDS).in_words(day) == words


@pytest.mark.parametrize(
    ("last", "count", "day"),
    [
        (date(2027, 3, 1), 1, date(2027, 2, 26)),  # a Monday: the Friday before
        (date(2027, 3, 5), 3, date(2027, 3, 2)),
        (date(2027, 3, 7), 1, date(2027, 3, 5)),  # a Sunday
        (date(2027, 3, 1), 10, date(2027, 2, 15)),
        (date(2027, 3, 1), 0, date(2027, 3, 1)),
    ],
)
def test_working_days_skip_the_weekend(last, count, day):
    assert working_days_before(last, count) == day


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_a_window_only_ever_moves_forward(day):
    order = [Stage.BEFORE, Stage.OPEN, Stage.CORRECTIONS, Stage.CLOSED]
    window = Window(OPENS, CLOSES, MENDS)
    following = window.stage(date.fromordinal(day.toordinal() + 1))
    assert order.index(following) >= order.index(window.stage(day))
