"""Our own template -> clean rows. Column by column first, then what cells say about each other.

A column is read once for each different text in it, so that 100.000 rows stay quick.
"""

from dataclasses import fields
from itertools import compress, repeat
from typing import Any

from housing.codes import (
    ADDITIONS,
    TRANSFERS,
    Kind,
    Origin,
    Precision,
    RentClass,
    Segment,
)
from housing.intake import addresses, dates, values, words
from housing.intake.bag import ROUNDED_COLUMN, read_bag_ids, rounded
from housing.intake.columns import Columns
from housing.intake.dates import When
from housing.intake.places import Places
from housing.intake.pricing import NOTHING, Pricing
from housing.intake.problems import Findings
from housing.intake.recognising import Recognised
from housing.intake.rows import Checked, CleanRow, Lookups, Place
from housing.intake.told import bag_repaired, homes_against_ids, twice
from housing.intake.values import Fault, dutch_date, fold, trimmed

TARGET_GROUP_FROM = 5  # homes in a row: at one address it tells who lives there
_NOT_READ = ("",)
_SOCIAL = frozenset({Segment.SOCIAL_RENT, Segment.SOCIAL_ABOVE_LIMIT})
_RENTED = _SOCIAL | {Segment.MID_RENT, Segment.FREE_RENT}


def check_completions(
    recognised: Recognised,
    kind_of_file: str,
    lookups: Lookups,
    findings: Findings,
    checked: Checked,
    *,
    release: bool = False,
) -> None:
    """Fill `checked` with the rows of a template and tell `findings` all that is wrong.

    With `release` the sheet is left without its rows.
    """
    beside = kind_of_file == "xlsx"
    sheet = Columns(recognised, findings, cells_may_lie_beside=beside, release=release)
    checked.rows_read = sheet.count
    if sheet.count:
        _Reading(sheet, lookups, findings, checked).run()


