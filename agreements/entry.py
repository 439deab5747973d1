"""A municipality's entry of one round: its four parts together, how far each is, handing it in.

What corporations report (`housing.confirmations`), its own figures (`housing.municipal`), its
agreements (`agreements.statements`), and the overview from which it signs.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from agreements.access import can_hand_in_statements, can_state
from agreements.asked import asked_of
from agreements.owed import Line as Promise
from agreements.owed import Overview, overview_of
from agreements.statements import enterers, same_as_before, same_text, submit, waits_for_earlier
from housing import access, versions
from housing.confirmations import Row, rows_of, waiting_text
from housing.deadlines import Window, window_of
from housing.models import Organisation, Part, Round, Submission, SubmissionEvent, User
from housing.municipal import (
    Agreed,
    Checks,
    Line,
    answers_round,
    checks_of,
    concept_of,
    lines_of,
    standing_of,
)
from housing.rounds import why_closed
from housing.wording import listed

Status = Submission.Status


class EntryError(Exception):
    """The step does not fit how things stand now; the message says why, in Dutch."""


@dataclass(frozen=True, slots=True)
class Caution:
    """Something to look at before handing in; `key` says that she did."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One municipality and round, as somebody finds it: what the round does not ask isn't in it.

    `agreed` is what was agreed of the own figures, by the key of the field.
    """

    municipality: Organisation
    round: Round
    window: Window
    today: date
    may_enter: bool
    rows: tuple[Row, ...]
    version: Submission | None
    lines: tuple[Line, ...]
    overview: Overview
    states: bool
    agreed: Agreed
    came_back: SubmissionEvent | None = None

    # --- how far -----------------------------------------------------------------------

    @property
    def answers(self) -> bool:
        """Whether the newest version was handed in and answers this round."""
        found = self.version
        if found is None or found.status not in (Status.SUBMITTED, Status.ACCEPTED):
            return False
        return answers_round(found, self.round)

    @property
    def is_concept(self) -> bool:
        return self.version is not None and self.version.status == Status.CONCEPT

    @property
    def writes(self) -> bool:
        """Whether the figures are fields now, and not a text to read."""
        return self.may_enter and not self.answers

    @property
    def may_state(self) -> bool:
        """Whether answers to agreements can be written now: while the round is open for her, and
        while corrections are taken of what was handed in (`agreements.statements.is_open`)."""
        said = any(
            line.is_handed_in or (line.statement is not None and line.statement.number > 1)
            for line in self.overview.lines
        )
        return self.states and (
            self.window.allows(self.today, handed_in=False)
            or self.window.allows(self.today, handed_in=said)
        )

    @property
    def why_closed(self) -> str:
        """Why nothing can be entered; "" when it can."""
        if self.may_enter:
            return ""
        return why_closed(self.window, self.today) or "Voor deze gemeente is de ronde niet open."

    @property
    def checks(self) -> Checks:
        """What the figures still lack."""
        return checks_of(list(self.lines))

    @property
    def figures_done(self) -> int:
        return sum(line.is_done for line in self.lines)

    @property
    def rows_in(self) -> tuple[Row, ...]:
        """The corporations that answered: those she can look at."""
        return tuple(row for row in self.rows if row.is_in)

    @property
    def rows_done(self) -> int:
        return sum(row.is_answered for row in self.rows)

    @property
    def rows_unseen(self) -> tuple[Row, ...]:
        """Reported and never looked at: those she can say of all at once that they are right.
        What changed since she spoke, or is disputed, she looks at one by one."""
        return tuple(row for row in self.rows_in if not row.is_answered and not row.must_look_again)

    @property
    def disputed(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.is_disputed)

    @property
    def statements_of(self) -> int:
        """How many agreements this person answers here."""
        return self.overview.of if self.states else 0

    @property
    def done(self) -> int:
        """Questions answered, of all parts together."""
        stated = self.overview.done if self.states else 0
        return self.rows_done + self.figures_done + stated

    @property
    def of(self) -> int:
        """Questions that can be answered now."""
        return len(self.rows_in) + len(self.lines) + self.statements_of

    @property
    def number_of(self) -> dict[str, int]:
        """The parts that apply, numbered: what does not apply isn't there."""
        shown = [
            *(["corporations"] if self.rows else []),
            *(["figures"] if self.lines else []),
            *(["statements"] if self.statements_of else []),
            "overview",
        ]
        return {name: number for number, name in enumerate(shown, start=1)}

    @property
    def count_all(self) -> str:
        return f"{self.done} van {self.of}"

    @property
    def count_rows(self) -> str:
        if not self.rows_in:
            return "nog niets te bekijken"
        return f"{self.rows_done} van {len(self.rows_in)} bekeken"

    @property
    def count_figures(self) -> str:
        return f"{self.figures_done} van {len(self.lines)} ingevuld"

    @property
    def count_statements(self) -> str:
        return f"{self.overview.done} van {self.statements_of} beantwoord"

    @property
    def disputed_text(self) -> str:
        return f"{len(self.disputed)} betwist"

    @property
    def unexplained_text(self) -> str:
        count = len(self.checks.unexplained)
        return f"{count} {'toelichting' if count == 1 else 'toelichtingen'} nodig"

    @property
    def when(self) -> str:
        """By when, in words."""
        return self.window.in_words(self.today)

    @property
    def is_handed_in(self) -> bool:
        """Whether nothing waits to be handed in."""
        return (self.answers or not self.lines) and (
            not self.statements_of or self.overview.is_handed_in
        )

    @property
    def can_take_over(self) -> bool:
        """Whether last year said something that is still open now."""
        return any(line.before.is_answered and not line.now.is_answered for line in self.lines)

    @property
    def earlier_statements(self) -> tuple[Promise, ...]:
        """The agreements of which she can take over what was said before."""
        return waits_for_earlier(self.overview) if self.may_state else ()

    # --- handing in --------------------------------------------------------------------

    @property
    def lacks(self) -> tuple[tuple[str, str], ...]:
        """What stops handing in: (place on the page, sentence)."""
        found = []
        if self.lines and not self.answers:
            if count := len(self.checks.empty):
                what = "1 cijfer is" if count == 1 else f"{count} cijfers zijn"
                found.append(("deel2", f"{what} nog niet ingevuld. Weet u het niet? Kies "
                              "“niet bekend”."))  # fmt: skip
            for line in self.checks.unexplained:
                found.append((f"rij-{line.field.key}", f"{line.question}: schrijf hoe dat komt."))
        if self.states and (open_ := self.overview.incomplete):
            few = "1 afspraak is" if len(open_) == 1 else f"{len(open_)} afspraken zijn"
            found.append(("deel3", f"{few} nog niet compleet: {_numbers(open_)}."))
        return tuple(found)

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """What she has to have seen."""
        found = []
        if absent := [row for row in self.rows if not row.is_in]:
            found.append(
                Caution("wachten", f"{waiting_text(absent)} {_have(len(absent))} nog niet "
                        "opgegeven. U kunt dat later nog bekijken.")
            )  # fmt: skip
        if unsaid := [row for row in self.rows_in if not row.is_answered]:
            names = listed(row.organisation for row in unsaid)
            found.append(Caution("open", f"Van {names} zei u nog niet of het klopt."))
        if self.disputed:
            names = listed(row.organisation for row in self.disputed)
            found.append(
                Caution("betwist", f"U betwist wat {names} opgaf. Dat cijfer telt tot het is "
                        "opgelost.")
            )  # fmt: skip
        same = [line for line in self.lines if line.is_same and line.now.homes]
        if same and not self.answers:
            what = "1 cijfer is" if len(same) == 1 else f"{len(same)} cijfers zijn"
            found.append(Caution("zelfde", f"{what} gelijk aan {same[0].before_year}."))
        if self.states and (repeated := same_as_before(self.overview)):
            found.append(Caution("zelfde-afspraken", same_text(repeated)))
        return tuple(found)


