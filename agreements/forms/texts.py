"""The forms with which an agreement's text and steps are kept."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from agreements.forms.fields import DayField
from agreements.models import Agreement, Theme
from agreements.texts import WORDING
from housing.meanwhile import Meanwhile


def _long(label: str, help_text: str = "", rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"max_length": "Deze tekst is te lang: hoogstens 8.000 tekens."},
        **more,
    )


def _short(label: str, most: int, help_text: str = "", **more: Any) -> forms.CharField:
    more.setdefault("required", False)
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=most,
        error_messages={
            "max_length": f"Deze tekst is te lang: hoogstens {most} tekens.",
            "required": "Dit veld mag niet leeg zijn.",
        },
        **more,
    )


class AgreementTextForm(Meanwhile, forms.Form):
    """Everything of an agreement that is text, and its days and themes.

    A new title, text or meaning asks for the reason: the old wording stays readable with it.
    """

    title = _short("Titel", 200, "Een zin die zegt wie wat doet.", required=True)
    text = _long("Wat is er afgesproken?", required=True)
    meaning = _long("Wat betekent dit?", "In eenvoudig Nederlands.", required=False)
    reason = _short(
        "Waarom verandert u de tekst?",
        300,
        "Nodig als u titel, afspraak of betekenis verandert. De oude tekst blijft te lezen.",
    )
    theme = forms.ModelChoiceField(
        label="Thema",
        queryset=Theme.objects.none(),
        empty_label=None,
        error_messages={
            "invalid_choice": "Kies een thema uit de lijst.",
            "required": "Kies een thema uit de lijst.",
        },
    )
    also_themes = forms.ModelMultipleChoiceField(
        label="Dient ook deze thema's",
        queryset=Theme.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Kies thema's uit de lijst."},
    )
    article = _short("Artikel in de getekende tekst", 80)
    page = _short("Bladzijde in de getekende tekst", 20)
    contact = _short("Contactpersoon", 120, "Naam of functie, met organisatie.")
    starts_on = DayField(label="Begint op")
    due_on = DayField(label="Klaar op")
    deliverable = _long("Wat levert het onderzoek op?", rows=3, required=False)
    outcome = _long("Wat kwam eruit?", "Leeg zolang er geen uitkomst is.", 3, required=False)
    outcome_on = DayField(label="Uitkomst op", happened=True)

    def __init__(self, *args: Any, agreement: Agreement, **fields: Any) -> None:
        start = {name: getattr(agreement, name) for name in self.base_fields if name in PLAIN}
        start |= {"theme": agreement.theme_id, "also_themes": agreement.also_themes.all()}
        super().__init__(*args, **{"initial": start, **fields})
        self.agreement = agreement
        for name in ("theme", "also_themes"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = themes_for()
        if agreement.kind != Agreement.Kind.STUDY:
            for name in ("deliverable", "outcome", "outcome_on"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("title", "text", "meaning"):
            if name in cleaned:
                cleaned[name] = cleaned[name].replace("\r\n", "\n")
        reworded = any(
            name in cleaned and cleaned[name] != getattr(self.agreement, name).strip()
            for name in WORDING
        )
        if reworded and not cleaned.get("reason"):
            self.add_error("reason", "Schrijf waarom de tekst verandert.")
        begins, ends = cleaned.get("starts_on"), cleaned.get("due_on")
        if begins and ends and ends < begins:
            self.add_error("due_on", "Deze dag ligt voor het begin van de afspraak.")
        if cleaned.get("outcome_on") and not cleaned.get("outcome"):
            self.add_error("outcome", "Schrijf wat eruit kwam, of laat de datum leeg.")
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """The fields of the agreement; wording that only differs in blank ends stays as it is."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        for name in WORDING:
            if found[name] == getattr(self.agreement, name).strip():
                found[name] = getattr(self.agreement, name)
        return found


PLAIN = {
    "title", "text", "meaning", "article", "page", "contact", "starts_on", "due_on",
    "deliverable", "outcome", "outcome_on",
}  # fmt: skip


def themes_for() -> QuerySet[Theme]:
    """The themes to choose from, in their order."""
    return Theme.objects.order_by("position")


class MilestoneForm(forms.Form):
    """A step to add."""

    title = _short("Wat moet er klaar zijn?", 200, required=True)
    due_on = DayField(label="Uiterlijk op")


class ReachedForm(Meanwhile, forms.Form):
    """When a step was there, and what there is to say of it."""

    done_on = DayField(label="Klaar op", happened=True)
    note = _short("Toelichting", 1000)
