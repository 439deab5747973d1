"""The Opleveringen as a file: exactly the filtered rows, and only what the reader may read.

No model instances: `values_list` streams at the speed of SQL, and what many rows share (labels,
verdict, rights) is worked out once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import islice
from operator import mul
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from housing.codes import Branch, DwellingType, Kind, Origin, Precision, Segment, UnitKind
from housing.models import StockChange
from monitoring.completions import Setback, Setting, demo_inside, setbacks
from monitoring.exports import Book, Cell, Column, Sheet, Style
from monitoring.row_marks import corrections, standings
from monitoring.tables import lost_text
from monitoring.verdicts import Facts, marks, why_not
from monitoring.words import PROPOSAL, dutch_date

HEADINGS = (
    "Corporatie", "Jaar", "Gemeente", "Project", "Opgeleverd", "Mutatie", "Ontstaan", "Segment",
    "Eenheid", "Woningen", "Telt mee", "Toelichting", "Stand", "Versie",
)  # fmt: skip
ADDRESS = {
    "Kenmerk": "key",
    "BAG-verblijfsobject-id": "bag_ids",
    "Postcode": "postcode",
    "Huisnummer": "house_number",
    "Huisletter": "house_letter",
    "Toevoeging": "house_addition",
}
PRIVATE = {
    "Tak": "branch",
    "Soort woonruimte": "dwelling_type",
    "Netto huur": "rent",
    "Koopprijs": "price",
    "WWS-punten": "points",
    "Energielabel": "label",
    "Oppervlakte m2": "area",
    "Doelgroep": "target_group",
    "Opmerking": "remark",
    "Bestand": "upload__name",
    "Blad": "sheet",
    "Rij": "row",
}
# What many rows share: together one key, worked out once.
_SHARED = (
    "submission_id", "submission__organisation", "submission__year", "submission__status",
    "submission__number", "municipality", "part", "kind", "origin", "segment", "unit_kind",
    "dwelling_type", "self_contained", "rent_class", "not_yet_let", "project",
)  # fmt: skip
_OWN = ("pk", "homes", "direction", "project__name", "happened", "precision")
_AMOUNTS = {"rent", "price", "area"}
_TEXTS = {"key", "house_letter", "house_addition", "label", "target_group", "remark",
          "upload__name", "sheet"}  # fmt: skip
# Read as text, so that nothing is converted a cell at a time.
_AS_TEXT = _AMOUNTS | {"happened", "self_contained", "not_yet_let"}
_TRUTH = {None: None, "1": True, "0": False, "true": True, "false": False}
_CHUNK = 250  # small enough to stay in the processor's own memory: a third quicker
_MOST_REMEMBERED = 50_000


class Once(dict[Any, Any]):
    """What was worked out for a value, so that `map(once.__getitem__, column)` runs in C."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        super().__init__()
        self.work = work

    def __missing__(self, key: Any) -> Any:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        found = self[key] = self.work(key)
        return found


