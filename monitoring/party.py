"""A municipality or corporation on a page of its own: its figures, parts and projects.

All from one `Picture`, so that the page says what the dashboard says.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, Sum

from housing.counting import Rule
from housing.models import Claim, Organisation, ProjectPlan, Tally
from monitoring import words
from monitoring.breakdown import by_segment
from monitoring.figures import Picture
from monitoring.progress import Progress, YearProgress
from monitoring.reported import Mark, Slice
from monitoring.verdicts import Facts
from monitoring.waterfall import Waterfall, waterfall


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the table below: one party of another kind, with (year, homes here)."""

    name: str
    slug: str
    built: tuple[tuple[int, int | None], ...]
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
    segments: tuple[tuple[str, tuple[tuple[int, int | None], ...]], ...]


def figures_of(known: Picture, party: Organisation) -> Figures | None:
    """The figures of one party; None when it was no party at that moment."""
    is_place = party.kind == Organisation.Kind.MUNICIPALITY
    progress = (known.by_municipality if is_place else known.by_corporation).get(party.slug)
    if progress is None:
        return None
    own = _own_slices(known, party)
    if is_place:
        asked = known.asked_in(party.slug)
    else:
        asked = {
            year: tuple(slug for slug in slugs if known.stands_under.get(slug) == party.slug)
            for year, slugs in known.asked.items()
        }
    running = next((year for year in progress.open_years if year.started), None)
    closed = tuple(year.year for year in progress.closed_years)
    fall = waterfall(own, years=closed, answered=known.answered, asked=asked, rule=known.rule)
    shown = [year for year in progress.years if year.started]
    segments = tuple(
        (code, tuple((year.year, years[year.year]) for year in shown))
        for code, years in by_segment(own, progress).items()
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


def _own_slices(known: Picture, party: Organisation) -> tuple[Slice, ...]:
    """The slices of a municipality, or of a corporation with those it took the place of."""
    if party.kind == Organisation.Kind.MUNICIPALITY:
        return tuple(piece for piece in known.slices if piece.municipality == party.slug)
    under = known.stands_under
    return tuple(piece for piece in known.slices if under[piece.organisation] == party.slug)


def _corporations(known: Picture, place: Organisation, progress: Progress) -> tuple[Part, ...]:
    """The corporations with homes in a municipality."""
    pieces = _own_slices(known, place)
    here = {known.stands_under[piece.organisation] for piece in pieces}
    running = _running(progress)
    return tuple(
        _part(known, slug, own, progress, _state(known, slug, place.slug, running))
        for slug, own in replace(known, slices=pieces).by_corporation.items()
        if slug in here
    )


def _places(known: Picture, party: Organisation, progress: Progress) -> tuple[Part, ...]:
    """The municipalities in which a corporation built."""
    own = _own_slices(known, party)
    running = _running(progress)
    lines = []
    for place in known.municipalities:
        pieces = tuple(piece for piece in own if piece.municipality == place.slug)
        if pieces:
            here = replace(known, slices=pieces).by_corporation[party.slug]
            state = _state(known, party.slug, place.slug, running)
            lines.append(_part(known, place.slug, here, progress, state))
    return tuple(lines)


def _running(progress: Progress) -> int | None:
    """The first year that has begun and is not closed."""
    return next((year.year for year in progress.open_years if year.started), None)


def _state(known: Picture, corporation: str, place: str, year: int | None) -> str:
    """How a corporation's answer over a year stands, as far as it is about one municipality."""
    answers = [
        answer
        for answer in known.answered
        if (known.stands_under.get(answer.organisation), answer.year) == (corporation, year)
    ]
    given = [answer for answer in answers if answer.is_given]
    if any(place in answer.disputed for answer in given):
        return "disputed"
    if not given:
        return "missing"
    return "settled" if all(answer.state == "settled" for answer in given) else "provisional"


def _part(known: Picture, slug: str, own: Progress, whole: Progress, state: str) -> Part:
    running = _running(whole)
    by_year = {year.year: year.built for year in own.years}
    closed = tuple((year.year, by_year.get(year.year)) for year in whole.closed_years)
    given = [value for _, value in closed if value is not None]
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
