"""The Voorzieningenwijzer by year: who takes part, whom it reached, what it gave a household.

Municipalities and corporations stand apart: a household may be counted by both, so that their
numbers are never added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from agreements.models import AidYear
from agreements.registers.sums import Sum, total
from housing.models import Organisation
from housing.wording import dutch_number

Kind = Organisation.Kind
NAMES = {
    Kind.MUNICIPALITY: ("gemeente", "gemeenten"),
    Kind.CORPORATION: ("corporatie", "corporaties"),
}


@dataclass(frozen=True, slots=True)
class PartyLine:
    """What one party gave for a year; `record` is None when it gave nothing."""

    party: Organisation
    record: AidYear | None
    may_keep: bool

    @property
    def participates(self) -> bool | None:
        """True, False, or None: not answered."""
        return self.record.participates if self.record else None

    @property
    def households(self) -> int | None:
        """Households reached; None when unknown."""
        return self.record.households if self.record else None

    @property
    def benefit(self) -> Decimal | None:
        """Euros a household a year; None when unknown."""
        return self.record.benefit if self.record else None


@dataclass(frozen=True, slots=True)
class KindSum:
    """A year of all municipalities, or of all corporations."""

    kind: str
    asked: int
    answered: int  # said whether they take part
    participating: int
    households: Sum
    benefit: Decimal | None  # weighted by households, over those that gave both
    benefit_on: int

    @property
    def name(self) -> str:
        """gemeenten, or corporaties."""
        return NAMES[Kind(self.kind)][1]

    @property
    def reached_label(self) -> str:
        """What the number of households is called."""
        return f"Bereikt door {self.name}"

    @property
    def benefit_label(self) -> str:
        """What the benefit is called."""
        return f"Voordeel volgens {self.name}"

    @property
    def participating_text(self) -> str:
        """5 van 7; 1 nog niet opgegeven."""
        text = f"{self.participating} van {self.asked}"
        silent = self.asked - self.answered
        return f"{text}; {silent} nog niet opgegeven" if silent else text

    @property
    def benefit_text(self) -> str:
        """€ 712; n.n.o. when nobody gave both."""
        if self.benefit is None:
            return "n.n.o."
        return f"€ {dutch_number(int(self.benefit.quantize(Decimal(1), ROUND_HALF_UP)))}"


@dataclass(frozen=True, slots=True)
class YearSum:
    """A year in two lines."""

    year: int
    municipalities: KindSum
    corporations: KindSum

    @property
    def kinds(self) -> tuple[KindSum, KindSum]:
        """Both lines."""
        return self.municipalities, self.corporations


def year_sum(year: int, parties: Sequence[Organisation], records: Mapping[int, AidYear]) -> YearSum:
    """A year of the asked `parties`; `records` by party id."""
    return YearSum(
        year,
        *(
            kind_sum(kind, [records.get(party.pk) for party in parties if party.kind == kind])
            for kind in (Kind.MUNICIPALITY, Kind.CORPORATION)
        ),
    )


def kind_sum(kind: str, records: Sequence[AidYear | None]) -> KindSum:
    """Add up one kind of party: None for a party that gave nothing. A party that does not take
    part is no gap in the households, it is left out."""
    given = [record for record in records if record is not None]
    reaching = [
        record.households if record else None
        for record in records
        if record is None or record.participates is not False
    ]
    both = [
        (record.households, record.benefit)
        for record in given
        if record.households and record.benefit is not None
    ]
    weight = sum(households for households, _ in both)
    worth = sum((households * benefit for households, benefit in both), Decimal(0))
    return KindSum(
        kind=kind,
        asked=len(records),
        answered=sum(record.participates is not None for record in given),
        participating=sum(record.participates is True for record in given),
        households=total(reaching),
        benefit=worth / weight if weight else None,
        benefit_on=len(both),
    )


def heading(sum_: YearSum, this_year: int) -> str:
    """The answer of the page for a year, as told in `this_year`."""
    places, corporations = sum_.municipalities, sum_.corporations
    if not places.answered and not corporations.answered:
        return f"Over {sum_.year} is nog niet opgegeven wie meedoet aan de Voorzieningenwijzer"
    who = f"{_of(places)} en {_of(corporations)}"
    verb = "deden" if sum_.year < this_year else "doen"
    return f"In {sum_.year} {verb} {who} mee aan de Voorzieningenwijzer"


def _of(sum_: KindSum) -> str:
    one, many = NAMES[Kind(sum_.kind)]
    return f"{sum_.participating} van de {sum_.asked} {one if sum_.asked == 1 else many}"
