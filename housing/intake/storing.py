"""Step 4: clean rows laid over what is stored, and stored as new versions, in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from housing.bulk import bulk_load
from housing.codes import ADDITIONS, SALES, Answer, Kind
from housing.intake.overlay import WOZ, Line, Overlay, Source, lay_over
from housing.intake.rows import CleanRow, Lookups, Place
from housing.intake.tables import no_collecting
from housing.models import (
    CheckPolicy,
    Organisation,
    Project,
    Round,
    StockChange,
    StockCount,
    Submission,
    SubmissionEvent,
    Upload,
    User,
    fold,
)
from housing.tallies import current_bands, current_limits
from housing.versions import set_part

FIRST_YEAR = 2024
FACT_FIELDS = (
    "part", "kind", "direction", "homes", "origin", "happened", "precision", "declared",
    "branch", "segment", "rent_class", "unit_kind", "dwelling_type", "self_contained", "key",
    "postcode", "house_number", "house_letter", "house_addition", "rent", "price", "points",
    "label", "area", "target_group", "remark", "share", "build_year",
)  # fmt: skip
LINK_FIELDS = (
    "submission", "municipality", "project", "bag_ids", "not_yet_let", "upload", "sheet", "row",
    "also_upload", "also_sheet", "also_row", "previous",
)  # fmt: skip


_FACTS_OF = attrgetter(*FACT_FIELDS)


class ConceptChangedError(Exception):
    """Somebody else changed the concept meanwhile; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Filing:
    """A file (or typed rows) that is to become versions of an organisation's answer.

    `said` holds the kinds of change (additions, sales, demolition, other_withdrawals) the clerk
    says there were none of; `stays` and `together` her word on rows not in the file and on
    questions, by the key of the stored row. `seen` is the edit number of the concept she saw.
    """

    organisation: Organisation
    year: int
    file_format: str
    round: Round | None = None
    by: User | None = None
    upload: Upload | None = None
    said: frozenset[str] = frozenset()
    stays: Mapping[int, bool] = field(default_factory=dict)
    together: Mapping[int, bool] = field(default_factory=dict)
    stock: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    at: datetime | None = None
    is_demo: bool = False

    @property
    def moment(self) -> datetime:
        """When this is known: now, or the moment history is imported for."""
        return self.at or timezone.now()

    @property
    def is_demonstration(self) -> bool:
        """What a demonstration account enters is a demonstration figure."""
        return self.is_demo or (self.by is not None and self.by.is_demo)


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


def base_versions(organisation: Organisation) -> dict[int, Submission]:
    """The version of each year that a new answer is laid over: the concept, else the newest
    one that still stands."""
    newest: dict[int, Submission] = {}
    versions = Submission.objects.filter(organisation=organisation).standing()
    for version in versions.order_by("number"):
        newest[version.year] = version
    return newest


def stored_lines(versions: Iterable[Submission]) -> list[Line]:
    """The rows of `versions` as lines for matching."""
    by_pk = {version.pk: version.year for version in versions}
    rows = (
        StockChange.objects.filter(submission__in=by_pk)
        .order_by("pk")
        .values(
            "pk",
            "submission_id",
            "municipality__slug",
            "project__name",
            "bag_ids",
            "not_yet_let",
            "upload_id",
            "upload__format",
            "sheet",
            "row",
            "also_upload_id",
            "also_upload__format",
            "also_sheet",
            "also_row",
            *FACT_FIELDS,
        )
    )
    return [_as_line(row, by_pk[row["submission_id"]]) for row in rows.iterator(chunk_size=5000)]


