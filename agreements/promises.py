"""What the pages say of agreements: themes with their lines, who is responsible, the number."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from agreements.models import Agreement, AgreementSet, Target, TargetQuerySet, TargetYear, Theme
from housing.models import Organisation

# One and many of each kind of party; the city region is one body with a name of its own.
PARTIES: dict[str, tuple[str, str]] = {
    Organisation.Kind.MUNICIPALITY: ("gemeente", "gemeenten"),
    Organisation.Kind.CORPORATION: ("corporatie", "corporaties"),
    Organisation.Kind.TENANTS: ("huurdersorganisatie", "huurdersorganisaties"),
    Organisation.Kind.UMBRELLA: ("overlegorgaan", "overlegorganen"),
}

MANY: dict[str, str] = {
    Agreement.Kind.TARGET: "afspraken met een getal",
    Agreement.Kind.EFFORT: "inspanningen",
    Agreement.Kind.STUDY: "onderzoeken",
    Agreement.Kind.RESTRAINT: "afspraken over terughoudendheid",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One agreement in the list: who is responsible in words, and its number if it has one."""

    agreement: Agreement
    responsible: tuple[str, ...]
    homes: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """A theme with its agreements."""

    theme: Theme
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """How much of a total is given to parties of one kind."""

    parties: str
    homes: int
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Promise:
    """The number of an agreement: its versions (newest first), pace by year and split."""

    versions: tuple[Target, ...]
    years: tuple[TargetYear, ...]
    splits: tuple[Split, ...]

    @property
    def now(self) -> Target:
        """The version that holds."""
        return self.versions[0]

    @property
    def sum_of_years(self) -> int:
        """All years together; after a revision it need not be the total."""
        return sum(year.homes for year in self.years)

    @property
    def unallocated(self) -> int | None:
        """What no municipality or corporation has been given yet; None without a total."""
        if self.now.total is None:
            return None
        return self.now.total - max((split.homes for split in self.splits), default=0)


def answer(
    known: Sequence[Agreement],
    shown: Sequence[Agreement],
    party: Organisation | None = None,
    kind: str = "",
) -> str:
    """The heading of the list: how many of all agreements are of a party and of a kind."""
    total = sum(kind in ("", agreement.kind) for agreement in known)
    noun = MANY[kind] if kind else "afspraken"
    if party is not None and not shown:
        return f"{party} is bij geen van de {total} {noun} zelf aan zet"
    if party is not None:
        return f"{party} is aan zet bij {len(shown)} van de {total} {noun}"
    if kind:
        of_kind = f"van de soort {Agreement.Kind(kind).label}"
        return f"{total} van de {len(known)} afspraken {'is' if total == 1 else 'zijn'} {of_kind}"
    numbers = sum(agreement.kind == Agreement.Kind.TARGET for agreement in known)
    has = "heeft" if numbers == 1 else "hebben"
    return f"Parkstad maakte {total} afspraken, {numbers} daarvan {has} een getal"


def in_words(agreement: Agreement, counts: Counter[str]) -> tuple[str, ...]:
    """Who is responsible: "9 corporaties", "Stadsregio", and parties named one by one.

    `counts` says how many parties of each kind signed. Empty when nobody is named.
    """
    words = []
    for kind in agreement.responsible_kinds:
        if kind == Organisation.Kind.CITY_REGION:
            words.append("Stadsregio")
            continue
        one, many = PARTIES[kind]
        words.append(f"{counts[kind]} {one if counts[kind] == 1 else many}")
    words += [party.name for party in agreement.responsible.all()]
    return tuple(words)


def signatories(sets: Iterable[AgreementSet]) -> dict[int, Counter[str]]:
    """How many parties of each kind signed, by set."""
    return {set_.pk: Counter(party.kind for party in set_.parties.all()) for set_ in sets}


def by_theme(agreements: Sequence[Agreement], moment: datetime) -> list[Group]:
    """The agreements as lines below their themes, both in their own order."""
    totals = dict(_regional(Target.objects.at(moment)).values_list("agreement", "total"))
    counts = signatories({agreement.set for agreement in agreements})
    lines: dict[Theme, list[Line]] = {}
    for agreement in agreements:
        words = in_words(agreement, counts[agreement.set_id])
        line = Line(agreement, words, totals.get(agreement.pk))
        lines.setdefault(agreement.theme, []).append(line)
    themes = sorted(lines, key=lambda theme: theme.position)
    return [Group(theme, tuple(lines[theme])) for theme in themes]


def promise_of(agreement: Agreement, moment: datetime) -> Promise | None:
    """The number of an agreement as known at `moment`; None when it has none."""
    known = agreement.targets.filter(known_from__lte=moment)
    versions = tuple(_regional(known).order_by("-known_from", "-pk"))
    if not versions:
        return None
    newest = list(agreement.targets.at(moment))
    splits = (
        _split("gemeenten", [t for t in newest if t.municipality_id and not t.corporation_id]),
        _split("corporaties", [t for t in newest if t.corporation_id and not t.municipality_id]),
    )
    return Promise(
        versions=versions,
        years=tuple(versions[0].years.all()),
        splits=tuple(split for split in splits if split is not None),
    )


def _regional(targets: TargetQuerySet) -> TargetQuerySet:
    """Targets of the region as a whole, of no single party."""
    return targets.filter(municipality__isnull=True, corporation__isnull=True)


def _split(parties: str, targets: list[Target]) -> Split | None:
    if not targets:
        return None
    homes = sum(target.total or 0 for target in targets)
    return Split(parties, homes, any(target.is_demo for target in targets))
