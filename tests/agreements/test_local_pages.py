"""The pages of local sets: what they answer, who keeps them, and who is told why not."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from agreements import demo_local, local_steps
from agreements.models import Agreement, AgreementSet, Bid, FormerText, Reaction, Signature
from housing.models import Organisation, User
from tests.factories import (
    make_agreement,
    make_board,
    make_clerk,
    make_coordinator,
    make_local_set,
    make_municipality,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db
TABLE = "/afspraken/lokaal/"
SET = "/afspraken/lokaal/heerlen/2027/"
OLD = "/afspraken/lokaal/heerlen/2026/"


@pytest.fixture(autouse=True)
def on_a_day_in_november():
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def place() -> Organisation:
    make_municipality("Kerkrade", "GM0928")
    return make_municipality("Heerlen", "GM0917")


@pytest.fixture
def weller() -> Organisation:
    return make_organisation(name="Weller")


@pytest.fixture
def tenants() -> Organisation:
    return make_organisation(name="Huurders", kind=Organisation.Kind.TENANTS)


@pytest.fixture
def regional() -> Agreement:
    return make_agreement(slug="sociale-huurwoningen", title="Corporaties bouwen")


@pytest.fixture
def set_(place, weller, tenants, regional) -> AgreementSet:
    """2027 in the making: one agreement, Woonpunt's bid late."""
    made = make_local_set(
        place, 2027, weller, make_organisation(name="Woonpunt"), tenants, is_demo=False
    )
    agreement = make_agreement(
        set=made, number="1", slug="heerlen-2027-1", kind="effort", title="Wij bouwen samen",
        text="Weller en de gemeente bouwen.", serves=regional,
    )  # fmt: skip
    agreement.responsible.set([place, weller])
    Bid.objects.create(set=made, corporation=weller, received_on=date(2026, 6, 20), text="Ons bod")
    return made


@pytest.fixture
def officer(place) -> User:
    return make_clerk(place)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def filled(**fields) -> dict[str, object]:
    theme = Agreement.objects.get(slug="heerlen-2027-1").theme_id
    return {
        "number": "2", "theme": theme, "kind": "effort", "title": "Nieuw", "text": "Wij doen dit.",
        "segment": "social_rent", "responsible": [Organisation.objects.get(slug="weller").pk],
    } | fields  # fmt: skip


def sign_all(set_: AgreementSet, officer: User) -> None:
    for party in set_.parties.all():
        local_steps.sign(set_, party, on=date(2026, 11, 20), by=officer)


# --- reading -----------------------------------------------------------------------------


def test_without_sets_the_table_says_so_and_who_begins(place):
    page = signed_in(make_user()).get(TABLE)

    assert "<h1>Er staan nog geen lokale afspraken in het portaal</h1>" in page.text
    assert "niet vastgelegd" in page.text
    assert "Een nieuw jaar begint de ambtenaar" in page.text
    assert "<form" not in page.text.partition("<main")[2]


def test_the_table_answers_and_names_who_is_late(set_, officer):
    page = signed_in(officer).get(TABLE)

    assert "0 van de 2 gemeenten hebben getekende afspraken over 2026" in page.text
    assert "Voor 2027 is 1 van de 2 begonnen. Te laat: Woonpunt met het bod" in page.text
    assert "in overleg" in page.text


def test_who_may_not_open_a_set_yet_reads_only_that_it_is_made(set_):
    page = signed_in(make_clerk(make_organisation(name="Ander"))).get(TABLE)

    assert "wordt gemaakt" in page.text
    assert "Woonpunt" not in page.text
    assert SET not in page.text


def test_a_set_answers_who_agreed_on_how_much_and_what_is_missing(set_, officer):
    page = signed_in(officer).get(SET)

    heading = "Heerlen, 2 corporaties en 1 huurdersorganisatie maken 1 afspraak voor 2027"
    assert f"<h1>{heading}; 1 bod ontbreekt</h1>" in page.text
    assert "uiterlijk 30 juni 2026" in page.text
    assert "uiterlijk 14 december 2026" in page.text
    assert "Ons bod" in page.text
    assert reverse("monitoring:agreement", args=["sociale-huurwoningen"]) in page.text


