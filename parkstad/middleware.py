"""What happens around every page: headers, session limits, the second factor, the audit trail."""

import json
import logging
import time
from collections.abc import Callable
from http import HTTPStatus

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from parkstad.kept import SAFE, WHOSE

Page = Callable[[HttpRequest], HttpResponse]
audit = logging.getLogger("audit")

UNUSED_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES)
# A session is marked as seen at most once in this many seconds, so reading stays reading.
SEEN_EVERY_SECONDS = 60
# Pages that somebody without a second factor needs to get one, or to leave.
WITHOUT_SECOND_FACTOR = {
    "mfa_activate_totp",
    "mfa_reauthenticate",
    "account_reauthenticate",
    "account_logout",
}
REFUSALS = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.TOO_MANY_REQUESTS,
}


def policy_headers(get_response: Page) -> Page:
    """Tell browsers, on every answer and every file, which device features we do without."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return respond


def private_pages(get_response: Page) -> Page:
    """Keep what a signed-in person sees out of every cache, also after signing out."""

    def respond(request: HttpRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        response = get_response(request)
        if was_signed_in or request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store, private"
        return response

    return respond


def session_limits(get_response: Page) -> Page:
    """End a session that was idle too long or has lasted too long, and say so."""

    def respond(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        now = int(time.time())
        since = request.session.setdefault("since", now)
        seen = request.session.get("seen", now)
        too_long = now - since > settings.SESSION_LONGEST_SECONDS
        if too_long or now - seen > settings.SESSION_IDLE_SECONDS:
            whose = request.user.pk
            logout(request)
            messages.warning(
                request, "U bent uitgelogd omdat het te lang geleden is. Log opnieuw in."
            )
            if request.method in SAFE:
                return redirect_to_login(request.get_full_path())
            # Turned away like any visitor, after the check on forged forms.
            request.session[WHOSE] = whose
            return get_response(request)
        if now - seen >= SEEN_EVERY_SECONDS or "seen" not in request.session:
            request.session["seen"] = now
        return get_response(request)

    return respond


def readable_text(get_response: Page) -> Page:
    """Refuse the character NUL (400), which nobody types and PostgreSQL does not take: a look-up
    or a sentence with one would break the page."""

    def respond(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, *_view: object) -> None:
        sent = [request.GET, request.POST] if request.method == "POST" else [request.GET]
        texts = (text for each in sent for _, found in each.lists() for text in found)
        if "\x00" in request.path or any("\x00" in text for text in texts):
            raise BadRequest("NUL in what was sent")

    respond.process_view = process_view  # type: ignore[attr-defined]  # how Django finds it
    return respond


def second_factor(get_response: Page) -> Page:
    """Send people without a second factor to the page that sets one up, where it is required."""

    def respond(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, *_view: object) -> HttpResponse | None:
        if not settings.MFA_REQUIRED or not request.user.is_authenticated:
            return None
        match = request.resolver_match
        if match is not None and match.url_name in WITHOUT_SECOND_FACTOR:
            return None
        if is_mfa_enabled(request.user):
            return None
        return redirect("mfa_activate_totp")

    respond.process_view = process_view  # type: ignore[attr-defined]  # how Django finds it
    return respond


def audit_trail(get_response: Page) -> Page:
    """Write one line for each change, refusal and download: who did what, when, with what result.

    No field values: only the name and the arguments of the address.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        before = request.user.pk
        response = get_response(request)
        changes = request.method not in ("GET", "HEAD", "OPTIONS")
        downloads = "Content-Disposition" in response.headers
        if changes or downloads or response.status_code in REFUSALS:
            audit.info(_line(request, response, actor=before or request.user.pk))
        return response

    return respond


def _line(request: HttpRequest, response: HttpResponse, actor: object) -> str:
    """`key=value` pairs, each value quoted as JSON so that no value can look like a line."""
    try:
        match = resolve(request.path_info)
        action, about = match.view_name, match.kwargs
    except Resolver404:
        action, about = "unknown", {}
    pairs = {
        "action": action,
        "method": request.method,
        "object": {name: str(value) for name, value in about.items() if name != "key"},
        "result": response.status_code,
        "origin": _origin(request),
        "actor": actor,
    }
    return " ".join(f"{name}={json.dumps(value)}" for name, value in pairs.items())


def _origin(request: HttpRequest) -> str:
    """The visitor's address as our own proxies give it; never what the visitor claims."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:  # allauth's answer when there is no address, as on a socket
        return ""
