"""How every organisation's answer for every year stands, and what is to be done about it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.utils import timezone

from housing.deadlines import HANDED_IN, Window, windows_of
from housing.models import Organisation, Round, Submission
from housing.wording import dutch_date, listed

Status = Submission.Status
# Status of the newest standing version -> code of the state badge, and its word.
STATES = {
    Status.CONCEPT: ("draft", "concept"),
    Status.SUBMITTED: ("provisional", "ingediend"),
    Status.RETURNED: ("returned", "teruggestuurd"),
    Status.ACCEPTED: ("settled", "vastgesteld"),
}
MISSING = ("missing", "nog niet opgegeven")


@dataclass(frozen=True, slots=True)
class YearAnswer:
    """One organisation's answer for one calendar year; `newest` is its last standing version."""

    organisation: Organisation
    round: Round
    newest: Submission | None
    today: date
    window: Window

    @property
    def year(self) -> int:
        return self.round.year

    @property
    def state(self) -> str:
        """Code of the badge."""
        return STATES[Status(self.newest.status)][0] if self.newest else MISSING[0]

    @property
    def state_text(self) -> str:
        return STATES[Status(self.newest.status)][1] if self.newest else MISSING[1]

    @property
    def is_open(self) -> bool:
        """Whether this party may report on it today."""
        return self.window.allows(
            self.today, handed_in=self.newest is not None and self.newest.status in HANDED_IN
        )

    @property
    def is_partial(self) -> bool:
        """Whether the year is over and the answer does not reach its end."""
        over = self.today > date(self.year, 12, 31)
        return self.newest is not None and over and not self.newest.is_complete

    @property
    def due_text(self) -> str:
        """By when, in words; says plainly when nobody fixed a day."""
        return self.window.in_words(self.today)

    @property
    def todo(self) -> str:
        """What is to be done next; "" when nothing is."""
        if self.newest is None:
            return "Geef op wat er is opgeleverd, of dat er niets was."
        if self.newest.status == Status.RETURNED:
            return "Lees waarom deze opgave terugkwam, verbeter haar en dien opnieuw in."
        if self.newest.status == Status.CONCEPT:
            return "Controleer uw concept en dien het in."
        if self.is_partial:
            until = dutch_date(self.newest.covers_until)
            return f"U gaf op tot en met {until}. Vul aan tot en met 31 december {self.year}."
        return ""


def year_answers(organisations: Iterable[Organisation]) -> list[YearAnswer]:
    """The answers of `organisations` for every year whose round has begun, newest year first;
    each year asks those that are a party at its end (NUMBERS 10)."""
    today = timezone.localdate()
    wanted = list(organisations)
    newest = _newest_versions(wanted)
    rounds: dict[int, Round] = {}
    for round_ in Round.objects.order_by("period_until"):
        rounds[round_.year] = round_  # the longest period of a year
    windows = windows_of(rounds.values(), wanted)
    return [
        YearAnswer(
            organisation,
            rounds[year],
            newest.get((organisation.pk, year)),
            today,
            windows[rounds[year].pk, organisation.pk],
        )
        for year in sorted(rounds, reverse=True)
        for organisation in wanted
        if _is_party(organisation, year)
        and (
            windows[rounds[year].pk, organisation.pk].opens_on <= today
            or (organisation.pk, year) in newest
            or rounds[year].period_from <= today
        )
    ]


def reporting_heading(answers: Iterable[YearAnswer]) -> str:
    """What an organisation owes, in a sentence: returned first, then missing, then concepts."""
    found = list(answers)
    for state, one, several in (
        ("returned", "Uw opgave over {} is teruggestuurd", "Uw opgaven over {} zijn teruggestuurd"),
        ("missing", "U moet nog opgeven over {}", "U moet nog opgeven over {}"),
        ("draft", "Uw opgave over {} is nog niet ingediend",
         "Uw opgaven over {} zijn nog niet ingediend"),
    ):  # fmt: skip
        years = sorted({answer.year for answer in found if answer.state == state})
        if years:
            return (one if len(years) == 1 else several).format(listed(years))
    partial = sorted({answer.year for answer in found if answer.is_partial})
    if partial:
        return f"Uw opgave over {listed(partial)} is nog niet compleet"
    return "U hebt alles opgegeven" if found else "Er is nog geen ronde waarover u opgeeft"


def coordinator_heading(answers: Iterable[YearAnswer]) -> str:
    """How many answers are still missing over the years that ask for one."""
    found = list(answers)
    missing = [answer for answer in found if answer.state in ("missing", "returned")]
    if not found:
        return "Er is nog geen ronde gemaakt"
    if not missing:
        return "Alle corporaties hebben opgegeven"
    per_year: dict[int, int] = defaultdict(int)
    for answer in missing:
        per_year[answer.year] += 1
    parts = [f"{count} over {year}" for year, count in sorted(per_year.items())]
    count = len(missing)
    verb = "ontbreekt" if count == 1 else "ontbreken"
    return f"Er {verb} nog {count} {'opgave' if count == 1 else 'opgaven'}: {listed(parts)}"


def _newest_versions(organisations: list[Organisation]) -> dict[tuple[int, int], Submission]:
    newest: dict[tuple[int, int], Submission] = {}
    versions = Submission.objects.standing().filter(organisation__in=organisations)
    handed_in = versions.annotate(last_event=Max("events__known_from"))
    for version in handed_in.select_related("organisation").order_by("number"):
        newest[version.organisation_id, version.year] = version
    return newest


def _is_party(organisation: Organisation, year: int) -> bool:
    last_day = date(year, 12, 31)
    begun = organisation.party_from is None or organisation.party_from <= last_day
    return begun and (organisation.party_until is None or organisation.party_until > last_day)
