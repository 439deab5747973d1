"""Vulnerable areas, the complexes spared in them, and what the tenants advise."""

from typing import Any, ClassVar

from django import forms

from agreements import access
from agreements.forms.fields import NO_NAMES, DayField, RegisterForm, WholeField
from agreements.models import Advice, SparedComplex, VulnerableArea
from housing.access import ENTERING, own_organisations
from housing.models import Organisation, User


class AreaForm(RegisterForm):
    """An area with the decision that fixed it and from when until when it holds."""

    decided_on = DayField(label="Besloten op", happened=True)
    starts_on = DayField(label="Geldt vanaf")
    ends_on = DayField(label="Geldt tot en met")

    class Meta:
        model = VulnerableArea
        fields: ClassVar[list[str]] = [
            "municipality", "name", "decision", "decided_on", "starts_on", "ends_on", "source",
        ]  # fmt: skip
        labels: ClassVar[dict[str, str]] = {"name": "Naam van het gebied"}
        help_texts: ClassVar[dict[str, str]] = {
            "decision": "Welk besluit, van wie? Bijvoorbeeld: bestuurscommissie Wonen, punt 4.",
        }

    def __init__(self, *args: Any, user: User, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.fields["municipality"].queryset = access.own_places(user)  # type: ignore[attr-defined]


class ComplexForm(RegisterForm):
    """Which complex is spared, from when until when, and when that is looked at again."""

    homes = WholeField(label="Woningen", help_text="Onbekend? Laat het leeg.", least=1)
    spared_from = DayField(label="Ontzien vanaf", required=True)
    spared_until = DayField(label="Ontzien tot en met", required=True)
    evaluation_on = DayField(label="Evaluatie op", help_text="dd-mm-jjjj. Wanneer kijkt u terug?")

    class Meta:
        model = SparedComplex
        fields: ClassVar[list[str]] = [
            "corporation", "name", "homes", "spared_from", "spared_until", "evaluation_on",
            "evaluation",
        ]  # fmt: skip
        help_texts: ClassVar[dict[str, str]] = {"name": NO_NAMES, "evaluation": NO_NAMES}
        widgets: ClassVar[dict[str, forms.Widget]] = {"evaluation": forms.Textarea({"rows": 4})}

    def __init__(self, *args: Any, user: User, area: VulnerableArea, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.instance.area = area
        corporations = Organisation.objects.corporations()
        if not access.enters_for(user, area.municipality_id):
            corporations = corporations.filter(pk__in=own_organisations(user, roles=ENTERING))
        self.fields["corporation"].queryset = corporations  # type: ignore[attr-defined]
        if len(corporations) == 1:
            self.fields["corporation"].empty_label = None  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        since, until = found.get("spared_from"), found.get("spared_until")
        evaluation = found.get("evaluation_on")
        if since and until and until < since:
            self.add_error("spared_until", "De termijn eindigt voordat zij begint.")
        if since and evaluation and evaluation < since:
            self.add_error("evaluation_on", "De evaluatie ligt vóór het begin van de termijn.")
        return found


class AdviceForm(forms.ModelForm):
    """What a tenants' organisation advises. It stays; a later advice comes beside it."""

    class Meta:
        model = Advice
        fields: ClassVar[list[str]] = ["organisation", "verdict", "text"]
        labels: ClassVar[dict[str, str]] = {
            "organisation": "Namens",
            "verdict": "Uw advies",
            "text": "Toelichting",
        }
        help_texts: ClassVar[dict[str, str]] = {
            "text": f"Gemeente en corporatie lezen dit. {NO_NAMES}"
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "verdict": forms.RadioSelect(),
            "text": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, *args: Any, advisers: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.fields["verdict"].choices = Advice.Verdict.choices  # type: ignore[attr-defined]
        self.fields["verdict"].error_messages["required"] = "Kies een advies."
        self.fields["text"].error_messages["required"] = "Schrijf waarom u dit adviseert."
        self.fields["text"].max_length = 5000  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = advisers  # type: ignore[attr-defined]
        if len(advisers) == 1:
            self.fields["organisation"].empty_label = None  # type: ignore[attr-defined]
