"""The WOZ-bezitstabel: what its rows do to the stock, and where they contradict themselves."""

from collections.abc import Iterator

from tests.corpus.case import (
    Case,
    accepts,
    bad_unit,
    good_unit,
    refuses,
    units_file,
)
from tests.housing.intake.factories import (
    OTHER,
    WOZ_HEADINGS,
    gone_unit,
    new_unit,
    unit,
)

CONSOLIDATED = "Geconsolideerde niet-DAEB verbindingen"


def cases() -> Iterator[Case]:
    yield from _accepted()
    yield from _refused()
    yield from _files()


def _accepted() -> Iterator[Case]:
    group = "stock file"
    yield good_unit(group, "nothing changes", unit(B="E2"), 0, 0)
    yield good_unit(group, "one new home", new_unit(), 1, 1)
    yield good_unit(group, "opening left empty", new_unit(I=""), 1, 1)
    yield good_unit(group, "several homes in a row", new_unit(J="12", G=""), 12, 12)
    yield good_unit(group, "several ids", new_unit(J="2", G="0917010000000011|0917010000000012"),
                    2, 2)  # fmt: skip
    yield good_unit(group, "more homes than ids", new_unit(J="12"), 12, 12, "homes_against_ids")
    for kind in ("Aankoop", "Splitsing", "Van voorraad"):
        yield good_unit(group, kind, new_unit(Q=kind), 1, 0)
    for kind in ("Sloop", "Samenvoeging", "Naar voorraad", "Verkoop aan toekomstige bewoners",
                 "Verkoop aan overigen"):  # fmt: skip
        yield good_unit(group, kind, gone_unit(Q=kind), 0, 0)
        yield good_unit(group, f"{kind}, closing empty", gone_unit(Q=kind, J=""), 0, 0)
    yield good_unit(
        group,
        "any case of the words",
        new_unit(Q="NIEUWBOUW", L="daeb ti", M="woonruimte", A="2.1a"),
        1,
        1,
    )
    yield good_unit(group, "above the limit", new_unit(R="1.000,00"), 1, 0, "rent_above_limit")
    yield good_unit(group, "rent not known", new_unit(R="0,01"), 1, 1, "rent_unknown")
    yield good_unit(group, "rent empty", new_unit(R=""), 1, 1, "rent_unknown")
    yield good_unit(group, "niet-DAEB", new_unit(L=OTHER, R="1.000,00"), 1, 0)
    yield good_unit(group, "niet-DAEB for a social rent", new_unit(L=OTHER), 1, 0,
                    "rent_below_limit")  # fmt: skip
    yield good_unit(group, "rooms", new_unit(O="Nee", J="8"), 8, 0)
    yield good_unit(group, "a parking space", new_unit(M="Parkeergelegenheid"), 0, 0)
    yield good_unit(group, "a shop", gone_unit(M="Bedrijfsruimte"), 0, 0)
    yield good_unit(group, "care", new_unit(M="Intramuraal zorgvastgoed"), 0, 0)
    yield good_unit(group, "being built", new_unit(A="2.1C"), 0, 0)
    yield good_unit(group, "to be built", new_unit(A="2.1D", J="40"), 0, 0)
    yield good_unit(group, "sold outside the stock", gone_unit(A="2.1B"), 0, 0)
    yield good_unit(group, "survives a split", unit(B="E2", Q="Splitsing"), 0, 0)
    yield good_unit(group, "survives a merger", unit(B="E2", Q="Samenvoeging"), 0, 0)
    yield good_unit(group, "to niet-DAEB", unit(B="E2", L=OTHER), 0, 0)
    yield good_unit(group, "to DAEB", unit(B="E2", K=OTHER), 0, 0)
    yield good_unit(group, "between two that are not DAEB", unit(B="E2", K=OTHER, L=CONSOLIDATED),
                    0, 0)  # fmt: skip
    yield good_unit(group, "part ownership counts whole", new_unit(AC="0,5"), 1, 1)
    yield good_unit(
        group,
        "elsewhere, whatever it says",
        new_unit(G="0888010000000001", J="x", R="?", T="Q"),
        0,
        0,
    )
    yield good_unit(group, "elsewhere without its zero", new_unit(G="363010000000001"), 0, 0)
    yield good_unit(group, "former code of Beekdaelen", new_unit(G="0881010000000001"), 1, 1)
    yield good_unit(
        group,
        "one of its ids is here",
        new_unit(J="2", G="0888010000000001|0917010000000012"),
        2,
        2,
    )
    yield good_unit(group, "lost zero", new_unit(G="917010000000012"), 1, 1, "bag_repaired")
    yield good_unit(group, "placed by its postcode", new_unit(G=""), 1, 1)
    yield good_unit(group, "built a year earlier", new_unit(U="2024"), 1, 1, "prior_build_year")
    yield good_unit(group, "an old school", new_unit(U="1958"), 1, 1, "old_build_year")
    yield good_unit(group, "built next year", new_unit(U="2026"), 1, 1, "later_build_year")
    yield good_unit(group, "branch of opening missing", unit(B="E2", K=""), 0, 0, "stock_gap")
    yield good_unit(group, "unknown place and nothing changed", unit(B="E2", C="", G=""), 0, 0)
    yield good_unit(group, "the same home twice", unit(), 0, 0)


