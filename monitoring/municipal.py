"""What municipalities themselves report, as it was known at a moment: the only query for it.

Exactly one version counts for a municipality and a year: the accepted one, else the newest that
was submitted (NUMBERS 1). A figure that is not there was not answered, "geen" is 0 and "niet
bekend" is None. Beside it stands what a submitted correction says, and whether it came back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from housing.models import MunicipalFigure, Organisation, Submission, SubmissionEvent
from monitoring.reported import MISSING, Mark
from monitoring.stated import PROVISIONAL, SETTLED, Stated

Status = Submission.Status
Measure = MunicipalFigure.Measure
STATES = {Status.ACCEPTED.value: SETTLED, Status.SUBMITTED.value: PROVISIONAL}
GONE = (Status.CONCEPT, Status.WITHDRAWN, Status.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """One municipality's counting version of a year. `homes` holds what it gave by segment, for
    one measure; a segment answered with "niet bekend" is there with None.

    `correction` is the same of a correction that waits, None without one. `returned`: the newest
    version came back; without one that counts `state` is missing and `homes` is empty.
    """

    municipality: str
    year: int
    state: str
    homes: Mapping[str, int | None]
    note: str = ""
    demo: bool = False
    correction: Mapping[str, int | None] | None = None
    returned: bool = False

    @property
    def total(self) -> int | None:
        """All homes that are known; None when no number was given."""
        return known_sum(self.homes.values())

    @property
    def stated(self) -> Stated:
        """All homes with their state and marks."""
        return self.of({*self.homes, *(self.correction or {})})

    def of(self, segments: Iterable[str]) -> Stated:
        """The known homes of these segments, with their state and marks."""
        wanted = set(segments)
        homes = known_sum(self.homes[code] for code in wanted & self.homes.keys())
        marks = []
        if self.correction is not None:
            soon = known_sum(self.correction[code] for code in wanted & self.correction.keys())
            if homes is not None and soon != homes:
                marks.append(self._mark("correction", homes, soon))
        if self.returned:
            counts = self.state != MISSING
            marks.append(self._mark("correction_returned" if counts else "returned"))
        if homes is None:
            return Stated(marks=tuple(marks))
        provisional = homes if self.state == PROVISIONAL else 0
        return Stated(homes, self.state, provisional, tuple(marks))

    def _mark(self, code: str, homes: int = 0, becomes: int | None = None) -> Mark:
        return Mark(code, homes, becomes, year=self.year, municipality=self.municipality)


def known_sum(values: Iterable[int | None]) -> int | None:
    """The sum of what is known; None when nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of one municipality and year at a moment: the one that counts with its state,
    a correction that waits, and one that came back; each may be missing (0)."""

    counting: int = 0
    state: str = MISSING
    correction: int = 0
    returned: int = 0


def versions_at(moment: datetime, only: str = "") -> dict[tuple[str, int], Versions]:
    """How each municipality's answers stood at `moment`: {(slug, year): its versions}; of all, or
    of the one whose slug is `only`."""
    last: dict[int, tuple[str, int, int, str]] = {}
    events = SubmissionEvent.objects.filter(
        known_from__lte=moment,
        submission__organisation__kind=Organisation.Kind.MUNICIPALITY,
    )
    if only:
        events = events.filter(submission__organisation__slug=only)
    for version, slug, year, number, status in events.order_by("known_from", "pk").values_list(
        "submission",
        "submission__organisation__slug",
        "submission__year",
        "submission__number",
        "status",
    ):
        last[version] = (slug, year, number, status)
    newest: dict[tuple[str, int], list[tuple[int, int, str]]] = defaultdict(list)
    for version, (slug, year, number, status) in last.items():
        if status not in GONE:
            newest[slug, year].append((number, version, status))
    return {key: _versions(sorted(found, reverse=True)) for key, found in newest.items()}


def _versions(found: list[tuple[int, int, str]]) -> Versions:
    """`found` are number, key and status, the newest first."""
    of: dict[str, int] = {}
    for _, version, status in found:
        of.setdefault(status, version)
    accepted, submitted = of.get(Status.ACCEPTED, 0), of.get(Status.SUBMITTED, 0)
    return Versions(
        counting=accepted or submitted,
        state=SETTLED if accepted else PROVISIONAL if submitted else MISSING,
        correction=submitted if accepted else 0,
        returned=found[0][1] if found[0][2] == Status.RETURNED else 0,
    )


def own_answers(
    moment: datetime, measure: str = Measure.COMPLETED
) -> dict[tuple[str, int], OwnAnswer]:
    """What each municipality's counting version said of `measure`: {(slug, year): answer}. Who
    never answered it is not there."""
    versions = versions_at(moment)
    wanted = {pk for each in versions.values() for pk in (each.counting, each.correction)}
    homes: dict[int, dict[str, list[int | None]]] = defaultdict(lambda: defaultdict(list))
    notes: dict[int, str] = {}
    demos: dict[int, bool] = {}
    figures = MunicipalFigure.objects.filter(submission__in=wanted - {0}, measure=measure)
    for figure in figures.select_related("submission").order_by("pk"):
        pk = figure.submission_id
        homes[pk][figure.segment].append(figure.known)
        notes[pk] = notes.get(pk) or figure.note
        demos[pk] = figure.submission.is_demo
    said = {
        pk: {segment: known_sum(values) for segment, values in of.items()}
        for pk, of in homes.items()
    }
    return {
        (slug, year): OwnAnswer(
            slug,
            year,
            each.state,
            said.get(each.counting, {}),
            notes.get(each.counting, ""),
            demos.get(each.counting, False),
            said.get(each.correction, {}) if each.correction else None,
            bool(each.returned),
        )
        for (slug, year), each in versions.items()
        if each.counting in said or each.correction in said or each.returned
    }
