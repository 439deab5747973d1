"""A municipality's own figures: what others than the party corporations build and plan."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from housing import codes
from housing.models.reporting import Submission


class MunicipalFigure(models.Model):
    """One figure of a municipality's version, of homes by builders who are no party.

    Never summed with what corporations report (NUMBERS 7). `answer` tells a number from "geen"
    and from "niet bekend"; a figure that is not there was not answered. `transformation` sets
    apart the homes that came from changing other buildings. `edit` guards against two people.
    """

    class Measure(models.TextChoices):
        COMPLETED = "completed", "opgeleverd"
        DEMOLISHED = "demolished", "gesloopt"
        STARTED = "started", "gestart"
        PERMITTED = "permitted", "vergund"
        PLAN_HARD = "plan_hard", "harde plannen"
        PLAN_SOFT = "plan_soft", "zachte plannen"

    class Answer(models.TextChoices):
        NUMBER = "number", "een getal"
        NONE = "none", "geen"
        UNKNOWN = "unknown", "niet bekend"

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="figures", verbose_name="opgave"
    )
    measure = models.CharField("wat", max_length=12, choices=Measure)
    segment = models.CharField(
        "segment", max_length=20, choices=codes.Segment.choices(), default="unknown"
    )
    transformation = models.BooleanField("door transformatie", default=False)
    answer = models.CharField("antwoord", max_length=8, choices=Answer)
    homes = models.PositiveIntegerField("woningen", null=True, blank=True)
    note = models.CharField("toelichting", max_length=500, blank=True)
    edit = models.PositiveIntegerField("bewerking", default=0, editable=False)

    class Meta:
        verbose_name = "eigen cijfer van een gemeente"
        verbose_name_plural = "eigen cijfers van gemeenten"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="municipal_figure_once",
                fields=["submission", "measure", "segment", "transformation"],
            ),
            models.CheckConstraint(
                name="municipal_number_has_homes",
                condition=Q(answer="number", homes__isnull=False)
                | (~Q(answer="number") & Q(homes__isnull=True)),
                violation_error_message="Vul een aantal in, of kies “geen” of “niet bekend”.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.get_measure_display()}"

    @property
    def known(self) -> int | None:
        """Homes; 0 for "geen", None for "niet bekend"."""
        return 0 if self.answer == self.Answer.NONE else self.homes
