"""Any file at all may be sent: what is read is exact, what is refused says what to do."""

import contextlib
import random
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from housing.intake.checking import check
from housing.intake.reading import UnreadableFileError, read_table
from tests.housing.intake.factories import (
    HEADINGS,
    check_file,
    line,
    make_lookups,
    template_rows,
    without_sheet,
    write_csv,
    write_xlsx,
)

ROWS = template_rows(
    [
        line(key="W-1", project="Aarveld é", homes="24", rent="712,40", remark="a; b\nc"),
        line(key="W-2", bag="0917010000000001", self_contained="Ja", area="71,5", points="140"),
        line(key="W-3", mutation="Sloop", homes="1.350", when="2026", rent=""),
    ]
)


def refusal(path: Path) -> UnreadableFileError:
    started = time.monotonic()
    with pytest.raises(UnreadableFileError) as caught:
        read_table(path, path.name)
    assert time.monotonic() - started < 5
    assert caught.value.message.endswith(".")
    return caught.value


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "goed.xlsx", ROWS)


def test_same_rows_in_every_kind_of_file_give_the_same_homes(tmp_path: Path) -> None:
    files = [
        write_csv(tmp_path / "bom.csv", ROWS),
        write_csv(tmp_path / "windows.csv", ROWS, "cp1252"),
        write_csv(tmp_path / "utf16.csv", ROWS, "utf-16"),
        write_csv(tmp_path / "tab.csv", ROWS, "utf-8", "\t"),
        write_csv(tmp_path / "komma.csv", ROWS, "utf-8", ","),
        write_xlsx(tmp_path / "werkmap.xlsx", ROWS),
    ]

    checked = [check_file(path) for path in files]

    assert [each.errors for each in checked] == [[]] * len(files)
    first = without_sheet(checked[0].rows)
    assert sum(row.homes for row in first) == 24 + 1 + 1350
    assert first[0].remark == "a; b c"
    for each in checked[1:]:
        assert without_sheet(each.rows) == first


def test_typed_cells_are_read_as_their_text(tmp_path: Path) -> None:
    as_text = template_rows([line(homes="12", rent="712,4", when="12-03-2026", postcode="6411AB")])
    typed = [list(HEADINGS), list(as_text[1])]
    for name, value in (
        ("Aantal woningen", 12.0),
        ("Netto huur", 712.4),
        ("Opleverdatum", datetime(2026, 3, 12)),
    ):
        typed[1][HEADINGS.index(name)] = value  # type: ignore[call-overload]
    text_file = write_xlsx(tmp_path / "tekst.xlsx", as_text)
    typed_file = write_xlsx(tmp_path / "getypt.xlsx", typed)

    assert check_file(typed_file).rows == check_file(text_file).rows
    assert check_file(typed_file).rows[0].happened == date(2026, 3, 12)


def test_dates_of_1904_are_the_days_that_excel_shows(tmp_path: Path) -> None:
    path = tmp_path / "mac.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_datetime(0, 0, datetime(2026, 3, 12), book.add_format({"num_format": 14}))

    assert read_table(path, "mac.xlsx").sheets[0].rows == [["2026-03-12"]]


def test_truth_errors_and_long_numbers_can_be_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "soorten.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_boolean(2, 1, True)
        sheet.write_formula(2, 2, "=NA()", None, "#N/A")
        sheet.write_formula(2, 3, "=1/0", None, "#DIV/0!")
        sheet.write_number(2, 4, 1954010000000001)
        sheet.write_formula(2, 5, "=6*2", None, 12)
        sheet.write_number(2, 6, 75.125)

    (sheet_read,) = read_table(path, "soorten.xlsx").sheets

    assert sheet_read.first_row == 3
    assert sheet_read.rows == [
        ["", "WAAR", "#N/B", "#DEEL/0!", "1,954010000000001E+15", "12", "75,1250"]
    ]


