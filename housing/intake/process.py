"""An upload from first byte to outcome: receive, read and check, confirm.

The page and the commands call the same functions. The bytes as sent exist only in the
processing folder; what is kept is the file itself or, of a WOZ-bezitstabel, its copy without
money, collateral and other regions (HOUSE).
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from housing.codes import ADDITIONS, Kind, Segment
from housing.counting import Rule
from housing.intake.checking import check
from housing.intake.edits import Edits, apply_edits, mended_cells
from housing.intake.elsewhere import tell_elsewhere
from housing.intake.kept import kept_copy
from housing.intake.lookups import lookups_for
from housing.intake.overlay import WOZ, Overlay
from housing.intake.placing import told_elsewhere
from housing.intake.problems import Findings, as_json
from housing.intake.reading import UnreadableFileError, read_table
from housing.intake.rows import Checked, CleanRow, Lookups, Problem, Severity
from housing.intake.stored import base_versions, edits_of
from housing.intake.storing import Filing, preview, store
from housing.intake.tables import Table
from housing.models import CountingRule, HeadingMatch, Organisation, Round, Submission, Upload, User

MAX_BYTES = 20 * 1024 * 1024
GIVE_UP_AFTER = timedelta(minutes=10)
NOTED = ("format", "sheet", "header_row", "columns", "outcome", "problems", "status")


def processing_folder() -> Path:
    """Where files stand while they are read; emptied by `tidy_uploads`."""
    folder = Path(settings.DATA_DIR) / "processing"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def receive(
    file: "UploadedFile[Any]",
    *,
    organisation: Organisation,
    year: int,
    round_: Round | None,
    by: User | None,
) -> Upload:
    """Stream a file to disk and make its `Upload`; nothing is read yet."""
    upload = Upload.objects.create(
        reference=secrets.token_hex(6),
        organisation=organisation,
        year=year,
        round=round_,
        by=by,
        name=Path(file.name or "bestand").name[:255],
        size=file.size or 0,
    )
    digest = hashlib.sha256()
    with received_path(upload).open("wb") as target:
        for chunk in file.chunks():
            digest.update(chunk)
            target.write(chunk)
    upload.received_sha256 = digest.hexdigest()
    upload.save(update_fields=["received_sha256"])
    return upload


def received_path(upload: Upload) -> Path:
    """The bytes as sent, while the upload is being processed."""
    return processing_folder() / f"{upload.reference}{Path(upload.name).suffix.lower()[:6]}"


def same_file_before(upload: Upload) -> Upload | None:
    """An earlier upload of exactly these bytes that became part of an answer: of this year, or
    else of another."""
    same = Upload.objects.filter(
        organisation=upload.organisation,
        received_sha256=upload.received_sha256,
        status=Upload.Status.PROCESSED,
        at__lte=upload.at,
    ).exclude(pk=upload.pk)
    found = list(same.select_related("submission")[:20])
    return min(found, key=lambda each: each.year != upload.year, default=None)


def process(upload: Upload) -> Checked:
    """Read and check a received file, keep what may be kept, and note the outcome."""
    path = received_path(upload)
    checked = _check(upload, path)
    if checked.format:
        _keep(upload, path, checked)
    path.unlink(missing_ok=True)
    note(upload, checked)
    upload.save()
    return checked


def note(upload: Upload, checked: Checked) -> None:
    """Let an upload say what checking it gave; the caller saves it."""
    upload.format = checked.format
    upload.sheet = checked.sheet[:80]
    upload.header_row = checked.header_row
    upload.columns = checked.columns
    sheets = checked.possible_sheets or (
        upload.outcome.get("sheets", []) if upload.chosen_sheet else []
    )
    upload.outcome = summary(checked) | {"sheets": sheets}
    upload.problems = [problem_json(problem) for problem in checked.problems]
    upload.status = Upload.Status.WAITING if checked.accepted else Upload.Status.WITH_ERRORS


def reread(upload: Upload) -> Checked:
    """Check the kept file again: the outcome that is shown and stored is never stale."""
    checked = _check(upload, kept_path(upload))
    _tell_again(checked, upload)
    return checked


def _tell_again(checked: Checked, upload: Upload) -> None:
    """What only the file as it was sent could show: of rows elsewhere the kept one is blank."""
    areas: dict[str, int] = upload.outcome.get("areas_elsewhere", {})
    if areas and checked.format == WOZ and not checked.areas_elsewhere:
        checked.areas_elsewhere = areas
        findings = Findings(checked.sheet)
        findings.warning(told_elsewhere(areas))
        checked.problems = [*findings.all(), *checked.problems]


def kept_path(upload: Upload) -> Path:
    """Where the kept file stands. Raises FileNotFoundError when it is no longer there."""
    with upload.file.open("rb"):
        return Path(upload.file.path)


def reread_table(upload: Upload) -> tuple[Table, Checked]:
    """The kept file as it is read, mended cells included, and what checking it gives.

    Raises UnreadableFileError, or FileNotFoundError when it is no longer there.
    """
    reading = reading_of(upload)
    table = read_table(kept_path(upload), upload.name, reading.headings)
    lookups = lookups_for(upload.organisation, upload.year, upload.round)
    table, checked = check_table(table, lookups, reading)
    tell_elsewhere(checked, upload.organisation, upload.year)
    _tell_again(checked, upload)
    return table, checked


def _check(upload: Upload, path: Path) -> Checked:
    return check_file(
        path, upload.name, upload.organisation, upload.year, upload.round, reading_of(upload)
    )


def headings_of(organisation: Organisation, file_format: str = "") -> dict[str, str]:
    """The headings that an organisation matched, {word: field}; those of `file_format` win."""
    matches = HeadingMatch.objects.filter(organisation=organisation)
    found = matches.values_list("format", "word", "field")
    return {word: name for _, word, name in sorted(found, key=lambda m: m[0] == file_format)}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read: the sheet somebody chose, the headings they matched (see
    `check`), and the cells they mended on the page, of `edited_sheet`."""

    sheet: str = ""
    headings: Mapping[str, str] = field(default_factory=dict)
    edits: Edits = field(default_factory=dict)
    edited_sheet: str = ""


