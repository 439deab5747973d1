"""Step 4: clean rows laid over what is stored, and stored as new versions, in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from housing.codes import ADDITIONS, SALES, Answer, Kind
from housing.intake.overlay import WOZ, Line, Overlay, Source, lay_over
from housing.intake.rows import CleanRow
from housing.intake.stored import base_versions, edits_of, stored_lines
from housing.intake.tables import no_collecting
from housing.intake.writing import write_rows, write_stock
from housing.models import (
    Organisation,
    Round,
    Submission,
    SubmissionEvent,
    Upload,
    User,
)
from housing.versions import set_part


class ConceptChangedError(Exception):
    """Somebody else changed the concept meanwhile; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Filing:
    """A file (or typed rows) that is to become versions of an organisation's answer.

    `said` holds the kinds of change (additions, sales, demolition, other_withdrawals) the clerk
    says there were none of; `stays` and `together` her word on rows not in the file and on
    questions, by the key of the stored row.
    """

    organisation: Organisation
    year: int
    file_format: str
    round: Round | None = None
    by: User | None = None
    upload: Upload | None = None
    said: frozenset[str] = frozenset()
    stays: Mapping[int, bool] = field(default_factory=dict)
    together: Mapping[int, bool] = field(default_factory=dict)
    stock: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    at: datetime | None = None
    is_demo: bool = False

    @property
    def moment(self) -> datetime:
        """When this is known: now, or the moment history is imported for."""
        return self.at or timezone.now()

    @property
    def is_demonstration(self) -> bool:
        """What a demonstration account enters is a demonstration figure."""
        return self.is_demo or (self.by is not None and self.by.is_demo)


def preview(rows: Sequence[CleanRow], filing: Filing) -> Overlay:
    """Lay rows over what is stored and store nothing."""
    return _lay(rows, filing, stored_lines(base_versions(filing.organisation).values()))


def _lay(rows: Sequence[CleanRow], filing: Filing, stored: list[Line]) -> Overlay:
    upload = filing.upload.pk if filing.upload else 0
    lines = [Line(row, (Source(upload, filing.file_format, row.sheet, row.row),)) for row in rows]
    return lay_over(
        lines,
        stored,
        year=filing.year,
        file_format=filing.file_format,
        answers=filing.together,
    )


def answers_given(lines: Iterable[Line], filing: Filing) -> dict[str, str]:
    """What the version of the filing's year would answer on each kind of change."""
    base = base_versions(filing.organisation).get(filing.year)
    return _answers(
        filing,
        filing.year,
        base,
        [line for line in lines if line.row.year == filing.year],
    )


@transaction.atomic
@no_collecting()
def store(
    rows: Sequence[CleanRow], filing: Filing, *, expected: Mapping[int, int] | None = None
) -> Submission | None:
    """Make versions (concepts) of every year that the rows change, together; give the leading
    one, or None when nothing changes.

    `expected` is the state the clerk saw: {pk of the base version: its edit number}. When it is
    no longer so, `ConceptChangedError`.
    """
    # Locks the organisation, so that storing, submitting and reviewing of one party queue.
    Organisation.objects.select_for_update(no_key=True).get(pk=filing.organisation.pk)
    bases = base_versions(filing.organisation)
    if expected is not None and expected != edits_of(bases):
        raise ConceptChangedError
    stored = stored_lines(bases.values())
    overlay = _lay(rows, filing, stored)
    by_year: dict[int, list[Line]] = defaultdict(list)
    for line in overlay.lines(filing.stays):
        by_year[line.row.year].append(line)
    before: dict[int, list[Line]] = defaultdict(list)
    for line in stored:
        before[line.row.year].append(line)
    changed = _changed_years(overlay, filing, bases, by_year)
    if not changed:
        return None
    lead: Submission | None = None
    origins = _origins(bases.values())
    together = _with_set_years(changed, bases)
    for year in sorted(together, key=lambda year: (year != filing.year, year)):
        version = _version_for(year, filing, bases.get(year), by_year[year], lead, origins)
        lead = lead or version
    return lead


def _with_set_years(changed: set[int], bases: Mapping[int, Submission]) -> set[int]:
    """The changed years and those that were to be accepted together with them: a home between
    two years is counted once only while both years move together (NUMBERS 1)."""
    sets: dict[int, set[int]] = defaultdict(set)
    for year, base in bases.items():
        if base.status != Submission.Status.ACCEPTED:
            sets[base.lead_id or base.pk].add(year)
    linked = [years for years in sets.values() if years & changed]
    return changed.union(*linked)


def _origins(bases: Iterable[Submission]) -> dict[int, int | None]:
    """For the rows of versions that were never accepted: what they go back to.

    Rows of a concept will be written anew, so theirs; of others only where it is of another
    year, because there the homes keep counting until the set is accepted.
    """
    origins: dict[int, int | None] = {}
    for base in bases:
        rows = base.rows.order_by()
        if base.status == Submission.Status.CONCEPT:
            origins |= dict(rows.values_list("pk", "previous_id"))
        elif base.status != Submission.Status.ACCEPTED:
            moved = rows.exclude(previous__submission__year=base.year)
            origins |= dict(moved.filter(previous__isnull=False).values_list("pk", "previous_id"))
    return origins


