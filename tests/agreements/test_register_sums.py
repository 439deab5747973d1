"""What the registers add up: never over what is unknown without saying so."""

from datetime import date
from decimal import Decimal

import pytest

from agreements.models import AidYear, Cause, Fund, SparedComplex, StalledPlan, VulnerableArea
from agreements.registers import aid, areas, funds, paths, plans, sums
from housing.models import Organisation, ProjectPath

TODAY = date(2026, 11, 23)
HEERLEN, KERKRADE = (
    Organisation(pk=pk, name=name, kind="municipality")
    for pk, name in ((1, "Heerlen"), (2, "Kerkrade"))
)


@pytest.mark.parametrize(
    ("values", "known", "unknown"),
    [([], None, 0), ([None, None], None, 2), ([0], 0, 0), ([3, None, 4], 7, 1)],
)
def test_a_sum_says_what_it_leaves_out(values, known, unknown):
    found = sums.total(values)

    assert (found.known, found.of, found.unknown) == (known, len(values), unknown)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([], "geen"),
        ([None], "1 plan zonder aantal"),
        ([1], "1 woning"),
        ([40, None, None], "40 woningen, 2 plannen zonder aantal"),
    ],
)
def test_homes_in_words(values, text):
    assert plans.plan_homes(sums.total(values)) == text


@pytest.mark.parametrize(
    ("end", "text"),
    [
        (date(2024, 1, 10), "minder dan een maand"),
        (date(2024, 2, 1), "1 maand"),
        (date(2024, 12, 1), "11 maanden"),
        (date(2025, 1, 1), "1 jaar"),
        (date(2026, 4, 1), "2 jaar en 3 maanden"),
    ],
)
def test_how_long(end, text):
    assert sums.lasting(date(2024, 1, 1), end) == text


@pytest.mark.parametrize(
    ("days", "value"), [([], None), ([365], 12), ([30, 365, 3650], 12), ([304, 426], 12)]
)
def test_median_is_rounded_once_and_says_on_how_many_it_rests(days, value):
    assert sums.median_of_days(days) == sums.Median(value, len(days))


# --- stalled plans ----------------------------------------------------------------------


def plan(homes: int | None, place: Organisation = HEERLEN, cause: str = "grid") -> StalledPlan:
    return StalledPlan(municipality=place, name="Plan", homes=homes, cause=cause)


@pytest.mark.parametrize(
    ("open_", "solved", "text"),
    [
        ([], 0, "Er staan nog geen stilliggende plannen in de lijst"),
        ([], 1, "Geen plan ligt nog stil: het ene plan is weer op gang"),
        ([], 3, "Geen plan ligt nog stil: alle 3 plannen zijn weer op gang"),
        ([plan(12)], 0, "Er ligt 1 plan stil: 12 woningen"),
        ([plan(12), plan(None)], 0, "Er liggen 2 plannen stil: 12 woningen, 1 plan zonder aantal"),
        (
            [plan(None)],
            0,
            "Er ligt 1 plan stil; hoeveel woningen dat zijn, is nog niet opgegeven",
        ),
    ],
)
def test_heading_of_plans(open_, solved, text):
    assert plans.heading(open_, solved) == text


def test_plans_by_cause_and_municipality_add_up_to_the_whole():
    found = [plan(12), plan(None, KERKRADE), plan(8, KERKRADE, "land")]

    causes = [(group.label, group.plans, group.text) for group in plans.by_cause(found)]
    places = [(group.label, group.text) for group in plans.by_municipality(found)]

    assert causes == [
        (Cause.LAND.label, 1, "8 woningen"),
        (Cause.GRID.label, 2, "12 woningen, 1 plan zonder aantal"),
    ]
    assert places == [
        ("Heerlen", "12 woningen"),
        ("Kerkrade", "8 woningen, 1 plan zonder aantal"),
    ]


# --- time to market ---------------------------------------------------------------------


def path(planned: str = "", completed: str = "", **fields: object) -> ProjectPath:
    days = {"planned_on": planned, "completed_on": completed}
    given = {name: date.fromisoformat(day) for name, day in days.items() if day}
    return ProjectPath(**given, **fields)


def test_a_path_counts_only_where_both_days_are_known():
    found = [
        path("2020-01-01", "2024-01-01", is_conceptual=False),
        path("2022-01-01", "2024-01-01", is_conceptual=True),
        path("2023-01-01"),
        path(completed="2025-01-01"),
    ]

    whole = paths.medians(found)[-1]

    assert whole.all == sums.Median(36, 2)
    assert whole.conceptual == sums.Median(24, 1)
    assert whole.other == sums.Median(48, 1)


@pytest.mark.parametrize(
    ("whole", "text"),
    [
        (sums.Median(None, 0), "Van geen enkel project is bekend hoelang"),
        (sums.Median(41, 1), "duurde het ene bekende project 41 maanden"),
        (sums.Median(41, 5), "duurt een project 41 maanden: het middelste van 5"),
    ],
)
def test_heading_of_paths(whole, text):
    assert text in paths.heading(whole)


