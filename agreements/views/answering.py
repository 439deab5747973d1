"""What the pages share on which a party answers: choosing between what two people wrote."""

from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest, HttpResponse, QueryDict

from agreements.forms.statements import NAMES, StatementForm, words_of
from agreements.models import Statement
from agreements.owed import Answer, Line, Overview
from agreements.statements import EditedMeanwhileError
from housing.autosaving import is_autosave, not_saved

CHOICE = "keuze-"
CHOOSE_FIRST = (
    "Nog niet bewaard. Kies welk antwoord geldt en druk op Bewaar. Tot dan wordt hier niets "
    "vanzelf bewaard."
)


@dataclass(frozen=True, slots=True)
class Clash:
    """A field of which two people gave a value: both, in words. `name` is the field's name in
    the form that is posted."""

    name: str
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Both:
    """What two people wrote of one agreement, and the form in which the second of them chooses."""

    form: StatementForm
    clashes: tuple[Clash, ...]
    handed_in: bool

    @classmethod
    def of(
        cls,
        error: EditedMeanwhileError,
        *,
        posted: QueryDict,
        typed: Answer,
        line: Line,
        overview: Overview,
        prefix: str | None = None,
    ) -> Self:
        """Both values of each field that differs; saving again is then about what was shown."""
        theirs = error.theirs
        handed_in = theirs.submitted_at is not None
        again = posted.copy()
        again[named("number", prefix)] = str(theirs.number + handed_in)
        again[named("edit", prefix)] = "0" if handed_in else str(theirs.edit)
        theirs.round, theirs.organisation = overview.round, overview.organisation
        theirs.agreement = line.agreement
        form = StatementForm(again, statement=theirs, earlier=line.earlier, prefix=prefix)
        mine = Statement(**{name: getattr(typed, name) for name in NAMES})
        clashes = tuple(
            Clash(
                named(name, prefix),
                str(form.fields[name].label),
                words_of(mine, name),
                words_of(theirs, name),
            )
            for name in NAMES
            if name in form.fields and getattr(typed, name) != getattr(theirs, name)
        )
        return cls(form, clashes, handed_in)


def named(name: str, prefix: str | None) -> str:
    """The name of a field in what is posted."""
    return f"{prefix}-{name}" if prefix else name


def chosen(
    posted: QueryDict, typed: Answer, stored: Statement, prefix: str | None = None
) -> Answer:
    """What was typed, but the other's value where that was chosen of the two."""
    theirs = {
        name: getattr(stored, name)
        for name in NAMES
        if posted.get(f"{CHOICE}{named(name, prefix)}") == "theirs"
    }
    return Answer(**{name: theirs.get(name, getattr(typed, name)) for name in NAMES})


def waits_for_choice(request: HttpRequest) -> HttpResponse | None:
    """The answer to a form that saves itself while it asks which of two answers holds: a button
    decides that, and what she typed is never passed over with "bewaard"."""
    if is_autosave(request) and any(name.startswith(CHOICE) for name in request.POST):
        return not_saved(CHOOSE_FIRST, status=409)
    return None
