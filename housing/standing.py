"""How a version stands, in sentences: the heading of its page and the lead below it."""

from housing.contents import Contents
from housing.models import Submission
from housing.wording import dutch_date, homes

Status = Submission.Status


def heading_of(submission: Submission, contents: Contents) -> str:
    """The answer: how many homes count, and whether that is settled."""
    who, year = submission.organisation, submission.year
    if not contents.rows:
        none = [label for label, answer in contents.answers if answer == "niets"]
        if "toevoegingen" in none:
            return f"{who} gaf over {year} op: niets opgeleverd"
        return f"{who} gaf over {year} geen woningen op"
    count = contents.counted
    verb = "telt" if count == 1 else "tellen"
    told = f"{who} gaf {homes(contents.added)} op over {year}"
    if not contents.added:
        return f"{who} gaf {homes(contents.gone)} op die verdwenen in {year}"
    if contents.added == count:
        return f"{told}; {'die telt' if count == 1 else 'die tellen'} mee"
    return f"{told}; {count} {verb} mee"


def municipal_heading_of(submission: Submission) -> str:
    """The answer of a municipality's own figures."""
    who, year = submission.organisation, submission.year
    if submission.status == Status.CONCEPT:
        return f"{who} werkt aan de eigen cijfers over {year}"
    return f"{who} gaf de eigen cijfers over {year} op"


def lead_of(submission: Submission, contents: Contents) -> str:
    """What its state means and what follows."""
    until = dutch_date(submission.covers_until)
    coverage = f"Deze opgave gaat over 1 januari tot en met {until}."
    if submission.covers_until.month == submission.covers_until.day == 1:
        coverage = "Deze opgave bevat alleen woningen die later zijn gemeld (nagekomen)."
    meaning = {
        Status.CONCEPT: "Zij is nog niet ingediend: dien in, dan telt zij mee.",
        Status.SUBMITTED: "Zij is ingediend en wacht op de coördinator. "
        + (
            "Tot zij is vastgesteld, is het cijfer voorlopig."
            if submission.counts
            else "Tot zij is vastgesteld, telt de vorige, vastgestelde opgave."
        ),
        Status.RETURNED: "Zij is teruggestuurd en telt niet mee. Verbeter haar en dien opnieuw in.",
        Status.WITHDRAWN: "Zij is ingetrokken en telt niet mee.",
        Status.ACCEPTED: "Zij is vastgesteld.",
        Status.SUPERSEDED: "Zij is vervangen door een nieuwere versie en telt niet meer mee.",
    }[Status(submission.status)]
    return f"{coverage} {meaning}"
