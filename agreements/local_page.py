"""What the pages of local sets show: the table of municipalities and years, and one set."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from agreements import access
from agreements.cycle import Cycle, Stage, Stand
from agreements.local import cycle_of, in_order
from agreements.models import Agreement, AgreementSet, Bid, Signature, Target, Theme
from housing.models import Organisation, User
from housing.wording import dutch_date, homes, listed

Kind = Organisation.Kind
MOST_NAMES = 3
STATES: Mapping[Stage, str] = {
    Stage.BIDDING: "draft",
    Stage.TALKING: "draft",
    Stage.OVERDUE: "draft",
    Stage.SIGNED: "settled",
    Stage.RUNNING: "settled",
    Stage.TO_EVALUATE: "provisional",
    Stage.EVALUATED: "settled",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One municipality's agreements of one year: how they stand, and who is late."""

    year: int
    state: str
    words: str
    late: tuple[str, ...] = ()
    set: AgreementSet | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A municipality with its years, and the years its reader may begin."""

    municipality: Organisation
    cells: tuple[Cell, ...]
    may_start: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the cycle: by when, how it stands, and whether it is what is going on now."""

    title: str
    when: str
    state: str
    words: str
    late: str = ""
    is_now: bool = False
    is_proposal: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One agreement with who is responsible, its number in words, and its former texts."""

    agreement: Agreement
    responsible: tuple[Organisation, ...]
    homes: str


@dataclass(frozen=True, slots=True)
class Group:
    """A theme with its agreements."""

    theme: Theme
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class BidLine:
    """A corporation and its bid, if there is one."""

    corporation: Organisation
    stand: Stand
    bid: Bid | None


@dataclass(frozen=True, slots=True)
class SignLine:
    """A party and its signature, if there is one."""

    party: Organisation
    stand: Stand
    signature: Signature | None


# --- the table ---------------------------------------------------------------------------


def years_shown(sets: Iterable[AgreementSet], today: date) -> list[int]:
    """From the first year that has a set, at most four back, to the next year."""
    first = min((set_.first_year for set_ in sets), default=today.year)
    return list(range(max(min(first, today.year), today.year - 4), today.year + 2))


def rows(
    municipalities: Sequence[Organisation],
    sets: Sequence[AgreementSet],
    readable: frozenset[int],
    user: User,
    today: date,
) -> list[Row]:
    """The table. A set that its reader may not open yet says only that it is being made."""
    years = years_shown(sets, today)
    found = {(set_.municipality_id, set_.first_year): set_ for set_ in sets}
    return [
        Row(
            municipality=place,
            cells=tuple(
                _cell(found.get((place.pk, year)), year, readable, today) for year in years
            ),
            may_start=may_start(place, sets, user, today),
        )
        for place in municipalities
    ]


def may_start(
    place: Organisation, sets: Iterable[AgreementSet], user: User, today: date
) -> tuple[int, ...]:
    """This year and the next, as far as they are not begun and this reader keeps the sets."""
    own = sorted(
        (set_ for set_ in sets if set_.municipality_id == place.pk), key=lambda s: s.first_year
    )
    if not access.can_start_set(user, place, own[-1] if own else None):
        return ()
    begun = {set_.first_year for set_ in own}
    return tuple(year for year in (today.year, today.year + 1) if year not in begun)


def _cell(set_: AgreementSet | None, year: int, readable: frozenset[int], today: date) -> Cell:
    if set_ is None:
        words = "nog niet begonnen" if year > today.year else "niet vastgelegd"
        return Cell(year, "missing", words)
    if set_.pk not in readable:
        return Cell(year, "draft", "wordt gemaakt")
    stand = cycle_of(set_, today)
    return Cell(year, STATES[stand.stage], stage_words(set_, stand), late_words(set_, stand), set_)


def stage_words(set_: AgreementSet, stand: Cycle) -> str:
    """How far a set is, short enough for a cell."""
    if stand.stage == Stage.BIDDING:
        received = len(stand.bids) - len(stand.missing_bids)
        return f"{received} van {len(stand.bids)} biedingen binnen"
    if stand.stage in (Stage.TALKING, Stage.OVERDUE):
        signed = len(stand.signatures) - len(stand.missing_signatures)
        return f"{signed} van {len(stand.signatures)} tekenden" if signed else "in overleg"
    if stand.stage == Stage.SIGNED:
        return "getekend"
    if stand.stage == Stage.RUNNING:
        return "getekend, loopt"
    return "nog evalueren" if stand.stage == Stage.TO_EVALUATE else "geëvalueerd"


def late_words(set_: AgreementSet, stand: Cycle) -> tuple[str, ...]:
    """Who is late with what: "Woonpunt met het bod"."""
    words = []
    if stand.late_bids:
        words.append(f"{_names(set_, stand.late_bids)} met het bod")
    if stand.late_signatures:
        words.append(f"{_names(set_, stand.late_signatures)} met tekenen")
    if stand.evaluation == Stand.LATE:
        words.append(f"{set_.municipality} met de evaluatie")
    return tuple(words)


def _names(set_: AgreementSet, keys: Sequence[int]) -> str:
    if len(keys) > MOST_NAMES:
        return f"{len(keys)} partijen"
    names = {party.pk: party.name for party in access.parties_of(set_)}
    return listed(names[key] for key in keys)


def table_answer(table: Sequence[Row], today: date) -> tuple[str, str]:
    """The heading over the table and the sentences below it."""
    year = today.year
    if not any(cell.set for row in table for cell in row.cells):
        heading = "Er staan nog geen lokale afspraken in het portaal"
    else:
        signed = sum(_has(row, year, "settled") for row in table)
        have = "heeft" if signed == 1 else "hebben"
        heading = f"{signed} van de {len(table)} gemeenten {have} getekende afspraken over {year}"
    begun = sum(not _has(row, year + 1, "missing") for row in table)
    lead = f"Voor {year + 1} {'is' if begun == 1 else 'zijn'} {begun} van de {len(table)} begonnen."
    late = [
        f"{words} ({row.municipality} {cell.year})"
        for row in table
        for cell in row.cells
        for words in cell.late
    ]
    if late:
        lead += f" Te laat: {'; '.join(late)}."
    return heading, lead


def _has(row: Row, year: int, state: str) -> bool:
    return any(cell.year == year and cell.state == state for cell in row.cells)


# --- one set -----------------------------------------------------------------------------


def heading_of(set_: AgreementSet, stand: Cycle, count: int) -> str:
    """The answer of a set's page: who agreed on how much, and what is missing."""
    who = _who(set_)
    many = who != str(set_.municipality)
    agreed = f"{count} {'afspraak' if count == 1 else 'afspraken'} voor {set_.first_year}"
    if stand.is_signed:
        return f"{who} {'tekenden' if many else 'tekende'} {agreed}"
    if not count:
        verb = "hebben" if many else "heeft"
        return f"{who} {verb} nog geen afspraken voor {set_.first_year}"
    made = f"{who} {'maken' if many else 'maakt'} {agreed}"
    if missing := len(stand.missing_bids):
        return f"{made}; {missing} {'bod ontbreekt' if missing == 1 else 'biedingen ontbreken'}"
    unsigned = len(stand.missing_signatures)
    return (
        f"{made}; {unsigned} {'partij tekende' if unsigned == 1 else 'partijen tekenden'} nog niet"
    )


