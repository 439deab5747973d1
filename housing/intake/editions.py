"""Which template a workbook is: its version, and for whom and which year it was made.

The template says so on its sheet Toelichting, where people may read it too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from housing.intake.tables import Sheet, Table
from housing.intake.values import fold

TEMPLATE_VERSION = 2
EXPLANATION_SHEET = "Toelichting"
REMARKS_SHEET = "Opmerkingen"
REMARKS_TITLE = "Opmerkingen bij uw bestand"
_VERSION, _ORGANISATION, _YEAR = "Versie sjabloon", "Gemaakt voor", "Verslagjaar van dit sjabloon"
_FIRST_TITLE = re.compile(r"Opgave (20[0-9][0-9])")
_FIRST_PARTY = re.compile(r"Voor (.{1,200}?)\. Vul het blad ")
_WITHIN = 20  # rows of the sheet that are looked at


@dataclass(frozen=True, slots=True)
class Edition:
    """What a template of ours says of itself. `organisation` is a name, `year` 0 when unknown."""

    version: int
    organisation: str
    year: int


def edition_lines(organisation: str, year: int) -> Sequence[tuple[str, str]]:
    """The lines by which a template can be recognised: a name and a value."""
    return (
        (_VERSION, str(TEMPLATE_VERSION)),
        (_ORGANISATION, organisation),
        (_YEAR, str(year)),
    )


def read_edition(table: Table) -> Edition | None:
    """The edition of our template that a workbook was made from; None when it doesn't say."""
    for sheet in table.sheets:
        if fold(sheet.name[:40]) == fold(EXPLANATION_SHEET):
            lines = {row[0].strip(): row[1].strip() for row in sheet.rows[:_WITHIN] if len(row) > 1}
            return _read(lines)
    return None


def _read(lines: dict[str, str]) -> Edition | None:
    if _VERSION in lines:
        version, year = lines[_VERSION], lines.get(_YEAR, "")
        return Edition(
            int(version) if re.fullmatch("[0-9]{1,4}", version) else 0,
            lines.get(_ORGANISATION, "")[:200],
            int(year) if re.fullmatch("[0-9]{4}", year) else 0,
        )
    for name, text in lines.items():
        # The first template only said it in its sentences.
        if (title := _FIRST_TITLE.fullmatch(name)) and (party := _FIRST_PARTY.match(text)):
            return Edition(1, party[1], int(title[1]))
    return None


def is_remarks(sheet: Sheet) -> bool:
    """Whether a sheet is the one with our own remarks, of a file that was sent back."""
    return fold(sheet.name[:40]).startswith(fold(REMARKS_SHEET)) and any(
        row and row[0] == REMARKS_TITLE for row in sheet.rows[:1]
    )
