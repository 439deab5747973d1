"""One of a municipality's own figures on a page of its own, to talk about."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from housing.access import SignedInRequest
from housing.answers import STATES
from housing.figure_talk import figure_subject, has_round, is_year, shown_to
from housing.models import Organisation, Submission
from housing.municipal_fields import BY_KEY, meanings_of
from housing.talk import conversation


@require_safe
def figure(request: SignedInRequest, organisation: str, year: int, key: str) -> HttpResponse:
    """What a municipality gave for one figure, as far as this reader may know it, and what was
    said of it."""
    party = get_object_or_404(Organisation, slug=organisation, kind=Organisation.Kind.MUNICIPALITY)
    field = BY_KEY.get(key)
    if field is None or not is_year(str(year)) or not has_round(year):
        raise Http404
    shown = shown_to(request.user, party, year, field)
    state = STATES.get(Submission.Status(shown.version.status)) if shown.version else None
    visible = Submission.objects.visible_to(request.user)
    page = {
        "shown": shown,
        "meaning": meanings_of(year)[key],
        "state": state,
        "opens_version": shown.version is not None and visible.filter(pk=shown.version.pk).exists(),
        "talk": conversation(request.user, figure_subject(party.pk, year, key)),
    }
    return render(request, "housing/figure.html", page)
