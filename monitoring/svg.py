"""Pieces of SVG as the charts draw them: x in per cent, y in pixels, classes for all looks."""

from collections.abc import Iterable
from html import escape

HATCH = 'fill="url(#hatch)"'


def percent(value: float) -> str:
    """A horizontal place, with no more digits than a screen can show."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def pixels(value: float) -> str:
    """A vertical place."""
    return f"{value:.1f}".removesuffix(".0")


def rect(name: str, x: float, width: float, y: float, height: float, more: str = "") -> str:
    """A bar or part of one."""
    place = f'x="{percent(x)}" width="{percent(width)}" y="{pixels(y)}" height="{pixels(height)}"'
    return f'<rect class="{name}" {place}{" " + more if more else ""}/>'


def line(name: str, x1: float, x2: float, y1: float, y2: float, more: str = "") -> str:
    """A straight line that keeps its width."""
    place = f'x1="{percent(x1)}" x2="{percent(x2)}" y1="{pixels(y1)}" y2="{pixels(y2)}"'
    return f'<line class="{name}" {place}{" " + more if more else ""}/>'


def circle(name: str, x: float, y: float, more: str = "") -> str:
    """A point on a line."""
    place = f'cx="{percent(x)}" cy="{pixels(y)}" r="4.5"'
    return f'<circle class="{name}" {place}{" " + more if more else ""}/>'


def text(
    x: float,
    y: float,
    words: str,
    name: str = "",
    *,
    bold: str = "",
    then: tuple[str, str] = ("", ""),
    anchor: str = "",
    dx: int = 0,
) -> str:
    """A label; `bold` is the number it begins with, `then` a second number with its words."""
    attributes = f'x="{percent(x)}" y="{pixels(y)}"'
    if dx:
        attributes += f' dx="{dx}"'
    if anchor and anchor != "start":
        attributes += f' text-anchor="{anchor}"'
    if name:
        attributes += f' class="{name}"'
    return f"<text {attributes}>{_words(bold, words)}{_words(*then)}</text>"


def _words(bold: str, words: str) -> str:
    start = f'<tspan font-weight="700">{escape(bold)}</tspan>' if bold else ""
    return f"{start}{escape(words)}"


def polyline(name: str, points: Iterable[tuple[float, float]]) -> str:
    """A line through points, for within `stretched`."""
    places = " ".join(f"{x:.2f},{y:.1f}" for x, y in points)
    return f'<polyline class="{name}" points="{places}" vector-effect="non-scaling-stroke"/>'


def stretched(height: int, parts: Iterable[str]) -> str:
    """Lines that stretch with the width of the chart; text and bars stay outside."""
    box = f'width="100%" height="{height}" viewBox="0 0 100 {height}"'
    return f'<svg {box} preserveAspectRatio="none" aria-hidden="true">{"".join(parts)}</svg>'


def solid_and_hatched(
    left: float, solid: float, hatched: float, y: float, height: float
) -> Iterable[str]:
    """A strip that is vastgesteld first and voorlopig after it."""
    if solid > 0:
        yield rect("built", left, solid, y, height)
    if hatched > 0:
        yield rect("blank", left + solid, hatched, y, height)
        yield rect("hatched", left + solid, hatched, y, height, HATCH)


def chart(prefix: str, title: str, description: str, height: int, parts: Iterable[str]) -> str:
    """A whole chart, with the words that stand for it where it cannot be seen."""
    prefix = escape(prefix)
    ids, words = f"{prefix}-t", f'<title id="{prefix}-t">{escape(title)}</title>'
    if description:
        ids += f" {prefix}-d"
        words += f'<desc id="{prefix}-d">{escape(description)}</desc>'
    opening = f'<svg role="img" aria-labelledby="{ids}" height="{height}">'
    return f"{opening}{words}{''.join(parts)}</svg>"


def grid_values(highest: float) -> list[int]:
    """One or two round values below the highest, for faint lines."""
    if highest < 4:
        return []
    step, size = 1, 1
    while size <= highest:
        for factor in (10, 15, 20, 25, 30, 40, 50, 75):
            if factor * size % 10 == 0 and factor * size // 10 <= highest / 2.4:
                step = factor * size // 10
        size *= 10
    return [value for value in (step, step * 2) if value <= highest * 0.9]
