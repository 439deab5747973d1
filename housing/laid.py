"""A file that waits, checked and laid over what is stored: worked out once and remembered for
as long as nothing that it rests on has changed.

Reading 100,000 rows again at each view would be slow, and showing an old outcome wrong: so what
was worked out is kept with a fingerprint of all that went into it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache as once
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Model
from django.utils import timezone

from housing import difference as difference_page
from housing import intake
from housing.codes import Answer
from housing.confirming import lay_with
from housing.counting import Rule
from housing.difference import NO_WORD, Difference, Word, difference
from housing.forms import QUESTIONS, word_of
from housing.intake import process
from housing.intake.rows import Checked, Problem
from housing.intake.stored import base_versions, edits_of, stored_lines
from housing.intake.storing import answers_given
from housing.mending import CAN_CHANGE
from housing.models import (
    CheckPolicy,
    CountingRule,
    FormerName,
    Organisation,
    PriceLimit,
    Project,
    Ruling,
    SegmentTable,
    SubmissionEvent,
    Upload,
)

REMEMBERED_FOR = 24 * 60 * 60  # seconds


@dataclass(frozen=True, slots=True)
class Laid:
    """What a file says and would change. `difference` and what follows it only when nothing
    stands in the way; `expected` is the state of the answers it was laid over."""

    understood: Mapping[str, Any]
    problems: tuple[Problem, ...]
    difference: Difference | None = None
    expected: str = ""
    open_questions: tuple[tuple[str, str], ...] = ()
    word: Word = NO_WORD


def laid_of(upload: Upload, rule: Rule) -> Laid:
    """What a kept file amounts to now. Raises FileNotFoundError when it is no longer there."""
    return remembered(upload, rule) or renew(upload, rule)


def remembered(upload: Upload, rule: Rule) -> Laid | None:
    """What was worked out before, as long as nothing that it rests on has changed."""
    kept: tuple[str, Laid] | None = cache.get(_key(upload))
    return kept[1] if kept is not None and kept[0] == fingerprint(upload, rule) else None


def renew(upload: Upload, rule: Rule, *, among: Sequence[str] = CAN_CHANGE) -> Laid:
    """Read, check and lay over anew; the upload's status and problems follow: what could be
    stored yesterday may not any more, or the other way round. An upload that by then has
    another status than one `among` these stays as it is."""
    stamp = fingerprint(upload, rule)
    checked = process.reread(upload)
    noted = [upload.status, upload.outcome, upload.problems]
    process.note(upload, checked)
    if [upload.status, upload.outcome, upload.problems] != noted:
        # Not `save`: somebody may have confirmed it meanwhile.
        still_open = Upload.objects.filter(pk=upload.pk, status__in=among)
        still_open.update(**{name: getattr(upload, name) for name in process.NOTED})
    laid = _lay(upload, checked, rule)
    cache.set(_key(upload), (stamp, laid), REMEMBERED_FOR)
    return laid


def prime(upload: Upload) -> None:
    """Work it out beforehand, so that the first who looks need not wait."""
    if upload.file and upload.status in CAN_CHANGE:
        laid_of(upload, CountingRule.rule_at(timezone.now()))


def fingerprint(upload: Upload, rule: Rule) -> str:
    """Of all that an outcome rests on: the file with what was said of it, the answers it is laid
    over, other parties' claims, limits, rules, names, and the checks themselves."""
    parts = (
        upload.kept_sha256,
        upload.year,
        upload.round_id,
        upload.round and upload.round.period_until,
        upload.format,
        upload.chosen_sheet,
        sorted((row, sorted(cells.items())) for row, cells in upload.edits.items()),
        sorted(upload.answers.items(), key=str),
        sorted(process.headings_of(upload.organisation, upload.format).items()),
        sorted(edits_of(base_versions(upload.organisation)).items()),
        rule,
        sorted(CheckPolicy.softened_at(timezone.now())),
        [_newest(model) for model in (SubmissionEvent, Ruling, PriceLimit, SegmentTable, Project)],
        list(
            Organisation.objects.order_by("pk").values_list(
                "pk", "name", "slug", "kind", "cbs_code", "l_number", "party_from", "party_until",
                "successor",
            )
        ),
        list(FormerName.objects.order_by("pk").values_list("organisation", "name", "code")),
        _code(),
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _key(upload: Upload) -> str:
    return f"outcome:{upload.reference}"


def _newest(model: type[Model]) -> dict[str, Any]:
    """Of tables that are added to and never changed: the last row, and how many there are."""
    return model._default_manager.aggregate(last=Max("pk"), rows=Count("pk"))


@once
def _code() -> str:
    """When the checks were last changed: a new version of the portal reads files anew."""
    folders = (*intake.__path__, str(Path(difference_page.__file__).parent))
    files = (path for folder in folders for path in Path(folder).glob("*.py"))
    return str(max(path.stat().st_mtime_ns for path in files))


def _lay(upload: Upload, checked: Checked, rule: Rule) -> Laid:
    understood = process.summary(checked, rule)
    problems = tuple(checked.problems)
    if not checked.accepted:
        return Laid(understood, problems)
    word = word_of(upload.answers)
    bases = base_versions(upload.organisation)
    answered, asked = lay_with(upload, checked, word)
    shown = difference(
        answered,
        asked,
        stored_lines(bases.values()),
        word=word,
        rule=rule,
        names=dict(Organisation.objects.municipalities().values_list("slug", "name")),
        year=upload.year,
    )
    stays = word.stays_for(answered.missing_for_sure)
    given = answers_given(answered.lines(stays), process.filing_of(upload, checked, by=None))
    return Laid(
        understood,
        problems,
        difference=shown,
        expected=expected_text(edits_of(bases)),
        open_questions=tuple(
            (name, text) for name, text in QUESTIONS.items() if given[name] == Answer.UNANSWERED
        ),
        word=word,
    )


def expected_text(edits: Mapping[int, int]) -> str:
    """The state of the answers as a hidden field carries it: "12:0 15:3"."""
    return " ".join(f"{pk}:{edit}" for pk, edit in sorted(edits.items()))
