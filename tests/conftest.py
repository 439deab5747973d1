"""What every test may rely on."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.core.cache import cache

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
# Set in CI: what is skipped there, is a failure.
REQUIRE_ALL = os.environ.get("PORTAL_REQUIRE_ALL") == "1"


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Counted sign-in attempts do not travel from one test to the next."""
    cache.clear()
    yield
    cache.clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests need Chromium; say so when it is not there."""
    absent = pytest.mark.skip(reason="Chromium is not installed (apt-get install chromium)")
    for item in items:
        if item.path.is_relative_to(item.config.rootpath / "tests" / "browser"):
            item.add_marker("browser")
        if item.get_closest_marker("browser") and not CHROMIUM:
            item.add_marker(absent)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing is skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if REQUIRE_ALL and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why a run without failures still fails."""
    if REQUIRE_ALL and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("PORTAL_REQUIRE_ALL=1: nothing may be skipped.", red=True)
