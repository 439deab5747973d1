"""How reporting goes: versions and their events, words about them, files kept."""

from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from housing import codes
from housing.models.organisations import Organisation, User
from housing.models.rounds import Round

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Adjectives over versions."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Own versions always; others' once submitted, a concept never (HOUSE, who reads what).

        The coordinator and the board see what was submitted; other parties and officers too:
        totals are open to all once ingediend, rows have their own rule.
        """
        from housing import access

        if not user.is_authenticated:
            return self.none()
        return self.filter(access.readable_submissions(user))

    def of(self, organisation: Organisation, year: int) -> Self:
        """All versions of one organisation's answer for one calendar year, newest first."""
        return self.filter(organisation=organisation, year=year).order_by("-number")

    def counting(self) -> Self:
        """The one version per organisation and year that counts now."""
        return self.filter(counts=True)

    def standing(self) -> Self:
        """Versions that are still somebody's answer: not replaced, not taken back."""
        return self.exclude(status__in=[Submission.Status.SUPERSEDED, Submission.Status.WITHDRAWN])


class Submission(models.Model):
    """A version: the whole answer of one organisation for one calendar year.

    `status` and `counts` repeat what the events say, so that the database can keep "one
    accepted, one that counts". `lead` is the version it was submitted with: a file with homes
    of several years makes a version of each, and those go together (NUMBERS 1).
    """

    class Status(models.TextChoices):
        CONCEPT = "concept", "concept"
        SUBMITTED = "submitted", "ingediend"
        RETURNED = "returned", "teruggestuurd"
        WITHDRAWN = "withdrawn", "ingetrokken"
        ACCEPTED = "accepted", "vastgesteld"
        SUPERSEDED = "superseded", "vervangen"

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="submissions", verbose_name="organisatie"
    )
    year = models.PositiveSmallIntegerField("jaar")
    number = models.PositiveSmallIntegerField("versie")
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, verbose_name="ronde")
    covers_until = models.DateField("antwoord tot en met")
    lead = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followers",
        verbose_name="samen met",
    )
    status = models.CharField(
        "status", max_length=20, choices=Status, default=Status.CONCEPT, editable=False
    )
    counts = models.BooleanField("telt nu", default=False, editable=False)
    edit = models.PositiveIntegerField("bewerking", default=0, editable=False)
    additions = models.CharField(
        "toevoegingen",
        max_length=12,
        choices=codes.Answer.choices(),
        default=codes.Answer.UNANSWERED.value,
    )
    sales = models.CharField(
        "verkoop",
        max_length=12,
        choices=codes.Answer.choices(),
        default=codes.Answer.UNANSWERED.value,
    )
    demolition = models.CharField(
        "sloop",
        max_length=12,
        choices=codes.Answer.choices(),
        default=codes.Answer.UNANSWERED.value,
    )
    other_withdrawals = models.CharField(
        "andere onttrekkingen",
        max_length=12,
        choices=codes.Answer.choices(),
        default=codes.Answer.UNANSWERED.value,
    )
    entered_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ingevoerd door",
    )
    is_demo = models.BooleanField("voorbeeldcijfers", default=False)
    created_at = models.DateTimeField("gemaakt op", default=timezone.now)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = "opgave"
        verbose_name_plural = "opgaven"
        ordering: ClassVar[list[str]] = ["-year", "organisation__name", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="version_numbered_once", fields=["organisation", "year", "number"]
            ),
            models.UniqueConstraint(
                name="one_accepted_version_per_organisation_and_year",
                fields=["organisation", "year"],
                condition=Q(status="accepted"),
            ),
            models.UniqueConstraint(
                name="one_submitted_version_per_organisation_and_year",
                fields=["organisation", "year"],
                condition=Q(status="submitted"),
            ),
            models.UniqueConstraint(
                name="one_concept_per_organisation_and_year",
                fields=["organisation", "year"],
                condition=Q(status="concept"),
            ),
            models.UniqueConstraint(
                name="one_version_counts_per_organisation_and_year",
                fields=["organisation", "year"],
                condition=Q(counts=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}, versie {self.number}"

    @property
    def answers_all(self) -> bool:
        """Whether it answers all four questions, so that a net figure exists (NUMBERS 9)."""
        answers = (self.additions, self.sales, self.demolition, self.other_withdrawals)
        return codes.Answer.UNANSWERED not in answers

    @property
    def is_complete(self) -> bool:
        """Whether it answers for the whole calendar year."""
        return self.covers_until >= date(self.year, 12, 31)

    def set_together(self) -> "models.QuerySet[Submission]":
        """This version and those submitted with it, the leading one first."""
        lead = self.lead_id or self.pk
        return (
            Submission.objects.filter(Q(pk=lead) | Q(lead=lead))
            .select_related("organisation")
            .order_by(models.F("lead").asc(nulls_first=True), "year")
        )


class SubmissionEvent(models.Model):
    """What happened to a version. Its status at a moment is that of its last event by then."""

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="events", verbose_name="opgave"
    )
    status = models.CharField("status", max_length=20, choices=Submission.Status)
    known_from = models.DateTimeField("op", default=timezone.now)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    comment = models.TextField("toelichting", blank=True)

    class Meta:
        verbose_name = "gebeurtenis"
        verbose_name_plural = "gebeurtenissen"
        ordering: ClassVar[list[str]] = ["known_from", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["submission", "known_from"], name="event_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.get_status_display()}"


class YearClosing(models.Model):
    """The coordinator closes a year although answers are missing; it stays closed."""

    year = models.PositiveSmallIntegerField("jaar", unique=True)
    reason = models.TextField("reden")
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    known_from = models.DateTimeField("op", default=timezone.now)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)

    class Meta:
        verbose_name = "jaarafsluiting"
        verbose_name_plural = "jaarafsluitingen"
        ordering: ClassVar[list[str]] = ["year"]

    def __str__(self) -> str:
        return f"{self.year} afgesloten"


