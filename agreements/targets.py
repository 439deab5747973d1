"""Changing what is to be reached: a new version beside the old, a share of a number, a deviation.

Versions are append-only (NUMBERS 2): a change is known from now on, says who decided it and why,
and what was agreed before stays readable at every earlier moment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from agreements.models import Agreement, Deviation, Target, TargetYear
from housing.codes import Segment
from housing.models import Organisation, User

REGION = "regio"
ENTERED = "Ingevoerd in het portaal"


class TargetError(Exception):
    """The change does not fit what stands now; the message says why, in Dutch."""


class NewerTargetError(TargetError):
    """Somebody else kept a version since the page was shown."""


@dataclass(frozen=True, slots=True)
class Number:
    """What a version of a target says: homes by year, the total, and how they count (dVi 2.11)."""

    years: Mapping[int, int]
    total: int | None
    segment: str = Segment.SOCIAL_RENT.value
    is_joint: bool = True
    basis: str = Target.Basis.COMPLETION.value


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a number is what it is: the decision, its day and where it can be read."""

    reason: str
    decided_on: date | None = None
    decision: str = ""
    link: str = ""


def is_whole(target: Target, agreement: Agreement) -> bool:
    """Whether a target is the number of the whole set: of no party, or of the municipality whose
    set it is."""
    if target.corporation_id is not None:
        return False
    return target.municipality_id in (None, agreement.set.municipality_id)


def whole_of(agreement: Agreement) -> Target | None:
    """The number of the whole as it holds now; None when there is none."""
    known = Target.objects.at(timezone.now()).filter(agreement=agreement)
    for target in known.prefetch_related("years"):
        if is_whole(target, agreement):
            return target
    return None


def newest_of(agreement: Agreement, scope: str) -> Target | None:
    """The version of one scope that holds now."""
    known = Target.objects.at(timezone.now()).filter(agreement=agreement, scope=scope)
    return known.select_related("municipality", "corporation").prefetch_related("years").first()


def versions_of(agreement: Agreement, scope: str) -> list[Target]:
    """All versions of one scope, newest first."""
    versions = agreement.targets.filter(scope=scope).prefetch_related("years")
    return list(versions.order_by("-known_from", "-pk"))


def pace_of(target: Target | None) -> dict[int, int]:
    """The homes of each year of a version."""
    return {year.year: year.homes for year in target.years.all()} if target else {}


def scope_of(
    municipality: Organisation | None, corporation: Organisation | None, segment: str, main: str
) -> str:
    """The name under which versions of one share follow each other: party or parties, and the
    segment where it is another than the whole's."""
    parties = "/".join(party.slug for party in (municipality, corporation) if party) or REGION
    return parties if segment == main else f"{parties}:{segment}"


@transaction.atomic
def revise(
    agreement: Agreement,
    number: Number,
    decision: Decision,
    *,
    by: User | None,
    seen: int,
    scope: str = REGION,
    municipality: Organisation | None = None,
    corporation: Organisation | None = None,
    at: datetime | None = None,
    is_demo: bool = False,
) -> Target:
    """Add a version of the target of `scope`, known from now (`at`).

    `seen` is the version somebody looked at (0: none). Raises `TargetError` when another one came
    since, when nothing changes, or without a reason.
    """
    Agreement.objects.select_for_update(no_key=True, of=("self",)).get(pk=agreement.pk)
    versions = versions_of(agreement, scope)
    newest = versions[0] if versions else None
    if (newest.pk if newest else 0) != seen:
        raise NewerTargetError(
            "Iemand anders was u voor: er is intussen een nieuw getal. Er is nog niets bewaard. "
            "Hieronder staat wat er nu is naast wat u typte. Bewaart u nog eens, dan geldt wat u "
            "typte."
        )
    if not decision.reason.strip():
        raise TargetError("Schrijf waarom dit getal verandert.")
    if newest is not None and _says(newest) == (
        dict(number.years), number.total, number.segment, number.is_joint, number.basis,
    ):  # fmt: skip
        raise TargetError("Dit getal is gelijk aan wat er al staat. Er is niets bewaard.")
    moment = at or timezone.now()
    if newest is not None and newest.known_from >= moment:
        moment = newest.known_from + timedelta(microseconds=1)
    target = Target.objects.create(
        agreement=agreement,
        scope=scope,
        municipality=municipality,
        corporation=corporation,
        segment=number.segment,
        is_joint=number.is_joint,
        basis=number.basis,
        total=number.total,
        decided_on=decision.decided_on,
        decision=decision.decision,
        decision_link=decision.link,
        reason=decision.reason.strip(),
        actor=by,
        source=decision.decision or ENTERED,
        is_demo=is_demo or (by is not None and by.is_demo),
        known_from=moment,
    )
    TargetYear.objects.bulk_create(
        TargetYear(target=target, year=year, homes=homes)
        for year, homes in sorted(number.years.items())
    )
    return target


def _says(target: Target) -> tuple[dict[int, int], int | None, str, bool, str]:
    return (pace_of(target), target.total, target.segment, target.is_joint, target.basis)


def deviate(
    agreement: Agreement,
    *,
    organisation: Organisation | None,
    year: int,
    homes: int,
    reason: str,
    until: date,
    by: User | None,
) -> Deviation:
    """Accept a lower number for a while, from today; it ends by itself after `until`.

    Raises `TargetError` when it is not lower than what was agreed, or ends before today.
    """
    today = timezone.localdate()
    if until < today:
        raise TargetError("Die dag is voorbij. Kies tot en met welke dag de afwijking geldt.")
    agreed = agreed_for(agreement, organisation, year)
    if agreed is not None and homes >= agreed:
        raise TargetError(
            f"Voor {year} is {agreed} afgesproken. Een afwijking is een lager getal dan dat."
        )
    return Deviation.objects.create(
        agreement=agreement,
        organisation=organisation,
        year=year,
        homes=homes,
        reason=reason,
        starts_on=today,
        ends_on=until,
        actor=by,
        is_demo=by is not None and by.is_demo,
    )


def agreed_for(agreement: Agreement, organisation: Organisation | None, year: int) -> int | None:
    """What was agreed for a year: of one party its own share, else the whole; None if nothing."""
    target = newest_of(agreement, organisation.slug) if organisation else whole_of(agreement)
    return pace_of(target).get(year)


def end(deviation: Deviation) -> None:
    """Take a deviation back: it ends today. Raises `TargetError` when it is over already."""
    today = timezone.localdate()
    if deviation.ends_on < today:
        raise TargetError("Deze afwijking is al voorbij. Het doel geldt weer.")
    deviation.ends_on = max(today, deviation.starts_on)
    deviation.save(update_fields=["ends_on"])


def concerned(agreement: Agreement) -> list[Organisation]:
    """The parties that are responsible for an agreement, by kind or by name."""
    named = {party.pk for party in agreement.responsible.all()}
    parties: Iterable[Organisation] = Organisation.objects.filter(party_until__isnull=True)
    if agreement.set.is_local:
        parties = agreement.set.parties.all()
    return sorted(
        (p for p in parties if p.kind in agreement.responsible_kinds or p.pk in named),
        key=lambda party: party.name,
    )
