"""What was promised: the vision, sets of agreements and single agreements."""

from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.utils import timezone

from housing.models import Organisation, User


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


class AgreementSetQuerySet(models.QuerySet["AgreementSet"]):
    """The regional set, and the yearly local ones."""

    def regional(self) -> Self:
        """Sets of the region as a whole."""
        return self.filter(municipality__isnull=True)

    def local(self) -> Self:
        """Yearly sets of one municipality."""
        return self.filter(municipality__isnull=False)


class AgreementSet(models.Model):
    """Agreements signed together: the regional set, and each municipality's set of a year.

    A local set has a `municipality` and covers one year. Its cycle (DOMAIN 3): the corporations'
    bids before 1 July of the year before, agreed before 15 December, evaluated after the year.
    """

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
    municipality = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="local_sets",
        limit_choices_to={"kind": "municipality"},
        verbose_name="gemeente",
    )
    copied_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="begonnen uit",
    )
    text = models.TextField("betekenis", blank=True)
    evaluated_on = models.DateField("geëvalueerd op", null=True, blank=True)
    evaluation = models.TextField("evaluatie", blank=True)
    source = models.CharField("bron", max_length=300)
    is_demo = models.BooleanField("voorbeeld", default=False)
    known_from = models.DateTimeField("bekend vanaf", default=timezone.now)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)

    objects = AgreementSetQuerySet.as_manager()

    class Meta:
        verbose_name = "set afspraken"
        verbose_name_plural = "sets afspraken"
        ordering: ClassVar[list[str]] = ["first_year", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="local_set_once_a_year",
                fields=["municipality", "first_year"],
                condition=Q(municipality__isnull=False),
                violation_error_message="Deze gemeente heeft al afspraken over dit jaar.",
            ),
            models.CheckConstraint(
                name="local_set_is_of_one_year",
                condition=Q(municipality__isnull=True) | Q(first_year=models.F("last_year")),
                violation_error_message="Lokale afspraken gelden voor één jaar.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_local(self) -> bool:
        """Whether it is one municipality's set of a year."""
        return self.municipality_id is not None

    @property
    def bids_due_on(self) -> date:
        """The last day for the corporations' bids: "before 1 July" of the year before."""
        return date(self.first_year - 1, 6, 30)

    @property
    def signing_due_on(self) -> date:
        """The last day to agree: "before 15 December" of the year before."""
        return date(self.first_year - 1, 12, 14)


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Agreements as they stood at a moment, and with what a page needs of them."""

    def known_at(self, moment: datetime) -> Self:
        """What had been agreed at `moment`."""
        return self.filter(known_from__lte=moment)

    def regional(self) -> Self:
        """Agreements of the regional set."""
        return self.filter(set__municipality__isnull=True)

    def for_reading(self) -> Self:
        """With theme, vision, signatories and who is responsible, in a few queries."""
        related = self.select_related("theme__vision", "set__vision", "set__municipality")
        return related.prefetch_related("set__parties__successor", "responsible__successor")


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
    also_themes = models.ManyToManyField(
        Theme, related_name="also_served_by", blank=True, verbose_name="dient ook deze thema's"
    )
    serves = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="served_by",
        verbose_name="dient de regionale afspraak",
    )
    number = models.CharField("nummer", max_length=12)
    slug = models.SlugField("kenmerk", max_length=80, unique=True)
    title = models.CharField("titel", max_length=200)
    kind = models.CharField("soort", max_length=12, choices=Kind)
    text = models.TextField("afspraak")
    meaning = models.TextField("wat betekent dit?", blank=True)
    article = models.CharField("artikel", max_length=80, blank=True)
    page = models.CharField("bladzijde", max_length=20, blank=True)
    starts_on = models.DateField("begint op", null=True, blank=True)
    due_on = models.DateField("klaar op", null=True, blank=True)
    contact = models.CharField(
        "contactpersoon", max_length=120, blank=True, help_text="Naam of functie, met organisatie."
    )
    deliverable = models.TextField("wat het oplevert", blank=True)
    outcome = models.TextField("uitkomst", blank=True)
    outcome_on = models.DateField("uitkomst op", null=True, blank=True)
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
    is_demo = models.BooleanField("voorbeeld", default=False)
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

    def concerns(self, party: Organisation, day: date | None = None) -> bool:
        """Whether `party` is responsible on `day` (today): by its kind, or named."""
        return party in self.parties_on(day)

    def parties_on(self, day: date | None = None) -> list[Organisation]:
        """Who is responsible on `day` (today), by name: those of a kind among the parties of the
        set, and those named. After a merger its successor stands for a party (NUMBERS 10)."""
        day = day or timezone.localdate()
        signed = [party for party in self.set.parties.all() if party.kind in self.responsible_kinds]
        place = self.set.municipality
        if place is not None and place.kind in self.responsible_kinds:
            signed.append(place)
        found: dict[int, Organisation] = {}
        for party in (*signed, *self.responsible.all()):
            heir: Organisation | None = party
            while heir is not None and heir.party_until is not None and heir.party_until <= day:
                heir = heir.successor
            if heir is not None and (heir.party_from is None or heir.party_from <= day):
                found.setdefault(heir.pk, heir)
        return sorted(found.values(), key=lambda party: party.name)


class FormerText(models.Model):
    """How an agreement was worded until a moment: what was agreed then stays readable."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="former_texts", verbose_name="afspraak"
    )
    title = models.CharField("titel", max_length=200)
    text = models.TextField("afspraak")
    meaning = models.TextField("wat betekent dit?", blank=True)
    until = models.DateTimeField("tot", default=timezone.now)
    reason = models.CharField("reden", max_length=300, blank=True)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )

    class Meta:
        verbose_name = "vroegere tekst"
        verbose_name_plural = "vroegere teksten"
        ordering: ClassVar[list[str]] = ["-until"]

    def __str__(self) -> str:
        return f"{self.agreement.number} tot {self.until:%d-%m-%Y}"


class Milestone(models.Model):
    """A step on the way: what is to be there, by when, and when it was."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="milestones", verbose_name="afspraak"
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="wie",
    )
    title = models.CharField("mijlpaal", max_length=200)
    due_on = models.DateField("uiterlijk", null=True, blank=True)
    done_on = models.DateField("klaar op", null=True, blank=True)
    note = models.TextField("toelichting", blank=True)
    is_demo = models.BooleanField("voorbeeld", default=False)

    class Meta:
        verbose_name = "mijlpaal"
        verbose_name_plural = "mijlpalen"
        ordering: ClassVar[list[str | Combinable]] = [models.F("due_on").asc(nulls_last=True), "pk"]

    def __str__(self) -> str:
        return self.title
