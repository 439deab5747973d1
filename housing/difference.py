"""What a file makes of what is stored, for the clerk to see before she confirms (NUMBERS 3)."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from housing.codes import ADDITIONS, Kind, Segment
from housing.counting import Rule
from housing.intake.overlay import FIELD_NAMES, SOLD, WOZ, Line, Overlay, Pair, Question
from housing.intake.rows import CleanRow
from housing.wording import EMPTY, fact, homes, spans

MOST_SHOWN = 50
MOST_ASKED = 100  # rows that the clerk answers one by one; the rest gets one answer


@dataclass(frozen=True, slots=True)
class NewRows:
    """Rows of one project that are not stored yet. `counted` by today's counting rule."""

    what: str
    municipality: str
    year: int
    rows: int
    homes: int
    counted: int


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A stored row that becomes another; `changes` are (field, was, becomes), `added` the
    fields that were empty."""

    what: str
    municipality: str
    by: str
    changes: tuple[tuple[str, str, str], ...]
    added: tuple[str, ...]
    counted: int


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A stored row that the file does not name; `stays` is the clerk's answer, None so far.
    `later`: it falls away here because it belongs to next year."""

    pk: int
    what: str
    municipality: str
    stays: bool | None
    later: bool
    stays_text: str
    next_year: int
    counted: int

    @property
    def consequence(self) -> str:
        """What choosing another answer than blijft does to the total."""
        if not self.counted:
            return "Deze rij telt niet mee voor de 1.350."
        count = "telt" if self.counted == 1 else "tellen"
        if self.stays is False:
            return f"Nu {count} er {self.counted} minder mee. Kiest u blijft, dan niet."
        return f"Kiest u iets anders dan blijft, dan {count} er {self.counted} minder mee."


@dataclass(frozen=True, slots=True)
class AskedGroup:
    """Do these rows of the file belong to this stored row of several homes?

    `becomes`: is this one row the stored row itself? What the row of the file says, else "".
    """

    pk: int
    what: str
    homes: int
    candidates: int
    rows: tuple[int, ...]
    together: bool | None
    becomes: str

    @property
    def rows_text(self) -> str:
        """Where the candidates stand in the file: "2 tot en met 15"."""
        return spans(self.rows)


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """Signed homes of one municipality, segment, kind and year, before and after."""

    year: int
    municipality: str
    what: str
    before: int
    after: int
    counts: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """All of it, ready for the page. `unanswered` is the number of answers still needed."""

    new: tuple[NewRows, ...]
    changed: tuple[ChangedRow, ...]
    missing: tuple[MissingRow, ...]
    questions: tuple[AskedGroup, ...]
    totals: tuple[BeforeAfter, ...]
    same: int
    silent: int
    more_changed: int
    more_missing: int
    rest: bool | None
    unanswered: int
    nothing_stored: bool
    changes_nothing: bool

    @property
    def open_questions(self) -> int:
        """How many questions about rows without ids have no answer yet."""
        return sum(question.together is None for question in self.questions)

    @property
    def years(self) -> list[int]:
        """The years that the totals are about."""
        return sorted({line.year for line in self.totals})

    @property
    def counted_before(self) -> int:
        return sum(line.before for line in self.totals if line.counts)

    @property
    def counted_after(self) -> int:
        return sum(line.after for line in self.totals if line.counts)

    @property
    def counted_change(self) -> int:
        return self.counted_after - self.counted_before


@dataclass(frozen=True, slots=True)
class Word:
    """The clerk's word on what only she can know: `together` and `stays` by the key of the
    stored row, `rest` for missing rows too many to ask one by one, `nothing` the kinds of
    change of which there were none. `later` are rows that fall away here and belong to next
    year; `stays` says of them that they don't."""

    together: Mapping[int, bool]
    stays: Mapping[int, bool]
    rest: bool | None = None
    nothing: frozenset[str] = frozenset()
    later: frozenset[int] = frozenset()

    def stays_for(self, missing: Sequence[Line]) -> dict[int, bool]:
        """The answer for each missing row that has one."""
        answers: dict[int, bool] = {}
        for place, line in enumerate(missing):
            pk = line.stored or 0
            answer = self.stays.get(pk)
            if answer is None and place >= MOST_ASKED:
                answer = self.rest
            if answer is not None:
                answers[pk] = answer
        return answers


NO_WORD = Word({}, {})


def difference(
    overlay: Overlay,
    asked: Overlay,
    stored: Sequence[Line],
    *,
    word: Word,
    rule: Rule,
    names: Mapping[str, str],
    year: int,
) -> Difference:
    """`overlay` is the file laid over `stored` with the answers so far, `asked` the same without
    any, so that answered questions can still be seen and changed."""
    sure = overlay.missing_for_sure
    stays = word.stays_for(sure)
    groups = _by_stored_row(overlay)
    changed = [_changed(group, rule, names) for group in groups[:MOST_SHOWN]]
    missing = [_missing(line, stays, word, rule, names, overlay) for line in sure[:MOST_ASKED]]
    questions = [_question(each, word) for each in _shown_questions(overlay, asked, word)]
    return Difference(
        new=tuple(_new(overlay.new, rule, names)),
        changed=tuple(changed),
        missing=tuple(missing),
        questions=tuple(questions),
        totals=tuple(_totals(stored, overlay.lines(stays), rule, names, year)),
        same=len(overlay.same),
        silent=len(overlay.silent),
        more_changed=max(0, len(groups) - MOST_SHOWN),
        more_missing=max(0, len(sure) - MOST_ASKED),
        rest=word.rest,
        unanswered=unanswered(overlay, stays),
        nothing_stored=not stored,
        changes_nothing=overlay.changes_nothing,
    )


