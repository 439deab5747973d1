"""A look at a file before it is parsed: what it is, and whether unpacking it is safe."""

import re
import time
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from housing.intake import limits
from housing.intake.tables import UnreadableFileError
from housing.intake.values import letter

_AS_XLSX = "Bewaar het in Excel als werkmap (.xlsx) en kies het opnieuw."
_OTHER_FILES = (
    (b"\x89PNG", "een afbeelding"),
    (b"\xff\xd8\xff", "een afbeelding"),
    (b"GIF8", "een afbeelding"),
    (b"BM", "een afbeelding"),
    (b"II*\x00", "een afbeelding"),
    (b"MM\x00*", "een afbeelding"),
    (b"%PDF", "een pdf"),
    (b"Rar!", "een ingepakt bestand"),
    (b"7z\xbc\xaf", "een ingepakt bestand"),
    (b"\x1f\x8b", "een ingepakt bestand"),
    (b"BZh", "een ingepakt bestand"),
    (b"\xfd7zXZ", "een ingepakt bestand"),
    (b"\x7fELF", "een programma"),
    (b"MZ", "een programma"),
    (b"{\\rtf", "een tekstdocument"),
    (b"SQLite format 3", "een database"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL = re.compile(rb"<(?:\w+:)?c\b[^<>]*?\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_DTD = (b"<!DOCTYPE", b"<!ENTITY", b"<\x00!\x00D\x00", b"<\x00!\x00E\x00", b"\x00<\x00!\x00D")
_FAR_COLUMN, _FAR_ROW = 500, 400_000


def name_of_other_file(path: Path, head: bytes) -> UnreadableFileError | None:
    """The refusal of a file that is known to be something else, else None."""
    if head.startswith(_OLE):
        return _ole(path)
    for magic, name in _OTHER_FILES:
        # Two letters alone could begin a text too.
        if head.startswith(magic) and (len(magic) > 2 or b"\x00" in head):
            return UnreadableFileError(
                f"Dit bestand is {name}, geen tabel. Kies een CSV of een Excel-werkmap (.xlsx).",
                "not_a_table",
            )
    if name := _name_inside(head):
        return UnreadableFileError(
            f"Dit bestand is {name}, geen tabel. Kies een CSV of een Excel-werkmap (.xlsx).",
            "not_a_table",
        )
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<svg")):
        return UnreadableFileError(
            f"Dit bestand is een webpagina of XML, geen tabel. {_AS_XLSX}", "not_a_table"
        )
    return None


def _name_inside(head: bytes) -> str:
    """What pictures and films are that don't say so in their first bytes; "" for anything else."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "een afbeelding"
    if head[4:8] == b"ftyp":
        photo = head[8:12] in {b"heic", b"heix", b"mif1", b"avif", b"msf1"}
        return "een afbeelding" if photo else "een film"
    return ""


def _ole(path: Path) -> UnreadableFileError:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        return UnreadableFileError(
            "Dit bestand is beveiligd met een wachtwoord. Bewaar het zonder wachtwoord en kies "
            "het opnieuw.",
            "encrypted",
        )
    if "WordDocument".encode("utf-16-le") in content:
        return UnreadableFileError(
            "Dit bestand is een Word-document. Kies een CSV of een Excel-werkmap (.xlsx).",
            "not_a_table",
        )
    if "__substg1.0".encode("utf-16-le") in content:
        return UnreadableFileError(
            "Dit bestand is een e-mail. Bewaar de bijlage en kies die.", "not_a_table"
        )
    return UnreadableFileError(
        f"Dit bestand is een oude Excel-werkmap (.xls) of is beveiligd. {_AS_XLSX}", "old_excel"
    )


def scan_workbook(path: Path) -> None:
    """Refuse a zip that is no workbook, or that unpacks to more than we take."""
    try:
        with path.open("rb") as file:
            _check_directory(file, path.stat().st_size)
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive, path.stat().st_size)
            _check_kind({entry.filename for entry in archive.infolist()})
            _check_xml(archive)
    except UnreadableFileError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, IndexError) as error:
        raise _broken() from error
    except (NotImplementedError, RuntimeError, OverflowError, MemoryError) as error:
        raise _broken() from error


def _broken() -> UnreadableFileError:
    return UnreadableFileError(
        "Deze Excel-werkmap is beschadigd of niet compleet. Open haar in Excel, bewaar haar "
        "opnieuw als .xlsx en kies haar dan nog eens.",
        "broken",
    )


def _too_large() -> UnreadableFileError:
    return UnreadableFileError(
        "Deze werkmap wordt uitgepakt veel te groot. Kopieer alleen de tabel naar een nieuwe "
        "werkmap en kies die.",
        "zip_bomb",
    )


def _check_directory(file: BinaryIO, size: int) -> None:
    """Read the zip's closing record ourselves: a list of 60.000 parts is slow to take in."""
    start = max(0, size - 65_557)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise _broken()
    entries = int.from_bytes(tail[at + 10 : at + 12], "little")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    if entries > limits.MOST_ENTRIES or directory > limits.MOST_DIRECTORY:
        raise _too_large()


def _check_entries(archive: zipfile.ZipFile, size: int) -> None:
    entries = archive.infolist()
    if len({entry.filename for entry in entries}) != len(entries):
        raise _broken()
    if sum(entry.compress_size for entry in entries) > size:
        raise _too_large()  # parts that overlap
    if sum(entry.file_size for entry in entries) > limits.MOST_UNPACKED:
        raise _too_large()
    for entry in entries:
        if entry.flag_bits & 1:
            raise UnreadableFileError(
                "Dit bestand is beveiligd met een wachtwoord. Bewaar het zonder wachtwoord.",
                "encrypted",
            )
        packed = max(entry.compress_size, 1)
        if entry.file_size > limits.RATIO_FROM and entry.file_size > packed * limits.MOST_RATIO:
            raise _too_large()


def _check_kind(names: set[str]) -> None:
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnreadableFileError(f"Deze werkmap bevat macro's (.xlsm). {_AS_XLSX}", "macros")
    if "xl/workbook.bin" in names:
        raise UnreadableFileError(f"Dit is een binaire werkmap (.xlsb). {_AS_XLSX}", "other_excel")
    if "content.xml" in names or "mimetype" in names:
        raise UnreadableFileError(
            f"Dit is een OpenDocument-bestand (.ods of .odt). {_AS_XLSX}", "other_office"
        )
    if any(name.endswith(".iwa") for name in names):
        raise UnreadableFileError(
            "Dit is een document van Numbers of Pages. Kies daar Exporteer naar Excel (.xlsx) en "
            "kies dat bestand.",
            "other_office",
        )
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise UnreadableFileError(
            "Dit is een Word- of PowerPoint-bestand. Kies een CSV of een Excel-werkmap (.xlsx).",
            "not_a_table",
        )
    if "xl/workbook.xml" not in names:
        raise UnreadableFileError(
            "Dit is een ingepakt bestand (.zip), geen Excel-werkmap. Pak het uit en kies de CSV "
            "of de werkmap die erin zit.",
            "zip",
        )


def _check_xml(archive: zipfile.ZipFile) -> None:
    for entry in archive.infolist():
        if not entry.filename.endswith((".xml", ".rels")):
            continue
        with archive.open(entry) as part:
            head = part.read(16_384)
        if any(mark in head for mark in _DTD):
            raise UnreadableFileError(
                "In deze werkmap staan XML-verwijzingen (DTD) die Excel niet gebruikt. We lezen "
                f"haar niet. {_AS_XLSX}",
                "xml_entities",
            )


def far_off_cell(path: Path, seconds: float = 1.0) -> str:
    """The first cell far outside any table of ours, as "XFD1048576"; "" when not found in time."""
    until = time.monotonic() + seconds
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if "worksheets/" not in entry.filename:
                    continue
                with archive.open(entry) as part:
                    tail = b""
                    while (chunk := part.read(1 << 18)) and time.monotonic() < until:
                        for match in _CELL.finditer(tail + chunk):
                            column = 0
                            for char in match[1]:
                                column = column * 26 + char - 64
                            if column > _FAR_COLUMN or int(match[2]) > _FAR_ROW:
                                return f"{letter(column - 1)}{int(match[2])}"
                        tail = chunk[-200:]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        return ""
    return ""
