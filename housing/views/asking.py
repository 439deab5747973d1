"""What a round asks of whom: the coordinator chooses."""

import logging

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from housing import access
from housing.access import SignedInRequest, require
from housing.asking import AskingError, ask, choices_of
from housing.models import Round
from housing.views.rounds import ONLY_COORDINATOR

audit = logging.getLogger("audit")


@require_http_methods(["GET", "HEAD", "POST"])
def round_asks(request: SignedInRequest, pk: int) -> HttpResponse:
    """Which parts each kind of party is asked for."""
    require(access.is_coordinator(request.user), ONLY_COORDINATOR)
    found = get_object_or_404(Round, pk=pk)
    chosen: set[str] | None = None
    error = ""
    if request.method == "POST":
        chosen = set(request.POST.getlist("vraagt"))
        try:
            ask(found, chosen)
        except AskingError as why:
            error = str(why)
        else:
            audit.info("asks of round=%d by=%d", found.pk, request.user.pk)
            messages.success(request, f"Bewaard wat {found} vraagt.")
            return redirect("housing:round", found.pk)
    groups = [
        (label, [(each, each.asked if chosen is None else each.key in chosen) for each in choices])
        for label, choices in choices_of(found).items()
    ]
    page = {"round": found, "groups": groups, "error": error}
    return render(request, "housing/round_asks.html", page, status=400 if error else 200)
