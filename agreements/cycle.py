"""The yearly cycle of a municipality's agreements, judged on a day. No Django.

Bids before 1 July of the year before, agreed and signed before 15 December, then the year itself,
and an evaluation after it. Nobody fixed a last day for the evaluation: ours is the day on which
the next bids are due, and pages say that it is a proposal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Stage(StrEnum):
    """How far a set is."""

    BIDDING = "bidding"
    TALKING = "talking"
    OVERDUE = "overdue"
    SIGNED = "signed"
    RUNNING = "running"
    TO_EVALUATE = "to_evaluate"
    EVALUATED = "evaluated"


class Stand(StrEnum):
    """How one party stands with what is asked of it."""

    DONE = "done"
    DONE_LATE = "done_late"
    AWAITED = "awaited"
    LATE = "late"
    # Signed without this bid being written down: nobody waits for it any more.
    NOT_RECORDED = "not_recorded"

    @property
    def is_open(self) -> bool:
        """Whether it is still asked."""
        return self in (Stand.AWAITED, Stand.LATE)


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened in a set, and by when it was to happen. Keys are ids of parties."""

    year: int
    bids_due_on: date
    signing_due_on: date
    parties: Mapping[int, str]
    corporations: tuple[int, ...]
    bids: Mapping[int, date]
    signatures: Mapping[int, date]
    evaluated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Cycle:
    """A set's cycle on a day: its stage, and how each party stands with bid and signature."""

    stage: Stage
    bids: Mapping[int, Stand]
    signatures: Mapping[int, Stand]
    evaluation: Stand
    evaluation_due_on: date

    @property
    def missing_bids(self) -> tuple[int, ...]:
        """Corporations whose bid is still asked, late or not."""
        return tuple(key for key, stand in self.bids.items() if stand.is_open)

    @property
    def late_bids(self) -> tuple[int, ...]:
        """Corporations that are late with their bid."""
        return tuple(key for key, stand in self.bids.items() if stand == Stand.LATE)

    @property
    def missing_signatures(self) -> tuple[int, ...]:
        """Parties that did not sign yet."""
        return tuple(key for key, stand in self.signatures.items() if stand.is_open)

    @property
    def late_signatures(self) -> tuple[int, ...]:
        """Parties that are late with their signature."""
        return tuple(key for key, stand in self.signatures.items() if stand == Stand.LATE)

    @property
    def is_signed(self) -> bool:
        """Whether every party signed."""
        return bool(self.signatures) and not self.missing_signatures

    @property
    def is_late(self) -> bool:
        """Whether anybody is late with anything."""
        return bool(self.late_bids or self.late_signatures or self.evaluation == Stand.LATE)


def evaluation_due_on(year: int) -> date:
    """The last day to evaluate `year` (voorstel): before the bids that build on it."""
    return date(year + 1, 6, 30)


def cycle(happened: Happened, day: date) -> Cycle:
    """How a set stands at `day`; what happened after that day is not known yet."""
    signatures = {
        key: _stand(happened.signatures.get(key), happened.signing_due_on, day)
        for key in happened.parties
    }
    signed = bool(signatures) and not any(stand.is_open for stand in signatures.values())
    bids = {
        key: _stand(happened.bids.get(key), happened.bids_due_on, day)
        for key in happened.corporations
    }
    if signed:
        bids = {key: Stand.NOT_RECORDED if stand.is_open else stand for key, stand in bids.items()}
    due_on = evaluation_due_on(happened.year)
    evaluation = _stand(happened.evaluated_on, due_on, day)
    if not signed and evaluation == Stand.LATE:
        evaluation = Stand.AWAITED  # what was never agreed is first to be signed
    return Cycle(
        stage=_stage(happened, day, signed=signed, evaluated=not evaluation.is_open),
        bids=bids,
        signatures=signatures,
        evaluation=evaluation,
        evaluation_due_on=due_on,
    )


def _stand(happened_on: date | None, due_on: date, day: date) -> Stand:
    if happened_on is not None and happened_on <= day:
        return Stand.DONE if happened_on <= due_on else Stand.DONE_LATE
    return Stand.AWAITED if day <= due_on else Stand.LATE


def _stage(happened: Happened, day: date, *, signed: bool, evaluated: bool) -> Stage:
    if evaluated:
        return Stage.EVALUATED
    if signed:
        if day.year < happened.year:
            return Stage.SIGNED
        return Stage.RUNNING if day.year == happened.year else Stage.TO_EVALUATE
    if day <= happened.bids_due_on:
        return Stage.BIDDING
    return Stage.TALKING if day <= happened.signing_due_on else Stage.OVERDUE
