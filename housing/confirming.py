"""The clerk's word on a file, checked for completeness, and the file stored with it."""

from collections.abc import Mapping

from django.db import transaction

from housing.difference import Word, unanswered
from housing.intake import process
from housing.intake.overlay import Overlay
from housing.intake.rows import Checked
from housing.models import Submission, Upload, User
from housing.planned import move_on


class UnansweredError(Exception):
    """The clerk still has `count` questions to answer; nothing was stored."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class NoLongerAcceptedError(Exception):
    """Read again, the file has errors; nothing was stored."""


def lay_with(upload: Upload, checked: Checked, word: Word) -> tuple[Overlay, Overlay]:
    """The file laid over what is stored: with the clerk's answers, and without any."""
    asked = process.lay(upload, checked)
    answered = process.lay(upload, checked, word.together) if word.together else asked
    return answered, asked


def store_with(
    upload: Upload, word: Word, *, by: User, expected: Mapping[int, int]
) -> Submission | None:
    """Store a waiting upload with the clerk's word; None when it changes nothing.

    Raises `UnansweredError`, `NoLongerAcceptedError`, or `ConceptChangedError` when the answer
    is no longer what `expected` says she saw.
    """
    checked = process.reread(upload)
    if not checked.accepted:
        raise NoLongerAcceptedError
    overlay, _ = lay_with(upload, checked, word)
    stays = word.stays_for(overlay.missing_for_sure)
    if count := unanswered(overlay, stays):
        raise UnansweredError(count)
    with transaction.atomic():
        version = process.confirm(
            upload,
            by=by,
            said=word.nothing,
            stays=stays,
            together=word.together,
            expected=expected,
            checked=checked,
        )
        if version is not None:
            move_on(overlay.missing, word.later, version, by)
    return version
