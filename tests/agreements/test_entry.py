"""The officer's entry: its parts, saving with and without scripts, two people, handing in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from agreements.entry import EntryError, entry_of, sign
from agreements.models import Agreement, Statement
from agreements.owed import set_parts
from housing import disputes, versions
from housing.models import Confirmation, MunicipalFigure, Part, RoundTerm, Submission
from housing.municipal import concept_of, given_in
from housing.municipal_fields import FIELDS, NOTHING, Given
from tests.factories import (
    at,
    make_agreement,
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_target,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
TODAY = at("2027-02-15")
MID, SALE = "klaar-mid-rent", "klaar-affordable-sale"
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
def weller():
    return make_organisation(name="Weller")


@pytest.fixture
def round_(heerlen):
    found = make_round(2026, opens_on=date(2027, 1, 4), closes_on=date(2027, 3, 1))
    for kind in (Part.Kind.OWN_FIGURES, Part.Kind.CONFIRMATIONS):
        Part.objects.create(round=found, organisation=heerlen, kind=kind, url_name="entry:entry")
    return found


@pytest.fixture
def agreement(heerlen, round_):
    found = make_agreement(slug="grondprijs", kind=Agreement.Kind.EFFORT, title="Eén grondprijs")
    found.responsible.add(heerlen)
    set_parts(round_)
    return found


@pytest.fixture
def officer(heerlen, client):
    found = make_clerk(heerlen)
    client.force_login(found)
    return found


@pytest.fixture
def version(weller, round_):
    rows = [make_row(24, key="K1", project="Aarveld", year=2026)]
    return make_version(weller, rows, year=2026, on="2027-01-20", round=round_)


URL = "/invoer/heerlen/2026/"


def page(client, status=200):
    response = client.get(URL)
    assert response.status_code == status
    return response.content.decode()


def fields(stored=None, **changes):
    """What the page posts for all figures, with some typed over."""
    posted = {"part": "cijfers"}
    for field in FIELDS:
        given = (stored or {}).get(field.key, NOTHING)
        posted[f"{field.key}-was"] = given.token
        if given.homes is not None:
            posted[f"{field.key}-number"] = str(given.homes)
        if given.note:
            posted[f"{field.key}-note"] = given.note
    return posted | {name.replace("__", "-"): value for name, value in changes.items()}


def typed(key, value, **more):
    return {f"{key}-number": value, **more}


def word(version, answer, seen=0, **more):
    pk = version.organisation_id
    posted = {
        "part": "woord", "corporatie": pk, f"woord-{pk}-word": answer,
        f"woord-{pk}-version": version.pk, f"woord-{pk}-seen": seen,
    }  # fmt: skip
    return posted | {f"woord-{pk}-{name}": value for name, value in more.items()}


def stored():
    return given_in(Submission.objects.filter(organisation__slug="heerlen").order_by("pk").last())


def fill(client, value="5"):
    client.post(URL, fields() | {f"{field.key}-number": value for field in FIELDS})


# --- who and when -------------------------------------------------------------------------


def test_others_are_told_it_is_not_theirs(client, round_, weller):
    others = (make_clerk(weller), make_board(), make_user(make_municipality(), "reader"))
    for user in others:
        client.force_login(user)
        assert client.get(URL).status_code == 403
        assert client.post(URL, fields()).status_code == 403


def test_only_municipalities_and_years_with_a_round_have_an_entry(client, officer, round_, weller):
    assert client.get("/invoer/weller/2026/").status_code == 404
    assert client.get("/invoer/heerlen/2031/").status_code == 404
    assert client.get("/invoer/niemand/2026/").status_code == 404
    assert client.post(URL, {"part": "iets"}).status_code == 404


def test_looking_stores_nothing(client, officer, round_, version):
    page(client)

    assert not Submission.objects.filter(organisation__slug="heerlen").exists()


def test_after_closing_it_is_read_and_refused_with_the_reason(client, officer, round_):
    with time_machine.travel(at("2027-03-02")):
        client.force_login(officer)
        assert "Bewaar de cijfers" not in page(client)
        response = client.post(URL, fields() | typed(MID, "41"), follow=True)
        saved = client.post(URL, fields() | typed(MID, "41"), **AUTOSAVE)

    assert "De ronde is gesloten sinds 1 maart 2027" in response.content.decode()
    assert (saved.status_code, saved.json()["saved"]) == (400, False)
    assert not MunicipalFigure.objects.exists()


def test_municipalities_may_have_weeks_more_than_corporations(client, officer, round_, heerlen):
    RoundTerm.objects.create(round=round_, party_kind=heerlen.kind, closes_on=date(2027, 3, 22))
    with time_machine.travel(at("2027-03-20")):
        client.force_login(officer)
        assert "Bewaar de cijfers" in page(client)


def test_the_coordinator_enters_the_figures_and_not_the_word(client, round_, version):
    client.force_login(make_coordinator())

    client.post(URL, fields() | typed(MID, "41"))

    assert stored()[MID] == Given("number", 41)
    assert client.post(URL, word(version, "klopt")).status_code == 403


# --- part 1 -------------------------------------------------------------------------------


def test_one_corporation_and_two_projects_are_one_row_and_two_lines(
    client, officer, weller, round_
):
    rows = [make_row(4, project="Aarveld", year=2026), make_row(3, project="Parkrand", year=2026)]
    make_version(weller, rows, year=2026, on="2027-01-20", round=round_)
    make_version(
        make_organisation(name="Woonpunt"),
        [make_row(9, municipality=make_municipality("Kerkrade", "GM0928").slug, year=2026)],
        year=2026, on="2027-01-20", round=round_,
    )  # fmt: skip

    text = page(client)

    assert "Aarveld: nieuwbouw, sociale huur" in text
    assert "Parkrand: nieuwbouw, sociale huur" in text
    assert "Woonpunt" not in text


def test_part_that_does_not_apply_is_not_shown(client, officer, round_):
    text = page(client)

    assert "corporaties opgeven" not in text
    assert "1. Eigen cijfers" in text
    assert "afspraken van Heerlen?" not in text


def test_a_word_is_about_the_year_of_the_page(client, officer, weller, version):
    """The round over 2025 may be closed: its answer is not disputed by way of this one."""
    before = make_version(weller, [make_row(3)], year=2025, on="2026-01-20")

    response = client.post(URL, word(before, "klopt-niet", homes="2", reason="x") | {
        "corporatie": weller.pk,
    })  # fmt: skip

    assert response.status_code == 404
    assert not Confirmation.objects.exists()


def test_confirming_and_disputing_by_button(client, officer, version):
    client.post(URL, word(version, "klopt"))
    first = Confirmation.objects.get()

    response = client.post(
        URL, word(version, "klopt-niet", seen=first.pk, homes="1.022", reason="Te weinig"),
        follow=True,
    )  # fmt: skip

    assert "Praat erover met Weller" in response.content.decode()
    newest = Confirmation.objects.latest("pk")
    assert (newest.disputes, newest.homes, newest.actor) == (True, 1022, officer)


def test_a_dispute_saves_itself_only_with_number_and_reason(client, officer, version):
    half = client.post(URL, word(version, "klopt-niet", homes="22"), **AUTOSAVE)
    whole = client.post(URL, word(version, "klopt-niet", homes="22", reason="Zo."), **AUTOSAVE)

    assert (half.status_code, half.json()["message"]) == (400, "Schrijf waarom het niet klopt.")
    assert whole.json()["texts"]["stand-deel1"] == "1 van 1 bekeken"
    key = f"woord-{version.organisation_id}-seen"
    assert whole.json()["fields"][key] == str(Confirmation.objects.get().pk)


def test_a_button_without_a_reason_keeps_what_was_typed(client, officer, version):
    response = client.post(URL, word(version, "klopt-niet", homes="22"))

    assert response.status_code == 400
    assert 'value="22"' in response.content.decode()


def test_a_colleague_who_answered_first_is_told_of(client, officer, version, heerlen):
    disputes.dispute(version, heerlen, homes=20, reason="Anders", by=make_clerk(heerlen))

    told = client.post(URL, word(version, "klopt"), **AUTOSAVE)
    response = client.post(URL, word(version, "klopt"))

    assert told.status_code == response.status_code == 409
    assert "volgens de gemeente 20" in response.content.decode()
    assert Confirmation.objects.count() == 1
    # Having seen it, she may still say that it is right.
    client.post(URL, word(version, "klopt", seen=Confirmation.objects.get().pk))
    assert Confirmation.objects.filter(disputes=False).exists()


def test_a_version_that_came_in_meanwhile_is_shown(client, officer, version, weller, round_):
    rows = [make_row(23, key="K1", project="Aarveld", year=2026)]
    make_version(weller, rows, year=2026, on="2027-01-25", round=round_)

    response = client.post(URL, word(version, "klopt"))

    assert response.status_code == 409
    assert "Weller heeft intussen iets nieuws opgegeven" in response.content.decode()
    assert not Confirmation.objects.exists()


def test_looking_again_shows_old_and_new(client, officer, version, weller, round_, heerlen):
    disputes.confirm(version, heerlen, by=officer)
    rows = [make_row(23, key="K1", project="Aarveld", year=2026)]
    make_version(weller, rows, year=2026, on="2027-01-25", round=round_)

    text = page(client)

    assert "Opnieuw bekijken: Weller gaf iets anders op" in text
    assert '<td class="num">24</td><td class="num">23</td>' in text


def seen(*found):
    """What the page shows to say of several corporations at once that they are right."""
    return {"part": "klopt", "rij": [f"{each.organisation_id}:{each.pk}" for each in found]}


@pytest.fixture
def three(weller, version, round_):
    """Answers of three corporations about Heerlen, Weller's among them."""
    return [version] + [
        make_version(
            make_organisation(name=name), [make_row(2, year=2026)], year=2026, on="2027-01-20",
            round=round_,
        )
        for name in ("Woonpunt", "Vincio")
    ]  # fmt: skip


