"""The table of agreements: who stands how, what it answers, what it can be narrowed to."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from agreements.models import Agreement, AgreementSet
from housing.models import Organisation
from tests.factories import (
    SIGNED,
    at,
    make_agreement,
    make_municipality,
    make_organisation,
    make_row,
    make_rules,
    make_statement,
    make_target,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
TABLE = "/afspraken/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def reader(client):
    call_command("load_reference", verbosity=0)
    client.force_login(make_user(Organisation.objects.get(slug="roh-parkstad"), "reader"))
    return client


def party(slug: str) -> Organisation:
    return Organisation.objects.get(slug=slug)


def agreed(slug: str) -> Agreement:
    return Agreement.objects.get(slug=slug)


def lights(page, slug: str) -> dict[str, str]:
    line = next(line for line in page.context["board"].lines if line.agreement.slug == slug)
    return {each.party.slug: each.light for each in line.standings}


@pytest.mark.parametrize("url", [TABLE, "/afspraken/sociale-huurwoningen/"])
def test_visitors_sign_in_first(client, url):
    page = client.get(url)

    assert page.status_code == 302
    assert page.url.startswith("/inloggen/")


def test_it_only_answers_reading(reader):
    assert reader.post(TABLE).status_code == 405


def test_before_anybody_said_anything_nothing_is_judged(reader):
    page = reader.get(TABLE)

    count = Agreement.objects.count()
    assert f"<h1>Bij geen van de {count} afspraken is al te zeggen" in page.text
    assert set(lights(page, "grondprijs").values()) == {"missing"}
    assert len(lights(page, "grondprijs")) == 8
    assert set(lights(page, "sociale-huurwoningen").values()) == {"none"}
    assert "8 niet opgegeven" not in page.text  # seven municipalities, and the Stadsregio apart
    assert "7 niet opgegeven" in page.text


def test_a_cell_counts_parties_the_worst_first_and_the_agreement_has_no_colour(reader):
    for slug, light in (("heerlen", "on"), ("kerkrade", "behind"), ("landgraaf", "on")):
        make_statement(agreed("grondprijs"), party(slug), light=light)

    text = reader.get(TABLE).text

    cell = text.partition("afspraken/grondprijs/")[2].partition("</td>")[0]
    assert cell.index("1 achter") < cell.index("2 op schema") < cell.index("4 niet opgegeven")
    assert "bij 1 liggen partijen achter</h1>" in text


def test_all_who_answered_on_schedule_is_said(reader):
    make_statement(agreed("grondprijs"), party("heerlen"), light="on")

    assert "<h1>Bij 1 van de" in reader.get(TABLE).text


def test_a_new_round_makes_older_words_no_longer_count(reader):
    make_statement(agreed("grondprijs"), party("heerlen"), year=2025, light="on")
    make_statement(agreed("grondprijs"), party("kerkrade"), year=2026, light="watch")

    found = lights(reader.get(TABLE), "grondprijs")

    assert (found["heerlen"], found["kerkrade"]) == ("missing", "watch")


def test_a_concept_is_nobody_elses(reader):
    make_statement(agreed("grondprijs"), party("heerlen"), light="behind", submitted_at=None)

    assert lights(reader.get(TABLE), "grondprijs")["heerlen"] == "missing"


def test_stand_op_shows_what_was_said_by_then(reader):
    grondprijs = agreed("grondprijs")
    make_statement(
        grondprijs, party("heerlen"), year=2025, light="on", submitted_at=at("2026-02-01")
    )
    make_statement(
        grondprijs, party("heerlen"), year=2026, light="behind", submitted_at=at("2026-11-01")
    )

    then = reader.get(TABLE, {"stand": "01-03-2026"})
    assert lights(then, "grondprijs")["heerlen"] == "on"
    assert "U kijkt naar de stand op" in then.text
    assert lights(reader.get(TABLE), "grondprijs")["heerlen"] == "behind"
    before = reader.get(TABLE, {"stand": "01-01-2024"})
    assert "Er staan nog geen afspraken" in before.text
    assert "Op 1 januari 2024 waren ze er nog niet" in before.text


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ({"partij": "weller"}, "Weller is aan zet bij 5 van de "),
        ({"partij": "weller", "soort": "effort"}, "Weller is aan zet bij 3 van de "),
        ({"partij": "heerlen", "licht": "achter"}, "Heerlen is aan zet bij 1 van de "),
        ({"licht": "achter"}, "Bij 1 van de "),
        ({"licht": "op-schema"}, "Bij geen van de "),
        ({"soort": "study"}, "3 van de "),
        ({"partij": "onzin", "soort": "onzin", "licht": "onzin"}, "Bij geen van de "),
    ],
)
def test_the_table_can_be_narrowed(reader, query, heading):
    make_statement(agreed("grondprijs"), party("heerlen"), light="behind")

    assert f"<h1>{heading}" in reader.get(TABLE, query).text


def test_themes_are_row_groups_and_ten_comes_after_nine(reader):
    page = reader.get(TABLE)

    assert [theme.slug for theme, _ in page.context["themes"]] == [
        "bouwopgave",
        "betaalbaarheid",
        "leefbaarheid",
    ]
    numbers = [line.agreement.number for line in page.context["board"].lines]
    assert numbers == sorted(numbers, key=int)
    assert "Wie aan zet is, staat niet in de openbare tekst" in page.text


def test_the_thresholds_are_shown_as_a_proposal(reader):
    text = reader.get(TABLE).text

    assert "op schema vanaf 100%, let op vanaf 90%, daaronder achter" in text
    assert "let op tot en met 110%" in text
    assert "voorstel, nog niet vastgesteld" in text


def test_registers_local_sets_and_vision_are_one_click_away(reader):
    text = reader.get(TABLE).text

    for name in ("plans", "paths", "areas", "aid", "funds", "local"):
        assert f'href="{reverse(f"agreements:{name}")}"' in text
    for name in ("sales", "mixed", "vision"):
        assert f'href="{reverse(f"monitoring:{name}")}"' in text


def test_without_agreements_it_says_what_will_stand_here(client):
    client.force_login(make_user())

    text = client.get(TABLE).text

    assert "Er staan nog geen afspraken in het portaal" in text
    assert "De beheerder laadt" in text


def test_a_target_per_corporation_is_judged_over_closed_years(client):
    make_rules()
    make_municipality()
    weller, woonpunt = make_organisation(name="Weller"), make_organisation(name="Woonpunt")
    target = make_agreement(parties=[weller, woonpunt], responsible_kinds=["corporation"])
    make_target({2024: 100, 2025: 100}, agreement=target)
    for corporation, homes in ((weller, 90), (woonpunt, 89)):
        make_target({2024: 100}, agreement=target, scope=corporation.slug, corporation=corporation)
        make_version(
            corporation, [make_row(homes, year=2024)], year=2024, on="2025-01-20",
            accepted_on="2025-02-01",
        )  # fmt: skip
    client.force_login(make_user())

    page = client.get(TABLE)

    assert lights(page, target.slug) == {"weller": "watch", "woonpunt": "behind"}


def restrained(signal: int | None) -> Agreement:
    make_rules()
    make_municipality()
    weller = make_organisation(name="Weller")
    restraint = make_agreement(
        kind="restraint", slug="terughoudend", parties=[weller], responsible_kinds=["corporation"]
    )
    make_version(
        weller,
        [make_row(11, kind="sale_occupant", year=2025, branch="daeb")],
        on="2026-01-20",
        accepted_on="2026-02-01",
        said=frozenset(("additions", "demolition", "other_withdrawals")),
    )
    if signal is not None:
        make_target(
            {2025: signal}, agreement=restraint, total=None, scope="weller", corporation=weller
        )
    return restraint


@pytest.mark.parametrize(
    ("signal", "light"), [(11, "on"), (10, "watch"), (9, "behind"), (None, "none")]
)
def test_a_restraint_is_judged_against_its_signal_value(client, signal, light):
    restrained(signal)
    client.force_login(make_user())

    assert lights(client.get(TABLE), "terughoudend") == {"weller": light}


def test_a_signal_value_is_no_target_of_the_region(client):
    restrained(9)
    client.force_login(make_user())

    assert "11 verkocht" not in client.get(reverse("monitoring:dashboard")).text
    assert client.get(reverse("monitoring:dashboard")).context["picture"].targets == {}


def test_after_a_merger_the_successor_is_aan_zet(client):
    make_rules()
    old, new = make_organisation(name="Oud"), make_organisation(name="Nieuw")
    old.party_until, old.successor = date(2026, 7, 1), new
    old.save()
    make_agreement(
        kind="effort",
        slug="samen",
        parties=[old],
        responsible_kinds=["corporation"],
        known_from=SIGNED,
    )
    client.force_login(make_user())

    assert set(lights(client.get(TABLE), "samen")) == {"nieuw"}
    assert set(lights(client.get(TABLE, {"stand": "01-06-2026"}), "samen")) == {"oud"}


def test_local_agreements_are_not_in_the_regional_table(reader):
    set_ = AgreementSet.objects.create(
        name="Heerlen 2026", slug="heerlen-2026", first_year=2026, last_year=2026,
        municipality=party("heerlen"), signed_on=date(2025, 12, 10), source="test",
    )  # fmt: skip
    make_agreement(set=set_, slug="lokaal", title="Buurtteam", kind="effort")

    text = reader.get(TABLE).text

    assert "Buurtteam" not in text
    assert "Heerlen 2026" in text


def rows(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_the_export_says_what_the_page_says(reader):
    make_statement(
        agreed("grondprijs"), party("heerlen"), light="behind", cause="grid", is_demo=True
    )

    response = reader.get("/afspraken/export/csv/", {"partij": "heerlen", "licht": "achter"})

    found = rows(response)
    assert found[0][0] == "Voorbeeldcijfers, verzonnen"
    assert "voorbeeldcijfers" in response["Content-Disposition"]
    assert ["Filter", "partij Heerlen, licht achter"] in found
    heerlen = next(row for row in found if "Heerlen" in row)
    assert heerlen[1:] == [
        "3", agreed("grondprijs").title, "onderzoek", "gemeenten", "Heerlen", "achter",
        "de partij zelf", "loopt", "Ronde 2026", "netcongestie", "", "", "",
    ]  # fmt: skip
    assert not any("Weller" in row for row in found)
    assert ["3", agreed("grondprijs").title, "stadsregio", "1 niet opgegeven"] in found


def test_the_export_of_a_past_day_knows_nothing_later(reader):
    make_statement(agreed("grondprijs"), party("heerlen"), light="behind")

    found = rows(reader.get("/afspraken/export/csv/", {"stand": "01-03-2026"}))

    assert ["Stand op", "1 maart 2026"] in found
    assert not any("achter" in row for row in found)


def test_the_workbook_opens(reader):
    response = reader.get("/afspraken/export/xlsx/")

    assert b"".join(response.streaming_content)[:2] == b"PK"
    assert reader.get("/afspraken/export/pdf/").status_code == 404


@pytest.mark.parametrize("url", [TABLE, "/afspraken/export/csv/"])
def test_query_count_stays_flat(reader, url, django_assert_max_num_queries):
    reader.get(url)
    for agreement in Agreement.objects.all():
        for each in agreement.parties_on():
            for year in (2024, 2025, 2026):
                make_statement(agreement, each, year=year, light="on")

    with django_assert_max_num_queries(32):
        response = reader.get(url)
        if response.streaming:
            b"".join(response.streaming_content)
