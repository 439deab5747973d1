"""Homes that two parties (or two years) claim: both sides, which counts, and the ruling."""

import logging
from collections.abc import Iterable

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from housing import access, tallies
from housing.access import SignedInRequest, require
from housing.doubles import Side, side_of
from housing.forms import RulingForm
from housing.models import Claim, Ruling

audit = logging.getLogger("audit")
RELATED = (
    "organisation", "submission__organisation", "row__project", "row__municipality", "lost_to",
)  # fmt: skip


@require_safe
def claims(request: SignedInRequest) -> HttpResponse:
    """Every home that is claimed twice now, as far as this reader is a side of it."""
    user = request.user
    require(
        access.can_see_claims(user),
        "Dubbel gemelde woningen zien de twee partijen zelf en de coördinator.",
    )
    readable = Claim.objects.filter(access.readable_claims(user))
    losing = Claim.objects.filter(until=None, lost_to__isnull=False, pk__in=readable.values("pk"))
    found = losing.select_related(*RELATED, "lost_to__organisation").order_by("-since", "-pk")
    page = {"claims": found[:500], "may_rule": access.can_rule(user)}
    return render(request, "housing/claims.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sides of one home; POST is the coordinator's ruling."""
    readable = Claim.objects.filter(access.readable_claims(request.user))
    found = get_object_or_404(readable.select_related(*RELATED), pk=pk)
    sides = sides_of(found)
    rulings = rulings_on(sides)
    if len(sides) < 2 and not rulings:
        raise Http404
    if request.method == "POST":
        require(access.can_rule(request.user), "Beslissen doet de coördinator.")
    form = RulingForm(request.POST or None, claims=[side.claim for side in sides])
    if request.method == "POST" and form.is_valid():
        return _rule(request, found, form.cleaned_data["winner"], form.cleaned_data["reason"])
    page = {
        "claim": found,
        "sides": sides,
        "rulings": rulings,
        "form": form,
        "may_rule": access.can_rule(request.user) and len(sides) > 1,
    }
    return render(request, "housing/claim.html", page, status=400 if form.errors else 200)


def sides_of(found: Claim) -> list[Side]:
    """The claims on the home of `found` that are in force, the one that counts first."""
    winner = found.lost_to_id or found.pk
    group = Claim.objects.filter(Q(pk=winner) | Q(lost_to=winner), until=None)
    claims = list(group.select_related(*RELATED).order_by("lost_to", "since", "pk"))
    if not any(each.pk == found.pk for each in claims):
        claims.append(found)
    claims.sort(key=lambda each: (each.pk != winner, each.since, each.pk))
    return [side_of(each, claims) for each in claims]


def rulings_on(sides: Iterable[Side]) -> list[Ruling]:
    """Every ruling among these claims, the newest first."""
    pks = [side.claim.pk for side in sides]
    among = Ruling.objects.filter(Q(winner__in=pks) | Q(loser__in=pks))
    return list(among.select_related("winner__organisation", "loser__organisation", "actor"))


def _rule(request: SignedInRequest, found: Claim, winner: int, reason: str) -> HttpResponse:
    """Keep the ruling against every other claim on the home, in one go."""
    try:
        with transaction.atomic():
            tallies.lock_books()
            sides = {side.claim.pk: side.claim for side in sides_of(found)}
            moment = timezone.now()
            for pk, loser in sides.items():
                if pk != winner:
                    tallies.rule_on(
                        sides[winner], loser, reason=reason, actor=request.user, moment=moment
                    )
    except (tallies.LaterEventError, KeyError):
        messages.error(request, "Er is intussen iets veranderd. Kijk opnieuw en beslis dan.")
    else:
        messages.success(request, "De beslissing is bewaard en geldt vanaf nu.")
        audit.info("rule claim=%d winner=%d by=%d", found.pk, winner, request.user.pk)
    return redirect("housing:claim", found.pk)
