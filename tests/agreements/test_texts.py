"""Keeping the text of an agreement and its milestones: nothing said before is lost."""

from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse

from agreements.models import Agreement, AgreementSet, FormerText, Milestone, Theme
from tests.factories import (
    at,
    make_agreement,
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return make_agreement(
        slug="grondprijs", kind="study", title="Eén grondprijs", text="Zij onderzoeken het.",
        meaning="Een prijs.",
    )  # fmt: skip


@pytest.fixture
def coordinator(client):
    client.force_login(make_coordinator(name="Coördinator"))
    return client


EDIT = "/afspraken/grondprijs/bewerken/"
STEPS = "/afspraken/grondprijs/mijlpalen/"


def values(agreement, **changed):
    return {
        "title": agreement.title, "text": agreement.text, "meaning": agreement.meaning,
        "theme": agreement.theme_id, **changed,
    }  # fmt: skip


def test_a_new_wording_keeps_the_old_with_the_reason(coordinator, study):
    posted = values(study, text="Zij kiezen één prijs.", reason="Besluit van de raden")

    page = coordinator.post(EDIT, posted, follow=True)

    study.refresh_from_db()
    former = FormerText.objects.get()
    assert study.text == "Zij kiezen één prijs."
    assert (former.title, former.text, former.meaning) == (
        "Eén grondprijs",
        "Zij onderzoeken het.",
        "Een prijs.",
    )
    assert former.reason == "Besluit van de raden"
    assert "Reden: Besluit van de raden" in page.text
    assert "Zij onderzoeken het." in page.text


@pytest.mark.parametrize("field", ["title", "text", "meaning"])
def test_a_new_wording_asks_for_the_reason(coordinator, study, field):
    page = coordinator.post(EDIT, values(study, **{field: "Anders."}))

    assert page.status_code == 400
    assert "Schrijf waarom de tekst verandert." in page.text
    study.refresh_from_db()
    assert getattr(study, field) != "Anders."
    assert not FormerText.objects.exists()


def test_other_fields_change_without_a_reason(coordinator, study):
    theme = Theme.objects.create(name="Wonen", slug="wonen", position=2, source="test")
    posted = values(
        study, article="3.2", page="12", contact="Programmabureau", starts_on="01-02-2025",
        due_on="31-12-2026", deliverable="Een rapport", outcome="Eén prijs kan.",
        outcome_on="01-10-2026", also_themes=[theme.pk],
    )  # fmt: skip

    answer = coordinator.post(EDIT, posted)

    assert answer.status_code == 302
    study.refresh_from_db()
    assert (study.article, study.page, study.contact) == ("3.2", "12", "Programmabureau")
    assert (study.starts_on, study.due_on) == (date(2025, 2, 1), date(2026, 12, 31))
    assert (study.outcome, study.outcome_on) == ("Eén prijs kan.", date(2026, 10, 1))
    assert list(study.also_themes.all()) == [theme]
    assert not FormerText.objects.exists()


def test_text_with_blank_ends_and_other_line_ends_is_the_same(coordinator):
    study = make_agreement(slug="grondprijs", kind="study", text="Regel een\nregel twee\n")

    coordinator.post(EDIT, values(study, text="Regel een\r\nregel twee\r\n"))

    assert not FormerText.objects.exists()
    assert Agreement.objects.get().text == "Regel een\nregel twee\n"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": ""}, "Dit veld mag niet leeg zijn."),
        ({"due_on": "31-02-2026"}, "Kijk of de dag en de maand kloppen"),
        ({"starts_on": "01-02-2026", "due_on": "01-01-2026"}, "voor het begin"),
        ({"outcome_on": "01-10-2099"}, "moet nog komen"),
        ({"outcome_on": "01-10-2026"}, "Schrijf wat eruit kwam"),
        ({"theme": "999"}, "Kies een thema uit de lijst."),
    ],
)
def test_what_cannot_be_is_told(coordinator, study, changed, sentence):
    page = coordinator.post(EDIT, values(study, **changed))

    assert page.status_code == 400
    assert sentence in page.text


def test_only_a_study_has_an_outcome(coordinator):
    effort = make_agreement(slug="inzet", kind="effort")

    page = coordinator.get(reverse("agreements:wording", args=[effort.slug]))

    assert 'name="outcome"' not in page.text


def test_only_the_coordinator_keeps_the_regional_text(client, study):
    heerlen = make_municipality()
    study.set.parties.add(heerlen)
    for user in (make_user(heerlen, "reporter"), make_board(), make_user()):
        client.force_login(user)
        for url in (EDIT, STEPS):
            assert client.get(url).status_code == 403
            assert client.post(url, values(study, text="X", reason="x")).status_code == 403
    assert not FormerText.objects.exists()