def test_all_that_was_not_looked_at_is_right_in_one_go(client, officer, three, heerlen):
    text = page(client)
    assert "Nog niet bekeken: Vincio (2 erbij), Weller (24 erbij), Woonpunt (2 erbij)." in text
    assert "Alles klopt bij deze 3 corporaties" in text

    text = client.post(URL, seen(*three), follow=True).content.decode()

    assert "Bewaard: de opgave van Vincio, Weller en Woonpunt klopt." in text
    assert Confirmation.objects.filter(disputes=False, actor=officer).count() == 3
    assert "Alles klopt bij" not in text


def test_what_is_disputed_or_changed_is_never_right_in_one_go(
    client, officer, three, heerlen, weller, round_
):
    disputes.dispute(three[1], heerlen, homes=1, reason="Te veel", by=officer)
    disputes.confirm(three[0], heerlen, by=officer)
    newer = make_version(
        weller, [make_row(23, key="K1", project="Aarveld", year=2026)], year=2026,
        on="2027-01-25", round=round_,
    )  # fmt: skip

    assert "Alles klopt bij" not in page(client), "one is left: that has its own buttons"
    text = client.post(URL, seen(newer, three[1], three[2]), follow=True).content.decode()

    assert "Bewaard: de opgave van Vincio klopt." in text
    assert "Bij Weller en Woonpunt veranderde intussen iets." in text
    assert not newer.confirmations.exists()
    assert three[1].confirmations.get().disputes


