"""Look-ups and files for the tests of the intake: all that matters is said in the test itself."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from housing.intake.checking import check
from housing.intake.reading import read_table
from housing.intake.rows import Checked, CleanRow, Lookups, Place
from housing.intake.tables import Sheet, Table
from housing.segments import FIRST_BANDS

PLACES = tuple(
    Place(name.lower(), name, (name, *former), prefixes)
    for name, former, prefixes in (
        ("Beekdaelen", ("Onderbanken", "Nuth", "Schinnen"), ("1954", "0881", "0951", "0962")),
        ("Brunssum", (), ("0899",)),
        ("Heerlen", (), ("0917",)),
        ("Kerkrade", (), ("0928",)),
        ("Landgraaf", (), ("0882",)),
        ("Simpelveld", (), ("0965",)),
        ("Voerendaal", (), ("0986",)),
    )
)
LIMITS = {
    (2024, "daeb_rent"): Decimal("879.66"),
    (2025, "daeb_rent"): Decimal("900.07"),
    (2026, "daeb_rent"): Decimal("932.93"),
    (2024, "mid_rent"): Decimal("1157.95"),
    (2025, "mid_rent"): Decimal("1184.82"),
    (2026, "mid_rent"): Decimal("1228.07"),
    (2024, "affordable_sale"): Decimal(390_000),
    (2025, "affordable_sale"): Decimal(405_000),
    (2026, "affordable_sale"): Decimal(420_000),
}
HEADINGS = (
    "Kenmerk", "Gemeente", "Project", "Segment", "Mutatie", "Ontstaan", "Opleverdatum",
    "Aantal woningen", "BAG-verblijfsobject-id", "Postcode", "Huisnummer", "Huisletter",
    "Toevoeging", "Netto huur", "Koopprijs", "WWS-punten", "Soort woonruimte", "Zelfstandig",
    "Energielabel", "Oppervlakte m2", "Doelgroep", "Opmerking",
)  # fmt: skip
WOZ_HEADINGS = (
    "Onderdeel", "Eenheidscode", "Bag-postcode NL", "Bag-huisnummer NL", "Bag-huisletter NL",
    "Bag-huisnummertoevoeging", "Bag-verblijfsobject-id", "Corporatie-adrestoevoeging",
    "Aantal primo verslagjaar", "Aantal ultimo verslagjaar", "Tak primo verslagjaar",
    "Tak ultimo verslagjaar", "Eenheidssoort", "Soort woonruimte", "Is de woonruimte zelfstandig?",
    "Lift aanwezig?", "Mutatie verslagjaar", "Nettohuur per maand ultimo verslagjaar",
    "Aantal WWS punten ultimo verslagjaar", "Energielabel", "Bouwjaar", "Renovatiejaar", "m2",
    "WOZ-waarde verslagjaar", "Marktwaarde ultimo verslagjaar", "Onderpand WSW inzet verslagjaar",
    "Naam zekerheidsnemer", "Type zekerheid", "Eigendomspercentage",
)  # fmt: skip
DAEB, OTHER = "DAEB TI", "Niet-DAEB TI"


def make_lookups(year: int = 2026, **changes: object) -> Lookups:
    lookups = Lookups(
        year=year,
        organisation="weller",
        organisation_names=("Weller", "Stichting Weller Wonen"),
        places=PLACES,
        limits=LIMITS,
        bands=FIRST_BANDS,
        other_organisations={"Woonpunt": "woonpunt"},
    )
    return replace(lookups, **changes)  # type: ignore[arg-type]


def line(**cells: str) -> dict[str, str]:
    """A good row of our template: one social home in Heerlen, with what the test changes."""
    first = {
        "Gemeente": "Heerlen",
        "Segment": "sociale huur",
        "Opleverdatum": "12-03-2026",
        "Aantal woningen": "1",
        "Netto huur": "712,40",
    }
    return first | {_HEADING.get(name, name): value for name, value in cells.items()}


_HEADING = {
    "key": "Kenmerk", "municipality": "Gemeente", "project": "Project", "segment": "Segment",
    "mutation": "Mutatie", "origin": "Ontstaan", "when": "Opleverdatum",
    "homes": "Aantal woningen", "bag": "BAG-verblijfsobject-id", "postcode": "Postcode",
    "number": "Huisnummer", "letter": "Huisletter", "addition": "Toevoeging",
    "rent": "Netto huur", "price": "Koopprijs", "points": "WWS-punten",
    "dwelling_type": "Soort woonruimte", "self_contained": "Zelfstandig", "label": "Energielabel",
    "area": "Oppervlakte m2", "target_group": "Doelgroep", "remark": "Opmerking",
    "organisation": "Corporatie", "report_year": "Verslagjaar",
}  # fmt: skip


def template_rows(lines: Sequence[dict[str, str]]) -> list[list[str]]:
    extra = dict.fromkeys(name for each in lines for name in each if name not in HEADINGS)
    headings = [*HEADINGS, *extra]
    return [headings, *([each.get(name, "") for name in headings] for each in lines)]


def check_lines(*lines: dict[str, str], year: int = 2026, **changes: object) -> Checked:
    """Check rows of our template without a file in between."""
    return check(make_table(template_rows(lines)), make_lookups(year, **changes))


def make_table(rows: list[list[str]], kind: str = "csv") -> Table:
    return Table("test", kind, (Sheet("", rows),))


def unit(**cells: str) -> list[str]:
    """A row of the WOZ-bezitstabel: one unchanged DAEB home in Heerlen, with changes by letter."""
    row = [""] * 29
    first = {
        "A": "2.1A", "B": "E1", "C": "6411AB", "D": "1", "G": "0917010000000001", "I": "1",
        "J": "1", "K": DAEB, "L": DAEB, "M": "Woonruimte", "N": "MGW", "O": "Ja", "P": "Nee",
        "Q": "Geen mutatie", "R": "650,00", "S": "140", "T": "A", "U": "1980", "W": "70,5",
        "X": "250000", "Y": "260000", "Z": "100000", "AA": "WSW", "AB": "hypotheek", "AC": "1",
    }  # fmt: skip
    for name, text in (first | cells).items():
        row[ord(name[-1]) - 65 + 26 * (len(name) - 1)] = text
    return row


def new_unit(serial: int = 1, **cells: str) -> list[str]:
    """A home that was built this year (2025)."""
    first = {
        "B": f"N{serial}", "D": str(serial), "G": f"0917010000{serial:06}", "I": "0", "J": "1",
        "K": "", "L": DAEB, "Q": "Nieuwbouw", "U": "2025",
    }  # fmt: skip
    return unit(**(first | cells))


def gone_unit(serial: int = 1, **cells: str) -> list[str]:
    first = {
        "B": f"G{serial}", "D": str(serial), "G": f"0917010001{serial:06}", "I": "1", "J": "0",
        "K": DAEB, "L": "", "Q": "Verkoop aan overigen", "R": "",
    }  # fmt: skip
    return unit(**(first | cells))


def check_units(
    *units: list[str],
    year: int = 2025,
    headings: Sequence[str] = WOZ_HEADINGS,
    **changes: object,
) -> Checked:
    return check(make_table([list(headings), *units]), make_lookups(year, **changes))


def write_csv(
    path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig", delimiter: str = ";"
) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[object]], sheet: str = "Opleveringen") -> Path:
    """Strings are written as text, numbers as numbers, dates as dates."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd-mm-yyyy"}) as book:
        worksheet = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    worksheet.write_string(number, column, value)
                elif value is not None:
                    worksheet.write(number, column, value)
    return path


def check_file(path: Path, year: int = 2026, **changes: object) -> Checked:
    return check(read_table(path, path.name), make_lookups(year, **changes))


def without_sheet(rows: Sequence[CleanRow]) -> list[CleanRow]:
    """Rows as a CSV would give them, which has no sheet names."""
    return [replace(row, sheet="") for row in rows]


def codes(checked: Checked) -> list[str]:
    return [problem.code for problem in checked.problems]
