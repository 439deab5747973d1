"""The demonstration of what municipalities say: invented own figures, and their word on what
corporations report. All on submissions that are marked, so that it goes away with them."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from housing import versions
from housing.confirmation_parts import set_parts
from housing.confirmations import rows_of
from housing.dispute_talk import tell
from housing.disputes import open_disputes
from housing.models import (
    Comment,
    Confirmation,
    MunicipalFigure,
    Organisation,
    Part,
    Round,
    Submission,
    SubmissionEvent,
    User,
)
from housing.municipal import set_own_part
from housing.municipal_fields import FIELDS, Answer, Given

FILE = Path(settings.BASE_DIR) / "fixtures" / "demo" / "gemeenten.toml"
DOMAIN = "parkstad.example"
Cell = int | str


@transaction.atomic
def load() -> None:
    """Make the figures and words, unless a municipality reported in a round already."""
    places = {place.slug: place for place in Organisation.objects.municipalities()}
    if Submission.objects.filter(organisation__in=places.values(), round__isnull=False).exists():
        return
    rounds = {round_.year: round_ for round_ in Round.objects.order_by("period_until")}
    if not rounds or not Submission.objects.filter(is_demo=True).exists():
        return
    book = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for answer in book["year"]:
        notes = {(slug, key): text for slug, key, text in answer["notes"]}
        for slug, cells in answer["figures"].items():
            _answer(answer, rounds[answer["year"]], places[slug], cells, notes)
        _confirm_all(answer["year"], places.values(), _moment(answer["submitted"]))
    begun = book["concept"]
    place = places[begun["municipality"]]
    _version(rounds[begun["year"]], place, begun["figures"], {}, timezone.now())
    _confirm_some(book["confirmed"], places)
    _reply(book["answer"], places)


def clear() -> None:
    """Take the conversation away; figures and words went with the submissions they stand on."""
    Comment.objects.filter(is_demo=True, subject__startswith="dispute:").delete()
    own = Part.objects.filter(kind=Part.Kind.OWN_FIGURES, organisation__submissions=None)
    own.update(state=Part.State.MISSING, done=0, of=1)
    for year in sorted(set(Round.objects.values_list("year", flat=True))):
        set_parts(year)


def _answer(
    answer: Mapping[str, Any],
    round_: Round,
    place: Organisation,
    cells: Sequence[Cell],
    notes: Mapping[tuple[str, str], str],
) -> None:
    handed_in = _moment(answer["submitted"])
    version = _version(round_, place, cells, notes, handed_in)
    versions.submit(version, actor=_person(place.slug), at=handed_in)
    versions.accept(version, actor=_person("coordinator"), at=_moment(answer["accepted"]))


def _version(
    round_: Round,
    place: Organisation,
    cells: Sequence[Cell],
    notes: Mapping[tuple[str, str], str],
    moment: datetime,
) -> Submission:
    """A concept with these figures."""
    by = _person(place.slug)
    version = Submission.objects.create(
        organisation=place,
        year=round_.year,
        number=1,
        round=round_,
        covers_until=round_.period_until,
        entered_by=by,
        is_demo=True,
        created_at=moment,
    )
    SubmissionEvent.objects.create(
        submission=version, status=Submission.Status.CONCEPT, actor=by, known_from=moment
    )
    for field, cell in zip(FIELDS, cells, strict=True):
        if cell == "":
            continue
        given = Given(Answer.UNKNOWN.value) if isinstance(cell, str) else Given.number(cell)
        MunicipalFigure.objects.create(
            submission=version,
            measure=field.measure,
            segment=field.segment,
            transformation=field.transformation,
            answer=given.answer,
            homes=given.homes,
            note=notes.get((place.slug, field.key), ""),
        )
    versions.set_part(place.pk, round_.year)
    set_own_part(version)
    return version


def _confirm_all(year: int, places: Any, moment: datetime) -> None:
    for place in places:
        for row in rows_of(place, year):
            if row.version is not None and row.word is None:
                _say(row.version, place, moment)
    set_parts(year)


def _confirm_some(book: Mapping[str, Any], places: Mapping[str, Organisation]) -> None:
    said = {(place, corporation) for place, corporation in book["said"]}
    for slug in sorted({place for place, _ in said}):
        for row in rows_of(places[slug], book["year"]):
            if row.version is not None and (slug, row.organisation.slug) in said:
                _say(row.version, places[slug], _moment(book["on"]))
    set_parts(book["year"])


def _say(version: Submission, place: Organisation, moment: datetime) -> None:
    Confirmation.objects.create(
        submission=version, municipality=place, actor=_person(place.slug), known_from=moment
    )


def _reply(book: Mapping[str, Any], places: Mapping[str, Organisation]) -> None:
    corporation = Organisation.objects.get(slug=book["corporation"])
    place = places[book["municipality"]]
    for word in open_disputes(place.pk, corporation.pk, book["year"])[:1]:
        by = _person(corporation.slug)
        if by is not None:
            tell(word, book["text"], by=by, side=corporation)
            Comment.objects.filter(author=by, is_demo=True).update(at=_moment(book["at"]))


def _person(local: str) -> User | None:
    return User.objects.filter(email=f"{local}@{DOMAIN}").first()


def _moment(day: str) -> datetime:
    """Eleven o'clock in the morning of a day, in Amsterdam."""
    return timezone.make_aware(datetime.fromisoformat(f"{day}T11:00:00"))
