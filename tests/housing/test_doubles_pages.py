"""Homes that are known elsewhere, and projects with nearly a known name, told while checking."""

import pytest
from django.urls import reverse

from housing.intake.elsewhere import tell_elsewhere
from housing.intake.rows import Checked
from housing.models import Claim, Project, fold
from tests.factories import (
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_version,
)
from tests.housing.intake.factories import line
from tests.housing.upload_pages import YEAR, confirm, csv_file, upload

pytestmark = pytest.mark.django_db
HOME = "0917010000000001"
OTHER = "Een andere corporatie heeft deze woning ook opgegeven"


@pytest.fixture(autouse=True)
def reference():
    make_municipality()
    make_rules()
    for year in (2024, YEAR):
        make_round(year)


@pytest.fixture
def weller():
    return make_organisation(name="Weller")


@pytest.fixture
def woonpunt():
    return make_organisation(name="Woonpunt")


@pytest.fixture
def clerk(client, weller):
    found = make_clerk(weller)
    client.force_login(found)
    return found


def told(page, title):
    return next((g for g in page.context["outcome"].warnings if g.title.startswith(title)), None)


def home(**more):
    return line(when="12-03-2025", bag=HOME, key="K1", **more)


def test_home_of_another_party_is_told_with_who_and_where_it_counts(
    client, clerk, woonpunt, tmp_path
):
    other = make_version(woonpunt, [make_row(bag_ids=(HOME,))], accepted_on="2026-02-01",
                         on="2026-01-20")  # fmt: skip

    page = upload(client, csv_file(tmp_path, [home(), line(when="2025", key="K2")]))

    group = told(page, OTHER)
    assert [cell.problem.row for cell in group.cells] == [2]
    assert "Woonpunt gaf haar op over 2025 (vastgesteld)" in group.advice
    assert "nu bij Woonpunt" in group.advice
    assert group.cells[0].link == reverse("housing:submission", args=[other.pk])
    assert page.context["outcome"].difference, "a warning does not stop"


def test_version_that_may_not_be_read_is_not_linked(client, clerk, woonpunt, tmp_path):
    make_version(woonpunt, [make_row(bag_ids=(HOME,))])

    page = upload(client, csv_file(tmp_path, [home()]))

    assert told(page, OTHER).cells[0].link == ""
    assert "(voorlopig)" in page.text
    assert "De coördinator kan beide opgaven zien" not in page.text


def test_both_sides_are_linked_once_both_are_handed_in(client, clerk, weller, woonpunt, tmp_path):
    make_version(woonpunt, [make_row(bag_ids=(HOME,))], on="2026-01-20")
    make_version(weller, [make_row(bag_ids=(HOME,), key="K1")], on="2026-01-21")
    claim = Claim.objects.get(organisation=woonpunt)

    page = upload(client, csv_file(tmp_path, [home()]))

    assert told(page, OTHER).cells[0].link == reverse("housing:claim", args=[claim.pk])
    assert client.get(told(page, OTHER).cells[0].link).status_code == 200


def test_home_that_counts_here_is_told_so(client, clerk, weller, woonpunt, tmp_path):
    make_version(weller, [make_row(bag_ids=(HOME,), key="K1")], on="2026-01-20")
    make_version(woonpunt, [make_row(bag_ids=(HOME,))], on="2026-01-21")

    page = upload(client, csv_file(tmp_path, [home()]))

    assert "nu bij uw organisatie" in told(page, OTHER).advice


def test_coordinator_may_read_the_other_answer(client, weller, woonpunt, tmp_path):
    other = make_version(woonpunt, [make_row(bag_ids=(HOME,))])
    client.force_login(make_coordinator())

    page = upload(client, csv_file(tmp_path, [home()]))

    assert told(page, OTHER).cells[0].link == reverse("housing:submission", args=[other.pk])


def test_address_is_enough_where_one_has_no_id(client, clerk, woonpunt, tmp_path):
    row = make_row(postcode="6411AB", house_number=1, house_letter="A")
    make_version(woonpunt, [row])

    page = upload(client, csv_file(tmp_path, [home(postcode="6411 AB", number="1", letter="a")]))

    assert told(page, OTHER).cells[0].problem.value == "6411AB 1 A"


def test_two_ids_at_one_address_are_two_homes(client, clerk, woonpunt, tmp_path):
    row = make_row(postcode="6411AB", house_number=1, bag_ids=("0917010000000002",))
    make_version(woonpunt, [row])

    page = upload(client, csv_file(tmp_path, [home(postcode="6411 AB", number="1")]))

    assert told(page, OTHER) is None


