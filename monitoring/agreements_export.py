"""The table of agreements as a file: the same lines and lights as the page."""

from collections.abc import Iterator, Sequence

from monitoring.agreement_words import rule_of
from monitoring.agreements import GROUPS, Board, Line, Standing
from monitoring.exports import Book, Cell, Sheet, Style
from monitoring.figures import Picture
from monitoring.reported import MISSING
from monitoring.stated_words import stands
from monitoring.words import LIGHTS, PROPOSAL, UNKNOWN, counts_text, dutch_date

_HEADINGS = (
    "Thema",
    "Nummer",
    "Afspraak",
    "Soort",
    "Groep",
    "Partij",
    "Licht",
    "Licht komt van",
    "Hoe ver",
    "Ronde",
    "Oorzaak van vertraging",
    "Woningen",
    "Afgesproken",
    "Stand van het getal",
)
SAID_NOTHING = "niet opgegeven"


def agreements_book(known: Picture, board: Board, lines: Sequence[Line], chosen: str) -> Book:
    """A row for each agreement and party, and the counts per group of parties; `chosen` says
    what the table was narrowed to."""

    def sheets(style: Style) -> Iterator[Sheet]:
        yield Sheet("Per partij", _HEADINGS, _parties(lines, style))
        yield Sheet("Per groep", ("Nummer", "Afspraak", "Groep", "Lichten"), _groups(lines, style))

    about = [
        ("Afspraken", "Prestatieafspraken Parkstad Limburg"),
        ("Stand op", dutch_date(known.as_of)),
        ("Filter", chosen),
        ("Ronde", str(board.round) if board.round else "nog geen ronde"),
        ("Licht bij een getal", f"{rule_of('target')} ({PROPOSAL})"),
        ("Licht bij terughoudendheid", f"{rule_of('restraint')} ({PROPOSAL})"),
        ("Licht bij andere afspraken", rule_of("effort")),
        (SAID_NOTHING, "de partij is aan zet en gaf in deze ronde nog niets op"),
    ]
    is_demo = any(line.is_demo for line in lines)
    return Book(f"afspraken {known.as_of:%Y-%m-%d}", tuple(about), sheets, is_demo)


def _parties(lines: Sequence[Line], style: Style) -> Iterator[list[Cell]]:
    for line in lines:
        agreement = line.agreement
        own: list[Cell] = [
            style.text(agreement.theme.name),
            style.text(agreement.number),
            style.text(line.wording.title),
            agreement.get_kind_display(),
        ]
        if not line.standings:
            yield [*own, *[""] * (len(_HEADINGS) - len(own))]
        for code, kinds, _, _ in GROUPS:
            for each in line.of(kinds):
                said = each.statement
                yield [
                    *own,
                    code,
                    style.text(each.party.name),
                    SAID_NOTHING if each.light == MISSING else LIGHTS[each.light],
                    "het portaal" if line.by_rule else "de partij zelf",
                    each.status,
                    style.text(str(said.round)) if said else "",
                    said.get_cause_display() if said else "",
                    *_number(each),
                ]


def _number(standing: Standing) -> list[Cell]:
    """What the rule laid beside each other, and how that figure stands."""
    measured = standing.measured
    if measured is None:
        return ["", "", ""]
    homes = UNKNOWN if measured.value is None else measured.value
    return [homes, measured.agreed, stands(measured.stated)]


def _groups(lines: Sequence[Line], style: Style) -> Iterator[list[Cell]]:
    for line in lines:
        for code, kinds, _, _ in GROUPS:
            if found := line.of(kinds):
                lights = counts_text(each.light for each in found)
                title = style.text(line.wording.title)
                yield [style.text(line.agreement.number), title, code, lights]
