"""How every responsible party stands with its agreements: its light, and what it said of them.

For a target and a restraint the light is computed, of an effort and a study it is the party's own
word (NUMBERS 9). Everything is as it was known at the moment of a `Picture`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agreements.models import Agreement, FormerText, Statement, Target
from housing.models import Organisation, Round
from monitoring.figures import Picture
from monitoring.lights import WORST_FIRST, Light
from monitoring.measured import Measured, in_set, measured_target, picture_of, restrained
from monitoring.reported import MISSING

Kind = Agreement.Kind
BY_RULE = (Kind.TARGET, Kind.RESTRAINT)
PartyKind = Organisation.Kind
# A column of the table a group: code, the kinds of party in it, one of them, many of them.
GROUPS: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    ("gemeenten", (PartyKind.MUNICIPALITY,), "gemeente", "gemeenten"),
    ("corporaties", (PartyKind.CORPORATION,), "corporatie", "corporaties"),
    ("huurders", (PartyKind.TENANTS, PartyKind.UMBRELLA), "huurders", "huurders en overleg"),
    ("stadsregio", (PartyKind.CITY_REGION,), "Stadsregio", "Stadsregio"),
)


@dataclass(frozen=True, slots=True)
class Wording:
    """What an agreement said at a moment."""

    title: str
    text: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How one party stands with one agreement.

    `light` is a code of `Light`, or "missing": aan zet, and nothing said in the round asked.
    `statement` is the newest it handed in, of whatever round. `measured`: what the rule laid
    beside each other, None for an effort or a study.
    """

    party: Organisation
    light: str
    statement: Statement | None = None
    measured: Measured | None = None

    @property
    def status(self) -> str:
        """How far it is by its own word; "" when it never said."""
        return self.statement.get_status_display() if self.statement else ""

    @property
    def is_demo(self) -> bool:
        """Whether anything here is invented."""
        said = self.statement is not None and self.statement.is_demo
        return said or (self.measured is not None and self.measured.is_demo)