def test_home_of_ones_own_other_year_is_told_apart(client, clerk, weller, tmp_path):
    other = make_version(weller, [make_row(bag_ids=(HOME,), year=2024)], year=2024, submit=False)

    page = upload(client, csv_file(tmp_path, [home()]))

    group = told(page, "Deze woning staat al in uw opgave over 2024")
    assert "Klopt het jaar" in group.advice
    assert group.cells[0].link == reverse("housing:submission", args=[other.pk])
    assert told(page, OTHER) is None


def test_same_answer_again_is_no_double(client, clerk, weller, tmp_path):
    make_version(weller, [make_row(bag_ids=(HOME,), key="K1")])

    page = upload(client, csv_file(tmp_path, [home()]))

    assert told(page, "Deze woning") is None
    assert told(page, OTHER) is None


def test_built_sold_and_bought_back_is_no_double(client, clerk, weller, tmp_path):
    make_version(weller, [make_row(bag_ids=(HOME,), year=2024, key="K1")], year=2024)
    rows = [
        line(when="1-2-2025", bag=HOME, key="K1", mutation="Verkoop aan overigen"),
        line(when="1-9-2025", bag=HOME, key="K2", mutation="Aankoop"),
    ]

    page = upload(client, csv_file(tmp_path, rows))

    assert told(page, "Deze woning staat al") is None


def test_bought_from_another_party_is_no_double(client, clerk, weller, woonpunt, tmp_path):
    sold = make_row(bag_ids=(HOME,), kind="sale_corporation", year=2025)
    make_version(woonpunt, [make_row(bag_ids=(HOME,), year=2024)], year=2024)
    make_version(woonpunt, [sold])

    page = upload(client, csv_file(tmp_path, [home(mutation="Aankoop")]))

    assert told(page, OTHER) is None


def test_several_homes_without_ids_claim_nothing(client, clerk, woonpunt, tmp_path):
    make_version(woonpunt, [make_row(postcode="6411AB", house_number=1)])
    rows = [line(when="12-03-2025", homes="4", postcode="6411 AB", number="1", key="K1")]

    page = upload(client, csv_file(tmp_path, rows))

    assert told(page, OTHER) is None


def test_queries_do_not_grow_with_the_rows(weller, woonpunt, django_assert_max_num_queries):
    ids = [f"09170100{number:08}" for number in range(40_000)]
    make_version(woonpunt, [make_row(bag_ids=(each,)) for each in ids[:300]])
    rows = [make_row(bag_ids=(each,), sheet="", postcode="6411AB", house_number=place + 1)
            for place, each in enumerate(ids)]  # fmt: skip
    checked = Checked(format="template", rows=rows)

    with django_assert_max_num_queries(5):
        tell_elsewhere(checked, weller, YEAR)

    assert len(checked.problems) == 300


def make_project(name, **fields):
    fields.setdefault("source", "lijst")
    return Project.objects.create(
        name=name, folded=fold(name), municipality=make_municipality(), **fields
    )


@pytest.mark.parametrize("name", ["Aarvelt", "Aar veld", "Aarveldt"])
def test_nearly_a_known_project_is_asked(client, clerk, tmp_path, name):
    make_project("Aarveld")

    page = upload(client, csv_file(tmp_path, [line(when="2025", project=name)]))

    group = told(page, "Dit project lijkt op “Aarveld”")
    assert group.cells[0].problem.value == name


@pytest.mark.parametrize("name", ["AARVELD", "Aarveld fase 1", "Schilterstraat"])
def test_known_and_other_projects_are_not_asked(client, clerk, tmp_path, name):
    make_project("Aarveld")
    make_project("Aarveld fase 2")

    page = upload(client, csv_file(tmp_path, [line(when="2025", project=name)]))

    assert told(page, "Dit project lijkt") is None


def test_projects_of_a_concept_of_others_stay_theirs(client, clerk, woonpunt, tmp_path):
    make_version(woonpunt, [make_row(project="Geheimveld")], submit=False)
    assert Project.objects.get().name == "Geheimveld"

    page = upload(client, csv_file(tmp_path, [line(when="2025", project="Geheimvelt")]))

    assert told(page, "Dit project lijkt") is None


def test_doubles_are_stored_all_the_same(client, clerk, woonpunt, tmp_path):
    make_version(woonpunt, [make_row(bag_ids=(HOME,))])

    page = confirm(client, upload(client, csv_file(tmp_path, [home()])))

    assert page.context["submission"].rows.get().ids == (HOME,)
