"""A real Chromium in front of the whole portal, with the demonstration set behind it.

The set is loaded once and put back after every test, so tests may change anything. It is
23 November 2026: the demonstration has answers up to that month.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from playwright.sync_api import Browser, sync_playwright

from housing.models import User
from tests.browser import stage
from tests.browser.visitor import PASSWORD, Visitor
from tests.conftest import CHROMIUM

TODAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 10_000  # milliseconds before a page that does not come is a failure

Visit = Callable[..., Visitor]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's own Chromium. Playwright keeps a loop running in this thread, which Django would
    take for asynchronous code."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    with sync_playwright() as playwright:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
    if before is not None:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture(scope="package")
def portal(browser, django_db_setup, django_db_blocker) -> Iterator[str]:
    """The address of the portal with the demonstration set in it."""
    with django_db_blocker.unblock(), time_machine.travel(TODAY):
        call_command("load_reference", verbosity=0)
        call_command("load_demo", verbosity=0)
        User.objects.update(password=make_password(PASSWORD))
        stage.keep()
        try:
            with stage.serving() as address:
                yield address
        finally:
            stage.forget()


@pytest.fixture
def transactional_db(portal: str) -> Iterator[None]:
    """Takes the place of pytest-django's, which would empty the database after every test."""
    yield
    stage.put_back()


@pytest.fixture
def visit(browser: Browser, portal: str, transactional_db: None) -> Iterator[Visit]:
    """`visit("weller@parkstad.example")` is that person, signed in, in a browser of her own.

    Without an address a visitor; more arguments are those of a Playwright context. Whatever
    the browser complained about fails the test.
    """
    visitors: list[Visitor] = []

    def come(email: str = "", **options: object) -> Visitor:
        context = browser.new_context(**({"locale": "nl-NL"} | options))  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        visitor = Visitor(context.new_page(), portal)
        visitors.append(visitor)
        if email:
            visitor.sign_in(email if "@" in email else f"{email}@parkstad.example")
        return visitor

    yield come
    for visitor in visitors:
        visitor.context.close()
    assert [each for visitor in visitors for each in visitor.complaints] == []