def _as_line(row: dict[str, Any], year: int) -> Line:
    sources = [Source(row["upload_id"] or 0, row["upload__format"] or "", row["sheet"], row["row"])]
    if row["also_upload_id"]:
        sources.append(
            Source(
                row["also_upload_id"],
                row["also_upload__format"] or "",
                row["also_sheet"],
                row["also_row"],
            )
        )
    clean = CleanRow(
        sheet=row["sheet"],
        row=row["row"],
        year=year,
        municipality=row["municipality__slug"] or "",
        project=row["project__name"] or "",
        bag_ids=tuple(row["bag_ids"].split("|")) if row["bag_ids"] else (),
        **{name: row[name] for name in FACT_FIELDS},
    )
    return Line(clean, tuple(sources), row["pk"], year, row["not_yet_let"])


def preview(rows: Sequence[CleanRow], filing: Filing) -> Overlay:
    """Lay rows over what is stored and store nothing."""
    return _lay(rows, filing, stored_lines(base_versions(filing.organisation).values()))


def _lay(rows: Sequence[CleanRow], filing: Filing, stored: list[Line]) -> Overlay:
    upload = filing.upload.pk if filing.upload else 0
    lines = [Line(row, (Source(upload, filing.file_format, row.sheet, row.row),)) for row in rows]
    return lay_over(
        lines,
        stored,
        year=filing.year,
        file_format=filing.file_format,
        answers=filing.together,
    )


def answers_given(lines: Iterable[Line], filing: Filing) -> dict[str, str]:
    """What the version of the filing's year would answer on each kind of change."""
    base = base_versions(filing.organisation).get(filing.year)
    return _answers(
        filing,
        filing.year,
        base,
        [line for line in lines if line.row.year == filing.year],
    )


@transaction.atomic
@no_collecting()
def store(
    rows: Sequence[CleanRow], filing: Filing, *, expected: Mapping[int, int] | None = None
) -> Submission | None:
    """Make versions (concepts) of every year that the rows change, together; give the leading
    one, or None when nothing changes.

    `expected` is the state the clerk saw: {pk of the base version: its edit number}. When it is
    no longer so, `ConceptChangedError`.
    """
    # Locks the organisation, so that storing, submitting and reviewing of one party queue.
    Organisation.objects.select_for_update(no_key=True).get(pk=filing.organisation.pk)
    bases = base_versions(filing.organisation)
    if expected is not None and expected != edits_of(bases):
        raise ConceptChangedError
    stored = stored_lines(bases.values())
    overlay = _lay(rows, filing, stored)
    by_year: dict[int, list[Line]] = defaultdict(list)
    for line in overlay.lines(filing.stays):
        by_year[line.row.year].append(line)
    before: dict[int, list[Line]] = defaultdict(list)
    for line in stored:
        before[line.row.year].append(line)
    changed = _changed_years(overlay, filing, bases, by_year)
    if not changed:
        return None
    lead: Submission | None = None
    origins = _origins(bases.values())
    together = _with_set_years(changed, bases)
    for year in sorted(together, key=lambda year: (year != filing.year, year)):
        version = _version_for(year, filing, bases.get(year), by_year[year], lead, origins)
        lead = lead or version
    return lead


def _with_set_years(changed: set[int], bases: Mapping[int, Submission]) -> set[int]:
    """The changed years and those that were to be accepted together with them: a home between
    two years is counted once only while both years move together (NUMBERS 1)."""
    sets: dict[int, set[int]] = defaultdict(set)
    for year, base in bases.items():
        if base.status != Submission.Status.ACCEPTED:
            sets[base.lead_id or base.pk].add(year)
    linked = [years for years in sets.values() if years & changed]
    return changed.union(*linked)


def _origins(bases: Iterable[Submission]) -> dict[int, int | None]:
    """For the rows of versions that were never accepted: what they go back to.

    Rows of a concept will be written anew, so theirs; of others only where it is of another
    year, because there the homes keep counting until the set is accepted.
    """
    origins: dict[int, int | None] = {}
    for base in bases:
        rows = base.rows.order_by()
        if base.status == Submission.Status.CONCEPT:
            origins |= dict(rows.values_list("pk", "previous_id"))
        elif base.status != Submission.Status.ACCEPTED:
            moved = rows.exclude(previous__submission__year=base.year)
            origins |= dict(moved.filter(previous__isnull=False).values_list("pk", "previous_id"))
    return origins


