"""The drawings: the right geometry, readable without seeing, safe, and never overlapping."""

import json
import re
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from housing.counting import Rule
from monitoring.charts import (
    TILE_ORDER,
    Tile,
    bar,
    cumulative_chart,
    pace_chart,
    waterfall_bar,
    waterfall_total,
    year_chart,
)
from monitoring.plotly_figures import plotly_cumulative, plotly_years
from monitoring.progress import Answered, Progress, Slice, measure
from monitoring.waterfall import waterfall

NINE = tuple(f"corporation-{number}" for number in range(9))
TARGETS = dict.fromkeys(range(2024, 2029), 270)
CHARTS = (pace_chart, year_chart, cumulative_chart)


def drawn(built, *, provisional=None, complete=(2024, 2025), reported=7, **fields) -> Progress:
    provisional = provisional or {}
    slices = [
        Slice(year, NINE[0], homes - provisional.get(year, 0), "heerlen")
        for year, homes in built.items()
    ]
    slices += [
        Slice(year, NINE[0], homes, "heerlen", standing="submitted")
        for year, homes in provisional.items()
    ]
    answered = [
        Answered(party, year)
        for year in built
        for party in (NINE if year in complete else NINE[:reported])
    ]
    fields.setdefault("today", date(2027, 2, 15))
    return measure(
        fields.pop("targets", TARGETS),
        slices,
        answered=answered,
        asked=dict.fromkeys(range(2024, 2029), NINE),
        rule=Rule(),
        **fields,
    )


STORY = drawn({2024: 219, 2025: 246, 2026: 142}, provisional={2026: 54})


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own drawing, not somebody's file


def texts(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in parsed(svg).iter("text")]


def test_pace_is_drawn_as_designed():
    svg = pace_chart(STORY, "tempo")

    assert '<rect class="built" x="0%" width="34.44%" y="22" height="20"/>' in svg
    assert '<rect class="needed" x="34.44%" width="5.56%" y="22" height="10"/>' in svg
    assert '<rect class="hatched" x="40.96%" width="4%" y="34" height="8"' in svg
    assert '<line class="target" x1="40%" x2="40%" y1="16" y2="46"/>' in svg
    assert texts(svg) == [
        "1.350 doel",
        "540 afgesproken t/m 2025",
        "465 t/m 2025",
        "142 in 2026 (54 voorlopig)",
    ]


def test_years_are_drawn_as_designed():
    svg = year_chart(STORY, "jaar")

    assert '<rect class="built" x="1.5%" width="15%" y="86.8" height="175.2"/>' in svg
    assert '<rect class="needed" x="41.5%" width="15%" y="26" height="236"/>' in svg
    assert '<rect class="hatched" x="41.5%" width="15%" y="148.4" height="43.2"' in svg
    assert "2026 tot nu toe: 142, waarvan 54 voorlopig, 7 van 9 corporaties." in svg


def test_line_is_drawn_as_designed():
    svg = cumulative_chart(STORY, "lijn")

    assert '<polyline class="line" points="0.00,262.0 14.00,223.7 28.00,180.7"' in svg
    assert '<polyline class="line part" points="28.00,180.7 42.00,155.9"' in svg
    assert "1.350 doel" in texts(svg)
    assert "Eind 2025: 465 opgeleverd, 540 afgesproken." in svg


@pytest.mark.parametrize("chart", CHARTS)
def test_charts_can_be_read_without_seeing_them(chart):
    svg = parsed(chart(STORY, "a"))

    ids = svg.attrib["aria-labelledby"].split()
    assert svg.attrib["role"] == "img"
    assert ids == [element.attrib["id"] for element in svg if element.tag in ("title", "desc")]
    assert all(element.text for element in svg if element.tag in ("title", "desc"))


@pytest.mark.parametrize("chart", CHARTS)
def test_charts_keep_to_the_security_policy(chart):
    assert not re.search(r"style=|<script|\bon\w+=", chart(STORY, "a"))


def test_text_is_escaped():
    targets = {**TARGETS, 2028: 300}

    svg = year_chart(drawn({2024: 1}, targets=targets), 'x"', notes={2028: "<b>&"})

    assert "300, &lt;b&gt;&amp;" in svg
    parsed(svg)


def test_year_without_reports_says_so_and_draws_no_bar():
    svg = year_chart(drawn({2024: 0}), "jaar")

    assert texts(svg).count("n.n.o.") == 2  # 2025 and 2026 are over, 2027 is not waited for yet
    assert "2025: nog niet opgegeven." in svg
    assert 'class="built"' not in svg
    assert "0" in texts(svg)


