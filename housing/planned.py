"""Homes that were left out of one year's answer because they belong to the next: kept, shown on
next year's page and filled in beforehand in its template."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from housing.difference import name_of
from housing.intake.overlay import Line
from housing.intake.rows import CleanRow
from housing.intake.stored import base_versions, stored_lines
from housing.models import Organisation, PlannedLine, Submission, User, fold

# What stays true when homes come a year later; what they cost and when they came does not.
KEPT = (
    "kind", "direction", "homes", "origin", "municipality", "project", "declared", "branch",
    "segment", "key", "postcode", "house_number", "house_letter", "house_addition",
    "dwelling_type", "self_contained", "target_group", "remark",
)  # fmt: skip


def move_on(
    lines: Iterable[Line], keys: Collection[int], version: Submission, by: User | None
) -> int:
    """Keep those of `lines` whose stored row is in `keys` for the year after the version's;
    say how many."""
    moved = [
        PlannedLine(
            organisation=version.organisation,
            year=version.year + 1,
            submission=version,
            facts=facts_of(line.row),
            by=by,
        )
        for line in lines
        if (line.stored or 0) in keys
    ]
    return len(PlannedLine.objects.bulk_create(moved))


def facts_of(row: CleanRow) -> dict[str, Any]:
    """What of a row is kept, as JSON."""
    return {name: getattr(row, name) for name in KEPT} | {"bag_ids": list(row.bag_ids)}


def row_of(facts: Mapping[str, Any], year: int) -> CleanRow:
    """The row that `facts_of` kept, in another year: of its date only the year is known."""
    known = {name: facts[name] for name in KEPT if name in facts}
    ids = tuple(facts.get("bag_ids", ()))
    return CleanRow(sheet="", row=0, part="2.1A", year=year, bag_ids=ids, **known)


def planned_for(organisation: Organisation, year: int) -> list[tuple[PlannedLine, CleanRow]]:
    """The lines that an organisation moved on to a year and did not report since: in the answer
    of that year, or again in that of the year before."""
    found = PlannedLine.objects.open().filter(organisation=organisation, year=year)
    found = found.select_related("submission")
    lines = [(line, row_of(line.facts, year)) for line in found]
    if not lines:
        return []
    bases = base_versions(organisation)
    stored = stored_lines(bases[each] for each in (year - 1, year) if each in bases)
    names, bare = _known([line.row for line in stored])
    return [
        (line, row)
        for line, row in lines
        if (names.isdisjoint(_names(row)) if _names(row) else _bare(row) not in bare)
    ]


def _known(rows: Sequence[CleanRow]) -> tuple[set[str], set[tuple[object, ...]]]:
    return {name for row in rows for name in _names(row)}, {_bare(row) for row in rows}


def _names(row: CleanRow) -> list[str]:
    """What a row is known by: its key, ids and full address."""
    key = f"key {row.key}" if row.key else ""
    return [name for name in (key, *row.bag_ids, row.address) if name]


def _bare(row: CleanRow) -> tuple[object, ...]:
    return row.kind, row.municipality, fold(row.project), row.segment, row.homes


def named(row: CleanRow, municipalities: Mapping[str, str]) -> str:
    """How a clerk knows a line: "Aarveld, 24 woningen, Heerlen"."""
    place = municipalities.get(row.municipality, "")
    return ", ".join(filter(None, [name_of(row), place]))
