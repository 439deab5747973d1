"""One bar a municipality, cut by segment: SVG without Django, as in `monitoring.charts`."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitoring import svg
from monitoring.mixed import LABELS, Homes
from monitoring.stated_words import below
from monitoring.words import number

_ROW = 46
_TOP = 18
_MOST_WORDS = 2  # of what stands beside a number: the table below tells all
_WHOLE = 86.0  # per cent of the width for the longest bar; the rest holds its total
_ROOM_FOR_NUMBER = 7.0  # per cent of the width under which a number stands nowhere


@dataclass(frozen=True, slots=True)
class Bar:
    """What one bar stands for."""

    name: str
    homes: Homes

    @property
    def standing(self) -> list[str]:
        """How the total stands, in as few words as fit above the bar on a phone."""
        if self.homes.total is None:
            return []
        return [text for _, text in below(self.homes.stated)][:_MOST_WORDS]


def segments_chart(bars: Sequence[Bar], prefix: str, title: str) -> str:
    """Bars of equal scale, cut into segments; "" when nothing is known anywhere."""
    longest = max((bar.homes.total or 0 for bar in bars), default=0)
    if not longest:
        return ""
    scale = _WHOLE / longest
    parts: list[str] = []
    for position, bar in enumerate(bars):
        parts += _bar(bar, position * _ROW, scale)
    described = " ".join(_described(bar) for bar in bars)
    return svg.chart(prefix, title, described, len(bars) * _ROW, parts)


def _bar(bar: Bar, top: float, scale: float) -> list[str]:
    y = top + _TOP
    parts = [svg.text(0, y - 6, ", ".join([bar.name, *bar.standing]))]
    if bar.homes.total is None:
        return [*parts, svg.text(0, y + 15, "nog niet opgegeven", "soft")]
    x = 0.0
    for code in LABELS:
        homes = bar.homes.by_group[code]
        if not homes:
            continue
        width = homes * scale
        parts.append(svg.rect(f"segment {code}", x, width, y, 20))
        if width >= _ROOM_FOR_NUMBER:
            middle = x + width / 2
            parts.append(svg.text(middle, y + 15, number(homes), f"on-{code}", anchor="middle"))
        x += width
    parts.append(svg.text(x, y + 15, number(bar.homes.total), "strong", dx=6))
    return parts


def _described(bar: Bar) -> str:
    if bar.homes.total is None:
        return f"{bar.name}: nog niet opgegeven."
    cut = [
        f"{number(homes)} {label.lower()}"
        for code, label in LABELS.items()
        if (homes := bar.homes.by_group[code])
    ]
    return f"{bar.name}: {', '.join([number(bar.homes.total), *bar.standing, *cut])}."
