"""What one party promised, across its sets, with what is due."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import call_command

from agreements.models import Agreement, AgreementSet, Milestone
from housing.models import Organisation
from tests.factories import at, make_agreement, make_clerk, make_statement, make_user

pytestmark = pytest.mark.django_db
WELLER = "/partijen/weller/beloofd/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def reader(client):
    call_command("load_reference", verbosity=0)
    client.force_login(make_user(party("roh-parkstad"), "reader"))
    return client


def party(slug: str) -> Organisation:
    return Organisation.objects.get(slug=slug)


def local_set(year: int) -> AgreementSet:
    set_ = AgreementSet.objects.create(
        name=f"Heerlen {year}", slug=f"heerlen-{year}", first_year=year, last_year=year,
        municipality=party("heerlen"), signed_on=date(year - 1, 12, 1), source="test",
        known_from=at("2024-06-01"),
    )  # fmt: skip
    set_.parties.add(party("weller"))
    return set_


def test_visitors_sign_in_first(client):
    assert client.get(WELLER).status_code == 302


def test_the_heading_is_the_answer(reader):
    for agreement, light in (("gemengde-wijken", "on"), ("voorzieningenwijzer", "watch")):
        make_statement(Agreement.objects.get(slug=agreement), party("weller"), light=light)

    text = reader.get(WELLER).text

    assert (
        "<h1>Weller is aan zet bij 5 afspraken: 1 let op, 1 op schema, 2 geen licht, "
        "1 niet opgegeven</h1>" in text
    )


def test_local_sets_stand_beside_the_regional_and_years_that_are_over_below(reader):
    make_agreement(set=local_set(2026), slug="nu", kind="effort", title="Buurtteam",
                   responsible_kinds=["corporation"])  # fmt: skip
    make_agreement(set=local_set(2025), slug="toen", kind="effort", title="Wijkfeest",
                   responsible_kinds=["corporation"])  # fmt: skip

    page = reader.get(WELLER)

    assert [str(each.set) for each in page.context["promised"].running][1:] == ["Heerlen 2026"]
    assert "aan zet bij 6 afspraken" in page.text
    assert "<summary>Heerlen 2025: 1 afspraak</summary>" in page.text
    # Woonpunt is no party to Heerlen's set.
    assert "Buurtteam" not in reader.get("/partijen/woonpunt/beloofd/").text


def test_a_set_that_nobody_signed_yet_is_no_promise(reader, client):
    set_ = local_set(2027)
    AgreementSet.objects.filter(pk=set_.pk).update(signed_on=None)
    make_agreement(
        set=set_, slug="straks", kind="effort", title="Straks", responsible_kinds=["corporation"]
    )
    client.force_login(make_clerk(party("weller")))

    text = client.get(WELLER).text

    assert "aan zet bij 5 afspraken" in text
    assert "In de maak: nog niet getekend" in text
    assert "<summary>Heerlen 2027: 1 afspraak</summary>" in text


def test_what_is_late_or_due_within_90_days_stands_first(reader):
    found = Agreement.objects.get(slug="gemengde-wijken")
    for title, due, done, who in (
        ("Over een jaar", date(2027, 11, 1), None, None),
        ("Binnenkort", date(2027, 2, 21), None, None),
        ("Net te ver", date(2027, 2, 22), None, None),
        ("Te laat", date(2026, 11, 22), None, None),
        ("Al klaar", date(2026, 11, 1), date(2026, 10, 1), None),
        ("Van Heerlen", date(2026, 12, 1), None, party("heerlen")),
    ):
        Milestone.objects.create(
            agreement=found, title=title, due_on=due, done_on=done, organisation=who
        )

    due = reader.get(WELLER).context["promised"].due

    assert [(each.what, each.is_late) for each in due] == [("Te laat", True), ("Binnenkort", False)]


def test_a_day_of_the_agreement_is_due_until_the_party_says_it_is_done(reader):
    found = Agreement.objects.get(slug="gemengde-wijken")
    found.due_on = date(2026, 12, 31)
    found.save()
    assert len(reader.get(WELLER).context["promised"].due) == 1

    make_statement(found, party("weller"), status="done", light="on")

    assert reader.get(WELLER).context["promised"].due == ()


def test_who_answers_for_the_party_finds_the_way(reader, client):
    assert "Vul in hoe het staat" not in reader.get(WELLER).text

    client.force_login(make_clerk(party("weller")))

    text = client.get(WELLER).text
    assert 'href="/afspraken/invullen/weller/2026/"' in text
    assert "Vul in hoe het staat" not in client.get("/partijen/woonpunt/beloofd/").text
    assert "Vul in hoe het staat" not in client.get(WELLER, {"stand": "01-08-2026"}).text


def test_a_party_without_promises_reads_what_will_stand_here(reader):
    text = reader.get("/partijen/roh-parkstad/beloofd/").text

    assert "<h1>ROH Parkstad is bij geen afspraak zelf aan zet</h1>" in text
    assert "Zodra ROH Parkstad" in text


def test_an_unknown_party_is_not_found(reader):
    assert reader.get("/partijen/niemand/beloofd/").status_code == 404


def test_the_partys_page_and_the_menu_lead_here(reader, client):
    client.force_login(make_clerk(party("weller")))

    text = client.get("/partijen/weller/").text

    assert text.count(f'href="{WELLER}"') == 2


def test_query_count_stays_flat(reader, django_assert_max_num_queries):
    reader.get(WELLER)
    for year in (2024, 2025, 2026):
        made = make_agreement(set=local_set(year), slug=f"l{year}", kind="effort",
                              responsible_kinds=["corporation"])  # fmt: skip
        for agreement in Agreement.objects.exclude(pk=made.pk):
            make_statement(agreement, party("weller"), year=year)

    with django_assert_max_num_queries(30):
        reader.get(WELLER)
