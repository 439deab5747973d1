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
    """Claims that count so far, found by id and by address, those without an id apart."""

    by_id: dict[str, list[ClaimFact]] = field(default_factory=lambda: defaultdict(list))
    by_address: dict[str, list[ClaimFact]] = field(default_factory=lambda: defaultdict(list))
    nameless: dict[str, list[ClaimFact]] = field(default_factory=lambda: defaultdict(list))

    def add(self, claim: ClaimFact, addresses: Iterable[str]) -> None:
        if claim.bag_id:
            self.by_id[claim.bag_id].append(claim)
        for address in addresses:
            self.by_address[address].append(claim)
            if not claim.bag_id:
                self.nameless[address].append(claim)

    def like(self, claim: ClaimFact, addresses: Iterable[str]) -> Iterator[ClaimFact]:
        """Those that may be about the same home, the same id first."""
        if claim.bag_id:
            yield from self.by_id.get(claim.bag_id, ())
        found = self.nameless if claim.bag_id else self.by_address
        for address in addresses:
            yield from found.get(address, ())


def settle(claims: Sequence[ClaimFact], rulings: Iterable[RulingFact] = ()) -> dict[int, int]:
    """Say for each claim that does not count which claim counts in its place.

    A ruling decides; else accepted goes before submitted; else the earlier moment. A claim
    counts unless it conflicts with one that goes before it and counts itself. A claim without
    an id stands in place of one id at most: two ids at one address are two homes, and it is
    about one of them.
    """
    order = sorted(claims, key=lambda claim: (not claim.accepted, claim.since, claim.id))
    bag_id_of = {claim.id: claim.bag_id for claim in claims}
    replaced: dict[int, str] = {}
    for ruling in sorted(rulings, key=lambda ruling: ruling.known_from):
        _put_before(order, ruling.winner, ruling.loser)
        if bag_id_of.get(ruling.loser):
            replaced[ruling.winner] = bag_id_of[ruling.loser]
    places = Places.known(claims)
    holding = _Holding()
    lost: dict[int, int] = {}
    for claim in order:
        addresses = sorted(places.of(claim))
        for held in holding.like(claim, addresses):
            if not in_conflict(claim, held, claims, places):
                continue
            by_address_alone = claim.bag_id and not held.bag_id
            if by_address_alone and replaced.setdefault(held.id, claim.bag_id) != claim.bag_id:
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

    Within one version rooms may share an id; only two self-contained homes conflict there.
    """
    places = places or Places.known(claims)
    if one.direction != other.direction or not places.about_one_home(one, other):
        return False
    if one.submission == other.submission and not (one.self_contained and other.self_contained):
        return False
    return not any(
        _lies_between(change, one, other)
        for change in claims
        if change.direction != one.direction
        and (places.about_one_home(change, one) or places.about_one_home(change, other))
    )


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
