"""A stalled plan, as the officer of its municipality keeps it."""

from typing import Any, ClassVar

from django import forms

from agreements import access
from agreements.forms.fields import DayField, RegisterForm, WholeField
from agreements.models import StalledPlan
from housing.models import User


class PlanForm(RegisterForm):
    """Which plan lies still, how many homes it holds, why, and what comes next."""

    homes = WholeField(
        label="Woningen", help_text="Onbekend? Laat het leeg. Dan staat er n.n.o., geen 0.", least=1
    )
    stalled_since = DayField(label="Ligt stil sinds", happened=True)
    solved_on = DayField(
        label="Weer op gang sinds",
        happened=True,
        help_text="dd-mm-jjjj. Vul dit pas in als het plan weer loopt.",
    )

    class Meta:
        model = StalledPlan
        fields: ClassVar[list[str]] = [
            "municipality", "name", "homes", "cause", "cause_note", "next_step", "stalled_since",
            "solved_on", "source",
        ]  # fmt: skip
        labels: ClassVar[dict[str, str]] = {"name": "Naam van het plan"}
        help_texts: ClassVar[dict[str, str]] = {
            "next_step": "Wie doet wat, en wanneer? Bijvoorbeeld: raad besluit in maart.",
            "source": "Waar staat dit? Bijvoorbeeld een raadsbesluit.",
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "next_step": forms.Textarea(attrs={"rows": 2}),
            "cause_note": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, user: User, **fields: Any) -> None:
        super().__init__(*args, **fields)
        places = access.own_places(user)
        self.fields["municipality"].queryset = places  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["municipality"].empty_label = None  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        since, solved = found.get("stalled_since"), found.get("solved_on")
        if since and solved and solved < since:
            self.add_error(
                "solved_on", "Deze dag ligt vóór de dag waarop het plan stil kwam te liggen."
            )
        return found
