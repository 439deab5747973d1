"""Our own template: every rule of NUMBERS 4 and 5 as a case, and all problems at once."""

import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from housing.codes import DwellingType, Kind, Origin, Segment
from housing.intake.checking import as_json, check, grouped
from housing.intake.reading import read_table
from housing.intake.rows import CleanRow
from housing.intake.template import write_template
from tests.housing.intake.factories import (
    HEADINGS,
    LIMITS,
    PLACES,
    WOZ_HEADINGS,
    check_file,
    check_lines,
    codes,
    line,
    make_lookups,
    make_table,
    template_rows,
    without_sheet,
    write_csv,
)

HEERLEN, BEEKDAELEN = "0917010000000001", "1954010000000001"


def test_a_good_row_becomes_a_change() -> None:
    (row,) = check_lines(line(project="Aarveld", homes="24")).rows

    assert (row.kind, row.origin, row.direction, row.homes) == ("new_build", "unknown", 1, 24)
    assert (row.happened, row.precision, row.year) == (date(2026, 3, 12), "day", 2026)
    assert (row.segment, row.branch, row.rent_class) == ("social_rent", "daeb", "within")
    assert (row.municipality, row.project, row.rent) == ("heerlen", "Aarveld", Decimal("712.40"))


@pytest.mark.parametrize(
    ("mutation", "origin", "kind", "stored"),
    [
        ("", "", Kind.NEW_BUILD, Origin.UNKNOWN),
        ("Nieuwbouw", "nieuwbouw", Kind.NEW_BUILD, Origin.UNKNOWN),
        ("", "Uitbreiding", Kind.NEW_BUILD, Origin.EXPANSION),
        ("nieuwbouw", "vervangende nieuwbouw", Kind.NEW_BUILD, Origin.REPLACEMENT),
        ("", "transformatie", Kind.NEW_BUILD, Origin.TRANSFORMATION),
        ("", "aankoop", Kind.PURCHASE, ""),
        ("", "Splitsing", Kind.SPLIT, ""),
        ("Sloop", "wat dan ook", Kind.DEMOLITION, ""),
        ("Verkoop aan corporatie", "", Kind.SALE_CORPORATION, ""),
        ("van voorraad", "", Kind.FROM_STOCK, ""),
    ],
)
def test_mutatie_and_ontstaan_give_the_kind(
    mutation: str, origin: str, kind: Kind, stored: str
) -> None:
    (row,) = check_lines(line(mutation=mutation, origin=origin)).rows

    assert (row.kind, row.origin, row.direction) == (kind, stored, kind.direction)


def test_purchase_beside_new_build_names_both_cells() -> None:
    (error,) = check_lines(line(mutation="Nieuwbouw", origin="aankoop")).errors

    assert error.code == "origin_contradicts"
    assert "E Mutatie" in error.message and "F Ontstaan" in error.message


@pytest.mark.parametrize(
    ("text", "homes"),
    [("1", 1), ("1.350", 1350), ("1 350", 1350), ("12,0", 12), ("12.0", 12), (" 7 ", 7)],
)
def test_dutch_numbers_are_read_as_dutch(text: str, homes: int) -> None:
    assert [row.homes for row in check_lines(line(homes=text)).rows] == [homes]


@pytest.mark.parametrize(
    "text",
    [
        "1.5", "1,5", "1,350", "1_000", "١٢", "1²", "9" * 5000, "NaN", "inf", "1e3", "-4", "−4",
        "0", "2147483648", "9223372036854775808", "WAAR", "twaalf", "1\x00", "x" * 40_000, "n.v.t.",
        "2026-03-12", "#N/B", "½", "0x10", "12/2", "+4",
    ],
)  # fmt: skip
def test_no_number_of_homes_is_one_error_at_its_cell(text: str) -> None:
    checked = check_lines(line(), line(homes=text))

    (error,) = checked.problems
    assert (error.row, error.column) == (3, "H Aantal woningen")
    assert len(error.value) <= 200
    assert len(checked.rows) == 1


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("12-03-2026", date(2026, 3, 12), "day"),
        ("2026-03-12", date(2026, 3, 12), "day"),
        ("2026-03-12T00:00:00", date(2026, 3, 12), "day"),
        ("25/3/2026", date(2026, 3, 25), "day"),
        ("5/5/2026", date(2026, 5, 5), "day"),
        ("12 maart 2026", date(2026, 3, 12), "day"),
        ("12-mrt-2026", date(2026, 3, 12), "day"),
        ("maart 2026", date(2026, 3, 1), "month"),
        ("03-2026", date(2026, 3, 1), "month"),
        ("2026", None, "year"),
    ],
)
def test_dates_are_read_as_far_as_they_are_known(
    text: str, day: date | None, precision: str
) -> None:
    (row,) = check_lines(line(when=text)).rows

    assert (row.happened, row.precision, row.year) == (day, precision, 2026)


