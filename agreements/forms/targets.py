"""Forms for a number that changes, a share of it, and a deviation accepted for a while."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone

from agreements.forms.fields import DayField, WholeField
from agreements.models import Agreement, Target
from agreements.targets import Decision, Number, pace_of
from housing.codes import Segment
from housing.meanwhile import Clash, clashes_of
from housing.models import Organisation

SEGMENTS = [
    (segment.value, segment.label)
    for segment in Segment
    if segment not in (Segment.UNKNOWN, Segment.SOCIAL_ABOVE_LIMIT)
]


class DecisionForm(forms.Form):
    """Homes by year, and the decision behind them."""

    years: Sequence[int] = ()
    clashes: tuple[Clash, ...] = ()

    decided_on = DayField(
        label="Besloten op (mag leeg)",
        happened=True,
        help_text="dd-mm-jjjj. De dag van het besluit.",
    )
    decision = forms.CharField(
        label="Welk besluit",
        max_length=200,
        help_text="Wie besloot dit, en hoe heet het stuk? Bijvoorbeeld: Bestuurscommissie Wonen, "
        "besluit 2026-14.",
        error_messages={"required": "Schrijf welk besluit hierbij hoort."},
    )
    link = forms.URLField(
        label="Webadres van het besluit (mag leeg)",
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Dit is geen webadres. Het begint met https://."},
    )
    reason = forms.CharField(
        label="Reden",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": "Schrijf waarom dit getal verandert. Iedereen leest dit."},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, years: Sequence[int], newest: Target | None, **fields: Any
    ) -> None:
        self.years = years
        pace = pace_of(newest)
        initial: dict[str, Any] = {f"homes_{year}": pace.get(year) for year in years}
        initial |= {"seen": newest.pk if newest else 0}
        fields["initial"] = initial | (fields.get("initial") or {})
        fields["label_suffix"] = ""
        super().__init__(*args, **fields)
        for year in years:
            self.fields[f"homes_{year}"] = WholeField(label=str(year))

    @property
    def year_fields(self) -> list[forms.BoundField]:
        """The fields of the years, in a row."""
        return [self[f"homes_{year}"] for year in self.years]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """All else that is seen."""
        return [field for field in self.visible_fields() if not field.name.startswith("homes_")]

    @property
    def pace(self) -> dict[int, int]:
        """Homes of the years that were filled in."""
        found = {year: self.cleaned_data.get(f"homes_{year}") for year in self.years}
        return {year: homes for year, homes in found.items() if homes is not None}

    @property
    def decided(self) -> Decision:
        """The decision as it was filled in."""
        data = self.cleaned_data
        return Decision(data["reason"], data["decided_on"], data["decision"], data["link"])

    def meet(self, newest: Target | None) -> None:
        """Show the version that came meanwhile beside what was typed; kept once more, what was
        typed becomes the version after it. Why and by which decision are of each version."""
        own = ("decided_on", "decision", "link", "reason")
        self.clashes = clashes_of(self, leave_out=own)
        data = cast("QueryDict", self.data).copy()
        data["seen"] = str(newest.pk if newest else 0)
        self.data = data

    @property
    def saw(self) -> int:
        """The version that stood on the page."""
        return self.cleaned_data["seen"] or 0


class TargetForm(DecisionForm):
    """The number of the whole: a total, and the pace of each year. They need not add up."""

    total = WholeField(label="Totaal", required=False)
    decided_on = DayField(
        label="Besloten op",
        happened=True,
        required=True,
        help_text="dd-mm-jjjj. De dag van het besluit; hij staat in de grafiek.",
        error_messages={"required": "Vul in wanneer dit is besloten."},
    )
    basis = forms.ChoiceField(label="Telt bij", choices=Target.Basis.choices)
    is_joint = forms.TypedChoiceField(
        label="Van wie is dit getal",
        choices=[("True", "van de partijen samen"), ("False", "van elke partij apart")],
        coerce=lambda text: text == "True",
    )
    segment = forms.ChoiceField(label="Segment", choices=SEGMENTS)

    def __init__(self, *args: Any, newest: Target | None, **fields: Any) -> None:
        initial = {
            "total": newest.total if newest else None,
            "basis": newest.basis if newest else Target.Basis.COMPLETION,
            "is_joint": str(newest.is_joint if newest else True),
            "segment": newest.segment if newest else Segment.SOCIAL_RENT.value,
        }
        super().__init__(*args, newest=newest, initial=initial, **fields)
        self.order_fields(["total", "decided_on", "decision", "link", "reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.pace and cleaned.get("total") is None:
            raise forms.ValidationError("Vul een totaal in, of een aantal per jaar.")
        return cleaned

    @property
    def number(self) -> Number:
        """What the new version says; without a total the years together are the total."""
        data, pace = self.cleaned_data, self.pace
        total = data["total"] if data["total"] is not None else sum(pace.values())
        return Number(pace, total, data["segment"], data["is_joint"], data["basis"])


class PartyField(forms.ModelChoiceField):
    """A party by its name; its slug in the form."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(
            queryset=Organisation.objects.none(), to_field_name="slug", required=False, **fields
        )


