"""Small building blocks of the pages: a light, a state, a figure, the charts, numbers in Dutch.

Words come from `monitoring.words`, drawings from `monitoring.charts`; text goes through
autoescaping, and only a chart, which escapes its own text, is marked safe.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from monitoring import charts, stated_words, words
from monitoring.progress import Progress
from monitoring.reported import Mark
from monitoring.stated import NOT_STATED, Stated
from monitoring.waterfall import Waterfall

register = template.Library()

_ICONS = {"unknown": "none"}  # a light's code, where its class is another


@register.inclusion_tag("components/light.html")
def light(code: str, text: str = "") -> dict[str, str]:
    """The verdict with its word: {% light progress.light %} or {% light "behind" "75 achter" %}."""
    code = str(code)
    return {"code": _ICONS.get(code, code), "text": text or words.LIGHTS.get(code, code)}


@register.inclusion_tag("components/state.html")
def state(code: str, text: str = "") -> dict[str, str]:
    """How a figure or part stands: {% state "provisional" "54 voorlopig" %}."""
    code = str(code)
    return {"code": code, "text": text or words.STATES.get(code, code)}


@register.inclusion_tag("components/proposal.html")
def proposal(decided: bool = False) -> dict[str, object]:
    """Says that a rule still has to be fixed; nothing once it is: {% proposal rule.decided %}."""
    return {"decided": decided, "text": words.PROPOSAL}


@register.simple_tag
def nno(value: int | None) -> str:
    """A number, or n.n.o. with its meaning where nothing is reported: {% nno year.built %}."""
    if value is None:
        return format_html('<abbr title="{}">{}</abbr>', words.UNKNOWN_MEANS, words.UNKNOWN)
    return words.number(value)


@register.simple_tag
def stated(found: Stated | None, *, strong: bool = False) -> str:
    """A figure among others in a table: the number, and below it what it needs said (voorlopig,
    betwist, a correction that waits): {% stated year.stated %}. Below the table stands
    {% stated_key %}."""
    found = found or NOT_STATED
    shown = nno(found.homes)
    if strong:
        shown = format_html("<strong>{}</strong>", shown)
    return format_html("{}{}", shown, _badges(stated_words.below(found), first=False))


@register.simple_tag
def stands(found: Stated | None) -> str:
    """How one figure stands, its state always and then its marks: {% stands region.stated %}."""
    return _badges(stated_words.beside(found or NOT_STATED))


@register.simple_tag
def stated_key() -> str:
    """What a figure without words says, for below a table of figures."""
    return stated_words.KEY


def _badges(found: Iterable[stated_words.Badge], *, first: bool = True) -> str:
    """Badges below each other; with `first` the first of them needs no line above it."""
    drawn = format_html_join(
        mark_safe("<br>"),
        "{}",
        ((_badge(code, text),) for code, text in found),
    )
    return drawn if first or not drawn else format_html("<br>{}", drawn)


def _badge(code: str, text: str) -> str:
    if not code:
        return format_html('<span class="small soft">{}</span>', text)
    return format_html(
        '<span class="state {}"><svg aria-hidden="true"><use href="#s-{}"/></svg>{}</span>',
        code,
        code,
        text,
    )


@register.simple_block_tag
def figure(content: str, label: str, value: object, unit: str = "") -> str:
    """One key figure within <dl class="figures">, with what it rests on below it:
    {% figure "Nodig per jaar" progress.needed_per_year %}…{% endfigure %}.

    A whole number is written as one, None as n.n.o., text as it is.
    """
    shown = nno(value) if value is None or isinstance(value, int) else value
    small = format_html(" <small>{}</small>", unit) if unit else ""
    return format_html(
        '<div class="figure"><dt>{}</dt><dd class="value">{}{}</dd><dd>{}</dd></div>',
        label,
        shown,
        small,
        content,
    )


@register.inclusion_tag("components/pace.html")
def pace(progress: Progress, prefix: str = "tempo") -> dict[str, object]:
    """The strip from 0 to the goal; nothing without a goal or a report."""
    return {"chart": _drawn(charts.pace_chart(progress, prefix))}


@register.inclusion_tag("components/year_chart.html")
def year_chart(
    progress: Progress,
    prefix: str = "jaar",
    notes: Mapping[int, str] | None = None,
    earlier: Mapping[int, int] | None = None,
) -> dict[str, object]:
    """A bar a year with its key; `notes` and `earlier` as in `charts.year_chart`."""
    asked = max((year.asked for year in progress.years), default=0)
    return {
        "chart": _drawn(charts.year_chart(progress, prefix, notes=notes, earlier=earlier)),
        "asked": asked if asked > 1 else 0,
        "needed": progress.needed_per_year,
    }


@register.inclusion_tag("components/cumulative_chart.html")
def cumulative_chart(
    progress: Progress,
    prefix: str = "lijn",
    caption: str = "",
    earlier: Mapping[int, int] | None = None,
) -> dict[str, object]:
    """Built homes added up against the agreed line, with a caption below."""
    first = progress.years[0].year if progress.years else ""
    return {
        "chart": _drawn(charts.cumulative_chart(progress, prefix, earlier=earlier)),
        "caption": caption or f"Opgeteld vanaf 1 januari {first}.",
    }


@register.inclusion_tag("components/waterfall.html")
def waterfall(fall: Waterfall | None, caption: str = "Van bruto naar netto") -> dict[str, object]:
    """The table from gross to net, with a bar in each row; nothing when net is unknown."""
    if fall is None:
        return {"fall": None}
    rows = [(step, _drawn(charts.waterfall_bar(fall, step))) for step in fall.steps]
    return {
        "fall": fall,
        "caption": caption,
        "rows": rows,
        "total": _drawn(charts.waterfall_total(fall)),
    }


@register.inclusion_tag("components/tile_map.html")
def tile_map(tiles: Sequence[charts.Tile]) -> dict[str, object]:
    """The municipalities as they lie, in the order of `charts.TILE_ORDER`."""
    return {"tiles": [(tile, _drawn(charts.bar(tile.built, tile.due))) for tile in tiles]}


@register.inclusion_tag("components/counts.html")
def counts(lights: Iterable[str], absent: str = "niet opgegeven") -> dict[str, object]:
    """How many parties have which light, the worst first: {% counts lights %}. It has no colour
    of its own; who said nothing stands last."""
    found = words.counted(lights)
    lit = [(code, f"{n} {words.LIGHTS[code]}") for code, n in found if code in words.LIGHTS]
    silent = sum(n for code, n in found if code not in words.LIGHTS)
    return {"found": lit, "absent": f"{silent} {absent}" if silent else ""}


@register.simple_tag
def bar(value: int | None, whole: int | None) -> str:
    """A thin bar of what is built of what was due."""
    return _drawn(charts.bar(value, whole))


@register.simple_tag
def cell(sheet: str, row: int, column: str = "") -> str:
    """A place in a file: {% cell "Opleveringen" 12 "F" %}."""
    place = f"{column}{row}" if column else f"rij {row}"
    return format_html('<span class="cell">{}</span>', f"{sheet}, {place}" if sheet else place)


@register.simple_tag
def phrases(sentence: Iterable[words.Phrase]) -> str:
    """Running text with its numbers emphasised: {% phrases lead %}."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<strong>{}</strong>", phrase.text) if phrase.strong else phrase.text,)
            for phrase in sentence
        ),
    )