def _who(set_: AgreementSet) -> str:
    """Heerlen, 5 corporaties en 3 huurdersorganisaties."""
    kinds = [party.kind for party in access.parties_of(set_)]
    words = [str(set_.municipality)]
    for kind, one, many in (
        (Kind.CORPORATION, "corporatie", "corporaties"),
        (Kind.TENANTS, "huurdersorganisatie", "huurdersorganisaties"),
    ):
        if number := kinds.count(kind):
            words.append(f"{number} {one if number == 1 else many}")
    return listed(words)


def steps_of(set_: AgreementSet, stand: Cycle, today: date) -> list[Step]:
    """The four steps of the year, each with its day and how it stands."""
    year, stage = set_.first_year, stand.stage
    received = len(stand.bids) - len(stand.missing_bids)
    signed = len(stand.signatures) - len(stand.missing_signatures)
    ran = "nog niet begonnen" if today.year < year else "loopt" if today.year == year else "voorbij"
    return [
        Step(
            "Bieden",
            f"uiterlijk {dutch_date(set_.bids_due_on)}",
            "settled" if stand.bids and not stand.missing_bids else "draft",
            f"{received} van {len(stand.bids)} biedingen vastgelegd",
            late=_late(set_, stand.late_bids),
            is_now=stage == Stage.BIDDING,
        ),
        Step(
            "Overleggen en tekenen",
            f"uiterlijk {dutch_date(set_.signing_due_on)}",
            "settled" if stand.is_signed else "draft",
            f"{signed} van {len(stand.signatures)} partijen tekenden",
            late=_late(set_, stand.late_signatures),
            is_now=stage in (Stage.TALKING, Stage.OVERDUE),
        ),
        Step(
            "Uitvoeren",
            f"1 januari tot en met 31 december {year}",
            "missing" if today.year < year else "provisional" if today.year == year else "settled",
            ran,
            is_now=stage in (Stage.RUNNING, Stage.SIGNED),
        ),
        Step(
            "Evalueren",
            f"uiterlijk {dutch_date(stand.evaluation_due_on)}",
            "missing" if stand.evaluation.is_open else "settled",
            f"gedaan op {dutch_date(set_.evaluated_on)}"
            if set_.evaluated_on
            else "nog niet gedaan",
            late=str(set_.municipality) if stand.evaluation == Stand.LATE else "",
            is_now=stage == Stage.TO_EVALUATE,
            is_proposal=stand.evaluation.is_open,
        ),
    ]


