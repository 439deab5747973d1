"""The Voorzieningenwijzer and the national funds: who keeps what, refusals, reference data."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from agreements.models import Agreement, AidYear, Fund, FundUse
from housing.models import Organisation
from tests.agreements.registers import make_fund, make_project, make_use
from tests.factories import (
    make_agreement,
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db
AID, FUNDS = "/afspraken/voorzieningenwijzer/cijfers/", "/afspraken/rijksmiddelen/fondsen/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(date(2026, 11, 23)):
        yield


@pytest.fixture
def weller() -> Organisation:
    make_agreement(slug="voorzieningenwijzer", number="7")
    make_municipality()
    return make_organisation(name="Weller")


@pytest.fixture
def clerk(client, weller):
    client.force_login(make_clerk(weller))
    return client


def test_without_answers_the_page_says_so_and_the_term_is_unknown(clerk):
    page = clerk.get(AID)

    assert "Over 2026 is nog niet opgegeven wie meedoet" in page.text
    assert "de data zijn nog niet bekend" in page.text
    assert "Vul in" in page.text


def test_the_term_stands_there_once_it_is_known(clerk):
    Agreement.objects.update(starts_on=date(2025, 1, 1), due_on=date(2027, 12, 31))

    assert "lopen van 1 januari 2025 tot en met 31 december 2027" in clerk.get(AID).text


def test_a_party_fills_in_its_own_year_and_changes_it(clerk, weller):
    mine = AID + "weller/2025/"

    clerk.post(mine, {"participates": "True", "households": "1.140", "benefit": "€ 648,50"})

    record = AidYear.objects.get()
    assert (record.participates, record.households) == (True, 1140)
    assert record.benefit == Decimal("648.50")
    page = clerk.get(AID + "?jaar=2025")
    assert "In 2025 deden 0 van de 1 gemeente en 1 van de 1 corporatie mee" in page.text
    assert "€ 648,50" in page.text
    clerk.post(mine, {"participates": "False"})
    assert "648" not in clerk.get(AID + "?jaar=2025").text
    clerk.post(mine + "weghalen/")
    assert not AidYear.objects.exists()


@pytest.mark.parametrize(
    ("year", "fields", "field", "text"),
    [
        (2025, {"participates": "False", "households": "3"}, "participates", "nee"),
        (2025, {"households": "0", "benefit": "600"}, "benefit", "Zonder huishoudens"),
        (2025, {"benefit": "-5"}, "benefit", "zonder min"),
        (2025, {}, "__all__", "minstens één"),
        (2027, {"households": "3"}, "households", "moet nog beginnen"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(clerk, year, fields, field, text):
    page = clerk.post(f"{AID}weller/{year}/", fields)

    assert page.status_code == 400
    assert text in str(page.context["form"].errors[field])
    assert not AidYear.objects.exists()


def test_nobody_fills_in_the_year_of_another(clerk):
    assert clerk.post(AID + "heerlen/2025/", {"participates": "True"}).status_code == 403
    assert not AidYear.objects.exists()


@pytest.mark.parametrize("asked", ["2031", "abc", "²⁰²⁵", "-1", ""])
def test_a_year_that_is_none_of_the_agreements_is_this_year(clerk, asked):
    assert clerk.get(AID, {"jaar": asked}).context["year"] == 2026


# --- funds ------------------------------------------------------------------------------


def test_reference_funds_are_the_sourced_ones_and_loading_twice_adds_nothing(client):
    call_command("load_reference", verbosity=0)
    Fund.objects.filter(slug="startbouwimpuls").update(purpose="Door de coördinator veranderd")
    FundUse.objects.filter(granted=1_197_150).update(spent=900_000)
    before = list(FundUse.objects.order_by("pk").values_list())

    call_command("load_reference", verbosity=0)

    assert list(FundUse.objects.order_by("pk").values_list()) == before
    assert Fund.objects.get(slug="startbouwimpuls").purpose == "Door de coördinator veranderd"
    assert Fund.objects.count() == 7
    amounts = dict(Fund.objects.values_list("slug", "amount"))
    assert amounts["volkshuisvestingsfonds-2"] is None
    assert amounts["realisatiestimulans-heerlen-noord"] is None
    assert sum(amount for amount in amounts.values() if amount) == 120_220_000
    assert all(fund.source for fund in Fund.objects.all())
    kerkrade = FundUse.objects.get(fund__slug="startbouwimpuls", municipality__slug="kerkrade")
    assert (kerkrade.granted, kerkrade.homes, kerkrade.purpose) == (1_197_150, 184, "5 projecten")
    client.force_login(make_board())
    assert "minstens €\u00a0120.220.000 toe: van 5 van de 7 rijksfondsen" in client.get(FUNDS).text


def test_empty_list_says_what_comes_there(client):
    client.force_login(make_board())

    page = client.get(FUNDS)

    assert "Er staan nog geen rijksfondsen" in page.text
    assert "De fondsen houdt de coördinator bij." in page.text


def test_homes_of_a_fund_are_said_not_to_be_added(client):
    make_use(make_fund(homes=835, amount=5_720_000))
    client.force_login(make_board())

    for url in (FUNDS, FUNDS + "startbouwimpuls/"):
        assert (
            "deze woningen tellen wij niet op bij de opleveringen" in client.get(url).text.lower()
        )


def test_the_coordinator_keeps_funds(client):
    client.force_login(make_coordinator())
    fund = {"name": "Regio Deal", "purpose": "Wijken", "counts": "unknown", "source": "Rijk"}

    page = client.post(
        FUNDS + "toevoegen/", fund | {"amount": "1.197.150", "year": "2023"}, follow=True
    )

    found = Fund.objects.get()
    assert (found.slug, found.amount, found.year) == ("regio-deal", 1_197_150, 2023)
    assert "Regio Deal: €\u00a01.197.150" in page.text
    client.post(FUNDS + "regio-deal/bewerken/", fund | {"amount": ""})
    assert "geen vast bedrag bekend" in client.get(FUNDS + "regio-deal/").text
    client.post(FUNDS + "toevoegen/", fund | {"name": "Toevoegen"})
    assert client.get(FUNDS + "toevoegen-2/").status_code == 200
    use = make_use(found)
    page = client.post(FUNDS + "regio-deal/weghalen/", follow=True)
    assert "Haal eerst die weg." in page.text
    use.delete()
    client.post(FUNDS + "regio-deal/weghalen/")
    assert not Fund.objects.filter(slug="regio-deal").exists()


@pytest.mark.parametrize("amount", ["1,197,150", "27,8 miljoen", "-5", "12,50", "999.999.999.999"])
def test_an_amount_in_doubt_is_asked(client, amount):
    client.force_login(make_coordinator())
    fund = {"name": "Regio Deal", "purpose": "Wijken", "counts": "unknown", "source": "Rijk"}

    page = client.post(FUNDS + "toevoegen/", fund | {"amount": amount})

    assert page.status_code == 400
    assert page.context["form"].errors["amount"]


def test_an_officer_keeps_what_was_spent_of_a_sourced_use_and_no_more(client):
    use = make_use(granted=2_500_000)
    client.force_login(make_user(make_municipality(), "reporter"))
    change = reverse("agreements:use_change", args=[use.pk])

    client.post(change, {"spent": "1.200.000", "spent_until": "30-06-2026", "granted": "1"})

    use.refresh_from_db()
    assert (use.spent, use.spent_until, use.granted) == (1_200_000, date(2026, 6, 30), 2_500_000)
    assert client.post(reverse("agreements:use_remove", args=[use.pk])).status_code == 403


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"spent": "3.000.000", "spent_until": "30-06-2026"}, "spent"),
        ({"spent": "3"}, "spent_until"),
        ({"spent": "3", "spent_until": "24-11-2026"}, "spent_until"),
    ],
)
def test_money_spent_has_a_day_and_fits_what_was_granted(client, fields, field):
    use = make_use(granted=2_500_000)
    client.force_login(make_user(make_municipality(), "reporter"))

    page = client.post(reverse("agreements:use_change", args=[use.pk]), fields)

    assert page.status_code == 400
    assert page.context["form"].errors[field]


def test_an_officer_adds_a_use_for_her_own_municipality_and_takes_it_away(client):
    make_fund()
    kerkrade = make_municipality("Kerkrade", "GM0928")
    elsewhere = make_project("Elders", municipality=kerkrade)
    heerlen = make_municipality()
    weller = make_organisation(name="Weller")
    client.force_login(make_user(heerlen, "reporter"))
    add = FUNDS + "startbouwimpuls/besteding/"
    use = {"municipality": heerlen.pk, "purpose": "Plein", "source": "Besluit",
           "parties": [heerlen.pk, weller.pk]}  # fmt: skip

    for wrong in ({"municipality": kerkrade.pk}, {"municipality": ""}, {"project": elsewhere.pk}):
        assert client.post(add, use | wrong).status_code == 400
    page = client.post(add, use, follow=True)

    found = FundUse.objects.get()
    assert "Met Heerlen en Weller" in page.text
    assert "Toegekend volgens deze regels: nog niet opgegeven" in page.text
    client.post(reverse("agreements:use_remove", args=[found.pk]))
    assert not FundUse.objects.exists()


@pytest.mark.parametrize(
    ("url", "ceiling"), [(AID, 13), (FUNDS, 11), (FUNDS + "startbouwimpuls/", 13)]
)
def test_query_count_stays_flat(client, weller, url, ceiling, django_assert_max_num_queries):
    fund = make_fund()
    for number in range(25):
        make_fund(f"Fonds {number}", slug=f"fonds-{number}")
        make_use(fund, purpose=str(number)).parties.add(weller)
    for year in range(2024, 2029):
        AidYear.objects.create(organisation=weller, year=year, participates=True)
    client.force_login(make_user(make_municipality(), "reporter"))

    with django_assert_max_num_queries(ceiling):
        client.get(url)
