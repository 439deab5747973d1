"""Rows typed on the page, on the same road as a file: a table with our template's headings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from housing.codes import TRANSFERS, Kind
from housing.intake.checking import check
from housing.intake.formats import TEMPLATE
from housing.intake.overlay import Line
from housing.intake.rows import Checked, CleanRow, Lookups, Problem
from housing.intake.tables import Sheet, Table
from housing.intake.template import cell_value

TYPED = (
    "municipality", "project", "segment", "mutation", "when", "homes", "key", "postcode",
    "house_number", "house_letter", "house_addition", "bag_ids", "rent",
)  # fmt: skip
MOST_TYPED = 40
FIRST_ROW = 2  # below the headings, as in a file
# What a typed row tells of the facts of a row; all else stays as it was stored.
_TOLD = frozenset({
    "sheet", "row", "part", "kind", "direction", "homes", "year", "key", "happened", "precision",
    "municipality", "project", "declared", "segment", "rent_class", "bag_ids", "postcode",
    "house_number", "house_letter", "house_addition", "rent",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class TypedRow:
    """The cells of one row as typed; `stored` is the key of the row it began as, if any."""

    cells: Mapping[str, str]
    stored: int | None = None

    @property
    def is_empty(self) -> bool:
        return not any(self.cells.get(name, "").strip() for name in TYPED)


def can_be_typed(line: Line) -> bool:
    """Whether the form can say what a stored line says."""
    row = line.row
    return row.part == "2.1A" and row.kind not in {*TRANSFERS, Kind.CORRECTION}


def typed_from(line: Line, municipalities: Mapping[str, str]) -> TypedRow:
    """A stored line as the form shows it."""
    cells = {name: _text(cell_value(line.row, name, dict(municipalities))) for name in TYPED}
    return TypedRow(cells, line.stored)


def table_of(rows: Sequence[TypedRow]) -> Table:
    """The typed rows as a table; a row that is left out keeps its place."""
    headings = [TEMPLATE.heading(name) for name in TYPED]
    body = [[row.cells.get(name, "").strip() for name in TYPED] for row in rows]
    return Table("getypt", "csv", (Sheet("", [headings, *body]),))


def check_typed(
    rows: Sequence[TypedRow], stored: Iterable[Line], lookups: Lookups
) -> Checked:
    """Check typed rows as a file; a row that began as a stored one keeps what was not asked."""
    checked = check(table_of(rows), lookups, "template")
    known = {line.stored: line.row for line in stored}
    checked.rows = [_with_stored(row, known, rows) for row in checked.rows]
    return checked


def field_of(problem: Problem) -> tuple[int, str]:
    """Where on the form a problem belongs: the index of the row (-1: none) and the field."""
    index = problem.row - FIRST_ROW
    letter = problem.column.partition(" ")[0]
    column = ord(letter) - ord("A") if len(letter) == 1 else -1
    return index, TYPED[column] if 0 <= column < len(TYPED) else ""


def _with_stored(
    row: CleanRow, known: Mapping[int | None, CleanRow], rows: Sequence[TypedRow]
) -> CleanRow:
    old = known.get(rows[row.row - FIRST_ROW].stored)
    if old is None or old.kind != row.kind:
        return row
    kept = {each.name: getattr(old, each.name) for each in fields(CleanRow)}
    return replace(row, **{name: kept[name] for name in kept if name not in _TOLD})


def _text(value: object) -> str:
    if value is None:
        return ""
    if hasattr(value, "strftime"):
        return value.strftime("%d-%m-%Y")  # type: ignore[no-any-return]
    return str(value).replace(".", ",") if type(value).__name__ == "Decimal" else str(value)
