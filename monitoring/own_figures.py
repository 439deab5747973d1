"""A municipality's own figures on its page: each year what counts, with its state and marks.

They are beside the corporations' figures and never added to them (NUMBERS 7).
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

from housing.earlier import YEARS as ENTERED_ONCE
from housing.models import MunicipalFigure
from housing.municipal_fields import BY_PLACE, FIELDS, Field, Given
from monitoring.figures import Picture
from monitoring.municipal import Versions, versions_at
from monitoring.reported import MISSING, Mark
from monitoring.stated import PROVISIONAL, Stated


@dataclass(frozen=True, slots=True)
class OwnCell:
    """One figure of one year. `word` is what it says where that is no number: "niet bekend"."""

    year: int
    stated: Stated
    word: str = ""


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One figure over the years."""

    field: Field
    cells: tuple[OwnCell, ...]


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """All own figures of a municipality, by group, over the years it answered."""

    years: tuple[int, ...]
    lines: tuple[OwnLine, ...]

    @property
    def groups(self) -> list[tuple[str, list[OwnLine]]]:
        """The lines under the heading of their group, in the order of the form."""
        by_group = groupby(self.lines, key=lambda line: line.field.group)
        return [(name, list(found)) for name, found in by_group]


def own_figures(slug: str, known: Picture) -> OwnFigures:
    """What a municipality gave itself, as it was known at the picture's moment."""
    versions = {
        year: found
        for (place, year), found in versions_at(known.moment, slug).items()
        if place == slug and year not in ENTERED_ONCE
    }
    wanted = {pk for each in versions.values() for pk in (each.counting, each.correction)}
    said: dict[int, dict[str, Given]] = defaultdict(dict)
    for figure in MunicipalFigure.objects.filter(submission__in=wanted - {0}):
        field = BY_PLACE.get((figure.measure, figure.segment, figure.transformation))
        if field is not None:
            said[figure.submission_id][field.key] = Given.of(figure)
    years = tuple(sorted(versions))
    lines = tuple(
        OwnLine(
            field,
            tuple(_cell(field.key, year, versions[year], said) for year in years),
        )
        for field in FIELDS
    )
    return OwnFigures(years, lines if years else ())


def _cell(key: str, year: int, version: Versions, said: dict[int, dict[str, Given]]) -> OwnCell:
    now = said[version.counting].get(key, Given())
    marks = []
    if version.correction:
        soon = said[version.correction].get(key, Given())
        if soon.known != now.known and now.known is not None and soon.known is not None:
            marks.append(Mark("correction", now.known, becomes=soon.known, year=year))
        elif soon.words != now.words:
            marks.append(Mark("correction_waits", year=year))
    if version.returned:
        counts = version.state != MISSING
        marks.append(Mark("correction_returned" if counts else "returned", year=year))
    state = version.state if now.is_answered else MISSING
    provisional = (now.known or 0) if state == PROVISIONAL else 0
    stated = Stated(now.known, state, provisional, tuple(marks))
    return OwnCell(year, stated, now.words if now.is_answered and now.known is None else "")