def _late(set_: AgreementSet, keys: Sequence[int]) -> str:
    return _names(set_, keys) if keys else ""


def groups_of(agreements: Iterable[Agreement], targets: Iterable[Target]) -> list[Group]:
    """The agreements below their themes, both in their own order. `targets` hold now."""
    numbers: dict[int, str] = {}
    for target in targets:
        if target.total is not None:
            numbers[target.agreement_id] = f"{homes(target.total)}, {target.segment_label}"
    lines: dict[Theme, list[Line]] = {}
    for agreement in in_order(agreements):
        line = Line(agreement, tuple(agreement.parties_on()), numbers.get(agreement.pk, ""))
        lines.setdefault(agreement.theme, []).append(line)
    themes = sorted(lines, key=lambda theme: theme.position)
    return [Group(theme, tuple(lines[theme])) for theme in themes]


def bid_lines(set_: AgreementSet, stand: Cycle) -> list[BidLine]:
    """Every corporation of the set with its bid, by name."""
    bids = {bid.corporation_id: bid for bid in set_.bids.all()}
    asked = [party for party in access.parties_of(set_) if party.pk in stand.bids]
    return [BidLine(party, stand.bids[party.pk], bids.get(party.pk)) for party in asked]


def sign_lines(set_: AgreementSet, stand: Cycle) -> list[SignLine]:
    """Every party of the set with its signature: municipality first, then by name."""
    signatures = {each.organisation_id: each for each in set_.signatures.all()}
    parties = sorted(
        access.parties_of(set_), key=lambda party: (party.kind != Kind.MUNICIPALITY, party.name)
    )
    return [
        SignLine(party, stand.signatures[party.pk], signatures.get(party.pk)) for party in parties
    ]
