"""Uploads that nobody reads any more, and files that need not be kept."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models.functions import Coalesce
from django.utils import timezone

from housing.intake.process import GIVE_UP_AFTER, processing_folder
from housing.models import Upload

KEEP_UNUSED = timedelta(days=30)
LEAVE_ALONE = timedelta(hours=1)  # a file this young may be at work, or its row not written yet


def tidy() -> tuple[int, int]:
    """Mark what has no living process as broken off and delete what need not be kept; give
    (broken off, files deleted)."""
    now = timezone.now()
    stuck = Upload.objects.annotate(since=Coalesce("asked_at", "at")).filter(
        status__in=[Upload.Status.RECEIVED, Upload.Status.READ], since__lt=now - GIVE_UP_AFTER
    )
    broken = stuck.update(status=Upload.Status.BROKEN_OFF)
    deleted = 0
    for path in processing_folder().iterdir():
        if _is_old(path, now):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
            deleted += 1
    unused = Upload.objects.filter(submission=None, at__lt=now - KEEP_UNUSED).exclude(file="")
    for upload in unused:
        upload.file.delete(save=True)
        deleted += 1
    for path in without_owner(now):
        path.unlink(missing_ok=True)
        deleted += 1
    return broken, deleted


def without_owner(now: datetime) -> Iterator[Path]:
    """The kept files that no upload names: a process ended between keeping and noting it."""
    storage = Upload().file.storage
    folder = Path(storage.path("uploads"))
    found = {
        path.relative_to(folder.parent).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and _is_old(path, now)
    }
    # Asked after the files were listed: whoever keeps a file now has a younger one.
    named = set(Upload.objects.exclude(file="").values_list("file", flat=True).iterator())
    return (path for name, path in sorted(found.items()) if name not in named)


def _is_old(path: Path, now: datetime) -> bool:
    try:
        age = now.timestamp() - path.stat().st_mtime
    except FileNotFoundError:  # somebody else was first
        return False
    return age > LEAVE_ALONE.total_seconds()
