"""What versions contribute: claims settled and tallies written, always in one transaction.

A figure at a moment is the sum of the tallies in force then and nothing else (NUMBERS 8).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Case, Count, F, Q, Sum, Value, When
from django.db.models.functions import Length

from housing import codes
from housing.bulk import bulk_change
from housing.claims import ClaimFact, RulingFact, settle
from housing.models import (
    Claim,
    PriceLimit,
    Ruling,
    SegmentTable,
    StockChange,
    Submission,
    SubmissionEvent,
    Tally,
)
from housing.segments import derive

DIMENSIONS = (
    "municipality_id",
    "project_id",
    "part",
    "kind",
    "origin",
    "segment",
    "branch",
    "unit_kind",
    "dwelling_type",
    "self_contained",
    "rent_class",
    "not_yet_let",
    "identified",
    "direction",
)
# What of a claim follows its row; its moment, its ruling and its own key stay.
FOLLOWING = ("submission_id", "row_id", "kind", "happened", "bag_id", "address",
             "self_contained", "accepted")  # fmt: skip
Key = tuple[Any, ...]
Names = dict[str, set[str]]
"""Ids ("bag_id") and full addresses ("address") by which claims may share a home."""
CHUNK = 500
BOOKS_LOCK = 1350


class LaterEventError(Exception):
    """Something that would be written lies before what is already known; nothing is written."""


def lock_books() -> None:
    """Let one transaction at a time write tallies: two parties may claim one home at once.

    SQLite's transactions are IMMEDIATE, so there the write lock is already held.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BOOKS_LOCK])


def recount(answers: Iterable[tuple[int, int]], moment: datetime) -> int:
    """Settle claims and write tallies after versions of `answers` (organisation, year) changed
    what counts; say how many tallies changed. Call it within the transaction of the change,
    after `lock_books`."""
    wanted = _with_waiting_years(answers)
    names: Names = {"bag_id": set(), "address": set()}
    for organisation, year in wanted:
        _sync_claims(organisation, year, moment, names)
    _refuse_before_later_claims(names, wanted, moment)
    also = _settle_around(names, moment)
    versions = Submission.objects.filter(
        _any(Q(organisation=organisation, year=year) for organisation, year in wanted)
    )
    open_ones = versions.filter(
        Q(counts=True) | Q(status=Submission.Status.SUBMITTED) | Q(tallies__counts_until=None)
    )
    also |= set(open_ones.values_list("pk", flat=True))
    return retally(also, moment)


@transaction.atomic
def rule_on(winner: Claim, loser: Claim, *, reason: str, actor: Any, moment: datetime) -> Ruling:
    """Keep the coordinator's ruling and let it count from `moment`."""
    lock_books()
    ruling = Ruling.objects.create(
        winner=winner, loser=loser, reason=reason, actor=actor, known_from=moment
    )
    names = {
        "bag_id": {winner.bag_id, loser.bag_id},
        "address": {winner.address, loser.address},
    }
    retally(_settle_around(names, moment), moment)
    return ruling


def retally(submissions: Iterable[int], moment: datetime) -> int:
    """Close the tallies that no longer hold and write those that do; say how many changed."""
    changed = 0
    for submission in Submission.objects.filter(pk__in=set(submissions)):
        wanted = tally_of(submission)
        closing: list[int] = []
        for tally in submission.tallies.filter(counts_until=None):
            key, value = _key_of(tally), (tally.homes, tally.lost)
            if wanted.get(key) == value:
                del wanted[key]
            else:
                if tally.counts_from > moment:
                    raise LaterEventError(str(submission))
                closing.append(tally.pk)
        for part in _chunks(closing):
            Tally.objects.filter(pk__in=part).update(counts_until=moment)
        Tally.objects.bulk_create(
            (_new_tally(submission, key, value, moment) for key, value in wanted.items()),
            batch_size=CHUNK,
        )
        changed += len(closing) + len(wanted)
    return changed