def _changed_years(
    overlay: Overlay,
    filing: Filing,
    bases: Mapping[int, Submission],
    by_year: Mapping[int, list[Line]],
) -> set[int]:
    years = {line.row.year for line in overlay.new}
    for pair in overlay.changed:
        years |= {pair.new.row.year, pair.old.row.year}
    for line in overlay.missing:
        stays = filing.stays.get(line.stored or 0, True)
        partly = line.stored in {pair.old.stored for pair in overlay.changed}
        becomes_marked = overlay.is_not_yet_let(line) and not line.not_yet_let
        if not stays or partly or becomes_marked:
            years.add(line.row.year)
    base = bases.get(filing.year)
    answers = _answers(filing, filing.year, base, by_year.get(filing.year, []))
    if (
        base is None
        or base.status == Submission.Status.RETURNED
        or any(getattr(base, name) != value for name, value in answers.items())
        or _covers(filing, filing.year, base) > base.covers_until
    ):
        years.add(filing.year)
    return years


def _version_for(
    year: int,
    filing: Filing,
    base: Submission | None,
    lines: list[Line],
    lead: Submission | None,
    origins: Mapping[int, int | None],
) -> Submission:
    answers = _answers(filing, year, base, lines)
    if base is not None and base.status == Submission.Status.CONCEPT:
        version = _edit_concept(base, filing, answers, lead)
    else:
        newest = Submission.objects.filter(organisation=filing.organisation, year=year).aggregate(
            number=Max("number", default=0)
        )
        version = Submission.objects.create(
            organisation=filing.organisation,
            year=year,
            number=newest["number"] + 1,
            round=filing.round if year == filing.year else _round_of(year),
            covers_until=_covers(filing, year, base),
            lead=lead,
            entered_by=filing.by,
            is_demo=filing.is_demonstration or (base is not None and base.is_demo),
            created_at=filing.moment,
            **answers,
        )
        SubmissionEvent.objects.create(
            submission=version,
            status=Submission.Status.CONCEPT,
            actor=filing.by,
            known_from=filing.moment,
        )
    write_rows(version, lines, origins)
    if year == filing.year:
        write_stock(version, filing.stock)
    set_part(version.organisation_id, version.year)
    return version


def _edit_concept(
    concept: Submission, filing: Filing, answers: Mapping[str, str], lead: Submission | None
) -> Submission:
    """Empty a concept to be written anew, unless somebody else was first."""
    edited = Submission.objects.filter(
        pk=concept.pk, status=Submission.Status.CONCEPT, edit=concept.edit
    ).update(
        edit=concept.edit + 1,
        covers_until=_covers(filing, concept.year, concept),
        lead=lead,
        entered_by=filing.by or concept.entered_by,
        is_demo=concept.is_demo or filing.is_demonstration,
        **answers,
    )
    if not edited:
        raise ConceptChangedError
    concept.rows.all().delete()
    if concept.year == filing.year:
        concept.stock_counts.all().delete()
    concept.refresh_from_db()
    return concept


def _round_of(year: int) -> Round | None:
    return Round.objects.filter(year=year).order_by("-period_until").first()


def _covers(filing: Filing, year: int, base: Submission | None) -> date:
    """Until which day the version answers (NUMBERS 1); never later than it was given, and a
    few late homes of a year nobody answered yet are no answer for that year."""
    if year != filing.year:
        return base.covers_until if base else date(year, 1, 1)
    if filing.file_format == WOZ:
        until = date(year, 12, 31)
    else:
        period = filing.round.period_until if filing.round else date(year, 12, 31)
        until = min(period, timezone.localdate(filing.moment))
    until = max(until, date(year, 1, 1))
    return max(until, base.covers_until) if base else until


def _answers(
    filing: Filing, year: int, base: Submission | None, lines: Iterable[Line]
) -> dict[str, str]:
    """What the version answers on each kind of change: rows, none, or not answered."""
    told = {(line.row.kind, line.row.direction) for line in lines if line.row.part == "2.1A"}
    present = {_question_of(Kind(kind), direction) for kind, direction in told}
    answers: dict[str, str] = {}
    for name in ("additions", "sales", "demolition", "other_withdrawals"):
        if name in present:
            answers[name] = Answer.ROWS.value
        elif year == filing.year and (filing.file_format == WOZ or name in filing.said):
            answers[name] = Answer.NONE.value
        else:
            old = getattr(base, name) if base else Answer.UNANSWERED.value
            # Rows that are gone leave the question open, not answered with "none".
            answers[name] = Answer.UNANSWERED.value if old == Answer.ROWS else old
    return answers


def _question_of(kind: Kind, direction: int) -> str:
    if kind in ADDITIONS or kind == Kind.TO_DAEB:
        return "additions"
    if kind in SALES:
        return "sales"
    if kind == Kind.DEMOLITION:
        return "demolition"
    return "other_withdrawals" if direction < 0 else "additions"
