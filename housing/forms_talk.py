"""The forms for a comment: the whole one, and a short one beside a figure."""

from collections.abc import Mapping
from typing import Any

from django import forms

from housing.models import Organisation, User

MOST_WORDS = 2000
EVERYBODY = "Iedereen die is ingelogd. {party} ziet uw opmerking op de startpagina."
ONE_PARTY = "Alleen {party}, uw eigen organisatie en de coördinator."


class CommentForm(forms.Form):
    """A comment, and for whom. The page says before sending who will read it.

    Who belongs to several parties chooses in whose name. `subjects` {subject: label} lets her
    choose what it is about, where a page holds more than one figure.
    """

    text = forms.CharField(
        label="Uw opmerking",
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Schrijf eerst uw opmerking.",
            "max_length": f"Maak de opmerking korter dan {MOST_WORDS} tekens.",
        },
    )
    speaker = forms.ModelChoiceField(
        label="Namens",
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=None,
    )
    party = forms.ModelChoiceField(
        label="Ter attentie van (mag leeg)",
        queryset=Organisation.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label="niemand in het bijzonder",
    )
    private = forms.BooleanField(
        label="Alleen deze partij, uw eigen organisatie en de coördinator lezen dit",
        required=False,
        help_text="Kruist u dit niet aan, dan leest iedereen die is ingelogd uw opmerking.",
    )
    subject = forms.CharField(max_length=80, widget=forms.HiddenInput)
    back = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        user: User,
        subjects: Mapping[str, str] | None = None,
        place: str = "comment",
        **fields: Any,
    ) -> None:
        fields |= {"label_suffix": "", "auto_id": f"id_{place}_%s"}
        super().__init__(*args, **fields)
        parties = user.parties
        if len(parties) > 1:
            own = Organisation.objects.filter(pk__in=[pk for pk, _, _ in parties])
            speaker = self.fields["speaker"]
            assert isinstance(speaker, forms.ModelChoiceField)
            speaker.queryset = own.order_by("name")
            # A page may hold thirty of these forms: their choices are known already.
            speaker.choices = [(slug, name) for _, slug, name in parties]
        else:
            del self.fields["speaker"]
        if subjects:
            choices = [(self.initial["subject"], "alle cijfers op deze pagina"), *subjects.items()]
            self.fields["subject"] = forms.ChoiceField(label="Over", choices=choices)

    def clean(self) -> dict[str, object]:
        """Something private needs a party."""
        found: dict[str, object] = super().clean() or {}
        if found.get("private") and not found.get("party"):
            self.add_error("party", "Kies de partij die dit leest.")
        return found


class HereForm(CommentForm):
    """The same beside a figure or a statement: it goes to the party that gave it, to that party
    alone or to everybody, which the form says."""

    def __init__(self, *args: Any, party: Organisation, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.fields["party"].widget = forms.HiddenInput()
        self.initial.setdefault("party", party.slug)
        self.initial.setdefault("private", "")
        private = self.fields["private"]
        private.label = "Wie leest dit?"
        private.help_text = ""
        private.widget = forms.RadioSelect(
            choices=[("", EVERYBODY.format(party=party)), ("on", ONE_PARTY.format(party=party))]
        )
