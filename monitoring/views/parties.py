"""A page for every party, and the dashboard's numbers as a file."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.models import Agreement
from housing.access import SignedInRequest, field_rights
from housing.codes import Segment
from housing.figure_talk import party_prefix, year_subject
from housing.models import Organisation, end_of_day
from housing.talk import Conversation, conversation
from monitoring import stated_words, words
from monitoring.asof import AsOf, as_of
from monitoring.exports import SUFFIXES
from monitoring.figures import Picture, picture
from monitoring.figures_export import figures_book
from monitoring.own_figures import own_figures
from monitoring.party import Figures, figures_of, open_doubles
from monitoring.progress import Progress
from monitoring.projects import projects_of

WITH_FIGURES = (Organisation.Kind.MUNICIPALITY, Organisation.Kind.CORPORATION)
MOST_PROJECTS = 40
_PLAIN_LEADS: dict[str, str] = {
    Organisation.Kind.TENANTS: "Een huurdersorganisatie bouwt niet zelf en geeft dus geen "
    "woningen op. Zij spreekt mee over de afspraken.",
    Organisation.Kind.UMBRELLA: "Een overleg bouwt niet zelf en geeft dus geen woningen op.",
    Organisation.Kind.CITY_REGION: "De Stadsregio verzamelt de opgaven, stelt ze vast en bewaakt "
    "de afspraken. Zij geeft zelf geen woningen op.",
}


@require_safe
def party(request: SignedInRequest, slug: str) -> HttpResponse:
    """A party's own page: of a municipality or corporation its figures, of others what it is."""
    found = get_object_or_404(Organisation.objects.select_related("successor"), slug=slug)
    asked = as_of(request.GET.get("stand", ""))
    if found.kind not in WITH_FIGURES:
        return render(request, "monitoring/party_plain.html", _plain(found, asked))
    known = picture(asked.day if asked.is_past else None)
    figures = figures_of(known, found)
    page: dict[str, Any] = {
        "party": found,
        "asked": asked,
        "kicker": _kicker(found, known),
        "agreements": agreements_of(found, known.moment),
        "is_place": found.kind == Organisation.Kind.MUNICIPALITY,
    }
    if figures is None:
        return render(request, "monitoring/party_absent.html", page)
    page |= _figures(found, known, figures)
    if not asked.is_past:
        page["talk"] = _talk(request, found, figures)
    page["revision"] = known.revisions.get(found.slug)
    if page["is_place"]:
        page["own"] = own_figures(found.slug, known)
    if not page["is_place"] and field_rights(request.user).private(found.pk):
        page["doubles"] = open_doubles(found)
    return render(request, "monitoring/party.html", page)


def _talk(request: SignedInRequest, party: Organisation, figures: Figures) -> Conversation:
    """What was said of a party's figures, of any year or figure; she says of which."""
    others = {
        year_subject(party.pk, year.year): str(year.year)
        for year in figures.progress.years
        if year.started
    }
    subject = f"party:{party.slug}"
    return conversation(request.user, subject, others=others, below=party_prefix(party.pk))


def _kicker(party: Organisation, known: Picture) -> str:
    years = known.region.years
    name = f"Gemeente {party}" if party.kind == Organisation.Kind.MUNICIPALITY else str(party)
    period = f", {years[0].year}–{years[-1].year}" if years else ""
    return f"{name}, sociale huurwoningen{period}"


