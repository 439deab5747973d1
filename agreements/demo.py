"""The demonstration set: invented figures that travel the road real ones take (NUMBERS 11).

Every submission, project, target and account it makes is marked; whatever contains a marked row
carries the banner, and `clear` takes all of it away and nothing else.
"""

import secrets
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from agreements import (
    demo_local,
    demo_municipal,
    demo_numbers,
    demo_registers,
    demo_rounds,
    demo_statements,
    demo_talk,
)
from agreements.models import Agreement, Target, TargetYear
from housing import tallies, versions
from housing.intake.process import process, receive
from housing.intake.rows import CleanRow
from housing.intake.storing import Filing, store
from housing.models import (
    Confirmation,
    Membership,
    Organisation,
    Project,
    ProjectPlan,
    Round,
    Submission,
    Upload,
    User,
)

Role = Membership.Role
FOLDER = Path(settings.BASE_DIR) / "fixtures" / "demo"
DOMAIN = "parkstad.example"
YEARS = range(2024, 2029)


class RealFiguresError(Exception):
    """Real submissions exist: demonstration figures would mix with them."""


@dataclass(frozen=True, slots=True)
class Account:
    """A demonstration account with the password it was just given."""

    email: str
    what: str
    password: str


def load() -> list[Account]:
    """Make the demonstration set; give the accounts made. Raises `RealFiguresError`.

    Safe to repeat: what is there stays, accounts keep their passwords.
    """
    if Submission.objects.filter(is_demo=False).exists():
        raise RealFiguresError
    story = tomllib.loads((FOLDER / "verhaal.toml").read_text(encoding="utf-8"))
    with transaction.atomic():
        accounts = _make_accounts()
        if not Submission.objects.exists():
            _split_target(story["split"])
            for answer in story["answer"]:
                _play(answer)
            _plan_projects(story["plans"])
        demo_numbers.load()
        demo_rounds.load()
        demo_registers.load()
        demo_local.load()
        demo_statements.load()
        demo_municipal.load()
        demo_talk.load()
    return accounts


def new_passwords() -> list[Account]:
    """Give every demonstration account a new password."""
    accounts = []
    for user in User.objects.filter(is_demo=True):
        password = secrets.token_urlsafe(9)
        user.set_password(password)
        user.save(update_fields=["password"])
        accounts.append(Account(user.email, user.name, password))
    return accounts


@transaction.atomic
def clear() -> int:
    """Take the demonstration set away, files included; give the number of submissions."""
    demo = Submission.objects.filter(is_demo=True)
    touched = [(version.organisation_id, version.year) for version in demo]
    uploads = Upload.objects.filter(Q(submission__in=demo) | Q(by__is_demo=True))
    for upload in uploads:
        upload.file.delete(save=False)
    tallies.forget(demo, timezone.now())
    uploads.delete()
    count = demo.count()
    demo.update(lead=None)
    for version in demo:
        version.rows.all().delete()
    demo.delete()
    demo_statements.clear()
    Target.objects.filter(is_demo=True).delete()
    demo_numbers.clear()
    demo_registers.clear()
    demo_talk.clear()
    demo_rounds.clear()
    demo_local.clear()
    demo_municipal.clear()
    Project.objects.filter(is_demo=True, rows=None).delete()
    User.objects.filter(is_demo=True).delete()
    for organisation, year in sorted(set(touched)):
        versions.set_part(organisation, year)
    demo_statements.settle()
    return count


def _make_accounts() -> list[Account]:
    region = Organisation.objects.get(kind=Organisation.Kind.CITY_REGION)
    both = (Role.REPORTER, Role.APPROVER)
    people: list[tuple[str, str, Organisation, tuple[str, ...]]] = [
        ("coordinator", "Coördinator Stadsregio", region, (Role.COORDINATOR,)),
        ("coordinator2", "Tweede coördinator Stadsregio", region, (Role.COORDINATOR,)),
        ("bestuur", "Bestuur Stadsregio", region, (Role.BOARD,)),
    ]
    for corporation in Organisation.objects.corporations():
        people.append((corporation.slug, f"Invoerder {corporation}", corporation, both))
    for place in Organisation.objects.municipalities():
        people.append((place.slug, f"Ambtenaar wonen {place}", place, both))
    tenants = Organisation.objects.filter(kind=Organisation.Kind.UMBRELLA, slug__startswith="roh")
    people += [("huurders", f"Lezer {body}", body, (Role.READER,)) for body in tenants]
    # One that speaks for a corporation's tenants: advises on its complexes, signs local sets.
    advising = Organisation.objects.filter(slug="huurdersbelangen-vincio-wonen")
    people += [("huurders-vincio", f"Adviseur {body}", body, both) for body in advising]
    made = []
    for local, name, organisation, roles in people:
        email = f"{local}@{DOMAIN}"
        if User.objects.filter(email=email).exists():
            continue
        password = secrets.token_urlsafe(9)
        user = User.objects.create_user(email, password, name=name, is_demo=True)
        for role in roles:
            Membership.objects.create(user=user, organisation=organisation, role=role)
        made.append(Account(email, name, password))
    return made


