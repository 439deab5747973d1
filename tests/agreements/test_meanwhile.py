"""Two people at one form: the second is told, sees both values, and nothing typed is lost."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from agreements.models import (
    AidYear,
    FundUse,
    Milestone,
    SparedComplex,
    StalledPlan,
    Target,
    VulnerableArea,
)
from agreements.targets import newest_of
from agreements.texts import add_milestone
from housing.meanwhile import Meanwhile, in_words, plain, short
from housing.models import Membership, Organisation, ProjectPath, Round
from tests.agreements.registers import (
    make_area,
    make_complex,
    make_fund,
    make_path,
    make_plan,
    make_use,
)
from tests.factories import (
    make_agreement,
    make_coordinator,
    make_local_set,
    make_municipality,
    make_organisation,
    make_round,
    make_target,
)

pytestmark = pytest.mark.django_db

Made = tuple[str, dict[str, str], dict[str, str], Callable[[], Any]]


def _plan() -> Made:
    plan = make_plan(next_step="Vraag het.", source="raad")
    url = reverse("agreements:plan_change", args=[plan.pk])
    return (
        url,
        {"next_step": "Bel de netbeheerder."},
        {"next_step": "Wacht op maart."},
        (lambda: StalledPlan.objects.get(pk=plan.pk).next_step),
    )


def _path() -> Made:
    path = make_path(planned_on=date(2025, 1, 10))
    url = reverse("agreements:path_change", args=[path.project_id])
    return (
        url,
        {"planned_on": "11-01-2025"},
        {"planned_on": "12-01-2025"},
        (lambda: f"{ProjectPath.objects.get(pk=path.pk).planned_on:%d-%m-%Y}"),
    )


def _path_not_there_yet() -> Made:
    path = make_path(planned_on=date(2025, 1, 10))
    project = path.project
    path.delete()
    url = reverse("agreements:path_change", args=[project.pk])
    return (
        url,
        {"planned_on": "11-01-2025"},
        {"planned_on": "12-01-2025"},
        (lambda: f"{ProjectPath.objects.get(project=project).planned_on:%d-%m-%Y}"),
    )


def _aid() -> Made:
    weller = make_organisation(name="Weller")
    make_agreement()  # of a set whose years can be filled in
    AidYear.objects.create(organisation=weller, year=2025, participates=True, households=40)
    url = reverse("agreements:aid_change", args=["weller", 2025])
    return (
        url,
        {"households": "41"},
        {"households": "52"},
        (lambda: str(AidYear.objects.get().households)),
    )


def _area() -> Made:
    area = make_area()
    url = reverse("agreements:area_change", args=[area.pk])
    return (
        url,
        {"decision": "Besluit 4"},
        {"decision": "Besluit 5"},
        (lambda: VulnerableArea.objects.get(pk=area.pk).decision),
    )


def _complex() -> Made:
    spared = make_complex(homes=30)
    url = reverse("agreements:complex_change", args=[spared.pk])
    return (
        url,
        {"homes": "31"},
        {"homes": "32"},
        (lambda: str(SparedComplex.objects.get(pk=spared.pk).homes)),
    )


def _fund() -> Made:
    fund = make_fund(amount=1_000_000)
    url = reverse("agreements:fund_change", args=[fund.slug])
    return (
        url,
        {"amount": "1.100.000"},
        {"amount": "1.200.000"},
        (lambda: f"{type(fund).objects.get(pk=fund.pk).amount:,}".replace(",", ".")),
    )


def _use() -> Made:
    use = make_use()
    url = reverse("agreements:use_change", args=[use.pk])
    return (
        url,
        {"purpose": "9 projecten"},
        {"purpose": "10 projecten"},
        (lambda: FundUse.objects.get(pk=use.pk).purpose),
    )


def _wording() -> Made:
    study = make_agreement(slug="grondprijs", kind="study", title="Grondprijs", contact="Jansen")
    url = reverse("agreements:wording", args=[study.slug])
    first = {"text": "Van de eerste.", "reason": "besluit"}
    return (
        url,
        first,
        {"text": "Van de tweede.", "reason": "overleg"},
        (lambda: type(study).objects.get(pk=study.pk).text),
    )


def _days() -> Made:
    round_ = make_round(2026)
    url = reverse("housing:round_days", args=[round_.pk])
    return (
        url,
        {"closes_on": "01-03-2027"},
        {"closes_on": "15-03-2027"},
        (lambda: f"{Round.objects.get(pk=round_.pk).closes_on:%d-%m-%Y}"),
    )


def _local_agreement() -> Made:
    place, weller = make_municipality(), make_organisation(name="Weller")
    set_ = make_local_set(place, 2027, weller)
    found = make_agreement(set=set_, number="1", slug="heerlen-2027-1", kind="effort")
    found.responsible.add(weller)
    url = reverse("agreements:local_agreement_change", args=["heerlen", 2027, found.pk])
    return (
        url,
        {"text": "Van de eerste."},
        {"text": "Van de tweede."},
        (lambda: type(found).objects.get(pk=found.pk).text),
    )


def _evaluation() -> Made:
    set_ = make_local_set(make_municipality(), 2025, signed_on=date(2024, 12, 1))
    url = reverse("agreements:local_evaluation", args=["heerlen", 2025])
    told = {"on": "01-02-2026"}
    return (
        url,
        {"text": "Goed.", **told},
        {"text": "Kan beter.", **told},
        (lambda: type(set_).objects.get(pk=set_.pk).evaluation),
    )


KINDS: dict[str, Callable[[], Made]] = {
    "plan": _plan, "path": _path, "path not there yet": _path_not_there_yet, "aid": _aid,
    "area": _area, "complex": _complex, "fund": _fund, "use": _use, "wording": _wording,
    "days of a round": _days, "local agreement": _local_agreement, "evaluation": _evaluation,
}  # fmt: skip


@pytest.fixture
def two() -> tuple[Client, Client]:
    """Two who are coordinator and Heerlen's officer, each with a browser."""
    clients = Client(), Client()
    for client in clients:
        user = make_coordinator()
        Membership.objects.create(user=user, organisation=make_municipality(), role="reporter")
        client.force_login(user)
    return clients


