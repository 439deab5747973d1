"""Compare what was built with what was agreed. Arithmetic only: no Django, no database.

The rules are those of NUMBERS 6 and 9. Unknown is `None`, never 0; all numbers are homes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile

from housing.counting import Rule
from monitoring.lights import PROPOSED, Light, Thresholds, light_of
from monitoring.reported import MISSING, PENDING, Answered, Asked, Mark, Slice
from monitoring.stated import NOT_STATED, Stated, stated, together

__all__ = [
    "Answered",
    "Asked",
    "Light",
    "Mark",
    "Net",
    "Progress",
    "Rule",
    "Slice",
    "YearProgress",
    "measure",
    "net_change",
]


@dataclass(frozen=True, slots=True)
class Net:
    """Net change of the social stock, as far as parties gave all four answers.

    All three are None when nobody did. `missing` names organisation and year of the others.
    `stated` is net with its state and marks.
    """

    additions: int | None = None
    withdrawals: int | None = None
    stated: Stated = NOT_STATED
    given: tuple[tuple[str, int], ...] = ()
    missing: tuple[tuple[str, int], ...] = ()

    @property
    def net(self) -> int | None:
        """Additions less withdrawals (which are written negative)."""
        if self.additions is None or self.withdrawals is None:
            return None
        return self.additions + self.withdrawals


@dataclass(frozen=True, slots=True)
class YearProgress:
    """One year: what was agreed, what is known to be built, and on whom that rests.

    `finished`: over and every party complete, or closed by hand. `closed`: finished, and so is
    every year before it; only closed years are in the verdict. `missing` did not answer (for a
    past year: not for all of it); `silent` when those gave no answer at all. `stated` is what was
    built with its state and marks, and `answers` are those it rests on.
    """

    year: int
    target: int | None = None
    stated: Stated = NOT_STATED
    answers: tuple[Answered, ...] = ()
    reported: int = 0
    asked: int = 0
    missing: tuple[str, ...] = ()
    silent: bool = False
    started: bool = False
    over: bool = False
    finished: bool = False
    closed: bool = False
    closed_by_hand: bool = False
    light: Light = Light.NONE
    net: Net = field(default_factory=Net)

    @property
    def built(self) -> int | None:
        """Homes that count; None while nobody reported."""
        return self.stated.homes

    @property
    def accepted(self) -> int:
        return (self.stated.homes or 0) - self.stated.provisional

    @property
    def provisional(self) -> int:
        return self.stated.provisional

    @property
    def disputed(self) -> int:
        return self.stated.marked("disputed")

    @property
    def rent_unknown(self) -> int:
        return self.stated.marked("rent_unknown")


@dataclass(frozen=True, slots=True)
class Progress:
    """What was built beside what was agreed, for the region or one party, as of a day."""

    years: tuple[YearProgress, ...]
    goal: int | None
    as_of: date
    rule: Rule
    thresholds: Thresholds
    net: Net
    marks: tuple[Mark, ...] = ()
    demo: bool = False

    @property
    def has_targets(self) -> bool:
        return any(year.target is not None for year in self.years)

    @property
    def closed_years(self) -> tuple[YearProgress, ...]:
        return tuple(year for year in self.years if year.closed)

    @property
    def open_years(self) -> tuple[YearProgress, ...]:
        return tuple(year for year in self.years if not year.closed)

    @property
    def stated(self) -> Stated:
        """All that counts, open years included, with its state and marks."""
        return together(year.stated for year in self.years)

    @property
    def stated_closed(self) -> Stated:
        """What counts in closed years, with its state and marks."""
        return together(year.stated for year in self.closed_years)

    @property
    def built(self) -> int | None:
        """All that counts, open years included; None when nobody reported."""
        return _known_sum(year.built for year in self.years)

    @property
    def accepted(self) -> int | None:
        return None if self.built is None else sum(year.accepted for year in self.years)

    @property
    def provisional(self) -> int | None:
        return None if self.built is None else sum(year.provisional for year in self.years)

    @property
    def disputed(self) -> int:
        return sum(year.disputed for year in self.years)

    @property
    def rent_unknown(self) -> int:
        return sum(year.rent_unknown for year in self.years)

    @property
    def closed_until(self) -> int | None:
        """The last year the verdict is about."""
        return self.closed_years[-1].year if self.closed_years else None

    @property
    def built_closed(self) -> int | None:
        return _known_sum(year.built for year in self.closed_years)

    @property
    def due(self) -> int | None:
        """What had to be there by the end of the closed years; None when there are none."""
        return _known_sum(year.target for year in self.closed_years)

    @property
    def behind(self) -> int | None:
        """How far behind over closed years; negative when ahead."""
        if self.due is None or self.built_closed is None:
            return None
        return self.due - self.built_closed

    @property
    def to_go(self) -> int | None:
        """Homes still needed for the goal after the closed years; never below 0."""
        return None if self.goal is None else max(0, self.goal - (self.built_closed or 0))

    @property
    def needed_per_year(self) -> int | None:
        """Homes in each year not closed that would still meet the goal, rounded up."""
        if self.to_go is None or not self.has_targets or not self.open_years:
            return None
        return -(-self.to_go // len(self.open_years))

    @property
    def shortfall(self) -> int | None:
        """What the goal lacks once all years are closed (negative: more than agreed)."""
        if self.goal is None or self.open_years or self.built_closed is None:
            return None
        return self.goal - self.built_closed

    @property
    def agreed_in_years(self) -> int | None:
        """The sum of the yearly paces; after a revision it need not be the goal."""
        return _known_sum(year.target for year in self.years)

    @property
    def light(self) -> Light:
        """The verdict over closed years. Without one: op schema if what is known already
        reaches what the years that are over asked, else not to say."""
        if not self.has_targets:
            return Light.NONE
        if self.due is not None and self.built_closed is not None:
            return light_of(self.built_closed, self.due, thresholds=self.thresholds)
        over = [year for year in self.years if year.over]
        if not over or self.closed_years:
            return Light.UNKNOWN
        known = _known_sum(year.built for year in over)
        asked = sum(year.target or 0 for year in over)
        return light_of(known, asked, complete=False, thresholds=self.thresholds)

    def year(self, number: int) -> YearProgress:
        """The progress of one year; KeyError outside the period."""
        for year in self.years:
            if year.year == number:
                return year
        raise KeyError(number)


def measure(
    targets: Mapping[int, int],
    slices: Iterable[Slice],
    *,
    answered: Iterable[Answered],
    asked: Asked,
    rule: Rule,
    today: date,
    thresholds: Thresholds | None = None,
    closed_by_hand: frozenset[int] = frozenset(),
    total: int | None = None,
) -> Progress:
    """Lay what was reported beside what was agreed, year by year.

    For one party or municipality: hand over its slices, its targets (empty: no light) and the
    corporations asked about it. `total` is the agreed total where it is not the sum of years.
    `today` is the day that "stand op" asks for.
    """
    thresholds = thresholds or PROPOSED
    pieces = list(slices)
    answers = {(answer.organisation, answer.year): answer for answer in answered}
    counted: dict[int, list[Slice]] = defaultdict(list)
    for piece in pieces:
        if rule.counts(piece):
            counted[piece.year].append(piece)
    first, last = rule.first_year, rule.last_year
    if targets:
        first, last = min(targets), max(targets)
    period = range(first, last + 1)
    parties = {party for year in period for party in asked.get(year, ())}
    parties |= {piece.organisation for piece in pieces}
    relevant: dict[int, list[Answered]] = defaultdict(list)
    for (party, year), answer in sorted(answers.items()):
        if party in parties:
            relevant[year].append(answer)
    years = [
        _measure_year(
            year,
            targets.get(year),
            counted[year],
            {party: answers.get((party, year)) for party in asked.get(year, ())},
            relevant[year],
            today=today,
            by_hand=year in closed_by_hand,
            thresholds=thresholds,
            net=net_change(pieces, answered=answers.values(), asked=asked, years=[year]),
        )
        for year in period
    ]
    run = {year.year for year in takewhile(lambda year: year.finished, years)}
    inside = [piece for piece in pieces if piece.year in period]
    marks = together(year.stated for year in years).marks
    return Progress(
        years=tuple(replace(year, closed=year.year in run) for year in years),
        goal=total if total is not None else (sum(targets.values()) if targets else None),
        as_of=today,
        rule=rule,
        thresholds=thresholds,
        net=net_change(pieces, answered=answers.values(), asked=asked, years=period),
        marks=(*marks, *_unplaced(inside, rule)),
        demo=any(piece.demo for piece in inside),
    )


def _measure_year(
    year: int,
    target: int | None,
    counted: Sequence[Slice],
    of_asked: Mapping[str, Answered | None],
    relevant: Sequence[Answered],
    *,
    today: date,
    by_hand: bool,
    thresholds: Thresholds,
    net: Net,
) -> YearProgress:
    over = today.year > year
    given = {party for party, answer in of_asked.items() if answer and answer.is_given}
    complete = {
        party for party in given if (answer := of_asked[party]) is not None and answer.complete
    }
    reported = complete if over else given
    finished = by_hand or (over and bool(of_asked) and len(complete) == len(of_asked))
    # Who is not asked and reported no home here, says nothing of this figure.
    rests_on = {*of_asked, *(piece.organisation for piece in counted)}
    answers = tuple(answer for answer in relevant if answer.organisation in rests_on)
    found = stated(counted, answers, bare=True)
    if not given and all(piece.standing == PENDING for piece in counted):
        found = replace(found, homes=None, state=MISSING, provisional=0)
    light = light_of(
        found.homes if over or finished else None, target, complete=finished, thresholds=thresholds
    )
    return YearProgress(
        year=year,
        target=target,
        stated=found,
        answers=answers,
        reported=len(reported),
        asked=len(of_asked),
        missing=tuple(party for party in of_asked if party not in reported),
        silent=not given - reported,
        started=today.year >= year,
        over=over,
        finished=finished,
        closed_by_hand=by_hand,
        light=light,
        net=net,
    )


def net_change(
    slices: Iterable[Slice],
    *,
    answered: Iterable[Answered],
    asked: Asked,
    years: Iterable[int],
) -> Net:
    """Sum net over the parties and years with all four answers, and name those without."""
    wanted = {(party, year) for year in years for party in asked.get(year, ())}
    full = [
        answer
        for answer in answered
        if answer.answers_all and (answer.organisation, answer.year) in wanted
    ]
    given = {(answer.organisation, answer.year) for answer in full}
    missing = tuple(sorted(wanted - given))
    if not given:
        return Net(missing=missing)
    moves = [
        piece
        for piece in slices
        if piece.would_be_net and (piece.organisation, piece.year) in given
    ]
    counted = [piece.homes for piece in moves if piece.is_net]
    return Net(
        additions=sum(homes for homes in counted if homes > 0),
        withdrawals=sum(homes for homes in counted if homes < 0),
        stated=stated(moves, full, flags=False),
        given=tuple(sorted(given)),
        missing=missing,
    )


def _unplaced(pieces: Iterable[Slice], rule: Rule) -> Iterable[Mark]:
    """Homes that would count if their municipality were known."""
    homes = sum(
        piece.homes
        for piece in pieces
        if piece.standing != PENDING
        and not piece.municipality
        and rule.counts(replace(piece, municipality="?"))
    )
    return [Mark("unplaced", homes)] if homes else []


def _known_sum(values: Iterable[int | None]) -> int | None:
    """The sum of what is known; None when nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
