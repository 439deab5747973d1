"""A person with a browser: what she opens, fills in and reads."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, ViewportSize, expect

PASSWORD = "stadsregio-en-mijnlamp-7"  # of every account in these tests
SIZE: ViewportSize = {"width": 1280, "height": 900}  # of a window, in CSS pixels
# Chromium reports an error page in the console; that the page is one, the test knows.
ERROR_PAGE = "Failed to load resource: the server responded with a status of "


@dataclass
class Visitor:
    """A tab of its own, with every complaint of the browser kept.

    `complaints` holds console errors (Content-Security-Policy refusals are among them) and
    uncaught exceptions; `requests` the addresses that were fetched since the last `open`.
    """

    page: Page
    home: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listeners = {
            "console": self._heard,
            "pageerror": lambda error: self.complaints.append(f"exception: {error}"),
            "request": lambda request: self.requests.append(request.url),
            "dialog": self._refuse,
        }
        for event, listener in self._listeners.items():
            self.page.on(event, listener)  # type: ignore[call-overload]

    def leave(self) -> None:
        """Hand the tab back as it was, with nobody signed in."""
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)
        self.context.clear_cookies()
        self.page.set_viewport_size(SIZE)
        self.page.goto("about:blank")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(ERROR_PAGE):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _refuse(self, dialog: object) -> None:
        self.complaints.append(f"dialog on {self.page.url}")
        dialog.dismiss()  # type: ignore[attr-defined]

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def open(self, path: str) -> int:
        """Go to a page of the portal; give the status of the answer."""
        self.requests.clear()
        answer = self.page.goto(self.home + path)
        assert answer is not None, path
        return answer.status

    def sign_in(self, email: str, first: str = "/") -> None:
        """Come in by the door that everybody uses, to see the page `first`."""
        self.open(f"/inloggen/?next={first}")
        self.page.fill("[name=login]", email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main button[type=submit]")
        expect(self.page.locator(".whoami")).to_be_visible()

    def press(self, name: str) -> None:
        """Click the one button or link of this name in the page, and wait for what follows."""
        main = self.page.locator("main")
        named = main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name))
        named.click()
        self.page.wait_for_load_state()

    def download(self, name: str, folder: Path) -> Path:
        """Click the link of this name, and keep the file that comes."""
        with self.page.expect_download() as started:
            self.page.locator("main").get_by_role("link", name=name).click()
        path = folder / started.value.suggested_filename
        started.value.save_as(path)
        return path

    def choose(self, file: Path) -> None:
        """Choose a file on the upload page and have it read."""
        self.page.set_input_files("[name=file]", file)
        self.press("Lees dit bestand")

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def text(self, selector: str = "main") -> str:
        """What stands there, each run of white space as one space."""
        return " ".join(self.page.locator(selector).inner_text().split())

    def rows(self, caption: str) -> list[str]:
        """The rows in the body of the table with this caption, each as one line."""
        table = self.page.locator("table", has=self.page.locator("caption", has_text=caption))
        return [" ".join(row.split()) for row in table.locator("tbody tr").all_inner_texts()]

    def figure(self, label: str) -> int:
        """The number of a key figure on the page."""
        term = self.page.locator(".figure", has=self.page.get_by_text(label, exact=True))
        return number(term.locator(".value").first.inner_text())


def number(text: str) -> int:
    """1.350 and −12 as Python reads them."""
    return int(text.split()[0].replace(".", "").replace("−", "-").replace("+", ""))


def differs(before: Iterable[str], after: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs of lines that are not the same."""
    return [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
