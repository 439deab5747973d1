"""Where the rows of a WOZ-bezitstabel without a usable id lie (NUMBERS 4): where the clerk says,
else where the same file's other rows show their postcode.

A large corporation's file holds rows from the whole country, and one of them without an id must
not stop it. So a postcode that nothing else shows lies elsewhere when its area, the four digits,
is shown by this file in other regions only; that is told. Any other is for the clerk to place.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from housing.intake import addresses
from housing.intake.places import Places
from housing.intake.values import Fault, dutch_number, fold, trimmed

ELSEWHERE = "-"  # a place, known to lie outside the region
_SAID = re.compile(r"((?:[1-9][0-9]{3}\s*[A-Za-z]{2}(?![A-Za-z]))?)[\s,]*([^0-9]{3,60})")
_ELSEWHERE_WORDS = frozenset({"buitenderegio", "buitenregio", "nietinderegio"})
MOST_AREAS_NAMED = 5


def said_place(text: str, places: Places) -> tuple[str, str] | None:
    """The place that somebody put behind a postcode, or in its stead, and the postcode: "6371 AB
    Landgraaf", "Heerlen", "buiten de regio". None when the cell says nothing of the kind."""
    match = _SAID.fullmatch(trimmed(text)[:100])
    if match is None:
        return None
    word = fold(match[2])
    place = places.by_name.get(word.removeprefix("gemeente"))
    if word in _ELSEWHERE_WORDS:
        return ELSEWHERE, match[1]
    return (place.slug, match[1]) if place and place.in_region else None


@dataclass(slots=True)
class Postcodes:
    """What a file shows of the postcodes that were asked for: by the ids of its other rows."""

    places: Places
    of_postcode: dict[str, set[str]] = field(default_factory=dict)
    of_area: dict[str, set[str]] = field(default_factory=dict)
    _read: dict[str, str] = field(default_factory=dict)

    def ask(self, texts: Iterable[str]) -> None:
        for text in texts:
            if postcode := self.read(text):
                self.of_postcode[postcode] = set()
                self.of_area[postcode[:4]] = set()

    def read(self, text: str) -> str:
        """The postcode in a cell, "" when there is none."""
        postcode = self._read.get(text)
        if postcode is None:
            read = addresses.read_postcode(text)
            postcode = self._read[text] = read if isinstance(read, str) else ""
        return postcode

    def asked(self, text: str) -> str:
        """The postcode in a cell when its area was asked for, else ""."""
        if len(text) == 6 and text.isupper() and text[:4] not in self.of_area:
            return ""
        postcode = self.read(text)
        return postcode if postcode[:4] in self.of_area else ""

    def show(self, postcode: str, slug: str) -> None:
        """Note that a row with this postcode lies in `slug`."""
        self.of_area[postcode[:4]].add(slug)
        if postcode in self.of_postcode:
            self.of_postcode[postcode].add(slug)

    def place_of(self, text: str) -> str:
        """The one place that other rows with this postcode are in; "" when not known."""
        found = self.of_postcode.get(self.read(text), ())
        return next(iter(found)) if len(found) == 1 else ""

    def area_elsewhere(self, text: str) -> str:
        """The area of a postcode that lies in other regions, as far as this file and earlier
        rows of this party show; "" when that cannot be said."""
        postcode = self.read(text)
        area = postcode[:4]
        if self.of_postcode.get(postcode) or self.of_area.get(area) != {ELSEWHERE}:
            return ""
        return "" if self.places.hint(area) else area


def told_elsewhere(rows: Mapping[str, int]) -> Fault:
    """What is told of changed rows that were taken to lie elsewhere, by area of postcode."""
    count = sum(rows.values())
    areas = ", ".join(sorted(rows)[:MOST_AREAS_NAMED])
    more = " en andere" if len(rows) > MOST_AREAS_NAMED else ""
    return Fault(
        "area_elsewhere",
        "Rijen zonder BAG-nummer, waarschijnlijk buiten de regio",
        f"Het {'is 1 rij' if count == 1 else f'zijn {dutch_number(count)} rijen'} met een "
        f"verandering, met postcodes die beginnen met {areas}{more}. Uw andere rijen met die "
        "cijfers liggen alle buiten de regio, dus we slaan ze niet op. Klopt dat niet, vul dan "
        "het BAG-nummer in en kies het bestand opnieuw.",
    )