@dataclass(frozen=True, slots=True)
class Cell:
    """One group of parties at one agreement: how many have which light, and a note beside it."""

    heading: str
    lights: tuple[str, ...]
    note: str = ""

    @property
    def only(self) -> str:
        """The light of a group of one party, which needs no count."""
        return self.lights[0] if len(self.lights) == 1 else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One agreement as it stood: its wording, and every party that is aan zet."""

    agreement: Agreement
    wording: Wording
    standings: tuple[Standing, ...]
    joint: Measured | None = None

    @property
    def lights(self) -> tuple[str, ...]:
        """The light of each party, in the order of their names."""
        return tuple(standing.light for standing in self.standings)

    @property
    def by_rule(self) -> bool:
        """Whether the portal gives the lights; else each party gives its own."""
        return self.agreement.kind in BY_RULE

    def of(self, kinds: Iterable[str]) -> tuple[Standing, ...]:
        """The parties of some kinds."""
        wanted = set(kinds)
        return tuple(each for each in self.standings if each.party.kind in wanted)

    def of_party(self, slug: str) -> Standing | None:
        """How one party stands with it; None when it is not aan zet."""
        return next((each for each in self.standings if each.party.slug == slug), None)

    @property
    def is_demo(self) -> bool:
        """Whether anything in this line is invented."""
        joint = self.joint is not None and self.joint.is_demo
        return self.agreement.is_demo or joint or any(each.is_demo for each in self.standings)


@dataclass(frozen=True, slots=True)
class Board:
    """All agreements asked for, in their own order, and the round whose statements count."""

    lines: tuple[Line, ...]
    round: Round | None

    @property
    def groups(self) -> tuple[tuple[str, tuple[str, ...], str], ...]:
        """The groups with a party in any line: code, kinds, and a heading with their number."""
        found = []
        for code, kinds, one, many in GROUPS:
            parties = {each.party.pk for line in self.lines for each in line.of(kinds)}
            if parties and code == "stadsregio":
                found.append((code, kinds, "Stadsregio"))
            elif parties:
                found.append((code, kinds, f"{len(parties)} {one if len(parties) == 1 else many}"))
        return tuple(found)

    @property
    def parties(self) -> tuple[Organisation, ...]:
        """Everybody who is aan zet anywhere, by name."""
        found = {each.party.pk: each.party for line in self.lines for each in line.standings}
        return tuple(sorted(found.values(), key=lambda party: party.name))

    @property
    def is_demo(self) -> bool:
        """Whether anything here is invented."""
        return any(line.is_demo for line in self.lines)


def board(known: Picture, agreements: Iterable[Agreement]) -> Board:
    """How the parties of `agreements` stood at the picture's moment, in a fixed number of
    queries. Agreements come from `for_reading()`."""
    asked = sorted(agreements, key=in_order)
    said = _newest_statements(asked, known.moment)
    round_ = _round_of(said.values(), known)
    targets = _targets(asked, known.moment)
    texts = _former_texts(asked, known.moment)
    lines = []
    for agreement in asked:
        parties = agreement.parties_on(known.as_of)
        measures: Mapping[str, Measured] = {}
        joint = None
        if agreement.kind == Kind.TARGET:
            own = picture_of(known, agreement, targets[agreement.pk])
            joint, measures = measured_target(own, agreement, targets[agreement.pk], parties)
        elif agreement.kind == Kind.RESTRAINT:
            own = in_set(known, agreement.set)
            joint, measures = restrained(own, targets[agreement.pk], parties)
        standings = tuple(
            _standing(agreement, party, measures, said.get((agreement.pk, party.pk)), round_)
            for party in parties
        )
        lines.append(Line(agreement, texts[agreement.pk], standings, joint))
    return Board(tuple(lines), round_)


def in_order(agreement: Agreement) -> tuple[object, ...]:
    """Regional before local, by place and year, and 10 after 9."""
    set_ = agreement.set
    parts = re.split(r"(\d+)", agreement.number)
    number = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part)
    place = set_.municipality.name if set_.municipality else ""
    return (set_.is_local, place, set_.first_year, set_.name, number)


def cells(line: Line, groups: Sequence[tuple[str, tuple[str, ...], str]]) -> tuple[Cell, ...]:
    """The cells of one line, in the order of the columns; without lights: not aan zet."""
    return tuple(
        Cell(heading, tuple(each.light for each in line.of(kinds)), _note(line, kinds))
        for _, kinds, heading in groups
    )


def _note(line: Line, kinds: tuple[str, ...]) -> str:
    """What stands below the counts of parties that the rule has no number for."""
    joint = line.joint
    found = line.of(kinds)
    if joint is None or not found or any(each.light in WORST_FIRST for each in found):
        return ""
    return joint.text


def wording_at(agreement: Agreement, former: Iterable[FormerText]) -> Wording:
    """The wording at a moment; `former` are the texts that were replaced after it."""
    first = min(former, key=lambda text: text.until, default=None)
    if first is None:
        return Wording(agreement.title, agreement.text, agreement.meaning)
    return Wording(first.title, first.text, first.meaning)


def _former_texts(agreements: Sequence[Agreement], moment: datetime) -> dict[int, Wording]:
    replaced: dict[int, list[FormerText]] = defaultdict(list)
    for text in FormerText.objects.filter(agreement__in=agreements, until__gt=moment):
        replaced[text.agreement_id].append(text)
    return {each.pk: wording_at(each, replaced[each.pk]) for each in agreements}


def _newest_statements(
    agreements: Sequence[Agreement], moment: datetime
) -> dict[tuple[int, int], Statement]:
    """The newest that each party handed in about each agreement by `moment`."""
    handed_in = Statement.objects.filter(agreement__in=agreements, submitted_at__lte=moment)
    newest: dict[tuple[int, int], Statement] = {}
    in_time = handed_in.select_related("round").order_by("-round__period_until", "-number")
    for statement in in_time.defer("did", "needs"):
        newest.setdefault((statement.agreement_id, statement.organisation_id), statement)
    return newest


def _round_of(statements: Iterable[Statement], known: Picture) -> Round | None:
    """The round whose statements count: the newest in which anybody said anything, so that a
    round that has just begun wipes nothing out; without any, the newest that has begun."""
    said = max((each.round for each in statements), key=lambda r: r.period_until, default=None)
    if said is not None:
        return said
    begun = Round.objects.filter(period_from__lte=known.as_of)
    return begun.order_by("-period_until").first()


def _targets(agreements: Sequence[Agreement], moment: datetime) -> dict[int, list[Target]]:
    found: dict[int, list[Target]] = defaultdict(list)
    numbers = [each.pk for each in agreements if each.kind in BY_RULE]
    if numbers:
        known = Target.objects.at(moment).filter(agreement__in=numbers)
        for target in known.select_related("municipality", "corporation").prefetch_related("years"):
            found[target.agreement_id].append(target)
    return found


def _standing(
    agreement: Agreement,
    party: Organisation,
    measures: Mapping[str, Measured],
    statement: Statement | None,
    round_: Round | None,
) -> Standing:
    if agreement.kind in BY_RULE:
        measured = measures.get(party.slug)
        light = measured.light if measured else Light.NONE
        return Standing(party, str(light), statement, measured)
    if statement is None or round_ is None or statement.round_id != round_.pk:
        return Standing(party, MISSING, statement)
    return Standing(party, statement.light or str(Light.NONE), statement)
