"""Time to market: how long projects took from plan to permit to start to completion.

A span is known only where both its dates are. The middle one (median) is given with the number
of projects it rests on; nothing is averaged over what is unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agreements.registers.sums import (
    Median,
    euros,
    in_months,
    median_of,
    median_of_days,
    months,
)
from housing.models import Project, ProjectPath

STEPS = (
    ("van plan tot vergunning", "planned_on", "permit_on"),
    ("van vergunning tot start bouw", "permit_on", "started_on"),
    ("van start bouw tot oplevering", "started_on", "completed_on"),
)
WHOLE = ("van plan tot oplevering", "planned_on", "completed_on")


@dataclass(frozen=True, slots=True)
class Point:
    """A date on the way, with the months since the date before it where both are known."""

    label: str
    day: date | None
    months: int | None

    @property
    def after(self) -> str:
        """na 9 maanden; nothing where it is unknown."""
        return "" if self.months is None else f"na {in_months(self.months)}"


@dataclass(frozen=True, slots=True)
class PathLine:
    """A project on its way; `path` is None when nobody gave a date yet."""

    project: Project
    path: ProjectPath | None
    points: tuple[Point, ...]
    whole: int | None  # months from plan to completion
    may_keep: bool

    @property
    def whole_text(self) -> str:
        """41 maanden; nothing where it is unknown."""
        return "" if self.whole is None else in_months(self.whole)


@dataclass(frozen=True, slots=True)
class StepMedians:
    """One step: the middle of all projects, of conceptual ones and of others."""

    label: str
    all: Median
    conceptual: Median
    other: Median


def line_of(project: Project, *, may_keep: bool) -> PathLine:
    """A project as the page shows it. Ask projects with `select_related("path")`."""
    path = getattr(project, "path", None)
    points = [Point("Plan", getattr(path, "planned_on", None), None)]
    for label, (_, start, end) in zip(
        ("Vergunning", "Start bouw", "Oplevering"), STEPS, strict=True
    ):
        points.append(Point(label, getattr(path, end, None), _months(path, start, end)))
    return PathLine(project, path, tuple(points), _months(path, *WHOLE[1:]), may_keep)


def _months(path: ProjectPath | None, start: str, end: str) -> int | None:
    first, last = getattr(path, start, None), getattr(path, end, None)
    return months(first, last) if first and last else None


def medians(paths: Sequence[ProjectPath]) -> list[StepMedians]:
    """The middle of every step and of the whole way, conceptual and other projects apart."""
    conceptual = [path for path in paths if path.is_conceptual is True]
    other = [path for path in paths if path.is_conceptual is False]
    return [
        StepMedians(
            label,
            _middle(paths, start, end),
            _middle(conceptual, start, end),
            _middle(other, start, end),
        )
        for label, start, end in (*STEPS, WHOLE)
    ]


def _middle(paths: Sequence[ProjectPath], start: str, end: str) -> Median:
    pairs = [(getattr(path, start), getattr(path, end)) for path in paths]
    return median_of_days([(last - first).days for first, last in pairs if first and last])


def heading(whole: Median) -> str:
    """The answer of the page."""
    if whole.value is None:
        return "Van geen enkel project is bekend hoelang het duurde van plan tot oplevering"
    if whole.count == 1:
        return f"Van plan tot oplevering duurde het ene bekende project {in_months(whole.value)}"
    return (
        f"Van plan tot oplevering duurt een project {in_months(whole.value)}: "
        f"het middelste van {whole.count}"
    )


def cost_in_words(paths: Sequence[ProjectPath]) -> str:
    """What a home cost before and now, over the projects that give both."""
    both = [
        (path.cost_before, path.cost_after)
        for path in paths
        if path.cost_before is not None and path.cost_after is not None
    ]
    if not both:
        return (
            "Van geen enkel project zijn de kosten per woning van eerder en van nu allebei bekend."
        )
    middle = median_of([after - before for before, after in both])
    count = "1 project" if len(both) == 1 else f"{len(both)} projecten"
    change = middle.value or 0
    if not change:
        return f"Van {count} zijn beide bedragen bekend: een woning kost er evenveel als eerder."
    which = "" if len(both) == 1 else ", in het middelste geval,"
    word = "minder" if change < 0 else "meer"
    return (
        f"Van {count} zijn beide bedragen bekend: een woning kost er{which} "
        f"{euros(abs(change))} {word} dan eerder."
    )
