"""What a file is laid over, and what comes of it: lines, pairs, questions. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from housing.codes import ADDITIONS, Segment
from housing.intake.rows import CleanRow

WOZ = "woz"
TEMPLATE = "template"
SOLD = {Segment.AFFORDABLE_SALE, Segment.OTHER_SALE}

# Field -> how people call it in "changed: … was …, wordt …".
FIELD_NAMES = {
    "homes": "aantal",
    "kind": "mutatie",
    "year": "jaar",
    "happened": "opleverdatum",
    "municipality": "gemeente",
    "project": "project",
    "segment": "segment",
    "origin": "ontstaan",
    "branch": "tak",
    "unit_kind": "eenheidssoort",
    "dwelling_type": "soort woonruimte",
    "self_contained": "zelfstandig",
    "key": "kenmerk",
    "bag_ids": "BAG-id",
    "postcode": "postcode",
    "house_number": "huisnummer",
    "house_letter": "huisletter",
    "house_addition": "toevoeging",
    "rent": "netto huur",
    "price": "koopprijs",
    "points": "WWS-punten",
    "label": "energielabel",
    "area": "oppervlakte",
    "target_group": "doelgroep",
    "remark": "opmerking",
    "share": "eigendomsaandeel",
    "not_yet_let": "nog niet in exploitatie",
}

By = Literal["kenmerk", "BAG-id", "adres", "inhoud", "uw antwoord", "restant"]


# Like CleanRow these two are made by the hundred thousand, and frozen ones take twice as long.
@dataclass(slots=True, unsafe_hash=True)
class Source:
    """The row of a stored file that told something; upload 0 is typed by hand. Never changed."""

    upload: int
    format: str
    sheet: str
    row: int


@dataclass(slots=True, unsafe_hash=True)
class Line:
    """A row as it is or will be stored: its facts, the files they came from, its history. Never
    changed once made: use `dataclasses.replace`.

    `stored` is the primary key of the stored row this line is, or was matched with.
    """

    row: CleanRow
    sources: tuple[Source, ...] = ()
    stored: int | None = None
    stored_year: int | None = None
    not_yet_let: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a matched home: what it was and what it becomes."""

    field: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of the file with the stored line it was matched with, and how."""

    old: Line
    new: Line
    by: By
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Do these lines of the file belong to this stored row of several homes?

    `is_same_row`: is this one line the stored row itself, with another number or other facts?
    """

    stored: Line
    candidates: tuple[Line, ...]
    is_same_row: bool = False


@dataclass(slots=True)
class Overlay:
    """The outcome: what the file makes of what is stored.

    `missing` are stored lines of the file's year that the file could have known and does not
    name: the clerk says blijft or vervalt. `silent` stay without asking.
    """

    file_format: str = ""
    same: list[Pair] = field(default_factory=list)
    changed: list[Pair] = field(default_factory=list)
    new: list[Line] = field(default_factory=list)
    missing: list[Line] = field(default_factory=list)
    silent: list[Line] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    @property
    def changes_nothing(self) -> bool:
        """Whether storing this would store the same homes again."""
        return not (self.changed or self.new or self.missing or self.questions)

    @property
    def missing_for_sure(self) -> list[Line]:
        """The missing lines that no open question is about: yes to it may find them."""
        asked = {question.stored.stored for question in self.questions}
        return [line for line in self.missing if line.stored not in asked]

    def is_not_yet_let(self, line: Line) -> bool:
        """Whether a missing line that stays is a rental home that is not let yet: a
        WOZ-bezitstabel would else have it. Our template lacks a row for any reason."""
        return line.not_yet_let or (self.file_format == WOZ and is_rental_addition(line.row))

    def lines(self, stays: Mapping[int, bool]) -> list[Line]:
        """The lines of the new versions, given for each missing stored row whether it stays."""
        kept = [
            replace(line, not_yet_let=True)
            if line.stored in stays and self.is_not_yet_let(line)
            else line
            for line in self.missing
            if line.stored is not None and stays.get(line.stored, True)
        ]
        matched = [pair.new for pair in (*self.same, *self.changed)]
        return [*matched, *self.new, *kept, *self.silent]


def is_rental_addition(row: CleanRow) -> bool:
    """Whether a row adds homes that are let, or will be."""
    return row.kind in ADDITIONS and row.segment not in SOLD
