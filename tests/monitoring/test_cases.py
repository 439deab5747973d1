"""The eleven worked cases of the rules of the numbers, each on the road the upload takes.

Of case 1 the filling of the remainder by hand-answered questions on the page, and of case 9
the chart's step with its decision date, belong to later issues; the numbers are here.
"""

from datetime import date

import pytest

from housing import tallies, versions
from housing.intake.overlay import lay_over
from housing.intake.stored import base_versions, stored_lines
from housing.intake.storing import Filing, preview, store
from housing.models import Claim, CountingRule, Project, ProjectPlan, StockChange
from monitoring.figures import picture
from monitoring.progress import Light
from tests.factories import (
    at,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_target,
    make_upload,
    make_version,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference():
    make_municipality()
    make_rules()
    make_target()


@pytest.fixture(autouse=True)
def tallies_add_up(reference):
    yield
    assert tallies.audit() == []


def built(day: str, year: int | None = None) -> int | None:
    region = picture(date.fromisoformat(day)).region
    return region.built if year is None else region.year(year).built


def woz(organisation, rows, **fields):
    upload = make_upload(organisation, format="woz", name="woz.csv")
    return Filing(
        organisation=organisation,
        year=fields.pop("year", 2025),
        file_format="woz",
        upload=upload,
        round=make_round(2025),
        **fields,
    )


def test_case_1_january_template_then_july_woz():
    weller = make_organisation(name="Weller")
    first = make_upload(weller)
    make_version(
        weller,
        [
            make_row(24, project="Aarveld", year=2025),
            make_row(6, project="Aarveld", declared="affordable_sale", year=2025),
        ],
        upload=first,
        on="2026-01-20",
        accepted_on="2026-02-01",
    )
    homes = [
        make_row(
            key=f"E{n}",
            bag_ids=(f"0917010000{n:06d}",),
            branch="daeb",
            declared="",
            segment="social_rent",
            rent="712.40",
            rent_class="within",
            build_year=2025,
        )
        for n in range(23)
    ]
    rest = [make_row(kind="sale_other", branch="daeb", key=f"V{n}") for n in range(4)]
    rest += [make_row(kind="to_non_daeb", branch="daeb", key=f"T{n}") for n in range(2)]
    filing = woz(weller, homes + rest, at=at("2026-07-01"))
    outcome = preview(homes + rest, filing)
    assert [len(question.candidates) for question in outcome.questions] == [23]
    group = outcome.questions[0].stored.stored

    filing = woz(weller, [], at=at("2026-07-01"), together={group: True}, stays={group: True})
    version = store(homes + rest, filing)
    versions.submit(version, actor=None, at=at("2026-07-01"))
    versions.accept(version, actor=None, at=at("2026-07-02"))

    region = picture(date(2026, 7, 3)).region
    assert region.year(2025).built == 24
    assert region.net.net == 18
    stored = StockChange.objects.filter(submission=version, kind="new_build")
    assert stored.filter(project__name="Aarveld", segment="social_rent").count() == 24
    assert stored.filter(not_yet_let=True).get().homes == 1
    assert stored.get(segment="affordable_sale").homes == 6
    assert stored.filter(also_upload=first, bag_ids__gt="").count() == 23

    last = make_row(
        key="E23", year=2026, branch="daeb", declared="", segment="social_rent", build_year=2025
    )
    next_year = woz(weller, [last], year=2026, at=at("2027-07-01"))
    fills = preview([last], next_year)
    assert [pair.by for pair in fills.changed] == ["restant"]
    versions.submit(store([last], next_year), actor=None, at=at("2027-07-01"))
    assert built("2027-07-02", 2026) == 0
    assert built("2027-07-02", 2025) == 24


def test_case_2_known_by_year_then_by_date():
    krijtland = make_organisation(name="Krijtland Wonen")
    make_version(
        krijtland,
        [make_row(50, key="SCH", year=2024)],
        year=2024,
        on="2025-01-15",
        accepted_on="2025-02-01",
    )
    rows = [
        make_row(30, key="SCH", year=2024, happened=date(2024, 12, 19), precision="day"),
        make_row(20, key="SCH", year=2025, happened=date(2025, 1, 14), precision="day"),
    ]
    version = store(
        rows,
        Filing(
            organisation=krijtland,
            year=2025,
            file_format="template",
            round=make_round(2025),
            at=at("2026-01-10"),
        ),
    )
    versions.submit(version, actor=None, at=at("2026-01-12"))

    assert built("2026-01-13") == 50
    assert (built("2026-01-13", 2024), built("2026-01-13", 2025)) == (50, 0)
    versions.accept(version, actor=None, at=at("2026-01-20"))
    assert (built("2026-01-21", 2024), built("2026-01-21", 2025)) == (30, 20)
    assert built("2026-01-21") == 50


@pytest.mark.parametrize(("second", "doubled"), [(111, 0), (291, 180)])
def test_case_3_two_corporations_one_project(second, doubled):
    heemwonen, wonen_zuid = make_organisation(), make_organisation()
    make_municipality("Kerkrade", "GM0928")
    for corporation, homes in ((heemwonen, 180), (wonen_zuid, second)):
        row = make_row(homes, project="Rolduckerveld", municipality="kerkrade")
        make_version(corporation, [row], on="2026-01-20", accepted_on="2026-02-01")
    project = Project.objects.get()
    ProjectPlan.objects.create(project=project, planned_homes=291, known_from=at("2024-06-01"))

    region = picture(date(2026, 3, 1)).region

    assert region.built == 180 + second
    assert sum(mark.homes for mark in region.marks if mark.code == "excess") == doubled


X, Y = "0917010000000001", "0917010000000002"


@pytest.mark.parametrize("ruled", [True, False])
def test_case_4_one_id_two_parties(ruled):
    a, b = make_organisation(name="A"), make_organisation(name="B")
    make_version(a, [make_row(bag_ids=(X,), key="a")], on="2026-02-01", accepted_on="2026-02-01")
    make_version(
        b,
        [make_row(bag_ids=(X,), key="b1"), make_row(bag_ids=(Y,), key="b2")],
        on="2026-02-02",
        accepted_on="2026-02-03",
    )
    if ruled:
        ours, theirs = (
            Claim.objects.get(organisation=a),
            Claim.objects.get(organisation=b, bag_id=X),
        )
        tallies.rule_on(theirs, ours, reason="B bouwde.", actor=None, moment=at("2026-02-10"))
    # A harmless new version that still holds X changes nothing.
    make_version(
        a,
        [make_row(bag_ids=(X,), key="a", label="A")],
        on="2026-02-20",
        accepted_on="2026-02-21",
    )
    days = ["2026-02-02", "2026-02-03", "2026-02-09", "2026-02-10", "2026-02-20", "2026-02-21"]
    assert [built(day) for day in days] == [2] * 6
    holder = "b" if ruled else "a"
    assert picture(date(2026, 2, 22)).by_corporation[holder].built == (2 if ruled else 1)

    gone = base_versions(a)[2025].rows.get()
    make_version(a, [], on="2026-03-01", accepted_on="2026-03-01", stays={gone.pk: False})
    assert built("2026-03-01") == 2
    assert picture(date(2026, 3, 2)).by_corporation["b"].built == 2


def test_case_5_correction_after_publication():
    weller = make_organisation(name="Weller")
    row = make_row(24, key="K1")
    make_version(weller, [row], on="2026-01-20", accepted_on="2026-02-01")
    version = make_version(weller, [make_row(23, key="K1")], on="2026-04-10")

    region = picture(date(2026, 4, 11)).region
    assert region.built == 24
    correction = next(mark for mark in region.marks if mark.code == "correction")
    assert (correction.homes, correction.becomes) == (24, 23)

    versions.accept(version, actor=None, at=at("2026-04-20"))
    assert built("2026-04-21") == 23
    assert built("2026-03-01") == 24


def test_case_6_daeb_and_back():
    weller = make_organisation(name="Weller")
    home = {"key": "E1", "bag_ids": (X,), "branch": "daeb", "declared": "",
            "segment": "social_rent"}  # fmt: skip
    for year, kind in ((2025, "new_build"), (2026, "to_non_daeb"), (2027, "to_daeb")):
        make_version(
            weller,
            [make_row(kind=kind, year=year, **home)],
            year=year,
            file_format="woz",
            on=f"{year + 1}-07-01",
            accepted_on=f"{year + 1}-07-02",
        )
    region = picture(date(2028, 8, 1)).region

    assert [region.year(year).built for year in (2025, 2026, 2027)] == [1, 0, 0]
    assert [region.year(year).net.net for year in (2025, 2026, 2027)] == [1, -1, 1]


def test_case_7_the_rule_changes():
    weller = make_organisation(name="Weller")
    make_version(
        weller,
        [make_row(205, year=2024, key="a"), make_row(7, year=2024, key="b", dwelling_type="flex")],
        year=2024,
        on="2025-01-20",
        accepted_on="2025-02-01",
    )
    make_rules(number=2, known_from=at("2026-09-01", 0), excluded_dwelling_types=["flex"])

    assert built("2026-07-01", 2024) == 212
    assert built("2026-09-02", 2024) == 205
    assert CountingRule.rule_at(at("2026-09-02")).number == 2


def test_case_8_half_the_parties_silent():
    corporations = [make_organisation() for _ in range(9)]
    for year, total in ((2024, 212), (2025, 240)):
        for place, corporation in enumerate(corporations):
            homes = total - 8 * 20 if place == 0 else 20
            make_version(
                corporation,
                [make_row(homes, year=year, key=f"x{year}")],
                year=year,
                on=f"{year + 1}-01-20",
                accepted_on=f"{year + 1}-02-01",
            )
    make_version(corporations[0], [make_row(3, year=2026, key="y")], year=2026, on="2027-01-10")

    region = picture(date(2027, 1, 15)).region

    assert [(y.built, y.reported, y.asked) for y in region.years[:3]] == [
        (212, 9, 9),
        (240, 9, 9),
        (3, 1, 9),
    ]
    assert (region.due, region.built, region.built_closed, region.behind) == (540, 455, 452, 88)
    assert region.needed_per_year == 300
    assert region.light is Light.BEHIND
    assert region.year(2026).light is Light.UNKNOWN


def test_case_9_a_target_revised():
    make_target(
        {2024: 270, 2025: 270, 2026: 270, 2027: 330, 2028: 330},
        total=1350,
        known_from=at("2026-12-02"),
        decided_on=date(2026, 11, 12),
    )

    assert picture(date(2026, 11, 20)).region.year(2027).target == 270
    after = picture(date(2026, 12, 3)).region
    assert after.year(2027).target == 330
    assert (after.goal, after.agreed_in_years) == (1350, 1470)


def test_case_10_an_id_corrected():
    weller = make_organisation(name="Weller")
    address = {"postcode": "6411AB", "house_number": 12}
    make_version(weller, [make_row(**address, row=2)], on="2026-01-20", accepted_on="2026-02-01")
    since = Claim.objects.get().since
    with_id = make_row(**address, bag_ids=(X,), key="E1", branch="daeb", row=3)

    overlay = lay_over(
        preview([with_id], woz(weller, [])).lines({}),
        stored_lines(base_versions(weller).values()),
        year=2025,
        file_format="woz",
    )
    assert {change.field for pair in overlay.changed for change in pair.changes} >= {"bag_ids"}

    version = store([with_id], woz(weller, [], at=at("2026-07-01")))
    versions.submit(version, actor=None, at=at("2026-07-01"))
    versions.accept(version, actor=None, at=at("2026-07-02"))
    assert built("2026-07-03") == 1
    assert Claim.objects.get(until=None).since == since
