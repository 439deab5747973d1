"""The demonstration: invented figures on the road real ones take, and gone without a trace."""

from collections import Counter
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command

from agreements import demo
from housing import tallies, versions
from housing.models import (
    Claim,
    Organisation,
    Project,
    StockChange,
    Submission,
    Tally,
    Upload,
    User,
)
from monitoring.figures import picture
from tests.factories import at, make_row, make_version

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def reference():
    call_command("load_reference", verbosity=0)
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        yield
    assert tallies.audit() == []


def loaded() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def everything() -> dict[str, Counter[tuple[object, ...]]]:
    """Every row of every model, without the moment it was recorded."""
    found = {}
    for model in apps.get_models():
        names = [f.attname for f in model._meta.concrete_fields if f.name != "recorded_at"]
        rows = model._default_manager.order_by().values_list(*names)
        found[model._meta.label] = Counter(tuple(map(str, row)) for row in rows)
    return {label: rows for label, rows in found.items() if rows}


def kept_files() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def test_the_story_gives_exactly_these_figures():
    loaded()

    known = picture(TODAY)
    region = known.region
    assert [year.built for year in region.years[:3]] == [219, 246, 142]
    assert region.built == 607
    assert (region.built_closed, region.due, region.behind) == (465, 540, 75)
    assert region.needed_per_year == 295
    assert region.closed_until == 2025
    fall = known.waterfall(years=(2024, 2025))
    assert fall is not None
    assert (fall.gross, fall.net) == (465, 213)
    assert sum(step.homes for step in fall.steps) == fall.net
    assert known.is_demo and region.demo
    assert {mark.code for mark in region.marks} >= {"disputed", "returned"}


def test_loading_twice_changes_nothing():
    loaded()
    before = everything()

    told = loaded()

    assert "keep their passwords" in told
    assert everything() == before


def test_passwords_are_new_each_time_and_only_when_asked():
    first = {account.email: account.password for account in demo.load()}
    before = dict(User.objects.values_list("email", "password"))

    out = StringIO()
    call_command("load_demo", "--new-passwords", stdout=out)

    assert all(out.getvalue().count(password) == 0 for password in first.values())
    after = dict(User.objects.values_list("email", "password"))
    assert all(after[email] != before[email] for email in first)


def test_every_figure_of_it_is_marked():
    loaded()

    assert not Submission.objects.filter(is_demo=False).exists()
    assert not Tally.objects.filter(is_demo=False).exists()
    assert not User.objects.filter(is_demo=False).exists()


def test_it_refuses_beside_real_figures():
    party = Organisation.objects.get(slug="weller")
    make_version(party, [make_row(24)], on="2026-01-05")
    before = everything()

    with pytest.raises(CommandError, match="real submissions"):
        loaded()

    assert everything() == before


def test_clearing_leaves_what_was_there_before_and_nothing_else():
    before, files = everything(), kept_files()
    loaded()
    assert kept_files() > files

    call_command("clear_demo", stdout=StringIO())

    assert everything() == before
    assert kept_files() == files
    assert picture(TODAY).region.built is None
    assert not picture(TODAY).is_demo


def test_clearing_leaves_real_figures_and_gives_back_what_they_lost():
    loaded()
    taken = Claim.objects.filter(until=None, lost_to=None, year=2025, direction=1).exclude(
        bag_id=""
    )
    claim = taken.first()
    real = Organisation.objects.corporations().last()
    assert claim is not None and real is not None
    rows = [make_row(24, key="echt", year=2028), make_row(bag_ids=(claim.bag_id,), year=2028)]
    version = make_version(real, rows, year=2028, on="2026-11-22")
    assert sum(version.tallies.filter(counts_until=None).values_list("homes", flat=True)) == 24

    call_command("clear_demo", stdout=StringIO())

    assert Submission.objects.get() == version
    assert StockChange.objects.count() == 2
    assert sum(version.tallies.filter(counts_until=None).values_list("homes", flat=True)) == 25
    assert not Upload.objects.exists()
    assert not Project.objects.filter(is_demo=True).exists()


def test_a_real_coordinator_may_review_what_a_demonstration_clerk_sent():
    loaded()
    version = Submission.objects.filter(status="submitted").first()
    assert version is not None

    versions.accept(version, actor=None, at=at("2026-11-24"), comment="Gezien.")

    assert Submission.objects.get(pk=version.pk).status == "accepted"