@register.filter
def number(value: Any) -> str:
    """1.350; n.n.o. for None. Not for years."""
    return words.number(value) if value is None or isinstance(value, int) else str(value)


@register.filter
def signed(value: int | None) -> str:
    """+465, −71, 0."""
    return words.signed(value)


@register.filter
def percent(part: int | None, whole: int | None) -> str:
    """{{ built|percent:due }} gives 86%; nothing where either is unknown."""
    return "" if part is None or whole is None else words.percent(part, whole)


@register.filter
def homes(count: int | None) -> str:
    """1 woning, 2 woningen."""
    return words.UNKNOWN if count is None else words.homes(count)


@register.filter
def dutch_date(day: date | None) -> str:
    """15 februari 2027; nothing for None."""
    return "" if day is None else words.dutch_date(day)


@register.filter
def listed(items: Iterable[object]) -> str:
    """A, B en C."""
    return words.listed(items)


@register.filter
def mark_text(mark: Mark, names: Mapping[str, str] | None = None) -> str:
    """A mark as people read it: {{ mark|mark_text:names }}."""
    return words.mark_text(mark, names)


def _drawn(svg: str) -> SafeString:
    """A drawing of `monitoring.charts`, which escapes all text in it."""
    return mark_safe(svg)  # noqa: S308
