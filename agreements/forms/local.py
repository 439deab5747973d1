"""What the parties of a local set fill in: its agreements and parties, bids and signatures."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils import timezone

from agreements.access import parties_of
from agreements.forms.fields import DayField, WholeField
from agreements.local import next_number, scope_of
from agreements.local_text import Words
from agreements.models import Agreement, AgreementSet, Target, Theme
from housing.codes import Segment
from housing.meanwhile import Meanwhile
from housing.models import Organisation

SEGMENTS = [
    (segment.value, segment.label)
    for segment in (Segment.SOCIAL_RENT, Segment.MID_RENT, Segment.AFFORDABLE_SALE)
]
LONGEST = 5000


def _text(label: str, *, rows: int = 4, required: bool = False, **fields: Any) -> forms.CharField:
    """A longer text, marked when it may stay empty."""
    return forms.CharField(
        label=label if required else f"{label} (mag leeg)",
        widget=forms.Textarea(attrs={"rows": rows}),
        max_length=LONGEST,
        required=required,
        **fields,
    )


class AgreementForm(Meanwhile, forms.Form):
    """One agreement of a set; `reason` is asked once somebody signed."""

    number = forms.CharField(label="Nummer", max_length=12)
    theme = forms.ModelChoiceField(Theme.objects.all(), label="Thema", empty_label="Kies een thema")
    kind = forms.ChoiceField(
        label="Soort", choices=[("", "Kies een soort"), *Agreement.Kind.choices]
    )
    title = forms.CharField(
        label="Titel",
        help_text="Wie doet wat? Eén korte zin.",
        max_length=200,
    )
    text = _text("De afspraak", required=True)
    meaning = _text("Wat betekent dit?", help_text="In gewone woorden, voor wie er niet bij was.")
    responsible = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label="Wie is aan zet?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Kies wie aan zet is."},
    )
    serves = forms.ModelChoiceField(
        Agreement.objects.none(),
        label="Dient deze regionale afspraak (mag leeg)",
        required=False,
        empty_label="geen",
    )
    homes = WholeField(label="Woningen (mag leeg)")
    segment = forms.ChoiceField(label="Soort woning", choices=SEGMENTS)
    deliverable = _text("Wat levert het op?", rows=2)
    starts_on = DayField(label="Begint op (mag leeg)")
    due_on = DayField(label="Klaar op (mag leeg)")
    contact = forms.CharField(
        label="Contactpersoon (mag leeg)",
        help_text="Naam of functie, met organisatie.",
        max_length=120,
        required=False,
    )
    reason = forms.CharField(
        label="Waarom verandert u de afspraak?",
        help_text="Er is al getekend. De oude tekst blijft te lezen, met deze reden.",
        max_length=300,
        required=False,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, set_: AgreementSet, agreement: Agreement | None, **fields: Any
    ) -> None:
        self.set, self.agreement = set_, agreement
        initial = stored(agreement) if agreement else {"number": next_number(set_)}
        super().__init__(*args, **fields | {"initial": initial})
        parties = [party.pk for party in parties_of(set_)]
        regional = Agreement.objects.regional().known_at(timezone.now())
        self.fields["responsible"].queryset = Organisation.objects.filter(pk__in=parties)  # type: ignore[attr-defined]
        self.fields["serves"].queryset = regional  # type: ignore[attr-defined]
        self.fields["homes"].label = f"Woningen in {set_.first_year} (mag leeg)"
        self.is_signed = agreement is not None and set_.signatures.exists()
        self.fields["reason"].required = self.is_signed
        for name, sentence in REQUIRED.items():
            self.fields[name].error_messages["required"] = sentence

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"]).strip()
        others = self.set.agreements.exclude(pk=self.agreement.pk if self.agreement else 0)
        if others.filter(number=number).exists():
            raise forms.ValidationError("Een andere afspraak heeft dit nummer al.")
        return number

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        begins, ends = found.get("starts_on"), found.get("due_on")
        if begins and ends and ends < begins:
            self.add_error("due_on", "De afspraak is klaar voordat zij begint.")
        if self.agreement and not self._carried() and found.get("seen") != mark_of(self.agreement):
            raise forms.ValidationError(
                "Iemand anders heeft deze afspraak intussen veranderd. Er is niets bewaard. Open "
                "haar opnieuw en vergelijk."
            )
        return found

    @property
    def words(self) -> Words:
        """What was filled in. Ask after `is_valid`."""
        left_out = ("reason", "seen")
        found = {name: value for name, value in self.cleaned_data.items() if name not in left_out}
        return Words(**(found | {"responsible": list(found["responsible"])}))


REQUIRED = {
    "number": "Vul een nummer in.",
    "theme": "Kies een thema.",
    "kind": "Kies een soort.",
    "title": "Schrijf in één zin wie wat doet.",
    "text": "Schrijf wat is afgesproken.",
    "reason": "Schrijf waarom u de afspraak verandert.",
}


def stored(agreement: Agreement) -> dict[str, Any]:
    """An agreement as the form shows it."""
    target = newest_target(agreement)
    names = (
        "number", "kind", "title", "text", "meaning", "theme", "serves", "deliverable",
        "starts_on", "due_on", "contact",
    )  # fmt: skip
    return {name: getattr(agreement, name) for name in names} | {
        "responsible": agreement.parties_on(),
        "homes": target.total if target else None,
        "segment": target.segment if target else Segment.SOCIAL_RENT.value,
        "seen": mark_of(agreement),
    }


def newest_target(agreement: Agreement) -> Target | None:
    """The number that holds now, for the municipality as a whole."""
    targets = agreement.targets.filter(scope=scope_of(agreement.set))
    return targets.at(timezone.now()).first()


def mark_of(agreement: Agreement) -> str:
    """Which state of an agreement somebody started from: how often its text was kept, and what
    it says, shortened."""
    target = newest_target(agreement)
    said = (
        agreement.number, agreement.kind, agreement.title, agreement.text, agreement.meaning,
        agreement.deliverable, agreement.contact, agreement.theme_id, agreement.serves_id,
        agreement.starts_on, agreement.due_on, target and (target.total, target.segment),
        sorted(party.pk for party in agreement.responsible.all()),
    )  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()[:20]


class PartiesForm(Meanwhile, forms.Form):
    """Who is party to a set, by kind. The municipality always is, and is not asked."""

    def __init__(self, *args: Any, set_: AgreementSet, **fields: Any) -> None:
        super().__init__(*args, **fields)
        now = {party.pk for party in parties_of(set_)}
        known = Organisation.objects.parties_at_end_of(set_.first_year)
        for kind, label in PARTY_LABELS.items():
            of_kind = known.of_kind(kind)
            self.fields[kind] = forms.ModelMultipleChoiceField(
                of_kind,
                label=label,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[party for party in of_kind if party.pk in now],
            )

    @property
    def wanted(self) -> list[Organisation]:
        """The parties chosen. Ask after `is_valid`."""
        return [party for kind in PARTY_LABELS for party in self.cleaned_data[kind]]


PARTY_LABELS = {
    Organisation.Kind.CORPORATION.value: "Woningcorporaties",
    Organisation.Kind.TENANTS.value: "Huurdersorganisaties",
    Organisation.Kind.UMBRELLA.value: "Overlegorganen",
}


class PartyForm(forms.Form):
    """A form in the name of one of several parties; with one there is nothing to choose."""

    party = forms.ModelChoiceField(Organisation.objects.none(), label="Namens", empty_label=None)

    def __init__(self, *args: Any, parties: Sequence[Organisation], **fields: Any) -> None:
        super().__init__(*args, **fields)
        keys = [party.pk for party in parties]
        self.fields["party"].queryset = Organisation.objects.filter(pk__in=keys)  # type: ignore[attr-defined]
        if len(keys) == 1:
            self.fields["party"].widget = forms.HiddenInput()
            self.initial.setdefault("party", keys[0])


class BidForm(Meanwhile, PartyForm):
    """A corporation's bid: when it came, what it offers in short, and where it stands."""

    received_on = DayField(label="Ontvangen op", happened=True, required=True)
    text = _text("Het bod in het kort", help_text="Wat wil de corporatie doen?")
    link = forms.URLField(
        label="Webadres van het bod (mag leeg)",
        required=False,
        max_length=200,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
    )


class SignForm(PartyForm):
    """A party signs, on a day."""

    on = DayField(label="Getekend op", happened=True, required=True)


class ReactionForm(PartyForm):
    """What a party says of a set while it is made."""

    text = _text(
        "Uw reactie",
        required=True,
        error_messages={"required": "Schrijf eerst uw reactie."},
    )


class EvaluationForm(Meanwhile, forms.Form):
    """When the parties looked back, and what they found."""

    on = DayField(label="Geëvalueerd op", happened=True, required=True)
    text = _text(
        "Wat kwam eruit?",
        rows=6,
        required=True,
        help_text="Wat is gelukt, wat niet, en wat neemt u mee?",
        error_messages={"required": "Schrijf wat eruit kwam."},
    )