def edits_of(bases: Mapping[int, Submission]) -> dict[int, int]:
    """What `store` compares: the edit number of each version that is laid over."""
    return {version.pk: version.edit for version in bases.values()}


def _changed_years(
    overlay: Overlay,
    filing: Filing,
    bases: Mapping[int, Submission],
    by_year: Mapping[int, list[Line]],
) -> set[int]:
    years = {line.row.year for line in overlay.new}
    for pair in overlay.changed:
        years |= {pair.new.row.year, pair.old.row.year}
    for line in overlay.missing:
        stays = filing.stays.get(line.stored or 0, True)
        partly = line.stored in {pair.old.stored for pair in overlay.changed}
        becomes_marked = overlay.is_not_yet_let(line) and not line.not_yet_let
        if not stays or partly or becomes_marked:
            years.add(line.row.year)
    base = bases.get(filing.year)
    answers = _answers(filing, filing.year, base, by_year.get(filing.year, []))
    if (
        base is None
        or base.status == Submission.Status.RETURNED
        or any(getattr(base, name) != value for name, value in answers.items())
        or _covers(filing, filing.year, base) > base.covers_until
    ):
        years.add(filing.year)
    return years


def _version_for(
    year: int,
    filing: Filing,
    base: Submission | None,
    lines: list[Line],
    lead: Submission | None,
    origins: Mapping[int, int | None],
) -> Submission:
    answers = _answers(filing, year, base, lines)
    if base is not None and base.status == Submission.Status.CONCEPT:
        version = _edit_concept(base, filing, answers, lead)
    else:
        newest = Submission.objects.filter(organisation=filing.organisation, year=year).aggregate(
            number=Max("number", default=0)
        )
        version = Submission.objects.create(
            organisation=filing.organisation,
            year=year,
            number=newest["number"] + 1,
            round=filing.round if year == filing.year else _round_of(year),
            covers_until=_covers(filing, year, base),
            lead=lead,
            entered_by=filing.by,
            is_demo=filing.is_demonstration or (base is not None and base.is_demo),
            created_at=filing.moment,
            **answers,
        )
        SubmissionEvent.objects.create(
            submission=version,
            status=Submission.Status.CONCEPT,
            actor=filing.by,
            known_from=filing.moment,
        )
    _write(version, lines, origins)
    if year == filing.year:
        _write_stock(version, filing.stock)
    set_part(version.organisation_id, version.year)
    return version


def _edit_concept(
    concept: Submission, filing: Filing, answers: Mapping[str, str], lead: Submission | None
) -> Submission:
    """Empty a concept to be written anew, unless somebody else was first."""
    edited = Submission.objects.filter(
        pk=concept.pk, status=Submission.Status.CONCEPT, edit=concept.edit
    ).update(
        edit=concept.edit + 1,
        covers_until=_covers(filing, concept.year, concept),
        lead=lead,
        entered_by=filing.by or concept.entered_by,
        is_demo=concept.is_demo or filing.is_demonstration,
        **answers,
    )
    if not edited:
        raise ConceptChangedError
    concept.rows.all().delete()
    if concept.year == filing.year:
        concept.stock_counts.all().delete()
    concept.refresh_from_db()
    return concept


def _round_of(year: int) -> Round | None:
    return Round.objects.filter(year=year).order_by("-period_until").first()


def _covers(filing: Filing, year: int, base: Submission | None) -> date:
    """Until which day the version answers (NUMBERS 1); never later than it was given, and a
    few late homes of a year nobody answered yet are no answer for that year."""
    if year != filing.year:
        return base.covers_until if base else date(year, 1, 1)
    if filing.file_format == WOZ:
        until = date(year, 12, 31)
    else:
        period = filing.round.period_until if filing.round else date(year, 12, 31)
        until = min(period, timezone.localdate(filing.moment))
    until = max(until, date(year, 1, 1))
    return max(until, base.covers_until) if base else until