class SplitForm(DecisionForm):
    """What one municipality, one corporation or both together take of a number. For a restraint:
    the signal value of one corporation."""

    municipality = PartyField(label="Gemeente", empty_label="geen gemeente")
    corporation = PartyField(label="Corporatie", empty_label="geen corporatie")
    segment = forms.ChoiceField(label="Segment", choices=SEGMENTS)
    is_joint = forms.TypedChoiceField(
        label="Individueel of gezamenlijk",
        choices=[("False", "individueel: alleen van deze partij"), ("True", "gezamenlijk")],
        coerce=lambda text: text == "True",
    )
    basis = forms.ChoiceField(label="Telt bij", choices=Target.Basis.choices)
    remove = forms.BooleanField(label="Haal dit aantal weg: er is niets (meer) afgesproken",
                                required=False)  # fmt: skip

    def __init__(
        self,
        *args: Any,
        agreement: Agreement,
        newest: Target | None,
        fixed: tuple[Organisation | None, Organisation | None] | None,
        segment: str,
        **fields: Any,
    ) -> None:
        initial: dict[str, Any] = {
            "segment": segment,
            "is_joint": str(newest.is_joint if newest else False),
            "basis": newest.basis if newest else Target.Basis.COMPLETION,
        }
        super().__init__(*args, newest=newest, initial=initial, **fields)
        self.agreement, self.fixed = agreement, fixed
        self.is_restraint = agreement.kind == Agreement.Kind.RESTRAINT
        for name, kind in (("municipality", "municipality"), ("corporation", "corporation")):
            parties = Organisation.objects.filter(kind=kind, party_until__isnull=True)
            if agreement.set.is_local:
                parties = parties.filter(agreement_sets=agreement.set)
            self.fields[name].queryset = parties  # type: ignore[attr-defined]
        dropped: list[str] = []
        if fixed is not None:
            # Whose share it is, stands on the page and does not change with it.
            dropped += ["municipality", "corporation", "segment"]
        if self.is_restraint:
            dropped += ["municipality", "segment", "is_joint", "basis"]
        if newest is None:
            dropped.append("remove")
        for name in dropped:
            self.fields.pop(name, None)
        self._segment = segment
        self.order_fields(["municipality", "corporation", "decided_on", "decision"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        if self.parties == (None, None):
            who = "een corporatie" if self.is_restraint else "een gemeente, een corporatie of beide"
            raise forms.ValidationError(f"Kies {who}.")
        if not self.pace and not cleaned.get("remove"):
            raise forms.ValidationError("Vul voor minstens één jaar een aantal in.")
        return cleaned

    @property
    def parties(self) -> tuple[Organisation | None, Organisation | None]:
        """Whose share it is: municipality and corporation."""
        if self.fixed is not None:
            return self.fixed
        return self.cleaned_data.get("municipality"), self.cleaned_data.get("corporation")

    @property
    def segment_value(self) -> str:
        """The segment of the share."""
        return str(self.cleaned_data.get("segment", self._segment))

    @property
    def number(self) -> Number:
        """What the new version of the share says; a restraint has no total."""
        data = self.cleaned_data
        pace = {} if data.get("remove") else self.pace
        total = sum(pace.values()) if pace and not self.is_restraint else None
        return Number(
            pace,
            total,
            self.segment_value,
            data.get("is_joint", False),
            data.get("basis", Target.Basis.COMPLETION),
        )


class DeviationForm(forms.Form):
    """A lower number that is accepted for a while."""

    organisation = PartyField(label="Voor wie", empty_label="voor allen samen")
    year = forms.TypedChoiceField(label="Jaar", coerce=int)
    homes = WholeField(
        label="Lager getal",
        required=True,
        error_messages={"required": "Vul het lagere aantal woningen in."},
    )
    until = DayField(
        label="Geldt tot en met",
        required=True,
        help_text="dd-mm-jjjj. Daarna geldt het doel vanzelf weer.",
        error_messages={"required": "Vul in tot en met welke dag de afwijking geldt."},
    )
    reason = forms.CharField(
        label="Reden",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": "Schrijf waarom de partijen dit accepteren."},
    )

    def __init__(
        self, *args: Any, parties: Sequence[Organisation], years: Sequence[int], **fields: Any
    ) -> None:
        fields["label_suffix"] = ""
        super().__init__(*args, **fields)
        chosen = Organisation.objects.filter(pk__in=[party.pk for party in parties])
        self.fields["organisation"].queryset = chosen  # type: ignore[attr-defined]
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until < timezone.localdate():
            raise forms.ValidationError("Die dag is voorbij. Kies een dag die nog komt.")
        return until
