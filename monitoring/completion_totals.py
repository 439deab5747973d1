"""What filtered rows add up to, with how much of it is provisional and disputed.

From tallies where they know the filter, else from the rows themselves.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Least

from housing.codes import TRANSFERS, UnitKind
from housing.models import Claim, StockChange, Submission, Tally
from monitoring.completions import any_of, waiting
from monitoring.reported import Mark
from monitoring.stated import MIXED, PROVISIONAL, SETTLED, Stated

Status = Submission.Status
_PROVISIONAL = Q(submission__status=Status.SUBMITTED)


@dataclass(frozen=True, slots=True)
class Totals:
    """What the filtered rows add up to. Homes are woonruimten of 2.1A; `counted` is signed. Of
    what came and of what counts it says how much is provisional and disputed."""

    rows: int = 0
    corporations: int = 0
    added: int = 0
    removed: int = 0
    moved: int = 0
    counted: int = 0
    other_units: int = 0
    sold_from_stock: int = 0
    added_provisional: int = 0
    counted_provisional: int = 0
    counted_disputed: int = 0

    @property
    def stated(self) -> Stated:
        """What counts, with its state and how much of it is disputed."""
        return self._stated(self.counted, self.counted_provisional, self.counted_disputed)

    @property
    def stated_added(self) -> Stated:
        """What came, with its state."""
        return self._stated(self.added, self.added_provisional)

    def _stated(self, homes: int, provisional: int, disputed: int = 0) -> Stated:
        marks = (Mark("disputed", disputed),) if disputed else ()
        state = MIXED if provisional != homes else PROVISIONAL
        return Stated(homes, state if provisional else SETTLED, provisional, marks)

    @property
    def removed_signed(self) -> int:
        """What went, written as a loss."""
        return -self.removed


def totals(
    rows: QuerySet[StockChange],
    tallies: QuerySet[Tally],
    counts: Q,
    disputed: Iterable[tuple[int, int]] = (),
) -> Totals:
    """What rows add up to, from the tallies of the same filter: only the rows are counted.

    Tallies leave out homes of rows that wait for another year's version; those few are added.
    """
    sums = tallies.order_by().aggregate(
        corporations=Count("submission__organisation", distinct=True),
        counted=Sum("homes", filter=counts),
        counted_provisional=Sum("homes", filter=counts & Q(standing=Tally.Standing.SUBMITTED)),
        counted_disputed=Sum("homes", filter=counts & _disputed(disputed)),
        **_sums(F("homes") * F("direction") + F("lost")),
    )
    submitted = Submission.objects.filter(counts=True, status=Status.SUBMITTED)
    late = rows.order_by().filter(waiting(), submission__in=submitted)
    moved = late.aggregate(**_sums(F("homes")))
    found = {name: (value or 0) + (moved.get(name) or 0) for name, value in sums.items()}
    return Totals(rows=rows.order_by().count(), **found)


def totals_of_rows(
    rows: QuerySet[StockChange], counts: Q, disputed: Iterable[tuple[int, int]] = ()
) -> Totals:
    """The same from the rows themselves, for a filter that tallies do not know: a search."""
    sums = rows.order_by().aggregate(
        rows=Count("pk"),
        corporations=Count("submission__organisation", distinct=True),
        counted=Sum(F("homes") * F("direction"), filter=counts),
        counted_provisional=Sum(F("homes") * F("direction"), filter=counts & _PROVISIONAL),
        counted_disputed=Sum(F("homes") * F("direction"), filter=counts & _disputed(disputed)),
        **_sums(F("homes")),
    )
    found = {name: value or 0 for name, value in sums.items()}
    for name, of in (
        ("counted", Q()),
        ("counted_provisional", _PROVISIONAL),
        ("counted_disputed", _disputed(disputed)),
    ):
        if found[name]:
            found[name] -= _counted_elsewhere(rows.order_by().filter(counts, of))
    return Totals(**found)


def _disputed(pairs: Iterable[tuple[int, int]]) -> Q:
    """Homes of versions in municipalities that dispute them."""
    places: dict[int, list[int]] = defaultdict(list)
    for submission, municipality in pairs:
        places[submission].append(municipality)
    return any_of(
        Q(submission=submission, municipality__in=found) for submission, found in places.items()
    )


def _sums(homes: Any) -> dict[str, Sum]:
    """Sums of a positive number of homes, of rows or of tallies: their facts have one name."""
    dwelling = Q(unit_kind=UnitKind.DWELLING, part="2.1A")
    moves = Q(kind__in=sorted(TRANSFERS))
    return {
        "added": Sum(homes, filter=dwelling & ~moves & Q(direction=1)),
        "added_provisional": Sum(homes, filter=dwelling & ~moves & Q(direction=1) & _PROVISIONAL),
        "removed": Sum(homes, filter=dwelling & ~moves & Q(direction=-1)),
        "moved": Sum(homes, filter=dwelling & moves),
        "other_units": Sum(homes, filter=Q(part="2.1A") & ~Q(unit_kind=UnitKind.DWELLING)),
        "sold_from_stock": Sum(homes, filter=Q(part="2.1B")),
    }


def _counted_elsewhere(rows: QuerySet[StockChange]) -> int:
    losing = Claim.objects.filter(until=None, lost_to__isnull=False)
    lost = (
        rows.filter(pk__in=losing.values("row"))
        .annotate(claims_lost=Count("claims", filter=Q(claims__in=losing)))
        .annotate(lost=Least(F("homes"), F("claims_lost")) * F("direction"))
        .aggregate(homes=Sum("lost"))
    )
    moved = rows.filter(waiting()).aggregate(homes=Sum(F("homes") * F("direction")))
    return (lost["homes"] or 0) + (moved["homes"] or 0)
