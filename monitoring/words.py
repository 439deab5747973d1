"""Numbers as Dutch sentences: headings that answer, the lead below them, marks. No Django.

A sentence with an emphasised number is a tuple of `Phrase`; `plain` makes it one string.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitoring.lights import WORST_FIRST, Light
from monitoring.progress import Progress, YearProgress
from monitoring.reported import MISSING, Mark
from monitoring.stated import PROVISIONAL, Stated

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
LIGHTS: Mapping[str, str] = {
    Light.ON: "op schema",
    Light.WATCH: "let op",
    Light.BEHIND: "achter",
    Light.UNKNOWN: "nog niet te zeggen",
    Light.NONE: "geen licht",
}
STATES: Mapping[str, str] = {
    "settled": "vastgesteld",
    "provisional": "voorlopig",
    "missing": "nog niet opgegeven",
    "disputed": "betwist",
    "returned": "teruggestuurd",
    "draft": "concept",
}
UNKNOWN = "n.n.o."
UNKNOWN_MEANS = "nog niet opgegeven"
PROPOSAL = "voorstel, nog niet vastgesteld"
_MINUS = "−"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of running text, emphasised or not."""

    text: str
    strong: bool = False


def plain(phrases: Iterable[Phrase]) -> str:
    """The sentence without emphasis."""
    return "".join(phrase.text for phrase in phrases)


def number(value: int | None) -> str:
    """1.350, with a true minus; n.n.o. for what is not reported. Not for years."""
    if value is None:
        return UNKNOWN
    text = f"{abs(value):,}".replace(",", ".")
    return _MINUS + text if value < 0 else text


def signed(value: int | None) -> str:
    """+465 or −71; a plain 0."""
    return number(value) if not value or value < 0 else f"+{number(value)}"


def percent(part: int, whole: int) -> str:
    """A whole per cent that never rounds up to a threshold it has not reached (90, 100)."""
    if whole <= 0:
        return ""
    rounded = (part * 200 + whole) // (whole * 2)
    for threshold in (90, 100):
        if rounded == threshold and part * 100 < threshold * whole:
            rounded -= 1
    return f"{number(rounded)}%"


def homes(count: int) -> str:
    """1 woning, 2 woningen."""
    return f"{number(count)} {'woning' if count == 1 else 'woningen'}"


