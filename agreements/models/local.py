"""The yearly cycle of a municipality's own agreements: bids, signatures, what they comment."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from agreements.models.promises import AgreementSet
from housing.models import Organisation, User


class Bid(models.Model):
    """A corporation's offer for the coming year (overzicht van voorgenomen werkzaamheden)."""

    set = models.ForeignKey(AgreementSet, models.CASCADE, related_name="bids", verbose_name="set")
    corporation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": "corporation"},
        verbose_name="woningcorporatie",
    )
    received_on = models.DateField("ontvangen op")
    text = models.TextField("bod in het kort", blank=True)
    link = models.URLField("webadres", blank=True)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    is_demo = models.BooleanField("voorbeeld", default=False)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)

    class Meta:
        verbose_name = "bod"
        verbose_name_plural = "biedingen"
        ordering: ClassVar[list[str]] = ["received_on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="bid_once_a_set", fields=["set", "corporation"]),
        ]

    def __str__(self) -> str:
        return f"Bod van {self.corporation} voor {self.set}"


class Signature(models.Model):
    """One party signed a set."""

    set = models.ForeignKey(
        AgreementSet, models.CASCADE, related_name="signatures", verbose_name="set"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="partij"
    )
    signed_on = models.DateField("getekend op")
    by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="vastgelegd door",
    )
    is_demo = models.BooleanField("voorbeeld", default=False)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)

    class Meta:
        verbose_name = "handtekening"
        verbose_name_plural = "handtekeningen"
        ordering: ClassVar[list[str]] = ["signed_on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="signature_once_a_set", fields=["set", "organisation"]),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} tekende {self.set}"


class Reaction(models.Model):
    """What a party says of a local set while it is made: everybody in the set reads it."""

    set = models.ForeignKey(
        AgreementSet, models.CASCADE, related_name="reactions", verbose_name="set"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="partij"
    )
    text = models.TextField("reactie")
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    at = models.DateTimeField("op", default=timezone.now)
    is_demo = models.BooleanField("voorbeeld", default=False)

    class Meta:
        verbose_name = "reactie"
        verbose_name_plural = "reacties"
        ordering: ClassVar[list[str]] = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]
