"""A municipality or corporation on a page of its own: its figures and parts.

All from one `Picture`, so that the page says what the dashboard says.
"""

from dataclasses import dataclass, replace

from django.db.models import Q

from housing.models import Claim, Organisation
from monitoring import words
from monitoring.breakdown import by_segment
from monitoring.figures import Picture
from monitoring.progress import Progress, YearProgress
from monitoring.reported import Mark, Slice
from monitoring.stated import NOT_STATED, Stated, together
from monitoring.waterfall import Waterfall, waterfall


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the table below: one party of another kind, with (year, homes here)."""

    name: str
    slug: str
    built: tuple[tuple[int, Stated], ...]
    total: Stated
    running: Stated


@dataclass(frozen=True)
class Figures:
    """What a party's page shows of numbers at one moment."""

    progress: Progress
    running: YearProgress | None
    fall: Waterfall | None
    parts: tuple[Part, ...]
    silent: tuple[tuple[str, tuple[str, ...]], ...]
    marks: tuple[Mark, ...]
    segments: tuple[tuple[str, tuple[tuple[int, Stated], ...]], ...]


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
        if any(found.homes or found.marks for found in years.values())
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
    about = known.about(place.slug)
    here = {known.stands_under[piece.organisation] for piece in about.slices}
    return tuple(
        _part(known, slug, own, progress)
        for slug, own in about.by_corporation.items()
        if slug in here
    )


def _places(known: Picture, party: Organisation, progress: Progress) -> tuple[Part, ...]:
    """The municipalities in which a corporation built."""
    own = replace(known, slices=_own_slices(known, party))
    lines = []
    for place in known.municipalities:
        here = own.about(place.slug)
        if here.slices:
            lines.append(_part(known, place.slug, here.by_corporation[party.slug], progress))
    return tuple(lines)


def _part(known: Picture, slug: str, own: Progress, whole: Progress) -> Part:
    running = next((year.year for year in whole.open_years if year.started), None)
    by_year = {year.year: year.stated for year in own.years}
    closed = tuple((year.year, by_year.get(year.year, NOT_STATED)) for year in whole.closed_years)
    return Part(
        name=known.name_of(slug),
        slug=slug,
        built=closed,
        total=together(found for _, found in closed),
        running=by_year.get(running, NOT_STATED) if running else NOT_STATED,
    )


def _silent(known: Picture, progress: Progress) -> tuple[tuple[str, tuple[str, ...]], ...]:
    names = known.names
    return tuple(
        (words.missing_heading(year, names), tuple(known.name_of(slug) for slug in year.missing))
        for year in progress.open_years
        if year.started and year.missing
    )
