"""The same comparison for every municipality, corporation and segment. No Django."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from housing.codes import Segment
from housing.counting import Rule
from monitoring.lights import Thresholds
from monitoring.progress import Progress, measure
from monitoring.reported import PENDING, Answered, Asked, Slice
from monitoring.stated import NOT_STATED, Stated, stated


def by_municipality(
    slices: Iterable[Slice],
    municipalities: Sequence[str],
    *,
    answered: Iterable[Answered],
    asked: Mapping[str, Asked],
    rule: Rule,
    today: date,
    targets: Mapping[str, Mapping[int, int]] | None = None,
    totals: Mapping[str, int] | None = None,
    thresholds: Thresholds | None = None,
    closed_by_hand: frozenset[int] = frozenset(),
) -> dict[str, Progress]:
    """The progress of each municipality; `asked` says per municipality whom it waits for."""
    of: dict[str, list[Slice]] = defaultdict(list)
    for piece in slices:
        of[piece.municipality].append(piece)
    answers = list(answered)
    return {
        name: measure(
            (targets or {}).get(name, {}),
            of[name],
            answered=[answer_about(answer, name) for answer in answers],
            asked=asked.get(name, {}),
            rule=rule,
            today=today,
            thresholds=thresholds,
            closed_by_hand=closed_by_hand,
            total=(totals or {}).get(name),
        )
        for name in municipalities
    }


def by_corporation(
    slices: Iterable[Slice],
    corporations: Sequence[str],
    *,
    answered: Iterable[Answered],
    asked: Asked,
    rule: Rule,
    today: date,
    targets: Mapping[str, Mapping[int, int]] | None = None,
    totals: Mapping[str, int] | None = None,
    thresholds: Thresholds | None = None,
    closed_by_hand: frozenset[int] = frozenset(),
) -> dict[str, Progress]:
    """The progress of each corporation, which waits for nobody but itself."""
    of: dict[str, list[Slice]] = defaultdict(list)
    for piece in slices:
        of[piece.organisation].append(piece)
    answers: dict[str, list[Answered]] = defaultdict(list)
    for answer in answered:
        answers[answer.organisation].append(answer)
    return {
        name: measure(
            (targets or {}).get(name, {}),
            of[name],
            answered=answers[name],
            asked=_asked_itself(name, asked, answers[name]),
            rule=rule,
            today=today,
            thresholds=thresholds,
            closed_by_hand=closed_by_hand,
            total=(totals or {}).get(name),
        )
        for name in corporations
    }


def by_segment(slices: Iterable[Slice], progress: Progress) -> dict[str, dict[int, Stated]]:
    """Homes per segment and year that the rule counts but for their segment, as they stand.

    Not known in years that nobody reported on: those of `progress`.
    """
    found: dict[tuple[str, int], list[Slice]] = defaultdict(list)
    known = {year.year for year in progress.years if year.built is not None}
    for piece in slices:
        if progress.rule.counts(piece, any_segment=True):
            found[piece.segment, piece.year].append(piece)
            known |= {piece.year} if piece.standing != PENDING else set()
    # What may be double are social homes: the mark stands at those.
    answers = {
        year.year: [replace(answer, marks=()) for answer in year.answers] for year in progress.years
    }
    return {
        segment.value: {
            year: stated(found[segment.value, year], answers[year]) if year in known else NOT_STATED
            for year in answers
        }
        for segment in Segment
    }


def _asked_itself(name: str, asked: Asked, answers: Iterable[Answered]) -> Asked:
    years = {year for year, parties in asked.items() if name in parties}
    years |= {answer.year for answer in answers if answer.is_given}
    return dict.fromkeys(sorted(years), (name,))


def answer_about(answer: Answered, municipality: str) -> Answered:
    """An answer as far as it is about one municipality."""
    marks = tuple(mark for mark in answer.marks if mark.municipality in ("", municipality))
    return replace(answer, marks=marks, disputed=answer.disputed & {municipality})
