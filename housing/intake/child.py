"""The parser of workbooks, run as a process of its own with little memory and time.

Run as a script, never imported for its work: the web process must not parse a workbook. It
needs nothing of the project. It writes one text: sheets separated by GROUP, in each the records
separated by RECORD, of which the first holds name, first row and whether it is visible; cells
separated by UNIT; and END when everything was written.
"""

import gc
import os
import re
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from html import unescape

UNIT, RECORD, GROUP = "\x1f", "\x1e", "\x1d"
END = "END"
EXIT_BROKEN, EXIT_PASSWORD, EXIT_ROWS, EXIT_CELLS = 10, 11, 12, 13
MOST_SHEETS = 40
_ERRORS = {
    "#N/A": "#N/B",
    "#VALUE!": "#WAARDE!",
    "#REF!": "#VERW!",
    "#DIV/0!": "#DEEL/0!",
    "#NAME?": "#NAAM?",
    "#NUM!": "#GETAL!",
    "#NULL!": "#LEEG!",
}
_FRAMING = str.maketrans({UNIT: "\x01", RECORD: "\x01", GROUP: "\x01", "\x1c": "\x01"})


def main(arguments: list[str]) -> int:
    source, target = arguments[:2]
    memory, seconds, output, most_rows, most_cells, unpacked = map(int, arguments[2:8])
    _limit(memory, seconds, output)
    gc.disable()  # a million cells hold no cycles, and looking for them takes longer than writing
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        # The cells with an error are looked for while calamine reads: it lets other threads run.
        with ThreadPoolExecutor(1) as beside:
            errors = beside.submit(_error_cells, source, unpacked)
            book = CalamineWorkbook.from_path(source)
            with open(target, "w", encoding="utf-8", errors="replace", newline="") as file:
                return _write(book, errors, file, most_rows, most_cells)
    except PasswordError:
        return EXIT_PASSWORD
    except (CalamineError, zipfile.BadZipFile, EOFError, KeyError, ValueError):
        return EXIT_BROKEN
    except OSError:
        return EXIT_CELLS


def _limit(memory: int, seconds: int, output: int) -> None:
    import resource

    for limit, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (most, most))


def _write(book, errors, file, most_rows, most_cells) -> int:  # type: ignore[no-untyped-def]
    cells = 0
    shown = 0
    for index, about in enumerate(book.sheets_metadata):
        if about.typ.__class__.__name__ and str(about.typ).rpartition(".")[2] != "WorkSheet":
            continue
        name = about.name.translate(_FRAMING)
        visible = str(about.visible).rpartition(".")[2] == "Visible"
        shown += visible
        if not visible or shown > MOST_SHEETS:
            file.write(f"{name}{UNIT}1{UNIT}0{GROUP}")
            continue
        sheet = book.get_sheet_by_index(index)
        start = sheet.start or (0, 0)
        file.write(f"{name}{UNIT}{start[0] + 1}{UNIT}1")
        filled = 0
        wrong = errors.result().get(index, {})
        for number, row in enumerate(sheet.iter_rows() if sheet.start else ()):
            if number < start[0]:
                continue
            texts = [cell if type(cell) is str else _text(cell) for cell in row]
            line = UNIT.join(texts)
            if line.count(UNIT) != len(texts) - 1 or RECORD in line or GROUP in line:
                line = UNIT.join(text.translate(_FRAMING) for text in texts)
            if start[1]:
                line = UNIT * start[1] + line
            if number in wrong:
                line = _mark(line, wrong[number])
            line = line.rstrip(UNIT)
            if line:
                filled += 1
                cells += line.count(UNIT) + 1
                if filled > most_rows:
                    return EXIT_ROWS
                if cells > most_cells:
                    return EXIT_CELLS
            file.write(RECORD + line)
        file.write(GROUP)
    file.write(END)
    return 0


