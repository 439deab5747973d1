"""What travels through the intake: clean rows, problems, and what checking may look up.

Pure values: no Django, no database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"  # nothing is stored while one stands
    WARNING = "warning"  # the clerk confirms


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing about one cell (or row, or file) that somebody must mend or look at.

    `code` groups like problems; `title` says what is wrong for the group, `message` what is
    wrong here and what to do. `column` is the letter with the heading ("F Opleverdatum"), or "".
    `row` is the spreadsheet's own number, 0 when the whole file is meant. `about` names what
    else it is about, beside this file: "claim:12" or "version:5".
    """

    severity: Severity
    code: str
    sheet: str
    row: int
    column: str
    value: str
    title: str
    message: str
    homes: int = 0
    project: str = ""
    about: str = ""


@dataclass(slots=True, unsafe_hash=True)  # not frozen: 100,000 rows are made six times as fast
class CleanRow:
    """A change of the stock as one row tells it; becomes one `StockChange`. Never changed once
    made: use `dataclasses.replace`.

    `homes` is positive, `direction` gives the sign. `municipality` is the slug of one in the
    region, "" when the place is unknown (listed as a problem). `year` is the calendar year it
    counts in. Rent and price in euros; `rent` None is unknown (empty or 0,01).
    """

    sheet: str
    row: int
    part: str
    kind: str
    direction: int
    homes: int
    year: int
    key: str = ""
    origin: str = ""
    happened: date | None = None
    precision: str = "year"
    municipality: str = ""
    project: str = ""
    declared: str = ""
    branch: str = ""
    segment: str = "unknown"
    rent_class: str = "unknown"
    unit_kind: str = "dwelling"
    dwelling_type: str = ""
    self_contained: bool | None = None
    bag_ids: tuple[str, ...] = ()
    postcode: str = ""
    house_number: int | None = None
    house_letter: str = ""
    house_addition: str = ""
    rent: Decimal | None = None
    price: Decimal | None = None
    points: int | None = None
    label: str = ""
    area: Decimal | None = None
    target_group: str = ""
    remark: str = ""
    share: Decimal | None = None
    build_year: int | None = None

    @property
    def address(self) -> str:
        """Postcode, number, letter and addition as one comparable key; "" when incomplete."""
        if not self.postcode or self.house_number is None:
            return ""
        key = f"{self.postcode}|{self.house_number}|{self.house_letter}|{self.house_addition}"
        return key.upper()


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality as files may name it."""

    slug: str
    name: str
    names: tuple[str, ...]  # its own and former names
    bag_prefixes: tuple[str, ...]  # four digits, former codes included
    in_region: bool = True


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A heading we don't know, in the column with that letter.

    `word` is what a match of it is remembered by; `field` the field it may stand for, "" when
    it is like none.
    """

    heading: str
    word: str
    column: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Mended:
    """One cell that the clerk mended on the page: as the file has it and as it is read."""

    row: int
    column: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Lookups:
    """All that checking may know beside the file itself.

    `limits` by (year, limit code); `bands` is the segment table (see housing/segments.py);
    `postcodes` maps a full postcode seen in earlier rows of this party to a municipality slug.
    `softened` are the codes of errors that are told as warnings for now; only those of
    problems.SOFTENABLE can be.
    """

    year: int
    organisation: str  # slug of the party that sends the file
    organisation_names: tuple[str, ...]
    places: tuple[Place, ...]
    limits: Mapping[tuple[int, str], Decimal]
    bands: tuple[Mapping[str, str], ...]
    other_organisations: Mapping[str, str] = field(default_factory=dict)  # name -> slug
    postcodes: Mapping[str, str] = field(default_factory=dict)
    first_year: int = 2024
    covers_until: date | None = None
    softened: frozenset[str] = frozenset()


@dataclass(slots=True)
class Checked:
    """What a file says: rows to store, or the problems that stand in the way.

    `stock` holds opening and closing homes by (municipality slug, branch code). `unmatched` are
    the headings we don't know, `missing_fields` the required fields without a column,
    `possible_sheets` the sheets that could be meant, when there is more than one.
    """

    format: str = ""  # "template", "woz" or "" when not recognised
    sheet: str = ""
    header_row: int = 0
    columns: dict[str, str] = field(default_factory=dict)  # field -> column letter
    headings: dict[str, str] = field(default_factory=dict)  # field -> heading as written
    ignored: list[str] = field(default_factory=list)
    rows_read: int = 0
    rows: list[CleanRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    stock: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    under_construction: int = 0  # homes in 2.1C and 2.1D, not counted
    outside_region: int = 0  # rows that concern other regions
    sheets: list[str] = field(default_factory=list)
    # Changed rows without an id that were taken to lie outside it, by area of postcode.
    areas_elsewhere: dict[str, int] = field(default_factory=dict)
    # Row numbers outside the region: blanked in the kept copy of a WOZ-bezitstabel.
    foreign_rows: set[int] = field(default_factory=set)
    unmatched: list[Unmatched] = field(default_factory=list)
    missing_fields: list[str] = field(default_factory=list)
    possible_sheets: list[str] = field(default_factory=list)
    mended: list[Mended] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity is Severity.WARNING]

    @property
    def accepted(self) -> bool:
        """Whether nothing stands in the way of storing."""
        return bool(self.format) and not self.errors