def test_a_set_is_read_by_its_parties_coordinator_and_board_until_it_is_signed(
    set_, weller, tenants, officer
):
    insiders = [officer, make_user(weller, "reader"), make_user(tenants, "reader")]
    insiders += [make_coordinator(), make_board()]
    outsiders = [make_clerk(make_organisation(name="Ander")), make_user()]
    outsiders.append(make_clerk(Organisation.objects.get(slug="kerkrade")))

    assert {signed_in(user).get(SET).status_code for user in insiders} == {200}
    assert {signed_in(user).get(SET).status_code for user in outsiders} == {404}

    sign_all(set_, officer)

    assert {signed_in(user).get(SET).status_code for user in outsiders} == {200}


def test_a_set_is_read_by_everybody_from_1_january_of_its_year(set_):
    reader = make_user()
    assert signed_in(reader).get(SET).status_code == 404

    # 23.30 and 0.30 in Amsterdam.
    with time_machine.travel(datetime(2026, 12, 31, 22, 30, tzinfo=UTC)):
        assert signed_in(reader).get(SET).status_code == 404
    with time_machine.travel(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):
        assert signed_in(reader).get(SET).status_code == 200


@pytest.mark.parametrize("path", ["2030/", "niets/2027/", "2027/onzin/"])
def test_what_is_not_there_is_not_found(set_, officer, path):
    assert signed_in(officer).get(f"{TABLE}heerlen/{path}").status_code == 404


@pytest.mark.parametrize(("url", "ceiling"), [(TABLE, 14), (SET, 32)])
def test_query_count_stays_flat(set_, officer, url, ceiling, django_assert_max_num_queries):
    for number in range(2, 12):
        made = make_agreement(set=set_, number=str(number), slug=f"h-{number}", kind="effort")
        made.responsible.set(set_.parties.all())
    client = signed_in(officer)
    client.get(url)

    with django_assert_max_num_queries(ceiling):
        client.get(url)


# --- who keeps it ------------------------------------------------------------------------


def test_the_journey_of_2027_from_2026(place, weller, tenants, regional):
    officer, clerk = make_clerk(place), make_clerk(weller)
    last = make_local_set(place, 2026, weller, tenants)
    old = make_agreement(
        set=last, number="1", slug="heerlen-2026-1", title="Wij bouwen", kind="effort",
        serves=regional,
    )  # fmt: skip
    old.responsible.set([weller])
    desk, other = signed_in(officer), signed_in(clerk)

    assert "Begin de afspraken over 2027 van Heerlen" in desk.get(TABLE).text
    answer = desk.post(f"{TABLE}heerlen/beginnen/", {"year": "2027"}, follow=True)
    assert answer.redirect_chain == [(SET, 302)]
    assert "De afspraken over 2027 zijn begonnen met 1 afspraak van 2026" in answer.text
    new = AgreementSet.objects.get(municipality=place, first_year=2027)
    assert new.copied_from == last
    copy = new.agreements.get()
    assert (copy.title, copy.serves, copy.slug) == ("Wij bouwen", regional, "heerlen-2027-1")

    page = f"{SET}afspraak/{copy.pk}/"
    seen = desk.get(page).context["form"].initial["seen"]
    done = desk.post(
        page, filled(number="1", title="Wij bouwen 80", homes="80", kind="target", seen=seen)
    )
    assert done.status_code == 302
    assert "80 woningen, sociale huur" in other.get(SET).text

    other.post(f"{SET}bod/", {"party": weller.pk, "received_on": "20-11-2026", "text": "Bod"})
    assert Bid.objects.get().corporation == weller
    for person, party in ((desk, place), (other, weller)):
        person.post(f"{SET}tekenen/", {"party": party.pk, "on": "21-11-2026"})
    new.refresh_from_db()
    assert new.signed_on is None
    signer = signed_in(make_user(tenants, "approver"))
    signer.post(f"{SET}tekenen/", {"party": tenants.pk, "on": "22-11-2026"})
    new.refresh_from_db()
    assert new.signed_on == date(2026, 11, 22)
    assert "tekenden 1 afspraak voor 2027" in signed_in(make_user()).get(SET).text


@pytest.mark.parametrize("year", ["2025", "2029", "", "twee", "2027; drop"])
def test_only_this_year_and_the_next_can_be_begun(place, officer, year):
    answer = signed_in(officer).post(f"{TABLE}heerlen/beginnen/", {"year": year}, follow=True)

    assert "U kunt 2026 of 2027 beginnen." in answer.text
    assert not AgreementSet.objects.exists()


