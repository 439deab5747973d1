"""What versions contribute: claims settled and tallies written, always in one transaction.

A figure at a moment is the sum of the tallies in force then and nothing else (NUMBERS 8).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Case, Count, F, Q, Sum, Value, When
from django.db.models.functions import Length

from housing.models import (
    Claim,
    PriceLimit,
    Ruling,
    SegmentTable,
    StockChange,
    Submission,
    Tally,
)
from housing.segments import derive
from housing.settling import (
    CHUNK,
    LaterEventError,
    Names,
    all_shared,
    chunks,
    claims_of,
    content_of,
    elsewhere,
    moved_rows,
    note,
    refuse_before_later_claims,
    settle_around,
    settled,
    shared_claims,
    sync_claims,
    with_waiting_years,
)

__all__ = ["LaterEventError", "elsewhere"]  # told by settling, asked of this module

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
BOOKS_LOCK = 1350


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
    wanted = with_waiting_years(answers)
    names: Names = {"bag_id": set(), "address": set()}
    for organisation, year in wanted:
        sync_claims(organisation, year, moment, names)
    refuse_before_later_claims(names, wanted, moment)
    also = settle_around(names, moment)
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
    retally(settle_around(names, moment), moment)
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
        for part in chunks(closing):
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
    # Their keys first: as a subquery PostgreSQL may take minutes over rows it has not analysed.
    for keys in chunks(list(moved_rows(submission))):
        for row in rows.filter(pk__in=keys).values_list("homes", *DIMENSIONS):
            homes, *values = row
            wanted[standing, submission.is_demo, *values][0] -= homes * values[-1]
    for row_homes, values, losing in _losing_rows(submission, rows):
        lost = min(row_homes, losing)
        figure = wanted[standing, submission.is_demo, *values]
        figure[0] -= lost * values[-1]
        figure[1] += lost
    return {key: (homes, lost) for key, (homes, lost) in wanted.items()}


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
        for claim, winner in settled(shared_claims(all_shared()))
        if winner is not None
    }
    differences += [
        f"claim {pk}: lost to {said.get(pk)}, the rules say {found_out.get(pk)}"
        for pk in sorted(said.keys() | found_out.keys())
        if said.get(pk) != found_out.get(pk)
    ]
    return differences


def _audit_claims(submission: Submission) -> list[str]:
    made = claims_of(submission, submission.created_at) if submission.counts else ()
    wanted = Counter(content_of(claim) for claim in made)
    found = Counter(
        content_of(claim) for claim in submission.claims.filter(until=None).iterator(CHUNK)
    )
    return [
        f"{submission}: claim {key} is there {found[key]} times, rows say {wanted[key]}"
        for key in sorted(wanted.keys() | found.keys(), key=str)
        if wanted[key] != found[key]
    ]


@transaction.atomic
def rebuild(moment: datetime) -> int:
    """Write what `audit` finds, dated `moment`; say how many tallies changed."""
    lock_books()
    answers = Submission.objects.order_by().values_list("organisation", "year").distinct()
    names: Names = {"bag_id": set(), "address": set()}
    for organisation, year in answers:
        sync_claims(organisation, year, moment, names)
    lost = Claim.objects.filter(until=None, lost_to__isnull=False)
    for name, values in all_shared().items():
        names[name] |= values | set(lost.values_list(name, flat=True))
    settle_around(names, moment)
    return retally(Submission.objects.values_list("pk", flat=True), moment)


@transaction.atomic
def forget(submissions: models.QuerySet[Submission], moment: datetime) -> None:
    """Take away the claims and rulings of versions that are to be deleted, and let what lost to
    them count from `moment` on."""
    lock_books()
    names: Names = {"bag_id": set(), "address": set()}
    claims = Claim.objects.filter(submission__in=submissions)
    for claim in claims.filter(until=None):
        note(names, claim)
    claims.delete()
    retally(settle_around(names, moment), moment)


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
        for part in chunks(rows_moved):
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


# --- small parts -------------------------------------------------------------------------


def _losing_rows(
    submission: Submission, rows: models.QuerySet[StockChange]
) -> Iterable[tuple[int, list[Any], int]]:
    if not submission.counts:
        return
    losing = submission.claims.filter(until=None, lost_to__isnull=False).order_by()
    per_row = dict(losing.values_list("row").annotate(times=Count("pk")))
    for part in chunks(list(per_row)):
        found = rows.filter(pk__in=part).values_list("pk", "homes", *DIMENSIONS)
        for pk, homes, *values in found:
            yield homes, values, per_row[pk]


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
