"""A party's year of the Voorzieningenwijzer."""

from typing import Any, ClassVar

from django.utils import timezone

from agreements.forms.fields import CentsField, RegisterForm, WholeField, YesNoField
from agreements.models import AidYear


class AidForm(RegisterForm):
    """Whether a party takes part, how many households it reached and what they gained."""

    participates = YesNoField(label="Doet uw organisatie mee?")
    households = WholeField(
        label="Huishoudens bereikt",
        help_text="Hoeveel huishoudens hielp u ermee? Onbekend? Laat het leeg.",
    )
    benefit = CentsField(
        label="Voordeel per huishouden per jaar",
        help_text="In euro, gemiddeld. Bijvoorbeeld 712,40.",
        most=100_000,
    )

    class Meta:
        model = AidYear
        fields: ClassVar[list[str]] = ["participates", "households", "benefit", "source"]
        help_texts: ClassVar[dict[str, str]] = {
            "source": "Waar komen de cijfers vandaan? Bijvoorbeeld het jaarverslag."
        }

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        households, benefit = found.get("households"), found.get("benefit")
        if found.get("participates") is False and (households or benefit):
            self.add_error(
                "participates",
                "U vult “nee” in en ook wat u bereikte. Kies “ja”, of maak de cijfers leeg.",
            )
        if households == 0 and benefit:
            self.add_error("benefit", "Zonder huishoudens is er geen voordeel. Maak dit leeg.")
        if self.instance.year > timezone.localdate().year:
            for name in ("households", "benefit"):
                if found.get(name) is not None:
                    self.add_error(
                        name, f"{self.instance.year} moet nog beginnen. Laat dit nog leeg."
                    )
        if not self.errors and not any(found.get(name) not in (None, "") for name in self.fields):
            self.add_error(None, "Vul minstens één antwoord in.")
        return found
