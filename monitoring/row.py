"""A row opened to its cell: where it comes from, why it counts, what it was before."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from housing.access import is_board
from housing.codes import TRANSFERS, Branch, Limit, RentClass, Segment
from housing.models import (
    Claim,
    Confirmation,
    PriceLimit,
    StockChange,
    Submission,
    SubmissionEvent,
    date_text,
)
from monitoring.completions import Setback, Setting, setbacks
from monitoring.excerpt import Excerpt, excerpt
from monitoring.row_marks import DISPUTED, corrections, standings
from monitoring.stated_words import Badge
from monitoring.tables import kind_text, verdict
from monitoring.verdicts import Reason, reasons, rule_of_year
from monitoring.words import dutch_date, homes, number

Status = Submission.Status


@dataclass(frozen=True, slots=True)
class Rival:
    """Another party's claim on a home of this row; `claim` is the one that does not count."""

    claim: int
    name: str
    this_counts: bool


@dataclass(frozen=True, slots=True)
class Told:
    """All that the page of a row says, as far as its reader may know it."""

    row: StockChange
    heading: str
    when: str
    kind: str
    standings: tuple[tuple[str, str], ...]
    rent: str
    price: str
    counts: str
    why: str
    reasons: tuple[Reason, ...]
    version: str
    before: str
    opens_address: bool
    opens_private: bool
    excerpts: tuple[Excerpt, ...]
    rivals: tuple[Rival, ...]
    dispute: Confirmation | None
    names_dispute: bool
    corporation: str
    municipality: str
    limit: str


def told(row: StockChange, setting: Setting) -> Told:
    """Gather what one reader may know of a row that she may read."""
    organisation, municipality = row.submission.organisation_id, row.municipality_id
    rights = setting.rights
    opens_address = rights.address(organisation, municipality, row.pk)
    opens_private = rights.private(organisation)
    counting = row.submission.counts
    word, why = verdict(row, setbacks([row.pk]).get(row.pk, Setback()), setting)
    if not counting:
        word, why = "nee", _why_version(row.submission)
    dispute = Confirmation.objects.filter(
        submission=row.submission, municipality=municipality, disputes=True, settled_at=None
    ).first()
    return Told(
        row=row,
        heading=_heading(row, setting, word),
        when=date_text(row.happened, row.precision, row.submission.year),
        kind=kind_text(row),
        standings=_standings(row, setting),
        rent=euros(row.rent) if opens_private and row.rent is not None else "",
        price=euros(row.price) if opens_private and row.price is not None else "",
        counts=word,
        why=why,
        reasons=_reasons(row, setting),
        version=_version(row.submission),
        before=_before(row, setting),
        opens_address=opens_address,
        opens_private=opens_private,
        excerpts=_excerpts(row) if opens_private else (),
        rivals=_rivals(row, setting) if counting else (),
        dispute=dispute,
        names_dispute=opens_address or is_board(setting.user),
        corporation=setting.name(organisation),
        municipality=setting.name(municipality) or "nog niet bekend",
        limit=_limit(row) if opens_private else "",
    )


def _heading(row: StockChange, setting: Setting, word: str) -> str:
    name = row.project.name if row.project else setting.name(row.submission.organisation_id)
    place = setting.name(row.municipality_id)
    where = f"{name}, {place}" if place and place != name else name
    count = homes(row.homes) + (" eraf" if row.direction < 0 else "")
    if row.homes == 1:
        tells = "die meetelt" if word == "ja" else "die niet meetelt"
    else:
        tells = "die meetellen" if word == "ja" else "die niet meetellen"
    if word not in ("ja", "nee"):
        tells = f"waarvan er {word.split(' ')[0]} meetellen"
    return f"{where}: {count}, {tells}" if row.direction > 0 else f"{where}: {count}"


def _standings(row: StockChange, setting: Setting) -> tuple[Badge, ...]:
    """The state of the row's version and the marks beside it."""
    if row.submission.counts:
        return tuple(
            standings(
                setting,
                submission=row.submission_id,
                status=row.submission.status,
                municipality=row.municipality_id,
                project=row.project_id,
                correction=corrections([row.pk], setting).get(row.pk, ""),
            )
        )
    disputed = Confirmation.objects.filter(
        submission=row.submission, municipality=row.municipality_id, disputes=True, settled_at=None
    )
    return (_standing(row), *([DISPUTED] if disputed.exists() else []))


