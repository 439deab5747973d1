"""How many social homes each corporation sold in a year, for the agreement on restraint.

Only what NUMBERS 4 says: homes of the social stock (2.1A), to future occupants and to others
apart. A sale to another party corporation that reported its purchase stays social: it is shown
apart and not held against restraint. Homes sold from stock (2.1B) are shown apart too. A year of
which a corporation did not answer the question about sales is not there: not reported is not 0.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from agreements.models import Agreement, Target, TargetYear
from housing.codes import SALES, Branch, Kind, Segment, UnitKind
from housing.models import Claim
from monitoring.figures import Picture, picture
from monitoring.reported import ACCEPTED, MISSING, PENDING, Answered, Mark, Slice
from monitoring.stated import MIXED, Stated, stated

SOCIAL = (Segment.SOCIAL_RENT.value, Segment.SOCIAL_ABOVE_LIMIT.value)
FROM_STOCK = "2.1B"
SLUG = "verkoop-sociale-huur"
# A matched pair: a sale to whoever is no occupant, and a purchase that another party reported.
_TO_A_PARTY = (Kind.SALE_CORPORATION.value, Kind.SALE_OTHER.value)

SoldByCorporation = dict[str, dict[int, "Sold"]]


@dataclass(frozen=True, slots=True)
class Sold:
    """Homes one corporation sold in one year, all positive.

    `unmatched`: to a corporation, but no other party reported the purchase. `to_corporation`:
    matched to its purchase. `provisional`: of `held_against`, from a version not yet accepted.
    `state` and `marks` say how `held_against` stands (`monitoring.stated`).
    """

    occupants: int = 0
    others: int = 0
    unmatched: int = 0
    to_corporation: int = 0
    from_stock_2_1b: int = 0
    provisional: int = 0
    demo: bool = False
    state: str = MISSING
    marks: tuple[Mark, ...] = ()

    @property
    def held_against(self) -> int:
        """What the signal value is laid beside."""
        return self.occupants + self.others + self.unmatched

    @property
    def stated(self) -> Stated:
        """What is held against restraint, with its state and marks."""
        return Stated(self.held_against, self.state, self.provisional, self.marks)

    def __add__(self, other: "Sold") -> "Sold":
        """Both together: of predecessors under their successor, of parties in a total."""
        sums: dict[str, Any] = {
            name: getattr(self, name) + getattr(other, name) for name in _COUNTS
        }
        states = {each.state for each in (self, other) if each.state != MISSING}
        state = states.pop() if len(states) == 1 else MIXED if states else MISSING
        marks = (*self.marks, *other.marks)
        return Sold(**sums, demo=self.demo or other.demo, state=state, marks=marks)


_COUNTS = (
    "occupants", "others", "unmatched", "to_corporation", "from_stock_2_1b", "provisional",
)  # fmt: skip


def sold_by_corporation(moment: datetime) -> SoldByCorporation:
    """The sales as known at the end of `moment`'s day (today: now): {slug: {year: Sold}}."""
    return sold_in(picture(timezone.localdate(moment)))


def sold_in(known: Picture) -> SoldByCorporation:
    """The sales in a picture; years without an answer about sales are left out.

    After a merger the predecessors' years stand under the successor, and are known when all of
    them that gave an answer for that year answered about sales.
    """
    sums: dict[tuple[str, int], Sold] = defaultdict(Sold)
    held: dict[tuple[str, int], list[Slice]] = defaultdict(list)
    for piece in known.slices:
        if piece.kind not in SALES:
            continue
        if piece.standing != PENDING:
            sums[piece.organisation, piece.year] += _of(piece)
        if piece.would_be_net:
            held[piece.organisation, piece.year].append(piece)
    for key, kind, count in _matched(known):
        sums[key] = _moved(sums[key], kind, count)
    found: SoldByCorporation = defaultdict(dict)
    unknown: set[tuple[str, int]] = set()
    for answer in known.answered:
        if not answer.is_given:
            continue
        under = known.stands_under[answer.organisation]
        if not answer.sales:
            unknown.add((under, answer.year))
            continue
        key = (answer.organisation, answer.year)
        sold = _standing(sums[key], held[key], answer)
        found[under][answer.year] = found[under].get(answer.year, Sold()) + sold
    for slug, year in unknown:
        found.get(slug, {}).pop(year, None)
    return dict(found)


def sales_agreement(moment: datetime) -> Agreement | None:
    """The regional agreement on restraint in selling, as known at `moment`."""
    regional = Agreement.objects.known_at(moment).regional()
    return regional.filter(slug=SLUG, kind=Agreement.Kind.RESTRAINT).select_related("set").first()


