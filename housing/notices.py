"""Messages to parties: the round is open, a last day comes near, something came back.

Only who still owes something is written to, and about one thing once: the `Notice` that is kept
guards that. Mail leaves when `manage.py send_reminders` runs or the coordinator presses a button,
never by itself.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from housing.deadlines import Stage, Window, windows_of, working_days_before
from housing.models import (
    Membership,
    Notice,
    Organisation,
    Part,
    Round,
    SubmissionEvent,
    User,
)
from housing.receipts import SECONDS
from housing.wording import dutch_date, listed

log = logging.getLogger("portal")
Occasion = Notice.Occasion
OWED = (Part.State.MISSING, Part.State.DRAFT, Part.State.RETURNED)
# What happened longer ago is no news: after an outage nobody gets a pile of old messages.
NEWS_DAYS = 7
OVERDUE_DAYS = 14


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is to be sent to one organisation, and what it is about."""

    occasion: str
    round: Round
    organisation: Organisation
    parts: tuple[Part, ...]
    window: Window
    key: str
    event: SubmissionEvent | None = None


def due_on(day: date) -> list[Due]:
    """All messages whose day has come, for every round that is not long over."""
    rounds = [round_ for round_ in Round.objects.all() if _is_current(round_, day)]
    parts: dict[tuple[int, int], list[Part]] = defaultdict(list)
    for part in Part.objects.filter(round__in=rounds).select_related("organisation", "round"):
        parts[part.round_id, part.organisation_id].append(part)
    parties = {part.organisation for found in parts.values() for part in found}
    windows = windows_of(rounds, parties)
    found: list[Due] = []
    for (round_id, organisation_id), asked in sorted(parts.items()):
        window = windows[round_id, organisation_id]
        owed = tuple(part for part in asked if part.state in OWED)
        if owed and (told := _deadline(owed[0].round, window, day)):
            occasion, key = told
            found.append(Due(occasion, owed[0].round, owed[0].organisation, owed, window, key))
    return found + _news(day, rounds)


def by_hand(round_: Round, organisations: Iterable[Organisation], day: date) -> list[Due]:
    """What the coordinator sends herself: to those who owe something, once a day each."""
    wanted = list(organisations)
    windows = windows_of([round_], wanted)
    parts: dict[int, list[Part]] = defaultdict(list)
    for part in Part.objects.filter(round=round_, organisation__in=wanted, state__in=OWED):
        parts[part.organisation_id].append(part)
    return [
        Due(
            Occasion.BY_HAND,
            round_,
            party,
            tuple(parts[party.pk]),
            windows[round_.pk, party.pk],
            day.isoformat(),
        )
        for party in wanted
        if parts[party.pk]
    ]


def send(due: Sequence[Due]) -> int:
    """Send what is due to the people of each organisation; give how many mails left.

    A person gets a message about one thing once. A mail that can't be sent is tried again at
    the next run: nothing says that it was sent.
    """
    people = _people({each.organisation.pk for each in due})
    sent = 0
    for each in due:
        for user in people[each.organisation.pk]:
            sent += _send_one(each, user)
    return sent


def nobody_to_write_to(due: Iterable[Due]) -> list[Organisation]:
    """The organisations of `due` of which nobody can enter anything: somebody must be asked."""
    found = list(due)
    people = _people({each.organisation.pk for each in found})
    return [each.organisation for each in found if not people[each.organisation.pk]]


def _is_current(round_: Round, day: date) -> bool:
    last = max(filter(None, (round_.closes_on, round_.corrections_until)), default=None)
    return (round_.opens_on or round_.period_from) <= day and (
        last is None or day <= last + timedelta(days=365)
    )


def _deadline(round_: Round, window: Window, day: date) -> tuple[str, str] | None:
    """The occasion that a party's last day gives on `day`, and its key; the nearest only."""
    last = window.last_day
    stage = window.stage(day)
    if stage == Stage.OPEN and last is not None:
        for ahead in sorted(round_.reminder_days):
            if day >= working_days_before(last, ahead):
                return Occasion.REMINDER, f"{last.isoformat()}-{ahead}"
    if stage == Stage.OPEN and round_.opens_on is not None:
        return Occasion.OPENING, round_.opens_on.isoformat()
    if last is not None and last < day <= last + timedelta(days=OVERDUE_DAYS):
        return Occasion.OVERDUE, last.isoformat()
    return None


