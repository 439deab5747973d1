"""The table of rows: what counts, who sees what, filters that tell nothing they should not."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from housing import tallies
from housing.counting import Rule
from housing.models import Confirmation, CountingRule, Organisation, StockChange
from monitoring.completion_totals import totals, totals_of_rows
from monitoring.completions import counting_rows, readable, readable_tallies, setting_for
from monitoring.figures import picture
from monitoring.filters import CompletionFilter
from tests.factories import (
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_row,
    make_rules,
    make_target,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
URL = "/opleveringen/"


@pytest.fixture
def region():
    make_municipality()
    make_municipality("Landgraaf", "GM0882")
    make_rules()
    make_target()


@pytest.fixture
def weller(region):
    return make_organisation(name="Weller")


@pytest.fixture
def rival(region):
    return make_organisation(name="Wonen Zuid")


@pytest.fixture
def accepted(weller):
    """50 that count, 6 that do not, 4 sold; one of the rows with an address."""
    rows = [
        make_row(49, key="A", project="Oude school"),
        make_row(key="B", postcode="6411AB", house_number=12, bag_ids=("0917010000000012",)),
        make_row(6, key="C", project="Lindeplein", declared="mid_rent"),
        make_row(4, key="D", kind="sale_other", municipality="landgraaf"),
    ]
    return make_version(weller, rows, on="2026-01-20", accepted_on="2026-02-10")


def page(client, user=None, **query):
    client.force_login(user or make_coordinator())
    return client.get(URL, query)


def projects(shown):
    return [row.record.project and row.record.project.name for row in shown.context["table"].page]


# --- the answer --------------------------------------------------------------------------


def test_heading_answers_for_the_filter(client, accepted):
    shown = page(client, jaar=2025, gemeente="heerlen")

    assert "Heerlen, 2025: 56 woningen, waarvan er 50 meetellen" in shown.text
    assert "3 rijen uit de opgave van 1 corporatie." in shown.text


def test_what_went_stands_beside_what_came(client, accepted):
    shown = page(client, jaar=2025)

    assert "2025: 56 woningen erbij, waarvan er 50 meetellen, en 4 eraf" in shown.text
    assert "−4" in shown.text


def test_lead_names_who_has_not_reported(client, accepted, rival):
    assert "Wonen Zuid heeft over 2025 nog niets opgegeven." in page(client, jaar=2025).text
    assert "nog niets opgegeven" not in page(client).text


def test_without_any_answer_the_page_says_what_will_come(client, region):
    shown = page(client)

    assert "geen rijen die u kunt zien" in shown.text
    assert "Er is nog niets opgegeven. Dat is iets anders dan nul." in shown.text


def test_a_row_says_why_it_does_not_count(client, accepted):
    text = page(client, segment="mid_rent").text

    assert "nee" in text
    assert "middenhuur" in text


def test_page_and_dashboard_agree(client, accepted, rival):
    make_version(rival, [make_row(7, key="Z"), make_row(3, key="Y", self_contained=False)])

    shown = page(client)

    assert shown.context["table"].totals.counted == picture().region.built == 57


# --- the same rule in SQL and in Python --------------------------------------------------

RULES = [
    pytest.param(Rule(), id="the first rule"),
    pytest.param(Rule(self_contained=frozenset({"yes"})), id="unknown does not count"),
    pytest.param(Rule(excluded_dwelling_types=frozenset({"flex"})), id="no flex"),
    pytest.param(Rule(kinds=frozenset({"new_build", "sale_other"})), id="withdrawals count"),
    pytest.param(Rule(first_year=2025, last_year=2025), id="one year"),
    pytest.param(
        Rule(
            number=2,
            segments=frozenset({"mid_rent"}),
            applies_from=2025,
            earlier=Rule(segments=frozenset({"social_rent"})),
        ),
        id="an earlier rule for earlier years",
    ),
]


@pytest.mark.parametrize("rule", RULES)
def test_sql_counts_as_the_rule_does(weller, rule):
    make_municipality("Eijsden", "GM1903", party_from=date(2025, 6, 1))
    make_municipality("Onderbanken", "GM0881", party_until=date(2025, 1, 1))
    make_municipality("Nuth", "GM0951", party_until=date(2025, 12, 31))
    places = ("heerlen", "eijsden", "onderbanken", "nuth", "")
    facts = product(
        ("new_build", "sale_other"), ("social_rent", "mid_rent"), (True, None, False), places
    )
    rows = [
        make_row(2, kind=kind, declared=segment, self_contained=contained, municipality=place)
        for kind, segment, contained, place in facts
    ]
    rows += [make_row(dwelling_type="flex"), make_row(part="2.1B"), make_row(unit_kind="parking")]
    for year in (2024, 2025, 2026):
        answer = [replace(row, year=year, key=f"{year}-{i}") for i, row in enumerate(rows)]
        make_version(weller, answer, year=year)
    setting = setting_for(make_coordinator())

    found = StockChange.objects.filter(counting_rows(rule, setting.parties.values()))

    expected = {
        row.pk
        for row in StockChange.objects.select_related("submission")
        if rule.counts(setting.facts(row))
    }
    assert expected
    assert set(found.values_list("pk", flat=True)) == expected
    sums = totals_of_rows(StockChange.objects.all(), counting_rows(rule, setting.parties.values()))
    counted = StockChange.objects.filter(pk__in=expected)
    assert sums.counted == sum(row.signed for row in counted)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"jaar": "2025"},
        {"gemeente": "heerlen"},
        {"gemeente": "onbekend"},
        {"corporatie": "wonen-zuid"},
        {"segment": "social_rent"},
        {"soort": "new_build"},
        {"stand": "voorlopig"},
        {"stand": "betwist"},
    ],
)
@pytest.mark.parametrize("role", ["coordinator", "clerk", "officer", "other"])
def test_tallies_and_rows_add_up_to_the_same(accepted, weller, rival, query, role):
    """With a home claimed twice, rows that wait, a parking place, a transfer and a dispute."""
    rows = [
        make_row(key="Z", bag_ids=("0917010000000012",)),
        make_row(3, key="Y", unit_kind="parking"),
        make_row(2, key="X", kind="to_non_daeb"),
        make_row(5, key="W", part="2.1B", kind="sale_other"),
        make_row(4, key="V", municipality=""),
    ]
    make_version(rival, rows, on="2026-03-01")
    before = accepted.rows.order_by("pk").first()
    waits = make_version(rival, [make_row(7, year=2026, key="T")], year=2026, on="2026-03-02")
    waits.rows.update(previous=before)
    tallies.rebuild(timezone.now())
    place = Organisation.objects.get(slug="heerlen")
    Confirmation.objects.create(
        submission=rival.submissions.get(year=2025), municipality=place, disputes=True, reason="x"
    )
    user = {
        "coordinator": make_coordinator,
        "clerk": lambda: make_clerk(rival),
        "officer": lambda: make_user(place, "reader"),
        "other": lambda: make_clerk(make_organisation(name="Woonpunt")),
    }[role]()
    setting = setting_for(user)
    counts = counting_rows(setting.rule, setting.parties.values())

    chosen = CompletionFilter(query, readable(user), setting)
    assert chosen.is_valid()
    summed = totals(chosen.qs, chosen.filter_queryset(readable_tallies(user)), counts)

    assert summed == totals_of_rows(chosen.qs, counts)


def test_a_home_that_counts_with_another_counts_once(client, accepted, rival):
    double = make_row(key="Z", bag_ids=("0917010000000012",), project="Dubbel")
    make_version(rival, [double, make_row(2, key="Y")], on="2026-03-01")

    shown = page(client)

    assert shown.context["table"].totals.counted == picture().region.built == 52
    assert "dubbel gemeld, telt bij Weller" in shown.text


def test_who_has_the_other_claim_is_told_only_to_those_it_concerns(client, accepted, rival):
    double = make_row(key="Z", bag_ids=("0917010000000012",), project="Dubbel")
    make_version(rival, [double], on="2026-03-01", accepted_on="2026-03-02")
    stranger = make_clerk(make_organisation(name="Woonpunt"))

    assert "telt bij een andere opgave" in page(client, stranger).text
    assert "telt bij Weller" in page(client, make_clerk(rival)).text


def test_homes_moving_between_years_count_once(client, weller):
    """They count in the earlier year until the set is accepted (NUMBERS, case 2)."""
    make_version(
        weller,
        [make_row(50, year=2024, key="S", project="Schilterstraat")],
        year=2024,
        on="2025-01-10",
        accepted_on="2025-01-20",
    )
    before = StockChange.objects.get()
    later = make_version(weller, [make_row(20, key="T")], on="2026-01-10")
    later.rows.update(previous=before)
    tallies.rebuild(timezone.now())

    shown = page(client)

    assert shown.context["table"].totals.counted == 50
    assert shown.context["table"].totals.added == 70
    assert "telt in 2024 tot deze opgave is vastgesteld" in shown.text


# --- who sees what -----------------------------------------------------------------------


def test_visitors_sign_in_first(client):
    assert client.get(URL).status_code == 302


def test_submitted_rows_are_for_board_coordinator_and_the_own_municipality(client, weller):
    make_version(weller, [make_row(5, key="A", project="Nieuw")])
    officer = make_user(Organisation.objects.get(slug="heerlen"), "reader")
    elsewhere = make_user(Organisation.objects.get(slug="landgraaf"), "reader")
    other = make_clerk(make_organisation(name="Woonpunt"))

    seen = [make_board(), make_coordinator(), officer, make_clerk(weller)]
    assert [projects(page(client, user)) for user in seen] == [["Nieuw"]] * 4
    for user in (elsewhere, other):
        shown = page(client, user)
        assert "Nieuw" not in shown.text
        assert "De opgave van Weller (2025) is nog niet vastgesteld." in shown.text


def test_a_concept_is_for_nobody_here(client, weller):
    make_version(weller, [make_row(5, key="A", project="Concept")], submit=False)

    assert "Concept" not in page(client, make_clerk(weller)).text


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        (make_coordinator, "omdat u coördinator bent"),
        (make_board, "omdat u in het bestuur zit"),
        (lambda: make_clerk(Organisation.objects.get(slug="weller")), "Van Weller ziet u alles"),
        (
            lambda: make_user(Organisation.objects.get(slug="heerlen"), "reader"),
            "Rijen in Heerlen ziet u zodra zij zijn ingediend",
        ),
        (
            lambda: make_user(make_organisation(name="ROH", kind="umbrella"), "reader"),
            "U ziet rijen als zij zijn vastgesteld",
        ),
    ],
)
def test_the_page_says_what_this_reader_sees_and_why(client, accepted, role, sentence):
    assert sentence in page(client, role()).text


# --- filters -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ({"jaar": "2025"}, 4),
        ({"gemeente": "landgraaf"}, 1),
        ({"gemeente": "onbekend"}, 0),
        ({"corporatie": "weller"}, 4),
        ({"segment": "mid_rent"}, 1),
        ({"soort": "sale_other"}, 1),
        ({"stand": "vastgesteld"}, 4),
        ({"stand": "voorlopig"}, 0),
        ({"zoek": "OUDE  schóól"}, 1),
        ({"zoek": "6411 ab"}, 1),
        ({"zoek": "6411AB 12"}, 1),
        ({"zoek": "6411AB 13"}, 0),
        ({"zoek": "0917010000000012"}, 1),
        ({"zoek": "%"}, 0),
        ({"jaar": "2025", "soort": "new_build", "zoek": "linde"}, 1),
    ],
)
def test_filters_choose(client, accepted, query, rows):
    assert page(client, **query).context["table"].totals.rows == rows


def test_disputed_rows_can_be_found(client, accepted):
    place = Organisation.objects.get(slug="landgraaf")
    Confirmation.objects.create(
        submission=accepted, municipality=place, disputes=True, reason="Niet verkocht"
    )

    shown = page(client, stand="betwist")

    assert shown.context["table"].totals.rows == 1
    assert "betwist" in shown.text


@pytest.mark.parametrize("query", [{"jaar": "abc"}, {"gemeente": "x"}, {"stand": "'"}])
def test_an_unknown_choice_is_said_and_shows_nothing(client, accepted, query):
    shown = page(client, **query)

    assert shown.status_code == 200
    assert shown.context["table"].totals.rows == 0
    assert "Deze keuze kennen we niet." in shown.text


@pytest.mark.parametrize("text", ["6411AB 12", "0917010000000012", "B"])
def test_search_tells_nothing_of_addresses_that_are_not_open(client, accepted, text):
    board, other = make_board(), make_clerk(make_organisation(name="Woonpunt"))
    officer = make_user(Organisation.objects.get(slug="landgraaf"), "reader")

    for user in (board, other, officer):
        assert "6411" not in page(client, user).text
        assert None not in projects(page(client, user, zoek=text))


def test_search_finds_addresses_that_are_open(client, accepted, weller):
    officer = make_user(Organisation.objects.get(slug="heerlen"), "reader")

    for user in (make_clerk(weller), officer):
        assert page(client, user, zoek="6411AB 12").context["table"].totals.rows == 1


# --- pages and queries -------------------------------------------------------------------


@pytest.fixture
def many(weller):
    rows = [make_row(1 + i % 3, key=f"K{i}", project=f"Project {i:03}") for i in range(120)]
    make_version(weller, rows, on="2026-01-20", accepted_on="2026-02-10")


def test_pages_of_fifty_hold_each_row_once(client, many):
    user = make_coordinator()
    seen = [projects(page(client, user, volgorde="homes", bladzijde=n)) for n in (1, 2, 3)]

    assert [len(names) for names in seen] == [50, 50, 20]
    assert len({name for names in seen for name in names}) == 120


@pytest.mark.parametrize("number", ["0", "-1", "999999999999", "x", "²", ""])
def test_an_odd_page_number_shows_a_page(client, many, number):
    assert page(client, bladzijde=number, per_page="100000").context["table"].page.number in (1, 3)


@pytest.mark.parametrize("order", ["-when", "corporation", "-homes", "project", "rent", "'"])
def test_orders_and_nonsense(client, many, order):
    assert len(projects(page(client, volgorde=order))) == 50


def test_project_order_starts_at_the_first(client, many):
    assert projects(page(client, volgorde="project"))[0] == "Project 000"
    assert projects(page(client, volgorde="-project"))[0] == "Project 119"


def test_query_count_stays_flat(client, many, django_assert_max_num_queries):
    client.force_login(make_clerk(Organisation.objects.get(slug="weller")))

    with django_assert_max_num_queries(22):
        client.get(URL, {"jaar": 2025, "gemeente": "heerlen"})


def test_links_to_the_export_keep_filter_and_order(client, accepted):
    shown = page(client, jaar=2025, volgorde="-homes", bladzijde=1)

    url = reverse("monitoring:completions_export", args=["csv"])
    assert f"{url}?jaar=2025&amp;volgorde=-homes" in shown.text


def test_names_are_text(client, weller):
    make_version(weller, [make_row(5, key="A", project="<b>x</b>")])

    assert "<b>x</b>" not in page(client).text


def test_a_rule_that_changes_changes_the_page(client, accepted):
    CountingRule.objects.create(
        number=2, text="Ook middenhuur", kinds=["new_build"],
        segments=["social_rent", "mid_rent"], first_year=2024, last_year=2028,
    )  # fmt: skip

    assert "56 woningen, die allemaal meetellen" in page(client, gemeente="heerlen").text
