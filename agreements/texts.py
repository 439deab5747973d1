"""How an agreement is worded and what steps lead to it: changed, never overwritten."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from agreements.models import Agreement, FormerText, Milestone
from housing.models import User

WORDING = ("title", "text", "meaning")


@transaction.atomic
def reword(
    agreement: Agreement, values: Mapping[str, object], *, reason: str, by: User
) -> FormerText | None:
    """Give an agreement new values; when its wording changes, keep how it was until now.

    `values` are fields of the model and `also_themes`. Gives the former text, None where the
    wording stays.
    """
    stored = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    former = None
    if any(name in values and getattr(stored, name) != values[name] for name in WORDING):
        former = FormerText.objects.create(
            agreement=stored,
            title=stored.title,
            text=stored.text,
            meaning=stored.meaning,
            until=timezone.now(),
            reason=reason,
            actor=by,
        )
    names = [name for name in values if name != "also_themes"]
    for name in names:
        setattr(stored, name, values[name])
    stored.save(update_fields=names)
    if "also_themes" in values:
        stored.also_themes.set(values["also_themes"])  # type: ignore[arg-type]
    return former


def add_milestone(agreement: Agreement, *, title: str, due_on: date | None, by: User) -> Milestone:
    """Add a step that leads to the agreement."""
    return Milestone.objects.create(
        agreement=agreement, title=title, due_on=due_on, is_demo=by.is_demo
    )


def reach(milestone: Milestone, done_on: date | None, note: str) -> None:
    """Say on which day a step was there; None: not yet."""
    milestone.done_on, milestone.note = done_on, note
    milestone.save(update_fields=["done_on", "note"])