class _Reading:
    """One template on its way to rows: the columns side by side, then the rules between them."""

    def __init__(
        self, sheet: Columns, lookups: Lookups, findings: Findings, checked: Checked
    ) -> None:
        self.sheet = sheet
        self.lookups = lookups
        self.findings = findings
        self.checked = checked
        self.places = Places.of(lookups)
        columns = sheet.at
        self.pricing = Pricing(
            lookups, findings, columns.get("rent"), columns.get("price"), columns.get("points")
        )

    def run(self) -> None:
        read = self.sheet.read
        self._own_file()
        self.keys = self.sheet.read_texts("key", 80)
        self.projects = self.sheet.read_texts("project", 200)
        self.postcodes = read("postcode", addresses.read_postcode, "")
        self.named = read("municipality", self.places.read, None, hint=self._where)
        self.segments = read("segment", words.read_segment, None)
        self.whens = read("when", dates.read_when, None)
        self.homes = read("homes", values.read_homes, None)
        self._bag_ids()
        self.house_numbers = read("house_number", addresses.read_house_number, None)
        self.letters = read("house_letter", addresses.read_house_letter, "")
        self.additions = read("house_addition", addresses.read_house_addition, "")
        self.rents = read("rent", values.read_rent, None)
        self.prices = read("price", values.read_price, None)
        self.points = read("points", values.read_points, None)
        self.types = read("dwelling_type", words.read_dwelling_type, "")
        self.contained = read("self_contained", values.read_yes_no, None)
        self.labels = read("label", values.read_label, "")
        self.areas = read("area", values.read_area, None)
        self.targets = self.sheet.read_texts("target_group", 100)
        self.remarks = self.sheet.read_texts("remark", 1000)
        self._required()
        self._kinds()
        self._years()
        self._addresses()
        self._place()
        self._price()
        self._ids()
        self._twice()
        self._finish()

    def _bag_ids(self) -> None:
        """The ids of each row; `repaired` those whose leading zero was given back."""
        self.repaired: dict[int, tuple[str, ...]] = {}
        texts = self.sheet.texts("bag_ids")
        if texts is None:
            self.bags: list[tuple[str, ...]] = [()] * self.sheet.count
            return
        # Nearly every id is whole and occurs once: only the others take the long way.
        self.bags = [
            (text,)
            if len(text) == 16 and text[4:6] == "01" and text.isascii() and text.isdecimal()
            else _NOT_READ
            for text in texts
        ]
        if rounded(texts):
            self.findings.error(ROUNDED_COLUMN, 0, self.sheet.at["bag_ids"])
        for index, bag in enumerate(self.bags):
            if bag is _NOT_READ:
                self.bags[index] = self._odd_bag(index, texts[index])

    def _odd_bag(self, index: int, text: str) -> tuple[str, ...]:
        bag = read_bag_ids(text, self.places.prefixes) if text else None
        if isinstance(bag, Fault):
            self.findings.error(bag, self.sheet.numbers[index], self.sheet.at["bag_ids"], text)
            return ()
        if bag and bag.repaired:
            self.repaired[index] = bag.repaired
        return bag.ids if bag else ()

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
                f"Hier staat {known}. U levert aan voor {name}: haal de rij weg of verbeter "
                "de naam.",
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
        """Empty cells of required columns; a row that lacks nearly all is one problem."""
        empty: dict[int, list[str]] = {}
        for field, found in (
            ("municipality", self.named),
            ("segment", self.segments),
            ("when", self.whens),
            ("homes", self.homes),
        ):
            for index in self.sheet.empty(field, found):
                empty.setdefault(index, []).append(field)
        for index, fields_ in sorted(empty.items()):
            number = self.sheet.numbers[index]
            if len(fields_) >= _NEARLY_ALL:
                self.findings.error(_ROW_INCOMPLETE, number)
                continue
            for field in fields_:
                self.findings.error(_EMPTY[field], number, self.sheet.at[field])

    def _kinds(self) -> None:
        """Mutatie and Ontstaan together say what happened."""
        kinds: list[Kind | None] = self.sheet.read("mutation", words.read_kind, None)
        count = self.sheet.count
        self.kinds: list[Kind] = [kind or Kind.NEW_BUILD for kind in kinds]
        built, unknown = Kind.NEW_BUILD, Origin.UNKNOWN.value
        new = [kind is built for kind in self.kinds]
        if not any(self.sheet.texts("origin") or ()):
            self.origins: list[str] = [unknown if each else "" for each in new]
            return
        column = self.sheet.at["origin"]
        texts = self.sheet.texts("origin") or [""] * count
        read = {text: words.read_origin(text) for text in set(texts)}
        self.origins = [""] * count
        unread = self.sheet.unread("mutation")
        for index in compress(range(count), new):
            origin = read[texts[index]]
            if origin is None:
                self.origins[index] = unknown
            elif isinstance(origin, Fault):
                if index not in unread:
                    self.findings.error(origin, self.sheet.numbers[index], column, texts[index])
            elif origin[1] is not None:
                self.origins[index] = origin[1].value
            elif kinds[index] is None:
                self.kinds[index] = origin[0]
            else:
                self._contradiction(index, column, texts[index])

    def _contradiction(self, index: int, column: int, text: str) -> None:
        number = self.sheet.numbers[index]
        mutation = self.findings.column(self.sheet.at["mutation"])
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
            column = self.sheet.at.get("when")
            texts = self.sheet.texts("when") or []
            refused = self.sheet.refused.setdefault("when", set())
            follows = self.sheet.unread("report_year")  # a row of another year has its dates
            for index, when in enumerate(self.whens):
                if when is None or index in follows:
                    continue
                number = self.sheet.numbers[index]
                if fault := faults.get(when.year):
                    self.findings.error(fault, number, column, texts[index])
                    refused.add(index)
                elif until and when.precision is Precision.DAY and when.day > until:
                    fault = Fault(
                        "after_period",
                        "De opleverdatum ligt na de periode",
                        f"U geeft {year} op: 1 januari tot en met {last}. Kijk of dit klopt.",
                    )
                    self.findings.warning(fault, number, column, texts[index])

    def _addresses(self) -> None:
        if not any(len(postcode) == 4 for postcode in set(self.postcodes)):
            return
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
                    self.sheet.at["postcode"],
                    self.postcodes[index],
                )

    def _place(self) -> None:
        """The BAG prefix places a home; without ids the named municipality does."""
        self.slugs: list[str] = []
        cache: dict[tuple[str, str], tuple[str, Fault | None]] = {}
        column = self.sheet.at.get("bag_ids")
        named_column = self.sheet.at.get("municipality")
        self.outside: list[bool] = []
        for number, named, ids in zip(self.sheet.numbers, self.named, self.bags, strict=True):
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
            if fault:
                at = column if prefixes else named_column
                self.findings.warning(fault, number, at, "|".join(ids) or named.name)
        for index, repaired in self.repaired.items():
            self._told_repair(index, repaired)
        outside = sum(self.outside)
        self.checked.outside_region += outside
        self.checked.foreign_rows.update(compress(self.sheet.numbers, self.outside))

    def _told_repair(self, index: int, repaired: tuple[str, ...]) -> None:
        texts = self.sheet.texts("bag_ids") or [""]
        self.findings.warning(
            bag_repaired(repaired), self.sheet.numbers[index], self.sheet.at["bag_ids"],
            texts[index],
        )  # fmt: skip

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
            self.segments, self.branches, self.rents, self.prices, self.points, self.whens,
            self.kinds, self.outside, strict=True,
        )  # fmt: skip
        unread = self.sheet.unread("when", "mutation", "segment", "report_year")
        rent_unread = self.sheet.unread("rent")
        for index, (segment, branch, rent, price, points, when, kind, out) in enumerate(rows):
            if segment is None or when is None:
                derived.append(NOTHING)
                continue
            answer = self.pricing.derive(segment, branch, rent, price, points, when.year)
            derived.append(answer.derived)
            if out or kind not in ADDITIONS or index in unread:
                continue
            about = self.sheet.numbers[index], self.homes[index] or 0, self.projects[index]
            if answer.fault or answer.missing:
                self.pricing.tell(answer, rent, price, *about)
            if rent is None and segment in _RENTED and index not in rent_unread:
                self.pricing.rent_unknown(*about)
        self.derived = derived

    def _ids(self) -> None:
        column = self.sheet.at.get("bag_ids")
        unread = self.sheet.unread("self_contained")
        for index, bag in enumerate(self.bags):
            homes = self.homes[index]
            if not bag or homes is None or len(bag) == homes:
                continue
            if self.contained[index] is False or self.outside[index] or index in unread:
                continue  # rooms share an id
            self.findings.warning(
                homes_against_ids(homes, len(bag)), self.sheet.numbers[index], column,
                "|".join(bag), homes, self.projects[index],
            )  # fmt: skip

    def _twice(self) -> None:
        """The same home, or the same row, twice in one file: told, and it counts once."""
        ids: dict[tuple[str, int], int] = {}
        homes: dict[tuple[Any, ...], int] = {}
        lines: dict[tuple[Any, ...], int] = {}
        for index in self._perhaps_twice():
            kind = self.kinds[index]
            claims = self.contained[index] is not False and kind not in TRANSFERS
            earlier = None
            address = self._address(index)
            if claims:
                for each in self.bags[index]:
                    before = ids.setdefault((each, _DIRECTIONS[kind]), index)
                    earlier = before if before != index else earlier
            if earlier is None and claims and address and self.homes[index] == 1:
                before = homes.setdefault((*address, _DIRECTIONS[kind]), index)
                if before != index and not (self.bags[index] and self.bags[before]):
                    earlier = before
            if earlier is not None:
                self._tell_twice(index, earlier)
            elif self.keys[index] and not self.bags[index]:
                line = (
                    self.keys[index], kind, self.whens[index], self.slugs[index],
                    self.homes[index], self.segments[index], address,
                )  # fmt: skip
                before = lines.setdefault(line, index)
                if before != index:
                    self._tell_copy(index, before)

    def _perhaps_twice(self) -> list[int]:
        """The rows worth comparing: all, unless every row has ids and every id occurs once."""
        every = [each for bag in self.bags for each in bag]
        if all(self.bags) and len(set(every)) == len(every):
            return []
        unread = self.sheet.unread("self_contained", "mutation")
        return [
            index
            for index, outside in enumerate(self.outside)
            if not outside and index not in unread
        ]

    def _tell_twice(self, index: int, earlier: int) -> None:
        by_id = self.bags[index] and self.bags[earlier]
        self.findings.warning(
            twice(self.sheet.numbers[earlier]),
            self.sheet.numbers[index],
            self.sheet.at["bag_ids" if by_id else "postcode"],
            "|".join(self.bags[index]) if by_id else self.postcodes[index],
            self.homes[index] or 0,
            self.projects[index],
        )

    def _tell_copy(self, index: int, earlier: int) -> None:
        fault = Fault(
            "row_twice",
            "Deze rij staat twee keer in het bestand",
            f"Rij {self.sheet.numbers[earlier]} heeft hetzelfde kenmerk. Haal een van de twee weg, "
            "of bevestig dat het verschillende woningen zijn.",
        )
        self.findings.warning(
            fault,
            self.sheet.numbers[index],
            self.sheet.at["key"],
            self.keys[index],
            self.homes[index] or 0,
            self.projects[index],
        )

    def _address(self, index: int) -> tuple[str, int, str, str] | None:
        postcode, number = self.postcodes[index], self.house_numbers[index]
        if len(postcode) != 6 or number is None:
            return None
        return postcode, number, self.letters[index], self.additions[index].upper()

    def _finish(self) -> None:
        self.pricing.finish()
        if self.checked.missing_fields:
            return  # told of the headings; without a required column no row is whole
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
            "kind": list(map(_KIND_VALUES.__getitem__, self.kinds)),
            "direction": list(map(_DIRECTIONS.__getitem__, self.kinds)),
            "homes": self.homes,
            "year": [when.year for when in whens],
            "key": self.keys,
            "origin": self.origins,
            "happened": [when.day for when in whens],
            "precision": [_PRECISIONS[when.precision] for when in whens],
            "municipality": self.slugs,
            "project": self.projects,
            "declared": [_SEGMENTS[segment] for segment in self.segments],
            "branch": self.branches,
            "segment": [_SEGMENTS[derived.segment] for derived in self.derived],
            "rent_class": [_CLASSES[derived.rent_class] for derived in self.derived],
            "dwelling_type": list(map(str, self.types)) if any(self.types) else self.types,
            "self_contained": self.contained,
            "bag_ids": self.bags,
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


