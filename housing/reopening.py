"""Reopening: a new concept from an accepted version, which keeps counting meanwhile (NUMBERS 1)."""

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from housing.bulk import bulk_load
from housing.intake.stored import FACT_FIELDS, LINK_FIELDS
from housing.models import (
    Extension,
    MunicipalFigure,
    Organisation,
    StockChange,
    StockCount,
    Submission,
    SubmissionEvent,
    User,
)
from housing.versions import VersionError, set_part

ANSWERS = ("additions", "sales", "demolition", "other_withdrawals")
_COPIED = [name for name in (*FACT_FIELDS, *LINK_FIELDS) if name not in ("submission", "previous")]


@transaction.atomic
def reopen(
    submission: Submission, *, actor: User | None, reason: str, until: date | None = None
) -> Submission:
    """Make a concept with all that the accepted `submission` says, and give it.

    The accepted one keeps counting until the new one is accepted. With `until` the party gets
    an extension of the round until that day. Raises `VersionError` in Dutch when it is not the
    accepted version, a concept is there already, or there is no reason.
    """
    party = Organisation.objects.select_for_update(no_key=True).get(pk=submission.organisation_id)
    found = Submission.objects.get(pk=submission.pk)
    if not reason.strip():
        raise VersionError("Schrijf waarom u deze opgave heropent. De organisatie leest het.")
    if found.status != Submission.Status.ACCEPTED:
        raise VersionError(
            "Alleen een vastgestelde opgave kunt u heropenen."
            " Een ingediende stuurt u terug; een concept is al open."
        )
    versions = Submission.objects.of(party, found.year)
    if versions.filter(status=Submission.Status.CONCEPT).exists():
        raise VersionError(f"{party} werkt al aan een nieuwe versie over {found.year}.")
    if versions.filter(status=Submission.Status.SUBMITTED).exists():
        raise VersionError(
            f"Over {found.year} wacht al een correctie op uw oordeel. Beoordeel eerst die."
        )
    if until is not None and until < timezone.localdate():
        raise VersionError("De laatste dag ligt in het verleden. Kies een dag vanaf vandaag.")
    newest = versions.aggregate(number=Max("number"))["number"] or 0
    concept = Submission.objects.create(
        organisation=party,
        year=found.year,
        number=newest + 1,
        round=found.round,
        covers_until=found.covers_until,
        # The party's own hand stays on it: who reopens, may judge it later (four eyes).
        entered_by=found.entered_by,
        is_demo=found.is_demo,
        **{name: getattr(found, name) for name in ANSWERS},
    )
    SubmissionEvent.objects.create(
        submission=concept, status=Submission.Status.CONCEPT, actor=actor, comment=reason
    )
    _copy_rows(found, concept)
    if until is not None and found.round is not None:
        Extension.objects.create(
            round=found.round, organisation=party, until=until, reason=reason, actor=actor
        )
    set_part(party.pk, found.year)
    return concept


def _copy_rows(old: Submission, new: Submission) -> None:
    """All that `old` says, with each row referring to the one it was copied from."""
    columns = [_column(name) for name in _COPIED]
    # Read whole before the first is written: PostgreSQL answers nothing while a COPY runs.
    rows = list(old.rows.order_by("pk").values_list("pk", *columns))
    bulk_load(
        StockChange,
        (*_COPIED, "submission", "previous"),
        ((*values, new.pk, pk) for pk, *values in rows),
    )
    StockCount.objects.bulk_create(
        StockCount(
            submission=new,
            municipality_id=count.municipality_id,
            branch=count.branch,
            opening=count.opening,
            closing=count.closing,
        )
        for count in old.stock_counts.all()
    )
    MunicipalFigure.objects.bulk_create(
        MunicipalFigure(
            submission=new,
            measure=figure.measure,
            segment=figure.segment,
            transformation=figure.transformation,
            answer=figure.answer,
            homes=figure.homes,
            note=figure.note,
        )
        for figure in old.figures.all()
    )


def _column(name: str) -> str:
    """The name under which the key of a related row is read."""
    field = StockChange._meta.get_field(name)
    return f"{name}_id" if field.is_relation else name
