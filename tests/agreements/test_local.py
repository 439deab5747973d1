"""Local sets: the cycle judged on a day, and the service that keeps them."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from agreements import local_steps, local_text
from agreements.cycle import Happened, Stage, Stand, cycle
from agreements.local import LocalError, cycle_of, start_year
from agreements.local_text import Words
from agreements.models import Agreement, AgreementSet, FormerText, Signature, Target, Theme
from housing.models import Organisation
from monitoring.figures import picture
from tests.factories import (
    make_agreement,
    make_clerk,
    make_local_set,
    make_municipality,
    make_organisation,
    make_rules,
    make_target,
    make_user,
)

PLACE, WELLER, WOONPUNT, TENANTS = 1, 2, 3, 4
NAMES = {PLACE: "Heerlen", WELLER: "Weller", WOONPUNT: "Woonpunt", TENANTS: "Huurders"}


def happened(bids=None, signatures=None, evaluated_on=None) -> Happened:
    return Happened(
        year=2027,
        bids_due_on=date(2026, 6, 30),
        signing_due_on=date(2026, 12, 14),
        parties=NAMES,
        corporations=(WELLER, WOONPUNT),
        bids=bids or {},
        signatures=signatures or {},
        evaluated_on=evaluated_on,
    )


def all_signed(day: date) -> dict[int, date]:
    return dict.fromkeys(NAMES, day)


# --- the cycle ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "stage", "bid"),
    [
        (date(2026, 1, 1), Stage.BIDDING, Stand.AWAITED),
        (date(2026, 6, 30), Stage.BIDDING, Stand.AWAITED),
        (date(2026, 7, 1), Stage.TALKING, Stand.LATE),
        (date(2026, 12, 14), Stage.TALKING, Stand.LATE),
        (date(2026, 12, 15), Stage.OVERDUE, Stand.LATE),
        (date(2029, 1, 1), Stage.OVERDUE, Stand.LATE),
    ],
)
def test_without_bids_and_signatures_days_decide(day, stage, bid):
    found = cycle(happened(), day)

    assert found.stage == stage
    assert set(found.bids.values()) == {bid}
    assert found.late_bids == ((WELLER, WOONPUNT) if bid == Stand.LATE else ())
    assert not found.is_signed


@pytest.mark.parametrize(
    ("received", "stand"),
    [
        (date(2026, 6, 30), Stand.DONE),
        (date(2026, 7, 1), Stand.DONE_LATE),
        (date(2026, 11, 24), Stand.LATE),
    ],
)
def test_a_bid_is_late_from_1_july_and_counts_from_its_own_day(received, stand):
    found = cycle(happened(bids={WELLER: received}), date(2026, 11, 23))

    assert found.bids[WELLER] == stand
    assert found.bids[WOONPUNT] == Stand.LATE


@pytest.mark.parametrize(
    ("day", "stand"),
    [(date(2026, 12, 14), Stand.AWAITED), (date(2026, 12, 15), Stand.LATE)],
)
def test_signing_is_late_from_15_december(day, stand):
    some = {PLACE: date(2026, 12, 1), WELLER: date(2026, 12, 1)}
    found = cycle(happened(signatures=some), day)

    assert found.signatures[WOONPUNT] == found.signatures[TENANTS] == stand
    assert found.missing_signatures == (WOONPUNT, TENANTS)
    assert found.late_signatures == ((WOONPUNT, TENANTS) if stand == Stand.LATE else ())


@pytest.mark.parametrize(
    ("day", "stage", "evaluation"),
    [
        (date(2026, 12, 31), Stage.SIGNED, Stand.AWAITED),
        (date(2027, 1, 1), Stage.RUNNING, Stand.AWAITED),
        (date(2027, 12, 31), Stage.RUNNING, Stand.AWAITED),
        (date(2028, 1, 1), Stage.TO_EVALUATE, Stand.AWAITED),
        (date(2028, 6, 30), Stage.TO_EVALUATE, Stand.AWAITED),
        (date(2028, 7, 1), Stage.TO_EVALUATE, Stand.LATE),
    ],
)
def test_a_signed_set_runs_its_year_and_is_evaluated_after_it(day, stage, evaluation):
    found = cycle(happened(signatures=all_signed(date(2026, 12, 10))), day)

    assert (found.stage, found.evaluation) == (stage, evaluation)
    assert found.is_late == (evaluation == Stand.LATE)
    assert set(found.bids.values()) == {Stand.NOT_RECORDED}


def test_an_evaluated_set_asks_nothing_more():
    found = cycle(
        happened(signatures=all_signed(date(2026, 12, 20)), evaluated_on=date(2028, 8, 1)),
        date(2028, 9, 1),
    )

    assert found.stage == Stage.EVALUATED
    assert found.evaluation == Stand.DONE_LATE
    assert set(found.signatures.values()) == {Stand.DONE_LATE}
    assert not found.is_late


def test_an_unsigned_set_is_first_to_be_signed():
    found = cycle(happened(), date(2028, 9, 1))

    assert (found.stage, found.evaluation) == (Stage.OVERDUE, Stand.AWAITED)


def test_a_set_of_nobody_is_not_signed():
    empty = Happened(2027, date(2026, 6, 30), date(2026, 12, 14), {}, (), {}, {})

    assert not cycle(empty, date(2026, 1, 1)).is_signed


# --- with the database -------------------------------------------------------------------


@pytest.fixture(autouse=True)
def on_a_day_in_november():
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def place(db) -> Organisation:
    return make_municipality("Heerlen", "GM0917")


@pytest.fixture
def weller(db) -> Organisation:
    return make_organisation(name="Weller")


@pytest.fixture
def tenants(db) -> Organisation:
    return make_organisation(name="Huurders", kind=Organisation.Kind.TENANTS)


@pytest.fixture
def officer(place):
    return make_clerk(place)


def words(**fields) -> Words:
    theme, _ = Theme.objects.get_or_create(
        slug="leefbaarheid", defaults={"name": "Leefbaarheid", "position": 5, "source": "test"}
    )
    fields = {"number": "1", "kind": "effort", "title": "T", "text": "Tekst"} | fields
    return Words(theme=theme, **fields)


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        # 23.30 on 30 June and 0.30 on 1 July in Amsterdam, both 30 June in London's time.
        (datetime(2026, 6, 30, 21, 30, tzinfo=UTC), False),
        (datetime(2026, 6, 30, 22, 30, tzinfo=UTC), True),
    ],
)
def test_a_bid_is_late_when_the_day_is_over_in_amsterdam(place, weller, moment, late):
    set_ = make_local_set(place, 2027, weller)

    with time_machine.travel(moment, tick=False):
        assert cycle_of(set_).late_bids == ((weller.pk,) if late else ())


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        (datetime(2026, 12, 14, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 12, 14, 23, 1, tzinfo=UTC), True),
    ],
)
def test_signing_is_late_when_the_day_is_over_in_amsterdam(place, weller, moment, late):
    set_ = make_local_set(place, 2027, weller)

    with time_machine.travel(moment, tick=False):
        assert bool(cycle_of(set_).late_signatures) == late


@pytest.fixture
def last(place, weller, tenants, officer) -> AgreementSet:
    """2026, signed, with a target, a study with an outcome and what was said of it."""
    regional = make_agreement(slug="sociale-huurwoningen")
    set_ = make_local_set(place, 2026, weller, tenants)
    first = local_text.keep_agreement(
        set_, None,
        words(kind="target", title="Bouwen", homes=60, responsible=[weller], serves=regional,
              meaning="Wat het is", due_on=date(2026, 12, 1), contact="Afdeling wonen"),
        by=officer,
    )  # fmt: skip
    local_text.keep_agreement(
        set_, None, words(number="2", kind="study", title="Zoeken", responsible=[place]), by=officer
    )
    Agreement.objects.filter(set=set_, number="2").update(
        outcome="Gevonden", outcome_on=date(2026, 5, 1)
    )
    make_target({}, agreement=first, scope="weller", corporation=weller, total=20)
    for party in (place, weller, tenants):
        local_steps.sign(set_, party, on=date(2025, 12, 10), by=officer)
    set_.refresh_from_db()
    return set_


def test_2027_is_started_from_2026(place, weller, tenants, officer, last):
    new = start_year(place, 2027, officer)

    assert (new.copied_from, new.first_year, new.last_year) == (last, 2027, 2027)
    assert (new.signed_on, new.evaluated_on, new.evaluation) == (None, None, "")
    assert set(new.parties.all()) == {place, weller, tenants}
    first, second = new.agreements.order_by("number")
    old = last.agreements.get(number="1")
    assert (first.title, first.text, first.meaning) == (old.title, old.text, old.meaning)
    assert (first.theme, first.serves, first.kind) == (old.theme, old.serves, old.kind)
    assert list(first.responsible.all()) == [weller]
    assert first.contact == "Afdeling wonen"
    assert (first.slug, second.slug) == ("heerlen-2027-1", "heerlen-2027-2")
    assert first.slug != old.slug
    # What belongs to its own year does not come along.
    assert (first.due_on, second.outcome, second.outcome_on) == (None, "", None)
    assert not new.signatures.exists()
    targets = first.targets.order_by("scope")
    assert [(t.scope, t.total, t.corporation) for t in targets] == [
        ("heerlen", None, weller),
        ("weller", None, weller),
    ]
    assert not any(target.years.exists() for target in targets)


def test_the_year_before_stays_as_it_was(place, officer, last):
    before = list(Agreement.objects.filter(set=last).values())

    new = start_year(place, 2027, officer)
    local_text.keep_agreement(
        new, new.agreements.first(), words(title="Anders", homes=99), by=officer
    )

    assert list(Agreement.objects.filter(set=last).values()) == before
    assert Target.objects.get(agreement__set=last, scope="heerlen").total == 60


def test_a_year_is_started_once(place, officer, last):
    start_year(place, 2027, officer)

    with pytest.raises(LocalError, match="Heerlen heeft al afspraken over 2027"):
        start_year(place, 2027, officer)


def test_the_first_year_is_empty(place, officer):
    new = start_year(place, 2027, officer)

    assert new.copied_from is None
    assert list(new.parties.all()) == [place]
    assert not new.agreements.exists()


def test_after_a_merger_the_successor_is_party(place, weller, officer, last):
    heir = make_organisation(name="Samen Wonen", party_from=date(2027, 1, 1))
    weller.party_until, weller.successor = date(2027, 1, 1), heir
    weller.save()

    new = start_year(place, 2027, officer)

    assert heir in new.parties.all()
    assert weller not in new.parties.all()
    assert list(new.agreements.get(number="1").responsible.all()) == [heir]


def test_what_starts_from_a_demonstration_is_one(place, officer):
    make_local_set(place, 2026, is_demo=True)

    assert start_year(place, 2027, officer).is_demo


def test_ten_comes_after_two(place, officer):
    set_ = make_local_set(place, 2026)
    for number in ("10", "2", "1"):
        local_text.keep_agreement(set_, None, words(number=number, title=number), by=officer)

    new = start_year(place, 2027, officer)

    titles = {each.number: each.title for each in new.agreements.all()}
    assert titles == {"1": "1", "2": "2", "3": "10"}


def test_before_anybody_signed_a_text_just_changes(place, weller, officer):
    set_ = make_local_set(place, 2027, weller)
    kept = local_text.keep_agreement(set_, None, words(homes=50), by=officer)

    local_text.keep_agreement(set_, kept, words(text="Nieuw", homes=60), by=officer)

    kept.refresh_from_db()
    assert kept.text == "Nieuw"
    assert not FormerText.objects.exists()
    assert Target.objects.get(agreement=kept).total == 60
    assert [y.homes for y in Target.objects.get(agreement=kept).years.all()] == [60]


def test_once_somebody_signed_a_change_needs_a_reason_and_keeps_what_it_said(last, officer):
    first = last.agreements.get(number="1")

    with pytest.raises(LocalError, match="waarom"):
        local_text.keep_agreement(last, first, words(text="Nieuw"), by=officer)
    assert Agreement.objects.get(pk=first.pk).text == "Tekst"

    local_text.keep_agreement(
        last, first, words(kind="target", text="Nieuw", homes=70), by=officer, reason="Besluit"
    )

    former = FormerText.objects.get()
    assert (former.text, former.reason, former.actor) == ("Tekst", "Besluit", officer)
    versions = Target.objects.filter(agreement=first, scope="heerlen").order_by("known_from")
    assert [version.total for version in versions] == [60, 70]
    assert versions[1].reason == "Besluit"


def test_once_somebody_signed_nothing_is_added_or_taken_away(last, officer):
    with pytest.raises(LocalError, match="Er kan niets meer bij"):
        local_text.keep_agreement(last, None, words(number="3"), by=officer, reason="Toch")
    with pytest.raises(LocalError, match="kan niet meer weg"):
        local_text.drop_agreement(last.agreements.get(number="2"))


def test_only_parties_are_responsible(place, weller, officer):
    set_ = make_local_set(place, 2027)

    with pytest.raises(LocalError, match="Weller is geen partij"):
        local_text.keep_agreement(set_, None, words(responsible=[weller]), by=officer)


def test_the_last_signature_signs_the_set(place, weller, officer):
    set_ = make_local_set(place, 2027, weller)
    local_text.keep_agreement(set_, None, words(), by=officer)

    with time_machine.travel(datetime(2026, 12, 12, 12, tzinfo=UTC)):
        assert local_steps.sign(set_, place, on=date(2026, 12, 10), by=officer).signed_on is None
        done = local_steps.sign(set_, weller, on=date(2026, 12, 8), by=officer)

    assert done.signed_on == date(2026, 12, 10)
    with pytest.raises(LocalError, match="kan niet meer terug"):
        local_steps.take_back_signature(set_, place)


def test_a_signature_can_be_taken_back_until_all_signed(place, weller, officer):
    set_ = make_local_set(place, 2027, weller)
    local_text.keep_agreement(set_, None, words(), by=officer)
    local_steps.sign(set_, place, on=date(2026, 11, 1), by=officer)

    local_steps.take_back_signature(set_, place)

    assert not Signature.objects.exists()
    local_text.keep_agreement(set_, None, words(number="2"), by=officer)
    with pytest.raises(LocalError, match="heeft niet getekend"):
        local_steps.take_back_signature(set_, place)


def test_what_cannot_be_signed(place, weller, officer):
    empty = make_local_set(place, 2027, weller)
    with pytest.raises(LocalError, match="nog geen afspraken"):
        local_steps.sign(empty, place, on=date(2026, 11, 1), by=officer)
    local_text.keep_agreement(empty, None, words(), by=officer)
    with pytest.raises(LocalError, match="moet nog komen"):
        local_steps.sign(empty, place, on=date(2090, 11, 1), by=officer)
    local_steps.sign(empty, place, on=date(2026, 11, 1), by=officer)
    with pytest.raises(LocalError, match="heeft al getekend"):
        local_steps.sign(empty, place, on=date(2026, 11, 2), by=officer)
    with pytest.raises(LocalError, match="geen partij"):
        local_steps.sign(empty, make_organisation(name="X"), on=date(2026, 11, 2), by=officer)

    alone = make_local_set(place, 2028)
    local_text.keep_agreement(alone, None, words(), by=officer)
    with pytest.raises(LocalError, match="geen corporatie partij"):
        local_steps.sign(alone, place, on=date(2026, 11, 1), by=officer)


def test_who_did_something_stays_party(place, weller, tenants, officer):
    other = make_organisation(name="Woonpunt")
    set_ = make_local_set(place, 2027, weller, tenants, other)
    local_steps.register_bid(set_, weller, on=date(2026, 6, 1), text="", link="", by=officer)
    local_steps.react(set_, tenants, "Goed zo", by=officer)

    with pytest.raises(LocalError, match="Weller kan niet weg"):
        local_text.set_parties(set_, [tenants, other])
    with pytest.raises(LocalError, match="Huurders kan niet weg"):
        local_text.set_parties(set_, [weller, other])
    local_text.set_parties(set_, [weller, tenants])

    assert set(set_.parties.all()) == {place, weller, tenants}


def test_parties_of_a_signed_set_are_fixed(last, weller):
    with pytest.raises(LocalError, match="ligt nu vast"):
        local_text.set_parties(last, [weller, make_organisation(name="Later")])


def test_a_bid_is_one_a_corporation_and_can_be_changed(place, weller, tenants, officer):
    set_ = make_local_set(place, 2027, weller, tenants)
    for text in ("eerst", "later"):
        local_steps.register_bid(
            set_, weller, on=date(2026, 6, 1), text=text, link="https://x.test/", by=officer
        )

    assert [bid.text for bid in set_.bids.all()] == ["later"]
    with pytest.raises(LocalError, match="geen corporatie"):
        local_steps.register_bid(set_, tenants, on=date(2026, 6, 1), text="", link="", by=officer)
    with pytest.raises(LocalError, match="moet nog komen"):
        local_steps.register_bid(set_, weller, on=date(2090, 6, 1), text="", link="", by=officer)


def test_evaluating_needs_a_signed_set_and_a_year_that_began(place, weller, officer, last):
    open_ = make_local_set(place, 2025, weller)
    with pytest.raises(LocalError, match="Nog niet alle partijen"):
        local_steps.evaluate(open_, on=date(2026, 2, 1), text="Goed")
    with pytest.raises(LocalError, match="begint pas"):
        local_steps.evaluate(last, on=date(2025, 12, 31), text="Goed")

    local_steps.evaluate(last, on=date(2026, 11, 1), text="Goed")

    last.refresh_from_db()
    assert (last.evaluated_on, last.evaluation) == (date(2026, 11, 1), "Goed")


def test_a_demonstration_account_leaves_its_mark(place, weller):
    set_ = make_local_set(place, 2027, weller)
    demo = make_user(place, "reporter", is_demo=True)

    kept = local_text.keep_agreement(set_, None, words(), by=demo)
    bid = local_steps.register_bid(set_, weller, on=date(2026, 6, 1), text="", link="", by=demo)
    local_steps.sign(set_, place, on=date(2026, 6, 1), by=demo)

    assert kept.is_demo and bid.is_demo and set_.signatures.get().is_demo


def test_a_local_number_is_no_share_of_the_regional_one(place, weller, officer):
    make_rules()
    make_target()
    before = picture(date(2026, 11, 23))
    set_ = make_local_set(place, 2026, weller)

    local_text.keep_agreement(
        set_, None, words(kind="target", homes=80, responsible=[weller]), by=officer
    )

    after = picture(date(2026, 11, 23))
    assert after.region.goal == before.region.goal == 1350
    assert after.by_municipality == before.by_municipality
    assert after.by_corporation == before.by_corporation
