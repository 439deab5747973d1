"""A file as numbered rows of text: what reading gives and checking takes."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `rows[0]` is row `first_row` of the spreadsheet, so blank rows keep their place.

    `name` is "" for a CSV. Cells are text as typed; numbers have a decimal comma and no points,
    dates are ISO, truth is WAAR or ONWAAR, an error cell is #N/B and the like. A number of 16
    digits or more, which Excel may have rounded, is written as 1,954010000000001E+15.
    """

    name: str
    rows: list[list[str]]
    first_row: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """All visible sheets of a file. `kind` is "csv" or "xlsx"."""

    name: str
    kind: str
    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...] = ()
    delimiter: str = ";"
    encoding: str = "utf-8"


class UnreadableFileError(ValueError):
    """The file cannot be read; the message says in Dutch what it is and what to do."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@contextmanager
def no_collecting() -> Iterator[None]:
    """Don't look for cycles while a table is read: there are none among a million cells, and
    looking costs a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