def test_a_version_she_did_not_see_is_not_right_in_one_go(client, officer, three, weller, round_):
    make_version(
        weller, [make_row(23, key="K1", project="Aarveld", year=2026)], year=2026,
        on="2027-01-25", round=round_,
    )  # fmt: skip

    text = client.post(URL, seen(*three), follow=True).content.decode()

    assert "Bij Weller veranderde intussen iets. Kijk daar zelf of het klopt." in text
    assert Confirmation.objects.count() == 2


def test_only_the_municipality_says_that_all_is_right(client, three):
    client.force_login(make_coordinator())

    assert "Alles klopt bij" not in page(client)
    assert client.post(URL, seen(*three)).status_code == 403


def test_the_other_parts_can_be_done_before_the_corporations_are_in(
    client, officer, weller, round_, heerlen
):
    rows = [make_row(4, project="Aarveld", year=2025)]
    make_version(weller, rows, year=2025, on="2026-01-20", accepted_on="2026-02-01")
    fill(client)

    text = page(client)
    assert "U hoeft nog niets te doen." in text
    assert "nog niets te bekijken" in text
    assert "Weller heeft nog niet opgegeven. U kunt dat later nog bekijken." in text
    client.post(URL, {"part": "indienen", "gezien": ["wachten"]})

    assert Submission.objects.get(organisation=heerlen).status == "submitted"


