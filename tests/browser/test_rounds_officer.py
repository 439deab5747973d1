"""An officer does a whole round with the keyboard alone, in fewer than 25 deliberate actions."""

from dataclasses import dataclass, field

from agreements.models import Statement
from housing import tallies
from housing.models import Confirmation, MunicipalFigure, Submission
from tests.browser import keyboard
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

FEWER_THAN = 25
# What she has at hand: the figures that are not those of last year, and what changed.
FIGURES = {
    "Betaalbare koop": 14,
    "Overige koop": 15,
    "Begonnen met bouwen": 48,
    "Vergunning verleend": 66,
    "Harde plannen": 168,
    "Zachte plannen": 240,
}
PLAN = "De provincie gaf in september de vergunning. De bouw begint in het voorjaar."
PRICES = "De raad stelde de nota grondprijzen in oktober vast."


@dataclass
class Counted:
    """A person at the keyboard, with each deliberate action counted.

    Deliberate is what she decides: choosing a control and giving it a value (typing a number or a
    text, choosing from a list or a group, ticking a box) is one action, pressing a button, a link
    or something folded in is one. Tabbing past what needs nothing decides nothing and is not
    counted; neither is signing in, which is no part of a round.
    """

    visitor: Visitor
    done: list[str] = field(default_factory=list)

    def press(self, name: str, *, place: str = "") -> None:
        self.done.append(f"press {name}")
        keyboard.use(self.visitor, name, place=place)

    def open(self, name: str) -> None:
        self.done.append(f"open {name}")
        keyboard.open_details(self.visitor, name)

    def type(self, name: str, text: str, *, place: str = "") -> None:
        self.done.append(f"type at {name}")
        keyboard.type_in(self.visitor, name, text, place=place)

    def choose(self, name: str, *, place: str = "") -> None:
        self.done.append(f"choose {name}")
        keyboard.choose(self.visitor, name, place=place)

    def tick(self, name: str) -> None:
        self.done.append(f"tick {name}")
        keyboard.tick(self.visitor, name)


def test_a_round_in_fewer_than_25_actions(visit: Visit) -> None:
    officer = visit()
    keyboard.sign_in(officer, "beekdaelen@parkstad.example")
    she = Counted(officer)

    she.press("Bekijk of de cijfers van de corporaties kloppen")
    she.press("Alles klopt bij deze 2 corporaties")
    she.press("Neem 2025 over")
    for label, homes in FIGURES.items():
        she.type(label, str(homes))
    she.press("Bewaar de cijfers")

    she.press("Neem uw vorige antwoord over")
    she.open("3. Gemeenten en Stadsregio onderzoeken één grondprijs")
    she.choose("op schema", place="één grondprijs")
    she.type("Hoe staat het?", PRICES, place="één grondprijs")
    she.press("Bewaar afspraak 3")
    she.open("4. Gemeenten en Stadsregio zoeken een weg voor bestaande plannen")
    she.choose("let op", place="bestaande plannen")
    she.type("Hoe staat het?", PLAN, place="bestaande plannen")
    she.press("Bewaar afspraak 4")

    she.tick("cijfers zijn gelijk aan 2025")
    she.tick("antwoorden zijn gelijk aan wat u de vorige keer zei")
    she.press("Dien de opgave over 2026 in")

    print(f"\na whole round: {len(she.done)} deliberate actions")
    assert officer.heading == "De opgave van Beekdaelen over 2026 is ingediend"
    assert stored() == (2, 12, 7)
    officer.open("/start/")
    assert officer.heading == "U bent klaar met deze ronde"
    assert len(she.done) < FEWER_THAN, "\n".join(she.done)
    assert tallies.audit() == []


def stored() -> tuple[int, int, int]:
    """How many corporations Beekdaelen spoke of, and its figures and answers handed in."""
    words = Confirmation.objects.filter(
        municipality__slug="beekdaelen", submission__year=2026, disputes=False
    )
    figures = MunicipalFigure.objects.filter(
        submission__organisation__slug="beekdaelen",
        submission__year=2026,
        submission__status=Submission.Status.SUBMITTED,
    )
    said = Statement.objects.submitted().filter(organisation__slug="beekdaelen", round__year=2026)
    return words.count(), figures.count(), said.count()
