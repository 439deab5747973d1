"""Every figure has its state and its marks everywhere it is shown (NUMBERS 1; docs/states.md)."""

import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from housing import versions
from housing.models import (
    Confirmation,
    MunicipalFigure,
    Organisation,
    StockChange,
    Submission,
    YearClosing,
)
from monitoring.figures import picture
from monitoring.own_figures import own_figures
from monitoring.reported import Answered, Mark, Slice
from monitoring.stated import NOT_STATED, Stated, stated, together
from monitoring.stated_words import below, beside, figure_in_words, in_words, stands
from tests.factories import at, make_board, make_coordinator, make_row, make_version

SAID = {"additions", "sales", "demolition", "other_withdrawals"}
PAGES = {
    "dashboard": "/",
    "municipality": "/partijen/heerlen/",
    "corporation": "/partijen/weller/",
    "agreements": "/afspraken/",
    "target": "/afspraken/sociale-huurwoningen/",
    "restraint": "/afspraken/verkoop-sociale-huur/",
    "promises": "/partijen/weller/beloofd/",
    "sales": "/afspraken/verkoop-sociale-huur/cijfers/",
    "mixed": "/afspraken/gemengde-wijken/cijfers/",
    "vision": "/woonvisie/",
    "completions": "/opleveringen/?jaar=2024",
    "row": "",
    "submission": "",
    "figures file": "/cijfers/csv/",
    "rows file": "/opleveringen/export/csv/",
    "sales file": "/afspraken/verkoop-sociale-huur/cijfers/csv/",
    "mixed file": "/afspraken/gemengde-wijken/cijfers/csv/",
    "agreements file": "/afspraken/export/csv/",
}
# What a page says in words where it has no sign: in a sentence or a file.
WORDS = {
    "provisional": "voorlopig",
    "disputed": "betwist",
    "correction": "correctie ingediend",
    "returned": "teruggestuurd",
}
FILES = {name for name in PAGES if name.endswith(" file")}
IN_WORDS = {"agreements", *FILES}


def rows(social: int, sold: int, mid: int):
    return [
        make_row(social, year=2024, key="A", project="Aarveld", branch="daeb", rent_class="within"),
        make_row(mid, year=2024, key="B", declared="mid_rent", branch="non_daeb"),
        make_row(sold, year=2024, key="C", kind="sale_other", branch="daeb"),
    ]


@pytest.fixture
def reported(db):
    """Weller's answer over 2024, which the coordinator closed; nothing was done with it yet."""
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        call_command("load_reference", verbosity=0)
        YearClosing.objects.create(year=2024, reason="test", known_from=at("2025-03-01"))
        weller = Organisation.objects.get(slug="weller")
        yield make_version(weller, rows(24, 5, 8), year=2024, on="2025-01-20", said=SAID)


def accepted(version: Submission) -> None:
    versions.accept(version, actor=None, at=at("2025-02-01"))


def provisional(version: Submission) -> None:
    """Submitted is all it is."""


def disputed(version: Submission) -> None:
    accepted(version)
    Confirmation.objects.create(
        submission=version,
        municipality=Organisation.objects.get(slug="heerlen"),
        disputes=True,
        homes=20,
        reason="Minder",
        known_from=at("2025-02-10"),
    )


def correction(version: Submission) -> None:
    accepted(version)
    weller = Organisation.objects.get(slug="weller")
    make_version(weller, rows(23, 6, 7), year=2024, on="2025-04-10", said=SAID)


def returned(version: Submission) -> None:
    versions.send_back(version, actor=None, comment="Zie rij 2.", at=at("2025-02-01"))


STATES = {
    "provisional": provisional,
    "disputed": disputed,
    "correction": correction,
    "returned": returned,
}
# A version that came back has no rows that count, and a light rests on numbers.
NOWHERE = {
    ("returned", "completions"), ("returned", "row"), ("returned", "rows file"),
    ("returned", "agreements"), ("returned", "promises"),
}  # fmt: skip