def signals_at(agreement: Agreement, moment: datetime) -> dict[str, dict[int, int]]:
    """The signal values of each corporation as known at `moment`: {slug: {year: homes}}."""
    targets = Target.objects.at(moment).filter(
        agreement=agreement, corporation__isnull=False, municipality__isnull=True
    )
    scopes = dict(targets.values_list("pk", "corporation__slug"))
    signals: dict[str, dict[int, int]] = defaultdict(dict)
    for year in TargetYear.objects.filter(target__in=list(scopes)):
        signals[scopes[year.target_id]][year.year] = year.homes
    return dict(signals)


def total_of(sold: Mapping[str, Mapping[int, Sold]], year: int) -> Sold | None:
    """All corporations together, as far as they answered; None when nobody did."""
    given = [years[year] for years in sold.values() if year in years]
    return sum(given, Sold()) if given else None


def _standing(sold: Sold, pieces: list[Slice], answer: Answered) -> Sold:
    """What was sold, with how the answer about it stands. A correction that waits is told as the
    change it makes: which of its sales another party bought is not matched before it counts."""
    about = [mark for mark in answer.marks if mark.code != "excess"]
    found = stated(pieces, [replace(answer, marks=tuple(about))], sign=-1, flags=False)
    marks = tuple(
        replace(
            mark,
            homes=sold.held_against,
            becomes=max(0, sold.held_against + (mark.becomes or 0) - mark.homes),
        )
        if mark.code == "correction"
        else mark
        for mark in found.marks
    )
    return replace(sold, state=answer.state, marks=marks)


def _of(piece: Slice) -> Sold:
    homes = -piece.homes
    if piece.part == FROM_STOCK:
        is_home = piece.unit_kind == UnitKind.DWELLING and bool(piece.municipality)
        return Sold(from_stock_2_1b=homes if is_home else 0, demo=piece.demo)
    if not piece.is_net:
        return Sold()
    name = {
        Kind.SALE_OCCUPANT.value: "occupants",
        Kind.SALE_OTHER.value: "others",
        Kind.SALE_CORPORATION.value: "unmatched",
    }[piece.kind]
    provisional = 0 if piece.standing == ACCEPTED else homes
    counts: dict[str, Any] = {name: homes, "provisional": provisional}
    return Sold(**counts, demo=piece.demo)


def _moved(sold: Sold, kind: str, count: int) -> Sold:
    """`count` homes of `kind` were bought by another party: never more than were sold."""
    name = "unmatched" if kind == Kind.SALE_CORPORATION else "others"
    moved = min(count, getattr(sold, name))
    return replace(
        sold,
        **{name: getattr(sold, name) - moved},
        to_corporation=sold.to_corporation + moved,
        provisional=min(sold.provisional, sold.held_against - moved),
    )


def _matched(known: Picture) -> list[tuple[tuple[str, int], str, int]]:
    """Sales whose home another party reported as bought: ((slug, year), kind, homes).

    Matched as claims are: by a shared id, or by full address where one of the two has no id
    (NUMBERS 7); the purchase of the year of the sale or of the next.
    """
    moment = known.moment
    in_force = Claim.objects.filter(since__lte=moment).filter(
        Q(until__isnull=True) | Q(until__gt=moment)
    )
    facts = ("organisation__slug", "year", "bag_id", "address")
    social = Q(row__branch=Branch.DAEB.value) | Q(row__branch="", row__segment__in=SOCIAL)
    sales = in_force.filter(kind__in=_TO_A_PARTY).filter(social)
    sold = list(sales.values_list(*facts, "kind", "pk"))
    if not sold:
        return []
    bought = list(in_force.filter(kind=Kind.PURCHASE.value).values_list(*facts))
    by_id: dict[str, list[tuple[str, int]]] = defaultdict(list)
    by_address: dict[str, list[tuple[str, int, bool]]] = defaultdict(list)
    for buyer, year, bag_id, address in bought:
        if bag_id:
            by_id[bag_id].append((buyer, year))
        if address:
            by_address[address].append((buyer, year, bool(bag_id)))
    counts: dict[tuple[tuple[str, int], str], int] = defaultdict(int)
    for seller, year, bag_id, address, kind, _ in sold:
        buyers = list(by_id[bag_id]) if bag_id else []
        if address:
            buyers += [
                (buyer, when)
                for buyer, when, has_id in by_address[address]
                if not (bag_id and has_id)
            ]
        if any(buyer != seller and when in (year, year + 1) for buyer, when in buyers):
            counts[(seller, year), kind] += 1
    return [(key, kind, count) for (key, kind), count in counts.items()]
