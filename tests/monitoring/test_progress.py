"""The arithmetic of NUMBERS 6 and 9."""

from dataclasses import replace
from datetime import date

import pytest

from monitoring.breakdown import by_corporation, by_municipality, by_segment
from monitoring.lights import Thresholds, light_of
from monitoring.progress import (
    Answered,
    Light,
    Mark,
    Progress,
    Rule,
    Slice,
    measure,
    net_change,
)

TARGETS = dict.fromkeys(range(2024, 2029), 270)
NINE = tuple(f"corporation-{number}" for number in range(1, 10))
ALL_YEARS = dict.fromkeys(range(2024, 2029), NINE)
FOUR = {"additions": True, "sales": True, "demolition": True, "other_withdrawals": True}


def make_slice(homes: int, year: int = 2025, **fields) -> Slice:
    fields.setdefault("organisation", NINE[0])
    fields.setdefault("municipality", "heerlen")
    return Slice(year=year, homes=homes, **fields)


def answers(year: int, parties=NINE, **fields) -> list[Answered]:
    return [Answered(party, year, **fields) for party in parties]


def measured(slices=(), answered=(), **fields) -> Progress:
    fields.setdefault("targets", TARGETS)
    fields.setdefault("asked", ALL_YEARS)
    fields.setdefault("rule", Rule())
    fields.setdefault("today", date(2027, 1, 15))
    targets = fields.pop("targets")
    return measure(targets, slices, answered=answered, **fields)


def test_half_the_parties_silent():
    """Case 8: the verdict is over closed years, the year with one answer stands beside it."""
    slices = [make_slice(212, 2024), make_slice(240, 2025), make_slice(3, 2026)]
    answered = [*answers(2024), *answers(2025), *answers(2026, NINE[:1])]

    progress = measured(slices, answered, total=1350)

    assert (progress.due, progress.built, progress.built_closed) == (540, 455, 452)
    assert (progress.behind, progress.needed_per_year) == (88, 300)
    assert progress.closed_until == 2025
    year = progress.year(2026)
    assert (year.built, year.reported, year.asked, year.closed) == (3, 1, 9, False)
    assert year.missing == NINE[1:]
    assert year.light is Light.UNKNOWN
    assert progress.light is Light.BEHIND


def test_story_of_the_design():
    slices = [
        make_slice(219, 2024),
        make_slice(246, 2025),
        make_slice(88, 2026),
        make_slice(54, 2026, standing="submitted", rent_class="unknown"),
    ]
    answered = [*answers(2024), *answers(2025), *answers(2026, NINE[:7])]

    progress = measured(slices, answered, today=date(2027, 2, 15))

    assert (progress.built, progress.built_closed, progress.behind) == (607, 465, 75)
    assert (progress.accepted, progress.provisional) == (553, 54)
    assert progress.needed_per_year == 295
    assert progress.rent_unknown == 54


def test_year_without_reports_is_unknown_not_zero():
    progress = measured()

    assert [year.built for year in progress.years] == [None] * 5
    assert progress.built is None
    assert progress.accepted is None
    assert (progress.due, progress.built_closed, progress.behind) == (None, None, None)
    assert progress.light is Light.UNKNOWN
    assert progress.needed_per_year == 270


def test_nothing_built_is_an_answer():
    progress = measured(answered=answers(2024, additions=True))

    assert progress.year(2024).built == 0
    assert progress.built_closed == 0
    assert progress.behind == 270


def test_pending_correction_is_in_no_total_but_marked():
    """Case 5: accepted 24, a correction to 23 waits."""
    slices = [make_slice(24, 2024), make_slice(23, 2024, standing="pending")]

    progress = measured(slices, answers(2024))

    assert progress.built == 24
    assert progress.marks == (Mark("correction", 24, becomes=23, year=2024, organisation=NINE[0]),)


def test_correction_to_nothing_is_marked_too():
    answered = [Answered(NINE[0], 2024, correction=True)]

    progress = measured([make_slice(24, 2024)], answered)

    assert [(mark.homes, mark.becomes) for mark in progress.marks] == [(24, 0)]


