"""The WOZ-bezitstabel: what counts, what only looks as if, and what is never kept."""

from decimal import Decimal
from pathlib import Path

import pytest

from housing.codes import Kind
from housing.intake.checking import check, kept_copy
from housing.intake.reading import read_table
from tests.housing.intake.factories import (
    OTHER,
    WOZ_HEADINGS,
    check_file,
    check_units,
    codes,
    gone_unit,
    make_lookups,
    make_table,
    new_unit,
    unit,
    without_sheet,
    write_csv,
    write_xlsx,
)

CONSOLIDATED = "Geconsolideerde niet-DAEB verbindingen"


def test_case_1_july_file_of_weller() -> None:
    built = [new_unit(n) for n in range(1, 24)]
    sold = [gone_unit(n) for n in range(1, 5)]
    moved = [unit(B=f"M{n}", G=f"091701000200000{n}", L=OTHER) for n in (1, 2)]

    checked = check_units(unit(), *built, *sold, *moved)

    assert checked.problems == []
    changes = dict.fromkeys(("new_build", "sale_other", "to_non_daeb"), 0)
    for row in checked.rows:
        changes[row.kind] += row.homes
    assert changes == {"new_build": 23, "sale_other": 4, "to_non_daeb": 2}
    assert checked.stock == {("heerlen", "daeb"): (7, 24), ("heerlen", "non_daeb"): (0, 2)}


def test_a_new_home_carries_the_files_year_and_facts() -> None:
    (row,) = check_units(new_unit(3, E="b", R="0,01", AC="0,5")).rows

    assert (row.year, row.precision, row.happened, row.build_year) == (2025, "year", None, 2025)
    assert (row.key, row.branch, row.segment, row.rent_class) == (
        "N3", "daeb", "social_rent", "unknown",
    )  # fmt: skip
    assert (row.share, row.rent, row.address) == (Decimal("0.5000"), None, "6411AB|3|B|")
    assert (row.self_contained, row.dwelling_type, row.points) == (True, "mgw", 140)


@pytest.mark.parametrize(
    ("cells", "kind", "homes", "branch"),
    [
        ({"I": "0", "J": "10", "Q": "Nieuwbouw"}, Kind.NEW_BUILD, 10, "daeb"),
        ({"I": "", "J": "1", "Q": "Aankoop", "L": OTHER}, Kind.PURCHASE, 1, "non_daeb"),
        ({"I": "0", "J": "1", "Q": "Van voorraad"}, Kind.FROM_STOCK, 1, "daeb"),
        ({"I": "1", "J": "3", "Q": "Splitsing"}, Kind.SPLIT, 2, "daeb"),
        ({"I": "1", "J": "0", "Q": "Sloop", "L": ""}, Kind.DEMOLITION, 1, "daeb"),
        ({"I": "2", "J": "1", "Q": "Samenvoeging"}, Kind.MERGE, 1, "daeb"),
        ({"I": "1", "J": "", "Q": "naar voorraad", "L": ""}, Kind.TO_STOCK, 1, "daeb"),
        (
            {"I": "1", "J": "0", "Q": "Verkoop aan toekomstige bewoners", "K": CONSOLIDATED},
            Kind.SALE_OCCUPANT, 1, "consolidated",
        ),
    ],
)  # fmt: skip
def test_number_is_closing_less_opening_and_the_branch_its_own(
    cells: dict[str, str], kind: Kind, homes: int, branch: str
) -> None:
    (row,) = check_units(unit(**cells)).rows

    assert (row.kind, row.homes, row.direction) == (kind, homes, kind.direction)
    assert row.branch == branch


@pytest.mark.parametrize(
    "cells",
    [
        {"I": "1", "J": "2"},
        {"I": "1", "J": "1", "Q": "Nieuwbouw"},
        {"I": "0", "J": "1", "Q": "Sloop"},
        {"I": "1", "J": "0", "Q": "Nieuwbouw"},
        {"I": "3", "J": "1", "Q": "Splitsing"},
    ],
)
def test_contradicting_numbers_name_the_three_cells(cells: dict[str, str]) -> None:
    checked = check_units(unit(**cells))

    (error,) = checked.problems
    assert checked.rows == []
    for name in ("I Aantal primo", "J Aantal ultimo", "Q Mutatie"):
        assert name in error.message


@pytest.mark.parametrize("reason", ["Splitsing", "Samenvoeging"])
def test_surviving_unit_of_a_split_or_merger_is_no_change(reason: str) -> None:
    checked = check_units(unit(Q=reason))

    assert (checked.rows, checked.problems) == ([], [])


def test_transfer_stands_beside_a_change_and_balances() -> None:
    checked = check_units(unit(I="2", J="3", L=OTHER, Q="Splitsing", G=""), unit(B="E2"))

    assert [(r.kind, r.homes, r.branch) for r in checked.rows] == [
        ("split", 1, "non_daeb"), ("to_non_daeb", 2, "daeb"),
    ]  # fmt: skip
    assert checked.problems == [] or codes(checked) == ["rent_below_limit"]


