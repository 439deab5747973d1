"""One party's answer over a year as others may read it: how it stands, its numbers, what it says.

Totals from the moment it was handed in, rows once it was accepted (HOUSE, who reads what).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from agreements.access import readable_agreements
from agreements.models import Agreement, Statement
from agreements.topics import statement_subject, statement_topic
from housing.codes import Kind, Segment, UnitKind
from housing.confirmations import STATES
from housing.figure_talk import figure_subject, figure_topic, year_subject, year_topic
from housing.models import Organisation, Part, Round, StockChange, Submission, User
from housing.municipal import Line, counting_of, lines_of
from housing.talk import Conversation, Topic, conversations
from monitoring import stated_words
from monitoring.agreements import board
from monitoring.figures import Picture, picture
from monitoring.lights import Light
from monitoring.reading import address_of
from monitoring.reported import PENDING, Slice
from monitoring.stated import NOT_STATED, Stated
from monitoring.stated_words import Badge
from monitoring.words import homes, listed, number, signed

Status = Submission.Status
MOST_ROWS = 8
MISSING: Badge = ("missing", "nog niet opgegeven")


@dataclass(frozen=True, slots=True)
class Cell:
    """A party's year in the overview: its number in words and how it stands."""

    year: int
    number: str
    badges: tuple[Badge, ...]
    address: str


@dataclass(frozen=True, slots=True)
class Total:
    """Homes of one kind and segment, with the sign of the change."""

    what: str
    homes: str


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One of a municipality's own figures with what was said of it."""

    line: Line
    talk: Conversation


@dataclass(frozen=True, slots=True)
class RowLine:
    """A row of an accepted answer, which has a page of its own."""

    pk: int
    label: str
    what: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the party said of one agreement, with what was said of that."""

    statement: Statement
    light: str
    by_rule: bool
    talk: Conversation


@dataclass(frozen=True, slots=True)
class Answer:
    """A party's answer over a year."""

    party: Organisation
    year: int
    badges: tuple[Badge, ...]
    talk: Conversation
    figure: Stated | None
    totals: tuple[Total, ...]
    lines: tuple[FigureLine, ...]
    rows: tuple[RowLine, ...]
    rows_in_all: int
    version: int | None
    disputes: str
    said: tuple[Said, ...]
    asked: int
    is_demo: bool

    @property
    def is_in(self) -> bool:
        """Whether there is anything to read of its figures."""
        return self.badges[0][0] != MISSING[0]

    @property
    def statements_heading(self) -> str:
        """How much it said: "Weller schreef over 11 van 13 afspraken"."""
        if not self.said:
            return f"{self.party} schreef over {self.year} nog niets over de afspraken"
        of = f" van de {self.asked}" if self.asked > len(self.said) else ""
        count = len(self.said)
        return f"{self.party} schreef over {count}{of} {'afspraak' if count == 1 else 'afspraken'}"


# --- the overview -------------------------------------------------------------------------


def years_to_read() -> list[int]:
    """The years that rounds ask about and that have begun, the newest first."""
    years = Round.objects.order_by("-year").values_list("year", flat=True).distinct()
    return [year for year in years if year <= timezone.localdate().year]


def overview(parties: Iterable[Organisation], years: Iterable[int]) -> list[
    tuple[Organisation, tuple[Cell, ...]]
]:  # fmt: skip
    """A line a party and a cell a year; a fixed number of queries."""
    wanted = list(parties)
    known = picture() if any(_is_corporation(each) for each in wanted) else None
    places = [each.pk for each in wanted if not _is_corporation(each)]
    counting = {
        (each.organisation_id, each.year): each
        for each in Submission.objects.counting().filter(organisation__in=places)
    }
    pending = set(
        Submission.objects.filter(organisation__in=places, status=Status.SUBMITTED, counts=False)
        .values_list("organisation", "year")
    )  # fmt: skip
    lines = []
    for party in wanted:
        cells = []
        for year in sorted(years):
            if _is_corporation(party) and known is not None:
                figure = figure_of(known, party, year)
                built = "" if figure.homes is None else number(figure.homes)
                badges = stated_words.beside(figure)
            else:
                key = (party.pk, year)
                built = ""
                badges = _municipal_badges(counting.get(key), key in pending)
            cells.append(Cell(year, built, badges, address_of(party, year)))
        lines.append((party, tuple(cells)))
    return lines


def _is_corporation(party: Organisation) -> bool:
    return party.kind == Organisation.Kind.CORPORATION


def figure_of(known: Picture, corporation: Organisation, year: int) -> Stated:
    """What a corporation built in a year and how that stands."""
    progress = known.by_corporation.get(corporation.slug)
    years = progress.years if progress is not None else ()
    return next((each.stated for each in years if each.year == year), NOT_STATED)


def _municipal_badges(version: Submission | None, corrects: bool) -> tuple[Badge, ...]:
    if version is None:
        return (MISSING,)
    badge = STATES[Status(version.status)]
    return (badge, ("", "correctie ingediend")) if corrects else (badge,)


# --- one party, one year ------------------------------------------------------------------


