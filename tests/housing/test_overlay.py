"""A file laid over what is stored, without a database."""

from dataclasses import replace
from datetime import date

from housing.intake.overlay import TEMPLATE, WOZ, Line, Source, lay_over
from tests.factories import make_row

X, Y, Z = (f"091701000000000{n}" for n in (1, 2, 3))
FILE = Source(9, TEMPLATE, "Opleveringen", 2)


def stored(*rows, by=TEMPLATE, **fields):
    """Rows as they stand in the present answers; their keys are 1, 2, 3 …"""
    source = Source(1, by, "Blad1", 2)
    return [
        Line(row, (source,), stored=number, stored_year=row.year, **fields)
        for number, row in enumerate(rows, start=1)
    ]


def lay(rows, lines, *, file_format=TEMPLATE, year=2025, answers=None):
    source = replace(FILE, format=file_format)
    return lay_over(
        [Line(row, (source,)) for row in rows],
        lines,
        year=year,
        file_format=file_format,
        answers=answers,
    )


def homes(overlay, stays=None):
    return sum(line.row.homes for line in overlay.lines(stays or {}))


def woz(number, **fields):
    """Homes as a WOZ-bezitstabel lists them: one a row, with id and branch."""
    return [
        make_row(
            key=f"E{n}", bag_ids=(f"0917010001{n:06d}",), branch="daeb", declared="",
            segment="social_rent", build_year=2025, **fields,
        )
        for n in range(number)
    ]  # fmt: skip


# --- matching -----------------------------------------------------------------------------


def test_the_same_file_again_is_all_the_same():
    rows = [make_row(3, key="K1"), make_row(bag_ids=(X,)), make_row(5, project="Zonnehof")]

    outcome = lay(rows, stored(*rows))

    assert outcome.changes_nothing
    assert len(outcome.same) == 3


def test_own_key_goes_before_id_and_id_before_address():
    street = {"postcode": "6411AB", "house_number": 12}
    lines = stored(make_row(key="K1", bag_ids=(Y,)), make_row(bag_ids=(X,), **street))

    [pair] = lay([make_row(key="K1", bag_ids=(X,), **street)], lines).changed
    assert (pair.by, pair.old.stored) == ("kenmerk", 1)
    [pair] = lay([make_row(bag_ids=(Y,), **street)], lines).changed
    assert (pair.by, pair.old.stored) == ("BAG-id", 1)


def test_two_ids_at_one_address_are_two_homes():
    street = {"postcode": "6411AB", "house_number": 12}
    outcome = lay([make_row(bag_ids=(Y,), **street)], stored(make_row(bag_ids=(X,), **street)))

    assert [line.row.bag_ids for line in outcome.new] == [(Y,)]
    assert [line.stored for line in outcome.missing] == [1]


def test_a_key_alone_carries_nothing_to_another_year():
    lines = stored(make_row(7, key="1", project="Aarveld", year=2024))

    outcome = lay([make_row(9, key="1", project="Zonnehof", year=2025)], lines)

    assert [line.row.project for line in outcome.new] == ["Zonnehof"]
    assert [line.row.project for line in outcome.silent] == ["Aarveld"]


def test_fifty_of_one_key_become_thirty_and_twenty_of_two_years():
    lines = stored(make_row(50, key="S", year=2024))
    rows = [make_row(20, key="S", year=2025), make_row(30, key="S", year=2024)]

    outcome = lay(rows, lines)

    assert sorted(pair.new.row.homes for pair in outcome.changed) == [20, 30]
    assert homes(outcome) == 50


def test_demolition_and_new_home_under_one_id_stay_apart():
    lines = stored(make_row(kind="demolition", bag_ids=(X,)), make_row(bag_ids=(X,)))

    assert lay([line.row for line in reversed(lines)], lines).changes_nothing


# --- what a file does not name -------------------------------------------------------------


def test_a_row_not_in_the_file_is_asked_about_for_its_own_year_only():
    lines = stored(make_row(4, key="A", year=2025), make_row(5, key="B", year=2024))

    outcome = lay([], lines)

    assert [line.stored for line in outcome.missing] == [1]
    assert homes(outcome, {1: True}) == 9
    assert homes(outcome, {1: False}) == 5


def test_the_woz_says_nothing_of_homes_for_sale_and_they_stay_unasked():
    lines = stored(make_row(6, declared="affordable_sale"))

    outcome = lay([], lines, file_format=WOZ)

    assert (outcome.missing, len(outcome.silent)) == ([], 1)


def test_a_rental_home_the_woz_lacks_is_marked_not_let_and_the_template_marks_nothing():
    lines = stored(make_row(4, key="A"))

    assert [line.not_yet_let for line in lay([], lines, file_format=WOZ).lines({1: True})] == [True]
    assert [line.not_yet_let for line in lay([], lines).lines({1: True})] == [False]


def test_our_template_does_not_say_that_a_home_is_let():
    lines = stored(make_row(4, key="A"), not_yet_let=True)

    assert lay([lines[0].row], lines).changes_nothing
    [pair] = lay([lines[0].row], lines, file_format=WOZ).changed
    assert pair.new.not_yet_let is False


