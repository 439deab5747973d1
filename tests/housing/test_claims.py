from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, permutations

import pytest

from housing.claims import ClaimFact, RulingFact, settle
from housing.codes import Kind

START = datetime(2026, 1, 1, tzinfo=UTC)
X, Y = "0917010000000001", "0917010000000002"
STREET = "6411AB|12||"
_numbers = count(1)


def claim(bag_id="", address="", *, kind=Kind.NEW_BUILD, day=0, party=None, **fields):
    """One party's claim, submitted on a day; a party has one version a year."""
    number = next(_numbers)
    party = party or number
    year = fields.pop("year", 2025)
    return ClaimFact(
        **{
            "id": number,
            "submission": party * 10_000 + year,
            "organisation": party,
            "year": year,
            "direction": kind.direction,
            "kind": kind.value,
            "happened": None,
            "bag_id": bag_id,
            "address": address,
            "self_contained": True,
            "accepted": False,
            "since": START + timedelta(days=day),
            **fields,
        }
    )


def test_the_earlier_of_two_counts():
    first, second = claim(X), claim(X, day=1)

    assert settle([second, first]) == {second.id: first.id}


def test_accepted_goes_before_an_earlier_one_that_is_only_submitted():
    submitted, accepted = claim(X), claim(X, day=9, accepted=True)

    assert settle([submitted, accepted]) == {submitted.id: accepted.id}


def test_a_ruling_goes_before_both_and_the_newest_stands():
    first, second = claim(X, accepted=True), claim(X, day=1)
    for_second = RulingFact(second.id, first.id, START + timedelta(days=2))
    for_first = RulingFact(first.id, second.id, START + timedelta(days=3))

    assert settle([first, second], [for_second]) == {first.id: second.id}
    assert settle([first, second], [for_first, for_second]) == {second.id: first.id}


def test_two_ids_at_one_address_are_two_homes():
    assert settle([claim(X, STREET), claim(Y, STREET, day=1)]) == {}


def test_an_address_finds_the_home_that_another_knows_by_its_id():
    with_id, without = claim(X, STREET), claim("", STREET, day=1)

    assert settle([with_id, without]) == {without.id: with_id.id}


def test_one_home_counts_once_in_whatever_order_id_address_and_both_come():
    for days in permutations(range(3)):
        facts = [
            claim(bag_id, address, day=day)
            for day, (bag_id, address) in zip(
                days, [(X, ""), (X, STREET), ("", STREET)], strict=True
            )
        ]
        assert len(settle(facts)) == 2, days


def test_an_address_without_id_stands_for_one_of_two_ids_in_any_order():
    for days in permutations(range(3)):
        facts = [
            claim(bag_id, STREET, day=day) for day, bag_id in zip(days, [X, Y, ""], strict=True)
        ]
        assert len(settle(facts)) == 1, days


def test_rooms_of_one_version_share_an_id_and_all_count():
    rooms = [claim(X, party=1, self_contained=False) for _ in range(3)]

    assert settle(rooms) == {}


def test_two_self_contained_homes_of_one_version_with_one_id_count_once():
    assert len(settle([claim(X, party=1), claim(X, party=1)])) == 1


def test_demolition_and_new_home_under_one_id_both_count():
    assert settle([claim(X, kind=Kind.DEMOLITION, party=1), claim(X, party=1)]) == {}


def test_sold_to_another_corporation_and_bought_by_it():
    built = claim(X, year=2024, party=1)
    sold = claim(X, kind=Kind.SALE_CORPORATION, party=1, day=400)
    bought = claim(X, kind=Kind.PURCHASE, party=2, day=401)

    assert settle([built, sold, bought]) == {}
    assert settle([built, bought]) == {bought.id: built.id}


@pytest.mark.parametrize(("demolished", "lost"), [(date(2025, 5, 1), 0), (date(2025, 12, 1), 1)])
def test_within_a_year_days_tell_whether_a_change_lies_between(demolished, lost):
    built = claim(X, happened=date(2025, 2, 1))
    gone = claim(X, kind=Kind.DEMOLITION, happened=demolished)
    again = claim(X, happened=date(2025, 9, 1), day=1)

    assert len(settle([built, gone, again])) == lost


def test_a_home_reported_for_two_years_counts_in_the_first():
    first, second = claim(X, year=2025, party=1), claim(X, year=2026, party=1, day=300)

    assert settle([second, first]) == {second.id: first.id}


def test_a_loser_does_not_take_a_third_claim_down():
    first, second = claim(X), claim(X, day=1)
    third = replace(claim("", STREET, day=2), submission=second.submission)

    assert settle([first, second, third]) == {second.id: first.id}
