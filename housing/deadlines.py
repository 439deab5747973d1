"""When a round is open for a party: its own last day, an extension, the later end of corrections.

A day counts whole, in Europe/Amsterdam: a round opens at the first moment of its opening day and
closes after the last moment of its closing day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils import timezone

from housing.models import Extension, Organisation, Round, RoundTerm, Submission
from housing.wording import dutch_date

Status = Submission.Status
# Whoever handed something in may still mend it after new entries have ended.
HANDED_IN = (Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED, Status.SUPERSEDED)


class Stage(StrEnum):
    """What a party can do on a day."""

    BEFORE = "before"
    OPEN = "open"
    CORRECTIONS = "corrections"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when one party may report in a round. None: no day was fixed."""

    opens_on: date
    closes_on: date | None = None
    corrections_until: date | None = None
    extended_until: date | None = None

    @property
    def last_day(self) -> date | None:
        """The last day for new entries, an extension included; None when it never ends."""
        if self.closes_on is None or self.extended_until is None:
            return self.closes_on
        return max(self.closes_on, self.extended_until)

    @property
    def last_day_to_mend(self) -> date | None:
        """The last day for corrections, never before that for new entries."""
        if self.last_day is None or self.corrections_until is None:
            return self.last_day
        return max(self.last_day, self.corrections_until)

    def stage(self, day: date) -> Stage:
        """What can be done on `day`."""
        if day < self.opens_on:
            return Stage.BEFORE
        if self.last_day is None or day <= self.last_day:
            return Stage.OPEN
        if self.last_day_to_mend is not None and day <= self.last_day_to_mend:
            return Stage.CORRECTIONS
        return Stage.CLOSED

    def allows(self, day: date, *, handed_in: bool) -> bool:
        """Whether a party may report on `day`: anything while it is open, a correction of what
        it handed in a while longer."""
        stage = self.stage(day)
        return stage == Stage.OPEN or (stage == Stage.CORRECTIONS and handed_in)

    def days_left(self, day: date) -> int | None:
        """Days until the last one, 0 on that day, negative after it; None without a last day."""
        return None if self.last_day is None else (self.last_day - day).days

    def in_words(self, day: date) -> str:
        """By when, as people say it: "Uiterlijk 1 maart 2027, over 14 dagen."."""
        last = self.last_day
        if day < self.opens_on:
            return f"De ronde opent op {dutch_date(self.opens_on)}."
        if last is None:
            return "Er is nog geen einddatum vastgesteld."
        left = (last - day).days
        more = " U kreeg uitstel." if self.extended_until and last == self.extended_until else ""
        if left > 1:
            return f"Uiterlijk {dutch_date(last)}, over {left} dagen.{more}"
        if left >= 0:
            return f"Uiterlijk {dutch_date(last)}, {'morgen' if left else 'vandaag'}.{more}"
        mend = self.last_day_to_mend
        if mend is not None and day <= mend:
            return (
                f"Gesloten sinds {dutch_date(last)}; verbeteren kan tot en met {dutch_date(mend)}."
            )
        return f"De ronde is gesloten sinds {dutch_date(last)}."


def window_of(round_: Round, organisation: Organisation) -> Window:
    """The window of one party in one round, in two queries."""
    return windows_of([round_], [organisation])[round_.pk, organisation.pk]


def windows_of(
    rounds: Iterable[Round], organisations: Iterable[Organisation]
) -> dict[tuple[int, int], Window]:
    """The windows of parties in rounds, by (round, organisation), in two queries for all."""
    asked, parties = list(rounds), list(organisations)
    terms: dict[tuple[int, str], RoundTerm] = {
        (term.round_id, term.party_kind): term for term in RoundTerm.objects.filter(round__in=asked)
    }
    extended: dict[tuple[int, int], date] = {}
    found = Extension.objects.filter(round__in=asked, organisation__in=parties)
    for round_id, organisation_id, until in found.values_list("round", "organisation", "until"):
        key = (round_id, organisation_id)
        extended[key] = max(until, extended.get(key, until))
    return {
        (round_.pk, party.pk): _window(
            round_, terms.get((round_.pk, party.kind)), extended.get((round_.pk, party.pk))
        )
        for round_ in asked
        for party in parties
    }


def _window(round_: Round, term: RoundTerm | None, extended: date | None) -> Window:
    closes, mend = round_.closes_on, round_.corrections_until
    if term is not None and term.closes_on is not None:
        closes, mend = term.closes_on, term.corrections_until or mend
    return Window(round_.opens_on or round_.period_from, closes, mend, extended)


def has_handed_in(organisation: Organisation, year: int) -> bool:
    """Whether a party ever handed in an answer for `year` that still says something."""
    versions = Submission.objects.filter(organisation=organisation, year=year)
    return versions.filter(status__in=HANDED_IN).exists()


def may_enter_now(round_: Round, organisation: Organisation, day: date | None = None) -> bool:
    """Whether the round lets this party report today."""
    window, today = window_of(round_, organisation), day or timezone.localdate()
    if window.stage(today) != Stage.CORRECTIONS:
        return window.allows(today, handed_in=False)
    return has_handed_in(organisation, round_.year)


def working_days_before(last_day: date, count: int) -> date:
    """The day that lies `count` working days (Monday to Friday) before `last_day`.

    Public holidays are not known here: a reminder a day early does no harm.
    """
    day = last_day
    while count > 0:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day
