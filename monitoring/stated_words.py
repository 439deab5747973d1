"""A figure's state and marks in Dutch, short enough to stand beside it. No Django."""

from collections.abc import Iterable

from monitoring.reported import MISSING
from monitoring.stated import MIXED, PROVISIONAL, SETTLED, Stated
from monitoring.words import STATES, UNKNOWN, number

Badge = tuple[str, str]
"""A code of the component `state` ("" for words without a sign) and its words."""

KEY = "Een getal zonder iets erbij is vastgesteld."


def state_of(figure: Stated) -> Badge:
    """How a figure stands: vastgesteld, voorlopig, "waarvan 20 voorlopig", nog niet opgegeven."""
    if figure.state != MIXED:
        return figure.state, STATES[figure.state]
    if figure.provisional:
        return PROVISIONAL, f"waarvan {number(figure.provisional)} voorlopig"
    if figure.homes:
        # What is provisional in it says "niets": all its homes are accepted.
        return SETTLED, STATES[SETTLED]
    return PROVISIONAL, "deels voorlopig"


def marks_of(figure: Stated) -> tuple[Badge, ...]:
    """The marks that stand beside one figure; who they are about, the list of marks says."""
    found = []
    if figure.becomes is not None:
        change = f"{number(figure.homes)} → {number(figure.becomes)}"
        found.append(("", f"correctie ingediend {change}"))
    codes = [mark.code for mark in figure.marks]
    if "disputed" in codes:
        homes = figure.marked("disputed")
        part = homes and homes != figure.homes
        found.append(("disputed", f"{number(homes)} betwist" if part else STATES["disputed"]))
    if "returned" in codes:
        found.append(("returned", _returned(codes.count("returned"), figure)))
    if "correction_waits" in codes:
        found.append(("", "correctie ingediend"))
    if "correction_returned" in codes:
        found.append(("returned", "correctie teruggestuurd"))
    for code, words in (
        ("lost", "{} dubbel gemeld"),
        ("excess", "{} mogelijk dubbel"),
        ("rent_unknown", "bij {} huur nog niet bekend"),
    ):
        if homes := figure.marked(code):
            found.append(("", words.format(number(homes))))
    return tuple(found)


def beside(figure: Stated) -> tuple[Badge, ...]:
    """The state, then the marks: what stands beside a figure wherever it is shown alone."""
    return (state_of(figure), *marks_of(figure))


def below(figure: Stated) -> tuple[Badge, ...]:
    """The same where many figures stand together, under a line that says `KEY`: a settled one
    without marks needs no words, and n.n.o. says itself that nothing is known."""
    state = state_of(figure)
    quiet = state[0] in (SETTLED, MISSING)
    return marks_of(figure) if quiet else (state, *marks_of(figure))


def in_words(badges: Iterable[Badge]) -> str:
    """Badges as one piece of text: "waarvan 20 voorlopig, 12 betwist"."""
    return ", ".join(text for _, text in badges)


def stands(figure: Stated) -> str:
    """State and marks as text, for a file."""
    return in_words(beside(figure))


def figure_in_words(figure: Stated) -> str:
    """61, waarvan 20 voorlopig."""
    if figure.homes is None:
        return in_words([("", UNKNOWN), *marks_of(figure)])
    return ", ".join([number(figure.homes), *(text for _, text in below(figure))])


def _returned(count: int, figure: Stated) -> str:
    if figure.state == MISSING and count == 1:
        return STATES["returned"]
    return "1 opgave teruggestuurd" if count == 1 else f"{count} opgaven teruggestuurd"
