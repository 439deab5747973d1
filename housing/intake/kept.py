"""The copy of a file that is kept: of a WOZ-bezitstabel, only what the portal may hold."""

import csv
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import xlsxwriter

from housing.intake.formats import WOZ
from housing.intake.reading import Table, read_table
from housing.intake.rows import Checked
from housing.intake.values import column_index

_KEPT_ELSEWHERE = ("part", "key")  # columns A and B


def kept_copy(
    path: Path, checked: Checked, out_path: Path, extra: Mapping[str, str] | None = None
) -> None:
    """Write the copy of a checked file that is kept.

    Of a WOZ-bezitstabel the money and collateral columns (and columns we don't know) are blank,
    and rows outside the region keep only A and B; every row keeps its number. Any other file is
    kept as it is. `extra` are the headings it was read with (see `read_table`). Raises
    UnreadableFileError when `path` cannot be read again.
    """
    if checked.format != WOZ.name:
        shutil.copyfile(path, out_path)
        return
    table = read_table(path, path.name, extra)
    rows = kept_rows(table, checked)
    if table.kind == "csv":
        with out_path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=table.delimiter)
            writer.writerows(rows)
    else:
        _write_workbook(out_path, checked.sheet, rows)


def kept_rows(table: Table, checked: Checked) -> Iterator[list[str]]:
    """The rows of a WOZ-bezitstabel that may be kept, from row 1 of the spreadsheet."""
    sheet = next((each for each in table.sheets if each.name == checked.sheet), None)
    if sheet is None:
        return
    header = checked.header_row - sheet.first_row
    heading = sheet.rows[header]
    at = {name: column_index(column) for name, column in checked.columns.items()}
    known = {index for name, index in at.items() if name not in WOZ.secret}
    blank = [index for index in range(len(heading)) if index not in known]
    kept = [at[name] for name in _KEPT_ELSEWHERE if name in at]
    foreign = checked.foreign_rows
    width = len(heading)
    for _ in range(1, sheet.first_row):
        yield []
    for index, row in enumerate(sheet.rows):
        if index < header:
            yield []
        elif index == header:
            yield heading
        elif sheet.first_row + index in foreign:
            short = [""] * width
            for column in kept:
                short[column] = row[column] if column < len(row) else ""
            yield short
        else:
            copy = row[:width]
            for column in blank:
                if column < len(copy):
                    copy[column] = ""
            yield copy


def _write_workbook(out_path: Path, sheet_name: str, rows: Iterator[list[str]]) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(out_path), options) as book:
        sheet = book.add_worksheet(sheet_name[:31] or None)
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                if text:
                    sheet.write_string(number, column, text)
