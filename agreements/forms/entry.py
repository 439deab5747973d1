"""The forms of the officer's entry: one figure, one word on a corporation, a paste from Excel."""

from collections.abc import Mapping
from typing import Any

from django import forms

from housing.fields import WholeField
from housing.intake.values import dutch_number
from housing.municipal import Entered
from housing.municipal_fields import BY_KEY, NOTHING, Answer, Given

RIGHT, WRONG = "klopt", "klopt-niet"
LONGEST = 500


class FigureForm(forms.Form):
    """One figure: a number, "geen" or "niet bekend", and a word when it jumps."""

    number = WholeField(label="Aantal")
    none = forms.BooleanField(label="geen", required=False)
    unknown = forms.BooleanField(label="niet bekend", required=False)
    note = forms.CharField(
        label="Toelichting",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": f"Houd de toelichting korter dan {LONGEST} tekens."},
    )
    was = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, key: str, stored: Given = NOTHING
    ) -> None:
        start = {
            "number": stored.homes,
            "none": stored.answer == Answer.NONE,
            "unknown": stored.answer == Answer.UNKNOWN,
            "note": stored.note,
            "was": stored.token,
        }
        super().__init__(data, prefix=key, initial=start, label_suffix="")
        self.key, self.figure = key, BY_KEY[key]

    def clean(self) -> dict[str, Any]:
        """One of the three answers, or none; a note goes with an answer."""
        found: dict[str, Any] = super().clean() or {}
        number, none, unknown = (found.get(name) for name in ("number", "none", "unknown"))
        if none and unknown:
            raise forms.ValidationError("Kies één van beide: geen, of niet bekend.")
        if number is not None and (unknown or (none and number)):
            chosen = "geen" if none else "niet bekend"
            raise forms.ValidationError(
                f"U vulde {dutch_number(number)} in en koos “{chosen}”. Kies één van beide."
            )
        answered = number is not None or none or unknown
        if found.get("note", "").strip() and not answered and "number" not in self.errors:
            raise forms.ValidationError(
                "U schreef een toelichting. Vul ook een getal in, of kies “niet bekend”."
            )
        return found

    @property
    def entered(self) -> Entered:
        """What was typed, and the token of what the page had shown."""
        return Entered(self.given, self.cleaned_data.get("was", ""))

    @property
    def given(self) -> Given:
        """What was typed, of a valid form."""
        found = self.cleaned_data
        note = found.get("note", "").replace("\r\n", "\n").strip()
        if found.get("unknown"):
            return Given(Answer.UNKNOWN.value, None, note)
        if found.get("none"):
            return Given(Answer.NONE.value, None, note)
        number = found.get("number")
        return Given() if number is None else Given.number(number, note)

    @property
    def faults(self) -> list[str]:
        """Every sentence about this figure."""
        return [str(text) for found in self.errors.values() for text in found]


class WordForm(forms.Form):
    """Whether a corporation's answer is right; if not, how many it should be and why."""

    word = forms.ChoiceField(
        choices=[(RIGHT, "klopt"), (WRONG, "klopt niet")],
        widget=forms.RadioSelect,
        required=False,
    )
    homes = WholeField(label="Hoeveel woningen erbij zijn het volgens u?")
    reason = forms.CharField(
        label="Waarom klopt het niet?",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "Houd de reden korter dan 1.000 tekens."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A dispute has a number and a reason."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("word") == WRONG:
            if found.get("homes") is None and "homes" not in self.errors:
                self.add_error("homes", "Vul in hoeveel woningen het volgens u zijn.")
            if not found.get("reason", "").strip():
                self.add_error("reason", "Schrijf waarom het niet klopt.")
        return found

    @property
    def faults(self) -> list[str]:
        """Every sentence about this word."""
        return [str(text) for found in self.errors.values() for text in found]


class PasteForm(forms.Form):
    """Cells copied from a spreadsheet: a label and a number on each line."""

    cells = forms.CharField(
        label="Plak hier de twee kolommen",
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        max_length=20_000,
        strip=False,
        error_messages={
            "required": "Er staat nog niets. Kopieer de cellen in Excel en plak ze hier.",
            "max_length": "Dit is te veel. Plak alleen de regels met uw eigen cijfers.",
        },
    )