def address(name: str, version: Submission) -> str:
    if name == "submission":
        return reverse("housing:submission", args=[version.pk])
    if name == "row":
        row = StockChange.objects.get(submission=version, project__name="Aarveld")
        return reverse("monitoring:row", args=[row.pk])
    return PAGES[name]


def text_of(client, name: str, version: Submission) -> str:
    answer = client.get(address(name, version))
    assert answer.status_code == 200
    if answer.streaming:
        return b"".join(answer.streaming_content).decode()
    return answer.text


@pytest.mark.parametrize(
    ("state", "name"),
    [(state, name) for state in STATES for name in PAGES if (state, name) not in NOWHERE],
)
def test_every_page_says_how_a_figure_stands(client, reported, state, name):
    STATES[state](reported)
    client.force_login(make_coordinator())

    text = text_of(client, name, reported)

    assert WORDS[state] in text
    if name not in IN_WORDS and state != "correction":
        assert f'class="state {state}"' in text


@pytest.mark.parametrize("name", ["municipality", "corporation", "target", "sales", "vision"])
def test_a_settled_figure_has_no_other_words(client, reported, name):
    accepted(reported)
    client.force_login(make_board())

    text = text_of(client, name, reported)

    for word in ("waarvan 24 voorlopig", "correctie ingediend", "betwist", "teruggestuurd"):
        assert word not in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dashboard", "waarvan 20 voorlopig"),
        ("municipality", "waarvan 20 voorlopig"),
        ("target", "waarvan 20 voorlopig"),
        ("vision", "waarvan 20 voorlopig"),
        ("completions", "voorlopig"),
        ("figures file", "waarvan 20 voorlopig"),
    ],
)
def test_a_total_of_both_says_how_much_is_provisional(client, reported, name, words):
    accepted(reported)
    other = Organisation.objects.get(slug="woonpunt")
    make_version(other, [make_row(20, year=2024, key="W")], year=2024, on="2025-01-25", said=SAID)
    client.force_login(make_board())

    assert words in text_of(client, name, reported)


def test_a_correction_says_from_and_to_wherever_the_figure_stands(client, reported):
    correction(reported)
    client.force_login(make_coordinator())

    for name in ("dashboard", "municipality", "corporation", "target", "row", "submission"):
        assert "correctie ingediend 24 → 23" in text_of(client, name, reported), name
    assert "correctie ingediend 5 → 6" in text_of(client, "sales", reported)
    assert "correctie ingediend 32 → 30" in text_of(client, "mixed", reported)


def test_the_json_says_how_each_year_stands(reported):
    correction(reported)
    out = StringIO()
    call_command("figures", "--json", stdout=out)

    year = json.loads(out.getvalue())["standing"]["2024"]

    assert year == {"state": "settled", "provisional": 0, "disputed": 0, "becomes": 23}


def test_what_two_parties_may_both_have_reported_is_marked_at_the_project(client, reported):
    other = Organisation.objects.get(slug="woonpunt")
    row = make_row(20, year=2024, key="W", project="Aarveld", branch="daeb")
    make_version(other, [row], year=2024, on="2025-01-25", said=SAID)
    client.force_login(make_board())

    for name in ("dashboard", "municipality", "corporation", "row", "completions"):
        assert "mogelijk dubbel" in text_of(client, name, reported), name


def test_the_rent_that_is_not_known_yet_is_said_beside_the_figure(client, reported):
    weller = Organisation.objects.get(slug="weller")
    unknown = make_row(9, year=2024, key="D", branch="daeb", rent_class="unknown")
    make_version(weller, [*rows(24, 5, 8), unknown], year=2024, on="2025-02-20", said=SAID)
    client.force_login(make_board())

    for name in ("dashboard", "municipality", "corporation", "target"):
        assert "huur nog niet bekend" in text_of(client, name, reported), name


# --- municipalities' own figures ---------------------------------------------------------


