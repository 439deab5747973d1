"""What parties show for what they say: links and files, looked at before they are kept.

A file is kept under a name of our own below DATA_DIR; the name people gave it is only shown. It is
only ever sent back as an attachment, so what is in it never runs in the portal.
"""

import hashlib
import secrets
import zipfile
import zlib
from collections.abc import Iterable
from functools import partial
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from agreements.models import Evidence, Statement
from housing.models import User

MEBIBYTE = 1024 * 1024
MOST_BYTES = 10 * MEBIBYTE
MOST_PIECES = 20  # of one statement
SUFFIXES = ("pdf", "jpg", "png", "xlsx", "docx", "odt", "csv")
KINDS = "PDF, JPG, PNG, XLSX, DOCX, ODT of CSV"
_PICTURES = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
_INSIDE = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}
_ODT = b"application/vnd.oasis.opendocument.text"
_MOST_DIRECTORY = 512 * 1024  # the list of parts of a zip, in bytes
_CONTROL = bytes(set(range(32)) - {9, 10, 13})


class EvidenceError(Exception):
    """This cannot be kept; the message says why and what to do, in Dutch."""


def suffix_of(file: "UploadedFile[Any]") -> str:
    """What a file is, by its name and by what is in it; `EvidenceError` where they differ."""
    size = file.size or 0
    if not size:
        raise EvidenceError("Dit bestand is leeg (0 bytes). Kies het bestand opnieuw.")
    if size > MOST_BYTES:
        raise EvidenceError("Dit bestand is groter dan 10 MB. Maak het kleiner, of geef een link.")
    suffix = PurePath(file.name or "").suffix.lower().removeprefix(".").replace("jpeg", "jpg")
    if suffix not in SUFFIXES:
        raise EvidenceError(f"Dit soort bestand bewaren wij niet. Kies {KINDS}.")
    if not _is(suffix, file):
        raise EvidenceError(
            f"De naam eindigt op .{suffix}, maar in het bestand staat iets anders. Open het, "
            f"bewaar het opnieuw als {suffix.upper()} en kies dat bestand."
        )
    return suffix


def _is(suffix: str, file: "UploadedFile[Any]") -> bool:
    file.seek(0)
    head: bytes = file.read(4096)
    file.seek(0)
    if suffix in _PICTURES:
        return head.startswith(_PICTURES[suffix])
    if suffix == "csv":
        return _is_text(file)
    return head.startswith(b"PK\x03\x04") and _is_document(suffix, file)


def _is_text(file: "UploadedFile[Any]") -> bool:
    """Text without control characters that is no web page."""
    for chunk in file.chunks():
        if chunk.translate(None, _CONTROL) != chunk:
            return False
    file.seek(0)
    return not file.read(200).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _is_document(suffix: str, file: "UploadedFile[Any]") -> bool:
    """Whether a zip holds that kind of document, without macros. Nothing of it is unpacked but
    the name of its kind."""
    try:
        _check_directory(file)
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if suffix == "odt":
                return _says_odt(archive, names)
            macros = any(name.lower().endswith("vbaproject.bin") for name in names)
            return _INSIDE[suffix] in names and "[Content_Types].xml" in names and not macros
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, IndexError):
        return False
    except (NotImplementedError, RuntimeError, OverflowError):
        return False
    finally:
        file.seek(0)


def _says_odt(archive: zipfile.ZipFile, names: set[str]) -> bool:
    if "mimetype" not in names or "content.xml" not in names:
        return False
    with archive.open("mimetype") as part:
        return part.read(len(_ODT) + 1) == _ODT


def _check_directory(file: "UploadedFile[Any]") -> None:
    """Look at the zip's closing record first: a list of 200.000 parts is slow to take in."""
    size = file.size or 0
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise zipfile.BadZipFile
    if int.from_bytes(tail[at + 12 : at + 16], "little") > _MOST_DIRECTORY:
        raise zipfile.BadZipFile
    file.seek(0)


def shown_name(file: "UploadedFile[Any]") -> str:
    """The name people gave it, without folders and what cannot be printed."""
    name = PurePath((file.name or "").replace("\\", "/")).name
    return "".join(letter for letter in name if letter.isprintable())[-255:]


def add_file(statement: Statement, file: "UploadedFile[Any]", *, title: str, by: User) -> Evidence:
    """Keep a file with a concept. Raises `EvidenceError`."""
    suffix = suffix_of(file)
    evidence = _begun(statement, title or shown_name(file), by)
    evidence.name = shown_name(file)
    evidence.size = file.size or 0
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    evidence.sha256 = digest.hexdigest()
    file.seek(0)
    evidence.file.save(f"bewijs.{suffix}", file, save=False)
    evidence.save(force_insert=True)
    return evidence


def add_link(statement: Statement, link: str, *, title: str, by: User) -> Evidence:
    """Keep an address with a concept. Raises `EvidenceError`."""
    evidence = _begun(statement, title or link, by)
    evidence.link = link
    evidence.save(force_insert=True)
    return evidence


def _begun(statement: Statement, title: str, by: User) -> Evidence:
    if Statement.objects.submitted().filter(pk=statement.pk).exists():
        raise EvidenceError("Dit antwoord is intussen ingediend. Begin een nieuwe versie.")
    if statement.evidence.count() >= MOST_PIECES:
        raise EvidenceError(
            f"Bij dit antwoord staan al {MOST_PIECES} bewijsstukken. Haal er eerst een weg."
        )
    return Evidence(
        agreement=statement.agreement,
        statement=statement,
        organisation=statement.organisation,
        reference=secrets.token_hex(6),
        title=title[:200],
        by=by,
        is_demo=statement.is_demo,
    )


@transaction.atomic
def remove(evidence: Evidence) -> None:
    """Throw a piece away while its statement is a concept. Raises `EvidenceError`."""
    statement = evidence.statement
    if statement is None or not Statement.objects.concepts().filter(pk=statement.pk).exists():
        raise EvidenceError("Dit hoort bij een ingediend antwoord en blijft daarbij staan.")
    forget_files([evidence])
    evidence.delete()


def forget_files(pieces: Iterable[Evidence]) -> None:
    """Throw away the files of pieces that are going, once that is certain; a file that another
    version still shows stays."""
    going = list(pieces)
    kept = Evidence.objects.exclude(pk__in=[piece.pk for piece in going])
    for piece in going:
        name, storage = piece.file.name, piece.file.storage
        if name and not kept.filter(file=name).exists():
            transaction.on_commit(partial(storage.delete, name))


def carry_over(old: Statement, new: Statement) -> None:
    """Let a new version show what the one before it showed; the files are not copied."""
    for piece in old.evidence.order_by("at", "pk"):
        piece.pk = None
        piece.statement = new
        piece.reference = secrets.token_hex(6)
        piece.is_demo = new.is_demo
        piece.save(force_insert=True)
