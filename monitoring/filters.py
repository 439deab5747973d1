"""Filters of the Opleveringen."""

import re
from dataclasses import dataclass
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from housing.codes import Kind, Segment
from housing.models import Confirmation, Organisation, StockChange, Submission, fold
from monitoring.completions import Setting

UNPLACED = "onbekend"
UNKNOWN_CHOICE = "Deze keuze kennen we niet. Kies er een uit de lijst."
STANDINGS = [("vastgesteld", "vastgesteld"), ("voorlopig", "voorlopig"), ("betwist", "betwist")]
_POSTCODE = re.compile(
    r"^([1-9][0-9]{3})\s*([a-z]{2})(?:[\s,]+([0-9]{1,5})\s*([a-z])?)?\b.*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody filtered on; empty means everything."""

    year: int | None = None
    municipality: str = ""
    corporation: str = ""
    segment: str = ""
    kind: str = ""
    standing: str = ""
    text: str = ""

    @property
    def is_all(self) -> bool:
        """Whether nothing was chosen."""
        return self == Chosen()

    def words(self, setting: Setting) -> str:
        """The choice as people read it: "Weller, Heerlen, 2026"; "" when nothing was chosen."""
        place = setting.by_slug.get(self.municipality)
        corporation = setting.by_slug.get(self.corporation)
        parts = [
            corporation.name if corporation else "",
            place.name if place else "plaats onbekend" if self.municipality else "",
            str(self.year or ""),
            Segment(self.segment).label if self.segment else "",
            Kind(self.kind).label if self.kind else "",
            self.standing,
            f"“{self.text}”" if self.text else "",
        ]
        return ", ".join(filter(None, parts))


class CompletionFilter(filters.FilterSet):
    """Choose among rows; searching looks at addresses only where the reader may see them."""

    jaar = filters.ChoiceFilter(field_name="submission__year", label="Jaar", empty_label="Alle")
    gemeente = filters.ChoiceFilter(label="Gemeente", empty_label="Alle", method="in_municipality")
    corporatie = filters.ChoiceFilter(
        label="Corporatie", empty_label="Alle", method="of_corporation"
    )
    segment = filters.ChoiceFilter(label="Segment", empty_label="Alle", choices=Segment.choices())
    soort = filters.ChoiceFilter(
        field_name="kind", label="Mutatie", empty_label="Alle", choices=Kind.choices()
    )
    stand = filters.ChoiceFilter(
        label="Stand", empty_label="Alle", choices=STANDINGS, method="that_stand"
    )
    zoek = filters.CharFilter(
        label="Zoek",
        method="with_text",
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": 80}),
    )

    class Meta:
        model = StockChange
        fields: list[str] = []  # noqa: RUF012

    def __init__(self, data: Any, queryset: QuerySet[StockChange], setting: Setting) -> None:
        super().__init__(data, queryset=queryset)
        self.setting = setting
        years = sorted({answer.year for answer in setting.answers}, reverse=True)
        places = setting.of_kind(Organisation.Kind.MUNICIPALITY)
        corporations = setting.of_kind(Organisation.Kind.CORPORATION)
        choices = {
            "jaar": [(str(year), str(year)) for year in years],
            "gemeente": [*((p.slug, p.name) for p in places), (UNPLACED, "nog niet bekend")],
            "corporatie": [(party.slug, party.name) for party in corporations],
        }
        for name, found in choices.items():
            self.filters[name].extra["choices"] = found
        for name in ("jaar", "gemeente", "corporatie", "segment", "soort", "stand"):
            self.filters[name].extra["error_messages"] = {"invalid_choice": UNKNOWN_CHOICE}

    @property
    def reads_addresses(self) -> bool:
        """Whether there can be rows whose address this reader may see."""
        rights = self.setting.rights
        return bool(
            rights.coordinator
            or rights.municipalities
            or rights.claimed_rows
            or any(
                self.setting.parties[pk].kind == Organisation.Kind.CORPORATION
                for pk in rights.organisations
                if pk in self.setting.parties
            )
        )

    @property
    def chosen(self) -> Chosen:
        """The valid choices; those of an invalid form are left out."""
        found = getattr(self.form, "cleaned_data", {}) if self.is_bound else {}
        return Chosen(
            year=int(found["jaar"]) if found.get("jaar") else None,
            municipality=found.get("gemeente") or "",
            corporation=found.get("corporatie") or "",
            segment=found.get("segment") or "",
            kind=found.get("soort") or "",
            standing=found.get("stand") or "",
            text=found.get("zoek") or "",
        )

    def in_municipality(
        self, rows: QuerySet[StockChange], _name: str, slug: str
    ) -> QuerySet[StockChange]:
        """Rows in one municipality, or those of which the place is not known."""
        if slug == UNPLACED:
            return rows.filter(municipality__isnull=True)
        return rows.filter(municipality=self.setting.by_slug[slug].pk)

    def of_corporation(
        self, rows: QuerySet[StockChange], _name: str, slug: str
    ) -> QuerySet[StockChange]:
        """Rows of one corporation and of those it took the place of."""
        wanted = self.setting.standing_under(self.setting.by_slug[slug])
        return rows.filter(submission__organisation__in=wanted)

    def that_stand(
        self, rows: QuerySet[StockChange], _name: str, standing: str
    ) -> QuerySet[StockChange]:
        """Rows of accepted or submitted versions, or those that a municipality disputes."""
        if standing == "betwist":
            open_ones = Confirmation.objects.filter(
                submission=OuterRef("submission"),
                municipality=OuterRef("municipality"),
                disputes=True,
                settled_at=None,
            )
            return rows.filter(Exists(open_ones))
        status = Submission.Status
        is_accepted = standing == "vastgesteld"
        return rows.filter(submission__status=status.ACCEPTED if is_accepted else status.SUBMITTED)

    def with_text(
        self, rows: QuerySet[StockChange], _name: str, text: str
    ) -> QuerySet[StockChange]:
        """Rows whose project carries the text; and whose address, BAG id or own key does, but
        those only where this reader may see them, so that a search tells nothing."""
        found = Q(project__folded__contains=fold(text)) if fold(text) else Q(pk__in=[])
        if self.reads_addresses:
            found |= _address(text) & self._address_is_open()
        return rows.filter(found)

    def _address_is_open(self) -> Q:
        rights = self.setting.rights
        if rights.coordinator:
            return Q()
        return (
            Q(submission__organisation__in=rights.organisations)
            | Q(municipality__in=rights.municipalities)
            | Q(pk__in=rights.claimed_rows)
        )


def _address(text: str) -> Q:
    """What an address, BAG id or own key looks like in a search."""
    found = Q(key__icontains=text)
    if text.isdecimal() and len(text) >= 6:
        found |= Q(bag_ids__contains=text)
    if match := _POSTCODE.match(text.strip()):
        digits, letters, number, letter = match.groups()
        place = Q(postcode=f"{digits}{letters.upper()}")
        if number:
            place &= Q(house_number=int(number))
        if letter:
            place &= Q(house_letter__iexact=letter)
        found |= place
    return found
