"""What the list of agreements can be narrowed to."""

from collections.abc import Iterable

from django import forms

from agreements.models import Agreement
from housing.models import Organisation


class AgreementFilter(forms.Form):
    """Choose a party that is responsible, and a kind of agreement. A choice that does not
    exist narrows nothing."""

    partij = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        required=False,
        label="Partij",
        empty_label="Alle partijen",
    )
    soort = forms.ChoiceField(
        choices=[("", "Alle soorten"), *Agreement.Kind.choices], required=False, label="Soort"
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, label_suffix="", **kwargs)  # type: ignore[arg-type,misc]
        signed = Organisation.objects.filter(agreement_sets__isnull=False).distinct()
        self.fields["partij"].queryset = signed  # type: ignore[attr-defined]

    @property
    def party(self) -> Organisation | None:
        """The party asked for; None when none was, or none that exists. Ask after `is_valid`."""
        return self.cleaned_data.get("partij")

    @property
    def kind(self) -> str:
        """The kind asked for, "" for all. Ask after `is_valid`."""
        return str(self.cleaned_data.get("soort", ""))

    def narrow(self, agreements: Iterable[Agreement]) -> list[Agreement]:
        """The agreements that fit."""
        party, kind = self.party, self.kind
        return [
            agreement
            for agreement in agreements
            if (party is None or agreement.concerns(party)) and kind in ("", agreement.kind)
        ]
