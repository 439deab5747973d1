"""What was said at the rows and figures of a version, and where each of them stands now.

A comment stays at the row it was placed at. A newer version writes rows anew, each with the row
it was matched with (`previous`): so the comment is found at the row that continues it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Q
from django.urls import reverse

from housing.figure_talk import figure_subject
from housing.forms_talk import HereForm
from housing.models import Comment, Organisation, StockChange, Submission, User
from housing.municipal_fields import BY_KEY
from housing.talk import Conversation, conversation, is_key, place_of, topic_of

Status = Submission.Status
MOST_BACK = 6  # versions that a row is followed back


@dataclass(frozen=True, slots=True)
class Pointed:
    """A comment at one row or figure.

    `row` is the row of this version that continues the one it was placed at, 0 when there is
    none (any more); `key` names one of a municipality's figures. `is_before` says that it was
    placed at an earlier version.
    """

    comment: Comment
    row: int = 0
    key: str = ""
    is_before: bool = False
    address: str = ""

    @property
    def is_gone(self) -> bool:
        """Whether the row it was about is in the answer no more."""
        return not self.row and not self.key


@dataclass(frozen=True)
class SaidAt:
    """All that was said at the rows and figures of one version, the oldest first."""

    items: tuple[Pointed, ...] = ()

    @cached_property
    def _rows(self) -> dict[int, list[Pointed]]:
        found: dict[int, list[Pointed]] = defaultdict(list)
        for each in self.items:
            found[each.row].append(each)
        return found

    def at_row(self, pk: int) -> list[Pointed]:
        """What was said at a row, or at the one it continues."""
        return self._rows.get(pk, []) if pk else []

    def at_figure(self, key: str) -> list[Pointed]:
        """What was said at one of a municipality's own figures."""
        return [each for each in self.items if each.key == key] if key else []

    @property
    def rows(self) -> frozenset[int]:
        """The rows at which something was said."""
        return frozenset(self._rows) - {0}

    @property
    def gone(self) -> list[Pointed]:
        """What was said at rows that are in the answer no more."""
        return [each for each in self.items if each.is_gone]


@dataclass(frozen=True, slots=True)
class _Trail:
    """Which row of a version continues which commented row."""

    now: dict[int, int] = field(default_factory=dict)
    placed: dict[int, int] = field(default_factory=dict)


def said_at(
    party: Organisation, year: int, version: Submission | None, user: User, *, by: str = ""
) -> SaidAt:
    """What this reader may read of what was said at a version's rows and figures, by everybody or
    by one kind of organisation (`by`). A fixed number of queries, and none for rows where nothing
    was said at any."""
    prefix = f"figure:{party.pk}/{year}/"
    wanted = Q(about=party, subject__startswith="row:") | Q(subject__startswith=prefix)
    comments = Comment.objects.visible_to(user).filter(wanted)
    if by:
        comments = comments.filter(organisation__kind=by)
    found = list(comments.select_related("organisation", "to").prefetch_related("mentions"))
    rows = {
        int(each.subject.removeprefix("row:"))
        for each in found
        if each.subject.startswith("row:") and each.subject.removeprefix("row:").isdecimal()
    }
    trail = _trail(party, version, rows, user) if rows and version is not None else _Trail()
    begun = None
    if version is not None and any(each.subject.startswith(prefix) for each in found):
        first = version.events.order_by("known_from", "pk").first()
        begun = first.known_from if first else None
    items = []
    for each in found:
        if each.subject.startswith(prefix):
            key = each.subject.removeprefix(prefix)
            if key in BY_KEY:
                before = begun is not None and each.at < begun
                address = reverse("entry:entry", args=[party.slug, year])
                items.append(Pointed(each, 0, key, before, f"{address}#rij-{key}"))
            continue
        pk = int(each.subject.removeprefix("row:"))
        if version is None or pk not in trail.placed:
            continue
        now = trail.now.get(pk, 0)
        address = reverse("monitoring:row", args=[now]) if now else each.address
        items.append(Pointed(each, now, "", trail.placed[pk] != version.pk, address))
    return SaidAt(tuple(items))


