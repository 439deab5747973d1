"""A session ends while somebody types: nothing is lost, with and without scripts; keys only."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, expect

from housing.models import MunicipalFigure, StockChange, Submission
from tests.browser.conftest import Visit
from tests.browser.keyboard import (
    fill_door,
    go_to,
    open_details,
    pick,
    sign_in,
    tick,
    type_in,
    use,
)
from tests.browser.visitor import Visitor

ENTRY, ROWS = "/invoer/simpelveld/2026/", "/aanleveren/vanhier-wonen/2026/invullen/"
OFFICER, CLERK = "simpelveld@parkstad.example", "vanhier-wonen@parkstad.example"
NOTE = "Wat u typte toen u werd uitgelogd, staat nog klaar."
WHY = "Een bouwer uit Heerlen leverde <drie> huizen op."


def go_away(visitor: Visitor) -> None:
    """She is called away for longer than a session lasts."""
    key = next(
        cookie["value"]
        for cookie in visitor.context.cookies()
        if cookie["name"] == settings.SESSION_COOKIE_NAME
    )
    session = SessionStore(key)
    session["seen"] -= settings.SESSION_IDLE_SECONDS + 60
    session.save()


def figures() -> dict[str, int | None]:
    """What is stored of Simpelveld's own figures of 2026."""
    stored = MunicipalFigure.objects.filter(
        submission__organisation__slug="simpelveld", submission__year=2026
    )
    return {str(each): each.homes for each in stored}


@pytest.fixture
def officer(visit: Visit) -> Visitor:
    found = visit()
    sign_in(found, OFFICER)
    found.open(ENTRY)
    return found


@pytest.fixture
def other_window(officer: Visitor) -> Iterator[Visitor]:
    """A second window of the same browser."""
    page: Page = officer.context.new_page()
    yield Visitor(page, officer.home)
    page.close()


def test_with_scripts(officer: Visitor, other_window: Visitor) -> None:
    """The page keeps what she types, says so, and saves once she is in again."""
    go_away(officer)
    type_in(officer, "Middenhuur", "3")
    said = officer.page.locator("form:has([name=klaar-mid-rent-number]) output[data-autosaved]")
    expect(said).to_contain_text("U bent uitgelogd. Wat u typte staat nog op deze pagina")
    assert figures() == {}

    sign_in(other_window, OFFICER)
    use(officer, "Bewaar de cijfers")

    assert "Bewaard: 1 van de" in officer.text()
    assert list(figures().values()) == [3]
    assert NOTE not in officer.text()


def test_with_scripts_pressing_a_button_first(officer: Visitor, other_window: Visitor) -> None:
    """A button pressed while she is out leaves the page as it is."""
    go_away(officer)
    type_in(officer, "Middenhuur", "3")
    go_to(officer, "Bewaar de cijfers")
    officer.page.keyboard.press("Enter")
    said = officer.page.locator("form:has([name=klaar-mid-rent-number]) output[data-autosaved]")
    expect(said).to_contain_text("U bent uitgelogd.")
    assert officer.page.locator("[name=klaar-mid-rent-number]").input_value() == "3"

    sign_in(other_window, OFFICER)
    with officer.page.expect_navigation():
        officer.page.keyboard.press("Enter")

    assert list(figures().values()) == [3]


def test_entry_without_scripts(visit: Visit) -> None:
    officer = visit(java_script_enabled=False)
    sign_in(officer, OFFICER)
    officer.open(ENTRY)
    type_in(officer, "Middenhuur", "3")
    open_details(officer, "uw toelichting bij Middenhuur")
    type_in(officer, "Toelichting", WHY, place="Middenhuur")
    go_away(officer)
    use(officer, "Bewaar de cijfers")

    assert "Wat u typte, is niet weg. Na het inloggen staat het klaar." in officer.text()
    fill_door(officer, OFFICER)
    assert officer.page.url == f"{officer.home}{ENTRY}"
    assert NOTE in officer.text()
    assert figures() == {}
    open_details(officer, "Bekijk wat het is")
    assert WHY in officer.text(".kept details")
    use(officer, "Bewaar het alsnog")

    assert "Bewaard: 1 van de" in officer.text()
    assert list(figures().values()) == [3]
    officer.open(ENTRY)
    assert NOTE not in officer.text()


def test_rows_without_scripts(visit: Visit) -> None:
    clerk = visit(java_script_enabled=False)
    sign_in(clerk, CLERK)
    clerk.open(ROWS)
    pick(clerk, "Gemeente", "Voerendaal", place="Rij 1")
    type_in(clerk, "Project", "Dorpshart", place="Rij 1")
    pick(clerk, "Segment", "sociale huur", place="Rij 1")
    type_in(clerk, "Opleverdatum", "12-03-2026", place="Rij 1")
    type_in(clerk, "Aantal woningen", "4", place="Rij 1")
    type_in(clerk, "Netto huur", "700", place="Rij 1")
    tick(clerk, "niets gesloopt")
    go_away(clerk)
    use(clerk, "Bewaar als concept")
    fill_door(clerk, CLERK)
    assert clerk.page.url == f"{clerk.home}{ROWS}"
    assert NOTE in clerk.text()
    use(clerk, "Bewaar het alsnog")

    made = StockChange.objects.get(
        submission__organisation__slug="vanhier-wonen", project__name="Dorpshart"
    )
    assert (made.homes, made.submission.year) == (4, 2026)
    assert made.submission.demolition == "none"


def test_signed_in_meanwhile_without_scripts(visit: Visit) -> None:
    """The token of the page is of before; the text waits at the page itself."""
    clerk = visit(java_script_enabled=False)
    sign_in(clerk, CLERK)
    clerk.open(ROWS)
    type_in(clerk, "Project", "Dorpshart", place="Rij 1")
    go_away(clerk)
    page = clerk.context.new_page()
    sign_in(Visitor(page, clerk.home), CLERK)
    page.close()
    use(clerk, "Bewaar als concept")

    assert clerk.page.url == f"{clerk.home}{ROWS}"
    assert NOTE in clerk.text()
    use(clerk, "Bewaar het alsnog")
    assert clerk.page.locator("[name=rij-0-project]").input_value() == "Dorpshart"
    assert NOTE not in clerk.text()


def test_thrown_away_without_scripts(visit: Visit) -> None:
    clerk = visit(java_script_enabled=False)
    sign_in(clerk, CLERK)
    clerk.open(ROWS)
    type_in(clerk, "Project", "Dorpshart", place="Rij 1")
    go_away(clerk)
    use(clerk, "Bewaar als concept")
    fill_door(clerk, CLERK)
    use(clerk, "Gooi weg")

    assert clerk.page.url == f"{clerk.home}{ROWS}"
    assert NOTE not in clerk.text()
    year = Submission.objects.filter(organisation__slug="vanhier-wonen", year=2026)
    assert not year.exists()
