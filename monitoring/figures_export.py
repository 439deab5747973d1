"""The dashboard's numbers as a file, from the same `Picture` as every page."""

from collections.abc import Iterator, Mapping, Sequence

from housing.codes import Segment
from monitoring import words
from monitoring.agreed import REGION
from monitoring.exports import Book, Cell, Sheet, Style
from monitoring.figures import Picture
from monitoring.progress import Progress, YearProgress
from monitoring.stated_words import stands
from monitoring.waterfall import GROSS

_YEAR = ("Jaar", "Afgesproken", "Opgeleverd", "Vastgesteld", "Voorlopig", "Betwist")
_YEAR_REST = ("Huur nog niet bekend", "Stand", "Opgaven", "Gevraagd", "Jaar afgerond")
_NET = ("Netto erbij", "Netto eraf", "Netto")
_REVISED = ("Eerder afgesproken", "Besluit")


def figures_book(known: Picture) -> Book:
    """Years, municipalities, corporations, segments, gross and net, and what marks them."""
    rule = known.rule
    decided = "" if rule.decided else f" ({words.PROPOSAL})"

    def sheets(style: Style) -> Iterator[Sheet]:
        region = known.region
        yield Sheet("Kerncijfers", ("Wat", "Waarde"), list(_main(known)))
        yield Sheet(
            "Regio per jaar",
            (*_YEAR, *_YEAR_REST, *_NET, *_REVISED),
            [
                [*_year(year), *_net(year), *_revised(known, REGION, year, style)]
                for year in region.years
            ],
        )
        parties = (
            ("Per gemeente", "Gemeente", known.by_municipality),
            ("Per corporatie", "Corporatie", known.by_corporation),
        )
        for name, heading, progress_of in parties:
            headings = (heading, *_YEAR, *_YEAR_REST, *_NET, *_REVISED)
            yield Sheet(name, headings, list(_parties(known, progress_of, style)))
        segments = ("Segment", "Jaar", "Opgeleverd", "Voorlopig", "Stand")
        yield Sheet("Per segment", segments, list(_segments(known)))
        yield Sheet("Bruto en netto", ("Stap", "Woningen", "Stand"), list(_steps(known)))
        marks = [[style.text(words.mark_text(mark, known.names))] for mark in region.marks]
        if marks:
            yield Sheet("Bij deze cijfers", ("Opmerking",), marks)

    return Book(
        name=f"cijfers {known.as_of:%Y-%m-%d}",
        about=(
            ("Cijfers", "Sociale huurwoningen, Prestatieafspraken Parkstad Limburg"),
            ("Stand op", words.dutch_date(known.as_of)),
            ("Filter", "geen: de hele regio"),
            ("Telregel", f"{rule.number}{decided}: {' '.join(rule.text.split())}"),
            (words.UNKNOWN, f"{words.UNKNOWN_MEANS}; dat is iets anders dan 0"),
            ("Leeg", "niet van toepassing: nog niet begonnen, of niets afgesproken"),
        ),
        sheets=sheets,
        is_demo=known.is_demo,
    )


def _main(known: Picture) -> Iterator[Sequence[Cell]]:
    region = known.region
    until = f" t/m {region.closed_until}" if region.closed_until else ""
    yield "Opgeleverd, alles wat meetelt", _known(region.built)
    yield "Waarvan vastgesteld", _known(region.accepted)
    yield "Waarvan voorlopig", _known(region.provisional)
    yield "Waarvan betwist", _known(None if region.built is None else region.disputed)
    yield "Stand", stands(region.stated)
    yield "Afgesproken in totaal", region.goal
    if (revision := known.revisions.get(REGION)) is not None:
        yield "Afgesproken in alle jaren samen", region.agreed_in_years
        yield "Eerder afgesproken in totaal", revision.earlier_total
    yield "Laatste afgeronde jaar", region.closed_until
    yield f"Opgeleverd in afgeronde jaren{until}", region.built_closed
    if region.closed_until:
        yield f"Stand van afgeronde jaren{until}", stands(region.stated_closed)
    yield f"Afgesproken in afgeronde jaren{until}", region.due
    yield "Achter (negatief: meer dan afgesproken)", region.behind
    yield "Nodig per jaar in de andere jaren", region.needed_per_year
    yield "Netto, alle jaren tot nu toe", _known(region.net.net)
    yield "Stand van netto", stands(region.net.stated)


def _year(year: YearProgress) -> list[Cell]:
    given = year.built is not None
    return [
        year.year,
        year.target,
        _of(year, year.built),
        _of(year, year.accepted if given else None),
        _of(year, year.provisional if given else None),
        _of(year, year.disputed if given else None),
        _of(year, year.rent_unknown if given else None),
        stands(year.stated) if year.started or given else None,
        year.reported if year.started else None,
        year.asked if year.started else None,
        ("ja" if year.closed else "nee") if year.started else None,
    ]


def _net(year: YearProgress) -> list[Cell]:
    net = year.net
    return [_of(year, value) for value in (net.additions, net.withdrawals, net.net)]


def _revised(known: Picture, scope: str, year: YearProgress, style: Style) -> list[Cell]:
    """What was agreed for this year before the target was changed, and by which decision."""
    revision = known.revisions.get(scope)
    if revision is None or year.year not in revision.notes:
        return [None, None]
    return [revision.earlier.get(year.year), style.text(revision.decided or "zonder besluit")]


def _of(year: YearProgress, value: int | None) -> Cell:
    """n.n.o. for a year that has begun; nothing for one that has not."""
    return _known(value) if year.started or value is not None else None


def _known(value: int | None) -> Cell:
    return words.UNKNOWN if value is None else value


def _parties(
    known: Picture, progress_of: Mapping[str, Progress], style: Style
) -> Iterator[list[Cell]]:
    for slug, progress in progress_of.items():
        for year in progress.years:
            revised = _revised(known, slug, year, style)
            yield [style.text(known.name_of(slug)), *_year(year), *_net(year), *revised]


def _segments(known: Picture) -> Iterator[list[Cell]]:
    started = {year.year for year in known.region.years if year.started}
    for code, years in known.by_segment.items():
        for year, built in years.items():
            if year in started or built.homes is not None:
                provisional = None if built.homes is None else built.provisional
                yield [
                    Segment(code).label, year, _known(built.homes), _known(provisional),
                    stands(built),
                ]  # fmt: skip


def _steps(known: Picture) -> Iterator[list[Cell]]:
    fall = known.waterfall()
    if fall is None:
        yield ["Netto over afgeronde jaren", words.UNKNOWN, words.UNKNOWN_MEANS]
        return
    for step in fall.steps:
        yield [step.label, step.homes, stands(fall.stated_gross) if step.code == GROSS else None]
    yield ["Netto", fall.net, stands(fall.stated)]
