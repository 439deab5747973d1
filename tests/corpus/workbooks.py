"""Workbooks as others write them, and archives and XML made to hurt."""

import io
import re
import struct
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from tests.corpus.case import Case, Make, accepts, bytes_file, refuses
from tests.corpus.layout import ROWS, book_of, fill, xlsx_of
from tests.housing.intake.factories import HEADINGS, line, template_rows, write_xlsx

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
BOOK = "xl/workbook.xml"
BROKEN = ("broken", "too_heavy", "empty", "zip_bomb")


def cases() -> Iterator[Case]:
    yield from _typed()
    yield from _structure()
    yield from _archives()
    yield from _xml()


@cache
def parts() -> dict[str, bytes]:
    """A good workbook of 27 homes, part by part."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_xlsx(Path(folder) / "goed.xlsx", ROWS)
        return unpacked(path.read_bytes())


def packed(content: dict[str, bytes], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these parts; the same bytes each time, whatever the clock says."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, part in content.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), part, how)
    return target.getvalue()


def unpacked(book: bytes) -> dict[str, bytes]:
    """The parts of a workbook, without the moment at which it was made."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    core = "docProps/core.xml"
    content[core] = re.sub(rb"20[0-9-]{8}T[0-9:]{8}Z", b"2026-01-01T00:00:00Z", content[core])
    return content


def changed(name: str, old: bytes, new: bytes) -> Make:
    """The good workbook with one part of it otherwise."""

    def content() -> bytes:
        assert old in parts()[name]
        return packed(parts() | {name: parts()[name].replace(old, new, 1)})

    return bytes_file(content)


def with_cells(*values: object, **named: object) -> list[list[object]]:
    """A good row with typed cells."""
    row: list[object] = list(template_rows([line()])[1])
    for name, value in named.items():
        row[HEADINGS.index(_NAMES[name])] = value
    return [list(HEADINGS), row]


_NAMES = {"homes": "Aantal woningen", "when": "Opleverdatum", "rent": "Netto huur",
          "bag": "BAG-verblijfsobject-id", "number": "Huisnummer", "contained": "Zelfstandig",
          "area": "Oppervlakte m2", "points": "WWS-punten", "segment": "Segment"}  # fmt: skip


def _typed() -> Iterator[Case]:
    group = "typed cells"
    for name, cells, homes in (
        ("a whole number", {"homes": 24}, 24),
        ("a number with .0", {"homes": 24.0}, 24),
        ("a date", {"when": datetime(2026, 3, 12)}, 1),
        ("a date with a time", {"when": datetime(2026, 3, 12, 13, 30)}, 1),
        ("an amount", {"rent": 712.4}, 1),
        ("a rounding of a computer", {"rent": 0.1 + 0.2 + 700}, 1),
        ("three decimals", {"rent": 712.345, "area": 71.125}, 1),
        ("truth", {"contained": True}, 1),
        ("a year as a number", {"when": 2026}, 1),
    ):
        yield Case(group, name, xlsx_of(with_cells(**cells)), accepts(homes))
    for name, cells, code in (
        ("half a home", {"homes": 1.5}, "homes"),
        ("a huge number", {"homes": 1e300}, "homes"),
        ("a tiny number", {"homes": 1e-300}, "homes"),
        ("a number of sixteen digits", {"bag": 1954010000000001}, "bag_rounded"),
        ("truth for homes", {"homes": True}, "homes"),
        ("a date for homes", {"homes": datetime(2026, 3, 12)}, "homes"),
        ("a negative number", {"homes": -3}, "homes"),
        ("a year as a day", {"when": datetime(1905, 7, 18)}, "date_1905"),
        ("a serial number for a date", {"when": 46093}, "date_serial"),
        ("a number for a segment", {"segment": 1}, "segment"),
    ):
        yield Case(group, name, xlsx_of(with_cells(**cells)), refuses((code, 2)))
    yield Case(group, "an id without its zero", xlsx_of(with_cells(bag=917010000000001)),
               accepts(1, 1, ("bag_repaired", 2)))  # fmt: skip
    group = "formulas"

    def formula(text: str, value: object, name: str = "homes") -> Make:
        def write(book: Any) -> None:
            sheet = fill(book, "Opgave", template_rows([line()]))
            sheet.write_formula(1, HEADINGS.index(_NAMES[name]), text, None, value)

        return book_of(write)

    for text, value, homes in (("=6*4", 24, 24), ("=1/3*9", 3.0, 3), ('="2"&"4"', "24", 24)):
        yield Case(group, f"{text} by its stored value", formula(text, value), accepts(homes))
    yield Case(group, "a date by its stored value", formula("=TODAY()", "12-03-2026", "when"),
               accepts(1))  # fmt: skip
    for text, value in (("=NA()", "#N/A"), ("=1/0", "#DIV/0!"), ("=X", "#NAME?"), ("=A0", "#REF!"),
                        ("=1+A", "#VALUE!"), ("=9^999", "#NUM!")):  # fmt: skip
        yield Case(
            group, f"{value} of a formula", formula(text, value), refuses(("excel_error", 2))
        )
    yield Case(group, "without a stored value", formula("=A1", ""), refuses(("homes_empty", 2)))
    yield Case(group, "a link to another file", formula("='[x.xlsx]A'!A1", 5), accepts(5))
    yield Case(group, "that starts a program", formula("=cmd|'/C calc'!A0", 5), accepts(5))

    def mac(book: Any) -> None:
        sheet = fill(book, "Opgave", template_rows([line()]))
        form = book.add_format({"num_format": "dd-mm-yyyy"})
        sheet.write_datetime(1, HEADINGS.index("Opleverdatum"), datetime(2026, 3, 12), form)

    def make_mac(path: Path) -> Path:
        import xlsxwriter

        with xlsxwriter.Workbook(str(path), {"date_1904": True}) as book:
            mac(book)
        return path

    yield Case("typed cells", "dates of 1904", make_mac, accepts(1))


