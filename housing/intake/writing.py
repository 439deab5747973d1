"""Lines -> rows of a version, in bulk, with the projects they name."""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from housing.bulk import bulk_load
from housing.intake.overlay import Line
from housing.intake.stored import FACT_FIELDS, LINK_FIELDS
from housing.models import Organisation, Project, StockChange, StockCount, Submission, fold

_FACTS_OF = attrgetter(*FACT_FIELDS)


def write_rows(
    version: Submission, lines: Sequence[Line], origins: Mapping[int, int | None]
) -> None:
    municipalities = dict(Organisation.objects.municipalities().values_list("slug", "pk"))
    projects = _projects(lines, municipalities, is_demo=version.is_demo)
    bulk_load(
        StockChange,
        (*FACT_FIELDS, *LINK_FIELDS),
        (_values(version.pk, line, municipalities, projects, origins) for line in lines),
    )


def _values(
    version: int,
    line: Line,
    municipalities: Mapping[str, int],
    projects: Mapping[tuple[int, str], int],
    origins: Mapping[int, int | None],
) -> tuple[Any, ...]:
    row = line.row
    place = municipalities.get(row.municipality)
    project = projects.get((place, row.project)) if place and row.project else None
    first = line.sources[0]
    also = line.sources[1] if len(line.sources) > 1 else None
    previous = origins.get(line.stored, line.stored) if line.stored else None
    links = (
        version,
        place,
        project,
        "|".join(row.bag_ids),
        line.not_yet_let,
        first.upload or None,
        first.sheet,
        first.row,
        also.upload if also else None,
        also.sheet if also else "",
        also.row if also else 0,
        previous,
    )
    facts: tuple[Any, ...] = _FACTS_OF(row)
    return facts + links


def _projects(
    lines: Sequence[Line], municipalities: Mapping[str, int], *, is_demo: bool
) -> dict[tuple[int, str], int]:
    """The project of each (municipality, name as written), made where it is new."""
    named = {
        (municipalities[line.row.municipality], line.row.project)
        for line in lines
        if line.row.project and line.row.municipality in municipalities
    }
    if not named:
        return {}
    known = {
        (place, folded): pk
        for pk, place, folded in Project.objects.filter(
            municipality__in={place for place, _ in named}
        ).values_list("pk", "municipality_id", "folded")
    }
    for place, name in sorted(named):
        if (place, fold(name)) not in known:
            made = Project.objects.create(
                municipality_id=place, name=name, folded=fold(name), is_demo=is_demo
            )
            known[place, made.folded] = made.pk
    return {(place, name): known[place, fold(name)] for place, name in named}


def write_stock(version: Submission, stock: Mapping[tuple[str, str], tuple[int, int]]) -> None:
    municipalities = dict(Organisation.objects.municipalities().values_list("slug", "pk"))
    StockCount.objects.bulk_create(
        StockCount(
            submission=version,
            municipality_id=municipalities[place],
            branch=branch,
            opening=opening,
            closing=closing,
        )
        for (place, branch), (opening, closing) in stock.items()
        if place in municipalities
    )
