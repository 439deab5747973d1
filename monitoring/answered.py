"""How each organisation's answer over a year stands at a moment, with what marks it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, Sum

from housing.codes import Answer, Segment
from housing.models import (
    Confirmation,
    Organisation,
    ProjectPlan,
    Submission,
    SubmissionEvent,
    Tally,
)
from monitoring.reported import Answered, Mark


def answers_at(moment: datetime, slugs: Mapping[int, str]) -> list[Answered]:
    """How each corporation stands for each year at `moment`, from the events by then; `slugs`
    names organisations by key."""
    last: dict[int, SubmissionEvent] = {}
    # Municipalities answer too, about others than these parties (monitoring.municipal).
    events = SubmissionEvent.objects.filter(
        known_from__lte=moment, submission__organisation__kind=Organisation.Kind.CORPORATION
    ).exclude(status=Submission.Status.CONCEPT)
    for event in events.select_related("submission").order_by("known_from", "pk"):
        last[event.submission_id] = event
    by_answer: dict[tuple[int, int], dict[str, Submission]] = defaultdict(dict)
    newest: dict[tuple[int, int], tuple[int, str]] = {}
    for event in last.values():
        version = event.submission
        key = (version.organisation_id, version.year)
        by_answer[key][event.status] = version
        if event.status != Submission.Status.SUPERSEDED:
            newest[key] = max(newest.get(key, (0, "")), (version.number, event.status))
    disputes = _disputes(moment, slugs)
    marks = _excess_marks(moment, slugs)
    answered = []
    for (organisation, year), versions in by_answer.items():
        counting = versions.get("accepted") or versions.get("submitted")
        slug = slugs[organisation]
        returned = newest.get((organisation, year), (0, ""))[1] == Submission.Status.RETURNED
        own_marks = marks.get((organisation, year), [])
        if returned:
            code = "returned" if counting is None else "correction_returned"
            own_marks = [*own_marks, Mark(code, year=year, organisation=slug)]
        if counting is None:
            answered.append(Answered(slug, year, "missing", complete=False, marks=tuple(own_marks)))
            continue
        answered.append(
            Answered(
                slug,
                year,
                "settled" if "accepted" in versions else "provisional",
                complete=counting.covers_until >= date(year, 12, 31),
                additions=counting.additions != Answer.UNANSWERED,
                sales=counting.sales != Answer.UNANSWERED,
                demolition=counting.demolition != Answer.UNANSWERED,
                other_withdrawals=counting.other_withdrawals != Answer.UNANSWERED,
                disputed=frozenset(disputes.get(counting.pk, ())),
                correction="accepted" in versions and "submitted" in versions,
                marks=tuple(own_marks),
            )
        )
    return answered


def _disputes(moment: datetime, slugs: Mapping[int, str]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    open_ones = Confirmation.objects.filter(disputes=True, known_from__lte=moment).filter(
        Q(settled_at=None) | Q(settled_at__gt=moment)
    )
    for submission, place in open_ones.values_list("submission", "municipality"):
        found[submission].add(slugs.get(place, ""))
    return found


def _excess_marks(moment: datetime, slugs: Mapping[int, str]) -> dict[tuple[int, int], list[Mark]]:
    marks: dict[tuple[int, int], list[Mark]] = defaultdict(list)
    for project, found in maybe_double(moment).items():
        marks[found.organisation, found.year].append(
            Mark(
                "excess",
                found.homes,
                year=found.year,
                organisation=slugs[found.organisation],
                municipality=slugs.get(found.municipality, ""),
                project=project,
            )
        )
    return marks


@dataclass(frozen=True, slots=True)
class Excess:
    """Homes of a project that may be double: how many, whose newest answer is marked, where."""

    homes: int
    organisation: int
    year: int
    municipality: int


def maybe_double(moment: datetime) -> dict[int, Excess]:
    """Projects of several parties without ids for every home, whose homes together exceed the
    planned number: at most the smaller of the two may be double (NUMBERS 7)."""
    sums = (
        Tally.objects.in_force(moment)
        .exclude(standing=Tally.Standing.PENDING)
        .filter(
            project__isnull=False,
            part="2.1A",
            kind="new_build",
            segment__in=[Segment.SOCIAL_RENT.value, Segment.SOCIAL_ABOVE_LIMIT.value],
        )
        .order_by()
        .values_list(
            "project",
            "municipality",
            "submission__organisation",
            "submission__year",
            "identified",
        )
        .annotate(homes=Sum("homes"))
    )
    per_project: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    newest_year: dict[tuple[int, int], int] = {}
    place_of: dict[int, int] = {}
    without_ids: set[int] = set()
    for project, place, organisation, year, identified, homes in sums:
        per_project[project][organisation] += homes
        if not identified:
            without_ids.add(project)
        newest_year[project, organisation] = max(newest_year.get((project, organisation), 0), year)
        place_of[project] = place
    shared = {
        project: parts
        for project, parts in per_project.items()
        if len(parts) > 1 and project in without_ids
    }
    if not shared:
        return {}
    planned: dict[int, int] = {}
    plans = ProjectPlan.objects.filter(project__in=shared, known_from__lte=moment)
    for project, homes in plans.order_by("known_from").values_list("project", "planned_homes"):
        planned[project] = homes
    found: dict[int, Excess] = {}
    for project, parts in shared.items():
        smaller = min(parts.values())
        excess = sum(parts.values()) - planned[project] if project in planned else smaller
        doubled = min(excess, smaller)
        if doubled <= 0:
            continue
        last_party = max(parts, key=lambda party: (newest_year[project, party], -parts[party]))
        year = newest_year[project, last_party]
        found[project] = Excess(doubled, last_party, year, place_of[project])
    return found
