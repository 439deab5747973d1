"""The workbook that a corporation downloads: made for it and the year, ready to be filled."""

from collections.abc import Sequence
from decimal import Decimal
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format as CellFormat

from housing.codes import DwellingType, Kind, Origin, Precision, Segment
from housing.intake.formats import TEMPLATE
from housing.intake.rows import CleanRow

SHEET = "Opleveringen"
ROWS_WITH_LISTS = 2_000
MUNICIPALITIES = (
    "Beekdaelen", "Brunssum", "Heerlen", "Kerkrade", "Landgraaf", "Simpelveld", "Voerendaal",
)  # fmt: skip
_NOT_IN_TEMPLATE = {"organisation", "report_year"}
_AS_TEXT = {"key", "bag_ids", "postcode", "house_letter", "house_addition", "label"}
_SEGMENTS = [s.label for s in Segment if s not in {Segment.UNKNOWN, Segment.SOCIAL_ABOVE_LIMIT}]
_MUTATIONS = [
    "Nieuwbouw", "Aankoop", "Splitsing", "Van voorraad", "Sloop", "Samenvoeging",
    "Naar voorraad", "Verkoop aan toekomstige bewoners", "Verkoop aan overigen",
    "Verkoop aan corporatie",
]  # fmt: skip
_ORIGINS = ["nieuwbouw", "uitbreiding", "vervangende nieuwbouw", "transformatie"]
_ORIGIN_WORDS = {
    Origin.EXPANSION.value: "uitbreiding",
    Origin.REPLACEMENT.value: "vervangende nieuwbouw",
    Origin.TRANSFORMATION.value: "transformatie",
    Origin.UNKNOWN.value: "",
}
_MEANINGS = {
    "key": "Uw eigen code of naam voor deze woningen. Daaraan herkennen we ze de volgende keer.",
    "municipality": "Een van de zeven gemeenten. Een BAG-nummer gaat voor.",
    "project": "De naam van het project, zo nodig met fase.",
    "segment": "Sociale huur (DAEB), middenhuur, vrije sector huur, betaalbare koop of overige "
    "koop.",
    "mutation": "Leeg betekent Nieuwbouw. Schrijf aantallen zonder min: de mutatie zegt of iets "
    "erbij komt of eraf gaat.",
    "origin": "Alleen bij Nieuwbouw: uitbreiding, vervangende nieuwbouw of transformatie.",
    "when": "De dag van oplevering (12-03-2026). Een maand of een jaar mag ook.",
    "homes": "Een heel getal vanaf 1. Een rij mag één woning zijn, of een groep gelijke woningen.",
    "bag_ids": "Het id van het verblijfsobject, 16 cijfers. Meer ids met een | ertussen.",
    "postcode": "Vier cijfers en twee letters.",
    "house_number": "Alleen het nummer.",
    "house_letter": "Eén letter, of leeg.",
    "house_addition": "Hoogstens vier tekens, of leeg.",
    "rent": "Netto huur per maand bij de start, in euro. Leeg of 0,01: nog niet bekend.",
    "price": "Koopprijs vrij op naam van één woning, in euro. Alleen bij koop.",
    "points": "Punten van het woningwaarderingsstelsel.",
    "dwelling_type": "EGW, MGW, Extramuraal, Studenteneenheid of Flexwoningen.",
    "self_contained": "Ja of Nee. Leeg telt als zelfstandig, met een merkteken.",
    "label": "A++++ tot en met G.",
    "area": "Gebruiksoppervlakte van één woning, in vierkante meters.",
    "target_group": "Bijvoorbeeld ouderen of starters. We bewaren dit alleen bij 5 woningen of "
    "meer in een rij.",
    "remark": "Wat wij moeten weten.",
}
_WIDTHS = {"project": 28, "bag_ids": 22, "mutation": 22, "remark": 30, "segment": 20, "key": 16}


def write_template(
    target: BinaryIO,
    *,
    organisation: str,
    year: int,
    rows: Sequence[CleanRow] = (),
    municipalities: Sequence[str] = MUNICIPALITIES,
) -> None:
    """Write the workbook to `target`; `rows` are filled in, and read back as the same rows.

    The municipality of a row is its slug; `municipalities` are the names in the list.
    """
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": f"Opleveringen {year}", "company": organisation})
        _write_rows(book, year, rows, municipalities)
        _write_explanation(book, organisation, year)


