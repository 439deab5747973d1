"""New homes by segment: the agreement on mixed neighbourhoods in figures."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from agreements.models import Agreement
from housing.access import SignedInRequest
from monitoring.asof import as_of
from monitoring.exports import SUFFIXES
from monitoring.figures import picture
from monitoring.mixed import COUNTED, LABELS, mixed_book, mixed_in
from monitoring.segments_chart import Bar, segments_chart

SLUG = "gemengde-wijken"


@require_safe
def mixed(request: SignedInRequest) -> HttpResponse:
    """Per municipality and year, by corporations and by others, of today or a past day."""
    asked = as_of(request.GET.get("stand", ""))
    known = picture(asked.day if asked.is_past else None)
    found = mixed_in(known)
    drawings = [
        segments_chart(
            [Bar(place.name, getattr(place, who)) for place in found.places],
            f"segment-{who}",
            title,
        )
        for who, title in (
            ("corporations", "Nieuwe woningen van corporaties per gemeente en segment"),
            ("others", "Nieuwe woningen van anderen per gemeente en segment"),
        )
    ]
    page = {
        "asked": asked,
        "region": known.region,
        "period": "",
        "mixed": found,
        "agreement": Agreement.objects.known_at(known.moment).filter(slug=SLUG).first(),
        "labels": LABELS,
        "rows": [(code, label) for code, label in LABELS.items()],
        # The charts escape all text in them.
        "chart": mark_safe(drawings[0]),  # noqa: S308
        "chart_others": mark_safe(drawings[1]),  # noqa: S308
        "counted": COUNTED,
    }
    return render(request, "monitoring/mixed.html", page)


@require_safe
def mixed_export(request: SignedInRequest, suffix: str) -> HttpResponseBase:
    """The same as CSV or XLSX."""
    if suffix not in SUFFIXES:
        raise Http404
    asked = as_of(request.GET.get("stand", ""))
    known = picture(asked.day if asked.is_past else None)
    return mixed_book(known, mixed_in(known)).response(suffix)