def test_a_year_that_is_there_is_not_begun_again(set_, officer):
    answer = signed_in(officer).post(f"{TABLE}heerlen/beginnen/", {"year": "2027"}, follow=True)

    assert "Heerlen heeft al afspraken over 2027." in answer.text
    assert AgreementSet.objects.count() == 2  # the regional one and this


@pytest.mark.parametrize("who", ["tenants", "other", "coordinator", "board", "reader"])
def test_others_do_not_begin_a_year(place, weller, tenants, who):
    make_local_set(place, 2026, weller, tenants)
    people = {
        "tenants": make_clerk(tenants),
        "other": make_clerk(Organisation.objects.get(slug="kerkrade")),
        "coordinator": make_coordinator(),
        "board": make_board(),
        "reader": make_user(place, "reader"),
    }

    answer = signed_in(people[who]).post(f"{TABLE}heerlen/beginnen/", {"year": "2027"})

    assert answer.status_code == 403
    assert "Een nieuw jaar begint" in answer.text
    assert AgreementSet.objects.count() == 1


def test_a_corporation_in_the_set_keeps_it_too(set_, weller):
    client = signed_in(make_clerk(weller))

    answer = client.post(f"{SET}afspraak/toevoegen/", filled())

    assert answer.status_code == 302
    added = set_.agreements.get(number="2")
    assert (added.title, list(added.responsible.all())) == ("Nieuw", [weller])


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"number": "1"}, "Een andere afspraak heeft dit nummer al."),
        ({"title": ""}, "Schrijf in één zin wie wat doet."),
        ({"responsible": []}, "Kies wie aan zet is."),
        ({"starts_on": "02-03-2027", "due_on": "01-03-2027"}, "klaar voordat zij begint"),
        ({"due_on": "31-02-2027"}, "datum"),
        ({"homes": "-3"}, "zonder min"),
    ],
)
def test_what_cannot_be_kept_is_told_at_its_field(set_, officer, fields, says):
    answer = signed_in(officer).post(f"{SET}afspraak/toevoegen/", filled(**fields))

    assert answer.status_code == 400
    assert says in answer.text
    assert set_.agreements.count() == 1


def test_a_stranger_cannot_be_made_responsible(set_, officer):
    stranger = make_organisation(name="Vreemd")

    answer = signed_in(officer).post(f"{SET}afspraak/toevoegen/", filled(responsible=[stranger.pk]))

    assert answer.status_code == 400
    assert set_.agreements.count() == 1


def test_the_second_of_two_people_is_told(set_, officer, weller):
    found = set_.agreements.get()
    url = f"{SET}afspraak/{found.pk}/"
    first, second = signed_in(officer), signed_in(make_clerk(weller))
    seen = second.get(url).context["form"].initial["seen"]
    first.post(url, filled(number="1", text="Van de eerste", seen=seen))

    answer = second.post(url, filled(number="1", text="Van de tweede", seen=seen))

    assert answer.status_code == 400
    assert "Iemand anders heeft deze afspraak intussen veranderd" in answer.text
    found.refresh_from_db()
    assert found.text == "Van de eerste"


def test_an_agreement_of_another_set_is_not_reached_through_ones_own(set_, place, officer, weller):
    other = make_local_set(Organisation.objects.get(slug="kerkrade"), 2027, weller)
    theirs = make_agreement(set=other, number="1", slug="kerkrade-2027-1")

    for path in ("", "weghalen/"):
        url = f"{SET}afspraak/{theirs.pk}/{path}"
        assert signed_in(officer).get(url).status_code == 404
        assert signed_in(officer).post(url).status_code == 404
    assert Agreement.objects.filter(pk=theirs.pk).exists()


def test_after_signing_a_change_asks_why_and_shows_what_it_said(set_, officer):
    sign_all(set_, officer)
    found = set_.agreements.get()
    url, client = f"{SET}afspraak/{found.pk}/", signed_in(officer)
    seen = client.get(url).context["form"].initial["seen"]

    refused = client.post(url, filled(number="1", text="Anders", seen=seen))
    assert refused.status_code == 400
    assert "Schrijf waarom u de afspraak verandert." in refused.text

    client.post(url, filled(number="1", text="Anders", seen=seen, reason="Besluit van allen"))
    assert FormerText.objects.get().text == "Weller en de gemeente bouwen."
    shown = client.get(SET).text
    assert "Reden: Besluit van allen" in shown
    assert "Weller en de gemeente bouwen." in shown