def test_what_is_no_choice_is_told_and_an_unknown_corporation_is_not_found(
    client, officer, version
):
    response = client.post(URL, word(version, ""), follow=True)

    assert "Kies of de opgave van Weller klopt of niet." in response.content.decode()
    assert client.post(URL, {"part": "woord", "corporatie": "999"}).status_code == 404


# --- part 2 -------------------------------------------------------------------------------


def test_figures_are_kept_by_the_button(client, officer, round_):
    response = client.post(
        URL,
        fields()
        | typed(MID, "1.041")
        | {f"{SALE}-none": "on", "gesloopt-unknown": "on", "begonnen-number": "0"},
        follow=True,
    )

    assert "Bewaard: 4 van de 12 cijfers" in response.content.decode()
    answers = {key: given.words for key, given in stored().items()}
    assert answers == {
        MID: "1.041", SALE: "geen", "gesloopt": "niet bekend", "begonnen": "geen",
    }  # fmt: skip


def test_figures_save_themselves_and_give_back_what_is_stored(client, officer, round_):
    answer = client.post(URL, fields() | typed(MID, "41"), **AUTOSAVE).json()

    assert answer["saved"]
    assert answer["message"].startswith("Bewaard om ")
    assert answer["fields"][f"{MID}-was"] == Given.number(41).token
    assert answer["texts"]["stand-deel2"] == "1 van 12 ingevuld"


def test_one_wrong_figure_does_not_stop_the_others(client, officer, round_):
    posted = fields() | typed(MID, "veel") | typed(SALE, "41")

    told = client.post(URL, posted, **AUTOSAVE)
    response = client.post(URL, posted)

    assert told.status_code == response.status_code == 400
    assert told.json()["message"].startswith("Niet bewaard bij Middenhuur")
    assert f"{MID}-was" not in told.json()["fields"]
    assert stored() == {SALE: Given.number(41)}
    assert 'value="veel"' in response.content.decode()


@pytest.mark.parametrize(
    ("posted", "why"),
    [
        ({f"{MID}-number": "41", f"{MID}-none": "on"}, "U vulde 41 in en koos “geen”."),
        ({f"{MID}-number": "41", f"{MID}-unknown": "on"}, "koos “niet bekend”"),
        ({f"{MID}-none": "on", f"{MID}-unknown": "on"}, "Kies één van beide"),
        ({f"{MID}-note": "Weet ik niet"}, "U schreef een toelichting"),
        ({f"{MID}-number": "-3"}, "zonder min"),
        ({f"{MID}-number": "1,041"}, "zonder komma"),
        ({f"{MID}-number": "200.000"}, "te groot"),
    ],
)
def test_what_cannot_be_is_refused_in_words(client, officer, round_, posted, why):
    response = client.post(URL, fields() | posted)

    assert response.status_code == 400
    assert why in response.content.decode()


