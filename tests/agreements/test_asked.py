"""What was agreed beside a municipality's own figures: which numbers, and when a word is asked."""

from datetime import date

import pytest
import time_machine

from agreements.asked import asked_of
from agreements.models import Agreement, Deviation
from agreements.targets import Decision, Number, revise
from housing.confirmations import rows_of
from housing.models import Part
from housing.municipal import concept_of
from housing.municipal_fields import FIELDS, NOTHING
from tests.factories import (
    at,
    make_agreement,
    make_clerk,
    make_local_set,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_target,
    make_version,
)

pytestmark = pytest.mark.django_db
URL = "/invoer/heerlen/2026/"
MID, STARTED = "klaar-mid-rent", "begonnen"
AUTOSAVE = {"HTTP_X_AUTOSAVE": "1"}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(at("2027-02-15"), tick=False):
        yield


@pytest.fixture
def heerlen():
    make_rules()
    return make_municipality()


@pytest.fixture
def round_(heerlen):
    found = make_round(2026, opens_on=date(2027, 1, 4), closes_on=date(2027, 3, 1))
    Part.objects.create(round=found, organisation=heerlen, kind="own_figures", url_name="x")
    return found


@pytest.fixture
def agreement():
    return make_agreement(number="2", slug="middenhuur")


@pytest.fixture
def target(agreement, heerlen):
    """40 homes of middenhuur in Heerlen in 2026."""
    return make_target(
        {2026: 40}, agreement=agreement, scope="heerlen", municipality=heerlen,
        segment="mid_rent", total=40,
    )  # fmt: skip


@pytest.fixture
def officer(heerlen, client):
    found = make_clerk(heerlen)
    client.force_login(found)
    return found


def asked(heerlen, round_):
    return asked_of(heerlen, round_, rows_of(heerlen, round_.year))


def posted(**values):
    found = {"part": "cijfers"}
    for field in FIELDS:
        found[f"{field.key}-was"] = NOTHING.token
    return found | {name.replace("__", "-").replace("_", "-"): v for name, v in values.items()}


# --- which numbers ------------------------------------------------------------------------


def test_a_number_of_the_municipality_is_asked_of_its_own_figure(heerlen, round_, target):
    [found] = asked(heerlen, round_)[MID]

    assert (found.homes, found.others) == (40, 0)
    assert found.text(18) == "18 is minder dan de 40 van afspraak 2 voor 2026"
    assert [found.is_missed(n) for n in (None, 0, 39, 40, 41)] == [False, True, True, False, False]


def test_homes_of_corporations_are_laid_beside_hers_and_named(heerlen, round_, target):
    weller, away = make_organisation(name="Weller"), make_municipality("Kerkrade", "GM0928")
    rows = [
        make_row(6, declared="mid_rent", year=2026),
        make_row(9, year=2026),
        make_row(3, kind="purchase", declared="mid_rent", year=2026),
        make_row(7, declared="mid_rent", municipality=away.slug, year=2026),
    ]
    make_version(weller, rows, year=2026, on="2027-01-20", round=round_)

    [found] = asked(heerlen, round_)[MID]

    assert found.others == 6
    assert found.text(33) == (
        "33 is minder dan de 40 van afspraak 2 voor 2026, ook met de 6 die de corporaties opgaven"
    )
    assert not found.is_missed(34)


def test_who_has_not_reported_yet_is_named(heerlen, target, round_):
    weller = make_organisation(name="Weller")
    make_version(weller, [make_row(6, year=2025)], on="2026-01-20", accepted_on="2026-02-01")

    [found] = asked(heerlen, round_)[MID]

    assert found.text(18).endswith("voor 2026. Weller moet nog opgeven")


@pytest.mark.parametrize(
    ("changes", "years"),
    [
        ({"segment": "social_rent"}, {2026: 40}),
        ({"segment": "unknown"}, {2026: 40}),
        ({"basis": "start"}, {2026: 40}),
        ({"municipality": None}, {2026: 40}),
        ({"corporation": "weller"}, {2026: 40}),
        ({"municipality": "kerkrade"}, {2026: 40}),
        ({}, {2027: 40}),
    ],
)
def test_what_says_nothing_of_one_figure_of_hers_is_not_asked(
    heerlen, round_, agreement, changes, years
):
    parties = {
        "weller": make_organisation(name="Weller"),
        "kerkrade": make_municipality("Kerkrade", "GM0928"),
    }
    changes = {name: parties.get(value, value) for name, value in changes.items()}
    fields = {"municipality": heerlen, "segment": "mid_rent", "total": 40, **changes}
    make_target(years, agreement=agreement, scope="heerlen", **fields)

    assert asked(heerlen, round_) == {}