def reading_of(upload: Upload) -> Reading:
    """All that the clerk said of how to read this file."""
    return Reading(
        sheet=upload.chosen_sheet,
        headings=headings_of(upload.organisation, upload.format),
        edits=upload.edits,
        edited_sheet=upload.sheet,
    )


def check_file(
    path: Path,
    name: str,
    organisation: Organisation,
    year: int,
    round_: Round | None = None,
    reading: Reading | None = None,
) -> Checked:
    """Read and check a file for an organisation and year; store nothing.

    Any file at all gives a `Checked`: what can't be read is one problem of the whole file.
    Without a `reading` it is read with the headings that the organisation matched earlier.
    """
    reading = reading or Reading(headings=headings_of(organisation))
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableFileError(
                "Dit bestand is groter dan 20 MB. Verwijder bladen of rijen die niet nodig zijn.",
                "too_large",
            )
        lookups = lookups_for(organisation, year, round_)
        table = read_table(path, name, reading.headings)
        _, checked = check_table(table, lookups, reading, release=True)
        tell_elsewhere(checked, organisation, year)
        return checked
    except OSError:
        error = UnreadableFileError("Dit bestand is er niet, of het is een map.", "not_a_file")
    except UnreadableFileError as refusal:
        error = refusal
    problem = Problem(
        severity=Severity.ERROR,
        code=error.code,
        sheet="",
        row=0,
        column="",
        value=name,
        title="Dit bestand kunnen we niet lezen",
        message=error.message,
    )
    return Checked(problems=[problem])


def check_table(
    table: Table, lookups: Lookups, reading: Reading, *, release: bool = False
) -> tuple[Table, Checked]:
    """The table as it is read, with mended cells, and what checking it gives. With `release` it
    may be left empty: see `check`."""
    mended = mended_cells(table, reading.edits, reading.edited_sheet)
    table = apply_edits(table, reading.edits, reading.edited_sheet)
    checked = check(
        table, lookups, sheet=reading.sheet or None, extra=reading.headings, release=release
    )
    checked.mended = mended
    return table, checked


def filing_of(
    upload: Upload,
    checked: Checked,
    *,
    by: User | None,
    said: Iterable[str] = (),
    stays: Mapping[int, bool] | None = None,
    together: Mapping[int, bool] | None = None,
) -> Filing:
    """What an upload asks to store, with the clerk's words on it."""
    return Filing(
        organisation=upload.organisation,
        year=upload.year,
        file_format=checked.format,
        round=upload.round,
        by=by,
        upload=upload,
        said=frozenset(said),
        stays=stays or {},
        together=together or {},
        stock=checked.stock,
    )


def lay(upload: Upload, checked: Checked, together: Mapping[int, bool] | None = None) -> Overlay:
    """The file laid over what is stored, for the clerk to see."""
    return preview(checked.rows, filing_of(upload, checked, by=None, together=together))