@dataclass(frozen=True)
class RowsExport:
    """Filtered rows on their way into a file."""

    rows: QuerySet[StockChange]
    setting: Setting

    @cached_property
    def has_address(self) -> bool:
        """Whether the address of any of these rows is open to the reader."""
        rights = self.setting.rights
        if rights.coordinator:
            return True
        opened = (
            Q(submission__organisation__in=rights.organisations)
            | Q(municipality__in=rights.municipalities)
            | Q(pk__in=rights.claimed_rows)
        )
        return self.rows.order_by().filter(opened).exists()

    @cached_property
    def has_private(self) -> bool:
        """Whether rent, points, remark and cell of any of these rows are open to the reader."""
        rights = self.setting.rights
        own = Q(submission__organisation__in=rights.organisations)
        return rights.coordinator or self.rows.order_by().filter(own).exists()

    @property
    def headings(self) -> tuple[str, ...]:
        """The columns; those in which nothing may be read are left out."""
        address = tuple(ADDRESS) if self.has_address else ()
        return (*HEADINGS, *address, *(PRIVATE if self.has_private else ()))

    def sheets(self, style: Style) -> Iterator[Sheet]:
        """One table."""
        yield Sheet("Opleveringen", self.headings, self.cells(style))

    def cells(self, style: Style) -> Iterator[Sequence[Cell]]:
        """The rows, each with only what may be read of it; worked on a column at a time."""
        address = tuple(ADDRESS.values()) if self.has_address else ()
        private = tuple(PRIVATE.values()) if self.has_private else ()
        extra = (*address, *private)
        names = (*_OWN, *_SHARED, *extra)
        elsewhere = setbacks(self.rows.order_by().values("pk"))
        changing = corrections(self.rows.order_by().values("pk"), self.setting)
        claimed = self.setting.rights.claimed_rows
        groups = Once(lambda key: self._group(key, style))
        dates = Once(lambda when: _when(when, style))
        write = {name: _writer(name, style) for name in extra}
        rows = self.rows.values_list(
            *(Cast(name, TextField()) if name in _AS_TEXT else name for name in names)
        ).iterator(chunk_size=2000)
        while chunk := list(islice(rows, _CHUNK)):
            columns = list(zip(*chunk, strict=True))
            pks, homes, directions, projects, happened, precisions = columns[: len(_OWN)]
            shared = columns[len(_OWN) : len(_OWN) + len(_SHARED)]
            alike = list(map(groups.__getitem__, zip(*shared, strict=True)))
            (corporation, year, place, kind, origin, segment, unit, why, stands, version,
             counts, open_address, open_private) = zip(*alike, strict=True)  # fmt: skip
            signed = list(map(mul, homes, directions))
            counted = list(map(mul, signed, counts))
            if elsewhere and not elsewhere.keys().isdisjoint(pks):
                reasons = list(why)
                for at, pk in enumerate(pks):
                    if pk in elsewhere and counts[at]:
                        counted[at], reasons[at] = self._elsewhere(
                            elsewhere[pk], shared[1][at], homes[at], directions[at]
                        )
                why = tuple(reasons)
            if changing and not changing.keys().isdisjoint(pks):
                stands = tuple(
                    f"{stand}, {changing[pk]}" if pk in changing else stand
                    for stand, pk in zip(stands, pks, strict=True)
                )
            if claimed and not claimed.isdisjoint(pks):
                open_address = tuple(
                    opened or pk in claimed for opened, pk in zip(open_address, pks, strict=True)
                )
            when = map(dates.__getitem__, zip(happened, precisions, year, strict=True))
            given = dict(zip(extra, columns[len(_OWN) + len(_SHARED) :], strict=True))
            yield from zip(
                corporation, year, place, style.texts(projects), when, kind, origin, segment,
                unit, signed, counted, why, stands, version,
                *(_only(write[name](given[name]), open_address) for name in address),
                *(_only(write[name](given[name]), open_private) for name in private),
                strict=True,
            )  # fmt: skip

    def _group(self, key: tuple[Any, ...], style: Style) -> tuple[Cell, ...]:
        """The cells that rows alike share, whether they count, and what of them is open."""
        (submission, organisation, year, status, version, municipality, part, kind, origin,
         segment, unit_kind, dwelling_type, contained, rent_class, not_yet_let,
         project) = key  # fmt: skip
        setting = self.setting
        facts = Facts(
            year, setting.place(municipality, year), part, kind, segment, unit_kind,
            dwelling_type, _TRUTH[contained], rent_class, _TRUTH[not_yet_let] is True,
        )  # fmt: skip
        why = why_not(facts, setting.rule)
        marks_of_row = standings(
            setting, submission=submission, status=status, municipality=municipality,
            project=project,
        )  # fmt: skip
        stands = ", ".join(text for _, text in marks_of_row)
        return (
            style.text(setting.name(organisation)),
            year,
            style.text(setting.name(municipality) or "nog niet bekend"),
            Kind(kind).label,
            Origin(origin).label if origin else None,
            Segment(segment).label,
            UnitKind(unit_kind).label,
            why or ", ".join(marks(facts)),
            stands,
            version,
            int(not why),
            setting.rights.address(organisation, municipality),
            setting.rights.private(organisation),
        )

    def _elsewhere(
        self, setback: Setback, organisation: int, homes: int, direction: int
    ) -> tuple[int, str]:
        if setback.until_accepted:
            return 0, f"telt in {setback.until_accepted} tot deze opgave is vastgesteld"
        why = lost_text(organisation, setback, self.setting)
        return (homes - min(homes, setback.lost)) * direction, why


def _when(when: tuple[str | None, str, int], style: Style) -> Cell:
    """A date with as much as is known of it."""
    happened, precision, year = when
    if happened is None or precision == Precision.YEAR:
        return year
    day = date.fromisoformat(happened)
    return style.day(day) if precision == Precision.DAY else f"{day:%m-%Y}"


def _writer(name: str, style: Style) -> Callable[[Column], Column]:
    """How the cells of a column are written."""
    if name in _TEXTS:
        return style.texts
    once: Once | None = None
    if name in _AMOUNTS:
        once = Once(lambda text: None if text is None else style.amount(_cents(text)))
    elif name == "branch":
        once = Once(lambda code: Branch(code).label if code else None)
    elif name == "dwelling_type":
        once = Once(lambda code: DwellingType(code).label if code else None)
    if once is None:
        return lambda column: column
    found = once
    return lambda column: list(map(found.__getitem__, column))


def _cents(text: str) -> Decimal:
    return Decimal(text).quantize(Decimal("0.01"))


def _only(column: Column, opened: Sequence[bool]) -> Column:
    """The cells that are open to the reader; the others blank."""
    if all(opened):
        return column
    return [cell if is_open else None for cell, is_open in zip(column, opened, strict=True)]


def rows_book(rows: QuerySet[StockChange], setting: Setting, words: str, hidden: str = "") -> Book:
    """The filtered rows as a file; `words` is the filter as people read it, "" for none."""
    rule = setting.rule
    decided = "" if rule.decided else f" ({PROPOSAL})"
    about = [
        ("Opleveringen", "Prestatieafspraken Parkstad Limburg"),
        ("Stand op", dutch_date(timezone.localdate())),
        ("Filter", words or "geen: alle rijen die u kunt zien"),
        ("Telregel", f"{rule.number}{decided}: {' '.join(rule.text.split())}"),
    ]
    if hidden:
        about.append(("Niet in dit bestand", hidden))
    return Book(
        name=f"opleveringen {words}".strip(),
        about=tuple(about),
        sheets=RowsExport(rows, setting).sheets,
        is_demo=demo_inside(rows),
    )
