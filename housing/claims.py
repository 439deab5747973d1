"""Which of several claims on one home counts (NUMBERS 7). Pure: no Django, no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from housing.codes import Kind


@dataclass(frozen=True, slots=True)
class ClaimFact:
    """A claim in force, as deciding needs it.

    `happened` only when the day is known. `address` only of a row of one home.
    """

    id: int
    submission: int
    organisation: int
    year: int
    direction: int
    kind: str
    happened: date | None
    bag_id: str
    address: str
    self_contained: bool
    accepted: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class RulingFact:
    """The coordinator's word on two claims; the newest stands."""

    winner: int
    loser: int
    known_from: datetime


def about_one_home(one: ClaimFact, other: ClaimFact) -> bool:
    """They share an id or, where at least one has no id, their full addresses are equal."""
    if one.bag_id and other.bag_id:
        return one.bag_id == other.bag_id
    return bool(one.address) and one.address == other.address


def settle(claims: Sequence[ClaimFact], rulings: Iterable[RulingFact] = ()) -> dict[int, int]:
    """Say for each claim that does not count which claim counts in its place.

    A ruling decides; else accepted goes before submitted; else the earlier moment. A claim
    counts unless it conflicts with one that goes before it and counts itself.
    """
    order = sorted(claims, key=lambda claim: (not claim.accepted, claim.since, claim.id))
    for ruling in sorted(rulings, key=lambda ruling: ruling.known_from):
        _put_before(order, ruling.winner, ruling.loser)
    holding: list[ClaimFact] = []
    lost: dict[int, int] = {}
    for claim in order:
        winner = next((held for held in holding if in_conflict(claim, held, claims)), None)
        if winner is None:
            holding.append(claim)
        else:
            lost[claim.id] = winner.id
    return lost


def in_conflict(one: ClaimFact, other: ClaimFact, claims: Sequence[ClaimFact]) -> bool:
    """Same home, same direction, and no opposite change among `claims` lies between them.

    Within one version rooms may share an id; only two self-contained homes conflict there.
    """
    if one.direction != other.direction or not about_one_home(one, other):
        return False
    if one.submission == other.submission and not (one.self_contained and other.self_contained):
        return False
    return not any(
        _lies_between(change, one, other)
        for change in claims
        if change.direction != one.direction
        and (about_one_home(change, one) or about_one_home(change, other))
    )


def _lies_between(change: ClaimFact, one: ClaimFact, other: ClaimFact) -> bool:
    if one.year != other.year:
        first, last = sorted((one.year, other.year))
        return first <= change.year <= last
    if change.year != one.year:
        return False
    days = (one.happened, change.happened, other.happened)
    if one.happened and change.happened and other.happened:
        return min(one.happened, other.happened) <= change.happened <= max(
            one.happened, other.happened
        )
    # Within one year and without days only a sale from one party to the other is surely
    # between; a demolition may as well have come before both.
    return (
        None in days
        and one.organisation != other.organisation
        and change.kind == Kind.SALE_CORPORATION
    )


def _put_before(order: list[ClaimFact], winner: int, loser: int) -> None:
    places = {claim.id: place for place, claim in enumerate(order)}
    if winner in places and loser in places and places[winner] > places[loser]:
        order.insert(places[loser], order.pop(places[winner]))
