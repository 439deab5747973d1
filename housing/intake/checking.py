"""Step 2: a table -> clean rows, or everything that stands in the way, told at once.

No Django, no database: what may be looked up is passed in.
"""

from collections.abc import Mapping

from housing.intake.completions import check_completions
from housing.intake.editions import TEMPLATE_VERSION, Edition, is_remarks, read_edition
from housing.intake.formats import TEMPLATE, WOZ
from housing.intake.kept import kept_copy
from housing.intake.problems import Findings, Group, as_json, grouped
from housing.intake.recognising import Recognised, recognise
from housing.intake.rows import Checked, Lookups
from housing.intake.tables import Table, no_collecting
from housing.intake.values import Fault, fold, letter
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


def check(
    table: Table,
    lookups: Lookups,
    fmt: str | None = None,
    sheet: str | None = None,
    extra: Mapping[str, str] | None = None,
    *,
    release: bool = False,
) -> Checked:
    """Find every problem in one go, so that nobody uploads a file six times.

    `fmt` ("template" or "woz") skips guessing which of the two it is, `sheet` which sheet is
    meant; `extra` holds the headings that somebody matched (see `recognise`). Rows with an
    error are left out of `rows`; nothing may be stored while `accepted` is false. With
    `release` the table may be emptied on the way, so that a large file takes little memory.
    """
    with no_collecting():
        return _check(table, lookups, fmt, sheet, extra, release)


def _check(
    table: Table,
    lookups: Lookups,
    fmt: str | None,
    sheet: str | None,
    extra: Mapping[str, str] | None,
    release: bool,
) -> Checked:
    checked = Checked(sheets=[each.name for each in table.sheets if not is_remarks(each)])
    recognised = recognise(table, fmt, extra, sheet)
    if recognised is None:
        findings = Findings("")
        findings.error(_NOT_RECOGNISED if sheet is None else _other_sheet(sheet))
        _name_hidden(table, findings)
        checked.problems = findings.all()
        return checked
    _note_place(recognised, checked)
    findings = Findings(recognised.sheet.name, recognised, softened=lookups.softened)
    _check_headings(recognised, lookups, findings, checked.header_row)
    if recognised.format is WOZ:
        check_woz(recognised, lookups, findings, checked)
    else:
        if (edition := read_edition(table)) is not None:
            _check_edition(edition, lookups, findings)
        check_completions(recognised, table.kind, lookups, findings, checked, release=release)
    if checked.rows_read == 0:
        findings.error(_no_rows(recognised))
    checked.problems = findings.all()
    return checked


def _note_place(recognised: Recognised, checked: Checked) -> None:
    """Where the table was found and what its columns hold."""
    header = recognised.sheet.rows[recognised.header]
    checked.format = recognised.format.name
    checked.sheet = recognised.sheet.name
    checked.header_row = recognised.sheet.first_row + recognised.header
    checked.columns = {name: letter(at) for name, at in recognised.columns.items()}
    checked.headings = {name: header[at].strip() for name, at in recognised.columns.items()}
    checked.ignored = list(recognised.ignored)
    checked.unmatched = list(recognised.unmatched)
    checked.missing_fields = [column.field for column in recognised.missing]
    if recognised.rivals:
        checked.possible_sheets = [recognised.sheet.name, *recognised.rivals]


def _other_sheet(name: str) -> Fault:
    return Fault(
        "sheet_not_recognised",
        "Op dit blad herkennen we de koppen niet",
        f"U koos het blad “{name[:40]}”. Kies een ander blad, of zet de koppen in de eerste rijen.",
    )


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
    offered = {each.field: each for each in recognised.unmatched if each.field}
    for column in recognised.missing:
        advice = "Voeg de kolom toe, met precies deze kop."
        if like := offered.get(column.field):
            advice = (
                f"Bedoelt u kolom {like.column} “{like.heading}”? Zet er dan "
                f"{column.heading} boven. Anders: voeg de kolom toe, met precies deze kop."
            )
        title = f"De kolom {column.heading} ontbreekt"
        findings.error(Fault("column_missing", title, advice), row)
    _tell_alike(recognised, findings, row)
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
                "Kies welk blad u bedoelt, zet alles op één blad, of haal het andere blad weg.",
            )
        )


def _tell_alike(recognised: Recognised, findings: Findings, row: int) -> None:
    """A heading with a typing error would make us leave out a whole column without a word."""
    missing = {column.field for column in recognised.missing}
    below = recognised.sheet.rows[recognised.header + 1 :]
    for index, name in recognised.alike:
        if name in missing or not any(index < len(cells) and cells[index] for cells in below):
            continue
        heading = recognised.format.heading(name)
        findings.warning(
            Fault(
                "heading_like",
                f"Deze kop lijkt op {heading}, maar is anders",
                f"We lezen de kolom niet. Is dit {heading}, verbeter dan de kop.",
            ),
            row,
            index,
            recognised.sheet.rows[recognised.header][index],
        )


def _check_edition(edition: Edition, lookups: Lookups, findings: Findings) -> None:
    """Name a template that was made for another year or organisation, or long ago."""
    if edition.year and edition.year != lookups.year:
        fault = Fault(
            "template_year",
            f"Dit is het sjabloon van {edition.year}",
            f"U geeft {lookups.year} op. Kies {edition.year} als jaar, of haal het sjabloon van "
            f"{lookups.year} op en zet uw rijen daarin.",
        )
        if findings.error(fault):
            findings.untold |= {"later_year", "report_year"}  # the rows are of that year too
    _check_party(edition.organisation, lookups, findings)
    if 0 < edition.version < TEMPLATE_VERSION:
        fault = Fault(
            "template_old",
            "Dit is een ouder sjabloon van ons",
            f"Het is versie {edition.version}; nu is versie {TEMPLATE_VERSION} er. We lezen het "
            "gewoon. Haal de volgende keer een nieuw sjabloon op.",
        )
        findings.warning(fault)


def _check_party(name: str, lookups: Lookups, findings: Findings) -> None:
    own = {fold(each) for each in lookups.organisation_names}
    if not fold(name) or fold(name) in own:
        return
    others = {fold(each) for each in lookups.other_organisations}
    party = next(iter(lookups.organisation_names), "uw organisatie")
    fault = Fault(
        "template_organisation",
        f"Dit sjabloon is gemaakt voor {name[:60]}",
        f"U levert aan voor {party}. Haal het sjabloon van {party} op en zet uw rijen daarin.",
    )
    if fold(name) in others:
        findings.error(fault)
    else:
        findings.warning(fault)
