"""What was promised: the vision, sets of agreements, single agreements and their targets."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from housing import codes
from housing.models import Organisation


class Vision(models.Model):
    """The vision the agreements rest on (Woonvisie)."""

    name = models.CharField("naam", max_length=200, unique=True)
    motto = models.CharField("motto", max_length=200, blank=True)
    first_year = models.PositiveSmallIntegerField("eerste jaar")
    last_year = models.PositiveSmallIntegerField("laatste jaar")
    homes = models.PositiveIntegerField("woningen", null=True, blank=True)
    homes_from = models.PositiveSmallIntegerField("woningen vanaf", null=True, blank=True)
    homes_until = models.PositiveSmallIntegerField("woningen tot", null=True, blank=True)
    text = models.TextField("betekenis", blank=True)
    source = models.CharField("bron", max_length=300)
    known_from = models.DateTimeField("bekend vanaf", default=timezone.now)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)

    class Meta:
        verbose_name = "woonvisie"
        verbose_name_plural = "woonvisies"

    def __str__(self) -> str:
        return self.name


class ThemeQuerySet(models.QuerySet["Theme"]):
    """Themes and what was promised about them."""

    def without_agreements(self) -> Self:
        """Themes of a vision about which the agreements say nothing."""
        return self.filter(agreements__isnull=True)


class Theme(models.Model):
    """A theme of the vision, or one that the agreements add."""

    vision = models.ForeignKey(
        Vision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="themes",
        verbose_name="woonvisie",
    )
    name = models.CharField("naam", max_length=120, unique=True)
    slug = models.SlugField("kenmerk", max_length=80, unique=True)
    position = models.PositiveSmallIntegerField("volgorde")
    source = models.CharField("bron", max_length=300)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = "thema"
        verbose_name_plural = "thema's"
        ordering: ClassVar[list[str]] = ["position"]

    def __str__(self) -> str:
        return self.name


class AgreementSet(models.Model):
    """Agreements signed together: the regional set, later also the yearly local ones."""

    vision = models.ForeignKey(
        Vision, models.PROTECT, null=True, blank=True, verbose_name="woonvisie"
    )
    name = models.CharField("naam", max_length=200, unique=True)
    slug = models.SlugField("kenmerk", max_length=80, unique=True)
    first_year = models.PositiveSmallIntegerField("eerste jaar")
    last_year = models.PositiveSmallIntegerField("laatste jaar")
    signed_on = models.DateField("getekend op", null=True, blank=True)
    parties = models.ManyToManyField(
        Organisation, related_name="agreement_sets", blank=True, verbose_name="partijen"
    )
    text = models.TextField("betekenis", blank=True)
    source = models.CharField("bron", max_length=300)
    known_from = models.DateTimeField("bekend vanaf", default=timezone.now)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)

    class Meta:
        verbose_name = "set afspraken"
        verbose_name_plural = "sets afspraken"
        ordering: ClassVar[list[str]] = ["first_year", "name"]

    def __str__(self) -> str:
        return self.name


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Agreements as they stood at a moment, and with what a page needs of them."""

    def known_at(self, moment: datetime) -> Self:
        """What had been agreed at `moment`."""
        return self.filter(known_from__lte=moment)

    def for_reading(self) -> Self:
        """With theme, vision, signatories and who is responsible, in a few queries."""
        related = self.select_related("theme__vision", "set__vision")
        return related.prefetch_related("set__parties", "responsible")


