"""The years before the rounds: what all builders together completed, entered once.

The Woonvisie counts homes from 2022 on; rounds ask from 2024. For these years there is no answer
of any corporation, so one figure a municipality and year holds the homes of every builder. It
travels the road of every answer (a version, submitted, to be accepted), without a round
(docs/decisions/0006).
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from housing import versions
from housing.models import MunicipalFigure, Organisation, Submission, SubmissionEvent, User

YEARS = (2022, 2023)
Measure = MunicipalFigure.Measure
FigureAnswer = MunicipalFigure.Answer


@dataclass(frozen=True, slots=True)
class EarlierYear:
    """What a municipality said of one of these years; `version` is the newest that stands."""

    year: int
    version: Submission | None = None
    homes: int | None = None
    note: str = ""

    @property
    def seen(self) -> int:
        """The number of the version, to notice that somebody else was first."""
        return self.version.number if self.version else 0


class SomebodyElseFirstError(Exception):
    """A newer version came in since the form was shown; nothing was stored."""


def earlier_years(organisation: Organisation) -> tuple[EarlierYear, ...]:
    """What `organisation` has said of the years before the rounds."""
    return all_earlier_years([organisation])[organisation.pk]


def all_earlier_years(
    organisations: list[Organisation],
) -> dict[int, tuple[EarlierYear, ...]]:
    """The same for many: {organisation: its years}, in two queries."""
    newest: dict[tuple[int, int], Submission] = {}
    handed_in = (Submission.Status.SUBMITTED, Submission.Status.ACCEPTED)
    standing = Submission.objects.filter(status__in=handed_in)
    for version in standing.filter(organisation__in=organisations, year__in=YEARS).order_by(
        "number"
    ):
        newest[version.organisation_id, version.year] = version
    figures = {
        figure.submission_id: figure
        for figure in MunicipalFigure.objects.filter(
            submission__in=list(newest.values()), measure=Measure.COMPLETED
        )
    }
    found = {}
    for organisation in organisations:
        years = []
        for year in YEARS:
            answer = newest.get((organisation.pk, year))
            figure = figures.get(answer.pk) if answer else None
            years.append(
                EarlierYear(
                    year,
                    answer,
                    figure.known if figure else None,
                    figure.note if figure else "",
                )
            )
        found[organisation.pk] = tuple(years)
    return found


@transaction.atomic
def enter(
    organisation: Organisation,
    year: int,
    homes: int,
    *,
    note: str,
    by: User | None,
    seen: int,
    at: datetime | None = None,
    is_demo: bool = False,
) -> Submission | None:
    """Hand in what all builders completed in `year`; None when it says what stands already.

    `seen` is the version number the person saw: `SomebodyElseFirstError` when it is not the
    newest any more. Raises `versions.VersionError` where the road of an answer does.
    """
    if year not in YEARS or organisation.kind != Organisation.Kind.MUNICIPALITY:
        raise ValueError(f"{organisation} does not answer once for {year}")
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    now = {each.year: each for each in earlier_years(organisation)}[year]
    if now.seen != seen:
        raise SomebodyElseFirstError
    if now.version is not None and (now.homes, now.note) == (homes, note):
        return None
    moment = at or timezone.now()
    version = _concept(organisation, year, by, moment, is_demo or (by is not None and by.is_demo))
    MunicipalFigure.objects.create(
        submission=version,
        measure=Measure.COMPLETED,
        answer=FigureAnswer.NUMBER if homes else FigureAnswer.NONE,
        homes=homes or None,
        note=note,
    )
    versions.submit(version, actor=by, at=moment)
    return version


def _concept(
    organisation: Organisation, year: int, by: User | None, moment: datetime, is_demo: bool
) -> Submission:
    """An empty concept: the one that was left (reopened, never handed in), or a new one."""
    answers = Submission.objects.of(organisation, year)
    left = answers.filter(status=Submission.Status.CONCEPT).first()
    if left is not None:
        left.figures.all().delete()
        Submission.objects.filter(pk=left.pk).update(entered_by=by, is_demo=is_demo)
        left.refresh_from_db()
        return left
    version = Submission.objects.create(
        organisation=organisation,
        year=year,
        number=(answers.aggregate(last=Max("number"))["last"] or 0) + 1,
        covers_until=date(year, 12, 31),
        entered_by=by,
        is_demo=is_demo,
        created_at=moment,
    )
    SubmissionEvent.objects.create(
        submission=version, status=Submission.Status.CONCEPT, actor=by, known_from=moment
    )
    return version
