"""Two parties send the same home: both see it, the coordinator decides, both read the outcome."""

from pathlib import Path

import pytest

from housing import tallies
from tests.browser.conftest import Visit
from tests.browser.files import addressed, bag_id, built, workbook
from tests.browser.visitor import Visitor

SINCE_2024 = "Opgeleverd sinds 1 januari 2024"
REASON = "ZOwonen nam de woning in 2026 over, blijkens de akte."


@pytest.fixture
def vanhier(visit: Visit) -> Visitor:
    return visit("vanhier-wonen")


@pytest.fixture
def zo(visit: Visit) -> Visitor:
    return visit("zowonen")


@pytest.fixture
def board(visit: Visit) -> Visitor:
    return visit("bestuur")


def since_2024(board: Visitor) -> int:
    """The homes on the dashboard."""
    board.open("/")
    return board.figure(SINCE_2024)


def send_in(clerk: Visitor, party: str, file: Path) -> None:
    """Have a file read as an addition to what was reported: all the rest stays."""
    clerk.open(f"/aanleveren/{party}/2026/")
    clerk.choose(file)
    for choice in clerk.page.get_by_label("blijft").all():
        choice.check()


def hand_in(clerk: Visitor) -> None:
    clerk.page.get_by_role("button", name="Bevestig").click()
    clerk.press("Dien de opgave in")


def claim_of(side: Visitor) -> str:
    """The heading of the page about the home, come to by way of the list."""
    side.open("/dubbel/")
    row = side.page.get_by_role("row", name=bag_id(1))
    row.get_by_role("link").click()
    side.page.wait_for_load_state()
    return side.heading


def test_home_of_two_files_is_settled(visit, vanhier, zo, board, tmp_path):
    before = since_2024(board)
    ours = workbook(tmp_path / "wij.xlsx", [addressed(1), built(2, key="KP")])
    send_in(vanhier, "vanhier-wonen", ours)
    hand_in(vanhier)
    assert since_2024(board) == before + 3

    # The second is told before she confirms, and by whom.
    send_in(zo, "zowonen", workbook(tmp_path / "zo.xlsx", [addressed(1)], "ZOwonen"))
    told = zo.text("[aria-labelledby=letop]")
    assert "Een andere corporatie heeft deze woning ook opgegeven" in told
    assert "Vanhier Wonen" in told
    hand_in(zo)
    assert "1 woning is ook elders gemeld" in zo.text()
    assert since_2024(board) == before + 3

    # Both see both sides, and neither may decide.
    for side in (vanhier, zo):
        assert claim_of(side) == (
            "Deze woning staat in 2 opgaven en telt nu bij Vanhier Wonen, 2026"
        )
        assert "De opgave die de woning het eerst noemde, gaat voor." in side.text(".lead")
        assert side.page.get_by_role("button", name="Bewaar deze beslissing").count() == 0
        assert "Vraag de coördinator van de Stadsregio om te beslissen" in side.text()

    coordinator = visit("coordinator")
    coordinator.open("/beoordelen/")
    coordinator.press("Bekijk de dubbele woningen")
    assert claim_of(coordinator).endswith("telt nu bij Vanhier Wonen, 2026")
    coordinator.page.get_by_label("ZOwonen, 2026").check()
    coordinator.page.get_by_label("Waarom telt de woning daar?").fill(REASON)
    coordinator.press("Bewaar deze beslissing")

    for side in (coordinator, vanhier, zo):
        assert claim_of(side) == "Deze woning staat in 2 opgaven en telt nu bij ZOwonen, 2026"
        ruling = f"De woning telt bij ZOwonen, 2026, en niet bij Vanhier Wonen, 2026: “{REASON}”"
        assert ruling in side.text("[aria-labelledby=eerder]")
    assert since_2024(board) == before + 3
    vanhier.open("/aanleveren/")
    row = vanhier.page.get_by_role("row", name="Vanhier Wonen over 2026")
    row.get_by_role("link", name="Bekijk").click()
    vanhier.page.wait_for_load_state()
    assert vanhier.heading == "Vanhier Wonen gaf 3 woningen op over 2026; 2 tellen mee"
    assert "1 dubbel gemeld, telt elders" in vanhier.text()
    assert tallies.audit() == []

    # Taken out of Vanhier Wonen's answer it is no longer double, and counts as it did.
    vanhier.press("Trek deze opgave in")
    assert since_2024(board) == before + 1
    assert tallies.audit() == []
