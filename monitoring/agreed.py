"""What was agreed about the regional number at a moment, and what was agreed before that."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from agreements.models import Agreement, Target
from housing.codes import Segment
from monitoring import words

REGION = "regio"


@dataclass(frozen=True, slots=True)
class Revision:
    """A target that was changed: the version before it, and the decision that changed it.

    `earlier` is the former pace by year, `notes` says in each year that changed why, as a chart
    shows it. The decision's day is shown; when it holds from is what "stand op" asks for.
    """

    earlier: Mapping[int, int]
    notes: Mapping[int, str]
    earlier_total: int | None
    known_from: date
    decided_on: date | None
    decision: str
    link: str
    reason: str

    @property
    def decided(self) -> str:
        """The decision in a few words: "besluit 12 november 2026, Bestuurscommissie"."""
        day = f"besluit {words.dutch_date(self.decided_on)}" if self.decided_on else ""
        return ", ".join(filter(None, (day, self.decision)))


@dataclass(frozen=True, slots=True)
class Agreed:
    """Yearly targets, totals and revisions by scope (regio, or a party's slug), and the first
    day of any of them."""

    targets: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)
    revisions: Mapping[str, Revision] = field(default_factory=dict)
    first: date | None = None


def agreed_at(moment: datetime) -> Agreed:
    """The regional targets for completed social rental homes, as known at `moment`.

    A municipality's yearly set has targets of its own, which are no share of the regional one;
    a signal value of a restraint is no target, a corporation's share within a municipality is
    neither's whole, and a target of started homes is not laid beside completed ones.
    """
    known = Target.objects.filter(
        agreement__set__municipality__isnull=True,
        agreement__kind=Agreement.Kind.TARGET,
        known_from__lte=moment,
    )
    related = known.select_related("municipality", "corporation").prefetch_related("years")
    versions: dict[tuple[int, str], list[Target]] = defaultdict(list)
    for target in related.order_by("known_from", "pk"):
        versions[target.agreement_id, target.scope].append(target)
    targets: dict[str, dict[int, int]] = defaultdict(dict)
    totals: dict[str, int] = {}
    revisions: dict[str, Revision] = {}
    days = []
    for of_scope in versions.values():
        newest = of_scope[-1]
        both = newest.municipality is not None and newest.corporation is not None
        other = newest.segment != Segment.SOCIAL_RENT or newest.basis == Target.Basis.START
        if both or other:
            continue
        party = newest.municipality or newest.corporation
        scope = party.slug if party else REGION
        targets[scope] |= pace_of(newest)
        if newest.total is not None:
            totals[scope] = newest.total
        if (revision := revision_of(of_scope)) is not None:
            revisions[scope] = revision
        days.append(timezone.localdate(of_scope[0].known_from))
    return Agreed(
        {scope: years for scope, years in targets.items() if years},
        totals,
        revisions,
        min(days, default=None),
    )


def pace_of(target: Target) -> dict[int, int]:
    """The homes of each year of one version."""
    return {year.year: year.homes for year in target.years.all()}


def revision_of(versions: Sequence[Target]) -> Revision | None:
    """What the last change of the yearly pace or total changed; `versions` oldest first. None
    while there is one version, or none of them changed a number."""
    for position in range(len(versions) - 1, 0, -1):
        new, old = versions[position], versions[position - 1]
        now, before = pace_of(new), pace_of(old)
        if now == before and new.total == old.total:
            continue
        day = new.decided_on
        note = f"besluit {day.day} {words.MONTHS[day.month - 1]}" if day else "nieuw besluit"
        changed = [year for year in sorted(now) if now[year] != before.get(year)]
        return Revision(
            earlier=before,
            notes=dict.fromkeys(changed, note),
            earlier_total=old.total,
            known_from=timezone.localdate(new.known_from),
            decided_on=day,
            decision=new.decision,
            link=new.decision_link,
            reason=new.reason,
        )
    return None
