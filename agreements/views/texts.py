"""Keeping the text of an agreement and its milestones: who keeps its set."""

import logging

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agreements import access
from agreements.forms.texts import AgreementTextForm, MilestoneForm, ReachedForm
from agreements.models import Agreement, Milestone
from agreements.texts import add_milestone, reach, reword
from housing.access import SignedInRequest, require
from housing.meanwhile import REMOVE_ANYWAY, alone

audit = logging.getLogger("audit")


def find_to_keep(request: SignedInRequest, slug: str) -> Agreement:
    """The agreement, for somebody who keeps it; 404 unknown, 403 not hers."""
    known = Agreement.objects.known_at(timezone.now()).filter(
        access.readable_agreements(request.user)
    )
    found = get_object_or_404(known.select_related("set__municipality", "theme"), slug=slug)
    who = "de coördinator" if not found.set.is_local else "de partijen van deze lokale afspraken"
    require(
        access.can_edit_agreement(request.user, found),
        f"Deze afspraak verandert alleen door {who}.",
    )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@alone(Agreement, slug="slug")
def wording(request: SignedInRequest, slug: str) -> HttpResponse:
    """Change what an agreement says; how it was worded stays readable."""
    found = find_to_keep(request, slug)
    form = AgreementTextForm(request.POST or None, agreement=found)
    if request.method == "POST" and form.is_valid():
        former = reword(found, form.values, reason=form.cleaned_data["reason"], by=request.user)
        audit.info("agreement changed agreement=%s reworded=%s by=%d",
                   found.slug, former is not None, request.user.pk)  # fmt: skip
        messages.success(request, "Bewaard. De oude tekst blijft te lezen." if former
                         else "Bewaard.")  # fmt: skip
        if form.told:
            messages.info(request, form.told)
        return redirect(request.path)
    page = {"agreement": found, "form": form, "former": found.former_texts.select_related("actor")}
    return render(request, "agreements/wording.html", page, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@alone(Agreement, slug="slug")
def milestones(request: SignedInRequest, slug: str) -> HttpResponse:
    """The steps of an agreement: add one, say when it was there, take it away."""
    found = find_to_keep(request, slug)
    if request.method != "POST":
        return _milestones(request, found, MilestoneForm())
    action, _, pk = request.POST.get("action", "").partition("-")
    if action == "nieuw":
        return _add(request, found)
    number = int(pk) if pk.isdecimal() and len(pk) < 19 else 0
    step = get_object_or_404(Milestone, pk=number, agreement=found)
    if action == "weg":
        form = _reached(step, request.POST)
        form.full_clean()
        if form.has_moved:
            return _milestones(request, found, MilestoneForm(), changed=step)
        step.delete()
        messages.success(request, f"Weggehaald: {step.title}.")
        return redirect(request.path)
    return _reach(request, found, step)


def _add(request: SignedInRequest, found: Agreement) -> HttpResponse:
    form = MilestoneForm(request.POST)
    if not form.is_valid():
        return _milestones(request, found, form)
    add_milestone(found, by=request.user, **form.cleaned_data)
    messages.success(request, "De mijlpaal staat erbij.")
    return redirect(request.path)


def _reach(request: SignedInRequest, found: Agreement, step: Milestone) -> HttpResponse:
    form = _reached(step, request.POST)
    if not form.is_valid():
        return _milestones(request, found, MilestoneForm(), {step.pk: form})
    reach(step, form.cleaned_data["done_on"], form.cleaned_data["note"])
    messages.success(request, f"Bewaard: {step.title}.")
    if form.told:
        messages.info(request, form.told)
    return redirect(request.path)


def _reached(step: Milestone, data: QueryDict | None = None) -> ReachedForm:
    """The form of one step, with what is stored of it."""
    stored = {"done_on": step.done_on, "note": step.note}
    return ReachedForm(data, prefix=str(step.pk), initial=stored)


def _milestones(
    request: SignedInRequest,
    found: Agreement,
    form: MilestoneForm,
    wrong: dict[int, ReachedForm] | None = None,
    changed: Milestone | None = None,
) -> HttpResponse:
    """`changed`: a step that was to go, and that somebody else changed meanwhile."""
    bad = wrong or {}
    steps = [(step, bad.get(step.pk) or _reached(step)) for step in found.milestones.all()]
    page = {
        "agreement": found,
        "form": form,
        "steps": steps,
        "done": sum(step.done_on is not None for step, _ in steps),
        "today": timezone.localdate(),
        "changed": changed.pk if changed else 0,
        "why_changed": REMOVE_ANYWAY,
    }
    status = 400 if form.errors or bad or changed else 200
    return render(request, "agreements/milestones.html", page, status=status)
