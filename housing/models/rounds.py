"""Rounds: what is asked of whom, by when, who got more time and who was written to."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from housing.models.organisations import Organisation, User


def first_reminder_days() -> list[int]:
    """Working days before a deadline on which is reminded (voorstel)."""
    return [10, 3]


class Round(models.Model):
    """A call to report on a calendar year, or on the part of it up to `period_until`."""

    year = models.PositiveSmallIntegerField("jaar")
    name = models.CharField("naam", max_length=80)
    period_from = models.DateField("periode vanaf")
    period_until = models.DateField("periode tot en met")
    opens_on = models.DateField("open vanaf", null=True, blank=True)
    closes_on = models.DateField("open tot en met", null=True, blank=True)
    corrections_until = models.DateField("verbeteren tot en met", null=True, blank=True)
    reminder_days = models.JSONField(
        "herinneren, werkdagen vooraf",
        default=first_reminder_days,
        blank=True,
        help_text="Hoeveel werkdagen voor de laatste dag wie nog moet een herinnering krijgt.",
    )
    is_proposal = models.BooleanField(
        "dagen zijn een voorstel", default=True, help_text="Tot de coördinator ze vaststelt."
    )
    leaves_out = models.JSONField(
        "vraagt niet",
        default=list,
        blank=True,
        help_text="Wat deze ronde niet vraagt: [soort partij, onderdeel].",
    )

    class Meta:
        verbose_name = "ronde"
        verbose_name_plural = "rondes"
        ordering: ClassVar[list[str]] = ["-period_until"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="round_once_a_period", fields=["period_until"]),
            models.CheckConstraint(
                name="round_closes_after_opening",
                condition=Q(opens_on__isnull=True)
                | Q(closes_on__isnull=True)
                | Q(closes_on__gte=models.F("opens_on")),
                violation_error_message="De ronde sluit voordat zij opent.",
            ),
            models.CheckConstraint(
                name="round_period_has_days",
                condition=Q(period_until__gte=models.F("period_from")),
                violation_error_message="De periode eindigt voordat zij begint.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_open(self, today: date | None = None) -> bool:
        """Whether parties may report: from its opening (without one, from the period's first
        day) up to and including its closing day (without one, for ever)."""
        day = today or timezone.localdate()
        opened = day >= (self.opens_on or self.period_from)
        return opened and (self.closes_on is None or day <= self.closes_on)

    def asks(self, party_kind: str, part_kind: str) -> bool:
        """Whether parties of this kind are asked for this part."""
        return [party_kind, part_kind] not in self.leaves_out


class Part(models.Model):
    """What a round asks of one organisation, and how far it is. Start pages and chasing read
    parts only; the app that keeps a part sets it."""

    class Kind(models.TextChoices):
        COMPLETIONS = "completions", "opleveringen"
        CONFIRMATIONS = "confirmations", "cijfers van corporaties"
        OWN_FIGURES = "own_figures", "eigen cijfers"
        STATEMENTS = "statements", "afspraken"

    class State(models.TextChoices):
        MISSING = "missing", "nog niet opgegeven"
        DRAFT = "draft", "concept"
        SUBMITTED = "provisional", "ingediend"
        RETURNED = "returned", "teruggestuurd"
        ACCEPTED = "settled", "vastgesteld"
        NOT_SUBMITTED = "absent", "niet ingediend"

    round = models.ForeignKey(Round, models.CASCADE, related_name="parts", verbose_name="ronde")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="parts", verbose_name="organisatie"
    )
    kind = models.CharField("onderdeel", max_length=20, choices=Kind)
    state = models.CharField("stand", max_length=20, choices=State, default=State.MISSING)
    done = models.PositiveIntegerField("gedaan", default=0)
    of = models.PositiveIntegerField("van", default=1)
    url_name = models.CharField("adres", max_length=80)

    class Meta:
        verbose_name = "onderdeel"
        verbose_name_plural = "onderdelen"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="part_once_a_round", fields=["round", "organisation", "kind"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.round}: {self.get_kind_display()}"


class RoundTerm(models.Model):
    """A deadline of its own for one kind of party: corporations first, municipalities later.

    `closes_on` ends new entries, `corrections_until` what was sent back; empty: as the round.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="terms", verbose_name="ronde")
    party_kind = models.CharField("soort partij", max_length=20, choices=Organisation.Kind.choices)
    closes_on = models.DateField("open tot en met", null=True, blank=True)
    corrections_until = models.DateField("verbeteren tot en met", null=True, blank=True)

    class Meta:
        verbose_name = "termijn"
        verbose_name_plural = "termijnen"
        ordering: ClassVar[list[str]] = ["closes_on"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="term_once_a_kind", fields=["round", "party_kind"]),
            models.CheckConstraint(
                name="corrections_end_after_entries",
                condition=Q(closes_on__isnull=True)
                | Q(corrections_until__isnull=True)
                | Q(corrections_until__gte=models.F("closes_on")),
                violation_error_message="Verbeteren eindigt voordat het opgeven eindigt.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.get_party_kind_display()}"


class Extension(models.Model):
    """More time for one party, with the reason. The latest `until` holds."""

    round = models.ForeignKey(
        Round, models.CASCADE, related_name="extensions", verbose_name="ronde"
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="extensions", verbose_name="organisatie"
    )
    until = models.DateField("tot en met")
    reason = models.TextField("reden")
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    at = models.DateTimeField("op", default=timezone.now)
    is_demo = models.BooleanField("voorbeeld", default=False)

    class Meta:
        verbose_name = "uitstel"
        verbose_name_plural = "uitstel"
        ordering: ClassVar[list[str]] = ["-until", "-pk"]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.round}: tot en met {self.until}"


class Notice(models.Model):
    """A message that was sent: to whom, about what, when. Kept so that nobody gets it twice."""

    class Occasion(models.TextChoices):
        OPENING = "opening", "de ronde is open"
        REMINDER = "reminder", "herinnering"
        OVERDUE = "overdue", "over tijd"
        RETURNED = "returned", "teruggestuurd"
        ACCEPTED = "accepted", "vastgesteld"
        BY_HAND = "by_hand", "herinnering door de coördinator"

    round = models.ForeignKey(Round, models.CASCADE, related_name="notices", verbose_name="ronde")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="notices", verbose_name="organisatie"
    )
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="notices", verbose_name="aan"
    )
    email = models.EmailField("e-mailadres")
    occasion = models.CharField("aanleiding", max_length=12, choices=Occasion)
    key = models.CharField(
        "waarover",
        max_length=60,
        help_text="De dag of de opgave waarover het gaat: per aanleiding één bericht.",
    )
    subject = models.CharField("onderwerp", max_length=200)
    text = models.TextField("bericht")
    sent_at = models.DateTimeField("verstuurd op", default=timezone.now)
    is_demo = models.BooleanField("voorbeeld", default=False)

    class Meta:
        verbose_name = "bericht"
        verbose_name_plural = "berichten"
        ordering: ClassVar[list[str]] = ["-sent_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="notice_sent_once",
                fields=["round", "organisation", "email", "occasion", "key"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_occasion_display()} aan {self.email}"
