"""What somebody finds when she comes in: what she owes, by when, what came back, what is new."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from housing import access
from housing.deadlines import Stage, Window, windows_of
from housing.models import (
    Comment,
    Confirmation,
    Organisation,
    Part,
    Round,
    Seen,
    Submission,
    SubmissionEvent,
    User,
)
from housing.rounds import OWED, current_round, shown, table_of, why_closed
from housing.said_at import Pointed, said_at
from housing.talk import is_new, seen_by
from housing.wording import dutch_date

SUBJECT = "start"
MOST_NEWS = 8
MOST_UNREAD = 50
Status = Submission.Status
_TODO = {
    Part.Kind.COMPLETIONS: "Geef op wat er is opgeleverd, verkocht en gesloopt",
    Part.Kind.CONFIRMATIONS: "Bekijk of de cijfers van de corporaties kloppen",
    Part.Kind.OWN_FIGURES: "Vul uw eigen cijfers in",
    Part.Kind.STATEMENTS: "Schrijf hoe het staat met uw afspraken",
}
_AGAIN = {
    Part.State.DRAFT: "U bent begonnen.",
    Part.State.RETURNED: "De coördinator stuurde dit terug.",
}


@dataclass(frozen=True, slots=True)
class Task:
    """One part of a round that a party was asked: what, how far, where to go."""

    part: Part
    title: str
    text: str
    address: str
    state: str
    word: str
    owed: bool

    @property
    def share(self) -> str:
        """How much of it is done, as a width of the bar."""
        if self.part.of < 2:
            return ""
        return f"{100 * min(self.part.done, self.part.of) // self.part.of}%"


@dataclass(frozen=True, slots=True)
class Returned:
    """An answer that came back: why, what was said at its rows and figures, where to mend it."""

    event: SubmissionEvent
    said: tuple[Pointed, ...]
    address: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What one organisation owes in the running round, and by when."""

    organisation: Organisation
    round: Round
    window: Window
    when: str
    tasks: tuple[Task, ...]
    returned: tuple[Returned, ...]
    disputes: tuple[Confirmation, ...]

    @property
    def below_heading(self) -> str:
        """By when, below a heading that already names the day."""
        last = self.window.last_day
        if last is None or not self.when.startswith("Uiterlijk"):
            return self.when
        if self.owed:
            return self.when.replace(f"Uiterlijk {dutch_date(last)}, ", "Dat is ")
        return f"De ronde loopt voor u tot en met {dutch_date(last)}."

    @property
    def owed(self) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.owed)

    @property
    def done(self) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if not task.owed)


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened since somebody last looked."""

    at: datetime
    text: str
    address: str


def desks_of(user: User, today: date | None = None) -> list[Desk]:
    """What each of one's own organisations owes in the running round; a handful of queries."""
    day = today or timezone.localdate()
    running = current_round(day)
    if running is None:
        return []
    own = access.own_organisations(user, roles=access.ENTERING)
    parts = list(
        Part.objects.filter(round=running, organisation__in=own)
        .select_related("organisation", "round")
        .order_by("organisation__name", "pk")
    )
    parties = {part.organisation_id: part.organisation for part in parts}
    windows = windows_of([running], parties.values())
    returned = _returned(parties, user)
    disputes = _disputes(parties)
    order = list(Part.Kind.values)
    return [
        Desk(
            party,
            running,
            windows[running.pk, pk],
            why_closed(windows[running.pk, pk], day) or windows[running.pk, pk].in_words(day),
            tuple(
                _task(part, windows[running.pk, pk], day)
                for part in sorted(parts, key=lambda part: order.index(part.kind))
                if part.organisation_id == pk
            ),
            tuple(each for each in returned if each.event.submission.organisation_id == pk),
            tuple(
                word
                for word in disputes
                if pk in (word.municipality_id, word.submission.organisation_id)
            ),
        )
        for pk, party in parties.items()
    ]


def _task(part: Part, window: Window, day: date) -> Task:
    state, word, count = shown(part, window, day)
    owed = part.state in OWED
    text = _AGAIN.get(Part.State(part.state), "")
    if count:
        text = f"{count} gedaan. {text}".strip()
    args = [part.organisation.slug, part.round.year]
    return Task(
        part,
        _TODO[Part.Kind(part.kind)],
        text,
        reverse(part.url_name, args=args),
        "missing" if state == Part.State.NOT_SUBMITTED else state,
        word,
        owed,
    )


def _returned(parties: Iterable[int], user: User) -> list[Returned]:
    """Answers that came back and were not handed in again, the newest first, each with what was
    said at its rows and figures."""
    again = Submission.objects.filter(
        organisation=OuterRef("submission__organisation"),
        year=OuterRef("submission__year"),
        number__gt=OuterRef("submission__number"),
    ).exclude(status__in=(Status.CONCEPT, Status.WITHDRAWN))
    events = (
        SubmissionEvent.objects.filter(
            ~Exists(again),
            submission__organisation__in=list(parties),
            submission__status=Status.RETURNED,
            status=Status.RETURNED,
        )
        .select_related("submission__organisation", "submission__round")
        .order_by("-known_from")
    )
    return [_came_back(event, user) for event in events]


def _came_back(event: SubmissionEvent, user: User) -> Returned:
    version = event.submission
    party, year = version.organisation, version.year
    # Whoever began to mend it goes on in the concept.
    now = Submission.objects.of(party, year).standing().first() or version
    said = said_at(party, year, now, user).items
    address = reverse("housing:submission", args=[now.pk])
    if party.kind == Organisation.Kind.MUNICIPALITY and version.round_id is not None:
        address = reverse("entry:entry", args=[party.slug, year])
    return Returned(event, said, address)


