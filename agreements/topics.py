"""Agreements as something to comment on."""

from django.urls import reverse

from agreements.access import readable_agreements
from agreements.models import Agreement
from housing.models import User
from housing.talk import Topic, keeps


@keeps("agreement")
def agreement_topic(user: User, key: str) -> Topic | None:
    """An agreement, as far as this person may read its set."""
    found = Agreement.objects.filter(readable_agreements(user), slug=key).first()
    if found is None:
        return None
    label = f"afspraak {found.number}, {found.title}"
    return Topic(label, reverse("monitoring:agreement", args=[found.slug]))
