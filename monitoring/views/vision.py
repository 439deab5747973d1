"""The Woonvisie above the agreements: its number, its themes, its second main line."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.access import own_places
from agreements.models import Agreement
from housing.access import SignedInRequest
from monitoring.asof import as_of
from monitoring.figures import picture
from monitoring.vision import COUNTED, SECOND_LINE, indicators_of, served, vision_in


@require_safe
def vision(request: SignedInRequest) -> HttpResponse:
    """What is known to be built of the vision's number, and who serves which theme."""
    asked = as_of(request.GET.get("stand", ""))
    known = picture(asked.day if asked.is_past else None)
    found = vision_in(known)
    regional = Agreement.objects.known_at(known.moment).regional()
    page = {
        "asked": asked,
        "region": known.region,
        "period": "",
        "page": found,
        "vision": found.vision,
        "themes": served(found.vision, known) if found.vision else [],
        "second": regional.filter(slug=SECOND_LINE).first(),
        "indicators": indicators_of(found.vision) if found.vision else [],
        "counted": COUNTED,
        "may_enter": not asked.is_past and own_places(request.user).exists(),
        "today": timezone.localdate(),
    }
    return render(request, "monitoring/vision.html", page)
