"""Saying something about what stands on a page."""

import logging

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from housing import talk
from housing.access import SignedInRequest, require
from housing.forms_talk import CommentForm

audit = logging.getLogger("audit")


@require_POST
def comment(request: SignedInRequest) -> HttpResponse:
    """Store a comment on a subject somebody may read, and go back to its page, or to the page of
    the portal that the form stood on."""
    subject = request.POST.get("subject", "")
    topic = talk.topic_of(request.user, subject)
    if topic is None:
        raise Http404
    require(
        talk.can_comment(request.user), "Opmerkingen plaatst wie bij een van de partijen hoort."
    )
    form = CommentForm(request.POST, user=request.user)
    if form.is_valid():
        party = form.cleaned_data["party"]
        if party is not None and not topic.is_read_by(party):
            form.add_error(
                "party",
                f"{party} kan dit nog niet lezen. Dat kan zodra de opgave is vastgesteld. "
                "Kies een andere partij, of niemand in het bijzonder.",
            )
    if not form.is_valid():
        page = {"form": form, "topic": topic, "back": _back(request, topic.address)}
        return render(request, "housing/comment.html", page, status=400)
    found = form.cleaned_data
    said = talk.say(
        request.user,
        topic,
        subject,
        found["text"],
        party=found["party"],
        private=found["private"],
        speaker=found.get("speaker"),
    )
    audit.info("comment=%d subject=%s by=%d", said.pk, subject, request.user.pk)
    readers = "iedereen die is ingelogd"
    if said.to:
        readers = f"{said.to}, uw eigen organisatie en de coördinator"
    messages.success(request, f"Uw opmerking staat er. Zij is te lezen voor {readers}.")
    return redirect(_back(request, f"{topic.address}#opmerkingen"))


def _back(request: SignedInRequest, otherwise: str) -> str:
    """The page she wrote from, where that is one of ours."""
    asked = request.POST.get("back", "")[:300]
    ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if ours else otherwise
