"""Headings that a file uses for our columns: what may be asked, and what is remembered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from housing.intake.formats import FORMATS
from housing.models import HeadingMatch, Upload, User

SAME_TWICE = "Kies voor elke kolom een andere kop."
NOTHING_CHOSEN = "Kies eerst welke kop bij de kolom hoort."
FIELD_TWICE = "Kies voor elke kop een andere kolom van ons."
NO_FIELD_CHOSEN = "Kies eerst bij welke kolom van ons de kop hoort."
NOT_OURS = "geen"
MOST_OFFERED = 12  # headings at a time; a file with more was made for something else


@dataclass(frozen=True, slots=True)
class HeadingChoice:
    """A heading of the file that we don't know."""

    word: str
    heading: str
    column: str


@dataclass(frozen=True, slots=True)
class HeadingQuestion:
    """Which of the unknown headings is this column of ours? `likely` is the word of one."""

    field: str
    heading: str
    likely: str
    choices: tuple[HeadingChoice, ...]

    @property
    def name(self) -> str:
        return f"kop-{self.field}"


@dataclass(frozen=True, slots=True)
class ColumnOffer:
    """A heading that we don't know, in a file that has all we need: is it one of `fields`, our
    columns (field, heading) that were not found? `likely` is the field it is most like."""

    choice: HeadingChoice
    likely: str
    fields: tuple[tuple[str, str], ...]
    not_ours: str = NOT_OURS

    @property
    def name(self) -> str:
        return f"kolom-{self.choice.column}"

    @property
    def heading(self) -> str:
        return self.choice.heading

    @property
    def column(self) -> str:
        return self.choice.column


def questions_of(upload: Upload) -> list[HeadingQuestion]:
    """The required columns that were not found, each with the headings it may be."""
    unmatched = upload.outcome.get("unmatched", ())
    fmt = FORMATS.get(upload.format)
    if fmt is None or not unmatched:
        return []
    choices = tuple(HeadingChoice(word, heading, column) for column, heading, word, _ in unmatched)
    likely = {field: word for _, _, word, field in reversed(unmatched) if field}
    return [
        HeadingQuestion(field, fmt.heading(field), likely.get(field, ""), choices)
        for field in upload.outcome.get("missing_fields", ())
    ]


def offers_of(upload: Upload) -> list[ColumnOffer]:
    """The unknown headings, each with our columns that it may be; none while a required column
    is missing, which is asked first."""
    fmt = FORMATS.get(upload.format)
    if fmt is None or upload.outcome.get("missing_fields"):
        return []
    free = tuple(
        (column.field, column.heading)
        for column in fmt.readable()
        if column.field not in upload.columns
    )
    if not free:
        return []
    return [
        ColumnOffer(HeadingChoice(word, heading, column), likely, free)
        for column, heading, word, likely in upload.outcome.get("unmatched", ())[:MOST_OFFERED]
    ]


def answers_from(upload: Upload, posted: QueryDict) -> list[tuple[str, HeadingChoice]]:
    """What was chosen for unknown headings: (field, heading), the field "" where it is none of
    ours; what was not offered is no answer."""
    found = []
    for offer in offers_of(upload):
        chosen = posted.get(offer.name, "")
        if chosen == NOT_OURS:
            found.append(("", offer.choice))
        elif chosen in dict(offer.fields):
            found.append((chosen, offer.choice))
    return found


def matches_from(upload: Upload, posted: QueryDict) -> Mapping[str, HeadingChoice]:
    """The heading that was chosen for each column; none where none was, or another's."""
    found = {}
    for question in questions_of(upload):
        chosen = posted.get(question.name, "")
        match = next((each for each in question.choices if each.word == chosen), None)
        if match is not None:
            found[question.field] = match
    return found


def remember(upload: Upload, matches: Iterable[tuple[str, HeadingChoice]], by: User) -> None:
    """Keep the matches, of a field or of "" for none, for this organisation and format."""
    for field, match in matches:
        HeadingMatch.objects.update_or_create(
            organisation=upload.organisation,
            format=upload.format,
            word=match.word,
            defaults={"heading": match.heading, "field": field, "by": by},
        )


def meaning_of(match: HeadingMatch) -> str:
    """The column of ours that a remembered heading stands for."""
    fmt = FORMATS.get(match.format)
    known = {column.field for column in fmt.columns} if fmt else set()
    return fmt.heading(match.field) if fmt and match.field in known else "niet gebruikt"
