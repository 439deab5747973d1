"""The state and marks of single rows: what the list, the page of a row and the file all say."""

from collections import defaultdict
from typing import Any

from housing.models import StockChange, Submission
from monitoring.completions import Setting
from monitoring.stated_words import Badge
from monitoring.words import STATES, number

DISPUTED: Badge = ("disputed", STATES["disputed"])
MAYBE_DOUBLE: Badge = ("", "mogelijk dubbel")
WAITS = "correctie ingediend"


def standing(status: str) -> Badge:
    """How a version that counts stands; a dispute is a mark beside it."""
    accepted = status == Submission.Status.ACCEPTED
    code = "settled" if accepted else "provisional"
    return code, STATES[code]


def standings(
    setting: Setting,
    *,
    submission: int,
    status: str,
    municipality: int | None,
    project: int | None,
    correction: str = "",
) -> list[Badge]:
    """The state of a row of a version that counts, then its marks. `correction` is what
    `corrections` found for it."""
    found = [standing(status)]
    if setting.is_disputed(submission, municipality):
        found.append(DISPUTED)
    if correction:
        found.append(("", correction))
    if project in setting.maybe_double:
        found.append(MAYBE_DOUBLE)
    return found


def corrections(rows: Any, setting: Setting) -> dict[int, str]:
    """Which of these rows (their ids, or a query for those) a correction that waits changes, in
    words: two queries, none while nothing waits. What it changes to, only they read who may
    read that version."""
    if not setting.waiting:
        return {}
    now = StockChange.objects.filter(pk__in=rows, submission__in=setting.waiting.keys())
    facts = {
        pk: (organisation, (homes * direction, *same))
        for pk, organisation, homes, direction, *same in now.order_by().values_list(
            "pk", "submission__organisation", *_FACTS
        )
    }
    if not facts:
        return {}
    soon = StockChange.objects.filter(
        submission__in=setting.waiting.values(), previous__in=list(facts)
    )
    becomes: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for previous, homes, direction, *same in soon.order_by().values_list("previous", *_FACTS):
        becomes[previous].append((homes * direction, *same))
    return {
        pk: _change(fact[0], becomes[pk]) if _reads(setting, organisation, fact[1]) else WAITS
        for pk, (organisation, fact) in facts.items()
        if becomes[pk] != [fact]
    }


# Homes are first and the municipality is second of what tells two rows apart.
_FACTS = ("homes", "direction", "municipality", "kind", "segment")


def _reads(setting: Setting, organisation: int, municipality: int | None) -> bool:
    """Whether this reader reads submitted rows of an organisation in a municipality (HOUSE)."""
    return (
        setting.sees_all_submitted
        or setting.rights.private(organisation)
        or municipality in setting.rights.municipalities
    )


def _change(homes: int, after: list[tuple[Any, ...]]) -> str:
    if not after:
        return f"{WAITS}: {number(homes)} {'vervalt' if abs(homes) == 1 else 'vervallen'}"
    becomes = sum(each[0] for each in after)
    return WAITS if becomes == homes else f"{WAITS} {number(homes)} → {number(becomes)}"