def test_move_between_the_two_other_branches_is_no_change() -> None:
    checked = check_units(unit(K=OTHER, L=CONSOLIDATED))

    assert (checked.rows, checked.problems) == ([], [])


def test_only_homes_in_exploitation_count() -> None:
    checked = check_units(
        new_unit(1, M="Parkeergelegenheid"),
        new_unit(2, M="Bedrijfsruimte", I="5", J="0"),
        new_unit(3, A="2.1C", J="4"),
        new_unit(4, A="2.1D", J="6"),
        gone_unit(5, A="2.1B"),
        new_unit(6, A="2.1B"),
    )

    assert [(row.part, row.kind) for row in checked.rows] == [("2.1B", "sale_other")]
    assert (checked.under_construction, checked.stock) == (10, {})


def test_rows_elsewhere_are_put_aside_unread() -> None:
    checked = check_units(
        unit(), new_unit(2, G="0935010000000002", J="x", R="veel"), unit(G="363010000000003")
    )

    assert (checked.rows_read, checked.outside_region) == (3, 2)
    assert checked.foreign_rows == {3, 4}
    assert checked.problems == []


def test_row_without_id_lies_where_the_file_shows_its_postcode() -> None:
    checked = check_units(
        unit(C="6461AB", G="0928010000000001"),
        unit(C="6211AB", G="0935010000000001"),
        new_unit(1, C="6461 ab", G=""),
        new_unit(2, C="6211AB", G=""),
        new_unit(3, C="6371AB", G=""),
    )

    assert [row.municipality for row in checked.rows] == ["kerkrade"]
    assert checked.outside_region == 2
    assert [(e.code, e.row) for e in checked.errors] == [("place_unknown", 6)]


def test_row_without_id_in_an_area_that_lies_elsewhere_stops_nobody() -> None:
    checked = check_units(
        unit(C="6211AB", G="0935010000000001"),
        new_unit(1, C="6211 XY", G=""),
        unit(B="E9", C="6211XZ", G=""),
        new_unit(2),
    )

    assert [row.municipality for row in checked.rows] == ["heerlen"]
    assert (checked.errors, checked.outside_region) == ([], 3)
    assert checked.foreign_rows == {2, 3, 4}
    assert [(each.code, each.row) for each in checked.warnings] == [("area_elsewhere", 0)]
    assert "1 rij met een verandering" in checked.warnings[0].message
    assert "6211" in checked.warnings[0].message
    assert "6211 XY" not in str(checked.warnings)


@pytest.mark.parametrize(
    ("elsewhere", "other"),
    [
        ({"C": "6371AB", "G": "0935010000000001"}, {"C": "6371AC", "G": "0882010000000001"}),
        ({"C": "6211AB", "G": "0935010000000001"}, {}),
    ],
    ids=["in both", "nowhere else"],
)
def test_row_whose_area_may_be_here_is_for_the_clerk(
    elsewhere: dict[str, str], other: dict[str, str]
) -> None:
    checked = check_units(unit(**elsewhere), unit(**other), new_unit(1, C="6371XY", G=""))

    assert [(each.code, each.row) for each in checked.errors] == [("place_unknown", 4)]
    assert checked.outside_region == 1


def test_row_whose_area_was_ours_before_is_for_the_clerk() -> None:
    checked = check_units(
        unit(C="6371AB", G="0935010000000001"),
        new_unit(1, C="6371XY", G=""),
        postcodes={"6371AA": "landgraaf"},
    )

    assert [each.code for each in checked.errors] == ["place_unknown"]


@pytest.mark.parametrize(
    ("typed", "place", "postcode"),
    [
        ("6371 XY Landgraaf", "landgraaf", "6371XY"),
        ("6371xy, gemeente Landgraaf", "landgraaf", "6371XY"),
        ("landgraaf", "landgraaf", ""),
    ],
)
def test_clerk_places_a_row_behind_its_postcode(typed: str, place: str, postcode: str) -> None:
    checked = check_units(new_unit(1, C=typed, G=""))

    assert checked.errors == []
    assert [(row.municipality, row.postcode) for row in checked.rows] == [(place, postcode)]


def test_clerk_says_that_a_row_lies_elsewhere() -> None:
    checked = check_units(unit(), new_unit(1, C="6371XY, buiten de regio", G=""))

    assert (checked.problems, checked.rows, checked.outside_region) == ([], [], 1)


@pytest.mark.parametrize("typed", ["6371XY Maastricht", "Utrecht", "6371XYLandgraaf", "6371 X"])
def test_place_that_we_do_not_know_is_no_place(typed: str) -> None:
    checked = check_units(new_unit(1, C=typed, G=""))

    assert [each.code for each in checked.errors] == ["place_unknown"]


def test_unchanged_row_of_unknown_place_is_left_alone() -> None:
    assert check_units(unit(), unit(B="E2", C="", G="")).problems == []


def test_any_id_in_the_region_places_a_row() -> None:
    checked = check_units(new_unit(1, J="2", G="0935010000000001|0951010000000001"))

    assert [row.municipality for row in checked.rows] == ["beekdaelen"]


