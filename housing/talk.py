"""Comments on a figure, a row, an answer or an agreement: who may read and write them where.

A subject is a word and a key, "row:34". Each app says which subjects it keeps with `keeps`; so a
comment finds the page it belongs to without this app knowing what an agreement is.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from housing.models import Comment, Organisation, Seen, StockChange, Submission, User

MOST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Topic:
    """What a comment is about, in words, and the page it stands on."""

    label: str
    address: str


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


@keeps("version")
def _version(user: User, key: str) -> Topic | None:
    visible = Submission.objects.visible_to(user).select_related("organisation")
    found = visible.filter(pk=key).first() if key.isdecimal() and len(key) < 18 else None
    if found is None:
        return None
    return Topic(str(found), reverse("housing:submission", args=[found.pk]))


@keeps("row")
def _row(user: User, key: str) -> Topic | None:
    visible = StockChange.objects.visible_to(user).select_related("submission__organisation")
    found = visible.filter(pk=key).first() if key.isdecimal() and len(key) < 18 else None
    if found is None:
        return None
    version = found.submission
    label = f"{found.homes} woningen van {version.organisation} in {version.year}"
    return Topic(label, reverse("monitoring:row", args=[found.pk]))


@keeps("party")
def _party(user: User, key: str) -> Topic | None:
    found = Organisation.objects.filter(slug=key).first()
    if found is None:
        return None
    return Topic(f"de cijfers van {found}", reverse("monitoring:party", args=[found.slug]))


class CommentForm(forms.Form):
    """A comment, and for whom. The page says before sending who will read it."""

    text = forms.CharField(
        label="Uw opmerking",
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Schrijf eerst uw opmerking.",
            "max_length": f"Maak de opmerking korter dan {MOST_WORDS} tekens.",
        },
    )
    party = forms.ModelChoiceField(
        label="Ter attentie van (mag leeg)",
        queryset=Organisation.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label="niemand in het bijzonder",
    )
    private = forms.BooleanField(
        label="Alleen deze partij, uw eigen organisatie en de coördinator lezen dit",
        required=False,
        help_text="Kruist u dit niet aan, dan leest iedereen die is ingelogd uw opmerking.",
    )
    subject = forms.CharField(max_length=80, widget=forms.HiddenInput)

    def __init__(self, *args: object, **fields: object) -> None:
        super().__init__(*args, label_suffix="", auto_id="id_comment_%s", **fields)  # type: ignore[arg-type,misc]

    def clean(self) -> dict[str, object]:
        """Something private needs a party."""
        found: dict[str, object] = super().clean() or {}
        if found.get("private") and not found.get("party"):
            self.add_error("party", "Kies de partij die dit leest.")
        return found


@dataclass(frozen=True, slots=True)
class Conversation:
    """The comments on one subject, as far as somebody may read them, and her form."""

    subject: str
    comments: tuple[Comment, ...]
    form: CommentForm | None

    @property
    def heading(self) -> str:
        """How many comments there are."""
        count = len(self.comments)
        if not count:
            return "Er zijn nog geen opmerkingen"
        return f"{count} {'opmerking' if count == 1 else 'opmerkingen'}"


def can_comment(user: User) -> bool:
    """Say something: whoever belongs to a party, readers included."""
    return bool(user.roles)


def conversation(user: User, subject: str) -> Conversation:
    """What was said on a subject; remembers that this person has seen it."""
    comments = tuple(
        Comment.objects.visible_to(user)
        .filter(subject=subject)
        .select_related("organisation", "author", "to")
        .prefetch_related("mentions")
    )
    if comments:
        Seen.objects.update_or_create(user=user, subject=subject, defaults={"at": timezone.now()})
    form = CommentForm(initial={"subject": subject}) if can_comment(user) else None
    return Conversation(subject, comments, form)


@transaction.atomic
def say(
    user: User, topic: Topic, subject: str, text: str, *, party: Organisation | None, private: bool
) -> Comment:
    """Store a comment: to everybody with a mention, or to one party."""
    own = Organisation.objects.filter(memberships__user=user).order_by("name").first()
    if own is None:
        raise ValueError("who belongs to no party says nothing")
    comment = Comment.objects.create(
        subject=subject,
        label=topic.label[:200],
        address=topic.address,
        text=text,
        author=user,
        organisation=own,
        to=party if private else None,
        is_demo=user.is_demo,
    )
    if party is not None:
        comment.mentions.add(party)
    return comment
