"""Small Dutch sentences that several pages of the reporting share. No Django."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from housing.codes import (
    Branch,
    DwellingType,
    Kind,
    Origin,
    RentClass,
    Segment,
    UnitKind,
)
from housing.intake.values import dutch_date, dutch_number, euro

__all__ = [
    "EMPTY",
    "dutch_date",
    "dutch_number",
    "euro_or_empty",
    "fact",
    "homes",
    "listed",
    "rows",
    "spans",
]

_LABELS = {
    "kind": Kind,
    "origin": Origin,
    "segment": Segment,
    "branch": Branch,
    "unit_kind": UnitKind,
    "dwelling_type": DwellingType,
    "rent_class": RentClass,
}
EMPTY = "leeg"


def homes(count: int) -> str:
    """1 woning, 2 woningen."""
    return f"{dutch_number(count)} {'woning' if count == 1 else 'woningen'}"


def rows(count: int) -> str:
    """1 rij, 2 rijen."""
    return f"{dutch_number(count)} {'rij' if count == 1 else 'rijen'}"


def listed(items: Iterable[object]) -> str:
    """A, B en C."""
    words = [str(item) for item in items]
    return " en ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def spans(numbers: Iterable[int], most: int = 6) -> str:
    """2 tot en met 15, 17 en 19; beyond `most` of these "en meer"."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    words: list[str] = []
    for first, last in found:
        if last - first > 1:
            words.append(f"{first} tot en met {last}")
        else:
            words += map(str, sorted({first, last}))
    return listed(words) if len(words) <= most else f"{', '.join(words[:most])} en meer"


def fact(field: str, value: object) -> str:
    """One fact of a row as people read it; "leeg" for what is not known."""
    if value is None or value == "" or value == ():
        return EMPTY
    if field in _LABELS:
        return _LABELS[field](str(value)).label
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if field in {"rent", "price"} and isinstance(value, Decimal):
        return euro(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", ",")
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value)


def euro_or_empty(amount: Decimal | None) -> str:
    """€ 712,40, or nothing."""
    return "" if amount is None else euro(amount)