def _refused() -> Iterator[Case]:
    group = "stock file, contradictions"
    for name, cells in (
        ("more without a reason", {"I": "1", "J": "2"}),
        ("fewer without a reason", {"I": "2", "J": "1"}),
    ):
        yield bad_unit(group, name, unit(B="E2", **cells), "no_change_but_differs")
    for name, cells in (
        ("new and gone", {"I": "1", "J": "0", "Q": "Nieuwbouw"}),
        ("new and the same", {"I": "1", "J": "1", "Q": "Nieuwbouw"}),
        ("demolished and more", {"I": "0", "J": "1", "Q": "Sloop"}),
        ("demolished and the same", {"I": "1", "J": "1", "Q": "Sloop"}),
        ("bought and gone", {"I": "1", "J": "0", "Q": "Aankoop"}),
        ("sold and more", {"I": "1", "J": "3", "Q": "Verkoop aan overigen"}),
        ("split and fewer", {"I": "3", "J": "1", "Q": "Splitsing"}),
        ("merged and more", {"I": "1", "J": "3", "Q": "Samenvoeging"}),
    ):
        yield bad_unit(group, name, unit(B="E2", **cells), "sign")
    for name, cells, code in (
        ("part 2.2", {"A": "2.2"}, "part"), ("part empty", {"A": ""}, "part"),
        ("a castle", {"M": "Kasteel"}, "unit_kind"), ("no unit kind", {"M": ""}, "unit_kind"),
        ("rebuilt", {"Q": "Verbouw"}, "mutation"),
        ("reason in error", {"Q": "#N/B"}, "excel_error"),
        ("land", {"L": "Grondposities"}, "branch"), ("branch empty", {"L": ""}, "branch_missing"),
        ("half a home", {"J": "1,5"}, "units"), ("minus one", {"J": "-1"}, "units"),
        ("too many", {"J": "10001"}, "units"), ("Arabic digits", {"J": "١"}, "units"),
        ("rent in words", {"R": "duur"}, "not_number"), ("rent in English", {"R": "1,350"},
         "not_number"), ("points in part", {"S": "140,5"}, "not_whole"),
        ("label Z", {"T": "Z"}, "label"), ("percent", {"AC": "50"}, "share"),
        ("share in words", {"AC": "half"}, "not_number"), ("year of two digits", {"U": "25"},
         "build_year"), ("area in words", {"W": "groot"}, "not_number"),
        ("a pand", {"G": "0917100000000001"}, "bag_pand"),
        ("postcode without letters", {"C": "64 11"}, "postcode"),
        ("house number with letter", {"D": "12a"}, "house_number"),
        ("two letters", {"E": "ab"}, "house_letter"),
        ("addition too long", {"F": "hoog links"}, "house_addition"),
        ("type unknown", {"N": "Hut"}, "dwelling_type"), ("perhaps", {"O": "misschien"}, "yes_no"),
        ("key too long", {"B": "x" * 81}, "too_long"),
    ):  # fmt: skip
        yield bad_unit(group, name, new_unit(**cells), code)
    yield bad_unit(group, "rounded id", new_unit(C="", G="1,95E+15"), "bag_rounded")
    yield bad_unit(group, "place not known", new_unit(C="6371AB", G=""), "place_unknown")
    yield bad_unit(group, "two faults of one row", new_unit(R="duur", T="Z"), "not_number", "label")


