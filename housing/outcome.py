"""What the result page of an upload shows: what was understood, problems, the difference."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from housing.codes import Answer
from housing.confirming import lay_with
from housing.counting import Rule
from housing.difference import NO_WORD, Difference, Word, difference
from housing.forms import QUESTIONS, word_of
from housing.intake import process
from housing.intake.problems import Group, grouped
from housing.intake.queue import is_broken_off
from housing.intake.rows import Problem, Severity
from housing.intake.storing import answers_given, base_versions, edits_of, stored_lines
from housing.models import CountingRule, Organisation, Upload
from housing.wording import dutch_number, homes, rows

MOST_CELLS = 50
FORMATS = {"template": "ons sjabloon", "woz": "de WOZ-bezitstabel"}


@dataclass(frozen=True, slots=True)
class Told:
    """One kind of problem as the page tells it: at most `MOST_CELLS` of its cells and how many
    more. `advice` is "" where every cell has its own, which then stands beside it."""

    title: str
    advice: str
    cells: tuple[Problem, ...]
    count: int
    has_homes: bool

    @property
    def more(self) -> int:
        return self.count - len(self.cells)


def told(group: Group) -> Told:
    """The group for the page."""
    one_advice = len({problem.message for problem in group.problems}) == 1
    return Told(
        title=group.title,
        advice=group.advice if one_advice else "",
        cells=group.problems[:MOST_CELLS],
        count=len(group.problems),
        has_homes=any(problem.homes for problem in group.problems[:MOST_CELLS]),
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything about one upload. `difference` and `expected` only while it waits for
    confirmation; `open_questions` are the kinds of change it says nothing of."""

    upload: Upload
    understood: Mapping[str, Any]
    errors: tuple[Told, ...]
    warnings: tuple[Told, ...]
    cells: int
    rule: Rule
    same_file: Upload | None
    difference: Difference | None = None
    expected: str = ""
    open_questions: tuple[tuple[str, str], ...] = ()
    word: Word = NO_WORD

    @property
    def is_reading(self) -> bool:
        """Whether an outcome is still to come."""
        unfinished = (Upload.Status.RECEIVED, Upload.Status.READ)
        return self.upload.status in unfinished and not self.is_broken_off

    @property
    def is_broken_off(self) -> bool:
        return is_broken_off(self.upload)

    @property
    def format_text(self) -> str:
        return FORMATS.get(self.upload.format, "")

    @property
    def not_counted(self) -> int:
        """Added homes that the rule does not count."""
        return sum(self.understood.get("not_counted", {}).values())

    @property
    def is_recognised(self) -> bool:
        return bool(self.upload.format)

    @property
    def heading(self) -> str:
        """The answer: what was read and what is still to be done."""
        status = Upload.Status
        if self.is_reading:
            return "Wij lezen uw bestand"
        if self.is_broken_off:
            return "Het lezen van dit bestand is afgebroken"
        if not self.is_recognised:
            return "Dit bestand kunnen we niet gebruiken"
        read = f"We lazen {rows(self.understood.get('rows', 0))}"
        if found := self.understood.get("homes"):
            read += f" met {homes(found)}"
        if self.errors:
            return f"{read}. Herstel nog {cells_text(self.cells)}"
        if self.upload.status == status.PROCESSED:
            return f"{read}. Dit bestand is verwerkt"
        if self.upload.status == status.UNDONE:
            return f"{read}. De opgave met dit bestand is ingetrokken"
        return f"{read}. Klopt dit?"


def cells_text(count: int) -> str:
    """1 cel, 3 cellen."""
    return f"{dutch_number(count)} {'cel' if count == 1 else 'cellen'}"


def outcome_of(upload: Upload) -> Outcome:
    """Read again what waits for confirmation; tell the rest as it was kept."""
    rule = CountingRule.rule_at(timezone.now())
    if upload.status == Upload.Status.WAITING and upload.file:
        return _waiting(upload, rule)
    problems = [process.problem_of(kept) for kept in upload.problems]
    return _told(upload, upload.outcome, problems, rule)


def _waiting(upload: Upload, rule: Rule) -> Outcome:
    checked = process.reread(upload)
    understood = process.summary(checked, rule)
    if not checked.accepted:
        # What could be stored yesterday cannot any more: the year's parties or limits changed.
        return _told(upload, understood, checked.problems, rule)
    word = word_of(upload.answers)
    bases = base_versions(upload.organisation)
    answered, asked = lay_with(upload, checked, word)
    shown = difference(
        answered,
        asked,
        stored_lines(bases.values()),
        word=word,
        rule=rule,
        names=_municipality_names(),
        file_format=checked.format,
        year=upload.year,
    )
    stays = word.stays_for(answered.missing)
    given = answers_given(answered.lines(stays), process.filing_of(upload, checked, by=None))
    return _told(
        upload,
        understood,
        checked.problems,
        rule,
        difference=shown,
        expected=expected_text(edits_of(bases)),
        open_questions=tuple(
            (name, text) for name, text in QUESTIONS.items() if given[name] == Answer.UNANSWERED
        ),
        word=word,
    )


def _told(
    upload: Upload,
    understood: Mapping[str, Any],
    problems: list[Problem],
    rule: Rule,
    **more: Any,
) -> Outcome:
    groups = grouped(problems)
    errors = [group for group in groups if group.severity is Severity.ERROR]
    return Outcome(
        upload=upload,
        understood=understood,
        errors=tuple(map(told, errors)),
        warnings=tuple(told(each) for each in groups if each.severity is not Severity.ERROR),
        cells=sum(len(group.problems) for group in errors),
        rule=rule,
        same_file=process.same_file_before(upload) if upload.received_sha256 else None,
        **more,
    )


def expected_text(edits: Mapping[int, int]) -> str:
    """The state of the answers as a hidden field carries it: "12:0 15:3"."""
    return " ".join(f"{pk}:{edit}" for pk, edit in sorted(edits.items()))


def expected_of(text: str) -> dict[int, int]:
    """The state that a hidden field carried; what can't be read is no state that still holds."""
    try:
        pairs = (pair.split(":") for pair in text[:2000].split())
        return {int(pk): int(edit) for pk, edit in pairs}
    except ValueError:
        return {0: 0}


def _municipality_names() -> dict[str, str]:
    return dict(Organisation.objects.municipalities().values_list("slug", "name"))
