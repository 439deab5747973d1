"""The demonstration's local agreements: three municipalities, three years, one bid late.

The parties are real, all else is invented and marked. `clear` takes all of it away, with what
people wrote in it.
"""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from agreements.models import (
    Agreement,
    AgreementSet,
    Bid,
    Evidence,
    Reaction,
    Signature,
    Statement,
    Target,
    TargetYear,
    Theme,
    Vision,
)
from housing.models import Organisation

FILE = Path(settings.BASE_DIR) / "fixtures" / "demo" / "lokaal.toml"


def load() -> None:
    """Make the sets that are not there. Safe to repeat; a set that somebody made stays hers."""
    story = tomllib.loads(FILE.read_text(encoding="utf-8"))
    parties = {party.slug: party for party in Organisation.objects.all()}
    for entry in story["municipality"]:
        last: AgreementSet | None = None
        for year in entry["year"]:
            key = {"municipality": parties[entry["slug"]], "first_year": year["year"]}
            found = AgreementSet.objects.filter(**key).first()
            last = found or _make(story, entry, year, parties, last)


def clear() -> None:
    """Take the demonstration's sets away, those that were started from them too, and what
    demonstration accounts did in other sets."""
    sets = AgreementSet.objects.filter(municipality__isnull=False, is_demo=True)
    inside = Agreement.objects.filter(Q(set__in=sets) | Q(set__municipality__isnull=False,
                                                          is_demo=True))  # fmt: skip
    for evidence in Evidence.objects.filter(agreement__in=inside):
        if evidence.file:
            evidence.file.delete(save=False)
        evidence.delete()
    Statement.objects.filter(agreement__in=inside).delete()
    inside.delete()
    sets.delete()
    signed = Signature.objects.filter(is_demo=True)
    AgreementSet.objects.filter(pk__in=signed.values("set")).update(signed_on=None)
    signed.delete()
    Bid.objects.filter(is_demo=True).delete()
    Reaction.objects.filter(is_demo=True).delete()


def _make(
    story: Mapping[str, Any],
    entry: Mapping[str, Any],
    year: Mapping[str, Any],
    parties: Mapping[str, Organisation],
    last: AgreementSet | None,
) -> AgreementSet:
    """One municipality's set of one year, with all that happened in it."""
    place, number = parties[entry["slug"]], year["year"]
    made = _moment(f"{number - 1}-03-02")
    set_ = AgreementSet.objects.create(
        vision=Vision.objects.order_by("-first_year").first(),
        name=f"Lokale prestatieafspraken {place} {number}",
        slug=f"{place.slug}-{number}",
        first_year=number,
        last_year=number,
        municipality=place,
        copied_from=last,
        text=story["text"],
        signed_on=_day(year.get("signed")),
        evaluated_on=_day(year.get("evaluated")),
        evaluation=year.get("evaluation", ""),
        source=story["source"],
        is_demo=True,
        known_from=made,
    )
    everybody = [place, *(parties[slug] for slug in entry["parties"])]
    set_.parties.set(everybody)
    for position, agreement in enumerate(entry["agreement"], start=1):
        _agreement(set_, str(position), agreement, parties)
    Bid.objects.bulk_create(
        Bid(
            set=set_,
            corporation=parties[slug],
            received_on=day,
            text=year.get("bid_text", ""),
            is_demo=True,
        )
        for slug, day in year["bids"].items()
    )
    if signed := _day(year.get("signed")):
        Signature.objects.bulk_create(
            Signature(set=set_, organisation=party, signed_on=signed, is_demo=True)
            for party in everybody
        )
    Reaction.objects.bulk_create(
        Reaction(
            set=set_,
            organisation=parties[each["party"]],
            text=each["text"],
            at=_moment(each["on"]),
            is_demo=True,
        )
        for each in year.get("reaction", ())
    )
    return set_


def _agreement(
    set_: AgreementSet,
    number: str,
    entry: Mapping[str, Any],
    parties: Mapping[str, Organisation],
) -> None:
    """One agreement as it stands in the set of a year."""
    year = str(set_.first_year)
    regional = Agreement.objects.regional()
    outcome = _day(entry.get("outcome", {}).get(year))
    agreement = Agreement.objects.create(
        set=set_,
        theme=Theme.objects.get(slug=entry["theme"]),
        serves=regional.filter(slug=entry["serves"]).first() if "serves" in entry else None,
        number=number,
        slug=f"{set_.slug}-{number}",
        title=entry["title"],
        kind=entry["kind"],
        text=entry["text"],
        meaning=entry.get("meaning", ""),
        deliverable=entry.get("deliverable", ""),
        due_on=_day(entry.get("due", {}).get(year)),
        outcome=entry.get("outcome_text", "") if outcome else "",
        outcome_on=outcome,
        source=set_.source,
        is_demo=True,
        known_from=set_.known_from,
    )
    agreement.responsible.set([parties[slug] for slug in entry["responsible"]])
    if homes := entry.get("homes", {}).get(year):
        target = Target.objects.create(
            agreement=agreement,
            scope=set_.slug.rpartition("-")[0],
            municipality=set_.municipality,
            total=homes,
            source=set_.source,
            is_demo=True,
            known_from=set_.known_from,
        )
        TargetYear.objects.create(target=target, year=set_.first_year, homes=homes)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(day: str) -> datetime:
    """Ten o'clock in the morning of a day, in Amsterdam."""
    return timezone.make_aware(datetime.fromisoformat(f"{day}T10:00:00"))
