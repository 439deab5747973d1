"""The rules of access.py, case by case (HOUSE: who reads what)."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from housing import access, versions
from housing.models import Membership, StockChange, Submission, Upload
from tests.factories import (
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_upload,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture(autouse=True)
def reference():
    make_municipality()
    make_municipality("Kerkrade", "GM0928")
    make_rules()
    make_round(2025)


@pytest.fixture
def weller():
    return make_organisation(name="Weller")


def person(who, weller):
    """One of each kind of reader, looking at what Weller says of Heerlen."""
    return {
        "own": lambda: make_user(weller, Role.READER),
        "coordinator": make_coordinator,
        "board": make_board,
        "officer": lambda: make_user(make_municipality(), Role.REPORTER),
        "officer elsewhere": lambda: make_user(make_municipality("Kerkrade"), Role.REPORTER),
        "corporation": lambda: make_clerk(make_organisation(name="Woonpunt")),
        "tenants": lambda: make_user(make_organisation(kind="tenants"), Role.REPORTER),
        "nobody's": make_user,
    }[who]()


READS = [
    # who, concept, submitted, returned, accepted
    ("own", 1, 1, 1, 1),
    ("coordinator", 0, 1, 1, 1),
    ("board", 0, 1, 1, 1),
    ("officer", 0, 1, 1, 1),
    ("officer elsewhere", 0, 0, 0, 1),
    ("corporation", 0, 0, 0, 1),
    ("tenants", 0, 0, 0, 1),
    ("nobody's", 0, 0, 0, 1),
]


@pytest.mark.parametrize(("who", "concept", "submitted", "returned", "accepted"), READS)
def test_versions_and_rows_open_with_their_state(
    weller, who, concept, submitted, returned, accepted
):
    found = make_version(weller, [make_row(3)], submit=False)
    reader = person(who, weller)

    for status, expected in (
        ("concept", concept),
        ("submitted", submitted),
        ("returned", returned),
        ("accepted", accepted),
    ):
        Submission.objects.filter(pk=found.pk).update(status=status)
        assert Submission.objects.visible_to(reader).count() == expected, status
        assert StockChange.objects.visible_to(reader).count() == expected, status


@pytest.mark.parametrize("who", [who for who, *_ in READS])
def test_a_concept_that_was_taken_back_stays_unread(weller, who):
    """Only what was handed in was ever for others to read."""
    taken_back = make_version(weller, [make_row(3)], submit=False)
    versions.undo(taken_back, actor=None)
    handed_in = make_version(weller, [make_row(4)])
    versions.undo(handed_in, actor=None)
    reader = person(who, weller)

    rows = StockChange.objects.visible_to(reader)
    found = Submission.objects.visible_to(reader)

    expected = {"own": [3, 4]}.get(who, [4] if who in ("coordinator", "board", "officer") else [])
    assert sorted(row.homes for row in rows) == expected
    assert found.count() == len(expected)


def test_nobody_signed_in_reads_nothing(weller):
    make_version(weller, [make_row(3)], accepted_on="2026-02-01", on="2026-02-01")
    make_upload(weller)
    nobody = AnonymousUser()

    assert not Submission.objects.visible_to(nobody)
    assert not StockChange.objects.visible_to(nobody)
    assert not Upload.objects.visible_to(nobody)
    assert not access.is_coordinator(nobody)


def test_officer_reads_submitted_rows_of_the_own_municipality_only(weller):
    make_version(weller, [make_row(3), make_row(4, municipality="kerkrade")])
    officer = make_user(make_municipality(), Role.REPORTER)

    rows = StockChange.objects.visible_to(officer)

    assert [row.homes for row in rows] == [3]


@pytest.mark.parametrize(
    ("who", "address", "private"),
    [
        ("own", True, True),
        ("coordinator", True, True),
        ("board", False, False),
        ("officer", True, False),
        ("officer elsewhere", False, False),
        ("corporation", False, False),
        ("tenants", False, False),
    ],
)
def test_fields(weller, who, address, private):
    rights = access.field_rights(person(who, weller))

    assert rights.address(weller.pk, make_municipality().pk) is address
    assert rights.private(weller.pk) is private


def test_other_side_of_an_open_claim_reads_the_address_and_no_more(weller):
    woonpunt = make_organisation(name="Woonpunt")
    home = {"bag_ids": ("0917010000000123",)}
    first = make_version(weller, [make_row(**home)], on="2026-02-01")
    make_version(woonpunt, [make_row(**home)], on="2026-02-02")
    row = first.rows.get()

    rights = access.field_rights(make_clerk(woonpunt))

    assert rights.address(weller.pk, row.municipality_id, row.pk)
    assert not rights.address(weller.pk, row.municipality_id, row.pk + 999)
    assert not rights.private(weller.pk)


@pytest.mark.parametrize(
    ("who", "reads"),
    [("own", True), ("coordinator", True), ("board", False), ("officer", False),
     ("corporation", False)],
)  # fmt: skip
def test_kept_files(weller, who, reads):
    make_upload(weller)
    reader = person(who, weller)

    assert Upload.objects.visible_to(reader).exists() is reads
    assert access.can_read_upload_file(reader, weller.pk) is reads


@pytest.mark.parametrize(
    ("role", "may"), [(Role.REPORTER, True), (Role.APPROVER, True), (Role.READER, False)]
)
def test_reporting_while_the_round_is_open(weller, role, may):
    user = make_user(weller, role)
    round_ = make_round(2025)
    assert access.can_report(user, weller, round_) is may

    round_.closes_on = timezone.localdate() - timedelta(days=1)
    assert not access.can_report(user, weller, round_)
    assert not access.can_report(user, weller, None)
    assert access.can_report(make_coordinator(), weller, round_)


def test_refusal_says_why(weller):
    stranger = make_board()
    assert "Alleen invoerders van Weller" in access.why_not_report(stranger, weller, None)
    clerk = make_clerk(weller)
    assert "geen ronde" in access.why_not_report(clerk, weller, None)


def test_nobody_reports_for_a_municipality():
    heerlen = make_municipality()

    assert not access.can_report(make_user(heerlen, Role.REPORTER), heerlen, make_round(2025))
    assert not access.can_report(make_coordinator(), heerlen, make_round(2025))


def test_predecessors_are_answered_for(weller):
    old = make_organisation(name="Oud Wonen", successor=weller, party_until=date(2025, 1, 1))
    clerk = make_clerk(weller)

    assert access.own_organisations(clerk) == {weller.pk, old.pk}
    assert access.can_report(clerk, old, make_round(2025))
    assert access.own_organisations(make_clerk(old)) == {old.pk}


def test_submitting(weller):
    clerk, reporter = make_clerk(weller), make_user(weller, Role.REPORTER)
    found = make_version(weller, [make_row(3)], submit=False, by=clerk)

    assert access.can_submit(clerk, found)
    assert access.can_submit(make_coordinator(), found)
    assert not access.can_submit(reporter, found)
    assert not access.can_submit(make_board(), found)
    found.organisation.enterer_may_submit = False
    assert not access.can_submit(clerk, found)
    assert access.can_submit(make_clerk(weller), found)
    found.status = "submitted"
    assert not access.can_submit(make_clerk(weller), found)


@pytest.mark.parametrize(
    ("status", "may"),
    [("concept", True), ("submitted", True), ("returned", False), ("accepted", False),
     ("superseded", False), ("withdrawn", False)],
)  # fmt: skip
def test_undoing(weller, status, may):
    found = make_version(weller, [make_row(3)], submit=False)
    found.status = status

    assert access.can_undo(make_user(weller, Role.REPORTER), found) is may
    assert access.can_undo(make_coordinator(), found) is may
    assert not access.can_undo(make_user(weller, Role.READER), found)
    assert not access.can_undo(make_board(), found)


def test_four_eyes_look_at_the_whole_set(weller):
    make_round(2024)
    enterer = make_coordinator()
    lead = make_version(weller, [make_row(3), make_row(4, year=2024)], by=enterer)
    other = lead.followers.get()

    assert not access.can_review(enterer, lead)
    assert not access.can_review(enterer, other)
    assert access.can_review(make_coordinator(), other)
    assert not access.can_review(make_board(), other)
    lead.status = "accepted"
    assert not access.can_review(make_coordinator(), lead)


def test_ruling_and_requiring():
    assert access.can_rule(make_coordinator())
    assert not access.can_rule(make_board())
    access.require(True)
    with pytest.raises(PermissionDenied, match="Nee, want"):
        access.require(False, "Nee, want")


@pytest.mark.parametrize(
    ("who", "labels"),
    [
        ("own", []),
        ("corporation", ["Aanleveren"]),
        ("officer", []),
        ("tenants", ["Meelezen"]),
        ("coordinator", ["Beoordelen", "Rondes"]),
    ],
)
def test_menu_names_what_may_be_opened(weller, who, labels):
    always = ["Start", "Regiobeeld", "Afspraken", "Opleveringen", "Wat wij beloofden"]

    assert [label for label, _ in access.menu_for(person(who, weller))] == [*always, *labels]


def test_menu_names_the_promises_of_each_own_party(weller, django_assert_num_queries):
    officer = make_user(make_municipality("Simpelveld", "GM0965"), Role.REPORTER)
    heerlen = make_municipality("Heerlen", "GM0917")
    Membership.objects.create(user=officer, organisation=heerlen, role=Role.REPORTER)

    with django_assert_num_queries(2):  # memberships, and mergers for who reports
        items = access.menu_for(officer)

    assert [item for item in items if "beloofde" in item[0]] == [
        ("Wat Heerlen beloofde", "/partijen/heerlen/beloofd/"),
        ("Wat Simpelveld beloofde", "/partijen/simpelveld/beloofd/"),
    ]