@pytest.mark.parametrize(
    ("text", "code", "readings"),
    [
        ("12/01/25", "date_ambiguous", ("12 januari 2025", "1 december 2025")),
        ("12/01/2026", "date_ambiguous", ("12 januari 2026", "1 december 2026")),
        ("25-12-25", "date_short", ("25 december 2025",)),
        ("03/25/2026", "date_order", ("25 maart 2026",)),
        ("46093", "date_serial", ("12 maart 2026",)),
        ("31-02-2026", "date_unknown", ()),
        ("1905-07-18", "date_1905", ()),
        ("binnenkort", "date", ()),
        ("Q2 2026", "date", ()),
    ],
)
def test_doubtful_dates_are_asked(text: str, code: str, readings: tuple[str, ...]) -> None:
    (error,) = check_lines(line(when=text)).problems

    assert error.code == code
    assert all(reading in error.message for reading in readings)


def test_later_year_names_the_year_and_the_period() -> None:
    (error,) = check_lines(line(when="12-03-2062")).errors

    assert error.message == (
        "De opleverdatum ligt in 2062. U geeft 2026 op: 1 januari tot en met 31 december 2026."
    )


def test_earlier_year_counts_in_its_own_year() -> None:
    checked = check_lines(line(when="19-12-2024", rent="870"), line(when="2023"))

    assert [row.year for row in checked.rows] == [2024]
    assert [(e.code, e.row) for e in checked.errors] == [("too_early", 3)]


def test_day_after_the_half_year_asked_is_a_warning() -> None:
    checked = check_lines(line(when="05-07-2026"), covers_until=date(2026, 6, 30))

    assert [w.code for w in checked.warnings] == ["after_period"]
    assert "30 juni 2026" in checked.warnings[0].message


def test_lost_leading_zero_is_given_back_and_told() -> None:
    checked = check_lines(line(bag=HEERLEN[1:]))

    assert checked.rows[0].bag_ids == (HEERLEN,)
    assert codes(checked) == ["bag_repaired"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,954E+15", "bag_rounded"),
        ("1.95401E+15", "bag_rounded"),
        ("1,954010000000001E+15", "bag_rounded"),
        ("0917100000000001", "bag_pand"),
        ("0917200000000001", "bag_type"),
        ("91701000000000", "bag_id"),
        ("954010000000001", "bag_id"),
        ("٠٩١٧٠١٠٠٠٠٠٠٠٠٠١", "bag_id"),
        ("geen", "bag_id"),
    ],
)
def test_damaged_ids_are_named_with_the_remedy(text: str, code: str) -> None:
    checked = check_lines(line(bag=text))

    assert [(e.code, e.column) for e in checked.problems] == [(code, "I BAG-verblijfsobject-id")]
    if code == "bag_rounded":
        assert "Sla de kolom op als tekst" in checked.problems[0].message


def test_number_typed_id_is_known_to_be_rounded(tmp_path: Path) -> None:
    from tests.housing.intake.factories import check_file, write_xlsx

    rows: list[list[object]] = [list(HEADINGS), *template_rows([line()])[1:]]
    rows[1][HEADINGS.index("BAG-verblijfsobject-id")] = 1954010000000001

    assert codes(check_file(write_xlsx(tmp_path / "a.xlsx", rows))) == ["bag_rounded"]


