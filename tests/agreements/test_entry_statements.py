"""Part 3 of the officer's entry: answers to agreements on the page itself, and taking over."""

import re
from datetime import date

import pytest
import time_machine

from agreements.models import Agreement, Evidence, Statement
from agreements.owed import set_parts
from housing.models import Part, Round
from housing.municipal_fields import FIELDS, NOTHING
from tests.factories import (
    at,
    make_agreement,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_round,
    make_rules,
    make_statement,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = at("2027-02-15")
URL = "/invoer/heerlen/2026/"
OWN_PAGE = "/afspraken/grondprijs/invullen/heerlen/2026/"
WHOLE = "/afspraken/invullen/weller/2026/"
AUTOSAVE = {"HTTP_X_AUTOSAVE": "1"}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def heerlen():
    make_rules()
    make_target()
    return make_municipality()


@pytest.fixture
def round_(heerlen):
    return make_round(2026, opens_on=date(2027, 1, 4), closes_on=date(2027, 3, 1))


@pytest.fixture
def agreements(heerlen, round_):
    found = [
        make_agreement(number=number, slug=slug, title=f"Over {slug}", kind=Agreement.Kind.EFFORT)
        for number, slug in (("3", "grondprijs"), ("4", "koopplannen"), ("5", "wijken"))
    ]
    for agreement in found:
        agreement.responsible.add(heerlen)
    set_parts(round_)
    return found


@pytest.fixture
def agreement(agreements):
    return agreements[0]


@pytest.fixture
def officer(heerlen, client):
    found = make_clerk(heerlen)
    client.force_login(found)
    return found


def page(client):
    response = client.get(URL)
    assert response.status_code == 200
    return response.text


def said(agreement, *, number=1, edit=0, action="", **values):
    """What the form of one agreement posts."""
    prefix = f"afspraak-{agreement.pk}"
    values = {"status": "running", "light": "on", "explanation": "Het loopt.", **values}
    return {
        "part": "afspraak", "afspraak": agreement.pk, "action": action,
        f"{prefix}-number": number, f"{prefix}-edit": edit,
    } | {f"{prefix}-{name}": value for name, value in values.items()}  # fmt: skip


def before(agreement, organisation, **fields):
    fields.setdefault("light", "watch")
    fields.setdefault("cause", "grid")
    return make_statement(
        agreement, organisation, year=2025, submitted_at=at("2026-02-01"), **fields
    )


def opened(text):
    """The agreements that stand open on the page, by their id."""
    return [int(pk) for pk in re.findall(r'id="afspraak-(\d+)" open', text)]


# --- the forms ----------------------------------------------------------------------------


def test_every_agreement_has_its_form_with_the_text_of_last_time(
    client, officer, agreements, heerlen
):
    before(agreements[0], heerlen, explanation="Van vorig jaar.")

    text = page(client)

    for agreement in agreements:
        assert f'name="afspraak-{agreement.pk}-explanation"' in text
    assert "Van vorig jaar.</textarea>" in text
    assert "Overgenomen uit ronde 2025, pas aan." in text
    assert "In ronde 2025 koos u: let op." in text
    assert "in ronde 2025: loopt, let op" in text
    assert not Statement.objects.concepts().exists(), "looking stores nothing"


def test_ids_are_there_once(client, officer, agreements):
    ids = re.findall(r'\bid="([^"]+)"', page(client))

    assert sorted(ids) == sorted(set(ids))


def test_the_first_without_an_answer_stands_open_and_what_is_answered_is_closed(
    client, officer, agreements
):
    assert opened(page(client)) == [agreements[0].pk]

    client.post(URL, said(agreements[0], explanation="Zo staat het."))

    text = page(client)
    assert opened(text) == [agreements[1].pk]
    assert '<span class="small soft">Zo staat het.</span>' in text


def test_what_was_begun_and_is_not_complete_stays_open(client, officer, agreements):
    client.post(URL, said(agreements[2], light="", explanation=""))

    text = page(client)
    assert opened(text) == [agreements[2].pk]
    assert "Kies op schema, let op of achter. Schrijf hoe het staat." in text


def test_a_button_keeps_one_answer_and_returns_to_its_place(client, officer, agreement):
    response = client.post(URL, said(agreement, action="bewaar"))

    assert response.url == f"{URL}#afspraak-{agreement.pk}"
    kept = Statement.objects.get()
    assert (kept.explanation, kept.light, kept.edit) == ("Het loopt.", "on", 1)
    assert "Afspraak 3 is bewaard, nog niet ingediend." in page(client)


def test_an_answer_saves_itself_and_the_page_says_how_far_all_is(client, officer, agreement):
    answer = client.post(URL, said(agreement, explanation=""), **AUTOSAVE).json()

    prefix = f"afspraak-{agreement.pk}"
    assert answer["fields"] == {f"{prefix}-number": "1", f"{prefix}-edit": "1"}
    assert answer["message"].endswith("uur. Schrijf hoe het staat.")
    assert answer["texts"]["stand-deel3"] == "0 van 3 beantwoord"

    answer = client.post(URL, said(agreement, edit=1), **AUTOSAVE).json()
    assert answer["texts"]["stand-deel3"] == "1 van 3 beantwoord"
    assert "1 van de 15 vragen" in answer["pieces"]["kop"]
    assert "2 afspraken zijn nog niet compleet: 4 en 5." in answer["pieces"]["overzicht"]
    assert "op schema" in answer["pieces"][f"kop-{prefix}"]


def test_an_impossible_answer_is_told_and_stays_on_the_page(client, officer, agreement):
    posted = said(agreement, light="paars", explanation="Blijft staan.")

    told = client.post(URL, posted, **AUTOSAVE)
    response = client.post(URL, posted)

    assert told.status_code == response.status_code == 400
    assert opened(response.text) == [agreement.pk]
    assert "Blijft staan.</textarea>" in response.text
    assert not Statement.objects.exists()


def test_the_second_person_sees_both_values_and_chooses(client, officer, agreement, heerlen):
    client.force_login(make_user(heerlen, "reporter", name="Collega"))
    client.post(URL, said(agreement, needs="Stroom."))
    client.force_login(officer)
    mine = said(agreement, explanation="Mijn tekst.", needs="Grond.")

    told = client.post(URL, mine, **AUTOSAVE)
    response = client.post(URL, mine)

    assert told.status_code == response.status_code == 409
    assert "Collega veranderde dit antwoord intussen" in told.json()["message"]
    for text in ("Het loopt.", "Mijn tekst.", "Stroom.", "Grond."):
        assert text in response.text
    prefix = f"afspraak-{agreement.pk}"
    assert f'name="keuze-{prefix}-needs"' in response.text
    assert Statement.objects.get().explanation == "Het loopt."
    chosen = said(agreement, edit=1, explanation="Mijn tekst.", needs="Grond.")
    chosen |= {f"keuze-{prefix}-explanation": "mine", f"keuze-{prefix}-needs": "theirs"}
    assert client.post(URL, chosen, **AUTOSAVE).status_code == 409  # a button chooses
    assert Statement.objects.get().explanation == "Het loopt."
    client.post(URL, chosen)
    kept = Statement.objects.get()
    assert (kept.explanation, kept.needs) == ("Mijn tekst.", "Stroom.")


def test_what_was_handed_in_is_read_and_can_be_changed_in_a_new_version(
    client, officer, agreement, heerlen
):
    make_statement(agreement, heerlen, light="on", explanation="Zo is het.")
    text = page(client)
    assert f'name="afspraak-{agreement.pk}-explanation"' not in text
    assert "Zo is het." in text

    client.post(URL, said(agreement, action="heropen"))
    assert Statement.objects.concepts().get().explanation == "Zo is het."
    assert "Haal deze nieuwe versie weg" in page(client)

    client.post(URL, said(agreement, action="laat"))
    assert not Statement.objects.concepts().exists()


def test_evidence_stays_on_the_own_page_with_a_link(client, officer, agreement, heerlen):
    client.post(URL, said(agreement))
    Evidence.objects.create(
        agreement=agreement, statement=Statement.objects.get(), organisation=heerlen,
        reference="abc", title="Besluit", link="https://voorbeeld.test/",
    )  # fmt: skip

    text = page(client)

    assert f'<a href="{OWN_PAGE}#bewijs">Voeg bewijs toe' in text
    assert "bij afspraak 3</span> (1)</a>" in text


# --- who and when -------------------------------------------------------------------------


def test_only_the_municipality_itself_answers(client, agreement, heerlen):
    client.force_login(make_coordinator())

    assert "deel3" not in page(client)
    response = client.post(URL, said(agreement))
    assert response.status_code == 403
    assert "Alleen invoerders van Heerlen" in response.text
    assert client.post(URL, {"part": "afspraken-zelfde"}).status_code == 403
    assert not Statement.objects.exists()


def test_an_agreement_of_others_is_not_found(client, officer, agreements):
    other = make_agreement(slug="van-anderen", kind="effort")

    assert client.post(URL, said(other)).status_code == 404
    assert client.post(URL, {"part": "afspraak", "afspraak": "niets"}).status_code == 404


def test_a_closed_round_refuses_with_the_reason(client, officer, agreement, heerlen):
    before(agreement, heerlen)
    Round.objects.filter(year=2026).update(closes_on=date(2027, 2, 1))

    told = client.post(URL, said(agreement), **AUTOSAVE)
    response = client.post(URL, said(agreement), follow=True)
    again = client.post(URL, {"part": "afspraken-zelfde"}, follow=True)

    assert told.status_code == 400
    for text in (told.json()["message"], response.text, again.text):
        assert "De ronde is gesloten sinds 1 februari 2027" in text
    assert not Statement.objects.concepts().exists()


def test_while_corrections_are_taken_she_changes_what_was_handed_in(
    client, officer, agreement, heerlen
):
    make_statement(agreement, heerlen, light="on", explanation="Zo is het.")
    Round.objects.filter(year=2026).update(
        closes_on=date(2027, 2, 1), corrections_until=date(2027, 4, 1)
    )

    client.post(URL, said(agreement, action="heropen"))
    client.post(URL, said(agreement, number=2, explanation="Toch anders."))

    assert Statement.objects.concepts().get().explanation == "Toch anders."


def test_what_the_round_does_not_ask_is_not_on_the_page(client, officer, agreement, round_):
    round_.leaves_out = [["municipality", "statements"], ["municipality", "own_figures"]]
    round_.save()

    text = page(client)

    assert "Over 2026 wordt Heerlen niets gevraagd" in text
    assert 'id="deel2"' not in text
    assert 'id="deel3"' not in text
    assert client.post(URL, said(agreement)).status_code == 404
    assert client.post(URL, {"part": "cijfers"}).status_code == 404
    assert client.get(f"{URL}plakken/").status_code == 404


# --- taking over --------------------------------------------------------------------------


def test_taking_over_begins_what_nobody_began_with_text_and_verdict(
    client, officer, agreements, heerlen
):
    for each in agreements:
        before(each, heerlen, explanation="Van vorig jaar.")
    client.post(URL, said(agreements[1], explanation="Al geschreven."))
    assert "Neem uw vorige antwoord over bij 2 afspraken" in page(client)

    text = client.post(URL, {"part": "afspraken-zelfde"}, follow=True).text

    kept = {each.agreement.slug: each for each in Statement.objects.concepts()}
    assert kept["koopplannen"].explanation == "Al geschreven."
    for slug in ("grondprijs", "wijken"):
        each = kept[slug]
        assert (each.explanation, each.light, each.status, each.cause, each.entered_by) == (
            "Van vorig jaar.", "watch", "running", "grid", officer,
        )  # fmt: skip
    assert "Uw vorige antwoord staat er bij 2 afspraken." in text
    assert text.count("gelijk aan ronde 2025, kijk of het klopt") == 2
    assert "Dit is uw antwoord van ronde 2025, ook uw oordeel." in text
    assert text.count("Overgenomen uit ronde 2025, pas aan.") == 4
    assert "Neem uw vorige antwoord over" not in text
    assert Part.objects.get(kind="statements", organisation=heerlen).done == 3


def test_there_may_be_nothing_to_take_over(client, officer, agreements):
    text = client.post(URL, {"part": "afspraken-zelfde"}, follow=True).text

    assert "Er is geen eerder antwoord meer om over te nemen." in text
    assert not Statement.objects.exists()


def test_what_says_the_same_must_be_seen_before_handing_in(client, officer, agreements, heerlen):
    for each in agreements:
        before(each, heerlen)
    client.post(URL, {"part": "afspraken-zelfde"})
    client.post(URL, said(agreements[0], edit=0, explanation="Nu anders."))
    client.post(URL, figures())

    text = page(client)
    refused = client.post(URL, {"part": "indienen"}, follow=True).text

    warned = "2 antwoorden zijn gelijk aan wat u de vorige keer zei: afspraak 4 en afspraak 5."
    assert warned in text
    assert f"Er is niets ingediend. Kruis eerst aan: {warned}" in refused
    assert not Statement.objects.filter(round__year=2026).submitted().exists()
    client.post(URL, {"part": "indienen", "gezien": ["zelfde-afspraken"]})
    assert Statement.objects.filter(round__year=2026).submitted().count() == 3


def figures():
    posted = {"part": "cijfers"}
    for field in FIELDS:
        posted |= {f"{field.key}-none": "on", f"{field.key}-was": NOTHING.token}
    return posted


@pytest.mark.parametrize("kind", ["corporation", "tenants"])
def test_other_parties_take_over_on_their_own_page(client, round_, kind):
    weller = make_organisation(name="Weller", kind=kind)
    promises = [make_agreement(number=n, kind=Agreement.Kind.EFFORT) for n in ("7", "8")]
    for each in promises:
        each.responsible.add(weller)
        before(each, weller)
    set_parts(round_)
    client.force_login(make_clerk(weller))
    assert "Neem uw vorige antwoord over bij 2 afspraken" in client.get(WHOLE).text

    text = client.post(WHOLE, {"action": "zelfde"}, follow=True).text

    assert text.count("gelijk aan ronde 2025, kijk of het klopt") == 2
    assert "Kruis aan dat u dit zag" in text
    refused = client.post(WHOLE, follow=True).text
    assert "Er is niets ingediend. Kruis eerst aan: 2 antwoorden zijn gelijk" in refused
    client.post(WHOLE, {"gezien": "zelfde"})
    assert Statement.objects.filter(round__year=2026).submitted().count() == 2
    again = client.post(WHOLE, {"action": "zelfde"}, follow=True).text
    assert "Er is geen eerder antwoord meer" in again


def test_taking_over_gives_no_light_where_the_portal_works_it_out(client, round_):
    weller = make_organisation(name="Weller")
    target = Agreement.objects.get(kind=Agreement.Kind.TARGET)
    target.responsible.add(weller)
    before(target, weller, light="")
    client.force_login(make_clerk(weller))

    client.post(WHOLE, {"action": "zelfde"})

    assert Statement.objects.concepts().get().light == ""


# --- ceilings -----------------------------------------------------------------------------


def test_the_page_takes_as_few_queries_with_twenty_agreements(
    client, officer, agreements, heerlen, round_, django_assert_max_num_queries
):
    for number in range(20, 40):
        extra = make_agreement(number=str(number), kind=Agreement.Kind.EFFORT)
        extra.responsible.add(heerlen)
        before(extra, heerlen)
        if number % 2:
            make_statement(extra, heerlen, light="on")
    client.post(URL, said(agreements[0]))

    with django_assert_max_num_queries(48):
        page(client)
    with django_assert_max_num_queries(80):
        client.post(URL, said(agreements[0], edit=1, explanation="Verder."), **AUTOSAVE)
