"""Our own template -> clean rows. Column by column first, then what cells say about each other.

A column is read once for each different text in it, so that 100.000 rows stay quick.
"""

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from itertools import compress, repeat
from typing import Any

from housing.codes import (
    ADDITIONS,
    TRANSFERS,
    Branch,
    Kind,
    Origin,
    Precision,
    Segment,
)
from housing.intake import values, words
from housing.intake.formats import Recognised
from housing.intake.places import Places
from housing.intake.pricing import NOTHING, Pricing
from housing.intake.problems import Findings
from housing.intake.rows import Checked, CleanRow, Lookups, Place
from housing.intake.values import BagIds, Fault, When, dutch_date, fold, trimmed

TARGET_GROUP_FROM = 5  # homes in a row: at one address it tells who lives there
_NOBODY = BagIds(())
_RENTED = frozenset({Segment.SOCIAL_RENT, Segment.SOCIAL_ABOVE_LIMIT, Segment.MID_RENT, Segment.FREE_RENT})  # fmt: skip
_EXACT_COPY = Fault(
    "row_twice",
    "Deze rij staat twee keer in het bestand",
    "Haal een van de twee weg, of bevestig dat het verschillende woningen zijn.",
)


def check_completions(
    recognised: Recognised, kind_of_file: str, lookups: Lookups, findings: Findings, checked: Checked
) -> None:
    """Fill `checked` with the rows of a template and tell `findings` all that is wrong."""
    sheet = _Sheet(recognised, findings, cells_may_lie_beside=kind_of_file == "xlsx")
    checked.rows_read = len(sheet.rows)
    if sheet.rows:
        _Reading(sheet, lookups, findings, checked).run()


class _Sheet:
    """The rows with content below the headings, and the reading of one column of them."""

    def __init__(
        self, recognised: Recognised, findings: Findings, cells_may_lie_beside: bool
    ) -> None:
        self.columns = recognised.columns
        self.findings = findings
        self.rows: list[list[str]] = []
        self.numbers: list[int] = []
        width = len(recognised.sheet.rows[recognised.header])
        first = recognised.sheet.first_row
        start = recognised.header + 1
        for number, row in enumerate(recognised.sheet.rows[start:], first + start):
            if not any(row) or not any(map(str.strip, row)):
                continue
            if len(row) != width:
                if len(row) > width and not cells_may_lie_beside and any(row[width:]):
                    findings.error(_TOO_MANY_CELLS, number, None, row[width])
                row = row + [""] * (width - len(row))
            self.rows.append(row)
            self.numbers.append(number)

    def texts(self, field: str) -> list[str] | None:
        column = self.columns.get(field)
        return None if column is None else [row[column] for row in self.rows]

    def read(
        self,
        field: str,
        reader: Callable[[str], Any],
        empty: Any,
        hint: Callable[[int], str] | None = None,
    ) -> list[Any]:
        """A column's values, `empty` where a cell is empty or cannot be read."""
        texts = self.texts(field)
        if texts is None:
            return [empty] * len(self.rows)
        read: dict[str, Any] = {}
        faults: dict[str, Fault] = {}
        for text in set(texts):
            value = reader(text) if text else None
            if type(value) is Fault:
                faults[text] = value
                value = None
            read[text] = empty if value is None else value
        if faults:
            column = self.columns[field]
            for index, text in enumerate(texts):
                if text in faults:
                    fault = faults[text]
                    if hint and (more := hint(index)):
                        fault = Fault(fault.code, fault.title, fault.message + more)
                    self.findings.error(fault, self.numbers[index], column, text)
        return list(map(read.__getitem__, texts))

    def require(self, field: str, found: list[Any], fault: Fault) -> None:
        """Tell which cells of a required column are empty (not those that were refused)."""
        texts = self.texts(field)
        if texts is None:
            return  # told once, as a missing column
        for index in [i for i, value in enumerate(found) if value is None]:
            if not trimmed(texts[index]):
                self.findings.error(fault, self.numbers[index], self.columns[field])


_TOO_MANY_CELLS = Fault(
    "too_many_cells",
    "Deze rij heeft meer cellen dan er koppen zijn",
    "Waarschijnlijk staat er een scheidingsteken in een tekst. Zet die tekst tussen "
    "aanhalingstekens, of bewaar het bestand als .xlsx.",
)