def test_correction_that_leaves_the_figure_as_it_is_is_not_marked():
    slices = [make_slice(24, 2024), make_slice(24, 2024, standing="pending")]

    assert measured(slices, answers(2024)).marks == ()


def test_disputed_homes_keep_counting():
    slices = [make_slice(12, 2026), make_slice(30, 2026, municipality="kerkrade")]
    answered = [Answered(NINE[0], 2026, disputed=frozenset({"heerlen"}))]

    progress = measured(slices, answered)

    assert (progress.built, progress.disputed) == (42, 12)
    assert progress.marks == (
        Mark("disputed", 12, year=2026, organisation=NINE[0], municipality="heerlen"),
    )


@pytest.mark.parametrize(
    ("built", "light"),
    [
        pytest.param(540, Light.ON, id="exactly all"),
        pytest.param(539, Light.WATCH, id="one short"),
        pytest.param(486, Light.WATCH, id="exactly nine tenths"),
        pytest.param(485, Light.BEHIND, id="just below nine tenths"),
        pytest.param(0, Light.BEHIND, id="nothing"),
    ],
)
def test_light_changes_exactly_on_its_threshold(built, light):
    slices = [make_slice(built, 2024)]

    assert measured(slices, [*answers(2024), *answers(2025)]).light is light


def test_thresholds_are_data():
    thresholds = Thresholds(on=95, watch=80)

    assert light_of(95, 100, thresholds=thresholds) is Light.ON
    assert light_of(80, 100, thresholds=thresholds) is Light.WATCH


@pytest.mark.parametrize(
    ("built", "light"),
    [
        pytest.param(270, Light.ON, id="what is known reaches the target"),
        pytest.param(269, Light.UNKNOWN, id="never achter while parties are missing"),
    ],
)
def test_past_year_with_parties_missing(built, light):
    progress = measured([make_slice(built, 2024)], answers(2024, NINE[:7]), today=date(2025, 3, 1))

    assert progress.year(2024).light is light
    assert progress.light is light
    assert progress.closed_until is None
    assert progress.year(2024).missing == NINE[7:]


def test_running_year_is_never_judged():
    progress = measured([make_slice(300, 2024)], answers(2024), today=date(2024, 12, 31))

    assert progress.year(2024).light is Light.UNKNOWN
    assert progress.year(2024).reported == 9
    assert progress.closed_until is None


def test_half_year_answer_counts_in_the_running_year_only():
    answered = answers(2025, complete=False)

    running = measured([make_slice(5)], answered, today=date(2025, 7, 1)).year(2025)
    past = measured([make_slice(5)], answered, today=date(2026, 1, 1)).year(2025)

    assert (running.reported, past.reported) == (9, 0)
    assert (running.built, past.built) == (5, 5)
    assert past.missing == NINE


def test_closed_years_are_an_unbroken_run():
    answered = [*answers(2024, NINE[:8]), *answers(2025)]

    progress = measured([make_slice(300, 2025)], answered)

    assert progress.year(2025).finished
    assert not progress.year(2025).closed
    assert progress.closed_until is None
    assert progress.needed_per_year == 270


def test_coordinator_closes_a_year_with_parties_missing():
    answered = [*answers(2024, NINE[:8]), *answers(2025)]
    slices = [make_slice(200, 2024), make_slice(300, 2025)]

    progress = measured(slices, answered, closed_by_hand=frozenset({2024}))

    assert (progress.closed_until, progress.built_closed, progress.behind) == (2025, 500, 40)
    assert progress.year(2024).missing == NINE[8:]


def test_year_in_which_nobody_was_asked_does_not_close():
    assert measured(asked={}).closed_until is None


def test_returned_answer_counts_for_nothing():
    answered = [Answered(NINE[0], 2024, state="missing", marks=(Mark("returned", year=2024),))]

    progress = measured(answered=answered)

    assert progress.year(2024).built is None
    assert progress.marks == (Mark("returned", year=2024),)


def test_ahead_is_a_negative_behind():
    answered = [*answers(2024), *answers(2025)]

    assert measured([make_slice(552, 2024)], answered).behind == -12


def test_needed_is_never_below_zero():
    progress = measured([make_slice(1400, 2024)], answers(2024))

    assert progress.needed_per_year == 0


