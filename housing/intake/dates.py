"""A date as people write it -> as much as is known of it. Doubt is asked, never guessed."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from housing.codes import Precision
from housing.intake.values import MONTHS, Fault, dutch_date, excel_error, trimmed

_ISO = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:[T ][0-9:.]*)?")
_DAY = re.compile(r"([0-9]{1,2})\s*([-/. ])\s*([0-9]{1,2})\s*[-/. ]\s*([0-9]{4})(?: [0-9:]{4,8})?")
_SHORT = re.compile(r"([0-9]{1,2})\s*[-/. ]\s*([0-9]{1,2})\s*[-/. ]\s*'?([0-9]{2})")
_MONTH_OF = re.compile(r"([0-9]{1,2})\s*[-/]\s*([0-9]{4})|([0-9]{4})\s*[-/]\s*([0-9]{1,2})")
_WORDED = re.compile(r"(?:([0-9]{1,2})[. -]*)?([a-z]{3,9})\.?[ -]*([0-9]{4})")
_YEAR = re.compile(r"[0-9]{4}")
_SERIAL = re.compile(r"[0-9]{5}")
_MONTH_NAMES = {name: n for n, name in enumerate(MONTHS, 1)}
_MONTH_NAMES |= {name[:3]: n for n, name in enumerate(MONTHS, 1)} | {"mrt": 3, "sept": 9}


@dataclass(frozen=True, slots=True)
class When:
    """A date as far as it is known: `day` is None when only the year is."""

    year: int
    day: date | None
    precision: Precision


def read_when(text: str) -> When | Fault | None:
    """A date, a month or a year. 12/01/2025 and 12-01-25 are asked."""
    text = trimmed(text)
    if not text:
        return None
    if len(text) > 40:  # no date; and a run of 40.000 spaces would keep the patterns busy
        return excel_error(text) or _no_date()
    if _YEAR.fullmatch(text):
        return _year(int(text))
    if match := _ISO.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if match[2] == "/" and first != second and first <= 12 and second <= 12:
            return _either(date(year, second, first), date(year, first, second))
        if second > 12 >= first and 12 < second <= 31:
            return _meant(year, first, second)
        return _day(year, second, first)
    if match := _SHORT.fullmatch(text):
        return _short(int(match[1]), int(match[2]), 2000 + int(match[3]))
    if match := _MONTH_OF.fullmatch(text):
        if match[1]:
            return _month(int(match[2]), int(match[1]))
        return _month(int(match[3]), int(match[4]))
    if match := _WORDED.fullmatch(text.casefold()):
        month_number = _MONTH_NAMES.get(match[2])
        if month_number and match[1]:
            return _day(int(match[3]), month_number, int(match[1]))
        if month_number:
            return _month(int(match[3]), month_number)
    if _SERIAL.fullmatch(text) and 36_526 <= int(text) < 60_000:
        day = date(1899, 12, 30) + timedelta(days=int(text))
        return Fault(
            "date_serial",
            "Hier staat een getal in plaats van een datum",
            f"Excel bewaart {dutch_date(day)} als {text}. Is dat de datum, schrijf dan "
            f"{_dashed(day)}.",
        )
    return excel_error(text) or _no_date()


def _no_date() -> Fault:
    return Fault(
        "date",
        "Deze datum kunnen we niet lezen",
        "Vul een datum in als 12-03-2026, of alleen een maand (maart 2026) of een jaar (2026).",
    )


def _year(year: int) -> When | Fault:
    return When(year, None, Precision.YEAR) if 1900 <= year <= 2199 else _no_date()


def _month(year: int, month: int) -> When | Fault:
    if not 1 <= month <= 12 or not 1900 <= year <= 2199:
        return _no_date()
    return When(year, date(year, month, 1), Precision.MONTH)


def _day(year: int, month: int, day: int) -> When | Fault:
    if year == 1905 and 6 <= month <= 10:
        return Fault(
            "date_1905",
            "Excel maakte van een jaar een dag in 1905",
            "Een jaartal in een cel voor datums wordt een dag in 1905. Zet de cel op Standaard of "
            "Tekst en typ het jaar opnieuw, of vul de hele datum in.",
        )
    if not 1900 <= year <= 2199:
        return _no_date()
    try:
        return When(year, date(year, month, day), Precision.DAY)
    except ValueError:
        return Fault(
            "date_unknown",
            "Deze datum bestaat niet",
            "Kijk of de dag en de maand kloppen. Schrijf de datum als 12-03-2026.",
        )


def _dashed(day: date) -> str:
    return f"{day.day:02}-{day.month:02}-{day.year}"


def _either(one: date, other: date) -> Fault:
    return Fault(
        "date_ambiguous",
        "Deze datum kan twee dagen zijn",
        f"Dit kan {dutch_date(one)} zijn of {dutch_date(other)}. "
        f"Schrijf {_dashed(one)} of {_dashed(other)}.",
    )


def _meant(year: int, month: int, day: int) -> Fault | When:
    meant = _day(year, month, day)
    if isinstance(meant, Fault) or meant.day is None:
        return meant
    return Fault(
        "date_order",
        "Dag en maand lijken verwisseld",
        f"Bedoelt u {dutch_date(meant.day)}? Schrijf dan {_dashed(meant.day)}.",
    )


def _short(first: int, second: int, year: int) -> Fault:
    days = []
    for month, day in ((second, first), (first, second)):
        when = _day(year, month, day) if 1 <= month <= 12 else None
        if isinstance(when, When) and when.day and when.day not in days:
            days.append(when.day)
    if len(days) == 2:
        return _either(*days)
    if len(days) == 1:
        return Fault(
            "date_short",
            "Het jaar van deze datum heeft twee cijfers",
            f"Bedoelt u {dutch_date(days[0])}? Schrijf dan {_dashed(days[0])}.",
        )
    return _no_date()
