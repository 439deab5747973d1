"""The uploaded rows back as a workbook, with each faulty cell marked and all problems listed.

What is mended in it can be uploaded again: rows and columns stand where they stood, and the
sheet with our remarks is not read.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from housing.codes import Precision
from housing.intake import dates, values
from housing.intake.editions import REMARKS_SHEET, REMARKS_TITLE, is_remarks
from housing.intake.formats import WOZ
from housing.intake.kept import kept_rows
from housing.intake.rows import Checked, Problem, Severity
from housing.intake.tables import Table
from housing.intake.template import LINE, WIDTHS, add_lists, height_of
from housing.intake.values import Fault, column_index, letter

MOST_COMMENTS = 10_000  # a spreadsheet with more opens slowly; every cell is coloured all the same
MOST_LINKS = 50_000  # Excel takes 65.530 on a sheet
_MOST_TEXT = 32_767  # characters of a cell, in Excel
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_WHOLE = frozenset({"homes", "house_number", "points", "opening", "closing", "build_year"})
_DECIMAL = frozenset({"rent", "price", "area", "share"})
_AS_TEXT = frozenset({"key", "bag_ids", "postcode", "house_letter", "house_addition"})
_LOOKS = {
    Severity.ERROR: {"bg_color": "#F9E6DF", "font_color": "#A2361D", "border_color": "#A2361D"},
    Severity.WARNING: {"bg_color": "#FCF0D3", "font_color": "#7C4900", "border_color": "#7C4900"},
}
_KINDS = {Severity.ERROR: "Verbeteren", Severity.WARNING: "Nakijken"}
_UNWRITABLE = dict.fromkeys((*range(32), *range(55296, 57344), 65534, 65535), "�")
_UNWRITABLE |= {9: "\t", 10: "\n", 11: " ", 12: " ", 13: "\n"}
# Python's white space, and in no workbook: reading takes it off the ends of a cell.
_ODD_SPACE = dict.fromkeys(map(ord, "\x0b\x0c\x1c\x1d\x1e\x1f"))
_ENDS = re.compile(r"\A\s+|\s+\Z")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:,[0-9]{1,15})?")


@dataclass(frozen=True, slots=True)
class _Mark:
    """What to show at one cell."""

    severity: Severity
    message: str


def write_marked(target: BinaryIO, table: Table, checked: Checked) -> None:
    """Write the rows of `table` with the problems of `checked` to `target`, as a workbook.

    Of a WOZ-bezitstabel only what may be kept is written. Every cell is text, a number or a
    date; none becomes a formula.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        sheets = _sheets(table, checked)
        names = _sheet_names([name for name, _ in sheets], checked)
        remarks = book.add_worksheet(names[0])
        looks = _Looks(book)
        own = ""
        for (name, rows), written in zip(sheets, names[1:], strict=True):
            sheet = book.add_worksheet(written)
            if checked.format and name == checked.sheet:
                _write_table(sheet, rows, checked, looks, typed=table.kind == "xlsx")
                own = written
            else:
                _write_plain(sheet, rows, looks, typed=table.kind == "xlsx")
        _write_remarks(remarks, book, checked, own)


def _sheets(table: Table, checked: Checked) -> list[tuple[str, Iterable[Sequence[str]]]]:
    """Each sheet to write, with its rows from row 1."""
    if checked.format == WOZ.name:
        return [(checked.sheet, kept_rows(table, checked))]
    return [
        (sheet.name, [*([()] * (sheet.first_row - 1)), *sheet.rows])
        for sheet in table.sheets
        if not is_remarks(sheet)
    ]


def _sheet_names(names: list[str], checked: Checked) -> list[str]:
    """Names that Excel takes, all different; the first is that of the sheet with remarks."""
    given = {"": "WOZ-bezitstabel" if checked.format == WOZ.name else "Opleveringen"}
    written: list[str] = []
    for name in names:
        written.append(_free(re.sub(r"[\[\]:*?/\\]", "-", given.get(name, name)), written))
    return [_free(REMARKS_SHEET, written), *written]


def _free(name: str, taken: list[str]) -> str:
    used = {each.casefold() for each in taken} | {"history"}
    first = name.translate(_UNWRITABLE).strip("'")[:31] or "Blad"
    name, number = first, 1
    while name.casefold() in used:
        number += 1
        name = f"{first[:27]} {number}"
    return name


