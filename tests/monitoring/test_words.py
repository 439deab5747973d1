"""What the numbers say in Dutch."""

from datetime import date

import pytest

from monitoring import words
from monitoring.progress import Answered, Mark, Progress, Rule, Slice, measure

TARGETS = dict.fromkeys(range(2024, 2029), 270)
NAMES = {"weller": "Weller", "woonpunt": "Woonpunt"}


def progress(built: dict[int, int], *, complete=(), today=date(2027, 2, 15), **fields) -> Progress:
    """Two corporations; in years that are not complete only Weller answered."""
    answered = [Answered("weller", year) for year in built]
    answered += [Answered("woonpunt", year) for year in complete]
    return measure(
        fields.pop("targets", TARGETS),
        [Slice(year, "weller", homes, "heerlen") for year, homes in built.items()],
        answered=answered,
        asked=fields.pop("asked", dict.fromkeys(range(2024, 2029), ("weller", "woonpunt"))),
        rule=Rule(),
        today=today,
        **fields,
    )


BOTH = (2024, 2025)
STORY = progress({2024: 219, 2025: 246, 2026: 142}, complete=BOTH)


def test_heading_of_the_design():
    assert words.heading(STORY) == (
        "Tot en met 2025 zijn 465 woningen opgeleverd, 75 minder dan de 540 die waren afgesproken"
    )


@pytest.mark.parametrize(
    ("built", "heading"),
    [
        ({2024: 552, 2025: 0}, "opgeleverd, 12 meer dan de 540 die waren afgesproken"),
        ({2024: 540, 2025: 0}, "540 woningen opgeleverd, precies zoveel als afgesproken"),
        ({2024: 1, 2025: 0}, "is 1 woning opgeleverd, 539 minder dan de 540"),
        ({2024: 0, 2025: 0}, "zijn 0 woningen opgeleverd, 540 minder"),
    ],
)
def test_heading_ahead_exact_and_few(built, heading):
    assert heading in words.heading(progress(built, complete=BOTH))


def test_heading_of_a_place_and_of_a_party():
    assert words.heading(STORY, place="Heerlen") == (
        "In Heerlen kwamen 465 woningen klaar tot en met 2025, 75 minder dan afgesproken"
    )
    assert words.heading(STORY, party="Weller") == (
        "Weller leverde 465 woningen op tot en met 2025, 75 minder dan afgesproken"
    )


def test_heading_without_agreement_gives_no_verdict():
    assert words.heading(progress({2024: 30}, complete=[2024], targets={})) == (
        "Tot en met 2024 zijn 30 woningen opgeleverd"
    )


def test_heading_without_a_closed_year():
    assert words.heading(progress({2024: 30})) == (
        "Tot nu toe zijn 30 woningen opgeleverd; er is nog geen jaar afgerond"
    )


def test_heading_without_any_report():
    assert words.heading(progress({})) == "Er is nog niets opgegeven"
    assert words.heading(progress({}, targets={})) == "Er is niets afgesproken en niets opgegeven"


def test_all_years_closed_judges_the_agreed_total():
    built = {2024: 1290, 2025: 0, 2026: 0, 2027: 0, 2028: 0}
    done = progress(built, complete=built, today=date(2029, 3, 1), total=1350)

    assert words.heading(done) == (
        "Tot en met 2028 zijn 1.290 woningen opgeleverd, "
        "60 minder dan de 1.350 die waren afgesproken"
    )
    assert words.plain(words.lead(done)) == "Het doel was 1.350. Er ontbreken 60 woningen."
    assert words.needed_text(done) == "alle jaren zijn afgerond"


def test_lead_of_the_design():
    assert words.plain(words.lead(STORY)) == (
        "In 2026 kwamen er tot nu toe 142 bij, volgens 1 van de 2 corporaties. "
        "Of 2026 gehaald is, is nog niet te zeggen. "
        "Voor 1.350 zijn in 2026, 2027 en 2028 295 woningen per jaar nodig in plaats van 270."
    )
    strong = [phrase.text for phrase in words.lead(STORY) if phrase.strong]
    assert strong == ["142", "295 woningen per jaar"]


