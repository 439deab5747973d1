"""What the result page of an upload shows: what was understood, problems, the difference."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from housing import access
from housing.counting import Rule
from housing.difference import NO_WORD, Difference, Word
from housing.intake import process
from housing.intake.problems import Group, grouped
from housing.intake.queue import is_broken_off
from housing.intake.rows import Problem, Severity
from housing.laid import laid_of
from housing.mending import CAN_CHANGE, MendedCell, MendField, fields_for, mended_of
from housing.models import Claim, CountingRule, Submission, Upload, User
from housing.wording import dutch_number, homes, rows

MOST_CELLS = 50
FORMATS = {"template": "ons sjabloon", "woz": "de WOZ-bezitstabel"}


@dataclass(frozen=True, slots=True)
class ToldCell:
    """A problem in one cell, with the input to mend it, and where one may read more."""

    problem: Problem
    field: MendField | None = None
    link: str = ""

    @property
    def advice(self) -> str:
        """What to do here, without the title that stands above."""
        return self.problem.message.removeprefix(f"{self.problem.title}. ")


@dataclass(frozen=True, slots=True)
class Told:
    """One kind of problem as the page tells it: at most `MOST_CELLS` of its cells and how many
    more. `advice` is "" where every cell has its own, which then stands beside it."""

    title: str
    advice: str
    cells: tuple[ToldCell, ...]
    count: int
    has_homes: bool
    can_mend: bool
    has_links: bool

    @property
    def more(self) -> int:
        return self.count - len(self.cells)


def told(
    group: Group, fields: Mapping[int, MendField], links: Mapping[str, str], first: int
) -> Told:
    """The group for the page; `first` is the place of its first problem among all errors."""
    one_advice = len({problem.message for problem in group.problems}) == 1
    cells = tuple(
        ToldCell(problem, fields.get(first + place), links.get(problem.about, ""))
        for place, problem in enumerate(group.problems[:MOST_CELLS])
    )
    return Told(
        title=group.title,
        advice=group.advice if one_advice else "",
        cells=cells,
        count=len(group.problems),
        has_homes=any(cell.problem.homes for cell in cells),
        can_mend=any(cell.field for cell in cells),
        has_links=any(cell.link for cell in cells),
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything about one upload. `difference` and `expected` only while it waits for
    confirmation; `open_questions` are the kinds of change it says nothing of; `mendable` is the
    number of cells that can be mended on the page, `mended` those that were."""

    upload: Upload
    understood: Mapping[str, Any]
    errors: tuple[Told, ...]
    warnings: tuple[Told, ...]
    cells: int
    rule: Rule
    same_file: Upload | None
    mendable: int = 0
    mended: tuple[MendedCell, ...] = ()
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
    def only_cells(self) -> bool:
        """Whether all that stops the file is in cells, and nothing about the file as a whole."""
        firsts = [group.cells[0].problem for group in self.errors]
        return all(problem.row and problem.code != "column_missing" for problem in firsts)

    @property
    def what_is_left(self) -> str:
        """Herstel nog 3 cellen; Los nog 1 zaak op."""
        if self.only_cells:
            return f"Herstel nog {cells_text(self.cells)}"
        return f"Los nog {dutch_number(self.cells)} {'zaak' if self.cells == 1 else 'zaken'} op"

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
            return f"{read}. {self.what_is_left}"
        if self.upload.status == status.PROCESSED:
            return f"{read}. Dit bestand is verwerkt"
        if self.upload.status == status.UNDONE:
            return f"{read}. De opgave met dit bestand is ingetrokken"
        return f"{read}. Klopt dit?"


def cells_text(count: int) -> str:
    """1 cel, 3 cellen."""
    return f"{dutch_number(count)} {'cel' if count == 1 else 'cellen'}"


def outcome_of(upload: Upload, user: User) -> Outcome:
    """What may still change as it is now; tell the rest as it was kept."""
    rule = CountingRule.rule_at(timezone.now())
    if upload.status not in CAN_CHANGE or not upload.file:
        problems = [process.problem_of(kept) for kept in upload.problems]
        return _told(upload, upload.outcome, problems, rule, user)
    try:
        laid = laid_of(upload, rule)
    except FileNotFoundError:
        problems = [process.problem_of(kept) for kept in upload.problems]
        return _told(upload, upload.outcome, problems, rule, user)
    return _told(
        upload,
        laid.understood,
        laid.problems,
        rule,
        user,
        difference=laid.difference,
        expected=laid.expected,
        open_questions=laid.open_questions,
        word=laid.word,
    )


def _told(
    upload: Upload,
    understood: Mapping[str, Any],
    problems: Sequence[Problem],
    rule: Rule,
    user: User,
    **more: Any,
) -> Outcome:
    groups = grouped(problems)
    errors = [group for group in groups if group.severity is Severity.ERROR]
    warnings = [group for group in groups if group.severity is not Severity.ERROR]
    shown = [problem for group in errors for problem in group.problems]
    can_mend = bool(upload.file) and upload.status in CAN_CHANGE
    fields = fields_for(upload, shown) if can_mend else {}
    links = links_for(user, warnings)
    firsts = accumulate((len(group.problems) for group in errors), initial=0)
    return Outcome(
        upload=upload,
        understood=understood,
        errors=tuple(
            told(group, fields, links, first) for group, first in zip(errors, firsts, strict=False)
        ),
        warnings=tuple(told(group, {}, links, 0) for group in warnings),
        cells=sum(len(group.problems) for group in errors),
        mendable=len(fields),
        mended=tuple(mended_of(upload)),
        rule=rule,
        same_file=process.same_file_before(upload) if upload.received_sha256 else None,
        **more,
    )


def links_for(user: User, groups: Iterable[Group]) -> dict[str, str]:
    """Where this reader may read what the shown problems are about: the claim page where both
    sides are open to her, else the other version, else nowhere."""
    abouts = {problem.about for group in groups for problem in group.problems[:MOST_CELLS]} - {""}
    if not abouts:
        return {}
    keys: dict[str, set[int]] = {"claim": set(), "version": set()}
    for about in abouts:
        kind, _, pk = about.partition(":")
        keys[kind].add(int(pk))
    rival = Claim.objects.filter(lost_to=OuterRef("pk"), until=None)
    claims = Claim.objects.filter(pk__in=keys["claim"]).values_list("pk", "submission")
    disputed = Claim.objects.filter(access.readable_claims(user), pk__in=keys["claim"], until=None)
    both_sides = disputed.filter(Q(lost_to__isnull=False) | Exists(rival))
    known = dict(claims)
    open_claims = set(both_sides.values_list("pk", flat=True)) if known else set()
    versions = Submission.objects.visible_to(user).filter(
        pk__in=keys["version"] | set(known.values())
    )
    readable = set(versions.values_list("pk", flat=True))
    links = {f"claim:{pk}": reverse("housing:claim", args=[pk]) for pk in open_claims}
    for about, version in [
        *((f"claim:{pk}", version) for pk, version in known.items()),
        *((f"version:{pk}", pk) for pk in keys["version"]),
    ]:
        if version in readable:
            links.setdefault(about, reverse("housing:submission", args=[version]))
    return links


def expected_of(text: str) -> dict[int, int]:
    """The state that a hidden field carried; what can't be read is no state that still holds."""
    try:
        pairs = (pair.split(":") for pair in text[:2000].split())
        return {int(pk): int(edit) for pk, edit in pairs}
    except ValueError:
        return {0: 0}