def test_one_odd_id_does_not_displace_the_others() -> None:
    checked = check_units(unit(G="0917 01000000001"), new_unit(1), new_unit(2))

    assert [row.municipality for row in checked.rows] == ["heerlen", "heerlen"]


def test_damaged_id_of_a_change_is_one_problem() -> None:
    assert codes(check_units(unit(), new_unit(1, C="", G="1,95E+15"))) == ["bag_rounded"]


def test_old_homes_called_new_are_told_and_count_this_year() -> None:
    checked = check_units(new_unit(1, U="2024"), new_unit(2, U="1958"))

    assert codes(checked) == ["prior_build_year", "old_build_year"]
    assert [row.year for row in checked.rows] == [2025, 2025]


def test_most_new_homes_of_the_year_before_ask_about_the_file() -> None:
    checked = check_units(*[new_unit(n, U="2024") for n in range(1, 12)])

    assert codes(checked) == ["other_year"]
    assert "2024" in checked.problems[0].title


def test_year_in_the_headings_is_compared() -> None:
    headings = [name.replace("verslagjaar", "2024") for name in WOZ_HEADINGS]

    assert "heading_year" in codes(check_units(unit(), headings=headings))
    assert check_units(unit(), headings=headings, year=2024).problems == []


def test_edition_of_27_columns_is_read() -> None:
    gone = {WOZ_HEADINGS.index("Lift aanwezig?"), WOZ_HEADINGS.index("Eigendomspercentage")}
    rows = [
        [cell for index, cell in enumerate(row) if index not in gone]
        for row in ([name.upper() for name in WOZ_HEADINGS], unit(), new_unit())
    ]

    checked = check(make_table(rows), make_lookups(2025))

    assert (checked.format, checked.problems) == ("woz", [])
    assert [row.homes for row in checked.rows] == [1]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"A": "2.2"}, "part"),
        ({"M": "Kasteel"}, "unit_kind"),
        ({"Q": "Verbouw"}, "mutation"),
        ({"L": "Grondposities"}, "branch"),
        ({"L": ""}, "branch_missing"),
        ({"J": "1,5"}, "units"),
        ({"R": "duur"}, "not_number"),
        ({"G": "0917100000000001"}, "bag_pand"),
        ({"AC": "50"}, "share"),
        ({"T": "Z"}, "label"),
    ],
)
def test_each_planted_fault_is_one_error(cells: dict[str, str], code: str) -> None:
    checked = check_units(unit(), new_unit(7, **cells))

    assert [(e.code, e.row) for e in checked.problems] == [(code, 3)]


def test_same_home_or_unit_twice_is_told() -> None:
    checked = check_units(new_unit(1), new_unit(1, B="N9"), new_unit(2), new_unit(2, G=""))

    assert [(w.code, w.row) for w in checked.problems] == [("home_twice", 3), ("key_twice", 5)]


def test_missing_branch_of_stock_shows_as_a_gap() -> None:
    assert codes(check_units(unit(K=""))) == ["stock_gap", "stock_gap"]


def test_non_daeb_below_the_limit_is_told() -> None:
    checked = check_units(new_unit(1, L=OTHER, R="700"))

    assert codes(checked) == ["rent_below_limit"]
    assert checked.rows[0].segment == "mid_rent"


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_kept_copy_blanks_money_and_rows_elsewhere(tmp_path: Path, write) -> None:  # type: ignore[no-untyped-def]
    rows = [
        ["Bezit 2025"], [], [*WOZ_HEADINGS, "Boekwaarde"],
        [*unit(), "1"], [*new_unit(2, G="0935010000000002"), "2"], [*new_unit(3), "3"],
    ]  # fmt: skip
    sent = write(tmp_path / "sent", rows)
    checked = check_file(sent, 2025)
    kept = tmp_path / "kept"

    kept_copy(sent, checked, kept)

    (sheet,) = read_table(kept, "kept").sheets
    again = {sheet.first_row + index: row for index, row in enumerate(sheet.rows)}
    assert [cell for cell in again[5] if cell] == ["2.1A", "N2"]
    for number in (4, 6):
        row = again[number] + [""] * 30
        assert (row[23:28], row[29]) == ([""] * 5, "")
        assert row[28] == "1"
    for secret in ("250000", "260000", "100000", "hypotheek"):
        assert all(secret != cell for row in again.values() for cell in row)
    checked_again = check_file(kept, 2025)
    assert without_sheet(checked_again.rows) == without_sheet(checked.rows)
    assert checked_again.foreign_rows == checked.foreign_rows == {5}


def test_csv_and_workbook_give_the_same_changes(tmp_path: Path) -> None:
    rows = [list(WOZ_HEADINGS), unit(), new_unit(1), gone_unit(2), unit(B="M", L=OTHER)]

    one = check_file(write_csv(tmp_path / "a.csv", rows), 2025)
    other = check_file(write_xlsx(tmp_path / "a.xlsx", rows), 2025)

    assert without_sheet(one.rows) == without_sheet(other.rows)
    assert len(one.rows) == 3
