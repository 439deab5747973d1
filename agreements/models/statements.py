"""What parties say of their promises, round by round, and what they show for it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from agreements.models.promises import Agreement
from agreements.models.targets import Target
from housing.models import Organisation, Round, User


class Status(models.TextChoices):
    """How far an agreement is, for one party."""

    NOT_STARTED = "not_started", "nog niet gestart"
    RUNNING = "running", "loopt"
    DONE = "done", "gerealiseerd"
    PARTLY = "partly", "deels gerealiseerd"
    NOT_DONE = "not_done", "niet gerealiseerd"
    DROPPED = "dropped", "vervallen"


class Light(models.TextChoices):
    """The verdict on an agreement, by the party itself or by the rule of NUMBERS 9."""

    ON = "on", "op schema"
    WATCH = "watch", "let op"
    BEHIND = "behind", "achter"


class Cause(models.TextChoices):
    """Why something takes longer: the short list that everybody chooses from (DOMAIN 6)."""

    PERMIT = "permit", "vergunning"
    LAND = "land", "grond"
    GRID = "grid", "netcongestie"
    NITROGEN = "nitrogen", "stikstof"
    COSTS = "costs", "bouwkosten"
    CAPACITY = "capacity", "capaciteit"
    OBJECTION = "objection", "bezwaar"
    FUNDING = "funding", "financiering"
    OTHER = "other", "anders"


class StatementQuerySet(models.QuerySet["Statement"]):
    """Statements, as parties made them."""

    def submitted(self) -> Self:
        """What was said aloud; concepts are only the party's own."""
        return self.filter(submitted_at__isnull=False)

    def concepts(self) -> Self:
        """What a party is still writing."""
        return self.filter(submitted_at__isnull=True)


class Statement(models.Model):
    """What one party says of one agreement in one round; a later version of it replaces it.

    Append-only once submitted: a correction is a new version (`number`), and what was said stays
    said. A concept (`submitted_at` empty) is edited in place under `edit`, so that the second of
    two people is told. For targets and restraints `light` stays empty: the rule gives it.
    """

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="statements", verbose_name="afspraak"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="statements", verbose_name="partij"
    )
    round = models.ForeignKey(Round, models.PROTECT, related_name="+", verbose_name="ronde")
    number = models.PositiveSmallIntegerField("versie", default=1)
    status = models.CharField("hoe ver", max_length=12, choices=Status, blank=True)
    light = models.CharField("oordeel", max_length=8, choices=Light, blank=True)
    did = models.TextField("wat u deed", blank=True)
    explanation = models.TextField("hoe het staat", blank=True)
    cause = models.CharField("oorzaak van vertraging", max_length=12, choices=Cause, blank=True)
    cause_note = models.CharField("toelichting op de oorzaak", max_length=300, blank=True)
    needs = models.TextField("wat u van anderen nodig heeft", blank=True)
    edit = models.PositiveIntegerField("bewerking", default=0, editable=False)
    entered_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ingevoerd door",
    )
    writers = models.ManyToManyField(
        User,
        blank=True,
        related_name="+",
        verbose_name="schreven mee",
        help_text="Iedereen die iets aan dit antwoord veranderde.",
    )
    submitted_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ingediend door",
    )
    changed_at = models.DateTimeField("veranderd op", default=timezone.now)
    submitted_at = models.DateTimeField("ingediend op", null=True, blank=True)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)
    is_demo = models.BooleanField("voorbeeld", default=False)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = "verklaring"
        verbose_name_plural = "verklaringen"
        ordering: ClassVar[list[str]] = ["-round__period_until", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="statement_numbered_once",
                fields=["agreement", "organisation", "round", "number"],
            ),
            models.UniqueConstraint(
                name="one_concept_statement_a_round",
                fields=["agreement", "organisation", "round"],
                condition=Q(submitted_at__isnull=True),
            ),
            models.CheckConstraint(
                name="submitted_statement_says_how_far",
                condition=Q(submitted_at__isnull=True) | ~Q(status=""),
                violation_error_message="Kies hoe ver het staat.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} over {self.agreement.number}, {self.round}"


class Remark(models.Model):
    """What the coordinator says beside a party's own verdict, never over it."""

    statement = models.ForeignKey(
        Statement, models.CASCADE, related_name="remarks", verbose_name="verklaring"
    )
    text = models.TextField("opmerking")
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    at = models.DateTimeField("op", default=timezone.now)
    is_demo = models.BooleanField("voorbeeld", default=False)

    class Meta:
        verbose_name = "opmerking van de coördinator"
        verbose_name_plural = "opmerkingen van de coördinator"
        ordering: ClassVar[list[str]] = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


def evidence_path(evidence: "Evidence", name: str) -> str:
    """Where a kept piece of evidence stands below DATA_DIR; its own name is only shown."""
    suffix = name.rpartition(".")[2].lower()
    return f"evidence/{evidence.agreement.slug}/{evidence.reference}.{suffix}"


class Evidence(models.Model):
    """What shows that something was done: a link, or a file kept with its hash.

    It belongs to a statement, to a version of a target (the decision), to a party's bid, or to
    the agreement itself.
    """

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="evidence", verbose_name="afspraak"
    )
    statement = models.ForeignKey(
        Statement,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name="verklaring",
    )
    target = models.ForeignKey(
        Target,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name="doel",
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="van wie"
    )
    reference = models.CharField("referentie", max_length=12, unique=True, editable=False)
    title = models.CharField("wat het is", max_length=200)
    link = models.URLField("webadres", blank=True)
    file = models.FileField("bestand", upload_to=evidence_path, max_length=255, blank=True)
    name = models.CharField("bestandsnaam", max_length=255, blank=True)
    size = models.PositiveBigIntegerField("bytes", default=0)
    sha256 = models.CharField("controlegetal", max_length=64, blank=True)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    at = models.DateTimeField("op", default=timezone.now)
    is_demo = models.BooleanField("voorbeeld", default=False)

    class Meta:
        verbose_name = "bewijsstuk"
        verbose_name_plural = "bewijsstukken"
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="evidence_is_a_link_or_a_file",
                condition=~Q(link="") | ~Q(file=""),
                violation_error_message="Geef een webadres, of kies een bestand.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
