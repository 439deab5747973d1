"""What versions contribute: claims settled and tallies written, always in one transaction.

A figure at a moment is the sum of the tallies in force then and nothing else (NUMBERS 8).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Case, Count, F, Q, Sum, Value, When
from django.db.models.functions import Length

from housing import codes
from housing.claims import ClaimFact, RulingFact, settle
from housing.models import Claim, PriceLimit, Ruling, SegmentTable, StockChange, Submission, Tally
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
Key = tuple[Any, ...]
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


def recount(answers: Iterable[tuple[int, int]], moment: datetime) -> None:
    """Settle claims and write tallies after versions of `answers` (organisation, year) changed
    what counts. Call it within the transaction of the change, after `lock_books`."""
    answers = list(answers)
    closed: list[Claim] = []
    touched: set[int] = set()
    for organisation, year in answers:
        counting = Submission.objects.filter(
            organisation=organisation, year=year, counts=True
        ).first()
        closed += _sync_claims(organisation, year, counting, moment)
        if counting is not None:
            touched.add(counting.pk)
    also = _settle_around(touched, closed, moment)
    versions = Submission.objects.filter(
        _any(Q(organisation=organisation, year=year) for organisation, year in answers)
    )
    open_ones = versions.filter(
        Q(counts=True) | Q(status=Submission.Status.SUBMITTED) | Q(tallies__counts_until=None)
    )
    also |= set(open_ones.values_list("pk", flat=True))
    retally(also, moment)


def rule_on(winner: Claim, loser: Claim, *, reason: str, actor: Any, moment: datetime) -> Ruling:
    """Keep the coordinator's ruling and let it count from `moment`."""
    ruling = Ruling.objects.create(
        winner=winner, loser=loser, reason=reason, actor=actor, known_from=moment
    )
    changed = _settle_around({winner.submission_id, loser.submission_id}, [], moment)
    retally(changed, moment)
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
        for start in range(0, len(closing), CHUNK):
            part = closing[start : start + CHUNK]
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
        (standing, submission.is_demo, *values): [total * values[-1], 0]
        for *values, total in sums
    }
    for row in rows.filter(pk__in=elsewhere(submission)).values_list("homes", *DIMENSIONS):
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
    if submission.status == Submission.Status.ACCEPTED:
        return []
    moved = submission.rows.filter(
        previous__submission__counts=True,
        previous__submission__status=Submission.Status.ACCEPTED,
    ).exclude(previous__submission__year=submission.year)
    return list(moved.values_list("pk", flat=True))


def audit() -> list[str]:
    """Recompute every stored tally and name each difference; an empty list is good."""
    differences: list[str] = []
    for submission in Submission.objects.select_related("organisation").iterator():
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
    return differences


@transaction.atomic
def rebuild(moment: datetime) -> int:
    """Write what `audit` finds, dated `moment`; say how many tallies changed."""
    lock_books()
    return retally(Submission.objects.values_list("pk", flat=True), moment)


@transaction.atomic
def resegment(moment: datetime) -> int:
    """Derive segment and rent class anew after a limit or the segment table changed, and let
    it count from `moment`. Facts of rows stay as they are; say how many rows moved."""
    lock_books()
    limits, bands = current_limits(), current_bands()
    if not bands:
        return 0
    moved = 0
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
            StockChange.objects.filter(pk=row.pk).update(
                segment=derived.segment, rent_class=derived.rent_class
            )
            touched.add(row.submission_id)
            moved += 1
    retally(touched, moment)
    return moved


def current_limits(moment: datetime | None = None) -> dict[tuple[int, str], Any]:
    """The price limits as known at `moment` (now): {(year, limit): euros}."""
    known = PriceLimit.objects.order_by("known_from")
    if moment is not None:
        known = known.filter(known_from__lte=moment)
    return {(year, limit): amount for year, limit, amount in known.values_list(
        "year", "limit", "amount"
    )}


def current_bands(moment: datetime | None = None) -> tuple[dict[str, str], ...]:
    """The bands of the newest segment table known at `moment` (now); none when there is none."""
    known = SegmentTable.objects.order_by("known_from", "number")
    if moment is not None:
        known = known.filter(known_from__lte=moment)
    newest = known.last()
    return tuple(newest.bands) if newest else ()


# --- claims ------------------------------------------------------------------------------


