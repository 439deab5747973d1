"""The day that "stand op" asks for, as people type it."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

_FORM = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day asked for; `problem` says in Dutch why it became today."""

    day: date
    is_past: bool = False
    problem: str = ""

    @property
    def query(self) -> str:
        """What links carry along, so that the day stays: "?stand=01-03-2026" or ""."""
        return f"?stand={self.day:%d-%m-%Y}" if self.is_past else ""


def as_of(text: str) -> AsOf:
    """Read dd-mm-jjjj; empty is today. A day to come or nonsense is today, and says so."""
    today = timezone.localdate()
    if not text.strip():
        return AsOf(today)
    found = _FORM.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError(text)
        number, month, year = (int(part) for part in found.groups())
        day = date(year, month, number)
    except ValueError:
        return AsOf(today, problem=f"{text[:20]} is geen datum die wij kennen. Schrijf dd-mm-jjjj.")
    if day > today:
        return AsOf(today, problem="Die dag moet nog komen. U ziet de stand van vandaag.")
    return AsOf(day, is_past=day < today)
