"""What the table of agreements can be narrowed to."""

from collections.abc import Sequence
from typing import Any

from django import forms

from agreements.models import Agreement
from housing.models import Organisation
from monitoring.agreements import Board, Line
from monitoring.lights import Light
from monitoring.reported import MISSING

# As the address says it: the code.
LIGHTS = {
    "achter": Light.BEHIND.value,
    "let-op": Light.WATCH.value,
    "op-schema": Light.ON.value,
    "niet-opgegeven": MISSING,
}


class AgreementFilter(forms.Form):
    """Choose a party that is aan zet, a light and a kind. A choice that does not exist narrows
    nothing. With a party, the light is that party's own."""

    partij = forms.ChoiceField(required=False, label="Partij")
    licht = forms.ChoiceField(
        choices=[
            ("", "Alle lichten"),
            ("achter", "achter"),
            ("let-op", "let op"),
            ("op-schema", "op schema"),
            ("niet-opgegeven", "niet opgegeven"),
        ],
        required=False,
        label="Licht",
    )
    soort = forms.ChoiceField(
        choices=[("", "Alle soorten"), *Agreement.Kind.choices], required=False, label="Soort"
    )

    def __init__(self, chosen: Any, parties: Sequence[Organisation]) -> None:
        super().__init__(chosen, label_suffix="")
        self._parties = {party.slug: party for party in parties}
        choices = [("", "Alle partijen"), *((slug, p.name) for slug, p in self._parties.items())]
        self.fields["partij"].choices = choices  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def party(self) -> Organisation | None:
        """The party asked for; None when none was, or none that exists."""
        return self._parties.get(self.cleaned_data.get("partij", ""))

    @property
    def light(self) -> str:
        """The code of the light asked for, "" for all."""
        return LIGHTS.get(self.cleaned_data.get("licht", ""), "")

    @property
    def kind(self) -> str:
        """The kind asked for, "" for all."""
        return str(self.cleaned_data.get("soort", ""))

    @property
    def narrows(self) -> bool:
        """Whether anything was chosen."""
        return self.party is not None or bool(self.light or self.kind)

    @property
    def in_words(self) -> str:
        """What was chosen, for an export: "partij Weller, licht achter"."""
        words = [f"partij {self.party}"] if self.party else []
        if self.light:
            words.append(f"licht {self.cleaned_data['licht'].replace('-', ' ')}")
        if self.kind:
            words.append(f"soort {Agreement.Kind(self.kind).label}")
        return ", ".join(words) or "geen: alle regionale afspraken"

    def narrow(self, board: Board) -> list[Line]:
        """The lines that fit."""
        return [line for line in board.lines if self._fits(line)]

    def _fits(self, line: Line) -> bool:
        if self.kind not in ("", line.agreement.kind):
            return False
        if self.party is not None:
            own = line.of_party(self.party.slug)
            return own is not None and self.light in ("", own.light)
        return not self.light or self.light in line.lights
