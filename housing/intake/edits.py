"""Cells that the clerk mended on the page: laid over the table before it is checked.

The file stays as it was sent. No Django, no database.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from housing.intake.rows import Mended
from housing.intake.tables import Sheet, Table
from housing.intake.values import column_index

Edits = Mapping[str, Mapping[str, str]]  # {row as the spreadsheet numbers it: {letter: value}}
MOST_EDITS = 1_000  # cells of one file; more is easier in a spreadsheet
MOST_TEXT = 1_000  # characters of a cell
_COLUMN = re.compile(r"[A-Z]{1,3}")
_ROW = re.compile(r"[1-9][0-9]{0,6}")


def apply_edits(table: Table, edits: Edits, sheet: str = "") -> Table:
    """The table with the cells of `edits` in place of what the file says.

    They are about the sheet of that name or, without one, the first. An edit of a cell that
    lies outside the sheet's rows is left out: rows are never added.
    """
    if not edits or not table.sheets:
        return table
    chosen = next((each for each in table.sheets if each.name == sheet), table.sheets[0])
    changed = replace(chosen, rows=_with(chosen, edits))
    sheets = tuple(changed if each is chosen else each for each in table.sheets)
    return replace(table, sheets=sheets)


def mended_cells(table: Table, edits: Edits, sheet: str = "") -> list[Mended]:
    """What each edit changes, by row and column; `table` is the file without them."""
    if not edits or not table.sheets:
        return []
    chosen = next((each for each in table.sheets if each.name == sheet), table.sheets[0])
    found = []
    for row, cells in edits.items():
        index = int(row) - chosen.first_row
        if 0 <= index < len(chosen.rows):
            old = chosen.rows[index]
            for column, now in cells.items():
                at = column_index(column)
                was = old[at] if at < len(old) else ""
                found.append(Mended(int(row), column, was, now))
    return sorted(found, key=lambda each: (each.row, column_index(each.column)))


def is_cell(row: str, column: str) -> bool:
    """Whether these name a cell as a spreadsheet does: "12" and "F"."""
    return bool(_ROW.fullmatch(row) and _COLUMN.fullmatch(column))


def _with(sheet: Sheet, edits: Edits) -> list[list[str]]:
    rows = list(sheet.rows)
    for row, cells in edits.items():
        index = int(row) - sheet.first_row
        if not 0 <= index < len(rows):
            continue
        copy = list(rows[index])
        for column, value in cells.items():
            at = column_index(column)
            copy += [""] * (at + 1 - len(copy))
            copy[at] = value
        rows[index] = copy
    return rows
