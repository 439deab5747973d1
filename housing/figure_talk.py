"""Figures as something to comment on: a party's year, a municipality's own figure, the region.

The key names party, year and figure, not a version: what was said stays with the figure when a
newer version gives another number.
"""

from dataclasses import dataclass

from django.urls import reverse

from housing import access
from housing.models import Organisation, Round, Submission, User
from housing.municipal import counting_of, given_in
from housing.municipal_fields import BY_KEY, NOTHING, Field, Given
from housing.talk import Topic, is_key, keeps

Status = Submission.Status
REGION = "region:cijfers"
FIRST_YEAR, LAST_YEAR = 2022, 2100


def party_prefix(party: int) -> str:
    """How the subjects of all figures of a party begin."""
    return f"figure:{party}/"


def year_subject(party: int, year: int) -> str:
    """A party's figures of one year."""
    return f"figure:{party}/{year}"


def figure_subject(party: int, year: int, key: str) -> str:
    """One of a municipality's own figures."""
    return f"figure:{party}/{year}/{key}"


def region_subject(year: int) -> str:
    """The region's figures of one year."""
    return f"region:{year}"


@keeps("figure")
def _figure(user: User, key: str) -> Topic | None:
    party, _, rest = key.partition("/")
    year, _, name = rest.partition("/")
    if not is_key(party) or not is_year(year):
        return None
    found = Organisation.objects.filter(pk=party).first()
    if found is None:
        return None
    if not name:
        address = reverse("monitoring:party", args=[found.slug])
        return Topic(f"de cijfers van {found} over {year}", address, found)
    field = BY_KEY.get(name)
    if field is None or found.kind != Organisation.Kind.MUNICIPALITY:
        return None
    return figure_topic(found, int(year), field)


def figure_topic(municipality: Organisation, year: int, field: Field) -> Topic:
    """One of a municipality's own figures, which has a page of its own."""
    label = f"{field.label}, {municipality} {year}"
    address = reverse("housing:figure", args=[municipality.slug, year, field.key])
    return Topic(label, address, municipality)


def year_topic(party: Organisation, year: int) -> Topic:
    """A party's figures of one year, which stand on its page."""
    return Topic(
        f"de cijfers van {party} over {year}",
        reverse("monitoring:party", args=[party.slug]),
        party,
    )


@keeps("region")
def _region(user: User, key: str) -> Topic | None:
    address = reverse("monitoring:dashboard")
    if f"region:{key}" == REGION:
        return Topic("de cijfers van de regio", address)
    if not is_year(key):
        return None
    return Topic(f"de cijfers van de regio over {key}", address)


def is_year(text: str) -> bool:
    """Whether a text is a year that figures can be about."""
    return is_key(text) and FIRST_YEAR <= int(text) <= LAST_YEAR


@dataclass(frozen=True, slots=True)
class Shown:
    """One own figure as somebody may read it. `version` is None where nothing was handed in."""

    municipality: Organisation
    year: int
    field: Field
    version: Submission | None
    given: Given
    before: Given


def shown_to(user: User, municipality: Organisation, year: int, field: Field) -> Shown:
    """A figure with what may be read of it: the own organisation also what it is still writing,
    the coordinator also what came back, others what counts."""
    version = counting_of(municipality, year)
    newest = Submission.objects.of(municipality, year).standing()
    if municipality.pk in access.own_organisations(user):
        version = newest.first() or version
    elif access.is_coordinator(user):
        version = newest.exclude(status=Status.CONCEPT).first() or version
    return Shown(
        municipality,
        year,
        field,
        version,
        given_in(version).get(field.key, NOTHING),
        given_in(counting_of(municipality, year - 1)).get(field.key, NOTHING),
    )


def has_round(year: int) -> bool:
    """Whether anybody was asked about a year."""
    return Round.objects.filter(year=year).exists()
