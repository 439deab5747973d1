"""What a version says: totals by kind, segment and municipality, and what of it counts."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone

from housing.codes import Answer, Kind, Segment, UnitKind
from housing.counting import Rule
from housing.models import Claim, CountingRule, Submission
from housing.tallies import elsewhere

ANSWERS = {
    "additions": "toevoegingen",
    "sales": "verkoop",
    "demolition": "sloop",
    "other_withdrawals": "andere onttrekkingen",
}
DWELLING = UnitKind.DWELLING.value
_FACTS = (
    "municipality__name", "part", "kind", "direction", "segment", "unit_kind", "dwelling_type",
    "self_contained",
)  # fmt: skip
_NAMES = ("municipality", *_FACTS[1:])


@dataclass(frozen=True, slots=True)
class _Group:
    """Homes with the same facts, as the counting rule looks at them."""

    year: int
    municipality: str
    part: str
    kind: str
    direction: int
    segment: str
    unit_kind: str
    dwelling_type: str
    self_contained: bool | None
    homes: int


@dataclass(frozen=True, slots=True)
class PlaceTotal:
    """Homes of one municipality; `counted` before what counts elsewhere is taken off. `disputed`:
    the municipality says that it is not right."""

    municipality: str
    counted: int
    other: int
    gone: int
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class KindTotal:
    """Homes of one kind of change and segment."""

    kind: str
    segment: str
    homes: int
    counted: int


@dataclass(frozen=True, slots=True)
class Contents:
    """The totals of a version. `lost` homes count at another party or year, `moved` still count
    in another year until the set is accepted; `counted` is without both."""

    counted: int
    added: int
    gone: int
    lost: int
    moved: int
    rows: int
    rent_unknown: int
    places: tuple[PlaceTotal, ...]
    kinds: tuple[KindTotal, ...]
    answers: tuple[tuple[str, str], ...]
    rule: Rule

    @property
    def before_losses(self) -> int:
        """Homes that count under the rule, also those that count elsewhere for now."""
        return self.counted + self.lost + self.moved

    @property
    def not_counted(self) -> int:
        """Added homes that do not count."""
        return self.added - self.counted


def contents_of(
    submission: Submission, rule: Rule | None = None, disputed: Collection[str] = ()
) -> Contents:
    """Sum the rows of a version under today's counting rule; `disputed` are the municipalities
    that dispute what it says of them."""
    rule = rule or CountingRule.rule_at(timezone.now())
    # Parking places and shops are units too, but no homes.
    groups = [group for group in _groups(submission) if group.unit_kind == DWELLING]
    stock = [group for group in groups if group.part == "2.1A"]
    lost, moved = _lost(submission, rule), _moved(submission, rule)
    counted = sum(group.homes for group in stock if rule.counts(group))
    places = tuple(
        replace(place, disputed=place.municipality in disputed) for place in _places(stock, rule)
    )
    return Contents(
        counted=counted - lost - moved,
        added=sum(group.homes for group in stock if group.direction > 0),
        gone=sum(group.homes for group in stock if group.direction < 0),
        lost=lost,
        moved=moved,
        rows=submission.rows.count(),
        rent_unknown=_rent_unknown(submission, rule),
        places=places,
        kinds=tuple(_kinds(groups, rule)),
        answers=tuple(
            (label, Answer(getattr(submission, name)).label) for name, label in ANSWERS.items()
        ),
        rule=rule,
    )


def counted_in(submissions: Iterable[Submission], rule: Rule) -> dict[int, int]:
    """The homes of each version that count under `rule`, before losses, by its key."""
    known = {submission.pk: submission.year for submission in submissions}
    counted = dict.fromkeys(known, 0)
    rows = Submission.objects.filter(pk__in=known, rows__isnull=False).order_by()
    facts = tuple(f"rows__{name}" for name in _FACTS)
    for pk, *values, total in rows.values_list("pk", *facts).annotate(total=Sum("rows__homes")):
        group = _group(known[pk], values, total)
        if rule.counts(group):
            counted[pk] += group.homes
    return counted


def _groups(submission: Submission) -> list[_Group]:
    rows = submission.rows.order_by().values_list(*_FACTS).annotate(total=Sum("homes"))
    return [_group(submission.year, values, total) for *values, total in rows]


def _group(year: int, values: list[Any], total: int) -> _Group:
    facts = dict(zip(_NAMES, values, strict=True))
    facts["municipality"] = facts["municipality"] or ""
    return _Group(year=year, homes=total, **facts)


def _places(groups: Iterable[_Group], rule: Rule) -> Iterable[PlaceTotal]:
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for group in groups:
        uncounted = "other" if group.direction > 0 else "gone"
        what = "counted" if rule.counts(group) else uncounted
        sums[group.municipality][what] += group.homes
    for place, found in sorted(sums.items()):
        yield PlaceTotal(
            place or "onbekende gemeente", found["counted"], found["other"], found["gone"]
        )


def _kinds(groups: Iterable[_Group], rule: Rule) -> Iterable[KindTotal]:
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for group in groups:
        figure = sums[group.part, group.kind, group.segment]
        figure[0] += group.homes * group.direction
        figure[1] += group.homes if rule.counts(group) else 0
    order = list(Kind)
    keys = sorted(sums, key=lambda key: (key[0], order.index(Kind(key[1])), key[2]))
    for part, kind, segment in keys:
        label = Kind(kind).label + ("" if part == "2.1A" else " (geen woningen in exploitatie)")
        yield KindTotal(label, Segment(segment).label, *sums[part, kind, segment])


def lost_in(submissions: Iterable[Submission], rule: Rule) -> dict[int, int]:
    """Counted homes of each version that another claim holds, by its key; few versions have any,
    and only those are looked at."""
    losing = Claim.objects.filter(submission__in=submissions, until=None, lost_to__isnull=False)
    some = set(losing.order_by().values_list("submission", flat=True).distinct())
    return {each.pk: _lost(each, rule) for each in submissions if each.pk in some}


def _lost(submission: Submission, rule: Rule) -> int:
    """Counted homes that another claim holds, at most the homes of each row."""
    if not submission.counts:
        return 0
    losing = submission.claims.filter(until=None, lost_to__isnull=False)
    per_row = dict(losing.order_by().values_list("row").annotate(times=Count("pk")))
    return _sum_of_rows(submission, rule, per_row)


def _moved(submission: Submission, rule: Rule) -> int:
    if not submission.counts:
        return 0
    return _sum_of_rows(submission, rule, dict.fromkeys(elsewhere(submission)))


def _sum_of_rows(submission: Submission, rule: Rule, most: dict[int, int | None]) -> int:
    found = 0
    rows = submission.rows.filter(pk__in=list(most)).values_list("pk", *_FACTS, "homes")
    for pk, *values, total in rows if most else ():
        group = _group(submission.year, values, total)
        if rule.counts(group):
            limit = most[pk]
            found += total if limit is None else min(total, limit)
    return found


def _rent_unknown(submission: Submission, rule: Rule) -> int:
    rows = submission.rows.filter(rent_class="unknown").order_by()
    sums = rows.values_list(*_FACTS).annotate(total=Sum("homes"))
    groups = (_group(submission.year, values, total) for *values, total in sums)
    return sum(group.homes for group in groups if rule.counts(group))