def test_when_all_years_are_closed_the_shortfall_is_given():
    answered = [answer for year in TARGETS for answer in answers(year)]

    progress = measured([make_slice(1290, 2024)], answered, today=date(2029, 3, 1))

    assert progress.needed_per_year is None
    assert progress.shortfall == 60
    assert progress.closed_until == 2028


def test_revised_target_and_total_need_not_agree():
    """Case 9: 270 becomes 330 for 2027 and 2028 while the total stays 1.350."""
    targets = {**TARGETS, 2027: 330, 2028: 330}

    progress = measured([make_slice(452, 2024)], answers(2024), targets=targets, total=1350)

    assert progress.goal == 1350
    assert progress.agreed_in_years == 1470


def test_without_targets_there_is_no_light_and_no_verdict():
    progress = measured([make_slice(10, 2024)], answers(2024), targets={})

    assert progress.light is Light.NONE
    assert progress.year(2024).light is Light.NONE
    assert (progress.goal, progress.due, progress.behind) == (None, None, None)
    assert progress.needed_per_year is None
    assert progress.built == 10


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"kind": "purchase"}, id="bought"),
        pytest.param({"kind": "to_daeb"}, id="transfer"),
        pytest.param({"segment": "mid_rent"}, id="mid rent"),
        pytest.param({"segment": "social_above_limit"}, id="rent above the limit"),
        pytest.param({"self_contained": False}, id="room"),
        pytest.param({"unit_kind": "care"}, id="no dwelling"),
        pytest.param({"part": "2.1B"}, id="2.1B"),
        pytest.param({"municipality": ""}, id="place unknown"),
        pytest.param({"year": 2023}, id="before the agreements"),
        pytest.param({"year": 2029}, id="after them"),
    ],
)
def test_what_the_rule_does_not_count(fields):
    assert not Rule().counts(make_slice(1, **fields))


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"origin": "unknown"}, id="origin unknown"),
        pytest.param({"self_contained": None}, id="self-contained unknown"),
        pytest.param({"rent_class": "unknown"}, id="rent unknown"),
        pytest.param({"dwelling_type": "flex"}, id="flex"),
        pytest.param({"dwelling_type": "extramural"}, id="extramural"),
    ],
)
def test_what_the_rule_counts(fields):
    assert Rule().counts(make_slice(1, **fields))


def test_new_rule_without_flex_changes_the_reading():
    """Case 7."""
    slices = [make_slice(205, 2024), make_slice(7, 2024, dwelling_type="flex")]
    without_flex = Rule(number=2, excluded_dwelling_types=frozenset({"flex"}))
    from_2025 = replace(without_flex, applies_from=2025, earlier=Rule())

    assert measured(slices, answers(2024)).built == 212
    assert measured(slices, answers(2024), rule=without_flex).built == 205
    assert measured(slices, answers(2024), rule=from_2025).built == 212


def test_flags_stand_beside_the_figure():
    slices = [
        make_slice(3, dwelling_type="flex"),
        make_slice(2, self_contained=None, rent_class="unknown"),
        make_slice(4, municipality=""),
        make_slice(5, lost=2),
    ]

    marks = {mark.code: mark.homes for mark in measured(slices, answers(2025)).marks}

    assert marks == {
        "flex": 3,
        "self_contained_unknown": 2,
        "rent_unknown": 2,
        "unplaced": 4,
        "lost": 2,
    }


def test_net_is_every_change_of_social_dwellings():
    slices = [
        make_slice(24),
        make_slice(5, kind="purchase"),
        make_slice(2, self_contained=False),
        make_slice(1, branch="", segment="social_above_limit"),
        make_slice(-4, kind="sale_other"),
        make_slice(-2, kind="to_non_daeb"),
        make_slice(6, branch="", segment="affordable_sale"),
        make_slice(-9, kind="sale_other", part="2.1B"),
        make_slice(-3, kind="demolition", branch="non_daeb", segment="mid_rent"),
        make_slice(-8, kind="demolition", standing="pending"),
    ]

    net = measured(slices, answers(2025, **FOUR)).year(2025).net

    assert (net.additions, net.withdrawals, net.net) == (32, -6, 26)