@dataclass(slots=True)
class _Looks:
    """The formats of cells, made once each."""

    book: xlsxwriter.Workbook
    _made: dict[tuple[str, Severity | None], CellFormat] = field(default_factory=dict)

    def of(self, number_format: str, severity: Severity | None = None) -> CellFormat | None:
        if not number_format and severity is None:
            return None
        key = number_format, severity
        if key not in self._made:
            look: dict[str, object] = {"num_format": number_format} if number_format else {}
            if number_format == "head":
                look = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
            if severity is not None:
                look |= _LOOKS[severity] | {"border": 1}
            self._made[key] = self.book.add_format(look)
        return self._made[key]


def _write_table(
    sheet: Worksheet,
    rows: Iterable[Sequence[str]],
    checked: Checked,
    looks: _Looks,
    *,
    typed: bool,
) -> None:
    fields = {column_index(at): name for name, at in checked.columns.items()}
    marks = _marks(checked)
    told = _told(marks)
    by_row: dict[int, list[int]] = {}
    for at, column in marks:
        by_row.setdefault(at, []).append(column)
    for column, name in fields.items():
        form = "@" if name in _AS_TEXT else ""
        sheet.set_column(column, column, WIDTHS.get(name, 14), looks.of(form))
    header = checked.header_row - 1
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.freeze_panes(header + 1, 0)
    last = header
    for number, row in enumerate(rows):
        if number == header:
            sheet.set_row(number, LINE * min(4, 1 + max(map(len, row), default=0) // 14))
        marked = by_row.get(number, ())
        width = max(len(row), *(column + 1 for column in marked)) if marked else len(row)
        for column in range(min(width, _MOST_COLUMNS)):
            text = row[column] if column < len(row) else ""
            mark = marks.get((number, column)) if marked else None
            if text or mark:
                severity = mark.severity if mark else None
                if number == header:
                    sheet.write_string(number, column, _plain(text), looks.of("head", severity))
                else:
                    name = fields.get(column, "" if typed else "text")
                    _write_cell(sheet, number, column, text, name, looks, severity)
                last = number
                if mark and (number, column) in told:
                    _comment(sheet, number, column, mark)
        if number >= _MOST_ROWS - 1:
            break
    if checked.format == "template":
        places = {name: column for column, name in fields.items()}
        add_lists(sheet, places, header + 1, last + 500)


def _write_plain(
    sheet: Worksheet, rows: Iterable[Sequence[str]], looks: _Looks, *, typed: bool
) -> None:
    for number, row in enumerate(rows):
        for column, text in enumerate(row[:_MOST_COLUMNS]):
            if text:
                _write_cell(sheet, number, column, text, "" if typed else "text", looks, None)


def _write_cell(
    sheet: Worksheet,
    row: int,
    column: int,
    text: str,
    name: str,
    looks: _Looks,
    severity: Severity | None,
) -> None:
    value = _VALUES.get(name, _text)(text) if text else ""
    form = "@" if name in _AS_TEXT else ""
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, looks.of("dd-mm-yyyy", severity))
    elif isinstance(value, str):
        if value:
            sheet.write_string(row, column, _plain(value), looks.of(form, severity))
        else:
            sheet.write_blank(row, column, None, looks.of(form, severity))
    else:
        sheet.write_number(row, column, value, looks.of("", severity))


def _plain(text: str) -> str:
    if not text.isprintable():
        text = _ENDS.sub(lambda end: end[0].translate(_ODD_SPACE), text).translate(_UNWRITABLE)
    return text[:_MOST_TEXT]


def _text(text: str) -> str:
    return text


@lru_cache(maxsize=20_000)
def _whole(text: str) -> int | str:
    number = values.read_whole(text)
    return number if isinstance(number, int) else text


@lru_cache(maxsize=20_000)
def _decimal(text: str) -> Decimal | str:
    number = values.read_decimal(text, places=9)
    return number if isinstance(number, Decimal) else text


@lru_cache(maxsize=20_000)
def _when(text: str) -> date | int | str:
    when = dates.read_when(text)
    if when is None or isinstance(when, Fault):
        return text
    if when.precision is Precision.DAY and when.day is not None:
        return when.day
    return when.year if when.precision is Precision.YEAR else text


@lru_cache(maxsize=20_000)
def _untold(text: str) -> Decimal | str:
    """A cell of a workbook in a column that we don't know: a number stays a number."""
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else text


_VALUES: dict[str, Callable[[str], object]] = {
    "": _untold,
    "when": _when,
    **dict.fromkeys(_WHOLE, _whole),
    **dict.fromkeys(_DECIMAL, _decimal),
}


def _place(problem: Problem, checked: Checked) -> tuple[int, int] | None:
    """The cell to mark; the first of the row when no column is named, None for the whole file."""
    column = problem.column.partition(" ")[0]
    if not problem.row and not column:
        return None
    row = (problem.row or checked.header_row) - 1
    return (row, column_index(column) if column else 0) if row < _MOST_ROWS else None


def _marks(checked: Checked) -> dict[tuple[int, int], _Mark]:
    marks: dict[tuple[int, int], _Mark] = {}
    for problem in checked.problems:
        if (place := _place(problem, checked)) is None or place[1] >= _MOST_COLUMNS:
            continue
        severity, message = problem.severity, problem.message
        if before := marks.get(place):
            message = f"{before.message}\n{message}"[:2_000]
            severity = Severity.ERROR if before.severity is Severity.ERROR else severity
        marks[place] = _Mark(severity, message)
    return marks


def _told(marks: dict[tuple[int, int], _Mark]) -> set[tuple[int, int]]:
    """The cells that get a comment: what must be mended first, should there be too many."""
    order = sorted(marks, key=lambda place: marks[place].severity is not Severity.ERROR)
    return set(order[:MOST_COMMENTS])


def _comment(sheet: Worksheet, row: int, column: int, mark: _Mark) -> None:
    lines = sum(1 + len(line) // 45 for line in mark.message.split("\n"))
    about = {"author": "Portaal", "width": 320, "height": 18 * lines + 16}
    sheet.write_comment(row, column, _plain(mark.message), about)


_ADVICE = (
    "Verbeter de gekleurde cellen, bewaar de werkmap en kies haar opnieuw in het portaal. Dit "
    "blad lezen we niet.",
    "Rood (Verbeteren) moet u verbeteren. Geel (Nakijken) verbetert u alleen als het niet klopt.",
)
_REMARK_WIDTHS = (14, 38, 26, 44, 70)
_NO_REMARKS = ("Er zijn geen opmerkingen.",)


def _write_remarks(
    sheet: Worksheet, book: xlsxwriter.Workbook, checked: Checked, marked: str
) -> None:
    title = book.add_format({"bold": True, "font_size": 14})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
    link = book.add_format({"font_color": "#17604A", "underline": 1, "valign": "top"})
    kinds = {
        severity: book.add_format(_LOOKS[severity] | {"bold": True, "valign": "top"})
        for severity in Severity
    }
    for column, width in enumerate(_REMARK_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, REMARKS_TITLE, title)
    for number, text in enumerate(_ADVICE if checked.problems else _NO_REMARKS, 1):
        sheet.write_string(number, 0, text)
    for column, heading in enumerate(("Soort", "Plaats", "Er staat", "Wat is er", "Wat doet u")):
        sheet.write_string(3, column, heading, bold)
    sheet.freeze_panes(4, 0)
    ordered = sorted(checked.problems, key=lambda each: each.severity is not Severity.ERROR)
    for number, problem in enumerate(ordered, 4):
        advice = problem.message.removeprefix(f"{problem.title}. ")
        texts = (problem.value, problem.title, advice)
        sheet.set_row(number, height_of(*zip(texts, _REMARK_WIDTHS[2:], strict=True)))
        sheet.write_string(number, 0, _KINDS[problem.severity], kinds[problem.severity])
        place = _place(problem, checked)
        name = _name_of(problem)
        if place and marked and number < MOST_LINKS:
            cell = f"{letter(place[1])}{place[0] + 1}"
            quoted = marked.replace("'", "''")
            sheet.write_url(number, 1, f"internal:'{quoted}'!{cell}", link, name)
        else:
            sheet.write_string(number, 1, name, wrap)
        for column, text in enumerate(texts, 2):
            sheet.write_string(number, column, _plain(text), wrap)


def _name_of(problem: Problem) -> str:
    """The place as people say it: "rij 7, kolom F Opleverdatum"."""
    column = f"kolom {problem.column}" if problem.column else ""
    row = f"rij {problem.row}" if problem.row else ""
    return ", ".join(part for part in (row, column) if part) or "het hele bestand"
