"""The start page: what somebody owes, by when, what came back, what is new."""

from datetime import date

import pytest
import time_machine

from housing import rounds, versions
from housing.models import Comment, Confirmation, Part
from monitoring.start import unread_of
from tests.factories import (
    at,
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_target,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
TODAY = at("2027-02-15")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY):
        yield


@pytest.fixture
def weller():
    return make_organisation(name="Weller")


@pytest.fixture
def round_(weller):
    make_rules()
    make_target()
    make_municipality()
    found = make_round(2026, opens_on=date(2027, 1, 4), closes_on=date(2027, 3, 1))
    for values in rounds.asked_in(found):
        Part.objects.create(round=found, **values)
    return found


def page(client, user) -> str:
    client.force_login(user)
    return client.get("/start/").content.decode()


def test_clerk_is_told_what_and_by_when(client, round_, weller):
    text = page(client, make_clerk(weller))

    assert "U moet nog 1 ding doen, uiterlijk 1 maart 2027" in text
    assert "/aanleveren/weller/2026/" in text
    assert "over 14 dagen" in text


def test_after_handing_in_there_is_nothing_left(client, round_, weller):
    make_version(weller, [make_row(year=2026)], year=2026, on="2027-01-20", round=round_)

    assert "U bent klaar met deze ronde" in page(client, make_clerk(weller))


def test_officer_finds_her_two_parts(client, round_):
    text = page(client, make_user(make_municipality(), "reporter"))

    assert "U moet nog 2 dingen doen" in text
    assert "Vul uw eigen cijfers in" in text


def test_what_came_back_stands_on_top_with_the_reason(client, round_, weller):
    version = make_version(weller, [make_row(year=2026)], year=2026, on="2027-01-20", round=round_)
    versions.send_back(version, actor=None, comment="Waar is project Aarveld?")

    text = page(client, make_clerk(weller))
    assert "Uw opgave over 2026 kwam terug" in text
    assert "Waar is project Aarveld?" in text


def test_a_dispute_is_a_question_to_both(client, round_, weller):
    version = make_version(
        weller, [make_row(12, year=2026)], year=2026, on="2027-01-20", round=round_
    )
    heerlen = make_municipality()
    Confirmation.objects.create(
        submission=version, municipality=heerlen, disputes=True, homes=10, reason="Twee zijn later"
    )

    for user in (make_clerk(weller), make_user(heerlen, "reporter")):
        text = page(client, user)
        assert "1 betwisting oplossen" in text
        assert "Twee zijn later" in text
    other = make_user(make_municipality("Kerkrade", "GM0928"), "reporter")
    assert "Twee zijn later" not in page(client, other)


def test_news_is_what_happened_since_the_last_visit(client, round_, weller):
    clerk = make_clerk(weller)
    version = make_version(weller, [make_row(year=2026)], year=2026, on="2027-01-20", round=round_)
    first = page(client, clerk)
    assert "Wat er gebeurde" in first
    assert "Weller 2026: ingediend" in first

    with time_machine.travel(at("2027-02-16")):
        versions.accept(version, actor=None)
        second = page(client, clerk)
    assert "Sinds uw vorige bezoek" in second
    assert "Weller 2026: vastgesteld" in second
    assert "Weller 2026: ingediend" not in second


def test_unread_comments_are_those_to_me_or_where_i_spoke(weller):
    woonpunt, clerk = make_organisation(name="Woonpunt"), make_clerk(weller)

    def say(subject, **more):
        return Comment.objects.create(
            subject=subject, label=subject, address="/", text="tekst",
            organisation=woonpunt, **more,
        )  # fmt: skip

    to_me = say("a", to=weller)
    say("b")
    say("c", to=make_organisation(name="Vincio"))
    mention = say("d")
    mention.mentions.add(weller)
    Comment.objects.create(
        subject="e", label="e", address="/", text="ik", organisation=weller, author=clerk
    )
    answer = say("e")

    assert {each.pk for each in unread_of(clerk)} == {to_me.pk, mention.pk, answer.pk}


def say_about(weller, **more):
    sender = make_organisation(name=f"Spreker {Comment.objects.count()}")
    return Comment.objects.create(
        subject=f"x:{Comment.objects.count()}", label="de cijfers", address="/partijen/weller/",
        text="Klopt dit?", organisation=sender, **more,
    )  # fmt: skip


def test_what_is_said_of_ones_own_figures_is_unread_without_being_named(client, round_, weller):
    say_about(weller, about=weller)
    other = make_clerk(make_organisation(name="Woonpunt"))

    assert "1 nieuwe opmerking" in page(client, make_clerk(weller))
    assert "nieuwe opmerking" not in page(client, other)


def test_coordinator_sees_what_was_said_to_everybody(client, round_, weller):
    say_about(weller, about=weller)
    say_about(weller, to=weller)

    assert "1 nieuwe opmerking" in page(client, make_coordinator())


def test_board_stops_here_only_when_somebody_wrote_to_it(client, round_, weller):
    board = make_board()
    client.force_login(board)
    assert client.get("/start/").headers["Location"] == "/"
    region = board.memberships.get().organisation
    said = say_about(weller)
    said.mentions.add(region)

    text = page(client, board)
    assert "1 nieuwe opmerking voor u" in text
    assert "Klopt dit?" in text


def test_coordinator_sees_what_waits_and_who_still_must(client, round_, weller):
    make_version(weller, [make_row(year=2026)], year=2026, on="2027-01-20", round=round_)

    text = page(client, make_coordinator())
    assert "1 opgave wacht op uw oordeel; 1 partij moet nog indienen" in text
    assert "Heerlen" in text


def test_who_owes_nothing_goes_on_to_the_figures(client, round_):
    for user in (make_board(), make_user()):
        client.force_login(user)
        assert client.get("/start/").headers["Location"] == "/"


def test_a_reader_has_a_calm_page(client, round_, weller):
    text = page(client, make_user(weller, "reader"))

    assert "U hoeft nu niets te doen" in text
    assert "U kunt wel alles lezen." in text


def test_query_ceiling(client, round_, weller, django_assert_max_num_queries):
    clerk = make_clerk(weller)
    page(client, clerk)
    with django_assert_max_num_queries(36):
        client.get("/start/")
    client.force_login(make_coordinator())
    with django_assert_max_num_queries(26):
        client.get("/start/")
