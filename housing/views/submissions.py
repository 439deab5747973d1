"""A version: what it says, how it stands, and the steps one may take with it."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from housing import access, versions
from housing.access import SignedInRequest, require
from housing.answers import STATES
from housing.comparing import compare
from housing.contents import contents_of
from housing.forms import AcceptForm, ReturnForm
from housing.models import (
    Claim,
    Confirmation,
    Organisation,
    StockChange,
    Submission,
    SubmissionEvent,
)
from housing.municipal import Line, lines_of
from housing.receipts import send_receipt
from housing.said_at import Asked, asked_at, said_at, subjects_of
from housing.shown import shown_rows
from housing.standing import correction_of, heading_of, lead_of, municipal_heading_of
from housing.talk import conversation, see
from housing.undoing import undoing_of

audit = logging.getLogger("audit")
ROWS_A_PAGE = 50
NOT_OWN_WORK = (
    "Wie een opgave invoerde of indiende, beoordeelt haar niet zelf. Vraag een andere coördinator."
)

WHY_NOT_SUBMIT = (
    "Indienen doet de indiener van de organisatie. Wie invoerde, mag alleen zelf indienen als "
    "de organisatie dat goed vindt."
)


@require_safe
def submission(request: SignedInRequest, pk: int) -> HttpResponse:
    """One version, as far as this reader may look."""
    found = _find(request, pk)
    page = _page(request, found)
    return render(request, "housing/submission.html", page)


@require_safe
def comparison(request: SignedInRequest, pk: int, other: int) -> HttpResponse:
    """Two versions of one answer, row by row; the older one stands first."""
    found = _find(request, pk)
    siblings = Submission.objects.visible_to(request.user).of(found.organisation, found.year)
    with_ = get_object_or_404(
        siblings.exclude(pk=found.pk).select_related("organisation"), pk=other
    )
    older, newer = sorted((found, with_), key=lambda version: version.number)
    rows = StockChange.objects.visible_to(request.user)
    for version in (older, newer):
        # Who may read the totals of a version need not read its rows.
        if rows.filter(submission=version).count() != version.rows.count():
            require(False, "De rijen van deze versies kunt u lezen zodra ze zijn vastgesteld.")
    told = compare(older, newer, access.field_rights(request.user))
    return render(request, "housing/comparison.html", {"told": told})


@require_POST
def submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hand in a concept and those that go with it."""
    found = _find(request, pk)
    require(access.submits_for(request.user, found), WHY_NOT_SUBMIT)
    return _step(request, found, "submit", "De opgave is ingediend.", after=_write_receipt)


def _write_receipt(request: SignedInRequest, found: Submission) -> None:
    address = reverse("housing:submission", args=[found.pk])
    found.refresh_from_db()
    counts = "Zij telt nu voorlopig mee."
    if not found.counts:
        counts = "Tot zij is vastgesteld, telt de vorige, vastgestelde opgave."
    if send_receipt(found, to=request.user, url=request.build_absolute_uri(address)):
        told = f"{counts} Wij stuurden een ontvangstbewijs naar {request.user.email}."
        messages.info(request, told)
    else:
        sorry = "Het ontvangstbewijs per e-mail lukte niet. U vindt het ook bij Aanleveren."
        messages.warning(request, f"{counts} {sorry}")


@require_POST
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """Adopt a submitted version; over an open dispute with a reason."""
    found = _find(request, pk)
    _require_review(request, found)
    comment = request.POST.get("comment", "").strip()[:2000]
    told = "De opgave is vastgesteld."
    return _step(request, found, "accept", told, comment=comment)


@require_POST
def send_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Return a submitted version with a comment."""
    found = _find(request, pk)
    _require_review(request, found)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return render(request, "housing/submission.html", _page(request, found, form), status=400)
    told = "De opgave is teruggestuurd. De organisatie leest uw toelichting."
    return _step(request, found, "send_back", told, comment=form.cleaned_data["comment"])


@require_POST
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back a concept or a submitted version."""
    found = _find(request, pk)
    mine = found.organisation_id in access.own_organisations(request.user, roles=access.ENTERING)
    require(
        mine or access.is_coordinator(request.user),
        f"Terugdraaien doen de invoerders van {found.organisation} en de coördinator.",
    )
    return _step(request, found, "undo", "De opgave is teruggedraaid. Er is niets weggegooid.")


def _find(request: SignedInRequest, pk: int) -> Submission:
    visible = Submission.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("organisation", "round", "entered_by"), pk=pk)


def _require_review(request: SignedInRequest, found: Submission) -> None:
    user = request.user
    require(access.is_coordinator(user), "Beoordelen doet de coördinator van de Stadsregio.")
    if found.status == Submission.Status.SUBMITTED:
        require(access.can_review(user, found), NOT_OWN_WORK)