def _news(day: date, rounds: Iterable[Round]) -> list[Due]:
    """What came back or was accepted in the last days."""
    wanted = {round_.pk: round_ for round_ in rounds}
    since = timezone.now() - timedelta(days=NEWS_DAYS)
    events = SubmissionEvent.objects.filter(
        status__in=(Occasion.RETURNED, Occasion.ACCEPTED),
        recorded_at__gte=since,
        known_from__gte=since,
        submission__round__in=wanted,
        submission__lead=None,
    ).select_related("submission__organisation", "submission__round")
    found = []
    for event in events:
        version = event.submission
        if version.round is None:
            continue
        parts = tuple(Part.objects.filter(round=version.round, organisation=version.organisation))
        window = windows_of([version.round], [version.organisation])
        found.append(
            Due(
                event.status,
                version.round,
                version.organisation,
                parts,
                window[version.round.pk, version.organisation.pk],
                f"event-{event.pk}",
                event,
            )
        )
    return found


def _people(organisations: set[int]) -> dict[int, list[User]]:
    """Active people who enter or submit, by organisation."""
    people: dict[int, list[User]] = defaultdict(list)
    memberships = Membership.objects.filter(
        organisation__in=organisations,
        role__in=(Membership.Role.REPORTER, Membership.Role.APPROVER),
        user__is_active=True,
    ).select_related("user")
    for membership in memberships.order_by("user__email"):
        if membership.user not in people[membership.organisation_id]:
            people[membership.organisation_id].append(membership.user)
    return people


def _send_one(due: Due, user: User) -> bool:
    subject, text = _written(due, user)
    try:
        with transaction.atomic():
            Notice.objects.create(
                round=due.round,
                organisation=due.organisation,
                user=user,
                email=user.email,
                occasion=due.occasion,
                key=due.key,
                subject=subject,
                text=text,
                is_demo=user.is_demo,
            )
            connection = get_connection(timeout=SECONDS)
            EmailMessage(subject, text, to=[user.email], connection=connection).send()
    except IntegrityError:
        return False  # it was sent before, or by somebody else at this moment
    except (SMTPException, OSError):
        log.exception("notice not sent organisation=%s", due.organisation.slug)
        return False
    return True


def _written(due: Due, user: User) -> tuple[str, str]:
    """Subject and text: the portal, the round, the parts, the day and where to go."""
    parts = [part.get_kind_display() for part in due.parts if part.state in OWED]
    about = {
        "due": due,
        "user": user,
        "parts": listed(parts),
        "when": due.window.in_words(timezone.localdate()),
        "address": portal_address() + reverse("monitoring:start"),
        "portal": "Prestatieafspraken Parkstad Limburg",
    }
    text = render_to_string("housing/notice.txt", about).strip() + "\n"
    last = f" tot en met {dutch_date(due.window.last_day)}" if due.window.last_day else ""
    subjects = {
        Occasion.OPENING: f"{due.round} is open",
        Occasion.REMINDER: f"{due.round}: opgeven kan{last}",
        Occasion.OVERDUE: f"{due.round}: de laatste dag is voorbij",
        Occasion.RETURNED: f"{due.round}: uw opgave is teruggestuurd",
        Occasion.ACCEPTED: f"{due.round}: uw opgave is vastgesteld",
        Occasion.BY_HAND: f"{due.round}: wilt u nog opgeven?",
    }
    return f"{subjects[Occasion(due.occasion)]} ({due.organisation})", text


def portal_address() -> str:
    """The address under which people know the portal: its first allowed host."""
    hosts = [host for host in settings.ALLOWED_HOSTS if not host.startswith(("*", ".", "["))]
    if settings.DEBUG or not hosts:
        return "http://127.0.0.1:8000"
    return f"https://{hosts[0]}"
