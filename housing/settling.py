"""The claims of versions and which of two on one home counts, in the database (NUMBERS 7).

The rules themselves are in `housing.claims`. Every function runs in the transaction of the event
that it belongs to.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import models
from django.db.models import Count, Q

from housing import codes
from housing.bulk import bulk_change
from housing.claims import ClaimFact, RulingFact, settle
from housing.models import Claim, Ruling, StockChange, Submission, SubmissionEvent

# What of a claim follows its row; its moment, its ruling and its own key stay.
FOLLOWING = ("submission_id", "row_id", "kind", "happened", "bag_id", "address",
             "self_contained", "accepted")  # fmt: skip
Names = dict[str, set[str]]
"""Ids ("bag_id") and full addresses ("address") by which claims may share a home."""
CHUNK = 500


class LaterEventError(Exception):
    """Something that would be written lies before what is already known; nothing is written."""


def with_waiting_years(answers: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """`answers`, and the other years in which their organisations have a submitted version: a
    home that came from another year counts there until what it came from no longer counts."""
    wanted = set(answers)
    waiting = Submission.objects.filter(
        organisation__in={organisation for organisation, _ in wanted},
        status=Submission.Status.SUBMITTED,
    )
    return sorted(wanted | set(waiting.order_by().values_list("organisation", "year")))


def sync_claims(organisation: int, year: int, moment: datetime, names: Names) -> None:
    """Let the claims of one answer follow its counting version; add to `names` those by which
    claims came, changed or ended.

    A claim keeps its moment and ruling as long as successive counting versions contain the
    home: found again by id or, where one of the two has none, by address.
    """
    answer = {"organisation": organisation, "year": year}
    counting = Submission.objects.filter(**answer, counts=True).first()
    in_force = list(Claim.objects.filter(**answer, until=None).order_by("pk"))
    by_id: dict[tuple[int, str], list[Claim]] = defaultdict(list)
    by_address: dict[tuple[int, str], list[Claim]] = defaultdict(list)
    for claim in in_force:
        if claim.bag_id:
            by_id[claim.direction, claim.bag_id].append(claim)
        if claim.address:
            by_address[claim.direction, claim.address].append(claim)
    kept: set[int] = set()
    made: list[Claim] = []
    changed: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    waiting: list[Claim] = []
    fresh_ones = claims_of(counting, moment) if counting is not None else ()
    # Homes with the same id first: by address alone an id may be taken for another home's.
    for by_address_too, claims in ((False, fresh_ones), (True, waiting)):
        for fresh in claims:
            old = _same_home(fresh, by_id, by_address if by_address_too else {}, kept)
            if old is None:
                (made if by_address_too else waiting).append(fresh)
                continue
            kept.add(old.pk)
            differing = tuple(
                name for name in FOLLOWING if getattr(old, name) != getattr(fresh, name)
            )
            if not differing:
                continue
            if not _MERELY_MOVED.issuperset(differing):
                note(names, old)
                note(names, fresh)
            for name in differing:
                setattr(old, name, getattr(fresh, name))
            changed[differing].append(old)
    for differing, claims in changed.items():
        values = attrgetter(*differing, "pk")
        bulk_change(Claim, differing, map(values, claims))
    ended = [claim for claim in in_force if claim.pk not in kept]
    for part in chunks([claim.pk for claim in ended]):
        Claim.objects.filter(pk__in=part).update(until=moment, lost_to=None)
    Claim.objects.bulk_create(made, batch_size=CHUNK)
    for claim in (*ended, *made):
        note(names, claim)


_MERELY_MOVED = frozenset({"submission_id", "row_id"})


def note(names: Names, claim: Claim) -> None:
    """Add to `names` those of a claim."""
    names["bag_id"].add(claim.bag_id)
    names["address"].add(claim.address)


def claims_of(submission: Submission, moment: datetime) -> Iterable[Claim]:
    """The claims a version makes: one for each id, or one by address for a row of one home."""
    waiting = set(elsewhere(submission))
    rows = submission.rows.filter(
        part="2.1A", kind__in=codes.CLAIMING, unit_kind=codes.UnitKind.DWELLING
    ).filter(~Q(bag_ids="") | Q(homes=1, house_number__isnull=False))
    accepted = submission.status == Submission.Status.ACCEPTED
    for row in rows.order_by("pk").iterator(chunk_size=2000):
        if row.pk in waiting:
            continue
        address = row.address if row.homes == 1 else ""
        for bag_id in row.ids or (("",) if address else ()):
            yield Claim(
                submission=submission,
                row=row,
                organisation_id=submission.organisation_id,
                year=submission.year,
                direction=row.direction,
                kind=row.kind,
                happened=row.happened if row.precision == codes.Precision.DAY else None,
                bag_id=bag_id,
                address=address,
                self_contained=row.self_contained is not False,
                accepted=accepted,
                since=moment,
            )


def refuse_before_later_claims(
    names: Names, answers: Iterable[tuple[int, int]], moment: datetime
) -> None:
    """Raise `LaterEventError` when a claim that was touched has an event after `moment`: its
    answer was handed in, accepted or returned later, or a ruling was given."""
    later = SubmissionEvent.objects.filter(known_from__gt=moment)
    rulings = Ruling.objects.filter(known_from__gt=moment)
    if not later.exists() and not rulings.exists():
        return
    answered_later = set(
        later.exclude(status=Submission.Status.CONCEPT)
        .order_by()
        .values_list("submission__organisation", "submission__year")
        .distinct()
    ) - set(answers)
    for name, values in names.items():
        for part in chunks(sorted(values - {""})):
            shared = Claim.objects.filter(**{f"{name}__in": part})
            ruled = rulings.filter(Q(winner__in=shared) | Q(loser__in=shared))
            for organisation, year in shared.values_list("organisation", "year").distinct():
                if (organisation, year) in answered_later:
                    raise LaterEventError(f"{organisation} {year}")
            if ruled.exists():
                raise LaterEventError("a ruling")


def _same_home(
    fresh: Claim,
    by_id: dict[tuple[int, str], list[Claim]],
    by_address: dict[tuple[int, str], list[Claim]],
    kept: set[int],
) -> Claim | None:
    candidates = list(by_id.get((fresh.direction, fresh.bag_id), ())) if fresh.bag_id else []
    if fresh.address:
        candidates += [
            claim
            for claim in by_address.get((fresh.direction, fresh.address), ())
            if not (claim.bag_id and fresh.bag_id)
        ]
    return next((claim for claim in candidates if claim.pk not in kept), None)


def settle_around(names: Names, moment: datetime) -> set[int]:
    """Decide again on every home that claims with these `names` share with others; give the
    versions whose losses changed."""
    claims = shared_claims(names)
    since = {claim.pk: claim.since for claim in claims}
    changed = [(claim, winner) for claim, winner in settled(claims) if claim.lost_to_id != winner]
    for claim, winner in changed:
        if claim.since > moment or (winner is not None and since[winner] > moment):
            raise LaterEventError(str(claim))
    bulk_change(Claim, ["lost_to"], [(winner, claim.pk) for claim, winner in changed])
    return {claim.submission_id for claim, _ in changed}


def settled(claims: Sequence[Claim]) -> Iterator[tuple[Claim, int | None]]:
    """Each claim with the one that counts in its place, by the rules and the rulings."""
    rulings: dict[int, list[Ruling]] = defaultdict(list)
    for part in chunks([claim.pk for claim in claims]):
        for ruling in Ruling.objects.filter(winner__in=part).order_by("known_from", "pk"):
            rulings[ruling.winner_id].append(ruling)
    for group in _neighbourhoods(claims):
        if len(group) == 1:
            yield group[0], None
            continue
        among = {claim.pk for claim in group}
        lost = settle(
            [_fact(claim) for claim in group],
            [
                RulingFact(ruling.winner_id, ruling.loser_id, ruling.known_from)
                for ruling in sorted(
                    (ruling for pk in among for ruling in rulings.get(pk, ())),
                    key=lambda ruling: (ruling.known_from, ruling.pk),
                )
                if ruling.loser_id in among
            ],
        )
        for claim in group:
            yield claim, lost.get(claim.pk)


def all_shared() -> Names:
    """The ids and addresses that more than one claim in force has."""
    in_force = Claim.objects.filter(until=None).order_by()
    names: Names = {}
    for name in ("bag_id", "address"):
        times = in_force.exclude(**{name: ""}).values(name).annotate(times=Count("pk"))
        names[name] = set(times.filter(times__gt=1).values_list(name, flat=True))
    return names


def shared_claims(names: Names) -> list[Claim]:
    """The claims in force with these `names`, and all that share a home with them in turn.

    Asked for in plain parts: nested queries are planned badly in the transaction that just
    wrote the claims.
    """
    in_force = Claim.objects.filter(until=None)
    found: dict[int, Claim] = {}
    looked_up: Names = {"bag_id": set(), "address": set()}
    asked = {name: values - {""} for name, values in names.items()}
    while asked:
        for name, values in asked.items():
            looked_up[name] |= values
            for part in chunks(sorted(values)):
                for claim in in_force.filter(**{f"{name}__in": part}):
                    found.setdefault(claim.pk, claim)
        linked: Names = {
            name: {getattr(claim, name) for claim in found.values()} - looked_up[name] - {""}
            for name in looked_up
        }
        asked = {name: values for name, values in linked.items() if values}
    return list(found.values())


def _neighbourhoods(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Groups of claims that are linked by an id or an address."""
    parent = {claim.pk: claim.pk for claim in claims}

    def root(pk: int) -> int:
        while parent[pk] != pk:
            parent[pk] = parent[parent[pk]]
            pk = parent[pk]
        return pk

    seen: dict[tuple[str, str], int] = {}
    for claim in claims:
        for key in (("bag_id", claim.bag_id), ("address", claim.address)):
            if key[1]:
                parent[root(claim.pk)] = root(seen.setdefault(key, claim.pk))
    groups: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[root(claim.pk)].append(claim)
    return list(groups.values())


