"""Step 1: bytes on disk -> numbered rows of text.

Text is decoded strictly and split by the delimiter under which the headings are known. A
workbook is scanned as a zip first and then parsed in a child process with limits: one far-off
cell makes the parser abort its whole process.
"""

import csv
import io
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from housing.intake import child, limits
from housing.intake.prescan import far_off_cell, name_of_other_file, scan_workbook
from housing.intake.recognising import known_headings
from housing.intake.tables import Sheet, Table, UnreadableFileError, no_collecting

__all__ = ["Sheet", "Table", "UnreadableFileError", "read_table"]

_DELIMITERS = (";", ",", "\t", "|")
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CHUNK = 20_000
_BLANK: list[str] = []


def read_table(path: Path, name: str, extra: Mapping[str, str] | None = None) -> Table:
    """Read a CSV or XLSX file; its contents decide which, `name` is only for the reader.

    `extra` holds the headings that somebody matched (see `recognise`): they too tell by which
    delimiter a line of headings is split.

    Raises UnreadableFileError, and nothing else, when the file is not one of those, is damaged,
    or is larger than we take.
    """
    try:
        size = path.stat().st_size
        if size == 0:
            raise UnreadableFileError(
                "Het bestand is leeg (0 bytes). Kies het bestand opnieuw.", "empty"
            )
        if size > limits.MOST_BYTES:
            raise UnreadableFileError(
                f"Het bestand is {size / 1_048_576:.0f} MB. We lezen bestanden tot en met 20 MB. "
                "Verdeel het over meer bestanden, of bewaar het als CSV.",
                "too_large",
            )
        with path.open("rb") as file:
            head = file.read(4096)
        with no_collecting():
            if head.startswith(b"PK"):
                scan_workbook(path)
                return _read_workbook(path, name, size)
            if other := name_of_other_file(path, head):
                raise other
            return _read_text(path, name, extra or {})
    except OSError as error:
        raise UnreadableFileError(
            "Het bestand kon niet worden gelezen. Kies het opnieuw.", "unreadable"
        ) from error


def _read_text(path: Path, name: str, extra: Mapping[str, str]) -> Table:
    content = path.read_bytes()
    text, encoding = _decode(content)
    if not text.strip():
        raise UnreadableFileError(
            "Het bestand is leeg: er staat geen tekst in. Kies het bestand opnieuw.", "empty"
        )
    head = text[:4096]
    odd = sum(1 for char in head if char < " " and char not in "\t\r\n\f")
    if odd * 20 > len(head):
        raise UnreadableFileError(
            "Dit is geen CSV of Excel-werkmap (.xlsx). Bewaar het bestand in Excel als .xlsx "
            "en kies het opnieuw.",
            "not_a_table",
        )
    first_row = 1
    delimiter = ""
    if head[:6].lower().startswith("sep=") and len(head) > 4 and head[5:6] in "\r\n":
        # Excel's own first line "sep=;" is no row: Excel doesn't show it.
        delimiter, first_row = head[4], 0
    delimiter = delimiter or _delimiter(text, extra)
    del text  # it was only to know the encoding: rows are read from the bytes, in little memory
    rows = _split(content, encoding, delimiter)
    if first_row == 0:
        rows, first_row = rows[1:], 1
    return Table(name, "csv", (Sheet("", rows, first_row),), (), delimiter, encoding)


def _decode(content: bytes) -> tuple[str, str]:
    encodings = [codec for bom, codec in _BOMS if content.startswith(bom)][:1]
    for encoding in encodings or ["utf-8", "cp1252"]:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError(
        "De tekens in dit bestand kunnen we niet lezen. Bewaar het in Excel als "
        "“CSV UTF-8” of als .xlsx en kies het opnieuw.",
        "encoding",
    )


def _delimiter(text: str, extra: Mapping[str, str]) -> str:
    """The delimiter under which the first rows name most of the headings we know."""
    head = text[:65_536]
    best, most = ";", 0
    for delimiter in _DELIMITERS:
        try:
            first = list(islice(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), 12))
        except csv.Error:
            continue
        known = max((known_headings(row, extra) for row in first), default=0)
        if known > most:
            best, most = delimiter, known
    if not most:
        line = text[:4096].lstrip().partition("\n")[0]
        best = max(_DELIMITERS, key=line.count)
    return best


