from datetime import date

import pytest
import time_machine
from django.urls import reverse

from tests.factories import (
    at,
    make_board,
    make_clerk,
    make_municipality,
    make_organisation,
    make_row,
    make_rules,
    make_target,
    make_version,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_in_february():
    with time_machine.travel(at("2027-02-15"), tick=False):
        yield


@pytest.fixture
def region():
    make_municipality()
    make_rules()
    make_target()
    return [make_organisation(name=name) for name in ("Weller", "Woonpunt")]


@pytest.fixture
def reported(region):
    weller, woonpunt = region
    for year, homes in ((2024, 219), (2025, 246)):
        make_version(
            weller,
            [make_row(homes, year=year, key=f"W{year}")],
            year=year,
            on=f"{year + 1}-01-20",
            accepted_on=f"{year + 1}-02-10",
        )
        make_version(woonpunt, [], year=year, on=f"{year + 1}-01-21", said={"additions"})
    make_version(weller, [make_row(142, year=2026, key="W26")], year=2026, on="2027-01-20")


def page(client, **query):
    client.force_login(make_board())
    return client.get(reverse("monitoring:dashboard"), query)


def test_heading_is_the_answer(client, reported):
    shown = page(client)

    assert (
        "Tot en met 2025 zijn 465 woningen opgeleverd,"
        " 75 minder dan de 540 die waren afgesproken" in shown.text
    )
    assert "295" in shown.text


def test_silent_parties_are_named(client, reported):
    assert "Woonpunt heeft over 2026 nog niets opgegeven" in page(client).text


def test_past_day_shows_what_was_known_then(client, reported):
    shown = page(client, stand="01-03-2025")

    assert shown.context["region"].built == 219
    assert "U kijkt naar de stand op" in shown.text


def test_day_before_any_figure_is_empty_and_calm(client, reported):
    shown = page(client, stand="01-03-2024")

    assert "Op 1 maart 2024 was er nog niets afgesproken en niets opgegeven" in shown.text
    assert "Het eerste cijfer is van 20 januari 2025" in shown.text


@pytest.mark.parametrize("stand", ["31-02-2025", "gisteren", "2025", "1-1-99999", "01-01-0000"])
def test_day_that_is_no_day_is_asked_again(client, reported, stand):
    shown = page(client, stand=stand)

    assert shown.status_code == 200
    assert "Schrijf dd-mm-jjjj" in shown.text


def test_day_to_come_shows_today(client, reported):
    assert "Die dag moet nog komen" in page(client, stand="01-01-2030").text


def test_nothing_reported_yet_is_not_zero(client, region):
    shown = page(client)

    assert "Van de 1.350 woningen is nog niets opgegeven" in shown.text


def test_municipality_without_an_answer_is_unknown(client, reported):
    make_municipality("Voerendaal", "GM0986")

    shown = page(client)

    lines = {line["name"]: line for line in shown.context["municipalities"]}
    assert lines["Heerlen"]["running"].built == 142
    assert lines["Voerendaal"]["progress"].built == 0


def test_visitors_sign_in_first(client):
    answer = client.get(reverse("monitoring:dashboard"))

    assert answer.status_code == 302
    assert answer.url.startswith("/inloggen/")


def test_query_count_stays_flat(client, reported, django_assert_max_num_queries):
    board = make_board()
    client.force_login(board)

    # Session (with the savepoint that keeps it), user, roles, demo strip; then parties, rules,
    # targets (2), tallies, events, disputes, projects, closings.
    with django_assert_max_num_queries(19):
        client.get(reverse("monitoring:dashboard"))


def test_picture_of_today_and_of_its_day_are_the_same(reported):
    from monitoring.figures import picture

    assert picture().region == picture(date(2027, 2, 15)).region


def test_something_is_said_of_the_regions_figures(client, region, reported):
    """Of all of them, or of one year; who looks at a past day reads figures only."""
    client.force_login(make_clerk(region[0]))
    text = client.get("/").text
    assert "alle cijfers op deze pagina" in text
    assert '<option value="region:2024">2024</option>' in text

    said = client.post("/opmerking/", {"subject": "region:2024", "text": "Is dit alles?"})
    assert said.headers["Location"] == "/#opmerkingen"
    now = client.get("/").text
    assert "Is dit alles?" in now
    assert "Over de cijfers van de regio over 2024" in now
    assert "Is dit alles?" not in client.get("/?stand=01-01-2025").text
