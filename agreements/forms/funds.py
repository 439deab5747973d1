"""A national fund, and what it pays for."""

from typing import Any, ClassVar

from django import forms

from agreements import access
from agreements.forms.fields import DayField, EuroField, RegisterForm, WholeField
from agreements.models import Fund, FundUse
from housing.models import Organisation, Project, User

KINDS_OF_PARTIES = (
    Organisation.Kind.MUNICIPALITY,
    Organisation.Kind.CORPORATION,
    Organisation.Kind.CITY_REGION,
)
# What a source says of a use, an officer does not rewrite.
FROM_THE_SOURCE = ("municipality", "purpose", "granted", "homes", "source")


class FundForm(RegisterForm):
    """A fund as its sources describe it. An amount that is not exact stands in words beside it."""

    year = forms.IntegerField(
        label="Jaar",
        min_value=2000,
        max_value=2100,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "num"}),
    )
    awarded_on = DayField(label="Toegekend op", happened=True)
    amount = EuroField(
        label="Bedrag", help_text="In hele euro's. Niet precies bekend? Laat het leeg."
    )
    homes = WholeField(label="Woningen waar het fonds van spreekt", least=1)

    class Meta:
        model = Fund
        fields: ClassVar[list[str]] = [
            "name", "purpose", "period", "year", "awarded_on", "amount", "amount_note", "homes",
            "homes_note", "counts", "deadline", "source",
        ]  # fmt: skip
        labels: ClassVar[dict[str, str]] = {
            "name": "Naam van het fonds",
            "counts": "Wat telt het fonds?",
        }
        help_texts: ClassVar[dict[str, str]] = {
            "amount_note": "Bijvoorbeeld: tussen 19,6 en 22,3 miljoen euro.",
            "source": "Waar staat dit?",
        }


class UseForm(RegisterForm):
    """What a fund pays for in a municipality. A sourced use keeps what its source says, unless
    the coordinator changes it."""

    granted = EuroField(label="Toegekend", help_text="In hele euro's. Onbekend? Laat het leeg.")
    spent = EuroField(label="Besteed", help_text="In hele euro's. Onbekend? Laat het leeg.")
    spent_until = DayField(label="Besteed tot en met", happened=True)
    homes = WholeField(label="Woningen waar het om gaat", least=1)
    deadline = DayField(label="Uiterlijk klaar op")

    class Meta:
        model = FundUse
        fields: ClassVar[list[str]] = [
            "municipality", "area", "project", "purpose", "parties", "granted", "spent",
            "spent_until", "homes", "deadline", "source",
        ]  # fmt: skip
        widgets: ClassVar[dict[str, forms.Widget]] = {"parties": forms.CheckboxSelectMultiple()}
        help_texts: ClassVar[dict[str, str]] = {
            "source": "Waar staat dit? Bijvoorbeeld de beschikking.",
        }

    def __init__(self, *args: Any, user: User, **fields: Any) -> None:
        super().__init__(*args, **fields)
        places = access.own_places(user)
        projects = Project.objects.filter(access.readable_projects(user), municipality__in=places)
        picks: dict[str, Any] = {
            "municipality": places,
            "project": projects.distinct(),
            "parties": Organisation.objects.filter(kind__in=KINDS_OF_PARTIES).order_by(
                "-kind", "name"
            ),
        }
        for name, queryset in picks.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]
        if not access.can_keep_funds(user):
            self.fields["municipality"].required = True
            self.fields["municipality"].label = "Gemeente"
            if self.instance.pk and is_sourced(self.instance):
                for name in FROM_THE_SOURCE:
                    del self.fields[name]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        granted = found.get("granted", self.instance.granted)
        spent, until = found.get("spent"), found.get("spent_until")
        place = found.get("municipality", self.instance.municipality)
        project = found.get("project")
        if spent is not None and granted is not None and spent > granted:
            self.add_error("spent", "Er is meer besteed dan toegekend. Kijk welk bedrag klopt.")
        if spent is not None and until is None and "spent_until" not in self.errors:
            self.add_error("spent_until", "Vul in tot en met welke dag dit besteed is.")
        if project and project.municipality != place:
            self.add_error("project", "Dit project ligt in een andere gemeente.")
        return found


def is_sourced(use: FundUse) -> bool:
    """Whether a use came with the reference data rather than from somebody's hands."""
    return use.actor_id is None and not use.is_demo
