"""Numbers drawn as SVG on the server: complete at first paint, in print and without scripts.

x in per cent, y in pixels and no viewBox, so that text stays 13 px at every width; only lines
go in a nested svg that stretches. Colours and textures come from the style sheet. Functions
return strings without Django; all text is escaped here. `prefix` keeps ids unique on a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from monitoring import svg
from monitoring.cumulative import cumulative_chart
from monitoring.progress import Progress, YearProgress
from monitoring.stated import NOT_STATED, Stated
from monitoring.stated_words import Badge, below
from monitoring.waterfall import GROSS, Step, Waterfall
from monitoring.words import heading, number
from monitoring.yearly import year_chart

__all__ = [
    "TILE_ORDER",
    "Tile",
    "bar",
    "cumulative_chart",
    "pace_chart",
    "waterfall_bar",
    "waterfall_total",
    "year_chart",
]

_NARROWEST = 288  # pixels of a chart on the smallest phone


@dataclass(frozen=True, slots=True)
class Tile:
    """One municipality on the tile map: over closed years, and the first open year beside it.

    Before any year is closed `so_far`: all that was reported, without what was due. `stated` and
    `open_stated` say how the two figures stand.
    """

    name: str
    url: str
    built: int | None
    due: int | None
    light: str
    open_year: int | None = None
    open_built: int | None = None
    so_far: bool = False
    stated: Stated = NOT_STATED
    open_stated: Stated = NOT_STATED

    @property
    def marks(self) -> tuple[Badge, ...]:
        """What stands below the figure over closed years."""
        return below(self.stated)

    @property
    def open_marks(self) -> tuple[Badge, ...]:
        """What stands below the figure of the open year."""
        return below(self.open_stated)

    @classmethod
    def of(cls, name: str, url: str, progress: Progress) -> "Tile":
        """The tile of a municipality's progress."""
        if progress.closed_until is None:
            light, stated = progress.light.value, progress.stated
            return cls(name, url, stated.homes, None, light, so_far=True, stated=stated)
        started = [year for year in progress.open_years if year.started]
        return cls(
            name=name,
            url=url,
            built=progress.built_closed,
            due=progress.due,
            light=progress.light.value,
            open_year=started[0].year if started else None,
            open_built=started[0].built if started else None,
            stated=progress.stated_closed,
            open_stated=started[0].stated if started else NOT_STATED,
        )


# The seven municipalities as they lie, in reading order; the last stands in the middle column.
TILE_ORDER = (
    "beekdaelen",
    "brunssum",
    "landgraaf",
    "voerendaal",
    "heerlen",
    "kerkrade",
    "simpelveld",
)


def pace_chart(progress: Progress, prefix: str) -> str:
    """One strip from 0 to the goal: closed years, what was due by then, answers of open years.

    "" without a goal or without any report.
    """
    goal, built = progress.goal, progress.built
    if not goal or built is None:
        return ""
    closed, due = progress.built_closed or 0, progress.due
    scale = 100 / max(goal, built, due or 0)
    at = closed * scale
    parts = [svg.rect("track", 0, 100, 22, 20)]
    solid = sum(year.accepted for year in progress.closed_years)
    parts += svg.solid_and_hatched(0, solid * scale, (closed - solid) * scale, 22, 20)
    if due is not None and due > closed:
        gap = (due - closed) * scale
        parts += [svg.rect(name, at, gap, 22, 10) for name in ("blank", "needed")]
    opened = [year for year in progress.open_years if year.built]
    solid = sum(year.accepted for year in opened)
    hatched = sum(year.provisional for year in opened)
    parts += svg.solid_and_hatched(at, solid * scale, hatched * scale, 34, 8)
    if opened and closed:
        parts.append(svg.line("target", at, at, 42, 50))
    if due is not None:
        parts.append(svg.line("target", due * scale, due * scale, 16, 46))
    parts.append(svg.line("target", goal * scale, goal * scale, 16, 46))
    parts += _pace_labels(progress, opened, scale, hatched)
    return svg.chart(prefix, _pace_title(progress), "", 64, parts)


