"""What parties say: who owes what, history that stays, two editors that lose nothing."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection

from agreements import statements
from agreements.models import Agreement, AgreementSet, Evidence, Light, Statement
from agreements.owed import Answer, overview_of, owed, set_parts
from agreements.statements import (
    EditedMeanwhileError,
    IncompleteError,
    Seen,
    StatementError,
    concept_of,
    reopen,
    save,
    submit,
    taken_over,
    write,
)
from housing.models import Extension, Organisation, Part
from tests.factories import (
    at,
    make_agreement,
    make_city_region,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_round,
    make_statement,
    make_user,
)

pytestmark = pytest.mark.django_db
GOOD = Answer(status="running", light="on", explanation="Het loopt goed.")
KIND = Organisation.Kind


def make_effort(*parties, **fields):
    """An effort for which these parties are responsible by name."""
    fields.setdefault("kind", Agreement.Kind.EFFORT)
    agreement = make_agreement(**fields)
    agreement.responsible.set(parties)
    return agreement


def make_said(agreement, party, year=2025, **fields):
    """What a party handed in a month after the year."""
    fields.setdefault("light", "on")
    fields.setdefault("explanation", "Het loopt.")
    fields.setdefault("submitted_at", at(f"{year + 1}-02-01"))
    return make_statement(agreement, party, year=year, **fields)


@pytest.fixture
def heerlen():
    return make_municipality()


@pytest.fixture
def officer(heerlen):
    return make_user(heerlen, "reporter", "approver", name="Ambtenaar")


@pytest.fixture
def round_():
    return make_round(2025)


# --- who owes what ------------------------------------------------------------------------


def test_parties_of_a_kind_owe_what_their_set_promised(heerlen, round_):
    agreement = make_agreement(responsible_kinds=[KIND.MUNICIPALITY])
    agreement.set.parties.add(heerlen)
    outsider = make_municipality("Kerkrade", "GM0928")

    assert owed(heerlen, round_) == [agreement]
    assert owed(outsider, round_) == []


def test_named_parties_owe_whatever_kind_they_are(round_):
    tenants = make_organisation(name="Huurders", kind=KIND.TENANTS)
    umbrella = make_organisation(name="ROH", kind=KIND.UMBRELLA)
    agreement = make_effort(tenants, umbrella)

    assert owed(tenants, round_) == owed(umbrella, round_) == [agreement]


def test_local_sets_are_owed_in_their_own_year_only(heerlen, round_):
    agreement = make_effort(heerlen)
    local = AgreementSet.objects.create(
        name="Heerlen 2025", slug="heerlen-2025", first_year=2025, last_year=2025,
        municipality=heerlen, source="test",
    )  # fmt: skip
    Agreement.objects.filter(pk=agreement.pk).update(set=local)

    assert owed(heerlen, round_) == [agreement]
    assert owed(heerlen, make_round(2024)) == []


def test_what_begins_later_or_is_not_known_yet_is_not_owed(heerlen, round_):
    make_effort(heerlen, starts_on=date(2026, 1, 1))
    make_effort(heerlen, known_from=at("2090-01-01"))

    assert owed(heerlen, round_) == []


def test_the_successor_answers_after_a_merger(round_):
    heir = make_organisation(name="Nieuw", party_from=date(2025, 7, 1))
    old = make_organisation(name="Oud", party_until=date(2025, 7, 1), successor=heir)
    agreement = make_effort(old)

    assert owed(heir, round_) == [agreement]
    assert owed(old, round_) == []
    assert owed(old, make_round(2024)) == [agreement]


def test_agreement_10_stands_after_9(heerlen, round_):
    for number in ("10", "9", "2"):
        make_effort(heerlen, number=number)

    assert [agreement.number for agreement in owed(heerlen, round_)] == ["2", "9", "10"]


# --- writing ------------------------------------------------------------------------------


def test_concept_starts_with_the_text_of_the_earlier_round(heerlen, officer, round_):
    agreement = make_effort(heerlen)
    make_said(agreement, heerlen, 2023, explanation="Van 2023.")
    make_said(agreement, heerlen, 2024, explanation="Oud.", submitted_at=at("2025-02-01"))
    earlier = make_said(
        agreement, heerlen, 2024, number=2, explanation="Van 2024.", cause="grid",
        needs="Stroom.", light="behind",
    )  # fmt: skip

    concept = concept_of(agreement, heerlen, round_, officer)

    assert (concept.explanation, concept.needs, concept.cause) == ("Van 2024.", "Stroom.", "grid")
    assert (concept.status, concept.light) == ("", "")
    assert taken_over(concept, earlier) == {"explanation", "needs", "cause"}


def test_asking_for_the_concept_twice_gives_the_same(heerlen, officer, round_):
    agreement = make_effort(heerlen)

    first = concept_of(agreement, heerlen, round_, officer)

    assert concept_of(agreement, heerlen, round_, officer) == first


def test_history_stays_as_it_was_said(heerlen, officer, round_):
    agreement = make_effort(heerlen)
    said = make_said(agreement, heerlen, 2024, explanation="Zo was het.")
    write(agreement, heerlen, round_, GOOD, seen=Seen(1, 0), by=officer)
    submit(heerlen, round_, officer)
    reopen(agreement, heerlen, round_, officer)
    write(
        agreement, heerlen, round_, replace(GOOD, explanation="Toch anders."),
        seen=Seen(2, 0), by=officer,
    )  # fmt: skip
    submit(heerlen, round_, officer)

    texts = Statement.objects.filter(agreement=agreement).order_by("round__year", "number")
    assert [(each.number, each.explanation) for each in texts] == [
        (1, "Zo was het."),
        (1, "Het loopt goed."),
        (2, "Toch anders."),
    ]
    said.refresh_from_db()
    assert said.submitted_at == at("2025-02-01")


def test_reopened_version_takes_verdict_and_evidence_along(heerlen, officer, round_):
    agreement = make_effort(heerlen)
    said = make_said(agreement, heerlen, light="watch", cause="land")
    Evidence.objects.create(
        agreement=agreement, statement=said, organisation=heerlen, reference="abc", title="Besluit",
        link="https://voorbeeld.test/",
    )  # fmt: skip

    concept = reopen(agreement, heerlen, round_, officer)

    assert (concept.number, concept.light, concept.cause) == (2, "watch", "land")
    assert concept.evidence.get().title == said.evidence.get().title == "Besluit"


@pytest.mark.parametrize("kind", [Agreement.Kind.TARGET, Agreement.Kind.RESTRAINT])
def test_no_light_of_its_own_where_the_portal_works_it_out(heerlen, officer, round_, kind):
    agreement = make_effort(heerlen, kind=kind)

    kept = write(agreement, heerlen, round_, GOOD, seen=Seen(1, 0), by=officer)
    submit(heerlen, round_, officer)

    assert kept.light == ""


def test_second_editor_is_told_and_sees_both(heerlen, officer, round_):
    agreement = make_effort(heerlen)
    colleague = make_user(heerlen, "reporter", name="Collega")
    concept = concept_of(agreement, heerlen, round_, officer)
    save(concept, GOOD, 0, colleague)

    with pytest.raises(EditedMeanwhileError) as caught:
        save(concept, replace(GOOD, explanation="Van mij."), 0, officer)

    assert caught.value.theirs.explanation == "Het loopt goed."
    assert "Collega veranderde dit antwoord intussen" in str(caught.value)
    concept.refresh_from_db()
    assert concept.explanation == "Het loopt goed."


def test_the_same_words_twice_are_no_conflict(heerlen, officer, round_):
    agreement = make_effort(heerlen)
    concept = concept_of(agreement, heerlen, round_, officer)
    save(concept, GOOD, 0, officer)

    assert save(concept, GOOD, 0, officer).edit == 1


def test_two_first_savers_of_one_answer(heerlen, officer, round_):
    agreement = make_effort(heerlen)
    write(agreement, heerlen, round_, GOOD, seen=Seen(1, 0), by=officer)

    with pytest.raises(EditedMeanwhileError):
        mine = replace(GOOD, explanation="Van mij.")
        write(agreement, heerlen, round_, mine, seen=Seen(1, 0), by=officer)


def test_writing_over_what_was_handed_in_meanwhile_is_told(heerlen, officer, round_):
    agreement = make_effort(heerlen)
    write(agreement, heerlen, round_, GOOD, seen=Seen(1, 0), by=officer)
    submit(heerlen, round_, officer)

    with pytest.raises(EditedMeanwhileError, match="diende dit in"):
        write(agreement, heerlen, round_, replace(GOOD, did="X"), seen=Seen(1, 1), by=officer)

    assert Statement.objects.get().number == 1


@pytest.mark.parametrize("seed", range(10))
def test_random_interleavings_of_two_editors_lose_nothing(seed, heerlen, officer, round_):
    """Each editor loads, types and saves at random moments. Whatever was stored once was either
    seen by whoever replaced it, or shown to her beside her own."""
    chance = random.Random(seed)
    agreement = make_effort(heerlen)
    editors = [officer, make_user(heerlen, "reporter")]
    seen = {editor: (Seen(1, 0), "") for editor in editors}
    typed = dict.fromkeys(editors, "")
    stored, refused = "", 0
    for step in range(40):
        editor = chance.choice(editors)
        if chance.random() < 0.3:
            now = Statement.objects.filter(agreement=agreement).first()
            if now is not None:
                seen[editor] = (Seen(now.number, now.edit), now.explanation)
            continue
        typed[editor] = f"tekst {step} van {editor.pk}"
        values = replace(GOOD, explanation=typed[editor])
        try:
            kept = write(agreement, heerlen, round_, values, seen=seen[editor][0], by=editor)
        except EditedMeanwhileError as error:
            refused += 1
            assert error.theirs.explanation == stored, "she is shown what is stored"
            assert Statement.objects.get().explanation == stored, "nothing was overwritten"
            seen[editor] = (Seen(error.theirs.number, error.theirs.edit), stored)
        else:
            assert seen[editor][1] == stored, "only what she saw was replaced"
            stored = typed[editor]
            seen[editor] = (Seen(kept.number, kept.edit), stored)
    assert refused, "the editors met"
    assert Statement.objects.get().explanation == stored


# --- handing in ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (replace(GOOD, status=""), "Kies hoe ver het is."),
        (replace(GOOD, light=""), "Kies op schema, let op of achter."),
        (replace(GOOD, explanation=" "), "Schrijf hoe het staat."),
        (replace(GOOD, light=Light.WATCH), "Kies de oorzaak."),
        (replace(GOOD, light=Light.BEHIND), "Kies de oorzaak."),
        (replace(GOOD, cause="other"), "Schrijf welke andere oorzaak er is."),
    ],
)
def test_incomplete_answers_are_told_one_by_one(heerlen, officer, round_, values, sentence):
    agreement = make_effort(heerlen, number="4")
    write(agreement, heerlen, round_, values, seen=Seen(1, 0), by=officer)

    with pytest.raises(IncompleteError, match="afspraak 4") as caught:
        submit(heerlen, round_, officer)

    assert [line.missing for line in caught.value.lines] == [(sentence,)]


def test_all_are_handed_in_or_none(heerlen, officer, round_):
    first, second = make_effort(heerlen, number="1"), make_effort(heerlen, number="2")
    write(first, heerlen, round_, GOOD, seen=Seen(1, 0), by=officer)

    with pytest.raises(IncompleteError, match="afspraak 2: Nog niet ingevuld"):
        submit(heerlen, round_, officer)
    assert not Statement.objects.submitted().exists()

    write(second, heerlen, round_, GOOD, seen=Seen(1, 0), by=officer)
    assert len(submit(heerlen, round_, officer)) == 2
    assert set(Statement.objects.values_list("submitted_by", flat=True)) == {officer.pk}


def test_handing_in_twice_says_so(heerlen, officer, round_):
    write(make_effort(heerlen), heerlen, round_, GOOD, seen=Seen(1, 0), by=officer)
    submit(heerlen, round_, officer)

    with pytest.raises(StatementError, match="Alles is al ingediend"):
        submit(heerlen, round_, officer)


@pytest.mark.parametrize(
    "step",
    [
        lambda a, o, r, by: concept_of(a, o, r, by),
        lambda a, o, r, by: write(a, o, r, GOOD, seen=Seen(1, 0), by=by),
        lambda a, o, r, by: submit(o, r, by),
        lambda a, o, r, by: reopen(a, o, r, by),
    ],
)
def test_a_closed_round_refuses_with_a_sentence(heerlen, officer, step):
    closed = make_round(2025, opens_on=date(2026, 1, 5), closes_on=date(2026, 3, 1))
    agreement = make_effort(heerlen)

    with (
        time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC)),
        pytest.raises(StatementError, match="Ronde 2025 is niet open voor Heerlen"),
    ):
        step(agreement, heerlen, closed, officer)


def test_an_extension_opens_the_round_again(heerlen, officer):
    closed = make_round(2025, opens_on=date(2026, 1, 5), closes_on=date(2026, 3, 1))
    Extension.objects.create(round=closed, organisation=heerlen, until=date(2026, 3, 9), reason="x")

    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        assert concept_of(make_effort(heerlen), heerlen, closed, officer).pk


def test_a_new_version_can_be_dropped_and_the_first_stays(heerlen, officer, round_):
    agreement = make_effort(heerlen)
    said = make_said(agreement, heerlen)
    concept = reopen(agreement, heerlen, round_, officer)

    statements.drop(concept)

    assert Statement.objects.get() == said
    assert Part.objects.get().state == Part.State.SUBMITTED


def test_a_first_concept_cannot_be_dropped(heerlen, officer, round_):
    concept = concept_of(make_effort(heerlen), heerlen, round_, officer)

    with pytest.raises(StatementError, match="geen nieuwe versie"):
        statements.drop(concept)


# --- the part of the round ----------------------------------------------------------------


def test_the_part_follows_every_step(heerlen, officer, round_):
    first, second = make_effort(heerlen, number="1"), make_effort(heerlen, number="2")

    def part():
        found = Part.objects.get(organisation=heerlen, kind=Part.Kind.STATEMENTS)
        return (found.state, found.done, found.of)

    set_parts(round_)
    assert part() == ("missing", 0, 2)
    write(first, heerlen, round_, replace(GOOD, light=""), seen=Seen(1, 0), by=officer)
    assert part() == ("draft", 0, 2)
    write(first, heerlen, round_, GOOD, seen=Seen(1, 1), by=officer)
    assert part() == ("draft", 1, 2)
    write(second, heerlen, round_, GOOD, seen=Seen(1, 0), by=officer)
    assert part() == ("draft", 2, 2)
    submit(heerlen, round_, officer)
    assert part() == ("provisional", 2, 2)
    reopen(first, heerlen, round_, officer)
    assert part() == ("draft", 2, 2)


def test_setting_parts_twice_adds_nothing_and_takes_away_what_is_not_asked(heerlen, round_):
    agreement = make_effort(heerlen)

    assert (set_parts(round_), set_parts(round_)) == (1, 0)
    agreement.responsible.clear()
    set_parts(round_)

    assert not Part.objects.filter(kind=Part.Kind.STATEMENTS).exists()


def test_not_handed_in_stays_said_until_somebody_answers(heerlen, officer, round_):
    agreement = make_effort(heerlen)
    set_parts(round_)
    Part.objects.update(state=Part.State.NOT_SUBMITTED)

    set_parts(round_)
    assert Part.objects.get().state == Part.State.NOT_SUBMITTED
    write(agreement, heerlen, round_, GOOD, seen=Seen(1, 0), by=officer)

    assert Part.objects.get().state == Part.State.DRAFT


def test_overview_names_the_next_that_lacks_something(heerlen, officer, round_):
    first, second, third = (make_effort(heerlen, number=number) for number in "123")
    write(second, heerlen, round_, GOOD, seen=Seen(1, 0), by=officer)

    overview = overview_of(heerlen, round_)

    assert (overview.done, overview.of) == (1, 3)
    assert overview.after(first).agreement == third
    assert overview.after(third).agreement == first


def test_the_coordinator_answers_for_the_region(round_):
    region, coordinator = make_city_region(), make_coordinator()
    agreement = make_effort(region)

    write(agreement, region, round_, GOOD, seen=Seen(1, 0), by=coordinator)

    assert len(submit(region, round_, coordinator)) == 1


@pytest.mark.django_db(transaction=True)
def test_ten_simultaneous_submits_make_one_version_each():
    heerlen, round_ = make_municipality(), make_round(2025)
    officer = make_user(heerlen, "reporter", "approver")
    for number in "123":
        agreement = make_effort(heerlen, number=number)
        write(agreement, heerlen, round_, GOOD, seen=Seen(1, 0), by=officer)

    def press(_):
        try:
            return len(submit(heerlen, round_, officer))
        except StatementError as error:
            return str(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(press, range(10)))

    assert outcomes.count(3) == 1
    assert outcomes.count("Alles is al ingediend. Er is niets nieuws om in te dienen.") == 9
    assert [each.number for each in Statement.objects.submitted()] == [1, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_ten_first_saves_at_once_make_one_concept():
    heerlen, round_ = make_municipality(), make_round(2025)
    officer = make_user(heerlen, "reporter", "approver")
    agreement = make_effort(heerlen)

    def press(index):
        values = replace(GOOD, explanation=f"van {index}")
        try:
            write(agreement, heerlen, round_, values, seen=Seen(1, 0), by=officer)
        except EditedMeanwhileError as error:
            return error.theirs.explanation
        finally:
            connection.close()
        return "mine"

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(press, range(10)))

    kept = Statement.objects.get().explanation
    assert outcomes.count("mine") == 1
    assert outcomes.count(kept) == 9
