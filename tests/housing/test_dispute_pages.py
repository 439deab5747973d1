"""The page of a dispute: who sees it, what they say to each other, how it ends."""

import pytest
from django.urls import reverse

from housing import disputes, versions
from housing.dispute_talk import said_about, subject_of
from housing.models import Comment, Confirmation, Submission
from monitoring.start import unread_of
from tests.factories import (
    at,
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_row,
    make_rules,
    make_target,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
WHY = "Twee zijn nog niet klaar."


@pytest.fixture
def heerlen():
    make_rules()
    make_target()
    return make_municipality()


@pytest.fixture
def weller():
    return make_organisation(name="Weller")


@pytest.fixture
def officer(heerlen):
    return make_clerk(heerlen)


@pytest.fixture
def clerk(weller):
    return make_clerk(weller)


@pytest.fixture
def version(heerlen, weller):
    return make_version(weller, [make_row(24, key="K1", project="Aarveld")], on="2026-01-20")


@pytest.fixture
def word(version, heerlen, officer):
    return disputes.dispute(version, heerlen, homes=22, reason=WHY, by=officer)


def address(word):
    return reverse("housing:dispute", args=[word.pk])


def page(client, user, word):
    client.force_login(user)
    return client.get(address(word))


def post(client, user, word, **data):
    client.force_login(user)
    return client.post(address(word), data, follow=True)


def test_both_sides_and_the_coordinator_see_figure_reason_and_rows(client, word, officer, clerk):
    for user in (officer, clerk, make_coordinator()):
        text = page(client, user, word).content.decode()

        assert "Weller gaf 24 woningen op, volgens Heerlen zijn het er 22" in text
        assert WHY in text
        assert "Aarveld" in text


def test_others_find_nothing(client, word):
    others = (
        make_clerk(make_organisation(name="Woonpunt")),
        make_clerk(make_municipality("Kerkrade", "GM0928")),
        make_board(),
        make_user(),
    )
    for user in others:
        assert page(client, user, word).status_code == 404
        client.force_login(user)
        assert client.post(address(word), {"part": "zeg", "text": "x"}).status_code == 404


def test_a_confirmation_is_no_dispute(client, version, heerlen, officer):
    word = disputes.confirm(version, heerlen, by=officer)

    assert page(client, officer, word).status_code == 404


def test_what_they_say_stays_between_the_two_and_the_coordinator(client, word, officer, clerk):
    post(client, clerk, word, part="zeg", text="De sleutels zijn overhandigd.")
    post(client, officer, word, part="zeg", text="Wij kijken het na.")

    third, coordinator = make_clerk(make_organisation(name="Woonpunt")), make_coordinator()
    seen = {
        user: Comment.objects.visible_to(user).count()
        for user in (officer, clerk, coordinator, third, make_board())
    }
    assert list(seen.values()) == [2, 2, 2, 0, 0]
    assert "De sleutels zijn overhandigd." in page(client, officer, word).content.decode()


def test_the_other_side_finds_it_unread_until_she_looks(client, word, officer, clerk):
    post(client, clerk, word, part="zeg", text="De sleutels zijn overhandigd.")
    assert [each.text for each in unread_of(officer)] == ["De sleutels zijn overhandigd."]

    page(client, officer, word)

    assert unread_of(officer) == []


def test_the_coordinator_writes_to_both_and_it_is_shown_once(client, word, officer, clerk):
    post(client, make_coordinator(), word, part="zeg", text="Bel elkaar even.")

    assert len(unread_of(officer)) == len(unread_of(clerk)) == 1
    assert len(said_about(word)) == 1


def test_an_empty_message_is_told(client, word, officer):
    response = post(client, officer, word, part="zeg", text=" ")

    assert response.status_code == 400
    assert "Schrijf eerst uw bericht." in response.content.decode()


def test_a_reader_of_a_side_reads_and_says_nothing(client, word, heerlen):
    reader = make_user(heerlen, "reader")

    assert page(client, reader, word).status_code == 200
    assert post(client, reader, word, part="zeg", text="x").status_code == 403
    assert post(client, reader, word, part="klopt").status_code == 403


def test_the_officer_says_it_is_right_after_all(client, word, officer):
    text = post(client, officer, word, part="klopt").content.decode()

    assert "De betwisting is ingetrokken" in text
    assert "Opgelost:" in text
    assert not Confirmation.objects.filter(disputes=True, settled_at=None).exists()


def test_only_the_officer_withdraws_and_only_the_coordinator_decides(client, word, clerk, officer):
    assert post(client, clerk, word, part="klopt").status_code == 403
    assert post(client, officer, word, part="blijft", reason="x").status_code == 403
    assert post(client, make_coordinator(), word, part="klopt").status_code == 403


def test_settling_twice_says_why_not(client, word, officer):
    post(client, officer, word, part="klopt")

    text = post(client, officer, word, part="klopt").content.decode()

    assert "Deze betwisting is al opgelost." in text


def test_an_unknown_step_is_not_found(client, word, officer):
    assert post(client, officer, word, part="iets").status_code == 404


def test_the_coordinator_leaves_an_accepted_figure_with_a_reason(client, word, version):
    versions.accept(version, actor=None, comment="Later", at=at("2026-02-01"))
    word = disputes.dispute(
        Submission.objects.get(), word.municipality, homes=20, reason=WHY, by=make_coordinator()
    )
    coordinator = make_coordinator()

    assert post(client, coordinator, word, part="blijft", reason="").status_code == 400
    text = post(client, coordinator, word, part="blijft", reason="Sleutels gezien.")

    assert "Sleutels gezien." in text.content.decode()


def test_what_waits_is_decided_at_the_submission(client, word):
    coordinator = make_coordinator()

    assert "Beoordeel de opgave" in page(client, coordinator, word).content.decode()
    text = post(client, coordinator, word, part="blijft", reason="Zo.").content.decode()
    assert "nog niet vastgesteld" in text


def test_the_corporation_goes_to_correct_its_rows(client, word, clerk):
    assert "Verbeter de rijen" in page(client, clerk, word).content.decode()


def test_the_page_and_the_talk_follow_a_newer_version(client, word, officer, clerk, weller):
    post(client, clerk, word, part="zeg", text="Wij verbeteren het.")
    make_version(weller, [make_row(22, key="K1", project="Aarveld")], on="2026-01-25")

    client.force_login(officer)
    response = client.get(address(word), follow=True)

    text = response.content.decode()
    assert response.redirect_chain
    assert "Wij verbeteren het." in text
    assert "Sinds de betwisting veranderde de opgave" in text
    assert "Weller gaf 22 woningen op" in text


def test_talk_has_one_subject_for_the_three(word):
    assert subject_of(word) == f"dispute:heerlen/{word.submission.organisation_id}/2025"


def test_the_page_takes_few_queries(client, word, officer, django_assert_max_num_queries):
    client.force_login(officer)
    client.get(address(word))

    with django_assert_max_num_queries(30):
        client.get(address(word))


def test_the_submission_links_to_the_talk_for_both_sides(client, word, officer, clerk):
    for user in (officer, clerk, make_coordinator()):
        client.force_login(user)
        text = client.get(reverse("housing:submission", args=[word.submission_id]))
        assert address(word) in text.content.decode()