def _split(content: bytes, encoding: str, delimiter: str) -> list[list[str]]:
    # strict: a quote that is opened and never closed would swallow rows in silence.
    text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    cells = filled = 0
    try:
        while chunk := list(islice(reader, _CHUNK)):
            cells += sum(map(len, chunk))
            if cells > limits.MOST_CELLS:
                raise _too_wide()
            filled += sum(map(any, chunk))
            if filled > limits.MOST_ROWS + 10:  # a few rows of headings and titles beside it
                raise too_many_rows()
            if len(rows) > limits.MOST_ROWS:
                # Blank rows are no rows; one shared list keeps a million of them small.
                chunk = [row if any(row) else _BLANK for row in chunk]
            rows += chunk
    except csv.Error as error:
        if "limit" in str(error):
            message = f"Rond regel {reader.line_num} staat een cel met meer dan 131.000 tekens."
        else:
            message = (
                f'Rond regel {reader.line_num} staat een aanhalingsteken (") dat niet goed '
                "wordt afgesloten."
            )
        raise UnreadableFileError(
            f"{message} Kijk dat na, of bewaar het bestand als .xlsx.", "csv_structure"
        ) from error
    if rows and rows[-1] == ["\x1a"]:  # how DOS ended a file
        rows.pop()
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def too_many_rows() -> UnreadableFileError:
    return UnreadableFileError(
        "Het bestand heeft meer dan 200.000 rijen. Verdeel het over meer bestanden.",
        "too_many_rows",
    )


def _too_wide() -> UnreadableFileError:
    return UnreadableFileError(
        "Het bestand heeft te veel kolommen. Haal de kolommen weg die niet in het sjabloon staan.",
        "too_many_cells",
    )


def _read_workbook(path: Path, name: str, size: int) -> Table:
    with tempfile.TemporaryDirectory(prefix="intake-") as folder:
        out = Path(folder) / "rows"
        seconds = limits.seconds_for(size)
        try:
            done = subprocess.run(  # noqa: S603 - our own script, no shell
                [sys.executable, "-I", child.__file__, str(path.resolve()), str(out)]
                + [str(number) for number in _child_limits(seconds)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
                cwd=folder,
                start_new_session=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _too_heavy(path) from None
        if done.returncode == child.EXIT_PASSWORD:
            raise UnreadableFileError(
                "Dit bestand is beveiligd met een wachtwoord. Bewaar het zonder wachtwoord.",
                "encrypted",
            )
        if done.returncode == child.EXIT_ROWS:
            raise too_many_rows()
        if done.returncode == child.EXIT_CELLS:
            raise _too_wide()
        # 1 is what Python itself gives: the parser stumbled over what it didn't expect.
        if done.returncode in {child.EXIT_BROKEN, 1}:
            raise _broken()
        if done.returncode != 0 or not out.exists():
            raise _too_heavy(path)
        text = out.read_text(encoding="utf-8", errors="replace")
    return _unframe(text, name)


def _child_limits(seconds: float) -> tuple[int, ...]:
    return (
        limits.CHILD_MEMORY,
        int(seconds) + 1,
        limits.CHILD_OUTPUT,
        limits.MOST_ROWS + 10,
        limits.MOST_CELLS,
        limits.MOST_UNPACKED,
    )


def _unframe(text: str, name: str) -> Table:
    """Take apart what the child wrote; `child.py` says how it is framed."""
    parts = text.split(child.GROUP)
    if parts[-1] != child.END:
        raise _broken()
    sheets: list[Sheet] = []
    hidden: list[str] = []
    for part in parts[:-1]:
        title, _, body = part.partition(child.RECORD)
        sheet_name, first_row, visible = title.split(child.UNIT)
        if visible == "0":
            hidden.append(sheet_name)
            continue
        rows = [line.split(child.UNIT) if line else [] for line in body.split(child.RECORD)]
        if rows and not rows[-1]:
            rows.pop()
        sheets.append(Sheet(sheet_name, rows, int(first_row)))
    if not any(sheet.rows for sheet in sheets):
        where = f" Het blad “{hidden[0]}” is verborgen: maak het zichtbaar." if hidden else ""
        raise UnreadableFileError(f"Deze werkmap is leeg.{where}", "empty")
    return Table(name, "xlsx", tuple(sheets), tuple(hidden))


def _broken() -> UnreadableFileError:
    return UnreadableFileError(
        "Deze Excel-werkmap is beschadigd of niet compleet. Open haar in Excel, bewaar haar "
        "opnieuw als .xlsx en kies haar dan nog eens.",
        "broken",
    )


def _too_heavy(path: Path) -> UnreadableFileError:
    if cell := far_off_cell(path):
        return UnreadableFileError(
            f"In cel {cell} staat iets, ver buiten de tabel. Maak die cel leeg, of kopieer de "
            "tabel naar een nieuwe werkmap, en kies het bestand opnieuw.",
            "far_off_cell",
        )
    return UnreadableFileError(
        "Deze Excel-werkmap is te groot om te lezen. Kopieer alleen de tabel naar een nieuwe "
        "werkmap, of bewaar het blad als CSV.",
        "too_heavy",
    )
