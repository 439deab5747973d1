"""Keeping a local set: its agreements, and who is party to it."""

import logging

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agreements import access, local_text
from agreements.forms.local import AgreementForm, PartiesForm
from agreements.local import LocalError
from agreements.models import Agreement, AgreementSet
from agreements.views.keeping import METHODS, Crumb, Sheet, refuse
from agreements.views.local import WHO_KEEPS, find_set
from housing.access import SignedInRequest, require
from housing.meanwhile import alone

audit = logging.getLogger("audit")


@require_http_methods(METHODS)
def agreement_add(request: SignedInRequest, municipality: str, year: int) -> HttpResponse:
    """Add an agreement to a set."""
    return _agreement(request, _kept(request, municipality, year), None)


@require_http_methods(METHODS)
@alone(AgreementSet, municipality__slug="municipality", first_year="year")
def agreement_change(
    request: SignedInRequest, municipality: str, year: int, pk: int
) -> HttpResponse:
    """Change an agreement; once somebody signed, with a reason."""
    set_ = _kept(request, municipality, year)
    return _agreement(request, set_, _find(set_, pk))


@require_http_methods(METHODS)
def agreement_remove(
    request: SignedInRequest, municipality: str, year: int, pk: int
) -> HttpResponse:
    """Ask first (GET), then take an agreement out of a set that nobody signed (POST)."""
    set_ = _kept(request, municipality, year)
    found = _find(set_, pk)
    if request.method != "POST":
        sheet = Sheet(
            title="Afspraak weghalen",
            heading=f"Wilt u “{found.title}” weghalen?",
            lead=f"De afspraak verdwijnt uit de afspraken over {year}. Dat kan zolang niemand "
            "heeft getekend.",
            crumbs=[*crumbs(set_), Crumb(f"Afspraak {found.number}", _url(set_, found))],
            button="Haal deze afspraak weg",
        )
        return render(request, "agreements/register_remove.html", {"sheet": sheet})
    try:
        local_text.drop_agreement(found)
    except LocalError as error:
        return refuse(request, str(error), page_of(set_))
    audit.info("local agreement removed=%d set=%s by=%d", pk, set_.slug, request.user.pk)
    messages.success(request, f"“{found.title}” is weggehaald.")
    return redirect(page_of(set_))


@require_http_methods(METHODS)
@alone(AgreementSet, municipality__slug="municipality", first_year="year")
def parties(request: SignedInRequest, municipality: str, year: int) -> HttpResponse:
    """Say which corporations and tenants' organisations are party to a set."""
    set_ = _kept(request, municipality, year)
    # Nothing ticked is an answer too.
    form = PartiesForm(request.POST if request.method == "POST" else None, set_=set_)
    if request.method == "POST" and form.is_valid():
        try:
            local_text.set_parties(set_, form.wanted)
        except LocalError as error:
            form.add_error(None, str(error))
        else:
            audit.info("local set parties set=%s by=%d", set_.slug, request.user.pk)
            messages.success(request, "De partijen zijn bewaard.")
            return redirect(page_of(set_))
    sheet = Sheet(
        title="Partijen kiezen",
        heading=f"Wie maakt de afspraken over {year} in {set_.municipality}?",
        lead=f"{set_.municipality} is altijd partij. Van elke corporatie die u kiest, verwachten "
        "wij een bod; elke partij tekent.",
        crumbs=crumbs(set_),
        button="Bewaar de partijen",
    )
    return show_form(request, sheet, form)


def crumbs(set_: AgreementSet) -> list[Crumb]:
    """The pages above a page of one set."""
    return [
        Crumb("Lokale afspraken", reverse("agreements:local")),
        Crumb(f"{set_.municipality} {set_.first_year}", page_of(set_)),
    ]


def page_of(set_: AgreementSet) -> str:
    """The address of a set."""
    assert set_.municipality is not None, "only local sets have this page"
    return reverse("agreements:local_set", args=[set_.municipality.slug, set_.first_year])


def show_form(request: SignedInRequest, sheet: Sheet, form: object) -> HttpResponse:
    """A form on a page of its own; 400 when what was posted cannot be kept."""
    status = 400 if getattr(form, "errors", None) else 200
    page = {"sheet": sheet, "form": form}
    return render(request, "agreements/local_form.html", page, status=status)


def _agreement(
    request: SignedInRequest, set_: AgreementSet, found: Agreement | None
) -> HttpResponse:
    form = AgreementForm(request.POST or None, set_=set_, agreement=found)
    if request.method == "POST" and form.is_valid():
        try:
            kept = local_text.keep_agreement(
                set_, found, form.words, by=request.user, reason=form.cleaned_data["reason"]
            )
        except LocalError as error:
            form.add_error(None, str(error))
        else:
            audit.info("local agreement kept=%d set=%s by=%d", kept.pk, set_.slug, request.user.pk)
            messages.success(request, f"Afspraak {kept.number} is bewaard.")
            if form.told:
                messages.info(request, form.told)
            return redirect(page_of(set_))
    return show_form(request, _sheet(set_, found, is_signed=form.is_signed), form)


def _sheet(set_: AgreementSet, found: Agreement | None, *, is_signed: bool) -> Sheet:
    place, year = set_.municipality, set_.first_year
    if found is None:
        return Sheet(
            title="Afspraak toevoegen",
            heading=f"Voeg een afspraak toe voor {year} in {place}",
            lead="Schrijf haar zo dat iemand die er niet bij was, weet wie wat doet en wanneer.",
            crumbs=crumbs(set_),
            button="Bewaar deze afspraak",
        )
    lead = "Wat u hier bewaart, lezen alle partijen."
    if is_signed:
        lead = "Er is al getekend. Verander alleen wat alle partijen willen, en schrijf waarom."
    return Sheet(
        title=f"Afspraak {found.number} bijwerken",
        heading=f"Werk “{found.title}” bij",
        lead=lead,
        crumbs=crumbs(set_),
        button="Bewaar deze afspraak",
        remove_url="" if is_signed else _url(set_, found, "remove"),
        remove_label="Hoort deze afspraak er niet bij? Haal haar weg",
    )


def _url(set_: AgreementSet, agreement: Agreement, what: str = "change") -> str:
    assert set_.municipality is not None, "only local sets have this page"
    where = [set_.municipality.slug, set_.first_year, agreement.pk]
    return reverse(f"agreements:local_agreement_{what}", args=where)


def _kept(request: SignedInRequest, municipality: str, year: int) -> AgreementSet:
    set_ = find_set(request.user, municipality, year)
    require(access.can_keep_set(request.user, set_), WHO_KEEPS)
    return set_


def _find(set_: AgreementSet, pk: int) -> Agreement:
    agreements = set_.agreements.select_related("set__municipality").for_reading()
    return get_object_or_404(agreements, pk=pk)