def test_several_ids_are_joined_by_a_bar() -> None:
    checked = check_lines(line(bag=f"{HEERLEN} | 0917010000000002", homes="2"))

    assert checked.rows[0].bag_ids == (HEERLEN, "0917010000000002")
    assert checked.problems == []


def test_homes_against_ids_is_a_warning_except_for_rooms() -> None:
    checked = check_lines(
        line(bag=HEERLEN, homes="3"), line(bag="0917010000000009", homes="8", self_contained="Nee")
    )

    assert [(w.code, w.row) for w in checked.problems] == [("homes_against_ids", 2)]
    assert [row.homes for row in checked.rows] == [3, 8]


def test_prefix_places_a_home_with_a_warning() -> None:
    checked = check_lines(line(municipality="Landgraaf", bag=HEERLEN))

    assert checked.rows[0].municipality == "heerlen"
    assert codes(checked) == ["prefix_differs"]


def test_former_code_of_beekdaelen_is_beekdaelen() -> None:
    checked = check_lines(line(municipality="Nuth", bag="0951010000000001"))

    assert (checked.rows[0].municipality, checked.problems) == ("beekdaelen", [])


def test_prefix_outside_the_region_keeps_the_row_out() -> None:
    checked = check_lines(line(municipality="Landgraaf", postcode="6371AB", bag="0888010000000001"))

    assert (checked.rows, checked.outside_region) == ([], 1)
    assert [w.code for w in checked.warnings] == ["outside_region"]
    assert checked.accepted


def test_unknown_municipality_gets_the_seven_and_the_postcode() -> None:
    checked = check_lines(
        line(municipality="Kerkrade-West", postcode="6462 xz"), postcodes={"6462AB": "kerkrade"}
    )

    (error,) = checked.problems
    assert error.title == "Deze gemeente kennen we niet"
    assert "een van de zeven gemeenten" in error.message
    assert error.message.endswith("De postcode 6462 hoort bij Kerkrade.")


@pytest.mark.parametrize(
    ("declared", "rent", "price", "segment", "warned"),
    [
        ("sociaal", "932,93", "", Segment.SOCIAL_RENT, []),
        ("Sociale huur", "932,94", "", Segment.SOCIAL_ABOVE_LIMIT, ["rent_above_limit"]),
        ("sociale huur", "", "", Segment.SOCIAL_RENT, ["rent_unknown"]),
        ("sociale huur", "0,01", "", Segment.SOCIAL_RENT, ["rent_unknown"]),
        ("middenhuur", "1.100,00", "", Segment.MID_RENT, []),
        ("middenhuur", "700", "", Segment.MID_RENT, ["rent_below_limit"]),
        ("middenhuur", "1300", "", Segment.FREE_RENT, ["segment_differs"]),
        ("vrije sector", "1300", "", Segment.FREE_RENT, []),
        ("betaalbare koop", "", "€ 390.000", Segment.AFFORDABLE_SALE, []),
        ("betaalbare koop", "", "425.000,-", Segment.OTHER_SALE, ["segment_differs"]),
        ("overige koop", "", "", Segment.OTHER_SALE, []),
        ("onbekend", "", "", Segment.UNKNOWN, []),
    ],
)
def test_segment_is_derived_and_what_differs_is_told(
    declared: str, rent: str, price: str, segment: Segment, warned: list[str]
) -> None:
    checked = check_lines(line(segment=declared, rent=rent, price=price))

    assert checked.rows[0].segment == segment
    assert codes(checked) == warned


def test_above_the_limit_is_told_in_dutch_amounts() -> None:
    (warning,) = check_lines(line(rent="941,20")).warnings

    assert "€ 941,20" in warning.message and "€ 932,93" in warning.message


@pytest.mark.parametrize("text", ["koop", "huur", "niet-DAEB", "villa"])
def test_unclear_segment_is_asked(text: str) -> None:
    (error,) = check_lines(line(segment=text)).problems

    assert error.column == "D Segment"


