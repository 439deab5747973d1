"""The rows of a template turned on their side: a column is read once for each different text."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from housing.intake.problems import Findings
from housing.intake.recognising import Recognised
from housing.intake.values import Fault, read_text, trimmed

# Columns that are looked at again after they were read; the others may go when memory is short.
_LOOKED_AT_AGAIN = frozenset({"bag_ids", "homes", "municipality", "origin", "segment", "when"})


class Columns:
    """The rows with content below the headings, and the reading of one column of them.

    With `release` the rows are taken out of the sheet, and a column goes once it was read: of
    100.000 rows that is half of the memory.
    """

    def __init__(
        self,
        recognised: Recognised,
        findings: Findings,
        cells_may_lie_beside: bool,
        release: bool = False,
    ) -> None:
        self.at = recognised.columns
        self.findings = findings
        self.numbers: list[int] = []
        self.refused: dict[str, set[int]] = {}
        rows: list[list[str]] = []
        width = len(recognised.sheet.rows[recognised.header])
        likely = self.at.get("municipality", 0)  # filled in nearly every row
        start = recognised.header + 1
        for number, row in enumerate(
            recognised.sheet.rows[start:], recognised.sheet.first_row + start
        ):
            if len(row) != width:
                if not any(map(str.strip, row)):
                    continue
                if len(row) > width and not cells_may_lie_beside and any(row[width:]):
                    findings.error(TOO_MANY_CELLS, number, None, row[width])
                row = row[:width] + [""] * (width - len(row))
            elif not row[likely] and not any(map(str.strip, row)):
                continue
            rows.append(row)
            self.numbers.append(number)
        self.count = len(rows)
        self._release = release
        if release:
            del recognised.sheet.rows[start:]
        self._columns: list[Sequence[str]] = list(zip(*rows, strict=True))

    def texts(self, field: str) -> Sequence[str] | None:
        column = self.at.get(field)
        return None if column is None or not self.count else self._columns[column]

    def _let_go(self, field: str) -> None:
        if self._release and field not in _LOOKED_AT_AGAIN and field in self.at:
            self._columns[self.at[field]] = ()

    def read(
        self,
        field: str,
        reader: Callable[[str], Any],
        empty: Any,
        hint: Callable[[int], str] | None = None,
    ) -> list[Any]:
        """A column's values, `empty` where a cell is empty or cannot be read."""
        texts = self.texts(field)
        different = set(texts or ())
        self._let_go(field)
        if texts is None or different == {""}:
            return [empty] * self.count
        read, faults = self._each(different, reader, empty)
        if faults:
            self._tell(field, texts, faults, hint)
        return list(map(read.__getitem__, texts))

    def read_texts(self, field: str, most: int) -> list[str]:
        """A column of text of at most `most` characters. Letters and digits alone are as they
        should be already, and a column of keys is all different: only the others are read."""
        texts = self.texts(field)
        different = set(texts or ())
        self._let_go(field)
        if texts is None or different == {""}:
            return [""] * self.count
        odd = [text for text in different if len(text) > most or not text.isalnum()]
        if not odd:
            return list(texts)
        read, faults = self._each(odd, partial(read_text, most=most), "")
        if faults:
            self._tell(field, texts, faults, None)
        return [read.get(text, text) for text in texts]

    @staticmethod
    def _each(
        texts: Iterable[str], reader: Callable[[str], Any], empty: Any
    ) -> tuple[dict[str, Any], dict[str, Fault]]:
        """What each text reads as, and what is wrong with those that cannot be read."""
        read: dict[str, Any] = {}
        faults: dict[str, Fault] = {}
        for text in texts:
            value = reader(text) if text else None
            if value is None:
                value = empty
            elif type(value) is Fault:
                faults[text] = value
                value = empty
            read[text] = value
        return read, faults

    def _tell(
        self,
        field: str,
        texts: Sequence[str],
        faults: dict[str, Fault],
        hint: Callable[[int], str] | None,
    ) -> None:
        column = self.at[field]
        refused = self.refused.setdefault(field, set())
        for index, text in enumerate(texts):
            if (fault := faults.get(text)) is None:
                continue
            refused.add(index)
            if hint and (more := hint(index)):
                fault = Fault(fault.code, fault.title, fault.message + more)
            self.findings.error(fault, self.numbers[index], column, text)

    def unread(self, *fields: str) -> set[int]:
        """The rows of which one of these cells was refused: what follows from it is not told."""
        return set().union(*(self.refused.get(field, set()) for field in fields))

    def empty(self, field: str, found: list[Any]) -> list[int]:
        """Where a required column is empty (not where a cell was refused).

        Nowhere when the whole column is missing: that is told once, of the headings.
        """
        texts = self.texts(field)
        if texts is None:
            return []
        return [i for i, value in enumerate(found) if value is None and not trimmed(texts[i])]


TOO_MANY_CELLS = Fault(
    "too_many_cells",
    "Deze rij heeft meer cellen dan er koppen zijn",
    "Waarschijnlijk staat er een scheidingsteken in een tekst. Zet die tekst tussen "
    "aanhalingstekens, of bewaar het bestand als .xlsx.",
)
