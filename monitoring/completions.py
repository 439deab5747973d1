"""Opleveringen: the rows somebody may read, which of them count, and what they add up to.

Counting is done by the database with a condition made of the rule's own fields; it says the
same as `housing.counting.Rule.counts`, which a test holds it to.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from housing.access import (
    FieldRights,
    field_rights,
    is_board,
    is_coordinator,
    readable_rows,
)
from housing.codes import UnitKind
from housing.counting import Rule
from housing.models import (
    Claim,
    Confirmation,
    CountingRule,
    Organisation,
    StockChange,
    Submission,
    Tally,
    User,
)
from monitoring.answered import maybe_double
from monitoring.verdicts import Facts

Status = Submission.Status
NAMES_AT_MOST = 3  # in a sentence; more are counted


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as filters and sentences name it."""

    pk: int
    slug: str
    name: str
    kind: str
    since: date | None
    until: date | None
    successor: int | None

    def is_party_in(self, year: int) -> bool:
        """Whether it is a party (or in the region) at the end of `year`."""
        last_day = date(year, 12, 31)
        return (self.since is None or self.since <= last_day) and (
            self.until is None or self.until > last_day
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A version that counts now."""

    submission: int
    organisation: int
    year: int
    status: str


@dataclass(frozen=True)
class Setting:
    """What every page of rows needs to know, asked once: parties, answers, rights, the rule."""

    user: User
    rule: Rule
    rights: FieldRights
    parties: Mapping[int, Party]
    answers: tuple[Answer, ...]
    disputed: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    # Of versions that count, the submitted correction that waits.
    waiting: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def maybe_double(self) -> frozenset[int]:
        """Projects of which two parties may have reported the same homes (NUMBERS 7)."""
        return frozenset(maybe_double(timezone.now()))

    @cached_property
    def by_slug(self) -> dict[str, Party]:
        return {party.slug: party for party in self.parties.values()}

    def of_kind(self, kind: str) -> list[Party]:
        """Parties of one kind, by name."""
        return [party for party in self.parties.values() if party.kind == kind]

    def name(self, pk: int | None) -> str:
        """The name of a party; "" when there is none."""
        party = self.parties.get(pk or 0)
        return party.name if party else ""

    def standing_under(self, party: Party) -> set[int]:
        """A party with those it has taken the place of (NUMBERS 10)."""
        found = {party.pk}
        today = timezone.localdate()
        while (
            more := {
                other.pk
                for other in self.parties.values()
                if other.successor in found and other.until is not None and other.until <= today
            }
            - found
        ):
            found |= more
        return found

    def place(self, municipality: int | None, year: int) -> str:
        """The name of a municipality that was in the region that year; "" otherwise."""
        party = self.parties.get(municipality or 0)
        if party is None or party.kind != Organisation.Kind.MUNICIPALITY:
            return ""
        return party.name if party.is_party_in(year) else ""

    def facts(self, row: StockChange) -> Facts:
        """A row (with its submission) as the rule looks at it."""
        return Facts(
            year=row.submission.year,
            municipality=self.place(row.municipality_id, row.submission.year),
            part=row.part,
            kind=row.kind,
            segment=row.segment,
            unit_kind=row.unit_kind,
            dwelling_type=row.dwelling_type,
            self_contained=row.self_contained,
            rent_class=row.rent_class,
            not_yet_let=row.not_yet_let,
        )

    def is_disputed(self, submission: int, municipality: int | None) -> bool:
        """Whether a municipality disputes what the version says of it."""
        return (submission, municipality) in self.disputed

    def names_winner(self, organisation: int, winner: int) -> bool:
        """Whether this user may know whose claim a home counts with instead."""
        return (
            self.rights.private(organisation) or self.rights.private(winner) or is_board(self.user)
        )

    @property
    def sees_all_submitted(self) -> bool:
        """Coordinator and board read every submitted row."""
        return is_coordinator(self.user) or is_board(self.user)


def setting_for(user: User) -> Setting:
    """Ask once what the pages of rows need: seven queries, however many rows there are."""
    columns = ("pk", "slug", "name", "kind", "party_from", "party_until", "successor")
    parties = Organisation.objects.order_by("name").values_list(*columns)
    answers = [
        Answer(*values)
        for values in Submission.objects.counting().values_list(
            "pk", "organisation", "year", "status"
        )
    ]
    corrections = {
        (organisation, year): pk
        for pk, organisation, year in Submission.objects.filter(
            status=Status.SUBMITTED, counts=False
        ).values_list("pk", "organisation", "year")
    }
    disputes = Confirmation.objects.filter(disputes=True, settled_at=None, submission__counts=True)
    return Setting(
        user=user,
        rule=CountingRule.rule_at(timezone.now()),
        rights=field_rights(user),
        parties={values[0]: Party(*values) for values in parties},
        answers=tuple(answers),
        disputed=frozenset(disputes.values_list("submission", "municipality")),
        waiting={
            answer.submission: corrections[answer.organisation, answer.year]
            for answer in answers
            if (answer.organisation, answer.year) in corrections
        },
    )


def readable(user: User) -> QuerySet[StockChange]:
    """Rows of counting versions that somebody may read."""
    return StockChange.objects.visible_to(user).counting()


def readable_tallies(user: User) -> QuerySet[Tally]:
    """The tallies of the same rows: who may read a row may read what it adds up to."""
    in_force = Tally.objects.filter(counts_until=None, submission__counts=True)
    return in_force.filter(readable_rows(user))


# --- what counts -------------------------------------------------------------------------


def counting_rows(rule: Rule, parties: Iterable[Party]) -> Q:
    """The rule as a condition on rows, lost and moved homes aside."""
    contained = {"yes": Q(self_contained=True), "no": Q(self_contained=False)}
    contained["unknown"] = Q(self_contained__isnull=True)
    is_contained = any_of(contained[word] for word in sorted(rule.self_contained))
    wanted = (
        Q(part="2.1A", unit_kind=UnitKind.DWELLING)
        & Q(kind__in=sorted(rule.kinds), segment__in=sorted(rule.segments))
        & Q(submission__year__gte=rule.first_year, submission__year__lte=rule.last_year)
        & is_contained
        & _in_region(parties)
    )
    if rule.excluded_dwelling_types:
        wanted &= ~Q(dwelling_type__in=sorted(rule.excluded_dwelling_types))
    if rule.applies_from and rule.earlier:
        earlier = counting_rows(rule.earlier, parties)
        return (Q(submission__year__gte=rule.applies_from) & wanted) | (
            Q(submission__year__lt=rule.applies_from) & earlier
        )
    return wanted


def _in_region(parties: Iterable[Party]) -> Q:
    places = [p for p in parties if p.kind == Organisation.Kind.MUNICIPALITY]
    always = [p.pk for p in places if p.since is None and p.until is None]
    inside = Q(municipality__in=always)
    for place in places:
        if place.pk in always:
            continue
        years = Q(municipality=place.pk)
        if place.since is not None:
            years &= Q(submission__year__gte=place.since.year)
        if place.until is not None:
            # Out on or before 31 December: that year is no longer the region's.
            years &= Q(submission__year__lt=place.until.year)
        inside |= years
    return inside


def waiting() -> Q:
    """Rows whose homes keep counting in another year's version until the set is accepted."""
    return (
        Q(submission__status=Status.SUBMITTED)
        & Q(previous__submission__counts=True, previous__submission__status=Status.ACCEPTED)
        & ~Q(previous__submission__year=F("submission__year"))
    )


@dataclass(frozen=True, slots=True)
class Setback:
    """Homes of a row that count elsewhere: with another party's claim, or in another year."""

    lost: int = 0
    winners: tuple[int, ...] = ()
    until_accepted: int | None = None


def setbacks(rows: Any) -> dict[int, Setback]:
    """Which of these rows (their ids, or a query for those) lose homes, by row: two queries."""
    claims = Claim.objects.filter(row__in=rows, until=None, lost_to__isnull=False)
    lost: dict[int, list[int]] = defaultdict(list)
    for row, winner in claims.values_list("row", "lost_to__organisation"):
        lost[row].append(winner)
    found = {row: Setback(len(winners), tuple(winners)) for row, winners in lost.items()}
    moved = StockChange.objects.filter(pk__in=rows).filter(waiting())
    for row, year in moved.values_list("pk", "previous__submission__year"):
        found[row] = Setback(until_accepted=year)
    return found


def any_of(conditions: Iterable[Q]) -> Q:
    """A condition that one of these holds; without any, nothing passes."""
    joined = Q(pk__in=[])
    for condition in conditions:
        joined |= condition
    return joined


def reporters_in(municipality: int) -> set[int]:
    """The organisations that reported homes in a municipality, from the tallies in force."""
    tallies = Tally.objects.filter(municipality=municipality, counts_until=None)
    found = tallies.exclude(standing=Tally.Standing.PENDING).order_by()
    return set(found.values_list("submission__organisation", flat=True).distinct())


def demo_inside(rows: QuerySet[StockChange]) -> bool:
    """Whether any of these rows is made up (NUMBERS 11)."""
    demos = Submission.objects.filter(is_demo=True)
    return demos.exists() and rows.order_by().filter(submission__in=demos).exists()


def page_rows(rows: QuerySet[StockChange]) -> QuerySet[StockChange]:
    """Rows with what a page shows of them, in one query."""
    wanted: tuple[Any, ...] = (
        "part", "kind", "direction", "homes", "origin", "happened", "precision", "municipality",
        "segment", "rent_class", "unit_kind", "dwelling_type", "self_contained", "not_yet_let",
        "postcode", "house_number", "house_letter", "house_addition",
        "submission__organisation", "submission__year", "submission__status",
        "submission__number", "project__name",
    )  # fmt: skip
    return rows.select_related("submission", "project").only(*wanted)
