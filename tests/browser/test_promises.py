"""How people keep their word: an officer answers, a municipality begins next year's set."""

from playwright.sync_api import expect

from agreements.models import AgreementSet, Statement
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

ANSWERS = {
    "grondprijs": "De twee gemeenten vergeleken hun grondprijzen.",
    "koopplannen": "Wij spraken met drie bouwers over hun plannen.",
    "conceptuele-woningbouw": "Wij leverden onze eisen aan.",
}


def answer(officer: Visitor, slug: str, text: str, light: str = "op schema") -> None:
    """Fill in one agreement and save it."""
    officer.open(f"/afspraken/{slug}/invullen/brunssum/2026/")
    page = officer.page
    page.get_by_label("Hoe ver is het?").select_option("loopt")
    if page.get_by_role("radio", name=light).count():
        page.get_by_role("radio", name=light).check()
    page.get_by_label("Wat deed Brunssum in 2026?").fill(text)
    page.get_by_label("Hoe staat het?").fill("Volgens plan.")
    with page.expect_navigation():
        page.get_by_role("button", name="Bewaar", exact=True).click()


def test_officer_answers_for_her_agreements(visit: Visit) -> None:
    officer, board = visit("brunssum"), visit("bestuur")
    officer.open("/start/")
    officer.page.get_by_role("link", name="Schrijf hoe het staat met uw afspraken").click()
    for slug, text in ANSWERS.items():
        answer(officer, slug, text)
    board.open("/afspraken/grondprijs/")
    assert ANSWERS["grondprijs"] not in board.text()  # what is being written is her own

    officer.open("/afspraken/invullen/brunssum/2026/")
    assert "Indienen kan als alle" in officer.text()
    owed = officer.page.locator("main tbody a").evaluate_all(
        "links => links.map(link => link.getAttribute('href').split('/')[2])"
    )
    for slug in set(owed) - ANSWERS.keys():
        answer(officer, slug, "Dit liep door.")
    officer.open("/afspraken/invullen/brunssum/2026/")
    with officer.page.expect_navigation():
        officer.page.get_by_role("button", name="Dien").click()

    board.open("/afspraken/grondprijs/")
    assert ANSWERS["grondprijs"] in board.text()
    said = Statement.objects.submitted().filter(organisation__slug="brunssum", round__year=2026)
    assert said.count() == len(owed)


def test_municipality_begins_2027_from_2026(visit: Visit) -> None:
    before = AgreementSet.objects.get(municipality__slug="kerkrade", first_year=2026)
    officer = visit("kerkrade")
    officer.open("/afspraken/")
    officer.page.get_by_role("link", name="Afspraken per gemeente").click()
    with officer.page.expect_navigation():
        officer.page.get_by_role("button", name="Begin de afspraken over 2027 van Kerkrade").click()

    expect(officer.page).to_have_url(f"{officer.home}/afspraken/lokaal/kerkrade/2027/")
    made = AgreementSet.objects.get(municipality__slug="kerkrade", first_year=2027)
    assert made.copied_from == before
    titles = [agreement.title for agreement in before.agreements.all()]
    assert [agreement.title for agreement in made.agreements.all()] == titles
    assert all(title in officer.text() for title in titles)
