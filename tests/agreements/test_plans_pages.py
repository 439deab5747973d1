"""Stalled plans and time to market: who keeps them, what is refused, in how many queries."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from agreements.models import StalledPlan
from housing.models import ProjectPath
from tests.agreements.registers import make_path, make_plan, make_project
from tests.factories import (
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_row,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
PLANS, PATHS = "/afspraken/stilliggende-plannen/", "/afspraken/doorlooptijd/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(date(2026, 11, 23)):
        yield


@pytest.fixture
def officer(client):
    client.force_login(make_user(make_municipality(), "reporter"))
    return client


def filled(**fields: object) -> dict[str, object]:
    place = make_municipality().pk
    return {
        "municipality": place, "name": "Stationshof", "cause": "grid", "next_step": "Vraag het.",
        **fields,
    }  # fmt: skip


def test_empty_list_says_what_comes_there_and_who_fills_it(client, officer):
    page = officer.get(PLANS)

    assert "nog geen stilliggende plannen" in page.text
    assert "houdt haar eigen ambtenaar wonen bij" in page.text
    assert reverse("agreements:plan_add") in page.text


def test_an_officer_adds_changes_and_solves_a_plan(officer):
    officer.post(PLANS + "toevoegen/", filled(homes="1.350", stalled_since="10-03-2025"))
    plan = StalledPlan.objects.get()
    assert (plan.homes, plan.stalled_since, plan.is_demo) == (1350, date(2025, 3, 10), False)
    assert plan.actor is not None
    page = officer.get(PLANS)
    assert "Er ligt 1 plan stil: 1.350 woningen" in page.text
    assert "1 jaar en 8 maanden" in page.text

    change = reverse("agreements:plan_change", args=[plan.pk])
    assert 'value="10-03-2025"' in officer.get(change).text
    officer.post(change, filled(homes="", stalled_since="10-03-2025", solved_on="01-11-2026"))

    page = officer.get(PLANS)
    assert "Geen plan ligt nog stil: het ene plan is weer op gang" in page.text
    assert "1 plan is weer op gang" in page.text


def test_an_unknown_number_of_homes_stays_unknown(officer):
    make_plan(name="A", homes=12)
    make_plan(name="B")

    page = officer.get(PLANS)

    assert "Er liggen 2 plannen stil: 12 woningen, 1 plan zonder aantal" in page.text
    assert "n.n.o." in page.text


@pytest.mark.parametrize(
    ("fields", "field", "text"),
    [
        ({"name": ""}, "name", "verplicht"),
        ({"cause": "pech"}, "cause", ""),
        ({"homes": "0"}, "homes", "vanaf 1"),
        ({"homes": "-3"}, "homes", "zonder min"),
        ({"homes": "1,5"}, "homes", "heel getal"),
        ({"stalled_since": "2025"}, "stalled_since", "hele datum"),
        ({"stalled_since": "morgen"}, "stalled_since", "hele datum"),
        ({"stalled_since": "24-11-2026"}, "stalled_since", "moet nog komen"),
        ({"stalled_since": "10-03-2025", "solved_on": "09-03-2025"}, "solved_on", "ligt vóór"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(officer, fields, field, text):
    page = officer.post(PLANS + "toevoegen/", filled(**fields))

    assert page.status_code == 400
    assert text in str(page.context["form"].errors[field])
    assert "Er is nog niets bewaard" in page.text
    assert not StalledPlan.objects.exists()


def test_a_plan_stands_once_in_the_list_of_a_municipality(officer):
    make_plan()

    page = officer.post(PLANS + "toevoegen/", filled())

    assert page.status_code == 400
    assert "Dit plan staat al in de lijst" in page.text


def test_an_officer_cannot_write_in_the_list_of_another(officer):
    kerkrade = make_municipality("Kerkrade", "GM0928")
    plan = make_plan(kerkrade)

    added = officer.post(PLANS + "toevoegen/", filled(municipality=kerkrade.pk, name="X"))
    moved = officer.post(reverse("agreements:plan_change", args=[plan.pk]), filled())
    removed = officer.post(reverse("agreements:plan_remove", args=[plan.pk]))

    assert (added.status_code, moved.status_code, removed.status_code) == (400, 403, 403)
    assert list(StalledPlan.objects.values_list("municipality__name", flat=True)) == ["Kerkrade"]


def test_the_coordinator_writes_in_any_list_and_takes_away_after_a_question(client):
    client.force_login(make_coordinator())
    plan = make_plan()
    remove = reverse("agreements:plan_remove", args=[plan.pk])

    assert "Wilt u “Stationshof” weghalen?" in client.get(remove).text
    assert StalledPlan.objects.exists()
    client.post(remove)

    assert not StalledPlan.objects.exists()


def test_what_a_demonstration_account_adds_is_marked(client):
    client.force_login(make_user(make_municipality(), "reporter", is_demo=True))

    client.post(PLANS + "toevoegen/", filled())

    assert StalledPlan.objects.get().is_demo


# --- time to market ---------------------------------------------------------------------


def test_empty_paths_say_what_comes_there(client):
    client.force_login(make_board())

    assert "Hier komen de projecten te staan" in client.get(PATHS).text


def test_a_corporation_fills_in_a_project_it_reported_homes_in(client):
    make_municipality()
    weller = make_organisation(name="Weller")
    make_version(weller, [make_row(5, project="Tuinhof")], on="2026-01-10")
    make_version(
        make_organisation(name="Woonpunt"), [make_row(5, project="Elders")], on="2026-01-10"
    )
    client.force_login(make_clerk(weller))
    page = client.get(PATHS)
    assert [line.project.name for line in page.context["own"]] == ["Tuinhof"]
    assert [line.project.name for line in page.context["others"]] == ["Elders"]
    own, other = page.context["own"][0].project, page.context["others"][0].project

    kept = client.post(
        reverse("agreements:path_change", args=[own.pk]),
        {"planned_on": "01-01-2022", "completed_on": "01-01-2025", "cost_before": "€ 271.000",
         "cost_after": "249000", "is_conceptual": "True"},
    )  # fmt: skip
    refused = client.post(
        reverse("agreements:path_change", args=[other.pk]), {"planned_on": "01-01-2022"}
    )

    assert (kept.status_code, refused.status_code) == (302, 403)
    path = ProjectPath.objects.get()
    assert (path.cost_before, path.cost_after, path.is_conceptual) == (271_000, 249_000, True)
    page = client.get(PATHS)
    assert "Van plan tot oplevering duurde het ene bekende project 36 maanden" in page.text
    assert "22.000 minder dan eerder" in page.text


def test_a_project_of_a_concept_is_its_writers_only(client):
    make_municipality()
    weller = make_organisation(name="Weller")
    make_version(weller, [make_row(5, project="Geheim")], submit=False)
    client.force_login(make_coordinator())

    page = client.get(PATHS)
    project = make_project("Bekend")
    found = client.get(reverse("agreements:path_change", args=[project.pk - 1]))

    assert "Geheim" not in page.text
    assert found.status_code == 404
    client.force_login(make_clerk(weller))
    assert "Geheim" in client.get(PATHS).text


@pytest.mark.parametrize(
    ("fields", "field", "text"),
    [
        ({"planned_on": "24-11-2026"}, "planned_on", "alleen in wat gebeurd is"),
        (
            {"planned_on": "01-02-2024", "started_on": "01-01-2024"},
            "started_on",
            "ligt vóór “plan vastgesteld” (01-02-2024)",
        ),
        ({"permit_on": "02-01-2024", "completed_on": "01-01-2024"}, "completed_on", "ligt vóór"),
        ({"cost_after": "249,50"}, "cost_after", "hele euro"),
        ({"cost_after": "99.000.000"}, "cost_after", "te groot"),
        ({"source": ""}, "__all__", "minstens één"),
    ],
)
def test_dates_go_in_order_and_have_happened(officer, fields, field, text):
    project = make_project()

    page = officer.post(reverse("agreements:path_change", args=[project.pk]), fields)

    assert page.status_code == 400
    assert text in str(page.context["form"].errors[field])
    assert not ProjectPath.objects.exists()


def test_dates_can_be_taken_away_and_the_project_stays(officer):
    path = make_path(planned_on=date(2024, 1, 1))

    officer.post(reverse("agreements:path_remove", args=[path.project_id]))

    assert not ProjectPath.objects.exists()
    assert "Tuinhof" in officer.get(PATHS).text


@pytest.mark.parametrize("url", [PLANS, PATHS])
def test_query_count_stays_flat(client, url, django_assert_max_num_queries):
    for number in range(25):
        make_plan(name=f"Plan {number}")
        make_path(make_project(f"Project {number}"), planned_on=date(2024, 1, 1))
    client.force_login(make_user(make_municipality(), "reporter"))

    with django_assert_max_num_queries(12):
        client.get(url)
