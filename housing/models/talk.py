"""What parties say to one another about a figure, a row or an agreement, and who read it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from housing.models.organisations import Organisation, User


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments somebody may read."""

    def visible_to(self, user: User) -> Self:
        """Those to everybody, those to or from one's own organisation, and for the coordinator
        all: a comment that was sent to one party is between the two."""
        from housing import access

        if access.is_coordinator(user):
            return self
        own = access.own_organisations(user)
        return self.filter(Q(to=None) | Q(to__in=own) | Q(organisation__in=own) | Q(author=user))


class Comment(models.Model):
    """A comment on a subject that has a page. Append-only.

    `subject` is a stable key, such as "version:12:heerlen", "row:34" or "agreement:grondprijs";
    `label` and `address` say in words and as a path where it is, so that lists need not ask the
    app that keeps the subject. `about` is the party whose figure, answer or row it is: it finds
    the comment on its start page without being named. Without `to` all signed-in parties may read
    it.
    """

    subject = models.CharField("onderwerp", max_length=80, db_index=True)
    label = models.CharField("waarover", max_length=200)
    address = models.CharField("adres", max_length=200)
    text = models.TextField("opmerking")
    author = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="namens"
    )
    to = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="alleen aan",
    )
    about = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="gaat over",
    )
    mentions = models.ManyToManyField(
        Organisation, related_name="mentioned_in", blank=True, verbose_name="noemt"
    )
    at = models.DateTimeField("op", default=timezone.now)
    is_demo = models.BooleanField("voorbeeld", default=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = "opmerking"
        verbose_name_plural = "opmerkingen"
        ordering: ClassVar[list[str]] = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Seen(models.Model):
    """When somebody last looked at something: a subject, or her start page."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="gebruiker")
    subject = models.CharField("wat", max_length=80)
    at = models.DateTimeField("op", default=timezone.now)

    class Meta:
        verbose_name = "gezien"
        verbose_name_plural = "gezien"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="seen_once", fields=["user", "subject"]),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.subject}"


class Following(models.Model):
    """Whose answers an organisation reads along with, by its own choice: no claim about the world.

    `follows` False takes out a party that would stand there by itself, such as the corporation
    whose tenants it is said to speak for. Any member may change it; the last word holds.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="following", verbose_name="wie meeleest"
    )
    party = models.ForeignKey(
        Organisation, models.CASCADE, related_name="+", verbose_name="met wie"
    )
    follows = models.BooleanField("volgt", default=True)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="door"
    )
    at = models.DateTimeField("op", default=timezone.now)
    is_demo = models.BooleanField("voorbeeld", default=False)

    class Meta:
        verbose_name = "keuze om mee te lezen"
        verbose_name_plural = "keuzes om mee te lezen"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="followed_once", fields=["organisation", "party"]),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {'wel' if self.follows else 'niet'} {self.party}"