def standing_of(submission: Submission) -> str | None:
    """How a version stands in the tallies; None when it has no part in any figure."""
    if submission.counts:
        accepted = submission.status == Submission.Status.ACCEPTED
        return Tally.Standing.ACCEPTED if accepted else Tally.Standing.SUBMITTED
    if submission.status == Submission.Status.SUBMITTED:
        return Tally.Standing.PENDING
    return None


def tally_of(submission: Submission) -> dict[Key, tuple[int, int]]:
    """Recompute what a version contributes, from its rows and claims: signed homes and the
    number that counts elsewhere, for each combination of facts. Writes nothing."""
    standing = standing_of(submission)
    if standing is None:
        return {}
    # "a|b" is 33 characters: n ids take 17n - 1, so every home has one when 17 × homes fit.
    identified = Case(
        When(id_length__gte=F("homes") * 17 - 1, then=Value(True)),
        default=Value(False),
        output_field=models.BooleanField(),
    )
    rows = submission.rows.annotate(id_length=Length("bag_ids")).annotate(identified=identified)
    sums = rows.order_by().values_list(*DIMENSIONS).annotate(total=Sum("homes"))
    wanted: dict[Key, list[int]] = {
        (standing, submission.is_demo, *values): [total * values[-1], 0] for *values, total in sums
    }
    for row in rows.filter(pk__in=_moved(submission)).values_list("homes", *DIMENSIONS):
        homes, *values = row
        wanted[standing, submission.is_demo, *values][0] -= homes * values[-1]
    for row_homes, values, losing in _losing_rows(submission, rows):
        lost = min(row_homes, losing)
        figure = wanted[standing, submission.is_demo, *values]
        figure[0] -= lost * values[-1]
        figure[1] += lost
    return {key: (homes, lost) for key, (homes, lost) in wanted.items()}


def elsewhere(submission: Submission) -> list[int]:
    """Rows whose homes keep counting in another year's version until the set is accepted."""
    return list(_moved(submission))


def audit() -> list[str]:
    """Recompute every claim and every stored tally from rows and rulings and name each
    difference; an empty list is good."""
    differences: list[str] = []
    for submission in Submission.objects.select_related("organisation").iterator():
        differences += _audit_claims(submission)
        wanted = tally_of(submission)
        found: dict[Key, tuple[int, int]] = {}
        for tally in submission.tallies.filter(counts_until=None):
            key = _key_of(tally)
            if key in found:
                differences.append(f"{submission}: twice the same tally {key}")
            found[key] = (tally.homes, tally.lost)
        for key in sorted(wanted.keys() | found.keys(), key=str):
            if wanted.get(key) != found.get(key):
                differences.append(
                    f"{submission}: {key} holds {found.get(key)}, rows say {wanted.get(key)}"
                )
    said = dict(
        Claim.objects.filter(until=None, lost_to__isnull=False).values_list("pk", "lost_to")
    )
    found_out = {
        claim.pk: winner
        for claim, winner in _settled(_shared_claims(_all_shared()))
        if winner is not None
    }
    differences += [
        f"claim {pk}: lost to {said.get(pk)}, the rules say {found_out.get(pk)}"
        for pk in sorted(said.keys() | found_out.keys())
        if said.get(pk) != found_out.get(pk)
    ]
    return differences


def _audit_claims(submission: Submission) -> list[str]:
    made = _claims_of(submission, submission.created_at) if submission.counts else ()
    wanted = Counter(_content(claim) for claim in made)
    found = Counter(
        _content(claim) for claim in submission.claims.filter(until=None).iterator(CHUNK)
    )
    return [
        f"{submission}: claim {key} is there {found[key]} times, rows say {wanted[key]}"
        for key in sorted(wanted.keys() | found.keys(), key=str)
        if wanted[key] != found[key]
    ]


def _content(claim: Claim) -> Key:
    return (claim.direction, *(getattr(claim, name) for name in FOLLOWING))


