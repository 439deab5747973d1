"""Headings, sheets and templates that are not quite what we expect: named, offered, not guessed."""

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from housing.intake.checking import check
from housing.intake.editions import TEMPLATE_VERSION, Edition, read_edition
from housing.intake.formats import heading_word
from housing.intake.reading import read_table
from housing.intake.rows import Checked, Unmatched
from housing.intake.tables import Sheet, Table
from housing.intake.template import write_template
from tests.housing.intake.factories import (
    WOZ_HEADINGS,
    check_file,
    check_lines,
    check_units,
    codes,
    line,
    make_lookups,
    make_table,
    new_unit,
    template_rows,
)


def with_heading(old: str, new: str, **cells: str) -> list[list[str]]:
    rows = template_rows([line(**cells)])
    rows[0] = [new if heading == old else heading for heading in rows[0]]
    return rows


def test_unknown_heading_is_offered_a_field_and_never_taken() -> None:
    checked = check(make_table(with_heading("Aantal woningen", "Aant. won.")), make_lookups())

    assert checked.missing_fields == ["homes"]
    assert checked.unmatched == [Unmatched("Aant. won.", "aantwon", "H", "homes")]
    assert "homes" not in checked.columns
    (error,) = checked.errors
    assert error.code == "column_missing"
    assert "Bedoelt u kolom H “Aant. won.”?" in error.message


def test_a_match_made_by_somebody_is_used_the_next_time() -> None:
    rows = with_heading("Aantal woningen", "Wat erbij kwam")
    extra = {heading_word("Wat erbij kwam"): "homes"}

    before = check(make_table(rows), make_lookups())
    after = check(make_table(rows), make_lookups(), extra=extra)

    assert before.unmatched[0].word in extra
    assert (codes(before), codes(after)) == (["column_missing"], [])
    assert [row.homes for row in after.rows] == [1]
    assert after.unmatched == []


def test_a_heading_said_to_mean_nothing_is_ignored_and_no_longer_offered() -> None:
    rows = with_heading("Opmerking", "Opmerkelijk", remark="x")

    before = check(make_table(rows), make_lookups())
    after = check(make_table(rows), make_lookups(), extra={heading_word("Opmerkelijk"): ""})

    assert [each.field for each in before.unmatched] == ["remark"]
    assert (after.unmatched, after.ignored, after.problems) == ([], ["Opmerkelijk"], [])


def test_a_match_never_overrules_a_heading_that_we_know() -> None:
    checked = check(make_table(template_rows([line()])), make_lookups(), extra={"gemeente": "key"})

    assert checked.columns["municipality"] == "B"
    assert checked.problems == []


def test_a_match_with_a_secret_or_unknown_field_is_left_out() -> None:
    headings = [*WOZ_HEADINGS[:23], "Waarde", *WOZ_HEADINGS[24:]]
    table = make_table([headings, new_unit()])

    for field in ("woz_value", "nonsense"):
        checked = check(table, make_lookups(2025), extra={"waarde": field})
        assert "Waarde" in checked.ignored
        assert "woz_value" not in checked.columns
    assert "woz_value" not in {each.field for each in check_units(headings=headings).unmatched}


def test_a_typing_error_in_an_optional_heading_is_told_when_the_column_holds_something() -> None:
    filled = check(make_table(with_heading("Netto huur", "Netto huurr")), make_lookups())
    empty = check(make_table(with_heading("Netto huur", "Netto huurr", rent="")), make_lookups())

    assert "heading_like" in codes(filled)
    assert "heading_like" not in codes(empty)


def test_every_field_is_offered_once() -> None:
    rows = [
        ["Gemeenten", "Gemeente(n)aam", "Segmentt", "Opleverdatums", "Aantal woning"],
        ["Heerlen", "", "sociale huur", "2026", "3"],
    ]

    checked = check(make_table(rows), make_lookups(), "template")

    offered = [each.field for each in checked.unmatched if each.field]
    assert len(offered) == len(set(offered))


def test_headings_of_which_we_know_one_are_recognised_to_be_matched() -> None:
    rows = [
        ["Gemeente", "Segmentnaam", "Datum van opl.", "Aantal won", "Projectje"],
        ["Heerlen", "sociale huur", "2026", "3", "Aarveld"],
    ]

    checked = check(make_table(rows), make_lookups())

    assert checked.format == "template"
    assert set(codes(checked)) <= {"column_missing", "heading_like"}
    assert {each.field for each in checked.unmatched} >= {"segment", "homes"}


def test_sixteen_thousand_unknown_headings_are_offered_within_reason() -> None:
    rows = template_rows([line()])
    rows[0] += [f"Kolom {number} erbij" for number in range(16_000)]

    checked = check(make_table(rows, "xlsx"), make_lookups())

    assert len(checked.unmatched) == 200
    assert len(checked.ignored) == 16_000


def two_sheets(path: Path) -> Table:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, homes in (("Heerlen", "3"), ("Kerkrade", "4"), ("Notities", "")):
            sheet = book.add_worksheet(name)
            rows = template_rows([line(homes=homes)]) if homes else [["los"]]
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    return read_table(path, path.name)


