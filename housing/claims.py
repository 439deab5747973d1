"""Which of several claims on one home counts (NUMBERS 7). Pure: no Django, no database."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses at which homes with an id are known, from whichever claim says so."""

    of_id: Mapping[str, frozenset[str]]

    @classmethod
    def known(cls, claims: Iterable[ClaimFact]) -> "Places":
        found: dict[str, set[str]] = defaultdict(set)
        for claim in claims:
            if claim.bag_id and claim.address:
                found[claim.bag_id].add(claim.address)
        return cls({bag_id: frozenset(addresses) for bag_id, addresses in found.items()})

    def of(self, claim: ClaimFact) -> frozenset[str]:
        """Where the home of a claim is: by its own address, or by what others know of its id."""
        own = frozenset({claim.address}) if claim.address else frozenset()
        return own | self.of_id.get(claim.bag_id, frozenset()) if claim.bag_id else own

    def about_one_home(self, one: ClaimFact, other: ClaimFact) -> bool:
        """They share an id or, where at least one has no id, their full addresses are equal.

        What a third claim knows of an id's address holds for all with that id; else the order
        in which three parties report one home would decide how often it counts.
        """
        if one.bag_id and other.bag_id:
            return one.bag_id == other.bag_id
        return bool(self.of(one) & self.of(other))


@dataclass(slots=True)
class _Holding:
    """Claims that count so far, found by id and by address."""

    by_id: dict[str, list[ClaimFact]] = field(default_factory=lambda: defaultdict(list))
    by_address: dict[str, dict[int, list[ClaimFact]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def add(self, claim: ClaimFact, addresses: Iterable[str]) -> None:
        if claim.bag_id:
            self.by_id[claim.bag_id].append(claim)
        for address in addresses:
            self.by_address[address][claim.submission].append(claim)

    def like(self, claim: ClaimFact, addresses: Iterable[str]) -> Iterator[ClaimFact]:
        """Those that may be about the same home, the same id first."""
        yield from self.by_id.get(claim.bag_id, ()) if claim.bag_id else ()
        for address in addresses:
            for submission, held in self.by_address.get(address, {}).items():
                if submission != claim.submission:
                    yield from held


def settle(claims: Sequence[ClaimFact], rulings: Iterable[RulingFact] = ()) -> dict[int, int]:
    """Say for each claim that does not count which claim counts in its place.

    A ruling decides; else accepted goes before submitted; else the earlier moment. A claim
    counts unless it conflicts with one that goes before it and counts itself. Where only the
    address is equal, a claim stands in place of one home of each other version: several homes
    of one version at one address are several homes.
    """
    order = sorted(claims, key=lambda claim: (not claim.accepted, claim.since, claim.id))
    submission_of = {claim.id: claim.submission for claim in claims}
    ruled: dict[int, int] = {}
    for ruling in sorted(rulings, key=lambda ruling: ruling.known_from):
        _put_before(order, ruling.winner, ruling.loser)
        ruled.pop(ruling.winner, None)
        ruled[ruling.loser] = ruling.winner
    places = Places.known(claims)
    beaten = {
        (winner, submission_of[loser]): loser
        for loser, winner in ruled.items()
        if loser in submission_of
    }
    holding = _Holding()
    lost: dict[int, int] = {}
    for claim in order:
        addresses = sorted(places.of(claim))
        for held in holding.like(claim, addresses):
            if not in_conflict(claim, held, claims, places):
                continue
            if not _share_an_id(claim, held):
                taken = beaten.setdefault((held.id, claim.submission), claim.id)
                if taken != claim.id:
                    continue
            lost[claim.id] = held.id
            break
        else:
            holding.add(claim, addresses)
    return lost


def in_conflict(
    one: ClaimFact, other: ClaimFact, claims: Sequence[ClaimFact], places: Places | None = None
) -> bool:
    """Same home, same direction, and no opposite change among `claims` lies between them.

    Rows of one version may share an address or an id (rooms); there only the same id of two
    self-contained homes is a conflict.
    """
    places = places or Places.known(claims)
    if one.direction != other.direction or not places.about_one_home(one, other):
        return False
    if one.submission == other.submission:
        both = one.self_contained and other.self_contained
        if not both or not _share_an_id(one, other):
            return False
    return not any(
        _lies_between(change, one, other)
        for change in claims
        if change.direction != one.direction
        and (places.about_one_home(change, one) or places.about_one_home(change, other))
    )


def _share_an_id(one: ClaimFact, other: ClaimFact) -> bool:
    return bool(one.bag_id) and one.bag_id == other.bag_id


def _lies_between(change: ClaimFact, one: ClaimFact, other: ClaimFact) -> bool:
    if one.year != other.year:
        first, last = sorted((one.year, other.year))
        return first <= change.year <= last
    if change.year != one.year:
        return False
    days = (one.happened, change.happened, other.happened)
    if one.happened and change.happened and other.happened:
        return (
            min(one.happened, other.happened)
            <= change.happened
            <= max(one.happened, other.happened)
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
