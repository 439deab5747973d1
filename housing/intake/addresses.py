"""The parts of an address, each in a cell of its own."""

import re

from housing.intake.values import Fault, excel_error, read_text, read_whole, says_nothing, trimmed

_POSTCODE = re.compile(r"([1-9][0-9]{3})\s*([A-Za-z]{2})")
_AREA_CODE = re.compile(r"[1-9][0-9]{3}")


def read_postcode(text: str) -> str | Fault | None:
    """A postcode as 6411AB; four digits alone are an area and stay four digits."""
    text = trimmed(text)
    if match := _POSTCODE.fullmatch(text):
        return match[1] + match[2].upper()
    if says_nothing(text):
        return None
    if _AREA_CODE.fullmatch(text):
        return text
    return excel_error(text) or Fault(
        "postcode",
        "Dit is geen postcode",
        "Een postcode heeft vier cijfers en twee letters, bijvoorbeeld 6411 AB.",
    )


def read_house_number(text: str) -> int | Fault | None:
    number = read_whole(text)
    if isinstance(number, Fault) and number.code != "not_whole":
        return number
    if isinstance(number, Fault):
        match = re.fullmatch(r"([0-9]{1,5})[ -]*([A-Za-z])", trimmed(text))
        message = (
            f"Zet {match[1]} in Huisnummer en {match[2].upper()} in Huisletter."
            if match
            else "Vul alleen het nummer in. Een letter of toevoeging heeft een eigen kolom."
        )
        return Fault("house_number", "Dit is geen huisnummer", message)
    if number is not None and not 0 < number <= 99_999:
        return Fault(
            "house_number",
            "Dit is geen huisnummer",
            "Vul een huisnummer van 1 tot en met 99999 in.",
        )
    return number


def read_house_letter(text: str) -> str | Fault | None:
    text = trimmed(text)
    if text in {"", "-"}:
        return None
    if len(text) == 1 and text.isascii() and text.isalpha():
        return text.upper()
    return excel_error(text) or Fault(
        "house_letter",
        "Dit is geen huisletter",
        "Een huisletter is één letter. De rest hoort bij Toevoeging.",
    )


def read_house_addition(text: str) -> str | Fault | None:
    addition = read_text(text, 40)
    if isinstance(addition, Fault) or addition in {"", "-"}:
        return addition if isinstance(addition, Fault) else None
    if len(addition) > 4:
        return Fault(
            "house_addition",
            "Deze toevoeging is te lang",
            "Een toevoeging bij een huisnummer heeft hoogstens vier tekens.",
        )
    return addition
