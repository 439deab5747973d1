"""From gross to net: what the counting rule counts, then every kind that adds or takes away.

Pure arithmetic. The steps always add up to net exactly, also where the rule and net differ
about the same homes.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from housing.codes import Kind
from housing.counting import Rule
from monitoring.progress import net_change
from monitoring.reported import PENDING, Answered, Asked, Slice
from monitoring.stated import NOT_STATED, Stated, stated

UNANSWERED = "unanswered"
GROSS = "gross"

# A step, the words for it and the kinds it sums, in the order in which they are drawn.
_STEPS: tuple[tuple[str, str, frozenset[Kind]], ...] = (
    ("new_build", "Nieuwbouw die niet meetelt", frozenset({Kind.NEW_BUILD})),
    ("purchase", "Aangekocht", frozenset({Kind.PURCHASE})),
    ("split", "Gesplitst", frozenset({Kind.SPLIT})),
    ("from_stock", "Van voorraad", frozenset({Kind.FROM_STOCK})),
    ("to_daeb", "Terug naar DAEB", frozenset({Kind.TO_DAEB})),
    ("sale", "Verkocht", frozenset({Kind.SALE_OCCUPANT, Kind.SALE_OTHER})),
    ("sale_corporation", "Verkocht aan een corporatie", frozenset({Kind.SALE_CORPORATION})),
    ("demolition", "Gesloopt", frozenset({Kind.DEMOLITION})),
    ("merge", "Samengevoegd", frozenset({Kind.MERGE})),
    ("to_stock", "Naar voorraad", frozenset({Kind.TO_STOCK})),
    ("to_non_daeb", "Naar niet-DAEB", frozenset({Kind.TO_NON_DAEB})),
    ("correction", "Correctie", frozenset({Kind.CORRECTION})),
)
_STEP_OF = {kind.value: code for code, _, kinds in _STEPS for kind in kinds}


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the waterfall: `homes` signed, drawn from level `start` to level `end`."""

    code: str
    label: str
    homes: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Gross, the steps in between and net. `missing` are organisation and year without all
    four answers; what counted of theirs is taken off in a step of its own. `stated_gross` and
    `stated` are gross and net with their state and marks."""

    steps: tuple[Step, ...]
    gross: int
    net: int
    missing: tuple[tuple[str, int], ...] = ()
    stated_gross: Stated = NOT_STATED
    stated: Stated = NOT_STATED

    @property
    def low(self) -> int:
        """The lowest level drawn: 0, or below it where more went than came."""
        return min(0, *(step.end for step in self.steps))

    @property
    def high(self) -> int:
        """The highest level drawn."""
        return max(0, *(step.end for step in self.steps))

    def position(self, level: int, width: float = 97.8) -> float:
        """Where a level lies, in per cent of a bar's cell."""
        return (level - self.low) / ((self.high - self.low) or 1) * width


def waterfall(
    slices: Iterable[Slice],
    *,
    years: Iterable[int],
    answered: Iterable[Answered],
    asked: Asked,
    rule: Rule,
) -> Waterfall | None:
    """Build the steps over `years`; None when nobody gave the four answers that net needs."""
    period = tuple(years)
    inside = [piece for piece in slices if piece.year in period]
    pieces = [piece for piece in inside if piece.standing != PENDING]
    answers = list(answered)
    net = net_change(inside, answered=answers, asked=asked, years=period)
    if net.net is None:
        return None
    given = set(net.given)
    moves: dict[str, int] = defaultdict(int)
    gross = 0
    for piece in pieces:
        counted = piece.homes if rule.counts(piece) else 0
        gross += counted
        if (piece.organisation, piece.year) in given:
            in_net = piece.homes if piece.is_net else 0
            moves[_STEP_OF[piece.kind]] += in_net - counted
        else:
            moves[UNANSWERED] -= counted

    steps = [Step(GROSS, "Opgeleverd (bruto)", gross, 0, gross)]
    order = [(code, label) for code, label, _ in _STEPS]
    order.append((UNANSWERED, "Opgave nog niet volledig"))
    for code, label in order:
        if homes := moves[code]:
            level = steps[-1].end
            steps.append(Step(code, label, homes, level, level + homes))
    rests_on = [
        answer
        for answer in answers
        if answer.year in period and answer.organisation in asked.get(answer.year, ())
    ]
    counted_pieces = [piece for piece in inside if rule.counts(piece)]
    return Waterfall(
        tuple(steps), gross, net.net, net.missing, stated(counted_pieces, rests_on), net.stated
    )
