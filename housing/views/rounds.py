"""The coordinator's rounds: who owes what, days, more time, messages; one page a round."""

import logging
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from housing import access, notices, rounds
from housing.access import SignedInRequest, require
from housing.deadlines import windows_of
from housing.forms_rounds import ExtensionForm, NewRoundForm, ReopenForm, RoundDaysForm
from housing.meanwhile import alone
from housing.models import Extension, Notice, Organisation, Round, Submission
from housing.reopening import reopen as reopen_version
from housing.versions import VersionError
from housing.views.review import waiting_for
from housing.wording import dutch_date, listed

audit = logging.getLogger("audit")
ONLY_COORDINATOR = "Rondes beheert de coördinator van de Stadsregio."
MESSAGES_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def round_list(request: SignedInRequest) -> HttpResponse:
    """All rounds with their days, newest first; the coordinator makes a new one here."""
    require(access.is_coordinator(request.user), ONLY_COORDINATOR)
    form = NewRoundForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        made = rounds.open_new(form.round())
        audit.info("new round=%d year=%d by=%d", made.pk, made.year, request.user.pk)
        messages.success(request, f"{made} is gemaakt. Stel nu de dagen vast.")
        return redirect("housing:round_days", made.pk)
    page = {
        "rounds": Round.objects.prefetch_related("terms").order_by("-period_until"),
        "current": rounds.current_round(),
        "form": form,
        "heading": _list_heading(),
    }
    status = 400 if form.errors else 200
    return render(request, "housing/rounds.html", page, status=status)


