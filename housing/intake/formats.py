"""What a file can be: our template or the WOZ-bezitstabel. Headings, synonyms, one table each.

A format is recognised by its headings, never by the place of a column: editions differ.
"""

import re
from dataclasses import dataclass, field

from housing.intake.tables import Sheet, Table
from housing.intake.values import fold, letter

HEADER_WITHIN = 10  # rows in which the headings must stand


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a format: our field, the heading as we write it, other headings it may have."""

    field: str
    heading: str
    synonyms: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file. `secret` are fields that are recognised, never read and never kept."""

    name: str
    title: str
    columns: tuple[Column, ...]
    secret: frozenset[str] = frozenset()

    def heading(self, field_name: str) -> str:
        return next(column.heading for column in self.columns if column.field == field_name)


@dataclass(frozen=True, slots=True)
class Recognised:
    """Where in the file the table is, and which column holds what.

    `header` is the index of the heading row in `sheet.rows`. `columns` maps a field to a column
    index. `years` are the years that headings carry, with the column index of the first.
    """

    format: Format
    sheet: Sheet
    header: int
    columns: dict[str, int]
    ignored: tuple[str, ...] = ()
    duplicates: tuple[tuple[str, tuple[int, ...]], ...] = ()
    years: dict[int, int] = field(default_factory=dict)
    rivals: tuple[str, ...] = ()  # other visible sheets that could be meant as well

    @property
    def missing(self) -> list[Column]:
        return [c for c in self.format.columns if c.required and c.field not in self.columns]

    def heading(self, index: int) -> str:
        """A column as people find it: "F Opleverdatum"."""
        row = self.sheet.rows[self.header]
        text = " ".join(row[index].split())[:60] if index < len(row) else ""
        return f"{letter(index)} {text}".strip()


TEMPLATE = Format(
    "template",
    "ons sjabloon",
    (
        Column("key", "Kenmerk", ("Eigen kenmerk", "Referentie", "Kenmerk corporatie", "Code")),
        Column("municipality", "Gemeente", ("Gemeentenaam",), required=True),
        Column("project", "Project", ("Projectnaam", "Naam project", "Complex", "Plan")),
        Column(
            "segment", "Segment", ("Huursegment", "Prijssegment", "Segment woning"), required=True
        ),
        Column("mutation", "Mutatie", ("Soort mutatie", "Mutatiesoort", "Mutatie verslagjaar")),
        Column("origin", "Ontstaan", ("Wijze van ontstaan", "Ontstaanswijze", "Herkomst")),
        Column(
            "when",
            "Opleverdatum",
            (
                "Datum",
                "Datum oplevering",
                "Oplevering",
                "Opgeleverd op",
                "Mutatiedatum",
                "Jaar oplevering",
                "Opleverjaar",
            ),
            required=True,
        ),
        Column(
            "homes",
            "Aantal woningen",
            ("Aantal", "Woningen", "Aantal wooneenheden", "Aantal eenheden", "# woningen"),
            required=True,
        ),
        Column(
            "bag_ids",
            "BAG-verblijfsobject-id",
            (
                "BAG-id",
                "BAG id verblijfsobject",
                "Verblijfsobject-id",
                "VBO-id",
                "BAG-nummer",
                "BAG",
                "BAG vbo id",
                "BAG-ids",
                "BAG verblijfsobject",
            ),
        ),
        Column("postcode", "Postcode", ("PC", "PC6", "Bag-postcode NL", "Bag-postcode")),
        Column("house_number", "Huisnummer", ("Huisnr", "Nummer", "Bag-huisnummer NL")),
        Column("house_letter", "Huisletter", ("Letter", "Bag-huisletter NL")),
        Column(
            "house_addition",
            "Toevoeging",
            ("Huisnummertoevoeging", "Toev", "Bag-huisnummertoevoeging"),
        ),
        Column(
            "rent",
            "Netto huur",
            (
                "Nettohuur",
                "Huur",
                "Kale huur",
                "Huurprijs",
                "Netto huur per maand",
                "Nettohuur per maand",
                "Aanvangshuur",
            ),
        ),
        Column(
            "price",
            "Koopprijs",
            ("Koopsom", "Verkoopprijs", "Prijs", "Koopprijs v.o.n.", "VON-prijs"),
        ),
        Column(
            "points",
            "WWS-punten",
            ("WWS", "Punten", "Aantal WWS punten", "Woningwaarderingspunten"),
        ),
        Column("dwelling_type", "Soort woonruimte", ("Woningtype", "Type woning", "Soort woning")),
        Column(
            "self_contained",
            "Zelfstandig",
            ("Zelfstandig?", "Zelfstandige woonruimte", "Is de woonruimte zelfstandig?"),
        ),
        Column("label", "Energielabel", ("Label", "Energie label")),
        Column(
            "area",
            "Oppervlakte m2",
            (
                "Oppervlakte",
                "m2",
                "Oppervlak",
                "Gebruiksoppervlakte",
                "GBO",
                "Gebruiksoppervlakte m2",
            ),
        ),
        Column("target_group", "Doelgroep", ("Doelgroepen",)),
        Column("remark", "Opmerking", ("Opmerkingen", "Toelichting", "Bijzonderheden")),
        Column(
            "organisation", "Corporatie", ("Woningcorporatie", "Organisatie", "Naam corporatie")
        ),
        Column("report_year", "Verslagjaar", ("Rapportagejaar", "Jaar verslag")),
    ),
)