def confirm(
    upload: Upload,
    *,
    by: User | None,
    said: Iterable[str] = (),
    stays: Mapping[int, bool] | None = None,
    together: Mapping[int, bool] | None = None,
    expected: Mapping[int, int] | None = None,
    checked: Checked | None = None,
) -> Submission | None:
    """Store a waiting upload as concept versions; None when it changes nothing.

    `checked` is what `reread` gave just now, if the caller asked. Raises `ConceptChangedError`
    when somebody else was first.
    """
    checked = checked or reread(upload)
    filing = filing_of(upload, checked, by=by, said=said, stays=stays, together=together)
    version = store(checked.rows, filing, expected=expected)
    upload.submission = version or base_versions(upload.organisation).get(upload.year)
    upload.status = Upload.Status.PROCESSED
    upload.save(update_fields=["submission", "status"])
    return version


def expected_edits(organisation: Organisation) -> dict[int, int]:
    """The state of the answers now, for `confirm` to compare with."""
    return edits_of(base_versions(organisation))


# --- what a file amounts to -----------------------------------------------------------------


def summary(checked: Checked, rule: Rule | None = None) -> dict[str, Any]:
    """What was understood, in the terms of `check_upload --json` and more for the page."""
    rule = rule or CountingRule.rule_at(timezone.now())
    counted_rows = [row for row in checked.rows if rule.counts(row)]
    names = dict(Organisation.objects.municipalities().values_list("slug", "name"))
    in_stock = [row for row in checked.rows if row.part == "2.1A"]
    return {
        "rows": checked.rows_read,
        "homes": sum(row.homes for row in in_stock if row.kind in ADDITIONS),
        "counted": sum(row.homes for row in counted_rows),
        "changes": _sums(in_stock, lambda row: Kind(row.kind).label),
        "by_municipality": _sums(counted_rows, lambda row: names.get(row.municipality, "")),
        "by_segment": _sums(
            [row for row in in_stock if row.kind in ADDITIONS],
            lambda row: Segment(row.segment).label,
        ),
        "not_counted": _sums(
            [row for row in in_stock if row.kind in ADDITIONS and not rule.counts(row)],
            _why_not,
        ),
        "rent_unknown": sum(row.homes for row in counted_rows if row.rent_class == "unknown"),
        "years": sorted({row.year for row in checked.rows}),
        "sold_2_1b": sum(row.homes for row in checked.rows if row.part == "2.1B"),
        "under_construction": checked.under_construction,
        "outside_region": checked.outside_region,
        "areas_elsewhere": checked.areas_elsewhere,
        "ignored": list(checked.ignored),
        "columns": len(checked.columns),
        "headings": checked.headings,
        "mended": [[each.row, each.column, each.was[:200], each.now] for each in checked.mended],
        "unmatched": [
            [each.column, each.heading, each.word, each.field] for each in checked.unmatched
        ],
        "missing_fields": checked.missing_fields,
    }


def _why_not(row: CleanRow) -> str:
    if row.kind != Kind.NEW_BUILD:
        return Kind(row.kind).label
    if row.self_contained is False:
        return "onzelfstandig"
    return Segment(row.segment).label


def _sums(rows: Iterable[CleanRow], name_of: Any) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for row in rows:
        sums[name_of(row)] += row.homes
    return dict(sums)


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem as it is kept with the upload: all that the page shows."""
    return {
        **as_json(problem),
        "severity": problem.severity.value,
        "title": problem.title,
        "homes": problem.homes,
        "project": problem.project,
        "about": problem.about,
    }


def problem_of(kept: Mapping[str, Any]) -> Problem:
    """The problem that `problem_json` kept."""
    return Problem(
        severity=Severity(kept["severity"]),
        code=kept["code"],
        sheet=kept["sheet"],
        row=kept["row"],
        column=kept["column"],
        value=kept["value"],
        title=kept["title"],
        message=kept["message"],
        homes=kept["homes"],
        project=kept["project"],
        about=kept.get("about", ""),
    )


def _keep(upload: Upload, path: Path, checked: Checked) -> None:
    kept = path
    if checked.format == WOZ:
        kept = path.with_name(f"{upload.reference}-kept{path.suffix}")
        kept_copy(path, checked, kept, headings_of(upload.organisation, checked.format))
    with kept.open("rb") as content:
        upload.file.save(upload.name, File(content), save=False)
    with kept.open("rb") as content:
        upload.kept_sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    if kept != path:
        kept.unlink()
