"""A dispute: both sides and the coordinator see it, talk about it and settle it."""

import logging

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from housing import access, disputes
from housing.access import SignedInRequest, require
from housing.confirmations import row_of
from housing.dispute_talk import MOST_WORDS, look, said_about, side_of, tell
from housing.models import Confirmation, CountingRule, StockChange, Submission, end_of_day
from housing.shown import shown_rows

audit = logging.getLogger("audit")
MOST_ROWS = 50
STEPS = ("zeg", "klopt", "blijft")


class SayForm(forms.Form):
    """Something to say to the other side."""

    text = forms.CharField(
        label="Uw bericht",
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Schrijf eerst uw bericht.",
            "max_length": "Maak het bericht korter dan 2.000 tekens.",
        },
    )


class SettleForm(forms.Form):
    """Why the coordinator leaves the figure as it is."""

    reason = forms.CharField(
        label="Waarom blijft het cijfer zo?",
        help_text="Beide partijen lezen dit. Daarmee is de betwisting opgelost.",
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Schrijf waarom het cijfer zo blijft."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a dispute to its two sides and the coordinator; POST says or settles something."""
    word = _find(request, pk)
    newest = _newest(word)
    if newest.pk != word.pk and request.method != "POST":
        return redirect("housing:dispute", newest.pk)
    if request.method != "POST":
        look(request.user, newest)
        return _show(request, newest)
    step = request.POST.get("part", "")
    if step not in STEPS:
        raise Http404
    if step == "zeg":
        return _say(request, newest)
    return _withdraw(request, newest) if step == "klopt" else _settle(request, newest)


def _find(request: SignedInRequest, pk: int) -> Confirmation:
    found = Confirmation.objects.filter(disputes=True).select_related(
        "municipality", "submission__organisation", "submission__round", "actor"
    )
    if not access.is_coordinator(request.user):
        own = access.own_organisations(request.user)
        found = found.filter(Q(municipality__in=own) | Q(submission__organisation__in=own))
    return get_object_or_404(found, pk=pk)


def _newest(word: Confirmation) -> Confirmation:
    """The same dispute as it stands now: it follows a newer version."""
    found = disputes.open_disputes(
        word.municipality_id, word.submission.organisation_id, word.submission.year
    )
    if not found or any(each.pk == word.pk for each in found[:1]):
        return word
    return Confirmation.objects.select_related(
        "municipality", "submission__organisation", "submission__round", "actor"
    ).get(pk=found[0].pk)


def _say(request: SignedInRequest, word: Confirmation) -> HttpResponse:
    side = side_of(request.user, word)
    if side is None:
        require(False, "Meepraten doen de invoerders van beide partijen en de coördinator.")
        raise Http404
    form = SayForm(request.POST)
    if not form.is_valid():
        return _show(request, word, saying=form, status=400)
    tell(word, form.cleaned_data["text"], by=request.user, side=side)
    audit.info("dispute=%d said by=%d", word.pk, request.user.pk)
    messages.success(
        request, "Uw bericht staat er. De andere partij vindt het op haar startpagina."
    )
    return redirect("housing:dispute", word.pk)


def _withdraw(request: SignedInRequest, word: Confirmation) -> HttpResponse:
    own = access.own_organisations(request.user, roles=access.ENTERING)
    require(
        word.municipality_id in own,
        f"Alleen {word.municipality} kan deze betwisting intrekken.",
    )
    try:
        disputes.withdraw(word, by=request.user)
    except disputes.ConfirmationError as error:
        messages.warning(request, str(error))
    else:
        audit.info("dispute=%d withdrawn by=%d", word.pk, request.user.pk)
        messages.success(request, "De betwisting is ingetrokken. Het cijfer klopt.")
    return redirect("housing:dispute", word.pk)


def _settle(request: SignedInRequest, word: Confirmation) -> HttpResponse:
    require(access.is_coordinator(request.user), "Dit beslist de coördinator van de Stadsregio.")
    form = SettleForm(request.POST, auto_id="id_settle_%s")
    if not form.is_valid():
        return _show(request, word, settling=form, status=400)
    try:
        disputes.settle(word, reason=form.cleaned_data["reason"])
    except disputes.ConfirmationError as error:
        messages.warning(request, str(error))
    else:
        audit.info("dispute=%d settled by=%d", word.pk, request.user.pk)
        messages.success(request, "De betwisting is opgelost. Het cijfer blijft zoals het is.")
    return redirect("housing:dispute", word.pk)


def _show(
    request: SignedInRequest,
    word: Confirmation,
    *,
    saying: SayForm | None = None,
    settling: SettleForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user, about = request.user, word.submission
    own = access.own_organisations(user, roles=access.ENTERING)
    is_open = word.settled_at is None
    rows = StockChange.objects.visible_to(user).filter(
        submission=about, municipality=word.municipality
    )
    related = rows.select_related("municipality", "project", "submission")
    shown = list(related.order_by("-homes", "pk")[:MOST_ROWS])
    rule = CountingRule.rule_at(end_of_day(about.covers_until))
    coordinator = access.is_coordinator(user)
    page = {
        "word": word,
        "about": about,
        "row": row_of(word.municipality, about.organisation, about.year),
        "is_open": is_open,
        "rows": shown_rows(shown, about, access.field_rights(user), rule),
        "count": rows.count(),
        "said": said_about(word),
        "saying": (saying or SayForm()) if side_of(user, word) else None,
        "is_officer": word.municipality_id in own,
        "is_corporation": about.organisation_id in own,
        "is_coordinator": coordinator,
        "settles": coordinator and is_open and about.status == Submission.Status.ACCEPTED,
        "settling": settling or SettleForm(auto_id="id_settle_%s"),
        "may_correct": access.can_report(user, about.organisation, about.round),
    }
    return render(request, "housing/dispute.html", page, status=status)
