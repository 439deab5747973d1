"""Which municipality is meant: by its name, by a BAG prefix, by a postcode."""

from dataclasses import dataclass, field
from difflib import get_close_matches

from housing.intake.rows import Lookups, Place
from housing.intake.values import Fault, fold, trimmed

_COUNTED = {5: "vijf", 6: "zes", 7: "zeven", 8: "acht", 9: "negen"}


@dataclass(slots=True)
class Places:
    """The municipalities of the look-ups, ready to be asked."""

    region: tuple[Place, ...]
    by_prefix: dict[str, Place]
    by_name: dict[str, Place]
    prefixes: frozenset[str]
    postcodes: dict[str, Place]  # full ones and, where they agree, their four digits
    _guesses: int = field(default=0)

    @classmethod
    def of(cls, lookups: Lookups) -> "Places":
        by_slug = {place.slug: place for place in lookups.places}
        by_prefix = {p: place for place in lookups.places for p in place.bag_prefixes}
        by_name: dict[str, Place] = {}
        for place in lookups.places:
            for name in (place.name, *place.names, place.slug):
                by_name.setdefault(fold(name), place)
        postcodes: dict[str, Place] = {}
        areas: dict[str, set[str]] = {}
        for postcode, slug in lookups.postcodes.items():
            if slug in by_slug:
                postcodes[postcode] = by_slug[slug]
                areas.setdefault(postcode[:4], set()).add(slug)
        for area, slugs in areas.items():
            if len(slugs) == 1:
                postcodes.setdefault(area, by_slug[slugs.pop()])
        region = tuple(place for place in lookups.places if place.in_region)
        return cls(region, by_prefix, by_name, frozenset(by_prefix), postcodes)

    def read(self, text: str) -> Place | Fault | None:
        """A municipality by its own or a former name."""
        text = trimmed(text)
        if not text:
            return None
        word = fold(text)
        for name in (word, word.removeprefix("gemeente")):
            if place := self.by_name.get(name):
                return place
        return Fault("municipality", "Deze gemeente kennen we niet", self._offer(word))

    def _offer(self, word: str) -> str:
        count = _COUNTED.get(len(self.region), str(len(self.region)))
        names = ", ".join(place.name for place in self.region)
        offer = f"Vul een van de {count} gemeenten in: {names}."
        self._guesses += 1
        if len(word) > 40 or self._guesses > 200:
            return offer  # comparing names is slow, and a file may hold any number of them
        near = get_close_matches(word, list(self.by_name), 1, 0.75)
        return f"Bedoelt u {self.by_name[near[0]].name}? {offer}" if near else offer

    def hint(self, postcode: str) -> str:
        """A sentence that says where a postcode lies, "" when not known."""
        for known in (postcode, postcode[:4]):
            if known and (place := self.postcodes.get(known)):
                return f" De postcode {known} hoort bij {place.name}."
        return ""
