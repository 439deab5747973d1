"""What people take away: rows and figures as CSV and XLSX, streamed, with what they rest on.

Every file says its day, its filter and its counting rule, and first of all whether anything in
it is made up. CSV is UTF-8 with a BOM, semicolons and CRLF, as Dutch Excel opens it.
"""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import IO, Any

import xlsxwriter
from django.conf import settings
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.text import slugify

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DEMO = "Voorbeeldcijfers, verzonnen"
DEMO_MEANS = "Echt zijn alleen de partijen, de afspraken en wat een bron noemt."
SUFFIXES = ("xlsx", "csv")
_CHUNK_ROWS = 2000
_SHEET_ROWS = 1_048_000  # a worksheet holds 1.048.576
_WORD_WIDTH = 18
_FORMULA = re.compile(r"^[=+\-@\t\r]", re.MULTILINE)

Cell = str | int | Decimal | date | None
Column = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Style:
    """How one kind of file writes what is not a whole number."""

    text: Callable[[str], str]
    texts: Callable[[Column], Column]
    day: Callable[[date], Cell]
    amount: Callable[[Decimal], Cell]


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a leading apostrophe where it would."""
    return f"'{text}" if _FORMULA.match(text) else text


def safe_column(column: Column) -> Column:
    """The same for many cells: one search over all of them, and a loop only where it hits."""
    if _FORMULA.search("\n".join(filter(None, column))):
        return [safe(text) if text else text for text in column]
    return column


FOR_CSV = Style(
    text=safe,
    texts=safe_column,
    day=lambda day: f"{day:%d-%m-%Y}",
    amount=lambda amount: f"{amount:f}".replace(".", ","),
)
FOR_XLSX = Style(
    text=str,
    texts=lambda column: column,
    day=lambda day: day,
    amount=lambda amount: amount,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file; `rows` may be a generator."""

    name: str
    headings: tuple[str, ...]
    rows: Iterable[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Book:
    """A file: its name without suffix, what it rests on, and its tables."""

    name: str
    about: tuple[tuple[str, str], ...]
    sheets: Callable[[Style], Iterable[Sheet]]
    is_demo: bool = False

    @property
    def file_name(self) -> str:
        """Says by itself that the figures are made up."""
        name = slugify(self.name)[:90]
        return f"voorbeeldcijfers-{name}" if self.is_demo else name

    def response(self, suffix: str) -> HttpResponseBase:
        """The file as an attachment; `suffix` is one of SUFFIXES."""
        return self.as_xlsx() if suffix == "xlsx" else self.as_csv()

    def lines_about(self) -> Iterator[tuple[str, str]]:
        """The first lines of the file."""
        if self.is_demo:
            yield DEMO, DEMO_MEANS
        yield from self.about

    def as_csv(self) -> StreamingHttpResponse:
        """Stream the tables below one another."""
        response = StreamingHttpResponse(self.csv_chunks(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.file_name}.csv"'
        return response

    def csv_chunks(self) -> Iterator[bytes]:
        """The bytes of the CSV, a few thousand rows at a time."""
        lines = io.StringIO(newline="")
        writer = csv.writer(lines, delimiter=";", lineterminator="\r\n")

        def taken() -> bytes:
            chunk = lines.getvalue().encode()
            lines.seek(0)
            lines.truncate()
            return chunk

        lines.write("\ufeff")
        writer.writerows([safe(cell) for cell in line] for line in self.lines_about())
        for sheet in self.sheets(FOR_CSV):
            writer.writerow([])
            writer.writerow(sheet.headings)
            rows = iter(sheet.rows)
            while more := list(islice(rows, _CHUNK_ROWS)):
                writer.writerows(more)
                yield taken()
        yield taken()

    def as_xlsx(self) -> FileResponse:
        """Write the workbook to a file that vanishes with the response."""
        file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115
        self.write_xlsx(file)
        file.seek(0)
        return FileResponse(
            file, as_attachment=True, filename=f"{self.file_name}.xlsx", content_type=XLSX
        )

    def write_xlsx(self, file: IO[bytes]) -> None:
        """The workbook: a sheet that says what it rests on, then the tables."""
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "tmpdir": settings.FILE_UPLOAD_TEMP_DIR,
        }
        with xlsxwriter.Workbook(file, options) as book:
            bold = book.add_format({"bold": True})
            day = book.add_format({"num_format": "dd-mm-yyyy", "align": "left"})
            about = book.add_worksheet(DEMO if self.is_demo else "Toelichting")
            about.set_column(0, 0, 28)
            about.set_column(1, 1, 90)
            for number, (label, text) in enumerate(self.lines_about()):
                about.write_string(number, 0, label, bold)
                about.write_string(number, 1, text)
            for sheet in self.sheets(FOR_XLSX):
                _write_sheet(book, sheet, bold, day)


def _write_sheet(book: Any, sheet: Sheet, bold: Any, day: Any) -> None:
    rows = iter(sheet.rows)
    part, left = 0, next(rows, None)
    while part == 0 or left is not None:
        part += 1
        page = book.add_worksheet(sheet.name if part == 1 else f"{sheet.name} {part}")
        page.set_column(0, len(sheet.headings) - 1, _WORD_WIDTH)
        page.freeze_panes(1, 0)
        for column, heading in enumerate(sheet.headings):
            page.write_string(0, column, heading, bold)
        text, number = page.write_string, page.write_number
        line = 0
        while left is not None and line < _SHEET_ROWS:
            line += 1
            for column, cell in enumerate(left):
                if cell is None or cell == "":
                    continue
                if isinstance(cell, str):
                    text(line, column, cell)
                elif isinstance(cell, date):
                    page.write_datetime(line, column, cell, day)
                else:
                    number(line, column, cell)
            left = next(rows, None)
