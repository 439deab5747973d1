"""2022 and 2023, entered once for each municipality: what all builders together completed."""

import logging

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from housing import access, versions
from housing.access import SignedInRequest, require
from housing.answers import STATES
from housing.earlier import (
    YEARS,
    SomebodyElseFirstError,
    all_earlier_years,
    earlier_years,
    enter,
)
from housing.forms_earlier import EarlierYearsForm
from housing.models import Organisation

audit = logging.getLogger("audit")
NOT_YOURS = "De cijfers van {} vult de ambtenaar van deze gemeente in, of de coördinator."
CHANGED = "Iemand anders was u voor. Hieronder staat wat nu geldt. Kijk of u nog iets verandert."


@require_safe
def earlier(request: SignedInRequest) -> HttpResponse:
    """All municipalities with what they gave for these years, and who still has to."""
    places = list(
        Organisation.objects.municipalities().parties_at_end_of(timezone.localdate().year)
    )
    known = all_earlier_years(places)
    lines = [
        {
            "place": place,
            "years": [
                (each, STATES[each.version.status] if each.version else None)  # type: ignore[index]
                for each in known[place.pk]
            ],
            "may_enter": access.can_enter_for(request.user, place.pk),
        }
        for place in places
    ]
    complete = sum(all(each.homes is not None for each in known[place.pk]) for place in places)
    page = {"lines": lines, "years": YEARS, "complete": complete, "asked": len(places)}
    return render(request, "housing/earlier.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def earlier_entry(request: SignedInRequest, organisation: str) -> HttpResponse:
    """One municipality's two years: the officer's or the coordinator's form."""
    place = get_object_or_404(Organisation, slug=organisation, kind=Organisation.Kind.MUNICIPALITY)
    require(access.can_enter_for(request.user, place.pk), NOT_YOURS.format(place))
    known = earlier_years(place)
    form = EarlierYearsForm(request.POST or None, known=known)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                stored = [
                    enter(
                        place,
                        year,
                        homes,
                        note=form.cleaned_data["note"],
                        by=request.user,
                        seen=seen,
                    )
                    for year, homes, seen in form.answers()
                ]
        except SomebodyElseFirstError:
            messages.error(request, CHANGED)
            return redirect("housing:earlier_entry", place.slug)
        except versions.VersionError as problem:
            form.add_error(None, str(problem))
        else:
            changed = sum(version is not None for version in stored)
            audit.info("earlier place=%s changed=%d by=%d", place.slug, changed, request.user.pk)
            said = f"De cijfers van {place} zijn ingediend. Zij tellen voorlopig mee."
            messages.success(request, said if changed else "Er is niets veranderd.")
            return redirect("housing:earlier")
    page = {"place": place, "form": form, "known": known}
    return render(request, "housing/earlier_entry.html", page, status=400 if form.errors else 200)