def _fact(claim: Claim) -> ClaimFact:
    return ClaimFact(
        id=claim.pk,
        submission=claim.submission_id,
        organisation=claim.organisation_id,
        year=claim.year,
        direction=claim.direction,
        kind=claim.kind,
        happened=claim.happened,
        bag_id=claim.bag_id,
        address=claim.address,
        self_contained=claim.self_contained,
        accepted=claim.accepted,
        since=claim.since,
    )


def content_of(claim: Claim) -> tuple[Any, ...]:
    """What a claim says, for comparing it with what its row says now."""
    return (claim.direction, *(getattr(claim, name) for name in FOLLOWING))


def elsewhere(submission: Submission) -> list[int]:
    """Rows whose homes keep counting in another year's version until the set is accepted."""
    return list(moved_rows(submission))


def moved_rows(submission: Submission) -> models.QuerySet[StockChange, int]:
    """The keys of the rows that `elsewhere` is about."""
    moved = submission.rows.filter(
        previous__submission__counts=True,
        previous__submission__status=Submission.Status.ACCEPTED,
    ).exclude(previous__submission__year=submission.year)
    if submission.status == Submission.Status.ACCEPTED:
        moved = moved.none()
    return moved.order_by().values_list("pk", flat=True)


def chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Parts that fit in one query."""
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
