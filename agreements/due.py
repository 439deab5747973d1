"""What is due when, for one reader: the calendar's lines, and how they stand below one another.

Nothing here is kept: every line follows from a round, a set, an agreement or a term. What is done
is no line any more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from housing.wording import dutch_date

# Further ahead than a year and a half nobody plans by this page.
AHEAD = timedelta(days=548)


@dataclass(frozen=True, slots=True)
class Due:
    """One thing on a day.

    `key` is stable as long as it is the same thing; `who` says in words who does it (empty:
    nobody in particular); `is_mine` whether that is the reader; `in_feed` whether it may leave
    the portal; `is_event` marks a day on which something opens or ends by itself: never late.
    """

    key: str
    day: date
    title: str
    who: str = ""
    address: str = ""
    is_mine: bool = False
    in_feed: bool = True
    is_event: bool = False
    is_proposal: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """A month with what is due in it."""

    first: date
    lines: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is late, and what comes, by month."""

    late: tuple[Due, ...]
    months: tuple[Month, ...]

    @property
    def coming(self) -> tuple[Due, ...]:
        """Everything that is still to come, in order."""
        return tuple(line for month in self.months for line in month.lines)


def agenda(lines: Iterable[Due], today: date) -> Agenda:
    """The lines in order: late first, then by month; a day counts until it is over."""
    ordered = sorted(lines, key=lambda line: (line.day, line.title, line.key))
    late = [line for line in ordered if line.day < today and not line.is_event]
    coming = [line for line in ordered if today <= line.day <= today + AHEAD]
    months = [
        Month(first, tuple(group))
        for first, group in groupby(coming, key=lambda line: line.day.replace(day=1))
    ]
    return Agenda(tuple(late), tuple(months))


def answer(found: Agenda, *, mine: bool) -> str:
    """The heading over the calendar: how much is late, or what comes first."""
    late, coming = len(found.late), found.coming
    for_whom = " voor u" if mine else ""
    if late:
        return f"{_things(late)} {'is' if late == 1 else 'zijn'}{for_whom} te laat{_first(coming)}"
    if coming:
        return f"Het eerste{for_whom} is op {dutch_date(coming[0].day)}: {coming[0].title}"
    return f"Er staat{for_whom} niets op de kalender"


def _things(count: int) -> str:
    return "1 ding" if count == 1 else f"{count} dingen"


def _first(coming: Sequence[Due]) -> str:
    return f"; het volgende is op {dutch_date(coming[0].day)}" if coming else ""
