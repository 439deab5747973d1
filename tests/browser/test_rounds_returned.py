"""An answer comes back with a remark at a row, is mended and accepted; with the keyboard alone."""

import re

from playwright.sync_api import expect

from housing import tallies
from housing.models import StockChange, Submission
from tests.browser.conftest import Visit
from tests.browser.keyboard import open_details, sign_in, type_in, use
from tests.browser.visitor import Visitor

AT_THE_ROW = "Zijn dit er niet 7? Zie de akte."
COMMENT = "Kijk nog eens naar de transformatie in Heerlen."


def events(visitor: Visitor) -> list[str]:
    """The timeline, newest first, each step on a line without the minute."""
    lines = visitor.page.locator("[aria-labelledby=verloop] li").all_inner_texts()
    return [re.sub(r", \d\d\.\d\d uur", "", " ".join(line.split())) for line in lines]


def test_returned_mended_and_accepted(visit: Visit) -> None:
    first = Submission.objects.get(organisation__slug="wonen-zuid", year=2026)
    row = StockChange.objects.get(submission=first, key="WZ-26-2")
    coordinator = visit()
    sign_in(coordinator, "coordinator@parkstad.example")
    use(coordinator, "Beoordelen")
    use(coordinator, "Beoordeel Wonen Zuid 2026")
    use(coordinator, "Oude school")
    assert coordinator.page.url.endswith(f"/opleveringen/{row.pk}/")
    open_details(coordinator, "Schrijf een opmerking")
    type_in(coordinator, "Uw opmerking", AT_THE_ROW)
    use(coordinator, "Plaats de opmerking")
    assert AT_THE_ROW in coordinator.text("[aria-labelledby=opmerkingen]")
    use(coordinator, "Beoordelen")
    use(coordinator, "Beoordeel Wonen Zuid 2026")
    type_in(coordinator, "Wat moet er veranderen?", COMMENT)
    use(coordinator, "Stuur de opgave terug")
    assert "De opgave is teruggestuurd" in coordinator.text()

    clerk = visit()
    sign_in(clerk, "wonen-zuid@parkstad.example")
    assert "Uw opgave over 2026 kwam terug" in clerk.text()
    assert COMMENT in clerk.text()
    assert AT_THE_ROW in clerk.text()
    use(clerk, "Bekijk en verbeter")
    assert COMMENT in clerk.text()
    assert AT_THE_ROW in clerk.text()
    use(clerk, "Verander rijen")
    place = clerk.page.locator("[name$=-project]").evaluate_all(
        "fields => fields.findIndex(field => field.value === 'Oude school')"
    )
    type_in(clerk, "Aantal woningen", "7", place=f"Rij {place + 1}")
    use(clerk, "Bewaar als concept")
    use(clerk, "Dien de opgave in")
    second = Submission.objects.get(pk=int(clerk.page.url.rstrip("/").rpartition("/")[2]))
    assert (second.number, second.status) == (2, Submission.Status.SUBMITTED)

    use(coordinator, "Beoordelen")
    use(coordinator, "Beoordeel Wonen Zuid 2026")
    use(coordinator, "met versie 1")
    assert "8 7" in coordinator.text()
    use(coordinator, "Beoordelen")
    use(coordinator, "Beoordeel Wonen Zuid 2026")
    use(coordinator, "Stel de opgave vast")

    clerk.page.reload()
    expect(clerk.page.get_by_text("vastgesteld", exact=True).first).to_be_visible()
    clerk_, keeper = "door Invoerder Wonen Zuid", "door Coördinator Stadsregio"
    assert events(clerk) == [
        f"Vastgesteld, versie 2 23 november 2026, {keeper}",
        f"Ingediend, versie 2 23 november 2026, {clerk_}",
        f"Concept, versie 2 23 november 2026, {clerk_}",
        f"Teruggestuurd, versie 1: “{COMMENT}” 23 november 2026, {keeper}",
        f"Ingediend, versie 1 5 november 2026, {clerk_}",
        f"Concept, versie 1 5 november 2026, {clerk_}",
    ]
    clerk.open("/start/")
    assert "kwam terug" not in clerk.text()
    assert tallies.audit() == []
