"""No script of a user's runs, and ours keep to the Content-Security-Policy.

Every page of these tests fails on a console error; a refusal by the policy is one.
"""

import re
from collections.abc import Iterable

import xlsxwriter
from playwright.sync_api import expect

from housing.models import Organisation, Project, User
from tests.browser.addresses import BOARD, COORDINATOR
from tests.browser.conftest import Visit
from tests.browser.files import built, workbook
from tests.browser.visitor import Visitor
from tests.housing.intake.factories import HEADINGS, line, template_rows, write_csv

SCRIPT = "<script>window.ran = 1; alert(1)</script>"
IMAGE = '"><img src=x onerror="window.ran = 2; alert(2)">'
HOSTILE = f"{SCRIPT}{IMAGE}"
RAN = "window.ran ?? 0"


def check(visitor: Visitor, *, shown: Iterable[str] = ()) -> None:
    """Nothing ran, no element of ours came out of the text, and the text is shown as text."""
    page = visitor.page
    page.wait_for_load_state("networkidle")
    assert page.evaluate(RAN) == 0
    assert page.locator("img[src=x], script:not([src]):not([type='application/json'])").count() == 0
    for text in shown:
        assert text in visitor.text(), text


def test_hostile_workbook(visit: Visit, tmp_path):
    """In cells, in the names of the file and the sheet, in headings; all the way to the row."""
    heading = [*HEADINGS, HOSTILE]
    rows = template_rows([
        line(municipality="Voerendaal", project=HOSTILE, remark=HOSTILE, key=IMAGE, homes="5",
             target_group=SCRIPT),
    ])  # fmt: skip
    path = tmp_path / f"{IMAGE.replace('/', '')}.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("<img src=x onerror=alert()>")
        sheet.write_row(0, 0, heading)
        sheet.write_row(1, 0, [*rows[1], HOSTILE])
    clerk = visit("vanhier-wonen")
    clerk.open("/aanleveren/vanhier-wonen/2026/")
    clerk.choose(path)
    check(clerk, shown=["<script>", "onerror"])
    clerk.page.get_by_role("button", name="Bevestig").click()
    check(clerk, shown=[SCRIPT])
    clerk.press("Dien de opgave in")
    check(clerk)
    clerk.open("/aanleveren/")
    check(clerk, shown=["onerror"])

    for who in (COORDINATOR, BOARD, "vanhier-wonen", "voerendaal"):
        visitor = visit(who)
        visitor.open("/opleveringen/?corporatie=vanhier-wonen&jaar=2026")
        check(visitor, shown=[SCRIPT])
        visitor.page.locator("tbody a[href^='/opleveringen/']").first.click()
        check(visitor, shown=[SCRIPT])
        visitor.open("/partijen/vanhier-wonen/")
        check(visitor)
        visitor.open("/")
        check(visitor)


def test_hostile_cells_that_are_refused(visit: Visit, tmp_path):
    lines = [
        line(municipality=HOSTILE, homes=SCRIPT, when=IMAGE, segment=HOSTILE, rent=SCRIPT,
             project=HOSTILE),
    ]  # fmt: skip
    clerk = visit("vanhier-wonen")
    clerk.open("/aanleveren/vanhier-wonen/2026/")
    clerk.choose(write_csv(tmp_path / f"{SCRIPT.replace('/', '')}.csv", template_rows(lines)))

    assert "Herstel nog" in clerk.heading
    check(clerk, shown=["<script>"])
    clerk.open("/aanleveren/vanhier-wonen/2026/invullen/")
    row = clerk.page.get_by_role("group", name="Rij 1", exact=True)
    row.get_by_label("Project").fill(HOSTILE)
    row.get_by_label("Opleverdatum").fill(IMAGE[:40])
    clerk.press("Bewaar als concept")
    check(clerk)


def test_hostile_words_of_people(visit: Visit):
    """A comment, a reason, a search, a day, a next page; names of a person, party, project."""
    Organisation.objects.filter(slug="wonen-zuid").update(name=HOSTILE)
    User.objects.filter(email__startswith="wonen-zuid@").update(name=HOSTILE)
    Project.objects.update(name=HOSTILE)
    coordinator, clerk = visit(COORDINATOR), visit("wonen-zuid")
    coordinator.open("/beoordelen/")
    check(coordinator, shown=[SCRIPT])
    coordinator.press(f"Beoordeel {HOSTILE} 2026")
    coordinator.page.get_by_label("Wat moet er veranderen?").fill(HOSTILE)
    coordinator.press("Stuur de opgave terug")
    check(coordinator, shown=[SCRIPT])
    for path in ("/aanleveren/", "/dubbel/", "/", "/partijen/wonen-zuid/", "/opleveringen/",
                 "/afspraken/"):  # fmt: skip
        clerk.open(path)
        check(clerk)
    for path in ("/opleveringen/?zoek=", "/opleveringen/?volgorde=", "/opleveringen/?corporatie=",
                 "/?stand=", "/afspraken/?partij=", "/inloggen/?next=", "/partijen/"):  # fmt: skip
        coordinator.open(path + HOSTILE)
        check(coordinator)


def test_plotly_comes_only_when_asked(visit: Visit):
    board = visit(BOARD)
    board.open("/")
    board.page.wait_for_load_state("networkidle")
    assert not any("plotly" in address for address in board.requests)

    buttons = board.page.get_by_role("button", name="Verken deze grafiek")
    assert buttons.count() == 2
    for drawn in (1, 2):
        buttons.first.click()
        expect(board.page.locator(".explored .main-svg").first).to_be_visible()
        expect(board.page.locator(".explored")).to_have_count(drawn)
    fetched = [address for address in board.requests if "plotly" in address]
    assert len(fetched) == 1
    assert fetched[0].startswith(board.home)
    assert all(address.startswith((board.home, "data:", "blob:")) for address in board.requests)

    bars = board.page.locator(".explored").first
    expect(bars.locator(".barlayer .point")).not_to_have_count(0)
    assert re.search(r"\b2026\b", bars.inner_text())
    for _ in range(2):
        board.page.get_by_role("button", name="Toon de vaste grafiek").first.click()
    expect(board.page.locator(".explored")).to_have_count(0)
    assert board.page.locator("figure.chart > svg[role=img]").first.is_visible()
    assert board.complaints == []


def test_plotly_in_use(visit: Visit):
    """Hovering, zooming and going back make no refusal by the policy either."""
    board = visit(BOARD)
    board.open("/")
    board.page.get_by_role("button", name="Verken deze grafiek").first.click()
    chart = board.page.locator(".explored").first
    drag = chart.locator(".nsewdrag").first
    expect(drag).to_be_visible()
    drag.hover()
    expect(chart.locator(".hoverlayer .hovertext").first).to_be_visible()
    expect(chart.locator(".modebar-btn").first).to_be_attached()
    box = drag.bounding_box()
    assert box
    board.page.mouse.move(box["x"] + 40, box["y"] + 40)
    board.page.mouse.down()
    board.page.mouse.move(box["x"] + 200, box["y"] + 120, steps=4)
    board.page.mouse.up()
    drag.dblclick()

    assert board.complaints == []


def test_dropping_a_file(visit: Visit, tmp_path):
    """The one script of the upload page: it names the chosen file, as text."""
    path = workbook(tmp_path / "<b>opgave.xlsx", [built(3)])
    clerk = visit("vanhier-wonen")
    clerk.open("/aanleveren/vanhier-wonen/2026/")
    clerk.page.set_input_files("[name=file]", path)

    assert clerk.text("output").startswith("Gekozen: <b>opgave.xlsx (")