def test_rows_keep_their_number_past_blank_rows_and_quoted_newlines(tmp_path: Path) -> None:
    blank = [""] * len(HEADINGS)
    rows = [blank, ["Opgave"], blank, *template_rows([line(remark="een\ntwee"), line(homes="x")])]
    rows.insert(5, blank)
    for path in (write_csv(tmp_path / "a.csv", rows), write_xlsx(tmp_path / "a.xlsx", rows)):
        checked = check_file(path)

        assert checked.header_row == 4
        assert [problem.row for problem in checked.errors] == [7]


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "verborgen.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, hide in (("Oud", True), ("Nieuw", False)):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(ROWS):
                sheet.write_row(row, 0, cells)
            if hide:
                sheet.hide()
            else:
                sheet.activate()
                sheet.set_first_sheet()

    table = read_table(path, path.name)

    assert [sheet.name for sheet in table.sheets] == ["Nieuw"]
    assert table.hidden == ("Oud",)


def test_two_sheets_with_the_same_headings_are_asked(tmp_path: Path) -> None:
    path = tmp_path / "twee.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("Heerlen", "Kerkrade"):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(ROWS):
                sheet.write_row(row, 0, cells)

    assert "several_sheets" in [problem.code for problem in check_file(path).errors]


def test_excels_own_first_line_is_no_row(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "sep.csv", [["sep="], *ROWS], "utf-8")
    path.write_bytes(path.read_bytes().replace(b"sep=\r\n", b"sep=;\r\n"))

    assert check_file(path).rows[0].row == 2


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_machine_are_read(tmp_path: Path, line_end: str) -> None:
    path = tmp_path / "einden.csv"
    text = line_end.join(";".join(row) for row in template_rows([line(), line()]))
    path.write_bytes(text.encode())

    assert len(check_file(path).rows) == 2


def test_line_separator_inside_a_cell_is_no_new_row(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "u2028.csv", template_rows([line(project="Aar\u2028veld"), line()]))

    checked = check_file(path)

    assert [row.project for row in checked.rows] == ["Aar veld", ""]


def zip_with(path: Path, parts: dict[str, bytes], *, packed: bool = True) -> Path:
    how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def changed(workbook: Path, name: str, replace: tuple[bytes, bytes]) -> Path:
    out = workbook.with_name("anders.xlsx")
    with zipfile.ZipFile(workbook) as source:
        parts = {entry: source.read(entry) for entry in source.namelist()}
    assert replace[0] in parts[name]
    parts[name] = parts[name].replace(*replace, 1)
    return zip_with(out, parts)


SHEET = "xl/worksheets/sheet1.xml"