def _posted(request: SignedInRequest) -> QueryDict | None:
    """What was sent, also when it is empty; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def _list_heading() -> str:
    current = rounds.current_round()
    if current is None:
        return "Er is nog geen ronde begonnen"
    if current.closes_on is None:
        return f"{current} loopt; er is nog geen laatste dag vastgesteld"
    if timezone.localdate() <= current.closes_on:
        return f"{current} loopt tot en met {dutch_date(current.closes_on)}"
    return f"{current} is gesloten sinds {dutch_date(current.closes_on)}"


@require_safe
def round_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """One round: the parties × parts with their state, what waits, and what can be done."""
    require(access.is_coordinator(request.user), ONLY_COORDINATOR)
    found = get_object_or_404(Round, pk=pk)
    groups = rounds.table_of(found)
    owing = [row for group in groups for row in group.rows if row.owes]
    waiting = [each for each in waiting_for(request) if each.submission.year == found.year]
    page = {
        "round": found,
        "groups": groups,
        "heading": rounds.heading_of(groups),
        "owing": len(owing),
        "waiting": waiting,
        "days": _days_in_words(found),
        "extensions": Extension.objects.filter(round=found).select_related("organisation"),
    }
    return render(request, "housing/round.html", page)


def _days_in_words(round_: Round) -> list[tuple[str, str]]:
    """Each kind of party with its last days, in words."""
    today = timezone.localdate()
    kinds: dict[str, Organisation] = {}
    for part in round_.parts.select_related("organisation"):
        kinds.setdefault(part.organisation.kind, part.organisation)
    # An unsaved party of the kind has the kind's days without anybody's extension.
    parties = [Organisation(pk=-number, kind=kind) for number, kind in enumerate(kinds, start=1)]
    windows = windows_of([round_], parties)
    by_words: dict[str, list[str]] = {}
    for party in parties:
        told = windows[round_.pk, party.pk].in_words(today)
        words = told[:1].lower() + told[1:]  # it follows a colon
        by_words.setdefault(words, []).append(rounds.PLURALS[party.kind].lower())
    if len(by_words) == 1:
        return [("Iedereen", words) for words in by_words]
    return [(listed(kinds).capitalize(), words) for words, kinds in by_words.items()]


@require_http_methods(["GET", "HEAD", "POST"])
@alone(Round, pk="pk")
def round_days(request: SignedInRequest, pk: int) -> HttpResponse:
    """Opening, last days for each kind of party, corrections, reminders."""
    require(access.is_coordinator(request.user), ONLY_COORDINATOR)
    found = get_object_or_404(Round, pk=pk)
    form = RoundDaysForm(_posted(request), round_=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        audit.info("days of round=%d by=%d", found.pk, request.user.pk)
        messages.success(request, "De dagen van de ronde zijn bewaard.")
        if form.told:
            messages.info(request, form.told)
        return redirect("housing:round", found.pk)
    page = {"round": found, "form": form}
    return render(request, "housing/round_days.html", page, status=400 if form.errors else 200)


@require_POST
def remind(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write to one party (?partij) or to all that still owe something; once a day each."""
    require(access.is_coordinator(request.user), ONLY_COORDINATOR)
    found = get_object_or_404(Round, pk=pk)
    slug = request.POST.get("party", "")
    groups = rounds.table_of(found)
    parties = [
        row.organisation
        for group in groups
        for row in group.rows
        if row.owes and slug in ("", row.organisation.slug)
    ]
    due = notices.by_hand(found, parties, timezone.localdate())
    sent = notices.send(due)
    audit.info("reminded round=%d mails=%d by=%d", found.pk, sent, request.user.pk)
    silent = notices.nobody_to_write_to(due)
    if silent:
        names = ", ".join(party.name for party in silent)
        messages.warning(request, f"Niemand voert in voor: {names}. Zij kregen geen bericht.")
    if sent:
        word = "bericht" if sent == 1 else "berichten"
        messages.success(request, f"{sent} {word} verstuurd aan wie nog moet opgeven.")
    elif not parties:
        messages.info(request, "Niemand hoeft nog iets: er is geen bericht verstuurd.")
    elif not silent:
        messages.info(request, "Wie nog moet, kreeg vandaag al een bericht. Morgen kan het weer.")
    return redirect("housing:round", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def extension(request: SignedInRequest, pk: int, organisation: str) -> HttpResponse:
    """More time for one party, with a reason."""
    require(access.is_coordinator(request.user), ONLY_COORDINATOR)
    found = get_object_or_404(Round, pk=pk)
    asked = Organisation.objects.filter(parts__round=found).distinct()
    party = get_object_or_404(asked, slug=organisation)
    form = ExtensionForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            rounds.extend(found, party, actor=request.user, **form.cleaned_data)
        except rounds.RoundError as error:
            form.add_error(None, str(error))
        else:
            until: date = form.cleaned_data["until"]
            audit.info("extension round=%d organisation=%s by=%d", found.pk, party.slug,
                       request.user.pk)  # fmt: skip
            told = f"{party} kan opgeven tot en met {dutch_date(until)}."
            messages.success(request, told)
            return redirect("housing:round", found.pk)
    page = {
        "round": found,
        "party": party,
        "form": form,
        "window": windows_of([found], [party])[found.pk, party.pk].in_words(timezone.localdate()),
        "earlier": Extension.objects.filter(round=found, organisation=party),
    }
    return render(request, "housing/extension.html", page, status=400 if form.errors else 200)


@require_safe
def round_messages(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was sent to whom: all for the coordinator, one's own organisations' for others."""
    found = get_object_or_404(Round, pk=pk)
    sent = Notice.objects.filter(round=found).select_related("organisation")
    if not access.is_coordinator(request.user):
        sent = sent.filter(organisation__in=access.own_organisations(request.user))
    page = {
        "round": found,
        "notices": sent[:MESSAGES_SHOWN],
        "count": sent.count(),
        "is_coordinator": access.is_coordinator(request.user),
    }
    return render(request, "housing/round_messages.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new concept from an accepted version, with a mandatory reason."""
    visible = Submission.objects.visible_to(request.user).select_related("organisation", "round")
    found = get_object_or_404(visible, pk=pk)
    require(access.is_coordinator(request.user), "Heropenen doet de coördinator.")
    form = ReopenForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                reopen_version(found, actor=request.user, **form.cleaned_data)
        except VersionError as error:
            messages.error(request, str(error))
            return redirect("housing:submission", found.pk)
        audit.info("reopen submission=%d organisation=%s year=%d by=%d", found.pk,
                   found.organisation.slug, found.year, request.user.pk)  # fmt: skip
        told = (
            f"{found.organisation} kan de opgave over {found.year} weer veranderen. "
            "Wat vastgesteld is, telt tot de nieuwe versie is vastgesteld."
        )
        messages.success(request, told)
        return redirect("housing:submission", found.pk)
    page: dict[str, Any] = {"submission": found, "form": form}
    return render(request, "housing/reopen.html", page, status=400 if form.errors else 200)
