"""Forms of a round: its days, a new round, more time, reopening."""

from datetime import date
from typing import Any

from django import forms
from django.db import transaction
from django.http import QueryDict

from housing.fields import DayField, WholeField
from housing.meanwhile import Meanwhile
from housing.models import Organisation, Round, RoundTerm
from housing.rounds import PLURALS

# Deadlines are kept for the kinds of party that report figures, and one for all others.
TERMS = (Organisation.Kind.CORPORATION, Organisation.Kind.MUNICIPALITY, Organisation.Kind.TENANTS)


class RoundDaysForm(Meanwhile, forms.Form):
    """The days of one round. Every day may stay empty: nobody has fixed it yet."""

    opens_on = DayField(label="De ronde opent op")
    closes_on = DayField(label="Laatste dag, voor wie geen eigen dag heeft")
    corrections_until = DayField(
        label="Verbeteren kan tot en met",
        help_text="dd-mm-jjjj. Na de laatste dag kan wie indiende tot deze dag nog verbeteren.",
    )
    reminder_days = forms.CharField(
        label="Herinneren, werkdagen voor de laatste dag",
        required=False,
        max_length=40,
        help_text="Bijvoorbeeld: 10, 3. Leeg betekent: geen herinnering.",
    )
    is_fixed = forms.BooleanField(
        label="Deze dagen zijn vastgesteld",
        required=False,
        help_text="Zolang dat niet zo is, staat er “voorstel” bij.",
    )

    def __init__(self, data: QueryDict | None = None, *, round_: Round) -> None:
        self.round = round_
        terms = {term.party_kind: term for term in round_.terms.all()}
        initial: dict[str, Any] = {
            "opens_on": round_.opens_on,
            "closes_on": round_.closes_on,
            "corrections_until": round_.corrections_until,
            "reminder_days": ", ".join(map(str, round_.reminder_days)),
            "is_fixed": not round_.is_proposal,
        }
        initial |= {f"closes_{kind}": terms[kind].closes_on for kind in TERMS if kind in terms}
        super().__init__(data, initial=initial, label_suffix="")
        for kind in TERMS:
            self.fields[f"closes_{kind}"] = DayField(label=f"Laatste dag: {PLURALS[kind].lower()}")
        self.order_fields(
            ["opens_on", *(f"closes_{kind}" for kind in TERMS), "closes_on", "corrections_until",
             "reminder_days", "is_fixed"]
        )  # fmt: skip

    def clean_reminder_days(self) -> list[int]:
        """Whole numbers of working days, the furthest first."""
        words = self.cleaned_data["reminder_days"].replace(";", ",").split(",")
        days = {word.strip() for word in words if word.strip()}
        if any(not word.isdecimal() or not 0 < int(word) <= 60 for word in days):
            raise forms.ValidationError(
                "Schrijf hele getallen van 1 tot en met 60, met een komma ertussen."
            )
        return sorted(map(int, days), reverse=True)

    def clean(self) -> dict[str, Any]:
        """Opening before closing, corrections after every last day."""
        found: dict[str, Any] = super().clean() or {}
        last_days = {name: found.get(name) for name in self._last_days}
        opens, mend = found.get("opens_on"), found.get("corrections_until")
        for name, day in last_days.items():
            if day and opens and day < opens:
                self.add_error(name, "Deze dag ligt voor de opening van de ronde.")
        latest = max(filter(None, last_days.values()), default=None)
        if mend and latest and mend < latest:
            self.add_error("corrections_until", "Verbeteren eindigt niet voor de laatste dag.")
        return found

    @property
    def _last_days(self) -> list[str]:
        return ["closes_on", *(f"closes_{kind}" for kind in TERMS)]

    @transaction.atomic
    def save(self) -> Round:
        """Store the days; a kind without a day of its own follows the round."""
        found = self.cleaned_data
        Round.objects.filter(pk=self.round.pk).update(
            opens_on=found["opens_on"],
            closes_on=found["closes_on"],
            corrections_until=found["corrections_until"],
            reminder_days=found["reminder_days"],
            is_proposal=not found["is_fixed"],
        )
        for kind in TERMS:
            day: date | None = found[f"closes_{kind}"]
            if day is None:
                RoundTerm.objects.filter(round=self.round, party_kind=kind).delete()
            else:
                RoundTerm.objects.update_or_create(
                    round=self.round, party_kind=kind, defaults={"closes_on": day}
                )
        return self.round


class NewRoundForm(forms.Form):
    """A round over a calendar year or the part of it up to a day."""

    year = WholeField(label="Jaar", least=2000, most=2100, required=True)
    period_until = DayField(
        label="De ronde vraagt naar alles tot en met",
        help_text="dd-mm-jjjj. Leeg betekent: 31 december. Voor een halfjaar: 30 juni.",
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, label_suffix="")

    def clean(self) -> dict[str, Any]:
        """The last day lies in the year, and no round ends on it."""
        found: dict[str, Any] = super().clean() or {}
        year = found.get("year")
        if year is None:
            return found
        until = found.get("period_until") or date(year, 12, 31)
        if until.year != year:
            self.add_error("period_until", f"Kies een dag in {year}.")
        elif Round.objects.filter(period_until=until).exists():
            self.add_error("period_until", "Er is al een ronde die op deze dag eindigt.")
        found["period_until"] = until
        return found

    def round(self) -> Round:
        """The round, not stored yet. Ask after `is_valid`."""
        year, until = self.cleaned_data["year"], self.cleaned_data["period_until"]
        whole = until == date(year, 12, 31)
        name = f"Ronde {year}" if whole else f"Ronde {year} tot en met {until:%d-%m}"
        return Round(year=year, name=name, period_from=date(year, 1, 1), period_until=until)


class ExtensionForm(forms.Form):
    """Until when one party may still report, and why."""

    until = DayField(label="Uitstel tot en met", required=True)
    reason = forms.CharField(
        label="Waarom?",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text="De partij leest dit ook.",
        error_messages={"required": "Schrijf waarom deze partij uitstel krijgt."},
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, label_suffix="")


class ReopenForm(forms.Form):
    """Why an accepted answer is opened again, and until when."""

    reason = forms.CharField(
        label="Waarom heropent u deze opgave?",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text="De organisatie leest dit. Het blijft bij de opgave staan.",
        error_messages={"required": "Schrijf waarom u deze opgave heropent."},
    )
    until = DayField(
        label="Tot en met wanneer kan de organisatie veranderen?",
        help_text="dd-mm-jjjj. Alleen nodig als de ronde voor haar gesloten is.",
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, label_suffix="")
