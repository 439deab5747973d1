"""Lists that single agreements are followed by: stalled plans, areas, the Voorzieningenwijzer,
national funds and a municipality's own indicators. No tenant is ever named in them."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.utils import timezone

from agreements.models.promises import Vision
from agreements.models.statements import Cause
from housing.intake.values import dutch_decimal
from housing.models import Organisation, Project, User


class StalledPlanQuerySet(models.QuerySet["StalledPlan"]):
    """Plans that lie still, or did."""

    def open(self) -> Self:
        """Plans that are not solved yet."""
        return self.filter(solved_on__isnull=True)


class StalledPlan(models.Model):
    """A plan for affordable owner-occupied homes that lies still: why, since when, what next."""

    municipality = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": "municipality"},
        verbose_name="gemeente",
    )
    name = models.CharField("plan", max_length=200)
    homes = models.PositiveIntegerField("woningen", null=True, blank=True)
    cause = models.CharField("oorzaak", max_length=12, choices=Cause)
    cause_note = models.CharField("toelichting op de oorzaak", max_length=300, blank=True)
    next_step = models.CharField("volgende stap", max_length=300)
    stalled_since = models.DateField("ligt stil sinds", null=True, blank=True)
    solved_on = models.DateField("weer op gang sinds", null=True, blank=True)
    source = models.CharField("bron", max_length=300, blank=True)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    changed_at = models.DateTimeField("veranderd op", default=timezone.now)
    is_demo = models.BooleanField("voorbeeld", default=False)

    objects = StalledPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "stilliggend plan"
        verbose_name_plural = "stilliggende plannen"
        ordering: ClassVar[list[str]] = ["municipality__name", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="stalled_plan_once_a_municipality",
                fields=["municipality", "name"],
                violation_error_message="Dit plan staat al in de lijst van deze gemeente.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.municipality}"


class VulnerableArea(models.Model):
    """An area where liveability is under pressure, fixed by the region with a decision."""

    municipality = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": "municipality"},
        verbose_name="gemeente",
    )
    name = models.CharField("gebied", max_length=200)
    decision = models.CharField("besluit", max_length=200, blank=True)
    decided_on = models.DateField("besloten op", null=True, blank=True)
    starts_on = models.DateField("vanaf", null=True, blank=True)
    ends_on = models.DateField("tot en met", null=True, blank=True)
    source = models.CharField("bron", max_length=300, blank=True)
    is_demo = models.BooleanField("voorbeeld", default=False)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)

    class Meta:
        verbose_name = "kwetsbaar gebied"
        verbose_name_plural = "kwetsbare gebieden"
        ordering: ClassVar[list[str]] = ["municipality__name", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="area_once_a_municipality",
                fields=["municipality", "name"],
                violation_error_message="Dit gebied staat al in de lijst van deze gemeente.",
            ),
            models.CheckConstraint(
                name="area_ends_after_it_starts",
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=models.F("starts_on")),
                violation_error_message="Het gebied eindigt voordat het begint.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.municipality}"


class SparedComplex(models.Model):
    """A complex that municipality and corporation spare for a while. Which one it is, only they
    and the coordinator read; others see numbers."""

    area = models.ForeignKey(
        VulnerableArea, models.PROTECT, related_name="complexes", verbose_name="gebied"
    )
    corporation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": "corporation"},
        verbose_name="woningcorporatie",
    )
    name = models.CharField("wooncomplex", max_length=200)
    homes = models.PositiveIntegerField("woningen", null=True, blank=True)
    spared_from = models.DateField("ontzien vanaf")
    spared_until = models.DateField("ontzien tot en met")
    evaluation_on = models.DateField("evaluatie op", null=True, blank=True)
    evaluation = models.TextField("uitkomst van de evaluatie", blank=True)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    is_demo = models.BooleanField("voorbeeld", default=False)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)

    class Meta:
        verbose_name = "ontzien wooncomplex"
        verbose_name_plural = "ontziene wooncomplexen"
        ordering: ClassVar[list[str]] = ["spared_until", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="complex_spared_until_after_from",
                condition=Q(spared_until__gte=models.F("spared_from")),
                violation_error_message="De termijn eindigt voordat zij begint.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_spared_on(self, day: date) -> bool:
        """Whether it is spared on `day`, both ends included."""
        return self.spared_from <= day <= self.spared_until


class Advice(models.Model):
    """A tenants' organisation's advice on a complex. Append-only: a later one stands beside it."""

    class Verdict(models.TextChoices):
        FOR = "for", "voor"
        WITH_CONDITIONS = "conditions", "voor, met voorwaarden"
        AGAINST = "against", "tegen"

    complex = models.ForeignKey(
        SparedComplex, models.CASCADE, related_name="advice", verbose_name="wooncomplex"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="huurdersorganisatie"
    )
    verdict = models.CharField("advies", max_length=12, choices=Verdict)
    text = models.TextField("toelichting")
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    at = models.DateTimeField("op", default=timezone.now)
    is_demo = models.BooleanField("voorbeeld", default=False)

    class Meta:
        verbose_name = "advies"
        verbose_name_plural = "adviezen"
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_verdict_display()}"


class AidYear(models.Model):
    """What one party did with the Voorzieningenwijzer in a year; empty is not known, not zero."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="partij"
    )
    year = models.PositiveSmallIntegerField("jaar")
    participates = models.BooleanField("doet mee", null=True, blank=True)
    households = models.PositiveIntegerField("huishoudens bereikt", null=True, blank=True)
    benefit = models.DecimalField(
        "voordeel per huishouden per jaar", max_digits=9, decimal_places=2, null=True, blank=True
    )
    source = models.CharField("bron", max_length=300, blank=True)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    changed_at = models.DateTimeField("veranderd op", default=timezone.now)
    is_demo = models.BooleanField("voorbeeld", default=False)

    class Meta:
        verbose_name = "jaar van de Voorzieningenwijzer"
        verbose_name_plural = "jaren van de Voorzieningenwijzer"
        ordering: ClassVar[list[str]] = ["year", "organisation__name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="aid_once_a_year", fields=["organisation", "year"]),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"


class Fund(models.Model):
    """A national fund as its sources describe it (DOMAIN 2.1). Money in whole euros."""

    class Counts(models.TextChoices):
        STARTS = "starts", "gestarte woningen"
        COMPLETIONS = "completions", "opgeleverde woningen"
        HOMES = "homes", "verbeterde of aangepakte woningen"
        NOTHING = "nothing", "geen woningen"
        UNKNOWN = "unknown", "niet bekend"

    name = models.CharField("fonds", max_length=200, unique=True)
    slug = models.SlugField("kenmerk", max_length=80, unique=True)
    period = models.CharField("periode", max_length=80, blank=True)
    awarded_on = models.DateField("toegekend op", null=True, blank=True)
    year = models.PositiveSmallIntegerField("jaar", null=True, blank=True)
    amount = models.PositiveBigIntegerField("bedrag", null=True, blank=True)
    amount_note = models.CharField("over het bedrag", max_length=300, blank=True)
    purpose = models.CharField("waarvoor", max_length=300)
    homes = models.PositiveIntegerField("woningen", null=True, blank=True)
    homes_note = models.CharField("over de woningen", max_length=300, blank=True)
    counts = models.CharField("telt", max_length=12, choices=Counts, default=Counts.UNKNOWN)
    deadline = models.CharField("uiterste termijn", max_length=200, blank=True)
    source = models.CharField("bron", max_length=300)
    is_demo = models.BooleanField("voorbeeld", default=False)

    class Meta:
        verbose_name = "rijksfonds"
        verbose_name_plural = "rijksfondsen"
        ordering: ClassVar[list[str | Combinable]] = [models.F("year").asc(nulls_last=True), "name"]

    def __str__(self) -> str:
        return self.name


class FundUse(models.Model):
    """What a fund pays for in one municipality. Its homes are never added to completions."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="uses", verbose_name="fonds")
    municipality = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "municipality"},
        verbose_name="gemeente",
    )
    area = models.CharField("gebied", max_length=200, blank=True)
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="project"
    )
    purpose = models.CharField("waarvoor", max_length=300)
    parties = models.ManyToManyField(
        Organisation, related_name="+", blank=True, verbose_name="partijen"
    )
    granted = models.PositiveBigIntegerField("toegekend", null=True, blank=True)
    spent = models.PositiveBigIntegerField("besteed", null=True, blank=True)
    spent_until = models.DateField("besteed tot en met", null=True, blank=True)
    homes = models.PositiveIntegerField("woningen", null=True, blank=True)
    deadline = models.DateField("uiterlijk", null=True, blank=True)
    source = models.CharField("bron", max_length=300)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    is_demo = models.BooleanField("voorbeeld", default=False)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)

    class Meta:
        verbose_name = "besteding van een rijksfonds"
        verbose_name_plural = "bestedingen van rijksfondsen"
        ordering: ClassVar[list[str]] = ["fund", "municipality__name", "pk"]

    def __str__(self) -> str:
        return f"{self.fund}: {self.purpose}"


class Indicator(models.Model):
    """A municipality's own measure of liveability, with source and year."""

    municipality = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": "municipality"},
        verbose_name="gemeente",
    )
    vision = models.ForeignKey(
        Vision, models.PROTECT, related_name="indicators", verbose_name="woonvisie"
    )
    name = models.CharField("indicator", max_length=200)
    year = models.PositiveSmallIntegerField("jaar")
    value = models.DecimalField("waarde", max_digits=12, decimal_places=2)
    unit = models.CharField("eenheid", max_length=40, blank=True)
    source = models.CharField("bron", max_length=300)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    is_demo = models.BooleanField("voorbeeld", default=False)

    class Meta:
        verbose_name = "indicator"
        verbose_name_plural = "indicatoren"
        ordering: ClassVar[list[str]] = ["municipality__name", "name", "year"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="indicator_once_a_year",
                fields=["municipality", "name", "year"],
                violation_error_message="Deze indicator staat er al voor dit jaar.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}, {self.municipality}"

    @property
    def value_text(self) -> str:
        """The value as people write it: 6,8 or 1.240."""
        plain = self.value.normalize()
        return dutch_decimal(plain.quantize(Decimal(1)) if plain == int(plain) else plain)
