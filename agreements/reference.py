"""Load what was promised: the vision, its themes, the regional set, its agreements and target.

The published text in words of our own (`fixtures/reference/agreements.toml`), after the parties
of `housing.reference`. Safe to repeat in the same way.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from agreements.models import (
    Agreement,
    AgreementSet,
    Fund,
    FundUse,
    Target,
    TargetYear,
    Theme,
    Vision,
)
from agreements.owed import set_parts
from agreements.texts import WORDING
from housing.models import Organisation, Round
from housing.reference import Loaded, read, start_of


@transaction.atomic
def load(loaded: Loaded) -> None:
    """Lay down the regional agreements; keep count in `loaded`. Needs the parties."""
    book = read("agreements")
    vision = load_vision(loaded, book["vision"])
    themes = load_themes(loaded, book["theme"], vision)
    signed = load_set(loaded, book["set"], vision)
    for entry in book["agreement"]:
        load_agreement(loaded, entry, signed, themes[entry["theme"]])
    for round_ in Round.objects.order_by("year"):
        loaded.added["Part"] += set_parts(round_)
    for fund in read("funds")["fund"]:
        load_fund(loaded, fund)


def load_vision(loaded: Loaded, entry: Mapping[str, Any]) -> Vision:
    """The Woonvisie with its number of homes."""
    values = dict(entry)
    values["known_from"] = start_of(values["known_from"])
    return loaded.keep(Vision, {"name": values.pop("name")}, values)


def load_themes(
    loaded: Loaded, entries: list[Mapping[str, Any]], vision: Vision
) -> dict[str, Theme]:
    """The themes of the vision, in its order: {slug: theme}."""
    return {
        entry["slug"]: loaded.keep(
            Theme,
            {"slug": entry["slug"]},
            {
                "vision": vision,
                "name": entry["name"],
                "position": position,
                "source": vision.source,
            },
        )
        for position, entry in enumerate(entries, start=1)
    }


def load_set(loaded: Loaded, entry: Mapping[str, Any], vision: Vision) -> AgreementSet:
    """The set that was signed, with the parties for whom it was signed."""
    names = ("name", "first_year", "last_year", "signed_on", "text", "source")
    values = {name: entry[name] for name in names}
    values |= {"vision": vision, "known_from": start_of(entry["signed_on"])}
    signed = loaded.keep(AgreementSet, {"slug": entry["slug"]}, values)
    parties = Organisation.objects.filter(kind__in=entry["party_kinds"])
    # Later parties sign later sets: only an empty list is filled.
    if not signed.parties.exists():
        signed.parties.set(parties.parties_at_end_of(entry["signed_on"].year))
    return signed


def load_agreement(
    loaded: Loaded, entry: Mapping[str, Any], signed: AgreementSet, theme: Theme
) -> None:
    """One promise and, where it has a number, the first version of its target."""
    names = ("number", "title", "kind", "text", "meaning", "responsible_kinds")
    values = {name: entry[name] for name in names}
    values |= {
        "set": signed,
        "theme": theme,
        "source": entry.get("source", signed.source),
        "known_from": signed.known_from,
    }
    present = Agreement.objects.filter(slug=entry["slug"]).first()
    if present is not None:
        # What the coordinator worded or placed anew on the page stays.
        kept = WORDING if present.former_texts.exists() else ()
        values = {name: values[name] for name in values if name not in (*kept, "theme")}
    agreement = loaded.keep(Agreement, {"slug": entry["slug"]}, values)
    # Which other themes it serves is the portal's own order; only an empty list is filled.
    if entry.get("also_themes") and not agreement.also_themes.exists():
        agreement.also_themes.set(Theme.objects.filter(slug__in=entry["also_themes"]))
    for target in entry.get("target", []):
        load_target(loaded, target, agreement)


def load_target(loaded: Loaded, entry: Mapping[str, Any], agreement: Agreement) -> None:
    """A version of a target with its pace of each year."""
    names = ("segment", "is_joint", "basis", "total", "decided_on", "reason")
    values = {name: entry[name] for name in names} | {"source": agreement.source}
    key = {
        "agreement": agreement,
        "scope": entry["scope"],
        "known_from": start_of(entry["decided_on"]),
    }
    target = loaded.keep(Target, key, values)
    for year, homes in entry["years"].items():
        loaded.keep(TargetYear, {"target": target, "year": int(year)}, {"homes": homes})


def load_fund(loaded: Loaded, entry: Mapping[str, Any]) -> None:
    """A national fund with what its sources say it pays for. One that is there is left as the
    coordinator keeps it; a use is known by its municipality and its source."""
    values = {name: value for name, value in entry.items() if name not in ("slug", "use")}
    fund = loaded.add_missing(Fund, {"slug": entry["slug"]}, values)
    for use in entry.get("use", []):
        place = use.get("municipality")
        key = {
            "fund": fund,
            "municipality": Organisation.objects.get(slug=place) if place else None,
            "source": use["source"],
            "is_demo": False,
        }
        names = ("area", "purpose", "granted", "homes")
        loaded.add_missing(FundUse, key, {name: use[name] for name in names if name in use})
