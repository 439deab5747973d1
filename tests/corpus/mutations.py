"""Files changed by chance, each from its own seed: damaged bytes, damaged XML, odd cells."""

import csv
import io
import random
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.corpus.layout import ROWS
from tests.corpus.workbooks import packed, unpacked
from tests.housing.intake.factories import (
    WOZ_HEADINGS,
    gone_unit,
    line,
    new_unit,
    template_rows,
    unit,
    write_xlsx,
)

SEED = 26
_STOCK = [list(WOZ_HEADINGS), unit(), new_unit(1), gone_unit(2), unit(B="E9", L="Niet-DAEB TI")]
_TEMPLATE = [
    *ROWS,
    *template_rows([line(bag="0917010000000001", mutation="Sloop", when="2025")])[1:],
]
_NASTY = (
    "", " ", "-1", "1.5", "1,350", "9" * 5000, "NaN", "1e308", "=1+1", "#N/B", "\x00", "\x1f",
    "\u2028", "\ud7ff", "\ufffd", "١٢", "1²", "0917100000000001", "1,954E+15", "12/01/25",
    "31-02-2026", "2062", "46093", "0001-01-01", "sociale huur", "koop", "Heerlen", "Maastricht",
    "Geen mutatie", "2.1D", "DAEB TI", "x" * 40_000, "<b>", "'", '"', ";", "|", "Gemeente",
    "Onderdeel", "WAAR", "0,01", "6411 AB", "12a", "Ja", "A++++", "2.1A", "Woonruimte", "0",
    "1_000", "İ", "\u202e", "\U0010ffff",
)  # fmt: skip
_TAGS = (b"<c", b"<row", b"<v>", b"</v>", b"t=", b"r=", b"s=", b"<f>", b"count=", b"ref=", b"<si>")


@cache
def bases() -> tuple[tuple[str, bytes], ...]:
    """Good files to start from, as (suffix, contents)."""
    with tempfile.TemporaryDirectory() as folder:
        books = [
            packed(unpacked(write_xlsx(Path(folder) / f"{number}.xlsx", rows).read_bytes()))
            for number, rows in enumerate((_TEMPLATE, _STOCK))
        ]
    return (
        (".csv", _text(_TEMPLATE).encode("utf-8-sig")),
        (".csv", _text(_STOCK).encode("cp1252")),
        (".csv", _text(_TEMPLATE).encode("utf-16")),
        *((".xlsx", book) for book in books),
        *((".xlsx", packed(unpacked(book), how=zipfile.ZIP_STORED)) for book in books),
    )


def _text(rows: list[list[str]]) -> str:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=";").writerows(rows)
    return target.getvalue()


def mutation(number: int) -> tuple[str, bytes]:
    """The file of that number, always the same: its suffix and its contents."""
    chance = random.Random(f"{SEED}:{number}")
    way = chance.choices((_damaged, _damaged_xml, _odd_cells), (3, 4, 4))[0]
    return way(chance)


def _damaged(chance: random.Random) -> tuple[str, bytes]:
    suffix, content = chance.choice(bases())
    return suffix, _damage(chance, content)


def _damaged_xml(chance: random.Random) -> tuple[str, bytes]:
    """One part of a workbook damaged, in an archive that is whole."""
    book = chance.choice([content for suffix, content in bases() if suffix == ".xlsx"])
    parts = unpacked(book)
    likely = [name for name in parts if "sheet" in name or "haredStrings" in name]
    name = chance.choice(likely if chance.random() < 0.7 else sorted(parts))
    if chance.random() < 0.5:
        parts[name] = _damage(chance, parts[name])
    else:
        parts[name] = _damage_tag(chance, parts[name])
    return ".xlsx", packed(parts)


def _odd_cells(chance: random.Random) -> tuple[str, bytes]:
    """A table of which some cells, headings too, hold something else."""
    rows = [list(row) for row in chance.choice((_TEMPLATE, _STOCK))]
    for _ in range(chance.randint(1, 6)):
        row = chance.choice(rows if chance.random() < 0.15 else rows[1:])
        row[chance.randrange(len(row))] = chance.choice(_NASTY)
    if chance.random() < 0.2:
        chance.shuffle(rows)
    if chance.random() < 0.2:
        rows[chance.randrange(len(rows))] = []
    if chance.random() < 0.3:
        with tempfile.TemporaryDirectory() as folder:
            book = write_xlsx(Path(folder) / "x.xlsx", _bare(rows)).read_bytes()
        return ".xlsx", packed(unpacked(book))
    encoding = chance.choice(("utf-8", "utf-8-sig", "utf-16"))
    return ".csv", _text(rows).encode(encoding, "replace")


def _bare(rows: list[list[str]]) -> list[list[str]]:
    return [[cell[:32_000] for cell in row] for row in rows]


def _damage(chance: random.Random, content: bytes) -> bytes:
    for _ in range(chance.randint(1, 4)):
        content = chance.choice(_DAMAGES)(chance, content) or b"\n"
    return content


def _flip(chance: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content))
    if chance.random() < 0.3:
        return content[:at]
    return content[:at] + content[at + chance.randint(1, 40) :]


def _insert(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content))
    added = chance.choice((b"\x00", b"\"", b";", b"\r\n", b"<", b"&#0;", b"\xff\xfe", b"9" * 400,
                           chance.randbytes(chance.randint(1, 30))))  # fmt: skip
    return content[:at] + added + content[at:]


def _repeat(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + content[at : at + chance.randint(1, 300)] * 3 + content[at:]


def _swap(chance: random.Random, content: bytes) -> bytes:
    one, two = sorted(chance.randrange(len(content)) for _ in range(2))
    return content[two:] + content[one:two] + content[:one]


def _damage_tag(chance: random.Random, content: bytes) -> bytes:
    """A number, a letter or a mark just behind a tag that matters to a parser."""
    places = [at for tag in _TAGS for at in _all(content, tag)]
    if not places:
        return _flip(chance, content)
    at = chance.choice(places) + chance.randint(1, 6)
    new = chance.choice(
        (b"-1", b"99999999", b"XFD", b"ZZZZ9", b'"', b"e", b"b", b"1e999", b"", b">")
    )
    return content[:at] + new + content[at + chance.randint(0, 2) :]


def _all(content: bytes, tag: bytes) -> list[int]:
    places, at = [], content.find(tag)
    while at >= 0 and len(places) < 400:
        places.append(at)
        at = content.find(tag, at + 1)
    return places


_DAMAGES: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _flip, _flip, _cut, _insert, _repeat, _swap,
)  # fmt: skip
