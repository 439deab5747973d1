"""Sold social homes beside the signal value of the agreement on restraint."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agreements.access import can_edit_agreement
from agreements.models import Agreement
from housing.access import SignedInRequest
from monitoring.asof import AsOf, as_of
from monitoring.exports import SUFFIXES
from monitoring.figures import Picture, picture
from monitoring.sales import sales_agreement, signals_at, sold_in
from monitoring.sales_page import LIGHT_RULE, SOCIAL_ONLY, SalesPage, sales_book, sales_page


def _measured(asked: AsOf) -> tuple[Picture, SalesPage, Agreement | None]:
    known = picture(asked.day if asked.is_past else None)
    agreement = sales_agreement(known.moment)
    signals = signals_at(agreement, known.moment) if agreement else {}
    return known, sales_page(known, sold_in(known), signals), agreement


@require_safe
def sales(request: SignedInRequest) -> HttpResponse:
    """Per corporation and year, of today or of the day in ?stand=."""
    asked = as_of(request.GET.get("stand", ""))
    known, page, agreement = _measured(asked)
    context = {
        "picture": known,
        "region": known.region,
        "asked": asked,
        "page": page,
        "agreement": agreement,
        "period": "",
        "counted": SOCIAL_ONLY,
        "light_rule": LIGHT_RULE,
        "thresholds": known.region.thresholds,
        "may_edit": agreement is not None
        and not asked.is_past
        and can_edit_agreement(request.user, agreement),
    }
    return render(request, "monitoring/sales.html", context)


@require_safe
def sales_export(request: SignedInRequest, suffix: str) -> HttpResponseBase:
    """The same as CSV or XLSX."""
    if suffix not in SUFFIXES:
        raise Http404
    known, page, _ = _measured(as_of(request.GET.get("stand", "")))
    return sales_book(known, page).response(suffix)