def test_open_year_that_already_reached_its_target():
    reached = progress({2024: 0, 2025: 0, 2026: 280}, complete=BOTH)

    assert "Daarmee is 2026 gehaald." in words.plain(words.lead(reached))


def test_first_open_year_without_reports_is_named():
    silent = progress({2024: 219, 2025: 246}, complete=BOTH)

    assert words.plain(words.lead(silent)).startswith("Over 2026 is nog niets opgegeven. Voor")


def test_goal_already_reached():
    reached = progress({2024: 1400, 2025: 0}, complete=BOTH)

    assert words.plain(words.lead(reached)).endswith("Het doel van 1.350 is al gehaald.")


def test_pace_as_agreed():
    exact = progress({2024: 540, 2025: 0}, complete=BOTH)

    assert words.plain(words.lead(exact)).endswith(
        "270 woningen per jaar nodig, zoals afgesproken."
    )


def test_texts_below_the_figures():
    assert words.due_text(STORY) == "2 jaar × 270. Opgeleverd: 465, dat is 86%"
    assert words.needed_text(STORY) == (
        "in 2026, 2027 en 2028: samen 885, dat is 25 per jaar boven het afgesproken tempo"
    )
    assert words.behind_text(STORY) == "75 achter"
    assert words.reported_text(STORY.year(2026)) == "1 van 2 corporaties"


def test_headings_of_charts():
    one_of_two = progress({2024: 300, 2025: 246}, complete=BOTH)

    assert words.years_heading(STORY) == "In 2024 en 2025 is 270 niet gehaald"
    assert words.years_heading(one_of_two) == "In 2024 is 270 gehaald, in 2025 niet"
    assert words.total_heading(STORY) == "Opgeteld 607 woningen, 45% van de 1.350"
    assert words.tiles_heading([STORY, one_of_two], 2025) == (
        "1 van de 2 gemeenten lag eind 2025 op schema"
    )
    assert words.net_heading(465, 213, 2025) == (
        "Tot en met 2025 kwamen er 465 woningen bij, maar netto groeide de voorraad met 213"
    )
    assert words.net_heading(10, -40, 2025).endswith("maar netto kromp de voorraad met 40")


def test_missing_parties_are_named_without_blame():
    assert words.missing_heading(STORY.year(2027), NAMES) == (
        "2 van de 2 corporaties hebben over 2027 nog niets opgegeven"
    )
    assert words.missing_heading(STORY.year(2026), NAMES) == (
        "Woonpunt heeft over 2026 nog niets opgegeven"
    )
    assert words.missing_heading(STORY.year(2025), NAMES) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [(1350, "1.350"), (-96, "−96"), (0, "0"), (None, "n.n.o."), (1_234_567, "1.234.567")],
)
def test_number(value, text):
    assert words.number(value) == text


@pytest.mark.parametrize(("value", "text"), [(465, "+465"), (-71, "−71"), (0, "0")])
def test_signed(value, text):
    assert words.signed(value) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        pytest.param(607, 1350, "45%", id="rounds"),
        pytest.param(539, 540, "99%", id="never all when one is missing"),
        pytest.param(897, 1000, "89%", id="never a threshold not reached"),
        pytest.param(174, 168, "104%", id="more than all"),
        pytest.param(1, 0, "", id="of nothing"),
    ],
)
def test_percent(part, whole, text):
    assert words.percent(part, whole) == text


def test_small_words():
    assert words.homes(1) == "1 woning"
    assert words.homes(2) == "2 woningen"
    assert words.dutch_date(date(2027, 2, 15)) == "15 februari 2027"
    assert words.listed(["A", "B", "C"]) == "A, B en C"
    assert words.listed(["A"]) == "A"
    assert words.listed([]) == ""
    assert words.counts_text(["on", "on", "watch", "missing"]) == (
        "1 let op, 2 op schema, 1 niet opgegeven"
    )


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        (
            Mark("correction", 24, becomes=23, year=2025, organisation="weller"),
            "Weller 2025: correctie ingediend 24 → 23",
        ),
        (Mark("rent_unknown", 16), "bij 16 is de huur nog niet bekend"),
        (Mark("excess", 180), "180 woningen mogelijk dubbel"),
    ],
)
def test_marks(mark, text):
    assert words.mark_text(mark, NAMES) == text
