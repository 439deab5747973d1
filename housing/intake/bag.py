"""BAG ids: 4 digits of the municipality, 2 of the kind, 10 of the object. Excel damages them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from housing.intake.values import Fault, excel_error, says_nothing, trimmed

_DAMAGED = re.compile(r"([0-9])(?:[.,]([0-9]*))?[eE]\+?([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class BagIds:
    """The verblijfsobject ids of one cell, and those that got their leading zero back."""

    ids: tuple[str, ...]
    repaired: tuple[str, ...] = ()


def read_bag_ids(text: str, prefixes: frozenset[str]) -> BagIds | Fault | None:
    """Verblijfsobject ids, several joined by a bar.

    `prefixes` are the municipality codes known here; only with one of those is a lost leading
    zero given back. What Excel rounded cannot be repaired.
    """
    if len(text) == 16 and text.isascii() and text.isdecimal() and text[4:6] == "01":
        return BagIds((text,))
    text = trimmed(text)
    if says_nothing(text):
        return None
    if fault := excel_error(text):
        return fault
    if _DAMAGED.fullmatch(text):
        return Fault(
            "bag_rounded",
            "Excel heeft dit BAG-nummer afgerond",
            "De laatste cijfers zijn weg en niet terug te halen. Sla de kolom op als tekst en "
            "plak de nummers opnieuw, of geef het adres op.",
        )
    ids: list[str] = []
    repaired: list[str] = []
    for piece in _pieces(text):
        if not re.fullmatch("[0-9]+", piece):
            return _bag_fault("Een BAG-verblijfsobject-id bestaat uit 16 gewone cijfers.")
        if len(piece) == 15 and "0" + piece[:3] in prefixes:
            piece = "0" + piece
            repaired.append(piece)
        if len(piece) != 16:
            return _bag_fault(
                f"Een BAG-verblijfsobject-id heeft 16 cijfers. Hier staan er {len(piece)}."
            )
        if fault := _wrong_type(piece[4:6]):
            return fault
        if piece not in ids:
            ids.append(piece)
    return BagIds(tuple(ids), tuple(repaired))


ROUNDED_COLUMN = Fault(
    "bag_rounded",
    "Excel heeft de BAG-nummers in deze kolom afgerond",
    "Alle nummers die niet met een 0 beginnen, eindigen op een 0: het laatste cijfer is weg. Sla "
    "de kolom op als tekst en plak de nummers opnieuw.",
)
_SUSPECT_FROM = 6  # by chance, six ids end in 0 once in a million


def rounded(texts: Iterable[str]) -> bool:
    """Whether Excel rounded a column: of ids without a leading zero it keeps 15 digits of 16."""
    long = {text for text in texts if len(text) == 16 and text[0] != "0"}
    return len(long) >= _SUSPECT_FROM and all(text[-1] == "0" for text in long)


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for piece in text.split("|"):
        joined = "".join(piece.split())
        if len(joined) in {15, 16} and joined.isdecimal():
            pieces.append(joined)
        else:
            pieces += re.split(r"[\s,;/]+", piece.strip())
    return [piece for piece in pieces if piece]


def _bag_fault(message: str) -> Fault:
    return Fault("bag_id", "Dit is geen BAG-verblijfsobject-id", message)


def _wrong_type(kind: str) -> Fault | None:
    if kind in {"01", "02", "03"}:
        return None
    names = {
        "10": ("bag_pand", "een pand"),
        "20": ("bag_type", "een nummeraanduiding"),
        "30": ("bag_type", "een straat"),
    }
    code, name = names.get(kind, ("bag_type", f"iets anders (soort {kind})"))
    return Fault(
        code,
        f"Dit BAG-nummer is van {name}, niet van een woning",
        "Vul het id van het verblijfsobject in; daarin zijn het vijfde en zesde cijfer 01. "
        "Of laat de cel leeg en geef het adres op.",
    )


def bag_prefix(text: str) -> str:
    """The municipality code of an id, also of one that Excel damaged; "" when it cannot be told."""
    text = trimmed(text).split("|")[0].strip()
    if text.isascii() and text.isdecimal():
        if len(text) == 16:
            return text[:4]
        if len(text) == 15 and text[3:5] == "01":
            return "0" + text[:3]
    elif match := _DAMAGED.fullmatch(text):
        digits = match[1] + (match[2] or "")
        if match[3] == "15" and len(digits) >= 4:
            return digits[:4]
        if match[3] == "14" and len(digits) >= 3:
            return "0" + digits[:3]
    return ""
