"""Reading large files in processes of their own: at most two at once, the rest waits its turn.

A process holds one of two lock files for as long as it lives, so that a process that dies
frees its place by itself.
"""

import fcntl
import logging
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from housing.intake.process import GIVE_UP_AFTER, process, received_path
from housing.models import Upload

INLINE_BYTES = 1024 * 1024  # up to here a file is read within the request
PLACES = 2
MOST_MEMORY = 4 * 1024**3  # bytes of address space of one process
MOST_CPU = 600  # seconds

log = logging.getLogger("portal")


def take_in(upload: Upload) -> None:
    """Read a received file: now if it is small, else by a process of its own."""
    if is_large(upload):
        start(upload)
    else:
        process_safely(upload)


def is_large(upload: Upload) -> bool:
    """Whether it is read by a process of its own."""
    return upload.size > INLINE_BYTES


def ask(upload: Upload, task: Mapping[str, Any]) -> bool:
    """Let a process work once more on a kept file; False when somebody else was first."""
    open_now = Upload.objects.filter(
        pk=upload.pk, status__in=(Upload.Status.WAITING, Upload.Status.WITH_ERRORS)
    )
    changes = {"status": Upload.Status.RECEIVED, "asked_at": timezone.now(), "task": dict(task)}
    if not open_now.update(**changes):
        return False
    for name, value in changes.items():
        setattr(upload, name, value)
    start(upload)
    return True


def process_safely(
    upload: Upload,
    after: Callable[[Upload], None] | None = None,
    again: Callable[[Upload], None] | None = None,
) -> None:
    """Read and check; whatever goes wrong, the upload gets an outcome and the log a line.

    A file that is kept already goes to `again` instead. `after` gets the upload when it has its
    outcome; when that fails, only the log says so.
    """
    try:
        if again is not None and upload.asked_at is not None:
            again(upload)
            return
        process(upload)
    except Exception:
        log.exception("Upload %s could not be processed", upload.reference)
        received_path(upload).unlink(missing_ok=True)
        Upload.objects.filter(pk=upload.pk).update(status=Upload.Status.BROKEN_OFF)
        return
    if after is not None:
        try:
            after(upload)
        except Exception:
            log.exception("Upload %s was read; what comes after failed", upload.reference)


def start(upload: Upload, *options: str) -> None:
    """Start `manage.py process_upload` in a session of its own; it may find no place and leave
    the upload waiting for one that has."""
    manage = Path(settings.BASE_DIR) / "manage.py"
    subprocess.Popen(  # noqa: S603 our own command and a number
        [sys.executable, str(manage), "process_upload", str(upload.pk), "--limited", *options],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def work(
    after: Callable[[Upload], None] | None = None, again: Callable[[Upload], None] | None = None
) -> int:
    """Read what waits, oldest first, as long as there is a place; say how many were read.

    `after` and `again` as of `process_safely`.
    """
    read = 0
    while waiting().exists():
        with place() as found:
            if not found:
                return read
            while (upload := _next()) is not None:
                process_safely(upload, after, again)
                read += 1
        # Somebody may have looked for a place just before this one came free: look again.
    return read


def waiting() -> QuerySet[Upload]:
    """Large files that nobody reads yet, who waits longest first."""
    waiting = Upload.objects.annotate(since=Coalesce("asked_at", "at")).filter(
        status=Upload.Status.RECEIVED,
        size__gt=INLINE_BYTES,
        since__gt=timezone.now() - GIVE_UP_AFTER,
    )
    return waiting.order_by("since", "pk")


def is_broken_off(upload: Upload, now: datetime | None = None) -> bool:
    """Whether it has no outcome and, after so long, will not get one."""
    if upload.status == Upload.Status.BROKEN_OFF:
        return True
    unfinished = upload.status in (Upload.Status.RECEIVED, Upload.Status.READ)
    return unfinished and (upload.asked_at or upload.at) < (now or timezone.now()) - GIVE_UP_AFTER


def limit_this_process() -> None:
    """Let this process end rather than take the machine along."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU, MOST_CPU))


def _next() -> Upload | None:
    """Take the oldest that waits, so that no other process takes it too."""
    for upload in waiting().select_related("organisation", "round"):
        taken = Upload.objects.filter(pk=upload.pk, status=Upload.Status.RECEIVED)
        if taken.update(status=Upload.Status.READ):
            upload.status = Upload.Status.READ
            return upload
    return None


@contextmanager
def place() -> Iterator[bool]:
    """Hold one of the places while the block runs; False when all are taken."""
    for number in range(PLACES):
        with (Path(settings.DATA_DIR) / f"reading-{number}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield True
            return
    yield False


@contextmanager
def wait_for_place(seconds: float) -> Iterator[None]:
    """Hold one of the places while the block runs, waiting for it if need be. Raises
    TimeoutError when none came free."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with place() as found:
            if found:
                yield
                return
        time.sleep(0.5)
    raise TimeoutError
