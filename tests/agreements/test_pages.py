"""The agreements' pages: what they answer, to whom, and in how many queries."""

from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse

from agreements.models import Agreement, Target
from housing.models import CountingRule, Organisation
from tests.factories import at, make_clerk, make_target, make_user

LIST = "/afspraken/"
TARGET = "/afspraken/sociale-huurwoningen/"


@pytest.fixture
def reader(client, db):
    call_command("load_reference", verbosity=0)
    client.force_login(make_user(Organisation.objects.get(slug="roh-parkstad"), "reader"))
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("url", [LIST, TARGET])
def test_visitors_sign_in_first(client, url):
    page = client.get(url)

    assert page.status_code == 302
    assert page.url.startswith("/inloggen/")


@pytest.mark.parametrize("url", [LIST, TARGET])
def test_pages_only_answer_reading(reader, url):
    assert reader.post(url).status_code == 405


def test_unknown_agreement_is_not_found(reader):
    assert reader.get(reverse("agreements:detail", args=["onbekend"])).status_code == 404


def test_agreement_of_the_future_is_not_found(reader):
    Agreement.objects.filter(number="9").update(known_from=at("2090-01-01"))

    assert reader.get(reverse("agreements:detail", args=["rijksmiddelen"])).status_code == 404
    assert "8 afspraken" in reader.get(LIST).text


def test_list_answers_how_many_and_which_have_a_number(reader):
    page = reader.get(LIST)

    assert "<h1>Parkstad maakte 9 afspraken, 1 daarvan heeft een getal</h1>" in page.text
    assert [group.theme.slug for group in page.context["groups"]] == [
        "bouwopgave",
        "betaalbaarheid",
        "leefbaarheid",
    ]
    assert "1.350 woningen" in page.text
    assert "9 corporaties" in page.text


def test_list_says_when_nobody_is_named(reader):
    assert "niet genoemd in de openbare tekst" in reader.get(LIST).text


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ({"partij": "weller"}, "Weller is aan zet bij 5 van de 9 afspraken"),
        ({"soort": "study"}, "3 van de 9 afspraken zijn van de soort onderzoek"),
        ({"partij": "weller", "soort": "effort"}, "Weller is aan zet bij 3 van de 4 inspanningen"),
        ({"partij": "roh-parkstad"}, "ROH Parkstad is bij geen van de 9 afspraken zelf aan zet"),
        ({"partij": "onzin", "soort": "onzin"}, "Parkstad maakte 9 afspraken, 1 daarvan"),
    ],
)
def test_list_can_be_narrowed(reader, query, heading):
    assert f"<h1>{heading}" in reader.get(LIST, query).text


def test_list_without_agreements_says_what_to_do(client, db):
    client.force_login(make_user())

    assert "nog geen afspraken" in client.get(LIST).text


def test_target_shows_number_years_and_what_is_not_allocated(reader):
    page = reader.get(TARGET)

    assert "Het getal is 1.350 sinds 31 mei 2024" in page.text
    assert "Nog niet toegedeeld: 1.350." in page.text
    assert page.text.count('<td class="num">270</td>') == 5
    assert "1.350 woningen, sociale huur" in page.text


def test_proposal_mark_goes_when_the_rule_is_confirmed(reader):
    assert "voorstel, nog niet vastgesteld" in reader.get(TARGET).text

    CountingRule.objects.update(decided_on=date(2026, 9, 1), decision="Besluit van het bestuur")

    page = reader.get(TARGET)
    assert "voorstel, nog niet vastgesteld" not in page.text
    assert "Vastgesteld op 1 september 2026" in page.text


def test_later_version_stands_beside_the_first_and_says_why_years_differ(reader):
    make_target(
        {2024: 270, 2025: 270, 2026: 270, 2027: 330, 2028: 330},
        agreement=Agreement.objects.get(number="1"),
        known_from=at("2026-11-12"),
        decided_on=date(2026, 11, 12),
        reason="Besluit over 2027 en 2028.",
    )

    page = reader.get(TARGET)

    assert [version.known_from.year for version in page.context["promise"].versions] == [2026, 2024]
    assert "De jaren zijn samen 1.470, het getal is 1.350." in page.text


def test_split_shows_its_remainder_and_that_it_is_invented(reader):
    for slug, homes in (("heerlen", 420), ("kerkrade", 300)):
        place = Organisation.objects.get(slug=slug)
        make_target(
            {},
            agreement=Agreement.objects.get(number="1"),
            total=homes,
            scope=slug,
            municipality=place,
            is_demo=True,
        )

    text = reader.get(TARGET).text

    assert "Toegedeeld aan gemeenten: 720 (voorbeeld, verzonnen)." in text
    assert "Nog niet toegedeeld: 630." in text


def test_agreement_without_number_shows_meaning_and_source_only(reader):
    page = reader.get(reverse("agreements:detail", args=["verkoop-sociale-huur"]))

    assert "Wat betekent dit?" in page.text
    assert "brunssum.nl" in page.text
    assert page.context["promise"] is None
    assert "Zo tellen wij" not in page.text


@pytest.mark.parametrize("slug", ["weller", "heerlen"])
def test_every_party_reads_every_agreement(client, db, slug):
    call_command("load_reference", verbosity=0)
    client.force_login(make_clerk(Organisation.objects.get(slug=slug)))

    for agreement in Agreement.objects.all():
        url = reverse("agreements:detail", args=[agreement.slug])
        assert client.get(url).status_code == 200


@pytest.mark.parametrize(("url", "ceiling"), [(LIST, 16), (TARGET, 15)])
def test_query_count_stays_flat(reader, url, ceiling, django_assert_max_num_queries):
    with django_assert_max_num_queries(ceiling):
        reader.get(url)


def test_target_versions_are_read_as_of_now(reader):
    Target.objects.update(known_from=at("2090-01-01"))

    assert reader.get(TARGET).context["promise"] is None
