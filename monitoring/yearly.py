"""A bar a year: what is built, what was agreed, what is still needed. SVG without Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitoring import svg
from monitoring.progress import Progress, YearProgress
from monitoring.words import listed, number, reported_text

_BASE = 262.0  # where the x axis lies, of a chart 302 px high
_HEIGHT = 302
_ROOM = 236.0  # pixels from the axis to the highest value


@dataclass(frozen=True, slots=True)
class _Column:
    """Where one year stands in the chart, and the lines its labels must stay clear of."""

    left: float
    slot: float
    scale: float
    needed: int
    target_top: float | None
    former_top: float | None
    is_awaited: bool

    @property
    def middle(self) -> float:
        return self.left + self.slot * 0.45


def year_chart(
    progress: Progress,
    prefix: str,
    *,
    notes: Mapping[int, str] | None = None,
    earlier: Mapping[int, int] | None = None,
) -> str:
    """A bar a year: solid vastgesteld, hatched voorlopig, dashed what is still needed.

    `notes` says why a year's target differs from the one before ("besluit 12 november");
    `earlier` is the former version of the targets, drawn as a dotted line.
    """
    years, needed = progress.years, progress.needed_per_year or 0
    slot = 100 / len(years)
    tallest = [needed, *(earlier or {}).values()]
    tallest += [max(year.built or 0, year.target or 0) for year in years]
    scale = _ROOM / (max(tallest) or 1)
    heights = [_BASE - value * scale for value in svg.grid_values(max(tallest))]
    grid = [svg.line("grid", 0, 100, y, y) for y in heights]
    bars, labels = [], []
    awaited = progress.open_years[0].year if progress.open_years else None
    for position, year in enumerate(years):
        former = (earlier or {}).get(year.year)
        changed = former is not None and former != year.target
        column = _Column(
            left=position * slot,
            slot=slot,
            scale=scale,
            needed=needed,
            target_top=None if year.target is None else _BASE - year.target * scale,
            former_top=_BASE - former * scale if changed and former is not None else None,
            is_awaited=year.over or (year.started and year.year == awaited),
        )
        drawn, words = _year_bar(year, column)
        bars += drawn
        labels += words
    lines = [svg.line("axis", 0, 100, _BASE, _BASE)]
    if earlier:
        lines += _former_line(years, earlier, slot, scale)
    steps, words = _target_line(progress, slot, scale, notes or {})
    parts = [*grid, *bars, *lines, *steps, *labels, *words]
    title = "Opgeleverde sociale huurwoningen per jaar"
    return svg.chart(prefix, title, _years_described(progress), _HEIGHT, parts)


def _year_bar(year: YearProgress, column: "_Column") -> tuple[list[str], list[str]]:
    """The bar of one year and its labels, kept clear of each other and of the target line."""
    x, width, middle = column.left + column.slot * 0.075, column.slot * 0.75, column.middle
    built = year.built or 0
    top = _BASE - built * column.scale
    bars: list[str] = []
    labels = [svg.text(middle, 281, str(year.year), anchor="middle")]
    if year.asked > 1 and (year.over or year.reported):
        words = f"{year.reported} van {year.asked}"
        labels.append(svg.text(middle, 298, words, "soft", anchor="middle"))
    ceiling = 0.0  # how high a label of what is built may stand
    if not year.closed and column.needed > built:
        needed_top = _BASE - column.needed * column.scale
        bars.append(svg.rect("needed", x, width, needed_top, _BASE - needed_top))
        needed_words, ceiling = _needed_labels(year, column, needed_top, top)
        labels += needed_words
    if year.built is None:
        if column.is_awaited:
            labels.append(svg.text(middle, _BASE - 8, "n.n.o.", "soft halo", anchor="middle"))
        return bars, labels
    solid, hatched = year.accepted * column.scale, year.provisional * column.scale
    if solid > 0:
        bars.append(svg.rect("built", x, width, _BASE - solid, solid))
    if hatched > 0:
        bars.append(svg.rect("blank", x, width, top, hatched))
        bars.append(svg.rect("hatched", x, width, top, hatched, svg.HATCH))
    line = column.target_top
    if hatched <= 0 and solid >= 34:
        crossed = line is not None and top + 4 < line < top + 26 and _BASE - line > 30
        y = line + 19 if crossed and line is not None else top + 21
        labels.append(svg.text(middle, y, number(built), "strong inside", anchor="middle"))
        return bars, labels
    above = top - 8
    crossed = line is not None and above - 14 < line < above + 4
    if above < 12 or 0 < above - ceiling < 18 or (crossed and hatched >= 26):
        above = top + 19
    elif crossed and line is not None:
        above = line - 7
    labels.append(svg.text(middle, above, number(built), "strong halo", anchor="middle"))
    if hatched > 0 and solid >= 26:
        y, words_ = _BASE - solid / 2 + 5, number(year.accepted)
        labels.append(svg.text(middle, y, words_, "inside", anchor="middle"))
    return bars, labels


def _needed_labels(
    year: YearProgress, column: "_Column", needed_top: float, top: float
) -> tuple[list[str], float]:
    """The number of homes needed and the word for it, with the height of the number."""
    line = _BASE if column.target_top is None else column.target_top
    inside = max(needed_top, line if column.target_top is not None else 0.0)
    if column.former_top is not None:
        inside = max(inside, column.former_top + 16)
    if column.target_top is None or needed_top < line - 14:
        number_y, word_y = needed_top - 8, needed_top + 19
        if line - 6 <= word_y <= line + 19:
            word_y = line + 19
    elif inside + 60 > _BASE:
        number_y, word_y = min(needed_top - 8, _BASE - 28), _BASE
    else:
        number_y, word_y = inside + 21, inside + 38
    if year.built and top - 8 - number_y < 18:
        return [], number_y
    middle = column.middle
    labels = [svg.text(middle, number_y, number(column.needed), "strong halo", anchor="middle")]
    lowest = top - 26 if year.built is not None or column.is_awaited else top - 8
    if word_y <= lowest:
        labels.append(svg.text(middle, word_y, "nodig", "soft halo", anchor="middle"))
    return labels, number_y


def _target_line(
    progress: Progress, slot: float, scale: float, notes: Mapping[int, str]
) -> tuple[list[str], list[str]]:
    """The agreed pace: solid over closed years, dashed after; a step where it changes."""
    years = progress.years
    lines: list[str] = []
    levels = [None if year.target is None else _BASE - year.target * scale for year in years]
    edge = slot * 0.075
    for position, (year, level) in enumerate(zip(years, levels, strict=True)):
        if level is None:
            continue
        last = position == len(years) - 1
        start = 0.0 if position == 0 else position * slot - edge
        end = 100.0 if last else (position + 1) * slot - edge
        before = levels[position - 1] if position else None
        dashed = "" if year.closed else 'stroke-dasharray="5 4"'
        lines.append(svg.line("target", start, end, level, level, dashed))
        if before is not None and before != level:
            lines.append(svg.line("target", start, start, before, level, dashed))
    return lines, _target_labels(progress, levels, scale, notes)


def _target_labels(
    progress: Progress,
    levels: Sequence[float | None],
    scale: float,
    notes: Mapping[int, str],
) -> list[str]:
    years = progress.years
    first, last = levels[0], levels[-1]
    if first is None or last is None:
        return []
    needed = (progress.needed_per_year or 0) * scale
    labels = []
    tops = [_BASE - (year.built or 0) * scale for year in years]
    left_free = all(top >= first for top in tops[:2]) and all(y.closed for y in years[:2])
    right_free = not years[-1].closed and _BASE - needed >= last and tops[-1] >= last
    word = "per jaar afgesproken" if right_free and not left_free else "afgesproken"
    if first == last:
        label = f"{number(years[0].target)} {word}"
        if left_free or not right_free:
            y = first - 8 if left_free else _clear_of_bars(first, tops[0])
            labels.append(svg.text(1.5, y, label, "halo"))
        else:
            labels.append(svg.text(98.5, last - 8, label, "halo", anchor="end"))
        return labels
    y = first - 8 if left_free else _clear_of_bars(first, tops[0])
    labels.append(svg.text(1.5, y, f"{number(years[0].target)} afgesproken", "halo"))
    turned = [
        year.year
        for year, before in zip(years[1:], years[:-1], strict=True)
        if year.target != before.target
    ]
    why = notes.get(turned[-1], "afgesproken")
    label = (
        f"{number(years[-1].target)}, {why}"
        if turned[-1] in notes
        else (f"{number(years[-1].target)} {why}")
    )
    labels.append(svg.text(98.5, last - 8, label, "halo", anchor="end"))
    return labels


def _clear_of_bars(level: float, bar_top: float) -> float:
    """A height for the first label when the first bar rises above the line."""
    return min(level, bar_top) - 8 if min(level, bar_top) > 22 else 11


def _former_line(
    years: Sequence[YearProgress], earlier: Mapping[int, int], slot: float, scale: float
) -> list[str]:
    changed = [
        (position, earlier[year.year])
        for position, year in enumerate(years)
        if year.year in earlier and earlier[year.year] != year.target
    ]
    parts = []
    for position, target in changed:
        y = _BASE - target * scale
        parts.append(svg.line("old", position * slot, (position + 1) * slot, y, y))
    if changed:
        position, target = changed[-1]
        label = f"{number(target)} eerder"
        y = _BASE - target * scale + 16
        parts.append(svg.text(98.5, y, label, "soft halo", anchor="end"))
    return parts


def _years_described(progress: Progress) -> str:
    words = []
    for year in progress.years:
        if not year.started:
            continue
        on = f", {reported_text(year)}" if year.asked > 1 else ""
        if year.built is None:
            words.append(f"{year.year}: nog niet opgegeven.")
        elif year.finished:
            words.append(f"{year.year}: {number(year.built)}{on}.")
        else:
            known = f"{number(year.built)}, waarvan {number(year.provisional)} voorlopig"
            words.append(f"{year.year} tot nu toe: {known}{on}.")
    targets = {year.target for year in progress.years if year.target is not None}
    if len(targets) == 1:
        words.append(f"Afgesproken is {number(targets.pop())} per jaar.")
    elif targets:
        agreed = [f"{number(year.target)} in {year.year}" for year in progress.years if year.target]
        words.append(f"Afgesproken is {listed(agreed)}.")
    if progress.needed_per_year:
        when = listed(year.year for year in progress.open_years)
        words.append(f"In {when} zijn {number(progress.needed_per_year)} per jaar nodig.")
    return " ".join(words)
