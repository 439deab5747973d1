"""A municipality or corporation on a page of its own: its figures, parts and projects.

All from one `Picture`, so that the page says what the dashboard says.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum

from housing.counting import Rule
from housing.models import Claim, Organisation, ProjectPlan, Tally
from monitoring import words
from monitoring.breakdown import by_corporation, by_segment
from monitoring.figures import Picture
from monitoring.progress import Progress, YearProgress
from monitoring.reported import Mark
from monitoring.verdicts import Facts
from monitoring.waterfall import Waterfall, waterfall


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the table below: one party of another kind, with its homes here by year."""

    name: str
    slug: str
    built: tuple[int | None, ...]
    total: int | None
    running: int | None
    state: str


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project: homes that count and others, beside the number planned."""

    name: str
    place: str
    counted: int
    other: int
    planned: int | None
    years: str
    corporations: str

    @property
    def is_over(self) -> bool:
        """Whether more was reported than is planned."""
        return self.planned is not None and self.counted > self.planned


@dataclass(frozen=True)
class Figures:
    """What a party's page shows of numbers at one moment."""

    progress: Progress
    running: YearProgress | None
    fall: Waterfall | None
    parts: tuple[Part, ...]
    silent: tuple[tuple[str, tuple[str, ...]], ...]
    marks: tuple[Mark, ...]
    segments: tuple[tuple[str, tuple[int | None, ...]], ...]


def figures_of(known: Picture, party: Organisation) -> Figures | None:
    """The figures of one party; None when it was no party at that moment."""
    is_place = party.kind == Organisation.Kind.MUNICIPALITY
    progress = (known.by_municipality if is_place else known.by_corporation).get(party.slug)
    if progress is None:
        return None
    pieces = [
        piece
        for piece in known.slices
        if party.slug == (piece.municipality if is_place else piece.organisation)
    ]
    asked = {
        year: tuple(slug for slug in slugs if is_place or slug == party.slug)
        for year, slugs in known.asked.items()
    }
    running = next((year for year in progress.open_years if year.started), None)
    closed = tuple(year.year for year in progress.closed_years)
    fall = waterfall(pieces, years=closed, answered=known.answered, asked=asked, rule=known.rule)
    shown = [year for year in progress.years if year.started]
    segments = tuple(
        (code, tuple(years[year.year] for year in shown))
        for code, years in by_segment(pieces, progress).items()
        if any(years.values())
    )
    parts = _corporations if is_place else _places
    return Figures(
        progress=progress,
        running=running,
        fall=fall if closed else None,
        parts=parts(known, party, progress),
        silent=_silent(known, progress),
        marks=progress.marks,
        segments=segments,
    )


def open_doubles(party: Organisation) -> int:
    """How many homes of a corporation somebody else claims as well, whoever they count with."""
    losing = Claim.objects.filter(until=None, lost_to__isnull=False)
    ours = Q(organisation=party) | Q(lost_to__organisation=party)
    return losing.filter(ours).count()


def _corporations(known: Picture, place: Organisation, progress: Progress) -> tuple[Part, ...]:
    """The corporations with homes in a municipality, and those that have not reported."""
    pieces = [piece for piece in known.slices if piece.municipality == place.slug]
    per_party = by_corporation(
        pieces,
        [party.slug for party in known.corporations],
        answered=known.answered,
        asked=known.asked,
        rule=known.rule,
        today=known.as_of,
        closed_by_hand=known.closed_by_hand,
    )
    running = next((year.year for year in progress.open_years if year.started), None)
    stands = {(answer.organisation, answer.year): answer for answer in known.answered}
    here = {piece.organisation for piece in pieces}
    lines = []
    for slug, own in per_party.items():
        answer = stands.get((slug, running)) if running else None
        state = answer.state if answer else "missing"
        if answer and place.slug in answer.disputed and answer.is_given:
            state = "disputed"
        if slug in here:
            lines.append(_part(known, slug, own, progress, running, state))
    return tuple(lines)


def _places(known: Picture, party: Organisation, progress: Progress) -> tuple[Part, ...]:
    """The municipalities in which a corporation built."""
    running = next((year.year for year in progress.open_years if year.started), None)
    answer = next(
        (a for a in known.answered if (a.organisation, a.year) == (party.slug, running)), None
    )
    state = answer.state if answer else "missing"
    pieces = [piece for piece in known.slices if piece.organisation == party.slug]
    lines = []
    for place in known.municipalities:
        here = [piece for piece in pieces if piece.municipality == place.slug]
        if not here:
            continue
        own = by_corporation(
            here,
            [party.slug],
            answered=known.answered,
            asked=known.asked,
            rule=known.rule,
            today=known.as_of,
            closed_by_hand=known.closed_by_hand,
        )[party.slug]
        is_disputed = answer and place.slug in answer.disputed
        stands = "disputed" if is_disputed else state
        lines.append(_part(known, place.slug, own, progress, running, stands))
    return tuple(lines)


def _part(
    known: Picture,
    slug: str,
    own: Progress,
    whole: Progress,
    running: int | None,
    state: str,
) -> Part:
    by_year = {year.year: year.built for year in own.years}
    closed = tuple(by_year.get(year.year) for year in whole.closed_years)
    given = [value for value in closed if value is not None]
    return Part(
        name=known.name_of(slug),
        slug=slug,
        built=closed,
        total=sum(given) if given else None,
        running=by_year.get(running) if running else None,
        state=state,
    )


def _silent(known: Picture, progress: Progress) -> tuple[tuple[str, tuple[str, ...]], ...]:
    names = known.names
    return tuple(
        (words.missing_heading(year, names), tuple(known.name_of(slug) for slug in year.missing))
        for year in progress.open_years
        if year.started and year.missing
    )


def projects_of(party: Organisation, moment: datetime, rule: Rule) -> tuple[ProjectLine, ...]:
    """Its projects with homes at `moment`, most homes first: tallies, never rows."""
    is_place = party.kind == Organisation.Kind.MUNICIPALITY
    own = Q(submission__organisation=party) | Q(submission__organisation__successor=party)
    mine = Q(municipality=party) if is_place else own
    sums = (
        Tally.objects.in_force(moment)
        .exclude(standing=Tally.Standing.PENDING)
        .filter(mine, project__isnull=False, direction=1, part="2.1A", unit_kind="dwelling")
        .order_by()
        .values_list(
            "project", "project__name", "municipality__name", "submission__organisation__name",
            "submission__year", "part", "kind", "segment", "unit_kind", "dwelling_type",
            "self_contained",
        )
        .annotate(homes=Sum("homes"))
    )  # fmt: skip
    counted: dict[int, int] = defaultdict(int)
    other: dict[int, int] = defaultdict(int)
    years: dict[int, set[int]] = defaultdict(set)
    corporations: dict[int, set[str]] = defaultdict(set)
    names: dict[int, tuple[str, str]] = {}
    for project, name, place, corporation, year, *facts, homes in sums:
        names[project] = (name, place or "")
        years[project].add(year)
        corporations[project].add(corporation)
        counts = rule.counts(Facts(year, place or "", *facts))
        (counted if counts else other)[project] += homes
    plans = ProjectPlan.objects.filter(project__in=list(names), known_from__lte=moment)
    planned = dict(plans.order_by("known_from").values_list("project", "planned_homes"))
    lines = [
        ProjectLine(
            name=name,
            place=place,
            counted=counted[project],
            other=other[project],
            planned=planned.get(project),
            years=words.listed(sorted(years[project])),
            corporations=words.listed(sorted(corporations[project])),
        )
        for project, (name, place) in names.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.counted, -line.other, line.name)))