def test_a_local_text_is_kept_by_its_own_parties(client, study):
    heerlen, kerkrade = make_municipality(), make_municipality("Kerkrade", "GM0928")
    weller, other = make_organisation(name="Weller"), make_organisation(name="Woonpunt")
    local = AgreementSet.objects.create(
        name="Heerlen 2025", slug="heerlen-2025", first_year=2025, last_year=2025,
        municipality=heerlen, source="test",
    )  # fmt: skip
    local.parties.add(heerlen, weller)
    Agreement.objects.filter(pk=study.pk).update(set=local)

    for user, status in (
        (make_user(heerlen, "reporter"), 200),
        (make_clerk(weller), 200),
        (make_user(heerlen, "reader"), 403),
        (make_user(kerkrade, "reporter"), 403),
        (make_clerk(other), 403),
        (make_coordinator(), 403),
    ):
        client.force_login(user)
        assert client.get(EDIT).status_code == status


@pytest.mark.parametrize("url", ["/afspraken/niets/bewerken/", "/afspraken/niets/mijlpalen/"])
def test_unknown_agreements_are_not_found(coordinator, url):
    assert coordinator.get(url).status_code == 404


def test_an_agreement_of_the_future_is_not_found(coordinator, study):
    Agreement.objects.update(known_from=at("2090-01-01"))

    assert coordinator.get(EDIT).status_code == 404


def test_loading_reference_data_again_leaves_the_new_text(coordinator, db):
    call_command("load_reference", verbosity=0)
    agreement = Agreement.objects.get(slug="grondprijs")
    coordinator.post(EDIT, values(agreement, title="Nieuwe titel", reason="Beter Nederlands"))

    call_command("load_reference", verbosity=0)

    assert Agreement.objects.get(slug="grondprijs").title == "Nieuwe titel"


# --- milestones ---------------------------------------------------------------------------


def test_a_milestone_is_added_reached_and_taken_away(coordinator, study):
    coordinator.post(STEPS, {"action": "nieuw", "title": "Rapport", "due_on": "31-12-2026"})
    step = Milestone.objects.get()
    assert (step.agreement, step.due_on, step.done_on) == (study, date(2026, 12, 31), None)

    reached = {f"{step.pk}-done_on": "01-10-2026", f"{step.pk}-note": "Eerder klaar."}
    page = coordinator.post(STEPS, {"action": f"klaar-{step.pk}", **reached}, follow=True)
    step.refresh_from_db()
    assert (step.done_on, step.note) == (date(2026, 10, 1), "Eerder klaar.")
    assert "1 van de 1 mijlpaal is klaar" in page.text

    coordinator.post(STEPS, {"action": f"weg-{step.pk}"})
    assert not Milestone.objects.exists()


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"action": "nieuw", "title": ""}, "Dit veld mag niet leeg zijn."),
        ({"action": "nieuw", "title": "x", "due_on": "morgen"}, "datum"),
    ],
)
def test_a_wrong_milestone_is_told(coordinator, study, posted, sentence):
    page = coordinator.post(STEPS, posted)

    assert page.status_code == 400
    assert sentence in page.text
    assert not Milestone.objects.exists()


def test_a_step_cannot_be_reached_in_the_future(coordinator, study):
    step = Milestone.objects.create(agreement=study, title="Rapport")

    page = coordinator.post(
        STEPS, {"action": f"klaar-{step.pk}", f"{step.pk}-done_on": "01-10-2099"}
    )

    assert page.status_code == 400
    assert "moet nog komen" in page.text


@pytest.mark.parametrize("action", ["klaar-x", "klaar-999", "weg-", "iets", ""])
def test_steps_that_are_not_there_are_not_found(coordinator, study, action):
    assert coordinator.post(STEPS, {"action": action}).status_code == 404


def test_a_step_of_another_agreement_stays(coordinator, study):
    step = Milestone.objects.create(agreement=make_agreement(), title="Van een ander")

    assert coordinator.post(STEPS, {"action": f"weg-{step.pk}"}).status_code == 404
    assert Milestone.objects.exists()


@pytest.mark.parametrize(("url", "ceiling"), [(EDIT, 14), (STEPS, 12)])
def test_query_count_stays_flat(coordinator, study, url, ceiling, django_assert_max_num_queries):
    for number in range(20):
        Milestone.objects.create(agreement=study, title=f"Stap {number}")
        FormerText.objects.create(agreement=study, title="Oud", text="Oud")

    with django_assert_max_num_queries(ceiling):
        assert coordinator.get(url).status_code == 200
