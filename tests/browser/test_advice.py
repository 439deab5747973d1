"""A tenants' organisation advises on a complex that is to be spared; others do not see which."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit

AREAS, COMPLEX = "/afspraken/gebieden/", "Flat aan het plein"
REASON = "Wij zijn voor, als de portiek wordt opgeknapt."


def test_tenants_advise_on_a_complex(visit: Visit) -> None:
    tenants = visit("huurders-vincio")
    tenants.open("/")
    tenants.page.get_by_role("link", name="Afspraken", exact=True).first.click()
    tenants.page.locator(f'main a[href="{AREAS}"]').first.click()
    expect(tenants.page.get_by_text(f"Over {COMPLEX} is uw advies gevraagd.")).to_be_visible()
    tenants.page.get_by_role("link", name=COMPLEX).first.click()
    assert "Noem geen bewoners" in tenants.page.inner_text("main")

    tenants.page.get_by_role("button", name="Geef dit advies").click()
    tenants.page.get_by_label("voor, met voorwaarden").check()
    tenants.page.get_by_label("Toelichting").fill(REASON)
    tenants.page.get_by_role("button", name="Geef dit advies").click()

    expect(tenants.page.get_by_text("Uw advies is bewaard.")).to_be_visible()
    expect(tenants.page.get_by_role("heading", name="1 advies van huurders")).to_be_visible()

    officer = visit("heerlen")
    officer.open(AREAS)
    officer.page.get_by_role("link", name=COMPLEX).first.click()
    expect(officer.page.get_by_text(REASON)).to_be_visible()

    board = visit("bestuur")
    assert board.open(AREAS) == 200
    assert COMPLEX not in board.page.inner_text("main")
    assert board.open(officer.page.url.removeprefix(officer.home)) == 404
