"""Where reporting starts: what is owed, by when, and what was sent before."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from housing import access
from housing.access import SignedInRequest, require
from housing.answers import coordinator_heading, reporting_heading, year_answers
from housing.models import Upload

EARLIER_UPLOADS = 50


@require_safe
def reporting(request: SignedInRequest) -> HttpResponse:
    """The years of one's own corporations (for the coordinator all), and earlier files."""
    user = request.user
    require(access.can_see_reporting(user), "Opgeven doen de woningcorporaties.")
    answers = year_answers(access.reporting_for(user))
    uploads = Upload.objects.visible_to(user).select_related("organisation", "by", "submission")
    is_coordinator = access.is_coordinator(user)
    heading = coordinator_heading if is_coordinator else reporting_heading
    page = {
        "heading": heading(answers),
        "answers": answers,
        "may_report": {
            answer.organisation.pk
            for answer in answers
            if access.can_report(user, answer.organisation, answer.round)
        },
        "several": len({answer.organisation.pk for answer in answers}) > 1,
        "uploads": uploads[:EARLIER_UPLOADS],
        "is_coordinator": is_coordinator,
    }
    return render(request, "housing/reporting.html", page)
