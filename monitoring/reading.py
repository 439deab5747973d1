"""Reading along: whose answers a tenants' organisation follows, what is new there since somebody
last looked, and what waits for the organisation's own word.

Which corporation's tenants it speaks for is a fact with a source (`Representation`); with which
municipality it makes agreements is what local sets say; whom else it follows is its own choice.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from agreements.access import readable_agreements, represented_by, speaking_today
from agreements.models import Agreement, AgreementSet, SparedComplex, Statement
from housing import access
from housing.models import (
    Following,
    Organisation,
    Part,
    Seen,
    Submission,
    SubmissionEvent,
    User,
)
from housing.rounds import OWED, current_round
from housing.wording import listed

Kind = Organisation.Kind
Status = Submission.Status
CAN_BE_FOLLOWED = (Kind.CORPORATION, Kind.MUNICIPALITY)
MOST_FRESH = 20
READ = "reading:"
FIRST_YEARS = 2  # of a party that was never opened only the newest years are told
_HAPPENED: dict[str, str] = {
    Status.SUBMITTED: "{party} diende de cijfers over {year} in",
    Status.ACCEPTED: "De cijfers van {party} over {year} zijn vastgesteld",
    Status.RETURNED: "De cijfers van {party} over {year} gingen terug naar {party}",
}


@dataclass(frozen=True, slots=True)
class Basis:
    """Why a party is followed: in words, with how certain that is and its source."""

    text: str
    evidence: str = ""
    source: str = ""
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Followed:
    """A party whose answers are read along; `bases` is empty where it is the own choice only."""

    party: Organisation
    bases: tuple[Basis, ...]


@dataclass(frozen=True, slots=True)
class Fresh:
    """Something that somebody has not read yet."""

    at: datetime
    text: str
    address: str
    party: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that waits for the organisation's own word."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one organisation reads along with, as one person finds it."""

    organisation: Organisation
    followed: tuple[Followed, ...]
    fresh: tuple[Fresh, ...]
    asked: tuple[Asked, ...]
    several: bool = False
    unread: int = 0

    @property
    def address(self) -> str:
        """Its page; who reads for several organisations has one of each."""
        page = reverse("monitoring:reading")
        return f"{page}?voor={self.organisation.slug}" if self.several else page

    @property
    def heading(self) -> str:
        """The answer: how much is new to read, and what waits for an own word."""
        if not self.followed:
            return "Kies met wie u meeleest"
        waits, news = len(self.asked), len(self.fresh) + self.unread
        asks = f"{_things(waits)} {'wacht' if waits == 1 else 'wachten'} op uw woord"
        if news and self.asked:
            return f"{_news(news)}, en {asks}"
        if news:
            return _news(news)
        if self.asked:
            return f"Er is niets nieuws te lezen; {asks}"
        return "U bent bij: er is niets nieuws te lezen"

    @property
    def fresh_heading(self) -> str:
        """The same on the start page."""
        if not self.followed:
            return "U leest nog met niemand mee"
        names = listed(each.party for each in self.followed)
        if len(self.followed) > 3:
            names = f"{len(self.followed)} partijen"
        if not self.fresh:
            return f"Niets nieuws bij {names}"
        return f"{_news(len(self.fresh))} bij {names}"


def _things(count: int) -> str:
    return f"{count} {'ding' if count == 1 else 'dingen'}"


def _news(count: int) -> str:
    return f"Er {'is 1 nieuw ding' if count == 1 else f'zijn {count} nieuwe dingen'} te lezen"


# --- who reads along ----------------------------------------------------------------------


def readers_of(user: User) -> list[Organisation]:
    """The organisations for which somebody reads along, by name."""
    pks = access.reads_along_for(user)
    return list(Organisation.objects.filter(pk__in=pks).order_by("name")) if pks else []


def readings_of(user: User, *, unread: int = 0) -> list[Reading]:
    """What each of them follows, with what is new."""
    found = readers_of(user)
    several = len(found) > 1
    return [reading_of(each, user, several=several, unread=unread) for each in found]


def reading_of(
    organisation: Organisation, user: User, *, several: bool = False, unread: int = 0
) -> Reading:
    """What one organisation follows, with what is new to one of its people, who has so many
    comments to read."""
    followed = followed_by(organisation)
    parties = [each.party for each in followed]
    return Reading(
        organisation,
        followed,
        tuple(fresh_of(user, parties)),
        tuple(asked_of(organisation)),
        several,
        unread,
    )


