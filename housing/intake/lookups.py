"""What checking a file may look up: places, limits, other parties, known postcodes."""

from datetime import date
from typing import Any

from django.utils import timezone

from housing.intake.rows import Lookups, Place
from housing.models import CheckPolicy, Organisation, Round, StockChange
from housing.tallies import current_bands, current_limits

FIRST_YEAR = 2024


def lookups_for(organisation: Organisation, year: int, round_: Round | None = None) -> Lookups:
    """All that checking a file of `organisation` for `year` may look up."""
    places = tuple(
        Place(
            slug=place.slug,
            name=place.name,
            names=(place.name, *(f.name for f in place.former_names.all() if f.name)),
            bag_prefixes=(
                place.bag_prefix,
                *(f.code.removeprefix("GM") for f in place.former_names.all() if f.code),
            ),
        )
        for place in _region_in(year).prefetch_related("former_names")
    )
    others = Organisation.objects.corporations().exclude(pk=organisation.pk)
    names = [organisation.name, organisation.l_number, organisation.slug]
    names += organisation.former_names.values_list("name", flat=True)
    for old in organisation.predecessors.all():
        names.append(old.name)
    known = StockChange.objects.counting().filter(submission__organisation=organisation)
    return Lookups(
        year=year,
        organisation=organisation.slug,
        organisation_names=tuple(name for name in names if name),
        places=places,
        limits=current_limits(),
        bands=current_bands(),
        other_organisations={other.name: other.slug for other in others},
        postcodes=dict(
            known.exclude(postcode="")
            .filter(municipality__isnull=False)
            .order_by()
            .values_list("postcode", "municipality__slug")
            .distinct()
        ),
        first_year=FIRST_YEAR,
        covers_until=round_.period_until if round_ else date(year, 12, 31),
        softened=CheckPolicy.softened_at(timezone.now()),
    )


def _region_in(year: int) -> Any:
    return Organisation.objects.municipalities().parties_at_end_of(year)
