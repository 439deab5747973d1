"""Homes that belong to next year: left out here, ready there. And what the template knows."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from housing import versions
from housing.models import Membership, PlannedLine, StockChange, Submission
from tests.factories import (
    make_clerk,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_user,
    make_version,
)
from tests.housing.upload_pages import YEAR, confirm, csv_file, lines, result_url, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference():
    make_municipality()
    make_rules()
    for year in (YEAR, YEAR + 1):
        make_round(year)


@pytest.fixture
def weller():
    return make_organisation(name="Weller")


@pytest.fixture
def clerk(client, weller):
    found = make_clerk(weller)
    client.force_login(found)
    return found


def moved_on(client, tmp_path, answer="volgend"):
    """24 and 6 homes were reported; a second file lacks the 6."""
    confirm(client, upload(client, csv_file(tmp_path, lines(24, 6))))
    absent = StockChange.objects.get(homes=6)
    page = upload(client, csv_file(tmp_path, lines(24), name="twee.csv"))
    return confirm(client, page, **{f"blijft-{absent.pk}": answer})


def workbook(client, year, **query):
    answer = client.get(reverse("housing:template", args=["weller", year]), query)
    content = b"".join(answer.streaming_content)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Opleveringen")
    return content, [row for row in sheet.to_python() if any(map(str, row))][1:]


def test_row_that_belongs_to_next_year_falls_away_and_is_ready_there(client, clerk, tmp_path):
    page = moved_on(client, tmp_path)

    assert [row.homes for row in page.context["submission"].rows.all()] == [24]
    line = PlannedLine.objects.get()
    assert (line.year, line.facts["homes"], line.by) == (2026, 6, clerk)
    page = client.get(reverse("housing:upload", args=["weller", 2026]))
    assert "Dit zette u klaar voor 2026" in page.text
    assert "Aarveld, 6 woningen, Heerlen" in page.text
    _, rows = workbook(client, 2026)
    assert [(row[0], row[6], row[7]) for row in rows] == [("K1", 2026, 6)]
    assert workbook(client, 2026, leeg="ja")[1] == []


def test_ready_line_is_gone_once_it_is_reported(client, clerk, tmp_path):
    moved_on(client, tmp_path)

    content, _ = workbook(client, 2026)
    page = upload(client, SimpleUploadedFile("nieuw.xlsx", content), year=2026)
    confirm(client, page)

    assert Submission.objects.get(year=2026).rows.get().homes == 6
    page = client.get(reverse("housing:upload", args=["weller", 2026]))
    assert "Dit zette u klaar" not in page.text


def test_row_that_falls_away_is_not_moved_on(client, clerk, tmp_path):
    moved_on(client, tmp_path, answer="nee")

    assert not PlannedLine.objects.exists()


def test_answer_taken_back_moves_nothing_on(client, clerk, tmp_path):
    page = moved_on(client, tmp_path)
    versions.undo(page.context["submission"], actor=clerk)

    page = client.get(reverse("housing:upload", args=["weller", 2026]))

    assert "Dit zette u klaar" not in page.text


def test_answer_is_shown_again_when_one_looks(client, clerk, tmp_path):
    confirm(client, upload(client, csv_file(tmp_path, lines(24, 6))))
    absent = StockChange.objects.get(homes=6)
    page = upload(client, csv_file(tmp_path, lines(24), name="twee.csv"))
    found = page.context["outcome"].upload

    page = client.post(
        result_url(found), {"look": "ja", f"blijft-{absent.pk}": "volgend"}, follow=True
    )

    row = page.context["outcome"].difference.missing[0]
    assert (row.stays, row.later) == (False, True)
    assert "hoort bij 2026" in page.text
    assert "Wij zetten haar klaar in uw sjabloon van 2026" in page.text
    assert page.context["outcome"].difference.counted_after == 24


def test_ready_line_is_taken_away(client, clerk, tmp_path):
    moved_on(client, tmp_path)

    page = client.post(
        reverse("housing:drop_planned", args=[PlannedLine.objects.get().pk]), follow=True
    )

    assert "staat niet meer klaar" in page.text
    assert "Dit zette u klaar" not in page.text
    assert PlannedLine.objects.get().dropped_at


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("clerk elsewhere", 404)])
def test_others_take_nothing_away(client, weller, tmp_path, who, status):
    client.force_login(make_clerk(weller))
    moved_on(client, tmp_path)
    people = {
        "reader": lambda: make_user(weller, Membership.Role.READER),
        "clerk elsewhere": lambda: make_clerk(make_organisation(name="Woonpunt")),
    }
    client.force_login(people[who]())

    answer = client.post(reverse("housing:drop_planned", args=[PlannedLine.objects.get().pk]))

    assert answer.status_code == status
    assert PlannedLine.objects.get().dropped_at is None


def test_template_holds_what_was_reported_and_known_projects(client, clerk, weller):
    make_version(weller, [make_row(24, key="A", branch="daeb", project="Aarveld")])

    content, rows = workbook(client, YEAR)

    assert [(row[0], row[2], row[7]) for row in rows] == [("A", "Aarveld", 24)]
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert "Aarveld" in str([book.get_sheet_by_name(n).to_python() for n in book.sheet_names[1:]])
    page = upload(client, SimpleUploadedFile("terug.xlsx", content))
    assert page.context["outcome"].difference.changes_nothing


def test_query_ceiling(client, clerk, tmp_path, django_assert_max_num_queries):
    moved_on(client, tmp_path)
    url = reverse("housing:upload", args=["weller", 2026])
    client.get(url)

    with django_assert_max_num_queries(14):
        client.get(url)