class Agreement(models.Model):
    """One promise. `kind` says how it is followed; `responsible` which kind of parties keep it."""

    class Kind(models.TextChoices):
        TARGET = "target", "getal"
        EFFORT = "effort", "inspanning"
        STUDY = "study", "onderzoek"
        RESTRAINT = "restraint", "terughoudendheid"

    set = models.ForeignKey(
        AgreementSet, models.PROTECT, related_name="agreements", verbose_name="set"
    )
    theme = models.ForeignKey(
        Theme, models.PROTECT, related_name="agreements", verbose_name="thema"
    )
    number = models.CharField("nummer", max_length=12)
    slug = models.SlugField("kenmerk", max_length=80, unique=True)
    title = models.CharField("titel", max_length=200)
    kind = models.CharField("soort", max_length=12, choices=Kind)
    text = models.TextField("afspraak")
    meaning = models.TextField("wat betekent dit?", blank=True)
    article = models.CharField("artikel", max_length=80, blank=True)
    responsible_kinds = models.JSONField(
        "wie is aan zet (soort partij)",
        default=list,
        blank=True,
        help_text="Bijvoorbeeld alle woningcorporaties.",
    )
    responsible = models.ManyToManyField(
        Organisation, related_name="agreements", blank=True, verbose_name="wie is aan zet"
    )
    source = models.CharField("bron", max_length=300)
    known_from = models.DateTimeField("bekend vanaf", default=timezone.now)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "afspraak"
        verbose_name_plural = "afspraken"
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="agreement_numbered_once", fields=["set", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def concerns(self, party: Organisation) -> bool:
        """Whether `party` is responsible: by its kind, or named."""
        return party.kind in self.responsible_kinds or party in self.responsible.all()


class TargetQuerySet(models.QuerySet["Target"]):
    """Targets as they stood at a moment."""

    def at(self, moment: datetime) -> Self:
        """The version of each target that was the newest at `moment`."""
        newer = Target.objects.filter(
            agreement=models.OuterRef("agreement"),
            scope=models.OuterRef("scope"),
            known_from__lte=moment,
        ).order_by("-known_from", "-pk")
        return self.filter(pk=models.Subquery(newer.values("pk")[:1]))


class Target(models.Model):
    """A version of what is to be reached, with the dimensions of dVi 2.11.

    A later version of the same agreement and scope replaces it from `known_from` on; the
    decision's own date is shown on charts and is not what "stand op" asks for.
    """

    class Basis(models.TextChoices):
        START = "start", "start bouw"
        COMPLETION = "completion", "oplevering"
        BOTH = "both", "beide"

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="targets", verbose_name="afspraak"
    )
    scope = models.CharField(
        "waarvoor", max_length=120, default="regio", help_text="regio, of gemeente en corporatie"
    )
    municipality = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "municipality"},
        verbose_name="gemeente",
    )
    corporation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "corporation"},
        verbose_name="woningcorporatie",
    )
    segment = models.CharField("segment", max_length=20, default="social_rent")
    is_joint = models.BooleanField("gezamenlijk", default=True)
    basis = models.CharField("telt bij", max_length=12, choices=Basis, default=Basis.COMPLETION)
    total = models.PositiveIntegerField("totaal", null=True, blank=True)
    decided_on = models.DateField("besloten op", null=True, blank=True)
    reason = models.TextField("reden", blank=True)
    source = models.CharField("bron", max_length=300)
    is_demo = models.BooleanField("voorbeeld", default=False)
    known_from = models.DateTimeField("bekend vanaf", default=timezone.now)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = "doel"
        verbose_name_plural = "doelen"
        ordering: ClassVar[list[str]] = ["agreement", "scope", "known_from"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="target_version_once_a_moment", fields=["agreement", "scope", "known_from"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement.title}, {self.scope}"

    @property
    def segment_label(self) -> str:
        """The Dutch word of the segment."""
        return codes.Segment(self.segment).label


class TargetYear(models.Model):
    """The pace of one year within a target version."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="years", verbose_name="doel")
    year = models.PositiveSmallIntegerField("jaar")
    homes = models.PositiveIntegerField("woningen")

    class Meta:
        verbose_name = "doel per jaar"
        verbose_name_plural = "doelen per jaar"
        ordering: ClassVar[list[str]] = ["year"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="target_year_once", fields=["target", "year"]),
            models.CheckConstraint(
                name="target_year_is_a_year", condition=Q(year__gte=2000, year__lte=2100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.homes}"
