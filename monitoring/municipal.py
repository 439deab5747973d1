"""What municipalities themselves report, as it was known at a moment: the only query for it.

Exactly one version counts for a municipality and a year: the accepted one, else the newest that
was submitted (NUMBERS 1). A figure that is not there was not answered, "geen" is 0 and "niet
bekend" is None.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from housing.models import MunicipalFigure, Organisation, Submission, SubmissionEvent

Status = Submission.Status
Measure = MunicipalFigure.Measure
STATES = {Status.ACCEPTED.value: "settled", Status.SUBMITTED.value: "provisional"}


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """One municipality's counting version of a year. `homes` holds what it gave by segment, for
    one measure; a segment answered with "niet bekend" is there with None."""

    municipality: str
    year: int
    state: str
    homes: Mapping[str, int | None]
    note: str = ""
    demo: bool = False

    @property
    def total(self) -> int | None:
        """All homes that are known; None when no number was given."""
        return known_sum(self.homes.values())

    def of(self, segments: Iterable[str]) -> int | None:
        """The known homes of these segments; None when nothing is known of any."""
        return known_sum(self.homes[code] for code in segments if code in self.homes)


def known_sum(values: Iterable[int | None]) -> int | None:
    """The sum of what is known; None when nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def counting_versions(moment: datetime) -> dict[int, str]:
    """The version of each municipality and year that counted at `moment`: {pk: its status}."""
    last: dict[int, tuple[int, int, int, str]] = {}
    events = SubmissionEvent.objects.filter(
        known_from__lte=moment,
        submission__organisation__kind=Organisation.Kind.MUNICIPALITY,
    )
    for version, organisation, year, number, status in events.order_by(
        "known_from", "pk"
    ).values_list(
        "submission",
        "submission__organisation",
        "submission__year",
        "submission__number",
        "status",
    ):
        last[version] = (organisation, year, number, status)
    best: dict[tuple[int, int], tuple[bool, int, int, str]] = {}
    for version, (organisation, year, number, status) in last.items():
        if status not in STATES:
            continue
        rank = (status == Status.ACCEPTED, number, version, status)
        best[organisation, year] = max(best.get((organisation, year), rank), rank)
    return {version: status for _, _, version, status in best.values()}


def own_answers(
    moment: datetime, measure: str = Measure.COMPLETED
) -> dict[tuple[str, int], OwnAnswer]:
    """What each municipality's counting version said of `measure`: {(slug, year): answer}."""
    counting = counting_versions(moment)
    homes: dict[int, dict[str, list[int | None]]] = defaultdict(lambda: defaultdict(list))
    about: dict[int, tuple[str, int, bool]] = {}
    notes: dict[int, str] = {}
    figures = MunicipalFigure.objects.filter(submission__in=list(counting), measure=measure)
    related = figures.select_related("submission__organisation").order_by("pk")
    for figure in related:
        version = figure.submission
        about[version.pk] = (version.organisation.slug, version.year, version.is_demo)
        homes[version.pk][figure.segment].append(figure.known)
        notes[version.pk] = notes.get(version.pk) or figure.note
    return {
        (slug, year): OwnAnswer(
            slug,
            year,
            STATES[counting[pk]],
            {segment: known_sum(values) for segment, values in homes[pk].items()},
            notes[pk],
            demo,
        )
        for pk, (slug, year, demo) in about.items()
    }
