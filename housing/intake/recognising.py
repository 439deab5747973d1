"""Where in a file the table is, and which column holds what. Likeness is offered, never taken."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from housing.intake.editions import is_remarks
from housing.intake.formats import (
    FORMATS,
    NAMES,
    YEAR_IN_HEADING,
    Column,
    Format,
    heading_word,
)
from housing.intake.rows import Unmatched
from housing.intake.tables import Sheet, Table
from housing.intake.values import letter

HEADER_WITHIN = 10  # rows in which the headings must stand
LIKE = 0.7  # from here a heading is offered
NEARLY_THE_SAME = 0.85  # from here it is told: most likely a typing error
_MOST_COMPARED = 100  # unknown headings: comparing is slow, and a file may have sixteen thousand
_MOST_OFFERED = 200
_LONGEST = 200  # characters of a heading that we know


@dataclass(frozen=True, slots=True)
class Recognised:
    """Where in the file the table is, and which column holds what.

    `header` is the index of the heading row in `sheet.rows`. `columns` maps a field to a column
    index. `years` are the years that headings carry, with the column index of the first.
    `unmatched` are the headings we don't know, each with the field it may stand for; `alike`
    those of them (by column index) that nearly are a heading we know.
    """

    format: Format
    sheet: Sheet
    header: int
    columns: dict[str, int]
    ignored: tuple[str, ...] = ()
    duplicates: tuple[tuple[str, tuple[int, ...]], ...] = ()
    years: dict[int, int] = field(default_factory=dict)
    rivals: tuple[str, ...] = ()  # other visible sheets that could be meant as well
    unmatched: tuple[Unmatched, ...] = ()
    alike: tuple[tuple[int, str], ...] = ()

    @property
    def missing(self) -> list[Column]:
        return [c for c in self.format.columns if c.required and c.field not in self.columns]

    def heading(self, index: int) -> str:
        """A column as people find it: "F Opleverdatum"."""
        row = self.sheet.rows[self.header]
        text = " ".join(row[index].split())[:60] if index < len(row) else ""
        return f"{letter(index)} {text}".strip()


def known_headings(cells: list[str], extra: Mapping[str, str] | None = None) -> int:
    """How many different fields a row of cells names, in the format that fits best; `extra` as
    of `recognise`."""
    words = _words(cells)
    formats = _with_extra(extra or {}).values()
    return max(len({names[word] for word in words if names.get(word)}) for names in formats)


def recognise(
    table: Table,
    only: str | None = None,
    extra: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> Recognised | None:
    """Find the headings of a known format, on the sheet that fits best.

    A row is the heading row when it names at least three fields of one format, or one or two
    and others that are much like one. `only` limits the search to one format, `sheet` to the
    sheet of that name. `extra` maps the word of a heading (see `heading_word`) to the field
    that somebody matched it with earlier, or to "" when they said that it means nothing to us;
    headings that we know ourselves keep their meaning. None when nothing fits.
    """
    names = _with_extra(extra or {})
    sheets = [each for each in table.sheets if sheet in {None, each.name} and not is_remarks(each)]
    found = [(best, each) for each in sheets if (best := _best_header(each, only, names))]
    if not found:
        found = [(best, each) for each in sheets if (best := _likely_header(each, only, names))]
    if not found:
        return None
    found.sort(key=lambda each: -each[0][0])  # stable: the first sheet wins a tie
    (score, fmt, header), chosen = found[0]
    rivals = tuple(
        other.name
        for (points, other_format, row), other in found[1:]
        if other_format is fmt and points >= score - 1 and _has_rows(other, row)
    )
    return _place(fmt, chosen, header, rivals, names[fmt.name])


def _with_extra(extra: Mapping[str, str]) -> dict[str, dict[str, str]]:
    if not extra:
        return NAMES
    names = {}
    for name, fmt in FORMATS.items():
        fields = {column.field for column in fmt.readable()} | {""}
        added = {word: field_name for word, field_name in extra.items() if field_name in fields}
        names[name] = added | NAMES[name]
    return names


def _words(cells: list[str]) -> set[str]:
    return {heading_word(cell) for cell in cells[:1000] if cell and len(cell) <= _LONGEST}


def _has_rows(sheet: Sheet, header: int) -> bool:
    return any(any(row) for row in sheet.rows[header + 1 : header + 1001])


def _best_header(
    sheet: Sheet, only: str | None, names: dict[str, dict[str, str]]
) -> tuple[int, Format, int] | None:
    best: tuple[int, Format, int] | None = None
    for index, row in enumerate(_first_filled(sheet)):
        words = _words(row)
        if len(words) < 3:
            continue
        for name, fmt in FORMATS.items():
            if only and only != name:
                continue
            score = len({names[name][word] for word in words if names[name].get(word)})
            if score >= 3 and (best is None or score > best[0]):
                best = score, fmt, index
    return best


def _likely_header(
    sheet: Sheet, only: str | None, names: dict[str, dict[str, str]]
) -> tuple[int, Format, int] | None:
    """A heading row of which too little is known to be sure, but that is much like one."""
    best: tuple[int, Format, int] | None = None
    for index, row in enumerate(_first_filled(sheet)):
        words = sorted(_words(row))[:_MOST_COMPARED]
        for name, fmt in FORMATS.items():
            if only and only != name:
                continue
            known = {names[name][word] for word in words if names[name].get(word)}
            free = [column for column in fmt.readable() if column.field not in known]
            if not known or len(words) < 3:
                continue
            unknown = [(at, word) for at, word in enumerate(words) if word not in names[name]]
            score = len(known) + len(_likeness(fmt, unknown, {c.field for c in free}))
            if score >= 3 and (best is None or score > best[0]):
                best = score, fmt, index
    return best


def _first_filled(sheet: Sheet) -> list[list[str]]:
    """The rows down to the tenth that says anything: a title or blank rows may come first."""
    filled = 0
    for index, row in enumerate(sheet.rows[:1000]):
        filled += any(row)
        if filled == HEADER_WITHIN:
            return sheet.rows[: index + 1]
    return sheet.rows[:1000]


def _place(
    fmt: Format, sheet: Sheet, header: int, rivals: tuple[str, ...], names: Mapping[str, str]
) -> Recognised:
    places: dict[str, list[int]] = {}
    ignored: list[str] = []
    unknown: list[tuple[int, str]] = []
    years: dict[int, int] = {}
    cells = sheet.rows[header]
    for index, cell in enumerate(cells):
        if not cell.strip():
            continue
        word = heading_word(cell) if len(cell) <= _LONGEST else ""
        found = names.get(word)
        if not found:
            ignored.append(" ".join(cell.split())[:60])
            if found is None and word:
                unknown.append((index, word))
            continue
        places.setdefault(found, []).append(index)
        for year in YEAR_IN_HEADING.findall(cell):
            years.setdefault(int(year), index)
    free = {column.field for column in fmt.readable() if column.field not in places}
    like = _likeness(fmt, unknown[:_MOST_COMPARED], free)
    return Recognised(
        format=fmt,
        sheet=sheet,
        header=header,
        columns={name: indexes[0] for name, indexes in places.items()},
        ignored=tuple(ignored),
        duplicates=tuple((n, tuple(at)) for n, at in places.items() if len(at) > 1),
        years=years,
        rivals=rivals,
        unmatched=tuple(
            Unmatched(
                heading=" ".join(cells[index].split())[:60],
                word=word,
                column=letter(index),
                field=like[index][0] if index in like else "",
            )
            for index, word in unknown[:_MOST_OFFERED]
        ),
        alike=tuple(
            (index, name) for index, (name, score) in like.items() if score >= NEARLY_THE_SAME
        ),
    )


def _likeness(
    fmt: Format, unknown: list[tuple[int, str]], free: set[str]
) -> dict[int, tuple[str, float]]:
    """The field that each heading is most like, by index; every field is offered once."""
    scores = sorted(_scores(fmt, unknown, free), key=lambda each: -each[0])
    found: dict[int, tuple[str, float]] = {}
    taken: set[str] = set()
    for score, index, name in scores:
        if index not in found and name not in taken:
            found[index] = name, score
            taken.add(name)
    return found


def _scores(
    fmt: Format, unknown: list[tuple[int, str]], free: set[str]
) -> Iterator[tuple[float, int, str]]:
    for name, field_name in NAMES[fmt.name].items():
        if field_name not in free:
            continue
        matcher = SequenceMatcher(None, "", name, autojunk=False)
        for index, word in unknown:
            if len(word) > 60:
                continue
            within = min(len(name), len(word)) >= 5 and (name in word or word in name)
            matcher.set_seq1(word)
            if within or (matcher.real_quick_ratio() >= LIKE and matcher.quick_ratio() >= LIKE):
                score = max(matcher.ratio(), 0.8 if within else 0.0)
                if score >= LIKE:
                    yield score, index, field_name
            elif _shortens(word, name):
                yield LIKE, index, field_name


def _shortens(word: str, name: str) -> bool:
    """Whether a word is an abbreviation: "aantwon" of "aantalwoningen"."""
    letters = iter(name)
    return len(word) >= 4 and word[:2] == name[:2] and all(char in letters for char in word)
