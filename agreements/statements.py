"""What parties say of their promises, round by round: who owes what, writing it, handing it in.

Append-only once handed in: a correction is a new version. A concept is edited in place under its
edit number, so that the second of two people is told and nothing of either is lost (NUMBERS 1).
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from agreements.evidence import carry_over, forget_files
from agreements.models import Agreement, Statement
from agreements.owed import (
    LIGHT_BY_RULE,
    Answer,
    Line,
    Overview,
    missing_of,
    oldest_first,
    overview_of,
    owed,
    set_parts,
)
from housing.deadlines import window_of
from housing.models import Organisation, Round, User
from housing.wording import listed

__all__ = [
    "Answer",
    "EditedMeanwhileError",
    "IncompleteError",
    "Line",
    "Overview",
    "Seen",
    "StatementError",
    "concept_of",
    "draft_of",
    "drop",
    "is_open",
    "is_same",
    "missing_of",
    "overview_of",
    "owed",
    "reopen",
    "same_as_before",
    "same_text",
    "save",
    "set_parts",
    "submit",
    "take_over",
    "taken_over",
    "waits_for_earlier",
    "write",
]


@dataclass(frozen=True, slots=True)
class Seen:
    """Which concept somebody was looking at: the version and its edit number."""

    number: int
    edit: int


class StatementError(Exception):
    """The step does not fit how things stand now; the message says why, in Dutch."""


class EditedMeanwhileError(StatementError):
    """Somebody else was first. `theirs` is what is stored now; nothing of it was overwritten."""

    def __init__(self, theirs: Statement, by: User) -> None:
        who = theirs.entered_by if theirs.submitted_at is None else theirs.submitted_by
        did = "veranderde dit antwoord" if theirs.submitted_at is None else "diende dit in"
        name = "U (in een ander venster)" if who == by else who or "Iemand anders"
        super().__init__(f"{name} {did} intussen. Wat u nu typte is nog niet bewaard.")
        self.theirs = theirs


class IncompleteError(StatementError):
    """Something that is asked is not answered yet; `lines` says what, agreement by agreement."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines = tuple(lines)
        which = "; ".join(f"{line.name}: {' '.join(line.missing)}" for line in self.lines)
        super().__init__(f"Er is niets ingediend. Nog nodig bij {which}")


# --- writing ------------------------------------------------------------------------------


def newest_of(agreement: Agreement, organisation: Organisation, round_: Round) -> Statement | None:
    """The newest version in this round, handed in or not."""
    found = Statement.objects.filter(agreement=agreement, organisation=organisation, round=round_)
    return oldest_first(found).last()


def earlier_of(agreement: Agreement, organisation: Organisation, round_: Round) -> Statement | None:
    """What was last handed in of an earlier round."""
    found = Statement.objects.submitted().filter(agreement=agreement, organisation=organisation)
    return oldest_first(found.filter(round__period_until__lt=round_.period_until)).last()


def draft_of(line: Line, organisation: Organisation, round_: Round) -> Statement:
    """The concept as a page shows it: the stored one, or one that is only stored with the first
    word saved, filled with the text of the earlier round (or of the version handed in)."""
    if line.statement is not None and line.is_concept:
        return line.statement
    number = 1 if line.statement is None else line.statement.number + 1
    return _begun(line.agreement, organisation, round_, line.statement or line.earlier, number)


def _begun(
    agreement: Agreement,
    organisation: Organisation,
    round_: Round,
    source: Statement | None,
    number: int,
) -> Statement:
    """An unsaved concept. From this round's own version it takes all, from an earlier round the
    text only."""
    answer = Answer() if source is None else Answer.of(source)
    if source is not None and source.round_id != round_.pk:
        answer = answer.text_only
    return Statement(
        agreement=agreement,
        organisation=organisation,
        round=round_,
        number=number,
        **asdict(answer),
    )


def taken_over(statement: Statement, earlier: Statement | None) -> frozenset[str]:
    """The fields whose text is still that of the earlier round, word for word."""
    if earlier is None:
        return frozenset()
    names = ("did", "explanation", "cause", "cause_note", "needs")
    values = {name: getattr(earlier, name) for name in names}
    return frozenset(
        name for name, value in values.items() if value and getattr(statement, name) == value
    )