def _mark(line: str, wrong: dict[int, str]) -> str:
    texts = line.split(UNIT)
    for column, error in wrong.items():
        texts += [""] * (column + 1 - len(texts))
        texts[column] = error
    return UNIT.join(texts)


def _text(cell: object) -> str:
    """A cell as text that our readers of values read back as exactly this value."""
    if type(cell) is float:
        if cell.is_integer():
            return _whole(int(cell))
        text = format(cell, ".15g")
        if "e" in text:
            text = format(cell, ".20f").rstrip("0")
        whole, _, decimals = text.partition(".")
        # 712,345 as typed text may be English for 712345; this is a number, so it gets a 0 more.
        return f"{whole},{decimals}0" if len(decimals) == 3 else f"{whole},{decimals}"
    if type(cell) is bool:
        return "WAAR" if cell else "ONWAAR"
    if isinstance(cell, int):
        return _whole(cell)
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat()).removesuffix("T00:00:00")
    return str(cell)


def _whole(number: int) -> str:
    digits = str(number)
    if len(digits) < 16:
        return digits
    # Excel keeps 15 digits of a number: this may have been rounded, and is shown so.
    bare = digits.lstrip("-")
    return f"{digits[: len(digits) - len(bare) + 1]},{bare[1:].rstrip('0')}E+{len(bare) - 1}"


def _error_cells(source: str, most_unpacked: int) -> dict[int, dict[int, dict[int, str]]]:
    """Cells that show an error, by sheet, row and column; calamine gives them as empty."""
    found: dict[int, dict[int, dict[int, str]]] = {}
    with zipfile.ZipFile(source) as archive:
        for index, part in _sheet_parts(archive):
            try:
                entry = archive.open(part)
            except KeyError:
                continue
            with entry:
                tail = b""
                while chunk := entry.read(1 << 20):
                    most_unpacked -= len(chunk)
                    if most_unpacked < 0:
                        raise MemoryError
                    block = tail + chunk
                    if b't="e"' in block or b"t='e'" in block:
                        _note_errors(block, found.setdefault(index, {}))
                    tail = block[-2300:]  # a cell may lie across two blocks
    return found


def _note_errors(block: bytes, found: dict[int, dict[int, str]]) -> None:
    for match in re.finditer(rb"<(?:\w+:)?c ([^<>]*\bt=[\"']e[\"'][^<>]*)>", block):
        place = re.search(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']", match[1])
        value = re.search(rb"<(?:\w+:)?v>([^<]{1,20})<", block[match.end() : match.end() + 2000])
        if place is None:
            continue
        column = 0
        for char in place[1]:
            column = column * 26 + char - 64
        text = value[1].decode("ascii", "replace") if value else "#N/A"
        shown = _ERRORS.get(text, "#N/B")
        found.setdefault(int(place[2]) - 1, {})[column - 1] = shown


def _sheet_parts(archive: zipfile.ZipFile) -> list[tuple[int, str]]:
    def text(name: str) -> str:
        with archive.open(name) as part:
            return part.read(2_000_000).decode("utf-8", "replace")

    try:
        book, links = text("xl/workbook.xml"), text("xl/_rels/workbook.xml.rels")
    except KeyError:
        return []
    targets: dict[str, str] = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", links):
        about = dict(re.findall(r"\b(Id|Target)=[\"']([^\"']*)[\"']", tag))
        targets[about.get("Id", "")] = unescape(about.get("Target", ""))
    parts = []
    for index, tag in enumerate(re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book)):
        link = re.search(r":id=[\"']([^\"']*)[\"']", tag)
        target = targets.get(link[1], "") if link else ""
        if target:
            parts.append((index, target.lstrip("/") if target[0] == "/" else f"xl/{target}"))
    return parts


if __name__ == "__main__":
    try:
        status = main(sys.argv[1:])
    except MemoryError:
        status = 14
    # No tidying up: memory goes back with the process.
    sys.stdout.flush()
    os._exit(status)