def unanswered(overlay: Overlay, stays: Mapping[int, bool]) -> int:
    """How many answers are still needed before a file can be stored."""
    return len(overlay.missing_for_sure) - len(stays) + len(overlay.questions)


def name_of(row: CleanRow) -> str:
    """How a clerk knows a row: its project, key, address, or what it is."""
    known = row.project or row.key or " ".join(row.address.split("|")[:2])
    number = homes(row.homes)
    return f"{known}, {number}" if known else f"{Kind(row.kind).label}, {number}"


def _new(lines: Sequence[Line], rule: Rule, names: Mapping[str, str]) -> list[NewRows]:
    groups: dict[tuple[int, str, str, str], list[CleanRow]] = defaultdict(list)
    for line in lines:
        row = line.row
        groups[row.year, row.municipality, row.project, row.kind].append(row)
    return [
        NewRows(
            what=project or Kind(kind).label,
            municipality=names.get(place, "onbekend"),
            year=year,
            rows=len(group),
            homes=sum(row.homes for row in group),
            counted=sum(_counted(row, rule) for row in group),
        )
        for (year, place, project, kind), group in sorted(groups.items())
    ]


def _by_stored_row(overlay: Overlay) -> list[list[Pair]]:
    """The changed pairs, those of one stored row together: 24 homes became 24 rows."""
    groups: dict[int, list[Pair]] = defaultdict(list)
    for pair in overlay.changed:
        groups[pair.old.stored or -len(groups)].append(pair)
    return list(groups.values())


def _changed(pairs: Sequence[Pair], rule: Rule, names: Mapping[str, str]) -> ChangedRow:
    old, new = pairs[0].old.row, pairs[0].new.row
    found = sum(pair.new.row.homes for pair in pairs)
    if len(pairs) == 1:
        told = [change for change in pairs[0].changes if fact(change.field, change.old) != EMPTY]
        changes = [
            (
                FIELD_NAMES[change.field],
                _fact(change.field, change.old, names),
                _fact(change.field, change.new, names),
            )
            for change in told
        ]
        added = [FIELD_NAMES[each.field] for each in pairs[0].changes if each not in told]
        before = _counted(old, rule)
    else:
        becomes = f"{len(pairs)} rijen, samen {homes(found)}"
        changes = [("rijen", f"1 rij van {homes(old.homes)}", becomes)]
        added = []
        before = min(_counted(old, rule), found)
    return ChangedRow(
        what=name_of(old),
        municipality=names.get(new.municipality, "onbekend"),
        by=pairs[0].by,
        changes=tuple(changes),
        added=tuple(added),
        counted=sum(_counted(pair.new.row, rule) for pair in pairs) - before,
    )


def _fact(field: str, value: object, names: Mapping[str, str]) -> str:
    if field == "municipality":
        return names.get(str(value), "onbekend")
    return fact(field, value)


def _missing(
    line: Line,
    stays: Mapping[int, bool],
    word: Word,
    rule: Rule,
    names: Mapping[str, str],
    overlay: Overlay,
) -> MissingRow:
    row = line.row
    rented = row.kind in ADDITIONS and row.segment not in SOLD
    pk = line.stored or 0
    return MissingRow(
        pk=pk,
        what=name_of(row),
        municipality=names.get(row.municipality, "onbekend"),
        stays=stays.get(pk),
        later=pk in word.later,
        stays_text=(
            "blijft, nog niet in exploitatie" if rented and overlay.file_format == WOZ else "blijft"
        ),
        next_year=row.year + 1,
        counted=_counted(row, rule),
    )


def _shown_questions(overlay: Overlay, asked: Overlay, word: Word) -> list[Question]:
    """Those that are still open and those that were answered, to be changed. An answer may take
    away the rows of another question, or raise one."""
    still_open = {question.stored.stored: question for question in overlay.questions}
    shown = []
    for question in asked.questions:
        pk = question.stored.stored or 0
        if pk in still_open or word.together.get(pk) is not None:
            shown.append(still_open.pop(pk, question))
    return [*shown, *still_open.values()]


def _question(question: Question, word: Word) -> AskedGroup:
    stored, candidates = question.stored, question.candidates
    pk = stored.stored or 0
    return AskedGroup(
        pk=pk,
        what=name_of(stored.row),
        homes=stored.row.homes,
        candidates=len(candidates),
        rows=tuple(line.row.row for line in candidates),
        together=word.together.get(pk),
        becomes=name_of(candidates[0].row) if question.is_same_row else "",
    )


def _totals(
    before: Sequence[Line],
    after: Sequence[Line],
    rule: Rule,
    names: Mapping[str, str],
    year: int,
) -> list[BeforeAfter]:
    """Of the file's year, and of other years where a number changes."""
    sums: tuple[Counter[tuple[int, str, str, str, bool]], ...] = (Counter(), Counter())
    for side, lines in zip(sums, (before, after), strict=True):
        for line in lines:
            row = line.row
            counts = rule.counts(row)
            key = (row.year, row.municipality, row.segment, row.kind, counts)
            side[key] += row.homes * row.direction
    changed = {key[0] for key in {*sums[0], *sums[1]} if sums[0][key] != sums[1][key]}
    years = {year, *changed}
    return [
        BeforeAfter(
            year=of_year,
            municipality=names.get(place, "onbekend"),
            what=f"{Kind(kind).label}, {Segment(segment).label}",
            before=sums[0][of_year, place, segment, kind, counts],
            after=sums[1][of_year, place, segment, kind, counts],
            counts=counts,
        )
        for of_year, place, segment, kind, counts in sorted({*sums[0], *sums[1]})
        if of_year in years
    ]


def _counted(row: CleanRow, rule: Rule) -> int:
    return row.homes if rule.counts(row) else 0
