"""Who takes which part of a number: bids of municipalities, shares of corporations, by year.

A split need not add up yet. What is not allocated is shown, and what exceeds the whole is said,
for the total and for each year. Each way of splitting (by municipality, by corporation, by both)
is laid beside the whole on its own: they are the same homes, cut differently.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agreements.models import Agreement, Target
from agreements.targets import is_whole
from housing.codes import Segment
from housing.models import Organisation
from monitoring import words

MUNICIPALITY, CORPORATION, BOTH = "municipality", "corporation", "both"
_NAMES = {
    MUNICIPALITY: ("gemeenten", "Gemeente"),
    CORPORATION: ("corporaties", "Corporatie"),
    BOTH: ("corporaties per gemeente", "Gemeente en corporatie"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """What one party takes; `target` is None for a party that has no share yet."""

    name: str
    scope: str
    target: Target | None = None
    years: dict[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int | None:
        """The total of this share: as agreed, else the sum of its years; None without either."""
        if self.target is None or (self.target.total is None and not self.years):
            return None
        return self.target.total if self.target.total is not None else sum(self.years.values())

    @property
    def is_given(self) -> bool:
        return self.total is not None


@dataclass(frozen=True, slots=True)
class Cut:
    """One way of splitting: the shares of parties of one kind, in one segment."""

    kind: str
    segment: str
    shares: tuple[Share, ...]
    years: tuple[int, ...]
    whole: int | None
    whole_years: dict[int, int]

    @property
    def who(self) -> str:
        """gemeenten, corporaties."""
        return _NAMES[self.kind][0]

    @property
    def heading(self) -> str:
        return _NAMES[self.kind][1]

    @property
    def segment_label(self) -> str:
        return Segment(self.segment).label

    @property
    def given(self) -> int:
        """How many parties have a share."""
        return sum(share.is_given for share in self.shares)

    @property
    def total(self) -> int:
        return sum(share.total or 0 for share in self.shares)

    @property
    def by_year(self) -> dict[int, int]:
        return {year: sum(share.years.get(year, 0) for share in self.shares) for year in self.years}

    @property
    def left(self) -> int | None:
        """What is not allocated yet; negative when more was allocated than there is."""
        return None if self.whole is None else self.whole - self.total

    @property
    def left_by_year(self) -> dict[int, int | None]:
        given = self.by_year
        return {
            year: self.whole_years[year] - given[year] if year in self.whole_years else None
            for year in self.years
        }

    @property
    def rows(self) -> list[tuple[Share, list[int | None]]]:
        """Each share with its homes by year, None where none was given."""
        return [(share, [share.years.get(year) for year in self.years]) for share in self.shares]

    @property
    def warnings(self) -> list[str]:
        """In words: where the shares together exceed the whole."""
        found = []
        if self.left is not None and self.left < 0:
            found.append(
                f"De {self.who} hebben samen {words.homes(self.total)}: "
                f"{words.number(-self.left)} meer dan het geheel van {words.number(self.whole)}."
            )
        for year, left in self.left_by_year.items():
            if left is not None and left < 0:
                found.append(
                    f"In {year} is {words.number(-left)} meer toegedeeld aan {self.who} dan de "
                    f"{words.number(self.whole_years[year])} van dat jaar."
                )
        return found


@dataclass(frozen=True, slots=True)
class Allocation:
    """Every way in which the number of one agreement was split, as known at a moment."""

    agreement: Agreement
    whole: Target | None
    years: tuple[int, ...]
    cuts: tuple[Cut, ...]
    others: tuple[Share, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not any(cut.given for cut in self.cuts)

    @property
    def is_demo(self) -> bool:
        shares = (share for cut in self.cuts for share in cut.shares)
        return any(share.target is not None and share.target.is_demo for share in shares)

    @property
    def warnings(self) -> list[str]:
        return [warning for cut in self.cuts for warning in cut.warnings]

    @property
    def heading(self) -> str:
        """The answer of the page."""
        main = self.cuts[0] if self.cuts else None
        if self.whole is None or self.whole.total is None:
            if self.agreement.kind == Agreement.Kind.RESTRAINT:
                count = sum(cut.given for cut in self.cuts)
                return (
                    f"{count} van de {len(main.shares) if main else 0} corporaties hebben een "
                    "signaalwaarde"
                )
            return "Deze afspraak heeft geen getal om te verdelen"
        goal = words.number(self.whole.total)
        if main is None or self.is_empty:
            return f"De {goal} woningen zijn nog niet verdeeld"
        best = max(self.cuts, key=lambda cut: cut.total)
        if best.left and best.left > 0:
            return f"Van de {goal} woningen zijn er {words.number(best.left)} nog niet toegedeeld"
        if best.left and best.left < 0:
            return f"Er is {words.number(-best.left)} meer toegedeeld dan de {goal} woningen"
        return f"De {goal} woningen zijn helemaal verdeeld over de {best.who}"


def allocation_of(agreement: Agreement, moment: datetime) -> Allocation:
    """How the number of `agreement` is split over parties, as known at `moment`."""
    set_ = agreement.set
    targets = list(
        Target.objects.at(moment)
        .filter(agreement=agreement)
        .select_related("municipality", "corporation")
        .prefetch_related("years")
    )
    whole = next((t for t in targets if is_whole(t, agreement)), None)
    restraint = agreement.kind == Agreement.Kind.RESTRAINT
    shares = [target for target in targets if not is_whole(target, agreement)]
    years = _years(set_.first_year, set_.last_year, targets)
    main = whole.segment if whole else Segment.SOCIAL_RENT.value
    parties = list(
        Organisation.objects.filter(
            kind__in=[Organisation.Kind.MUNICIPALITY, Organisation.Kind.CORPORATION],
            known_from__lte=moment,
        ).order_by("name")
    )
    if set_.is_local:
        signed = {party.pk for party in set_.parties.all()}
        parties = [party for party in parties if party.pk in signed]
    cuts = []
    segments = sorted({main, *(t.segment for t in shares)}, key=lambda code: (code != main, code))
    for segment in segments:
        in_segment = [target for target in shares if target.segment == segment]
        pace = _pace(whole) if whole and segment == main and not restraint else {}
        total = whole.total if whole and segment == main and not restraint else None
        for kind in (MUNICIPALITY, CORPORATION, BOTH):
            of_kind = [target for target in in_segment if _kind(target, agreement) == kind]
            wanted = _wanted(kind, segment == main, agreement)
            if not of_kind and not wanted:
                continue
            lines = _shares(kind, of_kind, parties if wanted else [])
            cuts.append(Cut(kind, segment, lines, years, total, pace))
    return Allocation(agreement, whole, years, tuple(cuts))


def _wanted(kind: str, is_main: bool, agreement: Agreement) -> bool:
    """Whether a table stands there also when it is empty."""
    if not is_main or kind == BOTH:
        return False
    if agreement.kind == Agreement.Kind.RESTRAINT:
        return kind == CORPORATION
    return kind == CORPORATION or not agreement.set.is_local


def _kind(target: Target, agreement: Agreement) -> str:
    place = target.municipality_id is not None
    if place and target.municipality_id == agreement.set.municipality_id:
        place = False
    if place and target.corporation_id is not None:
        return BOTH
    return MUNICIPALITY if place else CORPORATION


def _shares(
    kind: str, targets: Sequence[Target], parties: Iterable[Organisation]
) -> tuple[Share, ...]:
    found: dict[str, Share] = {}
    for target in targets:
        own = (target.municipality, target.corporation)
        names = [party.name for party in own if party is not None]
        if kind == CORPORATION and target.corporation is not None:
            names = [target.corporation.name]
        name = ", ".join(names)
        found[name] = Share(name, target.scope, target, _pace(target))
    of_kind = {
        MUNICIPALITY: Organisation.Kind.MUNICIPALITY,
        CORPORATION: Organisation.Kind.CORPORATION,
    }.get(kind)
    for party in parties:
        if party.kind == of_kind and party.name not in found:
            ended = party.party_until is not None
            if not ended:
                found[party.name] = Share(party.name, party.slug)
    return tuple(found[name] for name in sorted(found))


def _pace(target: Target) -> dict[int, int]:
    return {year.year: year.homes for year in target.years.all()}


def _years(first: int, last: int, targets: Sequence[Target]) -> tuple[int, ...]:
    years: dict[int, bool] = defaultdict(bool)
    for year in range(first, last + 1):
        years[year] = True
    for target in targets:
        for each in target.years.all():
            years[each.year] = True
    return tuple(sorted(years))
