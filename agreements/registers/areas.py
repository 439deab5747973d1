"""Vulnerable areas in numbers, and what of a spared complex asks attention."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agreements.models import SparedComplex, VulnerableArea
from agreements.registers.sums import Sum, homes_in_words, total
from housing.wording import dutch_date

WARN_BEFORE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An area with how many complexes and homes are spared in it on a day. No complex is named."""

    area: VulnerableArea
    homes: Sum  # of the complexes spared on that day
    may_choose: bool
    warning: str

    @property
    def complexes(self) -> int:
        """How many complexes are spared."""
        return self.homes.of

    @property
    def homes_text(self) -> str:
        """120 woningen, 1 complex zonder aantal."""
        return homes_in_words(self.homes, "complex", "complexen")


@dataclass(frozen=True, slots=True)
class ComplexLine:
    """A complex for a reader who may know which one it is."""

    complex: SparedComplex
    standing: str
    warnings: tuple[str, ...]
    advice: str  # the newest, or that none was given
    awaits_advice: bool
    may_advise: bool


def area_line(
    area: VulnerableArea, complexes: Iterable[SparedComplex], today: date, *, may_choose: bool
) -> AreaLine:
    """An area in numbers on `today`."""
    homes = total(each.homes for each in complexes if each.is_spared_on(today))
    return AreaLine(area, homes, may_choose, area_warning(area, today))


def area_warning(area: VulnerableArea, today: date) -> str:
    """What the end of an area's own term asks; "" for nothing."""
    if area.ends_on is None:
        return ""
    if area.ends_on < today:
        return f"Liep af op {dutch_date(area.ends_on)}."
    if area.ends_on - today <= WARN_BEFORE:
        return f"Loopt af op {dutch_date(area.ends_on)}."
    return ""


def standing(complex_: SparedComplex, today: date) -> str:
    """Whether a complex is spared today, will be, or was."""
    if today < complex_.spared_from:
        return f"wordt ontzien vanaf {dutch_date(complex_.spared_from)}"
    if today > complex_.spared_until:
        return f"afgelopen op {dutch_date(complex_.spared_until)}"
    return f"wordt ontzien tot en met {dutch_date(complex_.spared_until)}"


def warnings(complex_: SparedComplex, today: date) -> tuple[str, ...]:
    """What a complex asks of its parties: a term that ends within 90 days or has ended, an
    evaluation that is late. An ended term that was evaluated asks nothing more."""
    found = []
    evaluated = bool(complex_.evaluation.strip())
    if complex_.spared_until < today:
        if not evaluated:
            found.append(
                f"De termijn liep af op {dutch_date(complex_.spared_until)}. "
                "Schrijf de uitkomst op, of verleng de termijn."
            )
    elif complex_.spared_until - today <= WARN_BEFORE:
        days = (complex_.spared_until - today).days
        when = {0: "vandaag", 1: "morgen"}.get(days, f"over {days} dagen")
        found.append(f"De termijn loopt {when} af, op {dutch_date(complex_.spared_until)}.")
    if complex_.evaluation_on and complex_.evaluation_on < today and not evaluated:
        found.append(
            f"De evaluatie was op {dutch_date(complex_.evaluation_on)}; er staat nog geen uitkomst."
        )
    return tuple(found)


def heading(areas: Sequence[AreaLine]) -> str:
    """The answer of the page, the same for everybody."""
    if not areas:
        return "Er zijn nog geen kwetsbare gebieden vastgesteld"
    fixed = (
        "Er is 1 kwetsbaar gebied vastgesteld"
        if len(areas) == 1
        else f"Er zijn {len(areas)} kwetsbare gebieden vastgesteld"
    )
    count = sum(line.complexes for line in areas)
    if not count:
        return f"{fixed}; geen enkel complex wordt nu ontzien"
    complexes = "wordt 1 complex" if count == 1 else f"worden {count} complexen"
    return f"{fixed}; daarin {complexes} nu ontzien"
