"""What somebody typed on a page when her session had ended, kept until she signs in again.

Without scripts a form that is sent after two idle hours would lose what is in it. The text fields
wait in the session of the browser that sent them; after signing in, the page where they were typed
says so, shows what they hold (somebody else may use the same computer) and sends them again or
throws them away. Nothing is stored before somebody presses that button.

A form is kept only when it passed the check on forged forms. When its token no longer fits, since
its sender signed in again in another window, it is kept only if the browser itself says that the
form stood on a page of ours.
"""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

Page = Callable[[HttpRequest], HttpResponse]

KEPT = "typed"  # in the session: what was kept
WHOSE = "typed_by"  # in the session: the key of the user whose session ended
MARK = "typed"  # the field by which a form says that it is sent again
SAFE = ("GET", "HEAD", "OPTIONS")
LONGEST = 24 * 60 * 60  # seconds that it is kept
MOST_BYTES = 200_000  # of one form
MOST_FIELDS = 2_000
MOST_FORMS = 5  # in one session; the oldest goes first
SHOWN, SHOWN_LENGTH = 30, 300  # texts shown of one form, and characters of each
NOT_TEXT = {"csrfmiddlewaretoken", MARK}
WAITS = "Wat u typte, is niet weg. Na het inloggen staat het klaar."
LOST = (
    "Wat u verstuurde, is niet bewaard: het was te veel of te vaak. Ga in uw browser een "
    "bladzijde terug om het nog te zien."
)
# Refusals after which the text stands in no form on the page: it stays kept.
STAYS = {403, 404, 405, 429}


@dataclass(frozen=True, slots=True)
class Place:
    """A page where people type: the last words of the names of the fields that hold their text
    (none: whatever reads as words), and the page that shows what was kept, where the form's own
    address has none."""

    texts: tuple[str, ...] = ()
    shown_at: str = ""


CAME_FROM = "the page with the form"
ROW = (
    "municipality", "project", "segment", "mutation", "when", "homes", "key", "postcode",
    "house_number", "house_letter", "house_addition", "bag_ids", "rent",
)  # fmt: skip
STATEMENT = ("explanation", "did", "cause_note", "needs", "title", "link")
PLACES = {
    "entry:entry": Place(("number", "note", "homes", "reason", *STATEMENT)),
    "entry:paste": Place(("cells",)),
    "agreements:statement": Place(STATEMENT),
    "agreements:remark": Place(("text",)),
    "housing:typing": Place(ROW),
    "housing:dispute": Place(("text", "reason")),
    "housing:comment": Place(("text",), CAME_FROM),
    "housing:send_back": Place(("comment",), "housing:submission"),
    "housing:accept": Place(("comment",), "housing:submission"),
    "housing:reopen": Place(("reason", "until")),
    "housing:extension": Place(("reason", "until")),
    "housing:claim": Place(("reason",)),
    "agreements:advise": Place(shown_at="agreements:complex"),
    "agreements:local_react": Place(shown_at="agreements:local_set"),
}
# Forms on a page of their own, of which the text is known by its words.
PLACES |= {
    f"agreements:{name}": Place()
    for name in (
        "wording", "milestones", "target", "split", "deviation",
        "plan_add", "plan_change", "path_change", "area_add", "area_change",
        "complex_add", "complex_change", "aid_change", "indicator_add",
        "fund_add", "fund_change", "use_add", "use_change",
        "local_agreement_add", "local_agreement_change", "local_parties", "local_bid",
        "local_sign", "local_evaluation",
    )
}  # fmt: skip
PLACES |= {
    f"housing:{name}": Place()
    for name in ("round_days", "round_asks", "rounds", "earlier_entry")
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """One form that was kept. `action` is where it is sent, `page` where it is shown, `at` the
    second it came; `by` the key of the user who typed it, None when nobody knows any more."""

    key: str
    action: str
    page: str
    view: str
    at: int
    by: int | None
    fields: list[tuple[str, str]]

    @property
    def came_at(self) -> datetime:
        """The moment it came in."""
        return datetime.fromtimestamp(self.at, UTC)

    @property
    def texts(self) -> list[str]:
        """What was typed, each text once and not too long, to recognise it by."""
        names = PLACES[self.view].texts if self.view in PLACES else ()
        typed = [
            value.strip()
            for name, value in self.fields
            if (name.split("-")[-1] in names if names else " " in value.strip())
        ]
        found = dict.fromkeys(text for text in typed if text)
        return [_shorter(text) for text in list(found)[:SHOWN]]


def _shorter(text: str) -> str:
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}…"


def typed_text(get_response: Page) -> Page:
    """Keep what is typed without a session; forget it once it was sent again.

    Stands between the check on forged forms and the one that sends visitors to the door.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method == "POST" and KEPT in request.session:
            _forget_if_used(request, response)
        return response

    def process_view(
        request: HttpRequest, view: Callable[..., HttpResponse], *_: object
    ) -> HttpResponse | None:
        if request.user.is_authenticated or request.method in SAFE:
            return None
        if not getattr(view, "login_required", True):
            return None
        # The form's own address may have no page to come back to.
        page = keep(request) or came_from(request) or settings.LOGIN_REDIRECT_URL
        return redirect_to_login(page)

    respond.process_view = process_view  # type: ignore[attr-defined]  # how Django finds it
    return respond


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form whose token does not fit; keep its text if it stood on a page of ours."""
    if is_from_here(request) and (page := keep(request)):
        return redirect(page)
    return render(request, "403_csrf.html", status=403)