@transaction.atomic
def concept_of(
    agreement: Agreement, organisation: Organisation, round_: Round, by: User
) -> Statement:
    """Get the concept of a party and round, or make it with the text of the earlier round.

    Raises `StatementError` when the round is closed, or the newest version was handed in.
    """
    _lock(organisation)
    refuse_unless_open(organisation, round_)
    found = newest_of(agreement, organisation, round_)
    if found is None:
        earlier = earlier_of(agreement, organisation, round_)
        return _store(_begun(agreement, organisation, round_, earlier, 1), by)
    if found.submitted_at is not None:
        raise StatementError("Dit antwoord is al ingediend. Begin een nieuwe versie.")
    return found


@transaction.atomic
def reopen(agreement: Agreement, organisation: Organisation, round_: Round, by: User) -> Statement:
    """Begin a new version from the one that was handed in; that one stays readable as it is.

    An open concept is given as it stands. Raises `StatementError` when there is nothing to
    reopen, or the round is closed.
    """
    _lock(organisation)
    refuse_unless_open(organisation, round_)
    found = newest_of(agreement, organisation, round_)
    if found is None:
        raise StatementError("Dit antwoord is nog niet ingediend. U kunt het gewoon invullen.")
    if found.submitted_at is None:
        return found
    begun = _begun(agreement, organisation, round_, found, found.number + 1)
    concept = _store(begun, by)
    # Their words are still in it: who wrote them does not hand it in where that takes two.
    concept.writers.add(*found.writers.all())
    carry_over(found, concept)
    return concept


def _store(begun: Statement, by: User) -> Statement:
    begun.entered_by = by
    begun.is_demo = by.is_demo
    begun.save(force_insert=True)
    begun.writers.add(by)
    set_parts(begun.round, [begun.organisation])
    return begun


@transaction.atomic
def save(concept: Statement, values: Answer, edit: int, by: User) -> Statement:
    """Store what was typed over the concept with edit number `edit`.

    Raises `EditedMeanwhileError` with what is stored when somebody else was first; the same
    words twice are no conflict.
    """
    _lock(concept.organisation)
    kept = _without_light(concept.agreement, values)
    unchanged = Statement.objects.concepts().filter(pk=concept.pk, edit=edit)
    updated = unchanged.update(
        **asdict(kept), edit=F("edit") + 1, changed_at=timezone.now(), entered_by=by
    )
    related = ("agreement__set", "organisation", "round", "entered_by", "submitted_by")
    stored = Statement.objects.select_related(*related).filter(pk=concept.pk).first()
    if stored is None:
        raise StatementError(
            "Deze nieuwe versie is intussen weggehaald. Wat u typte is niet bewaard."
        )
    if not updated:
        if stored.submitted_at is None and Answer.of(stored) == kept:
            return stored
        raise EditedMeanwhileError(stored, by)
    stored.writers.add(by)
    set_parts(stored.round, [stored.organisation])
    return stored


@transaction.atomic
def write(
    agreement: Agreement,
    organisation: Organisation,
    round_: Round,
    values: Answer,
    *,
    seen: Seen,
    by: User,
) -> Statement:
    """Save what was typed on a page that showed the concept `seen`, making it where it is not
    stored yet. Raises as `concept_of`, `reopen` and `save` do."""
    _lock(organisation)
    found = newest_of(agreement, organisation, round_)
    if found is not None and found.submitted_at is not None:
        if seen.number <= found.number:
            raise EditedMeanwhileError(found, by)
        found = reopen(agreement, organisation, round_, by)
    else:
        found = concept_of(agreement, organisation, round_, by)
    if found.number != seen.number:
        raise EditedMeanwhileError(found, by)
    return save(found, values, seen.edit, by)


@transaction.atomic
def take_over(organisation: Organisation, round_: Round, by: User) -> list[Statement]:
    """Begin every answer that nobody began yet with what the party said last, verdict and all:
    she asked for that, and then looks at what changed. Raises `StatementError` when the round is
    closed, or when there is nothing to take over."""
    _lock(organisation)
    refuse_unless_open(organisation, round_)
    waiting = waits_for_earlier(overview_of(organisation, round_))
    if not waiting:
        raise StatementError("Er is geen eerder antwoord meer om over te nemen.")
    begun = []
    for line in waiting:
        assert line.earlier is not None, "that is what it waits for"
        concept = _begun(line.agreement, organisation, round_, line.earlier, 1)
        concept.status, concept.light = line.earlier.status, line.earlier.light
        concept.entered_by, concept.is_demo = by, by.is_demo
        begun.append(concept)
    stored = Statement.objects.bulk_create(begun)
    wrote = Statement.writers.through
    wrote.objects.bulk_create(wrote(statement=each, user=by) for each in stored)
    set_parts(round_, [organisation])
    return stored


