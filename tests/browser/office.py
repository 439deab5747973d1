"""A workbook changed as a clerk changes it: opened in LibreOffice, cells typed over, saved.

Headless and without macros: LibreOffice turns the workbook into flat XML, the cells are changed
there, and LibreOffice makes a workbook of it again.
"""

import shutil
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from xml.dom.minidom import Document, Element, parse

from housing.intake.values import column_index, letter

SOFFICE = shutil.which("soffice")
PATIENCE = 120  # seconds for one conversion; the first has to make a profile
_VALUES = ("value-type", "value", "date-value", "string-value", "boolean-value", "time-value")
Typed = str | int | date


class Book:
    """A workbook as LibreOffice reads it. `folder` is a new one, for this book alone."""

    def __init__(self, path: Path, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._flat = convert(path, "fods", folder)
        self._document: Document = parse(str(self._flat))  # noqa: S318 LibreOffice wrote it

    def texts(self, sheet: str) -> dict[str, str]:
        """What the filled cells of a sheet show, by name: {"B3": "Heerlen"}."""
        found = {}
        for row, column, cell in self._cells(sheet):
            shown = "\n".join(map(_text, _children(cell, "text:p")))
            if shown:
                found[f"{letter(column)}{row + 1}"] = shown
        return found

    def comments(self, sheet: str) -> dict[str, str]:
        """The comment at each cell of a sheet that has one."""
        return {
            f"{letter(column)}{row + 1}": _text(note)
            for row, column, cell in self._cells(sheet)
            for note in _children(cell, "office:annotation")
        }

    def type(self, sheet: str, cells: Mapping[str, Typed]) -> None:
        """Type a text, a number or a date in each of these cells."""
        for name, value in cells.items():
            column = name.rstrip("0123456789")
            row = _split(_rows(self._sheet(sheet)), int(name.removeprefix(column)) - 1, "rows")
            _put(_split(_row_cells(row), column_index(column), "columns"), value)

    def save(self) -> Path:
        """The workbook that LibreOffice makes of it."""
        self._flat.write_text(self._document.toxml(), encoding="utf-8")
        return convert(self._flat, "xlsx", self._folder)

    def _sheet(self, name: str) -> Element:
        sheets = self._document.getElementsByTagName("table:table")
        return next(each for each in sheets if each.getAttribute("table:name") == name)

    def _cells(self, sheet: str) -> list[tuple[int, int, Element]]:
        """Every cell that holds something, with its row and column from 0."""
        found = []
        number = 0
        for row in _rows(self._sheet(sheet)):
            column = 0
            for cell in _row_cells(row):
                if cell.hasChildNodes():
                    found.append((number, column, cell))
                column += _repeated(cell, "columns")
            number += _repeated(row, "rows")
        return found


def convert(path: Path, suffix: str, folder: Path) -> Path:
    """The file in another format, in `folder`; LibreOffice keeps its profile there too."""
    assert SOFFICE
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        [SOFFICE, profile, "--headless", "--convert-to", suffix, "--outdir", folder, path],
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    return folder / f"{path.stem}.{suffix}"


def _children(element: Element, *names: str) -> list[Element]:
    return [each for each in element.childNodes if each.nodeName in names]


def _text(element: Element) -> str:
    if element.nodeName == "office:annotation":
        return "\n".join(map(_text, _children(element, "text:p")))
    parts = (_text(each) if each.hasChildNodes() else each.nodeValue for each in element.childNodes)
    return "".join(part or "" for part in parts)


def _rows(sheet: Element) -> list[Element]:
    """The rows, those in groups of headings too."""
    return list(sheet.getElementsByTagName("table:table-row"))


def _row_cells(row: Element) -> list[Element]:
    return _children(row, "table:table-cell", "table:covered-table-cell")


def _repeated(element: Element, what: str) -> int:
    return int(element.getAttribute(f"table:number-{what}-repeated") or 1)


def _split(elements: list[Element], index: int, what: str) -> Element:
    """The element at a place; one that stands for many alike is split around it."""
    name = f"table:number-{what}-repeated"
    for element in elements:
        count = _repeated(element, what)
        if index >= count:
            index -= count
            continue
        parent = element.parentNode
        for left, place in ((index, element), (count - index - 1, element.nextSibling)):
            if left:
                other = element.cloneNode(deep=True)
                other.setAttribute(name, str(left))
                parent.insertBefore(other, place)
        if element.hasAttribute(name):
            element.removeAttribute(name)
        return element
    raise IndexError


def _put(cell: Element, value: Typed) -> None:
    for name in _VALUES:
        for prefix in ("office", "calcext"):
            if cell.hasAttribute(f"{prefix}:{name}"):
                cell.removeAttribute(f"{prefix}:{name}")
    if cell.hasAttribute("table:formula"):
        cell.removeAttribute("table:formula")
    for old in _children(cell, "text:p"):
        cell.removeChild(old)
    shown = value.strftime("%d-%m-%Y") if isinstance(value, date) else str(value)
    if isinstance(value, date):
        cell.setAttribute("office:value-type", "date")
        cell.setAttribute("office:date-value", value.isoformat())
    elif isinstance(value, int):
        cell.setAttribute("office:value-type", "float")
        cell.setAttribute("office:value", shown)
    else:
        cell.setAttribute("office:value-type", "string")
    document = cell.ownerDocument
    paragraph = document.createElement("text:p")
    paragraph.appendChild(document.createTextNode(shown))
    cell.appendChild(paragraph)