def _structure() -> Iterator[Case]:
    group = "workbook structure"
    yield Case(group, "as it is", bytes_file(lambda: packed(parts())), accepts(27))
    yield Case(group, "not compressed", bytes_file(lambda: packed(parts(), how=zipfile.ZIP_STORED)),
               accepts(27))  # fmt: skip
    yield Case(group, "named .csv", bytes_file(lambda: packed(parts()), ".csv"), accepts(27))
    yield Case(group, "named .docx", bytes_file(lambda: packed(parts()), ".docx"), accepts(27))
    yield Case(
        group,
        "parts in another order",
        bytes_file(lambda: packed(dict(reversed(parts().items())))),
        accepts(27),
    )
    yield Case(group, "without styles",
               bytes_file(lambda: packed({k: v for k, v in parts().items() if "styles" not in k})),
               accepts(27))  # fmt: skip
    yield Case(
        group, "without its dimension", changed(SHEET, b"<dimension", b"<dimensie"), accepts(27)
    )
    yield Case(group, "a dimension that lies", changed(SHEET, b'ref="A1:V3"', b'ref="A1:B2"'),
               accepts(27))  # fmt: skip
    yield Case(
        group,
        "a dimension of everything",
        changed(SHEET, b'ref="A1:V3"', b'ref="A1:XFD1048576"'),
        accepts(27),
    )
    yield Case(
        group,
        "an empty row of a million",
        changed(SHEET, b"</sheetData>", b'<row r="1048576"/></sheetData>'),
        accepts(27),
    )
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    yield Case(group, "a value in XFD1048576", changed(SHEET, b"</sheetData>", far),
               refuses(("far_off_cell", 0)))  # fmt: skip
    low = b'<row r="900000"><c r="A900000"><v>1</v></c></row></sheetData>'
    yield Case(group, "a value in A900000", changed(SHEET, b"</sheetData>", low),
               refuses(either=("row_incomplete", "far_off_cell", "too_heavy")))  # fmt: skip
    wide = b'<row r="5"><c r="XFD5"><v>1</v></c></row></sheetData>'
    yield Case(group, "a value in XFD5", changed(SHEET, b"</sheetData>", wide),
               refuses(either=("row_incomplete", "far_off_cell")))  # fmt: skip

    def blank_rows() -> bytes:
        rows = b"".join(b'<row r="%d" spans="1:2"/>' % n for n in range(10, 1_048_577))
        sheet = parts()[SHEET].replace(b"</sheetData>", rows + b"</sheetData>")
        return packed(parts() | {SHEET: sheet})

    yield Case(group, "a million blank rows", bytes_file(blank_rows), accepts(27))
    yield Case(
        group,
        "a picture in it",
        bytes_file(lambda: packed(parts() | {"xl/media/image1.png": b"\x89PNG" + b"x" * 5000})),
        accepts(27),
    )
    yield Case(
        group,
        "more data after the archive",
        bytes_file(lambda: packed(parts()) + b"x" * 99),
        accepts(27),
    )
    yield Case(group, "inline strings", bytes_file(_inline), accepts(27))
    yield Case(group, "macros", bytes_file(lambda: packed(parts() | {"xl/vbaProject.bin": b"x"})),
               refuses(("macros", 0)))  # fmt: skip
    yield Case(group, "binary workbook", bytes_file(lambda: packed({"xl/workbook.bin": b"x"})),
               refuses(("other_excel", 0)))  # fmt: skip