WOZ = Format(
    "woz",
    "de WOZ-bezitstabel",
    (
        Column("part", "Onderdeel", required=True),
        Column("key", "Eenheidscode", ("Eenheid code", "Code eenheid"), required=True),
        Column("postcode", "Bag-postcode NL", ("Bag-postcode", "Postcode"), required=True),
        Column("house_number", "Bag-huisnummer NL", ("Bag-huisnummer", "Huisnummer")),
        Column("house_letter", "Bag-huisletter NL", ("Bag-huisletter", "Huisletter")),
        Column(
            "house_addition",
            "Bag-huisnummertoevoeging",
            ("Bag-huisnummertoevoeging NL", "Huisnummertoevoeging"),
        ),
        Column(
            "bag_ids",
            "Bag-verblijfsobject-id",
            ("Bag-verblijfsobjectid NL", "Verblijfsobject-id", "Bag-id"),
            required=True,
        ),
        Column("address_extra", "Corporatie-adrestoevoeging", ("Adrestoevoeging",)),
        Column("opening", "Aantal primo verslagjaar", ("Aantal primo",), required=True),
        Column("closing", "Aantal ultimo verslagjaar", ("Aantal ultimo",), required=True),
        Column("branch_opening", "Tak primo verslagjaar", ("Tak primo",), required=True),
        Column("branch_closing", "Tak ultimo verslagjaar", ("Tak ultimo",), required=True),
        Column("unit_kind", "Eenheidssoort", ("Soort eenheid",), required=True),
        Column("dwelling_type", "Soort woonruimte"),
        Column(
            "self_contained",
            "Is de woonruimte zelfstandig?",
            ("Zelfstandig", "Woonruimte zelfstandig"),
        ),
        Column("lift", "Lift aanwezig?", ("Lift",)),
        Column("mutation", "Mutatie verslagjaar", ("Mutatie",), required=True),
        Column(
            "rent",
            "Nettohuur per maand ultimo verslagjaar",
            ("Nettohuur per maand ultimo", "Nettohuur per maand", "Nettohuur"),
        ),
        Column(
            "points",
            "Aantal WWS punten ultimo verslagjaar",
            ("Aantal WWS punten ultimo", "Aantal WWS punten", "WWS punten"),
        ),
        Column("label", "Energielabel"),
        Column("build_year", "Bouwjaar"),
        Column("renovation_year", "Renovatiejaar"),
        Column("area", "m2", ("Oppervlakte m2", "Oppervlakte")),
        Column("woz_value", "WOZ-waarde verslagjaar", ("WOZ-waarde",)),
        Column(
            "market_value", "Marktwaarde ultimo verslagjaar", ("Marktwaarde ultimo", "Marktwaarde")
        ),
        Column(
            "collateral",
            "Onderpand WSW inzet verslagjaar",
            ("Onderpand WSW inzet", "Onderpand WSW"),
        ),
        Column("security_name", "Naam zekerheidsnemer"),
        Column("security_kind", "Type zekerheid"),
        Column("share", "Eigendomspercentage", ("Eigendoms percentage", "Percentage eigendom")),
    ),
    secret=frozenset({"woz_value", "market_value", "collateral", "security_name", "security_kind"}),
)

