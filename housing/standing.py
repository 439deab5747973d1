"""How a version stands, in sentences: the heading of its page and the lead below it."""

from housing.contents import Contents, counted_in
from housing.models import Organisation, Submission
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
    if submission.status == Status.RETURNED:
        return f"{told}; {'die telt' if contents.added == 1 else 'die tellen'} nu niet mee"
    if contents.added == count:
        return f"{told}; {'die telt' if count == 1 else 'die tellen'} mee"
    return f"{told}; {count} {verb} mee"


def correction_of(submission: Submission, contents: Contents) -> str:
    """What a correction that waits makes of the figure: beside the accepted version, and on the
    correction itself; "" where there is none."""
    other = Status.SUBMITTED if submission.status == Status.ACCEPTED else Status.ACCEPTED
    if submission.status not in (Status.ACCEPTED, Status.SUBMITTED):
        return ""
    same = Submission.objects.of(submission.organisation, submission.year)
    beside = same.filter(status=other).order_by("-number").first()
    if beside is None:
        return ""
    if submission.organisation.kind == Organisation.Kind.MUNICIPALITY:
        return "correctie ingediend"
    mine, theirs = contents.before_losses, counted_in([beside], contents.rule)[beside.pk]
    now, soon = (mine, theirs) if other == Status.SUBMITTED else (theirs, mine)
    if now == soon:
        return "correctie ingediend; het aantal blijft gelijk"
    return f"correctie ingediend {now} → {soon}"


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
