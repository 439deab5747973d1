"""One cell's text -> a value, or a `Fault` that says what to do. Doubt is asked, never guessed.

Every reader takes the raw text of a cell and gives the value, None when the cell says nothing,
or a `Fault`. Only ASCII digits are digits here: `int("1_000")` and `"1²".isdigit()` are traps.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

MOST_HOMES = 10_000
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
_NOTHING = frozenset({"nvt", "niettoepassing", "nietvantoepassing", "onbekend", "nb"})
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212.?/ "
_EXCEL_ERRORS = re.compile(r"#[A-Z/0?]{1,9}[!?]?|#N/B|#N/A", re.IGNORECASE)
_WHOLE = re.compile(r"[0-9]{1,9}")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:[. \u00a0\u202f][0-9]{3}){1,3}")
_WHOLE_WITH_ZEROS = re.compile(r"([0-9]{1,9})[.,]0{1,2}")
_MONEY_GROUPED = re.compile(r"([1-9][0-9]{0,2}(?:[. \u00a0\u202f][0-9]{3}){1,3})(?:,([0-9]{1,2}))?")
_COMMA = re.compile(r"([0-9]{1,9}),([0-9]{1,15})")
_POINT = re.compile(r"([0-9]{1,9})\.([0-9]{1,2})")
_ENGLISH = re.compile(r"([1-9][0-9]{0,2}(?:,[0-9]{3}){1,3})\.[0-9]{1,2}")
_NEGATIVE = re.compile(r"[-\u2212\u2013]\s*[0-9]")
_LABEL = re.compile(r"([A-G])(\+{0,4})|A(P{1,2}|P[34])", re.IGNORECASE)
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
    "oktober", "november", "december",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell cannot be read: a code to group by, what is wrong, and what to do."""

    code: str
    title: str
    message: str


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Make a word comparable: no case, spaces, punctuation or diacritics ("Huisnr. m²")."""
    plain = unicodedata.normalize("NFKD", text[:500]).casefold()
    return "".join(char for char in plain if char.isalnum())


def trimmed(text: str) -> str:
    """Take off white space at the ends, and the invisible characters that copying brings."""
    return text.strip().strip(_INVISIBLE).strip()


def letter(index: int) -> str:
    """The spreadsheet's name of a column: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_index(name: str) -> int:
    """The place of a column by its name in a spreadsheet: A is 0, AA is 26."""
    index = 0
    for char in name:
        index = index * 26 + ord(char) - 64
    return index - 1


def dutch_number(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def dutch_decimal(number: Decimal) -> str:
    return f"{number:,f}".replace(",", "\0").replace(".", ",").replace("\0", ".")


def euro(amount: Decimal) -> str:
    """An amount as people read it: € 1.184,82."""
    return "€ " + dutch_decimal(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))


def dutch_date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def excel_error(text: str) -> Fault | None:
    """A cell in which Excel shows an error (#N/B, #VERW!), or a character nobody can read."""
    if text.startswith("#") and _EXCEL_ERRORS.fullmatch(text):
        return Fault(
            "excel_error",
            "Excel geeft in deze cel een fout",
            f"In de cel staat {text}: de formule heeft geen uitkomst. Vul de waarde zelf in.",
        )
    if "\ufffd" in text or (not text.isprintable() and any(map(_is_unreadable, text))):
        return Fault(
            "unreadable_character",
            "In deze cel staat een teken dat we niet kunnen lezen",
            "Maak de cel leeg en typ de waarde opnieuw.",
        )
    return None


