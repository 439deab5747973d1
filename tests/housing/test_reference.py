"""What `load_reference` lays down: the true, sourced facts, and nothing twice."""

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.management import call_command

from agreements.models import Agreement, AgreementSet, Target, Theme, Vision
from housing.models import (
    CountingRule,
    FormerName,
    Organisation,
    Part,
    PriceLimit,
    ProjectPlan,
    Representation,
    Round,
    SegmentTable,
)
from tests.factories import make_row, make_version

SIGNED = datetime(2024, 5, 31, tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.fixture
def loaded(db):
    call_command("load_reference", verbosity=0)


def everything():
    """Every row of the reference models, as stored."""
    models = (
        *apps.get_app_config("housing").get_models(),
        *apps.get_app_config("agreements").get_models(),
    )
    return {model: sorted(model._default_manager.values_list(), key=str) for model in models}


@pytest.mark.django_db
def test_loading_twice_changes_nothing(capsys):
    call_command("load_reference")
    before = everything()
    capsys.readouterr()

    call_command("load_reference")

    assert everything() == before
    assert "Organisation: 0 added, 0 changed, 33 the same" in capsys.readouterr().out


def test_seven_municipalities_have_their_cbs_codes(loaded):
    codes = Organisation.objects.municipalities().values_list("name", "cbs_code")

    assert dict(codes) == {
        "Beekdaelen": "GM1954",
        "Brunssum": "GM0899",
        "Heerlen": "GM0917",
        "Kerkrade": "GM0928",
        "Landgraaf": "GM0882",
        "Simpelveld": "GM0965",
        "Voerendaal": "GM0986",
    }


def test_nine_corporations_say_that_nine_is_inferred(loaded):
    corporations = Organisation.objects.corporations()

    assert len(corporations) == 9
    assert all("is afgeleid" in party.note for party in corporations)


def test_l_numbers_are_of_todays_names_and_not_from_the_register(loaded):
    numbered = Organisation.objects.exclude(l_number="")

    assert {party.slug: party.l_number for party in numbered} == {
        "heemwonen": "L0228",
        "weller": "L0225",
        "wonen-limburg": "L1697",
        "wonen-zuid": "L0081",
        "woonpunt": "L0571",
        "zowonen": "L0269",
    }
    assert all("niet uit het register" in party.note for party in numbered)


def test_former_codes_of_beekdaelen_are_marked_unverified(loaded):
    former = FormerName.objects.filter(organisation__slug="beekdaelen")

    assert {name.code for name in former} == {"0881", "0951", "0962"}
    assert all("niet geverifieerd" in name.source for name in former)


def test_tenants_are_tied_to_a_corporation_only_with_evidence(loaded):
    ties = Representation.objects.values_list("tenants__slug", "corporation__slug")

    assert dict(ties) == {
        "huurdersbelangen-vincio-wonen": "vincio-wonen",
        "huurdersbelangenvereniging-voerendaal": "vanhier-wonen",
        "op-het-zuiden": "wonen-zuid",
    }
    assert not Representation.objects.filter(evidence="").exists()


def test_every_row_names_its_source_in_words(loaded):
    sourced = (
        Organisation,
        FormerName,
        Representation,
        PriceLimit,
        SegmentTable,
        CountingRule,
        ProjectPlan,
        Vision,
        Theme,
        AgreementSet,
        Agreement,
        Target,
    )
    for model in sourced:
        sources = set(model._default_manager.values_list("source", flat=True))
        assert sources, model
        assert all(len(source) > 8 and "[" not in source for source in sources), model


def test_the_one_target_is_1350_with_270_a_year_and_no_split(loaded):
    target = Target.objects.get()

    assert (target.total, target.scope, target.known_from) == (1350, "regio", SIGNED)
    assert dict(target.years.values_list("year", "homes")) == dict.fromkeys(range(2024, 2029), 270)


def test_agreements_have_all_four_kinds(loaded):
    kinds = Agreement.objects.values_list("number", "kind")

    assert dict(kinds) == {
        "1": "target",
        "2": "effort",
        "3": "study",
        "4": "study",
        "5": "study",
        "6": "restraint",
        "7": "effort",
        "8": "effort",
        "9": "effort",
        "10": "effort",
    }


def test_vision_has_7500_homes_and_six_themes(loaded):
    vision = Vision.objects.get()

    assert (vision.homes, vision.homes_from, vision.homes_until) == (7500, 2022, 2032)
    assert vision.themes.count() == 6


def test_unverified_price_limits_are_absent(loaded):
    limits = PriceLimit.objects.values_list("year", "limit", "amount")

    assert set(limits) == {
        (2024, "daeb_rent", Decimal("879.66")),
        (2025, "daeb_rent", Decimal("900.07")),
        (2026, "daeb_rent", Decimal("932.93")),
        (2026, "mid_rent", Decimal("1228.07")),
        (2026, "affordable_sale", Decimal("420000.00")),
    }


def test_rules_are_proposals_known_since_the_signing(loaded):
    for rule in (CountingRule.objects.get(), SegmentTable.objects.get()):
        assert rule.is_proposal
        assert rule.known_from == SIGNED


def test_rounds_have_no_days_and_ask_corporations_and_municipalities(loaded):
    rounds = Round.objects.order_by("year")

    assert [round_.year for round_ in rounds] == [2024, 2025, 2026, 2027, 2028]
    assert all(round_.opens_on is None and round_.closes_on is None for round_ in rounds)
    asked = [Counter(round_.parts.values_list("kind", flat=True)) for round_ in rounds]
    assert all(kinds["completions"] == 9 for kinds in asked)
    assert all(kinds["own_figures"] == kinds["confirmations"] == 7 for kinds in asked)


def test_what_people_set_stays(loaded):
    Round.objects.filter(year=2026).update(closes_on=date(2027, 3, 1), name="Voorjaarsronde")
    CountingRule.objects.update(decided_on=date(2026, 9, 1), decision="Bestuur")
    Part.objects.filter(round__year=2025, kind="completions").update(state=Part.State.ACCEPTED)

    call_command("load_reference", verbosity=0)

    assert Round.objects.get(year=2026).closes_on == date(2027, 3, 1)
    assert Round.objects.get(year=2026).name == "Voorjaarsronde"
    assert CountingRule.objects.get().decision == "Bestuur"
    assert Part.objects.filter(state=Part.State.ACCEPTED).count() == 9


def test_a_limit_that_arrives_moves_homes_already_stored(loaded):
    PriceLimit.objects.filter(year=2025).delete()
    version = make_version(
        Organisation.objects.get(slug="weller"), [make_row(rent=Decimal("950.00"))], year=2025
    )
    assert version.rows.get().segment == "social_rent"

    call_command("load_reference", verbosity=0)

    assert version.rows.get().segment == "social_above_limit"