def test_ids_that_the_file_names_leave_the_row_they_were_in():
    lines = stored(make_row(3, bag_ids=(X, Y, Z)))
    rows = [make_row(key=bag_id, bag_ids=(bag_id,)) for bag_id in (X, Y)]

    for file_format in (WOZ, TEMPLATE):
        outcome = lay(rows, lines, file_format=file_format)

        [rest] = outcome.missing
        assert (rest.row.homes, rest.row.bag_ids) == (1, (Z,))
        assert homes(outcome) == 3
        assert homes(outcome, {1: False}) == 2


def test_a_row_with_its_key_and_a_new_number_says_the_number():
    lines = stored(make_row(3, key="K", bag_ids=(X, Y, Z)))

    outcome = lay([make_row(2, key="K", bag_ids=(X, Y))], lines)

    assert outcome.missing == []
    assert homes(outcome) == 2


# --- two formats about the same homes ------------------------------------------------------


def test_facts_of_both_are_kept_with_both_cells():
    known = make_row(
        key="E0", bag_ids=(X,), project="Aarveld", happened=date(2025, 3, 1), precision="day",
        origin="replacement", target_group="", rent="700.00",
    )  # fmt: skip
    [unit] = woz(1, rent="712.40", points=140)
    unit = replace(unit, bag_ids=(X,))

    for first, second, file_format in ((known, unit, WOZ), (unit, known, TEMPLATE)):
        by = TEMPLATE if file_format == WOZ else WOZ
        [pair] = lay([second], stored(first, by=by), file_format=file_format).changed
        row = pair.new.row
        assert (row.project, row.happened, row.origin) == (
            "Aarveld", date(2025, 3, 1), "replacement",
        )  # fmt: skip
        assert (row.rent, row.points, row.branch) == ("712.40", 140, "daeb")
        assert {source.format for source in pair.new.sources} == {WOZ, TEMPLATE}


def test_units_after_a_group_are_asked_about_and_fill_it():
    lines = stored(make_row(24, project="Aarveld"))

    asked = lay(woz(23), lines, file_format=WOZ)
    assert [len(question.candidates) for question in asked.questions] == [23]
    outcome = lay(woz(23), lines, file_format=WOZ, answers={1: True})

    assert outcome.questions == []
    assert homes(outcome) == 24
    assert {pair.new.row.project for pair in outcome.changed} == {"Aarveld"}


def test_units_that_do_not_belong_to_the_group_are_added():
    outcome = lay(woz(23), stored(make_row(24, project="A")), file_format=WOZ, answers={1: False})

    assert homes(outcome) == 47


def test_a_group_after_its_units_is_asked_about_and_describes_them():
    lines = stored(*woz(23), by=WOZ)
    group = make_row(24, project="Aarveld", happened=date(2025, 3, 1), precision="day")

    asked = lay([group], lines)
    [question] = asked.questions
    assert (question.stored.row, len(question.candidates)) == (group, 23)
    outcome = lay([group], lines, answers={question.stored.stored: True})

    assert outcome.questions == outcome.missing == []
    assert homes(outcome) == 24
    found = outcome.lines({})
    assert {line.row.project for line in found} == {"Aarveld"}
    assert {line.row.happened for line in found} == {date(2025, 3, 1)}
    assert [line.row.homes for line in found if line.not_yet_let] == [1]
    assert sum(len(line.row.bag_ids) for line in found) == 23


def test_a_group_that_is_something_else_is_added_and_the_units_asked_about():
    lines = stored(*woz(23), by=WOZ)

    outcome = lay([make_row(24, project="Aarveld")], lines, answers={1: False})

    assert len(outcome.missing) == 23
    assert homes(outcome) == 47


def test_the_january_template_again_after_the_july_woz_is_no_new_home():
    group = make_row(24, project="Aarveld")
    after_woz = lay(woz(23), stored(group), file_format=WOZ, answers={1: True}).lines({1: True})
    lines = [replace(line, stored=number) for number, line in enumerate(after_woz, start=1)]

    again = lay([group], lines)

    assert again.questions == again.missing == again.new == []
    assert homes(again) == 24


def test_two_groups_are_asked_about_apart():
    lines = stored(*woz(30), by=WOZ)
    groups = [make_row(10, project="A"), make_row(20, project="B")]

    questions = lay(groups, lines).questions
    keys = [question.stored.stored for question in questions]
    assert len(set(keys)) == 2
    outcome = lay(groups, lines, answers=dict.fromkeys(keys, True))

    assert homes(outcome) == 30
    assert outcome.missing == outcome.questions == []


def test_next_years_woz_fills_the_open_remainder_of_one_project():
    lines = stored(make_row(1, project="Aarveld"), not_yet_let=True)
    [late] = woz(1, year=2026)

    [pair] = lay([late], lines, file_format=WOZ, year=2026).changed

    assert (pair.by, pair.new.row.year, pair.new.row.project) == ("restant", 2025, "Aarveld")


def test_a_remainder_of_two_projects_is_nobodys():
    lines = stored(make_row(1, project="A"), make_row(1, project="B"), not_yet_let=True)

    assert len(lay(woz(1, year=2026), lines, file_format=WOZ, year=2026).new) == 1