def _numbers(promises: Collection[Promise]) -> str:
    """Their numbers, those of the local set apart: "3, 5 en lokaal 2"."""
    return listed(
        ("lokaal " if line.agreement.set.is_local else "") + line.agreement.number
        for line in promises
    )


def _have(count: int) -> str:
    return "heeft" if count == 1 else "hebben"


def entry_of(municipality: Organisation, round_: Round, user: User) -> Entry:
    """A municipality's entry of a round as `user` finds it; a fixed number of queries."""

    def asks(kind: Part.Kind) -> bool:
        return round_.asks(municipality.kind, kind)

    version = standing_of(municipality, round_.year)
    came_back = None
    if version is not None and version.status == Status.RETURNED:
        came_back = version.events.filter(status=Status.RETURNED).order_by("-known_from").first()
    elif version is not None and version.status == Status.CONCEPT:
        came_back = _reason_of(version)
    rows = tuple(rows_of(municipality, round_.year))
    agreed = asked_of(municipality, round_, rows)
    lines = lines_of(municipality, round_.year, version, agreed)
    return Entry(
        municipality,
        round_,
        window_of(round_, municipality),
        timezone.localdate(),
        access.may_report_in(user, municipality, round_),
        rows if asks(Part.Kind.CONFIRMATIONS) else (),
        version,
        tuple(lines) if asks(Part.Kind.OWN_FIGURES) else (),
        overview_of(municipality, round_),
        can_state(user, municipality) and asks(Part.Kind.STATEMENTS),
        agreed,
        came_back,
    )