FORMATS: dict[str, Format] = {"template": TEMPLATE, "woz": WOZ}
_YEAR_IN_HEADING = re.compile(r"(?<![0-9])20[0-9][0-9](?![0-9])")
_YEAR_WORDS = re.compile(r"\b(?:verslagjaar|boekjaar)\b", re.IGNORECASE)


def _word(heading: str) -> str:
    """A heading without its year or year word, folded: editions write both."""
    bare = _YEAR_IN_HEADING.sub("", _YEAR_WORDS.sub("", heading))
    return fold(bare) or fold(heading)


def _names(fmt: Format) -> dict[str, str]:
    """Every heading of a format, folded, with its field. A first heading wins from a synonym."""
    names = {_word(c.heading): c.field for c in fmt.columns}
    for column in fmt.columns:
        for synonym in column.synonyms:
            names.setdefault(_word(synonym), column.field)
    return names


NAMES = {name: _names(fmt) for name, fmt in FORMATS.items()}


def known_headings(cells: list[str]) -> int:
    """How many different fields a row of cells names, in the format that fits best."""
    words = {_word(cell) for cell in cells[:1000] if cell and len(cell) <= 200}
    return max(len({names[w] for w in words if w in names}) for names in NAMES.values())


def recognise(table: Table, only: str | None = None) -> Recognised | None:
    """Find the headings of a known format, on the sheet that fits best.

    A row is the heading row when it names at least three fields of one format. `only` limits
    the search to one format. None when nothing fits.
    """
    found = []
    for sheet in table.sheets:
        if (best := _best_header(sheet, only)) is not None:
            found.append((best, sheet))
    if not found:
        return None
    found.sort(key=lambda each: -each[0][0])  # stable: the first sheet wins a tie
    (score, fmt, header), sheet = found[0]
    rivals = tuple(
        other.name
        for (points, other_format, row), other in found[1:]
        if other_format is fmt and points >= score - 1 and _has_rows(other, row)
    )
    return _place(fmt, sheet, header, rivals)


def _has_rows(sheet: Sheet, header: int) -> bool:
    return any(any(row) for row in sheet.rows[header + 1 : header + 1001])


def _best_header(sheet: Sheet, only: str | None) -> tuple[int, Format, int] | None:
    best: tuple[int, Format, int] | None = None
    for index, row in enumerate(_first_filled(sheet)):
        words = {_word(cell) for cell in row[:1000] if cell and len(cell) <= 200}
        if len(words) < 3:
            continue
        for name, fmt in FORMATS.items():
            if only and only != name:
                continue
            score = len({NAMES[name][word] for word in words if word in NAMES[name]})
            if score >= 3 and (best is None or score > best[0]):
                best = score, fmt, index
    return best


def _first_filled(sheet: Sheet) -> list[list[str]]:
    """The rows down to the tenth that says anything: a title or blank rows may come first."""
    filled = 0
    for index, row in enumerate(sheet.rows[:1000]):
        filled += any(row)
        if filled == HEADER_WITHIN:
            return sheet.rows[: index + 1]
    return sheet.rows[:1000]


def _place(fmt: Format, sheet: Sheet, header: int, rivals: tuple[str, ...]) -> Recognised:
    names = NAMES[fmt.name]
    places: dict[str, list[int]] = {}
    ignored: list[str] = []
    years: dict[int, int] = {}
    for index, cell in enumerate(sheet.rows[header]):
        if not cell.strip():
            continue
        found = names.get(_word(cell)) if len(cell) <= 200 else None
        if found is None:
            ignored.append(" ".join(cell.split())[:60])
            continue
        places.setdefault(found, []).append(index)
        for year in _YEAR_IN_HEADING.findall(cell):
            years.setdefault(int(year), index)
    return Recognised(
        format=fmt,
        sheet=sheet,
        header=header,
        columns={name: indexes[0] for name, indexes in places.items()},
        ignored=tuple(ignored),
        duplicates=tuple((n, tuple(at)) for n, at in places.items() if len(at) > 1),
        years=years,
        rivals=rivals,
    )
