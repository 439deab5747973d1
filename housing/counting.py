"""Which homes count for the 1.350 (NUMBERS 6): a dated rule, read and never written into figures.

Pure: no Django. `CountingRule` rows become `Rule`s through `housing.models`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from housing.codes import UnitKind


class Countable(Protocol):
    """A row or a tally, as a rule looks at it. `year` is the calendar year it counts in."""

    @property
    def year(self) -> int: ...
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


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of the counting rule. `applies_from_year` None means: for all years."""

    number: int
    kinds: frozenset[str]
    segments: frozenset[str]
    count_unknown_self_contained: bool
    excluded_dwelling_types: frozenset[str]
    first_year: int
    last_year: int
    text: str = ""
    is_proposal: bool = True
    applies_from_year: int | None = None

    def counts(self, row: Countable) -> bool:
        """Whether these homes count under this rule."""
        self_contained = row.self_contained
        if self_contained is None:
            self_contained = self.count_unknown_self_contained
        return (
            self_contained
            and row.kind in self.kinds
            and row.segment in self.segments
            and row.unit_kind == UnitKind.DWELLING
            and row.part == "2.1A"
            and self.first_year <= row.year <= self.last_year
            and row.dwelling_type not in self.excluded_dwelling_types
        )


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules known at a moment, oldest first; each year is judged by the newest that
    applies to it."""

    rules: Sequence[Rule]

    @property
    def newest(self) -> Rule | None:
        """The rule that holds now; None when there is none yet."""
        return self.rules[-1] if self.rules else None

    def rule_for(self, year: int) -> Rule | None:
        """The newest rule that applies to `year`."""
        for rule in reversed(self.rules):
            if rule.applies_from_year is None or rule.applies_from_year <= year:
                return rule
        return None

    def counts(self, row: Countable) -> bool:
        """Whether these homes count for the year they belong to."""
        rule = self.rule_for(row.year)
        return rule is not None and rule.counts(row)
