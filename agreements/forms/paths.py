"""The dates of a project and what a home in it cost."""

from itertools import pairwise
from typing import Any, ClassVar

from agreements.forms.fields import DayField, EuroField, RegisterForm, YesNoField
from housing.models import ProjectPath

MOST_PER_HOME = 10_000_000


class PathForm(RegisterForm):
    """From plan to completion: only what happened, in the order in which it happens."""

    planned_on = DayField(label="Plan vastgesteld", happened=True)
    permit_on = DayField(label="Vergunning verleend", happened=True)
    started_on = DayField(label="Start bouw", happened=True)
    completed_on = DayField(
        label="Oplevering",
        happened=True,
        help_text="dd-mm-jjjj. De dag waarop de laatste woning klaar was.",
    )
    is_conceptual = YesNoField(
        label="Conceptuele bouw",
        help_text="Een woning die vooraf is ontworpen en vaker wordt gebouwd.",
    )
    cost_before = EuroField(
        label="Kosten per woning, eerder",
        help_text="In euro: wat een vergelijkbare woning kostte vóór deze werkwijze.",
        most=MOST_PER_HOME,
    )
    cost_after = EuroField(label="Kosten per woning, nu", help_text="In euro.", most=MOST_PER_HOME)

    class Meta:
        model = ProjectPath
        fields: ClassVar[list[str]] = [
            "planned_on", "permit_on", "started_on", "completed_on", "is_conceptual",
            "cost_before", "cost_after", "source",
        ]  # fmt: skip
        help_texts: ClassVar[dict[str, str]] = {
            "source": "Waar staan deze data? Bijvoorbeeld de vergunning of de projectadministratie."
        }

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        steps = ("planned_on", "permit_on", "started_on", "completed_on")
        known = [(name, found[name]) for name in steps if found.get(name)]
        for (earlier, first), (later, second) in pairwise(known):
            if second < first:
                before = str(self.fields[earlier].label).removesuffix(" (mag leeg)").lower()
                self.add_error(later, f"Deze dag ligt vóór “{before}” ({first:%d-%m-%Y}).")
        if not self.errors and not any(found.get(name) not in (None, "") for name in self.fields):
            self.add_error(None, "Vul minstens één datum of bedrag in.")
        return found
