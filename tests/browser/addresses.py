"""Every page of the portal that a browser can open, and who looks at it in these tests."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from agreements.models import (
    Agreement,
    FundUse,
    Indicator,
    SparedComplex,
    StalledPlan,
    Statement,
    VulnerableArea,
)
from housing.models import (
    Claim,
    Confirmation,
    ProjectPath,
    Round,
    StockChange,
    Submission,
    Upload,
)

# No page to look at: files, plain text, and steps that only a form takes.
NOT_PAGES = {
    "monitoring:completions_export",
    "monitoring:figures_export",
    "monitoring:agreements_export",
    "monitoring:sales_export",
    "monitoring:mixed_export",
    "agreements:deviation_end",
    "agreements:evidence",
    "agreements:advise",
    "agreements:calendar_feed",
    "agreements:local_react",
    "agreements:local_start",
    "agreements:local_take_back",
    "housing:template",
    "housing:upload_file",
    "housing:upload_marked",
    "housing:drop_planned",
    "housing:forget_heading",
    "housing:submit",
    "housing:accept",
    "housing:send_back",
    "housing:undo",
    "housing:comment",
    "housing:remind",
    "drop_typed",
    "health",
    "security",
}
CLERK, COORDINATOR, BOARD, OFFICER, TENANTS = (
    "weller", "coordinator", "bestuur", "heerlen", "huurders",
)  # fmt: skip
ROLES = (CLERK, COORDINATOR, BOARD, OFFICER, TENANTS)
PAST, BEFORE_ANYTHING = "?stand=15-03-2026", "?stand=01-01-2024"


@dataclass(frozen=True)
class Address:
    """A page, who opens it, and the status of the answer."""

    view: str
    path: str
    who: str
    status: int = 200


def everywhere() -> list[Address]:
    """Every page as every role that may see it, over the demonstration set."""
    return [
        *_open_to_visitors(),
        *_for_everybody(),
        *_work(),
        *_rounds(),
        *_talk(),
        *_local(),
        *_registers(),
        *_numbers(),
        *_statements(),
        *_account(),
        *_refusals(),
    ]


def _at(view: str, who: str, *args: object, query: str = "", status: int = 200) -> Address:
    return Address(view, reverse(view, args=args) + query, who, status)


def _open_to_visitors() -> Iterator[Address]:
    for view in (
        "account_login", "account_signup", "account_inactive", "account_reset_password",
        "account_reset_password_done", "account_reset_password_from_key_done",
        "page:accessibility", "page:privacy", "page:terms", "page:help",
    ):  # fmt: skip
        yield _at(view, "")
    yield _at("account_reset_password_from_key", "", "x", "oud-en-verlopen")


def _for_everybody() -> Iterator[Address]:
    target = Agreement.objects.filter(targets__total=1350).distinct().get()
    accepted = Submission.objects.filter(organisation__slug="weller", year=2025).last()
    row = StockChange.objects.filter(submission=accepted).first()
    assert accepted and row
    for who in ROLES:
        yield _at("monitoring:dashboard", who)
        yield _at("monitoring:completions", who)
        yield _at("monitoring:row", who, row.pk)
        yield _at("monitoring:party", who, "weller")
        yield _at("monitoring:party", who, "heerlen")
        yield _at("monitoring:agreements", who)
        yield _at("monitoring:agreement", who, target.slug)
        yield _at("monitoring:promises", who, "weller")
        yield _at("housing:submission", who, accepted.pk)
    # What looks the same to all of them.
    yield _at("monitoring:dashboard", BOARD, query=PAST)
    yield _at("monitoring:dashboard", BOARD, query=BEFORE_ANYTHING)
    yield _at("monitoring:dashboard", BOARD, query="?stand=gisteren")
    yield _at("monitoring:completions", BOARD, query="?bladzijde=2&volgorde=-jaar")
    yield _at("monitoring:completions", BOARD, query="?zoek=bestaat-niet")
    yield _at("monitoring:party", BOARD, "weller", query=BEFORE_ANYTHING)
    yield _at("monitoring:party", BOARD, "heerlen", query=PAST)
    yield _at("monitoring:party", BOARD, "vanhier-wonen")
    yield _at("monitoring:party", BOARD, "stadsregio-parkstad-limburg")
    yield _at("monitoring:party", BOARD, "roh-parkstad")
    yield _at("monitoring:agreements", BOARD, query="?partij=weller")
    yield _at("monitoring:agreements", BOARD, query="?licht=achter&soort=study")
    yield _at("monitoring:agreements", BOARD, query=PAST)
    yield _at("monitoring:agreements", BOARD, query=BEFORE_ANYTHING)
    for kind in ("effort", "study", "restraint"):
        found = Agreement.objects.regional().filter(kind=kind).first()
        assert found
        yield _at("monitoring:agreement", BOARD, found.slug)
    yield _at("monitoring:agreement", BOARD, target.slug, query=PAST)
    yield _at("monitoring:promises", BOARD, "heerlen", query=PAST)
    yield _at("monitoring:promises", BOARD, "roh-parkstad")


def _work() -> Iterator[Address]:
    of = Submission.objects.filter
    returned = of(organisation__slug="woonpunt", year=2026).latest("pk")
    waiting = of(organisation__slug="wonen-zuid", year=2026).latest("pk")
    disputed = of(organisation__slug="vincio-wonen", year=2026).latest("pk")
    claim = Claim.objects.get(lost_to__isnull=False, until=None)
    upload = Upload.objects.filter(organisation__slug="weller").first()
    stock = Upload.objects.filter(format="woz").first()
    assert upload and stock
    for who in (CLERK, COORDINATOR):
        yield _at("housing:reporting", who)
        yield _at("housing:upload", who, "weller", 2026)
        yield _at("housing:typing", who, "weller", 2026)
        yield _at("housing:upload_result", who, upload.reference)
        yield _at("housing:receipt", who, upload.reference)
    yield _at("housing:upload_result", "heemwonen", stock.reference)
    yield _at("housing:receipt", "heemwonen", stock.reference)
    yield _at("housing:typing", "heemwonen", "heemwonen", 2025)
    yield _at("housing:upload", "vanhier-wonen", "vanhier-wonen", 2026)
    yield _at("housing:typing", "vanhier-wonen", "vanhier-wonen", 2026)
    yield _at("housing:submission", "woonpunt", returned.pk)
    yield _at("housing:submission", "wonen-zuid", waiting.pk)
    for version in (waiting, disputed):
        yield _at("housing:submission", COORDINATOR, version.pk)
        yield _at("housing:submission", BOARD, version.pk)
    yield _at("housing:review", COORDINATOR)
    yield _at("housing:claims", CLERK)
    for who in (COORDINATOR, "woonpunt"):
        yield _at("housing:claims", who)
        yield _at("housing:claim", who, claim.pk)


def _rounds() -> Iterator[Address]:
    """The page people come in on, rounds, and the entry of a municipality."""
    running = Round.objects.get(year=2026).pk
    accepted = Submission.objects.filter(organisation__slug="weller", status="accepted").latest(
        "pk"
    )
    older = Submission.objects.filter(status="superseded", organisation__kind="corporation").first()
    assert older
    newer = Submission.objects.get(
        organisation=older.organisation_id, year=older.year, status="accepted"
    )
    dispute = Confirmation.objects.filter(disputes=True, settled_at=None).latest("pk").pk
    for who in (CLERK, COORDINATOR, OFFICER, TENANTS, "woonpunt", "huurders-vincio"):
        yield _at("monitoring:start", who)
        yield _at("housing:round_messages", who, running)
    for view in ("housing:round", "housing:round_days", "housing:round_asks"):
        yield _at(view, COORDINATOR, running)
        yield _at(view, OFFICER, running, status=403)
    yield _at("housing:rounds", COORDINATOR)
    yield _at("housing:extension", COORDINATOR, running, "woonpunt")
    yield _at("housing:reopen", COORDINATOR, accepted.pk)
    yield _at("housing:comparison", COORDINATOR, newer.pk, older.pk)
    for who in (COORDINATOR, OFFICER):
        yield _at("housing:dispute", who, dispute)
        yield _at("entry:entry", who, "heerlen", 2026)
    yield _at("entry:entry", OFFICER, "heerlen", 2025)
    yield _at("entry:entry", "kerkrade", "kerkrade", 2026)
    yield _at("entry:paste", OFFICER, "heerlen", 2026)
    yield _at("entry:entry", CLERK, "heerlen", 2026, status=403)


def _talk() -> Iterator[Address]:
    """Reading along and talking about a figure or a row."""
    reading, tied = "monitoring:reading", "huurders-vincio"
    for who in (tied, TENANTS):
        yield _at(reading, who)
        for party in ("vincio-wonen", "heerlen"):
            for year in (2025, 2026):
                yield _at("monitoring:reading_party", who, party, query=f"?jaar={year}")
    yield _at(reading, OFFICER, status=403)
    yield _at("monitoring:reading_party", CLERK, "heerlen", status=403)
    for who in (OFFICER, COORDINATOR, TENANTS):
        yield _at("housing:figure", who, "heerlen", 2025, "gesloopt")
    of = Submission.objects.filter
    waiting = of(organisation__slug="wonen-zuid", year=2026).latest("pk")
    row = StockChange.objects.filter(submission=waiting).first()
    assert row
    yield _at("housing:submission", COORDINATOR, waiting.pk, query=f"?rij={row.pk}")


def _statements() -> Iterator[Address]:
    said = Statement.objects.get(
        agreement__slug="koopplannen", organisation__slug="heerlen", round__year=2025
    )
    for who in ROLES:
        yield _at("agreements:statements", who)
        yield _at("agreements:remark", who, "koopplannen", said.pk)
    for party, slug in (
        (OFFICER, "koopplannen"),
        (OFFICER, "grondprijs"),
        (CLERK, "gemengde-wijken"),
    ):
        yield _at("agreements:party_statements", party, party, 2026)
        yield _at("agreements:statement", party, slug, party, 2026)
    yield _at("agreements:statement", OFFICER, "koopplannen", OFFICER, 2025)
    yield _at("agreements:statement", "zowonen", "sociale-huurwoningen", "zowonen", 2026)
    for name in ("wording", "milestones"):
        yield _at(f"agreements:{name}", COORDINATOR, "conceptuele-woningbouw")
        yield _at(f"agreements:{name}", OFFICER, "conceptuele-woningbouw", status=403)


def _local() -> Iterator[Address]:
    own = ("heerlen", 2027)
    agreement = Agreement.objects.get(slug="heerlen-2027-1").pk
    signing = "huurders-vincio"
    for who in (*ROLES, "kerkrade"):
        yield _at("agreements:local", who)
        yield _at("agreements:calendar", who)
        yield _at("agreements:local_set", who, "kerkrade", 2026)
    for who in (CLERK, COORDINATOR, OFFICER, signing):
        yield _at("agreements:calendar", who, query="?wie=iedereen")
        yield _at("agreements:local_set", who, *own)
        yield _at("agreements:local_set", who, "heerlen", 2025)
    for name in ("local_agreement_add", "local_parties", "local_bid"):
        yield _at(f"agreements:{name}", OFFICER, *own)
    yield _at("agreements:local_agreement_change", OFFICER, *own, agreement)
    yield _at("agreements:local_agreement_remove", OFFICER, *own, agreement)
    yield _at("agreements:local_evaluation", OFFICER, "heerlen", 2026)
    yield _at("agreements:local_sign", signing, *own)
    yield _at("agreements:local_set", TENANTS, *own, status=404)
    yield _at("agreements:local_parties", BOARD, *own, status=403)


def _registers() -> Iterator[Address]:
    """The lists by which single agreements are followed, and the pages to keep them."""
    plan = StalledPlan.objects.get(name="Stationshof, koop").pk
    path = ProjectPath.objects.get(project__name="Tuinhof").project_id
    area = VulnerableArea.objects.get(name="Noordrand").pk
    waiting = SparedComplex.objects.get(name="Flat aan het plein").pk
    advised = SparedComplex.objects.get(name="Galerijwoningen Noordrand").pk
    use = FundUse.objects.get(project__name="Tuinhof").pk
    sourced = FundUse.objects.get(fund__slug="startbouwimpuls", municipality__slug="heerlen").pk
    for who in (*ROLES, "huurders-vincio"):
        for view in ("plans", "paths", "areas", "aid", "funds"):
            yield _at(f"agreements:{view}", who)
        yield _at("agreements:fund", who, "startbouwimpuls")
    yield _at("agreements:aid", BOARD, query="?jaar=2025")
    yield _at("agreements:fund", BOARD, "volkshuisvestingsfonds-2")
    for who in ("huurders-vincio", OFFICER, COORDINATOR):
        yield _at("agreements:complex", who, waiting)
        yield _at("agreements:complex", who, advised)
    yield _at("agreements:complex", BOARD, waiting, status=404)
    for view, args in (
        ("plan_add", ()), ("plan_change", (plan,)), ("plan_remove", (plan,)),
        ("path_change", (path,)), ("path_remove", (path,)), ("complex_add", (area,)),
        ("complex_change", (waiting,)), ("complex_remove", (waiting,)),
        ("aid_change", ("heerlen", 2025)), ("aid_remove", ("heerlen", 2025)),
        ("use_add", ("startbouwimpuls",)), ("use_change", (sourced,)), ("use_remove", (use,)),
    ):  # fmt: skip
        yield _at(f"agreements:{view}", COORDINATOR if view == "use_remove" else OFFICER, *args)
    for view, args in (
        ("area_add", ()), ("area_change", (area,)), ("area_remove", (area,)), ("fund_add", ()),
        ("fund_change", ("startbouwimpuls",)), ("fund_remove", ("startbouwimpuls",)),
        ("use_change", (use,)), ("complex_remove", (advised,)),
    ):  # fmt: skip
        yield _at(f"agreements:{view}", COORDINATOR, *args)
    yield _at("agreements:plan_change", CLERK, plan, status=403)


def _numbers() -> Iterator[Address]:
    """Targets, shares, sales, segments and the vision."""
    target, sales = "sociale-huurwoningen", "verkoop-sociale-huur"
    for view in ("monitoring:sales", "monitoring:mixed", "monitoring:vision"):
        for who in (CLERK, COORDINATOR, OFFICER):
            yield _at(view, who)
        yield _at(view, BOARD, query=BEFORE_ANYTHING)
    for slug in (target, sales):
        for who in (COORDINATOR, BOARD):
            yield _at("monitoring:bids", who, slug)
        yield _at("agreements:split", COORDINATOR, slug)
    yield _at("agreements:split", COORDINATOR, target, query="?voor=heerlen")
    yield _at("agreements:target", COORDINATOR, target)
    yield _at("agreements:deviation", COORDINATOR, target)
    for who in (OFFICER, BOARD):
        yield _at("agreements:indicators", who)
        yield _at("housing:earlier", who)
    yield _at("agreements:indicator_add", OFFICER)
    measure = Indicator.objects.filter(municipality__slug="heerlen").first()
    if measure is not None:
        yield _at("agreements:indicator_remove", OFFICER, measure.pk)
    yield _at("housing:earlier_entry", OFFICER, "heerlen")


def _account() -> Iterator[Address]:
    for view in (
        "account_logout", "account_change_password", "account_set_password",
        "account_reauthenticate", "mfa_index", "mfa_activate_totp",
    ):  # fmt: skip
        yield _at(view, TENANTS)


def _refusals() -> Iterator[Address]:
    for who in ("", BOARD):
        yield Address("404", "/bestaat/niet/", who, 404)
    yield _at("housing:review", CLERK, status=403)
    yield _at("housing:reporting", BOARD, status=403)
    yield _at("housing:upload", OFFICER, "weller", 2026, status=403)


def names() -> set[str]:
    """The names of all addresses, but those of Django's own admin."""
    return {name for name in _names(get_resolver().url_patterns) if name[:6] != "admin:"}


def _names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _names(pattern.url_patterns, space + inner)
        elif pattern.name:
            yield space + pattern.name