def test_the_second_person_sees_both_values_and_chooses(client, officer, round_, heerlen):
    client.post(URL, fields() | typed(MID, "41"))
    client.force_login(make_clerk(heerlen))

    told = client.post(URL, fields() | typed(MID, "50"), **AUTOSAVE)
    response = client.post(URL, fields() | typed(MID, "50"))

    assert told.status_code == response.status_code == 409
    text = response.content.decode()
    assert "41, zoals het nu bewaard is" in text
    assert "50, wat u typte" in text
    assert stored()[MID].homes == 41
    chosen = fields({MID: Given.number(41)}) | typed(MID, "50") | {f"keuze-{MID}": "mine"}
    client.post(URL, chosen)
    assert stored()[MID].homes == 50


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_while_she_has_to_choose_nothing_saves_itself(client, officer, round_, choice):
    """The word "bewaard" beside a number that was passed over would lose it in silence."""
    client.post(URL, fields() | typed(MID, "41"))
    asked = fields({MID: Given.number(41)}) | typed(MID, "55") | {f"keuze-{MID}": choice}

    told = client.post(URL, asked, **AUTOSAVE)

    assert told.status_code == 409
    assert not told.json()["saved"]
    assert stored()[MID].homes == 41


def test_choosing_the_other_keeps_it(client, officer, round_):
    client.post(URL, fields() | typed(MID, "41"))

    chosen = fields({MID: Given.number(41)}) | typed(MID, "50") | {f"keuze-{MID}": "theirs"}
    client.post(URL, chosen)

    assert stored()[MID].homes == 41


def earlier(client, heerlen, officer, **homes):
    concept = concept_of(heerlen, 2025, make_round(2025), officer)
    for key, number in homes.items():
        field = next(each for each in FIELDS if each.key == key.replace("_", "-"))
        MunicipalFigure.objects.create(
            submission=concept, measure=field.measure, segment=field.segment,
            transformation=field.transformation, answer="number", homes=number,
        )  # fmt: skip
    versions.submit(concept, actor=None)
    versions.accept(Submission.objects.get(pk=concept.pk), actor=None)


def test_a_jump_asks_for_a_word_as_she_types(client, officer, round_, heerlen):
    earlier(client, heerlen, officer, klaar_affordable_sale=55)

    answer = client.post(URL, fields() | typed(SALE, "132"), **AUTOSAVE).json()

    assert answer["opens"] == [f"meer-{SALE}"]
    assert answer["texts"][f"vraag-{SALE}"] == "132 is veel meer dan de 55 van 2025"
    assert "Hoe komt dat?" in page(client)


def test_all_the_same_as_last_year_is_a_start_to_check(client, officer, round_, heerlen):
    earlier(client, heerlen, officer, klaar_mid_rent=34)

    text = client.post(URL, {"part": "zelfde"}, follow=True).content.decode()

    assert stored()[MID].homes == 34
    assert "gelijk aan 2025, kijk of het klopt" in text


def test_a_colleague_goes_on_another_day(client, officer, round_, heerlen):
    client.post(URL, fields() | typed(MID, "41"))

    with time_machine.travel(at("2027-02-20")):
        client.force_login(make_clerk(heerlen))
        assert 'value="41"' in page(client)


def test_what_came_back_shows_why_and_keeps_its_figures(client, officer, round_):
    fill(client)
    versions.submit(Submission.objects.get(), actor=officer)
    versions.send_back(Submission.objects.get(), actor=None, comment="Kijk naar de sloop.")

    text = page(client)
    assert "kwam terug" in text
    assert "Kijk naar de sloop." in text
    same = {field.key: Given.number(5) for field in FIELDS}
    client.post(URL, fields(same) | typed("gesloopt", "7"))

    assert stored()["gesloopt"].homes == 7
    assert stored()[MID].homes == 5
    assert "Kijk naar de sloop." in page(client)