@pytest.mark.parametrize(
    ("costs", "text"),
    [
        ([(None, 250_000), (250_000, None)], "Van geen enkel project"),
        ([(250_000, 240_000)], "Van 1 project zijn beide bedragen bekend: een woning kost er "),
        ([(250_000, 240_000), (None, 1)], "€\u00a010.000 minder dan eerder"),
        ([(100, 130), (100, 110), (100, 120)], "in het middelste geval, €\u00a020 meer dan eerder"),
        ([(100, 100)], "evenveel als eerder"),
    ],
)
def test_costs_rest_on_projects_that_give_both(costs, text):
    found = [ProjectPath(cost_before=before, cost_after=after) for before, after in costs]

    assert text in paths.cost_in_words(found)


# --- vulnerable areas -------------------------------------------------------------------


def spared(until: str, **fields: object) -> SparedComplex:
    return SparedComplex(
        name="Flat", spared_from=date(2025, 1, 1), spared_until=date.fromisoformat(until), **fields
    )


@pytest.mark.parametrize(
    ("complex_", "texts"),
    [
        (spared("2027-02-22"), []),  # 91 days
        (spared("2027-02-21"), ["loopt over 90 dagen af"]),
        (spared("2026-11-24"), ["loopt morgen af"]),
        (spared("2026-11-23"), ["loopt vandaag af"]),
        (spared("2026-11-22"), ["liep af op 22 november 2026"]),
        (spared("2026-11-22", evaluation="Het hielp."), []),
        (spared("2028-01-01", evaluation_on=TODAY), []),
        (spared("2028-01-01", evaluation_on=date(2026, 11, 22)), ["staat nog geen uitkomst"]),
        (spared("2028-01-01", evaluation_on=date(2026, 11, 22), evaluation=" "), ["geen uitkomst"]),
        (spared("2028-01-01", evaluation_on=date(2026, 11, 22), evaluation="Goed."), []),
        (
            spared("2026-10-01", evaluation_on=date(2026, 9, 1)),
            ["liep af op 1 oktober", "geen uitkomst"],
        ),
    ],
)
def test_warnings_of_a_complex(complex_, texts):
    found = areas.warnings(complex_, TODAY)

    assert len(found) == len(texts)
    assert all(text in warning for warning, text in zip(found, texts, strict=True))


def test_an_area_counts_what_is_spared_today():
    area = VulnerableArea(name="Noordrand", municipality=HEERLEN)
    later = spared("2028-01-01", homes=50)
    later.spared_from = date(2027, 1, 1)

    line = areas.area_line(
        area,
        [
            spared("2027-12-31", homes=40),
            spared("2027-12-31"),
            spared("2026-01-01", homes=9),
            later,
        ],
        TODAY,
        may_choose=False,
    )

    assert line.complexes == 2
    assert line.homes_text == "40 woningen, 1 complex zonder aantal"
    assert areas.heading([line]) == (
        "Er is 1 kwetsbaar gebied vastgesteld; daarin worden 2 complexen nu ontzien"
    )


# --- Voorzieningenwijzer ----------------------------------------------------------------


def test_benefit_is_weighted_over_those_that_gave_both():
    records = [
        AidYear(participates=True, households=100, benefit=Decimal(600)),
        AidYear(participates=True, households=300, benefit=Decimal(700)),
        AidYear(participates=True, households=900),
        AidYear(participates=True, benefit=Decimal(9000)),
        AidYear(participates=False),
        None,
    ]

    found = aid.kind_sum("municipality", records)

    assert (found.benefit, found.benefit_on) == (Decimal(675), 2)
    assert (found.asked, found.answered, found.participating) == (6, 5, 4)
    # Who does not take part is no gap: 3 of the 5 others gave a number.
    assert (found.households.known, found.households.resting_on, found.households.of) == (
        1300, 3, 5,
    )  # fmt: skip
    assert found.participating_text == "4 van 6; 1 nog niet opgegeven"


def test_municipalities_and_corporations_are_never_added():
    weller = Organisation(pk=3, name="Weller", kind="corporation")
    records = {
        1: AidYear(participates=True, households=10),
        3: AidYear(participates=True, households=10),
    }

    found = aid.year_sum(2025, [HEERLEN, KERKRADE, weller], records)

    assert [kind.households.known for kind in found.kinds] == [10, 10]
    assert aid.heading(found, 2026) == (
        "In 2025 deden 1 van de 2 gemeenten en 1 van de 1 corporatie mee aan de Voorzieningenwijzer"
    )


def test_a_silent_year_says_so():
    assert "nog niet opgegeven wie meedoet" in aid.heading(aid.year_sum(2027, [HEERLEN], {}), 2026)


# --- national funds ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "text"),
    [
        ([], "Er staan nog geen rijksfondsen in het portaal"),
        ([None], "Van 1 rijksfonds in het portaal is nog geen bedrag bekend"),
        ([5, 7], "Het Rijk kende €\u00a012 toe, uit 2 rijksfondsen"),
        (
            [1_000_000, None],
            "Het Rijk kende minstens €\u00a01.000.000 toe: "
            "van 1 van de 2 rijksfondsen is een bedrag bekend",
        ),
    ],
)
def test_money_of_funds_is_never_a_sum_over_the_unknown(amounts, text):
    assert funds.heading([Fund(amount=amount) for amount in amounts]) == text


@pytest.mark.parametrize(
    ("amounts", "text"),
    [
        ([], "geen bestedingen bekend"),
        ([None], "nog niet opgegeven"),
        ([5], "€\u00a05"),
        ([5, None], "€\u00a05, bij 1 van 2"),
    ],
)
def test_money_of_uses(amounts, text):
    assert funds.money(sums.total(amounts)) == text