def _answers(
    filing: Filing, year: int, base: Submission | None, lines: Iterable[Line]
) -> dict[str, str]:
    """What the version answers on each kind of change: rows, none, or not answered."""
    told = {(line.row.kind, line.row.direction) for line in lines if line.row.part == "2.1A"}
    present = {_question_of(Kind(kind), direction) for kind, direction in told}
    answers: dict[str, str] = {}
    for name in ("additions", "sales", "demolition", "other_withdrawals"):
        if name in present:
            answers[name] = Answer.ROWS.value
        elif year == filing.year and (filing.file_format == WOZ or name in filing.said):
            answers[name] = Answer.NONE.value
        else:
            old = getattr(base, name) if base else Answer.UNANSWERED.value
            # Rows that are gone leave the question open, not answered with "none".
            answers[name] = Answer.UNANSWERED.value if old == Answer.ROWS else old
    return answers


def _question_of(kind: Kind, direction: int) -> str:
    if kind in ADDITIONS or kind == Kind.TO_DAEB:
        return "additions"
    if kind in SALES:
        return "sales"
    if kind == Kind.DEMOLITION:
        return "demolition"
    return "other_withdrawals" if direction < 0 else "additions"


def _write(version: Submission, lines: Sequence[Line], origins: Mapping[int, int | None]) -> None:
    municipalities = dict(Organisation.objects.municipalities().values_list("slug", "pk"))
    projects = _projects(lines, municipalities, is_demo=version.is_demo)
    bulk_load(
        StockChange,
        (*FACT_FIELDS, *LINK_FIELDS),
        (_values(version.pk, line, municipalities, projects, origins) for line in lines),
    )


def _values(
    version: int,
    line: Line,
    municipalities: Mapping[str, int],
    projects: Mapping[tuple[int, str], int],
    origins: Mapping[int, int | None],
) -> tuple[Any, ...]:
    row = line.row
    place = municipalities.get(row.municipality)
    project = projects.get((place, row.project)) if place and row.project else None
    first = line.sources[0]
    also = line.sources[1] if len(line.sources) > 1 else None
    previous = origins.get(line.stored, line.stored) if line.stored else None
    links = (
        version,
        place,
        project,
        "|".join(row.bag_ids),
        line.not_yet_let,
        first.upload or None,
        first.sheet,
        first.row,
        also.upload if also else None,
        also.sheet if also else "",
        also.row if also else 0,
        previous,
    )
    facts: tuple[Any, ...] = _FACTS_OF(row)
    return facts + links


def _projects(
    lines: Sequence[Line], municipalities: Mapping[str, int], *, is_demo: bool
) -> dict[tuple[int, str], int]:
    """The project of each (municipality, name as written), made where it is new."""
    named = {
        (municipalities[line.row.municipality], line.row.project)
        for line in lines
        if line.row.project and line.row.municipality in municipalities
    }
    if not named:
        return {}
    known = {
        (place, folded): pk
        for pk, place, folded in Project.objects.filter(
            municipality__in={place for place, _ in named}
        ).values_list("pk", "municipality_id", "folded")
    }
    for place, name in sorted(named):
        if (place, fold(name)) not in known:
            made = Project.objects.create(
                municipality_id=place, name=name, folded=fold(name), is_demo=is_demo
            )
            known[place, made.folded] = made.pk
    return {(place, name): known[place, fold(name)] for place, name in named}


def _write_stock(version: Submission, stock: Mapping[tuple[str, str], tuple[int, int]]) -> None:
    municipalities = dict(Organisation.objects.municipalities().values_list("slug", "pk"))
    StockCount.objects.bulk_create(
        StockCount(
            submission=version,
            municipality_id=municipalities[place],
            branch=branch,
            opening=opening,
            closing=closing,
        )
        for (place, branch), (opening, closing) in stock.items()
        if place in municipalities
    )