def posted(form: forms.BaseForm, **changed: str) -> dict[str, Any]:
    """What a browser sends of a form as its page shows it, with some fields changed."""
    sent: dict[str, Any] = {}
    if isinstance(form, Meanwhile):
        sent[form.add_prefix("was")] = form.token()
    for name, field in form.fields.items():
        value = form[name].value()
        if isinstance(field.widget, forms.CheckboxInput):
            if value:
                sent[form.add_prefix(name)] = "on"
        elif isinstance(value, list | tuple):
            sent[form.add_prefix(name)] = [str(getattr(each, "pk", each)) for each in value]
        else:
            sent[form.add_prefix(name)] = "" if value is None else str(value)
    return sent | {form.add_prefix(name): value for name, value in changed.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_the_second_is_told_sees_both_values_and_may_choose(two, kind):
    url, of_first, of_second, stored = KINDS[kind]()
    first, second = two
    shown = [client.get(url).context["form"] for client in two]

    assert first.post(url, posted(shown[0], **of_first)).status_code == 302
    answer = second.post(url, posted(shown[1], **of_second))

    theirs, mine = next(iter(of_first.values())), next(iter(of_second.values()))
    assert answer.status_code == 400
    assert "Iemand anders veranderde dit ook" in answer.text
    assert stored() == theirs
    assert [(clash.theirs, clash.mine) for clash in answer.context["form"].clashes] == [
        (theirs, mine)
    ]
    name = next(iter(of_second))
    assert answer.context["form"][name].value() == mine  # what she typed stands in the field
    # She looks at both and keeps her own.
    again = posted(answer.context["form"])
    assert second.post(url, again).status_code == 302
    assert stored() == mine


def test_what_each_changed_elsewhere_is_kept_for_both(two):
    plan = make_plan(next_step="Vraag het.", source="raad")
    url = reverse("agreements:plan_change", args=[plan.pk])
    first, second = two
    shown = [client.get(url).context["form"] for client in two]

    first.post(url, posted(shown[0], next_step="Bel de netbeheerder."))
    answer = second.post(url, posted(shown[1], homes="24"), follow=True)

    plan.refresh_from_db()
    assert (plan.next_step, plan.homes) == ("Bel de netbeheerder.", 24)
    assert "Iemand anders veranderde intussen ook: Volgende stap" in answer.text


def test_the_same_change_twice_is_no_clash(two):
    plan = make_plan()
    url = reverse("agreements:plan_change", args=[plan.pk])
    shown = [client.get(url).context["form"] for client in two]

    for client, form in zip(two, shown, strict=True):
        assert client.post(url, posted(form, homes="24")).status_code == 302


def test_taking_away_what_somebody_just_changed_is_asked_again(two):
    plan = make_plan()
    change = reverse("agreements:plan_change", args=[plan.pk])
    remove = reverse("agreements:plan_remove", args=[plan.pk])
    first, second = two
    was = second.get(remove).context["was"]
    first.post(change, posted(first.get(change).context["form"], homes="24"))

    answer = second.post(remove, {"was": was})

    assert answer.status_code == 400
    assert "Iemand anders veranderde dit intussen" in answer.text
    assert StalledPlan.objects.filter(pk=plan.pk).exists()
    assert second.post(remove, {"was": answer.context["was"]}).status_code == 302
    assert not StalledPlan.objects.filter(pk=plan.pk).exists()


def test_two_who_write_at_one_milestone(two):
    agreement = make_agreement(slug="grondprijs", kind="study")
    step = add_milestone(agreement, title="Advies", due_on=None, by=make_coordinator())
    url = reverse("agreements:milestones", args=["grondprijs"])
    first, second = two
    forms_ = [client.get(url).context["steps"][0][1] for client in two]
    action = {"action": f"klaar-{step.pk}"}

    first.post(url, posted(forms_[0], note="Van de eerste") | action)
    answer = second.post(url, posted(forms_[1], note="Van de tweede") | action)

    assert answer.status_code == 400
    assert "Van de eerste" in answer.text
    assert "Van de tweede" in answer.text
    step.refresh_from_db()
    assert step.note == "Van de eerste"
    # Taking it away on an old page is asked again, too.
    away = second.post(url, posted(forms_[1]) | {"action": f"weg-{step.pk}"})
    assert away.status_code == 400
    assert Milestone.objects.filter(pk=step.pk).exists()


def test_two_who_revise_a_number_make_two_versions_knowingly(two):
    agreement = make_agreement(slug="sociale-huur")
    make_target(agreement=agreement)
    url = reverse("agreements:target", args=["sociale-huur"])
    first, second = two
    decided = {"decided_on": "12-11-2025", "decision": "besluit", "reason": "achterstand"}
    shown = [client.get(url).context["form"] for client in two]

    first.post(url, posted(shown[0], homes_2028="330", **decided))
    answer = second.post(url, posted(shown[1], homes_2028="300", **decided))

    assert answer.status_code == 400
    assert "Iemand anders was u voor" in answer.text
    assert [(c.label, c.theirs, c.mine) for c in answer.context["form"].clashes] == [
        ("2028", "330", "300")
    ]
    assert Target.objects.count() == 2
    assert second.post(url, posted(answer.context["form"])).status_code == 302
    newest = newest_of(agreement, "regio")
    assert newest is not None
    assert {year.year: year.homes for year in newest.years.all()}[2028] == 300


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        (None, ""),
        ("een\ntwee", "een\r\ntwee "),
        (date(2026, 3, 12), date(2026, 3, 12)),
        (True, True),
        ([2, 1], ["1", "2"]),
    ],
)
def test_the_same_value_stored_or_typed_has_one_token(stored, typed):
    assert short(stored) == short(typed)


def test_values_are_told_as_people_read_them():
    place = make_municipality()
    picks = forms.ModelChoiceField(Organisation.objects.all())

    assert in_words(picks, place.pk) == "Heerlen"
    assert in_words(picks, None) == "leeg"
    assert in_words(forms.BooleanField(), False) == "nee"
    assert plain(place) == str(place.pk)
