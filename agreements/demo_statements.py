"""Demonstration of what parties say of their agreements: invented, marked, taken away again."""

import secrets
import tomllib
from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from agreements.evidence import forget_files
from agreements.models import Agreement, Evidence, Milestone, Remark, Statement
from agreements.owed import LIGHT_BY_RULE, owed_by, set_parts
from housing.models import Organisation, Round, User

BOOK = Path(settings.BASE_DIR) / "fixtures" / "demo" / "verklaringen.toml"
DOMAIN = "parkstad.example"
NAMES = ("status", "light", "explanation", "did", "cause", "cause_note", "needs")


@transaction.atomic
def load() -> None:
    """Make the demonstration statements where there are no statements at all: loading twice adds
    nothing, and real ones are never mixed with."""
    if Statement.objects.exists():
        return
    book = tomllib.loads(BOOK.read_text(encoding="utf-8"))
    agreements = {each.slug: each for each in Agreement.objects.regional()}
    parties = {party.slug: party for party in Organisation.objects.all()}
    people = {user.email: user for user in User.objects.filter(is_demo=True)}
    rounds = {round_.year: round_ for round_ in Round.objects.order_by("period_until")}
    for about in book["about"]:
        agreement = agreements.get(about["agreement"])
        if agreement is not None and about["year"] in rounds:
            _say(about, agreement, rounds[about["year"]], parties, people)
    for rest in book["rest"]:
        _say_the_rest(rest, book["texts"], rounds, parties, people)
    for entry in book["milestone"]:
        values = {**entry, "agreement": agreements[entry["agreement"]]}
        Milestone.objects.create(**values, is_demo=True)
    for entry in book["evidence"]:
        _show(entry, people)
    settle()


@transaction.atomic
def clear() -> None:
    """Take all of it away, and what demonstration accounts added to it. Call `settle` when the
    agreements of the demonstration are gone too."""
    pieces = Evidence.objects.filter(is_demo=True)
    forget_files(pieces)
    pieces.delete()
    Remark.objects.filter(is_demo=True).delete()
    Statement.objects.filter(is_demo=True).delete()
    Milestone.objects.filter(is_demo=True).delete()


def settle() -> None:
    """Let the parts of all rounds say what is owed and said now."""
    for round_ in Round.objects.all():
        set_parts(round_)


def _say(
    about: dict[str, Any],
    agreement: Agreement,
    round_: Round,
    parties: dict[str, Organisation],
    people: dict[str, User],
) -> None:
    moment = _moment(about["on"])
    coordinator = people.get(f"coordinator@{DOMAIN}")
    for slug, *words in about["said"]:
        said = _statement(
            agreement, parties[slug], round_, words, people, moment, about.get("concept", False)
        )
        if text := about.get("remarks", {}).get(slug):
            Remark.objects.create(
                statement=said, text=text, actor=coordinator, at=moment, is_demo=True
            )


def _say_the_rest(
    rest: dict[str, Any],
    texts: dict[str, list[list[str]]],
    rounds: dict[int, Round],
    parties: dict[str, Organisation],
    people: dict[str, User],
) -> None:
    """Something of every agreement that these parties said nothing of yet in a round."""
    round_, moment = rounds[rest["year"]], _moment(rest["on"])
    asked = [parties[slug] for slug in rest["parties"] if slug in parties]
    owes = owed_by(asked, round_)
    said = set(Statement.objects.filter(round=round_).values_list("organisation", "agreement"))
    for index, party in enumerate(asked):
        for agreement in owes[party.pk]:
            variants = texts["lokaal" if agreement.set.is_local else agreement.slug]
            words = variants[index % len(variants)]
            if (party.pk, agreement.pk) not in said:
                _statement(agreement, party, round_, words, people, moment)


def _statement(
    agreement: Agreement,
    party: Organisation,
    round_: Round,
    words: list[str],
    people: dict[str, User],
    moment: datetime,
    is_concept: bool = False,
) -> Statement:
    is_region = party.kind == Organisation.Kind.CITY_REGION
    by = people.get(f"{'coordinator' if is_region else party.slug}@{DOMAIN}")
    values = dict(zip(NAMES, words, strict=True))
    if agreement.kind in LIGHT_BY_RULE:
        values["light"] = ""
    return Statement.objects.create(
        agreement=agreement,
        organisation=party,
        round=round_,
        entered_by=by,
        submitted_by=None if is_concept else by,
        changed_at=moment,
        submitted_at=None if is_concept else moment,
        is_demo=True,
        **values,
    )


def _show(entry: dict[str, Any], people: dict[str, User]) -> None:
    said = Statement.objects.get(
        agreement__slug=entry["agreement"],
        organisation__slug=entry["organisation"],
        round__year=entry["year"],
    )
    Evidence.objects.create(
        agreement=said.agreement,
        statement=said,
        organisation=said.organisation,
        reference=secrets.token_hex(6),
        title=entry["title"],
        link=entry["link"],
        by=said.entered_by,
        at=said.changed_at,
        is_demo=True,
    )


def _moment(day: str) -> datetime:
    """Two o'clock in the afternoon of a day, in Amsterdam."""
    return timezone.make_aware(datetime.combine(datetime.fromisoformat(day), time(14)))
