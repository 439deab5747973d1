"""A row of several homes without key, ids or address that comes back with another number."""

import pytest

from housing.intake.overlay import Line, Source, lay_over
from housing.models import StockChange, Submission
from housing.wording import spans
from tests.factories import (
    make_clerk,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_version,
)
from tests.housing.intake.factories import WOZ_HEADINGS, line, new_unit
from tests.housing.upload_pages import YEAR, confirm, csv_file, raw_csv, result_url, upload


def bare(homes, **fields):
    fields.setdefault("project", "Aarveld")
    return make_row(homes, sheet="", **fields)


def file_line(homes, **fields):
    return Line(bare(homes, **fields), (Source(9, "template", "", 2),))


def stored_line(pk, homes, file_format="template", **fields):
    return Line(bare(homes, **fields), (Source(1, file_format, "", 2),), pk, 2025)


def lay(lines, stored, answers=None, file_format="template"):
    return lay_over(lines, stored, year=2025, file_format=file_format, answers=answers)


def test_other_number_is_asked_not_guessed():
    outcome = lay([file_line(23)], [stored_line(1, 24)])

    (question,) = outcome.questions
    assert question.is_same_row
    assert (question.stored.stored, question.candidates[0].row.homes) == (1, 23)
    assert len(outcome.new) == len(outcome.missing) == 1
    assert outcome.missing_for_sure == []


def test_yes_changes_the_row():
    outcome = lay([file_line(23)], [stored_line(1, 24)], {1: True})

    (pair,) = outcome.changed
    assert [(change.field, change.old, change.new) for change in pair.changes] == [
        ("homes", 24, 23)
    ]
    assert pair.by == "uw antwoord"
    assert outcome.new == outcome.missing == outcome.questions == []


def test_no_makes_one_new_and_one_missing():
    outcome = lay([file_line(23)], [stored_line(1, 24)], {1: False})

    assert outcome.questions == []
    assert len(outcome.new) == len(outcome.missing_for_sure) == 1


def test_same_number_with_other_facts_is_asked_too():
    outcome = lay([file_line(24, remark="klaar")], [stored_line(1, 24)])

    assert len(outcome.questions) == 1


def test_row_for_row_the_one_most_like_it():
    stored = [stored_line(1, 24, remark="fase 1"), stored_line(2, 60, remark="fase 2")]
    lines = [file_line(59, remark="fase 2"), file_line(23, remark="fase 1")]

    outcome = lay(lines, stored)

    asked = {each.stored.stored: each.candidates[0].row.homes for each in outcome.questions}
    assert asked == {1: 23, 2: 59}


def test_equal_rows_are_matched_first():
    outcome = lay([file_line(24), file_line(5)], [stored_line(1, 24), stored_line(2, 6)])

    assert [each.stored.stored for each in outcome.questions] == [2]
    assert len(outcome.same) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"project": "Schilterstraat"},
        {"municipality": "kerkrade"},
        {"declared": "mid_rent"},
        {"kind": "purchase"},
        {"year": 2024},
        {"key": "A"},
        {"bag_ids": ("0917010000000001",)},
        {"postcode": "6411AB", "house_number": 1},
    ],
)
def test_other_rows_are_not_asked(other):
    assert lay([file_line(23, **other)], [stored_line(1, 24)]).questions == []


def test_single_homes_are_not_asked():
    assert lay([file_line(1, remark="x")], [stored_line(1, 1)]).questions == []


def test_woz_asks_its_own_question():
    outcome = lay([file_line(1)], [stored_line(1, 24)], file_format="woz")

    assert [question.is_same_row for question in outcome.questions] == [False]


def test_order_of_the_lines_does_not_matter():
    stored = [stored_line(1, 24), stored_line(2, 60)]
    lines = [file_line(59), file_line(23)]

    def asked(outcome):
        return {each.stored.stored: each.candidates[0].row.homes for each in outcome.questions}

    assert asked(lay(lines, stored)) == asked(lay(lines[::-1], stored)) == {1: 23, 2: 59}


@pytest.fixture
def clerk(client):
    make_municipality()
    make_rules()
    make_round(YEAR)
    found = make_clerk(make_organisation(name="Weller"))
    client.force_login(found)
    return found


@pytest.mark.django_db
def test_page_asks_and_the_answer_decides(client, clerk, tmp_path):
    row = line(when="2025", homes="24", project="Aarveld")
    confirm(client, upload(client, csv_file(tmp_path, [row])))
    stored = StockChange.objects.get()

    page = upload(client, csv_file(tmp_path, [row | {"Aantal woningen": "23"}], name="b.csv"))
    assert "Is “Aarveld, 24 woningen” dezelfde rij als rij 2" in page.text
    assert "Niet in dit bestand" not in page.text
    assert page.context["outcome"].difference.unanswered == 1
    refused = client.post(
        result_url(page.context["outcome"].upload),
        {"look": "ja", f"samen-{stored.pk}": "nee"},
        follow=True,
    )
    assert "Niet in dit bestand" in refused.text
    assert refused.context["outcome"].difference.unanswered == 1
    confirm(client, page, **{f"samen-{stored.pk}": "ja"})

    assert Submission.objects.get().rows.get().homes == 23


@pytest.mark.django_db
def test_version_sent_as_it_was_asks_nothing(client, clerk):
    party = make_organisation(name="Woonpunt")
    make_version(party, [bare(24), bare(24), bare(6)])

    stored = [
        Line(bare(row.homes), (Source(1, "template", "", 2),), row.pk, 2025)
        for row in StockChange.objects.all()
    ]

    assert lay([file_line(24), file_line(24), file_line(6)], stored).questions == []


@pytest.mark.django_db
def test_answer_that_takes_the_rows_of_another_question_takes_that_question_away(
    client, clerk, tmp_path
):
    """Two stored rows may be these two units; once they are given to one, the other is missing."""
    bare_rows = [
        line(when="2025", homes="24", project="Aarveld"),
        line(when="2025", homes="6", project="Raadhuis"),
    ]
    confirm(client, upload(client, csv_file(tmp_path, bare_rows)))
    first, second = StockChange.objects.order_by("-homes")
    units = raw_csv(tmp_path, [WOZ_HEADINGS, new_unit(1), new_unit(2)], "woz.csv")
    page = upload(client, units)
    change = page.context["outcome"].difference
    assert (len(change.questions), change.open_questions, change.unanswered) == (2, 2, 2)
    assert "rij 2 en 3" in page.text

    page = client.post(
        result_url(page.context["outcome"].upload),
        {"look": "ja", f"samen-{first.pk}": "ja"},
        follow=True,
    )

    change = page.context["outcome"].difference
    assert [(each.pk, each.together) for each in change.questions] == [(first.pk, True)]
    assert change.open_questions == 0
    assert second.pk in {row.pk for row in change.missing}
    assert change.unanswered == len(change.missing)


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([2], "2"),
        ([2, 3], "2 en 3"),
        ([2, 3, 4, 7, 9, 10], "2 tot en met 4, 7, 9 en 10"),
        (range(1, 30, 2), "1, 3, 5, 7, 9, 11 en meer"),
    ],
)
def test_rows_are_named_in_runs(numbers, text):
    assert spans(numbers) == text