def _files() -> Iterator[Case]:
    group = "stock file, whole"
    rows = [unit(), new_unit(1), new_unit(2), gone_unit(3)]
    yield Case(group, "headings of this year",
               units_file(*rows, headings=[h.replace("verslagjaar", "2025") for h in WOZ_HEADINGS]),
               accepts(2), 2025)  # fmt: skip
    yield Case(group, "headings of another year",
               units_file(*rows, headings=[h.replace("verslagjaar", "2024") for h in WOZ_HEADINGS]),
               refuses(("heading_year", 1)), 2025)  # fmt: skip
    yield Case(group, "headings without year words",
               units_file(*rows, headings=[h.replace(" verslagjaar", "") for h in WOZ_HEADINGS]),
               accepts(2), 2025)  # fmt: skip
    yield Case(
        group,
        "headings in capitals",
        units_file(*rows, headings=[h.upper() for h in WOZ_HEADINGS]),
        accepts(2),
        2025,
    )
    gone = {15, 28}
    yield Case(group, "edition of 27 columns",
               units_file(*[[c for i, c in enumerate(r) if i not in gone] for r in rows],
                          headings=[h for i, h in enumerate(WOZ_HEADINGS) if i not in gone]),
               accepts(2), 2025)  # fmt: skip
    yield Case(
        group,
        "columns turned round",
        units_file(*[r[::-1] for r in rows], headings=WOZ_HEADINGS[::-1]),
        accepts(2),
        2025,
    )
    without = [h for h in WOZ_HEADINGS if h != "Mutatie verslagjaar"]
    yield Case(group, "without the reason",
               units_file(*[r[:16] + r[17:] for r in rows], headings=without),
               refuses(("column_missing", 1)), 2025)  # fmt: skip
    yield Case(group, "only headings", units_file(), refuses(("no_rows", 0)), 2025)
    yield Case(group, "only other regions", units_file(unit(G="0888010000000001")),
               accepts(0, 0, ("nothing_in_region", 0)), 2025)  # fmt: skip
    yield Case(group, "mostly built the year before",
               units_file(*[new_unit(n, U="2024") for n in range(1, 12)]),
               accepts(11, 11, ("other_year", 0)), 2025)  # fmt: skip
    yield Case(group, "the same home twice", units_file(new_unit(1), new_unit(1, B="N9")),
               accepts(2, 2, ("home_twice", 3)), 2025)  # fmt: skip
    yield Case(group, "the same key twice", units_file(unit(), new_unit(2), new_unit(2, G="")),
               accepts(2, 2, ("key_twice", 4)), 2025)  # fmt: skip
    yield Case(group, "a delimiter in a text", units_file(unit(), [*new_unit(1), "rest"]),
               refuses(("too_many_cells", 3)), 2025)  # fmt: skip
    yield Case(group, "limits of the year not known", units_file(new_unit(1)),
               accepts(1, 1, ("limit_missing", 0)), 2025, {"limits": {}})  # fmt: skip
    yield Case(group, "6.000 rows elsewhere",
               units_file(*[unit(B=f"E{n}", G=f"088801{n:010}") for n in range(6000)], new_unit(1)),
               accepts(1), 2025)  # fmt: skip
