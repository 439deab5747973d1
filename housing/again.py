"""A large file that is kept, worked on once more in the background: checked again after a cell
was mended, or stored with the clerk's word. A small one is worked on while she waits.
"""

import logging
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from housing.confirming import NoLongerAcceptedError, UnansweredError, store_with
from housing.forms import word_of
from housing.intake import queue
from housing.intake.storing import ConceptChangedError
from housing.laid import remembered, renew
from housing.mending import CAN_CHANGE
from housing.models import CountingRule, Upload, User
from housing.outcome import expected_of

audit = logging.getLogger("audit")
CHANGED_MEANWHILE = (
    "Iemand anders heeft uw opgave intussen veranderd. Er is niets opgeslagen. "
    "Hieronder ziet u het verschil met hoe zij nu is: kijk het na en bevestig opnieuw."
)
NO_LONGER_ACCEPTED = "Er is niets opgeslagen: bij nalezen vonden wij nog fouten."


def still_asked(count: int) -> str:
    """How many questions stand in the way of storing."""
    if count == 1:
        return "Er is niets opgeslagen. Beantwoord eerst nog 1 vraag."
    return f"Er is niets opgeslagen. Beantwoord eerst nog {count} vragen."


def check_later(upload: Upload) -> bool:
    """Let a large file be checked again in the background; False when it is small."""
    if queue.is_large(upload):
        queue.ask(upload, {})
        return True
    return False


def store_later(upload: Upload, *, by: User, expected: str) -> bool:
    """Let a large file be stored in the background, with the answers it has; False when it is
    small. `expected` is the state of the answers that the clerk saw."""
    if queue.is_large(upload):
        queue.ask(upload, {"by": by.pk, "expected": expected})
        return True
    return False


def check_if_stale(upload: Upload) -> None:
    """Let a large file whose outcome is no longer what it was be checked again."""
    if upload.status in CAN_CHANGE and upload.file and queue.is_large(upload):
        rule = CountingRule.rule_at(timezone.now())
        if remembered(upload, rule) is None:
            queue.ask(upload, {})


def work_again(upload: Upload) -> None:
    """Do what was asked of a kept file. What stands in the way of storing it is told with it."""
    told = _store(upload, upload.task) if "by" in upload.task else ""
    if upload.status == Upload.Status.READ:
        renew(upload, CountingRule.rule_at(timezone.now()), among=(Upload.Status.READ,))
    Upload.objects.filter(pk=upload.pk).update(task={"told": told} if told else {})


def _store(upload: Upload, task: Mapping[str, Any]) -> str:
    """Store it; give why nothing was stored, "" when it was."""
    by = User.objects.get(pk=task["by"])
    word = word_of(upload.answers)
    try:
        version = store_with(upload, word, by=by, expected=expected_of(task["expected"]))
    except UnansweredError as error:
        return still_asked(error.count)
    except NoLongerAcceptedError:
        return NO_LONGER_ACCEPTED
    except ConceptChangedError:
        return CHANGED_MEANWHILE
    audit.info("confirm reference=%s by=%d version=%s", upload.reference, by.pk,
               version.pk if version else "unchanged")  # fmt: skip
    return ""
