"""The agreements: a list by theme, and a page for each."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.forms.filters import AgreementFilter
from agreements.models import Agreement, Theme, Vision
from agreements.promises import answer, by_theme, in_words, promise_of, signatories
from housing.access import SignedInRequest
from housing.models import CountingRule


@require_safe
def agreement_list(request: SignedInRequest) -> HttpResponse:
    """All agreements by theme, narrowed to a party or a kind if asked."""
    now = timezone.now()
    known = list(Agreement.objects.known_at(now).for_reading())
    chosen = AgreementFilter(request.GET)
    chosen.is_valid()
    shown = chosen.narrow(known)
    page = {
        "form": chosen,
        "heading": answer(known, shown, chosen.party, chosen.kind),
        "is_narrowed": len(shown) != len(known),
        "set": known[0].set if known else None,
        "groups": by_theme(shown, now),
        "themes": Theme.objects.without_agreements(),
        "vision": Vision.objects.order_by("-first_year").first(),
    }
    return render(request, "agreements/list.html", page)


@require_safe
def agreement(request: SignedInRequest, slug: str) -> HttpResponse:
    """One agreement: what it says and means, who is responsible, its number and its source."""
    now = timezone.now()
    found = get_object_or_404(Agreement.objects.known_at(now).for_reading(), slug=slug)
    promise = promise_of(found, now)
    rules = CountingRule.objects.filter(known_from__lte=now)
    page = {
        "agreement": found,
        "responsible": in_words(found, signatories([found.set])[found.set_id]),
        "promise": promise,
        "rule": rules.order_by("known_from", "number").last() if promise else None,
        "others": found.theme.agreements.known_at(now).exclude(pk=found.pk),
    }
    return render(request, "agreements/agreement.html", page)
