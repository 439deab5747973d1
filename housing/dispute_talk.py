"""What the two parties of a dispute, and the coordinator, say to each other about it.

One conversation for a municipality, corporation and year: a dispute follows a newer version, and
what was said stays with it.
"""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from housing import access
from housing.models import Comment, Confirmation, Organisation, Seen, User
from housing.talk import Topic, keeps

MOST_WORDS = 2000


def subject_of(word: Confirmation) -> str:
    """The stable key of the conversation."""
    about = word.submission
    return f"dispute:{word.municipality.slug}/{about.organisation_id}/{about.year}"


def sides_of(word: Confirmation) -> tuple[Organisation, Organisation]:
    """The municipality and the corporation."""
    return word.municipality, word.submission.organisation


def side_of(user: User, word: Confirmation) -> Organisation | None:
    """The side somebody speaks for: her own of the two, or the Stadsregio for the coordinator."""
    own = access.own_organisations(user, roles=access.ENTERING)
    for party in sides_of(word):
        if party.pk in own:
            return party
    if access.is_coordinator(user):
        return Organisation.objects.of_kind(Organisation.Kind.CITY_REGION).first()
    return None


def said_about(word: Confirmation) -> list[Comment]:
    """The conversation, oldest first. What the coordinator wrote to both is there once."""
    found = Comment.objects.filter(subject=subject_of(word)).select_related("organisation", "to")
    once = {(each.author_id, each.at, each.text): each for each in reversed(found)}
    return sorted(once.values(), key=lambda each: (each.at, each.pk))


def look(user: User, word: Confirmation) -> None:
    """Remember that somebody saw the conversation."""
    Seen.objects.update_or_create(
        user=user, subject=subject_of(word), defaults={"at": timezone.now()}
    )


@transaction.atomic
def tell(word: Confirmation, text: str, *, by: User, side: Organisation) -> None:
    """Say something to the other side, between the two and the coordinator. The coordinator
    writes to both: a comment to each, since one that has no addressee is for everybody."""
    now = timezone.now()
    sides = sides_of(word)
    for party in [each for each in sides if each.pk != side.pk] if side in sides else sides:
        Comment.objects.create(
            subject=subject_of(word),
            label=label_of(word)[:200],
            address=reverse("housing:dispute", args=[word.pk]),
            text=text,
            author=by,
            organisation=side,
            to=party,
            at=now,
            is_demo=by.is_demo,
        )


def label_of(word: Confirmation) -> str:
    """What it is about, in words."""
    about = word.submission
    return f"betwisting door {word.municipality} van {about.organisation} {about.year}"


@keeps("dispute")
def _dispute(user: User, key: str) -> Topic | None:
    """A dispute is answered on its own page, where the form says who reads it."""
    return None