def _reason_of(concept: Submission) -> SubmissionEvent | None:
    """Why there is a concept again: the version before it came back, or was reopened."""
    asked = SubmissionEvent.objects.filter(
        submission__organisation=concept.organisation_id, submission__year=concept.year
    ).exclude(comment="")
    last = (
        asked.filter(submission__number__gte=concept.number - 1).order_by("-known_from", "-pk")
    ).first()
    if last is None or last.status not in (Status.RETURNED, Status.CONCEPT):
        return None
    return last


def may_sign(user: User, entry: Entry) -> bool:
    """Whether somebody may hand in all that waits: the approver, and not the one who entered
    where the municipality wants two people."""
    figures = statements = True
    if entry.lines and entry.version is not None and not entry.answers:
        figures = access.submits_for(user, entry.version)
    if entry.states and entry.overview.concepts:
        written = enterers(entry.overview)
        statements = can_hand_in_statements(user, entry.municipality, written)
    return figures and statements


def who_signs(entry: Entry) -> str:
    """Who can hand in, in a sentence."""
    if not entry.municipality.enterer_may_submit:
        return f"Indienen doet een indiener van {entry.municipality} die niet zelf invulde."
    return f"Indienen doet een indiener van {entry.municipality}."


@transaction.atomic
def sign(entry: Entry, *, seen: Collection[str], by: User) -> None:
    """Hand in the figures and the statements together, or nothing.

    Looks again under the municipality's lock, so that of several at once one does it. Raises
    `EntryError` in Dutch when something is missing, was not seen, or is handed in already.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=entry.municipality.pk)
    now = entry_of(entry.municipality, entry.round, by)
    if now.is_handed_in:
        raise EntryError("Alles is al ingediend. Er is niets nieuws om in te dienen.")
    if not may_sign(by, now):
        raise EntryError(who_signs(now))
    if now.lacks:
        raise EntryError("Er is niets ingediend: het overzicht zegt wat er nog nodig is.")
    if missed := [each for each in now.warnings if each.key not in seen]:
        raise EntryError(f"Er is niets ingediend. Kruis eerst aan: {missed[0].text}")
    if now.lines and not now.answers and now.version is not None:
        # What came back and needs no change is handed in again as it was.
        by_whom = now.version.entered_by
        concept = concept_of(now.municipality, now.round.year, now.round, by_whom)
        if concept is not None:
            versions.submit(concept, actor=by)
    if now.states and now.overview.concepts:
        submit(now.municipality, now.round, by)