def _inline() -> bytes:
    from xlsxwriter import Workbook

    target = io.BytesIO()
    with Workbook(target, {"constant_memory": True}) as book:
        fill(book, "Opgave", ROWS)
    return target.getvalue()


def _archives() -> Iterator[Case]:
    group = "hostile archives"

    def bomb() -> bytes:
        sheet = parts()[SHEET].replace(b"<sheetData>", b" " * 60_000_000 + b"<sheetData>")
        return packed(parts() | {SHEET: sheet})

    def lying() -> bytes:
        content = bomb()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = archive.getinfo(SHEET).file_size
        return content.replace(struct.pack("<I", size), struct.pack("<I", 50_000))

    def crc() -> bytes:
        content = packed(parts())
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            wrong = struct.pack("<I", archive.getinfo(SHEET).CRC)
        return content.replace(wrong, b"\1\2\3\4")

    def encrypted_flag() -> bytes:
        content = bytearray(packed(parts()))
        at = content.find(b"PK\x01\x02")
        content[at + 8] |= 1
        return bytes(content)

    def twice() -> bytes:
        target = io.BytesIO(packed(parts()))
        import warnings

        with warnings.catch_warnings(), zipfile.ZipFile(target, "a") as archive:
            warnings.simplefilter("ignore")
            archive.writestr(SHEET, b"<worksheet/>")
        return target.getvalue()

    def overlap() -> bytes:
        """Two entries of the directory that point at the same bytes."""
        content = packed(parts() | {"xl/a.xml": b"<a/>" * 9})
        at = content.find(b"PK\x01\x02")
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            offset = archive.getinfo(SHEET).header_offset
        target = bytearray(content)
        target[at + 42 : at + 46] = struct.pack("<I", offset)
        return bytes(target)

    many = {f"xl/{n}.xml": b"<a/>" for n in range(3000)} | {BOOK: b"<a/>"}
    nested = {"x.zip": packed(many)}
    slip = {"../../etc/x.xml": b"<a/>", "/etc/y.xml": b"<a/>"}
    for name, content, either in (
        ("60 MB of spaces", bomb, ("zip_bomb",)),
        ("sizes that lie", lying, ("broken", "zip_bomb", "too_heavy")),
        ("3.000 parts", lambda: packed(many), ("zip_bomb",)),
        ("an archive in an archive", lambda: packed(nested), ("zip",)),
        ("a wrong checksum", crc, ("broken",)),
        ("a part twice", twice, ("broken",)),
        ("entries that overlap", overlap, ("broken", "zip_bomb", "zip")),
        ("the flag of encryption", encrypted_flag, ("encrypted",)),
        ("only PK", lambda: b"PK", ("broken",)),
        ("only a first header", lambda: b"PK\x03\x04" + b"\0" * 40, ("broken",)),
        ("only a closing record", lambda: b"PK\x05\x06" + b"\0" * 18, ("zip", "broken")),
        ("a closing record of ones", lambda: b"PK\x05\x06" + b"\xff" * 18, ("zip_bomb", "broken")),
        ("an empty archive", lambda: packed({}), ("zip",)),
        ("another zip", lambda: packed({"brief.txt": b"x"}), ("zip",)),
        ("a Word document", lambda: packed({"word/document.xml": b"<a/>"}), ("not_a_table",)),
        ("a presentation", lambda: packed({"ppt/presentation.xml": b"<a/>"}), ("not_a_table",)),
        ("OpenDocument", lambda: packed({"mimetype": b"x", "content.xml": b"<a/>"}),
         ("other_office",)),
        ("a Numbers document", lambda: packed({"Index/Document.iwa": b"x"}), ("other_office",)),
    ):  # fmt: skip
        yield Case(group, name, bytes_file(content), refuses(either=either))
    yield Case(
        group, "names that climb out", bytes_file(lambda: packed(parts() | slip)), accepts(27)
    )
    for share in (0.02, 0.2, 0.5, 0.8, 0.95, 0.999):
        yield Case(
            group,
            f"cut off at {share:.1%}",
            bytes_file(lambda share=share: _cut(share)),
            refuses(("broken", 0)),
        )
    for name in (BOOK, SHEET, "[Content_Types].xml", "xl/_rels/workbook.xml.rels", STRINGS):
        yield Case(group, f"without {name}", bytes_file(lambda name=name: _without(name)),
                   WITHOUT.get(name, refuses(either=BROKEN)))  # fmt: skip


