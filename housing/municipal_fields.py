"""The figures a municipality gives itself: which there are, what each counts, when one asks for a
word: because it jumps, or stays below what was agreed.

Only what no party corporation builds (NUMBERS 7). The definitions name the price limits of the
year where they are known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from django.utils import timezone

from housing.codes import Limit, Segment
from housing.intake.values import dutch_number, euro
from housing.models import MunicipalFigure, PriceLimit

Measure = MunicipalFigure.Measure
Answer = MunicipalFigure.Answer

COMPLETED = "Opgeleverd door anderen dan de corporaties"
GONE = "Gesloopt"
BUILDING = "Begonnen en vergund, door alle bouwers"
PLANS = "Plannen"

# A jump asks for a word (voorstel): more than this many times as much or as little …
JUMP_FACTOR = 2
# … and at least this many homes apart: from 1 to 3 is no news.
JUMP_HOMES = 10


@dataclass(frozen=True, slots=True)
class Field:
    """One figure: where it is stored, how it is called, what it counts.

    `meaning` may name {year} and a limit of that year between braces; `instead` is what it says
    when a limit is not known.
    """

    key: str
    measure: str
    label: str
    group: str
    meaning: str
    segment: str = Segment.UNKNOWN.value
    transformation: bool = False
    instead: str = ""

    @property
    def place(self) -> tuple[str, str, bool]:
        """What makes a stored figure this one."""
        return (self.measure, self.segment, self.transformation)


def _completed(segment: Segment, label: str, meaning: str, instead: str = "") -> Field:
    return Field(
        key=f"klaar-{segment.value.replace('_', '-')}",
        measure=Measure.COMPLETED,
        label=label,
        group=COMPLETED,
        meaning=meaning,
        segment=segment.value,
        instead=instead,
    )


FIELDS: tuple[Field, ...] = (
    _completed(
        Segment.SOCIAL_RENT,
        "Sociale huur van andere verhuurders",
        "Zelfstandige huurwoningen met een huur tot en met {daeb_rent}, nieuw gebouwd in {year}, "
        "van een verhuurder die geen partij is bij de afspraken. Zij tellen niet voor de 1.350.",
        "Zelfstandige huurwoningen met een huur tot en met de DAEB-huurgrens van {year}, nieuw "
        "gebouwd, van een verhuurder die geen partij is bij de afspraken. Zij tellen niet voor de "
        "1.350.",
    ),
    _completed(
        Segment.MID_RENT,
        "Middenhuur",
        "Zelfstandige huurwoningen met een huur boven {daeb_rent} en tot en met {mid_rent}, nieuw "
        "gebouwd in {year}, niet van een corporatie.",
        "Zelfstandige huurwoningen tussen de twee huurgrenzen van {year}, nieuw gebouwd, niet van "
        "een corporatie.",
    ),
    _completed(
        Segment.FREE_RENT,
        "Vrije sector huur",
        "Zelfstandige huurwoningen met een huur boven {mid_rent}, nieuw gebouwd in {year}.",
        "Zelfstandige huurwoningen met een huur boven de grens voor middenhuur van {year}, nieuw "
        "gebouwd.",
    ),
    _completed(
        Segment.AFFORDABLE_SALE,
        "Betaalbare koop",
        "Koopwoningen tot en met {affordable_sale}, nieuw gebouwd en opgeleverd in {year}.",
        "Koopwoningen tot en met de prijsgrens van {year}, nieuw gebouwd en opgeleverd.",
    ),
    _completed(
        Segment.OTHER_SALE,
        "Overige koop",
        "Koopwoningen boven {affordable_sale}, nieuw gebouwd en opgeleverd in {year}.",
        "Koopwoningen boven de prijsgrens van {year}, nieuw gebouwd en opgeleverd.",
    ),
    _completed(
        Segment.UNKNOWN,
        "Soort nog niet bekend",
        "Nieuw gebouwde woningen van {year} waarvan u nog niet weet of het huur of koop is, of wat "
        "zij kosten.",
    ),
    Field(
        "verbouwd",
        Measure.COMPLETED,
        "Verbouwd tot woning",
        COMPLETED,
        "Woningen in een gebouw dat eerst geen woning was, zoals een school of kantoor, klaar in "
        "{year}. Tel ze niet ook hierboven.",
        transformation=True,
    ),
    Field(
        "gesloopt",
        Measure.DEMOLISHED,
        "Gesloopt, niet van een corporatie",
        GONE,
        "Woningen die in {year} uit de voorraad gingen door sloop.",
    ),
    Field(
        "begonnen",
        Measure.STARTED,
        "Begonnen met bouwen",
        BUILDING,
        "Woningen waarvan de bouw in {year} begon, van alle bouwers samen.",
    ),
    Field(
        "vergund",
        Measure.PERMITTED,
        "Vergunning verleend",
        BUILDING,
        "Woningen in omgevingsvergunningen die u in {year} verleende, van alle bouwers samen.",
    ),
    Field(
        "plannen-hard",
        Measure.PLAN_HARD,
        "Harde plannen",
        PLANS,
        "Woningen die op 31 december {year} nog gebouwd moeten worden en die het omgevingsplan al "
        "toelaat, van alle bouwers samen.",
    ),
    Field(
        "plannen-zacht",
        Measure.PLAN_SOFT,
        "Zachte plannen",
        PLANS,
        "Woningen in plannen waarover op 31 december {year} nog niet is besloten, van alle bouwers "
        "samen.",
    ),
)
BY_KEY: Mapping[str, Field] = {field.key: field for field in FIELDS}
BY_PLACE: Mapping[tuple[str, str, bool], Field] = {field.place: field for field in FIELDS}


@dataclass(frozen=True, slots=True)
class Given:
    """What is said of one figure; `answer` "" means that it was not answered."""

    answer: str = ""
    homes: int | None = None
    note: str = ""

    @classmethod
    def of(cls, figure: MunicipalFigure) -> "Given":
        """What a stored figure says."""
        return cls(figure.answer, figure.homes, figure.note)

    @classmethod
    def number(cls, homes: int, note: str = "") -> "Given":
        """A number of homes; 0 is "geen", so that one fact has one form."""
        if homes == 0:
            return cls(Answer.NONE.value, None, note)
        return cls(Answer.NUMBER.value, homes, note)

    @property
    def is_answered(self) -> bool:
        return bool(self.answer)

    @property
    def known(self) -> int | None:
        """Homes; 0 for "geen", None for "niet bekend" and for what was not answered."""
        return 0 if self.answer == Answer.NONE else self.homes

    @property
    def words(self) -> str:
        """As people read it: "1.350", "geen", "niet bekend", "niet ingevuld"."""
        if self.answer == Answer.NUMBER:
            return dutch_number(self.homes or 0)
        return {Answer.NONE.value: "geen", Answer.UNKNOWN.value: "niet bekend"}.get(
            self.answer, "niet ingevuld"
        )

    @property
    def token(self) -> str:
        """What a page carries to say what it showed: equal only for the same answer and note."""
        note = sha256(self.note.encode()).hexdigest()[:12] if self.note else ""
        return f"{self.answer}:{'' if self.homes is None else self.homes}:{note}"


NOTHING = Given()


def meanings_of(year: int) -> dict[str, str]:
    """What each figure counts in `year`, by its key, in one query."""
    known = PriceLimit.objects.known_at(timezone.now()).filter(year=year).order_by("known_from")
    limits = {limit.limit: limit.amount for limit in known}
    amounts = {code: _amount(limits[code]) for code in Limit if code in limits}
    found = {}
    for field in FIELDS:
        needed = [code for code in Limit if f"{{{code.value}}}" in field.meaning]
        whole = all(code in amounts for code in needed)
        text = field.meaning if whole or not field.instead else field.instead
        found[field.key] = text.format(year=year, **amounts)
    return found


def _amount(amount: Decimal) -> str:
    whole = amount == amount.to_integral_value()
    return f"€ {dutch_number(int(amount))}" if whole else euro(amount)


def jumps(now: int | None, before: int | None) -> bool:
    """Whether a figure differs so much from last year's that it asks for a word (voorstel):
    more than doubled or halved, and at least `JUMP_HOMES` homes apart."""
    if now is None or before is None or abs(now - before) < JUMP_HOMES:
        return False
    low, high = sorted((now, before))
    return high > JUMP_FACTOR * low


def jump_text(now: int, before: int, year: int) -> str:
    """The question that a jump asks: "132 is veel meer dan de 55 van 2025"."""
    how = "meer" if now > before else "minder"
    return f"{dutch_number(now)} is veel {how} dan de {dutch_number(before)} van {year}"


@dataclass(frozen=True, slots=True)
class Asked:
    """How many homes of one figure were agreed for a year.

    `of` says where ("afspraak 2"). `others` are homes that the corporations reported and that
    reach the same number: they are laid beside hers to see whether it is reached, named apart and
    never added to her figure (NUMBERS 7). `waiting` names who has still to report.
    """

    homes: int
    year: int
    of: str
    others: int = 0
    waiting: str = ""

    def is_missed(self, now: int | None) -> bool:
        """Whether what is known stays below it; never while her own figure is unknown."""
        return now is not None and now + self.others < self.homes

    def text(self, now: int) -> str:
        """The question that it asks: "18 is minder dan de 40 van afspraak 2 voor 2026"."""
        told = (
            f"{dutch_number(now)} is minder dan de {dutch_number(self.homes)} van {self.of} "
            f"voor {self.year}"
        )
        if self.others:
            told += f", ook met de {dutch_number(self.others)} die de corporaties opgaven"
        return f"{told}. {self.waiting} moet nog opgeven" if self.waiting else told
