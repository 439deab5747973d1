"""What parties do in a local set: bid, sign, take a signature back, react, evaluate."""

import logging
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from agreements import access, local_steps
from agreements.forms.local import BidForm, EvaluationForm, ReactionForm, SignForm
from agreements.local import LocalError
from agreements.models import AgreementSet
from agreements.views.keeping import METHODS, Sheet, refuse
from agreements.views.local import find_set, show_set
from agreements.views.local_keep import crumbs, page_of, show_form
from housing.access import SignedInRequest, require
from housing.meanwhile import alone
from housing.models import Organisation

audit = logging.getLogger("audit")
WHO_BIDS = "Een bod legt de corporatie zelf vast, of de ambtenaar wonen van de gemeente."
WHO_SIGNS = "Tekenen doet een indiener van een partij bij deze afspraken, voor de eigen partij."
WHO_REACTS = "Een reactie schrijft een partij bij deze afspraken, voor zichzelf."
WHO_EVALUATES = "De evaluatie legt de ambtenaar wonen van de gemeente vast."


@require_http_methods(METHODS)
@alone(AgreementSet, municipality__slug="municipality", first_year="year")
def bid(request: SignedInRequest, municipality: str, year: int) -> HttpResponse:
    """Register a corporation's bid, or change what was written of it (?van=slug)."""
    set_ = find_set(request.user, municipality, year)
    parties = access.bids_for(request.user, set_)
    require(bool(parties), WHO_BIDS)
    form = BidForm(
        request.POST or None, parties=parties, initial=_stored_bid(set_, _asked(request, parties))
    )
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        done = _attempt(
            form,
            lambda: local_steps.register_bid(
                set_,
                found["party"],
                on=found["received_on"],
                text=found["text"],
                link=found["link"],
                by=request.user,
            ),
        )
        if done:
            audit.info("local bid set=%s by=%d", set_.slug, request.user.pk)
            messages.success(request, f"Het bod van {found['party']} is vastgelegd.")
            return redirect(page_of(set_))
    sheet = Sheet(
        title="Bod vastleggen",
        heading=f"Leg een bod vast voor {year} in {set_.municipality}",
        lead="Een bod is het overzicht van wat de corporatie dat jaar wil doen. Alle partijen "
        "lezen wat u hier invult.",
        crumbs=crumbs(set_),
        button="Leg dit bod vast",
    )
    return show_form(request, sheet, form)


@require_http_methods(METHODS)
def sign(request: SignedInRequest, municipality: str, year: int) -> HttpResponse:
    """Sign in the name of one's own party."""
    set_ = find_set(request.user, municipality, year)
    mine = access.signs_for(request.user, set_)
    require(bool(mine), WHO_SIGNS)
    signed = {each.organisation_id for each in set_.signatures.all()}
    parties = [party for party in mine if party.pk not in signed]
    if not parties:
        return refuse(request, "Uw partij heeft al getekend.", page_of(set_))
    form = SignForm(request.POST or None, parties=parties, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        party, on = form.cleaned_data["party"], form.cleaned_data["on"]
        if _attempt(form, lambda: local_steps.sign(set_, party, on=on, by=request.user)):
            audit.info("local signature set=%s party=%s by=%d", set_.slug, party.slug,
                       request.user.pk)  # fmt: skip
            messages.success(request, f"{party} heeft getekend.")
            return redirect(page_of(set_))
    count = set_.agreements.count()
    name = parties[0].name if len(parties) == 1 else "uw partij"
    sheet = Sheet(
        title="Tekenen",
        heading=f"Teken namens {name} de {count} afspraken over {year} in {set_.municipality}",
        lead="Daarna verandert de tekst alleen nog met een reden, die iedereen leest. Tot alle "
        "partijen hebben getekend, kunt u uw handtekening intrekken.",
        crumbs=crumbs(set_),
        button="Teken deze afspraken",
    )
    return show_form(request, sheet, form)


@require_POST
def take_back(request: SignedInRequest, municipality: str, year: int) -> HttpResponse:
    """Take back one's own party's signature while not everybody signed."""
    set_ = find_set(request.user, municipality, year)
    mine = access.signs_for(request.user, set_)
    require(bool(mine), WHO_SIGNS)
    asked = request.POST.get("party", "")
    party = next((each for each in mine if each.slug == asked), None)
    require(party is not None, WHO_SIGNS)
    assert party is not None, "just required"
    try:
        local_steps.take_back_signature(set_, party)
    except LocalError as error:
        return refuse(request, str(error), page_of(set_))
    audit.info("local signature back set=%s party=%s by=%d", set_.slug, party.slug,
               request.user.pk)  # fmt: skip
    messages.success(request, f"De handtekening van {party} is ingetrokken.")
    return redirect(page_of(set_))


@require_POST
def react(request: SignedInRequest, municipality: str, year: int) -> HttpResponse:
    """Say something of the set in the name of one's own party."""
    set_ = find_set(request.user, municipality, year)
    parties = access.speaks_for(request.user, set_)
    require(bool(parties), WHO_REACTS)
    form = ReactionForm(request.POST, parties=parties)
    if not form.is_valid():
        return show_set(request, set_, form)
    found = form.cleaned_data
    local_steps.react(set_, found["party"], found["text"], by=request.user)
    messages.success(request, f"De reactie van {found['party']} is bewaard.")
    return redirect(f"{page_of(set_)}#reacties")


@require_http_methods(METHODS)
@alone(AgreementSet, municipality__slug="municipality", first_year="year")
def evaluation(request: SignedInRequest, municipality: str, year: int) -> HttpResponse:
    """Write down when the parties looked back, and what they found."""
    set_ = find_set(request.user, municipality, year)
    require(access.can_evaluate_set(request.user, set_), WHO_EVALUATES)
    stored = {"on": set_.evaluated_on, "text": set_.evaluation}
    form = EvaluationForm(request.POST or None, initial=stored)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        if _attempt(form, lambda: local_steps.evaluate(set_, on=found["on"], text=found["text"])):
            audit.info("local evaluation set=%s by=%d", set_.slug, request.user.pk)
            messages.success(request, "De evaluatie is bewaard.")
            return redirect(page_of(set_))
    sheet = Sheet(
        title="Evalueren",
        heading=f"Wat kwam uit de evaluatie van {year} in {set_.municipality}?",
        lead="Schrijf op wat de partijen samen vonden. Iedereen met een account leest dit.",
        crumbs=crumbs(set_),
        button="Bewaar de evaluatie",
    )
    return show_form(request, sheet, form)


def _attempt(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do it, or lay the reason why it cannot be done in the form."""
    try:
        act()
    except LocalError as error:
        form.add_error(None, str(error))
        return False
    return True


def _asked(request: SignedInRequest, parties: list[Organisation]) -> Organisation | None:
    """The corporation that the link named, or the only one there is."""
    asked = request.GET.get("van", "")
    named = next((party for party in parties if party.slug == asked), None)
    return named or (parties[0] if len(parties) == 1 else None)


def _stored_bid(set_: AgreementSet, corporation: Organisation | None) -> dict[str, Any]:
    """What is known of a corporation's bid already; else today."""
    if corporation is None:
        return {"received_on": timezone.localdate()}
    bid = next((each for each in set_.bids.all() if each.corporation_id == corporation.pk), None)
    if bid is None:
        return {"party": corporation.pk, "received_on": timezone.localdate()}
    return {
        "party": corporation.pk,
        "received_on": bid.received_on,
        "text": bid.text,
        "link": bid.link,
    }