def _write_rows(
    book: xlsxwriter.Workbook, year: int, rows: Sequence[CleanRow], municipalities: Sequence[str]
) -> None:
    sheet = book.add_worksheet(SHEET)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    money = book.add_format({"num_format": "#,##0.00"})
    formats: dict[str, CellFormat] = dict.fromkeys(_AS_TEXT, text)
    formats |= {"rent": money, "price": money}
    columns = [column for column in TEMPLATE.columns if column.field not in _NOT_IN_TEMPLATE]
    for index, column in enumerate(columns):
        sheet.set_column(index, index, _WIDTHS.get(column.field, 14), formats.get(column.field))
        sheet.write_string(0, index, column.heading + ("*" if column.required else ""), head)
    sheet.freeze_panes(1, 0)
    last = max(ROWS_WITH_LISTS, len(rows) + 500)
    places = [column.field for column in columns]
    for field, choices in (
        ("municipality", list(municipalities)),
        ("segment", _SEGMENTS),
        ("mutation", _MUTATIONS),
        ("origin", _ORIGINS),
        ("dwelling_type", [each.label for each in DwellingType]),
        ("self_contained", ["Ja", "Nee"]),
    ):
        at = places.index(field)
        sheet.data_validation(1, at, last, at, _choice(choices))
    names = {_slug(name): name for name in municipalities}
    for number, row in enumerate(rows, 1):
        for index, field in enumerate(places):
            cell_format = day if field == "when" else formats.get(field)
            _write_cell(sheet, number, index, cell_value(row, field, names), cell_format)


def _choice(choices: list[str]) -> dict[str, object]:
    return {
        "validate": "list",
        "source": choices,
        "error_type": "warning",
        "error_title": "Kies uit de lijst",
        "error_message": "Deze waarde staat niet in de lijst.",
    }


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def cell_value(row: CleanRow, field: str, names: dict[str, str]) -> object:
    """What stands in a cell: text is written as text, numbers and days as such."""
    if field == "municipality":
        return names.get(row.municipality, row.municipality)
    if field == "segment":
        return Segment(row.declared or row.segment).label
    if field == "mutation":
        return "" if row.kind == Kind.NEW_BUILD else Kind(row.kind).label.capitalize()
    if field == "origin":
        return _ORIGIN_WORDS.get(row.origin, "")
    if field == "when":
        if row.happened is None or row.precision == Precision.YEAR:
            return row.year
        if row.precision == Precision.MONTH:
            return f"{row.happened:%m-%Y}"
        return row.happened
    if field == "bag_ids":
        return "|".join(row.bag_ids)
    if field == "dwelling_type":
        return DwellingType(row.dwelling_type).label if row.dwelling_type else ""
    if field == "self_contained":
        return {True: "Ja", False: "Nee", None: ""}[row.self_contained]
    return getattr(row, field)


def _write_cell(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    column: int,
    value: object,
    cell_format: CellFormat | None,
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(row, column, value, cell_format)
    elif isinstance(value, int | Decimal):
        # A year alone, written as a day, would show as a day in 1905. For the same reason the
        # column of dates has no format: Excel knows a typed date by itself.
        plain = isinstance(value, int) and cell_format is not None
        sheet.write_number(row, column, value, None if plain else cell_format)
    else:
        sheet.write_datetime(row, column, value, cell_format)


def _write_explanation(book: xlsxwriter.Workbook, organisation: str, year: int) -> None:
    sheet = book.add_worksheet("Toelichting")
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 28, bold)
    sheet.set_column(1, 1, 90, wrap)
    lines = [
        (f"Opgave {year}", f"Voor {organisation}. Vul het blad {SHEET} in: een rij per woning, of "
         "een rij per groep gelijke woningen. De kolommen met een * zijn nodig."),
        ("Welk jaar", f"U geeft {year} op: 1 januari tot en met 31 december {year}. Een woning uit "
         "een eerder jaar mag ook: die tellen we in dat jaar (nagekomen)."),
        ("Niets opgeleverd", "Lever dan geen bestand aan, maar geef “niets” op in het portaal."),
        ("Sociale huur", "Een woning in de DAEB-tak met een huur tot en met de DAEB-huurgrens van "
         "dat jaar."),
        ("Nieuwbouw", "Ook vervangende nieuwbouw en transformatie. Aankoop en splitsing geeft u "
         "op als Mutatie."),
        ("", ""),
    ]  # fmt: skip
    lines += [
        (column.heading, _MEANINGS[column.field])
        for column in TEMPLATE.columns
        if column.field in _MEANINGS
    ]
    for index, (name, meaning) in enumerate(lines):
        sheet.write_string(index, 0, name, bold)
        sheet.write_string(index, 1, meaning, wrap)
