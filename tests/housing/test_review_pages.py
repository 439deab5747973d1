"""Submitting, reviewing, returning and undoing over the pages, and who reads what of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from housing import tallies, versions
from housing.models import Confirmation, Membership, Submission
from tests.factories import (
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
REVIEW = "/beoordelen/"


@pytest.fixture(autouse=True)
def reference():
    make_municipality()
    make_municipality("Kerkrade", "GM0928")
    make_rules()
    make_round(2025)


@pytest.fixture
def weller():
    return make_organisation(name="Weller")


@pytest.fixture
def submitted(weller):
    rows = [
        make_row(
            1, key="A", project="Aarveld", postcode="6411AB", house_number=12,
            rent=Decimal("712.40"), bag_ids=("0917010000000123",),
        ),
        make_row(6, declared="mid_rent", municipality="kerkrade"),
        make_row(2, kind="demolition"),
    ]  # fmt: skip
    return make_version(weller, rows)


def url(name, found):
    return reverse(f"housing:{name}", args=[found.pk])


def step(client, name, found, **posted):
    page = client.post(url(name, found), posted, follow=True)
    found.refresh_from_db()
    return page


def test_page_says_what_counts_and_what_not(client, submitted):
    client.force_login(make_coordinator())

    page = client.get(url("submission", submitted))

    contents = page.context["contents"]
    assert "Weller gaf 7 woningen op over 2025; 1 telt mee" in page.text
    assert (contents.counted, contents.not_counted, contents.gone) == (1, 6, 2)
    assert [(p.municipality, p.counted, p.other, p.gone) for p in contents.places] == [
        ("Heerlen", 1, 0, 2),
        ("Kerkrade", 0, 6, 0),
    ]
    assert "voorstel, nog niet vastgesteld" in page.text


def test_clerk_submits_and_takes_back(client, weller):
    concept = make_version(weller, [make_row(3)], submit=False)
    client.force_login(make_clerk(weller))

    step(client, "submit", concept)
    assert (concept.status, concept.counts) == ("submitted", True)
    page = step(client, "undo", concept)

    assert (concept.status, concept.counts) == ("withdrawn", False)
    assert "Er is niets weggegooid" in page.text
    assert tallies.audit() == []


def test_submitting_twice_says_so(client, submitted, weller):
    client.force_login(make_clerk(weller))

    page = step(client, "submit", submitted)

    assert "al ingediend of ingetrokken" in page.text
    assert submitted.status == "submitted"


def test_enterer_does_not_submit_where_two_people_are_wanted(client, weller):
    weller.enterer_may_submit = False
    weller.save()
    enterer, other = make_clerk(weller), make_clerk(weller)
    concept = make_version(weller, [make_row(3)], submit=False, by=enterer)

    client.force_login(enterer)
    assert client.post(url("submit", concept)).status_code == 403
    client.force_login(other)
    assert step(client, "submit", concept).status_code == 200
    assert concept.status == "submitted"


def test_returning_needs_a_comment(client, submitted, weller):
    client.force_login(make_coordinator())

    page = step(client, "send_back", submitted, comment=" ")
    assert page.status_code == 400
    assert "Schrijf wat er moet veranderen." in page.text
    step(client, "send_back", submitted, comment="Het zijn er 5.")

    assert (submitted.status, submitted.counts) == ("returned", False)
    client.force_login(make_clerk(weller))
    assert "Het zijn er 5." in client.get(url("submission", submitted)).text


def test_accepting_over_a_dispute_needs_a_reason(client, submitted):
    Confirmation.objects.create(
        submission=submitted,
        municipality=make_municipality(),
        disputes=True,
        homes=0,
        reason="Nog niet klaar.",
    )
    client.force_login(make_coordinator())
    assert "Nog niet klaar." in client.get(url("submission", submitted)).text

    page = step(client, "accept", submitted)
    assert "Schrijf waarom u haar toch vaststelt" in page.text
    step(client, "accept", submitted, comment="Sleutels zijn gezien.")

    assert submitted.status == "accepted"
    assert Confirmation.objects.get().settlement == "Sleutels zijn gezien."


def test_who_entered_does_not_review(client, weller):
    coordinator = make_coordinator()
    own = make_version(weller, [make_row(3)], by=coordinator)
    client.force_login(coordinator)

    assert "een andere coördinator" in client.get(url("submission", own)).text
    assert client.post(url("accept", own)).status_code == 403
    assert client.post(url("send_back", own), {"comment": "x"}).status_code == 403
    own.refresh_from_db()
    assert own.status == "submitted"


def test_set_is_accepted_together(client, weller):
    make_round(2024)
    lead = make_version(weller, [make_row(3), make_row(4, year=2024)])
    other = Submission.objects.get(year=2024)
    client.force_login(make_coordinator())

    step(client, "accept", other)

    lead.refresh_from_db()
    assert (lead.status, other.status) == ("accepted", "accepted")


def test_review_shows_what_waits_and_how_much_it_changes(client, weller):
    make_version(weller, [make_row(24, key="A")], on="2026-01-10", accepted_on="2026-01-11")
    make_version(weller, [make_row(23, key="A")], on="2026-02-10")
    client.force_login(make_coordinator())

    page = client.get(REVIEW)

    assert "1 opgave wacht op uw oordeel" in page.text
    assert "23 woningen tellen mee, −1 ten opzichte van wat is vastgesteld" in page.text
    correction = Submission.objects.get(number=2)
    told = client.get(url("submission", correction)).text
    assert "telt de vorige, vastgestelde opgave" in told


def test_empty_review_helps(client):
    client.force_login(make_coordinator())

    page = client.get(REVIEW)

    assert "Er wacht geen opgave op uw oordeel" in page.text


@pytest.mark.parametrize(
    ("who", "address", "rent", "rows"),
    [
        pytest.param("own", True, True, 3, id="own organisation"),
        pytest.param("coordinator", True, True, 3, id="coordinator"),
        pytest.param("officer", True, False, 2, id="officer of one municipality"),
        pytest.param("board", False, False, 3, id="board"),
        pytest.param("other", None, None, 0, id="another corporation"),
    ],
)
def test_who_reads_which_fields(client, submitted, weller, who, address, rent, rows):
    person = {
        "own": lambda: make_user(weller, Membership.Role.READER),
        "coordinator": make_coordinator,
        "officer": lambda: make_user(make_municipality(), Membership.Role.REPORTER),
        "board": make_board,
        "other": lambda: make_clerk(make_organisation(name="Woonpunt")),
    }[who]()
    client.force_login(person)

    page = client.get(url("submission", submitted))

    if address is None:
        assert page.status_code == 404
        return
    assert len(page.context["rows"]) == rows
    assert ("6411AB 12" in page.text) is address
    assert ("712,40" in page.text) is rent
    assert ("Wie kan verder kijken?" in page.text) is not rent


def test_other_party_reads_rows_once_accepted_and_no_address(client, submitted):
    versions.accept(submitted, actor=None)
    client.force_login(make_clerk(make_organisation(name="Woonpunt")))

    page = client.get(url("submission", submitted))

    assert "Aarveld, Heerlen" in page.text
    assert "6411AB" not in page.text
    assert "0917010000000123" not in page.text


@pytest.mark.parametrize("name", ["submit", "accept", "send_back", "undo"])
@pytest.mark.parametrize("who", ["board", "officer"])
def test_steps_are_refused_to_readers(client, submitted, name, who):
    people = {
        "board": make_board,
        "officer": lambda: make_user(make_municipality(), Membership.Role.REPORTER),
    }
    client.force_login(people[who]())

    assert client.post(url(name, submitted), {"comment": "x"}).status_code == 403


@pytest.mark.parametrize("name", ["submit", "accept", "send_back", "undo"])
def test_steps_are_unknown_to_another_corporation(client, submitted, name):
    client.force_login(make_clerk(make_organisation(name="Woonpunt")))

    assert client.post(url(name, submitted)).status_code == 404
    assert client.get(url(name, submitted)).status_code == 405


def test_clerk_does_not_review(client, submitted, weller):
    client.force_login(make_clerk(weller))

    assert client.get(REVIEW).status_code == 403
    assert client.post(url("accept", submitted)).status_code == 403


def test_concept_of_another_is_unknown_to_the_coordinator(client, weller):
    concept = make_version(weller, [make_row(3)], submit=False)
    client.force_login(make_coordinator())

    assert client.get(url("submission", concept)).status_code == 404


def test_query_ceilings(client, weller, django_assert_max_num_queries):
    for year in (2024, 2025):
        make_round(year)
        rows = [make_row(1, key=f"{year}-{n}", year=year, project=f"P{n}") for n in range(60)]
        make_version(weller, rows, year=year)
    for number in range(5):
        make_version(make_organisation(name=f"C{number}"), [make_row(3)])
    client.force_login(make_coordinator())
    client.get(REVIEW)

    with django_assert_max_num_queries(17):
        client.get(REVIEW)
    with django_assert_max_num_queries(34):
        client.get(url("submission", Submission.objects.get(year=2024)))


def test_rows_are_paged(client, weller):
    version = make_version(weller, [make_row(1, key=f"K{n}") for n in range(60)])
    client.force_login(make_clerk(weller))

    page = client.get(url("submission", version), {"bladzijde": "2"})

    assert len(page.context["rows"]) == 10
    assert "2 van 2" in page.text


def test_events_are_told_in_order(client, weller, submitted):
    versions.send_back(
        submitted, actor=None, comment="Kijk na.", at=timezone.now() + timedelta(seconds=1)
    )
    client.force_login(make_clerk(weller))

    page = client.get(url("submission", submitted))

    found = [event.status for event in page.context["events"]]
    assert found == ["returned", "submitted", "concept"]
