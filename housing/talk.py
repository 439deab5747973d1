"""Comments on a figure, a row, an answer or an agreement: who may read and write them where.

A subject is a word and a key, "row:34". Each app says which subjects it keeps with `keeps`; so a
comment finds the page it belongs to without this app knowing what an agreement is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from housing.forms_talk import CommentForm, HereForm
from housing.models import Comment, Organisation, Seen, StockChange, Submission, User
from housing.wording import homes

Status = Submission.Status


@dataclass(frozen=True, slots=True)
class Topic:
    """What a comment is about, in words, and the page it stands on.

    `about` is the party whose it is; `readers` names the parties that may open the page, None
    when all that are signed in may.
    """

    label: str
    address: str
    about: Organisation | None = None
    readers: frozenset[int] | None = None

    def is_read_by(self, party: Organisation) -> bool:
        """Whether a party can open the page, so that naming it there makes sense."""
        if self.readers is None or party.kind == Organisation.Kind.CITY_REGION:
            return True
        return party.pk in self.readers


Finder = Callable[[User, str], Topic | None]
_finders: dict[str, Finder] = {}


def keeps(word: str) -> Callable[[Finder], Finder]:
    """Say that a function finds the topic of subjects that begin with `word`, as far as
    somebody may read it."""

    def remember(finder: Finder) -> Finder:
        _finders[word] = finder
        return finder

    return remember


def topic_of(user: User, subject: str) -> Topic | None:
    """The topic of a subject; None when there is none or this person may not read it."""
    word, _, key = subject.partition(":")
    finder = _finders.get(word)
    return finder(user, key) if finder else None


def is_key(text: str) -> bool:
    """Whether a text can be the number of a stored thing."""
    return text.isdecimal() and text.isascii() and len(text) < 18


@keeps("version")
def _version(user: User, key: str) -> Topic | None:
    visible = Submission.objects.visible_to(user).select_related("organisation")
    found = visible.filter(pk=key).first() if is_key(key) else None
    if found is None:
        return None
    readers = None
    if found.status != Status.ACCEPTED:
        places = StockChange.objects.filter(submission=found).values_list("municipality").distinct()
        readers = _some(found, (pk for (pk,) in places.order_by()))
    return Topic(
        str(found), reverse("housing:submission", args=[found.pk]), found.organisation, readers
    )


@keeps("row")
def _row(user: User, key: str) -> Topic | None:
    visible = StockChange.objects.visible_to(user).select_related(
        "submission__organisation", "municipality", "project"
    )
    found = visible.filter(pk=key).first() if is_key(key) else None
    # Rows of a concept are written anew at each change: what is said there would be lost.
    if found is None or found.submission.status == Status.CONCEPT:
        return None
    version = found.submission
    readers = None
    if version.status != Status.ACCEPTED:
        readers = _some(version, [found.municipality_id])
    address = reverse("monitoring:row", args=[found.pk])
    return Topic(row_label(found), address, version.organisation, readers)


def row_label(row: StockChange) -> str:
    """A row in words: "Aarveld, Heerlen: 24 woningen (Weller 2025)"."""
    where = ", ".join(str(each) for each in (row.project, row.municipality) if each)
    version = row.submission
    said = f"{homes(row.homes)} ({version.organisation} {version.year})"
    return f"{where}: {said}" if where else said


def _some(version: Submission, places: Iterable[int | None]) -> frozenset[int]:
    """Who reads what is not accepted yet: its own organisation, and once it was handed in the
    municipalities it is about."""
    if version.status == Status.CONCEPT:
        return frozenset({version.organisation_id})
    return frozenset({version.organisation_id, *(pk for pk in places if pk)})


@keeps("party")
def _party(user: User, key: str) -> Topic | None:
    found = Organisation.objects.filter(slug=key).first()
    if found is None:
        return None
    address = reverse("monitoring:party", args=[found.slug])
    return Topic(f"de cijfers van {found}", address, found)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The comments on one subject (or on several that stand on one page), as far as somebody may
    read them, which of them are new to her, and her form."""

    subject: str
    comments: tuple[Comment, ...]
    form: CommentForm | HereForm | None
    new: frozenset[int] = field(default_factory=frozenset)
    label: str = ""

    @property
    def heading(self) -> str:
        """How many comments there are."""
        count = len(self.comments)
        if not count:
            return "Er zijn nog geen opmerkingen"
        return f"{count} {'opmerking' if count == 1 else 'opmerkingen'}"

    @property
    def place(self) -> str:
        """Where it stands on a page that holds several."""
        return place_of(self.subject)