def test_limit_of_a_year_missing_is_one_warning_for_the_file() -> None:
    checked = check_lines(line(when="2027"), line(when="2027", rent="950"), year=2027, limits={})

    assert codes(checked) == ["limit_missing"]
    assert [row.segment for row in checked.rows] == [Segment.SOCIAL_RENT] * 2
    assert {row.rent_class for row in checked.rows} == {"unknown"}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"rent": "1,350"}, "not_number"),
        ({"rent": "1,350.00"}, "not_number"),
        ({"rent": "-5"}, "not_number"),
        ({"rent": "#VERW!"}, "excel_error"),
        ({"postcode": "64AB"}, "postcode"),
        ({"postcode": "6411", "number": "4"}, "postcode_area"),
        ({"number": "12a"}, "house_number"),
        ({"letter": "ab"}, "house_letter"),
        ({"addition": "hoog links"}, "house_addition"),
        ({"points": "140,5"}, "not_whole"),
        ({"points": "10000"}, "points"),
        ({"dwelling_type": "kasteel"}, "dwelling_type"),
        ({"self_contained": "soms"}, "yes_no"),
        ({"label": "H"}, "label"),
        ({"area": "heel groot"}, "not_number"),
        ({"project": "x" * 40_000}, "too_long"),
        ({"remark": "a\x00b"}, "unreadable_character"),
        ({"organisation": "Woonpunt"}, "organisation"),
        ({"report_year": "2025"}, "report_year"),
        ({"mutation": "verkoop"}, "kind_unclear"),
        ({"mutation": "Geen mutatie"}, "no_change"),
        ({"origin": "gevonden"}, "origin"),
        ({"municipality": ""}, "municipality_empty"),
        ({"segment": " "}, "segment_empty"),
        ({"when": ""}, "when_empty"),
        ({"homes": ""}, "homes_empty"),
    ],
)
def test_each_planted_fault_is_one_error_in_its_row(cells: dict[str, str], code: str) -> None:
    checked = check_lines(line(), line(**cells), line())

    assert [(e.code, e.row) for e in checked.problems] == [(code, 3)]
    assert len(checked.rows) == 2
    assert not checked.accepted


def test_warnings_of_a_row_with_an_error_are_told_at_once_but_what_follows_is_not() -> None:
    checked = check_lines(
        line(postcode="x", rent="941,20"), line(rent="duur"), line(when="2062", rent="950")
    )

    assert [(p.code, p.row) for p in checked.problems] == [
        ("postcode", 2), ("rent_above_limit", 2), ("not_number", 3), ("later_year", 4),
    ]  # fmt: skip


def test_total_at_the_bottom_is_one_error() -> None:
    total = dict.fromkeys(HEADINGS, "") | {"Kenmerk": "Totaal", "Aantal woningen": "31"}

    assert codes(check_lines(line(), total)) == ["row_incomplete"]


def test_column_of_rounded_ids_is_one_error() -> None:
    ids = [f"19540100000{n:04}0" for n in range(1, 8)]
    lines = [line(municipality="Beekdaelen", bag=each) for each in ids]

    assert codes(check_lines(*lines)) == ["bag_rounded"]
    assert codes(check_lines(*lines, line(municipality="Beekdaelen", bag=BEEKDAELEN))) == []


def test_forty_thousand_spaces_are_quick() -> None:
    started = time.monotonic()

    checked = check_lines(*[line(**{name: "1" + " " * 40_000 + "x"}) for name in _FIELDS])

    assert time.monotonic() - started < 2
    assert len(checked.errors) == len(_FIELDS) - 1  # origin follows from mutation


_FIELDS = (
    "municipality", "segment", "mutation", "origin", "when", "homes", "bag", "postcode", "number",
    "letter", "rent", "price", "points", "dwelling_type", "self_contained", "label", "area",
)  # fmt: skip


def test_all_faults_of_a_file_are_told_at_once_and_grouped() -> None:
    wrong = line(municipality="Maastrecht", when="12-03-2062", homes="x", postcode="1")

    groups = grouped(check_lines(*[wrong] * 200).problems)

    assert sorted((g.code, len(g.problems)) for g in groups) == [
        ("homes", 200), ("later_year", 200), ("municipality", 200), ("postcode", 200),
    ]  # fmt: skip