def _is_unreadable(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs", "Cn"} and char not in "\t\n\r\x0b\x0c\x85"


def says_nothing(text: str) -> bool:
    """Whether an optional cell is empty or says that there is no value ("n.v.t.", "-", "?")."""
    if not text:
        return True
    # "#N/B" is no "n.b.": it is a formula that failed.
    return len(text) < 30 and text[0] != "#" and (not text.strip(_DASHES) or fold(text) in _NOTHING)


def read_text(text: str, most: int) -> str | Fault:
    """Text on one line. `most` is the greatest number of characters that we keep."""
    if len(text) <= most and text.isalnum():
        return text
    text = trimmed(text)
    if not text:
        return ""
    if fault := excel_error(text):
        return fault
    text = " ".join(text.split())
    if len(text) > most:
        return Fault(
            "too_long",
            "Deze tekst is te lang",
            f"Hier staan {dutch_number(len(text))} tekens. Kort de tekst in tot {most} tekens.",
        )
    return text


def read_whole(text: str) -> int | Fault | None:
    """A whole number as the Dutch write it: 1.350 is 1350; 1.5 and 1,350 are asked."""
    text = trimmed(text)
    if says_nothing(text):
        return None
    if _WHOLE.fullmatch(text):
        return int(text)
    if fault := excel_error(text):
        return fault
    if _GROUPED.fullmatch(text):
        return int(re.sub("[^0-9]", "", text))
    if match := _WHOLE_WITH_ZEROS.fullmatch(text):
        return int(match[1])
    return Fault("not_whole", "Dit is geen heel getal", _why_not_whole(text))


def _why_not_whole(text: str) -> str:
    if _NEGATIVE.match(text):
        return (
            "Schrijf het getal zonder min. De kolom Mutatie zegt of iets erbij komt of eraf gaat."
        )
    if (match := _COMMA.fullmatch(text)) and len(match[2]) == 3:
        return (
            f"Dit kan {match[1]}.{match[2]} zijn of {match[1]},{match[2]}. "
            "Vul het hele getal in, zonder komma."
        )
    if re.fullmatch(r"[0-9]{1,9}[.,][0-9]+", text):
        joined = re.sub("[.,]", "", text)[:9]
        return (
            f"Dit kan {text.replace('.', ',')[:20]} zijn of {joined}. "
            "Vul een heel getal in, zonder punt of komma."
        )
    if re.fullmatch(r"[0-9. ]{10,}", text):
        return "Dit getal is te groot. Kijk of er een cijfer te veel staat."
    return "Vul een heel getal in, met gewone cijfers."


def read_homes(text: str) -> int | Fault | None:
    """A number of homes: whole, from 1."""
    homes = read_whole(text)
    if homes is None:
        if trimmed(text):
            return Fault(
                "no_homes",
                "Het aantal woningen ontbreekt",
                "Vul een heel getal vanaf 1 in. Is er niets opgeleverd, haal de rij dan weg.",
            )
        return None
    if isinstance(homes, Fault):
        if homes.code != "not_whole":
            return homes  # Excel's error is the cause
        return Fault("homes", "Dit is geen aantal woningen", homes.message)
    if homes < 1:
        return Fault(
            "homes",
            "Dit is geen aantal woningen",
            "Vul een heel getal vanaf 1 in. Is er niets opgeleverd, haal de rij dan weg.",
        )
    if homes > MOST_HOMES:
        return Fault(
            "homes_too_many",
            "Dit aantal woningen is te groot",
            f"Een rij kan tot en met {dutch_number(MOST_HOMES)} woningen tellen. "
            "Kijk of er een cijfer te veel staat.",
        )
    return homes


def read_decimal(text: str, *, places: int = 2) -> Decimal | Fault | None:
    """A number with a decimal comma, at most `places` kept; a currency or m2 may be there."""
    text = trimmed(text)
    if says_nothing(text):
        return None
    if fault := excel_error(text):
        return fault
    bare = trimmed(re.sub(r"^(?:€|EUR)|(?:€|EUR|m2|m²|,--?)$", "", text, flags=re.IGNORECASE))
    number: Decimal | None = None
    if _WHOLE.fullmatch(bare):
        number = Decimal(bare)
    elif match := _MONEY_GROUPED.fullmatch(bare):
        number = Decimal(re.sub("[^0-9]", "", match[1]) + "." + (match[2] or "0"))
    elif match := _COMMA.fullmatch(bare):
        # 1,350 may be English for 1350; 0,125 and 1,3500 cannot.
        if len(match[2]) != 3 or len(match[1]) > 3 or match[1].startswith("0"):
            number = Decimal(f"{match[1]}.{match[2]}")
    elif match := _POINT.fullmatch(bare):
        number = Decimal(bare)
    if number is None:
        return Fault("not_number", "Dit getal kunnen we niet lezen", _why_not_number(bare))
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _why_not_number(text: str) -> str:
    if _NEGATIVE.match(text):
        return "Een bedrag of oppervlakte onder 0 kan niet. Vul het getal zonder min in."
    if _ENGLISH.fullmatch(text):
        dutch = text.replace(",", "\0").replace(".", ",").replace("\0", ".")
        return f"Bedoelt u {dutch}? Schrijf duizendtallen met een punt en decimalen met een komma."
    if match := _COMMA.fullmatch(text):
        return (
            f"Dit kan {match[1]}.{match[2]} zijn of {match[1]},{match[2].rstrip('0') or '0'}. "
            "Schrijf duizendtallen met een punt, of alleen cijfers."
        )
    return "Vul een getal in, met een komma voor de decimalen. Bijvoorbeeld 712,40."


def read_rent(text: str) -> Decimal | Fault | None:
    """Euros a month. Empty, 0 and 0,01 mean that the rent is not known yet."""
    rent = read_decimal(text)
    if isinstance(rent, Decimal):
        if rent <= Decimal("0.01"):
            return None
        if rent >= 100_000:
            return Fault(
                "amount_too_large",
                "Dit bedrag is te hoog",
                "Vul de netto huur per maand in. Kijk of er een cijfer te veel staat.",
            )
    return rent


def read_price(text: str) -> Decimal | Fault | None:
    price = read_decimal(text)
    if isinstance(price, Decimal) and price >= 100_000_000:
        return Fault(
            "amount_too_large",
            "Dit bedrag is te hoog",
            "Vul de koopprijs van één woning in. Kijk of er een cijfer te veel staat.",
        )
    return price or None


def read_area(text: str) -> Decimal | Fault | None:
    area = read_decimal(text)
    if isinstance(area, Decimal) and area >= 10_000:
        return Fault(
            "area_too_large",
            "Deze oppervlakte is te groot",
            "Vul de oppervlakte van één woning in, in vierkante meters.",
        )
    return area or None


def read_points(text: str) -> int | Fault | None:
    points = read_whole(text)
    if isinstance(points, int) and points > 9999:
        return Fault(
            "points", "Dit zijn geen WWS-punten", "Vul een heel getal van 0 tot en met 9999 in."
        )
    return points or None if not isinstance(points, Fault) else points


def read_share(text: str) -> Decimal | Fault | None:
    """Part ownership: 1 is the whole home."""
    share = read_decimal(text, places=4)
    if isinstance(share, Decimal) and share > 1:
        return Fault(
            "share",
            "Dit is geen eigendomsdeel",
            "Vul een getal van 0 tot en met 1 in; 1 is 100 procent. De helft is 0,5.",
        )
    return share


def read_build_year(text: str) -> int | Fault | None:
    text = trimmed(text)
    if says_nothing(text) or text == "0":
        return None
    if re.fullmatch("[0-9]{4}", text) and text >= "1000":
        return int(text)
    return Fault("build_year", "Dit is geen bouwjaar", "Vul een jaar van vier cijfers in.")


def read_yes_no(text: str) -> bool | Fault | None:
    text = trimmed(text)
    if says_nothing(text):
        return None
    word = fold(text)
    if word in {"ja", "j", "waar", "true", "yes", "1", "zelfstandig", "zelfstandige"}:
        return True
    if word in {"nee", "n", "onwaar", "false", "no", "0", "onzelfstandig", "nietzelfstandig"}:
        return False
    return excel_error(text) or Fault(
        "yes_no", "Hier hoort ja of nee te staan", "Vul Ja of Nee in, of laat de cel leeg."
    )


def read_label(text: str) -> str | Fault | None:
    """An energy label A++++ to G; AP, APP, AP3 and AP4 are the same labels as codes."""
    text = trimmed(text)
    if says_nothing(text):
        return None
    match = _LABEL.fullmatch(text)
    if not match or (match[2] and match[1].upper() != "A"):
        return excel_error(text) or Fault(
            "label", "Dit energielabel kennen we niet", "Vul een label van A++++ tot en met G in."
        )
    if match[3]:
        plusses = int(match[3][1]) if match[3][-1].isdecimal() else len(match[3])
        return "A" + "+" * plusses
    return match[1].upper() + match[2]