def _trail(party: Organisation, version: Submission, commented: set[int], user: User) -> _Trail:
    """Follow commented rows from the version they stood in to `version`, one query a version.
    Only rows that this reader may read: what is said at a row names it."""
    numbers = {
        each.pk: each.number
        for each in Submission.objects.of(party, version.year).filter(number__lte=version.number)
    }
    readable = StockChange.objects.visible_to(user)
    rows = readable.filter(pk__in=commented, submission__in=numbers)
    placed = dict(rows.values_list("pk", "submission"))
    now = {pk: pk for pk, home in placed.items() if home == version.pk}
    # Which commented rows each row goes back to, version by version.
    origins: dict[int, set[int]] = {pk: {pk} for pk in placed}
    first = min((numbers[home] for home in placed.values()), default=0)
    for pk, number in sorted(numbers.items(), key=lambda each: each[1]):
        if number <= first:
            continue
        later = StockChange.objects.filter(submission=pk, previous__in=list(origins))
        for row, previous in later.order_by("pk").values_list("pk", "previous"):
            if previous is None:
                continue
            origins.setdefault(row, set()).update(origins[previous])
            if pk == version.pk:
                # A row that was split in two is found at the first.
                for origin in origins[previous]:
                    now.setdefault(origin, row)
    return _Trail(now, placed)


def row_talk(user: User, row: StockChange) -> Conversation | None:
    """What was said at a row and at those it continues. In a concept rows are written anew at
    each change: there one answers at the row of the version before; None without such a row."""
    earlier = _earlier(user, row)
    subjects = [f"row:{pk}" for pk in earlier]
    if row.submission.status == Status.CONCEPT:
        return conversation(user, subjects[0], also=subjects[1:]) if subjects else None
    return conversation(user, f"row:{row.pk}", also=subjects)


def _earlier(user: User, row: StockChange) -> list[int]:
    """The rows that a row continues, the nearest first, as far as somebody may read them."""
    found: list[int] = []
    previous = row.previous_id
    readable = StockChange.objects.visible_to(user)
    while previous and len(found) < MOST_BACK:
        before = readable.filter(pk=previous).values_list("pk", "previous").first()
        if before is None:
            break
        found.append(before[0])
        previous = before[1]
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """The form at one row or figure of a version that is being reviewed."""

    row: int
    key: str
    form: HereForm
    label: str


def asked_at(user: User, version: Submission, asked: Mapping[str, str], back: str) -> Asked | None:
    """The form for the row (`?rij=`) or figure (`?cijfer=`) that was asked for; None without.

    It goes to the organisation alone unless the reviewer chooses otherwise: what she asks about
    a row may name a rent."""
    row, key = asked.get("rij", ""), asked.get("cijfer", "")
    subject, place = f"row:{row}", f"rij-{row}"
    if key in BY_KEY:
        subject, place = figure_subject(version.organisation_id, version.year, key), f"rij-{key}"
    elif not is_key(row) or not version.rows.filter(pk=row).exists():
        return None
    topic = topic_of(user, subject)
    if topic is None:
        return None
    form = HereForm(
        user=user,
        party=version.organisation,
        place=place_of(subject),
        initial={"subject": subject, "private": "on", "back": f"{_without(back)}#{place}"},
    )
    return Asked(0 if key in BY_KEY else int(row), key, form, topic.label)


def _without(back: str) -> str:
    """The page without the question for a form, but on the same sheet of rows."""
    path, _, query = back.partition("?")
    kept = [each for each in query.split("&") if each.startswith("bladzijde=")]
    return f"{path}?{kept[0]}" if kept else path


def subjects_of(versions: Iterable[Submission]) -> list[str]:
    """The subjects of whole versions."""
    return [f"version:{each.pk}" for each in versions]