# --- handing in ---------------------------------------------------------------------------


def test_the_overview_says_what_is_missing(client, officer, round_, agreement):
    text = page(client)

    assert "12 cijfers zijn nog niet ingevuld" in text
    assert "1 afspraak is nog niet compleet" in text
    response = client.post(URL, {"part": "indienen"}, follow=True)
    assert "Er is niets ingediend" in response.content.decode()


def test_figures_and_statements_are_handed_in_together(
    client, officer, round_, agreement, heerlen, version
):
    fill(client)
    Statement.objects.create(
        agreement=agreement, organisation=heerlen, round=round_, entered_by=officer,
        status="running", light="on", explanation="Het loopt.",
    )  # fmt: skip
    disputes.confirm(version, heerlen, by=officer)
    assert "Alles is ingevuld. U moet alleen nog indienen" in page(client)

    response = client.post(URL, {"part": "indienen"}, follow=True)

    assert "is ingediend" in response.content.decode()
    assert Submission.objects.get(organisation=heerlen).status == "submitted"
    assert Statement.objects.get().submitted_at is not None
    assert set(Part.objects.filter(organisation=heerlen).values_list("state", flat=True)) == {
        "provisional"
    }


def test_what_she_must_have_seen_is_ticked_first(client, officer, round_, version):
    fill(client)

    refused = client.post(URL, {"part": "indienen"}, follow=True).content.decode()
    client.post(URL, {"part": "indienen", "gezien": ["open"]})

    assert "Van Weller zei u nog niet of het klopt." in refused
    assert Submission.objects.get(organisation__slug="heerlen").status == "submitted"


def test_who_may_not_sign_reads_who_can(client, round_, heerlen, officer):
    fill(client)
    client.force_login(make_user(heerlen, "reporter"))

    assert "Indienen doet een indiener van Heerlen." in page(client)
    assert client.post(URL, {"part": "indienen"}).status_code == 403


def test_two_people_where_the_municipality_wants_them(client, round_, heerlen, officer):
    heerlen.enterer_may_submit = False
    heerlen.save()
    fill(client)

    assert "die niet zelf invulde" in page(client)
    assert client.post(URL, {"part": "indienen"}).status_code == 403
    client.force_login(make_clerk(heerlen))
    client.post(URL, {"part": "indienen"})
    assert Submission.objects.get().status == "submitted"


def test_after_handing_in_figures_are_read_and_changed_by_a_correction(client, officer, round_):
    fill(client)
    client.post(URL, {"part": "indienen"})
    assert "Verander deze cijfers" in page(client)

    late = client.post(URL, fields() | typed(MID, "9"), follow=True).content.decode()
    assert "intussen ingediend" in late
    client.post(URL, {"part": "verander"})

    assert "Bewaar de cijfers" in page(client)
    assert Submission.objects.get(counts=True).number == 1


def test_nothing_new_is_not_handed_in_again(client, officer, round_):
    fill(client)
    client.post(URL, {"part": "indienen"})

    text = client.post(URL, {"part": "indienen"}, follow=True).content.decode()

    assert "Alles is al ingediend." in text


def test_correcting_before_handing_in_says_why_not(client, officer, round_):
    text = client.post(URL, {"part": "verander"}, follow=True).content.decode()

    assert "Er is niets ingediend om te verbeteren." in text


