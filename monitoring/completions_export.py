"""The Opleveringen as a file: exactly the filtered rows, and only what the reader may read.

No model instances: `values_list` streams at the speed of SQL, and what many rows share (labels,
verdict, rights) is worked out once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from housing.codes import Branch, DwellingType, Kind, Origin, Precision, Segment, UnitKind
from housing.models import StockChange, Submission
from monitoring.completions import Setback, Setting, demo_inside, setbacks
from monitoring.exports import Book, Cell, Sheet, Style
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
# What many rows share: contiguous, so that it is one key.
_SHARED = (
    "submission_id", "submission__organisation", "submission__year", "submission__status",
    "submission__number", "municipality", "part", "kind", "origin", "segment", "unit_kind",
    "dwelling_type", "self_contained", "rent_class", "not_yet_let",
)  # fmt: skip
_OWN = ("pk", "homes", "direction", "project__name", "happened", "precision")
_AFTER = len(_OWN) + len(_SHARED)


@dataclass(frozen=True, slots=True)
class _Group:
    """What rows alike say: the first cells, the middle ones, the last; verdict and rights."""

    first: tuple[Cell, ...]
    middle: tuple[Cell, ...]
    last: tuple[Cell, ...]
    why: str
    counts: bool
    organisation: int
    year: int
    opens_address: bool
    opens_private: bool


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

    def cells(self, style: Style) -> Iterator[list[Cell]]:
        """The rows, one at a time, each with only what may be read of it."""
        address = tuple(ADDRESS.values()) if self.has_address else ()
        private = tuple(PRIVATE.values()) if self.has_private else ()
        names = (*_OWN, *_SHARED, *address, *private)
        elsewhere = setbacks(self.rows.order_by().values("pk"))
        claimed = self.setting.rights.claimed_rows
        groups: dict[tuple[Any, ...], _Group] = {}
        no_address, no_private = [None] * len(address), [None] * len(private)
        text, day = style.text, style.day
        until_private = _AFTER + len(address)
        rows = self.rows.values_list(*names).iterator(chunk_size=5000)
        for row in rows:
            pk, homes, direction, project, happened, precision = row[:6]
            key = row[6:_AFTER]
            group = groups.get(key)
            if group is None:
                group = groups[key] = self._group(key, style)
            signed = homes * direction
            counted, why = (signed if group.counts else 0), group.why
            if group.counts and pk in elsewhere:
                counted, why = self._elsewhere(group, elsewhere[pk], homes, direction)
            when: Cell = group.year
            if happened is not None and precision == Precision.DAY:
                when = day(happened)
            elif happened is not None and precision == Precision.MONTH:
                when = f"{happened:%m-%Y}"
            line = [
                *group.first, text(project) if project else None, when,
                *group.middle, signed, counted, why, *group.last,
            ]  # fmt: skip
            if address:
                if group.opens_address or pk in claimed:
                    line += [_written(cell, style) for cell in row[_AFTER:until_private]]
                else:
                    line += no_address
            if private:
                if group.opens_private:
                    line += self._private(row[until_private:], style)
                else:
                    line += no_private
            yield line

    def _group(self, key: tuple[Any, ...], style: Style) -> _Group:
        (submission, organisation, year, status, version, municipality, part, kind, origin,
         segment, unit_kind, dwelling_type, contained, rent_class, not_yet_let) = key  # fmt: skip
        setting = self.setting
        facts = Facts(
            year, setting.place(municipality, year), part, kind, segment, unit_kind,
            dwelling_type, contained, rent_class, not_yet_let,
        )  # fmt: skip
        why = why_not(facts, setting.rule)
        accepted = status == Submission.Status.ACCEPTED
        stands = "vastgesteld" if accepted else "voorlopig"
        if setting.is_disputed(submission, municipality):
            stands += ", betwist"
        place = setting.name(municipality) or "nog niet bekend"
        return _Group(
            first=(style.text(setting.name(organisation)), year, style.text(place)),
            middle=(
                Kind(kind).label,
                Origin(origin).label if origin else None,
                Segment(segment).label,
                UnitKind(unit_kind).label,
            ),
            last=(stands, version),
            why=why or ", ".join(marks(facts)),
            counts=not why,
            organisation=organisation,
            year=year,
            opens_address=setting.rights.address(organisation, municipality),
            opens_private=setting.rights.private(organisation),
        )

    def _elsewhere(
        self, group: _Group, setback: Setback, homes: int, direction: int
    ) -> tuple[int, str]:
        if setback.until_accepted:
            return 0, f"telt in {setback.until_accepted} tot deze opgave is vastgesteld"
        why = lost_text(group.organisation, setback, self.setting)
        return (homes - min(homes, setback.lost)) * direction, why

    def _private(self, cells: tuple[Any, ...], style: Style) -> list[Cell]:
        branch, dwelling_type, *others = cells
        return [
            Branch(branch).label if branch else None,
            DwellingType(dwelling_type).label if dwelling_type else None,
            *(_written(cell, style) for cell in others),
        ]


def _written(cell: Any, style: Style) -> Cell:
    if isinstance(cell, str):
        return style.text(cell) if cell else None
    return style.amount(cell) if isinstance(cell, Decimal) else cell


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
