"""Built homes added up against the agreed line, drawn as SVG. No Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from monitoring import svg
from monitoring.progress import Progress
from monitoring.words import number

_BASE = 262.0
_HEIGHT = 302
_ROOM = 236.0
_WIDTH = 70.0  # per cent of the chart for the years; the rest holds the labels at the right


@dataclass(frozen=True, slots=True)
class Point:
    """The end of a year: `built` added up until then, and whether the year is closed."""

    year: int
    built: int
    agreed: int
    closed: bool


def cumulative_points(progress: Progress) -> tuple[Point, ...]:
    """Closed years, then open ones with an answer; it stops at the first year without."""
    points: list[Point] = []
    built = agreed = 0
    for year in progress.years:
        if year.built is None and not year.closed:
            break
        built += year.built or 0
        agreed += year.target or 0
        points.append(Point(year.year, built, agreed, year.closed))
    return tuple(points)


def cumulative_chart(
    progress: Progress, prefix: str, *, earlier: Mapping[int, int] | None = None
) -> str:
    """Solid to the last closed year, dotted to an open one; the agreed line ends at the goal.

    `earlier` is the former version of the targets per year: a dotted line with its own end.
    """
    points = cumulative_points(progress)
    slot = _WIDTH / len(progress.years)
    agreed = [0, *accumulate(year.target or 0 for year in progress.years)]
    former = [0, *accumulate((earlier or {}).get(year.year, 0) for year in progress.years)]
    built = [point.built for point in points]
    highest = max(progress.goal or 0, agreed[-1], former[-1], *built, 1)
    scale = _ROOM / highest

    def height(value: int) -> float:
        return _BASE - value * scale

    def path(values: list[int], first: int = 0) -> list[tuple[float, float]]:
        return [((first + step) * slot, height(value)) for step, value in enumerate(values)]

    closed = sum(point.closed for point in points)
    lines = [
        svg.polyline("grid", [(0, height(value)), (_WIDTH, height(value))])
        for value in svg.grid_values(highest)
    ]
    if earlier:
        lines.append(svg.polyline("old", path(former)))
    if progress.has_targets:
        lines.append(svg.polyline("target", path(agreed)))
    if closed:
        lines.append(svg.polyline("line", path([0, *built[:closed]])))
    if len(built) > closed:
        lines.append(svg.polyline("line part", path([0, *built][closed:], closed)))
    lines.append(svg.polyline("axis", [(0, _BASE), (_WIDTH, _BASE)]))

    parts = [svg.stretched(_HEIGHT, lines)]
    parts += _points(points, slot, height_of=scale)
    parts += _point_labels(progress, points, slot, scale)
    parts += _end_labels(progress, agreed[-1], former[-1] if earlier else None, scale)
    parts += [
        svg.text((position + 0.5) * slot, 281, str(year.year), anchor="middle")
        for position, year in enumerate(progress.years)
    ]
    title = "Opgetelde opleveringen en de afgesproken lijn"
    return svg.chart(prefix, title, _described(progress, points), _HEIGHT, parts)


def _points(points: tuple[Point, ...], slot: float, height_of: float) -> list[str]:
    parts = []
    for position, point in enumerate(points, start=1):
        x, y = position * slot, _BASE - point.built * height_of
        if point.closed:
            parts.append(svg.circle("built", x, y))
        else:
            parts += [svg.circle("blank", x, y), svg.circle("hatched", x, y, svg.HATCH)]
    return parts


def _point_labels(
    progress: Progress, points: tuple[Point, ...], slot: float, scale: float
) -> list[str]:
    """Numbers below right of the line where it runs below the agreed one, else above left."""
    parts = []
    last_closed = max((at for at, point in enumerate(points, start=1) if point.closed), default=0)
    taken: float | None = None  # where the words of the agreed line end, at the left
    before = 0.0
    for position, point in enumerate(points, start=1):
        x, y = position * slot, _BASE - point.built * scale
        above = progress.has_targets and point.built > point.agreed
        so_far = position == len(points) and not point.closed
        parts += _point_label(x, y, number(point.built), above, so_far, abs(before - y) < 22)
        before = y
        is_end = position == len(progress.years) and point.agreed == progress.goal
        if position == last_closed and progress.has_targets and not is_end:
            agreed_y = _BASE - point.agreed * scale
            parts.append(svg.line("target", x, x, agreed_y - 7, agreed_y + 1))
            words = number(point.agreed)
            if above:
                low_y = min(agreed_y + 18, _BASE - 5)
                parts.append(svg.text(x + 1, low_y, " afgesproken", "halo", bold=words))
            else:
                taken = agreed_y - (29 if position == 1 else 12)
                at, side = (0.0, "start") if position == 1 else (x - 1, "end")
                parts.append(svg.text(at, taken - 15, "", "halo", bold=words, anchor=side))
                parts.append(svg.text(at, taken, "afgesproken", "halo", anchor=side))
    for value in svg.grid_values(_ROOM / scale):
        y = _BASE - value * scale - 4.5
        if taken is None or not taken - 30 < y < taken + 13:
            parts.append(svg.text(0, y, number(value), "soft"))
    return parts


def _point_label(
    x: float, y: float, built: str, above: bool, so_far: bool, flat: bool
) -> list[str]:
    """The number at a point; `so_far` adds that the year is not complete."""
    if above:
        at, anchor = (x, "middle") if x <= 15 and not so_far else (x - 1, "end")
        lift = 16 if flat and so_far else 0
        if not so_far:
            return [svg.text(at, y - 9, built, "halo", anchor=anchor)]
        return [
            svg.text(at, y - 25 - lift, built, "strong halo", anchor=anchor),
            svg.text(at, y - 9 - lift, "tot nu toe", "soft halo", anchor=anchor),
        ]
    label_y = y + 18 if y + 18 <= _BASE - 4 else y - 9
    if not so_far:
        return [svg.text(x + 1, label_y, built, "halo")]
    if y + 36 > _BASE - 4:
        return [svg.text(x + 1, label_y, " tot nu toe", "halo", bold=built)]
    return [
        svg.text(x + 1, y + 20, built, "strong halo"),
        svg.text(x + 1, y + 36, "tot nu toe", "soft halo"),
    ]


def _end_labels(progress: Progress, agreed: int, former: int | None, scale: float) -> list[str]:
    """What the lines end at, at the right; pushed apart where they would touch."""
    ends: list[tuple[int, str]] = []
    if progress.goal is not None:
        ends.append((progress.goal, " doel"))
    if progress.has_targets and agreed != progress.goal:
        ends.append((agreed, " opgeteld"))
    if former is not None and former not in (agreed, progress.goal):
        ends.append((former, " eerder"))
    parts = []
    lowest = 0.0
    for value, words in sorted(ends, reverse=True):
        y = max(_BASE - value * scale + 4, lowest)
        name = "strong" if words == " doel" else ""
        parts.append(svg.text(_WIDTH + 1.5, y, words, name, bold=number(value)))
        lowest = y + 17
    return parts


def _described(progress: Progress, points: tuple[Point, ...]) -> str:
    words = []
    for point in points:
        if point.closed:
            agreed = f", {number(point.agreed)} afgesproken" if progress.has_targets else ""
            words.append(f"Eind {point.year}: {number(point.built)} opgeleverd{agreed}.")
        else:
            words.append(f"Met {point.year}, dat nog niet compleet is: {number(point.built)}.")
    if progress.goal is not None:
        words.append(f"Doel: {number(progress.goal)}.")
    return " ".join(words) or "Er is nog niets opgegeven."
