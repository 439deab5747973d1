"""One agreement on a page of its own: its number and versions, what parties said, what is due.

Everything as it was known at the moment of a `Picture`; who reads it is asked by the view.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from django.db.models import Prefetch, Q
from django.utils import timezone

from agreements.models import (
    Agreement,
    Deviation,
    Evidence,
    FormerText,
    Milestone,
    Remark,
    Statement,
    Status,
    Target,
)
from housing.models import Organisation, Round
from monitoring.agreed import Revision, pace_of, revision_of
from monitoring.agreements import Line
from monitoring.figures import Picture
from monitoring.progress import Progress
from monitoring.stated import NOT_STATED, Stated

OVER = (Status.DONE, Status.DROPPED)
SOON = 90  # days in which something that is due is named


@dataclass(frozen=True, slots=True)
class Said:
    """What one party said in a round: its newest word, and what it said before in that round."""

    statement: Statement
    earlier: tuple[Statement, ...]

    @property
    def party(self) -> Organisation:
        return self.statement.organisation


@dataclass(frozen=True, slots=True)
class RoundSaid:
    """A round with what was said in it, by name of the party."""

    round: Round
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone on a day: done, late, or to come."""

    milestone: Milestone
    state: str


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a total is given to parties of one kind, and what is left of it: below 0 more
    than there is, None without a total."""

    parties: str
    homes: int
    left: int | None
    is_demo: bool

    @property
    def excess(self) -> int:
        """By how much the parts are more than the whole."""
        return max(0, -(self.left or 0))


@dataclass(frozen=True, slots=True)
class Number:
    """The number of an agreement: its versions (newest first) and what charts say of them.

    `revision`: what the last change was, for the charts; None while nothing changed.
    """

    versions: tuple[Target, ...]
    years: tuple[tuple[int, int], ...]
    revision: Revision | None
    shares: tuple[Share, ...]

    @property
    def now(self) -> Target:
        """The version that holds."""
        return self.versions[0]

    @property
    def sum_of_years(self) -> int:
        """All years together; after a revision it need not be the total."""
        return sum(homes for _, homes in self.years)

    @property
    def differs(self) -> bool:
        """Whether years and total say something else, which the reason explains."""
        return bool(self.years) and self.now.total not in (None, self.sum_of_years)

    @property
    def since(self) -> date:
        """The decision from which the total is what it is: a version that only moves the pace
        leaves it."""
        same = takewhile(lambda version: version.total == self.now.total, self.versions)
        first = list(same)[-1]
        return first.decided_on or timezone.localdate(first.known_from)


def rounds_of(agreement: Agreement, known: Picture) -> tuple[RoundSaid, ...]:
    """What was said of an agreement by the picture's moment, the newest round first."""
    handed_in = Statement.objects.filter(agreement=agreement, submitted_at__lte=known.moment)
    remarks = Remark.objects.filter(at__lte=known.moment)
    statements = (
        handed_in.select_related("round", "organisation")
        .prefetch_related(Prefetch("remarks", remarks), "evidence")
        .order_by("-round__period_until", "organisation__name", "-number")
    )
    found: dict[Round, dict[int, list[Statement]]] = {}
    for statement in statements:
        by_party = found.setdefault(statement.round, {})
        by_party.setdefault(statement.organisation_id, []).append(statement)
    return tuple(
        RoundSaid(round_, tuple(Said(own[0], tuple(own[1:])) for own in by_party.values()))
        for round_, by_party in found.items()
    )


def former_texts(agreement: Agreement, known: Picture) -> list[FormerText]:
    """How it was worded before the picture's moment, the latest first."""
    return list(agreement.former_texts.filter(until__lte=known.moment).select_related("actor"))


def steps_of(milestones: Iterable[Milestone], day: date) -> tuple[Step, ...]:
    """Milestones with how they stand on `day`."""
    return tuple(Step(each, _state(each, day)) for each in milestones)


def _state(milestone: Milestone, day: date) -> str:
    if milestone.done_on is not None and milestone.done_on <= day:
        return "done"
    if milestone.due_on is not None and milestone.due_on < day:
        return "late"
    return "to_come"


