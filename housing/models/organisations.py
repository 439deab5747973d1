"""Who reports and who promised: organisations through time, people and their roles."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Adjectives over parties; each returns a queryset."""

    def of_kind(self, kind: str) -> Self:
        """Only parties of one `Organisation.Kind`."""
        return self.filter(kind=kind)

    def municipalities(self) -> Self:
        """The municipalities, whether or not they are in the region today."""
        return self.of_kind(Organisation.Kind.MUNICIPALITY)

    def corporations(self) -> Self:
        """The housing corporations (woningcorporaties)."""
        return self.of_kind(Organisation.Kind.CORPORATION)

    def parties_at_end_of(self, year: int) -> Self:
        """Those that are a party on 31 December of `year`: whom a round over that year asks.

        From a merger's date on, rounds ask the successor (NUMBERS 10).
        """
        last_day = date(year, 12, 31)
        return self.filter(
            Q(party_from__isnull=True) | Q(party_from__lte=last_day),
            Q(party_until__isnull=True) | Q(party_until__gt=last_day),
        )

    def by_code(self, code: str) -> "Organisation":
        """Find a party by slug, L-number or CBS code; `DoesNotExist` when there is none."""
        wanted = code.strip()
        return self.get(
            Q(slug=wanted.lower()) | Q(l_number=wanted.upper()) | Q(cbs_code=wanted.upper())
        )


class Organisation(models.Model):
    """A party: municipality, corporation, tenants' organisation or a body of theirs.

    `party_from` and `party_until` say from and until when it is a party (for a municipality:
    part of the region); empty means always. After a merger `successor` answers for it.
    """

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", "gemeente"
        CORPORATION = "corporation", "woningcorporatie"
        TENANTS = "tenants", "huurdersorganisatie"
        UMBRELLA = "umbrella", "overlegorgaan"
        CITY_REGION = "city_region", "stadsregio"

    kind = models.CharField("soort", max_length=20, choices=Kind)
    name = models.CharField("naam", max_length=120, unique=True)
    slug = models.SlugField("kenmerk", max_length=60, unique=True)
    cbs_code = models.CharField("CBS-code", max_length=6, blank=True)
    l_number = models.CharField("L-nummer", max_length=5, blank=True)
    kvk_number = models.CharField("KvK-nummer", max_length=8, blank=True)
    party_from = models.DateField("partij vanaf", null=True, blank=True)
    party_until = models.DateField("partij tot", null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name="opvolger",
    )
    enterer_may_submit = models.BooleanField(
        "invoerder mag zelf indienen",
        default=True,
        help_text="Of één persoon mag invoeren en namens de organisatie indienen.",
    )
    source = models.CharField("bron", max_length=300, blank=True)
    note = models.TextField("opmerking", blank=True)
    known_from = models.DateTimeField("bekend vanaf", default=timezone.now)
    recorded_at = models.DateTimeField("vastgelegd op", auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisatie"
        verbose_name_plural = "organisaties"
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="cbs_code_names_one_organisation",
                fields=["cbs_code"],
                condition=~Q(cbs_code=""),
            ),
            models.UniqueConstraint(
                name="l_number_names_one_organisation",
                fields=["l_number"],
                condition=~Q(l_number=""),
            ),
            models.CheckConstraint(
                name="party_ends_after_it_starts",
                condition=Q(party_from__isnull=True)
                | Q(party_until__isnull=True)
                | Q(party_until__gt=models.F("party_from")),
                violation_error_message="De einddatum ligt niet na de begindatum.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def bag_prefix(self) -> str:
        """The four digits with which BAG ids of this municipality begin; "" for others."""
        return self.cbs_code.removeprefix("GM") if self.cbs_code.startswith("GM") else ""


class FormerName(models.Model):
    """An older name or code under which files may still know a party."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="former_names", verbose_name="organisatie"
    )
    name = models.CharField("naam", max_length=120, blank=True)
    code = models.CharField("code", max_length=12, blank=True)
    until = models.DateField("tot", null=True, blank=True)
    source = models.CharField("bron", max_length=300, blank=True)

    class Meta:
        verbose_name = "vroegere naam"
        verbose_name_plural = "vroegere namen"
        ordering: ClassVar[list[str]] = ["organisation__name", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="former_name_has_name_or_code",
                condition=~Q(name="", code=""),
                violation_error_message="Vul een naam of een code in.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code


class Representation(models.Model):
    """Which corporation's tenants a tenants' organisation speaks for; several may, over time."""

    tenants = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="represents",
        limit_choices_to={"kind": "tenants"},
        verbose_name="huurdersorganisatie",
    )
    corporation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="represented_by",
        limit_choices_to={"kind": "corporation"},
        verbose_name="woningcorporatie",
    )
    since = models.DateField("vanaf", null=True, blank=True)
    until = models.DateField("tot", null=True, blank=True)
    evidence = models.CharField("hoe zeker", max_length=300, blank=True)
    source = models.CharField("bron", max_length=300, blank=True)

    class Meta:
        verbose_name = "vertegenwoordiging"
        verbose_name_plural = "vertegenwoordigingen"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="representation_once", fields=["tenants", "corporation", "since"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenants} bij {self.corporation}"


class UserManager(BaseUserManager["User"]):
    """Makes people by e-mail address; there are no user names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Store a person; without a password nobody can sign in as this person."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who may keep reference data in the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person who signs in with an e-mail address; what she may do is in her memberships."""

    username = None  # type: ignore[assignment]
    email = models.EmailField("e-mailadres", unique=True)
    name = models.CharField("naam", max_length=120, blank=True)
    is_demo = models.BooleanField("voorbeeldaccount", default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()  # type: ignore[misc,assignment]

    class Meta:
        verbose_name = "gebruiker"
        verbose_name_plural = "gebruikers"
        ordering: ClassVar[list[str]] = ["email"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def roles(self) -> list[tuple[int, str, str]]:
        """(organisation id, organisation kind, role) of each membership; asked once a request."""
        self._ask_memberships()
        return self._roles

    @property
    def parties(self) -> list[tuple[int, str, str]]:
        """(organisation id, slug, name) of each organisation this person belongs to, by name."""
        self._ask_memberships()
        return self._parties

    def _ask_memberships(self) -> None:
        if hasattr(self, "_roles"):
            return
        names = ("organisation_id", "organisation__kind", "role")
        rows = list(
            self.memberships.values_list(*names, "organisation__slug", "organisation__name")
        )
        self._roles: list[tuple[int, str, str]] = [(row[0], row[1], row[2]) for row in rows]
        found = {row[0]: (row[0], row[3], row[4]) for row in rows}
        self._parties = sorted(found.values(), key=lambda party: party[2])

    def organisations_as(self, roles: Iterable[str]) -> set[int]:
        """Ids of the organisations where this person has one of `roles`."""
        wanted = set(roles)
        return {organisation for organisation, _, role in self.roles if role in wanted}


class Membership(models.Model):
    """What a person is in an organisation; a person may serve several."""

    class Role(models.TextChoices):
        REPORTER = "reporter", "invoerder"
        APPROVER = "approver", "indiener"
        READER = "reader", "lezer"
        COORDINATOR = "coordinator", "coördinator"
        BOARD = "board", "bestuur"

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name="gebruiker"
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="memberships", verbose_name="organisatie"
    )
    role = models.CharField("rol", max_length=20, choices=Role)

    class Meta:
        verbose_name = "lidmaatschap"
        verbose_name_plural = "lidmaatschappen"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="membership_once", fields=["user", "organisation", "role"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} van {self.organisation}"
