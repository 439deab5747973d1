"""Rows as a reader may see them: the fields beyond her rights are left out (HOUSE)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from housing.access import FieldRights
from housing.codes import Kind, Precision, Segment
from housing.counting import Rule
from housing.intake.edits import Edits
from housing.intake.values import column_index
from housing.models import StockChange, Submission, Upload
from housing.wording import dutch_date, euro_or_empty, listed


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row for a table. `address`, `rent` and `place` are None where they may not be read,
    "" where they are not known."""

    pk: int
    what: str
    project: str
    municipality: str
    when: str
    homes: int
    segment: str
    counts: bool
    mark: str
    address: str | None
    bag_ids: str
    rent: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class _Countable:
    """A stored row as the counting rule looks at it."""

    year: int
    municipality: str
    part: str
    kind: str
    segment: str
    unit_kind: str
    dwelling_type: str
    self_contained: bool | None


def shown_rows(
    rows: Iterable[StockChange], submission: Submission, rights: FieldRights, rule: Rule
) -> list[ShownRow]:
    """Each row with what this reader may read of it."""
    found = list(rows)
    losing = set(
        submission.claims.filter(until=None, lost_to__isnull=False, row__in=found).values_list(
            "row", flat=True
        )
    )
    mended = _mended(found) if rights.private(submission.organisation_id) else {}
    return [
        _shown(row, submission, rights, rule, row.pk in losing, mended.get(row.pk, ""))
        for row in found
    ]


def _mended(rows: Sequence[StockChange]) -> dict[int, str]:
    """Which cells of each row were mended on the page of its file: "B en G"."""
    uploads = {row.upload_id for row in rows if row.upload_id}
    edited = Upload.objects.filter(pk__in=uploads).exclude(edits={}) if uploads else ()
    edits: dict[int, Edits] = {upload.pk: upload.edits for upload in edited}
    found = {}
    for row in rows:
        cells: list[str] = list(edits.get(row.upload_id or 0, {}).get(str(row.row), ()))
        cells.sort(key=column_index)
        if cells:
            found[row.pk] = listed(cells)
    return found


def when_text(row: StockChange, year: int) -> str:
    """The date with as much as is known of it."""
    if row.happened is None or row.precision == Precision.YEAR:
        return str(year)
    text = dutch_date(row.happened)
    return text.partition(" ")[2] if row.precision == Precision.MONTH else text


def _shown(
    row: StockChange,
    submission: Submission,
    rights: FieldRights,
    rule: Rule,
    loses: bool,
    mended: str,
) -> ShownRow:
    organisation = submission.organisation_id
    sees_address = rights.address(organisation, row.municipality_id, row.pk)
    sees_private = rights.private(organisation)
    municipality = row.municipality.name if row.municipality else ""
    counts = rule.counts(
        _Countable(
            submission.year, municipality, row.part, row.kind, row.segment, row.unit_kind,
            row.dwelling_type, row.self_contained,
        )
    )  # fmt: skip
    return ShownRow(
        pk=row.pk,
        what=Kind(row.kind).label,
        project=row.project.name if row.project else "",
        municipality=municipality or "onbekend",
        when=when_text(row, submission.year),
        homes=row.signed,
        segment=Segment(row.segment).label,
        counts=counts,
        mark=_mark(row, counts, loses),
        address=row.address_text if sees_address else None,
        bag_ids=", ".join(row.ids) if sees_address else "",
        rent=euro_or_empty(row.rent) if sees_private else None,
        place=_place(row, mended) if sees_private else None,
    )


def _mark(row: StockChange, counts: bool, loses: bool) -> str:
    marks = []
    if loses:
        marks.append("dubbel gemeld")
    if row.not_yet_let:
        marks.append("nog niet in exploitatie")
    if counts and row.rent_class == "unknown":
        marks.append("huur nog niet bekend")
    return ", ".join(marks)


def _place(row: StockChange, mended: str) -> str:
    if not row.upload_id:
        return "getypt"
    place = f"{row.sheet}, rij {row.row}" if row.sheet else f"rij {row.row}"
    return f"{place}, op de pagina verbeterd: {mended}" if mended else place
