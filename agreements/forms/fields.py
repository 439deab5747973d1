"""What forms of registers share, beside the fields of `housing.fields`."""

from typing import Any

from django import forms

from housing.fields import CentsField, DayField, EuroField, WholeField, YesNoField
from housing.meanwhile import Meanwhile

__all__ = [
    "NO_NAMES",
    "CentsField",
    "DayField",
    "EuroField",
    "RegisterForm",
    "WholeField",
    "YesNoField",
]

NO_NAMES = "Noem geen bewoners: geen namen, geen huisnummers van een persoon."


class RegisterForm(Meanwhile, forms.ModelForm):
    """A row of a register. Says of each field whether it may stay empty, and when somebody else
    changed the row meanwhile."""

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        for field in self.fields.values():
            if not field.required and not isinstance(field, forms.BooleanField):
                field.label = f"{field.label} (mag leeg)"