def test_of_two_sheets_the_one_that_is_chosen_is_read(tmp_path: Path) -> None:
    table = two_sheets(tmp_path / "twee.xlsx")

    asked = check(table, make_lookups())
    chosen = check(table, make_lookups(), sheet="Kerkrade")
    other = check(table, make_lookups(), sheet="Notities")

    assert (codes(asked), asked.possible_sheets) == (["several_sheets"], ["Heerlen", "Kerkrade"])
    assert (chosen.problems, [row.homes for row in chosen.rows]) == ([], [4])
    assert chosen.possible_sheets == []
    assert (
        codes(other) == codes(check(table, make_lookups(), sheet="weg")) == ["sheet_not_recognised"]
    )


def made_for(path: Path, organisation: str, year: int, **changes: object) -> Checked:
    from tests.housing.intake.test_template import line_of

    with path.open("wb") as target:
        write_template(target, organisation=organisation, year=year, rows=[line_of(year)])
    return check_file(path, 2026, **changes)


def test_template_of_another_year_is_named_once(tmp_path: Path) -> None:
    later = made_for(tmp_path / "a.xlsx", "Weller", 2027)
    earlier = made_for(tmp_path / "b.xlsx", "Weller", 2025)

    assert codes(later) == codes(earlier) == ["template_year"]
    assert later.problems[0].title == "Dit is het sjabloon van 2027"
    assert not later.accepted


def test_template_of_another_organisation_is_named(tmp_path: Path) -> None:
    other = made_for(tmp_path / "a.xlsx", "Woonpunt", 2026)
    unknown = made_for(tmp_path / "b.xlsx", "Iemand anders", 2026)
    former = made_for(tmp_path / "c.xlsx", "Stichting Weller Wonen", 2026)

    assert [e.title for e in other.errors] == ["Dit sjabloon is gemaakt voor Woonpunt"]
    assert (codes(unknown), unknown.accepted) == (["template_organisation"], True)
    assert former.problems == []


def test_first_template_is_still_read_and_said_to_be_old() -> None:
    told = Sheet("Toelichting", [["Opgave 2026", "Voor Weller. Vul het blad Opleveringen in."]])
    table = Table("oud", "xlsx", (Sheet("Opleveringen", template_rows([line()])), told))

    checked = check(table, make_lookups())

    assert read_edition(table) == Edition(1, "Weller", 2026)
    assert codes(checked) == ["template_old"]
    assert checked.accepted and len(checked.rows) == 1


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [["Versie sjabloon", "veel"], ["Verslagjaar van dit sjabloon", "ooit"]],
        [["Versie sjabloon", "9" * 5000]],
        [["iets", "anders"]],
    ],
)
def test_an_explanation_of_their_own_is_no_edition(rows: list[list[str]]) -> None:
    sheets = (Sheet("Opleveringen", template_rows([line()])), Sheet("toelichting", rows))

    assert codes(check(Table("x", "xlsx", sheets), make_lookups())) == []


def test_new_template_says_what_it_is(tmp_path: Path, resave: Callable[[Path, str], Path]) -> None:
    path = tmp_path / "sjabloon.xlsx"
    with path.open("wb") as target:
        write_template(target, organisation="Weller", year=2026)

    for each in (path, resave(path, ".xlsx")):
        assert read_edition(read_table(each, each.name)) == Edition(
            TEMPLATE_VERSION, "Weller", 2026
        )


def test_softened_check_warns_and_keeps_the_row_without_the_value() -> None:
    hard = check_lines(line(label="H"))
    soft = check_lines(line(label="H"), softened=frozenset({"label"}))

    assert ([e.code for e in hard.errors], hard.rows) == (["label"], [])
    assert ([w.code for w in soft.warnings], soft.accepted) == (["label"], True)
    assert [row.label for row in soft.rows] == [""]
    assert "zonder deze waarde" in soft.warnings[0].message


def test_softened_check_of_the_stock_file_keeps_the_row() -> None:
    soft = check_units(new_unit(AC="3"), softened=frozenset({"share"}))

    assert ([w.code for w in soft.warnings], soft.accepted) == (["share"], True)
    assert [row.share for row in soft.rows] == [None]


def test_a_check_that_the_numbers_rest_on_cannot_be_softened() -> None:
    softened = frozenset({"homes", "later_year", "municipality", "column_missing"})
    checked = check_lines(
        line(homes="x"), line(when="2062"), line(municipality="Maastricht"), softened=softened
    )

    assert len(checked.errors) == 3
    assert checked.rows == []


def test_template_of_another_year_may_be_a_warning_first(tmp_path: Path) -> None:
    checked = made_for(tmp_path / "a.xlsx", "Weller", 2025, softened=frozenset({"template_year"}))

    assert (codes(checked), checked.accepted) == (["template_year"], True)
    assert [row.year for row in checked.rows] == [2025]


def test_our_own_headings_are_all_known() -> None:
    assert check(make_table(template_rows([line()])), make_lookups()).unmatched == []
    assert check_units(new_unit()).unmatched == []
