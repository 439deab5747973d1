"""Which stored line is which line of a file (NUMBERS 3).

In this order: own key, BAG id, address, contents, and for a row of several homes without ids the
clerk's word. Pure.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from operator import attrgetter

from housing.codes import ADDITIONS, TRANSFERS, Kind, Segment
from housing.intake.lines import (
    FIELD_NAMES,
    SOLD,
    WOZ,
    By,
    Line,
    Question,
    is_rental_addition,
)
from housing.intake.rows import CleanRow

NamesOf = Callable[[CleanRow], tuple[str, ...]]


class Matching:
    """Finds for lines of a file the stored lines they are."""

    def __init__(
        self,
        lines: Sequence[Line],
        stored: Sequence[Line],
        file_format: str,
        answers: Mapping[int, bool],
    ) -> None:
        self.lines = lines
        self.stored = stored
        self.file_format = file_format
        self.answers = answers
        self.found: dict[int, tuple[int, By]] = {}
        self.count_of_old: Counter[int] = Counter()
        self.homes_of_old: Counter[int] = Counter()
        self.by_key_of_old: set[int] = set()
        # Stored rows that a row of several homes of our template describes, and how many homes.
        self.covered: dict[int, int] = {}
        self.covered_homes: Counter[int] = Counter()
        self.questions: list[Question] = []
        self.asked_lines: set[int] = set()

    def run(self) -> None:
        self._by_key()
        self._by_names("BAG-id", lambda row: row.bag_ids)
        self._by_names("adres", lambda row: (row.address,) if row.homes == 1 else ())
        self._by_contents()
        self._by_remainder()
        self._by_word()
        self._by_word_of_groups()
        self._by_word_of_rows()

    def share_of(self, new: int) -> bool:
        """Whether the stored row of this line is matched with several lines."""
        return self.count_of_old[self.found[new][0]] > 1

    def left_of(self, old: int) -> int:
        """Homes of a stored row that no line of the file took over.

        A WOZ-bezitstabel lists unit by unit, so what it does not list of a row of several homes
        is left; our template says the new number itself, unless it names some of its ids.
        """
        row = self.stored[old].row
        if not self.count_of_old[old]:
            return row.homes
        unit_by_unit = (
            self._is_group(self.stored[old])
            if self.file_format == WOZ
            else (len(row.bag_ids) > 1 and old not in self.by_key_of_old)
        )
        return max(0, row.homes - self.homes_of_old[old]) if unit_by_unit else 0

    def rest_of(self, new: int) -> Line:
        """A line of the file without the homes that are stored already, row by row."""
        line = self.lines[new]
        if not (known := self.covered_homes[new]):
            return line
        left = replace(line.row, homes=line.row.homes - known)
        return replace(line, row=left, not_yet_let=is_rental_addition(line.row))

    @staticmethod
    def _is_group(line: Line) -> bool:
        return line.row.homes > 1 and line.sources[:1] != () and line.sources[0].format != WOZ

    def _take(self, new: int, old: int, by: By) -> None:
        self.found[new] = (old, by)
        if by == "kenmerk":
            self.by_key_of_old.add(old)
        self.count_of_old[old] += 1
        self.homes_of_old[old] += self.lines[new].row.homes

    def _by_key(self) -> None:
        stored_by_key: dict[str, list[int]] = defaultdict(list)
        for place, line in enumerate(self.stored):
            if line.row.key:
                stored_by_key[line.row.key].append(place)
        if not stored_by_key:
            return
        file_by_key: dict[str, list[int]] = defaultdict(list)
        for place, line in enumerate(self.lines):
            if line.row.key in stored_by_key:
                file_by_key[line.row.key].append(place)
        for key, places in file_by_key.items():
            for new in sorted(places, key=lambda place: self.lines[place].row.year):
                years = {self.lines[place].row.year for place in places}
                olds = [
                    old
                    for old in stored_by_key[key]
                    if _one_change(self.lines[new].row, self.stored[old].row)
                    and _may_move(self.lines[new].row, self.stored[old].row, years)
                ]
                if free := [old for old in olds if not self.count_of_old[old]]:
                    row = self.lines[new].row
                    best = max(free, key=lambda old: _likeness(row, self.stored[old].row))
                    self._take(new, best, "kenmerk")
                elif len(olds) == 1:
                    # One stored row under this key, several now: 50 became 30 and 20.
                    self._take(new, olds[0], "kenmerk")

    def _by_names(self, by: By, names_of: NamesOf) -> None:
        known: dict[str, list[int]] = defaultdict(list)
        for place, line in enumerate(self.stored):
            if self._is_taken(place):
                continue
            for name in names_of(line.row):
                if name:
                    known[name].append(place)
        if not known:
            return
        for new, line in enumerate(self.lines):
            if new in self.found:
                continue
            olds = (old for name in names_of(line.row) for old in known.get(name, ()))
            old = next((old for old in olds if self._is_same(by, line.row, old)), None)
            if old is not None:
                self._take(new, old, by)

    def _is_same(self, by: By, row: CleanRow, old: int) -> bool:
        stored = self.stored[old].row
        if by == "adres" and row.bag_ids and stored.bag_ids:
            return False  # two ids at one address are two homes
        return not self._is_taken(old) and _one_change(row, stored)

    def _is_taken(self, old: int) -> bool:
        taken = self.count_of_old[old]
        if not taken:
            return False
        return self.homes_of_old[old] >= self.stored[old].row.homes

    def _by_contents(self) -> None:
        """Rows without anything to know them by, that say exactly what a stored one says: the
        same file again is no new homes. One row for one row."""
        if self.file_format == WOZ:
            return
        free: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for place, line in enumerate(self.stored):
            if not self.count_of_old[place]:
                free[_bare(line.row)].append(place)
        for new, line in enumerate(self.lines):
            if new not in self.found and (olds := free.get(_bare(line.row))):
                self._take(new, olds.pop(0), "inhoud")

    def _by_remainder(self) -> None:
        """A home of last year's Bouwjaar fills an open remainder of that year, where only one
        project can be meant."""
        if self.file_format != WOZ:
            return
        open_ones: dict[tuple[int, str], list[int]] = defaultdict(list)
        for place, line in enumerate(self.stored):
            if line.not_yet_let and not self._is_taken(place):
                open_ones[line.row.year, line.row.municipality].append(place)
        for new, line in enumerate(self.lines):
            row = line.row
            if new in self.found or row.kind != Kind.NEW_BUILD or row.build_year is None:
                continue
            if row.build_year >= row.year:
                continue
            olds = [
                old
                for old in open_ones.get((row.build_year, row.municipality), ())
                if not self._is_taken(old) and _may_be(row, self.stored[old].row)
            ]
            if len({self.stored[old].row.project for old in olds}) == 1:
                self._take(new, olds[0], "restant")

    def _by_word(self) -> None:
        """Rows of several homes without ids: proposed where municipality, segment and postcode
        area agree, decided by the clerk."""
        if self.file_format != WOZ:
            return
        for old, stored in enumerate(self.stored):
            if not self._is_group(stored) or self._is_taken(old) or stored.row.bag_ids:
                continue
            if stored.row.kind not in ADDITIONS or stored.row.segment in SOLD:
                continue
            candidates = [
                new
                for new, line in enumerate(self.lines)
                if new not in self.found
                and line.row.year == stored.row.year
                and line.row.kind == stored.row.kind
                and _may_be(line.row, stored.row)
            ]
            if not candidates:
                continue
            answer = self.answers.get(stored.stored or 0)
            if answer is None:
                lines = tuple(self.lines[new] for new in candidates)
                self.questions.append(Question(stored, lines))
            elif answer:
                left = stored.row.homes - self.homes_of_old[old]
                for new in candidates:
                    if left < self.lines[new].row.homes:
                        break
                    left -= self.lines[new].row.homes
                    self._take(new, old, "uw antwoord")

    def _by_word_of_groups(self) -> None:
        """The other way round: our template comes after the WOZ-bezitstabel, and a row of several
        homes without ids may be about homes that are stored one by one. Those of its own
        project are, if they are as many; else the clerk decides."""
        if self.file_format == WOZ:
            return
        by_unit: dict[tuple[int, str, str], list[int]] = defaultdict(list)
        for place, line in enumerate(self.stored):
            known_by_woz = any(source.format == WOZ for source in line.sources)
            if (known_by_woz or line.not_yet_let) and not self.count_of_old[place]:
                by_unit[line.row.year, line.row.municipality, line.row.kind].append(place)
        asked: set[int] = set()
        for new, line in enumerate(self.lines):
            row = line.row
            if new in self.found or row.homes < 2 or row.bag_ids or row.segment in SOLD:
                continue
            if row.kind not in ADDITIONS:
                continue
            near = by_unit.get((row.year, row.municipality, row.kind), ())
            known = [old for old in near if self._may_describe(row, self.stored[old].row)]
            own = [old for old in known if _same_project(row, self.stored[old].row)]
            candidates = [old for old in own or known if not self.count_of_old[old]]
            if row.project and sum(self.stored[old].row.homes for old in own) == row.homes:
                self._cover(new, own)
                continue
            key = next((pk for old in known if (pk := self.stored[old].stored) not in asked), None)
            if key is None or not candidates:
                continue
            asked.add(key)
            answer = self.answers.get(key)
            if answer is None:
                lines = tuple(self.stored[old] for old in candidates)
                self.questions.append(Question(replace(line, stored=key), lines))
                self.asked_lines.add(new)
            elif answer:
                self._cover(new, candidates)

    def _by_word_of_rows(self) -> None:
        """A row of several homes without anything to know it by, sent again with another number:
        24 became 23. One row for one row, the one most like it, decided by the clerk."""
        if self.file_format == WOZ:
            return
        free: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for new, line in enumerate(self.lines):
            is_done = new in self.found or new in self.asked_lines or self.covered_homes[new]
            if not is_done and _is_nameless(line.row):
                free[_kind_of_row(line.row)].append(new)
        for old, stored in enumerate(self.stored):
            if self.count_of_old[old] or not _is_nameless(stored.row) or stored.not_yet_let:
                continue
            near = [
                new
                for new in free.get(_kind_of_row(stored.row), ())
                if max(self.lines[new].row.homes, stored.row.homes) > 1
            ]
            if not near:
                continue
            new = min(near, key=lambda new: _unlike(self.lines[new].row, stored.row))
            free[_kind_of_row(stored.row)].remove(new)
            answer = self.answers.get(stored.stored or 0)
            if answer is None:
                self.questions.append(Question(stored, (self.lines[new],), is_same_row=True))
            elif answer:
                self._take(new, old, "uw antwoord")

    @staticmethod
    def _may_describe(row: CleanRow, stored: CleanRow) -> bool:
        """Whether a row of several homes may be about this stored row too."""
        near = not stored.project or _same_project(row, stored)
        return stored.homes <= row.homes and near and _may_be(row, stored)

    def _cover(self, new: int, olds: Iterable[int]) -> None:
        for old in olds:
            homes = self.stored[old].row.homes
            if self.count_of_old[old]:
                continue
            if self.covered_homes[new] + homes > self.lines[new].row.homes:
                break
            self.covered[old] = new
            self.covered_homes[new] += homes
            self.count_of_old[old] += 1
            self.homes_of_old[old] += homes


def _same_project(row: CleanRow, other: CleanRow) -> bool:
    return bool(row.project) and row.project.casefold() == other.project.casefold()


def _one_change(row: CleanRow, stored: CleanRow) -> bool:
    """Whether two rows about one home can be the same change of it.

    A home may be built in one year, sold in the next and bought back later; across years only
    the same kind of change can be meant, and a transfer is never a coming or going.
    """
    if row.direction != stored.direction:
        return False
    if row.year != stored.year:
        return row.kind == stored.kind
    return (row.kind in TRANSFERS) == (stored.kind in TRANSFERS)


# What a row says, without where it stood in the file.
_bare = attrgetter(*(each.name for each in fields(CleanRow) if each.name not in {"sheet", "row"}))


def _is_nameless(row: CleanRow) -> bool:
    """Whether nothing but what it says tells a row from another."""
    return not (row.key or row.bag_ids or row.address)


def _kind_of_row(row: CleanRow) -> tuple[object, ...]:
    """What two rows share at least, if the one can be the other sent again."""
    return (row.year, row.municipality, row.kind, row.direction, row.declared or row.segment,
            row.project.casefold())  # fmt: skip


def _unlike(row: CleanRow, stored: CleanRow) -> tuple[int, int]:
    """How much two rows differ: in fields first, then in homes."""
    differing = sum(
        getattr(row, name) != getattr(stored, name)
        for name in (*FIELD_NAMES.keys() - {"homes", "not_yet_let"},)
    )
    return differing, abs(row.homes - stored.homes)


def _may_move(row: CleanRow, stored: CleanRow, years: set[int]) -> bool:
    """Whether a key alone may carry homes to another year: people number afresh each year, so
    only where the file names that year under the key too, or number and project are the same."""
    if row.year == stored.year or stored.year in years:
        return True
    return row.homes == stored.homes and row.project.lower() == stored.project.lower()


def _likeness(row: CleanRow, other: CleanRow) -> int:
    return sum(
        (
            4 * (row.year == other.year),
            2 * (row.kind == other.kind),
            2 * (row.segment == other.segment),
            row.homes == other.homes,
            row.municipality == other.municipality,
        )
    )


def _may_be(row: CleanRow, stored: CleanRow) -> bool:
    social = {Segment.SOCIAL_RENT, Segment.SOCIAL_ABOVE_LIMIT}
    same_segment = row.segment == stored.segment or {row.segment, stored.segment} <= social
    area = not stored.postcode or not row.postcode or stored.postcode[:4] == row.postcode[:4]
    return row.municipality == stored.municipality and same_segment and area