class _Reading:
    """One template on its way to rows: the columns side by side, then the rules between them."""

    def __init__(
        self, sheet: _Sheet, lookups: Lookups, findings: Findings, checked: Checked
    ) -> None:
        self.sheet = sheet
        self.lookups = lookups
        self.findings = findings
        self.checked = checked
        self.places = Places.of(lookups)
        columns = sheet.columns
        self.pricing = Pricing(
            lookups, findings, columns.get("rent"), columns.get("price"), columns.get("points")
        )

    def run(self) -> None:
        read = self.sheet.read
        self._own_file()
        self.keys = read("key", partial(values.read_text, most=80), "")
        self.projects = read("project", partial(values.read_text, most=200), "")
        self.postcodes = read("postcode", values.read_postcode, "")
        self.named = read("municipality", self.places.read, None, hint=self._where)
        self.segments = read("segment", words.read_segment, None)
        self.whens = read("when", values.read_when, None)
        self.homes = read("homes", values.read_homes, None)
        bag_reader = partial(values.read_bag_ids, prefixes=self.places.prefixes)
        self.bags: list[BagIds] = read("bag_ids", bag_reader, _NOBODY)
        self.house_numbers = read("house_number", values.read_house_number, None)
        self.letters = read("house_letter", values.read_house_letter, "")
        self.additions = read("house_addition", values.read_house_addition, "")
        self.rents = read("rent", values.read_rent, None)
        self.prices = read("price", values.read_price, None)
        self.points = read("points", values.read_points, None)
        self.types = read("dwelling_type", words.read_dwelling_type, "")
        self.contained = read("self_contained", values.read_yes_no, None)
        self.labels = read("label", values.read_label, "")
        self.areas = read("area", values.read_area, None)
        self.targets = read("target_group", partial(values.read_text, most=100), "")
        self.remarks = read("remark", partial(values.read_text, most=1000), "")
        self._required()
        self._kinds()
        self._years()
        self._addresses()
        self._place()
        self._price()
        self._ids()
        self._twice()
        self._finish()

    def _where(self, index: int) -> str:
        return self.places.hint(self.postcodes[index])

    def _own_file(self) -> None:
        """The file is this organisation's and about this year."""
        own = {fold(name) for name in self.lookups.organisation_names}
        others = {fold(name) for name in self.lookups.other_organisations}
        name = next(iter(self.lookups.organisation_names), "uw organisatie")

        def organisation(text: str) -> Fault | None:
            word = fold(trimmed(text))
            if not word or word in own:
                return None
            known = "een andere corporatie" if word in others else "een naam die we niet kennen"
            return Fault(
                "organisation",
                "Deze rij is niet van uw organisatie",
                f"Hier staat {known}. U levert aan voor {name}: haal de rij weg of verbeter de naam.",
            )

        def report_year(text: str) -> Fault | None:
            text = trimmed(text)
            if not text or text == str(self.lookups.year):
                return None
            return Fault(
                "report_year",
                "Het verslagjaar klopt niet",
                f"U geeft {self.lookups.year} op. Kies het goede jaar, of verbeter de kolom.",
            )

        self.sheet.read("organisation", organisation, None)
        self.sheet.read("report_year", report_year, None)

    def _required(self) -> None:
        for field, found, name in (
            ("municipality", self.named, "De gemeente"),
            ("segment", self.segments, "Het segment"),
            ("when", self.whens, "De opleverdatum"),
            ("homes", self.homes, "Het aantal woningen"),
        ):
            self.sheet.require(
                field, found, Fault(f"{field}_empty", f"{name} ontbreekt", _FILL_IN[field])
            )

    def _kinds(self) -> None:
        """Mutatie and Ontstaan together say what happened."""
        kinds: list[Kind | None] = self.sheet.read("mutation", words.read_kind, None)
        count = len(self.sheet.rows)
        self.kinds: list[Kind] = [kind or Kind.NEW_BUILD for kind in kinds]
        new = [kind is Kind.NEW_BUILD for kind in self.kinds]
        if "origin" not in self.sheet.columns:
            self.origins: list[str] = [Origin.UNKNOWN.value if each else "" for each in new]
            return
        column = self.sheet.columns["origin"]
        texts = self.sheet.texts("origin") or [""] * count
        read = {text: words.read_origin(text) for text in set(texts)}
        self.origins = [""] * count
        for index in compress(range(count), new):
            origin = read[texts[index]]
            if origin is None:
                self.origins[index] = Origin.UNKNOWN.value
            elif isinstance(origin, Fault):
                number = self.sheet.numbers[index]
                if number not in self.findings.bad or kinds[index] is not None:
                    self.findings.error(origin, number, column, texts[index])
            elif origin[1] is not None:
                self.origins[index] = origin[1].value
            elif kinds[index] is None:
                self.kinds[index] = origin[0]
            else:
                self._contradiction(index, column, texts[index])

    def _contradiction(self, index: int, column: int, text: str) -> None:
        number = self.sheet.numbers[index]
        mutation = self.findings.column(self.sheet.columns["mutation"])
        fault = Fault(
            "origin_contradicts",
            "Mutatie en Ontstaan spreken elkaar tegen",
            f"In {mutation} staat Nieuwbouw en in {self.findings.column(column)} staat "
            f"{trimmed(text)[:40]}. Maak Mutatie leeg of verbeter Ontstaan.",
        )
        self.findings.error(fault, number, column, text)

    def _years(self) -> None:
        """Every date lies in the year asked or before, from the first year of the agreement."""
        year, first = self.lookups.year, self.lookups.first_year
        until = self.lookups.covers_until
        last = f"31 december {year}" if until is None else dutch_date(until)
        faults: dict[int, Fault] = {}
        for each in {when.year for when in self.whens if when is not None}:
            if each > year:
                faults[each] = Fault(
                    "later_year",
                    f"De opleverdatum ligt in {each}",
                    f"U geeft {year} op: 1 januari tot en met {last}.",
                )
            elif each < first:
                faults[each] = Fault(
                    "too_early",
                    f"De opleverdatum ligt in {each}",
                    f"Opgeven kan vanaf {first}. Verbeter de datum of haal de rij weg.",
                )
        if faults or until is not None:
            column = self.sheet.columns.get("when")
            texts = self.sheet.texts("when") or []
            for index, when in enumerate(self.whens):
                if when is None:
                    continue
                number = self.sheet.numbers[index]
                if fault := faults.get(when.year):
                    self.findings.error(fault, number, column, texts[index])
                elif until and when.precision is Precision.DAY and when.day > until:
                    fault = Fault(
                        "after_period",
                        "De opleverdatum ligt na de periode",
                        f"U geeft {year} op: 1 januari tot en met {last}. Kijk of dit klopt.",
                    )
                    self.findings.warning(fault, number, column, texts[index])

    def _addresses(self) -> None:
        for index, number in enumerate(self.house_numbers):
            if number is not None and len(self.postcodes[index]) == 4:
                fault = Fault(
                    "postcode_area",
                    "De letters van de postcode ontbreken",
                    "Bij een huisnummer hoort een hele postcode, bijvoorbeeld 6411 AB.",
                )
                self.findings.error(
                    fault,
                    self.sheet.numbers[index],
                    self.sheet.columns["postcode"],
                    self.postcodes[index],
                )

    def _place(self) -> None:
        """The BAG prefix places a home; without ids the named municipality does."""
        self.slugs: list[str] = []
        bad = self.findings.bad
        cache: dict[tuple[str, str], tuple[str, Fault | None]] = {}
        column = self.sheet.columns.get("bag_ids")
        named_column = self.sheet.columns.get("municipality")
        self.outside: list[bool] = []
        for number, named, bag in zip(self.sheet.numbers, self.named, self.bags, strict=True):
            ids = bag.ids
            if named is None:
                self.slugs.append("")
                self.outside.append(False)
                continue
            if len(ids) < 2:
                prefixes = ids[0][:4] if ids else ""
            else:
                prefixes = "|".join(dict.fromkeys(each[:4] for each in ids))
            key = (named.slug, prefixes)
            if key not in cache:
                cache[key] = self._placed(named, prefixes)
            slug, fault = cache[key]
            self.slugs.append(slug)
            self.outside.append(not slug)
            if fault and number not in bad:
                at = column if prefixes else named_column
                self.findings.warning(fault, number, at, "|".join(ids) or named.name)
            if bag.repaired and number not in bad:
                self._told_repair(number, bag)
        outside = sum(self.outside)
        self.checked.outside_region += outside
        self.checked.foreign_rows.update(compress(self.sheet.numbers, self.outside))

    def _told_repair(self, number: int, bag: BagIds) -> None:
        fault = Fault(
            "bag_repaired",
            "De eerste 0 van dit BAG-nummer was weg",
            f"We lezen {', '.join(bag.repaired)[:200]}. Sla de kolom voortaan op als tekst.",
        )
        self.findings.warning(fault, number, self.sheet.columns["bag_ids"], "|".join(bag.repaired))

    def _placed(self, named: Place, prefixes: str) -> tuple[str, Fault | None]:
        if not prefixes:
            if named.in_region:
                return named.slug, None
            return "", Fault(
                "outside_region",
                f"{named.name} ligt niet in de regio",
                "We slaan deze rij niet op. Klopt dat niet, verbeter dan de gemeente.",
            )
        codes = prefixes.split("|")
        found = [self.places.by_prefix[code] for code in codes if code in self.places.by_prefix]
        inside = [place for place in found if place.in_region]
        if any(place.slug == named.slug for place in inside):
            return named.slug, None
        if inside:
            return inside[0].slug, Fault(
                "prefix_differs",
                f"Het BAG-nummer hoort bij {inside[0].name}, niet bij {named.name}",
                f"We rekenen deze woningen bij {inside[0].name}. Klopt dat niet, verbeter dan "
                "het BAG-nummer.",
            )
        where = f" ({found[0].name})" if found else ""
        return "", Fault(
            "outside_region",
            "Het BAG-nummer hoort bij een gemeente buiten de regio",
            f"Het nummer begint met {codes[0]}{where}, u noemt {named.name}. We slaan deze rij "
            "niet op. Klopt dat niet, verbeter dan het BAG-nummer.",
        )

    def _price(self) -> None:
        """Segment and rent class of every row, and what rent, price and points say against it."""
        self.branches = [_branch(s, k) for s, k in zip(self.segments, self.kinds, strict=True)]
        derived = []
        rows = zip(
            self.sheet.numbers, self.segments, self.branches, self.rents, self.prices,
            self.points, self.whens, self.kinds, self.homes, self.projects, self.outside,
            strict=True,
        )  # fmt: skip
        bad = self.findings.bad
        for number, segment, branch, rent, price, points, when, kind, homes, project, out in rows:
            if segment is None or when is None:
                derived.append(NOTHING)
                continue
            answer = self.pricing.derive(segment, branch, rent, price, points, when.year)
            derived.append(answer.derived)
            if number in bad or out or kind not in ADDITIONS:
                continue
            if answer.fault or answer.missing:
                self.pricing.tell(answer, number, rent, price, homes or 0, project)
            if rent is None and segment in _RENTED:
                self.pricing.rent_unknown(number, homes or 0, project)
        self.derived = derived

    def _ids(self) -> None:
        column = self.sheet.columns.get("bag_ids")
        for index, bag in enumerate(self.bags):
            homes = self.homes[index]
            if not bag.ids or homes is None or len(bag.ids) == homes:
                continue
            if self.contained[index] is False or self.outside[index]:
                continue  # rooms share an id
            number = self.sheet.numbers[index]
            if number not in self.findings.bad:
                self.findings.warning(
                    homes_against_ids(homes, len(bag.ids)), number, column, "|".join(bag.ids),
                    homes, self.projects[index],
                )  # fmt: skip

    def _twice(self) -> None:
        """The same home, or the same row, twice in one file: told, and it counts once."""
        ids: dict[tuple[str, int], int] = {}
        homes: dict[tuple[Any, ...], int] = {}
        lines: dict[tuple[Any, ...], int] = {}
        columns = self.sheet.columns
        for index, bag in enumerate(self.bags):
            number = self.sheet.numbers[index]
            if self.outside[index] or number in self.findings.bad:
                continue
            kind = self.kinds[index]
            direction = -1 if kind.direction < 0 else 1
            contained = self.contained[index] is not False
            claims = contained and kind not in TRANSFERS
            earlier = None
            if claims:
                for each in bag.ids:
                    before = ids.setdefault((each, direction), number)
                    earlier = earlier or (before if before != number else None)
            if earlier:
                self.findings.warning(
                    twice(earlier), number, columns["bag_ids"], "|".join(bag.ids),
                    self.homes[index], self.projects[index],
                )  # fmt: skip
                continue
            address = self._address(index)
            if address and self.homes[index] == 1 and claims:
                before = homes.setdefault((*address, direction), index)
                if before != index and not (bag.ids and self.bags[before].ids):
                    self.findings.warning(
                        twice(self.sheet.numbers[before]), number, columns["postcode"],
                        address[0], 1, self.projects[index],
                    )  # fmt: skip
                    continue
            if self.keys[index] and not bag.ids:
                line = (
                    self.keys[index], kind, self.whens[index], self.slugs[index],
                    self.homes[index], self.segments[index], address,
                )  # fmt: skip
                before = lines.setdefault(line, number)
                if before != number:
                    fault = Fault(
                        _EXACT_COPY.code,
                        _EXACT_COPY.title,
                        f"Rij {before} heeft hetzelfde kenmerk. {_EXACT_COPY.message}",
                    )
                    self.findings.warning(
                        fault, number, columns["key"], self.keys[index],
                        self.homes[index], self.projects[index],
                    )  # fmt: skip

    def _address(self, index: int) -> tuple[str, int, str, str] | None:
        postcode, number = self.postcodes[index], self.house_numbers[index]
        if len(postcode) != 6 or number is None:
            return None
        return postcode, number, self.letters[index], self.additions[index].upper()

    def _finish(self) -> None:
        self.pricing.finish()
        bad = self.findings.bad
        wanted = [
            number not in bad and not outside
            for number, outside in zip(self.sheet.numbers, self.outside, strict=True)
        ]
        columns = self._columns()
        if not all(wanted):
            columns = {name: list(compress(each, wanted)) for name, each in columns.items()}
        self.checked.rows = clean_rows(self.findings.sheet, columns)

    def _columns(self) -> dict[str, list[Any]]:
        """The fields of CleanRow as columns; what a template cannot say keeps its default."""
        whens: list[When] = [when or _NO_WHEN for when in self.whens]
        return {
            "row": self.sheet.numbers,
            "part": ["2.1A"] * len(whens),
            "kind": [kind.value for kind in self.kinds],
            "direction": [kind.direction for kind in self.kinds],
            "homes": self.homes,
            "year": [when.year for when in whens],
            "key": self.keys,
            "origin": self.origins,
            "happened": [when.day for when in whens],
            "precision": [when.precision.value for when in whens],
            "municipality": self.slugs,
            "project": self.projects,
            "declared": [segment.value if segment else "" for segment in self.segments],
            "branch": self.branches,
            "segment": [derived.segment.value for derived in self.derived],
            "rent_class": [derived.rent_class.value for derived in self.derived],
            "dwelling_type": [each.value if each else "" for each in self.types],
            "self_contained": self.contained,
            "bag_ids": [bag.ids for bag in self.bags],
            "postcode": self.postcodes,
            "house_number": self.house_numbers,
            "house_letter": self.letters,
            "house_addition": self.additions,
            "rent": self.rents,
            "price": self.prices,
            "points": self.points,
            "label": self.labels,
            "area": self.areas,
            "target_group": [
                target if homes and homes >= TARGET_GROUP_FROM else ""
                for target, homes in zip(self.targets, self.homes, strict=True)
            ],
            "remark": self.remarks,
        }


