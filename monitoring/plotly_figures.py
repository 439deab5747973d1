"""The year and cumulative charts as Plotly figures, for a reader who wants to explore them.

Plain dictionaries that go out as JSON: no plotly is imported. The caller adds the template
(none) and the locale. Unknown stays null, so Plotly leaves a gap and draws no zero.
"""

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from monitoring.cumulative import cumulative_points
from monitoring.progress import Progress

GREEN, EDGE, INK, PAPER = "#17604a", "#7d8179", "#1d2528", "#fbfaf6"

Figure = dict[str, Any]


def plotly_years(progress: Progress, earlier: Mapping[int, int] | None = None) -> Figure:
    """Stacked bars vastgesteld and voorlopig, what is still needed, and the agreed line;
    `earlier` is the version of the target before this one."""
    years = [str(year.year) for year in progress.years]
    known = [year.built is not None for year in progress.years]
    needed = progress.needed_per_year
    accepted, provisional, to_go = [], [], []
    for year, is_known in zip(progress.years, known, strict=True):
        accepted.append(year.accepted if is_known else None)
        provisional.append(year.provisional if is_known else None)
        is_open = not year.closed and needed is not None
        to_go.append(max(0, (needed or 0) - (year.built or 0)) if is_open else None)
    hatch = {"shape": "/", "fgcolor": GREEN, "bgcolor": PAPER, "size": 7}
    bars = [
        _bars("vastgesteld", years, accepted, {"color": GREEN}),
        _bars(
            "voorlopig",
            years,
            provisional,
            {"color": PAPER, "pattern": hatch, "line": {"color": GREEN, "width": 1.5}},
        ),
        _bars(
            "nog nodig",
            years,
            to_go,
            {"color": "rgba(0,0,0,0)", "line": {"color": EDGE, "width": 1.5}},
        ),
    ]
    if progress.has_targets:
        bars.append(_line("afgesproken", years, [year.target for year in progress.years], INK))
    if earlier:
        former = [earlier.get(year.year) for year in progress.years]
        bars.append(_line("eerder afgesproken", years, former, EDGE, dash="dot"))
    layout = _layout("woningen per jaar")
    return {"data": bars, "layout": layout | {"barmode": "stack"}}


def plotly_cumulative(progress: Progress) -> Figure:
    """Built homes added up, dotted to years that are not closed, and the agreed line."""
    points = cumulative_points(progress)
    start = str(progress.years[0].year - 1)
    closed = [(start, 0), *((str(point.year), point.built) for point in points if point.closed)]
    opened = [(str(point.year), point.built) for point in points if not point.closed]
    lines = [_line("opgeleverd", *_split(closed), GREEN)]
    if opened:
        lines.append(_line("tot nu toe", *_split([closed[-1], *opened]), GREEN, dash="dot"))
    if progress.has_targets:
        ends = [start, *(str(year.year) for year in progress.years)]
        agreed = [0, *accumulate(year.target or 0 for year in progress.years)]
        lines.append(_line("afgesproken", ends, list(agreed), INK))
    layout = _layout("woningen, opgeteld tot en met het eind van het jaar")
    order = [start, *(str(year.year) for year in progress.years)]
    layout["xaxis"] |= {"categoryorder": "array", "categoryarray": order}
    return {"data": lines, "layout": layout}


def _split(pairs: list[tuple[str, int]]) -> tuple[list[str], list[int | None]]:
    return [year for year, _ in pairs], [built for _, built in pairs]


def _bars(name: str, years: list[str], values: list[int | None], marker: Figure) -> Figure:
    return {
        "type": "bar",
        "name": name,
        "x": years,
        "y": values,
        "marker": marker,
        "hovertemplate": f"%{{x}}: %{{y:,}} {name}<extra></extra>",
    }


def _line(
    name: str, years: list[str], values: list[int | None], color: str, dash: str = "solid"
) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": years,
        "y": values,
        "connectgaps": False,
        "line": {"color": color, "width": 2, "dash": dash},
        "hovertemplate": f"%{{x}}: %{{y:,}} {name}<extra></extra>",
    }


def _layout(title: str) -> Figure:
    return {
        "separators": ",.",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 48, "r": 16, "t": 16, "b": 40},
        "legend": {"orientation": "h", "y": -0.15},
        "xaxis": {"type": "category", "fixedrange": False},
        "yaxis": {"title": {"text": title}, "rangemode": "tozero", "tickformat": ","},
    }