def _disputes(parties: Iterable[int]) -> list[Confirmation]:
    wanted = list(parties)
    return list(
        Confirmation.objects.filter(disputes=True, settled_at=None, submission__counts=True)
        .filter(Q(municipality__in=wanted) | Q(submission__organisation__in=wanted))
        .select_related("municipality", "submission__organisation")
        .order_by("-known_from")
    )


def heading_of(desks: Iterable[Desk]) -> str:
    """The answer: how many things somebody must still do, and by when."""
    found = list(desks)
    owed = [task for desk in found for task in desk.owed]
    questions = len({word.pk for desk in found for word in desk.disputes})
    asks = ""
    if questions:
        asks = f"{questions} {'betwisting' if questions == 1 else 'betwistingen'} oplossen"
    if not found:
        return "U hoeft nu niets te doen"
    if not owed:
        return f"U moet nog {asks}" if asks else "U bent klaar met deze ronde"
    today = timezone.localdate()
    if all(desk.window.stage(today) == Stage.CLOSED for desk in found if desk.owed):
        what = "1 ding is" if len(owed) == 1 else f"{len(owed)} dingen zijn"
        told = f"De ronde is gesloten: {what} niet ingediend"
        return f"{told}, en u moet nog {asks}" if asks else told
    things = f"{len(owed)} {'ding' if len(owed) == 1 else 'dingen'} doen"
    told = f"U moet nog {things}{f' en {asks}' if asks else ''}"
    days = {desk.window.last_day for desk in found if desk.owed}
    last = min(filter(None, days), default=None)
    if last is not None and last >= today:
        return f"{told}, uiterlijk {dutch_date(last)}"
    return told


def unread_of(user: User, *, told: Iterable[int] = ()) -> list[Comment]:
    """Comments that somebody has not read yet, the newest first: to her organisation or naming
    it, about its figures, or where it spoke before; for the coordinator also what was said to
    everybody. Without those `told` elsewhere on the page."""
    own = access.own_organisations(user)
    wanted = Q(to__in=own) | Q(mentions__in=own) | Q(about__in=own)
    wanted |= Q(subject__in=_followed(user))
    if access.is_coordinator(user):
        wanted |= Q(to=None)
    mine = (
        Comment.objects.visible_to(user)
        .exclude(author=user)
        .exclude(pk__in=list(told))
        .filter(wanted)
        .select_related("organisation", "author")
        .distinct()
    )
    found = list(mine.order_by("-at", "-pk")[:MOST_UNREAD])
    seen = seen_by(user, {each.subject for each in found})
    return [each for each in found if is_new(each, user, seen)]


def _followed(user: User) -> list[str]:
    """Subjects on which somebody's organisation said something before."""
    own = access.own_organisations(user)
    said = Comment.objects.filter(Q(organisation__in=own) | Q(author=user))
    return list(said.order_by().values_list("subject", flat=True).distinct())


def unread_heading(unread: Sequence[Comment]) -> str:
    """How many comments are new: the answer for whoever owes nothing."""
    count = len(unread)
    return f"{count} {'nieuwe opmerking' if count == 1 else 'nieuwe opmerkingen'} voor u"


def news_of(user: User, since: datetime | None) -> list[News]:
    """What happened to versions somebody may read since she last looked, newest first."""
    own = access.own_organisations(user)
    events = (
        SubmissionEvent.objects.exclude(status=Status.CONCEPT)
        .filter(submission__in=Submission.objects.visible_to(user))
        .select_related("submission__organisation")
    )
    places = access.own_municipalities(user)
    if not access.is_coordinator(user):
        concerned = Q(submission__organisation__in=own)
        if places:
            concerned |= Q(submission__rows__municipality__in=places)
        events = events.filter(concerned).distinct()
    if since is not None:
        events = events.filter(recorded_at__gt=since)
    return [
        News(
            event.known_from,
            f"{event.submission.organisation} {event.submission.year}: "
            f"{event.get_status_display()}",
            reverse("housing:submission", args=[event.submission_id]),
        )
        for event in events.exclude(actor=user).order_by("-known_from", "-pk")[:MOST_NEWS]
    ]


def last_visit(user: User, now: datetime) -> datetime | None:
    """When somebody looked last; remembers that she looks now."""
    seen, made = Seen.objects.get_or_create(user=user, subject=SUBJECT, defaults={"at": now})
    if made:
        return None
    before = seen.at
    Seen.objects.filter(pk=seen.pk).update(at=now)
    return before


def coordinator_desk() -> dict[str, Any]:
    """What waits for the coordinator in the running round."""
    running = current_round()
    waiting = Submission.objects.filter(status=Status.SUBMITTED).select_related("organisation")
    newest = waiting.annotate(since=Max("events__known_from")).order_by("since")
    groups = table_of(running) if running is not None else []
    return {
        "round": running,
        "waiting": list(newest),
        "groups": groups,
        "owing": [row.organisation for group in groups for row in group.rows if row.owes],
        "disputes": Confirmation.objects.filter(
            disputes=True, settled_at=None, submission__counts=True
        ).count(),
    }


def coordinator_heading(desk: dict[str, Any]) -> str:
    """The answer for the coordinator."""
    waiting, owing = len(desk["waiting"]), len(desk["owing"])
    if desk["round"] is None:
        return "Er is nog geen ronde begonnen"
    first = (
        "Er wacht niets op uw oordeel"
        if not waiting
        else f"{waiting} {'opgave wacht' if waiting == 1 else 'opgaven wachten'} op uw oordeel"
    )
    if not owing:
        return f"{first}; iedereen heeft ingediend"
    return f"{first}; {owing} {'partij moet' if owing == 1 else 'partijen moeten'} nog indienen"
