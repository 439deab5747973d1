"""Load what is true and sourced: parties, rules, rounds and projects, from `fixtures/reference`.

Safe to repeat. A row is found by its natural key and written only where the fixture says
something else; what the fixture does not name (days of a round, the decision on a voorstel, the
state of a part) is left as people set it. The agreements have a loader of their own in
`agreements.reference`, since this app does not know them.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from housing.models import (
    CountingRule,
    FormerName,
    Organisation,
    Part,
    PriceLimit,
    Project,
    ProjectPlan,
    Representation,
    Round,
    SegmentTable,
    fold,
)
from housing.rounds import asked_in
from housing.segments import FIRST_BANDS

REFERENCE = Path(__file__).resolve().parent.parent / "fixtures" / "reference"

Row = TypeVar("Row", bound=models.Model)


@dataclass(slots=True)
class Loaded:
    """What loading did, by the plural name of what was loaded: rows added, changed, the same."""

    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    rows_resegmented: int = 0

    def keep(self, model: type[Row], key: Mapping[str, Any], values: Mapping[str, Any]) -> Row:
        """Find a row by its natural key, or add it; write only the values that differ."""
        noun = model.__name__
        found = model._default_manager.filter(**key).first()
        if found is None:
            self.added[noun] += 1
            return model._default_manager.create(**key, **values)
        differing = [name for name, value in values.items() if getattr(found, name) != value]
        for name in differing:
            setattr(found, name, values[name])
        if differing:
            found.save(update_fields=differing)
        (self.changed if differing else self.same)[noun] += 1
        return found

    def add_missing(
        self, model: type[Row], key: Mapping[str, Any], values: Mapping[str, Any]
    ) -> Row:
        """Find a row, or add it with `values`; one that exists is left as people set it."""
        found = model._default_manager.filter(**key).first()
        (self.added if found is None else self.same)[model.__name__] += 1
        return found or model._default_manager.create(**key, **values)

    def touched(self, *models_: type[models.Model]) -> bool:
        """Whether any row of these models was added or changed."""
        return any(self.added[m.__name__] or self.changed[m.__name__] for m in models_)

    def lines(self) -> list[str]:
        """A short account, one line a model, then what it meant for rows already stored."""
        nouns = sorted({*self.added, *self.changed, *self.same})
        lines = [
            f"{noun}: {self.added[noun]} added, {self.changed[noun]} changed, "
            f"{self.same[noun]} the same"
            for noun in nouns
        ]
        if self.rows_resegmented:
            lines.append(f"{self.rows_resegmented} stored rows moved to another segment")
        return lines


def read(name: str, folder: Path = REFERENCE) -> dict[str, Any]:
    """The contents of one fixture; amounts as exact decimals."""
    with (folder / f"{name}.toml").open("rb") as file:
        return tomllib.load(file, parse_float=Decimal)


def start_of(day: date) -> datetime:
    """The first moment of `day` in Europe/Amsterdam: a decision of that day is known from it."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


@transaction.atomic
def load(loaded: Loaded) -> None:
    """Lay down parties, rules, rounds and projects; keep count in `loaded`."""
    load_organisations(loaded)
    load_rules(loaded)
    load_rounds(loaded)
    load_projects(loaded)


def load_organisations(loaded: Loaded) -> None:
    """The parties, their older names and codes, and whom tenants' organisations speak for."""
    book = read("organisations")
    known_from = start_of(book["known_from"])
    parties: dict[str, Organisation] = {}
    for entry in book["organisation"]:
        values = {
            "kind": entry["kind"],
            "name": entry["name"],
            "cbs_code": entry.get("cbs_code", ""),
            "l_number": entry.get("l_number", ""),
            "source": entry["source"],
            "note": entry.get("note", ""),
            "known_from": known_from,
        }
        parties[entry["slug"]] = loaded.keep(Organisation, {"slug": entry["slug"]}, values)

    for entry in book["organisation"]:
        party = parties[entry["slug"]]
        for former in entry.get("former_name", []):
            loaded.keep(
                FormerName,
                {"organisation": party, "name": former["name"]},
                {
                    "code": former.get("code", ""),
                    "until": former.get("until"),
                    "source": former["source"],
                },
            )
        for tie in entry.get("represents", []):
            loaded.keep(
                Representation,
                {"tenants": party, "corporation": parties[tie["corporation"]], "since": None},
                {"evidence": tie["evidence"], "source": tie["source"]},
            )


def load_rules(loaded: Loaded) -> None:
    """Price limits, segment table and counting rule; rows already stored move along when a
    limit or the table changed."""
    from housing.tallies import resegment

    book = read("rules")
    for entry in book["price_limit"]:
        loaded.keep(
            PriceLimit,
            {
                "year": entry["year"],
                "limit": entry["limit"],
                "known_from": start_of(entry["known_from"]),
            },
            {"amount": entry["amount"], "source": entry["source"]},
        )
    for entry in book["segment_table"]:
        bands = [
            {name: str(value) for name, value in band.items()}
            for band in entry.get("bands") or FIRST_BANDS
        ]
        loaded.keep(SegmentTable, {"number": entry["number"]}, _dated(entry) | {"bands": bands})
    for entry in book["counting_rule"]:
        names = (
            "kinds",
            "segments",
            "count_unknown_self_contained",
            "excluded_dwelling_types",
            "first_year",
            "last_year",
        )
        values = _dated(entry) | {name: entry[name] for name in names}
        loaded.keep(CountingRule, {"number": entry["number"]}, values)

    if loaded.touched(PriceLimit, SegmentTable):
        loaded.rows_resegmented = resegment(timezone.now())


def load_rounds(loaded: Loaded) -> None:
    """A round a calendar year, without days, and what it asks of each party.

    A round that exists is the coordinator's, a part the engine's: neither is touched.
    """
    for year in read("rounds")["years"]:
        round_ = loaded.add_missing(
            Round,
            {"period_until": date(year, 12, 31)},
            {"year": year, "name": f"Ronde {year}", "period_from": date(year, 1, 1)},
        )
        for values in asked_in(round_):
            url_name = values.pop("url_name")
            loaded.add_missing(Part, {"round": round_, **values}, {"url_name": url_name})


def load_projects(loaded: Loaded) -> None:
    """Projects that a public source names, with the number of homes it gives."""
    book = read("projects")
    known_from = start_of(book["known_from"])
    for entry in book["project"]:
        municipality = Organisation.objects.by_code(entry["municipality"])
        project = loaded.keep(
            Project,
            {"municipality": municipality, "folded": fold(entry["name"])},
            {"name": entry["name"], "source": entry["source"], "is_demo": False},
        )
        loaded.keep(
            ProjectPlan,
            {"project": project, "known_from": known_from},
            {"planned_homes": entry["planned_homes"], "source": entry["source"]},
        )


def _dated(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "text": entry["text"],
        "source": entry["source"],
        "known_from": start_of(entry["known_from"]),
    }