# --- whom it follows ----------------------------------------------------------------------


def bases_of(organisation: Organisation, today: date) -> dict[int, list[Basis]]:
    """What ties other parties to an organisation, by their id: the corporations whose tenants it
    speaks for, and the municipalities whose local agreements it is party to."""
    found: dict[int, list[Basis]] = defaultdict(list)
    ties = speaking_today().filter(tenants=organisation).select_related("corporation")
    for tie in ties:
        text = f"{organisation} spreekt voor de huurders van {tie.corporation}"
        found[tie.corporation_id].append(Basis(text, tie.evidence, tie.source))
    sets = AgreementSet.objects.local().filter(
        parties=organisation, first_year__gte=today.year, first_year__lte=today.year + 1
    )
    for set_ in sets.order_by("first_year"):
        if set_.municipality_id is not None:
            text = f"{organisation} is partij bij: {set_}"
            found[set_.municipality_id].append(Basis(text, "", set_.source, set_.is_demo))
    return found


def followed_by(organisation: Organisation) -> tuple[Followed, ...]:
    """The parties an organisation follows: what is tied to it, but for what it took out, and
    what it chose. Corporations first."""
    bases = bases_of(organisation, timezone.localdate())
    chosen = dict(organisation.following.values_list("party", "follows"))
    wanted = (bases.keys() | chosen.keys()) - {pk for pk, yes in chosen.items() if not yes}
    parties = Organisation.objects.filter(pk__in=wanted, kind__in=CAN_BE_FOLLOWED)
    return tuple(
        Followed(party, tuple(bases.get(party.pk, ())))
        for party in sorted(parties, key=lambda each: (each.kind, each.name))
    )


def to_choose(organisation: Organisation) -> list[Followed]:
    """Everybody who can be followed, with what ties it to the organisation."""
    today = timezone.localdate()
    bases = bases_of(organisation, today)
    parties = Organisation.objects.parties_at_end_of(today.year).filter(kind__in=CAN_BE_FOLLOWED)
    return [
        Followed(party, tuple(bases.get(party.pk, ())))
        for party in sorted(parties, key=lambda each: (each.kind, each.name))
    ]


@transaction.atomic
def choose(organisation: Organisation, wanted: Collection[str], by: User) -> None:
    """Follow exactly the parties with these slugs; it holds for the whole organisation."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    for each in to_choose(organisation):
        follows = each.party.slug in wanted
        known = Following.objects.filter(organisation=organisation, party=each.party)
        if follows == bool(each.bases):
            known.delete()  # as it stands by itself: nothing to remember
            continue
        known.update_or_create(
            organisation=organisation,
            party=each.party,
            defaults={
                "follows": follows,
                "by": by,
                "at": timezone.now(),
                "is_demo": by.is_demo,
            },
        )


# --- what is new --------------------------------------------------------------------------


def subject_of(party: int, year: int) -> str:
    """Under which somebody is remembered to have read a party's answer over a year."""
    return f"{READ}{party}/{year}"


def look(user: User, party: Organisation, year: int) -> None:
    """Remember that somebody read a party's answer over a year."""
    Seen.objects.update_or_create(
        user=user, subject=subject_of(party.pk, year), defaults={"at": timezone.now()}
    )


Looked = dict[tuple[int, int], datetime]
"""When somebody last read each (party, year)."""


def fresh_of(user: User, parties: Sequence[Organisation]) -> list[Fresh]:
    """What these parties handed in, and what was decided of it, since somebody read it last; the
    newest first. Of what she never opened only the newest years."""
    if not parties:
        return []
    seen: Looked = {}
    looked = Seen.objects.filter(user=user, subject__startswith=READ)
    for subject, at in looked.values_list("subject", "at"):
        party, _, year = subject.removeprefix(READ).partition("/")
        if party.isdecimal() and year.isdecimal():
            seen[int(party), int(year)] = at
    found = [*_events(parties, seen), *_statements(user, parties, seen)]
    return sorted(found, key=lambda each: each.at, reverse=True)[:MOST_FRESH]


