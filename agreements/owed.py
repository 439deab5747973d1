"""Who answers for which promises in a round, and how far that is: lines, overview, parts.

No HTTP. `agreements.statements` writes and hands in; upper apps are told by `set_parts`, which
keeps the round's parts, and never ask.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Self

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from agreements.models import Agreement, Cause, Light, Statement
from agreements.models.statements import StatementQuerySet
from housing.models import Organisation, Part, Round

PAGE = "agreements:party_statements"
# Of these the portal works the light out itself, from the figures (NUMBERS 9).
LIGHT_BY_RULE = (Agreement.Kind.TARGET, Agreement.Kind.RESTRAINT)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of one agreement: the fields that people fill in."""

    status: str = ""
    light: str = ""
    did: str = ""
    explanation: str = ""
    cause: str = ""
    cause_note: str = ""
    needs: str = ""

    @classmethod
    def of(cls, statement: Statement) -> Self:
        """What a statement says."""
        return cls(**{field.name: getattr(statement, field.name) for field in fields(cls)})

    @property
    def text_only(self) -> Self:
        """The words without the verdict: that is given anew each round."""
        return replace(self, status="", light="")


@dataclass(frozen=True, slots=True)
class Line:
    """One agreement that a party answers for in a round.

    `statement` is the newest version in this round, handed in or not; `earlier` what was last
    handed in of an earlier round; `missing` the sentences on what it still lacks.
    """

    agreement: Agreement
    statement: Statement | None
    earlier: Statement | None
    missing: tuple[str, ...]

    @property
    def name(self) -> str:
        """How people call it; a local set counts from 1 again."""
        word = "lokale afspraak" if self.agreement.set.is_local else "afspraak"
        return f"{word} {self.agreement.number}"

    @property
    def light_by_rule(self) -> bool:
        """Whether the portal works its light out from the figures."""
        return self.agreement.kind in LIGHT_BY_RULE

    @property
    def is_handed_in(self) -> bool:
        """Whether the newest version was handed in."""
        return self.statement is not None and self.statement.submitted_at is not None

    @property
    def is_concept(self) -> bool:
        """Whether somebody is writing."""
        return self.statement is not None and self.statement.submitted_at is None

    @property
    def is_done(self) -> bool:
        """Whether nothing more has to be filled in."""
        return self.is_handed_in or (self.is_concept and not self.missing)

    @property
    def state(self) -> str:
        """The code of its state as pages show it."""
        if self.is_handed_in:
            return "provisional"
        return "draft" if self.is_concept else "missing"

    @property
    def state_text(self) -> str:
        """Its state in words."""
        if self.is_handed_in:
            return "ingediend"
        if not self.is_concept:
            return "nog niet begonnen"
        return "concept, nog niet compleet" if self.missing else "klaar om in te dienen"


@dataclass(frozen=True, slots=True)
class Overview:
    """All that one party answers for in one round."""

    organisation: Organisation
    round: Round
    lines: tuple[Line, ...]

    @property
    def of(self) -> int:
        """How many agreements are asked."""
        return len(self.lines)

    @property
    def done(self) -> int:
        """Of how many everything is filled in."""
        return sum(line.is_done for line in self.lines)

    @property
    def concepts(self) -> tuple[Line, ...]:
        """Those that somebody is writing."""
        return tuple(line for line in self.lines if line.is_concept)

    @property
    def incomplete(self) -> tuple[Line, ...]:
        """Those that still lack something."""
        return tuple(line for line in self.lines if not line.is_done)

    @property
    def is_handed_in(self) -> bool:
        """Whether all was handed in and nothing is being changed."""
        return bool(self.lines) and all(line.is_handed_in for line in self.lines)

    @property
    def state(self) -> str:
        """The state of its part of the round."""
        if self.is_handed_in:
            return Part.State.SUBMITTED
        started = any(line.statement is not None for line in self.lines)
        return Part.State.DRAFT if started else Part.State.MISSING

    def line(self, agreement: Agreement) -> Line | None:
        """The line of one agreement; None when the party does not answer for it."""
        return next((line for line in self.lines if line.agreement == agreement), None)

    def after(self, agreement: Agreement) -> Line | None:
        """The next agreement that still lacks something, from this one on and round again."""
        here = [line.agreement for line in self.lines].index(agreement)
        rest = self.lines[here + 1 :] + self.lines[:here]
        return next((line for line in rest if not line.is_done), None)


# --- who owes what ------------------------------------------------------------------------


def owed(organisation: Organisation, round_: Round) -> list[Agreement]:
    """The agreements a party answers for in a round, as known now: of the regional set and of
    local sets of that year, for which it is responsible by its kind or by name."""
    return owed_by([organisation], round_)[organisation.pk]


