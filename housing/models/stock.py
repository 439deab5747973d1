"""What was built, bought, sold and demolished: projects, stock changes, stock counts."""

import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from housing import codes
from housing.models.organisations import Organisation, User
from housing.models.reporting import Submission, Upload
from housing.models.rules import Dated

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def fold(text: str) -> str:
    """A name as people compare it: without case, diacritics and double spaces.

    In Python, because SQLite folds ASCII only.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(plain.lower().split())


class Project(models.Model):
    """A building project in one municipality; several corporations may build in it."""

    municipality = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="projects",
        limit_choices_to={"kind": "municipality"},
        verbose_name="gemeente",
    )
    name = models.CharField("naam", max_length=200)
    folded = models.CharField("vergelijknaam", max_length=200, editable=False)
    source = models.CharField("bron", max_length=300, blank=True)
    is_demo = models.BooleanField("voorbeeld", default=False)

    class Meta:
        verbose_name = "project"
        verbose_name_plural = "projecten"
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="project_once_a_municipality",
                fields=["municipality", "folded"],
                violation_error_message="Dit project staat al bij deze gemeente.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProjectPlan(Dated):
    """How many social rental homes a project is to hold, as known from a moment on."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="plans", verbose_name="project"
    )
    planned_homes = models.PositiveIntegerField("geplande woningen")
    source = models.CharField("bron", max_length=300, blank=True)

    class Meta:
        verbose_name = "projectplan"
        verbose_name_plural = "projectplannen"
        ordering: ClassVar[list[str]] = ["project", "known_from"]

    def __str__(self) -> str:
        return f"{self.project}: {self.planned_homes}"


class ProjectPath(models.Model):
    """When a project went from plan to permit to start to completion, and what a home cost.

    Dates may be unknown; what lies between two known ones is the time to market. Costs are euros
    per home, before and after working with a common concept, where a party gives them.
    """

    project = models.OneToOneField(
        Project, models.CASCADE, related_name="path", verbose_name="project"
    )
    planned_on = models.DateField("plan", null=True, blank=True)
    permit_on = models.DateField("vergunning", null=True, blank=True)
    started_on = models.DateField("start bouw", null=True, blank=True)
    completed_on = models.DateField("oplevering", null=True, blank=True)
    is_conceptual = models.BooleanField("conceptuele bouw", null=True, blank=True)
    cost_before = models.PositiveIntegerField("kosten per woning, eerder", null=True, blank=True)
    cost_after = models.PositiveIntegerField("kosten per woning, nu", null=True, blank=True)
    source = models.CharField("bron", max_length=300, blank=True)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    changed_at = models.DateTimeField("veranderd op", default=timezone.now)
    is_demo = models.BooleanField("voorbeeld", default=False)

    class Meta:
        verbose_name = "doorlooptijd van een project"
        verbose_name_plural = "doorlooptijden van projecten"

    def __str__(self) -> str:
        return f"Doorlooptijd van {self.project}"


class StockChangeQuerySet(models.QuerySet["StockChange"]):
    """Rows that people may read, filter and follow to their cell."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Rows as HOUSE's table says: own, in one's municipality once submitted, for others
        once accepted; coordinator and board once submitted."""
        from housing import access

        if not user.is_authenticated:
            return self.none()
        return self.filter(access.readable_rows(user))

    def counting(self) -> Self:
        """Rows of the versions that count now."""
        return self.filter(submission__counts=True)


