"""Problems as they are found, and as they are told: grouped by cause, each with its cells."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from housing.intake.recognising import Recognised
from housing.intake.rows import Problem, Severity
from housing.intake.values import Fault, dutch_number

MOST_CELLS_TOLD = 2_000  # of one problem in one column; the rest is a number
MOST_VALUE = 200
_UNSAVED = "Voorlopig is dit een waarschuwing: we bewaren de rij zonder deze waarde."
_READ_ANYWAY = "Voorlopig is dit een waarschuwing: we lezen het bestand wel."
# The errors that may be told as warnings first (`Lookups.softened` says which are), with what
# happens meanwhile. Only those that leave the homes, their place, kind and year exact.
SOFTENABLE: Mapping[str, str] = {
    "area_too_large": _UNSAVED,
    "build_year": _UNSAVED,
    "dwelling_type": _UNSAVED,
    "house_addition": _UNSAVED,
    "house_letter": _UNSAVED,
    "label": _UNSAVED,
    "points": _UNSAVED,
    "share": _UNSAVED,
    "template_organisation": _READ_ANYWAY,
    "template_year": _READ_ANYWAY,
}


@dataclass(frozen=True, slots=True)
class Group:
    """The same problem in one or more cells. `advice` is what to do, without the title."""

    severity: Severity
    code: str
    title: str
    advice: str
    problems: tuple[Problem, ...]

    @property
    def homes(self) -> int:
        return sum(problem.homes for problem in self.problems)


@dataclass(slots=True)
class Findings:
    """Collects the problems of one sheet. `bad` are the row numbers that have an error.

    `softened` are the codes of errors that are told as warnings for now, `untold` those that
    only follow from what was told already.
    """

    sheet: str
    recognised: Recognised | None = None
    found: list[Problem] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)
    softened: frozenset[str] = frozenset()
    untold: set[str] = field(default_factory=set)
    _told: Counter[tuple[Severity, str, str, str]] = field(default_factory=Counter)
    _columns: dict[int, str] = field(default_factory=dict)

    def column(self, index: int | None) -> str:
        """The column as people find it: "F Opleverdatum"; "" without a column."""
        if index is None or self.recognised is None:
            return ""
        if index not in self._columns:
            self._columns[index] = self.recognised.heading(index)
        return self._columns[index]

    def error(self, fault: Fault, row: int = 0, column: int | None = None, value: str = "") -> bool:
        """Tell what must be mended; False when, for now, it is told as a warning."""
        if fault.code in self.softened and fault.code in SOFTENABLE:
            meanwhile = f"{fault.message} {SOFTENABLE[fault.code]}"
            self.warning(Fault(fault.code, fault.title, meanwhile), row, column, value)
            return False
        if row:
            self.bad.add(row)
        self._tell(Severity.ERROR, fault, row, column, value)
        return True

    def warning(
        self,
        fault: Fault,
        row: int = 0,
        column: int | None = None,
        value: str = "",
        homes: int = 0,
        project: str = "",
    ) -> None:
        self._tell(Severity.WARNING, fault, row, column, value, homes, project)

    def _tell(
        self,
        severity: Severity,
        fault: Fault,
        row: int,
        column: int | None,
        value: str,
        homes: int = 0,
        project: str = "",
    ) -> None:
        if fault.code in self.untold:
            return
        name = self.column(column)
        key = (severity, fault.code, fault.title, name)
        self._told[key] += 1
        if self._told[key] <= MOST_CELLS_TOLD:
            self.found.append(
                Problem(
                    severity,
                    fault.code,
                    self.sheet,
                    row,
                    name,
                    value[:MOST_VALUE],
                    fault.title,
                    f"{fault.title}. {fault.message}",
                    homes,
                    project,
                )
            )

    def all(self) -> list[Problem]:
        """Everything found, what concerns the file first, then by row."""
        problems = list(self.found)
        for (severity, code, title, column), times in self._told.items():
            if (more := times - MOST_CELLS_TOLD) > 0:
                message = f"{title}. Dit geldt voor nog {dutch_number(more)} cellen."
                problems.append(Problem(severity, code, self.sheet, 0, column, "", title, message))
        problems.sort(key=lambda problem: problem.row)
        return problems


def grouped(problems: Sequence[Problem]) -> list[Group]:
    """One group for each cause: errors first, in the order in which they were found."""
    causes: dict[tuple[Severity, str, str], list[Problem]] = {}
    for problem in problems:
        causes.setdefault((problem.severity, problem.code, problem.title), []).append(problem)
    groups = [
        Group(severity, code, title, same[0].message.removeprefix(f"{title}. "), tuple(same))
        for (severity, code, title), same in causes.items()
    ]
    return sorted(groups, key=lambda group: group.severity is not Severity.ERROR)


def as_json(problem: Problem) -> dict[str, str | int]:
    """The shape that `check_upload --json` and the stored upload use."""
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value[:MOST_VALUE],
        "code": problem.code,
        "message": problem.message,
    }
