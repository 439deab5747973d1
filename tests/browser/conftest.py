"""A real Chromium in front of the whole portal, with the demonstration set behind it.

The set is loaded once and put back after every test, so tests may change anything. It is
23 November 2026: the demonstration has answers up to that month.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, Page, expect, sync_playwright

from agreements import demo
from housing.models import User
from tests.browser import stage
from tests.browser.visitor import PASSWORD, SIZE, Visitor
from tests.conftest import CHROMIUM

TODAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 30_000  # milliseconds before what does not come is a failure; CI may be busy

Visit = Callable[..., Visitor]
expect.set_options(timeout=PATIENCE)


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
        demo.load()
        User.objects.update(password=make_password(PASSWORD))
        stage.keep()
        try:
            with stage.serving() as address:
                yield address
        finally:
            stage.forget()
            # These belong to the loop: without it nobody could reach them to close them.
            connections.close_all()


@pytest.fixture
def transactional_db(portal: str) -> Iterator[None]:
    """Takes the place of pytest-django's, which would empty the database after every test."""
    yield
    stage.put_back()


@dataclass
class Tabs:
    """Tabs that are free, by how their browser was set up, and the cookies of who signed in.

    To open a window is most of what a short test costs, so one is used again, by somebody else.
    """

    browser: Browser
    free: dict[str, list[Page]] = field(default_factory=lambda: defaultdict(list))
    cookies: dict[str, Any] = field(default_factory=dict)

    def take(self, options: dict[str, Any]) -> Page:
        if free := self.free[repr(options)]:
            return free.pop()
        context = self.browser.new_context(locale="nl-NL", viewport=SIZE, **options)
        context.set_default_timeout(PATIENCE)
        return context.new_page()


@pytest.fixture(scope="package")
def tabs(browser: Browser) -> Tabs:
    return Tabs(browser)


@pytest.fixture
def visit(portal: str, tabs: Tabs, transactional_db: None) -> Iterator[Visit]:
    """`visit("weller")` is Weller's clerk, signed in, in a browser of her own.

    Without a name a visitor; more arguments are those of a Playwright context. Whatever the
    browser complained about fails the test.
    """
    visitors: list[tuple[Visitor, dict[str, Any]]] = []

    def come(name: str = "", **options: Any) -> Visitor:
        visitor = Visitor(tabs.take(options), portal)
        visitors.append((visitor, options))
        if name in tabs.cookies:
            visitor.context.add_cookies(tabs.cookies[name])
        elif name:
            visitor.sign_in(f"{name}@parkstad.example", first="/hulp/")
            tabs.cookies[name] = visitor.context.cookies()
        return visitor

    yield come
    for visitor, options in visitors:
        visitor.leave()
        tabs.free[repr(options)].append(visitor.page)
    assert [each for visitor, _ in visitors for each in visitor.complaints] == []
