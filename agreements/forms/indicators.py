"""A municipality's own measure of liveability or safety."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from agreements.forms.fields import NO_NAMES, RegisterForm
from agreements.models import Indicator
from housing.intake.values import Fault, read_decimal
from housing.models import Organisation

FIRST_YEAR = 2000


class IndicatorForm(RegisterForm):
    """What is measured, in which year, and where it can be looked up."""

    value = forms.CharField(
        label="Waarde",
        max_length=20,
        help_text="Een getal, bijvoorbeeld 6,8 of 1.240.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "num"}),
        error_messages={"required": "Vul de waarde in."},
    )

    class Meta:
        model = Indicator
        fields = ("municipality", "name", "year", "value", "unit", "source")
        help_texts: ClassVar[dict[str, str]] = {
            "name": f"Bijvoorbeeld: rapportcijfer voor de buurt. {NO_NAMES}",
            "unit": "Bijvoorbeeld: rapportcijfer, % van de inwoners, meldingen.",
            "source": "Waar is dit na te lezen? Noem het onderzoek of de registratie.",
        }

    def __init__(self, *args: Any, places: QuerySet[Organisation], **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.fields["municipality"].queryset = places  # type: ignore[attr-defined]
        if len(places) == 1:
            self.initial["municipality"] = places[0].pk

    def clean_value(self) -> Any:
        value = read_decimal(self.cleaned_data["value"])
        if isinstance(value, Fault):
            raise forms.ValidationError(value.message)
        if value is None or abs(value) >= 10**10:
            raise forms.ValidationError("Vul een kleiner getal in.")
        return value

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not FIRST_YEAR <= year <= timezone.localdate().year:
            raise forms.ValidationError(
                f"Vul een jaar in van {FIRST_YEAR} tot en met {timezone.localdate().year}."
            )
        return year
