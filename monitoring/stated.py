"""A figure with its state and its marks: the one road to what stands beside a number (NUMBERS 1).

Pure: every page, export and command takes a `Stated` and recomputes nothing. The words are in
`monitoring.stated_words`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from housing.codes import DwellingType, RentClass
from monitoring.reported import ACCEPTED, MISSING, PENDING, Answered, Mark, Slice

PROVISIONAL = "provisional"
SETTLED = "settled"
MIXED = "mixed"
# The order in which marks are told; flags, which are about homes and not about an answer, last.
_ONCE = ("returned", "correction_returned", "excess")
_FLAGS = ("rent_unknown", "self_contained_unknown", "flex", "extramural", "unplaced")


@dataclass(frozen=True, slots=True)
class Stated:
    """A number of homes and how it stands.

    `homes` is None while nothing that counts was reported. `state`: missing, provisional,
    settled, or mixed when it rests on answers of both kinds; `provisional` says how many of the
    homes are not accepted yet.
    """

    homes: int | None = None
    state: str = MISSING
    provisional: int = 0
    marks: tuple[Mark, ...] = ()

    def __add__(self, other: "Stated") -> "Stated":
        """Both together; what is not reported adds nothing, and keeps its marks."""
        known = [each for each in (self, other) if each.homes is not None]
        states = {each.state for each in known}
        return Stated(
            homes=sum(each.homes or 0 for each in known) if known else None,
            state=states.pop() if len(states) == 1 else MIXED if states else MISSING,
            provisional=self.provisional + other.provisional,
            marks=merged((*self.marks, *other.marks)),
        )

    def marked(self, code: str) -> int:
        """Homes with one mark."""
        return sum(mark.homes for mark in self.marks if mark.code == code)

    @property
    def becomes(self) -> int | None:
        """What the figure becomes once the corrections that wait are accepted; None without."""
        waiting = [mark for mark in self.marks if mark.code == "correction"]
        if not waiting or self.homes is None:
            return None
        return self.homes + sum((mark.becomes or 0) - mark.homes for mark in waiting)


NOT_STATED = Stated()


def together(parts: Iterable[Stated]) -> Stated:
    """The sum of figures; nothing known while nothing is known of any."""
    return sum(parts, NOT_STATED)


def stated(
    pieces: Iterable[Slice],
    answers: Iterable[Answered],
    *,
    sign: int = 1,
    bare: bool = False,
    flags: bool = True,
) -> Stated:
    """The figure that `pieces` add up to, resting on `answers`.

    `pieces` are those that the figure counts, corrections that wait (PENDING) included; `answers`
    are of the parties and years that it is about, also of those who reported none of it. `sign`
    is -1 where losses are written positive. With `bare` an open dispute marks the figure also
    where it counts no home: the figure is then about all that an answer says of its places.
    Without `flags` nothing is said of rents and the like: where they decide nothing.
    """
    found = list(pieces)
    by_key = {(answer.organisation, answer.year): answer for answer in answers}
    counted = [piece for piece in found if piece.standing != PENDING]
    states = {answer.state for answer in by_key.values() if answer.is_given}
    states |= {
        SETTLED if piece.standing == ACCEPTED else PROVISIONAL
        for piece in counted
        if (piece.organisation, piece.year) not in by_key
    }
    homes = sum(piece.homes for piece in counted) * sign
    accepted = sum(piece.homes for piece in counted if piece.standing == ACCEPTED) * sign
    state = MISSING
    if states or counted:
        state = states.pop() if len(states) == 1 else MIXED
    return Stated(
        homes=None if state == MISSING else homes,
        state=state,
        provisional=homes - accepted,
        marks=_marks(found, by_key, sign, bare=bare, flags=flags),
    )


def merged(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Marks with each flag once, its homes added up, after all others; what an answer says as a
    whole (it came back) once, however many parts of the figure rest on it."""
    flags: dict[tuple[str, str, str], Mark] = {}
    others: list[Mark] = []
    for mark in marks:
        if mark.code not in _FLAGS:
            if mark.code not in _ONCE or mark not in others:
                others.append(mark)
            continue
        key = (mark.code, mark.organisation, mark.municipality)
        before = flags[key].homes if key in flags else 0
        flags[key] = replace(mark, homes=before + mark.homes)
    return (*others, *sorted(flags.values(), key=lambda mark: _FLAGS.index(mark.code)))


def _marks(
    pieces: Sequence[Slice],
    answers: dict[tuple[str, int], Answered],
    sign: int,
    *,
    bare: bool,
    flags: bool,
) -> tuple[Mark, ...]:
    now: dict[tuple[str, int], int] = defaultdict(int)
    soon: dict[tuple[str, int], int] = defaultdict(int)
    lost: dict[tuple[str, int], int] = defaultdict(int)
    disputed: dict[tuple[str, int, str], int] = defaultdict(int)
    flagged: dict[str, int] = defaultdict(int)
    if bare:
        for key, answer in answers.items():
            for place in answer.disputed if answer.is_given else ():
                disputed[*key, place] += 0
    for piece in pieces:
        key = (piece.organisation, piece.year)
        homes = piece.homes * sign
        if piece.standing == PENDING:
            soon[key] += homes
            continue
        now[key] += homes
        lost[key] += piece.lost
        told = answers.get(key)
        if told is not None and piece.municipality in told.disputed:
            disputed[*key, piece.municipality] += homes
        for flag in _flags(piece) if flags else ():
            flagged[flag] += homes
    waiting = set(soon) | {key for key, answer in answers.items() if answer.correction}
    marks = [
        Mark("correction", now[key], becomes=soon[key], year=key[1], organisation=key[0])
        for key in sorted(waiting, key=lambda key: (key[1], key[0]))
        if now[key] != soon[key]
    ]
    marks += [
        Mark("disputed", homes, year=year, organisation=party, municipality=place)
        for (party, year, place), homes in disputed.items()
    ]
    marks += [
        Mark("lost", homes, year=key[1], organisation=key[0])
        for key, homes in lost.items()
        if homes
    ]
    marks += [mark for _, answer in sorted(answers.items()) for mark in answer.marks]
    marks += [Mark(code, flagged[code]) for code in _FLAGS if flagged[code]]
    return tuple(marks)


def _flags(piece: Slice) -> Iterable[str]:
    if piece.rent_class == RentClass.UNKNOWN:
        yield "rent_unknown"
    if piece.self_contained is None:
        yield "self_contained_unknown"
    if piece.dwelling_type in (DwellingType.FLEX, DwellingType.EXTRAMURAL):
        yield piece.dwelling_type
