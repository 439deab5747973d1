"""A number that changes, its shares, signal values and deviations (NUMBERS 2 and 9, case 9)."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from agreements import targets
from agreements.models import Agreement, AgreementSet, Deviation, Target
from agreements.targets import Decision, Number, TargetError
from monitoring.agreed import agreed_at
from monitoring.allocation import allocation_of
from monitoring.figures import picture
from tests.factories import (
    at,
    make_agreement,
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
WHY = Decision("Meer nodig", date(2026, 11, 12), "Bestuurscommissie")
REVISED = {2024: 270, 2025: 270, 2026: 270, 2027: 330, 2028: 330}


@pytest.fixture(autouse=True)
def on_the_second_of_december():
    with time_machine.travel(at("2026-12-02"), tick=False):
        yield


@pytest.fixture
def agreement():
    make_rules()
    found = make_agreement(slug="sociale-huurwoningen", responsible_kinds=["corporation"])
    make_target(agreement=found, decided_on=date(2024, 5, 31))
    return found


def filled(agreement, **fields):
    """What the coordinator posts: case 9, unless said otherwise."""
    newest = targets.whole_of(agreement)
    return {
        "total": "1350",
        **{f"homes_{year}": str(homes) for year, homes in REVISED.items()},
        "segment": "social_rent",
        "basis": "completion",
        "is_joint": "True",
        "decided_on": "12-11-2026",
        "decision": "Bestuurscommissie, besluit 14",
        "reason": "Meer woningen nodig in 2027 en 2028",
        "seen": str(newest.pk if newest else 0),
        **fields,
    }


def revise(client, agreement, **fields):
    client.force_login(make_coordinator())
    return client.post(
        reverse("agreements:target", args=[agreement.slug]), filled(agreement, **fields)
    )


# --- case 9 ------------------------------------------------------------------------------


def test_case_9_a_target_revised(client, agreement):
    answer = revise(client, agreement)

    assert answer.status_code == 302
    before, now = picture(date(2026, 11, 20)), picture()
    assert before.region.year(2027).target == 270
    assert before.revisions == {}
    assert now.region.year(2027).target == 330
    assert now.region.agreed_in_years == 1470
    assert now.region.goal == 1350
    revision = now.revisions["regio"]
    assert revision.earlier[2027] == 270
    assert revision.notes == {2027: "besluit 12 november", 2028: "besluit 12 november"}
    assert Target.objects.filter(agreement=agreement).count() == 2


def test_both_lines_are_on_the_chart_and_the_sum_is_explained(client, agreement):
    weller = make_organisation(name="Weller")
    make_municipality()
    make_version(weller, [make_row(24)], on="2026-01-20")
    revise(client, agreement)

    shown = client.get(reverse("monitoring:dashboard")).text

    assert "330, besluit 12 november" in shown
    assert "270 eerder" in shown
    assert "De jaren zijn samen 1.470, het totaal is 1.350." in shown
    assert "Meer woningen nodig in 2027 en 2028" in shown
    past = client.get(reverse("monitoring:dashboard"), {"stand": "20-11-2026"}).text
    assert "eerder</text>" not in past


def test_both_targets_are_in_the_export(client, agreement):
    revise(client, agreement)

    answer = client.get(reverse("monitoring:figures_export", args=["csv"]))

    text = b"".join(answer.streaming_content).decode()
    line = next(each for each in text.splitlines() if each.startswith("2027;"))
    assert line.startswith("2027;330;")
    assert line.endswith(";270;besluit 12 november 2026, Bestuurscommissie, besluit 14")
    assert "Eerder afgesproken;Besluit" in text
    assert "Afgesproken in alle jaren samen;1470" in text


def test_message_says_why_years_and_total_differ(client, agreement):
    client.force_login(make_coordinator())

    answer = client.post(
        reverse("agreements:target", args=[agreement.slug]), filled(agreement), follow=True
    )

    assert "De jaren zijn samen 1.470, het totaal is 1.350." in answer.text


# --- what is refused ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reason": ""}, "Schrijf waarom dit getal verandert"),
        ({"decision": ""}, "Schrijf welk besluit"),
        ({"decided_on": ""}, "Vul in wanneer dit is besloten"),
        ({"decided_on": "12-11-2027"}, "moet nog komen"),
        ({"link": "geen adres"}, "geen webadres"),
        ({"homes_2027": "veel"}, ""),
        ({"homes_2027": "270", "homes_2028": "270"}, "gelijk aan wat er al staat"),
        ({"seen": "999999"}, "Iemand anders was u voor"),
    ],
)
def test_a_revision_that_cannot_be_is_refused(client, agreement, fields, sentence):
    answer = revise(client, agreement, **fields)

    assert answer.status_code == 400
    assert sentence in answer.text
    assert Target.objects.count() == 1


def test_only_the_coordinator_revises_a_regional_target(client, agreement):
    url = reverse("agreements:target", args=[agreement.slug])
    for user in (make_clerk(make_organisation()), make_user(make_municipality(), "reporter")):
        client.force_login(user)
        assert client.get(url).status_code == 403
        assert client.post(url, filled(agreement)).status_code == 403
    assert Target.objects.count() == 1


def test_keepers_of_a_local_set_revise_its_target(client, agreement):
    heerlen, weller = make_municipality(), make_organisation(name="Weller")
    set_ = AgreementSet.objects.create(
        name="Heerlen 2027", slug="heerlen-2027", first_year=2027, last_year=2027,
        municipality=heerlen, source="test",
    )  # fmt: skip
    set_.parties.set([heerlen, weller])
    local = Agreement.objects.create(
        set=set_, theme=agreement.theme, number="1", slug="lokaal", title="Lokaal",
        kind=Agreement.Kind.TARGET, text="x", source="test",
    )  # fmt: skip
    client.force_login(make_clerk(weller))
    posted = filled(local, total="40", homes_2027="40")

    answer = client.post(reverse("agreements:target", args=["lokaal"]), posted)

    assert answer.status_code == 302
    assert targets.pace_of(targets.whole_of(local)) == {2027: 40}
    assert "heerlen" not in picture().targets
    client.force_login(make_user(make_municipality("Kerkrade", "GM0928"), "reporter"))
    assert client.post(reverse("agreements:target", args=["lokaal"]), posted).status_code == 404


def test_an_agreement_without_a_number_turns_away_with_a_sentence(client, agreement):
    effort = make_agreement(slug="inspanning", kind=Agreement.Kind.EFFORT)
    client.force_login(make_coordinator())

    for name in ("target", "split", "deviation"):
        answer = client.get(reverse(f"agreements:{name}", args=[effort.slug]), follow=True)
        assert "geen getal" in answer.text or "geen doel" in answer.text


# --- shares ------------------------------------------------------------------------------


def share(agreement, party, years, *, pair=None, segment="social_rent"):
    place, corporation = (party, pair) if party.kind == "municipality" else (None, party)
    scope = targets.scope_of(place, corporation, segment, "social_rent")
    newest = targets.newest_of(agreement, scope)
    return targets.revise(
        agreement,
        Number(years, sum(years.values()) or None, segment=segment, is_joint=False),
        WHY,
        by=None,
        seen=newest.pk if newest else 0,
        scope=scope,
        municipality=place,
        corporation=corporation,
    )


def test_a_split_shows_what_is_not_allocated_yet(agreement):
    heerlen, kerkrade = make_municipality(), make_municipality("Kerkrade", "GM0928")
    share(agreement, heerlen, dict.fromkeys(range(2024, 2029), 100))
    share(agreement, kerkrade, {2027: 50})

    found = allocation_of(agreement, timezone.now())

    cut = found.cuts[0]
    assert (cut.kind, cut.given, cut.total, cut.left) == ("municipality", 2, 550, 800)
    assert cut.left_by_year == {2024: 170, 2025: 170, 2026: 170, 2027: 120, 2028: 170}
    assert found.warnings == []
    assert found.heading == "Van de 1.350 woningen zijn er 800 nog niet toegedeeld"


def test_more_than_the_whole_is_said_in_total_and_per_year(agreement):
    share(agreement, make_municipality(), dict.fromkeys(range(2024, 2029), 300))

    warnings = allocation_of(agreement, timezone.now()).warnings

    assert len(warnings) == 6
    assert "1.500 woningen: 150 meer dan het geheel van 1.350" in warnings[0]
    assert "In 2024 is 30 meer toegedeeld" in warnings[1]


def test_ways_of_splitting_are_not_added_up(agreement):
    heerlen, weller = make_municipality(), make_organisation(name="Weller")
    share(agreement, heerlen, {2027: 200})
    share(agreement, weller, {2027: 200})
    share(agreement, heerlen, {2027: 200}, pair=weller)

    found = allocation_of(agreement, timezone.now())

    assert [(cut.kind, cut.total) for cut in found.cuts] == [
        ("municipality", 200),
        ("corporation", 200),
        ("both", 200),
    ]
    assert found.warnings == []


def test_another_segment_is_a_table_of_its_own(agreement):
    heerlen = make_municipality()
    share(agreement, heerlen, {2027: 200})
    share(agreement, heerlen, {2027: 999}, segment="mid_rent")

    found = allocation_of(agreement, timezone.now())

    assert {cut.segment for cut in found.cuts} == {"social_rent", "mid_rent"}
    assert found.warnings == []
    assert picture().targets["heerlen"] == {2027: 200}


def test_a_share_of_both_is_no_target_of_the_municipality(agreement):
    heerlen, weller = make_municipality(), make_organisation(name="Weller")
    share(agreement, heerlen, {2027: 200}, pair=weller)

    assert "heerlen" not in agreed_at(timezone.now()).targets


def test_a_target_of_started_homes_is_not_laid_beside_completed_ones(agreement):
    heerlen = make_municipality()
    targets.revise(
        agreement, Number({2027: 50}, 50, basis=Target.Basis.START.value), WHY,
        by=None, seen=0, scope="heerlen", municipality=heerlen,
    )  # fmt: skip

    assert "heerlen" not in agreed_at(timezone.now()).targets


def test_an_earlier_split_stays_at_earlier_moments(agreement):
    heerlen = make_municipality()
    with time_machine.travel(at("2026-06-01"), tick=False):
        share(agreement, heerlen, {2027: 100})
    share(agreement, heerlen, {2027: 120})

    assert allocation_of(agreement, at("2026-07-01")).cuts[0].total == 100
    assert allocation_of(agreement, timezone.now()).cuts[0].total == 120
    assert picture().revisions["heerlen"].earlier == {2027: 100}


def test_a_share_that_was_taken_away_is_empty_again(agreement):
    heerlen = make_municipality()
    with time_machine.travel(at("2026-06-01"), tick=False):
        share(agreement, heerlen, {2027: 100})
    share(agreement, heerlen, {})

    assert allocation_of(agreement, timezone.now()).is_empty
    assert "heerlen" not in picture().targets


def test_coordinator_enters_a_bid_on_the_page(client, agreement):
    make_municipality()
    client.force_login(make_coordinator())
    url = reverse("agreements:split", args=[agreement.slug]) + "?voor=heerlen"
    posted = {
        "homes_2027": "84", "is_joint": "False", "basis": "completion",
        "decision": "bod van Heerlen", "reason": "bod", "seen": "0",
    }  # fmt: skip

    assert client.get(url).status_code == 200
    assert client.post(url, posted).status_code == 302
    target = Target.objects.get(scope="heerlen")
    assert (target.total, target.is_joint, target.segment) == (84, False, "social_rent")
    assert "84" in client.get(reverse("monitoring:bids", args=[agreement.slug])).text
    # Once more with what was seen then: somebody else was first.
    answer = client.post(url, {**posted, "homes_2027": "85"})
    assert answer.status_code == 400
    assert "Iemand anders was u voor" in answer.text


def test_a_share_without_a_party_or_a_number_is_refused(client, agreement):
    make_municipality()
    client.force_login(make_coordinator())
    url = reverse("agreements:split", args=[agreement.slug])
    posted = {"is_joint": "False", "basis": "completion", "segment": "social_rent",
              "decision": "x", "reason": "y", "seen": "0"}  # fmt: skip

    nobody = client.post(url, {**posted, "homes_2027": "3"})
    nothing = client.post(url, {**posted, "municipality": "heerlen"})

    assert "Kies een gemeente, een corporatie of beide" in nobody.text
    assert "minstens één jaar" in nothing.text
    assert client.get(url + "?voor=niemand").status_code == 404
    assert not Target.objects.exclude(scope="regio").exists()


def test_a_signal_value_is_entered_by_the_same_form(client, agreement):
    make_organisation(name="Weller")
    make_municipality()
    restraint = make_agreement(slug="verkoop-sociale-huur", kind=Agreement.Kind.RESTRAINT)
    client.force_login(make_coordinator())
    url = reverse("agreements:split", args=[restraint.slug]) + "?voor=weller"

    answer = client.post(url, {"homes_2027": "10", "decision": "x", "reason": "y", "seen": "0"})

    assert answer.status_code == 302
    target = Target.objects.get(agreement=restraint)
    assert (target.scope, target.total, targets.pace_of(target)) == ("weller", None, {2027: 10})
    assert "1 van de 1" in client.get(reverse("monitoring:bids", args=[restraint.slug])).text
    assert (
        client.get(reverse("agreements:split", args=[restraint.slug]) + "?voor=heerlen").status_code
        == 404
    )


# --- deviations --------------------------------------------------------------------------


def deviate(agreement, **fields):
    return targets.deviate(
        agreement,
        **{
            "organisation": None, "year": 2026, "homes": 200, "reason": "netcongestie",
            "until": date(2026, 12, 31), "by": None, **fields,
        },
    )  # fmt: skip


def test_a_deviation_ends_by_itself(agreement):
    deviate(agreement)

    assert Deviation.objects.on(date(2026, 12, 31)).exists()
    assert not Deviation.objects.on(date(2027, 1, 1)).exists()
    assert picture().region.year(2026).target == 270


def test_a_deviation_is_lower_than_what_was_agreed(agreement):
    with pytest.raises(TargetError, match="lager getal"):
        deviate(agreement, homes=270)
    with pytest.raises(TargetError, match="voorbij"):
        deviate(agreement, until=date(2026, 12, 1))


def test_a_deviation_may_be_taken_back_today(client, agreement):
    found = deviate(agreement)
    client.force_login(make_coordinator())
    url = reverse("agreements:deviation_end", args=[agreement.slug, found.pk])

    assert client.get(url).status_code == 405
    client.post(url)

    found.refresh_from_db()
    assert found.ends_on == date(2026, 12, 2)
    with time_machine.travel(at("2026-12-09"), tick=False):
        client.force_login(make_coordinator())
        assert "al voorbij" in client.post(url, follow=True).text


def test_coordinator_keeps_a_deviation_on_the_page(client, agreement):
    client.force_login(make_coordinator())
    url = reverse("agreements:deviation", args=[agreement.slug])
    posted = {"year": "2026", "homes": "200", "until": "31-12-2026", "reason": "netcongestie"}

    assert client.post(url, posted).status_code == 302
    assert "200 woningen in 2026" in client.get(url).text
    assert client.post(url, {**posted, "until": "01-12-2026"}).status_code == 400
    assert client.post(url, {**posted, "homes": "270"}).status_code == 400
    assert client.post(url, {**posted, "homes": ""}).status_code == 400
    client.force_login(make_clerk(make_organisation()))
    assert client.post(url, posted).status_code == 403
    assert Deviation.objects.count() == 1


def test_no_deviation_without_a_target(client, agreement):
    restraint = make_agreement(slug="verkoop", kind=Agreement.Kind.RESTRAINT)
    client.force_login(make_coordinator())

    answer = client.get(reverse("agreements:deviation", args=[restraint.slug]))

    assert answer.status_code == 302


# --- pages -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["target", "split", "deviation"])
def test_forms_stay_within_their_queries(client, agreement, name, django_assert_max_num_queries):
    for number in range(9):
        share(agreement, make_organisation(name=f"Corporatie {number}"), {2027: number + 1})
    client.force_login(make_coordinator())

    with django_assert_max_num_queries(20):
        client.get(reverse(f"agreements:{name}", args=[agreement.slug]))


def test_table_of_bids_stays_within_its_queries(client, agreement, django_assert_max_num_queries):
    for number in range(9):
        share(agreement, make_organisation(name=f"Corporatie {number}"), {2027: number + 1})
    client.force_login(make_coordinator())

    with django_assert_max_num_queries(16):
        client.get(reverse("monitoring:bids", args=[agreement.slug]))


def test_split_starts_empty_and_says_so(client, agreement):
    make_municipality()
    client.force_login(make_coordinator())

    shown = client.get(reverse("monitoring:bids", args=[agreement.slug])).text

    assert "De 1.350 woningen zijn nog niet verdeeld" in shown