def test_small_words_for_yes_and_labels_are_read() -> None:
    (row,) = check_lines(
        line(self_contained="WAAR", label="APP", dwelling_type="appartement", area="71,5 m²")
    ).rows

    assert (row.self_contained, row.label, row.area) == (True, "A++", Decimal("71.50"))
    assert row.dwelling_type == DwellingType.MGW


def test_target_group_is_kept_from_five_homes() -> None:
    checked = check_lines(
        line(homes="4", target_group="ouderen"), line(homes="5", target_group="ouderen")
    )

    assert [row.target_group for row in checked.rows] == ["", "ouderen"]


def test_same_home_twice_is_told_with_the_other_row() -> None:
    checked = check_lines(
        line(bag=HEERLEN),
        line(bag=HEERLEN),
        line(bag=HEERLEN, mutation="Sloop"),
        line(bag=HEERLEN, self_contained="Nee"),
        line(postcode="6411AB", number="4"),
        line(postcode="6411 ab", number="4"),
    )

    assert [(w.code, w.row) for w in checked.problems] == [("home_twice", 3), ("home_twice", 7)]
    assert "rij 2" in checked.problems[0].message


def test_same_key_in_two_deliveries_is_no_problem_and_a_copied_row_is() -> None:
    parts = (
        line(key="S50", homes="30", when="2024-12-19", rent="800"),
        line(key="S50", homes="20"),
    )

    assert check_lines(*parts).problems == []
    assert codes(check_lines(*parts, parts[0])) == ["row_twice"]


def test_headings_are_read_with_any_case_space_order_and_synonym() -> None:
    rows = [
        ["", "opgave van Weller"],
        [],
        [
            "AANTAL*",
            " seg ment ",
            "Datum",
            "gemeenté",
            "Netto-huur",
            "Iets van ons",
            "oppervlakte m²",
        ],
        ["24", "sociaal", "2026", "HEERLEN", "700", "x", "70"],
    ]

    checked = check(make_table(rows), make_lookups())

    assert (checked.format, checked.header_row, checked.ignored) == (
        "template",
        3,
        ["Iets van ons"],
    )
    assert [(row.homes, row.row) for row in checked.rows] == [(24, 4)]
    assert checked.columns["homes"] == "A"


def test_missing_and_double_columns_are_told_once() -> None:
    rows = template_rows([line(), line()])
    without = [[cell for i, cell in enumerate(row) if i != 3] + [row[1]] for row in rows]

    checked = check(make_table(without), make_lookups())

    assert codes(checked) == ["column_missing", "column_twice"]
    assert checked.problems[0].title == "De kolom Segment ontbreekt"


@pytest.mark.parametrize("rows", [[["a", "b"], ["1", "2"]], [], [["Gemeente"], ["Heerlen"]]])
def test_unknown_headings_are_one_error(rows: list[list[str]]) -> None:
    checked = check(make_table(rows), make_lookups())

    assert (codes(checked), checked.format, checked.accepted) == (["not_recognised"], "", False)


def test_headings_without_rows_are_an_error() -> None:
    assert codes(check(make_table([list(HEADINGS)]), make_lookups())) == ["no_rows"]


def test_more_cells_than_headings_is_one_error() -> None:
    rows = template_rows([line()])
    rows[1].append("rest van een tekst")

    assert codes(check(make_table(rows), make_lookups())) == ["too_many_cells"]


def test_json_has_the_promised_keys_and_short_values() -> None:
    (error,) = check_lines(line(homes="<b>" + "x" * 500)).errors

    told = as_json(error)

    assert list(told) == ["sheet", "row", "column", "value", "code", "message"]
    assert len(str(told["value"])) == 200


