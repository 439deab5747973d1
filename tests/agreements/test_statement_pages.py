"""The pages on which a party says how its promises are, with and without scripts."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from agreements.models import Agreement, Remark, Statement
from agreements.owed import set_parts
from housing.models import Organisation, Part, Round
from tests.factories import (
    at,
    make_agreement,
    make_board,
    make_city_region,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_round,
    make_statement,
    make_user,
)

pytestmark = pytest.mark.django_db
CHOOSE = "/afspraken/invullen/"
TODAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
GOOD = {
    "status": "running", "light": "on", "explanation": "Het loopt goed.", "did": "", "cause": "",
    "cause_note": "", "needs": "", "number": "1", "edit": "0",
}  # fmt: skip
AUTOSAVE = {"headers": {"X-Autosave": "1"}}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def heerlen():
    return make_municipality()


@pytest.fixture
def officer(heerlen):
    return make_user(heerlen, "reporter", "approver", name="Ambtenaar")


@pytest.fixture
def round_(heerlen):
    return make_round(2026)


@pytest.fixture
def agreements(heerlen, round_):
    found = [
        make_agreement(number=number, slug=slug, title=f"Afspraak over {slug}", kind=kind)
        for number, slug, kind in (("3", "grondprijs", "study"), ("4", "koopplannen", "effort"))
    ]
    for agreement in found:
        agreement.responsible.set([heerlen])
    set_parts(round_)
    return found


@pytest.fixture
def signed_in(client, officer, agreements):
    client.force_login(officer)
    return client


def address(slug="grondprijs", organisation="heerlen", year=2026):
    return reverse("agreements:statement", args=[slug, organisation, year])


def whole(organisation="heerlen", year=2026):
    return reverse("agreements:party_statements", args=[organisation, year])


# --- choosing -----------------------------------------------------------------------------


def test_one_party_and_one_open_round_goes_straight_there(signed_in):
    assert signed_in.get(CHOOSE).url == whole()


def test_several_rounds_can_be_chosen_with_what_is_owed(signed_in, heerlen):
    set_parts(make_round(2025))

    page = signed_in.get(CHOOSE)

    assert "U moet nog 4 vragen over uw afspraken beantwoorden" in page.text
    assert page.text.count("0 van 2 ingevuld") == 2


def test_an_officer_of_two_municipalities_sees_both(client, agreements, heerlen, round_):
    kerkrade = make_municipality("Kerkrade", "GM0928")
    agreements[0].responsible.add(kerkrade)
    set_parts(round_)
    user = make_user(heerlen, "reporter")
    user.memberships.create(organisation=kerkrade, role="reporter")
    client.force_login(user)

    page = client.get(CHOOSE)

    assert "Heerlen, Ronde 2026" in page.text
    assert "Kerkrade, Ronde 2026" in page.text


def test_who_has_nothing_to_fill_in_reads_who_has(client, agreements):
    client.force_login(make_board())

    page = client.get(CHOOSE)

    assert "U hoeft nu niets in te vullen" in page.text
    assert "Invullen doen de invoerders van elke partij" in page.text


def test_closed_rounds_are_not_offered(signed_in):
    Round.objects.update(closes_on=date(2026, 11, 1))

    page = signed_in.get(CHOOSE)

    assert "Er is geen ronde open waarin Heerlen iets over afspraken moet zeggen" in page.text


# --- writing ------------------------------------------------------------------------------


def test_saving_with_a_button_and_going_on_to_the_next(signed_in, agreements):
    answer = signed_in.post(address(), {**GOOD, "action": "volgende"})

    assert answer.url == address("koopplannen")
    kept = Statement.objects.get()
    assert (kept.explanation, kept.status, kept.edit) == ("Het loopt goed.", "running", 1)
    answer = signed_in.post(address("koopplannen"), {**GOOD, "action": "volgende"})
    assert answer.url == whole()


def test_saving_stays_on_the_page(signed_in):
    page = signed_in.post(address(), {**GOOD, "action": "bewaar"}, follow=True)

    assert page.redirect_chain == [(address(), 302)]
    assert "Afspraak 3 is bewaard, nog niet ingediend." in page.text


def test_last_rounds_text_stands_ready_and_says_so(signed_in, agreements, heerlen):
    make_statement(
        agreements[0], heerlen, year=2025, light="watch", explanation="Van vorig jaar.",
        cause="grid", submitted_at=at("2026-02-01"),
    )  # fmt: skip

    page = signed_in.get(address())

    assert "Uw tekst van ronde 2025 staat al klaar" in page.text
    assert "Overgenomen uit ronde 2025, pas aan." in page.text
    assert "Van vorig jaar.</textarea>" in page.text
    assert "In ronde 2025 koos u: let op." in page.text
    assert not Statement.objects.concepts().exists(), "looking stores nothing"

    signed_in.post(address(), {**GOOD, "explanation": "Nu anders."})
    page = signed_in.get(address())
    assert "Wat u in ronde 2025 zei" in page.text


def test_a_wrong_choice_is_told_and_nothing_is_stored(signed_in):
    page = signed_in.post(address(), {**GOOD, "light": "paars"})

    assert page.status_code == 400
    assert "Nog niet bewaard" in page.text
    assert "Het loopt goed." in page.text, "what was typed stays"
    assert not Statement.objects.exists()


def test_too_long_a_text_is_told(signed_in):
    page = signed_in.post(address(), {**GOOD, "explanation": "x" * 4001})

    assert page.status_code == 400
    assert "hoogstens 4.000 tekens" in page.text


def test_autosave_answers_in_json_and_goes_on_from_there(signed_in):
    first = signed_in.post(address(), GOOD, **AUTOSAVE)
    again = signed_in.post(
        address(), {**GOOD, **first.json()["fields"], "explanation": "Verder."}, **AUTOSAVE
    )

    told = first.json()
    assert (told["saved"], told["message"]) == (True, "Bewaard om 13.00 uur.")
    assert told["fields"] == {"number": "1", "edit": "1"}
    assert again.json()["fields"]["edit"] == "2"
    assert Statement.objects.get().explanation == "Verder."


def test_autosave_tells_what_it_cannot_store(signed_in):
    answer = signed_in.post(address(), {**GOOD, "status": "klaar"}, **AUTOSAVE)

    assert answer.status_code == 400
    assert answer.json()["saved"] is False
    assert "status" in answer.json()["errors"]


def test_second_of_two_people_sees_both_values_and_chooses(signed_in, heerlen, client):
    colleague = make_user(heerlen, "reporter", name="Collega")
    signed_in.post(address(), {**GOOD, "needs": "Iets van anderen."})
    Statement.objects.update(entered_by=colleague)

    mine = {**GOOD, "explanation": "Mijn tekst.", "needs": "Iets van mij."}
    told = signed_in.post(address(), mine, **AUTOSAVE)
    page = signed_in.post(address(), mine)

    assert told.status_code == page.status_code == 409
    assert "Collega veranderde dit antwoord intussen" in told.json()["message"]
    assert "Collega veranderde dit antwoord intussen" in page.text
    for text in ("Het loopt goed.", "Mijn tekst.", "Iets van anderen.", "Iets van mij."):
        assert text in page.text
    assert Statement.objects.get().explanation == "Het loopt goed.", "nothing was overwritten"

    chosen = {**mine, "edit": "1", "keuze-explanation": "mine", "keuze-needs": "theirs"}
    signed_in.post(address(), chosen)
    kept = Statement.objects.get()
    assert (kept.explanation, kept.needs) == ("Mijn tekst.", "Iets van anderen.")


def test_what_was_handed_in_is_shown_and_can_be_reopened(signed_in, agreements, heerlen):
    said = make_statement(
        agreements[0], heerlen, year=2026, light="on", explanation="Zo is het.",
        submitted_at=at("2026-11-01"),
    )  # fmt: skip
    page = signed_in.get(address())
    assert "Dit diende u in op 1 november 2026" in page.text
    assert "Zo is het." in page.text

    signed_in.post(address(), {"action": "heropen"})
    concept = Statement.objects.concepts().get()
    assert (concept.number, concept.explanation) == (2, "Zo is het.")

    signed_in.post(address(), {"action": "laat"})
    assert Statement.objects.get() == said


def test_a_colleague_handed_in_while_she_typed(signed_in, agreements, heerlen):
    signed_in.post(address(), GOOD)
    Statement.objects.update(submitted_at=at("2026-11-23"))

    page = signed_in.post(address(), {**GOOD, "explanation": "Nog iets.", "edit": "1"})

    assert page.status_code == 409
    assert "Nog iets." in page.text
    assert "U begint dan een nieuwe versie" in page.text
    assert page.context["form"]["number"].value() == "2"
    signed_in.post(address(), {**GOOD, "explanation": "Nog iets.", "number": "2", "edit": "0"})
    assert Statement.objects.concepts().get().explanation == "Nog iets."
    assert Statement.objects.submitted().get().explanation == "Het loopt goed."


def test_texts_of_people_are_escaped(signed_in):
    signed_in.post(address(), {**GOOD, "explanation": "<script>alert(1)</script>"})

    assert "<script>alert" not in signed_in.get(address()).text


# --- handing in ---------------------------------------------------------------------------


def test_overview_names_what_is_missing_and_hands_in_nothing(signed_in):
    signed_in.post(address(), GOOD)

    page = signed_in.post(whole())

    assert page.status_code == 400
    assert "Er is niets ingediend: 1 antwoord is nog niet compleet" in page.text
    assert "Nog niet ingevuld." in page.text
    assert not Statement.objects.submitted().exists()


def test_handing_in_all_at_once(signed_in):
    for slug in ("grondprijs", "koopplannen"):
        signed_in.post(address(slug), GOOD)
    assert "U moet alleen nog indienen" in signed_in.get(whole()).text

    page = signed_in.post(whole(), follow=True)

    assert "Ingediend: 2 antwoorden." in page.text
    assert "Heerlen heeft alle 2 antwoorden over 2026 ingediend" in page.text
    assert Part.objects.get(kind="statements").state == Part.State.SUBMITTED
    assert "Alles is al ingediend" in signed_in.post(whole(), follow=True).text


def test_enterer_does_not_hand_in_where_two_people_are_wanted(signed_in, heerlen):
    Organisation.objects.filter(pk=heerlen.pk).update(enterer_may_submit=False)
    for slug in ("grondprijs", "koopplannen"):
        signed_in.post(address(slug), GOOD)

    assert signed_in.post(whole()).status_code == 403
    assert "die niet zelf invulde" in signed_in.get(whole()).text
    signed_in.force_login(make_user(heerlen, "approver"))
    assert signed_in.post(whole()).status_code == 302
    assert Statement.objects.submitted().count() == 2


def test_a_letter_of_a_colleague_does_not_make_it_two_people(signed_in, heerlen):
    Organisation.objects.filter(pk=heerlen.pk).update(enterer_may_submit=False)
    for slug in ("grondprijs", "koopplannen"):
        signed_in.post(address(slug), GOOD)
    colleague = Client()
    colleague.force_login(make_user(heerlen, "reporter"))
    for said in Statement.objects.concepts():
        changed = GOOD | {"number": said.number, "edit": said.edit, "did": "Wij bouwden meer."}
        colleague.post(address(said.agreement.slug), changed)

    assert all(len(each.writers.all()) == 2 for each in Statement.objects.concepts())
    assert signed_in.post(whole()).status_code == 403


def test_a_reporter_writes_and_the_approver_hands_in(client, agreements, heerlen):
    client.force_login(make_user(heerlen, "reporter"))
    for slug in ("grondprijs", "koopplannen"):
        client.post(address(slug), GOOD)

    assert client.post(whole()).status_code == 403
    assert "Indienen doet de indiener van Heerlen." in client.get(whole()).text


# --- refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["other", "reader", "coordinator", "board", "stranger"])
def test_nobody_else_writes_or_reads_a_concept(client, agreements, heerlen, who):
    users = {
        "other": lambda: make_user(make_municipality("Kerkrade", "GM0928"), "reporter"),
        "reader": lambda: make_user(heerlen, "reader"),
        "coordinator": make_coordinator,
        "board": make_board,
        "stranger": make_user,
    }
    make_statement(agreements[0], heerlen, year=2026, explanation="Geheim.", submitted_at=None)
    client.force_login(users[who]())

    for url in (address(), whole()):
        for answer in (client.get(url), client.post(url, GOOD)):
            assert answer.status_code == 403
            assert "Alleen invoerders van Heerlen" in answer.text
            assert "Geheim." not in answer.text
    assert Statement.objects.get().edit == 0


def test_the_coordinator_writes_for_the_region_only(client, round_):
    region = make_city_region()
    agreement = make_agreement(slug="regio", kind="study")
    agreement.responsible.set([region])
    client.force_login(make_coordinator())

    client.post(address("regio", region.slug), GOOD)
    assert client.post(whole(region.slug)).status_code == 302
    assert Statement.objects.submitted().get().organisation == region
    client.force_login(make_board())
    assert client.post(address("regio", region.slug), GOOD).status_code == 403


@pytest.mark.parametrize("kind", ["corporation", "tenants", "umbrella"])
def test_every_kind_of_party_answers_for_what_it_promised(client, round_, kind):
    party = make_organisation(name="Partij", kind=kind)
    make_agreement(slug="eigen", kind="effort").responsible.set([party])
    client.force_login(make_clerk(party))

    client.post(address("eigen", "partij"), GOOD)
    client.post(whole("partij"))

    assert Statement.objects.submitted().get().organisation == party


def test_no_light_is_asked_where_the_portal_works_it_out(client, round_):
    party = make_organisation(name="Partij")
    make_agreement(slug="getal", kind="target").responsible.set([party])
    client.force_login(make_clerk(party))

    page = client.get(address("getal", "partij"))
    client.post(address("getal", "partij"), GOOD)

    assert 'name="light"' not in page.text
    assert "Het licht rekent het portaal uit" in page.text
    assert Statement.objects.get().light == ""


@pytest.mark.parametrize(
    "url",
    [
        address("niets"), address(organisation="niemand"), address(year=2019), whole("niemand"),
        whole(year=2019),
    ],
)  # fmt: skip
def test_what_is_not_asked_is_not_found(signed_in, url):
    assert signed_in.get(url).status_code == 404


def test_an_agreement_of_others_is_not_found(signed_in, round_):
    make_agreement(slug="van-anderen", kind="effort")

    assert signed_in.get(address("van-anderen")).status_code == 404


def test_a_closed_round_refuses_with_a_sentence_and_still_shows(signed_in):
    signed_in.post(address(), GOOD)
    Round.objects.update(closes_on=date(2026, 11, 1))

    page = signed_in.post(address(), {**GOOD, "explanation": "Te laat."}, follow=True)
    told = signed_in.post(address(), {**GOOD, "explanation": "Te laat."}, **AUTOSAVE)
    handed = signed_in.post(whole(), follow=True)

    sentence = "Ronde 2026 is niet open voor Heerlen."
    assert sentence in page.text
    assert sentence in told.json()["message"]
    assert told.status_code == 400
    assert sentence in handed.text
    assert Statement.objects.get().explanation == "Het loopt goed."
    assert "Dit staat er als concept" in page.text


def test_a_round_that_is_not_there_yet_refuses(signed_in, round_):
    Round.objects.update(opens_on=date(2027, 1, 4))

    page = signed_in.get(address())

    assert "De ronde opent op 4 januari 2027" in page.text
    assert "<textarea" not in page.text


# --- remarks ------------------------------------------------------------------------------


@pytest.fixture
def said(agreements, heerlen):
    return make_statement(
        agreements[0], heerlen, year=2026, light="behind", cause="grid", explanation="Stil.",
        submitted_at=at("2026-11-01"),
    )  # fmt: skip


def remark_on(statement):
    return reverse("agreements:remark", args=[statement.agreement.slug, statement.pk])


def test_coordinator_says_something_beside_it_and_the_light_stays(client, said):
    client.force_login(make_coordinator())

    page = client.post(remark_on(said), {"text": "Wij helpen mee."}, follow=True)

    assert "Wij helpen mee." in page.text
    said.refresh_from_db()
    assert (said.light, said.explanation) == ("behind", "Stil.")


def test_an_empty_remark_is_told(client, said):
    client.force_login(make_coordinator())

    page = client.post(remark_on(said), {"text": " "})

    assert page.status_code == 400
    assert "Schrijf eerst uw opmerking." in page.text


def test_only_the_coordinator_remarks_and_everybody_reads(client, said, officer):
    for user in (officer, make_board(), make_user()):
        client.force_login(user)
        page = client.get(remark_on(said))
        assert page.status_code == 200
        assert "Heerlen zegt over 2026: loopt, achter" in page.text
        assert "Plaats deze opmerking" not in page.text
        assert client.post(remark_on(said), {"text": "X"}).status_code == 403
    assert not Remark.objects.exists()


def test_a_concept_has_no_page_of_its_own(client, agreements, heerlen):
    concept = make_statement(agreements[0], heerlen, year=2026, submitted_at=None)
    client.force_login(make_coordinator())

    assert client.get(remark_on(concept)).status_code == 404
    assert client.post(remark_on(concept), {"text": "X"}).status_code == 404


def test_what_was_said_earlier_stays_readable(client, said, heerlen):
    older = make_statement(
        said.agreement, heerlen, year=2024, explanation="In 2024 gezegd.",
        submitted_at=at("2025-02-01"),
    )  # fmt: skip
    client.force_login(make_user())

    assert remark_on(older) in client.get(remark_on(said)).text
    assert "In 2024 gezegd." in client.get(remark_on(older)).text


# --- how much it asks ---------------------------------------------------------------------


@pytest.mark.parametrize(("url", "ceiling"), [(CHOOSE, 16), (whole(), 22), (address(), 26)])
def test_query_count_stays_flat(signed_in, heerlen, url, ceiling, django_assert_max_num_queries):
    set_parts(make_round(2025))
    for number in range(20, 40):
        agreement = make_agreement(number=str(number), kind=Agreement.Kind.EFFORT)
        agreement.responsible.set([heerlen])
        make_statement(agreement, heerlen, year=2025, submitted_at=at("2026-02-01"))

    with django_assert_max_num_queries(ceiling):
        assert signed_in.get(url).status_code == 200


def test_the_reference_data_asks_seventeen_parties(db):
    call_command("load_reference", verbosity=0)
    parts = Part.objects.filter(kind=Part.Kind.STATEMENTS, round__year=2026)

    assert parts.count() == 17
    assert parts.get(organisation__slug="heerlen").of == 7
    assert parts.get(organisation__slug="weller").of == 5
    assert parts.get(organisation__kind="city_region").of == 3
    call_command("load_reference", verbosity=0)
    assert parts.count() == 17
