"""The file that people get back: their own rows, each fault at its cell, ready to be mended."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from housing.intake import marked
from housing.intake.checking import check
from housing.intake.kept import kept_copy
from housing.intake.marked import write_marked
from housing.intake.reading import read_table
from housing.intake.rows import Checked, Lookups
from housing.intake.tables import Table
from tests.housing.intake.factories import (
    HEADINGS,
    WOZ_HEADINGS,
    check_file,
    codes,
    line,
    make_lookups,
    make_table,
    new_unit,
    template_rows,
    unit,
    without_sheet,
    write_csv,
    write_xlsx,
)

FAULTY = template_rows(
    [
        line(key="0012", homes="1.350", rent="1.100,25", when="12-03-2026", postcode="6411 AB"),
        line(homes="1.5", bag="0917100000000001"),
        line(when="12/01/25", rent="941,20", remark="=1+1"),
        line(when="2026", area="71,5", bag="0917010000000001", homes="2"),
        line(when="maart 2026", project='=HYPERLINK("x")'),
    ]
)


def mark(path: Path, table: Table, lookups: Lookups | None = None) -> tuple[Checked, Checked]:
    """Write the marked workbook to `path`; give what was checked before and after."""
    lookups = lookups or make_lookups()
    before = check(table, lookups)
    with path.open("wb") as target:
        write_marked(target, table, before)
    return before, check(read_table(path, path.name), lookups)


def places(checked: Checked) -> list[tuple[str, int, str]]:
    return [(problem.code, problem.row, problem.column) for problem in checked.problems]


def test_same_rows_and_problems_come_back_in_the_same_places(tmp_path: Path) -> None:
    before, after = mark(tmp_path / "terug.xlsx", make_table([[], ["titel"], *FAULTY]))

    assert len(before.problems) == 5
    assert places(after) == places(before)
    assert without_sheet(after.rows) == without_sheet(before.rows)
    assert (after.sheet, after.header_row, after.sheets) == ("Opleveringen", 3, ["Opleveringen"])


def test_numbers_and_dates_are_such_and_ids_are_text(tmp_path: Path) -> None:
    path = tmp_path / "terug.xlsx"
    mark(path, make_table(FAULTY))

    row = read_table(path, path.name).sheets[1].rows[1]

    assert row[0] == "0012"
    assert row[6:8] == ["2026-03-12", "1350"]
    assert row[9] == "6411 AB"
    assert row[13] == "1100,25"
    with zipfile.ZipFile(path) as archive:
        cells = archive.read("xl/worksheets/sheet2.xml").decode()
    assert re.search(r'<c r="H2"[^>]*><v>1350</v>', cells)
    assert re.search(r'<c r="A2"[^>]*t="inlineStr"', cells)


def test_no_cell_becomes_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "terug.xlsx"
    nasty = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/C calc'!A0", "\t=1", "{=1}"]
    rows = template_rows([line(remark=text, project=text, homes=text, key=text) for text in nasty])
    mark(path, make_table(rows))

    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]

    assert len(parts) == 2
    assert not any(b"<f" in part.replace(b"<fo", b"") for part in parts)


def test_each_faulty_cell_has_its_message_and_a_line_that_leads_to_it(tmp_path: Path) -> None:
    path = tmp_path / "terug.xlsx"
    before, _ = mark(path, make_table(FAULTY))

    with zipfile.ZipFile(path) as archive:
        comments = archive.read("xl/comments1.xml").decode()
        links = archive.read("xl/worksheets/sheet1.xml").decode()
    lines = read_table(path, path.name).sheets[0].rows

    assert "Dit kan 12 januari 2025 zijn of 1 december 2025." in comments
    assert comments.count("<comment ref=") == len({(p.row, p.column) for p in before.problems})
    assert "'Opleveringen'!H3" in links or "Opleveringen!H3" in links
    assert len(lines) == 4 + len(before.problems)
    assert [cells[0] for cells in lines[4:]] == ["Verbeteren"] * 3 + ["Nakijken"] * 2


def test_two_problems_of_one_cell_share_its_comment(tmp_path: Path) -> None:
    path = tmp_path / "terug.xlsx"
    table = make_table(template_rows([line(bag="0917010000000001", municipality="Landgraaf",
                                           homes="3")]))  # fmt: skip
    before, _ = mark(path, table)

    with zipfile.ZipFile(path) as archive:
        comments = archive.read("xl/comments1.xml").decode()

    assert sorted(codes(before)) == ["homes_against_ids", "prefix_differs"]
    assert comments.count("<comment ref=") == 1


def test_mended_in_the_workbook_the_file_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "terug.xlsx"
    mark(path, make_table(FAULTY))
    table = read_table(path, path.name)
    at = {name: index for index, name in enumerate(HEADINGS)}
    for row, name, text in (
        (2, "Aantal woningen", "15"), (2, "BAG-verblijfsobject-id", ""),
        (3, "Opleverdatum", "2026-01-12"),
    ):  # fmt: skip
        table.sheets[1].rows[row][at[name]] = text

    after = check(table, make_lookups())

    assert after.accepted
    assert [row.homes for row in after.rows] == [1350, 15, 1, 2, 1]


def test_saved_in_libreoffice_it_is_still_the_same_file(
    tmp_path: Path, resave: Callable[[Path, str], Path]
) -> None:
    path = tmp_path / "terug.xlsx"
    before, after = mark(path, make_table(FAULTY))

    saved = check_file(resave(path, ".xlsx"))

    assert places(saved) == places(before)
    assert saved.rows == after.rows


def test_marked_again_there_is_one_sheet_with_remarks(tmp_path: Path) -> None:
    first, second = tmp_path / "een.xlsx", tmp_path / "twee.xlsx"
    mark(first, make_table(FAULTY))

    before, after = mark(second, read_table(first, first.name))

    sheets = [sheet.name for sheet in read_table(second, second.name).sheets]
    assert sheets == ["Opmerkingen", "Opleveringen"]
    assert places(after) == places(before)


def test_a_sheet_of_their_own_named_like_ours_is_kept(tmp_path: Path) -> None:
    source, path = tmp_path / "eigen.xlsx", tmp_path / "terug.xlsx"
    write_xlsx(source, FAULTY, "Opmerkingen")

    before, after = mark(path, read_table(source, source.name))

    sheets = [sheet.name for sheet in read_table(path, path.name).sheets]
    assert sheets == ["Opmerkingen 2", "Opmerkingen"]
    assert places(after) == places(before)


def test_stock_file_goes_back_without_money_and_other_regions(tmp_path: Path) -> None:
    source, kept, path = (tmp_path / name for name in ("woz.csv", "kept.csv", "terug.xlsx"))
    elsewhere = unit(B="E9", C="5500ZZ", G="0888010000000001", H="ver weg")
    rows = [list(WOZ_HEADINGS), unit(), elsewhere, new_unit(1, I="1"), new_unit(2, R="duur")]
    write_csv(source, rows)
    lookups = make_lookups(2025)
    kept_copy(source, check(read_table(source, "woz.csv"), lookups), kept)

    before, after = mark(path, read_table(kept, "woz.csv"), lookups)
    _, from_source = mark(tmp_path / "b.xlsx", read_table(source, "woz.csv"), lookups)

    assert sorted(codes(before)) == ["not_number", "sign"]
    assert places(after) == places(before) == places(from_source)
    assert after.stock == before.stock and after.outside_region == before.outside_region == 1
    for each in (path, tmp_path / "b.xlsx"):
        cells = read_table(each, each.name).sheets[1].rows
        assert not any("hypotheek" in row or "250000" in row for row in cells)
        assert cells[2] == ["2.1A", "E9"]


def test_a_file_that_is_not_recognised_goes_back_too(tmp_path: Path) -> None:
    path = tmp_path / "terug.xlsx"
    before, after = mark(path, make_table([["a", "b"], ["1", "=2"]]))

    assert codes(before) == codes(after) == ["not_recognised"]
    assert read_table(path, path.name).sheets[1].rows == [["a", "b"], ["1", "=2"]]


def test_a_text_longer_than_a_cell_may_be_is_still_too_long(tmp_path: Path) -> None:
    rows = template_rows([line(homes="x"), line(remark="y" * 40_000)])

    before, after = mark(tmp_path / "terug.xlsx", make_table(rows))

    assert places(after) == places(before)
    assert sorted(codes(after)) == ["homes", "too_long"]


def test_ten_thousand_problems_are_written_in_reasonable_time(tmp_path: Path) -> None:
    rows = template_rows([line(homes="x", rent="y", when="z", segment="q", label="w")] * 2_000)

    before, after = mark(tmp_path / "veel.xlsx", make_table(rows))

    assert len(before.problems) == 10_000
    assert places(after) == places(before)


def test_comments_stop_where_a_spreadsheet_cannot_bear_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marked, "MOST_COMMENTS", 2)
    path = tmp_path / "terug.xlsx"
    mark(path, make_table(FAULTY))

    with zipfile.ZipFile(path) as archive:
        assert archive.read("xl/comments1.xml").count(b"<comment ref=") == 2


def test_other_sheets_go_back_as_well(tmp_path: Path) -> None:
    source, path = tmp_path / "eigen.xlsx", tmp_path / "terug.xlsx"
    with xlsxwriter.Workbook(str(source)) as book:
        notes = book.add_worksheet("Notities")
        notes.write_number(1, 1, 2.5)
        sheet = book.add_worksheet("O'Brien")
        for number, cells in enumerate(FAULTY):
            sheet.write_row(number, 0, cells)
    mark(path, read_table(source, source.name))

    table = read_table(path, path.name)

    assert [each.name for each in table.sheets] == ["Opmerkingen", "Notities", "O'Brien"]
    assert (table.sheets[1].first_row, table.sheets[1].rows) == (2, [["", "2,5"]])


cells = st.sampled_from(
    ["", "1", "1.350", "12,5", "1,5", "12-03-2026", "maart 2026", "2026", "0012", "=1", "#N/B",
     "Heerlen", "sociale huur", "0917010000000001", "1,954E+15", "6411AB", "75,125", "WAAR",
     "a\u2028b", "x\x01", "_x0041_", "'", "0,01", "koop", "n.v.t."]
) | st.text(st.characters(codec="utf-8"), max_size=6)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.lists(cells, min_size=22, max_size=22), min_size=1, max_size=5))
@example(rows=[[*[""] * 21, "0\x1f\n"]])
def test_any_rows_come_back_with_the_same_outcome(
    rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("terug") / "terug.xlsx"
    table = make_table([list(HEADINGS), *rows, template_rows([line()])[1]])

    before, after = mark(path, table)

    assert places(after) == places(before)
    assert [replace(row, sheet="") for row in after.rows] == before.rows
