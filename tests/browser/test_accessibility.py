"""axe-core finds nothing on any page, as any role, and nothing scrolls sideways on a phone."""

from collections.abc import Iterator

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from axe_playwright_python.sync_playwright import Axe

from agreements import demo
from housing.models import Organisation, Submission, Upload, User
from housing.views import reporting
from tests.browser.addresses import BOARD, COORDINATOR, NOT_PAGES, TENANTS, everywhere, names
from tests.browser.conftest import Visit
from tests.browser.files import addressed, first_answer, stock_list, workbook
from tests.browser.visitor import PASSWORD, Visitor
from tests.factories import make_upload
from tests.housing.intake.factories import line, template_rows, write_csv, write_xlsx

WIDTHS = (1280, 320)  # CSS pixels; 320 is a page at 400% on a small laptop
AXE = Axe().axe_script
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
CONTRAST = "color-contrast"  # four fifths of the time
RUN = """([tags, contrast]) => axe.run(document, {
    resultTypes: ["violations"],
    preload: false,
    runOnly: {type: tags[0] === 'color-contrast' ? 'rule' : 'tag', values: tags},
    rules: {"color-contrast": {enabled: contrast}},
}).then(found => found.violations)"""
# Open by another way than an address alone; the tests below go it.
BY_OTHER_WAYS = {
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults(
    visitor: Visitor, what: str = "", contrast_at: tuple[int, ...] = WIDTHS
) -> Iterator[str]:
    """What is wrong with the page that is open now, at each width.

    Contrast comes from the style sheets: it is enough to measure a page for one role.
    """
    page = visitor.page
    # A page without its style sheets yet has other sizes and colours.
    page.wait_for_load_state()
    what = what or page.url.removeprefix(visitor.home)
    page.evaluate(AXE)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for found in page.evaluate(RUN, [TAGS, width in contrast_at]):
            for node in found["nodes"]:
                yield f"{what} at {width}: {found['id']} on {node['html'][:200]}"
        if over := page.evaluate(SIDEWAYS):
            yield f"{what} at {width}: {over} px wider than the window"


def test_every_page_has_a_case(portal, transactional_db):
    assert names() - {case.view for case in everywhere()} - NOT_PAGES - BY_OTHER_WAYS == set()


PEOPLE = ("", "weller", "vanhier-wonen", "heemwonen", "woonpunt", "wonen-zuid", "coordinator",
          "zowonen", "bestuur", "heerlen", "kerkrade", "huurders", "huurders-vincio")  # fmt: skip


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who or "visitor")
def test_pages(visit: Visit, who: str):
    """Each page with its scripts; what the browser complains of (the policy on content is kept
    everywhere) fails it as well."""
    visitor = visit(who)
    found, views, paths = [], set(), set()
    for case in everywhere():
        widths = () if case.path in paths else WIDTHS[:1] if case.view in views else WIDTHS
        views.add(case.view)
        paths.add(case.path)
        if case.who == who:
            status = visitor.open(case.path)
            if status != case.status:
                found.append(f"{case.path}: {status}")
            found += faults(visitor, case.path, contrast_at=widths)

    assert found == []
    assert visitor.complaints == []


def test_somebody_looks_at_every_page(portal, transactional_db):
    assert {case.who for case in everywhere()} == set(PEOPLE)


@pytest.mark.parametrize("who", [COORDINATOR, BOARD])
def test_in_the_dark(visit: Visit, who: str):
    visitor = visit(who, color_scheme="dark")
    found = []
    for view, path in {case.view: case.path for case in everywhere() if case.who == who}.items():
        visitor.open(path)
        visitor.page.evaluate(AXE)
        found += [
            f"{view} in the dark: {node['html'][:200]}"
            for fault in visitor.page.evaluate(RUN, [[CONTRAST], True])
            for node in fault["nodes"]
        ]

    assert found == []