WITHOUT = {BOOK: refuses(("zip", 0)), "[Content_Types].xml": accepts(27)}


def _cut(share: float) -> bytes:
    content = packed(parts())
    return content[: int(len(content) * share)]


def _without(name: str) -> bytes:
    return packed({each: part for each, part in parts().items() if each != name})


def _xml() -> Iterator[Case]:
    group = "hostile XML"
    lol = b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    away = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    dtd = b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
    for name, part, marker in (("sheet", SHEET, b"<worksheet"), ("strings", STRINGS, b"<sst"),
                               ("workbook", BOOK, b"<workbook")):  # fmt: skip
        for kind, what in (("entities", lol), ("a file of ours", away), ("an address", dtd)):
            yield Case(group, f"{kind} in the {name}", changed(part, marker, what + marker),
                       refuses(("xml_entities", 0)))  # fmt: skip
    for name, make in (
        ("not closed", changed(SHEET, b"</sheetData>", b"")),
        ("cut short", changed(SHEET, b"</worksheet>", b"")),
        ("no XML at all", bytes_file(lambda: packed(parts() | {SHEET: b"\x00" * 5000}))),
        ("an empty part", bytes_file(lambda: packed(parts() | {SHEET: b""}))),
        ("a string that is not there", changed(SHEET, b"<v>0</v>", b"<v>99999999</v>")),
        ("a cell without a place", changed(SHEET, b'<c r="A1"', b"<c")),
        ("a cell of column ZZZZ", changed(SHEET, b'r="B2"', b'r="ZZZZ2"')),
        ("a row of minus one", changed(SHEET, b'<row r="2"', b'<row r="-1"')),
        ("a number that is none", changed(SHEET, b'<c r="B2" t="s"><v>', b'<c r="B2"><v>x')),
        ("a style that is not there", changed(SHEET, b'<c r="A1"', b'<c r="A1" s="999999"')),
        ("another alphabet", changed(SHEET, b'encoding="UTF-8"', b'encoding="EBCDIC"')),
        ("nested a thousand deep", changed(SHEET, b"<sheetData>",
         b"<extLst>" * 1000 + b"</extLst>" * 1000 + b"<sheetData>")),
        ("a string of a million", changed(STRINGS, b"Heerlen", b"H" * 1_000_000)),
        ("a name of a thousand", changed(BOOK, b'name="Opleveringen"',
         b'name="' + b"O" * 1000 + b'"')),
        ("a sheet that points outside", changed("xl/_rels/workbook.xml.rels",
         b"worksheets/sheet1.xml", b"../../../etc/passwd")),
    ):  # fmt: skip
        yield Case(group, name, make, ODD_XML.get(name, refuses(either=BROKEN)))


# What a parser makes of XML that is wrong in places we don't need, and stays exact.
ODD_XML = {
    "cut short": accepts(27),
    "a cell without a place": accepts(27),
    "a style that is not there": accepts(27),
    "another alphabet": accepts(27),
    "nested a thousand deep": accepts(27),
    "a name of a thousand": accepts(27),
    "a cell of column ZZZZ": refuses(("municipality_empty", 2)),
    "a number that is none": refuses(("municipality", 2)),
    "a string of a million": refuses(("municipality", 2), ("municipality", 3)),
}