class StockChange(models.Model):
    """Homes that came or went in one row of a file (or typed line).

    `homes` is positive, `direction` gives the sign. `segment` and `rent_class` are derived from
    the facts and that year's limits; all else is what the file says. `upload`, `sheet` and
    `row` name the cell it came from, `also_*` the second file that knew of it. `previous` is the
    row of an earlier version it was matched with; where that one is of another year, the homes
    keep counting there until the set is accepted (NUMBERS 1).

    Few and narrow indexes: a file may hold 100,000 rows. Upload and previous are kept without a
    database constraint for the same reason; nothing ever deletes what they name.
    """

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="rows", verbose_name="opgave"
    )
    part = models.CharField("onderdeel", max_length=4, default="2.1A")
    kind = models.CharField("mutatie", max_length=20, choices=codes.Kind.choices())
    direction = models.SmallIntegerField("richting")
    homes = models.PositiveIntegerField("woningen")
    origin = models.CharField("ontstaan", max_length=20, choices=codes.Origin.choices(), blank=True)
    happened = models.DateField("datum", null=True, blank=True)
    precision = models.CharField(
        "nauwkeurigheid",
        max_length=5,
        choices=codes.Precision.choices(),
        default=codes.Precision.YEAR.value,
    )
    municipality = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name="gemeente",
    )
    project = models.ForeignKey(
        Project,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rows",
        verbose_name="project",
    )
    declared = models.CharField(
        "segment volgens de opgave", max_length=20, choices=codes.Segment.choices(), blank=True
    )
    branch = models.CharField("tak", max_length=12, choices=codes.Branch.choices(), blank=True)
    segment = models.CharField(
        "segment",
        max_length=20,
        choices=codes.Segment.choices(),
        default=codes.Segment.UNKNOWN.value,
    )
    rent_class = models.CharField(
        "huurklasse",
        max_length=8,
        choices=codes.RentClass.choices(),
        default=codes.RentClass.UNKNOWN.value,
    )
    unit_kind = models.CharField(
        "eenheidssoort",
        max_length=16,
        choices=codes.UnitKind.choices(),
        default=codes.UnitKind.DWELLING.value,
    )
    dwelling_type = models.CharField(
        "soort woonruimte", max_length=12, choices=codes.DwellingType.choices(), blank=True
    )
    self_contained = models.BooleanField("zelfstandig", null=True, blank=True)
    key = models.CharField("eigen kenmerk", max_length=80, blank=True)
    bag_ids = models.TextField("BAG-verblijfsobject-id", blank=True)
    postcode = models.CharField("postcode", max_length=6, blank=True)
    house_number = models.PositiveIntegerField("huisnummer", null=True, blank=True)
    house_letter = models.CharField("huisletter", max_length=1, blank=True)
    house_addition = models.CharField("toevoeging", max_length=4, blank=True)
    rent = models.DecimalField("netto huur", max_digits=10, decimal_places=2, null=True, blank=True)
    price = models.DecimalField("koopprijs", max_digits=12, decimal_places=2, null=True, blank=True)
    points = models.PositiveSmallIntegerField("WWS-punten", null=True, blank=True)
    label = models.CharField("energielabel", max_length=8, blank=True)
    area = models.DecimalField(
        "oppervlakte m2", max_digits=8, decimal_places=2, null=True, blank=True
    )
    target_group = models.CharField("doelgroep", max_length=120, blank=True)
    remark = models.CharField("opmerking", max_length=1000, blank=True)
    share = models.DecimalField(
        "eigendomsaandeel", max_digits=5, decimal_places=4, null=True, blank=True
    )
    build_year = models.PositiveSmallIntegerField("bouwjaar", null=True, blank=True)
    not_yet_let = models.BooleanField("nog niet in exploitatie", default=False)
    upload = models.ForeignKey(
        Upload,
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name="bestand",
    )
    sheet = models.CharField("blad", max_length=80, blank=True)
    row = models.PositiveIntegerField("rij", default=0)
    also_upload = models.ForeignKey(
        Upload,
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name="ook in bestand",
    )
    also_sheet = models.CharField("ook op blad", max_length=80, blank=True)
    also_row = models.PositiveIntegerField("ook op rij", default=0)
    previous = models.ForeignKey(
        "self",
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name="eerdere rij",
    )

    objects = StockChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "voorraadmutatie"
        verbose_name_plural = "voorraadmutaties"
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="stock_change_has_homes",
                condition=Q(homes__gt=0),
                violation_error_message="Vermeld minstens één woning.",
            ),
            models.CheckConstraint(
                name="stock_change_direction_is_a_sign",
                condition=Q(direction__in=[-1, 1]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.homes} {self.get_kind_display()}"

    @property
    def signed(self) -> int:
        """Homes with the sign of the change."""
        return self.homes * self.direction

    @property
    def ids(self) -> tuple[str, ...]:
        """The BAG ids, none when there are none."""
        return tuple(self.bag_ids.split("|")) if self.bag_ids else ()

    @property
    def address(self) -> str:
        """One comparable key of postcode, number, letter and addition; "" when incomplete."""
        return address_key(self.postcode, self.house_number, self.house_letter, self.house_addition)

    @property
    def address_text(self) -> str:
        """The address as people write it; "" when there is none."""
        if self.house_number is None:
            return self.postcode
        number = f"{self.house_number}{self.house_letter}"
        addition = f"-{self.house_addition}" if self.house_addition else ""
        return f"{self.postcode} {number}{addition}".strip()


def address_key(postcode: str, number: int | None, letter: str, addition: str) -> str:
    """Full address as one key for comparing, "" when it is not full."""
    if not postcode or number is None:
        return ""
    return f"{postcode}|{number}|{letter}|{addition}".upper()


def date_text(happened: date | None, precision: str, year: int) -> str:
    """A date with as much as is known of it: "3 februari 2026", "februari 2026", "2026"."""
    from django.utils import formats

    if happened is None or precision == codes.Precision.YEAR:
        return str(year)
    wanted = "F Y" if precision == codes.Precision.MONTH else "j F Y"
    return formats.date_format(happened, wanted)


class StockCount(models.Model):
    """Opening and closing number of homes of one branch in one municipality, from a
    WOZ-bezitstabel; with the changes they should balance."""

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="stock_counts", verbose_name="opgave"
    )
    municipality = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="gemeente"
    )
    branch = models.CharField("tak", max_length=12, choices=codes.Branch.choices(), blank=True)
    opening = models.PositiveIntegerField("begin van het jaar")
    closing = models.PositiveIntegerField("eind van het jaar")

    class Meta:
        verbose_name = "voorraadstand"
        verbose_name_plural = "voorraadstanden"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="stock_counted_once", fields=["submission", "municipality", "branch"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality}: {self.opening} → {self.closing}"


