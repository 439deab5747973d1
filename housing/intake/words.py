"""The words that files use for our codes, folded: what people write -> what we store."""

from housing.codes import Branch, DwellingType, Kind, Origin, Segment, UnitKind
from housing.intake.values import Fault, excel_error, fold, says_nothing, trimmed

KINDS = {
    "nieuwbouw": Kind.NEW_BUILD,
    "nieuwbouwwoning": Kind.NEW_BUILD,
    "oplevering": Kind.NEW_BUILD,
    "opgeleverd": Kind.NEW_BUILD,
    "aankoop": Kind.PURCHASE,
    "aangekocht": Kind.PURCHASE,
    "splitsing": Kind.SPLIT,
    "gesplitst": Kind.SPLIT,
    "vanvoorraad": Kind.FROM_STOCK,
    "verkoopaantoekomstigebewoners": Kind.SALE_OCCUPANT,
    "verkoopaantoekomstigebewoner": Kind.SALE_OCCUPANT,
    "verkoopaanbewoners": Kind.SALE_OCCUPANT,
    "verkoopaanoverigen": Kind.SALE_OTHER,
    "verkoopoverig": Kind.SALE_OTHER,
    "verkoopaancorporatie": Kind.SALE_CORPORATION,
    "verkoopaancorporaties": Kind.SALE_CORPORATION,
    "verkoopaanwoningcorporatie": Kind.SALE_CORPORATION,
    "sloop": Kind.DEMOLITION,
    "gesloopt": Kind.DEMOLITION,
    "samenvoeging": Kind.MERGE,
    "samengevoegd": Kind.MERGE,
    "naarvoorraad": Kind.TO_STOCK,
    "overgangnaarnietdaeb": Kind.TO_NON_DAEB,
    "overgangnaardaeb": Kind.TO_DAEB,
}
NO_CHANGE = frozenset({"geenmutatie", "geen", "ongewijzigd"})
_OWN_KINDS = {Kind.SALE_CORPORATION, Kind.TO_NON_DAEB, Kind.TO_DAEB}
WOZ_KINDS = {word: kind for word, kind in KINDS.items() if kind not in _OWN_KINDS}
ORIGINS: dict[str, tuple[Kind, Origin | None]] = {
    "nieuwbouw": (Kind.NEW_BUILD, Origin.UNKNOWN),
    "onbekend": (Kind.NEW_BUILD, Origin.UNKNOWN),
    "uitbreiding": (Kind.NEW_BUILD, Origin.EXPANSION),
    "toevoeging": (Kind.NEW_BUILD, Origin.EXPANSION),
    "vervangendenieuwbouw": (Kind.NEW_BUILD, Origin.REPLACEMENT),
    "vervanging": (Kind.NEW_BUILD, Origin.REPLACEMENT),
    "sloopnieuwbouw": (Kind.NEW_BUILD, Origin.REPLACEMENT),
    "transformatie": (Kind.NEW_BUILD, Origin.TRANSFORMATION),
    "aankoop": (Kind.PURCHASE, None),
    "splitsing": (Kind.SPLIT, None),
}
SEGMENTS = {
    "socialehuur": Segment.SOCIAL_RENT,
    "sociaal": Segment.SOCIAL_RENT,
    "socialehuurwoning": Segment.SOCIAL_RENT,
    "socialehuurwoningen": Segment.SOCIAL_RENT,
    "socialeverhuur": Segment.SOCIAL_RENT,
    "huursociaal": Segment.SOCIAL_RENT,
    "sociaalhuur": Segment.SOCIAL_RENT,
    "daeb": Segment.SOCIAL_RENT,
    "socialehuurdaeb": Segment.SOCIAL_RENT,
    "sociaalhuurbovendegrens": Segment.SOCIAL_ABOVE_LIMIT,
    "middenhuur": Segment.MID_RENT,
    "middeldurehuur": Segment.MID_RENT,
    "middenhuurwoning": Segment.MID_RENT,
    "middenhuurwoningen": Segment.MID_RENT,
    "huurmidden": Segment.MID_RENT,
    "vrijesectorhuur": Segment.FREE_RENT,
    "vrijesector": Segment.FREE_RENT,
    "durehuur": Segment.FREE_RENT,
    "huurvrijesector": Segment.FREE_RENT,
    "geliberaliseerdehuur": Segment.FREE_RENT,
    "betaalbarekoop": Segment.AFFORDABLE_SALE,
    "koopbetaalbaar": Segment.AFFORDABLE_SALE,
    "betaalbarekoopwoning": Segment.AFFORDABLE_SALE,
    "overigekoop": Segment.OTHER_SALE,
    "koopoverig": Segment.OTHER_SALE,
    "durekoop": Segment.OTHER_SALE,
    "vrijesectorkoop": Segment.OTHER_SALE,
    "onbekend": Segment.UNKNOWN,
}
_ASKED = {
    "koop": ("betaalbare koop", "overige koop"),
    "koopwoning": ("betaalbare koop", "overige koop"),
    "koopwoningen": ("betaalbare koop", "overige koop"),
    "socialekoop": ("betaalbare koop", "overige koop"),
    "huur": ("sociale huur", "middenhuur"),
    "huurwoning": ("sociale huur", "middenhuur"),
    "huurwoningen": ("sociale huur", "middenhuur"),
    "nietdaeb": ("middenhuur", "vrije sector huur"),
    "betaalbaar": ("sociale huur", "betaalbare koop"),
    "middensegment": ("middenhuur", "betaalbare koop"),
}
DWELLING_TYPES = {
    "egw": DwellingType.EGW,
    "eengezins": DwellingType.EGW,
    "eengezinswoning": DwellingType.EGW,
    "eengezinswoningen": DwellingType.EGW,
    "mgw": DwellingType.MGW,
    "meergezins": DwellingType.MGW,
    "meergezinswoning": DwellingType.MGW,
    "meergezinswoningen": DwellingType.MGW,
    "appartement": DwellingType.MGW,
    "appartementen": DwellingType.MGW,
    "extramuraal": DwellingType.EXTRAMURAL,
    "extramural": DwellingType.EXTRAMURAL,
    "studenteneenheid": DwellingType.STUDENT,
    "studenteneenheden": DwellingType.STUDENT,
    "student": DwellingType.STUDENT,
    "flexwoningen": DwellingType.FLEX,
    "flexwoning": DwellingType.FLEX,
    "flex": DwellingType.FLEX,
}
UNIT_KINDS = {
    "woonruimte": UnitKind.DWELLING,
    "woonruimten": UnitKind.DWELLING,
    "bedrijfsruimte": UnitKind.BUSINESS,
    "maatschappelijkvastgoed": UnitKind.SOCIAL_PROPERTY,
    "intramuraalzorgvastgoed": UnitKind.CARE,
    "parkeergelegenheid": UnitKind.PARKING,
    "overige": UnitKind.OTHER,
    "overig": UnitKind.OTHER,
}
BRANCHES = {
    "daebti": Branch.DAEB,
    "daeb": Branch.DAEB,
    "nietdaebti": Branch.NON_DAEB,
    "nietdaeb": Branch.NON_DAEB,
    "geconsolideerdenietdaebverbindingen": Branch.CONSOLIDATED,
    "geconsolideerdenietdaebverbinding": Branch.CONSOLIDATED,
}


