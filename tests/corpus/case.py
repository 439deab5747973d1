"""A case of the corpus: how its file is made, and what must come of it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from housing.codes import ADDITIONS
from housing.counting import Rule
from housing.intake.checking import check
from housing.intake.reading import UnreadableFileError, read_table
from tests.housing.intake.factories import (
    WOZ_HEADINGS,
    line,
    make_lookups,
    template_rows,
    unit,
    write_csv,
)

Make = Callable[[Path], Path | None]
Place = tuple[str, int]  # the code of a problem and its row, 0 for the file
SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come of a file: the exact homes, or exactly these problems.

    `either` are codes of which one is enough: where a file may be refused for two reasons.
    """

    accepted: bool
    homes: int = 0
    counted: int = 0
    problems: frozenset[Place] = frozenset()
    either: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A file by name; `make` writes it to the path it gets, or to the one that it gives."""

    group: str
    name: str
    make: Make
    expected: Expected
    year: int = 2026
    lookups: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file; `raised` is what may never be: an exception."""

    accepted: bool = False
    homes: int = 0
    counted: int = 0
    errors: frozenset[Place] = frozenset()
    problems: frozenset[Place] = frozenset()
    seconds: float = 0.0
    raised: str = ""


def accepts(homes: int, counted: int | None = None, *warnings: Place) -> Expected:
    return Expected(True, homes, homes if counted is None else counted, frozenset(warnings))


def refuses(*problems: Place, either: tuple[str, ...] = ()) -> Expected:
    return Expected(False, problems=frozenset(problems), either=either)


def outcome_of(
    path: Path, year: int = 2026, lookups: Mapping[str, object] | None = None
) -> Outcome:
    """Read and check a file as the upload page does."""
    started = time.monotonic()
    try:
        checked = check(read_table(path, path.name), make_lookups(year, **(lookups or {})))
    except UnreadableFileError as refusal:
        places = frozenset({(refusal.code, 0)})
        return Outcome(errors=places, problems=places, seconds=time.monotonic() - started)
    except Exception as error:  # what is looked for: nothing may get this far
        return Outcome(raised=repr(error)[:300], seconds=time.monotonic() - started)
    rule = Rule()
    return Outcome(
        accepted=checked.accepted,
        homes=sum(r.homes for r in checked.rows if r.kind in ADDITIONS and r.part == "2.1A"),
        counted=sum(r.homes for r in checked.rows if rule.counts(r)),
        errors=frozenset((p.code, p.row) for p in checked.errors),
        problems=frozenset((p.code, p.row) for p in checked.problems),
        seconds=time.monotonic() - started,
    )


def what_is_wrong(case: Case, outcome: Outcome) -> str:
    """What differs from what must come of a case; "" when nothing does."""
    expected = case.expected
    wrong = []
    if outcome.raised:
        wrong.append(f"raised {outcome.raised}")
    if outcome.seconds > SECONDS:
        wrong.append(f"took {outcome.seconds:.1f} s")
    if outcome.accepted is not expected.accepted:
        wrong.append("accepted" if outcome.accepted else "refused")
    if expected.either:
        if not {code for code, _ in outcome.problems} & set(expected.either):
            wrong.append(f"told {sorted(outcome.problems)}, not one of {expected.either}")
    elif outcome.problems != expected.problems:
        wrong.append(f"told {sorted(outcome.problems)}, not {sorted(expected.problems)}")
    if expected.accepted:
        found, hoped = (outcome.homes, outcome.counted), (expected.homes, expected.counted)
        if found != hoped:
            wrong.append(f"homes and counted {found}, not {hoped}")
    return f"{case.group}/{case.name}: {'; '.join(wrong)}" if wrong else ""


def lines_file(*lines: Mapping[str, str]) -> Make:
    """A CSV of our template."""
    return lambda path: write_csv(path.with_suffix(".csv"), template_rows([dict(e) for e in lines]))


def units_file(*units: Sequence[str], headings: Sequence[str] = WOZ_HEADINGS) -> Make:
    """A CSV of the WOZ-bezitstabel."""
    return lambda path: write_csv(path.with_suffix(".csv"), [list(headings), *map(list, units)])


def bytes_file(content: bytes | Callable[[], bytes], suffix: str = ".xlsx") -> Make:
    def make(path: Path) -> Path:
        path = path.with_suffix(suffix)
        path.write_bytes(content if isinstance(content, bytes) else content())
        return path

    return make


def good(
    group: str,
    name: str,
    cells: Mapping[str, str],
    homes: int = 1,
    counted: int | None = None,
    *warnings: str,
) -> Case:
    """A row of the template between two good ones, that is read as `homes` additions."""
    counted = homes if counted is None else counted
    told = [(code, 3) for code in warnings]
    make = lines_file(line(), line(**cells), line())
    return Case(group, name, make, accepts(2 + homes, 2 + counted, *told))


def bad(group: str, name: str, cells: Mapping[str, str], *codes: str) -> Case:
    """A fault planted in row 3 of three."""
    make = lines_file(line(), line(**cells), line())
    return Case(group, name, make, refuses(*((code, 3) for code in codes)))


def good_unit(
    group: str, name: str, row: list[str], homes: int, counted: int, *warnings: str
) -> Case:
    """A row of the WOZ-bezitstabel between two unchanged ones."""
    make = units_file(unit(), row, unit(B="E3", G="0917010000000003"))
    told = [(code, 3 if code not in FILE_CODES else 0) for code in warnings]
    return Case(group, name, make, accepts(homes, counted, *told), 2025)


def bad_unit(group: str, name: str, row: list[str], *codes: str) -> Case:
    make = units_file(unit(), row, unit(B="E3", G="0917010000000003"))
    return Case(group, name, make, refuses(*((code, 3) for code in codes)), 2025)


FILE_CODES = {"stock_gap", "other_year", "limit_missing", "nothing_in_region"}