def _step(
    request: SignedInRequest,
    found: Submission,
    name: str,
    told: str,
    after: Callable[[SignedInRequest, Submission], None] | None = None,
    **more: Any,
) -> HttpResponse:
    """Take a step and say so, or say why it no longer fits."""
    step: Callable[..., None] = getattr(versions, name)
    try:
        step(found, actor=request.user, **more)
    except versions.VersionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, told)
        audit.info("%s submission=%d organisation=%s year=%d by=%d", name, found.pk,
                   found.organisation.slug, found.year, request.user.pk)  # fmt: skip
        if after is not None:
            after(request, found)
    if not Submission.objects.visible_to(request.user).filter(pk=found.pk).exists():
        return redirect("housing:review")
    return redirect("housing:submission", found.pk)


def _page(
    request: SignedInRequest, found: Submission, returning: ReturnForm | None = None
) -> dict[str, Any]:
    user = request.user
    rights = access.field_rights(user)
    disputes = list(
        Confirmation.objects.filter(
            submission=found, disputes=True, settled_at=None
        ).select_related("municipality")
    )
    contents = contents_of(found, disputed={word.municipality.name for word in disputes})
    pages: Page[StockChange] = _rows(request, found)
    state = STATES.get(Submission.Status(found.status))
    may_read_files = rights.private(found.organisation_id)
    may_undo = access.can_undo(user, found)
    may_review = access.can_review(user, found)
    others = list(_other_versions(request, found))
    said = said_at(found.organisation, found.year, found, user)
    see(user, [each.comment for each in said.items])
    return {
        "submission": found,
        "contents": contents,
        "heading": municipal_heading_of(found)
        if is_municipal(found)
        else heading_of(found, contents),
        "is_municipal": is_municipal(found),
        "sees_disputes": may_read_files,
        "own_places": access.own_municipalities(user),
        "municipal": _municipal(found),
        "lead": lead_of(found, contents),
        "state": state,
        "pages": pages,
        "rows": shown_rows(pages.object_list, found, rights, contents.rule),
        "sees_files": may_read_files,
        "uploads": found.uploads.select_related("by") if may_read_files else (),
        "events": found.events.select_related("actor").order_by("-known_from", "-pk"),
        # A version that came back was mended in the next one: one story, told whole.
        "history": SubmissionEvent.objects.filter(submission__in=[found, *others])
        .select_related("actor", "submission")
        .order_by("-known_from", "-pk"),
        "together": [each for each in found.set_together() if each.pk != found.pk],
        "versions": others,
        "claims": _claims(request, found),
        "disputes": disputes,
        "correction": correction_of(found, contents),
        "may_submit": access.can_submit(user, found),
        "may_review": may_review,
        "said": said,
        "pointing": _pointing(request, found) if may_review else None,
        "may_undo": may_undo,
        "undoing": undoing_of(found) if may_undo else None,
        "may_reopen": rights.coordinator and found.status == Submission.Status.ACCEPTED,
        "talk": conversation(user, f"version:{found.pk}", also=subjects_of(others)),
        "may_report": access.can_report(user, found.organisation, found.round),
        "is_coordinator": rights.coordinator,
        "returning": returning or ReturnForm(),
        "accepting": AcceptForm(auto_id="id_accept_%s"),
    }


def _pointing(request: SignedInRequest, found: Submission) -> Asked | None:
    """The row or figure at which whoever reviews asked for a form."""
    return asked_at(request.user, found, request.GET, request.get_full_path())


def is_municipal(found: Submission) -> bool:
    """Whether it holds a municipality's own figures, and no rows."""
    return found.organisation.kind == Organisation.Kind.MUNICIPALITY


def _municipal(found: Submission) -> list[Line]:
    """The figures of a municipality that a round asked for, with last year's beside them."""
    if not is_municipal(found) or found.round_id is None:
        return []
    return lines_of(found.organisation, found.year, found)


def _rows(request: SignedInRequest, found: Submission) -> "Page[StockChange]":
    visible = StockChange.objects.visible_to(request.user).filter(submission=found)
    related = ("municipality", "project", "submission")
    rows = visible.select_related(*related).order_by("-homes", "pk")
    return Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("bladzijde"))


def _other_versions(request: SignedInRequest, found: Submission) -> Any:
    others = Submission.objects.visible_to(request.user).of(found.organisation, found.year)
    return others.exclude(pk=found.pk)


def _claims(request: SignedInRequest, found: Submission) -> list[Claim]:
    """Homes of this version that another claims too, as far as this reader may know."""
    found_claims = versions.open_claims(found)
    return [claim for claim in found_claims if access.can_read_claim(request.user, claim)]
