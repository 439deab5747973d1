"""The registers of the demonstration: invented plans, dates, areas, complexes, aid and uses of
funds, all marked, laid over the projects of the story."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from agreements.models import (
    Advice,
    AidYear,
    Fund,
    FundUse,
    SparedComplex,
    StalledPlan,
    VulnerableArea,
)
from housing.models import Organisation, Project, ProjectPath

FILE = Path(settings.BASE_DIR) / "fixtures" / "demo" / "registers.toml"
SOURCE = "Voorbeeld, verzonnen"
MARKED: tuple[type[models.Model], ...] = (
    Advice,
    SparedComplex,
    StalledPlan,
    ProjectPath,
    AidYear,
    FundUse,
)

Entry = Mapping[str, Any]


def load() -> None:
    """Make the rows, unless some are there. What people entered themselves stays theirs."""
    if any(model._default_manager.filter(is_demo=True).exists() for model in MARKED):
        return
    book = tomllib.loads(FILE.read_text(encoding="utf-8"))
    parties = {party.slug: party for party in Organisation.objects.all()}
    projects = {
        f"{project.municipality.slug}/{project.name}": project
        for project in Project.objects.select_related("municipality")
    }
    for plan in book["plan"]:
        key = {"municipality": parties[plan["municipality"]], "name": plan["name"]}
        _add(StalledPlan, key, _rest(plan, "municipality", "name"))
    for path in book["path"]:
        if project := projects.get(path["project"]):
            _add(ProjectPath, {"project": project}, _rest(path, "project"))
    _load_areas(book, parties)
    for year, rows in book["aid"].items():
        for slug, answers in rows.items():
            _add(AidYear, {"organisation": parties[slug], "year": int(year)}, _aid(answers))
    for use in book["use"]:
        _load_use(use, parties, projects)


def clear() -> None:
    """Take away every marked row; an area or fund that holds real ones stays."""
    for model in MARKED:
        model._default_manager.filter(is_demo=True).delete()
    VulnerableArea.objects.filter(is_demo=True, complexes=None).delete()
    Fund.objects.filter(is_demo=True, uses=None).delete()


def _load_areas(book: Entry, parties: Mapping[str, Organisation]) -> None:
    areas = {}
    for area in book["area"]:
        key = {"municipality": parties[area["municipality"]], "name": area["name"]}
        areas[f"{area['municipality']}/{area['name']}"] = _add(
            VulnerableArea, key, _rest(area, "municipality", "name")
        )
    for entry in book["complex"]:
        values = {name: value for name, value in entry.items() if name != "advice"}
        values |= {
            "area": areas[entry["area"]],
            "corporation": parties[entry["corporation"]],
            "is_demo": True,
        }
        complex_ = SparedComplex.objects.create(**values)
        for advice in entry.get("advice", []):
            Advice.objects.create(
                complex=complex_,
                organisation=parties[advice["organisation"]],
                verdict=advice["verdict"],
                text=advice["text"],
                at=timezone.make_aware(datetime.fromisoformat(f"{advice['at']}T10:00:00")),
                is_demo=True,
            )


def _load_use(
    entry: Entry, parties: Mapping[str, Organisation], projects: Mapping[str, Project]
) -> None:
    place = entry["municipality"]
    fund = Fund.objects.filter(slug=entry["fund"]).first()
    if fund is None:
        return
    values = _rest(entry, "fund", "municipality", "project", "parties")
    use = FundUse.objects.create(
        fund=fund,
        municipality=parties[place],
        project=projects.get(f"{place}/{entry.get('project', '')}"),
        is_demo=True,
        **values,
    )
    use.parties.set([parties[slug] for slug in entry["parties"]])


def _aid(answers: list[Any]) -> dict[str, Any]:
    names = ("participates", "households", "benefit")
    values = dict(zip(names, answers, strict=False))
    if "benefit" in values:
        values["benefit"] = Decimal(values["benefit"])
    return values | {"source": SOURCE}


def _rest(entry: Entry, *named: str) -> dict[str, Any]:
    """What is left of an entry, with the word that it is invented as its source."""
    return {name: value for name, value in entry.items() if name not in named} | {"source": SOURCE}


def _add(model: type[models.Model], key: Entry, values: Entry) -> models.Model:
    """Add a marked row, unless somebody has one of that name already."""
    found = model._default_manager.filter(**key).first()
    return found or model._default_manager.create(**key, **values, is_demo=True)
