"""Which homes count for the 1.350 (NUMBERS 6): a dated rule, read and never written into figures.

Pure: no Django. `CountingRule.rule_at` makes a `Rule` of the stored rows.
"""

from dataclasses import dataclass
from typing import Protocol

from housing.codes import Kind, Segment, UnitKind


class Countable(Protocol):
    """A row or a summed tally, as a rule looks at it. `year` is the calendar year it counts in,
    `municipality` "" when the place is not known or not in the region."""

    @property
    def year(self) -> int: ...
    @property
    def municipality(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def segment(self) -> str: ...
    @property
    def unit_kind(self) -> str: ...
    @property
    def dwelling_type(self) -> str: ...
    @property
    def self_contained(self) -> bool | None: ...


def is_stock_of_dwellings(row: Countable) -> bool:
    """Whether it changes the stock of homes in the region: 2.1A, woonruimte, placed."""
    return row.unit_kind == UnitKind.DWELLING and row.part == "2.1A" and bool(row.municipality)


@dataclass(frozen=True, slots=True)
class Rule:
    """A counting rule (NUMBERS 6). `self_contained` lists which of yes, no, unknown count.

    A rule holds for all years, unless `applies_from` names the first and `earlier` the rule
    for the years before it.
    """

    number: int = 1
    kinds: frozenset[str] = frozenset({Kind.NEW_BUILD.value})
    segments: frozenset[str] = frozenset({Segment.SOCIAL_RENT.value})
    self_contained: frozenset[str] = frozenset({"yes", "unknown"})
    excluded_dwelling_types: frozenset[str] = frozenset()
    first_year: int = 2024
    last_year: int = 2028
    text: str = ""
    decided: bool = False
    applies_from: int | None = None
    earlier: "Rule | None" = None

    def counts(self, row: Countable, *, any_segment: bool = False) -> bool:
        """Whether these homes count; `any_segment` asks the same of homes in every segment."""
        if self.applies_from and self.earlier and row.year < self.applies_from:
            return self.earlier.counts(row, any_segment=any_segment)
        contained = {True: "yes", False: "no", None: "unknown"}[row.self_contained]
        return (
            is_stock_of_dwellings(row)
            and row.kind in self.kinds
            and (any_segment or row.segment in self.segments)
            and contained in self.self_contained
            and row.dwelling_type not in self.excluded_dwelling_types
            and self.first_year <= row.year <= self.last_year
        )


NO_RULE = Rule(number=0, kinds=frozenset(), segments=frozenset())
"""Before the first rule was known: nothing counts."""