def test_upload_results(visit: Visit, tmp_path):
    """A file that waits, also over an earlier answer; with warnings; with errors; unknown."""
    visitor = visit("vanhier-wonen")
    good = workbook(tmp_path / "goed.xlsx", first_answer())
    lines = [
        line(municipality="Maastricht", homes="4", project="x" * 250),
        line(municipality="Voerendaal", homes="1,5", when="12/13/2062", segment="iets"),
        line(municipality="Voerendaal", homes="1", bag="986010000000001", rent="12,40"),
    ]
    wrong = write_xlsx(tmp_path / "fout met een heel lange naam.xlsx", template_rows(lines))
    odd = [line(municipality="Voerendaal", homes="400", rent="", when="2026", key="A")]
    renamed = [{"Plaats van bouw" if name == "Gemeente" else name: value
                for name, value in line(municipality="Voerendaal", homes="2").items()}]  # fmt: skip
    files = [
        good,
        write_xlsx(tmp_path / "koppen.xlsx", template_rows(renamed)),
        write_xlsx(tmp_path / "nakijken.xlsx", template_rows(odd)),
        wrong,
        write_csv(tmp_path / "anders.csv", [["naam", "leeftijd"], ["a", "1"]]),
    ]
    found = []
    for path in files:
        visitor.open("/aanleveren/vanhier-wonen/2026/")
        visitor.choose(path)
        found += faults(visitor, path.name)
        if path == wrong:
            field = visitor.page.locator(".problem").get_by_role("textbox").first
            field.fill("3")
            visitor.press("Verbeter en controleer opnieuw")
            assert "op deze pagina" in visitor.text()
            found += faults(visitor, "mended")
    send_in(visitor, good)
    found += faults(visitor, "concept")
    visitor.press("Dien de opgave in")
    found += faults(visitor, "ingediend")
    visitor.open("/aanleveren/vanhier-wonen/2026/")
    visitor.choose(stock_list(tmp_path / "woz.csv"))
    found += faults(visitor, "WOZ over an earlier answer")

    assert found == []


def send_in(visitor: Visitor, path) -> None:
    visitor.open("/aanleveren/vanhier-wonen/2026/")
    visitor.choose(path)
    visitor.page.get_by_role("button", name="Bevestig").click()


def test_files_without_an_outcome(visit: Visit):
    weller = Organisation.objects.get(slug="weller")
    visitor = visit("weller")
    found = []
    for status in (Upload.Status.RECEIVED, Upload.Status.READ, Upload.Status.BROKEN_OFF):
        upload = make_upload(weller, year=2026, status=status, format="")
        visitor.open(f"/aanleveren/bestand/{upload.reference}/")
        found += faults(visitor, status)

    assert found == []


def test_forms_that_were_not_accepted(visit: Visit):
    found = []
    clerk, coordinator, visitor = visit("vanhier-wonen"), visit(COORDINATOR), visit()
    clerk.open("/aanleveren/vanhier-wonen/2026/")
    clerk.page.locator("[name=file]").evaluate("field => field.required = false")
    clerk.press("Lees dit bestand")
    assert "Kies eerst een bestand." in clerk.text()
    found += faults(clerk, "no file")

    clerk.open("/aanleveren/vanhier-wonen/2026/invullen/")
    row = clerk.page.get_by_role("group", name="Rij 1", exact=True)
    row.get_by_label("Aantal woningen").fill("1,5")
    row.get_by_label("Opleverdatum").fill("31-02-2026")
    clerk.press("Bewaar als concept")
    assert "Er is nog niets bewaard" in clerk.heading
    found += faults(clerk, "typing with errors")

    waiting = Submission.objects.filter(organisation__slug="wonen-zuid", status="submitted").get()
    coordinator.open(f"/opgaven/{waiting.pk}/")
    coordinator.page.locator("[name=comment]").last.evaluate("field => field.required = false")
    coordinator.press("Stuur de opgave terug")
    assert "Schrijf wat er moet veranderen." in coordinator.text()
    found += faults(coordinator, "sent back without a reason")

    for _ in range(6):
        visitor.open("/inloggen/")
        visitor.page.fill("[name=login]", "weller@parkstad.example")
        visitor.page.fill("[name=password]", "verkeerd")
        visitor.page.click("main button[type=submit]")
        if "te vaak" in visitor.text():
            break
    found += faults(visitor, "too many wrong passwords")

    assert found == []