class Claim(models.Model):
    """One home and one direction, as one organisation's counting answer of one year claims it.

    In force from `since` until `until`: as long as successive counting versions contain the
    home without a break (NUMBERS 7). `lost_to` names the claim that counts instead.
    """

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="claims", verbose_name="opgave"
    )
    row = models.ForeignKey(
        StockChange,
        models.CASCADE,
        db_constraint=False,
        related_name="claims",
        verbose_name="rij",
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, db_index=False, related_name="+", verbose_name="organisatie"
    )
    year = models.PositiveSmallIntegerField("jaar")
    direction = models.SmallIntegerField("richting")
    kind = models.CharField("mutatie", max_length=20, choices=codes.Kind.choices())
    happened = models.DateField("datum", null=True, blank=True)
    bag_id = models.CharField("BAG-id", max_length=16, blank=True)
    address = models.CharField("adres", max_length=40, blank=True)
    self_contained = models.BooleanField("zelfstandig", default=True)
    accepted = models.BooleanField("vastgesteld", default=False)
    since = models.DateTimeField("sinds")
    until = models.DateTimeField("tot", null=True, blank=True)
    lost_to = models.ForeignKey(
        "self",
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="won_from",
        verbose_name="telt bij",
    )

    class Meta:
        verbose_name = "claim"
        verbose_name_plural = "claims"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["bag_id"],
                name="claim_in_force_by_bag",
                condition=Q(until__isnull=True) & ~Q(bag_id=""),
            ),
            models.Index(
                fields=["address"],
                name="claim_in_force_by_address",
                condition=Q(until__isnull=True) & ~Q(address=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}: {self.bag_id or self.address}"


class Ruling(models.Model):
    """The coordinator decides which of two claims on one home holds, and why."""

    winner = models.ForeignKey(
        Claim, models.CASCADE, related_name="rulings_for", verbose_name="telt"
    )
    loser = models.ForeignKey(
        Claim, models.CASCADE, related_name="rulings_against", verbose_name="telt niet"
    )
    reason = models.TextField("reden")
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    known_from = models.DateTimeField("op", default=timezone.now)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)

    class Meta:
        verbose_name = "beslissing"
        verbose_name_plural = "beslissingen"
        ordering: ClassVar[list[str]] = ["-known_from", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="ruling_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Schrijf waarom deze opgave telt.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.winner} telt"


class TallyQuerySet(models.QuerySet["Tally"]):
    """Sums in force at a moment."""

    def in_force(self, moment: Any) -> Self:
        """The tallies that a figure at `moment` is the sum of, and nothing else (NUMBERS 8)."""
        return self.filter(counts_from__lte=moment).filter(
            Q(counts_until__isnull=True) | Q(counts_until__gt=moment)
        )


class Tally(models.Model):
    """What a version contributes in one combination of facts. Append-only: a change closes the
    row and writes a new one.

    `homes` is signed and leaves out what another claim holds; `lost` says how many that are.
    `standing` is how the version stood: accepted, submitted, or pending (a submitted correction
    beside an accepted version, which is in no total).
    """

    class Standing(models.TextChoices):
        ACCEPTED = "accepted", "vastgesteld"
        SUBMITTED = "submitted", "voorlopig"
        PENDING = "pending", "correctie ingediend"

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="tallies", verbose_name="opgave"
    )
    standing = models.CharField("stand", max_length=10, choices=Standing)
    municipality = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name="gemeente",
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, related_name="+", verbose_name="project"
    )
    part = models.CharField("onderdeel", max_length=4)
    kind = models.CharField("mutatie", max_length=20)
    origin = models.CharField("ontstaan", max_length=20, blank=True)
    segment = models.CharField("segment", max_length=20)
    branch = models.CharField("tak", max_length=12, blank=True)
    unit_kind = models.CharField("eenheidssoort", max_length=16)
    dwelling_type = models.CharField("soort woonruimte", max_length=12, blank=True)
    self_contained = models.BooleanField("zelfstandig", null=True)
    rent_class = models.CharField("huurklasse", max_length=8)
    not_yet_let = models.BooleanField("nog niet in exploitatie", default=False)
    identified = models.BooleanField("ids voor elke woning", default=False)
    is_demo = models.BooleanField("voorbeeldcijfers", default=False)
    direction = models.SmallIntegerField("richting")
    homes = models.IntegerField("woningen")
    lost = models.PositiveIntegerField("telt elders", default=0)
    counts_from = models.DateTimeField("telt vanaf")
    counts_until = models.DateTimeField("telt tot", null=True, blank=True)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name = "telling"
        verbose_name_plural = "tellingen"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="tally_ends_after_it_starts",
                condition=Q(counts_until__isnull=True)
                | Q(counts_until__gte=models.F("counts_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.homes} ({self.kind}, {self.segment})"
