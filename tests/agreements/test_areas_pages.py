"""Vulnerable areas: everybody reads numbers, the parties of a choice read which complex."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from agreements.models import Advice, SparedComplex, VulnerableArea
from tests.agreements.registers import make_area, make_complex, make_tenants
from tests.factories import (
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db
AREAS = "/afspraken/gebieden/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(date(2026, 11, 23)):
        yield


@pytest.fixture
def spared() -> SparedComplex:
    return make_complex(corporation=make_organisation(name="Vincio Wonen"), homes=48)


def url(name: str, row: SparedComplex | VulnerableArea) -> str:
    return reverse(f"agreements:{name}", args=[row.pk])


def filled(spared: SparedComplex, **fields: object) -> dict[str, object]:
    return {
        "corporation": spared.corporation_id, "name": "Flat", "homes": "48",
        "spared_from": "01-01-2026", "spared_until": "31-12-2027", **fields,
    }  # fmt: skip


def test_empty_page_says_what_comes_there_and_who_fixes_it(client):
    client.force_login(make_board())

    page = client.get(AREAS)

    assert "Er zijn nog geen kwetsbare gebieden vastgesteld" in page.text
    assert "legt de coördinator vast" in page.text


def test_parties_of_the_choice_read_which_complex_it_is(client, spared):
    corporation = spared.corporation
    readers = [
        make_user(make_municipality(), "reader"),
        make_user(corporation, "reader"),
        make_user(make_tenants(corporation), "reader"),
        make_coordinator(),
    ]
    for reader in readers:
        client.force_login(reader)
        assert spared.name in client.get(AREAS).text
        assert client.get(url("complex", spared)).status_code == 200


def test_others_read_numbers_and_find_no_complex(client, spared):
    kerkrade = make_municipality("Kerkrade", "GM0928")
    former = make_tenants(spared.corporation, "Vroegere huurders", until=date(2026, 11, 23))
    coming = make_tenants(spared.corporation, "Nieuwe huurders", since=date(2026, 11, 24))
    others = make_tenants(make_organisation(name="Weller"), "Andere huurders")
    for reader in (
        make_board(),
        make_user(kerkrade, "reporter"),
        make_clerk(make_organisation(name="Woonpunt")),
        make_user(former, "reporter"),
        make_user(coming, "reporter"),
        make_user(others, "reporter"),
        make_user(),
    ):
        client.force_login(reader)
        page = client.get(AREAS)
        assert spared.name not in page.text
        assert "1 complex nu ontzien" in page.text
        assert "48 woningen" in page.text
        for name in ("complex", "complex_change", "complex_remove"):
            assert client.get(url(name, spared)).status_code == 404
        posted = client.post(url("advise", spared), {"verdict": "for", "text": "Ja."})
        assert posted.status_code == 404
    assert not Advice.objects.exists()


def test_the_coordinator_fixes_changes_and_takes_away_an_area(client):
    client.force_login(make_coordinator())
    area = {"municipality": make_municipality().pk, "name": "Noordrand"}

    wrong = client.post(
        AREAS + "toevoegen/", area | {"starts_on": "01-03-2026", "ends_on": "01-02-2026"}
    )
    client.post(AREAS + "toevoegen/", area | {"starts_on": "01-03-2026", "ends_on": "31-12-2026"})

    assert wrong.status_code == 400 and "eindigt voordat het begint" in wrong.text
    found = VulnerableArea.objects.get()
    assert "Loopt af op 31 december 2026." in client.get(AREAS).text
    twice = client.post(AREAS + "toevoegen/", area)
    assert "staat al in de lijst" in twice.text
    client.post(url("area_remove", found))
    assert not VulnerableArea.objects.exists()


def test_an_area_with_complexes_stays(client, spared):
    client.force_login(make_coordinator())

    assert "Dit kunt u nu niet weghalen" in client.get(url("area_remove", spared.area)).text
    page = client.post(url("area_remove", spared.area), follow=True)

    assert "In dit gebied zijn complexen gekozen" in page.text
    assert VulnerableArea.objects.exists()


def test_a_municipality_chooses_a_complex_and_writes_down_the_evaluation(client, spared):
    client.force_login(make_user(make_municipality(), "reporter"))
    add = url("complex_add", spared.area)
    assert "Noem geen bewoners" in client.get(add).text

    page = client.post(add, filled(spared), follow=True)

    chosen = SparedComplex.objects.get(name="Flat")
    assert "De huurders kunnen nu adviseren" in page.text
    assert (chosen.homes, chosen.spared_until, chosen.area) == (48, date(2027, 12, 31), spared.area)
    client.post(url("complex_change", chosen), filled(spared, evaluation="Het werd rustiger."))
    assert "Het werd rustiger." in client.get(url("complex", chosen)).text
    client.post(url("complex_remove", chosen))
    assert SparedComplex.objects.get() == spared


def test_a_corporation_chooses_only_its_own_complexes(client, spared):
    weller = make_organisation(name="Weller")
    client.force_login(make_clerk(weller))
    add = url("complex_add", spared.area)

    refused = client.post(add, filled(spared))
    client.post(add, filled(spared, corporation=weller.pk, name="Hofjes"))

    assert refused.status_code == 400
    assert SparedComplex.objects.get(name="Hofjes").corporation == weller
    assert "Flat aan het plein" not in client.get(AREAS).text


@pytest.mark.parametrize(
    ("fields", "field", "text"),
    [
        ({"spared_until": ""}, "spared_until", "verplicht"),
        ({"spared_until": "31-12-2025"}, "spared_until", "eindigt voordat"),
        ({"evaluation_on": "31-12-2025"}, "evaluation_on", "vóór het begin"),
        ({"homes": "veel"}, "homes", "heel getal"),
    ],
)
def test_a_term_has_an_end_after_its_beginning(client, spared, fields, field, text):
    client.force_login(make_coordinator())

    page = client.post(url("complex_add", spared.area), filled(spared, **fields))

    assert page.status_code == 400
    assert text in str(page.context["form"].errors[field])
    assert SparedComplex.objects.count() == 1


def test_tenants_advise_and_a_later_advice_stands_beside_the_first(client, spared):
    tenants = make_tenants(spared.corporation)
    client.force_login(make_user(tenants, "reporter"))
    page = client.get(AREAS)
    assert "is uw advies gevraagd" in page.text
    assert "Noem geen bewoners" in client.get(url("complex", spared)).text
    advice = {"organisation": tenants.pk, "verdict": "for", "text": "Rust is nodig."}

    client.post(url("advise", spared), advice)
    client.post(url("advise", spared), advice | {"verdict": "against", "text": "Toch niet."})

    given = list(Advice.objects.values_list("verdict", "text"))
    assert given == [("against", "Toch niet."), ("for", "Rust is nodig.")]
    page = client.get(url("complex", spared))
    assert page.text.index("Toch niet.") < page.text.index("Rust is nodig.")
    assert "is uw advies gevraagd" not in client.get(AREAS).text


def test_an_advice_has_a_verdict_and_a_reason_and_is_ones_own(client, spared):
    tenants = make_tenants(spared.corporation)
    other = make_tenants(spared.corporation, "Andere huurders")
    client.force_login(make_user(tenants, "reporter"))

    empty = client.post(url("advise", spared), {"organisation": tenants.pk})
    of_another = client.post(
        url("advise", spared), {"organisation": other.pk, "verdict": "for", "text": "Ja."}
    )

    assert empty.status_code == 400
    assert "Kies een advies." in empty.text and "Schrijf waarom" in empty.text
    assert of_another.status_code == 400
    assert not Advice.objects.exists()


@pytest.mark.parametrize("role", ["reader", ""])
def test_who_only_reads_for_the_tenants_does_not_advise(client, spared, role):
    tenants = make_tenants(spared.corporation)
    client.force_login(make_user(tenants, "reader") if role else make_coordinator())

    page = client.get(url("complex", spared))
    posted = client.post(
        url("advise", spared), {"organisation": tenants.pk, "verdict": "for", "text": "Ja."}
    )

    assert "Geef uw advies" not in page.text
    assert posted.status_code == 403


def test_a_complex_with_advice_stays(client, spared):
    tenants = make_tenants(spared.corporation)
    Advice.objects.create(complex=spared, organisation=tenants, verdict="for", text="Ja.")
    client.force_login(make_coordinator())

    page = client.post(url("complex_remove", spared), follow=True)

    assert "Over dit complex is advies gegeven" in page.text
    assert Advice.objects.exists()


def test_text_of_people_is_escaped(client, spared):
    tenants = make_tenants(spared.corporation)
    text = "<b>vet</b>\nregel"
    Advice.objects.create(complex=spared, organisation=tenants, verdict="for", text=text)
    client.force_login(make_coordinator())

    page = client.get(url("complex", spared))

    assert "&lt;b&gt;vet&lt;/b&gt;<br>regel" in page.text


@pytest.mark.parametrize("who", ["coordinator", "tenants"])
def test_query_count_stays_flat(client, spared, who, django_assert_max_num_queries):
    tenants = make_tenants(spared.corporation)
    for number in range(25):
        area = make_area(name=f"Gebied {number}")
        more = make_complex(area, spared.corporation, name=f"Complex {number}")
        Advice.objects.create(complex=more, organisation=tenants, verdict="for", text="Ja.")
    client.force_login(
        make_coordinator() if who == "coordinator" else make_user(tenants, "reporter")
    )

    with django_assert_max_num_queries(15):
        client.get(AREAS)
    with django_assert_max_num_queries(15):
        client.get(url("complex", spared))