def test_refusals_by_another_way(visit: Visit, monkeypatch, settings):
    """403 for a form without its token, 429, and 500."""
    clerk = visit("vanhier-wonen")
    clerk.open("/aanleveren/vanhier-wonen/2026/")
    clerk.context.clear_cookies(name="csrftoken")
    clerk.press("Niets opgeleverd in 2026")
    found = list(faults(clerk, "without its token"))

    def broken(*_: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(reporting, "year_answers", broken)
    assert clerk.open("/aanleveren/") == 500
    found += faults(clerk, "500")

    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    visitor = visit()
    for _ in range(2):
        visitor.open("/inloggen/")
        visitor.page.fill("[name=login]", "weller@parkstad.example")
        visitor.page.fill("[name=password]", "verkeerd")
        visitor.page.click("main button[type=submit]")
    assert visitor.heading == "Er kwamen te veel verzoeken achter elkaar"
    found += faults(visitor, "429")

    assert found == []


def test_choosing_a_new_password(visit: Visit):
    user = User.objects.get(email="weller@parkstad.example")
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    visitor = visit()
    visitor.open(f"/wachtwoord/nieuw/{key}/")
    assert visitor.page.locator("[name=password1]").count() == 1
    found = list(faults(visitor, "a new password"))
    visitor.page.fill("[name=password1]", "kort")
    visitor.page.fill("[name=password2]", "korter")
    visitor.page.click("main button[type=submit]")
    found += faults(visitor, "a password that is not accepted")

    assert found == []


def test_second_factor(visit: Visit, monkeypatch):
    user = User.objects.get(email=f"{TENANTS}@parkstad.example")
    visitor = visit()
    visitor.sign_in(user.email, first="/code/app/")
    found = list(faults(visitor))
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    for path in ("/code/", "/code/app/uitzetten/", "/code/herstel/", "/code/herstel/maken/",
                 "/code/bevestigen/"):  # fmt: skip
        assert visitor.open(path) == 200
        found += faults(visitor, path)

    other = visit()
    other.open("/inloggen/")
    other.page.fill("[name=login]", user.email)
    other.page.fill("[name=password]", PASSWORD)
    other.page.click("main button[type=submit]")
    assert other.page.url.endswith("/code/invullen/")
    found += faults(other)

    assert found == []


def test_before_anything_was_reported(visit: Visit):
    """The portal on its first day: the reference data, and nothing else."""
    visitors = {who: visit(who) for who in (BOARD, COORDINATOR, "weller")}
    User.objects.update(is_demo=False)
    demo.clear()
    found = []
    for who, visitor in visitors.items():
        for path in ("/", "/opleveringen/", "/partijen/weller/", "/partijen/heerlen/",
                     "/aanleveren/", "/beoordelen/", "/dubbel/"):  # fmt: skip
            status = visitor.open(path)
            assert status in (200, 403), path
            found += faults(visitor, f"{path} of {who} on the first day")

    assert found == []


def test_long_words_do_not_widen_a_page(visit: Visit, tmp_path):
    visitor = visit("vanhier-wonen")
    rows = [addressed(1, project="x" * 200, key="Y" * 60)]
    path = workbook(tmp_path / f"{'lange-naam-' * 15}.xlsx", rows)
    visitor.open("/aanleveren/vanhier-wonen/2026/")
    visitor.choose(path)
    found = list(faults(visitor, "result"))
    visitor.page.get_by_role("button", name="Bevestig").click()
    found += faults(visitor, "submission")
    visitor.open("/aanleveren/")
    found += faults(visitor)
    visitor.press("Bekijk de opgave van Vanhier Wonen over 2026")
    visitor.press("Dien de opgave in")
    visitor.open("/opleveringen/?corporatie=vanhier-wonen&jaar=2026")
    found += faults(visitor)
    visitor.page.locator("tbody a").first.click()
    found += faults(visitor, "row")

    assert found == []
