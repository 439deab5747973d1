"""The pages of parties: the same figures as the dashboard, and what each party promised."""

from datetime import date

import pytest
import time_machine

from housing.models import Confirmation, Organisation, ProjectPlan, Representation, StockChange
from monitoring.figures import picture
from tests.factories import (
    at,
    make_agreement,
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_row,
    make_rules,
    make_target,
    make_version,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_in_november():
    with time_machine.travel(at("2026-11-20"), tick=False):
        yield


@pytest.fixture
def weller():
    make_municipality()
    make_municipality("Landgraaf", "GM0882")
    make_rules()
    make_target()
    return make_organisation(name="Weller")


@pytest.fixture
def reported(weller):
    """2024 and 2025 closed with 96 and 78 in Heerlen; 50 of 2026 submitted."""
    for year, homes in ((2024, 96), (2025, 78)):
        rows = [
            make_row(homes, year=year, key=f"H{year}", project="Tuinhof"),
            make_row(4, year=year, key=f"L{year}", municipality="landgraaf", project="Mijnstreek"),
            make_row(9, year=year, key=f"S{year}", kind="demolition"),
        ]
        make_version(
            weller,
            rows,
            year=year,
            on=f"{year + 1}-01-20",
            accepted_on=f"{year + 1}-02-10",
            said={"additions", "sales", "demolition", "other_withdrawals"},
        )
    make_version(weller, [make_row(50, year=2026, key="H26")], year=2026, on="2026-11-05")


@pytest.fixture
def split(weller):
    """Heerlen's own part of the target."""
    place = Organisation.objects.get(slug="heerlen")
    years = dict.fromkeys(range(2024, 2029), 84)
    make_target(years, total=420, municipality=place, scope="heerlen")


def page(client, slug, user=None, **query):
    client.force_login(user or make_board())
    return client.get(f"/partijen/{slug}/", query)


def test_a_municipality_answers_with_its_own_target(client, reported, split):
    shown = page(client, "heerlen")

    heading = "In Heerlen kwamen 174 woningen klaar tot en met 2025, 6 meer dan afgesproken"
    assert heading in shown.text
    assert shown.context["progress"].built == 224
    assert "Voor 420 zijn in 2026, 2027 en 2028" in shown.text
    assert "In 2024 is 84 gehaald, in 2025 niet" in shown.text


def test_a_corporation_without_a_target_gets_no_verdict(client, reported):
    shown = page(client, "weller")

    assert "Weller leverde 182 woningen op tot en met 2025" in shown.text
    assert "Voor Weller is geen eigen aantal afgesproken" in shown.text
    assert "achter" not in shown.text


def test_pages_and_dashboard_agree(client, reported):
    known = picture()

    for slug in ("heerlen", "landgraaf"):
        parts = page(client, slug).context["figures"].parts
        assert sum(part.total.homes + (part.running.homes or 0) for part in parts) == (
            known.by_municipality[slug].built
        )
    parts = page(client, "weller").context["figures"].parts
    assert sum(part.total.homes + (part.running.homes or 0) for part in parts) == (
        known.by_corporation["weller"].built
    )


def test_gross_and_net_stand_beside_each_other(client, reported):
    shown = page(client, "heerlen")

    assert "Tot en met 2025 kwamen er 174 woningen bij" in shown.text
    assert "met 156" in shown.text
    assert "Gesloopt" in shown.text


def test_projects_stand_with_the_number_planned(client, reported):
    project = StockChange.objects.filter(project__name="Tuinhof").first().project
    ProjectPlan.objects.create(project=project, planned_homes=170, known_from=at("2024-06-01"))

    shown = page(client, "heerlen")
    line = shown.context["projects"][0]

    assert (line.name, line.counted.homes, line.planned) == ("Tuinhof", 174, 170)
    assert line.years == "2024 en 2025"
    assert "meer opgegeven dan gepland" in shown.text
    assert "?gemeente=heerlen&amp;zoek=Tuinhof" in shown.text
    assert "Mijnstreek" not in shown.text


def test_who_is_silent_is_named(client, reported):
    make_organisation(name="Woonpunt")

    assert "Woonpunt heeft over 2026 nog niets opgegeven" in page(client, "woonpunt").text


def test_nothing_reported_is_a_calm_page(client, weller):
    shown = page(client, "weller")

    assert shown.status_code == 200
    assert "Over Weller is nog niets opgegeven" in shown.text
    assert "Dat is iets anders dan nul." in shown.text
    assert "Weller gaf nog geen woningen op." in shown.text


def test_a_dispute_marks_the_line_and_the_page(client, reported):
    place = Organisation.objects.get(slug="heerlen")
    version = StockChange.objects.filter(submission__year=2026).first().submission
    Confirmation.objects.create(
        submission=version, municipality=place, disputes=True, reason="Minder",
        known_from=at("2026-11-10"),
    )  # fmt: skip

    shown = page(client, "heerlen")

    running = shown.context["figures"].parts[0].running
    assert (running.state, running.marked("disputed")) == ("provisional", 50)
    assert "50 betwist" in shown.text


def test_stand_op_shows_what_was_known_then(client, reported):
    shown = page(client, "heerlen", stand="25-01-2026")

    assert shown.context["progress"].built == 174
    assert shown.context["progress"].provisional == 78
    assert "25 januari 2026" in shown.text
    assert "?stand=25-01-2026" in shown.text


def test_before_anything_was_known_the_page_says_so(client, reported):
    shown = page(client, "heerlen", stand="01-03-2024")

    assert shown.status_code == 200
    assert "Op 1 maart 2024 was van Heerlen nog niets bekend" in shown.text


@pytest.mark.parametrize("stand", ["morgen", "32-01-2026", "01-01-2030", "<b>"])
def test_a_day_that_cannot_be_used_is_said(client, reported, stand):
    shown = page(client, "heerlen", stand=stand)

    assert shown.status_code == 200
    assert shown.context["asked"].problem
    assert "<b>" not in shown.text


def test_a_merged_corporation_points_to_its_successor(client, reported, weller):
    new = make_organisation(name="Weller Zuid", party_from=date(2026, 7, 1))
    Organisation.objects.filter(pk=weller.pk).update(party_until=date(2026, 7, 1), successor=new)

    assert "Weller is opgegaan in Weller Zuid" in page(client, "weller").text
    shown = page(client, "weller-zuid")
    assert shown.context["progress"].built == 232
    assert [part.name for part in shown.context["figures"].parts] == ["Heerlen", "Landgraaf"]
    assert shown.context["projects"][0].name == "Tuinhof"
    assert "Weller leverde" in page(client, "weller", stand="01-03-2026").text


def test_doubles_are_for_the_party_itself_and_the_coordinator(client, weller):
    zuid = make_organisation(name="Wonen Zuid")
    for party, day in ((weller, "2026-01-20"), (zuid, "2026-02-20")):
        home = make_row(key="B", bag_ids=("0917010000000012",))
        make_version(party, [home], on=day, accepted_on=day)

    assert "ook door een ander opgegeven" in page(client, "weller", make_clerk(weller)).text
    assert "ook door een ander opgegeven" in page(client, "weller", make_coordinator()).text
    assert "ook door een ander opgegeven" not in page(client, "weller").text
    assert "ook door een ander opgegeven" not in page(client, "weller", make_clerk(zuid)).text


def test_a_party_lists_what_it_is_responsible_for(client, weller):
    parties = [weller, Organisation.objects.get(slug="heerlen")]
    mine = make_agreement(
        title="Terughoudend verkopen", responsible_kinds=["corporation"], parties=parties
    )
    named = make_agreement(title="Een fonds")
    named.responsible.add(weller)
    make_agreement(title="Grondprijs", responsible_kinds=["municipality"])

    shown = page(client, "weller")

    assert "Weller is aan zet bij 2 afspraken" in shown.text
    assert f"/afspraken/{mine.slug}/" in shown.text
    assert "Grondprijs" not in shown.text
    assert "Grondprijs" in page(client, "heerlen").text


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        ("tenants", "De Huurders is een huurdersorganisatie"),
        ("umbrella", "De Huurders is een overleg van partijen in Parkstad"),
        ("city_region", "De Huurders is de regio waarin de gemeenten samenwerken"),
    ],
)
def test_parties_that_build_nothing_say_what_they_are(client, weller, kind, heading):
    make_organisation(name="De Huurders", kind=kind, source="een gids", note="Sinds 1990.")

    shown = page(client, "de-huurders")

    assert heading in shown.text
    assert "Sinds 1990." in shown.text
    assert "Bron: een gids." in shown.text


def test_tenants_name_for_whom_they_speak_and_how_sure_that_is(client, weller):
    tenants = make_organisation(name="De Huurders", kind="tenants")
    Representation.objects.create(tenants=tenants, corporation=weller, evidence="eigen site")

    shown = page(client, "de-huurders")

    assert "De Huurders spreekt voor de huurders van Weller" in shown.text
    assert "eigen site" in shown.text


def test_an_unknown_party_is_not_found_and_visitors_sign_in(client, weller):
    assert client.get("/partijen/weller/").status_code == 302
    assert page(client, "niemand").status_code == 404


def test_query_count_stays_flat(client, reported, split, django_assert_max_num_queries):
    client.force_login(make_clerk(Organisation.objects.get(slug="weller")))

    for slug in ("heerlen", "weller"):
        with django_assert_max_num_queries(26):
            client.get(f"/partijen/{slug}/")
