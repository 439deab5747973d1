"""`manage.py figures`: the dashboard's numbers for other people's tools."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from monitoring.figures import picture
from tests.factories import (
    make_municipality,
    make_organisation,
    make_row,
    make_rules,
    make_target,
    make_version,
)

pytestmark = pytest.mark.django_db
KEYS = {
    "as_of", "built", "accepted", "provisional", "closed_until", "built_closed", "due", "behind",
    "needed_per_year", "reported", "years", "by_municipality", "by_corporation", "by_segment",
    "net", "marks",
}  # fmt: skip
EVERYTHING = frozenset({"additions", "sales", "demolition", "other_withdrawals"})


@pytest.fixture(autouse=True)
def reference():
    make_municipality()
    make_municipality("Kerkrade", "GM0928")
    make_rules()
    make_target()
    weller = make_organisation(name="Weller", l_number="L0225")
    make_version(
        weller,
        [
            make_row(24, year=2024, key="a"),
            make_row(6, year=2024, key="b", declared="mid_rent", municipality="kerkrade"),
            make_row(3, year=2024, key="c", kind="demolition"),
        ],
        year=2024,
        on="2025-01-20",
        accepted_on="2025-02-01",
        said=EVERYTHING,
    )
    make_version(weller, [make_row(5, key="d")], on="2025-10-01")


def figures(*arguments):
    out = StringIO()
    call_command("figures", "--json", "--as-of", "2025-11-01", *arguments, stdout=out)
    [line] = out.getvalue().splitlines()
    return json.loads(line)


def test_the_json_has_what_was_promised():
    found = figures()

    assert found.keys() >= KEYS
    assert found["as_of"] == "2025-11-01"
    assert (found["built"], found["accepted"], found["provisional"]) == (29, 24, 5)
    assert (found["closed_until"], found["built_closed"]) == (2024, 24)
    assert (found["due"], found["behind"], found["needed_per_year"]) == (270, 246, 332)
    assert found["reported"] == {
        "2024": [1, 1], "2025": [1, 1], "2026": [0, 1], "2027": [0, 1], "2028": [0, 1],
    }  # fmt: skip
    assert found["years"]["2024"] == {"built": 24, "target": 270, "closed": True}
    assert found["years"]["2025"] == {"built": 5, "target": 270, "closed": False}
    assert found["standing"]["2024"]["state"] == "settled"
    assert found["standing"]["2025"] == {
        "state": "provisional", "provisional": 5, "disputed": 0, "becomes": None,
    }  # fmt: skip
    assert found["by_municipality"] == {"Heerlen": 29, "Kerkrade": 0}
    assert found["by_corporation"] == {"Weller": 29}
    assert found["by_segment"]["middenhuur"] == 6
    assert found["net"] == {"additions": 24, "withdrawals": -3, "net": 21}
    assert found["marks"] == [] or {mark["code"] for mark in found["marks"]} <= {
        "rent_unknown", "self_contained_unknown",
    }  # fmt: skip


def test_what_nobody_knows_is_null():
    out = StringIO()
    call_command("figures", "--json", "--as-of", "2025-01-01", stdout=out)

    found = json.loads(out.getvalue())
    assert found["built"] is found["behind"] is found["net"]["net"] is None
    assert found["by_corporation"] == {"Weller": None}
    assert found["years"]["2024"]["built"] is None


@pytest.mark.parametrize("code", ["weller", "L0225", "GM0917"])
def test_one_party_by_any_of_its_codes(code):
    assert figures("--organisation", code)["built"] == 29


def test_it_says_what_the_pictures_page_says():
    region = picture(date(2025, 11, 1)).region

    assert (figures()["built"], figures()["behind"]) == (region.built, region.behind)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--organisation", "onbekend"), "known are: .*weller"),
        (("--as-of", "gisteren"), "takes a day"),
    ],
)
def test_what_it_cannot_know_is_told(arguments, told):
    with pytest.raises(CommandError, match=told):
        figures(*arguments)
