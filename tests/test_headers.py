"""What every answer tells the browser, whoever asks and whatever the answer is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from parkstad import urls
from tests.factories import make_user

pytestmark = pytest.mark.django_db

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "Content-Security-Policy": "frame-ancestors 'none'",
}


@login_not_required
def breaks(request: HttpRequest) -> HttpResponse:
    """A page with a fault of ours."""
    raise RuntimeError("on purpose")


@login_not_required
def refuses(request: HttpRequest) -> HttpResponse:
    """A page that says no, and why."""
    raise PermissionDenied("Alleen de coördinator mag dit.")


@login_not_required
def suspects(request: HttpRequest) -> HttpResponse:
    """A page that cannot read what came in."""
    raise SuspiciousOperation


# This module as the address book: the portal's own, and three pages that go wrong.
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
urlpatterns = [
    path("stuk/", breaks),
    path("nee/", refuses),
    path("raar/", suspects),
    path("", include("parkstad.urls")),
]


@pytest.mark.parametrize(
    ("method", "address"),
    [("get", "/hulp/?a=%00"), ("get", "/aanleveren/bestand/%00/"), ("post", "/opmerking/")],
)
def test_the_character_nul_is_refused(client: Client, method: str, address: str) -> None:
    """PostgreSQL takes none: a look-up with it would be a fault of ours."""
    client.force_login(make_user())

    answer = getattr(client, method)(address, {"subject": "party:\0"} if method == "post" else {})

    assert answer.status_code == 400


def carries(response: HttpResponse, expected: dict[str, str] = ALWAYS) -> bool:
    """Whether all of `expected` is in the headers."""
    return all(part in response.headers.get(name, "") for name, part in expected.items())


@pytest.mark.parametrize(
    "address",
    [
        "/inloggen/",
        "/hulp/",
        "/gezondheid/",
        "/.well-known/security.txt",
        "/is-er-niet/",
        "/static/css/base.css",
        "/static/plotly/plotly.min.js",
    ],
)
def test_security_headers_are_on_every_answer(client: Client, address: str) -> None:
    answer = client.get(address)
    answer.getvalue()

    assert carries(answer)


def test_security_headers_are_on_pages_that_go_wrong(client: Client) -> None:
    client.raise_request_exception = False

    with override_settings(ROOT_URLCONF=__name__):
        answers = {address: client.get(address) for address in ("/stuk/", "/nee/", "/raar/")}

    assert [answer.status_code for answer in answers.values()] == [500, 403, 400]
    assert all(carries(answer) for answer in answers.values())


def test_no_inline_script_or_style_or_eval_is_allowed(client: Client) -> None:
    policy = client.get("/inloggen/").headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy + ";"


def test_signed_in_pages_are_never_kept(client: Client) -> None:
    client.force_login(make_user())

    assert "no-store" in client.get("/hulp/").headers["Cache-Control"]
    assert "no-store" in client.get("/is-er-niet/").headers["Cache-Control"]


def test_signed_out_pages_do_not_forbid_keeping(client: Client) -> None:
    assert "no-store" not in client.get("/hulp/").headers.get("Cache-Control", "")


def test_refusals_speak_dutch_and_give_the_reason(client: Client) -> None:
    with override_settings(ROOT_URLCONF=__name__):
        page = client.get("/nee/").content.decode()

    assert "Alleen de coördinator mag dit." in page
    assert "Wie kan dit wel?" in page


def test_a_fault_of_ours_gives_a_reference(client: Client) -> None:
    client.raise_request_exception = False

    with override_settings(ROOT_URLCONF=__name__):
        page = client.get("/stuk/").content.decode()

    assert "Er ging iets mis bij ons" in page
    assert "kenmerk" in page
    assert "on purpose" not in page


def test_unknown_address_is_a_page_in_dutch(client: Client) -> None:
    answer = client.get("/is-er-niet/")

    assert answer.status_code == 404
    assert "Deze bladzijde is er niet" in answer.content.decode()


def test_expired_form_is_explained(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post("/inloggen/", {"login": "a@b.nl", "password": "x"})

    assert answer.status_code == 403
    assert "Dit formulier is verlopen" in answer.content.decode()


def test_every_page_is_closed_unless_it_says_otherwise(client: Client) -> None:
    answer = client.get("/code/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/inloggen/")


def test_security_contact_is_published(client: Client) -> None:
    text = client.get("/.well-known/security.txt").content.decode()

    assert text.startswith("Contact: mailto:")
    assert "\nExpires: 20" in text


def test_only_plotlys_script_is_served(client: Client) -> None:
    script = client.get("/static/plotly/plotly.min.js")
    script.getvalue()

    assert script.status_code == 200
    assert client.get("/static/plotly/widgetbundle.js").status_code == 404


def test_production_says_hsts_and_gives_host_cookies(tmp_path: Path) -> None:
    script = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.test import Client
answer = Client().get("/inloggen/", secure=True, headers={"host": "portaal.example"})
print(answer.status_code, answer.headers["Strict-Transport-Security"])
print([(name, c["secure"], c["path"], c["domain"]) for name, c in answer.cookies.items()])
plain = Client().get("/inloggen/", headers={"host": "portaal.example"})
print(plain.status_code, plain.headers["Location"])
"""
    environment = {
        "PATH": os.defpath,
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/portal.sqlite3",
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "portaal.example",
        "DJANGO_SETTINGS_MODULE": "tests.production",
    }

    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", script],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "200 max-age=31536000; includeSubDomains; preload",
        "[('__Host-csrf', True, '/', '')]",
        "301 https://portaal.example/inloggen/",
    ]