def _pace_labels(
    progress: Progress, opened: Sequence[YearProgress], scale: float, hatched: int
) -> list[str]:
    """Labels that never meet on a phone: 288 px is the narrowest strip."""
    closed, due, until = progress.built_closed, progress.due, progress.closed_until
    goal = progress.goal or 0
    at, goal_at = (closed or 0) * scale, goal * scale
    if due is not None and due != goal and goal_at < 100:
        words = f" afgesproken t/m {until}, {number(goal)} doel"
        labels = [svg.text(0, 11, words, bold=number(due))]
    else:
        words = " afgesproken" if due == goal else " doel"
        anchor = "end" if goal_at > 40 else "start"
        labels = [svg.text(goal_at, 11, words, bold=number(goal), anchor=anchor)]
        if due is not None and due != goal:
            due_at = due * scale
            anchor = "start" if due_at < 23 else "middle" if due_at <= 50 else "end"
            words = f" afgesproken t/m {until}"
            labels.append(svg.text(min(due_at, 75), 11, words, bold=number(due), anchor=anchor))
    so_far = number(sum(year.built or 0 for year in opened))
    words = ""
    if opened:
        words = f" {'in' if len(opened) == 1 else 'vanaf'} {opened[0].year}"
        words += f" ({number(hatched)} voorlopig)" if hatched else ""
    if closed is None:
        return [*labels, svg.text(0, 61, words, bold=so_far)] if opened else labels
    closed_words = f" t/m {until}"
    if opened and at < 27:
        both = (so_far, words)
        return [*labels, svg.text(0, 61, f"{closed_words}, ", bold=number(closed), then=both)]
    labels.append(svg.text(0, 61, closed_words, bold=number(closed)))
    if opened:
        fits = at / 100 * _NARROWEST + 8 + 6.7 * len(so_far + words) <= _NARROWEST + 8
        place, anchor, dx = (at, "", 8) if fits else (100.0, "end", 0)
        labels.append(svg.text(place, 61, words, bold=so_far, anchor=anchor, dx=dx))
    return labels


def _pace_title(progress: Progress) -> str:
    words = [f"{heading(progress)}."]
    for year in progress.open_years:
        if year.built is not None:
            words.append(_so_far(year))
    if progress.goal is not None:
        words.append(f"Het doel is {number(progress.goal)}.")
    return " ".join(words)


def _so_far(year: YearProgress) -> str:
    return (
        f"In {year.year} zijn er tot nu toe {number(year.built)} opgegeven: "
        f"{number(year.accepted)} vastgesteld en {number(year.provisional)} voorlopig."
    )


def bar(value: int | None, whole: int | None) -> str:
    """A thin bar of what is built against what was due; full when it is more."""
    share = min(100, max(0, (value or 0) * 100 // whole)) if whole else 0
    parts = ['<rect class="track" width="100%" height="6"/>']
    if share:
        parts.append(f'<rect class="built" width="{share}%" height="6"/>')
    return f'<svg width="100%" height="6" aria-hidden="true">{"".join(parts)}</svg>'


def waterfall_bar(fall: Waterfall, step: Step) -> str:
    """The bar of one row, with the thin line that leads to the next."""
    name = "built" if step.code == GROSS else "bought" if step.homes > 0 else "lost"
    start, end = fall.position(step.start), fall.position(step.end)
    return _row(name, min(start, end), abs(end - start), end)


def waterfall_total(fall: Waterfall) -> str:
    """The bar of the last row: net."""
    zero, end = fall.position(0), fall.position(fall.net)
    name = "built" if fall.net >= 0 else "lost"
    return _row(name, min(zero, end), abs(end - zero), None)


def _row(name: str, left: float, width: float, end: float | None) -> str:
    parts = [svg.rect(name, left, width, 8, 22)]
    if end is not None:
        parts.append(svg.line("axis", end, end, 8, 38))
    return f'<svg height="38" aria-hidden="true">{"".join(parts)}</svg>'
