"""What a municipality says of the corporations' answers about it: it is right, or it is not.

A word names the version it was given on. A newer version with the same homes inherits it
(`housing.versions`); otherwise it must be looked at again, with old and new side by side, and an
open dispute stays open (NUMBERS 1).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Sum

from housing.codes import Kind, RentClass, Segment, UnitKind
from housing.models import Claim, Confirmation, Organisation, StockChange, Submission, Tally
from housing.wording import listed

Status = Submission.Status
IN = (Status.SUBMITTED, Status.ACCEPTED)
STATES = {
    Status.SUBMITTED: ("provisional", "voorlopig"),
    Status.ACCEPTED: ("settled", "vastgesteld"),
    Status.RETURNED: ("returned", "teruggestuurd"),
}
NOT_IN = ("missing", "nog niet opgegeven")
STOCK = "2.1A"

Key = tuple[str, str, str, str, int]
"""Part, kind, segment, project and direction: what is confirmed together."""


@dataclass(frozen=True, slots=True)
class Group:
    """Homes of one kind, segment and project. `homes` has the sign of the change."""

    kind: str
    segment: str
    project: str
    homes: int

    @property
    def text(self) -> str:
        """What it is: "Aarveld: nieuwbouw, sociale huur"."""
        what = f"{self.kind}, {self.segment}"
        return f"{self.project}: {what}" if self.project else what


@dataclass(frozen=True, slots=True)
class Content:
    """What one version says of one municipality. Of the homes it adds, `rent_unknown` have no
    rent yet, and `claimed_twice` count with another claim; neither makes it say something else."""

    homes: dict[Key, int] = field(default_factory=dict)
    rent_unknown: int = field(default=0, compare=False)
    claimed_twice: int = field(default=0, compare=False)

    @property
    def added(self) -> int:
        """Homes that came: the number she confirms or disputes."""
        return sum(n for (part, *_, sign), n in self.homes.items() if part == STOCK and sign > 0)

    @property
    def gone(self) -> int:
        """Homes that went, as a positive number."""
        return sum(n for (part, *_, sign), n in self.homes.items() if part == STOCK and sign < 0)

    @property
    def projects(self) -> int:
        """How many projects these homes are in."""
        return len({project for _, _, _, project, _ in self.homes if project})

    @property
    def groups(self) -> list[Group]:
        """The homes by kind, segment and project, additions first, large before small."""
        return [
            _group(key, homes * key[-1])
            for key, homes in sorted(
                self.homes.items(), key=lambda each: (-each[0][-1], -each[1], each[0])
            )
        ]


@dataclass(frozen=True, slots=True)
class Change:
    """A group that differs between two versions, with its homes in both."""

    what: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Row:
    """One corporation's answer about a municipality, with the municipality's word on it.

    `version` is the newest that was handed in; None when it has not answered yet. `word` is what
    was said of that version; `before` what was said of an earlier one that differs, `was` its
    content then. `counting` is the accepted version beside which a correction waits.
    """

    organisation: Organisation
    version: Submission | None
    state: tuple[str, str]
    content: Content
    word: Confirmation | None = None
    before: Confirmation | None = None
    was: Content | None = None
    counting: Content | None = None

    @property
    def is_in(self) -> bool:
        return self.version is not None

    @property
    def is_answered(self) -> bool:
        """Whether she said something of this very version."""
        return self.word is not None

    @property
    def is_disputed(self) -> bool:
        return self.word is not None and self.word.disputes and self.word.settled_at is None

    @property
    def must_look_again(self) -> bool:
        """Whether she answered an earlier version that said something else."""
        return self.word is None and self.before is not None

    @property
    def changes(self) -> list[Change]:
        """Old and new side by side, where they differ."""
        return [] if self.was is None else changes_of(self.was, self.content)

    @property
    def seen(self) -> int:
        """The last word, to notice that a colleague was first."""
        return self.word.pk if self.word else 0


def word_text(word: Confirmation) -> str:
    """What was said, in words."""
    if not word.disputes:
        return "klopt"
    homes = "" if word.homes is None else f", volgens de gemeente {word.homes}"
    return f"klopt niet{homes}"


def changes_of(old: Content, new: Content) -> list[Change]:
    """The groups that differ between two versions."""
    keys = sorted(old.homes.keys() | new.homes.keys(), key=lambda key: (-key[-1], key))
    return [
        Change(_group(key, 0).text, old.homes.get(key, 0), new.homes.get(key, 0))
        for key in keys
        if old.homes.get(key, 0) != new.homes.get(key, 0)
    ]


# --- reading ------------------------------------------------------------------------------


def rows_of(municipality: Organisation, year: int) -> list[Row]:
    """The corporations that say something of a municipality, and those that have not answered
    yet and did so before. A corporation without homes there is not shown. Seven queries."""
    found = answers_of(year)
    counting = [each for pk, each in found.accepted.items() if found.newest.get(pk) != each]
    words = _words(municipality, year)
    asked = [*found.newest.values(), *counting, *(word.submission for word in words)]
    contents = _contents(municipality, asked)
    expected = expected_in([municipality.pk])[municipality.pk]
    rows = []
    for party in found.corporations:
        version = found.newest.get(party.pk)
        own = [word for word in words if word.submission.organisation_id == party.pk]
        content = contents[version.pk] if version else Content()
        if not content.homes and not (own if version else party.pk in expected or own):
            continue
        accepted = found.accepted.get(party.pk)
        waits = version is not None and accepted is not None and accepted != version
        word, before, was = _said(version, own, contents)
        rows.append(
            Row(
                party,
                version,
                STATES[Status(version.status)] if version else found.state_of(party.pk),
                content,
                word,
                before,
                was,
                contents[accepted.pk] if accepted and waits else None,
            )
        )
    return rows


def row_of(municipality: Organisation, organisation: Organisation, year: int) -> Row | None:
    """The row of one corporation; None where there is nothing to say."""
    rows = rows_of(municipality, year)
    return next((row for row in rows if row.organisation.pk == organisation.pk), None)


def _said(
    version: Submission | None, words: list[Confirmation], contents: dict[int, Content]
) -> tuple[Confirmation | None, Confirmation | None, Content | None]:
    """The word on `version`, and what was said before of one with another content."""
    if version is None:
        return None, None, None
    now = contents[version.pk]
    word = next((each for each in words if each.submission_id == version.pk), None)
    older = [
        each
        for each in words
        if each.submission.number < version.number and contents[each.submission_id] != now
    ]
    if word is None:
        return (None, older[0], contents[older[0].submission_id]) if older else (None, None, None)
    # An open dispute that came along: what it was first about is shown beside what is said now.
    first = [
        each
        for each in older
        if word.disputes and (each.disputes, each.reason) == (True, word.reason)
    ]
    if not first:
        return word, None, None
    return word, first[-1], contents[first[-1].submission_id]


@dataclass(frozen=True, slots=True)
class Answers:
    """Per corporation of a year: the newest version handed in, the accepted one, how it stands."""

    corporations: list[Organisation]
    newest: dict[int, Submission]
    accepted: dict[int, Submission]
    standing: dict[int, Submission]

    def state_of(self, organisation: int) -> tuple[str, str]:
        found = self.standing.get(organisation)
        if found is not None and found.status == Status.RETURNED:
            return STATES[Status.RETURNED]
        return NOT_IN


def answers_of(year: int) -> Answers:
    corporations = list(Organisation.objects.corporations().parties_at_end_of(year))
    newest, accepted, standing = {}, {}, {}
    versions = Submission.objects.filter(year=year, organisation__in=corporations).standing()
    for version in versions.order_by("number"):
        if version.status in IN:
            newest[version.organisation_id] = version
        if version.status == Status.ACCEPTED:
            accepted[version.organisation_id] = version
        if version.status != Status.CONCEPT:
            standing[version.organisation_id] = version
    # What came back after the accepted one leaves that one standing.
    return Answers(corporations, newest, accepted, standing)


def _words(municipality: Organisation, year: int) -> list[Confirmation]:
    """What was said of any version of that year, the newest first."""
    said = Confirmation.objects.filter(municipality=municipality, submission__year=year)
    return list(said.select_related("submission__organisation", "actor").order_by("-pk"))


def _contents(municipality: Organisation, versions: Iterable[Submission]) -> dict[int, Content]:
    wanted = {version.pk for version in versions}
    sums: dict[int, Counter[Key]] = {pk: Counter() for pk in wanted}
    rows = StockChange.objects.filter(
        submission__in=wanted, municipality=municipality, unit_kind=UnitKind.DWELLING
    )
    for pk, part, kind, segment, project, sign, homes in rows.values_list(
        "submission", "part", "kind", "segment", "project__name", "direction", "homes"
    ):
        sums[pk][part, kind, segment, project or "", sign] += homes
    added = rows.filter(part=STOCK, direction=1).order_by()
    unknown = added.filter(rent_class=RentClass.UNKNOWN).values_list("submission")
    no_rent = dict(unknown.annotate(homes=Sum("homes")))
    lost = Claim.objects.filter(row__in=added, until=None, lost_to__isnull=False).order_by()
    twice = dict(lost.values_list("row__submission").annotate(claims=Count("pk")))
    return {
        pk: Content(dict(found), no_rent.get(pk, 0), twice.get(pk, 0)) for pk, found in sums.items()
    }


def expected_in(municipalities: Iterable[int]) -> dict[int, set[int]]:
    """The corporations that have homes in each municipality in an answer that counts now."""
    wanted = list(municipalities)
    found: dict[int, set[int]] = {pk: set() for pk in wanted}
    homes = Tally.objects.filter(counts_until=None, unit_kind=UnitKind.DWELLING)
    tallies = homes.filter(municipality__in=wanted).order_by()
    for place, party in tallies.values_list("municipality", "submission__organisation").distinct():
        found[place].add(party)
    return found


def _group(key: Key, homes: int) -> Group:
    part, kind, segment, project, _ = key
    label = Kind(kind).label + ("" if part == STOCK else " (geen woning in exploitatie)")
    return Group(label, Segment(segment).label, project, homes)


def waiting_text(rows: Iterable[Row]) -> str:
    """Who has not answered yet: "Woonpunt en Weller"."""
    return listed(row.organisation for row in rows if not row.is_in)
