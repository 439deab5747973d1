"""A municipality's own figures: saving field by field, two people at once, what is missing."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from housing import municipal, tallies, versions
from housing.access import can_review, submits_for
from housing.models import MunicipalFigure, Part, Submission
from housing.municipal import Entered, checks, concept_of, correct, given_in, save, take_over
from housing.municipal_fields import (
    BY_KEY,
    FIELDS,
    NOTHING,
    Answer,
    Given,
    jumps,
    meanings_of,
)
from housing.municipal_paste import read_paste
from monitoring.figures import picture
from tests.factories import (
    make_city_region,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_part,
    make_round,
    make_row,
    make_rules,
    make_target,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
MID, SALE, GONE = "klaar-mid-rent", "klaar-affordable-sale", "gesloopt"


@pytest.fixture
def heerlen():
    make_rules()
    return make_municipality()


@pytest.fixture
def officer(heerlen):
    return make_clerk(heerlen)


@pytest.fixture
def round_(heerlen):
    found = make_round(2026)
    Part.objects.create(
        round=found, organisation=heerlen, kind=Part.Kind.OWN_FIGURES, url_name="entry:entry"
    )
    return found


@pytest.fixture
def concept(heerlen, round_, officer):
    return concept_of(heerlen, 2026, round_, officer)


def typed(homes, seen=NOTHING, note=""):
    given = Given.number(homes, note) if homes is not None else Given()
    return Entered(given, seen.token)


def answer_all(concept, by, homes=5):
    entered = {field.key: typed(homes, given_in(concept).get(field.key, NOTHING))
               for field in FIELDS}  # fmt: skip
    return save(concept, entered, by)


def now(concept):
    return given_in(Submission.objects.get(pk=concept.pk))


def accept(concept):
    versions.submit(concept, actor=None)
    versions.accept(Submission.objects.get(pk=concept.pk), actor=None)


def earlier(heerlen, officer, **homes):
    """An accepted answer of 2025."""
    concept = concept_of(heerlen, 2025, make_round(2025), officer)
    save(concept, {key.replace("_", "-"): typed(n) for key, n in homes.items()}, officer)
    accept(concept)


# --- the figures --------------------------------------------------------------------------


def test_every_field_has_a_place_of_its_own_and_a_meaning():
    assert len({field.place for field in FIELDS}) == len(FIELDS) == len(BY_KEY)
    assert all(meanings_of(2026).values())


def test_meanings_name_the_limits_of_the_year_where_they_are_known(heerlen):
    assert "€ 420.000" in meanings_of(2026)[SALE]
    assert "€ 932,93" in meanings_of(2026)[MID]
    assert "de prijsgrens van 2027" in meanings_of(2027)[SALE]


@pytest.mark.parametrize(
    ("value", "before", "asks"),
    [
        (132, 55, True), (55, 132, True), (110, 55, False), (111, 55, True), (27, 55, True),
        (28, 55, False), (3, 1, False), (11, 1, True), (10, 0, True), (9, 0, False), (0, 10, True),
        (None, 55, False), (55, None, False),
    ],
)  # fmt: skip
def test_what_jumps_asks_for_a_word(value, before, asks):
    assert jumps(value, before) is asks


def test_zero_and_none_are_one_answer():
    assert Given.number(0) == Given(Answer.NONE.value)
    assert Given.number(0).known == 0


# --- the concept --------------------------------------------------------------------------


def test_the_first_concept_is_empty_and_given_again_to_a_colleague(heerlen, round_, officer):
    concept = concept_of(heerlen, 2026, round_, officer)

    assert concept_of(heerlen, 2026, round_, make_clerk(heerlen)) == concept
    assert concept.covers_until == round_.period_until
    assert now(concept) == {}


def test_what_came_back_begins_anew_with_its_figures(heerlen, round_, officer, concept):
    save(concept, {MID: typed(41, note="Twee projecten")}, officer)
    versions.submit(concept, actor=officer)
    versions.send_back(Submission.objects.get(), actor=None, comment="Kijk nog eens")

    again = concept_of(heerlen, 2026, round_, officer)

    assert again.number == 2
    assert now(again)[MID] == Given("number", 41, "Twee projecten")


def test_what_was_handed_in_is_changed_by_a_correction_that_leaves_it_counting(
    heerlen, round_, officer, concept
):
    save(concept, {MID: typed(41)}, officer)
    accept(concept)

    assert concept_of(heerlen, 2026, round_, officer) is None
    change = correct(heerlen, 2026, round_, officer)
    save(change, {MID: typed(44, Given.number(41))}, officer)

    assert Submission.objects.get(counts=True).pk == concept.pk
    assert now(concept)[MID].homes == 41
    assert now(change)[MID].homes == 44


def test_there_is_nothing_to_correct_before_handing_in(heerlen, round_, officer):
    with pytest.raises(municipal.MunicipalError, match="niets ingediend"):
        correct(heerlen, 2026, round_, officer)


def test_the_round_of_the_whole_year_asks_again_after_half_a_year(heerlen, round_, officer):
    half = make_round(2027)
    half = shortened(half, 2026)
    concept = concept_of(heerlen, 2026, half, officer)
    save(concept, {MID: typed(20)}, officer)
    accept(concept)

    again = concept_of(heerlen, 2026, round_, officer)

    assert again is not None
    assert now(again)[MID].homes == 20
    assert again.covers_until == round_.period_until


def shortened(round_, year):
    round_.year, round_.period_from = year, date(year, 1, 1)
    round_.period_until = date(year, 6, 30)
    round_.save()
    return round_


# --- saving -------------------------------------------------------------------------------


def test_blank_takes_an_answer_away(concept, officer):
    save(concept, {MID: typed(41)}, officer)

    save(concept, {MID: typed(None, Given.number(41))}, officer)

    assert MID not in now(concept)


def test_the_second_of_two_is_told_and_sees_both(concept, officer, heerlen):
    save(concept, {MID: typed(41)}, officer)
    save(concept, {MID: typed(50, Given.number(41))}, officer)

    done = save(concept, {MID: typed(60, Given.number(41)), GONE: typed(3)}, make_clerk(heerlen))

    assert [(c.mine.homes, c.theirs.homes) for c in done.clashes] == [(60, 50)]
    assert now(concept)[MID].homes == 50
    assert now(concept)[GONE].homes == 3


def test_what_she_left_as_shown_never_overwrites_a_colleague(concept, officer, heerlen):
    save(concept, {MID: typed(41)}, officer)
    seen = Given.number(41)
    save(concept, {MID: typed(50, seen)}, officer)

    done = save(concept, {MID: typed(41, seen), GONE: typed(3)}, make_clerk(heerlen))

    assert done.clashes == ()
    assert now(concept)[MID].homes == 50


def test_the_same_answer_twice_is_no_clash(concept, officer, heerlen):
    save(concept, {MID: typed(41)}, officer)

    assert save(concept, {MID: typed(41)}, make_clerk(heerlen)).clashes == ()


def test_a_figure_that_a_colleague_took_away_is_shown_as_not_answered(concept, officer, heerlen):
    save(concept, {MID: typed(41)}, officer)
    save(concept, {MID: typed(None, Given.number(41))}, officer)

    done = save(concept, {MID: typed(60, Given.number(41))}, make_clerk(heerlen))

    assert done.clashes[0].theirs.words == "niet ingevuld"


def test_nothing_is_stored_in_what_was_handed_in(concept, officer):
    versions.submit(concept, actor=officer)

    with pytest.raises(municipal.MunicipalError, match="intussen ingediend"):
        save(concept, {MID: typed(41)}, officer)
    assert not MunicipalFigure.objects.exists()


def test_each_change_has_its_edit_number(concept, officer):
    save(concept, {MID: typed(41)}, officer)
    save(concept, {MID: typed(42, Given.number(41))}, officer)

    assert MunicipalFigure.objects.get().edit == 1


def test_the_part_says_how_many_are_answered(concept, officer):
    save(concept, {MID: typed(41), GONE: typed(0)}, officer)

    part = Part.objects.get()
    assert (part.state, part.done, part.of) == ("draft", 2, len(FIELDS))


def test_everybody_who_entered_keeps_hands_off_the_verdict(heerlen, round_, officer):
    typist, other = make_coordinator(), make_coordinator()
    concept = concept_of(heerlen, 2026, round_, typist)
    save(concept, {MID: typed(41)}, typist)
    save(concept, {GONE: typed(2)}, officer)
    versions.submit(concept, actor=officer)
    found = Submission.objects.get()

    assert not can_review(typist, found)
    assert can_review(other, found)


def test_who_entered_the_version_before_does_not_accept_its_correction(heerlen, round_, officer):
    """A correction begins with the figures of the version before it."""
    typist, other = make_coordinator(), make_coordinator()
    save(concept_of(heerlen, 2026, round_, typist), {MID: typed(41)}, typist)
    versions.submit(Submission.objects.get(), actor=officer)
    versions.accept(Submission.objects.get(), actor=other)
    correction = correct(heerlen, 2026, round_, officer)
    save(correction, {GONE: typed(2)}, officer)
    versions.submit(correction, actor=officer)
    found = Submission.objects.get(pk=correction.pk)

    assert not can_review(typist, found)
    assert can_review(make_coordinator(), found)


def test_who_entered_anything_may_not_submit_where_two_people_are_wanted(heerlen, concept, officer):
    heerlen.enterer_may_submit = False
    heerlen.save()
    colleague, third = make_clerk(heerlen), make_clerk(heerlen)
    save(concept, {MID: typed(41)}, officer)
    save(concept, {GONE: typed(1)}, colleague)
    found = Submission.objects.get()

    assert [submits_for(each, found) for each in (officer, colleague, third)] == [
        False, False, True,
    ]  # fmt: skip


# --- last year ----------------------------------------------------------------------------


def test_a_jump_needs_a_note_and_a_blank_an_answer(heerlen, round_, officer):
    earlier(heerlen, officer, **{SALE.replace("-", "_"): 55})
    concept = concept_of(heerlen, 2026, round_, officer)
    answer_all(concept, officer)
    save(concept, {SALE: typed(132, Given.number(5)), MID: typed(None, Given.number(5))}, officer)

    found = checks(concept)

    assert [line.field.key for line in found.empty] == [MID]
    assert found.unexplained[0].question == "132 is veel meer dan de 55 van 2025"
    save(concept, {SALE: typed(132, Given.number(132), note="Eén groot project")}, officer)
    assert checks(concept).unexplained == ()


def test_taking_last_year_over_fills_only_what_is_open_and_says_so(heerlen, round_, officer):
    earlier(heerlen, officer, **{MID.replace("-", "_"): 34, GONE: 12})
    concept = concept_of(heerlen, 2026, round_, officer)
    save(concept, {MID: typed(41)}, officer)

    assert take_over(concept, officer) == 1

    lines = {line.field.key: line for line in municipal.lines_of(heerlen, 2026, concept)}
    assert (lines[MID].now.homes, lines[MID].is_same) == (41, False)
    assert (lines[GONE].now.homes, lines[GONE].is_same) == (12, True)


# --- what it does not touch ---------------------------------------------------------------


def test_own_figures_change_no_total_of_the_corporations(heerlen, round_, officer):
    make_city_region()
    make_target()
    weller = make_organisation(name="Weller")
    make_part(make_round(2025), weller)
    make_version(weller, [make_row(24)], on="2026-01-20", accepted_on="2026-02-01")
    before = picture()

    concept = concept_of(heerlen, 2025, make_round(2025), officer)
    answer_all(concept, officer, homes=500)
    accept(concept)

    after = picture()
    assert (after.slices, after.answered, after.asked, after.region) == (
        before.slices, before.answered, before.asked, before.region,
    )  # fmt: skip
    assert tallies.audit() == []
    assert not Submission.objects.get(pk=concept.pk).tallies.exists()


# --- two editors at once ------------------------------------------------------------------


def interleave(seed, heerlen, round_, people):
    """Two people type, save and load in a random order; everything typed is stored, was shown in
    a clash, or was overwritten by somebody who had seen it."""
    chance = random.Random(seed)
    concept = concept_of(heerlen, 2026, round_, people[0])
    keys = [MID, SALE, GONE]
    screens = [dict.fromkeys(keys, NOTHING) for _ in people]
    typing: list[dict[str, Given]] = [{}, {}]
    told: list[tuple[str, Given]] = []
    history: dict[str, list[Given]] = {key: [NOTHING] for key in keys}
    for step in range(14):
        who = chance.randrange(2)
        act = chance.choice(["type", "type", "save", "save", "load"])
        if act == "type":
            number = chance.choice([0, step + 1, step + 1, None])
            given = Given() if number is None else Given.number(number, f"s{step}")
            typing[who][chance.choice(keys)] = given
        elif act == "load" and not typing[who]:
            stored = now(concept)
            screens[who] = {key: stored.get(key, NOTHING) for key in keys}
        elif act == "save":
            page = screens[who] | typing[who]
            entered = {key: Entered(page[key], screens[who][key].token) for key in keys}
            before, done = now(concept), save(concept, entered, people[who])
            after = now(concept)
            clashed = {clash.field.key: clash for clash in done.clashes}
            for key in keys:
                old, new = before.get(key, NOTHING), after.get(key, NOTHING)
                mine = page[key]
                touched = mine != screens[who][key]
                if key in clashed:
                    assert (old, clashed[key].theirs, clashed[key].mine) == (new, new, mine)
                    told.append((key, mine))
                elif touched:
                    assert new == mine, "what was typed is gone"
                    assert old in (screens[who][key], mine), "an unseen answer was overwritten"
                else:
                    assert new == old, "an untouched field changed"
                if new != old:
                    history[key].append(new)
            screens[who] = {key: after.get(key, NOTHING) for key in keys}
            typing[who] = {}
    assert {key: found[-1] for key, found in history.items()} == {
        key: now(concept).get(key, NOTHING) for key in keys
    }
    versions.undo(concept, actor=None)


@pytest.mark.parametrize("seed", range(20))
def test_two_editors_lose_nothing(seed, heerlen, round_, officer):
    interleave(seed, heerlen, round_, [officer, make_clerk(heerlen)])


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20, 220))
def test_two_editors_lose_nothing_200_times(seed, heerlen, round_, officer):
    interleave(seed, heerlen, round_, [officer, make_clerk(heerlen)])


def at_once(jobs):
    def alone(job):
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result() for future in [pool.submit(alone, job) for job in jobs]]


@pytest.mark.django_db(transaction=True)
def test_two_threads_on_one_figure_store_one_and_tell_the_other():
    make_rules()
    heerlen = make_municipality()
    people = [make_clerk(heerlen) for _ in range(6)]
    concept = concept_of(heerlen, 2026, make_round(2026), people[0])
    jobs = [
        lambda n=n, by=by: save(concept, {MID: typed(n + 1)}, by) for n, by in enumerate(people)
    ]

    done = at_once(jobs)

    assert sum(each.changed for each in done) == 1
    stored = now(concept)[MID]
    assert all(c.theirs == stored for each in done for c in each.clashes)
    assert sum(len(each.clashes) for each in done) == len(people) - 1


# --- a paste ------------------------------------------------------------------------------


def test_a_paste_is_read_as_the_dutch_write_numbers():
    pasted = read_paste(
        "Middenhuur\t1.041\r\nBETAALBARE  KOOP\tgeen\tNiets klaar\n\n"
        "Gesloopt, niet van een corporatie\tniet bekend"
    )

    assert [(each.field.key, each.given.words) for each in pasted.understood] == [
        (MID, "1.041"), (SALE, "geen"), (GONE, "niet bekend"),
    ]  # fmt: skip
    assert pasted.understood[1].given.note == "Niets klaar"
    assert pasted.refused == ()


@pytest.mark.parametrize(
    ("line", "cell", "text"),
    [
        ("Wat\tAantal", "A1", "Wat"),
        ("Middenhuur\tveel", "B1", "veel"),
        ("Middenhuur\t1,041", "B1", "1,041"),
        ("Middenhuur\t-3", "B1", "-3"),
        ("Middenhuur\t", "B1", ""),
        ("Middenhuur\t#REF!", "B1", "#REF!"),
        ("Middenhuur\t200.001", "B1", "200.001"),
        ("\t41", "A1", "41"),
        ("Middenhuur 41", "A1", "Middenhuur 41"),
    ],
)
def test_a_cell_that_is_not_understood_is_given_back(line, cell, text):
    pasted = read_paste(line)

    assert pasted.understood == ()
    assert [(f"{each.column}{each.line}", each.text) for each in pasted.refused] == [(cell, text)]
    assert pasted.refused[0].why


def test_a_line_that_is_there_twice_is_read_once():
    pasted = read_paste("Middenhuur\t41\nMiddenhuur\t50")

    assert [each.given.homes for each in pasted.understood] == [41]
    assert pasted.refused[0].line == 2


def test_a_reader_hands_in_nothing(heerlen, concept):
    assert not submits_for(make_user(heerlen, "reader"), concept)
