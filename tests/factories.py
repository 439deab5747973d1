"""Ready-made things for tests: plain functions with sensible defaults, never random."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from agreements.models import Agreement, AgreementSet, Statement, Target, TargetYear, Theme
from housing import versions
from housing.codes import Kind
from housing.intake.rows import CleanRow
from housing.intake.storing import Filing, store
from housing.models import (
    CountingRule,
    Membership,
    Organisation,
    Part,
    PriceLimit,
    Round,
    SegmentTable,
    Submission,
    Upload,
    User,
    end_of_day,
)
from housing.segments import FIRST_BANDS

_numbers = count(1)
SIGNED = datetime(2024, 5, 31, tzinfo=UTC)


def at(day: str, hour: int = 12) -> datetime:
    """A moment on a day written as 2026-04-10."""
    found = date.fromisoformat(day)
    return datetime(found.year, found.month, found.day, hour, tzinfo=UTC)


def make_organisation(**fields: Any) -> Organisation:
    fields.setdefault("name", f"Organisatie {next(_numbers)}")
    fields.setdefault("slug", slugify(fields["name"]))
    fields.setdefault("kind", Organisation.Kind.CORPORATION)
    fields.setdefault("known_from", SIGNED)
    return Organisation.objects.create(**fields)


def make_municipality(name: str = "Heerlen", code: str = "GM0917", **fields: Any) -> Organisation:
    found = Organisation.objects.filter(name=name).first()
    if found:
        return found
    return make_organisation(
        name=name, kind=Organisation.Kind.MUNICIPALITY, cbs_code=code, **fields
    )


def make_user(
    organisation: Organisation | None = None, *roles: str, email: str = "", **fields: Any
) -> User:
    """A person without a password: tests sign in with `client.force_login`."""
    email = email or f"persoon{next(_numbers)}@voorbeeld.test"
    user = User.objects.create(email=email, **fields)
    for role in roles:
        Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def make_city_region() -> Organisation:
    found = Organisation.objects.filter(kind=Organisation.Kind.CITY_REGION).first()
    return found or make_organisation(
        name="Stadsregio Parkstad Limburg", kind=Organisation.Kind.CITY_REGION
    )


def make_coordinator(**fields: Any) -> User:
    return make_user(make_city_region(), Membership.Role.COORDINATOR, **fields)


def make_board(**fields: Any) -> User:
    return make_user(make_city_region(), Membership.Role.BOARD, **fields)


def make_clerk(organisation: Organisation, **fields: Any) -> User:
    """Somebody who enters and submits for a corporation."""
    return make_user(organisation, Membership.Role.REPORTER, Membership.Role.APPROVER, **fields)


def make_round(year: int = 2025, **fields: Any) -> Round:
    fields.setdefault("name", f"Ronde {year}")
    fields.setdefault("period_from", date(year, 1, 1))
    fields.setdefault("period_until", date(year, 12, 31))
    round_, _ = Round.objects.get_or_create(year=year, defaults=fields)
    return round_


def make_part(round_: Round, organisation: Organisation) -> Part:
    return Part.objects.create(
        round=round_,
        organisation=organisation,
        kind=Part.Kind.COMPLETIONS,
        url_name="housing:upload",
    )


def make_rules(**fields: Any) -> CountingRule:
    """The first counting rule, segment table and limits."""
    fields = {
        "number": 1,
        "known_from": SIGNED,
        "text": "Telregel voor tests",
        "kinds": ["new_build"],
        "segments": ["social_rent"],
        "first_year": 2024,
        "last_year": 2028,
        **fields,
    }
    if not SegmentTable.objects.exists():
        SegmentTable.objects.create(
            number=1, known_from=SIGNED, text="Tabel", bands=[dict(band) for band in FIRST_BANDS]
        )
        for year, amount in ((2024, "879.66"), (2025, "900.07"), (2026, "932.93")):
            make_limit(year, "daeb_rent", amount)
        make_limit(2026, "mid_rent", "1228.07")
        make_limit(2026, "affordable_sale", "420000")
    return CountingRule.objects.create(**fields)


def make_limit(year: int, limit: str, amount: str, **fields: Any) -> PriceLimit:
    fields.setdefault("known_from", SIGNED)
    return PriceLimit.objects.create(
        year=year, limit=limit, amount=Decimal(amount), source="test", **fields
    )


def make_agreement(*, parties: Iterable[Organisation] = (), **fields: Any) -> Agreement:
    """An agreement of the regional set, to which `parties` are a party."""
    theme, _ = Theme.objects.get_or_create(
        slug="bouwopgave", defaults={"name": "Bouwopgave", "position": 1, "source": "test"}
    )
    set_, _ = AgreementSet.objects.get_or_create(
        slug="regionaal",
        defaults={"name": "Regionaal", "first_year": 2024, "last_year": 2028, "source": "test"},
    )
    fields.setdefault("number", str(next(_numbers)))
    fields.setdefault("slug", f"afspraak-{fields['number']}")
    fields.setdefault("title", "1.350 sociale huurwoningen")
    fields.setdefault("kind", Agreement.Kind.TARGET)
    fields.setdefault("text", "Corporaties bouwen 1.350 sociale huurwoningen.")
    set_ = fields.pop("set", set_)
    set_.parties.add(*parties)
    return Agreement.objects.create(set=set_, theme=theme, source="test", **fields)


def make_statement(
    agreement: Agreement, organisation: Organisation, *, year: int = 2026, **fields: Any
) -> Statement:
    """What a party said of an agreement in the round of a year, handed in at once."""
    fields.setdefault("status", "running")
    fields.setdefault("explanation", "Het loopt.")
    fields.setdefault("submitted_at", timezone.now())
    return Statement.objects.create(
        agreement=agreement, organisation=organisation, round=make_round(year), **fields
    )


def make_target(
    years: dict[int, int] | None = None,
    *,
    agreement: Agreement | None = None,
    total: int | None = 1350,
    known_from: datetime = SIGNED,
    **fields: Any,
) -> Target:
    agreement = agreement or Agreement.objects.first() or make_agreement()
    target = Target.objects.create(
        agreement=agreement, total=total, known_from=known_from, source="test", **fields
    )
    years = years if years is not None else dict.fromkeys(range(2024, 2029), 270)
    for year, homes in years.items():
        TargetYear.objects.create(target=target, year=year, homes=homes)
    return target


def make_row(homes: int = 1, **fields: Any) -> CleanRow:
    """A clean row of nieuwbouw, sociale huur, in Heerlen."""
    kind = Kind(fields.pop("kind", Kind.NEW_BUILD))
    fields.setdefault("sheet", "Opleveringen")
    fields.setdefault("row", next(_numbers))
    fields.setdefault("part", "2.1A")
    fields.setdefault("direction", kind.direction)
    fields.setdefault("year", 2025)
    fields.setdefault("municipality", "heerlen")
    if kind == Kind.NEW_BUILD:
        fields.setdefault("origin", "unknown")
    fields.setdefault("declared", "social_rent")
    fields.setdefault("segment", fields["declared"])
    return CleanRow(kind=kind.value, homes=homes, **fields)


def make_version(
    organisation: Organisation,
    rows: Iterable[CleanRow],
    *,
    year: int = 2025,
    on: str | None = None,
    accepted_on: str | None = None,
    file_format: str = "template",
    submit: bool = True,
    **fields: Any,
) -> Submission:
    """An answer stored on the road the upload takes, submitted, and accepted on a day."""
    fields.setdefault("round", make_round(year))
    moment = at(on) if on else None
    version = store(
        list(rows),
        Filing(organisation=organisation, year=year, file_format=file_format, at=moment, **fields),
    )
    assert version is not None, "these rows change nothing"
    if submit:
        versions.submit(version, actor=None, at=moment)
        if accepted_on:
            versions.accept(version, actor=None, at=at(accepted_on))
    version.refresh_from_db()
    return version


def make_upload(organisation: Organisation, *, year: int = 2025, **fields: Any) -> Upload:
    fields.setdefault("reference", f"ref{next(_numbers):09d}")
    fields.setdefault("name", "opgave.csv")
    fields.setdefault("format", "template")
    return Upload.objects.create(organisation=organisation, year=year, **fields)


def day_after(day: str) -> datetime:
    """The end of the next day."""
    return end_of_day(date.fromisoformat(day) + timedelta(days=1))


def make_local_set(
    municipality: Organisation, year: int, *parties: Organisation, **fields: Any
) -> AgreementSet:
    """A municipality's agreements of a year; the municipality itself is always party."""
    set_ = AgreementSet.objects.create(
        municipality=municipality,
        first_year=year,
        last_year=year,
        name=f"Lokaal {municipality} {year}",
        slug=f"{municipality.slug}-{year}",
        source="test",
        **fields,
    )
    set_.parties.set([municipality, *parties])
    return set_