def test_far_off_cell_is_named(workbook: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path = changed(workbook, SHEET, (b"</sheetData>", far))

    error = refusal(path)

    assert (error.code, "XFD1048576" in error.message) == ("far_off_cell", True)


def test_million_blank_rows_are_no_rows(workbook: Path, tmp_path: Path) -> None:
    rows = b"".join(b'<row r="%d" spans="1:2"/>' % n for n in range(10, 1_048_577))
    path = changed(workbook, SHEET, (b"</sheetData>", rows + b"</sheetData>"))
    text = tmp_path / "leeg.csv"
    text.write_bytes(write_csv(tmp_path / "a.csv", ROWS).read_bytes() + b"\r\n" * 1_000_000)

    assert [len(check_file(each).rows) for each in (path, text)] == [3, 3]


def test_sixteen_thousand_columns_are_read_or_refused(tmp_path: Path) -> None:
    rows = [[*row, *[""] * 16_000, "x"] for row in ROWS]

    checked = check_file(write_xlsx(tmp_path / "breed.xlsx", [[*r[:22]] for r in rows]))

    assert len(checked.rows) == 3
    assert check_file(write_csv(tmp_path / "breed.csv", rows)).rows_read == 3


def test_archive_bombs_are_refused(workbook: Path, tmp_path: Path) -> None:
    spaces = b" " * 60_000_000
    assert refusal(changed(workbook, SHEET, (b"<sheetData>", spaces + b"<sheetData>"))).code == (
        "zip_bomb"
    )
    many = {f"xl/{n}.xml": b"<a/>" for n in range(3000)} | {"xl/workbook.xml": b"<a/>"}
    assert refusal(zip_with(tmp_path / "veel.xlsx", many)).code == "zip_bomb"


def test_lying_sizes_do_not_help_a_bomb(workbook: Path) -> None:
    path = changed(workbook, SHEET, (b"<sheetData>", b" " * 60_000_000 + b"<sheetData>"))
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(SHEET).file_size
    lied = bytes(content).replace(size.to_bytes(4, "little"), (50_000).to_bytes(4, "little"))
    path.write_bytes(lied)

    refusal(path)


def test_entities_in_xml_are_refused(workbook: Path) -> None:
    dtd = b'<!DOCTYPE lolz [<!ENTITY lol "lol">]><worksheet'
    assert refusal(changed(workbook, SHEET, (b"<worksheet", dtd))).code == "xml_entities"


def test_macros_are_refused_by_name(workbook: Path) -> None:
    with zipfile.ZipFile(workbook, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")

    assert refusal(workbook).code == "macros"


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9, 0.999])
def test_truncated_workbook_is_refused(workbook: Path, share: float) -> None:
    content = workbook.read_bytes()
    workbook.write_bytes(content[: int(len(content) * share)])

    assert refusal(workbook).code == "broken"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\r\n \r\n", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_a_table"),
        (b"\xff\xd8\xff\xe0" + bytes(range(256)), "not_a_table"),
        (b"%PDF-1.7\n%\xe2\xe3", "not_a_table"),
        (b"<html><table><tr><td>Gemeente</td></tr></table></html>", "not_a_table"),
        (OLE, "old_excel"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"PK\x03\x04" + b"\0" * 40, "broken"),
        (b"PK", "broken"),
        (bytes(range(256)) * 40, "encoding"),
        (b"\x00" * 5000, "not_a_table"),
        ("Gemeente;Segment".encode("utf-16-le"), "not_a_table"),
        (b'Gemeente;Segment\r\n"Heerlen;sociaal\r\n', "csv_structure"),
        (b"Gemeente;Segment\r\n" + b"x" * 200_000, "csv_structure"),
        (b"x" * (20 * 1024 * 1024 + 1), "too_large"),
        (b"Gemeente;Segment\r\n" + b"Heerlen;koop\r\n" * 200_100, "too_many_rows"),
        (b";" * 9_000_000, "too_many_cells"),
    ],
)
def test_other_files_are_named(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "bestand.xlsx"
    path.write_bytes(content)

    assert refusal(path).code == code


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"brief.txt": b"x"}, "zip"),
        ({"word/document.xml": b"<a/>"}, "not_a_table"),
        ({"mimetype": b"x", "content.xml": b"<a/>"}, "other_office"),
        ({"xl/workbook.bin": b"x"}, "other_excel"),
        ({"xl/workbook.xml": b"<workbook/>"}, None),
        ({"xl/workbook.xml": b"<workbook", "[Content_Types].xml": b"<"}, None),
    ],
)
def test_other_archives_are_named(
    tmp_path: Path, parts: dict[str, bytes], code: str | None
) -> None:
    error = refusal(zip_with(tmp_path / "x.xlsx", parts))

    assert code is None or error.code == code


def test_crafted_quotes_are_quick(tmp_path: Path) -> None:
    path = tmp_path / "quotes.csv"
    path.write_text("Gemeente;Segment;Aantal\n" + '"";"' * 200_000)
    started = time.monotonic()

    with contextlib.suppress(UnreadableFileError):
        check_file(path)

    assert time.monotonic() - started < 3


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_mutated_files_are_read_or_refused(tmp_path: Path, workbook: Path, kind: str) -> None:
    chance = random.Random(26)
    source = workbook if kind == "xlsx" else write_csv(tmp_path / "a.csv", ROWS)
    content = source.read_bytes()
    path = tmp_path / f"anders.{kind}"
    for _ in range(60 if kind == "xlsx" else 600):
        mutated = bytearray(content)
        for _ in range(chance.randint(1, 8)):
            mutated[chance.randrange(len(mutated))] = chance.randrange(256)
        path.write_bytes(mutated)
        try:
            check_file(path)
        except UnreadableFileError as error:
            assert error.message


def test_nothing_is_left_behind(
    workbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "tijdelijk"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))

    read_table(workbook, "goed.xlsx")
    refusal(zip_with(tmp_path / "x.xlsx", {"xl/workbook.xml": b"<workbook/>"}))

    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_rows_are_the_same_when_the_table_is_let_go(
    tmp_path: Path, write: Callable[[Path, list[list[str]]], Path]
) -> None:
    path = write(tmp_path / "bestand", ROWS)
    table = read_table(path, path.name)

    checked = check(table, make_lookups(), release=True)

    assert (checked.rows, checked.problems) == (check_file(path).rows, check_file(path).problems)
    assert len(table.sheets[0].rows) == 1