def _standing(row: StockChange) -> Badge:
    codes = {Status.CONCEPT: "draft", Status.RETURNED: "returned"}
    code = codes.get(Status(row.submission.status), "missing")
    return code, row.submission.get_status_display()


def _why_version(submission: Submission) -> str:
    return {
        Status.CONCEPT: "deze opgave is nog een concept",
        Status.SUBMITTED: "deze correctie is nog niet vastgesteld",
        Status.RETURNED: "deze opgave is teruggestuurd",
        Status.WITHDRAWN: "deze opgave is ingetrokken",
        Status.SUPERSEDED: "deze opgave is vervangen door een nieuwere versie",
    }.get(Status(submission.status), "deze opgave telt nu niet")


def _reasons(row: StockChange, setting: Setting) -> tuple[Reason, ...]:
    if rule_of_year(setting.rule, row.submission.year).number == 0:
        return (Reason("er is nog geen telregel", False),)
    return reasons(setting.facts(row), setting.rule)


def _version(submission: Submission) -> str:
    wanted = (Status.SUBMITTED, Status.ACCEPTED)
    events = list(
        SubmissionEvent.objects.filter(submission=submission, status__in=wanted).order_by(
            "known_from", "pk"
        )
    )
    parts = [f"Versie {submission.number} van {submission.year}"]
    for status, verb in ((Status.SUBMITTED, "ingediend"), (Status.ACCEPTED, "vastgesteld")):
        last = next((event for event in reversed(events) if event.status == status), None)
        if last is not None:
            parts.append(f"{verb} op {dutch_date(timezone.localdate(last.known_from))}")
    return ", ".join(parts)


def _before(row: StockChange, setting: Setting) -> str:
    """What the row it was matched with said, where this reader may read that one too."""
    if row.previous_id is None:
        return ""
    readable = StockChange.objects.visible_to(setting.user).filter(pk=row.previous_id)
    previous = readable.select_related("submission").first()
    if previous is None:
        return ""
    version = f"versie {previous.submission.number}"
    if previous.submission.year != row.submission.year:
        version += f" van {previous.submission.year}"
    if previous.homes == row.homes and previous.segment == row.segment:
        return f"In {version} stond ook {number(row.homes)}."
    told = number(previous.homes)
    if previous.segment != row.segment:
        told += f", {Segment(previous.segment).label}"
    return f"In {version} stond {told}."


def _excerpts(row: StockChange) -> tuple[Excerpt, ...]:
    found = []
    is_transfer = row.kind in TRANSFERS
    for upload, sheet, line in (
        (row.upload, row.sheet, row.row),
        (row.also_upload, row.also_sheet, row.also_row),
    ):
        if upload is not None and line:
            found.append(excerpt(upload, sheet, line, is_transfer=is_transfer))
    return tuple(found)


def _rivals(row: StockChange, setting: Setting) -> tuple[Rival, ...]:
    """Claims of others on homes of this row, for those whom they concern."""
    own = row.submission.organisation_id
    conflicts = Claim.objects.filter(
        Q(row=row) | Q(lost_to__row=row), until=None, lost_to__isnull=False
    ).values_list("pk", "row", "organisation", "lost_to__organisation")
    found = []
    for claim, losing_row, loser, winner in conflicts:
        this_counts = losing_row != row.pk
        other = loser if this_counts else winner
        if setting.names_winner(own, other):
            found.append(Rival(claim, setting.name(other), this_counts))
    return tuple(found)


def _limit(row: StockChange) -> str:
    """The rent beside the limit of its year: "huur € 712,40: niet boven de grens … "."""
    if row.rent_class not in (RentClass.WITHIN, RentClass.ABOVE) or row.rent is None:
        return ""
    known = PriceLimit.objects.filter(year=row.submission.year, limit=Limit.DAEB_RENT)
    limit = known.order_by("known_from").last()
    if limit is None:
        return ""
    side = "niet boven" if row.rent_class == RentClass.WITHIN else "boven"
    branch = f"{Branch(row.branch).label}, " if row.branch else ""
    text = f"{branch}huur {euros(row.rent)}: {side} de grens van {limit.year}"
    return f"{text[0].upper()}{text[1:]}, {euros(limit.amount)}"


def euros(amount: Decimal) -> str:
    """€ 712,40."""
    whole, _, cents = f"{amount:.2f}".partition(".")
    return f"€ {number(int(whole))},{cents}"