def place_of(subject: str) -> str:
    """The name of a place on a page for a subject."""
    return f"zeg-{subject.replace(':', '-').replace('/', '-')}"


def can_comment(user: User) -> bool:
    """Say something: whoever belongs to a party, readers included."""
    return bool(user.roles)


def conversation(
    user: User,
    subject: str,
    *,
    others: Mapping[str, str] | None = None,
    also: Iterable[str] = (),
    below: str = "",
) -> Conversation:
    """What was said on a subject; remembers that this person has seen it.

    `others` are subjects {subject: label} that stand on the same page: she chooses which one her
    comment is about. What was said on `also`, and on subjects that begin with `below`, is shown
    here too.
    """
    wanted = Q(subject__in=[subject, *(others or {}), *also])
    if below:
        wanted |= Q(subject__startswith=below)
    comments = _read(Comment.objects.visible_to(user).filter(wanted))
    new = see(user, comments)
    form = None
    if can_comment(user):
        form = CommentForm(user=user, subjects=others, initial={"subject": subject})
    return Conversation(subject, comments, form, new)


def conversations(user: User, topics: Mapping[str, Topic], back: str) -> dict[str, Conversation]:
    """What was said on each of several subjects that stand on one page, each with a short form
    that addresses the party it is about and leads back to that page. Three queries."""
    visible = Comment.objects.visible_to(user).filter(subject__in=topics)
    comments = _read(visible)
    new = see(user, comments)
    found = {}
    for subject, topic in topics.items():
        said = tuple(each for each in comments if each.subject == subject)
        form = None
        if can_comment(user) and topic.about is not None:
            place = place_of(subject)
            form = HereForm(
                user=user,
                party=topic.about,
                place=place,
                initial={"subject": subject, "back": f"{back}#{place}"},
            )
        found[subject] = Conversation(subject, said, form, new, topic.label)
    return found


def _read(found: QuerySet[Comment]) -> tuple[Comment, ...]:
    return tuple(found.select_related("organisation", "author", "to").prefetch_related("mentions"))


def see(user: User, comments: Iterable[Comment], now: datetime | None = None) -> frozenset[int]:
    """Remember that somebody read these comments; give those that were new to her."""
    subjects = {each.subject for each in comments}
    if not subjects:
        return frozenset()
    before = seen_by(user, subjects)
    moment = now or timezone.now()
    Seen.objects.bulk_create(
        [Seen(user=user, subject=subject, at=moment) for subject in sorted(subjects)],
        update_conflicts=True,
        unique_fields=["user", "subject"],
        update_fields=["at"],
    )
    return frozenset(each.pk for each in comments if is_new(each, user, before))


def seen_by(user: User, subjects: Iterable[str]) -> dict[str, datetime]:
    """When somebody last looked at each subject."""
    looked = Seen.objects.filter(user=user, subject__in=list(subjects))
    return dict(looked.values_list("subject", "at"))


def is_new(comment: Comment, user: User, seen: Mapping[str, datetime]) -> bool:
    """Whether somebody has not read a comment yet; one's own never is."""
    if comment.author_id == user.pk:
        return False
    return comment.subject not in seen or seen[comment.subject] < comment.at


def own_party(user: User, topic: Topic | None = None) -> Organisation | None:
    """For whom somebody speaks who does not choose: the party it is about where she belongs to
    it, else her first by name; None when she belongs to nobody."""
    own = Organisation.objects.filter(memberships__user=user).distinct().order_by("name")
    if topic is not None and topic.about in own:
        return topic.about
    return own.first()


@transaction.atomic
def say(
    user: User,
    topic: Topic,
    subject: str,
    text: str,
    *,
    party: Organisation | None,
    private: bool,
    speaker: Organisation | None = None,
) -> Comment:
    """Store a comment: to everybody with a mention, or to one party."""
    own = speaker or own_party(user, topic)
    if own is None:
        raise ValueError("who belongs to no party says nothing")
    comment = Comment.objects.create(
        subject=subject,
        label=topic.label[:200],
        address=topic.address,
        text=text,
        author=user,
        organisation=own,
        about=topic.about,
        to=party if private else None,
        is_demo=user.is_demo,
    )
    if party is not None:
        comment.mentions.add(party)
    return comment
