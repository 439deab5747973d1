"""The WOZ-bezitstabel -> clean rows (NUMBERS 4). Most rows change nothing or lie elsewhere.

A corporation's whole stock comes by, tens of thousands of rows of which a few hundred concern
the region. So rows elsewhere are put aside with a few comparisons, on the raw cells.
"""

from collections import Counter
from typing import Any

from housing.codes import SALES, Branch, Kind, Origin, Precision, Segment, UnitKind
from housing.intake import addresses, values, words
from housing.intake.bag import ROUNDED_COLUMN, BagIds, bag_prefix, read_bag_ids, rounded
from housing.intake.effects import THREE_CELLS, Effect, work_out
from housing.intake.places import Places
from housing.intake.placing import ELSEWHERE, Postcodes, said_place, told_elsewhere
from housing.intake.pricing import Pricing
from housing.intake.problems import Findings
from housing.intake.recognising import Recognised
from housing.intake.rows import Checked, CleanRow, Lookups
from housing.intake.told import bag_repaired, homes_against_ids, twice
from housing.intake.values import Fault, dutch_number, fold, trimmed

PARTS = ("2.1A", "2.1B", "2.1C", "2.1D")
_BUILT_FROM = 10  # new homes from which one Bouwjaar for most of them says something


def check_woz(
    recognised: Recognised, lookups: Lookups, findings: Findings, checked: Checked
) -> None:
    """Fill `checked` with the changes in the region and tell `findings` all that is wrong."""
    if {"part", "opening", "closing", "mutation", "bag_ids", "postcode"} <= set(recognised.columns):
        _Bezitstabel(recognised, lookups, findings, checked).run()
    else:
        checked.rows_read = sum(map(any, recognised.sheet.rows[recognised.header + 1 :]))


