"""The workbook that a corporation downloads: made for it and the year, ready to be filled."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from housing.codes import DwellingType, Kind, Limit, Origin, Precision, Segment
from housing.intake.editions import EXPLANATION_SHEET, edition_lines
from housing.intake.formats import TEMPLATE, Column
from housing.intake.rows import CleanRow
from housing.intake.values import euro

SHEET = "Opleveringen"
DEFINITIONS_SHEET = "Begrippen"
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
_DEFINITIONS = (
    ("Sociale huur", "Een huurwoning in de DAEB-tak met een huur tot en met de DAEB-huurgrens van "
     "dat jaar. Is de huur hoger, dan bewaren we haar apart: zij telt niet mee."),
    ("Middenhuur", "Een huurwoning buiten de DAEB-tak, tot en met de grens voor middenhuur."),
    ("Vrije sector huur", "Een huurwoning boven de grens voor middenhuur."),
    ("Betaalbare koop", "Een koopwoning tot en met de grens voor betaalbare koop."),
    ("Overige koop", "Een koopwoning boven die grens."),
    ("Nieuwbouw", "Een woning die er bij komt door bouwen of verbouwen. Ontstaan zegt hoe: "
     "uitbreiding, vervangende nieuwbouw of transformatie."),
    ("Vervangende nieuwbouw", "Nieuwe woningen in plaats van gesloopte. De sloop geeft u zelf ook "
     "op, als eigen rij."),
    ("Transformatie", "Een woning in een gebouw dat eerst iets anders was, zoals een school."),
    ("Aankoop", "Een bestaande woning die u koopt. Zij telt in uw bezit, niet als nieuwbouw."),
    ("Splitsing", "Van één woning worden er meer. Het aantal is wat erbij komt."),
    ("Samenvoeging", "Van meer woningen wordt er één. Het aantal is wat eraf gaat."),
    ("Van voorraad", "Een woning die weer verhuurd wordt nadat zij uit exploitatie was."),
    ("Naar voorraad", "Een woning die uit exploitatie gaat, maar niet verkocht of gesloopt is."),
    ("Verkoop aan corporatie", "De woning blijft sociale huur, bij een andere corporatie."),
    ("Opleverdatum", "De dag waarop de woning klaar was, of de dag van sloop, koop of verkoop."),
    ("Nagekomen", "Een woning uit een eerder jaar. Zij telt in het jaar van de datum."),
    ("Zelfstandig", "Een woning met een eigen voordeur, keuken en toilet."),
)  # fmt: skip
_LIMIT_NAMES = {
    Limit.DAEB_RENT.value: "DAEB-huurgrens",
    Limit.MID_RENT.value: "Grens voor middenhuur",
    Limit.AFFORDABLE_SALE.value: "Grens voor betaalbare koop",
}
WIDTHS = {"project": 28, "bag_ids": 22, "mutation": 22, "remark": 30, "segment": 20, "key": 16}
LINE = 15.0  # points of height
_LAST_COLUMN = 16_383
# People may do all this on the protected sheet; only the headings stay as they are.
_ALLOWED = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "insert_hyperlinks": True,
    "sort": True,
    "autofilter": True,
}


def write_template(
    target: BinaryIO,
    *,
    organisation: str,
    year: int,
    rows: Sequence[CleanRow] = (),
    projects: Sequence[str] = (),
    municipalities: Sequence[str] = MUNICIPALITIES,
    limits: Mapping[tuple[int, str], Decimal] | None = None,
) -> None:
    """Write the workbook to `target`; `rows` are filled in, and read back as the same rows.

    The municipality of a row is its slug; `municipalities` are the names in the list, `projects`
    those in the list of projects (a new one may be typed). `limits` by (year, limit code) are
    named among the definitions.
    """
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": f"Opleveringen {year}", "company": organisation})
        sheet = book.add_worksheet(SHEET)
        _write_rows(book, sheet, rows, municipalities)
        _write_explanation(book, organisation, year)
        _write_definitions(book, year, limits or {})
        named = [*projects, *(row.project for row in rows if row.project)]
        _write_projects(book, sheet, list(dict.fromkeys(named)), _last_row(rows))


def height_of(*texts: tuple[str, int]) -> float:
    """The height of a row of wrapped texts, each with the width of its column in characters:
    LibreOffice does not find it by itself."""
    return LINE * max(1 + len(text) // (width + width // 12) for text, width in texts)


def template_columns() -> list[Column]:
    """The columns of the template that is handed out, in their order."""
    return [column for column in TEMPLATE.columns if column.field not in _NOT_IN_TEMPLATE]


def _last_row(rows: Sequence[CleanRow]) -> int:
    return max(ROWS_WITH_LISTS, len(rows) + 500)


def _write_rows(
    book: xlsxwriter.Workbook,
    sheet: Worksheet,
    rows: Sequence[CleanRow],
    municipalities: Sequence[str],
) -> None:
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    plain = book.add_format({"locked": False})
    text = book.add_format({"num_format": "@", "locked": False})
    day = book.add_format({"num_format": "dd-mm-yyyy", "locked": False})
    money = book.add_format({"num_format": "#,##0.00", "locked": False})
    formats: dict[str, CellFormat] = dict.fromkeys(_AS_TEXT, text)
    formats |= {"rent": money, "price": money}
    columns = template_columns()
    places = [column.field for column in columns]
    sheet.set_row(0, 2 * LINE)
    for index, column in enumerate(columns):
        cell_format = formats.get(column.field, plain)
        sheet.set_column(index, index, WIDTHS.get(column.field, 14), cell_format)
        sheet.write_string(0, index, column.heading + ("*" if column.required else ""), head)
        about = {"author": "Portaal", "width": 260, "height": 90}
        sheet.write_comment(0, index, _MEANINGS[column.field], about)
    # A row can only be taken away when every cell of it may be changed.
    sheet.set_column(len(columns), _LAST_COLUMN, None, plain)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.autofilter(0, 0, _last_row(rows), len(columns) - 1)
    sheet.protect("", _ALLOWED)
    add_lists(
        sheet,
        {name: index for index, name in enumerate(places)},
        1,
        _last_row(rows),
        municipalities,
    )
    names = {_slug(name): name for name in municipalities}
    for number, row in enumerate(rows, 1):
        for index, field in enumerate(places):
            cell_format = day if field == "when" else formats.get(field)
            _write_cell(sheet, number, index, cell_value(row, field, names), cell_format, plain)


def add_lists(
    sheet: Worksheet,
    places: Mapping[str, int],
    first: int,
    last: int,
    municipalities: Sequence[str] = MUNICIPALITIES,
) -> None:
    """Give the columns at `places` (by field) their list, in rows `first` to `last` from 0."""
    for field, choices in (
        ("municipality", list(municipalities)),
        ("segment", _SEGMENTS),
        ("mutation", _MUTATIONS),
        ("origin", _ORIGINS),
        ("dwelling_type", [each.label for each in DwellingType]),
        ("self_contained", ["Ja", "Nee"]),
    ):
        if (at := places.get(field)) is not None:
            sheet.data_validation(first, at, last, at, _choice(choices))


def _choice(choices: list[str]) -> dict[str, object]:
    return {
        "validate": "list",
        "source": choices,
        "error_type": "warning",
        "error_title": "Kies uit de lijst",
        "error_message": "Deze waarde staat niet in de lijst.",
    }


def _write_projects(
    book: xlsxwriter.Workbook, sheet: Worksheet, projects: list[str], last: int
) -> None:
    """A sheet with the projects we know, which the column Project offers."""
    if not projects:
        return
    listed = book.add_worksheet("Projecten")
    listed.set_column(0, 0, 60)
    listed.write_string(0, 0, "Uw projecten", book.add_format({"bold": True}))
    for number, name in enumerate(projects, 1):
        listed.write_string(number, 0, name)
    listed.protect()
    at = [column.field for column in template_columns()].index("project")
    source = f"=Projecten!$A$2:$A${len(projects) + 1}"
    choice = {"validate": "list", "source": source, "show_error": False}
    sheet.data_validation(1, at, last, at, choice)


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
    sheet: Worksheet,
    row: int,
    column: int,
    value: object,
    cell_format: CellFormat | None,
    plain: CellFormat,
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(row, column, value, cell_format or plain)
    elif isinstance(value, int | Decimal):
        # A year alone, written as a day, would show as a day in 1905. For the same reason the
        # column of dates has no format: Excel knows a typed date by itself.
        amount = isinstance(value, Decimal)
        sheet.write_number(row, column, value, cell_format if amount and cell_format else plain)
    else:
        sheet.write_datetime(row, column, value, cell_format)


def _write_explanation(book: xlsxwriter.Workbook, organisation: str, year: int) -> None:
    lines = [
        (f"Opgave {year}", f"Voor {organisation}. Vul het blad {SHEET} in: een rij per woning, of "
         "een rij per groep gelijke woningen. De kolommen met een * zijn nodig."),
        *edition_lines(organisation, year),
        ("Welk jaar", f"U geeft {year} op: 1 januari tot en met 31 december {year}. Een woning uit "
         "een eerder jaar mag ook: die tellen we in dat jaar (nagekomen)."),
        ("Niets opgeleverd", "Lever dan geen bestand aan, maar geef “niets” op in het portaal."),
        ("Koppen", "De koppen zijn vastgezet, zonder wachtwoord. Typen, sorteren en rijen "
         "toevoegen of weghalen kan gewoon."),
        ("", ""),
    ]  # fmt: skip
    lines += [(column.heading, _MEANINGS[column.field]) for column in template_columns()]
    _write_pairs(book, EXPLANATION_SHEET, lines)


def _write_definitions(
    book: xlsxwriter.Workbook, year: int, limits: Mapping[tuple[int, str], Decimal]
) -> None:
    lines = list(_DEFINITIONS)
    for code, name in _LIMIT_NAMES.items():
        if (limit := limits.get((year, code))) is not None:
            lines.append((f"{name} {year}", euro(limit)))
    _write_pairs(book, DEFINITIONS_SHEET, lines)


def _write_pairs(book: xlsxwriter.Workbook, name: str, lines: Sequence[tuple[str, str]]) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 32, bold)
    sheet.set_column(1, 1, 90, wrap)
    for index, (term, meaning) in enumerate(lines):
        sheet.set_row(index, height_of((term, 32), (meaning, 90)))
        sheet.write_string(index, 0, term, bold)
        sheet.write_string(index, 1, meaning, wrap)
    sheet.protect()
