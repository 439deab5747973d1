"""Changing a number: its whole, the shares in it, and what is accepted for a while."""

import logging
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from agreements import access, targets
from agreements.forms.targets import DeviationForm, SplitForm, TargetForm
from agreements.models import Agreement, Deviation, Target
from agreements.targets import NewerTargetError, TargetError
from housing.access import SignedInRequest, require
from housing.codes import Segment
from housing.models import Organisation

audit = logging.getLogger("audit")
METHODS = ["GET", "HEAD", "POST"]
WHO = (
    "Doelen verandert de coördinator. In lokale afspraken doen de gemeente en haar corporaties dat."
)
NO_NUMBER = "Deze afspraak heeft geen getal. Zij wordt gevolgd met wat partijen ervan zeggen."
NO_DEVIATION = "Een afwijking is een lager getal. Deze afspraak heeft geen doel waar dat bij hoort."


@require_http_methods(METHODS)
def target(request: SignedInRequest, slug: str) -> HttpResponse:
    """Revise the number of the whole: a new version with its decision and reason."""
    found = _find(request, slug)
    if found.kind != Agreement.Kind.TARGET:
        return _turn_away(request, found, NO_NUMBER)
    newest = targets.whole_of(found)
    years = _years(found, newest)
    form = TargetForm(request.POST or None, years=years, newest=newest)
    if request.method == "POST" and form.is_valid():
        try:
            stored = targets.revise(
                found,
                form.number,
                form.decided,
                by=request.user,
                seen=form.saw,
                scope=newest.scope if newest else targets.REGION,
                municipality=newest.municipality if newest else None,
            )
        except NewerTargetError as problem:
            form.add_error(None, str(problem))
            form.meet(newest)
        except TargetError as problem:
            form.add_error(None, str(problem))
        else:
            audit.info("target=%d agreement=%s by=%d", stored.pk, found.slug, request.user.pk)
            messages.success(request, _kept(stored))
            return redirect("monitoring:agreement", found.slug)
    page = {
        "agreement": found,
        "form": form,
        "newest": newest,
        "versions": _shown(targets.versions_of(found, newest.scope)) if newest else [],
    }
    return _page(request, "agreements/target.html", page, form)


@require_http_methods(METHODS)
def split(request: SignedInRequest, slug: str) -> HttpResponse:
    """Give a part of the number to a party; for a restraint, a signal value to a corporation."""
    found = _find(request, slug)
    if found.kind not in (Agreement.Kind.TARGET, Agreement.Kind.RESTRAINT):
        return _turn_away(request, found, NO_NUMBER)
    whole = targets.whole_of(found)
    main = whole.segment if whole else Segment.SOCIAL_RENT.value
    scope, newest, fixed = _share(found, request.GET.get("voor", ""))
    form = SplitForm(
        request.POST or None,
        agreement=found,
        years=_years(found, newest),
        newest=newest,
        fixed=fixed,
        segment=newest.segment if newest else main,
    )
    if request.method == "POST" and form.is_valid():
        municipality, corporation = form.parties
        scope = scope or targets.scope_of(municipality, corporation, form.segment_value, main)
        try:
            stored = _keep_share(request, found, form, scope, municipality, corporation)
        except NewerTargetError as problem:
            form.add_error(None, str(problem))
            form.meet(newest)
        except TargetError as problem:
            form.add_error(None, str(problem))
        else:
            audit.info("share=%d agreement=%s by=%d", stored.pk, found.slug, request.user.pk)
            messages.success(request, "Het aantal is bewaard en geldt vanaf nu.")
            return redirect("monitoring:bids", found.slug)
    page = {
        "agreement": found,
        "form": form,
        "newest": newest,
        "fixed": [party for party in fixed or () if party],
        "whole": whole,
        "versions": _shown(targets.versions_of(found, scope)) if scope else [],
        "is_restraint": found.kind == Agreement.Kind.RESTRAINT,
        "form_url": request.get_full_path(),
    }
    return _page(request, "agreements/split.html", page, form)


def _keep_share(
    request: SignedInRequest,
    found: Agreement,
    form: SplitForm,
    scope: str,
    municipality: Organisation | None,
    corporation: Organisation | None,
) -> Target:
    if form.fixed is None and (there := targets.newest_of(found, scope)) and there.years.all():
        names = ", ".join(str(party) for party in (municipality, corporation) if party)
        raise TargetError(f"{names} heeft al een aantal. Kies “Verander” in de tabel.")
    seen = form.saw
    if form.fixed is None:
        left = targets.newest_of(found, scope)
        seen = left.pk if left else 0
    return targets.revise(
        found,
        form.number,
        form.decided,
        by=request.user,
        seen=seen,
        scope=scope,
        municipality=municipality,
        corporation=corporation,
    )


