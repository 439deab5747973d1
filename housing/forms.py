"""Forms of the reporting: a file, the clerk's word on it, and the coordinator's reasons."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from housing.codes import TRANSFERS, Kind, Segment
from housing.difference import Word
from housing.intake.limits import MOST_BYTES
from housing.intake.values import dutch_number
from housing.models import Claim

MEBIBYTE = 1024 * 1024
QUESTIONS = {
    "additions": "niets opgeleverd of aangekocht",
    "sales": "niets verkocht",
    "demolition": "niets gesloopt",
    "other_withdrawals": "geen woningen samengevoegd, naar voorraad of naar niet-DAEB gebracht",
}

SEGMENTS = [
    segment.label
    for segment in Segment
    if segment not in {Segment.UNKNOWN, Segment.SOCIAL_ABOVE_LIMIT}
]
MUTATIONS = [kind.label.capitalize() for kind in Kind if kind not in {*TRANSFERS, Kind.CORRECTION}]


class UploadForm(forms.Form):
    """A file in one of the two formats; what is in it, the intake says."""

    file = forms.FileField(
        label="Bestand",
        help_text="Excel (.xlsx) of CSV, hoogstens 20 MB.",
        max_length=255,
        error_messages={
            "required": "Kies eerst een bestand.",
            "empty": "Dit bestand is leeg (0 bytes). Kies het bestand opnieuw.",
            "max_length": "De naam van dit bestand is te lang. Maak haar korter dan 255 tekens.",
            "missing": "Kies eerst een bestand.",
            "invalid": "Dit bestand kwam niet over. Kies het bestand opnieuw.",
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    is_too_large = False

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        size = file.size or 0
        if size > MOST_BYTES:
            self.is_too_large = True
            megabytes = dutch_number(-(-size // MEBIBYTE))
            raise forms.ValidationError(
                f"Dit bestand is {megabytes} MB. We lezen bestanden tot en met 20 MB. "
                "Haal bladen of rijen weg die niet nodig zijn, of bewaar het als CSV."
            )
        return file


class NothingForm(forms.Form):
    """Nothing was built; and perhaps nothing sold, demolished or otherwise withdrawn either."""

    nothing = forms.MultipleChoiceField(
        label="Was er ook iets anders niet?",
        choices=[(name, text) for name, text in QUESTIONS.items() if name != "additions"],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    @property
    def said(self) -> frozenset[str]:
        """All kinds of change of which there were none."""
        return frozenset({"additions", *self.cleaned_data["nothing"]})


class ReturnForm(forms.Form):
    """Why a version goes back."""

    comment = forms.CharField(
        label="Wat moet er veranderen?",
        help_text="De organisatie leest dit en kan er meteen mee verder.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": "Schrijf wat er moet veranderen."},
    )


class AcceptForm(forms.Form):
    """A reason, needed only over an open dispute."""

    comment = forms.CharField(
        label="Waarom stelt u deze opgave toch vast?",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )


class RulingForm(forms.Form):
    """Which of the claims on one home holds, and why."""

    reason = forms.CharField(
        label="Waarom telt de woning daar?",
        help_text="Beide partijen lezen dit.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": "Schrijf waarom de woning daar telt."},
    )

    def __init__(self, *args: Any, claims: list[Claim], **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.fields["winner"] = forms.TypedChoiceField(
            label="Waar telt deze woning?",
            choices=[(claim.pk, f"{claim.organisation}, {claim.year}") for claim in claims],
            coerce=int,
            widget=forms.RadioSelect,
            error_messages={"required": "Kies waar de woning telt."},
        )
        self.order_fields(["winner", "reason"])


def word_from(posted: QueryDict) -> Word:
    """The clerk's word as the result page posts it; what makes no sense is no answer."""
    answers: dict[str, dict[int, bool]] = {"samen": {}, "blijft": {}}
    later = set()
    for name, value in posted.items():
        kind, _, pk = name.partition("-")
        if kind not in answers or not pk.isdecimal() or len(pk) > 18:
            continue
        if kind == "blijft" and value == "volgend":
            later.add(int(pk))
            answers[kind][int(pk)] = False
        elif value in {"ja", "nee"}:
            answers[kind][int(pk)] = value == "ja"
    rest = {"ja": True, "nee": False}.get(posted.get("rest", ""))
    nothing = frozenset(posted.getlist("nothing")) & QUESTIONS.keys()
    return Word(answers["samen"], answers["blijft"], rest, nothing, frozenset(later))


def word_as_json(word: Word) -> dict[str, Any]:
    """How the word is kept with the upload."""
    return {
        "together": {str(pk): answer for pk, answer in word.together.items()},
        "stays": {str(pk): answer for pk, answer in word.stays.items()},
        "rest": word.rest,
        "nothing": sorted(word.nothing),
        "later": sorted(word.later),
    }


def word_of(kept: dict[str, Any]) -> Word:
    """The word that `word_as_json` kept."""
    return Word(
        {int(pk): answer for pk, answer in kept.get("together", {}).items()},
        {int(pk): answer for pk, answer in kept.get("stays", {}).items()},
        kept.get("rest"),
        frozenset(kept.get("nothing", ())),
        frozenset(kept.get("later", ())),
    )


class TypedRowForm(forms.Form):
    """One row typed by hand. The intake checks what is in it, so that a typed row and a row of
    a file are refused for the same reasons; no field refuses anything itself."""

    stored = forms.IntegerField(widget=forms.HiddenInput, required=False)
    municipality = forms.CharField(label="Gemeente", required=False, max_length=60)
    project = forms.CharField(label="Project", required=False, max_length=250)
    segment = forms.CharField(label="Segment", required=False, max_length=60)
    mutation = forms.CharField(label="Soort mutatie", required=False, max_length=60)
    when = forms.CharField(
        label="Opleverdatum", help_text="dd-mm-jjjj, of een jaar", required=False, max_length=40
    )
    homes = forms.CharField(label="Aantal woningen", required=False, max_length=20)
    key = forms.CharField(label="Kenmerk", required=False, max_length=100)
    postcode = forms.CharField(label="Postcode", required=False, max_length=20)
    house_number = forms.CharField(label="Huisnummer", required=False, max_length=20)
    house_letter = forms.CharField(label="Huisletter", required=False, max_length=20)
    house_addition = forms.CharField(label="Toevoeging", required=False, max_length=20)
    bag_ids = forms.CharField(
        label="BAG-verblijfsobject-id", help_text="16 cijfers", required=False, max_length=800
    )
    rent = forms.CharField(
        label="Netto huur", help_text="per maand, in euro", required=False, max_length=40
    )
    gone = forms.BooleanField(label="Haal deze rij weg", required=False)

    def __init__(self, *args: Any, municipalities: list[str], **fields: Any) -> None:
        super().__init__(*args, **fields)
        for name, choices in (
            ("municipality", municipalities),
            ("segment", SEGMENTS),
            ("mutation", MUTATIONS),
        ):
            self.fields[name].widget = forms.Select(choices=self._choices(name, choices))
        for name in ("homes", "house_number"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"

    def _choices(self, name: str, choices: list[str]) -> list[tuple[str, str]]:
        """The choices, with what was typed or stored kept even where it is none of them."""
        now = str(self[name].value() or "")
        extra = [now] if now and now not in choices else []
        return [("", "Kies"), *((each, each) for each in [*choices, *extra])]
