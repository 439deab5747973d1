"""The only bridge from the database to the numbers: queries that feed the arithmetic.

Every page, export, command and report takes a `Picture` from here, so they cannot disagree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from django.db.models import Min, Sum
from django.utils import timezone

from housing.counting import Rule
from housing.models import (
    CountingRule,
    Organisation,
    Submission,
    SubmissionEvent,
    Tally,
    YearClosing,
    end_of_day,
)
from monitoring.agreed import REGION as REGION
from monitoring.agreed import Revision, agreed_at
from monitoring.answered import answers_at
from monitoring.breakdown import answer_about, by_corporation, by_municipality, by_segment
from monitoring.progress import Progress, measure
from monitoring.reported import Answered, Slice
from monitoring.stated import Stated
from monitoring.waterfall import Waterfall, waterfall


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as a picture names it."""

    pk: int
    slug: str
    name: str


@dataclass(frozen=True)
class Picture:
    """All that is known at a moment, ready to be measured in whatever way a page asks."""

    as_of: date
    moment: datetime
    rule: Rule
    targets: Mapping[str, Mapping[int, int]]
    totals: Mapping[str, int]
    slices: tuple[Slice, ...]
    answered: tuple[Answered, ...]
    asked: Mapping[int, tuple[str, ...]]
    closed_by_hand: frozenset[int]
    municipalities: tuple[Party, ...]
    corporations: tuple[Party, ...]
    names: Mapping[str, str]
    stands_under: Mapping[str, str]
    agreed_on: date | None
    revisions: Mapping[str, Revision] = field(default_factory=dict)

    @cached_property
    def region(self) -> Progress:
        """The whole region against the regional target."""
        return measure(
            self.targets.get(REGION, {}),
            self.slices,
            answered=self.answered,
            asked=self.asked,
            rule=self.rule,
            today=self.as_of,
            closed_by_hand=self.closed_by_hand,
            total=self.totals.get(REGION),
        )

    @cached_property
    def by_municipality(self) -> dict[str, Progress]:
        """Each municipality by slug; it waits for the corporations that ever reported there."""
        slugs = [place.slug for place in self.municipalities]
        return by_municipality(
            self.slices,
            slugs,
            answered=self.answered,
            asked={slug: self.asked_in(slug) for slug in slugs},
            rule=self.rule,
            today=self.as_of,
            targets=self.targets,
            totals=self.totals,
            closed_by_hand=self.closed_by_hand,
        )

    def asked_in(self, municipality: str) -> dict[int, tuple[str, ...]]:
        """Whose answers a municipality's figures wait for: corporations that ever reported
        homes there, or all while none did.

        Nobody knows beforehand who will build where; so a past year that is not closed for the
        region waits here, too, for those who are missing.
        """
        local = {piece.organisation for piece in self.slices if piece.municipality == municipality}
        missing = {
            year.year: set(year.missing)
            for year in self.region.years
            if year.over and not year.closed
        }
        return {
            year: tuple(
                party
                for party in parties
                if not local or party in local or party in missing.get(year, ())
            )
            for year, parties in self.asked.items()
        }

    @cached_property
    def by_corporation(self) -> dict[str, Progress]:
        """Each corporation by slug; after a merger the predecessors' years stand under the
        successor, while the region keeps counting them as the parties they were."""
        under = self.stands_under
        return by_corporation(
            [replace(piece, organisation=under[piece.organisation]) for piece in self.slices],
            [party.slug for party in self.corporations],
            answered=_merged(
                replace(answer, organisation=under[answer.organisation]) for answer in self.answered
            ),
            asked=self.asked,
            rule=self.rule,
            today=self.as_of,
            targets=self.targets,
            totals=self.totals,
            closed_by_hand=self.closed_by_hand,
        )

    def about(self, municipality: str) -> "Picture":
        """The picture as far as it is about one municipality."""
        return replace(
            self,
            slices=tuple(piece for piece in self.slices if piece.municipality == municipality),
            answered=tuple(answer_about(answer, municipality) for answer in self.answered),
        )

    @cached_property
    def by_segment(self) -> dict[str, dict[int, Stated]]:
        """Homes of nieuwbouw by segment and year, whatever the segment."""
        return by_segment(self.slices, self.region)

    def waterfall(self, *, years: tuple[int, ...] | None = None) -> Waterfall | None:
        """From gross to net over closed years (or `years`); None when net is unknown."""
        closed = tuple(year.year for year in self.region.closed_years)
        return waterfall(
            self.slices,
            years=years if years is not None else closed,
            answered=self.answered,
            asked=self.asked,
            rule=self.rule,
        )

    def name_of(self, slug: str) -> str:
        """The name of a party by slug."""
        return self.names.get(slug, slug)

    @property
    def is_demo(self) -> bool:
        """Whether any figure here contains a marked row (NUMBERS 11)."""
        return any(piece.demo for piece in self.slices)


