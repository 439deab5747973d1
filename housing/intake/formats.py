"""What a file can be: our template or the WOZ-bezitstabel. Headings, synonyms, one table each.

A format is recognised by its headings, never by the place of a column: editions differ.
"""

import re
from dataclasses import dataclass

from housing.intake.values import fold


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

    def readable(self) -> list[Column]:
        """The columns that an unknown heading may be matched with."""
        return [column for column in self.columns if column.field not in self.secret]


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
YEAR_IN_HEADING = re.compile(r"(?<![0-9])20[0-9][0-9](?![0-9])")
_YEAR_WORDS = re.compile(r"\b(?:verslagjaar|boekjaar)\b", re.IGNORECASE)


def heading_word(heading: str) -> str:
    """A heading without its year or year word, folded: editions write both. This is the word
    that a match of an unknown heading is remembered by."""
    bare = YEAR_IN_HEADING.sub("", _YEAR_WORDS.sub("", heading))
    return fold(bare) or fold(heading)


def _names(fmt: Format) -> dict[str, str]:
    """Every heading of a format, folded, with its field. A first heading wins from a synonym."""
    names = {heading_word(c.heading): c.field for c in fmt.columns}
    for column in fmt.columns:
        for synonym in column.synonyms:
            names.setdefault(heading_word(synonym), column.field)
    return names


NAMES = {name: _names(fmt) for name, fmt in FORMATS.items()}
