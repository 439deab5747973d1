"""A large file with its problems marked: writing 100,000 rows takes longer than a page may, so a
process of its own does it, and the workbook waits in the processing folder for at most an hour.
"""

import time
from pathlib import Path

from django.utils import timezone

from housing.intake import process, queue
from housing.intake.marked import write_marked
from housing.laid import fingerprint
from housing.models import CountingRule, Upload

PATIENCE = 10 * 60  # seconds after which a workbook that is being written is given up


def ready(upload: Upload) -> Path | None:
    """The workbook, when it was made and still says what we would say now."""
    path = _path(upload)
    return path if path.exists() else None


def start(upload: Upload) -> None:
    """Let the workbook be made, unless somebody is at it, or failed at it just now."""
    part = _path(upload).with_suffix(".part")
    try:
        if time.time() - part.stat().st_mtime < PATIENCE:
            return
    except FileNotFoundError:
        pass
    part.touch()
    queue.start(upload, "--marked")


def make(upload: Upload) -> None:
    """Write the workbook, when there is a place to work. Raises UnreadableFileError, or
    FileNotFoundError when the file is no longer there."""
    path = _path(upload)
    part = path.with_suffix(".part")
    with queue.wait_for_place(PATIENCE):
        table, checked = process.reread_table(upload)
        with part.open("wb") as target:
            write_marked(target, table, checked)
        part.replace(path)


def _path(upload: Upload) -> Path:
    rule = CountingRule.rule_at(timezone.now())
    stamp = fingerprint(upload, rule)[:16]
    return process.processing_folder() / f"{upload.reference}-{stamp}-opmerkingen.xlsx"
