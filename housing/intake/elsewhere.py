"""What is known elsewhere of the homes in a file: another year's answer of the same party,
another party, a project with nearly the same name. All of it warns; nothing is refused.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from housing.claims import ClaimFact, in_conflict
from housing.codes import CLAIMING, Precision, UnitKind
from housing.intake.rows import Checked, CleanRow, Problem, Severity
from housing.models import (
    Claim,
    Organisation,
    Project,
    StockChange,
    Submission,
    Tally,
    address_key,
    fold,
)

MOST_TOLD = 2_000  # cells of one warning
ALIKE = 0.85  # from here two names of projects are most likely one
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_OTHER_PARTY = "Een andere corporatie heeft deze woning ook opgegeven"
_DIGITS = re.compile(r"[0-9]+|\b[ivx]+\b")


@dataclass(frozen=True, slots=True)
class Known:
    """A home that some answer names already. `about` says where: "claim:12" or "version:5"."""

    fact: ClaimFact
    party: str  # "" for one's own
    counts_at: str  # the party where it counts now, "" for one's own
    about: str


def tell_elsewhere(checked: Checked, organisation: Organisation, year: int) -> None:
    """Add to `checked` the warnings about homes and projects that are known elsewhere.

    A few queries, however many rows there are.
    """
    others = Claim.objects.filter(until=None).exclude(organisation=organisation)
    newest = _own_versions(organisation, year)
    known: list[Known] = []
    found: list[Problem] = []
    if newest or others.exists():
        named = _named(checked.rows)
        ids = {bag_id for each in named for bag_id in each.row.bag_ids}
        addresses = {each.address for each in named if each.address}
        known += _own_other_years(ids, addresses, organisation, newest)
        known += _others(ids, addresses, organisation)
        found = _doubles(checked, named, known)
    found += _alike(checked, organisation)
    if found:
        checked.problems = sorted([*checked.problems, *found], key=lambda each: each.row)


# --- homes -------------------------------------------------------------------------------


def _claims(row: CleanRow) -> bool:
    return row.part == "2.1A" and row.kind in CLAIMING and row.unit_kind == UnitKind.DWELLING


class Named(NamedTuple):
    """A row that claims homes; `address` is that of a row of one home, when it is full."""

    row: CleanRow
    address: str

    @property
    def names(self) -> tuple[str, ...]:
        """What the row claims its homes by."""
        return (*self.row.bag_ids, self.address) if self.address else self.row.bag_ids


def _named(rows: Iterable[CleanRow]) -> list[Named]:
    return [Named(row, row.address if row.homes == 1 else "") for row in rows if _claims(row)]


def _own_versions(organisation: Organisation, year: int) -> dict[int, int]:
    """The newest standing version of each other year, concepts too: they make no claim yet."""
    standing = Submission.objects.standing().filter(organisation=organisation).exclude(year=year)
    return dict(standing.order_by("number").values_list("year", "pk"))


def _own_other_years(
    ids: set[str], addresses: set[str], organisation: Organisation, newest: Mapping[int, int]
) -> Iterator[Known]:
    """Rows of this party's answers for other years that name one of these homes."""
    if not newest or not (ids or addresses):
        return
    rows = StockChange.objects.filter(
        submission__in=newest.values(),
        part="2.1A",
        kind__in=CLAIMING,
        unit_kind=UnitKind.DWELLING,
    ).filter(~Q(bag_ids="") | Q(homes=1, house_number__isnull=False))
    names = (
        "pk", "submission", "submission__year", "direction", "kind", "happened", "precision",
        "bag_ids", "homes", "self_contained", "postcode", "house_number", "house_letter",
        "house_addition",
    )  # fmt: skip
    for values in rows.order_by("pk").values_list(*names).iterator(chunk_size=5000):
        pk, version, of_year, direction, kind, happened, precision, text, homes, own, *where = (
            values
        )
        address = address_key(*where) if homes == 1 else ""
        bag_ids = text.split("|") if text else [""]
        if address not in addresses and ids.isdisjoint(bag_ids):
            continue
        for number, bag_id in enumerate(bag_ids):
            fact = ClaimFact(
                id=-(pk * 1000 + number) - 1_000_000_000_000,
                submission=version,
                organisation=organisation.pk,
                year=of_year,
                direction=direction,
                kind=kind,
                happened=happened if precision == Precision.DAY else None,
                bag_id=bag_id,
                address=address,
                self_contained=own is not False,
                accepted=False,
                since=_LONG_AGO,
            )
            yield Known(fact, "", "", f"version:{version}")


