"""A person who has no mouse: Tab, Shift+Tab, Enter, Space, arrows and typing, and nothing else.

Every step looks at what has the focus, and that a person can see where it is.
"""

from collections.abc import Iterable

from tests.browser.visitor import PASSWORD, Visitor

ACTIVE = """() => {
    const at = document.activeElement;
    const shown = getComputedStyle(at);
    const labels = [...(at.labels ?? [])].map(label => label.textContent);
    const group = at.closest("fieldset")?.querySelector("legend")?.textContent ?? "";
    const row = at.closest("tr")?.querySelector("th[scope=row]")?.textContent ?? "";
    const folded = at.closest("details")?.querySelector("summary")?.textContent ?? "";
    const clean = text => text.replace(/\\s+/g, " ").trim();
    return {
        name: clean([at.ariaLabel, ...labels, at.textContent].join(" ")),
        place: clean(`${group} ${row} ${folded}`),
        tag: at.tagName,
        type: at.type ?? "",
        seen: shown.outlineStyle !== "none" || shown.boxShadow !== "none",
    };
}"""
MOST_KEYS = 150
MOST_CHOICES = 12
WRITES = {"text", "email", "password", "date", "number", "search", "url", "tel", "textarea"}


def go_to(
    visitor: Visitor,
    name: str,
    keys: int = MOST_KEYS,
    *,
    place: str = "",
    kinds: Iterable[str] = (),
    back: bool = False,
) -> None:
    """Press Tab (Shift+Tab when `back`) until what has this name has the focus.

    `place`: words of the group, the table row or the folded part it stands in, where several have
    one name. `kinds`: the types of field it may be; empty for anything. The focus can be seen all
    the way.
    """
    passed: dict[str, None] = {}
    for _ in range(keys):
        visitor.page.keyboard.press("Shift+Tab" if back else "Tab")
        at = visitor.page.evaluate(ACTIVE)
        if at["tag"] == "BODY":
            continue  # past the last control, on the way to the first
        passed[at["name"]] = None
        assert at["seen"], f"focus cannot be seen on {at}"
        if name in at["name"] and place in at["place"] and (not kinds or at["type"] in kinds):
            return
    where = f"{name} at {place}" if place else name
    raise AssertionError(f"{where} was not reached with {keys} keys, only {list(passed)}")


def use(visitor: Visitor, name: str, *, place: str = "") -> None:
    """Go to a link or button and press Enter; a page follows."""
    go_to(visitor, name, place=place)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")


def open_details(visitor: Visitor, name: str, *, place: str = "") -> None:
    """Go to something folded in and press Enter."""
    go_to(visitor, name, place=place)
    visitor.page.keyboard.press("Enter")


def type_in(visitor: Visitor, name: str, text: str, *, place: str = "") -> None:
    """Go to a field and type in it, over what stands there."""
    go_to(visitor, name, place=place, kinds=WRITES)
    visitor.page.keyboard.press("Control+A")
    visitor.page.keyboard.type(text)


def pick(visitor: Visitor, name: str, option: str, *, place: str = "") -> None:
    """Go to a list to choose from and type the first letters of a choice."""
    go_to(visitor, name, place=place, kinds={"select-one"})
    visitor.page.keyboard.type(option)
    now = visitor.page.evaluate("document.activeElement.selectedOptions[0].textContent.trim()")
    assert now.startswith(option), f"{now} was chosen, not {option}"


def tick(visitor: Visitor, name: str, *, place: str = "") -> None:
    """Go to a box and press the space bar."""
    go_to(visitor, name, place=place, kinds={"checkbox"})
    visitor.page.keyboard.press("Space")


def choose(visitor: Visitor, name: str, *, place: str = "") -> None:
    """Choose one of a group of radio buttons: Tab comes to the group, arrows go through it."""
    go_to(visitor, "", place=place, kinds={"radio"})
    for _ in range(MOST_CHOICES):
        if visitor.page.evaluate(ACTIVE)["name"] == name:
            visitor.page.keyboard.press("Space")
            return
        visitor.page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} is no choice at {place}")


def sign_in(visitor: Visitor, email: str) -> None:
    """Come in by the door, with the keyboard."""
    visitor.open("/inloggen/")
    fill_door(visitor, email)


def fill_door(visitor: Visitor, email: str) -> None:
    """Fill in the door where she stands before it."""
    type_in(visitor, "E-mailadres", email)
    type_in(visitor, "Wachtwoord", PASSWORD)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
