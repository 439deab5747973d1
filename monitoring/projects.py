"""The projects of a party, with how their homes stand: from tallies, never rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Q, Sum

from housing.models import Organisation, ProjectPlan, Tally
from monitoring import words
from monitoring.figures import Picture
from monitoring.reported import PENDING, Answered, Mark, Slice
from monitoring.stated import SETTLED, Stated, stated

_FACTS = (
    "kind", "origin", "segment", "branch", "unit_kind", "dwelling_type", "self_contained",
    "rent_class", "part", "standing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project: homes that count and others, beside the number planned."""

    name: str
    place: str
    counted: Stated
    other: Stated
    planned: int | None
    years: str
    corporations: str

    @property
    def is_over(self) -> bool:
        """Whether more was reported than is planned."""
        return self.planned is not None and (self.counted.homes or 0) > self.planned


def projects_of(party: Organisation, known: Picture) -> tuple[ProjectLine, ...]:
    """Its projects with homes at the picture's moment, most homes first."""
    is_place = party.kind == Organisation.Kind.MUNICIPALITY
    own = Q(submission__organisation=party) | Q(submission__organisation__successor=party)
    mine = Q(municipality=party) if is_place else own
    sums = (
        Tally.objects.in_force(known.moment)
        .filter(mine, project__isnull=False, direction=1, part="2.1A", unit_kind="dwelling")
        .order_by()
        .values_list(
            "project", "project__name", "municipality__name", "submission__organisation__name",
            "submission__year", "submission__organisation__slug", "municipality__slug", *_FACTS,
        )
        .annotate(homes=Sum("homes"), lost=Sum("lost"))
    )  # fmt: skip
    pieces: dict[int, list[Slice]] = defaultdict(list)
    corporations: dict[int, set[str]] = defaultdict(set)
    names: dict[int, tuple[str, str]] = {}
    for project, name, place, corporation, year, slug, at, *facts, homes, lost in sums:
        named = dict(zip(_FACTS, facts, strict=True))
        piece = Slice(year, slug, homes, at or "", lost=lost, **named)
        pieces[project].append(piece)
        if piece.standing != PENDING:
            names[project] = (name, place or "")
            corporations[project].add(corporation)
    plans = ProjectPlan.objects.filter(project__in=list(names), known_from__lte=known.moment)
    planned = dict(plans.order_by("known_from").values_list("project", "planned_homes"))
    answers = {(answer.organisation, answer.year): answer for answer in known.answered}
    excess: dict[int | None, list[Mark]] = defaultdict(list)
    for answer in known.answered:
        for mark in answer.marks:
            excess[mark.project].append(mark)
    lines = []
    for project, (name, place) in names.items():
        found = pieces[project]
        counted = [piece for piece in found if known.rule.counts(piece)]
        others = [piece for piece in found if not known.rule.counts(piece)]
        in_force = [piece for piece in found if piece.standing != PENDING]
        lines.append(
            ProjectLine(
                name=name,
                place=place,
                counted=_stated(counted, answers, excess[project]),
                other=_stated(others, answers),
                planned=planned.get(project),
                years=words.listed(sorted({piece.year for piece in in_force})),
                corporations=words.listed(sorted(corporations[project])),
            )
        )
    return tuple(
        sorted(lines, key=lambda each: (-_homes(each.counted), -_homes(each.other), each.name))
    )


def _homes(found: Stated) -> int:
    return found.homes or 0


def _stated(
    pieces: list[Slice], answers: Mapping[tuple[str, int], Answered], excess: Iterable[Mark] = ()
) -> Stated:
    """What pieces of one project add up to. Nobody answers about a single project, so nothing is
    0 here; what may be double in it, both parties see (NUMBERS 7)."""
    keys = {(piece.organisation, piece.year) for piece in pieces}
    about = [replace(answers[key], marks=()) for key in sorted(keys & answers.keys())]
    found = stated(pieces, about)
    if found.homes is None:
        return Stated(0, SETTLED)
    return replace(found, marks=(*found.marks, *excess))
