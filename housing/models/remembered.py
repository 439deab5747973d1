"""What the intake remembers from one file to the next: matched headings, checks that only warn
for now, and lines that belong in next year's answer."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from housing.intake.problems import SOFTENABLE
from housing.models.organisations import Organisation, User
from housing.models.reporting import Submission
from housing.models.rules import Dated

if TYPE_CHECKING:
    from datetime import datetime


class HeadingMatch(models.Model):
    """A heading that an organisation uses for one of our columns, in files of one format.

    `word` is the heading as files are compared by it (`formats.heading_word`). An empty `field`
    says that the column means nothing to us.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="headings", verbose_name="organisatie"
    )
    format = models.CharField("soort bestand", max_length=20)
    word = models.CharField("vergelijkwoord", max_length=200)
    heading = models.CharField("kop in het bestand", max_length=60)
    field = models.CharField("onze kolom", max_length=30, blank=True)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    at = models.DateTimeField("op", default=timezone.now)

    class Meta:
        verbose_name = "onthouden kop"
        verbose_name_plural = "onthouden koppen"
        ordering: ClassVar[list[str]] = ["organisation__name", "format", "heading"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="heading_matched_once",
                fields=["organisation", "format", "word"],
                violation_error_message="Deze kop is al onthouden.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.heading}"


class CheckPolicy(Dated):
    """Whether a check stops a file or only warns, from a moment on. The newest holds."""

    code = models.CharField("controle", max_length=40)
    is_warning = models.BooleanField("waarschuwt alleen", default=True)
    note = models.CharField("toelichting", max_length=300)

    class Meta:
        verbose_name = "controle die waarschuwt"
        verbose_name_plural = "controles die waarschuwen"
        ordering: ClassVar[list[str]] = ["code", "-known_from"]

    def __str__(self) -> str:
        return f"{self.code}: {'waarschuwt' if self.is_warning else 'houdt tegen'}"

    def clean(self) -> None:
        """Only checks that leave the homes, their place and year exact may be softened."""
        if self.code not in SOFTENABLE:
            known = ", ".join(sorted(SOFTENABLE))
            raise ValidationError({"code": f"Deze controle kan dat niet. Het kan bij: {known}."})

    @classmethod
    def softened_at(cls, moment: "datetime") -> frozenset[str]:
        """The codes of errors that are told as warnings at `moment`."""
        known = cls.objects.known_at(moment).order_by("known_from", "pk")
        newest = dict(known.values_list("code", "is_warning"))
        return frozenset(code for code, is_warning in newest.items() if is_warning)


class PlannedLineQuerySet(models.QuerySet["PlannedLine"]):
    """Lines that were moved on."""

    def open(self) -> Self:
        """Those that nobody took away and whose answer was not taken back."""
        return self.filter(dropped_at=None).exclude(submission__status=Submission.Status.WITHDRAWN)


class PlannedLine(models.Model):
    """Homes that an organisation took out of one year's answer because they belong to the next.

    `year` is the year they are expected in, `facts` what was known of them (see `planned.py`),
    `submission` the version they were left out of.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="planned_lines", verbose_name="organisatie"
    )
    year = models.PositiveSmallIntegerField("jaar")
    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="moved_on", verbose_name="uit opgave"
    )
    facts = models.JSONField("gegevens", default=dict)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    at = models.DateTimeField("op", default=timezone.now)
    dropped_at = models.DateTimeField("weggehaald op", null=True, blank=True)

    objects = PlannedLineQuerySet.as_manager()

    class Meta:
        verbose_name = "doorgeschoven regel"
        verbose_name_plural = "doorgeschoven regels"
        ordering: ClassVar[list[str]] = ["organisation__name", "year", "pk"]

    def __str__(self) -> str:
        return f"{self.organisation}: naar {self.year}"