def deviations_of(agreement: Agreement, known: Picture) -> list[Deviation]:
    """Accepted deviations in force on the picture's day."""
    return list(agreement.deviations.on(known.as_of).select_related("organisation"))


def loose_evidence(agreement: Agreement, known: Picture) -> list[Evidence]:
    """What shows the agreement itself or a decision about its number, not one statement."""
    own = agreement.evidence.filter(statement__isnull=True, at__lte=known.moment)
    return list(own.select_related("organisation"))


def number_of(agreement: Agreement, known: Picture) -> Number | None:
    """The number of an agreement as known at the picture's moment; None when it has none."""
    targets = agreement.targets.filter(known_from__lte=known.moment).prefetch_related("years")
    place = agreement.set.municipality_id
    joint: list[Target] = []
    newest: dict[str, Target] = {}
    for target in targets.select_related("municipality", "corporation").order_by("known_from"):
        if target.corporation_id is None and target.municipality_id in (None, place):
            joint.insert(0, target)
        else:
            newest[target.scope] = target
    if not joint:
        return None
    return Number(
        versions=tuple(joint),
        years=tuple(pace_of(joint[0]).items()),
        revision=revision_of(joint[::-1]),
        shares=_shares(newest.values(), place, joint[0].total),
    )


def _shares(targets: Iterable[Target], place: int | None, total: int | None) -> tuple[Share, ...]:
    of: dict[str, list[Target]] = defaultdict(list)
    for target in targets:
        if target.corporation_id is None:
            of["gemeenten"].append(target)
        elif target.municipality_id in (None, place):
            of["corporaties"].append(target)
    shares = []
    for parties, found in of.items():
        homes = sum(target.total or 0 for target in found)
        left = None if total is None else total - homes
        shares.append(Share(parties, homes, left, any(target.is_demo for target in found)))
    return tuple(shares)


@dataclass(frozen=True, slots=True)
class PartyLine:
    """A party in the table of a number: what it did and what was agreed, over closed years."""

    party: Organisation
    light: str
    stated: Stated
    agreed: int | None
    running: Stated


def party_lines(line: Line) -> tuple[PartyLine, ...]:
    """The parties of a target or restraint with their numbers."""
    return tuple(
        PartyLine(
            each.party,
            each.light,
            each.measured.stated if each.measured else NOT_STATED,
            each.measured.agreed if each.measured else None,
            each.measured.stated_running if each.measured else NOT_STATED,
        )
        for each in line.standings
    )


def progress_of(line: Line) -> Progress | None:
    """All parties of a target together, for the charts; None without a number."""
    return line.joint.progress if line.joint else None


@dataclass(frozen=True, slots=True)
class Due:
    """Something of an agreement that is late, or due within 90 days."""

    line: Line
    what: str
    day: date
    is_late: bool


def due_of(lines: Sequence[Line], day: date, party: Organisation | None = None) -> tuple[Due, ...]:
    """What is late or due soon, of one party or of all: the earliest day first. Agreements need
    their `milestones` prefetched."""
    found = []
    for line in lines:
        agreement = line.agreement
        if agreement.due_on and agreement.outcome_on is None and not _is_done(line, party):
            found.append((line, line.wording.title, agreement.due_on))
        for milestone in agreement.milestones.all():
            of_other = milestone.organisation_id and party and milestone.organisation_id != party.pk
            if milestone.due_on and milestone.done_on is None and not of_other:
                found.append((line, milestone.title, milestone.due_on))
    dues = [
        Due(line, what, when, when < day) for line, what, when in found if (when - day).days <= SOON
    ]
    return tuple(sorted(dues, key=lambda due: due.day))


def _is_done(line: Line, party: Organisation | None) -> bool:
    """Whether the party said that it is finished, or that the agreement lapsed."""
    own = line.of_party(party.slug) if party else None
    return own is not None and own.statement is not None and own.statement.status in OVER


def serves(agreement: Agreement, readable: Q, known: Picture) -> list[Agreement]:
    """The local agreements that serve this regional one, as far as somebody may read them."""
    found = agreement.served_by.known_at(known.moment).filter(readable)
    return list(found.select_related("set__municipality").order_by("set__name", "number"))
