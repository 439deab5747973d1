"""The three main tasks with the keyboard alone: no mouse, no script that finds the button."""

from tests.browser.conftest import Visit
from tests.browser.files import first_answer, workbook
from tests.browser.keyboard import go_to, sign_in, use


def test_clerk_sends_a_file_in(visit: Visit, tmp_path):
    path = workbook(tmp_path / "opleveringen.xlsx", first_answer())
    clerk = visit()
    sign_in(clerk, "vanhier-wonen@parkstad.example")

    use(clerk, "Aanleveren")
    use(clerk, "Geef op voor Vanhier Wonen over 2026")
    # Chromium must have been asked for its file chooser well before the key that opens it.
    with clerk.page.expect_file_chooser() as chooser:
        go_to(clerk, "Bestand")
        clerk.page.keyboard.press("Enter")
    chooser.value.set_files(path)
    use(clerk, "Lees dit bestand")
    assert clerk.heading == "We lazen 6 rijen met 29 woningen. Klopt dit?"
    go_to(clerk, "niets gesloopt")
    clerk.page.keyboard.press("Space")
    use(clerk, "Bevestig")
    assert "sloop: niets" in clerk.text() or "sloop: geen" in clerk.text()
    use(clerk, "Dien de opgave in")

    assert "De opgave is ingediend" in clerk.text()


def test_coordinator_accepts(visit: Visit):
    coordinator = visit()
    sign_in(coordinator, "coordinator@parkstad.example")

    use(coordinator, "Beoordelen")
    use(coordinator, "Beoordeel Wonen Zuid 2026")
    use(coordinator, "Stel de opgave vast")

    assert "vastgesteld" in coordinator.text(".note")


def test_board_looks_a_number_up(visit: Visit):
    """From the answer on a past day down to a row, skipping the menu."""
    board = visit()
    sign_in(board, "bestuur@parkstad.example")
    use(board, "Regiobeeld")
    go_to(board, "Naar de inhoud", keys=1)
    board.page.keyboard.press("Enter")
    go_to(board, "Stand op", keys=2)
    board.page.keyboard.press("Control+A")
    board.page.keyboard.type("15-03-2026")
    with board.page.expect_navigation():
        board.page.keyboard.press("Enter")
    assert "15 maart 2026" in board.text()

    use(board, "Opleveringen")
    go_to(board, "Zoek")
    board.page.keyboard.type("Dorpshart")
    with board.page.expect_navigation():
        board.page.keyboard.press("Enter")
    rows = board.page.locator("tbody tr")
    assert rows.count() >= 1
    assert all("Dorpshart" in row for row in rows.all_inner_texts())
