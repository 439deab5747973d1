"""A municipality's own figures of a year: the concept, saving field by field, what is missing.

A concept is edited in place, each figure under its edit number; the second of two people is told
and sees both values (NUMBERS 1). What was handed in never changes: a correction is a new version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from housing.models import (
    MunicipalFigure,
    Organisation,
    Part,
    Round,
    Submission,
    SubmissionEvent,
    User,
)
from housing.municipal_fields import (
    BY_KEY,
    BY_PLACE,
    FIELDS,
    NOTHING,
    Asked,
    Field,
    Given,
    jump_text,
    jumps,
    meanings_of,
)
from housing.versions import set_part

Status = Submission.Status
HANDED_IN = (Status.SUBMITTED, Status.ACCEPTED)

Agreed = Mapping[str, tuple[Asked, ...]]
"""What was agreed of figures, by the key of the field."""


class MunicipalError(Exception):
    """The step does not fit how things stand now; the message says why, in Dutch."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What somebody typed in one field, and the token of what the page had shown her."""

    given: Given
    seen: str


@dataclass(frozen=True, slots=True)
class Clash:
    """A figure of which two people gave a value; `theirs` is what is stored."""

    field: Field
    mine: Given
    theirs: Given


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving did: how many figures changed, and which were not stored because somebody
    else was first."""

    at: datetime
    changed: int
    clashes: tuple[Clash, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure as a page shows it, with last year's beside it and what was agreed of it."""

    field: Field
    meaning: str
    before: Given
    now: Given
    before_year: int
    asked: tuple[Asked, ...] = ()

    @property
    def has_jumped(self) -> bool:
        """Whether it differs so much from last year that it asks for a word."""
        return jumps(self.now.known, self.before.known)

    @property
    def missed(self) -> tuple[Asked, ...]:
        """What was agreed and is not reached: that asks for a word too."""
        return tuple(each for each in self.asked if each.is_missed(self.now.known))

    @property
    def asks(self) -> bool:
        """Whether it asks for a word."""
        return self.has_jumped or bool(self.missed)

    @property
    def needs_note(self) -> bool:
        """Whether that word is still missing."""
        return self.asks and not self.now.note.strip()

    @property
    def question(self) -> str:
        """What a jump or a number that is not reached asks; "" without one."""
        now, before = self.now.known, self.before.known
        if now is None:
            return ""
        told = [each.text(now) for each in self.missed]
        if self.has_jumped and before is not None:
            told.insert(0, jump_text(now, before, self.before_year))
        return ". ".join(told)

    @property
    def is_done(self) -> bool:
        """Whether nothing more is asked of it."""
        return self.now.is_answered and not self.needs_note

    @property
    def is_same(self) -> bool:
        """Whether it says what last year said: to be looked at, after taking last year over."""
        return self.now.is_answered and self.now.answer == self.before.answer and (
            self.now.homes == self.before.homes
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checks:
    """What a concept still lacks before it can be handed in."""

    empty: tuple[Line, ...]
    unexplained: tuple[Line, ...]

    @property
    def is_complete(self) -> bool:
        return not self.empty and not self.unexplained


# --- reading ------------------------------------------------------------------------------


def standing_of(municipality: Organisation, year: int) -> Submission | None:
    """The newest version that is still somebody's answer."""
    return Submission.objects.of(municipality, year).standing().first()


def counting_of(municipality: Organisation, year: int) -> Submission | None:
    """The version that counts: the accepted one, else the one that was submitted."""
    return Submission.objects.of(municipality, year).counting().first()


def answers_round(version: Submission, round_: Round) -> bool:
    """Whether a version was made for this round, or reaches as far as it asks: what was said of
    half a year leaves the round of the whole year open."""
    return version.round_id == round_.pk or version.covers_until >= round_.period_until


def given_in(version: Submission | None) -> dict[str, Given]:
    """What a version says, by the key of the field."""
    if version is None:
        return {}
    return {
        BY_PLACE[place].key: Given.of(figure)
        for figure in version.figures.all()
        if (place := (figure.measure, figure.segment, figure.transformation)) in BY_PLACE
    }


def lines_of(
    municipality: Organisation,
    year: int,
    version: Submission | None,
    asked: Agreed | None = None,
) -> list[Line]:
    """Every figure with what `version` says of it, what counted a year before, and what was
    agreed of it (`asked`, by the key of the field: an upper app knows)."""
    before, now = given_in(counting_of(municipality, year - 1)), given_in(version)
    meanings = meanings_of(year)
    return [
        Line(
            field,
            meanings[field.key],
            before.get(field.key, NOTHING),
            now.get(field.key, NOTHING),
            year - 1,
            (asked or {}).get(field.key, ()),
        )
        for field in FIELDS
    ]


def checks(concept: Submission, asked: Agreed | None = None) -> Checks:
    """What this concept still lacks: figures without an answer, questions without a word."""
    return checks_of(lines_of(concept.organisation, concept.year, concept, asked))


def checks_of(lines: list[Line]) -> Checks:
    """The same, of lines that were read already."""
    return Checks(
        tuple(line for line in lines if not line.now.is_answered),
        tuple(line for line in lines if line.needs_note),
    )


# --- writing ------------------------------------------------------------------------------


@transaction.atomic
def concept_of(
    municipality: Organisation, year: int, round_: Round, by: User | None
) -> Submission | None:
    """The concept to write in, made where there is none: empty, or with the figures of what came
    back. None while what was handed in answers this round: `correct` begins a new version."""
    _lock(municipality)
    found = standing_of(municipality, year)
    if found is not None and found.status == Status.CONCEPT:
        return _reach(found, round_)
    if found is not None and found.status in HANDED_IN and answers_round(found, round_):
        return None
    return _begin(municipality, year, round_, found, by)


@transaction.atomic
def correct(municipality: Organisation, year: int, round_: Round, by: User | None) -> Submission:
    """Begin a correction of what was handed in; that keeps counting until the new one counts.

    An open concept is given as it stands. Raises `MunicipalError` when nothing was handed in.
    """  # fmt: skip
    _lock(municipality)
    found = standing_of(municipality, year)
    if found is None or found.status == Status.RETURNED:
        raise MunicipalError("Er is niets ingediend om te verbeteren. U kunt het gewoon invullen.")
    if found.status == Status.CONCEPT:
        return found
    return _begin(municipality, year, round_, found, by)


@transaction.atomic
def save(
    concept: Submission,
    entered: Mapping[str, Entered],
    by: User,
    asked: Agreed | None = None,
) -> Saved:
    """Store what was typed, figure by figure, by the keys of the fields.

    What she left as the page showed it is skipped; a figure that somebody else changed meanwhile
    is left as it is and given back as a clash, all others are stored. A blank answer takes the
    figure away. Raises `MunicipalError` when the concept was handed in or taken back meanwhile.
    """
    _lock(concept.organisation)
    fresh = Submission.objects.filter(pk=concept.pk, status=Status.CONCEPT).first()
    if fresh is None:
        raise MunicipalError(
            "Deze opgave is intussen ingediend of ingetrokken. Wat u typte is niet bewaard."
        )
    stored = {
        (figure.measure, figure.segment, figure.transformation): figure
        for figure in fresh.figures.all()
    }
    changed, clashes = 0, []
    for key, each in entered.items():
        field = BY_KEY[key]
        clash, wrote = _keep(fresh, field, stored.get(field.place), each)
        changed += wrote
        if clash is not None:
            clashes.append(clash)
    if changed:
        _sign(fresh, by)
        set_own_part(fresh, asked)
    return Saved(timezone.now(), changed, tuple(clashes))


def take_over(concept: Submission, by: User, asked: Agreed | None = None) -> int:
    """Answer what is still open as last year; give how many figures that were. She looks at each:
    the page says which are the same."""
    before = given_in(counting_of(concept.organisation, concept.year - 1))
    now = given_in(concept)
    entered = {
        key: Entered(Given(given.answer, given.homes), NOTHING.token)
        for key, given in before.items()
        if key not in now
    }
    return save(concept, entered, by, asked).changed


def set_own_part(version: Submission, asked: Agreed | None = None) -> None:
    """Let the round's part say how many figures were answered."""
    lines = lines_of(version.organisation, version.year, version, asked)
    done = sum(line.is_done for line in lines)
    Part.objects.filter(
        round__year=version.year, organisation=version.organisation, kind=Part.Kind.OWN_FIGURES
    ).update(done=done, of=len(lines))


def _keep(
    version: Submission, field: Field, figure: MunicipalFigure | None, entered: Entered
) -> tuple[Clash | None, bool]:
    """Store one figure; give the clash instead, and whether anything was written."""
    mine = entered.given
    theirs = Given.of(figure) if figure is not None else NOTHING
    if mine == theirs or mine.token == entered.seen:
        return None, False
    if theirs.token != entered.seen:
        return Clash(field, mine, theirs), False
    if figure is None:
        _, written = MunicipalFigure.objects.get_or_create(
            submission=version,
            measure=field.measure,
            segment=field.segment,
            transformation=field.transformation,
            defaults={"answer": mine.answer, "homes": mine.homes, "note": mine.note},
        )
    else:
        unchanged = MunicipalFigure.objects.filter(pk=figure.pk, edit=figure.edit)
        if mine.is_answered:
            written = bool(
                unchanged.update(
                    answer=mine.answer, homes=mine.homes, note=mine.note, edit=F("edit") + 1
                )
            )
        else:
            written = bool(unchanged.delete()[0])
    if written:
        return None, True
    now = version.figures.filter(
        measure=field.measure, segment=field.segment, transformation=field.transformation
    ).first()
    return Clash(field, mine, Given.of(now) if now else NOTHING), False


def _begin(
    municipality: Organisation,
    year: int,
    round_: Round,
    source: Submission | None,
    by: User | None,
) -> Submission:
    """A new concept with the figures of `source`."""
    newest = Submission.objects.of(municipality, year).aggregate(number=Max("number"))
    concept = Submission.objects.create(
        organisation=municipality,
        year=year,
        number=(newest["number"] or 0) + 1,
        round=round_,
        covers_until=round_.period_until,
        entered_by=by,
        is_demo=bool(by and by.is_demo) or bool(source and source.is_demo),
    )
    SubmissionEvent.objects.create(submission=concept, status=Status.CONCEPT, actor=by)
    MunicipalFigure.objects.bulk_create(
        MunicipalFigure(
            submission=concept,
            measure=figure.measure,
            segment=figure.segment,
            transformation=figure.transformation,
            answer=figure.answer,
            homes=figure.homes,
            note=figure.note,
        )
        for figure in (source.figures.all() if source else ())
    )
    set_part(municipality.pk, year)
    set_own_part(concept)
    return concept


def _reach(concept: Submission, round_: Round) -> Submission:
    """A concept begun in a half-year round answers the longer round that follows."""
    if concept.covers_until < round_.period_until:
        concept.round, concept.covers_until = round_, round_.period_until
        concept.save(update_fields=["round", "covers_until"])
        set_part(concept.organisation_id, concept.year)
    return concept


def _sign(version: Submission, by: User) -> None:
    """Remember everybody who entered something: none of them judges it (four eyes)."""
    known = version.events.filter(status=Status.CONCEPT, actor=by)
    if version.entered_by_id != by.pk and not known.exists():
        SubmissionEvent.objects.create(submission=version, status=Status.CONCEPT, actor=by)


def _lock(municipality: Organisation) -> None:
    """Let those who write for one municipality wait for each other."""
    Organisation.objects.select_for_update(no_key=True).get(pk=municipality.pk)