def test_the_coordinator_reads_figures_and_not_totals(client, officer, round_, heerlen):
    fill(client)
    client.post(URL, {"part": "indienen"})
    client.force_login(make_coordinator())

    found = Submission.objects.get()
    text = client.get(reverse("housing:submission", args=[found.pk])).content.decode()

    assert "Heerlen gaf de eigen cijfers over 2026 op" in text
    assert "Stel de opgave vast" in text
    assert "Tellen mee voor 1.350" not in text


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_make_one_submission():
    with time_machine.travel(TODAY, tick=True):
        make_rules()
        heerlen = make_municipality()
        round_ = make_round(2026, opens_on=date(2027, 1, 4), closes_on=date(2027, 3, 1))
        people = [make_clerk(heerlen) for _ in range(10)]
        concept = concept_of(heerlen, 2026, round_, people[0])
        for field in FIELDS:
            MunicipalFigure.objects.create(
                submission=concept, measure=field.measure, segment=field.segment,
                transformation=field.transformation, answer="none",
            )  # fmt: skip

        def hand_in(by):
            try:
                sign(entry_of(heerlen, round_, by), seen=(), by=by)
            except EntryError as error:
                return str(error)
            finally:
                connection.close()
            return "ingediend"

        with ThreadPoolExecutor(10) as pool:
            said = [each.result() for each in [pool.submit(hand_in, by) for by in people]]

    assert said.count("ingediend") == 1
    assert all("al ingediend" in each for each in said if each != "ingediend")
    found = Submission.objects.get()
    assert found.events.filter(status="submitted").count() == 1


# --- signed out in the middle -------------------------------------------------------------


def test_a_form_that_saves_itself_hears_that_the_session_ended(client, officer, round_):
    client.logout()

    answer = client.post(URL, fields() | typed(MID, "41"), **AUTOSAVE)

    # The script does not follow it and says so; what was typed stays on the page.
    assert answer.status_code == 302
    assert "/inloggen/" in answer["Location"]
    assert not MunicipalFigure.objects.exists()


# --- a paste ------------------------------------------------------------------------------

PASTE = f"{URL}plakken/"


def test_a_paste_is_shown_before_anything_is_stored(client, officer, round_):
    response = client.post(PASTE, {"part": "lezen", "cells": "Middenhuur\t41\nWat\tAantal"})

    text = response.content.decode()
    assert "1 cijfer is gelezen, 1 cel niet" in text
    assert "Dit woord kennen wij niet." in text
    assert not MunicipalFigure.objects.exists()


def test_a_paste_is_stored_when_she_says_so(client, officer, round_):
    posted = {
        "part": "bewaren", "veld": [MID], f"{MID}-number": "41", f"{MID}-none": "False",
        f"{MID}-unknown": "False", f"{MID}-was": NOTHING.token, f"{MID}-note": "",
    }  # fmt: skip

    text = client.post(PASTE, posted, follow=True).content.decode()

    assert "1 cijfer is overgenomen uit uw tabel." in text
    assert stored() == {MID: Given.number(41)}


def test_a_paste_over_a_colleague_loses_nothing(client, officer, round_):
    client.post(URL, fields() | typed(MID, "50"))
    posted = {"part": "bewaren", "veld": [MID], f"{MID}-number": "41", f"{MID}-was": NOTHING.token}

    text = client.post(PASTE, posted, follow=True).content.decode()

    assert "een collega vulde intussen 50 in" in text
    assert stored()[MID].homes == 50


@pytest.mark.parametrize("cells", ["", "Wat\tAantal", "Middenhuur\tveel"])
def test_a_paste_of_which_nothing_is_understood_is_refused(client, officer, round_, cells):
    assert client.post(PASTE, {"part": "lezen", "cells": cells}).status_code == 400


def test_a_paste_is_turned_away_where_nothing_can_be_entered(client, officer, round_):
    fill(client)
    client.post(URL, {"part": "indienen"})

    text = client.get(PASTE, follow=True).content.decode()

    assert "Deze opgave is al ingediend." in text


# --- ceilings -----------------------------------------------------------------------------


def test_the_pages_take_few_queries(client, officer, version, agreement,
                                    django_assert_max_num_queries):  # fmt: skip
    client.post(URL, fields() | typed(MID, "41"))

    with django_assert_max_num_queries(45):
        page(client)
    with django_assert_max_num_queries(40):
        client.get(PASTE)
