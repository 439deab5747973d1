"""Reading along: a tenants' organisation reads what its corporation and municipality answer, and
says something of it."""

import logging

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from housing.access import SignedInRequest, require
from housing.models import Organisation
from monitoring.reading import CAN_BE_FOLLOWED, choose, look, readers_of, reading_of, to_choose
from monitoring.reading_party import answer_of, overview, years_to_read
from monitoring.start import unread_of

audit = logging.getLogger("audit")
NOT_YOURS = (
    "Meelezen is voor huurdersorganisaties en overleggen. Alle cijfers staan bij Regiobeeld, "
    "alle afspraken bij Afspraken."
)
MOST_YEARS = 3


@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: SignedInRequest) -> HttpResponse:
    """What is new, what is asked of the organisation, and how each party that it follows stands;
    POST chooses whom it follows."""
    organisations = readers_of(request.user)
    require(bool(organisations), NOT_YOURS)
    organisation = _asked_for(request, organisations)
    if request.method == "POST":
        choose(organisation, request.POST.getlist("volgt"), request.user)
        audit.info("following organisation=%s by=%d", organisation.slug, request.user.pk)
        messages.success(request, f"Bewaard. Dit geldt voor iedereen van {organisation}.")
        query = f"?voor={organisation.slug}" if len(organisations) > 1 else ""
        return redirect(f"{request.path}{query}")
    unread = unread_of(request.user)
    several = len(organisations) > 1
    found = reading_of(organisation, request.user, several=several, unread=len(unread))
    years = years_to_read()[:MOST_YEARS]
    following = {each.party.pk for each in found.followed}
    page = {
        "reading": found,
        "unread": unread,
        "organisations": organisations,
        "years": sorted(years),
        "lines": overview([each.party for each in found.followed], years),
        "choices": [(each, each.party.pk in following) for each in to_choose(organisation)],
    }
    return render(request, "monitoring/reading.html", page)


def _asked_for(request: SignedInRequest, organisations: list[Organisation]) -> Organisation:
    """The organisation chosen (`voor`), else the first by name; another's is not found."""
    slug = request.POST.get("voor") or request.GET.get("voor", "")
    if not slug:
        return organisations[0]
    pks = [each.pk for each in organisations]
    return get_object_or_404(Organisation, pk__in=pks, slug=slug)


@require_safe
def reading_party(request: SignedInRequest, slug: str) -> HttpResponse:
    """One party's answer over a year, with a place to say something beside each part of it."""
    require(bool(readers_of(request.user)), NOT_YOURS)
    party = get_object_or_404(Organisation, slug=slug, kind__in=CAN_BE_FOLLOWED)
    years = years_to_read()
    asked = request.GET.get("jaar", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else 0
    if year not in years:
        year = years[0] if years else 0
    page = {
        "party": party,
        "years": years,
        "year": year,
        "answer": answer_of(party, year, request.user) if year else None,
        "is_place": party.kind == Organisation.Kind.MUNICIPALITY,
    }
    if year:
        look(request.user, party, year)
    return render(request, "monitoring/reading_party.html", page)
