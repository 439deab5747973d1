"""Two versions of one answer side by side, row by row: what is new, changed, gone, the same."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from housing.access import FieldRights
from housing.answers import STATES
from housing.codes import Kind, Segment
from housing.models import MunicipalFigure, StockChange, Submission, date_text
from housing.wording import euro_or_empty

MOST_SHOWN = 200
NOTHING = "leeg"


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that says something else: (field, was, is) of what this reader may read."""

    what: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `newer` makes of `older`. Lists hold at most `MOST_SHOWN`; counts are whole."""

    older: Submission
    newer: Submission
    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[Changed, ...]
    counts: dict[str, int]
    homes_before: int
    homes_after: int

    @property
    def states(self) -> list[tuple[Submission, str, str]]:
        """Both versions with the code and the word of how each stands; no code for one that was
        taken back or replaced."""
        return [
            (each, *STATES.get(Submission.Status(each.status), ("", each.get_status_display())))
            for each in (self.older, self.newer)
        ]

    @property
    def heading(self) -> str:
        """The answer in a sentence."""
        count = self.counts
        if not (count["new"] or count["gone"] or count["changed"]):
            return "De twee versies zeggen hetzelfde"
        parts = []
        for name, word in (("new", "nieuw"), ("changed", "veranderd"), ("gone", "weg")):
            if count[name]:
                parts.append(f"{count[name]} {word}")
        return (
            f"Versie {self.newer.number} tegenover versie {self.older.number}: {', '.join(parts)}"
        )


def compare(older: Submission, newer: Submission, rights: FieldRights) -> Comparison:
    """Lay two versions side by side, as far as this reader may look into their rows."""
    before = list(_rows(older))
    after = list(_rows(newer))
    pairs, new, gone = _matched(before, after)
    changed = [
        Changed(_what(row), fields)
        for old, row in pairs
        if (fields := _differences(old, row, rights, newer.organisation_id))
    ]
    figures = _figures(older, newer)
    counts = {
        "new": len(new),
        "gone": len(gone),
        "changed": len(changed) + len(figures),
        "same": len(pairs) - len(changed),
    }
    return Comparison(
        older,
        newer,
        tuple(_what(row) for row in new[:MOST_SHOWN]),
        tuple(_what(row) for row in gone[:MOST_SHOWN]),
        tuple([*figures, *changed][:MOST_SHOWN]),
        counts,
        sum(row.homes * row.direction for row in before if row.part == "2.1A"),
        sum(row.homes * row.direction for row in after if row.part == "2.1A"),
    )


def _rows(version: Submission) -> Iterable[StockChange]:
    return version.rows.select_related("municipality", "project", "submission").order_by("pk")


def _matched(
    before: list[StockChange], after: list[StockChange]
) -> tuple[list[tuple[StockChange, StockChange]], list[StockChange], list[StockChange]]:
    """Pairs of the same row, then what is only in the one or the other.

    By the row it was made from, then by what names a home, then by what it says as a whole.
    """
    pairs: list[tuple[StockChange, StockChange]] = []
    left = {row.pk: row for row in before}
    origins: dict[Hashable, list[StockChange]] = defaultdict(list)
    for row in before:
        if row.previous_id:
            origins[row.previous_id].append(row)
    rest: list[StockChange] = []
    for row in after:
        old = left.pop(row.previous_id, None) if row.previous_id else None
        # Two versions may both have been made from a third.
        if old is None and row.previous_id:
            cousins = [each for each in origins[row.previous_id] if each.pk in left]
            old = left.pop(cousins[0].pk) if cousins else None
        if old is None:
            rest.append(row)
        else:
            pairs.append((old, row))
    for names in (_key, _ids, _address, _content):
        known: dict[Hashable, list[StockChange]] = defaultdict(list)
        for row in left.values():
            if name := names(row):
                known[name].append(row)
        still: list[StockChange] = []
        for row in rest:
            name = names(row)
            if name and known[name]:
                old = known[name].pop(0)
                del left[old.pk]
                pairs.append((old, row))
            else:
                still.append(row)
        rest = still
    return pairs, rest, list(left.values())


def _key(row: StockChange) -> Hashable:
    return (row.key, row.kind) if row.key else None


def _ids(row: StockChange) -> Hashable:
    return (row.bag_ids, row.kind) if row.bag_ids else None


def _address(row: StockChange) -> Hashable:
    return (row.address, row.kind) if row.address else None


def _content(row: StockChange) -> Hashable:
    """Only rows without a name are told apart by what they say: names that differ are homes
    that differ."""
    if row.key or row.bag_ids or row.address:
        return None
    return (row.kind, row.municipality_id, row.project_id, row.segment)


def _what(row: StockChange) -> str:
    """A row in words that everybody who reads rows may see."""
    place = str(row.municipality or "onbekende gemeente")
    project = f"{row.project}, " if row.project else ""
    count = f"{row.homes} {'woning' if row.homes == 1 else 'woningen'}"
    return f"{project}{place}: {count}, {Kind(row.kind).label}, {Segment(row.segment).label}"


def _differences(
    old: StockChange, new: StockChange, rights: FieldRights, organisation: int
) -> tuple[tuple[str, str, str], ...]:
    shown = _public(old, new)
    if rights.address(organisation, new.municipality_id):
        shown += [
            ("Adres", old.address_text, new.address_text),
            ("BAG-id", old.bag_ids.replace("|", ", "), new.bag_ids.replace("|", ", ")),
        ]
    if rights.private(organisation):
        shown += [
            ("Kenmerk", old.key, new.key),
            ("Huur", euro_or_empty(old.rent), euro_or_empty(new.rent)),
            ("Koopprijs", euro_or_empty(old.price), euro_or_empty(new.price)),
            ("WWS-punten", _text(old.points), _text(new.points)),
            ("Doelgroep", old.target_group, new.target_group),
            ("Opmerking", old.remark, new.remark),
        ]
    return tuple((name, was or NOTHING, now or NOTHING) for name, was, now in shown if was != now)


def _public(old: StockChange, new: StockChange) -> list[tuple[str, str, str]]:
    return [
        ("Woningen", str(old.homes), str(new.homes)),
        ("Mutatie", Kind(old.kind).label, Kind(new.kind).label),
        ("Segment", Segment(old.segment).label, Segment(new.segment).label),
        ("Gemeente", _text(old.municipality), _text(new.municipality)),
        ("Project", _text(old.project), _text(new.project)),
        ("Datum", _when(old), _when(new)),
    ]


def _when(row: StockChange) -> str:
    return date_text(row.happened, row.precision, row.submission.year)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _figures(older: Submission, newer: Submission) -> list[Changed]:
    """A municipality's own figures that differ."""

    def told(version: Submission) -> dict[tuple[str, str, bool], MunicipalFigure]:
        return {
            (figure.measure, figure.segment, figure.transformation): figure
            for figure in version.figures.all()
        }

    before, after = told(older), told(newer)
    found = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        fields = [("Antwoord", _answer(old), _answer(new))]
        fields.append(("Toelichting", old.note if old else "", new.note if new else ""))
        differing = tuple((n, a or NOTHING, b or NOTHING) for n, a, b in fields if a != b)
        if differing:
            figure = new or old
            assert figure is not None
            label = figure.get_measure_display()
            segment = Segment(figure.segment).label if figure.segment != "unknown" else ""
            apart = ", door transformatie" if figure.transformation else ""
            found.append(Changed(f"{label} {segment}".strip().capitalize() + apart, differing))
    return found


def _answer(figure: MunicipalFigure | None) -> str:
    if figure is None:
        return "nog niet ingevuld"
    if figure.answer == MunicipalFigure.Answer.NUMBER:
        return str(figure.homes)
    return figure.get_answer_display()
