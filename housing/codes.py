"""The words of the field as code: what a change is, where a home belongs, what is not known.

No Django here: reading, checking and the arithmetic use these too. The Dutch labels are what
people read and write; `docs/glossary.md` pairs them with the English names.
"""

from enum import StrEnum
from typing import Self


class Coded(StrEnum):
    """A stored code with the Dutch word that people see: `Kind.DEMOLITION.label`."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Pairs for a model field or a form."""
        return [(member.value, member.label) for member in cls]


class Kind(Coded):
    """What happened to the stock: the values of the WOZ-bezitstabel's column Q, and four more."""

    NEW_BUILD = "new_build", "nieuwbouw"
    PURCHASE = "purchase", "aankoop"
    SPLIT = "split", "splitsing"
    FROM_STOCK = "from_stock", "van voorraad"
    SALE_OCCUPANT = "sale_occupant", "verkoop aan toekomstige bewoners"
    SALE_OTHER = "sale_other", "verkoop aan overigen"
    SALE_CORPORATION = "sale_corporation", "verkoop aan corporatie"
    DEMOLITION = "demolition", "sloop"
    MERGE = "merge", "samenvoeging"
    TO_STOCK = "to_stock", "naar voorraad"
    TO_NON_DAEB = "to_non_daeb", "overgang naar niet-DAEB"
    TO_DAEB = "to_daeb", "overgang naar DAEB"
    CORRECTION = "correction", "correctie"

    @property
    def direction(self) -> int:
        """+1 adds to the stock, -1 takes away; a correction says so itself and is +1 here."""
        return -1 if self in WITHDRAWALS else 1


SALES = frozenset({Kind.SALE_OCCUPANT, Kind.SALE_OTHER, Kind.SALE_CORPORATION})
WITHDRAWALS = SALES | {Kind.DEMOLITION, Kind.MERGE, Kind.TO_STOCK, Kind.TO_NON_DAEB}
ADDITIONS = frozenset({Kind.NEW_BUILD, Kind.PURCHASE, Kind.SPLIT, Kind.FROM_STOCK})
TRANSFERS = frozenset({Kind.TO_DAEB, Kind.TO_NON_DAEB})
# A home comes or goes only by these: a transfer or correction claims no home (NUMBERS 7).
CLAIMING = ADDITIONS | SALES | {Kind.DEMOLITION, Kind.MERGE, Kind.TO_STOCK}


class Origin(Coded):
    """How a nieuwbouw came about; says nothing of other kinds."""

    EXPANSION = "expansion", "uitbreiding"
    REPLACEMENT = "replacement", "vervanging"
    TRANSFORMATION = "transformation", "transformatie"
    UNKNOWN = "unknown", "onbekend"


class Segment(Coded):
    """Where a home belongs by rent or price (NUMBERS 5)."""

    SOCIAL_RENT = "social_rent", "sociale huur"
    SOCIAL_ABOVE_LIMIT = "social_above_limit", "sociaal, huur boven de grens"
    MID_RENT = "mid_rent", "middenhuur"
    FREE_RENT = "free_rent", "vrije sector huur"
    AFFORDABLE_SALE = "affordable_sale", "betaalbare koop"
    OTHER_SALE = "other_sale", "overige koop"
    UNKNOWN = "unknown", "onbekend"


class Branch(Coded):
    """The legal branch a corporation keeps a home in."""

    DAEB = "daeb", "DAEB"
    NON_DAEB = "non_daeb", "niet-DAEB"
    CONSOLIDATED = "consolidated", "niet-DAEB verbinding"


class UnitKind(Coded):
    """Eenheidssoort: only a woonruimte is a home."""

    DWELLING = "dwelling", "woonruimte"
    BUSINESS = "business", "bedrijfsruimte"
    SOCIAL_PROPERTY = "social_property", "maatschappelijk vastgoed"
    CARE = "care", "intramuraal zorgvastgoed"
    PARKING = "parking", "parkeergelegenheid"
    OTHER = "other", "overige"


class DwellingType(Coded):
    """Soort woonruimte, as column N of the WOZ-bezitstabel."""

    EGW = "egw", "EGW"
    MGW = "mgw", "MGW"
    EXTRAMURAL = "extramural", "Extramuraal"
    STUDENT = "student", "Studenteneenheid"
    FLEX = "flex", "Flexwoningen"


class RentClass(Coded):
    """What is known of the rent against the DAEB-huurgrens of the year."""

    WITHIN = "within", "tot en met de grens"
    ABOVE = "above", "boven de grens"
    UNKNOWN = "unknown", "nog niet bekend"
    NOT_RENTED = "na", "geen huur"


class Precision(Coded):
    """How much of a date is known."""

    DAY = "day", "dag"
    MONTH = "month", "maand"
    YEAR = "year", "jaar"


class Limit(Coded):
    """The price limits of a year (DOMAIN 4.2)."""

    DAEB_RENT = "daeb_rent", "DAEB-huurgrens"
    MID_RENT = "mid_rent", "grens middenhuur"
    AFFORDABLE_SALE = "affordable_sale", "grens betaalbare koop"


class Answer(Coded):
    """What a version says about one kind of change: not answered is not none."""

    ROWS = "rows", "opgegeven"
    NONE = "none", "niets"
    UNANSWERED = "unanswered", "niet beantwoord"
