"""Where reporting starts: what is owed, by when, and what was sent before."""

import logging

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from housing import access
from housing.access import SignedInRequest, require
from housing.answers import coordinator_heading, reporting_heading, year_answers
from housing.headings import meaning_of
from housing.models import HeadingMatch, Upload

audit = logging.getLogger("audit")
EARLIER_UPLOADS = 50


@require_safe
def reporting(request: SignedInRequest) -> HttpResponse:
    """The years of one's own corporations (for the coordinator all), and earlier files."""
    user = request.user
    require(access.can_see_reporting(user), "Opgeven doen de woningcorporaties.")
    answers = year_answers(access.reporting_for(user))
    uploads = Upload.objects.visible_to(user).select_related("organisation", "by", "submission")
    newest = list(uploads.defer("problems", "outcome", "columns", "edits")[:EARLIER_UPLOADS])
    is_coordinator = access.is_coordinator(user)
    heading = coordinator_heading if is_coordinator else reporting_heading
    page = {
        "heading": heading(answers),
        "answers": answers,
        "may_enter": access.own_organisations(user, roles=access.ENTERING),
        "several": len({answer.organisation.pk for answer in answers}) > 1,
        "uploads": newest,
        "may_undo": {
            upload.pk
            for upload in newest
            if upload.submission and access.can_undo(user, upload.submission)
        },
        "headings": [
            (match, meaning_of(match), access.can_enter_for(user, match.organisation_id))
            for match in HeadingMatch.objects.filter(
                organisation__in=access.reporting_for(user)
            ).select_related("organisation", "by")
        ],
        "is_coordinator": is_coordinator,
    }
    return render(request, "housing/reporting.html", page)


@require_POST
def forget_heading(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take away a heading that was matched once: the next file is asked again."""
    user = request.user
    readable = HeadingMatch.objects.filter(organisation__in=access.reporting_for(user))
    found = get_object_or_404(readable.select_related("organisation"), pk=pk)
    require(
        access.can_enter_for(user, found.organisation_id),
        f"Dit doen de invoerders van {found.organisation}.",
    )
    found.delete()
    audit.info("forget heading=%d organisation=%s by=%d", pk, found.organisation.slug, user.pk)
    messages.success(request, f"De kop “{found.heading}” is vergeten.")
    return redirect("housing:reporting")