def owed_by(parties: Iterable[Organisation], round_: Round) -> dict[int, list[Agreement]]:
    """`owed` of several parties at once, by their id: who is responsible at the end of the
    round's year (after a merger the successor, NUMBERS 10)."""
    found = (
        Agreement.objects.known_at(timezone.now())
        .filter(set__first_year__lte=round_.year, set__last_year__gte=round_.year)
        .filter(Q(starts_on__isnull=True) | Q(starts_on__lte=round_.period_until))
        .for_reading()
    )
    last_day = date(round_.year, 12, 31)
    asked: dict[int, list[Agreement]] = {party.pk: [] for party in parties}
    for agreement in sorted(found, key=_order):
        for party in agreement.parties_on(last_day):
            if party.pk in asked:
                asked[party.pk].append(agreement)
    return asked


def _order(agreement: Agreement) -> tuple[object, ...]:
    """Regional ones first, then by number, 10 after 9."""
    parts = re.split(r"(\d+)", agreement.number)
    number = [(int(part), "") if part.isdecimal() else (0, part) for part in parts if part]
    return (agreement.set.is_local, agreement.set_id, number)


def overview_of(organisation: Organisation, round_: Round) -> Overview:
    """What a party answers for in a round, with how far each is."""
    agreements = owed(organisation, round_)
    of_party = Statement.objects.filter(organisation=organisation, agreement__in=agreements)
    now = {each.agreement_id: each for each in oldest_first(of_party.filter(round=round_))}
    before = of_party.submitted().filter(round__period_until__lt=round_.period_until)
    earlier = {each.agreement_id: each for each in oldest_first(before)}
    lines = tuple(
        _line(agreement, now.get(agreement.pk), earlier.get(agreement.pk))
        for agreement in agreements
    )
    return Overview(organisation, round_, lines)


def oldest_first(found: StatementQuerySet) -> StatementQuerySet:
    related = found.select_related("round", "entered_by", "submitted_by", "organisation")
    return related.order_by("round__period_until", "number")


def _line(agreement: Agreement, now: Statement | None, earlier: Statement | None) -> Line:
    return Line(agreement, now, earlier, missing_of(agreement, Answer.of(now) if now else None))


def missing_of(agreement: Agreement, answer: Answer | None) -> tuple[str, ...]:
    """What an answer still lacks before it can be handed in, a sentence each."""
    if answer is None:
        return ("Nog niet ingevuld.",)
    missing = []
    if not answer.status:
        missing.append("Kies hoe ver het is.")
    if agreement.kind not in LIGHT_BY_RULE:
        if not answer.light:
            missing.append("Kies op schema, let op of achter.")
        if not answer.explanation.strip():
            missing.append("Schrijf hoe het staat.")
        if answer.light in (Light.WATCH, Light.BEHIND) and not answer.cause:
            missing.append("Kies de oorzaak.")
    if answer.cause == Cause.OTHER and not answer.cause_note.strip():
        missing.append("Schrijf welke andere oorzaak er is.")
    return tuple(missing)


# --- the part of the round ----------------------------------------------------------------


@transaction.atomic
def set_parts(round_: Round, organisations: Iterable[Organisation] | None = None) -> int:
    """Let the parts of a round say who owes statements and how far they are; give how many were
    added. Without `organisations` for all parties; call it so when responsibilities change."""
    everybody = Organisation.objects.parties_at_end_of(round_.year)
    parties = list(everybody if organisations is None else organisations)
    asked = owed_by(parties, round_)
    stored: dict[tuple[int, int], Statement] = {}
    for each in Statement.objects.filter(round=round_, organisation__in=parties).order_by("number"):
        stored[each.organisation_id, each.agreement_id] = each
    of_kind = Part.objects.filter(round=round_, kind=Part.Kind.STATEMENTS)
    present = {part.organisation_id: part for part in of_kind.filter(organisation__in=parties)}
    added = []
    for party in parties:
        lines = tuple(
            _line(each, stored.get((party.pk, each.pk)), None)
            for each in asked[party.pk]
            if round_.asks(party.kind, Part.Kind.STATEMENTS)
        )
        part = present.get(party.pk)
        if not lines:
            if part is not None:
                part.delete()
            continue
        overview = Overview(party, round_, lines)
        wanted = (overview.state, overview.done, overview.of)
        if part is None:
            added.append(_part(party, round_, *wanted))
        elif (part.state, part.done, part.of) != wanted and not _stays_absent(part, wanted):
            part.state, part.done, part.of = wanted
            part.save(update_fields=["state", "done", "of"])
    Part.objects.bulk_create(added, ignore_conflicts=True)
    return len(added)


def _stays_absent(part: Part, wanted: tuple[str, int, int]) -> bool:
    """ "Niet ingediend" was said at the end of the round; only an answer changes that."""
    return (
        part.state == Part.State.NOT_SUBMITTED
        and wanted[0] == Part.State.MISSING
        and part.of == wanted[2]
    )


def _part(party: Organisation, round_: Round, state: str, done: int, of: int) -> Part:
    return Part(
        round=round_,
        organisation=party,
        kind=Part.Kind.STATEMENTS,
        state=state,
        done=done,
        of=of,
        url_name=PAGE,
    )
