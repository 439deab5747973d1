"""Everything that one party promised, across the regional and the local sets."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from agreements.models import Agreement, AgreementSet
from housing.models import Organisation
from monitoring.agreement import Due, due_of
from monitoring.agreements import Board, Line, Standing, board
from monitoring.figures import Picture


@dataclass(frozen=True, slots=True)
class Own:
    """An agreement as one party stands with it."""

    line: Line
    standing: Standing


@dataclass(frozen=True, slots=True)
class InSet:
    """A set with the agreements of one party in it."""

    set: AgreementSet
    own: tuple[Own, ...]


@dataclass(frozen=True, slots=True)
class Promised:
    """A party's promises: sets that run, what is due of them, sets that nobody signed yet and
    whose year has not begun, and sets that are over."""

    board: Board
    running: tuple[InSet, ...]
    in_the_making: tuple[InSet, ...]
    over: tuple[InSet, ...]
    due: tuple[Due, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """The agreements that the page counts."""
        return tuple(own.line for each in self.running for own in each.own)


def promised_by(party: Organisation, known: Picture, readable: Q) -> Promised:
    """All that `party` is responsible for at the picture's moment, as far as `readable`."""
    agreements = Agreement.objects.known_at(known.moment).filter(readable).for_reading()
    with_steps = agreements.prefetch_related("milestones")
    found = board(known, [each for each in with_steps if each.concerns(party, known.as_of)])
    sets = _by_set(found.lines, party)
    year = known.as_of.year
    making = tuple(each for each in sets if _is_in_the_making(each.set, known))
    running = tuple(each for each in sets if each.set.last_year >= year and each not in making)
    lines = [own.line for each in running for own in each.own]
    return Promised(
        board=found,
        running=running,
        in_the_making=making,
        over=tuple(each for each in sets if each.set.last_year < year),
        due=due_of(lines, known.as_of, party),
    )


def _is_in_the_making(set_: AgreementSet, known: Picture) -> bool:
    """Whether a local set is not signed by the picture's day, and its year has not begun."""
    is_signed = set_.signed_on is not None and set_.signed_on <= known.as_of
    return set_.is_local and not is_signed and set_.first_year > known.as_of.year


def _by_set(lines: Sequence[Line], party: Organisation) -> list[InSet]:
    found: dict[AgreementSet, list[Own]] = {}
    for line in lines:
        if (standing := line.of_party(party.slug)) is not None:
            found.setdefault(line.agreement.set, []).append(Own(line, standing))
    return [InSet(set_, tuple(own)) for set_, own in found.items()]
