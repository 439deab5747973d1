"""What a round asks of whom: chosen by the coordinator, never over what somebody began."""

import pytest
from django.urls import reverse

from housing import rounds
from housing.asking import AskingError, ask, choices_of
from housing.models import Organisation, Part, Round
from tests.factories import (
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_version,
)

pytestmark = pytest.mark.django_db
Kind = Organisation.Kind


@pytest.fixture
def round_():
    make_rules()
    make_organisation(name="Weller")
    make_municipality()
    found = make_round(2026)
    rounds.add_parts(found)
    return found


def keys(round_: Round) -> set[str]:
    return {each.key for group in choices_of(round_).values() for each in group if each.asked}


def parts(round_: Round) -> set[tuple[str, str]]:
    return set(round_.parts.values_list("organisation__kind", "kind"))


def test_a_round_asks_everything_until_chosen_otherwise(round_):
    assert keys(round_) == {
        "corporation:completions", "corporation:statements", "municipality:confirmations",
        "municipality:own_figures", "municipality:statements", "tenants:statements",
        "city_region:statements",
    }  # fmt: skip


def test_what_is_left_out_is_nobodys_part(round_):
    ask(round_, {"corporation:completions"})

    assert parts(round_) == {(Kind.CORPORATION, Part.Kind.COMPLETIONS)}
    round_.refresh_from_db()
    assert not round_.asks(Kind.MUNICIPALITY, Part.Kind.OWN_FIGURES)


def test_what_is_asked_again_comes_back(round_):
    before = parts(round_)
    all_ = keys(round_)
    ask(round_, {"corporation:completions"})

    ask(round_, all_)

    assert parts(round_) == before


def test_what_was_entered_before_it_was_asked_counts_at_once(round_):
    all_ = keys(round_)
    ask(round_, {"municipality:own_figures"})
    party = Organisation.objects.get(name="Weller")
    make_version(party, [make_row(year=2026)], on="2026-02-02", year=2026, accepted_on="2026-02-03")

    ask(round_, all_)

    part = round_.parts.get(organisation=party, kind=Part.Kind.COMPLETIONS)
    assert part.state == Part.State.ACCEPTED


def test_what_somebody_began_stays(round_):
    begun = round_.parts.get(kind=Part.Kind.OWN_FIGURES)
    begun.state = Part.State.DRAFT
    begun.save()

    with pytest.raises(AskingError) as told:
        ask(round_, {"corporation:completions"})

    assert f"{begun.organisation} is begonnen" in str(told.value)
    assert round_.parts.filter(pk=begun.pk).exists()
    round_.refresh_from_db()
    assert round_.leaves_out == []


def test_a_round_asks_something(round_):
    with pytest.raises(AskingError, match="minstens één ding"):
        ask(round_, set())


def test_a_new_round_over_half_a_year_leaves_the_same_out(round_):
    """Statements come from the rounds that have them, not from the one before only."""
    tenants = make_organisation(name="Huurders", kind=Kind.TENANTS)
    round_.parts.create(
        organisation=tenants, kind=Part.Kind.STATEMENTS, url_name="agreements:party_statements"
    )
    half = make_round(2027)
    ask(half, {"corporation:completions"})
    later = rounds.open_new(Round(year=2028, name="Ronde 2028", period_from="2028-01-01",
                                  period_until="2028-12-31"))  # fmt: skip

    assert (Kind.TENANTS, Part.Kind.STATEMENTS) in parts(later)


def test_the_page_keeps_what_was_chosen(client, round_):
    client.force_login(make_coordinator())
    address = reverse("housing:round_asks", args=[round_.pk])

    assert "Wat vraagt Ronde 2026 van wie?" in client.get(address).text
    answer = client.post(address, {"vraagt": ["corporation:completions"]}, follow=True)

    assert "Bewaard wat Ronde 2026 vraagt." in answer.text
    assert parts(round_) == {(Kind.CORPORATION, Part.Kind.COMPLETIONS)}


def test_a_refusal_says_why_and_keeps_the_choice(client, round_):
    client.force_login(make_coordinator())
    round_.parts.filter(kind=Part.Kind.OWN_FIGURES).update(state=Part.State.DRAFT)

    answer = client.post(
        reverse("housing:round_asks", args=[round_.pk]), {"vraagt": ["corporation:completions"]}
    )

    assert answer.status_code == 400
    assert "kan niet meer weg" in answer.text
    assert 'value="municipality:own_figures" id' in answer.text
    assert answer.text.count(" checked") == 1


def test_only_the_coordinator_chooses(client, round_):
    client.force_login(make_clerk(Organisation.objects.get(name="Weller")))

    assert client.get(reverse("housing:round_asks", args=[round_.pk])).status_code == 403


def test_a_few_queries(client, round_, django_assert_max_num_queries):
    client.force_login(make_coordinator())
    with django_assert_max_num_queries(12):
        client.get(reverse("housing:round_asks", args=[round_.pk]))
