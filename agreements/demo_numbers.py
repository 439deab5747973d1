"""Numbers beside the story of the demonstration: the years before the rounds, signal values and
own measures of municipalities. All invented, all marked."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from agreements.models import Agreement, Deviation, Indicator, Target, TargetYear, Vision
from housing import earlier, versions
from housing.models import Organisation, Submission, User

FILE = Path(settings.BASE_DIR) / "fixtures" / "demo" / "getallen.toml"
SOURCE = "Voorbeeld, verzonnen"
SALES = "verkoop-sociale-huur"
Entry = Mapping[str, Any]


def load() -> None:
    """Make the numbers, unless some are there. What people entered themselves stays theirs."""
    book = tomllib.loads(FILE.read_text(encoding="utf-8"))
    parties = {party.slug: party for party in Organisation.objects.all()}
    if not Submission.objects.filter(year__in=earlier.YEARS).exists():
        for entry in book["earlier"]:
            _enter(parties[entry["municipality"]], entry)
    agreement = Agreement.objects.filter(slug=SALES).first()
    if agreement is not None and not agreement.targets.exists():
        for entry in book["signal"]:
            _signal(agreement, parties[entry["corporation"]], entry)
    vision = Vision.objects.order_by("-first_year").first()
    if vision is not None and not Indicator.objects.exists():
        for entry in book["indicator"]:
            Indicator.objects.create(
                vision=vision,
                municipality=parties[entry["municipality"]],
                name=entry["name"],
                year=entry["year"],
                value=Decimal(entry["value"]),
                unit=entry["unit"],
                source=SOURCE,
                is_demo=True,
            )


def clear() -> None:
    """Take away every marked row. Submissions and targets go with those of the story."""
    Indicator.objects.filter(is_demo=True).delete()
    Deviation.objects.filter(is_demo=True).delete()


def _enter(place: Organisation, entry: Entry) -> None:
    officer = User.objects.filter(email=f"{place.slug}@parkstad.example").first()
    coordinator = User.objects.filter(email="coordinator@parkstad.example").first()
    for year, homes in entry["homes"].items():
        version = earlier.enter(
            place,
            int(year),
            homes,
            note=entry["note"],
            by=officer,
            seen=0,
            at=_moment(entry["on"]),
            is_demo=True,
        )
        if version is not None and "accepted" in entry:
            versions.accept(version, actor=coordinator, at=_moment(entry["accepted"]))


def _signal(agreement: Agreement, corporation: Organisation, entry: Entry) -> None:
    target = Target.objects.create(
        agreement=agreement,
        scope=corporation.slug,
        corporation=corporation,
        is_joint=False,
        known_from=_moment(entry["known_from"]),
        reason=SOURCE,
        source=SOURCE,
        is_demo=True,
    )
    TargetYear.objects.bulk_create(
        TargetYear(target=target, year=int(year), homes=homes)
        for year, homes in entry["years"].items()
    )


def _moment(day: str) -> datetime:
    """Ten o'clock in the morning of a day, in Amsterdam."""
    return timezone.make_aware(datetime.fromisoformat(f"{day}T10:00:00"))