@require_http_methods(METHODS)
def deviation(request: SignedInRequest, slug: str) -> HttpResponse:
    """Accept a lower number for a while; below the form what is and was accepted."""
    found = _find(request, slug)
    if found.kind != Agreement.Kind.TARGET:
        return _turn_away(request, found, NO_DEVIATION)
    today = timezone.localdate()
    years = [year for year in _years(found, None) if year >= today.year] or _years(found, None)
    form = DeviationForm(request.POST or None, parties=targets.concerned(found), years=years)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            stored = targets.deviate(
                found,
                organisation=data["organisation"],
                year=data["year"],
                homes=data["homes"],
                reason=data["reason"],
                until=data["until"],
                by=request.user,
            )
        except TargetError as problem:
            form.add_error(None, str(problem))
        else:
            audit.info("deviation=%d agreement=%s by=%d", stored.pk, found.slug, request.user.pk)
            messages.success(request, "De afwijking is bewaard. Zij eindigt vanzelf.")
            return redirect("agreements:deviation", found.slug)
    known = list(found.deviations.select_related("organisation"))
    page = {
        "agreement": found,
        "form": form,
        "running": [each for each in known if each.ends_on >= today],
        "over": [each for each in known if each.ends_on < today],
    }
    return _page(request, "agreements/deviation.html", page, form)


@require_POST
def deviation_end(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Take a deviation back: it ends today."""
    found = _find(request, slug)
    running = get_object_or_404(Deviation, agreement=found, pk=pk)
    try:
        targets.end(running)
    except TargetError as problem:
        messages.error(request, str(problem))
    else:
        audit.info("deviation=%d ended by=%d", running.pk, request.user.pk)
        messages.success(request, "De afwijking eindigt vandaag. Vanaf morgen geldt het doel weer.")
    return redirect("agreements:deviation", found.slug)


def _find(request: SignedInRequest, slug: str) -> Agreement:
    known = Agreement.objects.known_at(timezone.now()).filter(
        access.readable_agreements(request.user)
    )
    found = get_object_or_404(
        known.select_related("set__municipality").prefetch_related("set__parties", "responsible"),
        slug=slug,
    )
    require(access.can_edit_agreement(request.user, found), WHO)
    return found


def _turn_away(request: SignedInRequest, found: Agreement, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect("monitoring:agreement", found.slug)


def _share(
    found: Agreement, scope: str
) -> tuple[str, Target | None, tuple[Organisation | None, Organisation | None] | None]:
    """The share that ?voor= names: its scope, its version, and whose it is. 404 if unknown."""
    if not scope:
        return "", None, None
    newest = targets.newest_of(found, scope)
    if newest is not None:
        return scope, newest, (newest.municipality, newest.corporation)
    kinds = [Organisation.Kind.CORPORATION]
    if found.kind != Agreement.Kind.RESTRAINT:
        kinds.append(Organisation.Kind.MUNICIPALITY)
    party = Organisation.objects.filter(slug=scope, kind__in=kinds).first()
    if party is None:
        raise Http404
    is_place = party.kind == Organisation.Kind.MUNICIPALITY
    return scope, None, (party, None) if is_place else (None, party)


def _years(found: Agreement, newest: Target | None) -> list[int]:
    years = set(range(found.set.first_year, found.set.last_year + 1))
    return sorted(years | set(targets.pace_of(newest)))


def _shown(versions: Sequence[Target]) -> list[dict[str, Any]]:
    return [
        {"target": version, "years": sorted(targets.pace_of(version).items())}
        for version in versions
    ]


def _kept(stored: Target) -> str:
    """What was kept, and why years and total may differ."""
    together = sum(targets.pace_of(stored).values())
    said = "Het nieuwe getal is bewaard en geldt vanaf nu. Wat eerder gold, blijft te lezen."
    if stored.total is not None and together and together != stored.total:
        said += f" De jaren zijn samen {_dots(together)}, het totaal is {_dots(stored.total)}."
    return said


def _dots(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _page(request: SignedInRequest, template: str, page: dict[str, Any], form: Any) -> HttpResponse:
    return render(request, template, page, status=400 if form.errors else 200)
