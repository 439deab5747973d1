"""Pages that belong to no app: help, statements, health, and what is shown when it goes wrong."""

import logging
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

log = logging.getLogger("portal")

PAGES = {
    "accessibility": "toegankelijkheid",
    "privacy": "privacy",
    "terms": "begrippen",
    "help": "hulp",
}


@require_safe
@login_not_required
def page(request: HttpRequest, template: str) -> HttpResponse:
    """One of the four pages of the footer."""
    return render(request, f"pages/{template}.html")


@require_safe
@never_cache
@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.exception("The database does not answer")
        return HttpResponse("database antwoordt niet\n", "text/plain; charset=utf-8", 503)
    return HttpResponse("in orde\n", "text/plain; charset=utf-8")


@require_safe
@login_not_required
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a leak (RFC 9116)."""
    expires = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires}",
        "Preferred-Languages: nl, en",
        f"Canonical: {request.build_absolute_uri(request.path)}",
    )
    return HttpResponse("\n".join(lines) + "\n", "text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what came in cannot be read."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: with the reason that `require` gave, if any."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: an unknown address, or something this person may not know of."""
    return render(request, "404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """429: too many tries from one place."""
    return render(request, "429.html", status=429)


def broken(request: HttpRequest) -> HttpResponse:
    """500: rendered without the request, since anything may be broken; log and page share a
    reference."""
    reference = secrets.token_hex(4)
    log.error(
        "Shown to the visitor as reference %s: %s %s", reference, request.method, request.path
    )
    return render(None, "500.html", {"reference": reference}, status=500)


app_name = "page"
urlpatterns = [
    path(f"{template}/", page, {"template": template}, name=name)
    for name, template in PAGES.items()
]
