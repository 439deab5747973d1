"""Headings that a file uses for our columns: what may be asked, and what is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from housing.intake.formats import FORMATS
from housing.models import HeadingMatch, Upload, User

SAME_TWICE = "Kies voor elke kolom een andere kop."
NOTHING_CHOSEN = "Kies eerst welke kop bij de kolom hoort."


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


def matches_from(upload: Upload, posted: QueryDict) -> Mapping[str, HeadingChoice]:
    """The heading that was chosen for each column; none where none was, or another's."""
    found = {}
    for question in questions_of(upload):
        chosen = posted.get(question.name, "")
        match = next((each for each in question.choices if each.word == chosen), None)
        if match is not None:
            found[question.field] = match
    return found


def remember(upload: Upload, matches: Mapping[str, HeadingChoice], by: User) -> None:
    """Keep the matches for this organisation and format."""
    for field, match in matches.items():
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