def _play(answer: dict[str, Any]) -> None:
    """Let one party answer for one year: its file, submitted, accepted or sent back."""
    organisation = Organisation.objects.get(slug=answer["organisation"])
    year = answer["year"]
    round_ = Round.objects.filter(year=year).first()
    clerk = User.objects.get(email=f"{organisation.slug}@{DOMAIN}")
    coordinator = User.objects.get(email=f"coordinator@{DOMAIN}")
    handed_in = _moment(answer["submitted"])
    rows: list[CleanRow] = []
    fields: dict[str, Any] = {"file_format": "template"}
    if name := answer.get("file"):
        content = SimpleUploadedFile(name, (FOLDER / name).read_bytes())
        upload = receive(content, organisation=organisation, year=year, round_=round_, by=clerk)
        checked = process(upload)
        if not checked.accepted:
            problems = "; ".join(problem.message for problem in checked.errors[:3])
            raise ValueError(f"{name}: {problems}")
        rows = checked.rows
        fields = {"file_format": checked.format, "upload": upload, "stock": checked.stock}
    filing = Filing(
        organisation=organisation,
        year=year,
        round=round_,
        by=clerk,
        said=frozenset(answer.get("none", ())),
        at=handed_in,
        is_demo=True,
        **fields,
    )
    version = store(rows, filing)
    if version is None:
        raise ValueError(f"{organisation} {year} changes nothing")
    if filing.upload:
        Upload.objects.filter(pk=filing.upload.pk).update(
            status=Upload.Status.PROCESSED, submission=version, at=handed_in
        )
    versions.submit(version, actor=clerk, at=handed_in)
    if day := answer.get("accepted"):
        versions.accept(version, actor=coordinator, at=_moment(day))
    if day := answer.get("returned"):
        versions.send_back(version, actor=coordinator, at=_moment(day), comment=answer["comment"])
    if dispute := answer.get("dispute"):
        Confirmation.objects.create(
            submission=version,
            municipality=Organisation.objects.get(slug=dispute["municipality"]),
            disputes=True,
            homes=dispute["homes"],
            reason=dispute["reason"],
            actor=User.objects.get(email=f"{dispute['municipality']}@{DOMAIN}"),
            known_from=_moment(dispute["on"]),
        )


def _split_target(split: dict[str, Any]) -> None:
    agreement = Agreement.objects.filter(targets__total=1350).first()
    if agreement is None:
        return
    known_from = _moment(split.pop("known_from"))
    for slug, homes in split.items():
        party = Organisation.objects.get(slug=slug)
        is_place = party.kind == Organisation.Kind.MUNICIPALITY
        target = Target.objects.create(
            agreement=agreement,
            scope=slug,
            municipality=party if is_place else None,
            corporation=None if is_place else party,
            total=homes * len(YEARS),
            known_from=known_from,
            source="Voorbeeld, verzonnen",
            is_demo=True,
        )
        TargetYear.objects.bulk_create(
            TargetYear(target=target, year=year, homes=homes) for year in YEARS
        )


def _plan_projects(plans: dict[str, int]) -> None:
    for path, homes in plans.items():
        place, name = path.split("/")
        project = Project.objects.filter(municipality__slug=place, name=name).first()
        if project is not None:
            ProjectPlan.objects.create(
                project=project,
                planned_homes=homes,
                known_from=_moment("2024-05-31"),
                source="Voorbeeld, verzonnen",
            )


def _moment(day: str) -> datetime:
    """Ten o'clock in the morning of a day, in Amsterdam."""
    return timezone.make_aware(datetime.fromisoformat(f"{day}T10:00:00"))
