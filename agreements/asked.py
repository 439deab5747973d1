"""What was agreed that a municipality's own figures are laid beside: the numbers of one year.

Only where her figure says something of the number. Social rental homes are not among them: the
1.350 counts what the corporations build, and homes of others never count in it (NUMBERS 7).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q
from django.utils import timezone

from agreements.models import Agreement, Deviation, Target
from agreements.targets import is_whole, pace_of
from housing.codes import Kind, Segment
from housing.confirmations import STOCK, Row, waiting_text
from housing.models import Organisation, Round
from housing.municipal_fields import Asked

# Completed homes by the segment agreed: the field that says what others than corporations built.
COMPLETED_IN: Mapping[str, str] = {
    segment.value: f"klaar-{segment.value.replace('_', '-')}"
    for segment in (
        Segment.MID_RENT,
        Segment.FREE_RENT,
        Segment.AFFORDABLE_SALE,
        Segment.OTHER_SALE,
    )
}
STARTED_IN = "begonnen"


def asked_of(
    municipality: Organisation, round_: Round, rows: Sequence[Row]
) -> dict[str, tuple[Asked, ...]]:
    """What was agreed of each figure, by its key: known now, for this municipality as a whole.

    Of half a year nothing: the number is of the whole year. `rows` are the corporations' answers
    about the municipality. Three queries.
    """
    if round_.period_until < date(round_.year, 12, 31):
        return {}
    found: dict[str, list[Asked]] = defaultdict(list)
    targets = _targets(municipality, round_.year)
    lower = _deviations(municipality, targets, round_.year)
    for target in targets:
        key = _field_of(target)
        if key is None:
            continue
        others, waiting = 0, ""
        if key != STARTED_IN:
            others, waiting = _built_by(rows, target.segment), waiting_text(rows)
        homes = min([pace_of(target)[round_.year], *lower.get(target.pk, ())])
        found[key].append(Asked(homes, round_.year, _name(target.agreement), others, waiting))
    return {key: tuple(asked) for key, asked in found.items()}


def _targets(municipality: Organisation, year: int) -> list[Target]:
    """The numbers of a year for a municipality that hold now; of a local set once all signed."""
    now = timezone.now()
    agreed = Q(agreement__set__municipality=None) | Q(agreement__set__signed_on__isnull=False)
    found = Target.objects.at(now).filter(
        agreed,
        municipality=municipality,
        corporation=None,
        agreement__kind=Agreement.Kind.TARGET,
        agreement__known_from__lte=now,
        years__year=year,
    )
    related = found.select_related("agreement__set").prefetch_related("years")
    return sorted(related, key=lambda each: (each.agreement.set.is_local, each.agreement.number))


def _deviations(
    municipality: Organisation, targets: Iterable[Target], year: int
) -> dict[int, list[int]]:
    """Lower numbers that the parties accept today, by the id of the target."""
    # A deviation is from the agreement's own number, not from a share in another segment.
    of = {each.agreement_id: each for each in targets if each.scope == municipality.slug}
    accepted = Deviation.objects.on(timezone.localdate()).filter(agreement__in=of, year=year)
    found: dict[int, list[int]] = defaultdict(list)
    for each in accepted:
        target = of[each.agreement_id]
        is_hers = each.organisation_id == municipality.pk
        if is_hers or (each.organisation_id is None and is_whole(target, target.agreement)):
            found[target.pk].append(each.homes)
    return found


def _field_of(target: Target) -> str | None:
    """The figure that a number is about; None where no single one of hers says it."""
    if target.basis == Target.Basis.START:
        # What is begun is asked of all builders and segments together.
        return STARTED_IN if target.segment == Segment.UNKNOWN else None
    return COMPLETED_IN.get(target.segment)


def _built_by(rows: Iterable[Row], segment: str) -> int:
    """The new homes of a segment that the corporations reported in her municipality."""
    return sum(
        homes
        for row in rows
        for (part, kind, of, _, _), homes in row.content.homes.items()
        if (part, kind, of) == (STOCK, Kind.NEW_BUILD, segment)
    )


def _name(agreement: Agreement) -> str:
    word = "lokale afspraak" if agreement.set.is_local else "afspraak"
    return f"{word} {agreement.number}"
