"""The life of a version: submit, accept, send back, take back. Append, don't overwrite.

Each works on the whole set of versions that go together, in one transaction with what it does
to claims and tallies, and leaves an event (NUMBERS 1).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from housing.codes import UnitKind
from housing.confirmation_parts import set_parts as set_confirmation_parts
from housing.models import (
    Claim,
    Confirmation,
    Organisation,
    Part,
    StockChange,
    Submission,
    SubmissionEvent,
    Upload,
    User,
)
from housing.tallies import LaterEventError, lock_books, recount

Status = Submission.Status
PART_STATES = {
    Status.CONCEPT: Part.State.DRAFT,
    Status.SUBMITTED: Part.State.SUBMITTED,
    Status.RETURNED: Part.State.RETURNED,
    Status.ACCEPTED: Part.State.ACCEPTED,
}


class VersionError(Exception):
    """The step does not fit how the version stands now; the message says why, in Dutch."""


@transaction.atomic
def submit(
    submission: Submission, *, actor: User | None, at: datetime | None = None, comment: str = ""
) -> None:
    """Hand in a concept and those that go with it: they count from `at` on as voorlopig,
    unless an accepted version of that year counts already (then they are a correction)."""
    _lock(submission)
    moment = at or timezone.now()
    versions = _together(submission, Status.CONCEPT, "al ingediend of ingetrokken")
    _refuse_before_later_events(versions, moment)
    for version in versions:
        earlier = Submission.objects.of(version.organisation, version.year)
        counting_accepted = earlier.filter(status=Status.ACCEPTED).exists()
        replaced = earlier.filter(status=Status.SUBMITTED).first()
        standing = earlier.standing().exclude(pk=version.pk).first()
        if replaced is not None:
            _move(replaced, Status.SUPERSEDED, actor, moment, counts=False)
        _move(
            version, Status.SUBMITTED, actor, moment, counts=not counting_accepted,
            comment=comment,
        )  # fmt: skip
        if standing is not None:
            _carry_confirmations(standing, version, moment)
    _finish(versions, moment)


@transaction.atomic
def accept(
    submission: Submission, *, actor: User | None, at: datetime | None = None, comment: str = ""
) -> None:
    """Adopt a submitted version and those that go with it, in place of earlier ones.

    Over an open dispute only with a reason in `comment`, which settles the dispute.
    """
    _lock(submission)
    moment = at or timezone.now()
    versions = _together(submission, Status.SUBMITTED, "niet (meer) ingediend")
    _refuse_before_later_events(versions, moment)
    disputes = Confirmation.objects.filter(submission__in=versions, disputes=True, settled_at=None)
    if disputes.exists() and not comment.strip():
        raise VersionError(
            "Een gemeente betwist deze opgave. Schrijf waarom u haar toch vaststelt."
        )
    for version in versions:
        # A dispute follows a newer version: what stands open at older ones ends with it.
        about = Confirmation.objects.filter(
            submission__organisation=version.organisation, submission__year=version.year
        )
        about.filter(disputes=True, settled_at=None).update(settled_at=moment, settlement=comment)
    for version in versions:
        replaced = Submission.objects.of(version.organisation, version.year).filter(
            status=Status.ACCEPTED
        )
        for old in replaced:
            _move(old, Status.SUPERSEDED, actor, moment, counts=False)
    for version in versions:
        _move(version, Status.ACCEPTED, actor, moment, counts=True, comment=comment)
    _finish(versions, moment)


@transaction.atomic
def send_back(
    submission: Submission, *, actor: User | None, comment: str, at: datetime | None = None
) -> None:
    """Return a submitted version with a comment; it stops counting, and no older one revives."""
    _lock(submission)
    moment = at or timezone.now()
    if not comment.strip():
        raise VersionError("Schrijf wat er moet veranderen. Dan kan de organisatie verder.")
    versions = _together(submission, Status.SUBMITTED, "niet (meer) ingediend")
    _refuse_before_later_events(versions, moment)
    for version in versions:
        _move(version, Status.RETURNED, actor, moment, counts=False, comment=comment)
    _finish(versions, moment)


@transaction.atomic
def undo(submission: Submission, *, actor: User | None, at: datetime | None = None) -> None:
    """Take back a concept or a submitted version, and give the one it replaced its status."""
    _lock(submission)
    moment = at or timezone.now()
    versions = _together(submission, None, "")
    if {version.status for version in versions} - {Status.CONCEPT, Status.SUBMITTED}:
        raise VersionError(
            "Deze opgave is al vastgesteld of vervangen. Maak een nieuwe versie om te verbeteren."
        )
    _refuse_before_later_events(versions, moment)
    for version in versions:
        was_submitted = version.status == Status.SUBMITTED
        _move(version, Status.WITHDRAWN, actor, moment, counts=False)
        Upload.objects.filter(submission=version).update(status=Upload.Status.UNDONE)
        if was_submitted and (revived := replaced_by(version)) is not None:
            accepted = Submission.objects.of(version.organisation, version.year).filter(
                status=Status.ACCEPTED
            )
            _move(revived, Status.SUBMITTED, actor, moment, counts=not accepted.exists())
    _finish(versions, moment)


def set_part(organisation: int, year: int) -> None:
    """Let the parts of the rounds over `year` say how the newest standing version stands.

    A version answers the round it was made in, and any round whose period it covers: what was
    said in a half-year round leaves the round of the whole year open.
    """
    answers = Submission.objects.filter(organisation=organisation, year=year)
    newest = answers.standing().order_by("-number").first()
    parts = Part.objects.filter(
        round__year=year,
        organisation=organisation,
        kind__in=(Part.Kind.COMPLETIONS, Part.Kind.OWN_FIGURES),
    )
    for part in parts.select_related("round"):
        state = Part.State.MISSING
        if newest is not None and (
            newest.round_id in (None, part.round_id)
            or newest.covers_until >= part.round.period_until
        ):
            state = PART_STATES[Status(newest.status)]
        done = part.done
        if part.kind == Part.Kind.COMPLETIONS:
            done = int(state in (Part.State.SUBMITTED, Part.State.ACCEPTED))
        elif newest is None:
            done = 0
        if (part.state, part.done) != (state, done):
            Part.objects.filter(pk=part.pk).update(state=state, done=done)


def _lock(submission: Submission) -> None:
    """Wait for whoever stores or moves versions of this organisation, then for the books: in
    this order everywhere, also where storing and submitting are one transaction."""
    Organisation.objects.select_for_update(no_key=True).get(pk=submission.organisation_id)
    lock_books()


def _together(submission: Submission, status: str | None, otherwise: str) -> list[Submission]:
    # Read again: what goes together may have changed since the caller looked.
    submission = Submission.objects.get(pk=submission.pk)
    versions = list(submission.set_together().select_for_update(of=("self",)))
    if status is not None and any(version.status != status for version in versions):
        raise VersionError(f"Deze opgave is {otherwise}. Ververs de pagina om te zien hoe.")
    return versions


def _refuse_before_later_events(versions: Iterable[Submission], moment: datetime) -> None:
    for version in versions:
        later = SubmissionEvent.objects.filter(
            submission__organisation=version.organisation,
            submission__year=version.year,
            known_from__gt=moment,
        )
        if later.exists():
            raise VersionError(
                f"Over {version.organisation} {version.year} is na dat moment al iets vastgelegd."
                " Kies een later moment."
            )


def _move(
    version: Submission,
    status: str,
    actor: User | None,
    moment: datetime,
    *,
    counts: bool,
    comment: str = "",
) -> None:
    Submission.objects.filter(pk=version.pk).update(status=status, counts=counts)
    version.status, version.counts = status, counts
    SubmissionEvent.objects.create(
        submission=version, status=status, actor=actor, known_from=moment, comment=comment
    )


def _finish(versions: list[Submission], moment: datetime) -> None:
    try:
        recount({(version.organisation_id, version.year) for version in versions}, moment)
    except LaterEventError as error:
        raise VersionError(
            "Een woning in deze opgave is later ook door een ander opgegeven of beoordeeld."
            " Kies een later moment."
        ) from error
    for version in versions:
        set_part(version.organisation_id, version.year)
    # Municipalities look at what corporations report: theirs changes with it.
    for year in sorted({version.year for version in versions}):
        set_confirmation_parts(year)


def replaced_by(version: Submission) -> Submission | None:
    """The version that submitting `version` replaced: replaced at the moment at which `version`
    was first handed in, and not by accepting another."""
    handed_in = version.events.filter(status=Status.SUBMITTED).order_by("known_from", "pk").first()
    if handed_in is None:
        return None
    older = Submission.objects.of(version.organisation, version.year).filter(
        number__lt=version.number, status=Status.SUPERSEDED
    )
    for candidate in older.exclude(events__status=Status.ACCEPTED):
        last = candidate.events.order_by("-known_from", "-pk").first()
        if last is not None and last.known_from == handed_in.known_from:
            return candidate
    return None


def _carry_confirmations(old: Submission, new: Submission, moment: datetime) -> None:
    """A newer version with the same homes per kind, segment and project for a municipality
    inherits its word; otherwise a confirmation ends, and an open dispute stays open."""
    for word in old.confirmations.filter(settled_at=None):
        same = _content(old, word.municipality_id) == _content(new, word.municipality_id)
        if same or word.disputes:
            Confirmation.objects.create(
                submission=new,
                municipality_id=word.municipality_id,
                disputes=word.disputes,
                homes=word.homes,
                reason=word.reason,
                actor=word.actor,
                known_from=moment,
            )


def _content(version: Submission, municipality: int) -> Counter[tuple[str, str, int | None]]:
    content: Counter[tuple[str, str, int | None]] = Counter()
    rows = StockChange.objects.filter(
        submission=version, municipality=municipality, unit_kind=UnitKind.DWELLING
    )
    for kind, segment, project, homes in rows.values_list("kind", "segment", "project", "homes"):
        content[kind, segment, project] += homes
    return content


def open_claims(submission: Submission) -> "Iterable[Claim]":
    """Claims of a version that stand against another one, won or lost."""
    lost = Claim.objects.filter(submission=submission, until=None, lost_to__isnull=False)
    won = Claim.objects.filter(lost_to__submission=submission, until=None)
    return (lost | won).select_related(
        "organisation", "submission__organisation", "lost_to__organisation", "row", "lost_to__row"
    )
