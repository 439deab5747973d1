"""No order, split or batching of the same facts changes a total; whatever parties do, a home
counts once, and the past stays as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from housing import tallies, versions
from housing.intake.stored import base_versions
from housing.intake.storing import Filing, preview, store
from housing.models import Claim, StockChange, Submission, Tally
from tests.factories import make_municipality, make_organisation, make_row, make_rules, make_version

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
YEARS = (2024, 2025)
HOMES = [
    {"bag_ids": (f"09170100000000{n:02d}",), "postcode": "6411AB", "house_number": n}
    for n in range(1, 4)
]
BY_ID, BY_ADDRESS, BY_BOTH = ("bag_ids",), ("postcode", "house_number"), tuple(HOMES[0])
quickly = settings(
    deadline=None,
    max_examples=15,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
thoroughly = settings(quickly, max_examples=200, derandomize=False)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no trace in the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def reference():
    make_municipality()
    make_rules()


# --- what parties may do to a few homes ----------------------------------------------------

rows = st.tuples(
    st.integers(0, len(HOMES) - 1),
    st.sampled_from(YEARS),
    st.sampled_from([BY_ID, BY_ADDRESS, BY_BOTH]),
)
steps = st.one_of(
    st.tuples(
        st.just("report"),
        st.integers(0, 2),
        st.sampled_from(YEARS),
        st.lists(rows, max_size=3, unique_by=lambda row: row[0]),
    ),
    st.tuples(st.sampled_from(["accept", "send_back", "undo"]), st.integers(0, 5)),
    st.tuples(st.just("rule"), st.integers(0, 5), st.integers(0, 5)),
)


def report(party, year, told, moment):
    """A whole new answer: what was stored for that year and is not told again, lapses."""
    found = [
        make_row(year=min(of, year), **{name: HOMES[home][name] for name in form})
        for home, of, form in told
    ]
    filing = Filing(organisation=party, year=year, file_format="template", at=moment)
    missing = {line.stored: False for line in preview(found, filing).missing}
    version = store(found, replace(filing, stays=missing))
    if version is not None:
        versions.submit(version, actor=None, at=moment)


def review(name, number, moment):
    waiting = list(Submission.objects.filter(status="submitted").order_by("pk"))
    if waiting:
        more = {"comment": "Zie de rij."} if name == "send_back" else {}
        step = getattr(versions, name)
        step(waiting[number % len(waiting)], actor=None, at=moment, **more)


def rule(one, other, moment):
    claims = list(Claim.objects.filter(until=None).order_by("pk"))
    if len(claims) > 1:
        winner, loser = claims[one % len(claims)], claims[other % len(claims)]
        shared = {winner.bag_id, winner.address} & {loser.bag_id, loser.address} - {""}
        if winner != loser and shared:
            tallies.rule_on(winner, loser, reason="Bouwde.", actor=None, moment=moment)


def different_homes() -> int:
    """How many homes all counting answers tell of: what shares an id or address is one."""
    found: list[set[str]] = []
    for row in StockChange.objects.filter(submission__counts=True):
        names = {*row.ids, row.address} - {""}
        for other in [each for each in found if each & names]:
            names |= other
            found.remove(other)
        found.append(names)
    return len(found)


def total(moment) -> int:
    counting = Tally.objects.in_force(moment).exclude(standing="pending")
    return counting.aggregate(homes=Sum("homes"))["homes"] or 0


def play(story):
    parties = [make_organisation() for _ in range(3)]
    known = {}
    for number, (name, *told) in enumerate(story):
        moment = START + timedelta(days=number)
        if name == "report":
            report(parties[told[0]], told[1], told[2], moment)
        elif name == "rule":
            rule(*told, moment)
        else:
            review(name, *told, moment)
        assert tallies.audit() == []
        assert total(moment) == different_homes()
        for day, homes in known.items():
            assert total(day) == homes, "the past changed"
        known[moment] = total(moment)
    counting = Submission.objects.filter(counts=True).order_by().values_list("organisation", "year")
    assert len(counting) == len(set(counting))


MOVED = (0, 2024, BY_ID)
LATER = (0, 2025, BY_ID)


@quickly
@given(st.lists(steps, min_size=2, max_size=9))
# A home moves to 2025, and before that is accepted the answer is corrected.
@example([
    ("report", 0, 2024, [MOVED]), ("accept", 0), ("report", 0, 2025, [LATER]),
    ("report", 0, 2025, [LATER, (1, 2025, BY_ID)]), ("accept", 0),
])  # fmt: skip
# The same, and the first correction was sent back.
@example([
    ("report", 0, 2024, [MOVED]), ("accept", 0), ("report", 0, 2025, [LATER]),
    ("send_back", 0), ("report", 0, 2025, [LATER]), ("accept", 0),
])  # fmt: skip
# One knows the id, one the address, one both: one home, whoever comes first.
@example([
    ("report", 0, 2025, [(0, 2025, BY_ID)]), ("report", 1, 2025, [(0, 2025, BY_BOTH)]),
    ("report", 2, 2025, [(0, 2025, BY_ADDRESS)]), ("send_back", 1),
])  # fmt: skip
def test_a_home_counts_once_whatever_parties_do(story):
    with undone():
        play(story)


@pytest.mark.long
@thoroughly
@given(st.lists(steps, min_size=4, max_size=14))
def test_a_home_counts_once_in_hundreds_of_stories(story):
    with undone():
        play(story)


# --- the same facts in any order -----------------------------------------------------------

FACTS = [
    make_row(key="P1", project="Aarveld"),
    make_row(3, key="P2", project="Aarveld", declared="mid_rent"),
    make_row(bag_ids=("0917010000000021",), year=2024),
    make_row(2, bag_ids=("0917010000000022", "0917010000000023")),
    make_row(postcode="6411AC", house_number=7),
    make_row(kind="demolition", bag_ids=("0917010000000021",), year=2025),
    make_row(kind="sale_other", key="V1", branch="daeb"),
    make_row(5, project="Zonnehof"),
]
parts = st.permutations(range(len(FACTS))).flatmap(
    lambda order: st.lists(st.integers(1, len(order)), max_size=4).map(
        lambda cuts: [
            order[first:last]
            for first, last in zip([0, *sorted(set(cuts))], [*sorted(set(cuts)), None], strict=True)
        ]
    )
)


def sums() -> dict[tuple[object, ...], int]:
    """Homes by year, kind, segment and project, as they count now."""
    found = Tally.objects.filter(counts_until=None).exclude(standing="pending").order_by()
    of = ("submission__year", "kind", "segment", "project__name")
    summed = found.values_list(*of).annotate(homes=Sum("homes"))
    return {tuple(key): homes for *key, homes in summed if homes}


@quickly
@given(parts=parts, accepts=st.booleans(), again=st.booleans())
def test_no_split_order_or_batching_of_the_same_facts_changes_a_total(parts, accepts, again):
    with undone():
        make_version(make_organisation(), FACTS, on="2026-01-05")
        expected = sums()
    with undone():
        party = make_organisation()
        files = [part for part in parts if part]
        for number, part in enumerate([*files, *(files if again else [])]):
            moment = START + timedelta(days=number)
            filing = Filing(organisation=party, year=2025, file_format="template", at=moment)
            version = store([FACTS[place] for place in part], filing)
            if version is not None:
                versions.submit(version, actor=None, at=moment)
                if accepts:
                    versions.accept(version, actor=None, at=moment)
        assert sums() == expected
        assert tallies.audit() == []


@quickly
@given(order=st.permutations(range(3)), accepted=st.lists(st.integers(0, 2), max_size=2))
def test_the_order_of_parties_changes_no_total(order, accepted):
    told = ([0, 1], [0, 2], [0])
    forms = (BY_ID, BY_BOTH, BY_ADDRESS)
    with undone():
        parties = [make_organisation() for _ in range(3)]
        for place, number in enumerate(order):
            homes = [(home, 2025, forms[number]) for home in told[number]]
            report(parties[number], 2025, homes, START + timedelta(days=place))
        for place, number in enumerate(accepted):
            version = base_versions(parties[number])[2025]
            if version.status == "submitted":
                versions.accept(version, actor=None, at=START + timedelta(days=9 + place))
        assert total(START + timedelta(days=20)) == 3
        assert tallies.audit() == []
