"""New homes by segment in each municipality: by party corporations and, beside them, by others.

What corporations build comes from the tallies, what others build from the municipalities' own
figures. The two are never one number without both being shown (NUMBERS 7).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from housing.codes import Kind, Segment
from monitoring import words
from monitoring.breakdown import answer_about
from monitoring.exports import Book, Cell, Sheet, Style
from monitoring.figures import Picture
from monitoring.municipal import OwnAnswer, own_answers
from monitoring.reported import PENDING, Slice
from monitoring.stated import NOT_STATED, Stated, stated, together
from monitoring.stated_words import stands

REST = "rest"
MIXED = (Segment.MID_RENT.value, Segment.AFFORDABLE_SALE.value)
# The segments the agreement is about; whatever else there is, is one group.
GROUPS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("social_rent", "Sociale huur", frozenset({Segment.SOCIAL_RENT.value})),
    ("mid_rent", "Middenhuur", frozenset({Segment.MID_RENT.value})),
    ("affordable_sale", "Betaalbare koop", frozenset({Segment.AFFORDABLE_SALE.value})),
    (
        REST,
        "Overig",
        frozenset(
            segment.value
            for segment in Segment
            if segment not in (Segment.SOCIAL_RENT, Segment.MID_RENT, Segment.AFFORDABLE_SALE)
        ),
    ),
)
LABELS = {code: label for code, label, _ in GROUPS}
GROUP_OF = {segment: code for code, _, segments in GROUPS for segment in segments}
COUNTED = (
    "Corporaties: nieuwbouw van woonruimte, van elk ontstaan, zoals zij die zelf opgaven. "
    "Anderen: wat gemeenten opgaven als opgeleverd door bouwers die geen partij zijn. Overig is "
    "sociaal met een huur boven de grens, vrije sector huur, overige koop en wat onbekend is."
)


@dataclass(frozen=True, slots=True)
class Homes:
    """Homes by group, of one kind of builder, each with its state and marks. `stated` are all of
    them together; that an answer came back is said there, not at each group."""

    groups: Mapping[str, Stated]
    stated: Stated = NOT_STATED

    @property
    def by_group(self) -> dict[str, int | None]:
        """The bare numbers; None is not reported."""
        return {code: found.homes for code, found in self.groups.items()}

    @property
    def total(self) -> int | None:
        return self.stated.homes

    @property
    def mixed(self) -> int | None:
        """Mid rent and affordable sale: what the agreement asks for beside social rent."""
        return together(self.groups[code] for code in MIXED).homes

    @property
    def labelled(self) -> list[tuple[str, Stated]]:
        """Each group's word with its homes."""
        return [(LABELS[code], found) for code, found in self.groups.items()]

    def __add__(self, other: "Homes") -> "Homes":
        both = {code: self.groups[code] + other.groups[code] for code in self.groups}
        return Homes(both, self.stated + other.stated)


NOTHING_KNOWN = Homes({code: NOT_STATED for code, _, _ in GROUPS})


@dataclass(frozen=True, slots=True)
class PlaceYear:
    """One municipality in one year, both kinds of builders beside each other."""

    year: int
    corporations: Homes
    others: Homes


@dataclass(frozen=True, slots=True)
class Place:
    """One municipality over the years that have begun."""

    slug: str
    name: str
    years: tuple[PlaceYear, ...]

    @property
    def corporations(self) -> Homes:
        return sum((year.corporations for year in self.years), NOTHING_KNOWN)

    @property
    def others(self) -> Homes:
        return sum((year.others for year in self.years), NOTHING_KNOWN)

    @property
    def lines(self) -> list[tuple[int, str, Homes]]:
        """Year, who built, and the homes: a row each."""
        return [
            (year.year, who, homes)
            for year in self.years
            for who, homes in (("corporaties", year.corporations), ("anderen", year.others))
        ]

    @property
    def others_answered(self) -> int:
        """In how many years the municipality gave a number for others."""
        return sum(year.others.total is not None for year in self.years)


@dataclass(frozen=True, slots=True)
class Mixed:
    """All municipalities, with what the region's totals rest on."""

    places: tuple[Place, ...]
    years: tuple[int, ...]
    unplaced: int
    is_demo: bool

    @property
    def corporations(self) -> Homes:
        return sum((place.corporations for place in self.places), NOTHING_KNOWN)

    @property
    def others(self) -> Homes:
        return sum((place.others for place in self.places), NOTHING_KNOWN)

    @property
    def others_answered(self) -> int:
        return sum(place.others_answered for place in self.places)

    @property
    def others_asked(self) -> int:
        """Municipalities × years that have begun."""
        return len(self.places) * len(self.years)

    @property
    def heading(self) -> str:
        """The answer of the page."""
        built, added = self.corporations.total, self.corporations.mixed
        if built is None:
            return "Over nieuwe woningen per segment is nog niets opgegeven"
        if not built:
            return "Corporaties hebben nog geen nieuwe woningen opgeleverd"
        verb = "is" if added == 1 else "zijn"
        return (
            f"Van de {words.number(built)} nieuwe corporatiewoningen {verb} "
            f"{words.number(added or 0)} middenhuur of betaalbare koop"
        )