def _events(parties: Sequence[Organisation], seen: Looked) -> Iterable[Fresh]:
    """The last that happened to each answer: of a concept nothing is told."""
    names = {each.pk: each for each in parties}
    events = SubmissionEvent.objects.filter(
        submission__organisation__in=names, status__in=list(_HAPPENED)
    ).exclude(submission__status=Submission.Status.WITHDRAWN)
    newest: dict[tuple[int, int], SubmissionEvent] = {}
    for event in events.select_related("submission").order_by("known_from", "pk"):
        newest[event.submission.organisation_id, event.submission.year] = event
    for (party, year), event in newest.items():
        if _is_fresh(event.recorded_at, party, year, seen):
            text = _HAPPENED[event.status].format(party=names[party], year=year)
            yield Fresh(event.known_from, text, address_of(names[party], year), party)


def _statements(user: User, parties: Sequence[Organisation], seen: Looked) -> Iterable[Fresh]:
    """How many agreements each party wrote about in the round of a year, since it was read."""
    names = {each.pk: each for each in parties}
    readable = Agreement.objects.filter(readable_agreements(user)).values("pk")
    said = Statement.objects.submitted().filter(organisation__in=names, agreement__in=readable)
    agreements: dict[tuple[int, int], set[int]] = defaultdict(set)
    last: dict[tuple[int, int], datetime] = {}
    for party, year, agreement, at in said.order_by("submitted_at").values_list(
        "organisation", "round__year", "agreement", "submitted_at"
    ):
        if at is not None and _is_fresh(at, party, year, seen):
            agreements[party, year].add(agreement)
            last[party, year] = at
    for (party, year), found in agreements.items():
        count = len(found)
        word = "afspraak" if count == 1 else "afspraken"
        text = f"{names[party]} schreef over {year} hoe het staat met {count} {word}"
        address = f"{address_of(names[party], year)}#afspraken"
        yield Fresh(last[party, year], text, address, party)


def _is_fresh(at: datetime, party: int, year: int, seen: Looked) -> bool:
    if (party, year) in seen:
        return at > seen[party, year]
    return year > timezone.localdate().year - FIRST_YEARS


def address_of(party: Organisation, year: int) -> str:
    """Where a party's answer over a year is read."""
    return f"{reverse('monitoring:reading_party', args=[party.slug])}?jaar={year}"


# --- what waits for its own word ----------------------------------------------------------


def asked_of(organisation: Organisation) -> list[Asked]:
    """What an organisation is asked now: statements in the running round, advice on complexes of
    its corporations, a signature under local agreements."""
    return [*_parts(organisation), *_advice(organisation), *_signatures(organisation)]


def _parts(organisation: Organisation) -> Iterable[Asked]:
    running = current_round()
    if running is None:
        return
    owed = Part.objects.filter(round=running, organisation=organisation, state__in=OWED)
    for part in owed:
        args = [organisation.slug, running.year]
        left = part.of - part.done
        what = "1 afspraak" if left == 1 else f"{left} afspraken"
        text = f"Schrijf hoe het staat met {what} in {running}"
        if part.kind != Part.Kind.STATEMENTS or not left:
            text = f"{running}: dien in bij {part.get_kind_display()}"
        yield Asked(text, reverse(part.url_name, args=args))


def _advice(organisation: Organisation) -> Iterable[Asked]:
    waiting = SparedComplex.objects.filter(
        corporation__in=represented_by([organisation.pk]),
        spared_until__gte=timezone.localdate(),
        advice=None,
    )
    for complex_ in waiting.select_related("corporation"):
        text = f"Geef advies over {complex_} van {complex_.corporation}"
        yield Asked(text, reverse("agreements:complex", args=[complex_.pk]))


def _signatures(organisation: Organisation) -> Iterable[Asked]:
    year = timezone.localdate().year
    unsigned = (
        AgreementSet.objects.local()
        .filter(parties=organisation, first_year__gte=year, signed_on=None)
        .exclude(signatures__organisation=organisation)
        .select_related("municipality")
    )
    for set_ in unsigned:
        if set_.municipality is not None:
            args = [set_.municipality.slug, set_.first_year]
            text = f"Reageer op, of teken: {set_}"
            yield Asked(text, reverse("agreements:local_set", args=args))