# Plain text, looked up: reading `.value` of an enum costs more than all the rest of a cell.
_KIND_VALUES = {kind: kind.value for kind in Kind}
_DIRECTIONS = {kind: kind.direction for kind in Kind}
_PRECISIONS = {precision: precision.value for precision in Precision}
_SEGMENTS: dict[Segment | None, str] = {segment: segment.value for segment in Segment} | {None: ""}
_CLASSES = {rent_class: rent_class.value for rent_class in RentClass}
_NO_WHEN = When(0, None, Precision.YEAR)
_NEARLY_ALL = 3
_ROW_INCOMPLETE = Fault(
    "row_incomplete",
    "In deze rij ontbreekt bijna alles",
    "Vul gemeente, segment, opleverdatum en aantal woningen in. Is het een totaal of een "
    "opmerking, haal de rij dan weg.",
)
_EMPTY = {
    "municipality": Fault("municipality_empty", "De gemeente ontbreekt", "Vul de gemeente in."),
    "segment": Fault(
        "segment_empty", "Het segment ontbreekt", "Vul het segment in, bijvoorbeeld sociale huur."
    ),
    "when": Fault(
        "when_empty",
        "De opleverdatum ontbreekt",
        "Vul een datum in als 12-03-2026, of alleen het jaar.",
    ),
    "homes": Fault(
        "homes_empty", "Het aantal woningen ontbreekt", "Vul een heel getal vanaf 1 in."
    ),
}


def _branch(segment: Segment | None, kind: Kind) -> str:
    """In our template sociale huur stands for DAEB; a transfer is of the social stock."""
    return "daeb" if segment in _SOCIAL or kind in TRANSFERS else ""
