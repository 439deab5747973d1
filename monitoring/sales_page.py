"""What the page about sold homes says: its heading, a line for each corporation, the export."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitoring import words
from monitoring.exports import Book, Cell, Sheet, Style
from monitoring.figures import Picture
from monitoring.lights import PROPOSED, Light, light_of
from monitoring.sales import Sold, SoldByCorporation, total_of
from monitoring.stated import NOT_STATED, Stated, together
from monitoring.stated_words import below, figure_in_words, stands

APART = "telt niet mee bij terughoudendheid"
SOCIAL_ONLY = (
    "Geteld zijn verkochte woningen uit de sociale voorraad (DAEB) in de regio: aan toekomstige "
    "bewoners en aan overigen. Verkoop aan een andere corporatie staat apart zodra die de aankoop "
    "ook opgaf: die woning blijft sociaal. Ook verkoop uit voorraad (onderdeel 2.1B) staat apart."
)
LIGHT_RULE = (
    "Op schema tot en met de signaalwaarde, let op tot en met 110%, daarboven achter. "
    "Zonder signaalwaarde is er geen licht."
)


@dataclass(frozen=True, slots=True)
class YearCell:
    """One corporation in one year: None when it did not answer about sales; `silence` then says
    whether its answer came back."""

    year: int
    sold: Sold | None
    signal: int | None
    light: Light
    silence: Stated = NOT_STATED

    @property
    def held_against(self) -> int | None:
        return self.sold.held_against if self.sold else None

    @property
    def stated(self) -> Stated:
        """What is held against restraint, with its state and marks."""
        return self.sold.stated if self.sold else self.silence


@dataclass(frozen=True, slots=True)
class Line:
    """One corporation over the years that have begun."""

    slug: str
    name: str
    cells: tuple[YearCell, ...]

    @property
    def has_signal(self) -> bool:
        return any(cell.signal is not None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class YearTotal:
    """All corporations together in one year, and how many of those asked answered."""

    year: int
    sold: Sold | None
    answered: int
    asked: int
    running: bool

    @property
    def held_against(self) -> int | None:
        return self.sold.held_against if self.sold else None

    @property
    def stated(self) -> Stated:
        """What is held against restraint, with its state and marks."""
        return self.sold.stated if self.sold else NOT_STATED

    @property
    def rests_on(self) -> str:
        """7 van 9."""
        return f"{self.answered} van {self.asked}"


@dataclass(frozen=True, slots=True)
class SalesPage:
    """The sales of a picture beside the signal values."""

    lines: tuple[Line, ...]
    totals: tuple[YearTotal, ...]
    closed_until: int | None

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(total.year for total in self.totals)

    @property
    def held(self) -> list[tuple[str, list[int | None]]]:
        """To whom was sold, by year: what is held against restraint."""
        return [
            ("Aan toekomstige bewoners", self._each("occupants")),
            ("Aan overigen", self._each("others")),
            ("Aan een corporatie, aankoop nog niet gevonden", self._each("unmatched")),
        ]

    @property
    def apart(self) -> list[tuple[str, list[int | None]]]:
        """What is not held against restraint."""
        return [
            ("Aan een corporatie die de aankoop ook opgaf", self._each("to_corporation")),
            ("Uit voorraad (onderdeel 2.1B)", self._each("from_stock_2_1b")),
        ]

    @property
    def provisional(self) -> list[int | None]:
        """How much of what is held against restraint is not accepted yet, by year."""
        return self._each("provisional")

    def _each(self, name: str) -> list[int | None]:
        return [getattr(total.sold, name) if total.sold else None for total in self.totals]

    @property
    def has_signal(self) -> bool:
        return any(line.has_signal for line in self.lines)

    @property
    def is_known(self) -> bool:
        return any(total.sold is not None for total in self.totals)

    @property
    def is_demo(self) -> bool:
        return any(total.sold is not None and total.sold.demo for total in self.totals)

    @property
    def stated_closed(self) -> Stated:
        """What is held against restraint over closed years; not known when none is closed."""
        until = self.closed_until or 0
        return together(total.stated for total in self.totals if total.year <= until)

    @property
    def closed_total(self) -> int | None:
        """The homes of it."""
        return self.stated_closed.homes

    @property
    def lights(self) -> list[str]:
        """The newest verdict of each corporation with a signal value."""
        found = []
        for line in self.lines:
            judged = [cell.light for cell in line.cells if cell.signal is not None]
            if judged:
                said = [light for light in judged if light != Light.UNKNOWN]
                found.append(said[-1] if said else Light.UNKNOWN)
        return [str(light) for light in found]

    @property
    def heading(self) -> str:
        """The answer of the page."""
        if not self.is_known:
            return "Over verkochte sociale huurwoningen is nog niets opgegeven"
        if self.closed_total is None:
            so_far = sum(total.held_against or 0 for total in self.totals)
            return f"Corporaties gaven tot nu toe {_social(so_far)} op als verkocht"
        sold = f"Tot en met {self.closed_until} verkochten corporaties {_social(self.closed_total)}"
        if over := sum(light == Light.BEHIND for light in self.lights):
            who = "1 corporatie" if over == 1 else f"{over} corporaties"
            return f"{sold}; {who} ruim boven de signaalwaarde"
        return sold

    @property
    def lead(self) -> str:
        """What follows: how the number stands, the running year, and whether there is a signal
        value."""
        closed, sentences = self.stated_closed, []
        if closed.homes is not None and below(closed):
            sentences.append(f"Van dat getal: {words.listed(text for _, text in below(closed))}.")
        for total in self.totals:
            if total.running and total.held_against is not None:
                sentences.append(
                    f"In {total.year} zijn dat er tot nu toe {figure_in_words(total.stated)}, "
                    f"volgens {total.answered} van de {total.asked} corporaties."
                )
        if not self.has_signal:
            sentences.append(
                "Hoeveel verkopen te veel is, is niet afgesproken: er is nog geen signaalwaarde, "
                "en daarom geen licht."
            )
        return " ".join(sentences)


def sales_page(
    known: Picture, sold: SoldByCorporation, signals: Mapping[str, Mapping[int, int]]
) -> SalesPage:
    """Lay the sales beside the signal values, for the years that have begun."""
    started = [year for year in known.region.years if year.started]
    complete = {
        (known.stands_under[answer.organisation], answer.year)
        for answer in known.answered
        if answer.complete and answer.sales
    }
    silent = {
        (known.stands_under[answer.organisation], answer.year): tuple(
            mark for mark in answer.marks if mark.code == "returned"
        )
        for answer in known.answered
        if not answer.is_given
    }
    lines = []
    for party in known.corporations:
        cells = []
        for year in started:
            found = sold.get(party.slug, {}).get(year.year)
            signal = signals.get(party.slug, {}).get(year.year)
            light = light_of(
                found.held_against if found else None,
                signal,
                restraint=True,
                complete=year.over and (party.slug, year.year) in complete,
                thresholds=PROPOSED,
            )
            quiet = Stated(marks=silent.get((party.slug, year.year), ()))
            cells.append(YearCell(year.year, found, signal, light, quiet))
        lines.append(Line(party.slug, party.name, tuple(cells)))
    totals = []
    for year in started:
        asked = {known.stands_under[slug] for slug in known.asked.get(year.year, ())}
        answered = sum(year.year in sold.get(slug, {}) for slug in asked)
        running = not year.over
        totals.append(
            YearTotal(year.year, total_of(sold, year.year), answered, len(asked), running)
        )
    return SalesPage(tuple(lines), tuple(totals), known.region.closed_until)


def sales_book(known: Picture, page: SalesPage) -> Book:
    """The same numbers as a file."""

    def sheets(style: Style) -> Iterator[Sheet]:
        headings = (
            "Corporatie", "Jaar", "Verkocht", "Aan bewoners", "Aan overigen",
            "Aan een corporatie, aankoop niet gevonden", f"Aan een corporatie ({APART})",
            f"Uit voorraad, 2.1B ({APART})", "Waarvan voorlopig", "Stand", "Signaalwaarde", "Licht",
        )  # fmt: skip
        rows = [
            [style.text(line.name), cell.year, *_cells(cell), cell.signal, _light(cell)]
            for line in page.lines
            for cell in line.cells
        ]
        yield Sheet("Verkoop per corporatie", headings, rows)
        yield Sheet(
            "Verkoop per jaar",
            ("Jaar", *headings[2:10], "Opgaven", "Gevraagd"),
            [[total.year, *_cells(total), total.answered, total.asked] for total in page.totals],
        )

    return Book(
        name=f"verkoop sociale huur {known.as_of:%Y-%m-%d}",
        about=(
            ("Cijfers", "Verkochte sociale huurwoningen per corporatie en jaar"),
            ("Stand op", words.dutch_date(known.as_of)),
            ("Geteld", SOCIAL_ONLY),
            ("Licht", f"{LIGHT_RULE} ({words.PROPOSAL})"),
            (words.UNKNOWN, f"{words.UNKNOWN_MEANS}; dat is iets anders dan 0"),
        ),
        sheets=sheets,
        is_demo=page.is_demo,
    )


def _cells(found: YearCell | YearTotal) -> Sequence[Cell]:
    sold, stand = found.sold, stands(found.stated)
    if sold is None:
        return [*[words.UNKNOWN] * 7, stand]
    return [
        sold.held_against,
        sold.occupants,
        sold.others,
        sold.unmatched,
        sold.to_corporation,
        sold.from_stock_2_1b,
        sold.provisional,
        stand,
    ]


def _light(cell: YearCell) -> str:
    return words.LIGHTS[cell.light]


def _social(count: int) -> str:
    noun = "sociale huurwoning" if count == 1 else "sociale huurwoningen"
    return f"{words.number(count)} {noun}"
