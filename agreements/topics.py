"""Agreements as something to comment on."""

from django.urls import reverse

from agreements.access import readable_agreements
from agreements.models import Agreement, Statement
from housing.models import User
from housing.talk import Topic, is_key, keeps


@keeps("agreement")
def agreement_topic(user: User, key: str) -> Topic | None:
    """An agreement, as far as this person may read its set."""
    found = Agreement.objects.filter(readable_agreements(user), slug=key).first()
    if found is None:
        return None
    label = f"afspraak {found.number}, {found.title}"
    return Topic(label, reverse("monitoring:agreement", args=[found.slug]))


def statement_subject(statement: Statement) -> str:
    """What a party says of an agreement in a round: its later versions are the same subject."""
    return f"statement:{statement.agreement_id}/{statement.organisation_id}/{statement.round_id}"


def statement_topic(statement: Statement) -> Topic:
    """What a party says, on the page of its newest version."""
    agreement, party = statement.agreement, statement.organisation
    return Topic(
        f"wat {party} over {statement.round.year} zegt van afspraak {agreement.number}",
        reverse("agreements:remark", args=[agreement.slug, statement.pk]),
        party,
    )


@keeps("statement")
def _statement(user: User, key: str) -> Topic | None:
    parts = key.split("/")
    if len(parts) != 3 or not all(is_key(part) for part in parts):
        return None
    agreement, organisation, round_ = map(int, parts)
    found = (
        Statement.objects.submitted()
        .filter(agreement=agreement, organisation=organisation, round=round_)
        .filter(agreement__in=Agreement.objects.filter(readable_agreements(user)).values("pk"))
        .select_related("agreement", "organisation", "round")
        .order_by("number")
        .last()
    )
    return statement_topic(found) if found else None
