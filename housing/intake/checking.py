"""Step 2: a table -> clean rows, or everything that stands in the way, told at once.

No Django, no database: what may be looked up is passed in.
"""

from housing.intake.completions import check_completions
from housing.intake.formats import TEMPLATE, WOZ, Recognised, recognise
from housing.intake.kept import kept_copy
from housing.intake.problems import Findings, Group, as_json, grouped
from housing.intake.rows import Checked, Lookups
from housing.intake.tables import Table
from housing.intake.values import Fault, letter
from housing.intake.woz import check_woz

__all__ = ["Group", "as_json", "check", "grouped", "kept_copy"]

_NOT_RECOGNISED = Fault(
    "not_recognised",
    "We herkennen de koppen van dit bestand niet",
    "We lezen ons eigen sjabloon, met koppen als "
    + ", ".join(column.heading for column in TEMPLATE.columns if column.required)
    + ", en de WOZ-bezitstabel, met koppen als Onderdeel, Eenheidscode en Mutatie verslagjaar. "
    "Zet de koppen in de eerste rijen van het bestand.",
)


def check(table: Table, lookups: Lookups, fmt: str | None = None) -> Checked:
    """Find every problem in one go, so that nobody uploads a file six times.

    `fmt` ("template" or "woz") skips guessing which of the two it is. Rows with an error are
    left out of `rows`; nothing may be stored while `accepted` is false.
    """
    checked = Checked(sheets=[sheet.name for sheet in table.sheets])
    recognised = recognise(table, fmt)
    if recognised is None:
        findings = Findings("")
        findings.error(_NOT_RECOGNISED)
        _name_hidden(table, findings)
        checked.problems = findings.all()
        return checked
    sheet = recognised.sheet
    checked.format = recognised.format.name
    checked.sheet = sheet.name
    checked.header_row = sheet.first_row + recognised.header
    checked.columns = {name: letter(at) for name, at in recognised.columns.items()}
    header = sheet.rows[recognised.header]
    checked.headings = {name: header[at].strip() for name, at in recognised.columns.items()}
    checked.ignored = list(recognised.ignored)
    findings = Findings(sheet.name, recognised)
    _check_headings(recognised, lookups, findings, checked.header_row)
    if recognised.format is WOZ:
        check_woz(recognised, lookups, findings, checked)
    else:
        check_completions(recognised, table.kind, lookups, findings, checked)
    if checked.rows_read == 0:
        findings.error(_no_rows(recognised))
    checked.problems = findings.all()
    return checked


def _no_rows(recognised: Recognised) -> Fault:
    title = "Onder de koppen staan geen rijen"
    if recognised.format is TEMPLATE:
        advice = "Is er niets opgeleverd, geef dan “niets” op in plaats van een leeg bestand."
    else:
        advice = "Kies de hele WOZ-bezitstabel, met een rij per eenheid."
    return Fault("no_rows", title, advice)


def _name_hidden(table: Table, findings: Findings) -> None:
    if table.hidden:
        names = ", ".join(f"“{name[:40]}”" for name in table.hidden[:5])
        findings.warning(
            Fault(
                "hidden_sheets",
                "Verborgen bladen lezen we niet",
                f"Staat de tabel op {names}, maak dat blad dan zichtbaar.",
            )
        )


def _check_headings(recognised: Recognised, lookups: Lookups, findings: Findings, row: int) -> None:
    """What is wrong with the headings themselves."""
    for column in recognised.missing:
        findings.error(
            Fault(
                "column_missing",
                f"De kolom {column.heading} ontbreekt",
                "Voeg de kolom toe, met precies deze kop.",
            ),
            row,
        )
    for name, places in recognised.duplicates:
        first, second = (findings.column(index) for index in places[:2])
        heading = recognised.format.heading(name)
        findings.error(
            Fault(
                "column_twice",
                f"De kolom {heading} staat er twee keer",
                f"We weten niet welke geldt: {first} of {second}. Haal een van de twee weg.",
            ),
            row,
            places[1],
        )
    for year, index in sorted(recognised.years.items()):
        if year != lookups.year:
            findings.error(
                Fault(
                    "heading_year",
                    f"De koppen gaan over {year}",
                    f"U geeft {lookups.year} op. Kies het bestand van {lookups.year}, of kies "
                    f"{year} als jaar.",
                ),
                row,
                index,
                findings.column(index),
            )
    if recognised.rivals:
        names = ", ".join(f"“{name[:40]}”" for name in recognised.rivals[:5])
        findings.error(
            Fault(
                "several_sheets",
                "Er zijn meer bladen met deze koppen",
                f"We lazen “{recognised.sheet.name[:40]}”. Ook {names} lijkt op een opgave. "
                "Zet alles op één blad, of haal het andere blad weg.",
            )
        )