def answer_of(party: Organisation, year: int, user: User) -> Answer:
    """All that somebody of a tenants' organisation may read of it."""
    back = address_of(party, year)
    known = picture()
    version = counting_of(party, year)
    said = _said(party, year, user)
    topics: dict[str, Topic] = {year_subject(party.pk, year): year_topic(party, year)}
    topics |= {statement_subject(each): statement_topic(each) for each in said}
    lines: list[Line] = []
    if not _is_corporation(party) and version is not None:
        lines = [each for each in lines_of(party, year, version) if each.now.is_answered]
        topics |= {
            figure_subject(party.pk, year, each.field.key): figure_topic(party, year, each.field)
            for each in lines
        }
    talks = conversations(user, topics, back)
    lights = _lights(known, party, said)
    accepted = version if version is not None and version.status == Status.ACCEPTED else None
    rows = _rows(accepted) if accepted is not None and _is_corporation(party) else []
    figure = figure_of(known, party, year) if _is_corporation(party) else None
    asked = Part.objects.filter(
        round__year=year, organisation=party, kind=Part.Kind.STATEMENTS
    ).values_list("of", flat=True)
    return Answer(
        party=party,
        year=year,
        badges=stated_words.beside(figure)
        if figure is not None
        else _municipal_badges(version, _corrects(party, year)),
        talk=talks[year_subject(party.pk, year)],
        figure=figure,
        totals=tuple(_totals(known, party, year)),
        lines=tuple(
            FigureLine(each, talks[figure_subject(party.pk, year, each.field.key)])
            for each in lines
        ),
        rows=tuple(
            RowLine(row.pk, _where(row), f"{Kind(row.kind).label}, {_segment(row.segment)}")
            for row in rows
        ),
        rows_in_all=accepted.rows.count() if accepted is not None and rows else 0,
        version=accepted.pk if accepted is not None else None,
        disputes=_disputes(known, party, year),
        said=tuple(
            Said(
                each,
                lights.get(each.agreement_id, each.light),
                each.agreement_id in lights,
                talks[statement_subject(each)],
            )
            for each in said
        ),
        asked=max(asked, default=0),
        is_demo=bool(version and version.is_demo) or any(each.is_demo for each in said),
    )


def _corrects(party: Organisation, year: int) -> bool:
    return Submission.objects.filter(
        organisation=party, year=year, status=Status.SUBMITTED, counts=False
    ).exists()


def _said(party: Organisation, year: int, user: User) -> list[Statement]:
    """The newest that it handed in about each agreement in the round of a year."""
    handed_in = (
        Statement.objects.submitted()
        .filter(organisation=party, round__year=year)
        .filter(agreement__in=Agreement.objects.filter(readable_agreements(user)).values("pk"))
        .select_related("agreement__set__municipality", "organisation", "round")
        .prefetch_related("evidence", "remarks")
        .order_by("round__period_until", "number")
    )
    newest = {each.agreement_id: each for each in handed_in}
    return sorted(newest.values(), key=lambda each: _order(each.agreement))


def _order(agreement: Agreement) -> tuple[object, ...]:
    digits = "".join(letter for letter in agreement.number if letter.isdigit())
    return (agreement.set.is_local, agreement.set_id, int(digits or 0), agreement.number)


def _lights(known: Picture, party: Organisation, said: list[Statement]) -> Mapping[int, str]:
    """The light of agreements of which the portal gives it, by their id, as it is now."""
    wanted = [each.agreement_id for each in said if not each.light]
    if not wanted:
        return {}
    agreements = Agreement.objects.filter(pk__in=wanted).for_reading()
    found = {}
    for line in board(known, agreements).lines:
        standing = line.of_party(party.slug)
        if line.by_rule:
            found[line.agreement.pk] = standing.light if standing else str(Light.NONE)
    return found


def _totals(known: Picture, party: Organisation, year: int) -> Iterable[Total]:
    """A corporation's changes by kind and segment, of what counts now: no row, no place."""
    if not _is_corporation(party):
        return
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for piece in known.slices:
        if _is_its(known, piece, party, year):
            sums[piece.kind, piece.segment] += piece.homes
    order = list(Kind)
    for kind, segment in sorted(sums, key=lambda key: (order.index(Kind(key[0])), key[1])):
        yield Total(f"{Kind(kind).label.capitalize()}, {_segment(segment)}",
                    signed(sums[kind, segment]))  # fmt: skip


def _is_its(known: Picture, piece: Slice, party: Organisation, year: int) -> bool:
    return (
        piece.year == year
        and piece.standing != PENDING
        and piece.part == "2.1A"
        and piece.unit_kind == UnitKind.DWELLING
        and known.stands_under.get(piece.organisation) == party.slug
    )


def _segment(code: str) -> str:
    return Segment(code).label


def _rows(version: Submission) -> list[StockChange]:
    """The largest rows of an accepted version."""
    rows = version.rows.select_related("submission__organisation", "municipality", "project")
    return list(rows.order_by("-homes", "pk")[:MOST_ROWS])


def _where(row: StockChange) -> str:
    """A row of this party: "Aarveld, Heerlen: 24 woningen"."""
    where = ", ".join(str(each) for each in (row.project, row.municipality) if each)
    return f"{where or 'Onbekende gemeente'}: {homes(row.homes)}"


def _disputes(known: Picture, party: Organisation, year: int) -> str:
    """Who disputes its figures, or whose figures it disputes, in a sentence; "" without."""
    of_year = [each for each in known.answered if each.year == year and each.disputed]
    if _is_corporation(party):
        places = {
            known.name_of(slug)
            for each in of_year
            if known.stands_under.get(each.organisation) == party.slug
            for slug in each.disputed
        }
        if not places:
            return ""
        verb = "betwist" if len(places) == 1 else "betwisten"
        return f"{listed(sorted(places))} {verb} dit. Het telt wel mee."
    against = sorted(
        known.name_of(each.organisation) for each in of_year if party.slug in each.disputed
    )
    return f"{party} betwist wat {listed(against)} over {year} opgaf." if against else ""
