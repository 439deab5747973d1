"""Mending the few faulty cells of a file on its own page: which cells, with which choices."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from housing.codes import DwellingType
from housing.forms import MUTATIONS, SEGMENTS
from housing.intake.edits import MOST_EDITS, MOST_TEXT, Edits, is_cell
from housing.intake.formats import FORMATS
from housing.intake.rows import Mended, Problem, Severity
from housing.models import Organisation, Upload

MOST_MENDED = 50  # cells at a time; more is easier in a spreadsheet
MOST_SHOWN_VALUE = 200  # what is kept of a value; a longer one can't be mended here
CAN_CHANGE = (Upload.Status.WAITING, Upload.Status.WITH_ERRORS)
_ORIGINS = ("nieuwbouw", "uitbreiding", "vervangende nieuwbouw", "transformatie")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "segment": tuple(SEGMENTS),
    "mutation": tuple(MUTATIONS),
    "origin": _ORIGINS,
    "dwelling_type": tuple(each.label for each in DwellingType),
    "self_contained": ("Ja", "Nee"),
}
_BOTH_FORMATS = ("self_contained",)  # the others are words of our template only


@dataclass(frozen=True, slots=True)
class MendField:
    """An input (or with `choices` a select) for one cell."""

    name: str
    label: str
    value: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MendedCell:
    """A cell that was mended on the page, with the column as people know it."""

    row: int
    column: str
    heading: str
    was: str
    now: str


def fields_for(upload: Upload, problems: Iterable[Problem]) -> dict[int, MendField]:
    """The input at each problem that can be mended on the page, by the place of the problem in
    `problems`; a cell with two problems has one, and at most `MOST_MENDED` cells have any."""
    fields = {column: name for name, column in upload.columns.items()}
    found: dict[int, MendField] = {}
    seen: set[tuple[int, str]] = set()
    places: tuple[str, ...] | None = None
    for index, problem in enumerate(problems):
        cell = problem.row, problem.column.partition(" ")[0]
        if len(found) == MOST_MENDED or cell in seen or not _can_mend(upload, problem, cell[1]):
            continue
        seen.add(cell)
        field = fields.get(cell[1], "")
        if field == "municipality" and places is None:
            places = _municipalities(upload.year)
        found[index] = MendField(
            name=f"cel-{cell[0]}-{cell[1]}",
            label=f"{problem.column.partition(' ')[2] or 'Waarde'} rij {cell[0]}",
            value=problem.value,
            choices=(places or ()) if field == "municipality" else _choices(upload.format, field),
        )
    return found


def _can_mend(upload: Upload, problem: Problem, column: str) -> bool:
    return (
        problem.severity is Severity.ERROR
        and problem.row > upload.header_row
        and is_cell(str(problem.row), column)
        and len(problem.value) < MOST_SHOWN_VALUE
    )


def _choices(file_format: str, field: str) -> tuple[str, ...]:
    if file_format == "template" or field in _BOTH_FORMATS:
        return _CHOICES.get(field, ())
    return ()


def _municipalities(year: int) -> tuple[str, ...]:
    region = Organisation.objects.municipalities().parties_at_end_of(year)
    return tuple(region.order_by("name").values_list("name", flat=True))


def edited(upload: Upload, posted: QueryDict) -> dict[str, dict[str, str]]:
    """The edits of an upload with what was typed on its page. What was left as it is, is no
    edit; what names no cell with a problem is passed over."""
    shown = {
        (str(kept["row"]), str(kept["column"]).partition(" ")[0]): kept["value"]
        for kept in upload.problems
    }
    edits = {row: dict(cells) for row, cells in upload.edits.items()}
    count = sum(map(len, edits.values()))
    for name, value in posted.items():
        kind, _, place = name.partition("-")
        row, _, column = place.partition("-")
        typed = str(value).strip()[:MOST_TEXT]
        if kind != "cel" or (row, column) not in shown or not is_cell(row, column):
            continue
        if typed == shown[row, column].strip():
            continue
        is_new = column not in edits.get(row, {})
        if count + is_new > MOST_EDITS:
            break
        count += is_new
        edits.setdefault(row, {})[column] = typed
    return edits


def without(edits: Edits, place: str) -> dict[str, dict[str, str]]:
    """The edits without those of one cell ("12-F"), or without any ("alles")."""
    if place == "alles":
        return {}
    row, _, column = place.partition("-")
    left = {each: dict(cells) for each, cells in edits.items()}
    left.get(row, {}).pop(column, None)
    return {each: cells for each, cells in left.items() if cells}


def mended_of(upload: Upload) -> list[MendedCell]:
    """What was mended on the page, as it was when the file was last checked."""
    fields = {column: name for name, column in upload.columns.items()}
    fmt = FORMATS.get(upload.format)
    cells = [Mended(*kept) for kept in upload.outcome.get("mended", ())]
    return [
        MendedCell(
            row=cell.row,
            column=cell.column,
            heading=fmt.heading(fields[cell.column]) if fmt and cell.column in fields else "",
            was=cell.was,
            now=cell.now,
        )
        for cell in cells
    ]


def digest(edits: Edits) -> str:
    """What edits amount to, for a page to say which it showed; "" for none."""
    if not edits:
        return ""
    text = json.dumps(edits, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
