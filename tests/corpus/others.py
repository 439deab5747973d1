"""Files that are something else altogether: each is named for what it is."""

from collections.abc import Iterator

from tests.corpus.case import Case, bytes_file, refuses

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500
EVERY = bytes(range(256))


def cases() -> Iterator[Case]:
    group = "wrong files"
    for name, content, code in (
        ("nothing at all", b"", "empty"),
        ("one byte", b"\n", "empty"),
        ("only white space", b"\r\n \t\r\n", "empty"),
        ("only a byte-order mark", b"\xef\xbb\xbf", "empty"),
        ("PNG", b"\x89PNG\r\n\x1a\n" + EVERY, "not_a_table"),
        ("JPEG", b"\xff\xd8\xff\xe0" + EVERY, "not_a_table"),
        ("GIF", b"GIF89a" + EVERY, "not_a_table"),
        ("BMP", b"BM" + EVERY, "not_a_table"),
        ("TIFF", b"II*\x00" + EVERY, "not_a_table"),
        ("TIFF of a Mac", b"MM\x00*" + EVERY, "not_a_table"),
        ("WebP", b"RIFF\x24\x00\x00\x00WEBPVP8 " + EVERY, "not_a_table"),
        ("a photo of a phone", b"\x00\x00\x00\x18ftypheic" + EVERY, "not_a_table"),
        ("a film", b"\x00\x00\x00\x18ftypmp42" + EVERY, "not_a_table"),
        ("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "not_a_table"),
        ("RTF", b"{\\rtf1\\ansi Gemeente;Segment}", "not_a_table"),
        ("RAR", b"Rar!\x1a\x07\x00" + EVERY, "not_a_table"),
        ("7-zip", b"7z\xbc\xaf\x27\x1c" + EVERY, "not_a_table"),
        ("gzip", b"\x1f\x8b\x08\x00" + EVERY, "not_a_table"),
        ("a program", b"MZ\x90\x00\x03" + EVERY, "not_a_table"),
        ("a program of Linux", b"\x7fELF\x02\x01" + EVERY, "not_a_table"),
        ("SQLite", b"SQLite format 3\x00" + EVERY, "not_a_table"),
        ("a web page", b"<html><table><tr><td>Gemeente</td></tr></table></html>", "not_a_table"),
        ("a web page called .xls", b"\r\n<!DOCTYPE html><html>", "not_a_table"),
        ("XML of Excel 2003", b'<?xml version="1.0"?><Workbook/>', "not_a_table"),
        ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_table"),
        ("JSON", b'{"gemeente": "Heerlen", "segment": "sociaal"}', "not_recognised"),
        ("a letter", b"Beste collega, hierbij de opgave. Groet, Jan", "not_recognised"),
        ("old Excel", OLE, "old_excel"),
        ("a workbook with a password", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("old Word", OLE + "WordDocument".encode("utf-16-le"), "not_a_table"),
        ("an e-mail of Outlook", OLE + "__substg1.0_".encode("utf-16-le"), "not_a_table"),
        ("noise", EVERY * 40, "encoding"),
        ("NULs", b"\x00" * 5000, "not_a_table"),
        ("UTF-16 without a mark", "Gemeente;Segment".encode("utf-16-le"), "not_a_table"),
        ("a script", b"#!/bin/sh\nrm -rf /\n", "not_recognised"),
        ("a calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "not_recognised"),
    ):
        for suffix in (".xlsx", ".csv"):
            if suffix == ".csv" and name not in {"PNG", "PDF", "nothing at all", "old Excel"}:
                continue
            yield Case(group, name + (f" named {suffix}" if suffix == ".csv" else ""),
                       bytes_file(content, suffix), refuses((code, 0)))  # fmt: skip