def dutch_date(day: date) -> str:
    """15 februari 2027."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def listed(items: Iterable[object]) -> str:
    """A, B en C."""
    words = [str(item) for item in items]
    return " en ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def heading(progress: Progress, *, place: str = "", party: str = "") -> str:
    """The answer of a page in one sentence: of the region, of a place, or of a party."""
    built, until = progress.built_closed, progress.closed_until
    if progress.built is None:
        return _nothing(progress, place or party)
    if built is None or until is None:
        return f"{_built_so_far(progress.built, place, party)}; er is nog geen jaar afgerond"
    verdict = _verdict(progress, short=bool(place or party))
    return f"{_built_until(built, until, place, party)}{verdict}"


def _nothing(progress: Progress, name: str) -> str:
    agreed = progress.goal is not None
    if name:
        return f"Over {name} is nog niets opgegeven"
    return "Er is nog niets opgegeven" if agreed else "Er is niets afgesproken en niets opgegeven"


def _built_so_far(built: int, place: str, party: str) -> str:
    if party:
        return f"{party} gaf tot nu toe {homes(built)} op"
    if place:
        return f"In {place} {_came(built)} tot nu toe {homes(built)} klaar"
    return f"Tot nu toe {_are(built)} {homes(built)} opgeleverd"


def _built_until(built: int, until: int, place: str, party: str) -> str:
    if party:
        return f"{party} leverde {homes(built)} op tot en met {until}"
    if place:
        return f"In {place} {_came(built)} {homes(built)} klaar tot en met {until}"
    return f"Tot en met {until} {_are(built)} {homes(built)} opgeleverd"


def _verdict(progress: Progress, *, short: bool) -> str:
    """What follows the comma; over all years once all are closed the agreed total decides."""
    built, due = progress.built_closed, progress.due
    if built is None or due is None:
        return ""
    if progress.shortfall is not None and progress.goal is not None:
        due = progress.goal
    if built == due:
        return ", precies zoveel als afgesproken"
    difference = f"{number(abs(due - built))} {'minder' if built < due else 'meer'}"
    if short:
        return f", {difference} dan afgesproken"
    return f", {difference} dan de {number(due)} die {_were(due)} afgesproken"


def lead(progress: Progress, *, asked: str = "corporaties") -> tuple[Phrase, ...]:
    """The sentences under the heading: years not closed, and what is needed from here on."""
    phrases: list[Phrase] = _closed_stands(progress)
    for position, year in enumerate(progress.open_years):
        if year.over or year.built is not None or position == 0:
            phrases += _open_year(year, asked)
    phrases += _needed(progress)
    return tuple(phrases)


def _closed_stands(progress: Progress) -> list[Phrase]:
    """How much of what the heading says is not accepted yet, or disputed."""
    closed = progress.stated_closed
    told = []
    if closed.provisional and closed.provisional == closed.homes:
        told.append(f"De {number(closed.homes)} zijn nog voorlopig. ")
    elif closed.provisional:
        told.append(
            f"Van de {number(closed.homes)} {_are(closed.provisional)} er "
            f"{number(closed.provisional)} nog voorlopig. "
        )
    if disputed := closed.marked("disputed"):
        are = _are(disputed)
        told.append(f"Van de {number(closed.homes)} {are} er {number(disputed)} betwist. ")
    return [Phrase(text) for text in told]


def _of_them_provisional(stated: Stated) -> str:
    """What follows a number in a sentence: "" where all of it is accepted."""
    if not stated.provisional:
        return ", nog voorlopig" if stated.state == PROVISIONAL else ""
    if stated.provisional == stated.homes:
        return ", nog voorlopig"
    return f", waarvan {number(stated.provisional)} voorlopig"


def _open_year(year: YearProgress, asked: str) -> list[Phrase]:
    if not year.started:
        return []
    if year.built is None:
        return [Phrase(f"Over {year.year} is nog niets opgegeven. ")]
    rests = f" bij{_of_them_provisional(year.stated)}"
    if year.asked > 1:
        rests += f", volgens {year.reported} van de {year.asked} {asked}"
    so_far = "" if year.finished else " tot nu toe"
    sentence = [
        Phrase(f"In {year.year} {_came(year.built)} er{so_far} "),
        Phrase(number(year.built), strong=True),
        Phrase(f"{rests}. "),
    ]
    if year.target is None or year.finished:
        return sentence
    if year.light == Light.ON:
        return [*sentence, Phrase(f"Daarmee is {year.year} gehaald. ")]
    return [*sentence, Phrase(f"Of {year.year} gehaald is, is nog niet te zeggen. ")]


def _needed(progress: Progress) -> list[Phrase]:
    if progress.goal is None or not progress.has_targets:
        return []
    goal = number(progress.goal)
    if progress.shortfall is not None:
        if progress.shortfall <= 0:
            return [Phrase(f"Het doel van {goal} is gehaald.")]
        return [
            Phrase(f"Het doel was {goal}. Er ontbreken "),
            Phrase(homes(progress.shortfall), strong=True),
            Phrase("."),
        ]
    needed = progress.needed_per_year
    if needed is None:
        return []
    if needed == 0:
        return [Phrase(f"Het doel van {goal} is al gehaald.")]
    years = progress.open_years
    a_year = f"{homes(needed)}{' per jaar' if len(years) > 1 else ''}"
    return [
        Phrase(f"Voor {goal} {_are(needed)} in {listed(year.year for year in years)} "),
        Phrase(a_year, strong=True),
        Phrase(f" nodig{_instead(years, needed)}."),
    ]


def _instead(years: Sequence[YearProgress], needed: int) -> str:
    paces = {year.target for year in years}
    pace = paces.pop()
    if paces or pace is None:
        return ""
    return ", zoals afgesproken" if pace == needed else f" in plaats van {number(pace)}"


def years_heading(progress: Progress) -> str:
    """Which closed years met their target: "In 2024 is 84 gehaald, in 2025 niet"."""
    judged = [year for year in progress.closed_years if year.target is not None]
    if not judged:
        return "Er is nog geen jaar afgerond" if progress.has_targets else "Opgeleverd per jaar"
    met = [year for year in judged if (year.built or 0) >= (year.target or 0)]
    unmet = [year for year in judged if year not in met]
    of_met, of_unmet = (listed(year.year for year in group) for group in (met, unmet))
    if len(targets := {year.target for year in judged}) == 1:
        what = f"is {number(targets.pop())}"
    else:
        what = "is het afgesproken aantal"
    if not unmet:
        return f"In {of_met} {what} gehaald"
    if not met:
        return f"In {of_unmet} {what} niet gehaald"
    return f"In {of_met} {what} gehaald, in {of_unmet} niet"


def total_heading(progress: Progress) -> str:
    """What the cumulative chart shows."""
    if progress.built is None:
        return "Er is nog niets opgegeven"
    if progress.goal is None:
        return f"{_of_all(progress)} sinds {progress.years[0].year}"
    share = percent(progress.built, progress.goal)
    return f"{_of_all(progress)}, {share} van de {number(progress.goal)}"


def _of_all(progress: Progress) -> str:
    return f"Opgeteld {homes(progress.built or 0)}"


def due_text(progress: Progress) -> str:
    """Below the figure Afgesproken: "2 jaar × 270. Opgeleverd: 465, dat is 86%"."""
    closed, due, built = progress.closed_years, progress.due, progress.built_closed
    if due is None or built is None:
        return "er is nog geen jaar afgerond"
    paces = {year.target for year in closed}
    sum_of = f"{len(closed)} jaar × {number(paces.pop())}" if len(paces) == 1 else "samen"
    share = percent(built, due)
    told = f"{sum_of}. Opgeleverd: {number(built)}"
    if provisional := progress.stated_closed.provisional:
        told += f", waarvan {number(provisional)} voorlopig"
    return told + (f", dat is {share}" if share else "")


def needed_text(progress: Progress) -> str:
    """Below the figure Nodig per jaar: in which years, and how that compares to the pace."""
    needed, years = progress.needed_per_year, progress.open_years
    if needed is None or progress.to_go is None:
        return "alle jaren zijn afgerond" if progress.has_targets and not years else ""
    text = f"in {listed(year.year for year in years)}: samen {number(progress.to_go)}"
    paces = {year.target for year in years}
    pace = paces.pop()
    if paces or pace is None:
        return text
    if needed == pace:
        return f"{text}, dat is het afgesproken tempo"
    side = "boven" if needed > pace else "onder"
    each = " per jaar" if len(years) > 1 else ""
    return f"{text}, dat is {number(abs(needed - pace))}{each} {side} het afgesproken tempo"


def behind_text(progress: Progress) -> str:
    """The words of the light of the region: 75 achter, 12 voor, op schema."""
    if not progress.behind:
        return LIGHTS[progress.light]
    if progress.behind < 0:
        return f"op schema, {number(-progress.behind)} meer"
    word = "achter" if progress.light == Light.BEHIND else "te weinig"
    return f"{number(progress.behind)} {word}"


def reported_text(year: YearProgress, asked: str = "corporaties") -> str:
    """7 van 9 corporaties."""
    return f"{year.reported} van {year.asked} {asked}"


def missing_heading(year: YearProgress, names: Mapping[str, str]) -> str:
    """Who has not (fully) reported on a year; "" when nobody is missing."""
    if not year.missing:
        return ""
    if len(year.missing) == 1:
        who = names.get(year.missing[0], year.missing[0])
        return f"{who} heeft over {year.year} nog {_nothing_yet(year)} opgegeven"
    count = f"{len(year.missing)} van de {year.asked} corporaties"
    return f"{count} hebben over {year.year} nog {_nothing_yet(year)} opgegeven"


def _nothing_yet(year: YearProgress) -> str:
    """A past year may have half-year answers: those are not "nothing"."""
    return "niets" if year.silent else "niet alles"


def tiles_heading(progress: Iterable[Progress], until: int | None) -> str:
    """How many municipalities were on schedule: "2 van de 7 gemeenten lagen …"."""
    if until is None:
        return "Er is nog geen jaar afgerond"
    lights = [each.light for each in progress]
    on = lights.count(Light.ON)
    lay = "lag" if on == 1 else "lagen"
    return f"{on} van de {len(lights)} gemeenten {lay} eind {until} op schema"


def net_heading(gross: int, net: int, until: int) -> str:
    """What the waterfall shows."""
    start = f"Tot en met {until} {_came(gross)} er {homes(gross)} bij"
    if net < 0:
        return f"{start}, maar netto kromp de voorraad met {number(-net)}"
    but = "maar netto" if net < gross else "netto"
    return f"{start}, {but} groeide de voorraad met {number(net)}"


def counted(lights: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """How many parties have which light, the worst first, who said nothing last. Whatever is no
    light at all counts as who said nothing."""
    known = (*WORST_FIRST, Light.UNKNOWN, Light.NONE)
    codes = [light if light in known else MISSING for light in map(str, lights)]
    return tuple((code, n) for code in (*known, MISSING) if (n := codes.count(code)))


def counts_text(lights: Iterable[str], absent: str = "niet opgegeven") -> str:
    """4 achter, 3 let op, 2 op schema, 2 niet opgegeven."""
    return ", ".join(f"{n} {LIGHTS.get(code, absent)}" for code, n in counted(lights))


def mark_text(mark: Mark, names: Mapping[str, str] | None = None) -> str:
    """A mark as people read it beside a figure."""
    names = names or {}
    count = number(mark.homes)
    texts = {
        "correction": f"correctie ingediend {count} → {number(mark.becomes)}",
        "disputed": f"{count} betwist" if mark.homes else "betwist",
        "lost": f"{count} dubbel gemeld",
        "excess": f"{homes(mark.homes)} mogelijk dubbel",
        "rent_unknown": f"bij {count} is de huur nog niet bekend",
        "self_contained_unknown": f"van {count} is niet bekend of zij zelfstandig zijn",
        "flex": f"waarvan {count} flexwoningen",
        "extramural": f"waarvan {count} extramuraal",
        "unplaced": f"{homes(mark.homes)} zonder bekende gemeente, niet geteld",
        "returned": "teruggestuurd",
        "correction_returned": "correctie teruggestuurd",
        "correction_waits": "correctie ingediend",
    }
    text = texts.get(mark.code, mark.code)
    about = [names.get(slug, slug) for slug in (mark.organisation, mark.municipality) if slug]
    when = [str(mark.year)] if mark.year else []
    about_text = " ".join([", ".join(about), *when]).strip()
    return f"{about_text}: {text}" if about_text else text


def _are(count: int) -> str:
    return "is" if count == 1 else "zijn"


def _were(count: int) -> str:
    return "was" if count == 1 else "waren"


def _came(count: int) -> str:
    return "kwam" if count == 1 else "kwamen"