def read_segment(text: str) -> Segment | Fault | None:
    text = trimmed(text)
    if not text:
        return None
    word = fold(text)
    if segment := SEGMENTS.get(word):
        return segment
    if pair := _ASKED.get(word):
        return Fault(
            "segment_unclear",
            "Dit segment kan van alles zijn",
            f"Kies het precieze segment, bijvoorbeeld {pair[0]} of {pair[1]}.",
        )
    return excel_error(text) or Fault("segment", "Dit segment kennen we niet", _CHOICES)


_CHOICES = "Kies uit: sociale huur, middenhuur, vrije sector huur, betaalbare koop, overige koop."
_KIND_CHOICES = (
    "Laat de cel leeg bij nieuwbouw, of kies uit: Nieuwbouw, Aankoop, Splitsing, Van voorraad, "
    "Sloop, Samenvoeging, Naar voorraad, Verkoop aan toekomstige bewoners, Verkoop aan "
    "overigen, Verkoop aan corporatie."
)


def read_kind(text: str) -> Kind | Fault | None:
    """Our template's Mutatie; None when empty, which stands for nieuwbouw."""
    text = trimmed(text)
    if not text:
        return None
    word = fold(text)
    if kind := KINDS.get(word):
        return kind
    if word in NO_CHANGE:
        return Fault(
            "no_change",
            "Geen mutatie hoort niet in dit bestand",
            "Haal de rij weg: geef alleen op wat erbij kwam of eraf ging.",
        )
    if word in {"verkoop", "verkocht"}:
        return Fault(
            "kind_unclear",
            "Aan wie verkocht is, staat er niet bij",
            "Kies Verkoop aan toekomstige bewoners, Verkoop aan overigen of Verkoop aan "
            "corporatie.",
        )
    return excel_error(text) or Fault("kind", "Deze mutatie kennen we niet", _KIND_CHOICES)


def read_origin(text: str) -> tuple[Kind, Origin | None] | Fault | None:
    text = trimmed(text)
    if not text:
        return None
    return ORIGINS.get(fold(text)) or excel_error(text) or Fault(
        "origin",
        "Deze manier van ontstaan kennen we niet",
        "Kies uit: nieuwbouw, uitbreiding, vervangende nieuwbouw, transformatie, aankoop, "
        "splitsing.",
    )  # fmt: skip


def read_dwelling_type(text: str) -> DwellingType | Fault | None:
    text = trimmed(text)
    if says_nothing(text):
        return None
    return DWELLING_TYPES.get(fold(text)) or excel_error(text) or Fault(
        "dwelling_type",
        "Deze soort woonruimte kennen we niet",
        "Kies uit: EGW, MGW, Extramuraal, Studenteneenheid, Flexwoningen.",
    )  # fmt: skip
