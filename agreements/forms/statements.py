"""The forms of what parties say: one answer, a piece of evidence, a remark.

They know nothing of a page or an address: the officer's entry shows the same answer form, several
on one page with a `prefix`.
"""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator

from agreements.evidence import KINDS, SUFFIXES, EvidenceError, suffix_of
from agreements.models import Cause, Light, Statement, Status
from agreements.owed import LIGHT_BY_RULE, Answer
from agreements.statements import Seen, taken_over

LONGEST = 4000
TOO_LONG = "Deze tekst is te lang: hoogstens 4.000 tekens. Zet de rest in een bijlage."


def _text(label: str, help_text: str = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"max_length": TOO_LONG},
    )


class StatementForm(forms.Form):
    """What a party says of one agreement. Nothing is required: a concept may be half."""

    status = forms.ChoiceField(
        label="Hoe ver is het?", choices=[("", "Kies"), *Status.choices], required=False
    )
    light = forms.ChoiceField(
        label="Ligt het op schema?",
        choices=Light.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    explanation = _text("Hoe staat het?", "In gewone woorden: waar staat u nu?")
    did = _text("Wat deed u hiervoor?")
    cause = forms.ChoiceField(
        label="Waardoor duurt het langer?",
        help_text="Nodig bij let op en achter.",
        choices=[("", "Geen oorzaak gekozen"), *Cause.choices],
        required=False,
    )
    cause_note = forms.CharField(
        label="Toelichting op de oorzaak",
        help_text="Nodig bij anders.",
        required=False,
        max_length=300,
        error_messages={"max_length": "Deze tekst is te lang: hoogstens 300 tekens."},
    )
    needs = _text("Wat hebt u van anderen nodig?", "Noem de partij en wat u vraagt.", rows=2)
    number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    edit = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        statement: Statement,
        earlier: Statement | None = None,
        **fields: Any,
    ) -> None:
        start = {name: getattr(statement, name) for name in (*NAMES, "number", "edit")}
        super().__init__(*args, **{"initial": start, **fields})
        self.statement, self.earlier = statement, earlier
        self.light_by_rule = statement.agreement.kind in LIGHT_BY_RULE
        self.fields["did"].label = f"Wat deed {statement.organisation} in {statement.round.year}?"
        if self.light_by_rule:
            del self.fields["light"]
            self.fields["explanation"].help_text = "Mag u leeg laten. De cijfers staan er al."
            self.fields["cause"].help_text = "Alleen als het langer duurt."

    @property
    def values(self) -> Answer:
        """What was typed, with line ends as we store them."""
        typed = {name: str(self.cleaned_data.get(name) or "") for name in NAMES}
        lines = {name: value.replace("\r\n", "\n").strip() for name, value in typed.items()}
        return Answer(**lines)

    @property
    def seen(self) -> Seen:
        """The concept that the page showed; one that cannot be when the form was tampered with."""
        number, edit = (self.cleaned_data.get(name) for name in ("number", "edit"))
        return Seen(-1 if number is None else number, -1 if edit is None else edit)

    @property
    def is_taken_over(self) -> frozenset[str]:
        """The fields that still hold the earlier round's text."""
        return taken_over(self.statement, self.earlier)

    def parts(self) -> list[tuple[forms.BoundField, str, str]]:
        """The fields in order, each with where its text was taken from, or what it was."""
        shown = [self[name] for name in NAMES if name in self.fields]
        return [(field, self.taken_from(field.name), self.was(field.name)) for field in shown]

    def taken_from(self, name: str) -> str:
        """The earlier round, where this field still holds its text."""
        if self.earlier is None or name not in self.is_taken_over:
            return ""
        return f"Overgenomen uit ronde {self.earlier.round.year}, pas aan."

    def was(self, name: str) -> str:
        """What the earlier round said here, where that is no longer what stands here."""
        if self.earlier is None or name in self.is_taken_over:
            return ""
        return words_of(self.earlier, name)


NAMES = ("status", "light", "explanation", "did", "cause", "cause_note", "needs")


def words_of(statement: Statement, name: str) -> str:
    """A field as people read it."""
    shown = getattr(statement, f"get_{name}_display", None)
    return str(shown() if shown else getattr(statement, name))


class LinkField(forms.URLField):
    """An address on the web, and no other kind of address."""

    default_validators = [URLValidator(schemes=["http", "https"])]  # noqa: RUF012 as Django does


class EvidenceForm(forms.Form):
    """A link or a file. What is in the file is looked at; `suffix` says what it is."""

    title = forms.CharField(
        label="Wat is het?",
        help_text="Bijvoorbeeld: raadsbesluit grondprijs.",
        required=False,
        max_length=200,
        error_messages={"max_length": "Deze tekst is te lang: hoogstens 200 tekens."},
    )
    link = LinkField(
        label="Webadres",
        help_text="Begint met https:// of http://.",
        required=False,
        max_length=200,
        assume_scheme="https",
        error_messages={
            "invalid": "Dit is geen webadres. Het begint met https:// of http://.",
            "max_length": "Dit webadres is te lang: hoogstens 200 tekens.",
        },
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    file = forms.FileField(
        label="Of een bestand",
        help_text=f"{KINDS}, hoogstens 10 MB.",
        required=False,
        max_length=255,
        error_messages={
            "empty": "Dit bestand is leeg (0 bytes). Kies het bestand opnieuw.",
            "max_length": "De naam van dit bestand is te lang. Maak haar korter dan 255 tekens.",
            "invalid": "Dit bestand kwam niet over. Kies het bestand opnieuw.",
        },
        widget=forms.FileInput(attrs={"accept": ",".join(f".{each}" for each in SUFFIXES)}),
    )

    def clean_file(self) -> "UploadedFile[Any] | None":
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is not None:
            try:
                suffix_of(file)
            except EvidenceError as error:
                raise forms.ValidationError(str(error)) from error
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and bool(cleaned.get("link")) == bool(cleaned.get("file")):
            both = "Geef een webadres of een bestand, niet allebei. Voeg ze na elkaar toe."
            neither = "Geef een webadres, of kies een bestand."
            raise forms.ValidationError(both if cleaned.get("link") else neither)
        return cleaned


class RemarkForm(forms.Form):
    """What the coordinator says beside a party's verdict."""

    text = forms.CharField(
        label="Uw opmerking",
        help_text="Iedereen die is ingelogd leest dit. Het oordeel van de partij blijft staan.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={
            "required": "Schrijf eerst uw opmerking.",
            "max_length": "Deze tekst is te lang: hoogstens 2.000 tekens.",
        },
    )
