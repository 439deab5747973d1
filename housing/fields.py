"""Fields for what people type: a day, a number of homes, an amount, as the Dutch write them.

They read with the readers of the intake, so that a form and a file understand the same things
and refuse with the same sentences.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from housing.codes import Precision
from housing.intake.dates import read_when
from housing.intake.values import Fault, dutch_decimal, dutch_number, read_decimal, read_whole

MOST_HOMES = 100_000
MOST_EUROS = 100_000_000_000
WHOLE_DAY = "Vul de hele datum in, als 12-03-2026."


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not answered: None."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(
            choices=[("", "nog niet opgegeven"), ("True", "ja"), ("False", "nee")],
            coerce=lambda text: text == "True",
            empty_value=None,
            required=False,
            **fields,
        )

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else str(value)


class DayField(forms.CharField):
    """A day, typed as dd-mm-jjjj; gives a `date`, or None when empty.

    `happened` says that only what was, can be told: a day to come is refused.
    """

    def __init__(self, *, happened: bool = False, **fields: Any) -> None:
        fields.setdefault("required", False)
        fields.setdefault("help_text", "dd-mm-jjjj")
        super().__init__(max_length=40, **fields)
        self.happened = happened
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "class": "day"}

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        when = read_when(text)
        if isinstance(when, Fault):
            raise forms.ValidationError(WHOLE_DAY if when.code == "date" else when.message)
        if when is None:
            return None
        if when.day is None or when.precision != Precision.DAY:
            raise forms.ValidationError(WHOLE_DAY)
        if self.happened and when.day > timezone.localdate():
            raise forms.ValidationError(
                "Deze dag moet nog komen. Vul hier alleen in wat gebeurd is."
            )
        return when.day

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%d-%m-%Y}" if isinstance(value, date) else value


class WholeField(forms.CharField):
    """A whole number from 0, thousands with a point; gives an `int`, or None when empty."""

    noun = "getal"

    def __init__(self, *, most: int = MOST_HOMES, least: int = 0, **fields: Any) -> None:
        fields.setdefault("required", False)
        super().__init__(max_length=40, **fields)
        self.most, self.least = most, least
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "class": "num"}

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        number = self.read(text)
        if isinstance(number, Fault):
            raise forms.ValidationError(self.why(number, text))
        if number is not None and number > self.most:
            raise forms.ValidationError(
                f"Dit {self.noun} is te groot: hoogstens {dutch_number(self.most)}. "
                "Kijk of er een cijfer te veel staat."
            )
        if number is not None and number < self.least:
            raise forms.ValidationError(f"Vul een {self.noun} vanaf {self.least} in.")
        return number

    def read(self, text: str) -> int | Fault | None:
        """The number in `text`, or why it cannot be read."""
        return read_whole(text)

    def why(self, fault: Fault, text: str) -> str:
        """What to do about it; the intake's own sentence speaks of a column for the sign."""
        if text.strip().startswith(("-", "\u2212", "\u2013")):
            return f"Vul een {self.noun} vanaf {self.least} in, zonder min."
        return fault.message

    def prepare_value(self, value: Any) -> Any:
        return dutch_number(value) if isinstance(value, int) else value


class EuroField(WholeField):
    """An amount in whole euros: 1.197.150 or € 1.197.150."""

    noun = "bedrag"

    def __init__(self, *, most: int = MOST_EUROS, **fields: Any) -> None:
        super().__init__(most=most, **fields)
        self.widget.attrs["class"] = "amount"

    def read(self, text: str) -> int | Fault | None:
        amount = read_decimal(text)
        if not isinstance(amount, Decimal):
            return amount
        if amount != amount.to_integral_value():
            return Fault("cents", "Geen hele euro's", "Vul een bedrag in hele euro's in.")
        return int(amount)


class CentsField(forms.CharField):
    """An amount in euros with cents: 712,40; gives a `Decimal`, or None when empty."""

    def __init__(self, *, most: int = 1_000_000, **fields: Any) -> None:
        fields.setdefault("required", False)
        super().__init__(max_length=40, **fields)
        self.most = most
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "class": "amount"}

    def clean(self, value: Any) -> Decimal | None:
        amount = read_decimal(super().clean(value))
        if isinstance(amount, Fault):
            raise forms.ValidationError(amount.message)
        if amount is not None and amount > self.most:
            raise forms.ValidationError(
                f"Dit bedrag is te groot: hoogstens € {dutch_number(self.most)}. "
                "Kijk of er een cijfer te veel staat."
            )
        return amount

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return dutch_decimal(value.quantize(Decimal("0.01")))
        return value