def _others(ids: set[str], addresses: set[str], organisation: Organisation) -> Iterator[Known]:
    """Claims in force of other parties on any of these homes: a query by id, one by address."""
    names = (
        "pk", "submission", "organisation", "organisation__name", "year", "direction", "kind",
        "happened", "bag_id", "address", "self_contained", "accepted", "since",
        "lost_to__organisation", "lost_to__organisation__name",
    )  # fmt: skip
    seen: set[int] = set()
    for name, values in (("bag_id", ids), ("address", addresses)):
        if not values:
            continue
        claims = Claim.objects.filter(until=None, **{f"{name}__in": _listed(list(values))})
        claims = claims.exclude(organisation=organisation).exclude(**{name: ""})
        for pk, version, party, title, *rest, winner, winner_name in claims.values_list(*names):
            if pk in seen:
                continue
            seen.add(pk)
            counts_at = "" if winner == organisation.pk else winner_name or title
            yield Known(ClaimFact(pk, version, party, *rest), title, counts_at, f"claim:{pk}")


def _listed(values: list[str]) -> RawSQL:
    """A hundred thousand values as one parameter: databases take some tens of thousands."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::text[])", [values])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(values)])


def _doubles(checked: Checked, named: Iterable[Named], known: Sequence[Known]) -> list[Problem]:
    if not known:
        return []
    by_name: dict[str, list[Known]] = defaultdict(list)
    for one in known:
        for name in (one.fact.bag_id, one.fact.address):
            if name:
                by_name[name].append(one)
    rows = [
        each
        for each in named
        if each.address in by_name or not by_name.keys().isdisjoint(each.row.bag_ids)
    ]
    facts = {each.row.row: _facts(each) for each in rows}
    of_file: dict[str, list[ClaimFact]] = defaultdict(list)
    for each in rows:
        for fact in facts[each.row.row]:
            for name in {fact.bag_id, fact.address} - {""}:
                of_file[name].append(fact)
    problems: list[Problem] = []
    told: Counter[str] = Counter()
    for each in rows:
        for one in _conflicts(each, facts[each.row.row], by_name, of_file):
            problem = _problem(checked, each.row, one)
            told[problem.title] += 1
            if told[problem.title] <= MOST_TOLD:
                problems.append(problem)
    return problems


def _facts(named: Named) -> list[ClaimFact]:
    row = named.row
    return [
        ClaimFact(
            id=-(row.row * 1000 + number) - 1,
            submission=0,
            organisation=0,
            year=row.year,
            direction=row.direction,
            kind=row.kind,
            happened=row.happened if row.precision == Precision.DAY else None,
            bag_id=bag_id,
            address=named.address,
            self_contained=row.self_contained is not False,
            accepted=False,
            since=_LONG_AGO,
        )
        for number, bag_id in enumerate(row.bag_ids or ("",))
    ]


def _conflicts(
    named: Named,
    facts: Iterable[ClaimFact],
    by_name: Mapping[str, list[Known]],
    of_file: Mapping[str, list[ClaimFact]],
) -> Iterator[Known]:
    """Each party and year, once, whose answer names a home of this row in the same direction
    without a change the other way in between (NUMBERS 7)."""
    near = {each.about: each for name in named.names for each in by_name.get(name, ())}
    around = [
        *(each.fact for each in near.values()),
        *(fact for name in named.names for fact in of_file.get(name, ())),
    ]
    told: set[tuple[int, int]] = set()
    for each in near.values():
        key = (each.fact.organisation, each.fact.year)
        is_same_answer = not each.party and each.fact.year == named.row.year
        if key in told or is_same_answer:
            continue
        if any(in_conflict(fact, each.fact, around) for fact in facts):
            told.add(key)
            yield each


def _problem(checked: Checked, row: CleanRow, known: Known) -> Problem:
    year = known.fact.year
    if known.party:
        title, code = _OTHER_PARTY, "home_other_party"
        state = "vastgesteld" if known.fact.accepted else "voorlopig"
        where = known.counts_at or "uw organisatie"
        advice = (
            f"{known.party} gaf haar op over {year} ({state}). De woning telt één keer, nu bij "
            f"{where}. De coördinator kan anders beslissen."
        )
    else:
        title, code = f"Deze woning staat al in uw opgave over {year}", "home_other_year"
        advice = "De woning telt één keer. Klopt het jaar van deze rij?"
    by_id = known.fact.bag_id in row.bag_ids and bool(known.fact.bag_id)
    return Problem(
        severity=Severity.WARNING,
        code=code,
        sheet=checked.sheet,
        row=row.row,
        column=_column(checked, "bag_ids" if by_id else "postcode"),
        value=known.fact.bag_id if by_id else " ".join(row.address.split("|")).strip(),
        title=title,
        message=f"{title}. {advice}",
        homes=row.homes,
        project=row.project,
        about=known.about,
    )


def _column(checked: Checked, name: str) -> str:
    """A column as people find it: "I BAG-verblijfsobject-id"; "" when the file has none."""
    heading = " ".join(checked.headings.get(name, "").split())[:60]
    return f"{checked.columns[name]} {heading}".strip() if name in checked.columns else ""


# --- projects ----------------------------------------------------------------------------


def _alike(checked: Checked, organisation: Organisation) -> list[Problem]:
    """Names that most likely are those of a project we know in that municipality."""
    named = {(row.municipality, row.project) for row in checked.rows}
    named = {(place, name) for place, name in named if place and name}
    if not named:
        return []
    known = known_projects(organisation)
    meant: dict[tuple[str, str], str] = {}
    for place, name in named:
        names = known.get(place, {})
        if fold(name) not in names and (one := _meant(fold(name), names)):
            meant[place, name] = one
    if not meant:
        return []
    told: Counter[tuple[str, str]] = Counter()
    problems = []
    for row in checked.rows:
        project = row.municipality, row.project
        if project in meant and told[project] < MOST_TOLD:
            told[project] += 1
            problems.append(_misspelt(checked, row, meant[project]))
    return problems


def known_projects(organisation: Organisation) -> dict[str, dict[str, str]]:
    """The projects that an organisation may know of, {municipality: {folded name: name}}:
    those with a source, those of answers that were handed in, and its own."""
    own = StockChange.objects.filter(project=OuterRef("pk"), submission__organisation=organisation)
    in_use = Tally.objects.filter(project=OuterRef("pk"))
    projects = Project.objects.filter(~Q(source="") | Exists(in_use) | Exists(own))
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for place, folded, name in projects.values_list("municipality__slug", "folded", "name"):
        found[place][folded] = name
    return found


def _meant(folded: str, names: Mapping[str, str]) -> str:
    """The known project that a name most likely is; never one that differs in its numbers:
    phase 1 is not phase 2."""
    numbers = _DIGITS.findall(folded)
    matcher = SequenceMatcher(None, "", folded, autojunk=False)
    best, meant = ALIKE, ""
    for other, name in names.items():
        if _DIGITS.findall(other) != numbers:
            continue
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() >= best and matcher.quick_ratio() >= best:
            ratio = matcher.ratio()
            if ratio >= best:
                best, meant = ratio, name
    return meant


def _misspelt(checked: Checked, row: CleanRow, meant: str) -> Problem:
    title = f"Dit project lijkt op “{meant}”"
    return Problem(
        severity=Severity.WARNING,
        code="project_alike",
        sheet=checked.sheet,
        row=row.row,
        column=_column(checked, "project"),
        value=row.project,
        title=title,
        message=f"{title}. Bedoelt u dat? Wij kennen het in deze gemeente al: gebruik dan die "
        "naam. Is het een ander project, dan hoeft u niets te doen.",
        homes=row.homes,
        project=row.project,
    )