def test_no_number_is_asked_of_a_restraint(heerlen, round_):
    restraint = make_agreement(kind=Agreement.Kind.RESTRAINT)
    make_target(
        {2026: 40}, agreement=restraint, scope="heerlen", municipality=heerlen, segment="mid_rent"
    )

    assert asked(heerlen, round_) == {}


def test_what_was_begun_is_laid_beside_a_number_of_all_segments(heerlen, round_, agreement):
    make_target(
        {2026: 200}, agreement=agreement, scope="heerlen", municipality=heerlen,
        segment="unknown", basis="start",
    )  # fmt: skip

    assert asked(heerlen, round_)[STARTED][0].homes == 200


def test_the_newest_version_counts_and_an_accepted_deviation_lowers_it(
    heerlen, round_, agreement, target
):
    revise(
        agreement, Number({2026: 60}, 60, "mid_rent"), Decision("Meer"), by=None, seen=target.pk,
        scope="heerlen", municipality=heerlen,
    )  # fmt: skip
    assert asked(heerlen, round_)[MID][0].homes == 60

    Deviation.objects.create(
        agreement=agreement, organisation=heerlen, year=2026, homes=25, reason="Stroom",
        starts_on=date(2027, 1, 1), ends_on=date(2027, 6, 1),
    )  # fmt: skip
    assert asked(heerlen, round_)[MID][0].homes == 25
    Deviation.objects.update(ends_on=date(2027, 2, 1))
    assert asked(heerlen, round_)[MID][0].homes == 60


def test_half_a_year_is_not_asked_for_a_whole_one(heerlen, round_, target):
    round_.period_until = date(2026, 6, 30)

    assert asked(heerlen, round_) == {}


def test_a_local_set_asks_once_all_signed(heerlen, round_):
    local = make_local_set(heerlen, 2026)
    promise = make_agreement(number="1", slug="lokaal-1", set=local)
    make_target(
        {2026: 30}, agreement=promise, scope="heerlen", municipality=heerlen, segment="mid_rent"
    )
    local.signed_on = None
    local.save()
    assert asked(heerlen, round_) == {}

    local.signed_on = date(2025, 12, 1)
    local.save()
    assert "lokale afspraak 1" in asked(heerlen, round_)[MID][0].text(3)


# --- in the entry -------------------------------------------------------------------------


def test_below_what_was_agreed_a_word_is_asked_as_she_types(client, officer, round_, target):
    answer = client.post(URL, posted(klaar_mid_rent_number="18"), **AUTOSAVE).json()

    assert answer["opens"] == [f"meer-{MID}"]
    question = "18 is minder dan de 40 van afspraak 2 voor 2026"
    assert answer["texts"][f"vraag-{MID}"] == question
    text = client.get(URL).text
    assert f"{question}. Hoe komt dat?" in text
    assert f"{question}: schrijf hoe dat komt." in text
    assert "1 toelichting nodig" in text
    assert Part.objects.get().done == 0


def test_with_a_word_it_is_answered(client, officer, round_, target):
    client.post(
        URL, posted(klaar_mid_rent_number="18", klaar_mid_rent_note="De rest komt in 2027.")
    )

    assert "1 van 12 ingevuld" in client.get(URL).text
    assert Part.objects.get().done == 1


@pytest.mark.parametrize("value", ["40", "55", None])
def test_reached_or_not_known_asks_nothing(client, officer, round_, target, value):
    known = {"klaar_mid_rent_number": value} if value else {"klaar_mid_rent_unknown": "on"}

    answer = client.post(URL, posted(**known), **AUTOSAVE).json()

    assert answer["opens"] == []
    assert answer["texts"]["stand-deel2"] == "1 van 12 ingevuld"


def test_a_paste_asks_the_same_word(client, officer, round_, target, heerlen):
    cells = "Middenhuur\t18\nBetaalbare koop\t3"
    text = client.post(f"{URL}plakken/", {"part": "lezen", "cells": cells}).text
    assert "18 is minder dan de 40 van afspraak 2 voor 2026. Hoe komt dat?" in text
    assert f'<textarea name="{MID}-note"' in text
    assert '<textarea name="klaar-affordable-sale-note"' not in text

    kept = {
        "part": "bewaren", "veld": [MID], f"{MID}-number": "18", f"{MID}-was": NOTHING.token,
        f"{MID}-note": "",
    }  # fmt: skip
    text = client.post(f"{URL}plakken/", kept, follow=True).text

    assert "Schrijf nog een toelichting bij: Middenhuur." in text


def test_a_paste_leaves_the_note_that_was_written(client, officer, round_, target, heerlen):
    client.post(URL, posted(klaar_mid_rent_number="18", klaar_mid_rent_note="Volgend jaar."))

    cells = "Middenhuur\t19"
    text = client.post(f"{URL}plakken/", {"part": "lezen", "cells": cells}).text

    assert "Volgend jaar.</textarea>" in text
    assert concept_of(heerlen, 2026, round_, officer).figures.get().homes == 18
