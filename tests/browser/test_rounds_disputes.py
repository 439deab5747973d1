"""A figure is disputed and settled with the keyboard alone: both see it, talk and agree."""

import pytest
from playwright.sync_api import expect

from housing import tallies
from tests.browser.conftest import Visit
from tests.browser.keyboard import choose, sign_in, type_in, use
from tests.browser.visitor import Visitor

REASON = "Van Dorpsweide zijn volgens onze registratie 10 woningen klaar."
ANSWER = "Dat klopt, de laatste 2 volgen in januari."
DISPUTED = "Beekdaelen betwist wat ZOwonen over 2026 opgaf"


@pytest.fixture
def officer(visit: Visit) -> Visitor:
    """Beekdaelen's, who says on her entry that ZOwonen's 12 homes should be 10."""
    found = visit()
    sign_in(found, "beekdaelen@parkstad.example")
    use(found, "Bekijk of de cijfers van de corporaties kloppen")
    choose(found, "klopt niet", place="ZOwonen")
    type_in(found, "Hoeveel woningen erbij zijn het volgens u?", "10", place="ZOwonen")
    type_in(found, "Waarom klopt het niet?", REASON, place="ZOwonen")
    use(found, "uw antwoord over ZOwonen")
    return found


@pytest.fixture
def clerk(visit: Visit, officer: Visitor) -> Visitor:
    """ZOwonen's, who found the dispute on her start page and answered."""
    found = visit()
    sign_in(found, "zowonen@parkstad.example")
    assert DISPUTED in found.text()
    assert REASON in found.text()
    use(found, "Bekijk en antwoord")
    type_in(found, "Uw bericht", ANSWER)
    use(found, "Verstuur het bericht")
    assert ANSWER in found.text("[aria-labelledby=gesprek]")
    return found


ENTRY, PARTIES = "/invoer/beekdaelen/2026/", ("/partijen/zowonen/", "/partijen/beekdaelen/")


def marked(visitor: Visitor, *paths: str) -> list[str]:
    """Those of these pages where a figure of ZOwonen is marked as disputed."""
    found = []
    for path in paths:
        assert visitor.open(path) == 200
        if visitor.page.get_by_text("betwist", exact=True).count():
            found.append(path)
    return found


def test_officer_takes_her_dispute_back(officer: Visitor, clerk: Visitor) -> None:
    assert marked(officer, ENTRY, *PARTIES) == [ENTRY, *PARTIES]
    assert marked(clerk, *PARTIES) == [*PARTIES]

    officer.open("/start/")
    assert ANSWER in officer.text()
    use(officer, "Bekijk of de cijfers van de corporaties kloppen")
    use(officer, "Praat erover met ZOwonen")
    assert ANSWER in officer.text("[aria-labelledby=gesprek]")
    assert officer.page.get_by_text("betwist", exact=True).count() == 1
    talk = officer.page.url.removeprefix(officer.home)
    use(officer, "Het klopt toch")

    for side in (officer, clerk):
        side.open(talk)
        assert side.heading.startswith("Opgelost:")
        assert side.page.get_by_text("betwist", exact=True).count() == 0
    clerk.open("/start/")
    assert DISPUTED not in clerk.text()
    assert marked(officer, ENTRY, *PARTIES) == marked(clerk, *PARTIES) == []


def test_corporation_mends_it_and_the_officer_agrees(officer: Visitor, clerk: Visitor) -> None:
    use(clerk, "Verbeter de rijen")
    type_in(clerk, "Aantal woningen", "10", place="Rij 1")
    use(clerk, "Bewaar als concept")
    use(clerk, "Dien de opgave in")
    assert "De opgave is ingediend" in clerk.text()
    # It stays disputed until the officer, who sees what changed, agrees.
    expect(clerk.page.get_by_text("betwist", exact=True).first).to_be_visible()

    officer.open("/start/")
    use(officer, "Bekijk of de cijfers van de corporaties kloppen")
    row = officer.page.get_by_role("row", name="ZOwonen").first
    expect(row.get_by_text("betwist", exact=True)).to_be_visible()
    assert "Sinds u dit betwistte, veranderde de opgave" in officer.text()
    assert "Dorpsweide: nieuwbouw, sociale huur 12 10" in officer.text(".problem")
    choose(officer, "klopt", place="ZOwonen")
    use(officer, "uw antwoord over ZOwonen")

    expect(row.get_by_text("betwist", exact=True)).to_have_count(0)
    clerk.page.reload()
    assert clerk.page.get_by_text("betwist", exact=True).count() == 0
    assert marked(officer, ENTRY, *PARTIES) == marked(clerk, *PARTIES) == []
    assert tallies.audit() == []
