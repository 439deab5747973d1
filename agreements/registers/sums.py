"""Sums that say what they rest on, and time between two days. No Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from housing.wording import dutch_number, homes

DAYS_A_MONTH = 365.25 / 12
UNKNOWN = "n.n.o."


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of what is known of a number of rows: None when nothing is."""

    known: int | None
    of: int  # rows
    unknown: int  # of those, rows without a number

    @property
    def resting_on(self) -> int:
        """The number of rows that have a number."""
        return self.of - self.unknown


def total(values: Iterable[int | None]) -> Sum:
    """Add up what is known; `None` is unknown, never 0."""
    found = list(values)
    known = [value for value in found if value is not None]
    return Sum(sum(known) if known else None, len(found), len(found) - len(known))


def homes_in_words(sum_: Sum, one: str, many: str) -> str:
    """ "120 woningen, 2 plannen zonder aantal": the homes of rows called `one` or `many`."""
    if not sum_.of:
        return "geen"
    missing = f"{sum_.unknown} {one if sum_.unknown == 1 else many} zonder aantal"
    if sum_.known is None:
        return missing
    return f"{homes(sum_.known)}, {missing}" if sum_.unknown else homes(sum_.known)


def euros(amount: int | None) -> str:
    """€ 1.197.150, kept on one line; n.n.o. for None."""
    return UNKNOWN if amount is None else f"€\u00a0{dutch_number(amount)}"


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of the values that are known; `value` is None when there are none."""

    value: int | None
    count: int


def months(start: date, end: date) -> int:
    """Months from one day to another, rounded to the nearest whole one."""
    return round((end - start).days / DAYS_A_MONTH)


def median_of_days(days: Sequence[int]) -> Median:
    """The median in whole months of spans in days: rounded once, after taking the middle."""
    return Median(round(median(days) / DAYS_A_MONTH) if days else None, len(days))


def median_of(amounts: Sequence[int]) -> Median:
    """The median of whole amounts, rounded to a whole one."""
    return Median(round(median(amounts)) if amounts else None, len(amounts))


def in_months(count: int) -> str:
    """1 maand, 14 maanden; under a month in words."""
    if count < 1:
        return "minder dan een maand"
    return f"{dutch_number(count)} {'maand' if count == 1 else 'maanden'}"


def lasting(start: date, end: date) -> str:
    """How long from `start` to `end`: 5 maanden, 2 jaar, 2 jaar en 3 maanden."""
    years, rest = divmod(months(start, end), 12)
    if not years:
        return in_months(rest)
    return f"{years} jaar en {in_months(rest)}" if rest else f"{years} jaar"
