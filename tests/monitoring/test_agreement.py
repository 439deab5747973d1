"""The page of one agreement: each kind, what was said, the revised number, who may do what."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from agreements.models import (
    Agreement,
    AgreementSet,
    Deviation,
    Evidence,
    FormerText,
    Milestone,
    Remark,
    Target,
)
from housing.models import CountingRule, Organisation
from tests.factories import (
    at,
    make_agreement,
    make_board,
    make_clerk,
    make_coordinator,
    make_statement,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db
TARGET = "/afspraken/sociale-huurwoningen/"
STUDY = "/afspraken/grondprijs/"
KINDS = {
    "target": TARGET,
    "study": STUDY,
    "effort": "/afspraken/gemengde-wijken/",
    "restraint": "/afspraken/verkoop-sociale-huur/",
}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 12, 3, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def reader(client):
    call_command("load_reference", verbosity=0)
    client.force_login(make_user(party("roh-parkstad"), "reader"))
    return client


def party(slug: str) -> Organisation:
    return Organisation.objects.get(slug=slug)


def agreed(slug: str) -> Agreement:
    return Agreement.objects.get(slug=slug)


def revised(**fields) -> Target:
    return make_target(
        {2024: 270, 2025: 270, 2026: 270, 2027: 330, 2028: 330},
        agreement=agreed("sociale-huurwoningen"),
        known_from=at("2026-12-02"),
        decided_on=date(2026, 11, 12),
        reason="De achterstand wordt ingehaald.",
        **fields,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_it_means_and_where_its_light_comes_from(reader, kind):
    page = reader.get(KINDS[kind])

    assert page.context["agreement"].kind == kind
    assert "Wat betekent dit?" in page.text
    assert "brunssum.nl" in page.text
    by_rule = kind in ("target", "restraint")
    assert ("Wanneer is iets achter?" in page.text) is by_rule
    assert ("Elke partij geeft per ronde zelf aan" in page.text) is not by_rule
    assert "Nog geen partij zei hier iets over" in page.text


def test_unknown_and_future_agreements_are_not_found(reader):
    assert reader.get("/afspraken/onbekend/").status_code == 404

    Agreement.objects.filter(slug="rijksmiddelen").update(known_from=at("2090-01-01"))

    assert reader.get("/afspraken/rijksmiddelen/").status_code == 404
    assert reader.get(STUDY, {"stand": "01-01-2024"}).status_code == 404


def test_facts_of_the_signed_text_are_shown_and_what_is_not_known_says_so(reader):
    assert "nog niet genoemd" in reader.get(STUDY).text

    found = agreed("grondprijs")
    found.article, found.page, found.contact = "3.2", "14", "Beleidsadviseur wonen, Stadsregio"
    found.deliverable, found.due_on = "Een advies", date(2027, 7, 1)
    found.save()
    found.also_themes.add(agreed("kwetsbare-gebieden").theme)

    text = reader.get(STUDY).text
    for words in ("artikel 3.2, bladzijde 14", "Beleidsadviseur wonen", "Een advies",
                  "1 juli 2027", "bouwopgave en leefbaarheid"):  # fmt: skip
        assert words in text


def test_a_target_shows_number_years_and_what_is_not_allocated(reader):
    page = reader.get(TARGET)

    assert "Het getal is 1.350 sinds 31 mei 2024" in page.text
    assert "Nog niet toegedeeld: 1.350." in page.text
    assert page.text.count('<td class="num">270</td>') == 5
    assert "1.350 woningen, sociale huur" in page.text
    assert "9 geen licht" in page.text
    assert "daarom heeft een partij geen eigen licht" in page.text


def test_case_9_both_lines_stand_in_the_charts_and_the_step_names_its_decision(reader):
    revised()

    page = reader.get(TARGET)

    chart = page.text.partition("Opgeleverde sociale huurwoningen per jaar")[2]
    chart = chart.partition("</svg>")[0]
    assert "330, besluit 12 november" in "".join(_texts(chart))
    assert "270 eerder" in "".join(_texts(chart))
    assert 'class="old"' in chart
    total = page.text.partition("Opgetelde opleveringen en de afgesproken lijn")[2]
    assert 'class="old"' in total.partition("</figure>")[0]
    assert "De jaren zijn samen 1.470, het getal is 1.350." in page.text
    assert "De achterstand wordt ingehaald." in page.text
    assert "Het getal is 1.350 sinds 31 mei 2024" in page.text
    assert [version.known_from.year for version in page.context["number"].versions] == [2026, 2024]


def test_case_9_on_20_november_the_old_line_stands_alone(reader):
    revised()

    page = reader.get(TARGET, {"stand": "20-11-2026"})

    assert "330" not in page.text
    assert 'class="old"' not in page.text
    assert "Er is nog geen latere versie" in page.text


def _texts(svg: str) -> list[str]:
    """The words of a drawing, without its elements."""
    return [piece.partition(">")[2] for piece in svg.split("<")]


def test_a_split_shows_its_remainder_and_warns_when_it_exceeds(reader):
    for slug, homes in (("heerlen", 420), ("kerkrade", 300)):
        make_target(
            {}, agreement=agreed("sociale-huurwoningen"), total=homes, scope=slug,
            municipality=party(slug), is_demo=True,
        )  # fmt: skip

    text = reader.get(TARGET).text
    assert "Toegedeeld aan gemeenten: 720 (voorbeeld, verzonnen)." in text
    assert "Nog niet toegedeeld: 630." in text

    make_target(
        {}, agreement=agreed("sociale-huurwoningen"), total=700, scope="landgraaf",
        municipality=party("landgraaf"),
    )  # fmt: skip
    assert "samen 70 meer dan het getal" in reader.get(TARGET).text


def test_the_proposal_mark_goes_when_the_rule_is_confirmed(reader):
    before = reader.get(TARGET).text.count("voorstel, nog niet vastgesteld")

    CountingRule.objects.update(decided_on=date(2026, 9, 1), decision="Besluit van het bestuur")

    assert reader.get(TARGET).text.count("voorstel, nog niet vastgesteld") == before - 2


def test_a_deviation_expires_by_itself(reader):
    Deviation.objects.create(
        agreement=agreed("sociale-huurwoningen"), organisation=party("woonpunt"), year=2026,
        homes=10, reason="Netcongestie.", starts_on=date(2026, 10, 1), ends_on=date(2026, 12, 10),
    )  # fmt: skip

    assert "Tot en met 10 december 2026 geldt een afwijking" in reader.get(TARGET).text
    with time_machine.travel(datetime(2026, 12, 11, 12, tzinfo=UTC)):
        assert "geldt een afwijking" not in reader.get(TARGET).text


def test_what_was_said_stands_by_round_with_remarks_and_evidence(reader):
    grondprijs = agreed("grondprijs")
    make_statement(
        grondprijs, party("heerlen"), year=2025, light="on", explanation="Begonnen in 2025.",
        submitted_at=at("2026-01-10"),
    )  # fmt: skip
    now = make_statement(
        grondprijs, party("heerlen"), light="behind", did="Wij vergeleken prijzen.",
        explanation="Het ligt stil.", cause="capacity", needs="Cijfers van Kerkrade.",
        submitted_at=at("2026-11-10"),
    )  # fmt: skip
    make_statement(
        grondprijs, party("heerlen"), light="watch", explanation="Bijgesteld.", number=2,
        submitted_at=at("2026-11-20"),
    )  # fmt: skip
    Remark.objects.create(statement=now, text="Besproken op 12 november.", at=at("2026-11-12"))
    Evidence.objects.create(
        agreement=grondprijs, statement=now, organisation=party("heerlen"), reference="abc",
        title="Verslag", link="https://voorbeeld.test/",
    )  # fmt: skip

    text = reader.get(STUDY).text

    said = text.partition("Wat partijen erover zeggen")[2]
    assert said.index("Bijgesteld.") < said.index("Het ligt stil.") < said.index("Begonnen in")
    for words in ("Wij vergeleken prijzen.", "capaciteit", "Cijfers van Kerkrade.",
                  "Besproken op 12 november.", 'href="https://voorbeeld.test/"',
                  "<summary>Ronde 2025: 1 partij</summary>"):  # fmt: skip
        assert words in said
    then = reader.get(STUDY, {"stand": "11-11-2026"}).text
    assert "Het ligt stil." in then
    assert "Bijgesteld." not in then
    assert "Besproken op 12 november." not in then


def test_the_text_of_then_is_read_on_a_past_day(reader):
    FormerText.objects.create(
        agreement=agreed("grondprijs"), title="Gemeenten bespreken de prijs", text="Zij praten.",
        until=at("2026-09-01"), reason="Scherper gemaakt",
    )  # fmt: skip

    assert "De tekst is 1 keer veranderd" in reader.get(STUDY).text
    then = reader.get(STUDY, {"stand": "01-08-2026"})
    assert "<h1>Gemeenten bespreken de prijs</h1>" in then.text
    assert "keer veranderd" not in then.text


def test_milestones_are_done_late_or_to_come(reader):
    for title, due, done in (
        ("Vergelijking", date(2026, 6, 1), date(2026, 6, 20)),
        ("Concept", date(2026, 10, 1), None),
        ("Advies", date(2027, 6, 1), None),
    ):
        Milestone.objects.create(
            agreement=agreed("grondprijs"), title=title, due_on=due, done_on=done
        )

    page = reader.get(STUDY)

    assert [step.state for step in page.context["steps"]] == ["done", "late", "to_come"]
    assert "te laat" in page.text


@pytest.fixture
def local(reader) -> Agreement:
    set_ = AgreementSet.objects.create(
        name="Heerlen 2027", slug="heerlen-2027", first_year=2027, last_year=2027,
        municipality=party("heerlen"), source="test",
    )  # fmt: skip
    set_.parties.add(party("weller"))
    return make_agreement(
        set=set_, slug="buurtteam", title="Een buurtteam", kind="effort",
        serves=agreed("gemengde-wijken"),
        responsible_kinds=["municipality", "corporation"],
    )  # fmt: skip


def test_a_local_agreement_leads_to_its_set_and_concerns_its_own_parties(client, local):
    client.force_login(make_clerk(party("weller")))

    page = client.get("/afspraken/buurtteam/")

    assert [each.party.slug for each in page.context["line"].standings] == ["heerlen", "weller"]
    assert 'href="/afspraken/lokaal/heerlen/2027/"' in page.text
    assert 'href="/afspraken/gemengde-wijken/"' in page.text
    regional = client.get("/afspraken/gemengde-wijken/").text
    assert "1 lokale afspraak dient deze afspraak" in regional


def test_a_local_agreement_that_is_still_being_made_is_its_parties_own(client, local):
    client.force_login(make_clerk(party("woonpunt")))

    assert client.get("/afspraken/buurtteam/").status_code == 404
    assert "Een buurtteam" not in client.get("/afspraken/gemengde-wijken/").text


ANSWER, EDIT, REMARK = "Vul in hoe het staat", "Bewerk deze afspraak", "Zet er een opmerking naast"


@pytest.mark.parametrize(
    ("who", "url", "buttons"),
    [
        ("officer", STUDY, {ANSWER}),
        ("officer", KINDS["restraint"], set()),
        ("clerk", KINDS["restraint"], {ANSWER}),
        ("clerk", STUDY, set()),
        ("reader", STUDY, set()),
        ("board", STUDY, set()),
        ("coordinator", STUDY, {ANSWER, EDIT, REMARK}),
        ("coordinator", KINDS["restraint"], {EDIT, REMARK}),
    ],
)
def test_each_role_sees_what_it_may_do(reader, client, who, url, buttons):
    make_statement(agreed("grondprijs"), party("kerkrade"), light="on")
    make_statement(agreed("verkoop-sociale-huur"), party("woonpunt"))
    client.force_login(
        {
            "officer": lambda: make_user(party("heerlen"), "reporter"),
            "clerk": lambda: make_clerk(party("weller")),
            "reader": lambda: make_user(party("heerlen"), "reader"),
            "board": make_board,
            "coordinator": make_coordinator,
        }[who]()
    )

    text = client.get(url).text

    assert {words for words in (ANSWER, EDIT, REMARK) if words in text} == buttons
    past = client.get(url, {"stand": "01-08-2026"}).text
    assert not [words for words in (ANSWER, EDIT, REMARK) if words in past]


def test_the_answer_button_leads_to_the_own_partys_answer(reader, client):
    client.force_login(make_user(party("heerlen"), "reporter"))

    where = reverse("agreements:statement", args=["grondprijs", "heerlen", 2026])

    assert f'href="{where}"' in client.get(STUDY).text


@pytest.mark.parametrize("url", KINDS.values())
def test_query_count_stays_flat(reader, url, django_assert_max_num_queries):
    reader.get(url)
    for agreement in Agreement.objects.all():
        for each in agreement.parties_on():
            for year in (2024, 2025, 2026):
                said = make_statement(agreement, each, year=year)
                Remark.objects.create(statement=said, text="Gezien.")

    with django_assert_max_num_queries(38):
        reader.get(url)
