"""Sales beside the signal value: what is held against restraint, and what is not known."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement, Target
from monitoring.figures import picture
from monitoring.lights import Light
from monitoring.sales import Sold, signals_at, sold_by_corporation, sold_in
from monitoring.sales_page import sales_page
from tests.factories import (
    at,
    make_agreement,
    make_board,
    make_municipality,
    make_organisation,
    make_row,
    make_rules,
    make_target,
    make_version,
)

pytestmark = pytest.mark.django_db
X = "0917010000000001"


@pytest.fixture(autouse=True)
def on_a_day_in_february():
    with time_machine.travel(at("2027-02-15"), tick=False):
        yield


@pytest.fixture
def weller():
    make_municipality()
    make_rules()
    make_target()
    return make_organisation(name="Weller")


@pytest.fixture
def woonpunt(weller):
    return make_organisation(name="Woonpunt")


@pytest.fixture
def agreement():
    return make_agreement(slug="verkoop-sociale-huur", kind=Agreement.Kind.RESTRAINT)


def sale(homes=1, kind="sale_occupant", **fields):
    return make_row(homes, kind=kind, **{"branch": "daeb", "key": f"{kind}{homes}", **fields})


def sold(slug="weller", year=2025) -> Sold:
    return sold_by_corporation(timezone.now())[slug][year]


def test_occupants_and_others_are_apart_and_together_held_against(weller):
    make_version(weller, [sale(4), sale(3, "sale_other")], on="2026-01-20")

    assert (sold().occupants, sold().others, sold().held_against) == (4, 3, 7)


def test_not_answered_is_not_zero_and_nothing_is(weller, woonpunt):
    make_version(weller, [make_row(2)], on="2026-01-20", said=set())
    make_version(woonpunt, [make_row(2, key="w")], on="2026-01-20", said={"sales"})

    found = sold_by_corporation(timezone.now())

    assert 2025 not in found.get("weller", {})
    assert found["woonpunt"][2025].held_against == 0


def test_sale_to_a_party_that_reported_the_purchase_is_not_held_against(weller, woonpunt):
    make_version(
        weller,
        [sale(kind="sale_corporation", bag_ids=(X,)), sale(kind="sale_corporation", key="other")],
        on="2026-01-20",
    )
    assert (sold().unmatched, sold().to_corporation, sold().held_against) == (2, 0, 2)

    make_version(
        woonpunt, [make_row(kind="purchase", branch="daeb", bag_ids=(X,), key="p")], on="2026-01-22"
    )

    assert (sold().unmatched, sold().to_corporation, sold().held_against) == (1, 1, 1)


def test_own_purchase_matches_nothing(weller):
    make_version(
        weller,
        [
            sale(kind="sale_other", bag_ids=(X,)),
            make_row(kind="purchase", branch="daeb", bag_ids=(X,), key="p"),
        ],
        on="2026-01-20",
    )

    assert (sold().others, sold().to_corporation) == (1, 0)


def test_sold_from_stock_is_apart(weller):
    make_version(weller, [sale(5, part="2.1B"), sale(2)], on="2026-01-20")

    assert (sold().from_stock_2_1b, sold().held_against) == (5, 2)


def test_sale_of_a_home_that_was_not_social_is_no_sale_here(weller):
    make_version(weller, [sale(2, branch="non_daeb", declared="mid_rent")], on="2026-01-20")

    assert sold().held_against == 0


def test_stand_op_shows_what_was_known_then(weller):
    make_version(weller, [sale(4, key="s")], on="2026-01-20", accepted_on="2026-02-01")
    make_version(weller, [sale(9, key="s")], on="2026-05-01", accepted_on="2026-05-10")

    then = sold_in(picture(date(2026, 3, 1)))

    assert then["weller"][2025].held_against == 4
    assert sold().held_against == 9
    assert sold_in(picture(date(2026, 1, 1))) == {}


def test_after_a_merger_the_years_stand_under_the_successor(weller, woonpunt):
    make_version(weller, [sale(4)], on="2026-01-20")
    make_version(woonpunt, [sale(3, key="w")], on="2026-01-20")
    weller.successor, weller.party_until = woonpunt, date(2026, 6, 1)
    weller.save()

    found = sold_by_corporation(timezone.now())

    assert "weller" not in found
    assert found["woonpunt"][2025].held_against == 7


def test_signal_value_gives_a_light_only_where_there_is_one(weller, woonpunt, agreement):
    make_version(weller, [sale(11)], on="2026-01-20", accepted_on="2026-02-01")
    make_version(woonpunt, [sale(1, key="w")], on="2026-01-20", accepted_on="2026-02-01")
    make_target(
        {2025: 10}, agreement=agreement, total=None, corporation=weller, scope="weller",
        known_from=at("2025-06-01"),
    )  # fmt: skip
    known = picture()

    page = sales_page(known, sold_in(known), signals_at(agreement, known.moment))

    cells = {line.slug: {cell.year: cell for cell in line.cells} for line in page.lines}
    assert cells["weller"][2025].light == Light.WATCH  # exactly 110%
    assert cells["woonpunt"][2025].light == Light.NONE
    assert signals_at(agreement, at("2025-01-01")) == {}


def test_signal_value_is_no_target_of_the_region(weller, agreement):
    make_target({2025: 10}, agreement=agreement, total=None, corporation=weller, scope="weller")

    assert "weller" not in picture().targets
    assert Target.objects.count() == 2


def page(client, **query):
    client.force_login(make_board())
    return client.get(reverse("monitoring:sales"), query)


def test_page_says_there_is_no_signal_value(client, weller, agreement):
    make_version(weller, [sale(4)], on="2026-01-20", accepted_on="2026-02-01")

    shown = page(client)

    assert "verkocht" in shown.context["page"].heading
    assert "er is nog geen signaalwaarde" in shown.text


def test_page_without_answers_is_unknown(client, weller):
    assert "Over verkochte sociale huurwoningen is nog niets opgegeven" in page(client).text


def test_page_stays_within_its_queries(
    client, weller, woonpunt, agreement, django_assert_max_num_queries
):
    for party in (weller, woonpunt):
        make_version(
            party,
            [sale(4, key=party.slug), sale(kind="sale_other", key=f"o{party.slug}", bag_ids=(X,))],
            on="2026-01-20",
        )
    client.force_login(make_board())

    with django_assert_max_num_queries(24):
        client.get(reverse("monitoring:sales"))


def test_export_has_every_corporation_and_year(client, weller):
    make_version(weller, [sale(4)], on="2026-01-20")
    client.force_login(make_board())

    answer = client.get(reverse("monitoring:sales_export", args=["csv"]))

    text = b"".join(answer.streaming_content).decode()
    assert "Weller;2025;4;4;0;0;0;0;4;voorlopig;;geen licht" in text
    assert "Weller;2026;n.n.o." in text