class Confirmation(models.Model):
    """A municipality confirms or disputes what a version says of it (NUMBERS 1).

    It names the version seen. A disputed figure keeps counting; `settled_at` ends the dispute.
    """

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="confirmations", verbose_name="opgave"
    )
    municipality = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": "municipality"},
        verbose_name="gemeente",
    )
    disputes = models.BooleanField("betwist", default=False)
    homes = models.PositiveIntegerField("woningen volgens de gemeente", null=True, blank=True)
    reason = models.TextField("reden", blank=True)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    known_from = models.DateTimeField("op", default=timezone.now)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)
    settled_at = models.DateTimeField("opgelost op", null=True, blank=True)
    settlement = models.TextField("hoe opgelost", blank=True)

    class Meta:
        verbose_name = "bevestiging"
        verbose_name_plural = "bevestigingen"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="dispute_has_a_reason",
                condition=Q(disputes=False) | ~Q(reason=""),
                violation_error_message="Schrijf waarom u dit cijfer betwist.",
            ),
        ]

    def __str__(self) -> str:
        word = "betwist" if self.disputes else "bevestigd"
        return f"{self.submission}: {word} door {self.municipality}"


def upload_path(upload: "Upload", name: str) -> str:
    """Where a kept file stands below DATA_DIR; the name people gave it is only shown."""
    suffix = ".xlsx" if name.lower().endswith(".xlsx") else ".csv"
    return f"uploads/{upload.organisation.slug}/{upload.year}/{upload.reference}{suffix}"


class UploadQuerySet(models.QuerySet["Upload"]):
    """Adjectives over kept files."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The own organisation's and, for the coordinator, all: a file holds rents and names."""
        from housing import access

        if not user.is_authenticated:
            return self.none()
        if access.is_coordinator(user):
            return self
        return self.filter(organisation__in=access.own_organisations(user))


class Upload(models.Model):
    """A file somebody sent, kept from the first byte with all that became of it.

    `edits` are cells that were mended on the page, {row: {column letter: value}}: the file stays
    as it was sent, and is read with them. `chosen_sheet` is the one she chose of several.
    A large file is worked on in the background: `asked_at` says since when it waits for that
    again, None when it does so since it was sent, and `task` what is to be done (see
    `housing.again`).
    """

    class Status(models.TextChoices):
        RECEIVED = "received", "ontvangen"
        READ = "read", "gelezen"
        WITH_ERRORS = "with_errors", "met fouten"
        WAITING = "waiting", "wacht op bevestiging"
        PROCESSED = "processed", "verwerkt"
        BROKEN_OFF = "broken_off", "afgebroken"
        UNDONE = "undone", "ongedaan"

    reference = models.CharField("referentie", max_length=12, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="uploads", verbose_name="organisatie"
    )
    year = models.PositiveSmallIntegerField("jaar")
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, verbose_name="ronde")
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="door"
    )
    at = models.DateTimeField("op", default=timezone.now)
    name = models.CharField("bestandsnaam", max_length=255)
    file = models.FileField("bestand", upload_to=upload_path, max_length=255)
    size = models.PositiveBigIntegerField("bytes", default=0)
    received_sha256 = models.CharField("controlegetal ontvangen", max_length=64, blank=True)
    kept_sha256 = models.CharField("controlegetal bewaard", max_length=64, blank=True)
    format = models.CharField("soort bestand", max_length=20, blank=True)
    status = models.CharField("status", max_length=20, choices=Status, default=Status.RECEIVED)
    sheet = models.CharField("blad", max_length=80, blank=True)
    header_row = models.PositiveIntegerField("koprij", default=0)
    columns = models.JSONField("kolommen", default=dict, blank=True)
    outcome = models.JSONField("uitkomst", default=dict, blank=True)
    problems = models.JSONField("problemen", default=list, blank=True)
    answers = models.JSONField("antwoorden", default=dict, blank=True)
    edits = models.JSONField("op de pagina verbeterd", default=dict, blank=True)
    chosen_sheet = models.CharField("gekozen blad", max_length=80, blank=True)
    asked_at = models.DateTimeField("opnieuw gevraagd op", null=True, blank=True, editable=False)
    task = models.JSONField("nog te doen", default=dict, blank=True, editable=False)
    submission = models.ForeignKey(
        Submission,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="uploads",
        verbose_name="opgave",
    )

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = "aangeleverd bestand"
        verbose_name_plural = "aangeleverde bestanden"
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "received_sha256"], name="upload_by_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation}, {self.year})"


def end_of_day(day: date) -> datetime:
    """The last moment of `day` in Europe/Amsterdam: what "stand op" asks for (NUMBERS 2)."""
    zone = timezone.get_default_timezone()
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999999, tzinfo=zone)