def own(place: Organisation, homes: int | None, *, on: str, accepted_on: str = "") -> Submission:
    version = Submission.objects.create(
        organisation=place,
        year=2024,
        number=Submission.objects.of(place, 2024).count() + 1,
        covers_until=date(2024, 12, 31),
        created_at=at(on),
    )
    MunicipalFigure.objects.create(
        submission=version,
        measure="completed",
        segment="mid_rent",
        answer="unknown" if homes is None else "number",
        homes=homes,
    )
    versions.submit(version, actor=None, at=at(on))
    if accepted_on:
        versions.accept(version, actor=None, at=at(accepted_on))
    return version


def _own_provisional(place):
    own(place, 40, on="2025-03-01")


def _own_correction(place):
    own(place, 40, on="2025-03-01", accepted_on="2025-03-10")
    own(place, 44, on="2025-04-01")


def _own_returned(place):
    version = own(place, 40, on="2025-03-01")
    versions.send_back(version, actor=None, comment="Klopt dit?", at=at("2025-03-05"))


@pytest.mark.parametrize("name", ["municipality", "vision", "mixed"])
@pytest.mark.parametrize(
    ("state", "words"),
    [
        (_own_provisional, 'class="state provisional"'),
        (_own_correction, "correctie ingediend 40 → 44"),
        (_own_returned, 'class="state returned"'),
    ],
)
def test_own_figures_of_a_municipality_too(client, reported, name, state, words):
    accepted(reported)
    state(Organisation.objects.get(slug="heerlen"))
    client.force_login(make_board())

    assert words in text_of(client, name, reported)


def test_own_figures_that_are_not_known_say_so(reported):
    own(Organisation.objects.get(slug="heerlen"), None, on="2025-03-01")

    found = own_figures("heerlen", picture())

    line = next(line for line in found.lines if line.field.key == "klaar-mid-rent")
    assert (line.cells[0].word, line.cells[0].stated.state) == ("niet bekend", "provisional")


# --- the arithmetic ----------------------------------------------------------------------


def test_an_answer_that_came_back_is_told_once_however_many_parts_rest_on_it():
    back = Stated(marks=(Mark("returned", year=2026, organisation="weller"),))

    assert in_words(below(together([Stated(5, "settled"), back, back]))) == (
        "1 opgave teruggestuurd"
    )


def test_sums_keep_how_much_is_provisional():
    settled, waits = Stated(41, "settled"), Stated(20, "provisional", 20)

    assert settled + waits == Stated(61, "mixed", 20)
    assert figure_in_words(settled + waits) == "61, waarvan 20 voorlopig"
    assert together([settled, NOT_STATED]) == settled
    assert together([]).homes is None


def test_a_correction_of_a_part_is_told_as_the_change_of_the_whole():
    one = Stated(24, "settled", marks=(Mark("correction", 24, becomes=23),))

    assert in_words(beside(one + Stated(216, "settled"))) == (
        "vastgesteld, correctie ingediend 240 → 239"
    )


def test_nothing_built_is_provisional_until_it_is_accepted():
    found = stated([], [Answered("weller", 2025, "provisional", additions=True)])

    assert (found.homes, found.state) == (0, "provisional")
    assert stands(found) == "voorlopig"


def test_an_answer_that_came_back_is_not_reported_and_says_so():
    answer = Answered("weller", 2025, "missing", marks=(Mark("returned", year=2025),))

    assert stands(stated([], [answer])) == "nog niet opgegeven, teruggestuurd"
    assert in_words(below(stated([], [answer]))) == "teruggestuurd"


def test_a_dispute_marks_a_figure_of_no_homes_where_it_is_about_the_whole_answer():
    answer = Answered("weller", 2025, disputed=frozenset({"heerlen"}))

    assert stands(stated([], [answer], bare=True)) == "vastgesteld, betwist"
    assert stands(stated([], [answer])) == "vastgesteld"


def test_losses_written_positive_keep_their_marks():
    sold = Slice(2025, "weller", -5, "heerlen", kind="sale_other", standing="submitted")
    answer = Answered("weller", 2025, "provisional", disputed=frozenset({"heerlen"}))

    found = stated([sold], [answer], sign=-1)

    assert (found.homes, found.provisional, found.marked("disputed")) == (5, 5, 5)
