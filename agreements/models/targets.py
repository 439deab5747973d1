"""What is to be reached: dated versions of a number, and accepted deviations from it."""

from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from agreements.models.promises import Agreement
from housing import codes
from housing.models import Organisation, User


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
    decision = models.CharField("besluit", max_length=200, blank=True)
    decision_link = models.URLField("vindplaats van het besluit", blank=True)
    reason = models.TextField("reden", blank=True)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
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


class DeviationQuerySet(models.QuerySet["Deviation"]):
    """Deviations as they hold on a day."""

    def on(self, day: date) -> Self:
        """Those in force on `day`: accepted by then and not yet over. They end by themselves."""
        return self.filter(Q(starts_on__lte=day), Q(ends_on__gte=day))


class Deviation(models.Model):
    """A lower value that the parties accept for a while, with the reason; expires by itself.

    It is a fact about the agreement beside its target, never a new version of it: after
    `ends_on` the target holds again without anybody doing anything.
    """

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="deviations", verbose_name="afspraak"
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="voor wie",
        help_text="Leeg: voor allen die aan zet zijn.",
    )
    year = models.PositiveSmallIntegerField("jaar")
    homes = models.PositiveIntegerField("lager getal")
    reason = models.TextField("reden")
    starts_on = models.DateField("vanaf")
    ends_on = models.DateField("tot en met")
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    is_demo = models.BooleanField("voorbeeld", default=False)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)

    objects = DeviationQuerySet.as_manager()

    class Meta:
        verbose_name = "afwijking"
        verbose_name_plural = "afwijkingen"
        ordering: ClassVar[list[str]] = ["-ends_on"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="deviation_ends_after_it_starts",
                condition=Q(ends_on__gte=models.F("starts_on")),
                violation_error_message="De afwijking eindigt voordat zij begint.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement.number}: {self.homes} in {self.year}, tot en met {self.ends_on}"
