"""What waits for the coordinator, and how every party stands."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from housing import access
from housing.access import SignedInRequest, require
from housing.answers import YearAnswer, year_answers
from housing.contents import counted_in, lost_in
from housing.models import Claim, Confirmation, CountingRule, Organisation, Submission


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submitted version: since when, how many homes count and how many more than before."""

    submission: Submission
    since: datetime | None
    counted: int
    lost: int
    change: int | None
    disputed: bool
    own_work: bool


@require_safe
def review(request: SignedInRequest) -> HttpResponse:
    """The versions that wait, the oldest first; then each party's answer for each year."""
    require(access.is_coordinator(request.user), "Beoordelen doet de coördinator.")
    answers = year_answers(access.reporting_for(request.user))
    waiting = waiting_for(request)
    page = {
        "waiting": waiting,
        "heading": _heading(len(waiting)),
        "years": sorted({answer.year for answer in answers}),
        "parties": _by_party(answers),
        "open_claims": Claim.objects.filter(until=None, lost_to__isnull=False).count(),
    }
    return render(request, "housing/review.html", page)


def waiting_for(request: SignedInRequest) -> list[Waiting]:
    """Every submitted version, disputed ones first, then in the order they came in."""
    found = list(
        Submission.objects.filter(status=Submission.Status.SUBMITTED)
        .select_related("organisation")
        .prefetch_related("events")
    )
    accepted = {
        (version.organisation_id, version.year): version
        for version in Submission.objects.filter(status=Submission.Status.ACCEPTED)
    }
    before = [accepted.get((each.organisation_id, each.year)) for each in found]
    rule = CountingRule.rule_at(timezone.now())
    counted = counted_in([*found, *filter(None, before)], rule)
    lost = lost_in(found, rule)
    disputed = set(
        Confirmation.objects.filter(
            submission__in=found, disputes=True, settled_at=None
        ).values_list("submission", flat=True)
    )
    waiting = [
        Waiting(
            submission=each,
            since=_since(each),
            counted=counted[each.pk] - lost.get(each.pk, 0),
            lost=lost.get(each.pk, 0),
            change=counted[each.pk] - counted[old.pk] if old else None,
            disputed=each.pk in disputed,
            own_work=_touched_by(each, request.user.pk),
        )
        for each, old in zip(found, before, strict=True)
    ]
    return sorted(waiting, key=lambda each: (not each.disputed, each.since or timezone.now()))


def _since(submission: Submission) -> datetime | None:
    status = Submission.Status.SUBMITTED
    return max((e.known_from for e in submission.events.all() if e.status == status), default=None)


def _touched_by(submission: Submission, user: int) -> bool:
    """Whether this person entered or submitted it; the step itself looks at the whole set."""
    status = Submission.Status.SUBMITTED
    handed_in = {event.actor_id for event in submission.events.all() if event.status == status}
    return user in {submission.entered_by_id, *handed_in}


def _heading(count: int) -> str:
    if count == 0:
        return "Er wacht geen opgave op uw oordeel"
    if count == 1:
        return "1 opgave wacht op uw oordeel"
    return f"{count} opgaven wachten op uw oordeel"


def _by_party(answers: list[YearAnswer]) -> list[tuple[Organisation, list[YearAnswer]]]:
    parties: dict[Organisation, list[YearAnswer]] = {}
    for answer in answers:
        parties.setdefault(answer.organisation, []).append(answer)
    return [
        (party, sorted(found, key=lambda answer: answer.year))
        for party, found in sorted(parties.items(), key=lambda each: each[0].name)
    ]
