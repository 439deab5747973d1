"""The page people come in on: by role what to do, what came back, what is new."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from housing import access
from housing.access import SignedInRequest
from housing.models import Organisation
from monitoring import reading, start, words
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
        return _for_who_owes_nothing(request)
    own = access.own_organisations(user)
    before = start.last_visit(user, now)
    desks = start.desks_of(user)
    told = [said.comment.pk for desk in desks for back in desk.returned for said in back.said]
    unread = start.unread_of(user, told=told)
    readings = reading.readings_of(user, unread=len(unread))
    page = {
        "desks": desks,
        "heading": start.heading_of(desks) if desks or not readings else readings[0].heading,
        "several": len(desks) > 1,
        "before": before,
        "news": start.news_of(user, before),
        "unread": unread,
        "own": _own_figures(own),
        "readings": readings,
    }
    return render(request, "monitoring/start.html", page)


def _for_who_owes_nothing(request: SignedInRequest) -> HttpResponse:
    """Straight on to the figures, unless somebody wrote to her."""
    user = request.user
    unread = start.unread_of(user) if user.roles else []
    if not unread:
        return redirect("monitoring:dashboard")
    page: dict[str, Any] = {"heading": start.unread_heading(unread), "unread": unread}
    return render(request, "monitoring/start_reader.html", page)


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