def picture(as_of: date | None = None) -> Picture:
    """Everything known at the end of `as_of` in Europe/Amsterdam; without a day, now."""
    now = timezone.now()
    today = timezone.localdate(now)
    moment = now if as_of is None or as_of == today else end_of_day(as_of)
    day = as_of or today
    # Everybody has a name, also who became a party after history about it was imported.
    everybody = list(
        Organisation.objects.filter(
            kind__in=[Organisation.Kind.MUNICIPALITY, Organisation.Kind.CORPORATION]
        ).select_related("successor")
    )
    parties = [party for party in everybody if party.known_from <= moment]
    names = {party.pk: party.slug for party in everybody}
    rule = CountingRule.rule_at(moment)
    agreed = agreed_at(moment)
    slices = _slices(moment, everybody, day)
    answered = answers_at(moment, names)
    years = range(rule.first_year, rule.last_year + 1)
    asked = _asked(parties, years, day)
    return Picture(
        as_of=day,
        moment=moment,
        rule=rule,
        targets=agreed.targets,
        totals=agreed.totals,
        slices=slices,
        answered=tuple(answered),
        asked=asked,
        closed_by_hand=frozenset(
            YearClosing.objects.filter(known_from__lte=moment).values_list("year", flat=True)
        ),
        municipalities=_parties(parties, Organisation.Kind.MUNICIPALITY, day),
        corporations=_parties(parties, Organisation.Kind.CORPORATION, day),
        names={party.slug: party.name for party in everybody},
        stands_under={party.slug: _stands_under(party, day).slug for party in everybody},
        agreed_on=agreed.first,
        revisions=agreed.revisions,
    )


def first_answer() -> date | None:
    """The day of the first figure that a corporation submitted, whatever "stand op" asks."""
    submitted = SubmissionEvent.objects.filter(
        status=Submission.Status.SUBMITTED,
        submission__organisation__kind=Organisation.Kind.CORPORATION,
    )
    moment = submitted.aggregate(first=Min("known_from"))["first"]
    return timezone.localdate(moment) if moment else None


def _parties(parties: list[Organisation], kind: str, day: date) -> tuple[Party, ...]:
    """Those that are a party on `day`; after a merger the successor stands for its years."""
    return tuple(
        Party(party.pk, party.slug, party.name)
        for party in parties
        if party.kind == kind
        and (party.party_from is None or party.party_from <= day)
        and (party.party_until is None or party.party_until > day)
    )


def _asked(parties: list[Organisation], years: range, day: date) -> dict[int, tuple[str, ...]]:
    """Whom the answer over a year is asked of: who is a party on its last day (NUMBERS 10)."""
    corporations = [p for p in parties if p.kind == Organisation.Kind.CORPORATION]
    return {
        year: tuple(party.slug for party in corporations if _is_party(party, year, day))
        for year in years
    }


def _is_party(party: Organisation, year: int, day: date) -> bool:
    """Whether it is a party at the end of `year`, as it stood on `day`: a merger or a
    municipality that joins shows from its date on, not in a view of an earlier day."""
    last_day = date(year, 12, 31)
    begun = party.party_from is None or party.party_from <= min(last_day, day)
    ended = party.party_until is not None and party.party_until <= min(last_day, day)
    return begun and not ended


def _slices(moment: datetime, parties: list[Organisation], day: date) -> tuple[Slice, ...]:
    """The tallies in force at `moment`, summed by what figures may ask for: one query."""
    slugs = {party.pk: party.slug for party in parties}
    region = {party.pk: party for party in parties}
    dimensions = (
        "kind", "origin", "segment", "branch", "unit_kind", "dwelling_type", "self_contained",
        "rent_class", "part", "standing",
    )  # fmt: skip
    sums = (
        Tally.objects.in_force(moment)
        .order_by()
        .values_list(
            "submission__year", "submission__organisation", "municipality", "is_demo", *dimensions
        )
        .annotate(homes=Sum("homes"), lost=Sum("lost"))
    )
    return tuple(
        Slice(
            year=year,
            organisation=slugs[organisation],
            municipality=slugs.get(place, "") if _in_region(region.get(place), year, day) else "",
            demo=demo,
            homes=homes,
            lost=lost,
            **dict(zip(dimensions, values, strict=True)),
        )
        for year, organisation, place, demo, *values, homes, lost in sums
    )


def _stands_under(party: Organisation, day: date) -> Organisation:
    """The party under which figures stand: after a merger the successor."""
    while (
        party.successor is not None and party.party_until is not None and party.party_until <= day
    ):
        party = party.successor
    return party


def _merged(answers: Iterable[Answered]) -> list[Answered]:
    """One answer a party and year: of several predecessors only what all of them gave."""
    merged: dict[tuple[str, int], Answered] = {}
    for answer in answers:
        key = (answer.organisation, answer.year)
        if (other := merged.get(key)) is None:
            merged[key] = answer
            continue
        states = {answer.state, other.state}
        merged[key] = replace(
            answer,
            state=next(s for s in ("missing", "provisional", "settled") if s in states),
            complete=answer.complete and other.complete,
            additions=answer.additions and other.additions,
            sales=answer.sales and other.sales,
            demolition=answer.demolition and other.demolition,
            other_withdrawals=answer.other_withdrawals and other.other_withdrawals,
            disputed=answer.disputed | other.disputed,
            correction=answer.correction or other.correction,
            marks=answer.marks + other.marks,
        )
    return list(merged.values())


def _in_region(place: Organisation | None, year: int, day: date) -> bool:
    """Whether homes of `year` in this municipality count: from the day it joined (NUMBERS 10)."""
    return place is not None and _is_party(place, year, day)
