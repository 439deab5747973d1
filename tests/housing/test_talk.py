"""Comments: who reads them, who is told, and that the form says so before sending."""

import pytest

from housing.models import Comment, Seen
from monitoring.start import unread_of
from tests.factories import (
    make_agreement,
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


@pytest.fixture
def weller():
    make_rules()
    make_target()
    make_municipality()
    return make_organisation(name="Weller")


@pytest.fixture
def woonpunt():
    return make_organisation(name="Woonpunt")


@pytest.fixture
def version(weller):
    return make_version(weller, [make_row(24)], on="2026-01-20", accepted_on="2026-02-01")


def say(client, user, subject, text="Klopt dit?", **more):
    client.force_login(user)
    return client.post("/opmerking/", {"subject": subject, "text": text, **more})


def page(client, user, address):
    client.force_login(user)
    return client.get(address).content.decode()


def test_everybody_reads_what_is_for_everybody(client, weller, woonpunt, version):
    said = say(client, make_clerk(woonpunt), f"version:{version.pk}")

    assert said.headers["Location"] == f"/opgaven/{version.pk}/#opmerkingen"
    for reader in (make_clerk(weller), make_board(), make_coordinator()):
        text = page(client, reader, f"/opgaven/{version.pk}/")
        assert "Klopt dit?" in text
        assert "Woonpunt" in text


def test_what_is_for_one_party_stays_between_the_two(client, weller, woonpunt, version):
    sent = {"party": "weller", "private": "on"}
    say(client, make_clerk(woonpunt), f"version:{version.pk}", **sent)
    address = f"/opgaven/{version.pk}/"

    for reader in (make_clerk(weller), make_clerk(woonpunt), make_coordinator()):
        assert "Klopt dit?" in page(client, reader, address)
    for reader in (make_board(), make_clerk(make_organisation(name="Vincio"))):
        assert "Klopt dit?" not in page(client, reader, address)


@pytest.mark.parametrize("word", ["version", "row", "party", "agreement"])
def test_every_subject_has_its_page(client, weller, version, word):
    agreement = make_agreement(slug="grondprijs", title="Grondprijs")
    key = {
        "version": version.pk,
        "row": version.rows.get().pk,
        "party": "weller",
        "agreement": agreement.slug,
    }[word]
    clerk = make_clerk(weller)
    address = say(client, clerk, f"{word}:{key}", text="Zie hier").headers["Location"]

    assert "Zie hier" in page(client, clerk, address.removesuffix("#opmerkingen"))


@pytest.mark.parametrize(
    "subject", ["version:999999", "row:9", "party:niemand", "agreement:x", "iets:1", "", "row:1e9"]
)
def test_about_what_is_not_there_nothing_is_said(client, weller, subject):
    assert say(client, make_clerk(weller), subject).status_code == 404
    assert not Comment.objects.exists()


def test_about_a_concept_of_another_nothing_is_said(client, weller, woonpunt):
    concept = make_version(weller, [make_row(2)], submit=False)

    assert say(client, make_clerk(woonpunt), f"version:{concept.pk}").status_code == 404


def test_who_belongs_to_nobody_says_nothing(client, weller, version):
    assert say(client, make_user(), f"version:{version.pk}").status_code == 403
    assert "Schrijf een opmerking" not in page(client, make_user(), f"/opgaven/{version.pk}/")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"text": " "}, "Schrijf eerst uw opmerking."),
        ({"private": "on"}, "Kies de partij die dit leest."),
        ({"text": "x" * 2001}, "korter dan 2000 tekens"),
        ({"party": "niemand"}, ""),
    ],
)
def test_a_comment_that_does_not_fit_keeps_its_text(client, weller, version, sent, words):
    answer = say(client, make_clerk(weller), f"version:{version.pk}", **sent)

    assert answer.status_code == 400
    text = answer.content.decode()
    assert words in text
    assert sent.get("text", "Klopt dit?").strip()[:50] in text
    assert not Comment.objects.exists()


def test_unread_until_the_page_was_opened(client, weller, woonpunt, version):
    clerk = make_clerk(weller)
    say(client, make_clerk(woonpunt), f"version:{version.pk}", party="weller")
    assert len(unread_of(clerk)) == 1

    page(client, clerk, f"/opgaven/{version.pk}/")

    assert unread_of(clerk) == []
    assert Seen.objects.filter(user=clerk, subject=f"version:{version.pk}").exists()


def test_scripts_are_text(client, weller, version):
    clerk = make_clerk(weller)
    say(client, clerk, f"version:{version.pk}", text="<script>alert(1)</script>")

    assert "<script>alert(1)</script>" not in page(client, clerk, f"/opgaven/{version.pk}/")