def test_daeb_and_back():
    """Case 6: gross stays 1 while net goes up, down and up."""
    slices = [
        make_slice(1, 2025),
        make_slice(-1, 2026, kind="to_non_daeb"),
        make_slice(1, 2027, kind="to_daeb"),
    ]
    answered = [answer for year in (2025, 2026, 2027) for answer in answers(year, **FOUR)]

    progress = measured(slices, answered)

    assert progress.built == 1
    assert [progress.year(year).net.net for year in (2025, 2026, 2027)] == [1, -1, 1]


def test_net_of_a_party_needs_all_four_answers():
    three = {**FOUR, "demolition": False}
    asked = {2025: NINE[:1]}

    progress = measured([make_slice(24)], [Answered(NINE[0], 2025, **three)], asked=asked)

    assert progress.year(2025).net.net is None
    assert progress.year(2025).net.missing == ((NINE[0], 2025),)


def test_net_of_the_region_sums_who_answered_and_names_the_others():
    slices = [make_slice(24), make_slice(99, organisation=NINE[1])]
    answered = [Answered(NINE[0], 2025, **FOUR), Answered(NINE[1], 2025)]

    net = net_change(slices, answered=answered, asked={2025: NINE[:2]}, years=[2025])

    assert net.net == 24
    assert net.missing == ((NINE[1], 2025),)


def test_municipality_waits_for_the_corporations_that_build_there():
    slices = [make_slice(96, 2024), make_slice(7, 2024, municipality="voerendaal")]
    asked = {"heerlen": {2024: NINE[:1]}, "voerendaal": {2024: NINE[:1], 2025: NINE[1:2]}}

    progress = by_municipality(
        slices,
        ["heerlen", "voerendaal"],
        answered=answers(2024),
        asked=asked,
        rule=Rule(),
        today=date(2026, 1, 15),
        targets={"heerlen": dict.fromkeys(range(2024, 2029), 84)},
    )

    assert progress["heerlen"].behind == -12
    assert progress["heerlen"].light is Light.ON
    assert progress["voerendaal"].built == 7
    assert progress["voerendaal"].year(2025).built is None
    assert progress["voerendaal"].light is Light.NONE


def test_municipality_leaves_out_marks_about_another():
    marks = (Mark("excess", 180, municipality="kerkrade"), Mark("returned"))
    answered = [Answered(NINE[0], 2024, marks=marks)]

    progress = by_municipality(
        [],
        ["heerlen"],
        answered=answered,
        asked={"heerlen": {2024: NINE[:1]}},
        rule=Rule(),
        today=date(2026, 1, 15),
    )

    assert progress["heerlen"].marks == (Mark("returned"),)


def test_corporation_waits_for_itself_only():
    slices = [make_slice(41, 2024), make_slice(6, 2024, organisation=NINE[1])]

    progress = by_corporation(
        slices,
        NINE[:3],
        answered=answers(2024, NINE[:2]),
        asked={2024: NINE},
        rule=Rule(),
        today=date(2026, 1, 15),
    )

    assert [progress[party].year(2024).built for party in NINE[:3]] == [41, 6, None]
    assert progress[NINE[0]].closed_until == 2024
    assert progress[NINE[2]].year(2024).missing == (NINE[2],)


def test_segments_are_counted_by_the_same_rule():
    slices = [make_slice(24), make_slice(6, segment="affordable_sale", branch="")]
    progress = measured(slices, answers(2025))

    table = by_segment(slices, progress)

    assert table["social_rent"][2025].homes == progress.year(2025).built == 24
    assert table["affordable_sale"][2025].homes == 6
    assert table["mid_rent"][2025].homes == 0
    assert table["mid_rent"][2026].homes is None


def test_total_without_yearly_pace_has_no_line():
    """The 7.500 of the vision: total and built, no light and nothing needed a year."""
    progress = measured([make_slice(10)], answers(2025), targets={}, total=7500)

    assert (progress.goal, progress.built) == (7500, 10)
    assert (progress.light, progress.needed_per_year) == (Light.NONE, None)


def test_demonstration_shows():
    assert measured([make_slice(1, demo=True)]).demo
    assert not measured([make_slice(1)]).demo
