"""The part of a stored file around one row: from any number down to the cell."""

import re
from dataclasses import dataclass
from pathlib import Path

from housing.intake.reading import Sheet, UnreadableFileError, read_table
from housing.models import Upload

# Which fields say what a row is, and in which of them its number of homes stands.
_SHOWN = {
    "template": ("municipality", "project", "segment", "mutation", "when", "homes"),
    "woz": (
        "key", "opening", "closing", "branch_opening", "branch_closing", "mutation", "rent",
    ),
}  # fmt: skip
_HITS = {"template": ("homes",), "woz": ("opening", "closing", "mutation")}
_TRANSFER_HITS = ("opening", "closing", "branch_opening", "branch_closing")
_ISO_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_LONGEST = 26


@dataclass(frozen=True, slots=True)
class Field:
    """A cell of the excerpt; `is_hit` marks where the number comes from."""

    text: str
    is_hit: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the excerpt under its own number."""

    number: int
    fields: tuple[Field, ...]
    is_hit: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A few rows of a file; `problem` says why there are none."""

    file: str
    reference: str
    sheet: str
    row: int
    letters: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    problem: str = ""


def excerpt(upload: Upload, sheet: str, row: int, *, is_transfer: bool = False) -> Excerpt:
    """Read the kept file around `row`: its headings, the row before, the row, the row after.

    Never raises for a file that is gone or can no longer be read; says so instead.
    """
    empty = Excerpt(upload.name, upload.reference, sheet, row)
    try:
        table = read_table(Path(upload.file.path), upload.name)
    except (ValueError, OSError, UnreadableFileError):
        return _without(empty, "Het bewaarde bestand is er niet meer, of is niet te lezen.")
    found = next((each for each in table.sheets if each.name == sheet), table.sheets[0])
    letters = _letters(upload)
    if not letters:
        return _without(empty, "Welke kolommen het waren, is niet bewaard.")
    hits = _TRANSFER_HITS if is_transfer else _HITS.get(upload.format, ())
    hit_letters = {upload.columns.get(name) for name in hits}
    lines: list[Line] = []
    header = upload.header_row
    letters = _filled(letters, found, (row - 1, row, row + 1), header, hit_letters)
    for number in (header, row - 1, row, row + 1):
        index = number - found.first_row
        around = number not in (row, header)
        if not 0 <= index < len(found.rows) or (number <= header and number != header):
            continue
        if number == header and lines:
            continue
        cells = found.rows[index]
        fields = tuple(
            Field(_text(cells, letter), number == row and letter in hit_letters)
            for letter in letters
        )
        if around and not any(field.text for field in fields):
            continue
        lines.append(Line(number, fields, number == row))
    return Excerpt(upload.name, upload.reference, sheet, row, tuple(letters), tuple(lines))


def _filled(
    letters: list[str], sheet: Sheet, rows: tuple[int, ...], header: int, hits: set[str | None]
) -> list[str]:
    """The columns that hold something in these rows, and those of the number itself."""
    cells = [
        sheet.rows[row - sheet.first_row]
        for row in rows
        if row > header and 0 <= row - sheet.first_row < len(sheet.rows)
    ]
    return [
        letter for letter in letters if letter in hits or any(_text(each, letter) for each in cells)
    ]


def _without(excerpt: Excerpt, problem: str) -> Excerpt:
    return Excerpt(excerpt.file, excerpt.reference, excerpt.sheet, excerpt.row, problem=problem)


def _letters(upload: Upload) -> list[str]:
    shown = _SHOWN.get(upload.format, ())
    found = {upload.columns[name] for name in shown if name in upload.columns}
    return sorted(found, key=_index)


def _index(letter: str) -> int:
    """0 for A, 26 for AA."""
    number = 0
    for char in letter:
        number = number * 26 + ord(char) - 64
    return number - 1


def _text(cells: list[str], letter: str) -> str:
    index = _index(letter)
    text = cells[index] if index < len(cells) else ""
    if match := _ISO_DATE.match(text):
        text = "-".join(reversed(match.groups()))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