def test_after_signing_nothing_is_added_or_taken_away(set_, officer):
    sign_all(set_, officer)
    client = signed_in(officer)
    found = set_.agreements.get()

    assert "Voeg een afspraak toe" not in client.get(SET).text
    added = client.post(f"{SET}afspraak/toevoegen/", filled())
    assert added.status_code == 400
    assert "Er kan niets meer bij." in added.text
    gone = client.post(f"{SET}afspraak/{found.pk}/weghalen/", follow=True)
    assert "kan niet meer weg" in gone.text
    parties = client.post(f"{SET}partijen/", {"corporation": []})
    assert parties.status_code == 400
    assert "ligt nu vast" in parties.text
    assert set_.agreements.count() == 1
    assert set_.parties.count() == 4


def test_an_agreement_is_taken_away_after_asking(set_, officer):
    found = set_.agreements.get()
    url, client = f"{SET}afspraak/{found.pk}/weghalen/", signed_in(officer)

    assert "weghalen?" in client.get(url).text
    assert set_.agreements.exists()
    client.post(url)
    assert not set_.agreements.exists()


def test_parties_are_chosen(set_, officer, weller):
    later = make_organisation(name="Later Wonen")

    signed_in(officer).post(f"{SET}partijen/", {"corporation": [weller.pk, later.pk]})

    names = sorted(set_.parties.values_list("name", flat=True))
    assert names == ["Heerlen", "Later Wonen", "Weller"]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("afspraak/toevoegen/", "Deze afspraken houden de gemeente en haar corporaties bij."),
        ("partijen/", "Deze afspraken houden de gemeente en haar corporaties bij."),
        ("bod/", "Een bod legt de corporatie zelf vast"),
        ("evaluatie/", "De evaluatie legt de ambtenaar wonen van de gemeente vast."),
    ],
)
@pytest.mark.parametrize("who", ["tenants", "coordinator", "board", "reader"])
def test_who_does_not_keep_a_set_is_told_who_does(set_, weller, tenants, path, reason, who):
    people = {
        "tenants": make_clerk(tenants),
        "coordinator": make_coordinator(),
        "board": make_board(),
        "reader": make_user(weller, "reader"),
    }
    client = signed_in(people[who])

    for answer in (client.get(SET + path), client.post(SET + path, filled())):
        assert answer.status_code == 403
        assert reason in answer.text


def test_a_corporation_bids_for_itself_only(set_, weller):
    woonpunt = Organisation.objects.get(slug="woonpunt")

    answer = signed_in(make_clerk(weller)).post(
        f"{SET}bod/", {"party": woonpunt.pk, "received_on": "20-11-2026"}
    )

    assert answer.status_code == 400
    assert not Bid.objects.filter(corporation=woonpunt).exists()


def test_the_officer_registers_any_bid(set_, officer):
    woonpunt = Organisation.objects.get(slug="woonpunt")
    url = f"{SET}bod/?van=woonpunt"

    assert signed_in(officer).get(url).context["form"].initial["party"] == woonpunt.pk
    signed_in(officer).post(
        url, {"party": woonpunt.pk, "received_on": "20-11-2026", "link": "https://x.test/bod"}
    )

    assert Bid.objects.get(corporation=woonpunt).link == "https://x.test/bod"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://x.test/", "geen adres"])
def test_a_bid_links_to_a_web_page_or_nowhere(set_, officer, link):
    answer = signed_in(officer).post(
        f"{SET}bod/",
        {
            "party": Organisation.objects.get(slug="woonpunt").pk,
            "received_on": "20-11-2026",
            "link": link,
        },
    )

    assert answer.status_code == 400
    assert not Bid.objects.filter(corporation__slug="woonpunt").exists()


@pytest.mark.parametrize("what", ["party", "role", "day", "twice"])
def test_who_cannot_sign_is_told(set_, weller, tenants, what):
    woonpunt = Organisation.objects.get(slug="woonpunt")
    clerk = make_clerk(weller)
    if what == "party":
        answer = signed_in(clerk).post(f"{SET}tekenen/", {"party": woonpunt.pk, "on": "20-11-2026"})
        assert answer.status_code == 400
    elif what == "role":
        reporter = make_user(weller, "reporter")
        assert "doet een collega met de rol indiener" in signed_in(reporter).get(SET).text
        alone = make_user(woonpunt, "reporter")
        assert "Woonpunt heeft nog niemand die kan tekenen" in signed_in(alone).get(SET).text
        answer = signed_in(reporter).post(
            f"{SET}tekenen/", {"party": weller.pk, "on": "20-11-2026"}
        )
        assert answer.status_code == 403
        assert "Tekenen doet een indiener" in answer.text
    elif what == "day":
        answer = signed_in(clerk).post(f"{SET}tekenen/", {"party": weller.pk, "on": "24-11-2026"})
        assert answer.status_code == 400
        assert "moet nog komen" in answer.text
    else:
        local_steps.sign(set_, weller, on=date(2026, 11, 20), by=clerk)
        answer = signed_in(clerk).get(f"{SET}tekenen/", follow=True)
        assert "Uw partij heeft al getekend." in answer.text
    assert Signature.objects.count() == (what == "twice")