@transaction.atomic
def rebuild(moment: datetime) -> int:
    """Write what `audit` finds, dated `moment`; say how many tallies changed."""
    lock_books()
    answers = Submission.objects.order_by().values_list("organisation", "year").distinct()
    names: Names = {"bag_id": set(), "address": set()}
    for organisation, year in answers:
        _sync_claims(organisation, year, moment, names)
    lost = Claim.objects.filter(until=None, lost_to__isnull=False)
    for name, values in _all_shared().items():
        names[name] |= values | set(lost.values_list(name, flat=True))
    _settle_around(names, moment)
    return retally(Submission.objects.values_list("pk", flat=True), moment)


@transaction.atomic
def forget(submissions: models.QuerySet[Submission], moment: datetime) -> None:
    """Take away the claims and rulings of versions that are to be deleted, and let what lost to
    them count from `moment` on."""
    lock_books()
    names: Names = {"bag_id": set(), "address": set()}
    claims = Claim.objects.filter(submission__in=submissions)
    for claim in claims.filter(until=None):
        _note(names, claim)
    claims.delete()
    retally(_settle_around(names, moment), moment)


@transaction.atomic
def resegment(moment: datetime) -> int:
    """Derive segment and rent class anew after a limit or the segment table changed, and let
    it count from `moment`. Facts of rows stay as they are; say how many rows moved."""
    lock_books()
    limits, bands = current_limits(), current_bands()
    if not bands:
        return 0
    moved: dict[tuple[str, str], list[int]] = defaultdict(list)
    touched: set[int] = set()
    rows = StockChange.objects.select_related("submission").only(
        "declared", "branch", "rent", "price", "segment", "rent_class", "submission__year"
    )
    for row in rows.iterator():
        derived = derive(
            declared=row.declared,
            branch=row.branch,
            rent=row.rent,
            price=row.price,
            year=row.submission.year,
            limits=limits,
            bands=bands,
        )
        if (row.segment, row.rent_class) != (derived.segment, derived.rent_class):
            moved[derived.segment.value, derived.rent_class.value].append(row.pk)
            touched.add(row.submission_id)
    for (segment, rent_class), rows_moved in moved.items():
        for part in _chunks(rows_moved):
            StockChange.objects.filter(pk__in=part).update(segment=segment, rent_class=rent_class)
    retally(touched, moment)
    return sum(len(rows_moved) for rows_moved in moved.values())


def current_limits(moment: datetime | None = None) -> dict[tuple[int, str], Any]:
    """The price limits as known at `moment` (now): {(year, limit): euros}."""
    known = PriceLimit.objects.order_by("known_from")
    if moment is not None:
        known = known.filter(known_from__lte=moment)
    return {
        (year, limit): amount
        for year, limit, amount in known.values_list("year", "limit", "amount")
    }


def current_bands(moment: datetime | None = None) -> tuple[dict[str, str], ...]:
    """The bands of the newest segment table known at `moment` (now); none when there is none."""
    known = SegmentTable.objects.order_by("known_from", "number")
    if moment is not None:
        known = known.filter(known_from__lte=moment)
    newest = known.last()
    return tuple(newest.bands) if newest else ()


# --- claims ------------------------------------------------------------------------------