@require_POST
def drop(request: HttpRequest, key: str) -> HttpResponse:
    """Throw away what was kept."""
    found = next((each for each in kept_for(request) if each.key == key), None)
    if found is None:
        raise Http404
    _forget(request, key)
    messages.info(request, "Wat u typte, is weggegooid.")
    return redirect(found.page)


# --- keeping ------------------------------------------------------------------------------


def keep(request: HttpRequest) -> str:
    """Keep the form if it is one in which people type; gives the page that will show it.

    "" for any other form. A form that saves itself is not kept: its page still holds the text.
    """
    match = request.resolver_match
    if match is None or match.view_name not in PLACES:
        return ""
    page = _page_of(request, match)
    if request.method != "POST" or request.headers.get("X-Autosave") == "1":
        return page
    fields = [
        (name, text)
        for name, values in request.POST.lists()
        for text in values
        if name not in NOT_TEXT
    ]
    size = sum(len(name.encode()) + len(text.encode()) for name, text in fields)
    if size > MOST_BYTES or len(fields) > MOST_FIELDS or not _may_keep(request):
        messages.warning(request, LOST)
        return page
    # Who signed in meanwhile need not be who typed.
    by = None if request.user.is_authenticated else request.session.get(WHOSE)
    now = Typed(
        secrets.token_urlsafe(12), request.get_full_path(), page, match.view_name,
        int(timezone.now().timestamp()), by, fields,
    )  # fmt: skip
    # The same form sent twice is one.
    others = [
        each for each in _all(request) if (each.action, each.fields) != (now.action, now.fields)
    ]
    _store(request, [*others, now][-MOST_FORMS:])
    if not request.user.is_authenticated:
        messages.info(request, WAITS)
    return page


def _page_of(request: HttpRequest, match: ResolverMatch) -> str:
    shown_at = PLACES[match.view_name].shown_at
    if shown_at == CAME_FROM:
        return came_from(request) or settings.LOGIN_REDIRECT_URL
    return reverse(shown_at, kwargs=match.kwargs) if shown_at else request.path


def _may_keep(request: HttpRequest) -> bool:
    """Not too often from one place: whoever is not signed in could otherwise fill the disk."""
    try:
        return bool(ratelimit.consume(request, action="keep_typed"))
    except PermissionDenied:  # without an address there is nothing to count by
        return False


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser itself says that a page of ours sent this; silence is no."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return site == "same-origin" and request.headers.get("Origin") == _origin(request)


def came_from(request: HttpRequest) -> str:
    """The path of our own page that a request came from; "" when it is not known."""
    try:
        found = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # no address at all
        return ""
    if f"{found.scheme}://{found.netloc}" != _origin(request):
        return ""
    try:
        resolve(found.path)
    except Resolver404:
        return ""
    return found.path


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


# --- showing and forgetting ---------------------------------------------------------------


def shown_on(request: HttpRequest) -> list[Typed]:
    """What this page tells that was kept: what was typed here, and on the start page all."""
    if request.method not in SAFE:
        return []  # a form that was refused holds its own text
    start = request.path == settings.LOGIN_REDIRECT_URL
    return [each for each in kept_for(request) if start or each.page == request.path]


def kept_for(request: HttpRequest) -> list[Typed]:
    """What this person may see of what was kept: not what somebody else is known to have typed."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or KEPT not in request.session:
        return []
    return [each for each in _all(request) if each.by in (None, user.pk)]


def _forget_if_used(request: HttpRequest, response: HttpResponse) -> None:
    key = request.POST.get(MARK, "")
    found = next((each for each in kept_for(request) if each.key == key), None)
    refused = response.status_code in STAYS or response.status_code >= 500
    if found is not None and not refused and not _is_warned(request, response):
        _forget(request, key)


def _is_warned(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the page that follows will say that it went wrong."""
    if not 300 <= response.status_code < 400:
        return False
    told: Any = messages.get_messages(request)
    warned = any(each.level >= messages.WARNING for each in told)
    told.used = False  # looking is not showing
    return warned


def _all(request: HttpRequest) -> list[Typed]:
    since = timezone.now().timestamp() - LONGEST
    stored: list[dict[str, Any]] = request.session.get(KEPT, [])
    names = {each.name for each in fields(Typed)}
    return [
        Typed(**{**each, "fields": [(name, text) for name, text in each["fields"]]})
        for each in stored
        # What an earlier release of the portal kept may have another form.
        if each.keys() == names and each["at"] > since
    ]


def _forget(request: HttpRequest, key: str) -> None:
    _store(request, [each for each in _all(request) if each.key != key])


def _store(request: HttpRequest, kept: list[Typed]) -> None:
    if kept:
        request.session[KEPT] = [asdict(each) for each in kept]
    else:
        request.session.pop(KEPT, None)