def clean_rows(sheet: str, columns: dict[str, list[Any]]) -> list[CleanRow]:
    """Rows from columns side by side, by place: with names it takes twice as long."""
    if not columns["row"]:
        return []
    in_order = [
        columns[field.name] if field.name in columns else repeat(field.default)
        for field in fields(CleanRow)[1:]
    ]
    return list(map(CleanRow, repeat(sheet), *in_order))


_NO_WHEN = When(0, None, Precision.YEAR)
_FILL_IN = {
    "municipality": "Vul de gemeente in.",
    "segment": "Vul het segment in, bijvoorbeeld sociale huur.",
    "when": "Vul een datum in als 12-03-2026, of alleen het jaar.",
    "homes": "Vul een heel getal vanaf 1 in.",
}


def _branch(segment: Segment | None, kind: Kind) -> str:
    """In our template sociale huur stands for DAEB; a transfer is of the social stock."""
    if kind in TRANSFERS or segment in {Segment.SOCIAL_RENT, Segment.SOCIAL_ABOVE_LIMIT}:
        return Branch.DAEB.value
    return ""


def homes_against_ids(homes: int, ids: int) -> Fault:
    return Fault(
        "homes_against_ids",
        "Het aantal woningen en het aantal BAG-nummers verschillen",
        f"Er {'staat 1 woning' if homes == 1 else f'staan {homes} woningen'} en {ids} "
        f"BAG-nummer{'' if ids == 1 else 's'}. We tellen {homes}. Klopt dat?",
    )


def twice(earlier: int) -> Fault:
    return Fault(
        "home_twice",
        "Deze woning staat twee keer in het bestand",
        f"Zij staat ook in rij {earlier}. De woning telt één keer. Haal een van de rijen weg, "
        "of verbeter het nummer.",
    )