nasty = st.sampled_from(
    [
        "",
        " ",
        "1",
        "0,01",
        "1.350",
        "2026",
        "12-03-2026",
        "Heerlen",
        "koop",
        "sociaal",
        "ja",
        "2.1A",
        "0917010000000001",
        "917010000000001",
        "1,954E+15",
        "DAEB TI",
        "Nieuwbouw",
        "Sloop",
        "Woonruimte",
        "6411AB",
        "#N/B",
        "9" * 400,
        "\x00",
        "\u2028",
        "١",
        "1²",
        "|",
        "-",
        "−1",
        "é",
    ]
) | st.text(max_size=8)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.lists(nasty, max_size=31), max_size=8),
    headings=st.sampled_from([HEADINGS, WOZ_HEADINGS, HEADINGS[:9], WOZ_HEADINGS[:17]]),
    kind=st.sampled_from(["csv", "xlsx"]),
)
def test_any_cells_at_all_give_an_outcome(
    rows: list[list[str]], headings: tuple[str, ...], kind: str
) -> None:
    checked = check(make_table([list(headings), *rows], kind), make_lookups())

    assert all(p.message.endswith((".", "?")) and p.title and p.code for p in checked.problems)
    assert all(row.homes > 0 and row.municipality for row in checked.rows)
    assert {row.row for row in checked.rows}.isdisjoint(e.row for e in checked.errors)


texts = (
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
    .map(lambda text: text.strip().strip("\u200b\ufeff"))
    .filter(bool)
)
amounts = st.decimals(Decimal("300"), Decimal("900"), places=2)


@st.composite
def clean_rows(draw: st.DrawFn) -> CleanRow:
    """A row as a template may hold it; the segment follows from the rest."""
    place = draw(st.sampled_from(PLACES))
    kind = draw(st.sampled_from([k for k in Kind if k is not Kind.CORRECTION]))
    homes = draw(st.integers(1, 300))
    serials = draw(st.lists(st.integers(0, 10**10 - 1), max_size=3, unique=True))
    year = draw(st.integers(2024, 2026))
    precision = draw(st.sampled_from(["day", "month", "year"]))
    happened = None if precision == "year" else draw(st.dates(date(year, 1, 1), date(year, 12, 31)))
    if happened and precision == "month":
        happened = happened.replace(day=1)
    with_address = draw(st.booleans())
    return CleanRow(
        sheet="Opleveringen", row=0, part="2.1A", kind=kind.value, direction=kind.direction,
        homes=homes, year=year, key=draw(st.just("") | texts),
        origin=draw(st.sampled_from(list(Origin))).value if kind is Kind.NEW_BUILD else "",
        happened=happened, precision=precision, municipality=place.slug,
        project=draw(st.just("") | texts), declared="social_rent", branch="daeb",
        segment="social_rent", rent_class="within",
        dwelling_type=draw(st.sampled_from(["", *DwellingType])),
        self_contained=draw(st.sampled_from([None, True, False])),
        bag_ids=tuple(f"{place.bag_prefixes[0]}01{serial:010}" for serial in serials),
        postcode="6411AB" if with_address else "",
        house_number=draw(st.integers(1, 99_999)) if with_address else None,
        house_letter=draw(st.sampled_from(["", "A"])) if with_address else "",
        rent=draw(amounts.filter(lambda a: a <= Decimal("879.66"))),
        points=draw(st.none() | st.integers(1, 250)),
        label=draw(st.sampled_from(["", "A++++", "G"])),
        area=draw(st.none() | st.decimals(Decimal(20), Decimal(200), places=2)),
        target_group="ouderen" if homes >= 5 else "", remark=draw(st.just("") | texts),
    )  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(clean_rows(), min_size=1, max_size=6))
