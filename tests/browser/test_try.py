from tests.browser.test_main_job import send_in, confirm, accept
from tests.browser.files import *


def test_a(visit, tmp_path):
    clerk, coordinator = visit("vanhier-wonen"), visit("coordinator")
    send_in(clerk, workbook(tmp_path / "opleveringen.xlsx", first_answer()))
    confirm(clerk)
    clerk.press("Dien de opgave in")
    accept(coordinator, "Vanhier Wonen")
    send_in(clerk, stock_list(tmp_path / "woz-bezitstabel.csv"))
    print(*clerk.rows("Verschil met wat er staat"), sep="\n")
    print(clerk.text("form:has(#verschil)")[-1800:])
    clerk.page.screenshot(path="/tmp/h8/r3.png", full_page=True)
    theirs = visit("zowonen")
    send_in(theirs, workbook(tmp_path / "zo.xlsx", [addressed(1)]), "/aanleveren/zowonen/2026/")
    print(theirs.text("form:has(#verschil)"))
    theirs.page.screenshot(path="/tmp/h8/r4.png", full_page=True)
    for choice in theirs.page.get_by_label("blijft").all():
        choice.check()
    confirm(theirs)
    print(theirs.text()[:500])


def test_b(visit, tmp_path):
    from tests.browser.test_main_job import line, write_xlsx, template_rows

    clerk = visit("vanhier-wonen")
    lines = [
        line(municipality="Voerendaal", key="A", homes="4"),
        line(municipality="Maastricht", key="B", homes="4"),
        line(municipality="Voerendaal", key="C", homes="1,5"),
    ]
    send_in(clerk, write_xlsx(tmp_path / "fout.xlsx", template_rows(lines)))
    print(clerk.text("[aria-labelledby=fouten]"))
    for w in (1280, 390):
        clerk.page.set_viewport_size({"width": w, "height": 900})
        clerk.page.screenshot(path=f"/tmp/h8/r5-{w}.png", full_page=True)