def test_revised_target_makes_a_step_with_its_decision():
    """Case 9."""
    revised = drawn(
        {2024: 212, 2025: 240, 2026: 3},
        targets={**TARGETS, 2027: 330, 2028: 330},
        total=1350,
    )

    years = year_chart(revised, "jaar", notes={2027: "besluit 12 november"}, earlier=TARGETS)
    line = cumulative_chart(revised, "lijn", earlier=TARGETS)

    assert "330, besluit 12 november" in texts(years)
    assert "270 eerder" in texts(years)
    assert {"1.350 doel", "1.470 opgeteld"} <= set(texts(line))


def test_one_version_of_a_target_gives_one_line():
    assert 'class="old"' not in year_chart(STORY, "a") + cumulative_chart(STORY, "b")


def test_no_strip_without_a_goal_or_a_report():
    assert pace_chart(drawn({2024: 3}, targets={}), "a") == ""
    assert pace_chart(drawn({}), "a") == ""


@given(
    st.dictionaries(st.integers(2024, 2028), st.integers(0, 2000)),
    st.dictionaries(st.integers(2024, 2028), st.integers(0, 300)),
    st.sampled_from([{}, TARGETS, {**TARGETS, 2027: 330, 2028: 330}, dict.fromkeys(TARGETS, 1)]),
    st.integers(2024, 2030),
)
def test_every_progress_can_be_drawn(built, provisional, targets, year):
    built = {each: homes + provisional.get(each, 0) for each, homes in built.items()}
    provisional = {each: homes for each, homes in provisional.items() if each in built}
    progress = drawn(
        built,
        provisional=provisional,
        complete=range(2024, year),
        targets=targets,
        today=date(year, 3, 1),
    )

    for chart in CHARTS:
        if svg := chart(progress, "a"):
            for element in parsed(svg).iter():
                numbers = [element.attrib.get(name, "0") for name in ("x", "width", "height")]
                assert all(float(number.rstrip("%")) >= -0.01 for number in numbers)
                at = element.attrib.get("x", "0%")
                assert not at.endswith("%") or float(at.rstrip("%")) <= 100.01
    json.dumps([plotly_years(progress), plotly_cumulative(progress)], allow_nan=False)


def test_waterfall_bars():
    four = {"additions": True, "sales": True, "demolition": True, "other_withdrawals": True}
    slices = [
        Slice(2025, "a", 465, "heerlen"),
        Slice(2025, "a", 28, "heerlen", "purchase"),
        Slice(2025, "a", -280, "heerlen", "demolition"),
    ]
    fall = waterfall(
        slices,
        years=[2025],
        answered=[Answered("a", 2025, **four)],
        asked={2025: ["a"]},
        rule=Rule(),
    )
    assert fall is not None

    bars = [waterfall_bar(fall, step) for step in fall.steps]

    assert '<rect class="built" x="0%" width="92.25%" y="8" height="22"/>' in bars[0]
    assert '<rect class="bought" x="92.25%" width="5.55%"' in bars[1]
    assert '<rect class="lost" x="42.25%" width="55.55%"' in bars[2]
    assert '<rect class="built" x="0%" width="42.25%"' in waterfall_total(fall)


@pytest.mark.parametrize(
    ("value", "whole", "width"), [(46, 48, "95%"), (174, 168, "100%"), (16, 20, "80%")]
)
def test_bar_of_a_tile(value, whole, width):
    assert f'class="built" width="{width}"' in bar(value, whole)


def test_unknown_tile_has_an_empty_bar():
    assert 'class="built"' not in bar(None, 20) + bar(3, None) + bar(0, 20)


def test_tile_shows_closed_years_and_the_first_open_one():
    tile = Tile.of("Heerlen", "/partijen/heerlen/", STORY)

    assert (tile.built, tile.due, tile.light) == (465, 540, "behind")
    assert (tile.open_year, tile.open_built) == (2026, 142)
    assert len(TILE_ORDER) == 7


def test_tile_before_any_year_is_closed_shows_what_is_known():
    tile = Tile.of("Heerlen", "/", drawn({2024: 30}, complete=()))

    assert (tile.built, tile.due, tile.so_far, tile.light) == (30, None, True, "unknown")


def test_plotly_draws_the_same_numbers():
    years = plotly_years(STORY)
    line = plotly_cumulative(STORY)

    settled, provisional, needed, agreed = (trace["y"] for trace in years["data"])
    assert settled == [219, 246, 88, None, None]
    assert provisional == [0, 0, 54, None, None]
    assert needed == [None, None, 153, 295, 295]
    assert agreed == [270] * 5
    assert [trace["y"] for trace in line["data"]] == [
        [0, 219, 465],
        [465, 607],
        [0, 270, 540, 810, 1080, 1350],
    ]