def mixed_in(known: Picture) -> Mixed:
    """Homes by segment per municipality and year, as known at the picture's moment."""
    own = own_answers(known.moment)
    started = tuple(year.year for year in known.region.years if year.started)
    built: dict[tuple[str, int], list[Slice]] = defaultdict(list)
    unplaced, demo = 0, any(answer.demo for (_, year), answer in own.items() if year in started)
    for piece in known.slices:
        if piece.kind != Kind.NEW_BUILD or piece.year not in started:
            continue
        if not piece.is_stock_of_dwellings:
            is_home = piece.part == "2.1A" and piece.unit_kind == "dwelling"
            unplaced += piece.homes if is_home and piece.standing != PENDING else 0
            continue
        built[piece.municipality, piece.year].append(piece)
        demo = demo or (piece.demo and piece.standing != PENDING)
    places = tuple(
        Place(
            party.slug,
            party.name,
            tuple(
                PlaceYear(
                    year,
                    _by_corporations(known, party.slug, year, built[party.slug, year]),
                    _by_others(own.get((party.slug, year))),
                )
                for year in started
            ),
        )
        for party in known.municipalities
    )
    return Mixed(places, started, unplaced, demo)


def _by_corporations(known: Picture, slug: str, year: int, pieces: list[Slice]) -> Homes:
    progress = known.by_municipality[slug].year(year)
    if progress.built is None and all(piece.standing == PENDING for piece in pieces):
        returned = [mark for mark in progress.stated.marks if mark.code == "returned"]
        return replace(NOTHING_KNOWN, stated=Stated(marks=tuple(returned)))
    of = {answer.organisation: answer for answer in progress.answers}
    for answer in known.answered:
        if answer.year == year and any(answer.organisation == p.organisation for p in pieces):
            of.setdefault(answer.organisation, answer_about(answer, slug))
    bare = [replace(answer, marks=()) for answer in of.values()]
    groups = {
        code: stated([piece for piece in pieces if piece.segment in segments], bare)
        for code, _, segments in GROUPS
    }
    return Homes(groups, stated(pieces, of.values(), bare=True))


def _by_others(answer: OwnAnswer | None) -> Homes:
    if answer is None:
        return NOTHING_KNOWN
    quiet = replace(answer, returned=False)
    return Homes({code: quiet.of(segments) for code, _, segments in GROUPS}, answer.stated)


def mixed_book(known: Picture, found: Mixed) -> Book:
    """The same numbers as a file: one row a municipality, year and kind of builder."""
    headings = (
        "Gemeente", "Jaar", "Wie bouwde", *LABELS.values(), "Samen", "Waarvan voorlopig", "Stand",
    )  # fmt: skip

    def sheets(style: Style) -> Iterator[Sheet]:
        rows: list[list[Cell]] = []
        for place in found.places:
            for year in place.years:
                for who, homes in (("corporaties", year.corporations), ("anderen", year.others)):
                    values = [_known(homes.by_group[code]) for code in LABELS]
                    rows.append(
                        [
                            style.text(place.name),
                            year.year,
                            who,
                            *values,
                            _known(homes.total),
                            words.UNKNOWN if homes.total is None else homes.stated.provisional,
                            stands(homes.stated),
                        ]
                    )
        yield Sheet("Nieuwe woningen", headings, rows)

    return Book(
        name=f"gemengde wijken {known.as_of:%Y-%m-%d}",
        about=(
            ("Cijfers", "Nieuwe woningen per segment, gemeente en jaar"),
            ("Stand op", words.dutch_date(known.as_of)),
            ("Geteld", COUNTED),
            (
                "Let op",
                "Tel de regels van corporaties en anderen niet zonder uitleg bij elkaar op.",
            ),
            (words.UNKNOWN, f"{words.UNKNOWN_MEANS}; dat is iets anders dan 0"),
        ),
        sheets=sheets,
        is_demo=found.is_demo,
    )


def _known(value: int | None) -> Cell:
    return words.UNKNOWN if value is None else value
