"""Reading what was pasted from a spreadsheet: a label, a number and perhaps a note on each line.

Cells that are not understood are refused and given back with what was in them; nothing is stored
here.
"""

from dataclasses import dataclass

from housing.fields import MOST_HOMES
from housing.intake.values import Fault, dutch_number, read_whole
from housing.models import fold
from housing.municipal_fields import FIELDS, Answer, Field, Given

MOST_LINES = 200
NONE_WORDS = frozenset({"geen", "nihil", "0"})
UNKNOWN_WORDS = frozenset({"niet bekend", "onbekend", "?"})


@dataclass(frozen=True, slots=True)
class Understood:
    """A line that was read."""

    field: Field
    given: Given


@dataclass(frozen=True, slots=True)
class Refused:
    """A cell that was not understood: its line (from 1), column (A or B), what was in it, why."""

    line: int
    column: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """All that came of a paste."""

    understood: tuple[Understood, ...]
    refused: tuple[Refused, ...]


def read_paste(text: str) -> Pasted:
    """Read lines of tab-separated cells."""
    understood: dict[str, Understood] = {}
    refused: list[Refused] = []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines[:MOST_LINES], start=1):
        if not line.strip():
            continue
        found = _read_line(number, line)
        if isinstance(found, Refused):
            refused.append(found)
        elif found.field.key in understood:
            why = "Deze regel staat er twee keer. De eerste is gelezen."
            refused.append(Refused(number, "A", found.field.label, why))
        else:
            understood[found.field.key] = found
    if len(lines) > MOST_LINES and any(line.strip() for line in lines[MOST_LINES:]):
        why = f"Meer dan {MOST_LINES} regels lezen wij niet."
        refused.append(Refused(MOST_LINES + 1, "A", lines[MOST_LINES][:80], why))
    return Pasted(tuple(understood.values()), tuple(refused))


def _read_line(number: int, line: str) -> Understood | Refused:
    cells = [cell.strip().strip('"').strip() for cell in line.split("\t")]
    label, value = cells[0], cells[1] if len(cells) > 1 else ""
    field = _BY_NAME.get(fold(label))
    if field is None:
        if not label:
            return Refused(number, "A", value, "Voor dit getal staat niet wat het is.")
        return Refused(number, "A", label[:80], "Dit woord kennen wij niet. Kijk in de lijst.")
    given = _read_value(value)
    if isinstance(given, str):
        return Refused(number, "B", value[:80], given)
    note = cells[2][:500] if len(cells) > 2 else ""
    return Understood(field, Given(given.answer, given.homes, note))


def _read_value(text: str) -> Given | str:
    """The answer in a cell, or why it cannot be read."""
    folded = fold(text)
    if folded in NONE_WORDS:
        return Given(Answer.NONE.value)
    if folded in UNKNOWN_WORDS or text == "?":
        return Given(Answer.UNKNOWN.value)
    if not text:
        return "Deze cel is leeg. Vul een getal in, “geen” of “niet bekend”."
    found = read_whole(text)
    if isinstance(found, Fault):
        return "Een aantal heeft geen min." if text[:1] in "-−–" else found.message
    if found is None:
        return "Dit is geen getal. Vul een getal in, “geen” of “niet bekend”."
    if found > MOST_HOMES:
        return f"Dit is te groot: hoogstens {dutch_number(MOST_HOMES)}."
    return Given.number(found)


_BY_NAME = {fold(field.label): field for field in FIELDS}
