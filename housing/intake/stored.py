"""What is stored already: the versions a new answer is laid over, and their rows as lines."""

from collections.abc import Iterable, Mapping
from typing import Any

from housing.intake.overlay import Line, Source
from housing.intake.rows import CleanRow
from housing.models import Organisation, StockChange, Submission

FACT_FIELDS = (
    "part", "kind", "direction", "homes", "origin", "happened", "precision", "declared",
    "branch", "segment", "rent_class", "unit_kind", "dwelling_type", "self_contained", "key",
    "postcode", "house_number", "house_letter", "house_addition", "rent", "price", "points",
    "label", "area", "target_group", "remark", "share", "build_year",
)  # fmt: skip
LINK_FIELDS = (
    "submission", "municipality", "project", "bag_ids", "not_yet_let", "upload", "sheet", "row",
    "also_upload", "also_sheet", "also_row", "previous",
)  # fmt: skip


def base_versions(organisation: Organisation) -> dict[int, Submission]:
    """The version of each year that a new answer is laid over: the concept, else the newest
    one that still stands."""
    newest: dict[int, Submission] = {}
    versions = Submission.objects.filter(organisation=organisation).standing()
    for version in versions.order_by("number"):
        newest[version.year] = version
    return newest


def stored_lines(versions: Iterable[Submission]) -> list[Line]:
    """The rows of `versions` as lines for matching."""
    by_pk = {version.pk: version.year for version in versions}
    rows = (
        StockChange.objects.filter(submission__in=by_pk)
        .order_by("pk")
        .values(
            "pk",
            "submission_id",
            "municipality__slug",
            "project__name",
            "bag_ids",
            "not_yet_let",
            "upload_id",
            "upload__format",
            "sheet",
            "row",
            "also_upload_id",
            "also_upload__format",
            "also_sheet",
            "also_row",
            *FACT_FIELDS,
        )
    )
    return [_as_line(row, by_pk[row["submission_id"]]) for row in rows.iterator(chunk_size=5000)]


def _as_line(row: dict[str, Any], year: int) -> Line:
    sources = [Source(row["upload_id"] or 0, row["upload__format"] or "", row["sheet"], row["row"])]
    if row["also_upload_id"]:
        sources.append(
            Source(
                row["also_upload_id"],
                row["also_upload__format"] or "",
                row["also_sheet"],
                row["also_row"],
            )
        )
    clean = CleanRow(
        sheet=row["sheet"],
        row=row["row"],
        year=year,
        municipality=row["municipality__slug"] or "",
        project=row["project__name"] or "",
        bag_ids=tuple(row["bag_ids"].split("|")) if row["bag_ids"] else (),
        **{name: row[name] for name in FACT_FIELDS},
    )
    return Line(clean, tuple(sources), row["pk"], year, row["not_yet_let"])


def edits_of(bases: Mapping[int, Submission]) -> dict[int, int]:
    """What `store` compares: the edit number of each version that is laid over."""
    return {version.pk: version.edit for version in bases.values()}
