"""The page people come in on: by role what to do, what came back, what is new."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from housing import access
from housing.access import SignedInRequest
from housing.models import Organisation
from monitoring import start, words
from monitoring.figures import picture
from monitoring.party import figures_of


@require_safe
def start_page(request: SignedInRequest) -> HttpResponse:
    """What this person owes and what changed; who enters nothing goes on to the figures."""
    user = request.user
    now = timezone.now()
    if access.is_coordinator(user):
        desk = start.coordinator_desk()
        before = start.last_visit(user, now)
        page: dict[str, Any] = {
            "desk": desk,
            "heading": start.coordinator_heading(desk),
            "before": before,
            "news": start.news_of(user, before),
            "unread": start.unread_of(user),
        }
        return render(request, "monitoring/start_coordinator.html", page)
    if not access.has_start(user):
        return redirect("monitoring:dashboard")
    own = access.own_organisations(user)
    before = start.last_visit(user, now)
    desks = start.desks_of(user)
    page = {
        "desks": desks,
        "heading": start.heading_of(desks),
        "several": len(desks) > 1,
        "before": before,
        "news": start.news_of(user, before),
        "unread": start.unread_of(user),
        "own": _own_figures(own),
    }
    return render(request, "monitoring/start.html", page)


def _own_figures(own: set[int]) -> list[dict[str, object]]:
    """The progress of one's own organisations that have figures, in words."""
    kinds = (Organisation.Kind.MUNICIPALITY, Organisation.Kind.CORPORATION)
    parties = list(Organisation.objects.filter(pk__in=own, kind__in=kinds))
    if not parties:
        return []
    known = picture(None)
    found = []
    for party in parties:
        figures = figures_of(known, party)
        if figures is None:
            continue
        is_place = party.kind == Organisation.Kind.MUNICIPALITY
        name = {"place": party.name} if is_place else {"party": party.name}
        found.append(
            {
                "party": party,
                "progress": figures.progress,
                "heading": words.heading(figures.progress, **name),
            }
        )
    return found
