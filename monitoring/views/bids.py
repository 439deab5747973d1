"""How the number of an agreement is divided over municipalities and corporations."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agreements.access import can_edit_agreement, readable_agreements
from agreements.models import Agreement
from housing.access import SignedInRequest
from housing.models import end_of_day
from monitoring.allocation import allocation_of
from monitoring.asof import as_of


@require_safe
def bids(request: SignedInRequest, slug: str) -> HttpResponse:
    """The bids by year, what is not allocated yet, and where it is more than the whole."""
    asked = as_of(request.GET.get("stand", ""))
    moment = end_of_day(asked.day)
    known = Agreement.objects.known_at(moment).filter(readable_agreements(request.user))
    found = get_object_or_404(
        known.select_related("set__municipality").prefetch_related("set__parties"), slug=slug
    )
    page = {
        "asked": asked,
        "region": None,
        "period": "",
        "agreement": found,
        "allocation": allocation_of(found, moment),
        "may_edit": not asked.is_past and can_edit_agreement(request.user, found),
        "is_restraint": found.kind == Agreement.Kind.RESTRAINT,
    }
    return render(request, "monitoring/bids.html", page)
