"""Reopening: a new concept with all that was accepted, which keeps counting meanwhile."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from housing import tallies, versions
from housing.models import Extension, MunicipalFigure, StockChange, Submission, Tally
from housing.reopening import reopen
from housing.versions import VersionError
from tests.factories import (
    at,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_part,
    make_round,
    make_row,
    make_rules,
    make_version,
)

pytestmark = pytest.mark.django_db
X = "0917010000000001"


@pytest.fixture(autouse=True)
def tallies_add_up():
    make_municipality()
    make_rules()
    yield
    assert tallies.audit() == []


@pytest.fixture
def weller():
    return make_organisation(name="Weller")


@pytest.fixture
def accepted(weller):
    rows = [make_row(24, key="A"), make_row(1, key="B", bag_ids=(X,))]
    version = make_version(
        weller, rows, on="2026-01-20", accepted_on="2026-02-01", by=make_clerk(weller)
    )
    version.refresh_from_db()
    return version


def counted():
    found = Tally.objects.filter(counts_until=None).exclude(standing="pending")
    return sum(found.values_list("homes", flat=True))


def test_the_accepted_one_keeps_counting_and_the_concept_says_the_same(accepted):
    concept = reopen(accepted, actor=make_coordinator(), reason="Twee woningen vergeten")

    accepted.refresh_from_db()
    assert (accepted.status, accepted.counts, counted()) == ("accepted", True, 25)
    said = concept.rows.order_by("-homes").values_list("homes", "key", "previous__key", "bag_ids")
    assert list(said) == [(24, "A", "A", ""), (1, "B", "B", X)]
    assert concept.status == "concept"
    assert concept.events.get().comment == "Twee woningen vergeten"


def test_the_new_version_replaces_it_and_the_old_one_stays_readable(accepted):
    coordinator = make_coordinator()
    concept = reopen(accepted, actor=coordinator, reason="Fout")
    StockChange.objects.filter(submission=concept, key="A").update(homes=23)
    versions.submit(concept, actor=None)
    versions.accept(concept, actor=coordinator)

    assert counted() == 24
    accepted.refresh_from_db()
    assert accepted.status == "superseded"
    assert sum(accepted.rows.values_list("homes", flat=True)) == 25


def test_whoever_reopens_may_judge_the_correction(accepted):
    from housing import access

    coordinator = make_coordinator()
    concept = reopen(accepted, actor=coordinator, reason="Fout")
    versions.submit(concept, actor=make_clerk(concept.organisation))
    concept.refresh_from_db()

    assert access.can_review(coordinator, concept)


def test_part_is_a_concept_again(accepted):
    part = make_part(make_round(2025), accepted.organisation)
    reopen(accepted, actor=None, reason="Fout")
    part.refresh_from_db()

    assert part.state == "draft"


def test_with_a_day_the_party_gets_more_time(accepted):
    until = timezone.localdate() + timedelta(days=14)
    reopen(accepted, actor=None, reason="Fout", until=until)

    assert Extension.objects.get().until == until


def test_figures_of_a_municipality_come_along():
    heerlen = make_municipality()
    version = Submission.objects.create(
        organisation=heerlen, year=2025, number=1, covers_until=date(2025, 12, 31)
    )
    MunicipalFigure.objects.create(
        submission=version, measure="completed", segment="mid_rent", answer="number", homes=34
    )
    versions.submit(version, actor=None, at=at("2026-01-20"))
    versions.accept(version, actor=None, at=at("2026-02-01"))

    concept = reopen(version, actor=None, reason="Fout")

    assert [figure.homes for figure in concept.figures.all()] == [34]


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda v: reopen(v, actor=None, reason="eerst"), "werkt al aan een nieuwe versie"),
        (
            lambda v: versions.submit(reopen(v, actor=None, reason="eerst"), actor=None),
            "wacht al een correctie",
        ),
    ],
)
def test_refused_while_something_else_is_open(accepted, prepare, words):
    prepare(accepted)

    with pytest.raises(VersionError, match=words):
        reopen(accepted, actor=None, reason="nog eens")


def test_refused_without_reason_or_when_not_accepted(weller, accepted):
    submitted = make_version(weller, [make_row(2, year=2026)], year=2026, on="2026-05-01")
    with pytest.raises(VersionError, match="Schrijf waarom"):
        reopen(accepted, actor=None, reason=" ")
    with pytest.raises(VersionError, match="vastgestelde opgave"):
        reopen(submitted, actor=None, reason="Fout")
    with pytest.raises(VersionError, match="verleden"):
        reopen(accepted, actor=None, reason="Fout", until=date(2020, 1, 1))