def _sync_claims(
    organisation: int, year: int, counting: Submission | None, moment: datetime
) -> list[Claim]:
    """Let the claims of one answer follow its counting version; give those that ended.

    A claim keeps its moment and ruling as long as successive counting versions contain the
    home: found again by id or, where one of the two has none, by address.
    """
    in_force = list(
        Claim.objects.filter(organisation=organisation, year=year, until=None).order_by("pk")
    )
    by_id: dict[tuple[int, str], list[Claim]] = defaultdict(list)
    by_address: dict[tuple[int, str], list[Claim]] = defaultdict(list)
    for claim in in_force:
        if claim.bag_id:
            by_id[claim.direction, claim.bag_id].append(claim)
        if claim.address:
            by_address[claim.direction, claim.address].append(claim)
    kept: set[int] = set()
    changed: list[Claim] = []
    made: list[Claim] = []
    for fresh in _claims_of(counting, moment) if counting is not None else ():
        old = _same_home(fresh, by_id, by_address, kept)
        if old is None:
            made.append(fresh)
            continue
        kept.add(old.pk)
        names = ("submission_id", "row_id", "kind", "happened", "bag_id", "address",
                 "self_contained", "accepted")  # fmt: skip
        if any(getattr(old, name) != getattr(fresh, name) for name in names):
            for name in names:
                setattr(old, name, getattr(fresh, name))
            changed.append(old)
    Claim.objects.bulk_update(
        changed,
        ["submission", "row", "kind", "happened", "bag_id", "address", "self_contained",
         "accepted"],  # fmt: skip
        batch_size=CHUNK // 5,
    )
    ended = [claim for claim in in_force if claim.pk not in kept]
    for start in range(0, len(ended), CHUNK):
        part = [claim.pk for claim in ended[start : start + CHUNK]]
        Claim.objects.filter(pk__in=part).update(until=moment, lost_to=None)
    Claim.objects.bulk_create(made, batch_size=CHUNK)
    return ended


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


def _settle_around(submissions: set[int], ended: list[Claim], moment: datetime) -> set[int]:
    """Decide again on every home that `submissions` or `ended` claims share with others; give
    the versions whose losses changed."""
    claims = _shared_claims(submissions, ended)
    changed: set[int] = set()
    for group in _neighbourhoods(claims):
        ids = [claim.pk for claim in group]
        rulings = Ruling.objects.filter(winner__in=ids, loser__in=ids)
        lost = settle(
            [_fact(claim) for claim in group],
            [RulingFact(r.winner_id, r.loser_id, r.known_from) for r in rulings]
            if len(group) > 1
            else [],
        )
        for claim in group:
            winner = lost.get(claim.pk)
            if claim.lost_to_id == winner:
                continue
            if any(other.since > moment for other in group):
                raise LaterEventError(str(claim))
            Claim.objects.filter(pk=claim.pk).update(lost_to=winner)
            changed.add(claim.submission_id)
    return changed


def _shared_claims(submissions: set[int], ended: list[Claim]) -> list[Claim]:
    in_force = Claim.objects.filter(until=None)
    ours = in_force.filter(submission__in=submissions).order_by()
    found: dict[int, Claim] = {}
    for name in ("bag_id", "address"):
        mine = ours.exclude(**{name: ""}).values(name)
        shared = (
            in_force.order_by()
            .filter(**{f"{name}__in": mine})
            .values(name)
            .annotate(times=Count("pk"))
            .filter(times__gt=1)
            .values(name)
        )
        for claim in in_force.filter(**{f"{name}__in": shared}):
            found[claim.pk] = claim
        keys = sorted({getattr(claim, name) for claim in ended} - {""})
        for start in range(0, len(keys), CHUNK):
            part = keys[start : start + CHUNK]
            for claim in in_force.filter(**{f"{name}__in": part}):
                found[claim.pk] = claim
    # A claim that no longer shares its home with anyone must not stay lost.
    for claim in ours.filter(lost_to__isnull=False):
        found.setdefault(claim.pk, claim)
    return list(found.values())


def _neighbourhoods(claims: list[Claim]) -> list[list[Claim]]:
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


def _losing_rows(
    submission: Submission, rows: models.QuerySet[StockChange]
) -> Iterable[tuple[int, list[Any], int]]:
    if not submission.counts:
        return
    losing = submission.claims.filter(until=None, lost_to__isnull=False)
    per_row = dict(losing.order_by().values_list("row").annotate(times=Count("pk")))
    for pk, homes, *values in rows.filter(pk__in=list(per_row)).values_list(
        "pk", "homes", *DIMENSIONS
    ):
        yield homes, values, per_row[pk]


def _key_of(tally: Tally) -> Key:
    values = (getattr(tally, name) for name in DIMENSIONS)
    return (tally.standing, tally.is_demo, *values)


def _new_tally(
    submission: Submission, key: Key, value: tuple[int, int], moment: datetime
) -> Tally:
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
