"""Saying something about what stands on a page."""

import logging

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from housing import talk
from housing.access import SignedInRequest, require

audit = logging.getLogger("audit")


@require_POST
def comment(request: SignedInRequest) -> HttpResponse:
    """Store a comment on a subject somebody may read, and go back to its page."""
    subject = request.POST.get("subject", "")
    topic = talk.topic_of(request.user, subject)
    if topic is None:
        raise Http404
    require(
        talk.can_comment(request.user), "Opmerkingen plaatst wie bij een van de partijen hoort."
    )
    form = talk.CommentForm(request.POST)
    if not form.is_valid():
        page = {"form": form, "topic": topic}
        return render(request, "housing/comment.html", page, status=400)
    found = form.cleaned_data
    said = talk.say(
        request.user,
        topic,
        subject,
        found["text"],
        party=found["party"],
        private=found["private"],
    )
    audit.info("comment=%d subject=%s by=%d", said.pk, subject, request.user.pk)
    readers = f"{said.to} en de coördinator" if said.to else "iedereen die is ingelogd"
    messages.success(request, f"Uw opmerking staat er. Zij is te lezen voor {readers}.")
    return redirect(f"{topic.address}#opmerkingen")