def _figures(party: Organisation, known: Picture, figures: Figures) -> dict[str, Any]:
    progress, running = figures.progress, figures.running
    is_place = party.kind == Organisation.Kind.MUNICIPALITY
    projects = projects_of(party, known)
    name = {"place": party.name} if is_place else {"party": party.name}
    closed = str(progress.closed_until or "")
    return {
        "figures": figures,
        "progress": progress,
        "running": running,
        "heading": words.heading(progress, **name),
        "lead": words.lead(progress),
        "projects": projects[:MOST_PROJECTS],
        "projects_left": max(0, len(projects) - MOST_PROJECTS),
        "due_label": f"Afgesproken t/m {closed}",
        "closed_label": f"Opgeleverd t/m {closed}",
        "due_text": words.due_text(progress),
        "needed_text": words.needed_text(progress),
        "behind_text": words.behind_text(progress),
        "running_label": f"{running.year} tot nu toe" if running else "",
        "reported_text": _reported(progress, is_place),
        "years_heading": words.years_heading(progress),
        "total_heading": words.total_heading(progress),
        "net_heading": words.net_heading(
            figures.fall.gross, figures.fall.net, progress.closed_years[-1].year
        )
        if figures.fall
        else "",
        "fall_stands": stated_words.stands(figures.fall.stated) if figures.fall else "",
        "net_missing": _net_missing(known, figures),
        "marks": [words.mark_text(mark, known.names) for mark in figures.marks],
        "segments": [(Segment(code).label, homes) for code, homes in figures.segments],
        "segment_years": [year.year for year in progress.years if year.started],
        "is_demo": progress.demo,
    }


def _reported(progress: Progress, is_place: bool) -> str:
    running = next((year for year in progress.open_years if year.started), None)
    if running is None:
        return ""
    if is_place:
        return words.reported_text(running)
    return "opgegeven" if running.reported else ""


def _net_missing(known: Picture, figures: Figures) -> str:
    """Who keeps net of the running year unknown."""
    year = figures.running
    names = [known.name_of(slug) for slug, _ in year.net.missing] if year else []
    if year is None or not names:
        return ""
    if len(names) > 3:
        told = f"{len(names)} corporaties gaven nog niet op alles antwoord"
        return f"Netto over {year.year} is nog niet te zeggen: {told}."
    verb = "gaf" if len(names) == 1 else "gaven"
    told = f"{words.listed(names)} {verb} nog niet op alles antwoord"
    return f"Netto over {year.year} is nog niet te zeggen: {told}."


def agreements_of(party: Organisation, moment: datetime) -> list[Agreement]:
    """The agreements that a party is responsible for, by its kind or by name."""
    known = Agreement.objects.known_at(moment).regional().for_reading()
    hers = (agreement for agreement in known if agreement.concerns(party))
    return sorted(hers, key=lambda each: (len(each.number), each.number))


def _plain(party: Organisation, asked: AsOf) -> dict[str, Any]:
    speaks_for = list(party.represents.select_related("corporation").order_by("corporation__name"))
    moment = end_of_day(asked.day) if asked.is_past else timezone.now()
    return {
        "party": party,
        "speaks_for": speaks_for,
        "heading": _what_it_is(party, [each.corporation.name for each in speaks_for]),
        "lead": _PLAIN_LEADS.get(party.kind, ""),
        "sets": list(party.agreement_sets.all()),
        "agreements": agreements_of(party, moment),
    }


def _what_it_is(party: Organisation, speaks_for: list[str]) -> str:
    """The answer on the page of a party that builds nothing itself."""
    if party.kind == Organisation.Kind.TENANTS and speaks_for:
        return f"{party} spreekt voor de huurders van {words.listed(speaks_for)}"
    what = {
        Organisation.Kind.TENANTS: "een huurdersorganisatie",
        Organisation.Kind.UMBRELLA: "een overleg van partijen in Parkstad",
        Organisation.Kind.CITY_REGION: "de regio waarin de gemeenten samenwerken",
    }
    return f"{party} is {what.get(Organisation.Kind(party.kind), 'een partij')}"


@require_safe
def figures_export(request: SignedInRequest, suffix: str) -> HttpResponseBase:
    """The dashboard's numbers as CSV or XLSX, of today or of the day in ?stand=."""
    if suffix not in SUFFIXES:
        raise Http404
    asked = as_of(request.GET.get("stand", ""))
    return figures_book(picture(asked.day if asked.is_past else None)).response(suffix)
