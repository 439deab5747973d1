"""The form for the years before the rounds."""

from typing import Any

from django import forms

from housing.earlier import YEARS, EarlierYear
from housing.fields import WholeField


class EarlierYearsForm(forms.Form):
    """What all builders together completed in each of the years before the rounds, and where
    those numbers come from. A year left empty stays as it is: not reported."""

    note = forms.CharField(
        label="Waar komen deze aantallen vandaan?",
        help_text="Bijvoorbeeld: eigen telling uit de BAG, 3 februari 2026.",
        max_length=500,
        error_messages={"required": "Schrijf waar deze aantallen vandaan komen."},
    )

    def __init__(self, *args: Any, known: tuple[EarlierYear, ...], **fields: Any) -> None:
        initial: dict[str, Any] = {"note": next((y.note for y in known if y.note), "")}
        for each in known:
            initial |= {f"homes_{each.year}": each.homes, f"seen_{each.year}": each.seen}
        fields |= {"initial": initial, "label_suffix": ""}
        super().__init__(*args, **fields)
        for year in YEARS:
            self.fields[f"homes_{year}"] = WholeField(
                label=f"Opgeleverde woningen in {year}, van alle bouwers samen",
                help_text="Schrijf 0 als er geen waren. Laat leeg als u het niet weet.",
                most=20_000,
            )
            self.fields[f"seen_{year}"] = forms.IntegerField(
                widget=forms.HiddenInput, required=False
            )
        self.order_fields([*(f"homes_{year}" for year in YEARS), "note"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        homes = [cleaned.get(f"homes_{year}") for year in YEARS]
        if not self.errors and all(value is None for value in homes):
            raise forms.ValidationError("Vul minstens één van de twee jaren in.")
        return cleaned

    def answers(self) -> list[tuple[int, int, int]]:
        """(year, homes, the version that was seen) of each year that was filled in."""
        return [
            (year, self.cleaned_data[f"homes_{year}"], self.cleaned_data[f"seen_{year}"] or 0)
            for year in YEARS
            if self.cleaned_data.get(f"homes_{year}") is not None
        ]
