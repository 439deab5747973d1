"""Every URL × role × own, another's or no object × GET and POST, generated from the address book.

`EXPECTED` says for each page what each role gets; a URL that is in neither table fails.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from housing.models import (
    Claim,
    HeadingMatch,
    Organisation,
    PlannedLine,
    StockChange,
    Submission,
    Upload,
    User,
)
from tests.agreements import entry_rows, local_rows, numbers, statement_rows
from tests.agreements.registers import rows_of_matrix
from tests.factories import (
    make_agreement,
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_part,
    make_round,
    make_row,
    make_rules,
    make_target,
    make_upload,
    make_user,
    make_version,
)
from tests.housing import round_rows

pytestmark = pytest.mark.django_db

ROLES = (
    "visitor",
    "clerk",
    "other_clerk",
    "reader",
    "officer",
    "other_officer",
    "tenants",
    "coordinator",
    "board",
    "stranger",
)
SIGNED_IN = set(ROLES) - {"visitor"}
ALL = set(ROLES)
READERS_OF_SUBMITTED = {"clerk", "reader", "officer", "coordinator", "board"}
OWN = {"clerk", "reader"}

# Pages of allauth, the admin and the frame have tests of their own; so has the calendar feed,
# which a key opens, whoever asks.
ELSEWHERE = (
    "agreements:calendar_feed",
    "account_",
    "mfa_",
    "admin:",
    "page:",
    "health",
    "security",
    "static",
)


@dataclass(frozen=True)
class Case:
    """One page for one object: who gets it, and who is told that it is not hers (403) rather
    than that it is not there (404)."""

    url: str
    allowed: set[str]
    told: set[str] = frozenset()  # type: ignore[assignment]
    method: str = "get"
    # Who may in general but not as it stands now: sent back to the page with a sentence.
    turned_away: set[str] = frozenset()  # type: ignore[assignment]


@pytest.fixture
def people() -> dict[str, User | None]:
    heerlen = make_municipality("Heerlen", "GM0917")
    kerkrade = make_municipality("Kerkrade", "GM0928")
    make_rules()
    make_target()
    weller, woonpunt = make_organisation(name="Weller"), make_organisation(name="Woonpunt")
    for year in (2024, 2025):
        for corporation in (weller, woonpunt):
            make_part(make_round(year), corporation)
    tenants = make_organisation(name="Huurders", kind=Organisation.Kind.TENANTS)
    return {
        "visitor": None,
        "clerk": make_clerk(weller),
        "other_clerk": make_clerk(woonpunt),
        "reader": make_user(weller, "reader"),
        "officer": make_user(heerlen, "reporter"),
        "other_officer": make_user(kerkrade, "reporter"),
        "tenants": make_user(tenants, "reader"),
        "coordinator": make_coordinator(),
        "board": make_board(),
        "stranger": make_user(),
    }


X = "0917010000000001"


@pytest.fixture
def cases(people) -> list[Case]:
    weller = Organisation.objects.get(slug="weller")
    woonpunt = Organisation.objects.get(slug="woonpunt")
    make_version(
        woonpunt, [make_row(bag_ids=(X,), key="w", year=2024)], year=2024, on="2025-01-20",
        accepted_on="2025-02-01",
    )  # fmt: skip
    accepted = make_version(
        weller, [make_row(5, key="a", year=2024)], year=2024, on="2025-01-20",
        accepted_on="2025-02-01",
    )  # fmt: skip
    submitted = make_version(weller, [make_row(bag_ids=(X,), key="b")], on="2026-01-20")
    concept = make_version(weller, [make_row(2, key="c", year=2026)], year=2026, submit=False)
    upload = make_upload(weller)
    heading = HeadingMatch.objects.create(
        organisation=weller, format="template", word="plaats", heading="Plaats", field="remark"
    )
    planned = PlannedLine.objects.create(organisation=weller, year=2026, submission=submitted)
    agreement = make_agreement(slug="een-afspraak")
    claim = Claim.objects.get(lost_to__isnull=False)
    row = {version: StockChange.objects.get(submission=version).pk for version in
           (accepted, submitted, concept)}  # fmt: skip
    reporters = {"clerk", "coordinator"}

    def post(
        name: str,
        *args: object,
        allowed: set[str],
        told: set[str],
        turned_away: set[str] = frozenset(),  # type: ignore[assignment]
    ) -> Case:
        return Case(reverse(name, args=args), allowed, told, "post", turned_away)

    return [
        Case(reverse("monitoring:dashboard"), SIGNED_IN),
        Case(reverse("monitoring:completions"), SIGNED_IN),
        *(
            Case(reverse(f"monitoring:{name}", args=[suffix]), SIGNED_IN)
            for name in ("completions_export", "figures_export")
            for suffix in ("csv", "xlsx")
        ),
        *(
            Case(reverse(f"monitoring:{name}", args=["pdf"]), set())
            for name in ("completions_export", "figures_export")
        ),
        Case(reverse("monitoring:row", args=[row[accepted]]), SIGNED_IN),
        Case(reverse("monitoring:row", args=[row[submitted]]), READERS_OF_SUBMITTED),
        Case(reverse("monitoring:row", args=[row[concept]]), OWN),
        Case(reverse("monitoring:row", args=[999_999]), set()),
        *(
            Case(reverse("monitoring:party", args=[slug]), SIGNED_IN)
            for slug in ("weller", "heerlen", "huurders")
        ),
        Case(reverse("monitoring:party", args=["niemand"]), set()),
        Case(reverse("monitoring:agreements"), SIGNED_IN),
        *(
            Case(reverse("monitoring:agreements_export", args=[suffix]), SIGNED_IN)
            for suffix in ("csv", "xlsx")
        ),
        Case(reverse("monitoring:agreements_export", args=["pdf"]), set()),
        Case(reverse("monitoring:agreement", args=[agreement.slug]), SIGNED_IN),
        Case(reverse("monitoring:agreement", args=["niets"]), set()),
        *(
            Case(reverse("monitoring:promises", args=[slug]), SIGNED_IN)
            for slug in ("weller", "heerlen", "huurders")
        ),
        Case(reverse("monitoring:promises", args=["niemand"]), set()),
        Case(
            reverse("housing:reporting"),
            {"clerk", "other_clerk", "reader", "coordinator"},
            SIGNED_IN,
        ),
        *(
            Case(reverse(f"housing:{name}", args=["weller", 2025]), who, SIGNED_IN)
            for name, who in (
                ("upload", reporters),
                ("template", reporters | {"reader"}),
                ("typing", reporters),
            )
        ),
        *(
            Case(reverse(f"housing:{name}", args=["niemand", 2025]), set())
            for name in ("upload", "template", "typing")
        ),
        Case(reverse("housing:upload_result", args=[upload.reference]), OWN | {"coordinator"}),
        Case(reverse("housing:upload_result", args=["onbekend"]), set()),
        Case(reverse("housing:receipt", args=[upload.reference]), OWN | {"coordinator"}),
        Case(reverse("housing:receipt", args=["onbekend"]), set()),
        # This upload kept no file.
        Case(reverse("housing:upload_file", args=[upload.reference]), set()),
        Case(reverse("housing:upload_file", args=["onbekend"]), set()),
        Case(reverse("housing:upload_marked", args=[upload.reference]), set()),
        Case(reverse("housing:upload_marked", args=["onbekend"]), set()),
        Case(reverse("housing:review"), {"coordinator"}, SIGNED_IN),
        Case(reverse("housing:submission", args=[accepted.pk]), SIGNED_IN),
        Case(reverse("housing:submission", args=[submitted.pk]), READERS_OF_SUBMITTED),
        Case(reverse("housing:submission", args=[concept.pk]), OWN),
        Case(reverse("housing:submission", args=[999_999]), set()),
        Case(
            reverse("housing:claims"),
            {"clerk", "reader", "other_clerk", "coordinator"},
            SIGNED_IN,
        ),
        Case(
            reverse("housing:claim", args=[claim.pk]),
            {"clerk", "reader", "other_clerk", "coordinator"},
        ),
        Case(reverse("housing:claim", args=[999_999]), set()),
        # Doing. Whoever may read it is told why she may not do it; others see nothing there.
        post("housing:submit", concept.pk, allowed={"clerk"}, told=OWN),
        post("housing:submit", accepted.pk, allowed=set(), told=SIGNED_IN, turned_away=reporters),
        post("housing:accept", submitted.pk, allowed={"coordinator"}, told=READERS_OF_SUBMITTED),
        post(
            "housing:accept",
            accepted.pk,
            allowed=set(),
            told=SIGNED_IN,
            turned_away={"coordinator"},
        ),
        post("housing:accept", concept.pk, allowed=set(), told=OWN),
        post("housing:send_back", submitted.pk, allowed={"coordinator"}, told=READERS_OF_SUBMITTED),
        post(
            "housing:send_back",
            accepted.pk,
            allowed=set(),
            told=SIGNED_IN,
            turned_away={"coordinator"},
        ),
        post(
            "housing:undo",
            submitted.pk,
            allowed={"clerk", "coordinator"},
            told=READERS_OF_SUBMITTED,
        ),
        post("housing:undo", accepted.pk, allowed=set(), told=SIGNED_IN, turned_away=reporters),
        post(
            "housing:claim",
            claim.pk,
            allowed={"coordinator"},
            told={"clerk", "reader", "other_clerk"},
        ),
        *(
            post(f"housing:{name}", 999_999, allowed=set(), told=set())
            for name in ("submit", "accept", "send_back", "undo", "claim")
        ),
        post("housing:forget_heading", heading.pk, allowed=reporters, told={"reader"}),
        post("housing:forget_heading", 999_999, allowed=set(), told=set()),
        post("housing:drop_planned", planned.pk, allowed=reporters, told={"reader"}),
        post("housing:drop_planned", 999_999, allowed=set(), told=set()),
        # What was typed without a session is in the browser of who typed it, and in no other.
        post("drop_typed", "onbekend", allowed=set(), told=set()),
        post("housing:upload", "weller", 2025, allowed=reporters, told=SIGNED_IN),
        post("housing:typing", "weller", 2025, allowed=reporters, told=SIGNED_IN),
        post("housing:upload_result", upload.reference, allowed=reporters, told={"reader"}),
        *(Case(*row) for row in rows_of_matrix(SIGNED_IN, people)),
        *(Case(*row) for row in numbers.rows_of_matrix(SIGNED_IN, people)),
        *(Case(*row) for row in local_rows.rows_of_matrix(SIGNED_IN, people)),
        *(Case(*row) for row in statement_rows.rows_of_matrix(SIGNED_IN, people)),
        *(Case(*row) for row in round_rows.rows_of_matrix(SIGNED_IN, people)),
        *(Case(*row) for row in entry_rows.rows_of_matrix(SIGNED_IN, people)),
    ]


def _names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _names(pattern.url_patterns, space + inner)
        elif pattern.name:
            yield space + pattern.name


def test_every_address_is_in_the_matrix(cases):
    resolver = get_resolver()
    listed = {resolver.resolve(case.url.partition("?")[0]).view_name for case in cases}
    known = {name for name in _names(resolver.url_patterns) if not name.startswith(ELSEWHERE)}

    assert known - listed == set()


def _answer(client: Client, case: Case, method: str) -> int:
    found = getattr(client, method)(case.url)
    if found.status_code == 302 and found.url.startswith("/inloggen/"):
        return 401
    if getattr(found, "streaming", False):
        b"".join(found.streaming_content)
    return int(found.status_code)


@pytest.mark.parametrize("role", ROLES)
def test_matrix(role, people, cases, subtests_count):
    client = Client()
    if people[role]:
        client.force_login(people[role])
    wrong = []
    for case in cases:
        before = _state()
        method = "get" if role not in case.allowed or case.method == "get" else ""
        if case.method == "post" and role not in case.allowed:
            method = "post"
        if not method:
            continue  # what may be done is done, one by one, in the tests of its page
        status = _answer(client, case, method)
        subtests_count[role] += 1
        if role == "visitor":
            good = status == 401
        elif role in case.allowed:
            good = status == 200
        elif role in case.turned_away:
            good = status in (302, 400)
        elif role in case.told:
            good = status in (403, 405)
        else:
            good = status in (403, 404, 405)
        if not good or _state() != before:
            wrong.append((role, case.method, case.url, status))
    assert wrong == []


@pytest.mark.parametrize("role", sorted(SIGNED_IN))
def test_other_methods_do_nothing(role, people, cases, subtests_count):
    """GET where only POST is meant, POST where only GET is: refused, and nothing changes."""
    client = Client()
    client.force_login(people[role])
    wrong = []
    for case in cases:
        before = _state()
        other = "get" if case.method == "post" else "post"
        if case.method == "get" and role in case.allowed:
            continue
        status = _answer(client, case, other)
        subtests_count[role] += 1
        fine = {200, 403, 404, 405} if other == "get" else {403, 404, 405}
        if status not in fine or _state() != before:
            wrong.append((role, other, case.url, status))
    assert wrong == []


@pytest.fixture(scope="module")
def subtests_count() -> Iterator[Counter[str]]:
    counted: Counter[str] = Counter()
    yield counted
    print(f"\nmatrix: {sum(counted.values())} answers, {len(counted)} roles")


def _state() -> tuple[object, ...]:
    versions = Submission.objects.order_by("pk").values_list("pk", "status", "edit", "counts")
    return (tuple(versions), Upload.objects.count(), StockChange.objects.count())
