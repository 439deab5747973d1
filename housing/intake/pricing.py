"""The segment of rows, and the warnings where rent, price or points say something else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from housing.codes import Limit, RentClass, Segment
from housing.intake.problems import Findings
from housing.intake.rows import Lookups
from housing.intake.values import Fault, euro
from housing.segments import Derived, derive

NOTHING = Derived(Segment.UNKNOWN, RentClass.UNKNOWN)
SOCIAL_POINTS = "social_points"  # optional among the limits: the most points of a social home
_LIMIT_NAMES: Mapping[str, str] = {
    Limit.DAEB_RENT.value: "De DAEB-huurgrens",
    Limit.MID_RENT.value: "De grens voor middenhuur",
    Limit.AFFORDABLE_SALE.value: "De grens voor betaalbare koop",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A segment with what to tell of it: `by_price` is about the price, not the rent."""

    derived: Derived
    fault: Fault | None = None
    by_price: bool = False
    missing: tuple[str, int] | None = None


@dataclass(slots=True)
class Pricing:
    """Derives segments, once for each different combination, and tells the warnings."""

    lookups: Lookups
    findings: Findings
    rent_column: int | None
    price_column: int | None = None
    points_column: int | None = None
    _known: dict[tuple[object, ...], Answer] = field(default_factory=dict)
    _missing: set[tuple[str, int]] = field(default_factory=set)

    def derive(
        self,
        declared: str,
        branch: str,
        rent: Decimal | None,
        price: Decimal | None,
        points: int | None,
        year: int,
    ) -> Answer:
        key = (declared, branch, rent, price, points, year)
        answer = self._known.get(key)
        if answer is None:
            answer = self._known[key] = self._derive(declared, branch, rent, price, points, year)
        return answer

    def _derive(
        self,
        declared: str,
        branch: str,
        rent: Decimal | None,
        price: Decimal | None,
        points: int | None,
        year: int,
    ) -> Answer:
        said = "" if declared == Segment.UNKNOWN else declared
        limits = self.lookups.limits
        derived = derive(
            declared=said,
            branch=branch,
            rent=rent,
            price=price,
            year=year,
            limits=limits,
            bands=self.lookups.bands,
        )
        sold = derived.rent_class is RentClass.NOT_RENTED
        missing = derived.missing
        if not missing and not sold and rent is not None:
            missing = None if (year, Limit.DAEB_RENT.value) in limits else Limit.DAEB_RENT
        if missing:
            return Answer(derived, missing=(missing.value, year))
        fault = self._price_says(said, derived, price, year) if sold else None
        if not sold:
            fault = self._rent_says(said, derived, rent, year) or self._points_say(
                derived, points, year
            )
        return Answer(derived, fault, by_price=sold)

    def _rent_says(
        self, said: str, derived: Derived, rent: Decimal | None, year: int
    ) -> Fault | None:
        if rent is None:
            return None
        segment = derived.segment
        limit = self.lookups.limits[(year, Limit.DAEB_RENT.value)]
        told = f"De huur is {euro(rent)}, de grens van {year} is {euro(limit)}."
        if segment is Segment.SOCIAL_ABOVE_LIMIT and said != segment:
            return Fault(
                "rent_above_limit",
                "De huur is hoger dan de grens voor sociale huur",
                f"{told} Wij bewaren deze woning als “{segment.label}”. Zij telt niet mee. "
                "Controleer de huur.",
            )
        if segment is Segment.MID_RENT and derived.rent_class is RentClass.WITHIN:
            return Fault(
                "rent_below_limit",
                "De huur past bij sociale huur",
                f"{told} Wij bewaren deze woning als {segment.label}. Is het sociale huur, "
                "verbeter dan het segment of de tak.",
            )
        if said in {Segment.MID_RENT, Segment.FREE_RENT} and segment != said:
            return Fault(
                "segment_differs",
                f"De huur past bij {segment.label}, niet bij {Segment(said).label}",
                f"De huur is {euro(rent)}. Wij bewaren deze woning als {segment.label}. "
                "Controleer de huur.",
            )
        return None

    def _price_says(
        self, said: str, derived: Derived, price: Decimal | None, year: int
    ) -> Fault | None:
        limit = self.lookups.limits.get((year, Limit.AFFORDABLE_SALE.value))
        if price is None or limit is None or derived.segment == said:
            return None
        return Fault(
            "segment_differs",
            f"De koopprijs past bij {derived.segment.label}, niet bij {Segment(said).label}",
            f"De koopprijs is {euro(price)}, de grens van {year} is {euro(limit)}. Wij bewaren "
            f"deze woning als {derived.segment.label}. Controleer de prijs.",
        )

    def _points_say(self, derived: Derived, points: int | None, year: int) -> Fault | None:
        most = self.lookups.limits.get((year, SOCIAL_POINTS))
        if points is None or most is None or points > most:
            return None
        if derived.segment not in {Segment.MID_RENT, Segment.FREE_RENT}:
            return None
        return Fault(
            "points_differ",
            "De WWS-punten passen bij sociale huur",
            f"Tot en met {most:.0f} punten is een woning sociaal; hier staan er {points}. "
            f"Wij bewaren deze woning als {derived.segment.label}. Controleer de punten.",
        )

    def tell(
        self,
        answer: Answer,
        rent: Decimal | None,
        price: Decimal | None,
        row: int,
        homes: int,
        project: str,
    ) -> None:
        if answer.missing:
            self._missing.add(answer.missing)
        if answer.fault is None:
            return
        column, amount = self.rent_column, rent
        if answer.by_price:
            column, amount = self.price_column, price
        elif answer.fault.code == "points_differ":
            column, amount = self.points_column, None
        value = "" if amount is None else euro(amount).removeprefix("€ ")
        self.findings.warning(answer.fault, row, column, value, homes, project)

    def rent_unknown(self, row: int, homes: int, project: str) -> None:
        self.findings.warning(_RENT_UNKNOWN, row, self.rent_column, "", homes, project)

    def finish(self) -> None:
        """Tell once for the file which limits of which year are not known."""
        for code, year in sorted(self._missing):
            fault = Fault(
                "limit_missing",
                f"{_LIMIT_NAMES[code]} van {year} is nog niet bekend",
                "Tot die bekend is, delen we in op tak en segment, alsof huur of prijs nog niet "
                "bekend is.",
            )
            self.findings.warning(fault)


_RENT_UNKNOWN = Fault(
    "rent_unknown",
    "De huur is nog niet bekend",
    "De woningen tellen mee, met het merk “huur nog niet bekend”. Vul de huur in zodra u haar "
    "weet.",
)
