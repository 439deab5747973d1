"""A file laid over what is stored: same, new, changed, not in this file (NUMBERS 3).

Pure: lines in, lines out. Replacing would lose what the other file knows, adding would count
everything twice; so homes are matched (`matching`), and what both files know comes together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from housing.codes import TRANSFERS, Origin, Precision
from housing.intake.lines import (
    FIELD_NAMES,
    SOLD,
    TEMPLATE,
    WOZ,
    Change,
    Line,
    Overlay,
    Pair,
    Question,
    Source,
)
from housing.intake.matching import Matching
from housing.intake.rows import CleanRow

__all__ = [
    "FIELD_NAMES",
    "SOLD",
    "TEMPLATE",
    "WOZ",
    "Change",
    "Line",
    "Overlay",
    "Pair",
    "Question",
    "Source",
    "lay_over",
]

# What the WOZ-bezitstabel knows best; all else that describes a home comes from our template.
WOZ_FIELDS = ("kind", "direction", "branch", "rent", "points", "self_contained", "label",
              "unit_kind", "dwelling_type", "build_year", "share", "part")  # fmt: skip
TEMPLATE_FIELDS = ("project", "happened", "precision", "origin", "target_group", "remark",
                   "price")  # fmt: skip
ID_FIELDS = ("key", "bag_ids", "postcode", "house_number", "house_letter", "house_addition")


def lay_over(
    lines: Sequence[Line],
    stored: Sequence[Line],
    *,
    year: int,
    file_format: str,
    answers: Mapping[int, bool] | None = None,
) -> Overlay:
    """Match `lines` of a file sent for `year` with the `stored` lines of all years.

    `answers` says for the stored row of a question whether the candidates belong to it.
    """
    overlay = Overlay(file_format)
    if not stored:
        overlay.new = list(lines)
        return overlay
    matching = Matching(lines, stored, file_format, answers or {})
    matching.run()
    for new, (old, by) in matching.found.items():
        merged = _merge(lines[new], stored[old], year, file_format, matching.share_of(new))
        changes = _changes(stored[old], merged, matching.count_of_old[old])
        pair = Pair(stored[old], merged, by, changes)
        (overlay.changed if changes else overlay.same).append(pair)
    for old, new in matching.covered.items():
        merged = _described(stored[old], lines[new])
        changes = _changes(stored[old], merged, 1)
        pair = Pair(stored[old], merged, "uw antwoord", changes)
        (overlay.changed if changes else overlay.same).append(pair)
    overlay.new = [
        matching.rest_of(place)
        for place, line in enumerate(lines)
        if place not in matching.found and matching.rest_of(place).row.homes
    ]
    overlay.questions = matching.questions
    named = {bag_id for new in matching.found for bag_id in lines[new].row.bag_ids}
    for place, line in enumerate(stored):
        left = matching.left_of(place)
        if left == 0:
            continue
        rest = line
        if left < line.row.homes:
            # The ids that the file names went along with its own rows.
            ids = tuple(bag_id for bag_id in line.row.bag_ids if bag_id not in named)
            rest = replace(line, row=replace(line.row, homes=left, bag_ids=ids))
        if line.row.year != year or not _knows_of(file_format, line):
            overlay.silent.append(rest)
        else:
            overlay.missing.append(rest)
    return overlay


def _knows_of(file_format: str, line: Line) -> bool:
    """Whether a file of this format would name the stored line if it still held."""
    if file_format == WOZ:
        return line.row.segment not in SOLD and line.row.declared not in SOLD
    return line.row.part == "2.1A" and line.row.kind not in TRANSFERS


def _merge(new: Line, old: Line, year: int, file_format: str, is_share: bool) -> Line:
    """One line with the facts of both files and the cells of both."""
    row = new.row
    known_by_woz = any(source.format == WOZ for source in old.sources)
    other_format = any(source.format != file_format for source in old.sources)
    facts: dict[str, object] = {}
    if file_format == WOZ:
        facts = {name: getattr(old.row, name) for name in TEMPLATE_FIELDS if other_format}
        if not facts or not facts.get("origin"):
            facts["origin"] = old.row.origin or row.origin
        facts["declared"] = old.row.declared
        if row.kind != old.row.kind:
            facts.pop("origin", None)
        if _stays_in_year(row, old.row, year):
            facts["year"] = old.row.year
    elif known_by_woz:
        facts = {name: getattr(old.row, name) for name in WOZ_FIELDS}
        facts["segment"], facts["rent_class"] = old.row.segment, old.row.rent_class
    for name in ID_FIELDS:
        if not getattr(row, name) and not is_share:
            facts[name] = getattr(old.row, name)
    merged = replace(row, **facts) if facts else row  # type: ignore[arg-type]
    others = tuple(source for source in old.sources if source.format != file_format)[:1]
    return Line(
        row=merged,
        sources=(*new.sources[:1], *others),
        stored=old.stored,
        stored_year=old.row.year,
        not_yet_let=old.not_yet_let and file_format != WOZ,
    )


def _described(old: Line, group: Line) -> Line:
    """A stored line with what the row of several homes knows of it."""
    known = {name: getattr(group.row, name) for name in TEMPLATE_FIELDS}
    told = {name: value for name, value in known.items() if value}
    if "happened" not in told:
        told.pop("precision", None)
    if told.get("origin") == Origin.UNKNOWN:
        told["origin"] = old.row.origin or Origin.UNKNOWN.value
    sources = tuple(source for source in old.sources if source.format == WOZ)[:1]
    return replace(old, row=replace(old.row, **told), sources=(*sources, *group.sources[:1]))


def _stays_in_year(row: CleanRow, old: CleanRow, year: int) -> bool:
    """The reporting year counts, unless the home is known in an earlier one: by its day, or by
    a Bouwjaar of that year (NUMBERS 4)."""
    if old.year >= year:
        return False
    by_day = old.precision != Precision.YEAR and old.happened is not None
    return by_day or row.build_year == old.year


def _changes(old: Line, new: Line, times: int) -> tuple[Change, ...]:
    changes = [
        Change(name, getattr(old.row, name), getattr(new.row, name))
        for name in FIELD_NAMES
        if name != "not_yet_let" and not _equal(getattr(old.row, name), getattr(new.row, name))
    ]
    if times > 1 and not changes:
        changes.append(Change("homes", old.row.homes, new.row.homes))
    if old.not_yet_let != new.not_yet_let:
        changes.append(Change("not_yet_let", old.not_yet_let, new.not_yet_let))
    return tuple(changes)


def _equal(old: object, new: object) -> bool:
    if isinstance(old, Decimal) and isinstance(new, Decimal):
        return old == new
    return old == new or (not old and not new and old is not False and new is not False)
