"""The last day has passed: a party reads who can help, gets more time and enters; keys only."""

from datetime import date

import pytest

from housing.models import MunicipalFigure, Organisation, Round, RoundTerm, StockChange
from tests.browser.conftest import Visit
from tests.browser.keyboard import pick, sign_in, type_in, use

REASON = "Er was brand in het kantoor."
SINCE = "gesloten sinds 1 november 2026"
WHO_HELPS = "kan uitstel geven"


@pytest.fixture(autouse=True)
def _closed(transactional_db: None) -> None:
    """Everybody could enter until 1 November and mend until the 15th; it is 23 November 2026."""
    asked = Round.objects.get(year=2026)
    days = {"closes_on": date(2026, 11, 1), "corrections_until": date(2026, 11, 15)}
    for kind in (Organisation.Kind.CORPORATION, Organisation.Kind.MUNICIPALITY):
        RoundTerm.objects.update_or_create(round=asked, party_kind=kind, defaults=days)


def give_more_time(visit: Visit, party: str) -> None:
    """The coordinator, with a reason, until 30 November."""
    coordinator = visit()
    sign_in(coordinator, "coordinator@parkstad.example")
    use(coordinator, "Rondes")
    use(coordinator, "Ronde 2026")
    use(coordinator, f"Uitstel voor {party}")
    assert SINCE in coordinator.text()
    type_in(coordinator, "Uitstel tot en met", "30-11-2026")
    type_in(coordinator, "Waarom", REASON)
    use(coordinator, "Geef uitstel")
    assert f"{party} kan opgeven tot en met 30 november 2026." in coordinator.text()


def test_corporation(visit: Visit) -> None:
    clerk = visit()
    sign_in(clerk, "vanhier-wonen@parkstad.example")
    assert SINCE in clerk.text()
    assert WHO_HELPS in clerk.text()
    assert clerk.open("/aanleveren/vanhier-wonen/2026/invullen/") == 403
    assert SINCE in clerk.text()
    assert WHO_HELPS in clerk.text()

    give_more_time(visit, "Vanhier Wonen")

    clerk.open("/start/")
    assert "uiterlijk 30 november 2026" in clerk.heading
    assert "Dat is over 7 dagen. U kreeg uitstel." in clerk.text()
    use(clerk, "Geef op wat er is opgeleverd")
    use(clerk, "typ een paar rijen zelf")
    pick(clerk, "Gemeente", "Voerendaal", place="Rij 1")
    type_in(clerk, "Project", "Dorpshart", place="Rij 1")
    pick(clerk, "Segment", "sociale huur", place="Rij 1")
    type_in(clerk, "Opleverdatum", "12-03-2026", place="Rij 1")
    type_in(clerk, "Aantal woningen", "4", place="Rij 1")
    type_in(clerk, "Netto huur", "700", place="Rij 1")
    use(clerk, "Bewaar als concept")
    use(clerk, "Dien de opgave in")
    assert "De opgave is ingediend." in clerk.text()
    made = StockChange.objects.get(
        submission__organisation__slug="vanhier-wonen", project__name="Dorpshart"
    )
    assert made.homes == 4


def test_municipality(visit: Visit) -> None:
    officer = visit()
    sign_in(officer, "simpelveld@parkstad.example")
    assert SINCE in officer.text()
    use(officer, "Vul uw eigen cijfers in")
    assert SINCE in officer.text()
    assert WHO_HELPS in officer.text()
    assert officer.page.locator("main input:not([type=hidden]), main textarea").count() == 0

    give_more_time(visit, "Simpelveld")

    officer.page.reload()
    assert "U kreeg uitstel." in officer.text()
    assert WHO_HELPS not in officer.text()
    type_in(officer, "Middenhuur", "3")
    use(officer, "Bewaar de cijfers")
    assert "Bewaard: 1 van de" in officer.text()
    assert MunicipalFigure.objects.filter(
        submission__organisation__slug="simpelveld", submission__year=2026, homes=3
    ).exists()