def _with_waiting_years(answers: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """`answers`, and the other years in which their organisations have a submitted version: a
    home that came from another year counts there until what it came from no longer counts."""
    wanted = set(answers)
    waiting = Submission.objects.filter(
        organisation__in={organisation for organisation, _ in wanted},
        status=Submission.Status.SUBMITTED,
    )
    return sorted(wanted | set(waiting.order_by().values_list("organisation", "year")))


def _sync_claims(organisation: int, year: int, moment: datetime, names: Names) -> None:
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
    fresh_ones = _claims_of(counting, moment) if counting is not None else ()
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
                _note(names, old)
                _note(names, fresh)
            for name in differing:
                setattr(old, name, getattr(fresh, name))
            changed[differing].append(old)
    for differing, claims in changed.items():
        values = attrgetter(*differing, "pk")
        bulk_change(Claim, differing, map(values, claims))
    ended = [claim for claim in in_force if claim.pk not in kept]
    for part in _chunks([claim.pk for claim in ended]):
        Claim.objects.filter(pk__in=part).update(until=moment, lost_to=None)
    Claim.objects.bulk_create(made, batch_size=CHUNK)
    for claim in (*ended, *made):
        _note(names, claim)


_MERELY_MOVED = frozenset({"submission_id", "row_id"})


def _note(names: Names, claim: Claim) -> None:
    names["bag_id"].add(claim.bag_id)
    names["address"].add(claim.address)


def _claims_of(submission: Submission, moment: datetime) -> Iterable[Claim]:
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


def _refuse_before_later_claims(
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
        for part in _chunks(sorted(values - {""})):
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


def _settle_around(names: Names, moment: datetime) -> set[int]:
    """Decide again on every home that claims with these `names` share with others; give the
    versions whose losses changed."""
    claims = _shared_claims(names)
    since = {claim.pk: claim.since for claim in claims}
    changed = [(claim, winner) for claim, winner in _settled(claims) if claim.lost_to_id != winner]
    for claim, winner in changed:
        if claim.since > moment or (winner is not None and since[winner] > moment):
            raise LaterEventError(str(claim))
    bulk_change(Claim, ["lost_to"], [(winner, claim.pk) for claim, winner in changed])
    return {claim.submission_id for claim, _ in changed}


def _settled(claims: Sequence[Claim]) -> Iterator[tuple[Claim, int | None]]:
    """Each claim with the one that counts in its place, by the rules and the rulings."""
    rulings: dict[int, list[Ruling]] = defaultdict(list)
    for part in _chunks([claim.pk for claim in claims]):
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


def _all_shared() -> Names:
    """The ids and addresses that more than one claim in force has."""
    in_force = Claim.objects.filter(until=None).order_by()
    names: Names = {}
    for name in ("bag_id", "address"):
        times = in_force.exclude(**{name: ""}).values(name).annotate(times=Count("pk"))
        names[name] = set(times.filter(times__gt=1).values_list(name, flat=True))
    return names


def _shared_claims(names: Names) -> list[Claim]:
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
            for part in _chunks(sorted(values)):
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


# --- small parts -------------------------------------------------------------------------


def _moved(submission: Submission) -> models.QuerySet[StockChange, int]:
    """The keys of the rows that `elsewhere` is about."""
    moved = submission.rows.filter(
        previous__submission__counts=True,
        previous__submission__status=Submission.Status.ACCEPTED,
    ).exclude(previous__submission__year=submission.year)
    if submission.status == Submission.Status.ACCEPTED:
        moved = moved.none()
    return moved.order_by().values_list("pk", flat=True)


def _losing_rows(
    submission: Submission, rows: models.QuerySet[StockChange]
) -> Iterable[tuple[int, list[Any], int]]:
    if not submission.counts:
        return
    losing = submission.claims.filter(until=None, lost_to__isnull=False).order_by()
    per_row = dict(losing.values_list("row").annotate(times=Count("pk")))
    for part in _chunks(list(per_row)):
        found = rows.filter(pk__in=part).values_list("pk", "homes", *DIMENSIONS)
        for pk, homes, *values in found:
            yield homes, values, per_row[pk]


def _chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Parts that fit in one query."""
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


def _key_of(tally: Tally) -> Key:
    values = (getattr(tally, name) for name in DIMENSIONS)
    return (tally.standing, tally.is_demo, *values)


def _new_tally(submission: Submission, key: Key, value: tuple[int, int], moment: datetime) -> Tally:
    standing, is_demo, *values = key
    return Tally(
        submission=submission,
        standing=standing,
        is_demo=is_demo,
        homes=value[0],
        lost=value[1],
        counts_from=moment,
        **dict(zip(DIMENSIONS, values, strict=True)),
    )


def _any(conditions: Iterable[Q]) -> Q:
    joined = Q(pk__in=[])
    for condition in conditions:
        joined |= condition
    return joined
