"""Rows typed on the page, on the same road as a file: a table with our template's headings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from housing.codes import TRANSFERS, Kind
from housing.intake.formats import TEMPLATE
from housing.intake.overlay import Line
from housing.intake.rows import Problem
from housing.intake.tables import Sheet, Table
from housing.intake.template import cell_value

# The columns that the page asks; the others keep what a stored row already says.
TYPED = (
    "municipality", "project", "segment", "mutation", "when", "homes", "key", "postcode",
    "house_number", "house_letter", "house_addition", "bag_ids", "rent",
)  # fmt: skip
COLUMNS = tuple(
    column.field
    for column in TEMPLATE.columns
    if column.field not in {"organisation", "report_year"}
)
MOST_TYPED = 40
FIRST_ROW = 2  # below the headings, as in a file


@dataclass(frozen=True, slots=True)
class TypedRow:
    """The cells of one row as typed; `stored` is the key of the row it began as, if any."""

    cells: Mapping[str, str]
    stored: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed; a kind that is chosen beforehand is nothing."""
        return not any(self.cells.get(name, "").strip() for name in TYPED if name != "mutation")


def can_be_typed(line: Line) -> bool:
    """Whether the page can say what a stored line says."""
    row = line.row
    return row.part == "2.1A" and row.kind not in {*TRANSFERS, Kind.CORRECTION}


def cells_of(line: Line, municipalities: Mapping[str, str]) -> dict[str, str]:
    """All cells of a stored line, as our template would hold them."""
    names = dict(municipalities)
    return {name: _text(cell_value(line.row, name, names)) for name in COLUMNS}


def with_stored(
    row: TypedRow, stored: Mapping[int, Line], municipalities: Mapping[str, str]
) -> TypedRow:
    """The typed row with what the stored row it began as says in the columns not asked."""
    line = stored.get(row.stored or 0)
    if line is None:
        return TypedRow({name: row.cells.get(name, "") for name in TYPED})
    untold = {
        name: text for name, text in cells_of(line, municipalities).items() if name not in TYPED
    }
    return TypedRow({**untold, **row.cells}, row.stored)


def table_of(rows: Iterable[TypedRow]) -> Table:
    """The typed rows as a table; a row without anything in it keeps its place."""
    headings = [TEMPLATE.heading(name) for name in COLUMNS]
    body = [
        [] if row.is_empty else [row.cells.get(name, "").strip() for name in COLUMNS]
        for row in rows
    ]
    return Table("getypt", "csv", (Sheet("", [headings, *body]),))


def place_of(problem: Problem) -> tuple[int, str]:
    """Where on the page a problem belongs: the index of the row (-1: none) and the column."""
    letter = problem.column.partition(" ")[0]
    column = ord(letter) - ord("A") if len(letter) == 1 else -1
    name = COLUMNS[column] if 0 <= column < len(COLUMNS) else ""
    return problem.row - FIRST_ROW, name


def most_can_be_typed(lines: Sequence[Line]) -> bool:
    """Whether an answer is small enough to be changed row by row on a page."""
    return len(lines) <= MOST_TYPED


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return str(value)
