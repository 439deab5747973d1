"""Rows typed by hand: the same road as a file, and nothing typed is ever lost."""

from decimal import Decimal

import pytest
from django.urls import reverse

from housing import versions
from housing.models import StockChange, Submission
from tests.factories import (
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_version,
)

pytestmark = pytest.mark.django_db
URL = "/aanleveren/weller/2025/invullen/"
GOOD = {
    "municipality": "Heerlen",
    "project": "Aarveld",
    "segment": "sociale huur",
    "mutation": "Nieuwbouw",
    "when": "12-03-2025",
    "homes": "24",
    "rent": "712,40",
}


@pytest.fixture(autouse=True)
def reference():
    make_municipality()
    make_rules()
    make_round(2025)


@pytest.fixture
def weller():
    return make_organisation(name="Weller")


@pytest.fixture
def clerk(client, weller):
    found = make_clerk(weller)
    client.force_login(found)
    return found


def posted(*rows, **more):
    cells = {
        f"rij-{place}-{name}": value
        for place, row in enumerate(rows)
        for name, value in row.items()
    }
    return {"rij-TOTAL_FORMS": len(rows), "rij-INITIAL_FORMS": 0, **cells, **more}


def shown(page):
    """The rows as the page holds them, to send them back changed."""
    formset = page.context["formset"]
    return [{name: form[name].value() or "" for name in form.fields} for form in formset]


def keep(client, *rows, **more):
    page = client.get(URL)
    return client.post(URL, posted(*rows, expected=page.context["expected"], **more), follow=True)


def test_typed_rows_become_a_concept(client, clerk):
    page = keep(client, GOOD, {}, {**GOOD, "project": "Hof", "homes": "6"}, nothing=["sales"])

    version = page.context["submission"]
    assert (version.status, version.sales, version.entered_by) == ("concept", "none", clerk)
    assert page.context["contents"].counted == 30
    assert not version.rows.filter(upload__isnull=False).exists()
    assert version.rows.get(homes=24).happened.isoformat() == "2025-03-12"


def test_errors_stand_at_their_field_and_nothing_typed_is_lost(client, clerk):
    page = keep(client, GOOD, {**GOOD, "when": "12-03-2062", "project": "Ver weg"})

    second = page.context["formset"][1]
    assert page.status_code == 400
    assert "2062" in str(second.errors["when"])
    assert second["project"].value() == "Ver weg"
    assert 'aria-describedby="id_rij-1-when_helptext id_rij-1-when_error"' in page.text
    assert "herstel 1 veld" in page.text
    assert not Submission.objects.exists()


def test_another_row_is_added_without_scripts(client, clerk):
    page = client.post(URL, posted({**GOOD, "homes": "x"}, more="ja"))

    assert len(page.context["formset"]) == 2
    assert page.context["formset"][0]["homes"].value() == "x"
    assert not Submission.objects.exists()


def test_stored_rows_are_there_to_change(client, clerk, weller):
    stored = make_row(
        24, key="A", project="Aarveld", branch="daeb", points=140, label="A", rent=Decimal("650")
    )
    make_version(weller, [stored, make_row(6, project="Hof", branch="daeb")])
    rows = shown(client.get(URL))
    assert [row["homes"] for row in rows] == ["24", "6", ""]

    rows[0]["homes"] = "23"
    page = keep(client, *rows)

    version = page.context["submission"]
    assert version.number == 2
    assert sorted(version.rows.values_list("homes", flat=True)) == [6, 23]
    changed = version.rows.get(homes=23)
    assert (changed.points, changed.label, changed.key) == (140, "A", "A")


def test_saving_without_a_change_makes_no_version(client, clerk, weller):
    make_version(weller, [make_row(24, project="Aarveld", branch="daeb")])

    page = keep(client, *shown(client.get(URL)))

    assert "niets veranderd" in page.text
    assert Submission.objects.count() == 1


def test_a_row_that_is_taken_away_is_gone(client, clerk, weller):
    make_version(weller, [make_row(24, branch="daeb"), make_row(6, branch="daeb", key="B")])
    rows = shown(client.get(URL))
    gone = next(row for row in rows if row["homes"] == "6")
    gone["gone"] = "on"

    page = keep(client, *rows)

    assert [row.homes for row in page.context["submission"].rows.all()] == [24]


def test_rows_that_cannot_be_typed_stay(client, clerk, weller):
    make_version(
        weller, [make_row(24, branch="daeb"), make_row(2, kind="to_non_daeb", branch="daeb")]
    )

    page = keep(client, GOOD)

    kinds = page.context["submission"].rows.values_list("kind", flat=True)
    assert sorted(kinds) == ["new_build", "to_non_daeb"]


def test_warnings_are_shown_once_before_keeping(client, clerk):
    page = keep(client, {**GOOD, "rent": "950"})
    assert "Kijk nog even naar 1 zaak" in page.text
    assert not Submission.objects.exists()

    keep(client, {**GOOD, "rent": "950"}, seen=page.context["seen"])

    assert Submission.objects.get().rows.get().segment == "social_above_limit"


def test_nothing_typed_and_nothing_said_is_asked(client, clerk):
    page = keep(client, {}, {})
    assert page.status_code == 400
    assert "zeg hieronder dat er niets was" in page.text

    keep(client, {}, nothing=["additions"])
    assert Submission.objects.get().additions == "none"


def test_somebody_else_was_first(client, clerk, weller):
    expected = client.get(URL).context["expected"]
    make_version(weller, [make_row(3)], submit=False)

    page = client.post(URL, posted(GOOD, expected=expected))

    assert "Iemand anders heeft uw opgave intussen veranderd" in page.text
    assert page.context["formset"][0]["project"].value() == "Aarveld"
    assert StockChange.objects.get().homes == 3


def test_large_answers_are_sent_to_the_template(client, clerk, weller):
    make_version(weller, [make_row(1, key=f"K{n}") for n in range(41)])

    page = client.get(URL)

    assert "te veel om hier te veranderen" in page.text


@pytest.mark.parametrize("value", ["x" * 5000, "=1+1", "<b>", "\x00", "９", "-0", "1e400"])
@pytest.mark.parametrize("name", ["municipality", "when", "homes", "postcode", "bag_ids", "stored"])
def test_no_text_breaks_the_page(client, clerk, name, value):
    page = keep(client, {**GOOD, name: value})

    assert page.status_code in (200, 400)


def test_answer_returned_is_typed_again(client, clerk, weller):
    version = make_version(weller, [make_row(24, branch="daeb")])
    versions.send_back(version, actor=None, comment="Het zijn er 23.")

    rows = shown(client.get(URL))
    page = keep(client, *rows)

    assert page.context["submission"].number == 2


@pytest.mark.parametrize("make", [make_board, lambda: make_clerk(make_organisation())])
@pytest.mark.parametrize("method", ["get", "post"])
def test_others_are_refused(client, weller, make, method):
    client.force_login(make())

    assert getattr(client, method)(URL).status_code == 403


def test_coordinator_types_for_a_corporation(client, weller):
    client.force_login(make_coordinator())

    assert client.get(reverse("housing:typing", args=["weller", 2025])).status_code == 200


def test_query_ceiling(client, clerk, weller, django_assert_max_num_queries):
    make_version(weller, [make_row(1, key=f"K{n}") for n in range(30)])
    client.get(URL)

    with django_assert_max_num_queries(13):
        client.get(URL)
