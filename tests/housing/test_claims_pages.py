"""One home, two parties: both see it, the coordinator rules, nobody else learns of it."""

import pytest
from django.urls import reverse

from housing import tallies
from housing.models import Claim, Membership, Ruling
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
HOME = "0917010000000123"
LIST = "/dubbel/"


@pytest.fixture(autouse=True)
def both():
    """Weller accepted first; Woonpunt claims the same home, and loses it."""
    make_municipality()
    make_rules()
    make_round(2025)
    weller, woonpunt = (make_organisation(name=name) for name in ("Weller", "Woonpunt"))
    row = {"bag_ids": (HOME,), "postcode": "6411AB", "house_number": 12}
    make_version(weller, [make_row(**row)], on="2026-02-01", accepted_on="2026-02-01")
    make_version(woonpunt, [make_row(**row, project="Hof")], on="2026-02-02")
    return weller, woonpunt


def losing():
    return Claim.objects.get(lost_to__isnull=False)


def page_of(client, found):
    return client.get(reverse("housing:claim", args=[found.pk]))


@pytest.mark.parametrize("side", [0, 1])
def test_both_parties_see_both_sides(client, both, side):
    client.force_login(make_clerk(both[side]))

    assert HOME in client.get(LIST).text
    for found in Claim.objects.all():
        page = page_of(client, found)
        assert page.text.count("6411AB 12") >= 2
        assert "telt nu bij Weller, 2025" in page.text
        assert "Een vastgestelde opgave gaat voor een voorlopige." in page.text
        assert "Bewaar deze beslissing" not in page.text


def test_coordinator_rules_with_a_reason(client, both):
    client.force_login(make_coordinator())
    found = losing()
    url = reverse("housing:claim", args=[found.pk])

    page = client.post(url, {"winner": found.pk, "reason": ""})
    assert page.status_code == 400
    assert not Ruling.objects.exists()
    page = client.post(url, {"winner": found.pk, "reason": "De sleutels zijn daar."}, follow=True)

    assert "telt nu bij Woonpunt, 2025" in page.text
    assert "De coördinator heeft dit beslist." in page.text
    assert "De sleutels zijn daar." in page.text
    assert losing().organisation == both[0]
    assert tallies.audit() == []
    assert "0 tellen mee" in client.get(f"/opgaven/{losing().submission_id}/").text


@pytest.mark.parametrize("winner", ["", "999999", "x"])
def test_ruling_for_a_claim_that_is_not_there_is_asked_again(client, winner):
    client.force_login(make_coordinator())
    url = reverse("housing:claim", args=[losing().pk])

    page = client.post(url, {"winner": winner, "reason": "Omdat."})

    assert page.status_code == 400
    assert not Ruling.objects.exists()


def test_parties_do_not_rule(client, both):
    client.force_login(make_clerk(both[1]))
    url = reverse("housing:claim", args=[losing().pk])

    answer = client.post(url, {"winner": losing().pk, "reason": "Van ons."})

    assert answer.status_code == 403
    assert not Ruling.objects.exists()


def test_a_third_corporation_learns_nothing(client):
    client.force_login(make_clerk(make_organisation(name="ZOwonen")))

    page = client.get(LIST)

    assert HOME not in page.text
    assert "Geen enkele woning is nu dubbel gemeld" in page.text
    assert page_of(client, losing()).status_code == 404


@pytest.mark.parametrize(
    "make", [make_board, lambda: make_user(make_municipality(), Membership.Role.REPORTER)]
)
def test_board_and_officers_are_refused(client, make):
    client.force_login(make())

    assert client.get(LIST).status_code == 403
    assert page_of(client, losing()).status_code == 404


def test_claim_without_another_is_no_page(client, both):
    make_version(both[1], [make_row(bag_ids=("0917010000000999",))], stays={})
    client.force_login(make_coordinator())
    alone = Claim.objects.get(bag_id="0917010000000999")

    assert page_of(client, alone).status_code == 404


def test_query_ceiling(client, django_assert_max_num_queries):
    client.force_login(make_coordinator())
    client.get(LIST)

    with django_assert_max_num_queries(6):
        client.get(LIST)
    with django_assert_max_num_queries(12):
        page_of(client, losing())
