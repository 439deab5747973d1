"""Large files for measuring: made once a run, the same every time."""

import csv
import io
from pathlib import Path

import xlsxwriter

TEMPLATE = (
    "Kenmerk", "Gemeente", "Project", "Segment", "Mutatie", "Ontstaan", "Opleverdatum",
    "Aantal woningen", "BAG-verblijfsobject-id", "Postcode", "Huisnummer", "Netto huur",
    "Zelfstandig",
)  # fmt: skip
WOZ = (
    "Onderdeel", "Eenheidscode", "Bag-postcode NL", "Bag-huisnummer NL", "Bag-huisletter NL",
    "Bag-huisnummertoevoeging", "Bag-verblijfsobject-id", "Corporatie-adrestoevoeging",
    "Aantal primo verslagjaar", "Aantal ultimo verslagjaar", "Tak primo verslagjaar",
    "Tak ultimo verslagjaar", "Eenheidssoort", "Soort woonruimte",
    "Is de woonruimte zelfstandig?", "Lift aanwezig?", "Mutatie verslagjaar",
    "Nettohuur per maand ultimo verslagjaar", "Aantal WWS punten ultimo verslagjaar",
    "Energielabel", "Bouwjaar", "Renovatiejaar", "m2", "WOZ-waarde verslagjaar",
    "Marktwaarde ultimo verslagjaar", "Onderpand WSW inzet verslagjaar", "Naam zekerheidsnemer",
    "Type zekerheid", "Eigendomspercentage",
)  # fmt: skip
PLACES = (("Heerlen", "0917", "6411"), ("Kerkrade", "0928", "6461"), ("Landgraaf", "0882", "6371"))


def template_rows(count: int) -> list[tuple[str, ...]]:
    """Rows of our template: one home each, in a hundred projects."""
    rows = []
    for number in range(count):
        name, prefix, area = PLACES[number % len(PLACES)]
        rows.append(
            (
                f"K{number:06d}",
                name,
                f"Project {number % 100}",
                "Sociale huur",
                "",
                "",
                f"{number % 28 + 1:02d}-{number % 12 + 1:02d}-2025",
                "1",
                f"{prefix}01{number:010d}",
                f"{area}AB",
                str(number % 300 + 1),
                f"{600 + number % 250},50",
                "Ja",
            )
        )
    return rows


def woz_rows(count: int, *, ours: int = 600) -> list[tuple[str, ...]]:
    """A whole stock: most rows unchanged, most elsewhere, `ours` changes in the region.

    Of every six changes in the region two are nieuwbouw, two sloop, one verkoop, one overgang.
    """
    rows = []
    every = count // ours
    for number in range(count):
        change = number // every if number % every == 0 and number // every < ours else -1
        in_region = change >= 0 or number % 5 == 0
        _, prefix, area = PLACES[number % 3] if in_region else ("", "0935", "6211")
        opening, closing, old, new, kind, rent = "1", "1", "DAEB TI", "DAEB TI", "Geen mutatie", ""
        if change >= 0:
            which = change % 6
            if which < 2:
                opening, old, kind, rent = "0", "", "Nieuwbouw", "712,40"
            elif which < 4:
                closing, new, kind = "0", "", "Sloop"
            elif which == 4:
                closing, new, kind = "0", "", "Verkoop aan overigen"
            else:
                new = "Niet-DAEB TI"
        rows.append(
            (
                "2.1A", f"E{number:07d}", f"{area}AB", str(number % 300 + 1), "", "",
                f"{prefix}01{number:010d}", "", opening, closing, old, new, "Woonruimte", "MGW",
                "Ja", "Nee", kind, rent or "640,10", "138", "B", "2025" if rent else "1975", "",
                "71,50", "182000", "164500", "0", "", "", "1",
            )
        )  # fmt: skip
    return rows


def write_csv(path: Path, heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> Path:
    """Semicolons, UTF-8 with a byte-order mark, as Excel writes it here."""
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target, delimiter=";")
        writer.writerow(heading)
        writer.writerows(rows)
    return path


def write_xlsx(path: Path, heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> Path:
    """The same as a workbook, the number of homes as a number."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Opleveringen")
        sheet.write_row(0, 0, heading)
        for place, row in enumerate(rows, start=1):
            sheet.write_row(place, 0, row[:7])
            sheet.write_number(place, 7, int(row[7]))
            sheet.write_row(place, 8, row[8:])
    return path


def read_plainly(path: Path) -> list[list[str]]:
    """The floor for a CSV: decode and split, nothing else."""
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