def test_written_rows_read_back_as_the_same_rows(
    rows: list[CleanRow], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("sjabloon") / "sjabloon.xlsx"
    with path.open("wb") as file:
        write_template(file, organisation="Weller", year=2026, rows=rows)

    checked = check(read_table(path, path.name), make_lookups())

    table = read_table(path, path.name)
    as_text = write_csv(path.with_suffix(".csv"), table.sheets[0].rows)

    from_text = check_file(as_text)

    assert checked.errors == from_text.errors == []
    assert checked.rows == [replace(row, row=n) for n, row in enumerate(rows, 2)]
    assert without_sheet(from_text.rows) == without_sheet(checked.rows)


def line_of(year: int = 2026, **changes: object) -> CleanRow:
    """A row as it may have been reported before."""
    row = CleanRow(
        sheet="Opleveringen", row=2, part="2.1A", kind="new_build", direction=1, homes=3,
        year=year, key="K-1", origin="unknown", happened=date(year, 3, 12), precision="day",
        municipality="heerlen", project="Aarveld", declared="social_rent", branch="daeb",
        segment="social_rent", rent_class="within", postcode="6411AB",
        house_number=4, rent=Decimal("712.40"),
    )  # fmt: skip
    return replace(row, **changes)  # type: ignore[arg-type]


def make_template(path: Path, **about: Any) -> Path:
    with path.open("wb") as target:
        write_template(target, **{"organisation": "Weller", "year": 2026, **about})
    return path


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


PREFILLED = [
    line_of(),
    line_of(row=3, key="0012", precision="year", happened=None, homes=1350, project="=1+1"),
    line_of(row=4, key="K-3", precision="month", happened=date(2026, 5, 1), label="A++++",
            bag_ids=(HEERLEN, "0917010000000002", "0917010000000003"), area=Decimal("71.50")),
    line_of(row=5, key="K-4", kind="demolition", direction=-1, origin="", rent=None,
            rent_class="unknown",
            self_contained=True, dwelling_type="egw", remark="let op; \"aanhaling\""),
]  # fmt: skip


def test_prefilled_rows_come_back_from_libreoffice_in_both_formats(
    tmp_path: Path, resave: Callable[[Path, str], Path]
) -> None:
    path = make_template(tmp_path / "sjabloon.xlsx", rows=PREFILLED, projects=["Vrieheide"])

    workbook, text = (check_file(resave(path, suffix)) for suffix in (".xlsx", ".csv"))

    assert workbook.errors == text.errors == []
    assert workbook.rows == PREFILLED
    assert without_sheet(text.rows) == without_sheet(PREFILLED)


def test_template_has_lists_explanations_definitions_and_protected_headings(tmp_path: Path) -> None:
    path = make_template(tmp_path / "sjabloon.xlsx", projects=["Vrieheide"], limits=LIMITS)

    sheet = part(path, "xl/worksheets/sheet1.xml")
    comments = part(path, "xl/comments1.xml")
    sheets = {each.name: each.rows for each in read_table(path, path.name).sheets}

    assert sheet.count("<dataValidation ") == 7
    assert "Projecten!$A$2:$A$2" in sheet
    assert comments.count("<comment ref=") == len(HEADINGS)
    assert "<sheetProtection" in sheet and 'sort="0"' in sheet and 'insertRows="0"' in sheet
    assert list(sheets) == ["Opleveringen", "Toelichting", "Begrippen", "Projecten"]
    assert ["DAEB-huurgrens 2026", "€ 932,93"] in sheets["Begrippen"]
    assert sheets["Projecten"] == [["Uw projecten"], ["Vrieheide"]]


def test_only_the_headings_are_locked(tmp_path: Path) -> None:
    path = make_template(tmp_path / "sjabloon.xlsx", rows=PREFILLED)
    styles = part(path, "xl/styles.xml")
    formats = re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", styles.partition("<cellXfs")[2])
    unlocked = {n for n, each in enumerate(formats) if 'locked="0"' in each}
    sheet = part(path, "xl/worksheets/sheet1.xml")

    columns = re.findall(r'<col min="(\d+)" max="(\d+)"[^>]*? style="(\d+)"', sheet)
    cells = re.findall(r'<c r="[A-Z]+(\d+)"(?: s="(\d+)")?', sheet)

    assert {int(style) for *_, style in columns} <= unlocked
    assert (columns[0][0], columns[-1][1]) == ("1", "16384")
    assert {int(style or 0) for row, style in cells if row != "1"} <= unlocked
    assert {int(style or 0) for row, style in cells if row == "1"}.isdisjoint(unlocked)


def test_empty_template_is_read_as_having_no_rows(tmp_path: Path) -> None:
    assert codes(check_file(make_template(tmp_path / "leeg.xlsx"))) == ["no_rows"]


def test_no_name_of_theirs_becomes_a_formula(tmp_path: Path) -> None:
    path = make_template(
        tmp_path / "sjabloon.xlsx", organisation="=1+1", projects=["=2+2", "+3"], rows=PREFILLED
    )

    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(n).decode() for n in archive.namelist() if "worksheets/sheet" in n]

    assert not any(re.search("<f[ >]", each) for each in parts)
