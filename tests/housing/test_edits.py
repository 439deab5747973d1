"""Cells that were mended on the page, laid over the table."""

from housing.intake.edits import apply_edits, is_cell, mended_cells
from housing.intake.rows import Mended
from housing.intake.tables import Sheet, Table


def table(*rows, first_row=1, name=""):
    return Table("test", "xlsx", (Sheet(name, [list(row) for row in rows], first_row),))


def test_edits_change_their_cells_and_leave_the_file_as_it_was():
    file = table(["a", "b"], ["1", "2"], first_row=3)

    read = apply_edits(file, {"4": {"B": "20"}})

    assert read.sheets[0].rows == [["a", "b"], ["1", "20"]]
    assert file.sheets[0].rows == [["a", "b"], ["1", "2"]]


def test_cell_beyond_a_short_row_is_filled_up_to():
    read = apply_edits(table(["a", "b", "c"], ["1"]), {"2": {"C": "3"}})

    assert read.sheets[0].rows[1] == ["1", "", "3"]


def test_no_rows_are_added():
    file = table(["a"], ["1"], first_row=2)

    assert apply_edits(file, {"9": {"A": "x"}, "1": {"A": "y"}}).sheets[0].rows == [["a"], ["1"]]


def test_edits_are_about_one_sheet():
    one, two = Sheet("Een", [["a"]]), Sheet("Twee", [["a"]])
    file = Table("test", "xlsx", (one, two))

    read = apply_edits(file, {"1": {"A": "x"}}, "Twee")

    assert [sheet.rows for sheet in read.sheets] == [[["a"]], [["x"]]]


def test_mended_cells_say_what_was_there():
    file = table(["a", "b"], ["1"], ["2", "3"])

    found = mended_cells(file, {"3": {"B": "4"}, "2": {"B": "x"}})

    assert found == [Mended(2, "B", "", "x"), Mended(3, "B", "3", "4")]


def test_cells_have_a_row_and_letters():
    assert is_cell("12", "F")
    assert is_cell("1", "AAA")
    assert not any(
        is_cell(*place)
        for place in (("0", "F"), ("x", "F"), ("1", "f"), ("1", "AAAA"), ("1", ""), ("", "A"))
    )
