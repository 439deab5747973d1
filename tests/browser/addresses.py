"""Every page of the portal that a browser can open, and who looks at it in these tests."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from agreements.models import Agreement
from housing.models import Claim, StockChange, Submission, Upload

# No page to look at: files, plain text, and steps that only a form takes.
NOT_PAGES = {
    "monitoring:completions_export",
    "monitoring:figures_export",
    "housing:template",
    "housing:upload_file",
    "housing:upload_marked",
    "housing:drop_planned",
    "housing:forget_heading",
    "housing:submit",
    "housing:accept",
    "housing:send_back",
    "housing:undo",
    "health",
    "security",
}
CLERK, COORDINATOR, BOARD, OFFICER, TENANTS = (
    "weller", "coordinator", "bestuur", "heerlen", "huurders",
)  # fmt: skip
ROLES = (CLERK, COORDINATOR, BOARD, OFFICER, TENANTS)
PAST, BEFORE_ANYTHING = "?stand=15-03-2026", "?stand=01-01-2024"


@dataclass(frozen=True)
class Address:
    """A page, who opens it, and the status of the answer."""

    view: str
    path: str
    who: str
    status: int = 200


def everywhere() -> list[Address]:
    """Every page as every role that may see it, over the demonstration set."""
    return [*_open_to_visitors(), *_for_everybody(), *_work(), *_account(), *_refusals()]


def _at(view: str, who: str, *args: object, query: str = "", status: int = 200) -> Address:
    return Address(view, reverse(view, args=args) + query, who, status)


def _open_to_visitors() -> Iterator[Address]:
    for view in (
        "account_login", "account_signup", "account_inactive", "account_reset_password",
        "account_reset_password_done", "account_reset_password_from_key_done",
        "page:accessibility", "page:privacy", "page:terms", "page:help",
    ):  # fmt: skip
        yield _at(view, "")
    yield _at("account_reset_password_from_key", "", "x", "oud-en-verlopen")


def _for_everybody() -> Iterator[Address]:
    target = Agreement.objects.filter(targets__total=1350).distinct().get()
    effort = Agreement.objects.filter(targets=None).first()
    accepted = Submission.objects.filter(organisation__slug="weller", year=2025).last()
    row = StockChange.objects.filter(submission=accepted).first()
    assert effort and accepted and row
    for who in ROLES:
        yield _at("monitoring:dashboard", who)
        yield _at("monitoring:completions", who)
        yield _at("monitoring:row", who, row.pk)
        yield _at("monitoring:party", who, "weller")
        yield _at("monitoring:party", who, "heerlen")
        yield _at("agreements:list", who)
        yield _at("agreements:detail", who, target.slug)
        yield _at("housing:submission", who, accepted.pk)
    # What looks the same to all of them.
    yield _at("monitoring:dashboard", BOARD, query=PAST)
    yield _at("monitoring:dashboard", BOARD, query=BEFORE_ANYTHING)
    yield _at("monitoring:dashboard", BOARD, query="?stand=gisteren")
    yield _at("monitoring:completions", BOARD, query="?bladzijde=2&volgorde=-jaar")
    yield _at("monitoring:completions", BOARD, query="?zoek=bestaat-niet")
    yield _at("monitoring:party", BOARD, "weller", query=BEFORE_ANYTHING)
    yield _at("monitoring:party", BOARD, "heerlen", query=PAST)
    yield _at("monitoring:party", BOARD, "vanhier-wonen")
    yield _at("monitoring:party", BOARD, "stadsregio-parkstad-limburg")
    yield _at("monitoring:party", BOARD, "roh-parkstad")
    yield _at("agreements:list", BOARD, query="?partij=weller")
    yield _at("agreements:detail", BOARD, effort.slug)


def _work() -> Iterator[Address]:
    of = Submission.objects.filter
    returned = of(organisation__slug="woonpunt", year=2026).latest("pk")
    waiting = of(organisation__slug="wonen-zuid", year=2026).latest("pk")
    disputed = of(organisation__slug="vincio-wonen", year=2026).latest("pk")
    claim = Claim.objects.get(lost_to__isnull=False, until=None)
    upload = Upload.objects.filter(organisation__slug="weller").first()
    stock = Upload.objects.filter(format="woz").first()
    assert upload and stock
    for who in (CLERK, COORDINATOR):
        yield _at("housing:reporting", who)
        yield _at("housing:upload", who, "weller", 2026)
        yield _at("housing:typing", who, "weller", 2026)
        yield _at("housing:upload_result", who, upload.reference)
        yield _at("housing:receipt", who, upload.reference)
    yield _at("housing:upload_result", "heemwonen", stock.reference)
    yield _at("housing:receipt", "heemwonen", stock.reference)
    yield _at("housing:typing", "heemwonen", "heemwonen", 2025)
    yield _at("housing:upload", "vanhier-wonen", "vanhier-wonen", 2026)
    yield _at("housing:typing", "vanhier-wonen", "vanhier-wonen", 2026)
    yield _at("housing:submission", "woonpunt", returned.pk)
    yield _at("housing:submission", "wonen-zuid", waiting.pk)
    for version in (waiting, disputed):
        yield _at("housing:submission", COORDINATOR, version.pk)
        yield _at("housing:submission", BOARD, version.pk)
    yield _at("housing:review", COORDINATOR)
    yield _at("housing:claims", CLERK)
    for who in (COORDINATOR, "woonpunt"):
        yield _at("housing:claims", who)
        yield _at("housing:claim", who, claim.pk)


def _account() -> Iterator[Address]:
    for view in (
        "account_logout", "account_change_password", "account_set_password",
        "account_reauthenticate", "mfa_index", "mfa_activate_totp",
    ):  # fmt: skip
        yield _at(view, TENANTS)


def _refusals() -> Iterator[Address]:
    for who in ("", BOARD):
        yield Address("404", "/bestaat/niet/", who, 404)
    yield _at("housing:review", CLERK, status=403)
    yield _at("housing:reporting", BOARD, status=403)
    yield _at("housing:upload", OFFICER, "weller", 2026, status=403)


def names() -> set[str]:
    """The names of all addresses, but those of Django's own admin."""
    return {name for name in _names(get_resolver().url_patterns) if name[:6] != "admin:"}


def _names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _names(pattern.url_patterns, space + inner)
        elif pattern.name:
            yield space + pattern.name
