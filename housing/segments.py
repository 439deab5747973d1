"""The segment of a home (NUMBERS 5), from what a row says and that year's price limits.

A *voorstel*: the bands are data (`SegmentTable`), the limits are data (`PriceLimit`); here is
only how they are read. Pure: no Django.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from housing.codes import Branch, Limit, RentClass, Segment

Limits = Mapping[tuple[int, str], Decimal]
Bands = Sequence[Mapping[str, str]]

# The first segment table. A band without "up_to" is open above.
FIRST_BANDS: tuple[Mapping[str, str], ...] = (
    {"of": "social", "up_to": Limit.DAEB_RENT, "segment": Segment.SOCIAL_RENT},
    {"of": "social", "segment": Segment.SOCIAL_ABOVE_LIMIT},
    {"of": "other", "up_to": Limit.MID_RENT, "segment": Segment.MID_RENT},
    {"of": "other", "segment": Segment.FREE_RENT},
    {"of": "sale", "up_to": Limit.AFFORDABLE_SALE, "segment": Segment.AFFORDABLE_SALE},
    {"of": "sale", "segment": Segment.OTHER_SALE},
)
_RENTED = {Segment.MID_RENT, Segment.FREE_RENT}
_SOLD = {Segment.AFFORDABLE_SALE, Segment.OTHER_SALE}
_SOCIAL = {Segment.SOCIAL_RENT, Segment.SOCIAL_ABOVE_LIMIT}


@dataclass(frozen=True, slots=True)
class Derived:
    """A segment with what is known of the rent; `missing` names a limit the year lacks."""

    segment: Segment
    rent_class: RentClass
    missing: Limit | None = None


def derive(
    *,
    declared: str,
    branch: str,
    rent: Decimal | None,
    price: Decimal | None,
    year: int,
    limits: Limits,
    bands: Bands,
) -> Derived:
    """Give the segment of a home.

    `declared` is the segment the row names or "", `branch` a `Branch` or "". Branch DAEB (or,
    without a branch, declared sociale huur) goes by the social bands, other rented homes by
    the others, homes for sale by price. What is not known is not guessed: without the amount
    or the limit, branch and then the declared segment decide.
    """
    group = _group(declared, branch)
    if group == "sale":
        segment, missing = _in_band(group, price, year, limits, bands)
        return Derived(segment or Segment(declared), RentClass.NOT_RENTED, missing)
    if group == "":
        return Derived(Segment.UNKNOWN, _rent_class(rent, year, limits))
    segment, missing = _in_band(group, rent, year, limits, bands)
    rent_class = _rent_class(rent, year, limits)
    if segment is None:
        if group == "social":
            segment = Segment(declared) if declared in _SOCIAL else Segment.SOCIAL_RENT
        else:
            segment = Segment(declared) if declared in _RENTED else Segment.UNKNOWN
    return Derived(segment, rent_class, missing)


def _group(declared: str, branch: str) -> str:
    if declared in _SOLD:
        return "sale"
    if branch == Branch.DAEB or (not branch and declared in _SOCIAL):
        return "social"
    if branch or declared in _RENTED:
        return "other"
    return ""


def _in_band(
    group: str, amount: Decimal | None, year: int, limits: Limits, bands: Bands
) -> tuple[Segment | None, Limit | None]:
    if amount is None:
        return None, None
    for band in bands:
        if band["of"] != group:
            continue
        if "up_to" not in band:
            return Segment(band["segment"]), None
        limit = limits.get((year, str(band["up_to"])))
        if limit is None:
            return None, Limit(band["up_to"])
        if amount <= limit:
            return Segment(band["segment"]), None
    return None, None


def _rent_class(rent: Decimal | None, year: int, limits: Limits) -> RentClass:
    limit = limits.get((year, Limit.DAEB_RENT.value))
    if rent is None or limit is None:
        return RentClass.UNKNOWN
    return RentClass.WITHIN if rent <= limit else RentClass.ABOVE
