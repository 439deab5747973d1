"""Rules as data: price limits, the segment table, the counting rule. Dated, never overwritten."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from housing import codes
from housing.counting import NO_RULE, Rule


class DatedQuerySet(models.QuerySet[Any]):
    """Rows with `known_from`: "stand op" asks for nothing else (NUMBERS 2)."""

    def known_at(self, moment: datetime) -> Self:
        """What was known at `moment`."""
        return self.filter(known_from__lte=moment)


class Dated(models.Model):
    """Something that holds from a moment on. `recorded_at` is for the log only."""

    known_from = models.DateTimeField("bekend vanaf", default=timezone.now)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


class Proposal(Dated):
    """A rule somebody must fix: *voorstel* until it has a decision with its date."""

    number = models.PositiveSmallIntegerField("nummer", unique=True)
    text = models.TextField("tekst")
    source = models.CharField("bron", max_length=300, blank=True)
    decided_on = models.DateField("vastgesteld op", null=True, blank=True)
    decision = models.CharField("besluit", max_length=300, blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["number"]

    @property
    def is_proposal(self) -> bool:
        """Whether nobody has confirmed it yet."""
        return self.decided_on is None


class PriceLimit(Dated):
    """A price limit of one calendar year, in euros (rent per month, or price v.o.n.)."""

    year = models.PositiveSmallIntegerField("jaar")
    limit = models.CharField("grens", max_length=20, choices=codes.Limit.choices())
    amount = models.DecimalField("bedrag", max_digits=10, decimal_places=2)
    source = models.CharField("bron", max_length=300)

    class Meta:
        verbose_name = "prijsgrens"
        verbose_name_plural = "prijsgrenzen"
        ordering: ClassVar[list[str]] = ["year", "limit", "known_from"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="price_limit_once_a_moment", fields=["year", "limit", "known_from"]
            ),
            models.CheckConstraint(
                name="price_limit_is_positive",
                condition=Q(amount__gt=0),
                violation_error_message="Een grens is meer dan € 0.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_limit_display()} {self.year}: € {self.amount}"


class SegmentTable(Proposal):
    """How rent, price and branch lead to a segment: `bands` as in `housing.segments`."""

    bands = models.JSONField("banden")

    class Meta(Proposal.Meta):
        verbose_name = "segmententabel"
        verbose_name_plural = "segmententabellen"

    def __str__(self) -> str:
        return f"Segmententabel {self.number}"


class CountingRule(Proposal):
    """Which homes count for the 1.350 (NUMBERS 6). A new rule rewrites nothing: tallies hold
    facts, and the rule chooses among them when they are read."""

    kinds = models.JSONField("soorten mutatie", default=list)
    segments = models.JSONField("segmenten", default=list)
    count_unknown_self_contained = models.BooleanField(
        "zelfstandig onbekend telt mee", default=True
    )
    excluded_dwelling_types = models.JSONField("soorten die niet tellen", default=list, blank=True)
    first_year = models.PositiveSmallIntegerField("eerste jaar")
    last_year = models.PositiveSmallIntegerField("laatste jaar")
    applies_from_year = models.PositiveSmallIntegerField(
        "geldt vanaf jaar",
        null=True,
        blank=True,
        help_text="Leeg: deze regel geldt voor alle jaren.",
    )

    class Meta(Proposal.Meta):
        verbose_name = "telregel"
        verbose_name_plural = "telregels"

    def __str__(self) -> str:
        return f"Telregel {self.number}"

    @classmethod
    def rule_at(cls, moment: datetime) -> Rule:
        """The rule known at `moment`, with the earlier ones it leaves standing."""
        rule = NO_RULE
        for known in cls.objects.filter(known_from__lte=moment).order_by("known_from", "number"):
            rule = known.as_rule(earlier=rule if known.applies_from_year else None)
        return rule

    def as_rule(self, *, earlier: Rule | None = None) -> Rule:
        """The same rule as a plain value, for the arithmetic."""
        allowed = {"yes", "unknown"} if self.count_unknown_self_contained else {"yes"}
        return Rule(
            number=self.number,
            kinds=frozenset(self.kinds),
            segments=frozenset(self.segments),
            self_contained=frozenset(allowed),
            excluded_dwelling_types=frozenset(self.excluded_dwelling_types),
            first_year=self.first_year,
            last_year=self.last_year,
            text=self.text,
            decided=not self.is_proposal,
            applies_from=self.applies_from_year,
            earlier=earlier,
        )
