"""Rounds: what they ask of whom, how far each party is, and the coordinator's steps."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from housing.deadlines import Stage, Window, windows_of
from housing.models import Extension, Notice, Organisation, Part, Round, Submission, User

UPLOAD_PAGE = "housing:upload"
ENTRY_PAGE = "entry:entry"
# What a round asks of each kind of party. Statements are added by the app that keeps them.
ASKED = {
    Organisation.Kind.CORPORATION: ((Part.Kind.COMPLETIONS, UPLOAD_PAGE),),
    Organisation.Kind.MUNICIPALITY: (
        (Part.Kind.CONFIRMATIONS, ENTRY_PAGE),
        (Part.Kind.OWN_FIGURES, ENTRY_PAGE),
    ),
}
OWED = (Part.State.MISSING, Part.State.DRAFT, Part.State.RETURNED)


class RoundError(Exception):
    """The step does not fit; the message says why, in Dutch."""


@dataclass(frozen=True, slots=True)
class PartyRow:
    """One party in the coordinator's table: its parts by kind, its days, who was written to."""

    organisation: Organisation
    labels: tuple[str, ...]
    parts: tuple[Part | None, ...]
    window: Window
    today: date
    version: Submission | None
    reminded: tuple[date, ...]

    @property
    def owes(self) -> bool:
        """Whether anything is still to be handed in."""
        return any(part is not None and part.state in OWED for part in self.parts)

    @property
    def begun(self) -> bool:
        """Whether it has begun with anything."""
        return any(part is not None and part.state != Part.State.MISSING for part in self.parts)

    @property
    def shown(self) -> tuple[tuple[str, str, str, str], ...]:
        """Of each part (its name, code of the badge, its word, "3 van 5" or "")."""
        return tuple(
            (label, *shown(part, self.window, self.today))
            for label, part in zip(self.labels, self.parts, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Group:
    """The parties of one kind, with the kinds of part a round asks of them."""

    kind: str
    label: str
    part_kinds: tuple[str, ...]
    labels: tuple[str, ...]
    rows: tuple[PartyRow, ...]


def shown(part: Part | None, window: Window, day: date) -> tuple[str, str, str]:
    """A part as it reads on `day`: what was never handed in by the last day is "niet ingediend",
    until an extension lifts that (NUMBERS 1)."""
    if part is None:
        return ("none", "niet gevraagd", "")
    state = part.state
    late = window.last_day is not None and day > window.last_day
    if late and state in (Part.State.MISSING, Part.State.DRAFT):
        state = Part.State.NOT_SUBMITTED
    count = f"{part.done} van {part.of}" if part.of > 1 else ""
    return (state, Part.State(state).label, count)


def asked_in(round_: Round) -> Iterable[dict[str, Any]]:
    """The parts that a round asks: kind, organisation and page, for all that are a party at the
    end of its year (NUMBERS 10)."""
    for kind, parts in ASKED.items():
        asked = [each for each in parts if round_.asks(kind, each[0])]
        for party in Organisation.objects.of_kind(kind).parties_at_end_of(round_.year):
            for part_kind, url_name in asked:
                yield {"organisation": party, "kind": part_kind, "url_name": url_name}


@transaction.atomic
def open_new(round_: Round) -> Round:
    """Store a new round with its parts. Statements are asked of whom another round asked
    them; the app that keeps them corrects that with the first one written."""
    round_.save()
    add_parts(round_)
    return round_


def add_parts(round_: Round) -> None:
    """Make the parts of a round that it asks and that are not there yet."""
    for values in asked_in(round_):
        Part.objects.get_or_create(
            round=round_,
            organisation=values["organisation"],
            kind=values["kind"],
            defaults={"url_name": values["url_name"]},
        )
    other = (
        Round.objects.exclude(pk=round_.pk)
        .filter(parts__kind=Part.Kind.STATEMENTS)
        .order_by("-period_until")
        .first()
    )
    if other is None:
        return
    for part in other.parts.filter(kind=Part.Kind.STATEMENTS).select_related("organisation"):
        if round_.asks(part.organisation.kind, part.kind):
            Part.objects.get_or_create(
                round=round_,
                organisation=part.organisation,
                kind=part.kind,
                defaults={"url_name": part.url_name, "of": part.of},
            )


def table_of(round_: Round, today: date | None = None) -> list[Group]:
    """The parties × parts of a round, a group for each kind of party; a handful of queries."""
    day = today or timezone.localdate()
    found: dict[int, dict[str, Part]] = defaultdict(dict)
    parties: dict[int, Organisation] = {}
    for part in Part.objects.filter(round=round_).select_related("organisation"):
        found[part.organisation_id][part.kind] = part
        parties[part.organisation_id] = part.organisation
    windows = windows_of([round_], parties.values())
    reminded = _reminded(round_)
    versions = {
        version.organisation_id: version
        for version in Submission.objects.filter(year=round_.year).standing().order_by("number")
        if version.status != Submission.Status.CONCEPT
    }
    groups = []
    for kind in Organisation.Kind.values:
        of_kind = [party for party in parties.values() if party.kind == kind]
        kinds = [
            part_kind
            for part_kind in Part.Kind.values
            if any(part_kind in found[party.pk] for party in of_kind)
        ]
        labels = tuple(Part.Kind(part_kind).label for part_kind in kinds)
        rows = tuple(
            PartyRow(
                party,
                labels,
                tuple(found[party.pk].get(part_kind) for part_kind in kinds),
                windows[round_.pk, party.pk],
                day,
                versions.get(party.pk),
                reminded[party.pk],
            )
            for party in sorted(of_kind, key=lambda party: party.name)
        )
        if rows:
            groups.append(Group(kind, PLURALS[kind], tuple(kinds), labels, rows))
    return groups


PLURALS: dict[str, str] = {
    Organisation.Kind.MUNICIPALITY: "Gemeenten",
    Organisation.Kind.CORPORATION: "Woningcorporaties",
    Organisation.Kind.TENANTS: "Huurdersorganisaties",
    Organisation.Kind.UMBRELLA: "Overlegorganen",
    Organisation.Kind.CITY_REGION: "Stadsregio",
}


def _reminded(round_: Round) -> dict[int, tuple[date, ...]]:
    days: dict[int, set[date]] = defaultdict(set)
    asked = (Notice.Occasion.REMINDER, Notice.Occasion.BY_HAND, Notice.Occasion.OVERDUE)
    sent = Notice.objects.filter(round=round_, occasion__in=asked)
    for organisation, moment in sent.values_list("organisation", "sent_at"):
        days[organisation].add(timezone.localdate(moment))
    return defaultdict(tuple, {pk: tuple(sorted(found)) for pk, found in days.items()})


def heading_of(groups: Iterable[Group]) -> str:
    """The answer of a round's page: how many parties handed everything in."""
    rows = [row for group in groups for row in group.rows]
    if not rows:
        return "Deze ronde vraagt nog niemand iets"
    done = sum(not row.owes for row in rows)
    idle = sum(row.owes and not row.begun for row in rows)
    if done == len(rows):
        return f"Alle {len(rows)} partijen hebben alles ingediend"
    told = (
        f"{done} van de {len(rows)} partijen {'heeft' if done == 1 else 'hebben'} alles ingediend"
    )
    if not idle:
        return told
    return f"{told}, {idle} {'is' if idle == 1 else 'zijn'} nog niet begonnen"


def extend(
    round_: Round, organisation: Organisation, *, until: date, reason: str, actor: User
) -> Extension:
    """Give one party more time, with the reason. Raises `RoundError` in Dutch."""
    window = windows_of([round_], [organisation])[round_.pk, organisation.pk]
    if window.last_day is None:
        raise RoundError("Deze ronde heeft nog geen laatste dag: uitstel is niet nodig.")
    if until <= window.last_day:
        raise RoundError("Kies een dag na de laatste dag die nu geldt.")
    if not reason.strip():
        raise RoundError("Schrijf waarom deze partij uitstel krijgt.")
    return Extension.objects.create(
        round=round_, organisation=organisation, until=until, reason=reason.strip(), actor=actor
    )


def current_round(today: date | None = None) -> Round | None:
    """The round that is open now, else the one that opened last."""
    day = today or timezone.localdate()
    begun = [
        round_
        for round_ in Round.objects.order_by("-period_until")
        if (round_.opens_on or round_.period_from) <= day
    ]
    return begun[0] if begun else None


def why_closed(window: Window, day: date) -> str:
    """Why nothing can be entered now and who can change that; "" while it is open."""
    stage = window.stage(day)
    if stage == Stage.OPEN:
        return ""
    return f"{window.in_words(day)} De coördinator van de Stadsregio kan uitstel geven."