def test_a_signature_is_taken_back_by_its_own_party_only(set_, weller, officer):
    clerk = make_clerk(weller)
    local_steps.sign(set_, weller, on=date(2026, 11, 20), by=clerk)

    refused = signed_in(officer).post(f"{SET}tekenen/intrekken/", {"party": "weller"})
    assert refused.status_code == 403
    assert Signature.objects.exists()

    signed_in(clerk).post(f"{SET}tekenen/intrekken/", {"party": "weller"})
    assert not Signature.objects.exists()


def test_tenants_react_and_everybody_in_the_set_reads_it(set_, tenants, officer):
    client = signed_in(make_clerk(tenants))

    answer = client.post(
        f"{SET}reactie/", {"party": tenants.pk, "text": "<b>Goed</b> zo\nEcht"}, follow=True
    )

    assert answer.status_code == 200
    shown = signed_in(officer).get(SET).text
    assert "&lt;b&gt;Goed&lt;/b&gt; zo<br>Echt" in shown


@pytest.mark.parametrize(("party", "text"), [("huurders", ""), ("weller", "Namens een ander")])
def test_a_reaction_that_cannot_be_kept(set_, tenants, party, text):
    fields = {"party": Organisation.objects.get(slug=party).pk, "text": text}

    answer = signed_in(make_clerk(tenants)).post(f"{SET}reactie/", fields)

    assert answer.status_code == 400
    assert not Reaction.objects.exists()


@pytest.mark.parametrize("who", ["reader", "coordinator", "board"])
def test_who_is_no_party_does_not_react(set_, weller, who):
    people = {"reader": make_user(weller, "reader"), "coordinator": make_coordinator()}
    user = people.get(who) or make_board()

    assert signed_in(user).post(f"{SET}reactie/", {"text": "Hallo"}).status_code == 403
    assert not Reaction.objects.exists()


def test_the_officer_evaluates_a_signed_year(place, weller, officer):
    old = make_local_set(place, 2026, weller)
    make_agreement(set=old, number="1", slug="heerlen-2026-1")
    client = signed_in(officer)

    refused = client.post(f"{OLD}evaluatie/", {"on": "20-11-2026", "text": "Goed"})
    assert refused.status_code == 400
    assert "Nog niet alle partijen hebben getekend" in refused.text

    sign_all(old, officer)
    client.post(f"{OLD}evaluatie/", {"on": "20-11-2026", "text": "Goed gegaan"})
    old.refresh_from_db()
    assert (old.evaluated_on, old.evaluation) == (date(2026, 11, 20), "Goed gegaan")
    assert "Goed gegaan" in client.get(OLD).text


def test_the_demonstration_tells_the_story():
    call_command("load_reference", verbosity=0)
    demo_local.load()
    demo_local.load()

    sets = AgreementSet.objects.local()
    assert sorted((str(s.municipality), s.first_year) for s in sets) == [
        ("Heerlen", 2025), ("Heerlen", 2026), ("Heerlen", 2027), ("Kerkrade", 2025),
        ("Kerkrade", 2026), ("Simpelveld", 2025), ("Simpelveld", 2026),
    ]  # fmt: skip
    assert all(s.is_demo and "verzonnen" in s.text for s in sets)
    assert not Agreement.objects.filter(set__in=sets, is_demo=False).exists()
    officer = make_clerk(Organisation.objects.get(slug="heerlen"))
    page = signed_in(officer).get(SET)
    heading = "Heerlen, 5 corporaties en 8 huurdersorganisaties maken 6 afspraken voor 2027"
    assert f"<h1>{heading}; 1 bod ontbreekt</h1>" in page.text

    demo_local.clear()

    assert not AgreementSet.objects.local().exists()