def waits_for_earlier(overview: Overview) -> tuple[Line, ...]:
    """The answers that nobody began and of which an earlier one can be taken over."""
    return tuple(line for line in overview.lines if line.statement is None and line.earlier)


def is_same(line: Line) -> bool:
    """Whether what waits to be handed in says word for word what was said before."""
    if line.statement is None or line.earlier is None or not line.is_concept:
        return False
    return Answer.of(line.statement) == Answer.of(line.earlier)


def same_as_before(overview: Overview) -> tuple[Line, ...]:
    """The concepts that say what was said before: to be looked at before handing in."""
    return tuple(line for line in overview.concepts if is_same(line))


def same_text(lines: Collection[Line]) -> str:
    """What she has to have seen of those: "2 antwoorden zijn gelijk aan …"."""
    names = listed(line.name for line in lines)
    if len(lines) == 1:
        return f"1 antwoord is gelijk aan wat u de vorige keer zei: {names}."
    return f"{len(lines)} antwoorden zijn gelijk aan wat u de vorige keer zei: {names}."


def _without_light(agreement: Agreement, values: Answer) -> Answer:
    return replace(values, light="") if agreement.kind in LIGHT_BY_RULE else values


@transaction.atomic
def drop(concept: Statement) -> None:
    """Throw away a new version that is not handed in; what was handed in before stays."""
    _lock(concept.organisation)
    found = Statement.objects.concepts().filter(pk=concept.pk, number__gt=1).first()
    if found is None:
        raise StatementError("Er is geen nieuwe versie om weg te halen.")
    forget_files(found.evidence.all())
    found.delete()
    set_parts(concept.round, [concept.organisation])


# --- handing in ---------------------------------------------------------------------------


@transaction.atomic
def submit(
    organisation: Organisation, round_: Round, by: User, *, at: datetime | None = None
) -> list[Statement]:
    """Hand in all concepts of a party and round, or none of them.

    Raises `IncompleteError` with what each agreement lacks, and `StatementError` when the round
    is closed or nothing is waiting to be handed in.
    """
    _lock(organisation)
    refuse_unless_open(organisation, round_)
    overview = overview_of(organisation, round_)
    if overview.incomplete:
        raise IncompleteError(overview.incomplete)
    waiting = [line.statement.pk for line in overview.concepts if line.statement is not None]
    if not waiting:
        raise StatementError("Alles is al ingediend. Er is niets nieuws om in te dienen.")
    concepts = Statement.objects.concepts().filter(pk__in=waiting)
    concepts.update(submitted_at=at or timezone.now(), submitted_by=by)
    set_parts(round_, [organisation])
    return list(Statement.objects.filter(pk__in=waiting))


def enterers(overview: Overview) -> set[int | None]:
    """Ids of those who wrote something of what waits to be handed in."""
    waiting = [line.statement for line in overview.concepts if line.statement]
    wrote = Statement.writers.through.objects.filter(statement__in=[each.pk for each in waiting])
    return {each.entered_by_id for each in waiting} | set(wrote.values_list("user", flat=True))


def is_open(organisation: Organisation, round_: Round) -> bool:
    """Whether a party may write today: while the round is open for it; after that, what was
    handed in may be mended for as long as the round takes corrections."""
    said = Statement.objects.submitted().filter(organisation=organisation, round=round_)
    window, today = window_of(round_, organisation), timezone.localdate()
    return window.allows(today, handed_in=False) or window.allows(today, handed_in=said.exists())


def why_closed(organisation: Organisation, round_: Round) -> str:
    """Why nothing can be written now, and who can help."""
    told = window_of(round_, organisation).in_words(timezone.localdate())
    return f"{round_} is niet open voor {organisation}. {told} De coördinator kan uitstel geven."


def refuse_unless_open(organisation: Organisation, round_: Round) -> None:
    """Raise `StatementError` with the reason while a party may not write."""
    if not is_open(organisation, round_):
        raise StatementError(why_closed(organisation, round_))


def _lock(organisation: Organisation) -> None:
    """Let those who write for one party wait for each other."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