class _Bezitstabel:
    def __init__(
        self, recognised: Recognised, lookups: Lookups, findings: Findings, checked: Checked
    ) -> None:
        self.recognised = recognised
        self.at = recognised.columns
        self.lookups = lookups
        self.findings = findings
        self.checked = checked
        self.places = Places.of(lookups)
        self.pricing = Pricing(
            lookups, findings, self.at.get("rent"), points_column=self.at.get("points")
        )
        self.names = tuple(findings.column(self.at[name]) for name in THREE_CELLS)
        self.effects: dict[tuple[str, ...], Effect] = {}
        self.known: dict[str, str] = {}  # first four digits of whole ids -> place
        self.opening: Counter[tuple[str, str]] = Counter()
        self.closing: Counter[tuple[str, str]] = Counter()
        self.change: Counter[tuple[str, str]] = Counter()
        self.built: Counter[str] = Counter()
        self.ids: dict[tuple[str, int], int] = {}
        self.keys: dict[tuple[str, str], int] = {}
        self.early: list[tuple[int, int, str]] = []

    def run(self) -> None:
        near, unplaced = self._put_aside()
        self._place_by_postcode(unplaced, near)
        near.sort(key=lambda each: each[0])
        for number, row, slug in near:
            self._read(number, row, slug)
        self._build_years()
        self._balance()
        self.pricing.finish()
        if not near and self.checked.rows_read:
            self.findings.warning(
                Fault(
                    "nothing_in_region",
                    "Geen enkele rij ligt in de regio",
                    f"We lazen {dutch_number(self.checked.rows_read)} rijen. Is dit het goede "
                    "bestand?",
                )
            )

    def _put_aside(self) -> tuple[list[tuple[int, list[str], str]], list[tuple[int, list[str]]]]:
        """Sort the rows into those in the region, with their place, and those of unknown place."""
        start = self.recognised.header + 1
        first = self.recognised.sheet.first_row + start
        rows = self.recognised.sheet.rows[start:]
        bag, mutation = self.at["bag_ids"], self.at["mutation"]
        widest = max(self.at.values()) + 1
        width = len(self.recognised.sheet.rows[self.recognised.header])
        near: list[tuple[int, list[str], str]] = []
        unplaced: list[tuple[int, list[str]]] = []
        changed: list[list[str]] = []
        known = self.known
        foreign: list[int] = []
        read = len(rows)
        for number, row in enumerate(rows, first):
            if len(row) < widest or len(row) > width:
                if not any(map(str.strip, row)):
                    read -= 1
                    continue
                if len(row) > width and any(row[width:]):
                    self._too_many(number, row[width])
                    continue
                row = row + [""] * (widest - len(row))
            text = row[bag]
            if len(text) == 16:
                slug = known.get(text[:4])
                if slug is None:
                    slug = self._slug(text)
                    if slug and text.isdecimal():
                        known[text[:4]] = slug
            else:
                slug = self._slug(text) if text else ""
            if slug == ELSEWHERE:
                foreign.append(number)
                if row[mutation] != "Geen mutatie":
                    changed.append(row)
            elif slug:
                near.append((number, row, slug))
                changed.append(row)
            elif text or any(row):
                unplaced.append((number, row))
            else:
                read -= 1
        self.checked.rows_read = read
        self.checked.outside_region = len(foreign)
        self.checked.foreign_rows = set(foreign)
        self._count_built(changed)
        if rounded([row[bag] for _, row, _ in near]):
            self.findings.error(ROUNDED_COLUMN, 0, bag)
        return near, unplaced

    def _too_many(self, number: int, value: str) -> None:
        fault = Fault(
            "too_many_cells",
            "Deze rij heeft meer cellen dan er koppen zijn",
            "Waarschijnlijk staat er een scheidingsteken in een tekst. Zet die tekst tussen "
            "aanhalingstekens.",
        )
        self.findings.error(fault, number, None, value)

    def _slug(self, text: str) -> str:
        """The place of ids: a slug, ELSEWHERE, or "" when it cannot be told."""
        prefixes = {bag_prefix(piece) for piece in text.split("|")} - {""}
        if not prefixes:
            return ""
        for prefix in prefixes:
            place = self.places.by_prefix.get(prefix)
            if place and place.in_region:
                return place.slug
        return ELSEWHERE if all(_is_code(prefix) for prefix in prefixes) else ""

    def _count_built(self, changed: list[list[str]]) -> None:
        year = self.at.get("build_year")
        if year is None:
            return
        mutation = self.at["mutation"]
        for row in changed:
            if fold(row[mutation]) == "nieuwbouw":
                self.built[trimmed(row[year]) if year < len(row) else ""] += 1

    def _place_by_postcode(
        self, unplaced: list[tuple[int, list[str]]], near: list[tuple[int, list[str], str]]
    ) -> None:
        """Give rows without a usable id their place, as far as it is known (see `placing`)."""
        if not unplaced:
            return
        at = self.at["postcode"]
        postcodes = self._postcodes({row[at] for _, row in unplaced})
        part_and_key = {self.at["part"], self.at.get("key", -1)}
        by_area: Counter[str] = Counter()
        for number, row in unplaced:
            if said := said_place(row[at], self.places):
                slug, postcode = said
                row = [*row[:at], postcode, *row[at + 1 :]]
            else:
                slug = postcodes.place_of(row[at])
            is_blank = not any(cell for i, cell in enumerate(row) if cell and i not in part_and_key)
            if not slug and (area := postcodes.area_elsewhere(row[at])):
                slug = ELSEWHERE
                by_area[area] += self._changed(row) and self._is_dwelling(row)
            if slug == ELSEWHERE or is_blank:
                self.checked.outside_region += 1
                self.checked.foreign_rows.add(number)
            else:
                near.append((number, row, slug))
        self.checked.areas_elsewhere = {area: rows for area, rows in by_area.items() if rows}
        if self.checked.areas_elsewhere:
            self.findings.warning(told_elsewhere(self.checked.areas_elsewhere))

    def _postcodes(self, asked: set[str]) -> Postcodes:
        """What the rows with an id show of the postcodes `asked` for."""
        postcodes = Postcodes(self.places)
        postcodes.ask(asked)
        at, bag = self.at["postcode"], self.at["bag_ids"]
        last = max(at, bag)
        for row in self.recognised.sheet.rows[self.recognised.header + 1 :]:
            if len(row) <= last or not row[bag] or not (postcode := postcodes.asked(row[at])):
                continue
            text = row[bag]
            if slug := (len(text) == 16 and self.known.get(text[:4])) or self._slug(text):
                postcodes.show(postcode, slug)
        return postcodes

    # One row in the region, or of unknown place ("").

    def _read(self, number: int, row: list[str], slug: str) -> None:
        at = self.at
        unit_text = self._cell(row, "unit_kind")
        part = _part(row[at["part"]])
        if part is None:
            fault = Fault(
                "part",
                "Dit onderdeel kennen we niet",
                "Vul 2.1A, 2.1B, 2.1C of 2.1D in.",
            )
            self.findings.error(fault, number, at["part"], row[at["part"]])
            return
        unit = words.UNIT_KINDS.get(fold(trimmed(unit_text))) if unit_text else None
        if unit is None:
            if slug or self._changed(row):
                self._unknown_unit(number, unit_text)
            return
        if unit is not UnitKind.DWELLING:
            return
        effect = self._effect(row, part)
        if part in {"2.1C", "2.1D"}:
            self.checked.under_construction += (effect.closing or effect.opening) if slug else 0
            return
        if part == "2.1B" and (effect.kind not in SALES and not self._is_sale(row)):
            return
        if effect.fault is not None:
            self._tell_effect(number, row, effect)
            return
        if slug and part == "2.1A":
            if effect.opening:
                self.opening[(slug, effect.branch_opening)] += effect.opening
            if effect.closing:
                self.closing[(slug, effect.branch_closing)] += effect.closing
        if effect.kind is None and effect.transfer is None:
            return
        if not slug:
            self._unknown_place(number, row)
            return
        self._change(number, row, slug, part, effect)

    def _cell(self, row: list[str], field: str) -> str:
        index = self.at.get(field)
        return row[index] if index is not None and index < len(row) else ""

    def _changed(self, row: list[str]) -> bool:
        return fold(row[self.at["mutation"]]) not in words.NO_CHANGE | {""}

    def _is_dwelling(self, row: list[str]) -> bool:
        text = fold(trimmed(self._cell(row, "unit_kind")))
        return words.UNIT_KINDS.get(text) is UnitKind.DWELLING

    def _is_sale(self, row: list[str]) -> bool:
        return words.WOZ_KINDS.get(fold(row[self.at["mutation"]])) in SALES

    def _unknown_unit(self, number: int, text: str) -> None:
        fault = Fault(
            "unit_kind",
            "Deze eenheidssoort kennen we niet",
            "Kies uit: Woonruimte, Bedrijfsruimte, Maatschappelijk vastgoed, Intramuraal "
            "zorgvastgoed, Parkeergelegenheid, Overige.",
        )
        self.findings.error(fault, number, self.at.get("unit_kind"), text)

    def _unknown_place(self, number: int, row: list[str]) -> None:
        read = addresses.read_postcode(row[self.at["postcode"]])
        hint = self.places.hint(read) if isinstance(read, str) else ""
        bag_text = row[self.at["bag_ids"]]
        bag = read_bag_ids(bag_text, self.places.prefixes) if bag_text else None
        if isinstance(bag, Fault):
            # The id is why the place is unknown: one cause, one problem.
            self.findings.error(
                Fault(bag.code, bag.title, bag.message + hint), number, self.at["bag_ids"], bag_text
            )
            return
        fault = Fault(
            "place_unknown",
            "We weten niet in welke gemeente deze woning ligt",
            "Vul het BAG-verblijfsobject-id in, of zet de gemeente achter de postcode: 6371 AB "
            f"Landgraaf. Ligt de woning niet in de regio, schrijf dan: buiten de regio.{hint}",
        )
        self.findings.error(fault, number, self.at["postcode"], row[self.at["postcode"]])

    def _tell_effect(self, number: int, row: list[str], effect: Effect) -> None:
        index = self.at.get(effect.field)
        assert effect.fault is not None
        self.findings.error(effect.fault, number, index, self._cell(row, effect.field))

    def _effect(self, row: list[str], part: str) -> Effect:
        at = self.at
        key = (
            part,
            row[at["opening"]],
            row[at["closing"]],
            self._cell(row, "branch_opening"),
            self._cell(row, "branch_closing"),
            row[at["mutation"]],
        )
        effect = self.effects.get(key)
        if effect is None:
            effect = self.effects[key] = work_out(*key, self.names)
        return effect

    def _change(self, number: int, row: list[str], slug: str, part: str, effect: Effect) -> None:
        facts = self._facts(number, row)
        if facts is None:
            return
        bag: BagIds = facts.pop("bag")
        if bag.repaired:
            fault = bag_repaired(bag.repaired)
            self.findings.warning(fault, number, self.at["bag_ids"], row[self.at["bag_ids"]])
        shared: dict[str, Any] = {
            "sheet": self.findings.sheet,
            "row": number,
            "year": self.lookups.year,
            "municipality": slug,
            "precision": Precision.YEAR.value,
            "unit_kind": UnitKind.DWELLING.value,
            "bag_ids": bag.ids,
            **facts,
        }
        if effect.kind is not None:
            self._add_change(number, row, part, effect, shared)
        if effect.transfer is not None:
            self.checked.rows.append(
                CleanRow(
                    part="2.1A",
                    kind=effect.transfer.value,
                    direction=effect.transfer.direction,
                    homes=effect.moved,
                    branch=Branch.DAEB.value,
                    segment=Segment.SOCIAL_RENT.value,
                    rent_class=self._derive(Branch.DAEB.value, shared).derived.rent_class.value,
                    **shared,
                )
            )
            side = (slug, effect.branch_opening), (slug, effect.branch_closing)
            self.change[side[0]] -= effect.moved
            self.change[side[1]] += effect.moved

    def _derive(self, branch: str, shared: dict[str, Any]) -> Any:
        return self.pricing.derive(
            "", branch, shared["rent"], None, shared["points"], self.lookups.year
        )

    def _add_change(
        self, number: int, row: list[str], part: str, effect: Effect, shared: dict[str, Any]
    ) -> None:
        kind = effect.kind
        assert kind is not None
        answer = self._derive(effect.branch, shared)
        if kind.direction > 0:
            self.pricing.tell(answer, shared["rent"], None, number, effect.homes, "")
            if shared["rent"] is None:
                self.pricing.rent_unknown(number, effect.homes, "")
        ids: tuple[str, ...] = shared["bag_ids"]
        contained = shared["self_contained"] is not False
        if ids and len(ids) != effect.homes and contained:
            fault = homes_against_ids(effect.homes, len(ids))
            self.findings.warning(fault, number, self.at["bag_ids"], "|".join(ids), effect.homes)
        if part == "2.1A":
            self._twice(number, kind, ids, shared["key"], contained, effect.homes)
            sign = kind.direction
            self.change[(shared["municipality"], effect.branch)] += sign * effect.homes
        built = shared["build_year"] if kind is Kind.NEW_BUILD else None
        if built and built != self.lookups.year:
            self.early.append((number, built, row[self.at["build_year"]]))
        self.checked.rows.append(
            CleanRow(
                part=part,
                kind=kind.value,
                direction=kind.direction,
                homes=effect.homes,
                origin=Origin.UNKNOWN.value if kind is Kind.NEW_BUILD else "",
                branch=effect.branch,
                segment=answer.derived.segment.value,
                rent_class=answer.derived.rent_class.value,
                **shared,
            )
        )

    def _twice(
        self, number: int, kind: Kind, ids: tuple[str, ...], key: str, contained: bool, homes: int
    ) -> None:
        earlier = None
        if contained:
            for each in ids:
                before = self.ids.setdefault((each, kind.direction), number)
                earlier = earlier or (before if before != number else None)
        if earlier:
            self.findings.warning(twice(earlier), number, self.at["bag_ids"], "|".join(ids), homes)
        elif key:
            before = self.keys.setdefault((key, kind.value), number)
            if before != number:
                fault = Fault(
                    "key_twice",
                    "Deze eenheidscode staat twee keer in het bestand",
                    f"Zij staat ook in rij {before}, met dezelfde mutatie. Controleer of het "
                    "twee eenheden zijn.",
                )
                self.findings.warning(fault, number, self.at.get("key"), key, homes)

    def _facts(self, number: int, row: list[str]) -> dict[str, Any] | None:
        """The other cells of a change; None when one of them cannot be read."""
        readers = (
            ("key", "key", lambda text: values.read_text(text, 80), ""),
            ("bag", "bag_ids", self._read_bag, BagIds(())),
            ("postcode", "postcode", addresses.read_postcode, ""),
            ("house_number", "house_number", addresses.read_house_number, None),
            ("house_letter", "house_letter", addresses.read_house_letter, ""),
            ("house_addition", "house_addition", addresses.read_house_addition, ""),
            ("dwelling_type", "dwelling_type", words.read_dwelling_type, ""),
            ("self_contained", "self_contained", values.read_yes_no, None),
            ("rent", "rent", values.read_rent, None),
            ("points", "points", values.read_points, None),
            ("label", "label", values.read_label, ""),
            ("area", "area", values.read_area, None),
            ("share", "share", values.read_share, None),
            ("build_year", "build_year", values.read_build_year, None),
        )
        facts: dict[str, Any] = {}
        good = True
        for name, field, reader, empty in readers:
            text = self._cell(row, field)
            value = reader(text) if text else None
            if isinstance(value, Fault):
                good = not self.findings.error(value, number, self.at[field], text) and good
                value = None
            facts[name] = empty if value is None else value
        if good:
            facts["dwelling_type"] = str(facts["dwelling_type"])
        return facts if good else None

    def _read_bag(self, text: str) -> BagIds | Fault | None:
        return read_bag_ids(text, self.places.prefixes)

    def _build_years(self) -> None:
        """Bouwjaar never decides the year; what looks odd is told."""
        year = self.lookups.year
        total = sum(self.built.values())
        if not self.recognised.years and total >= _BUILT_FROM:
            for other in (year - 1, year + 1):
                if self.built[str(other)] * 2 > total:
                    self.findings.warning(
                        Fault(
                            "other_year",
                            f"Is dit het bestand van {other}?",
                            f"Van {dutch_number(total)} rijen met Nieuwbouw hebben er "
                            f"{dutch_number(self.built[str(other)])} bouwjaar {other}, en u geeft "
                            f"{year} op. Kies het goede bestand of bevestig dat het klopt.",
                        ),
                        0,
                        self.at.get("build_year"),
                    )
                    self.early = [each for each in self.early if each[1] != other]
        for number, built, text in self.early:
            self.findings.warning(_odd_build_year(built, year), number, self.at["build_year"], text)

    def _balance(self) -> None:
        """Opening + changes = closing, per municipality, DAEB and the rest apart."""
        keys = sorted(self.opening.keys() | self.closing.keys())
        self.checked.stock = {key: (self.opening[key], self.closing[key]) for key in keys}
        if self.findings.bad:
            return  # a row that could not be read explains the gap
        gaps: Counter[tuple[str, bool]] = Counter()
        for slug, branch in self.opening.keys() | self.closing.keys() | self.change.keys():
            key = (slug, branch)
            gaps[(slug, branch == Branch.DAEB)] += (
                self.opening[key] + self.change[key] - self.closing[key]
            )
        names = {place.slug: place.name for place in self.places.region}
        for (slug, social), gap in sorted(gaps.items()):
            if gap:
                side = "DAEB" if social else "niet-DAEB"
                self.findings.warning(
                    Fault(
                        "stock_gap",
                        "Begin, veranderingen en eind sluiten niet aan",
                        f"In {names.get(slug, slug)}, {side}: begin plus veranderingen is "
                        f"{dutch_number(abs(gap))} {'hoger' if gap > 0 else 'lager'} dan eind. "
                        "Kijk of bij alle rijen de tak is ingevuld.",
                    ),
                    homes=abs(gap),
                )


def _odd_build_year(built: int, year: int) -> Fault:
    if built == year - 1:
        return Fault(
            "prior_build_year",
            f"Het bouwjaar is {built}, een jaar eerder",
            f"De woning telt in {year}, tenzij zij bij een opgave van {built} hoort.",
        )
    if built < year:
        return Fault(
            "old_build_year",
            "Het bouwjaar ligt ver terug",
            f"Nieuwbouw met bouwjaar {built} is waarschijnlijk transformatie. De woning telt in "
            f"{year}. Controleer het bouwjaar.",
        )
    return Fault(
        "later_build_year",
        f"Het bouwjaar ligt na {year}",
        f"De woning telt in {year}. Controleer het bouwjaar.",
    )


def _part(text: str) -> str | None:
    part = trimmed(text).upper().replace(" ", "")
    return part if part in PARTS else None


def _is_code(prefix: str) -> bool:
    return len(prefix) == 4 and prefix.isdecimal() and prefix != "0000"
