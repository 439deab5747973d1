"""A municipality's word on what corporations report: kept with the version, carried or asked
again, withdrawn, decided over."""

import pytest

from housing import disputes, versions
from housing.confirmation_parts import set_parts
from housing.confirmations import rows_of
from housing.disputes import ConfirmationError, SaidMeanwhileError
from housing.models import Confirmation, Part, Submission
from tests.factories import (
    at,
    make_clerk,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_version,
)

pytestmark = pytest.mark.django_db
WHY = "Twee zijn nog niet klaar."


@pytest.fixture
def heerlen():
    make_rules()
    make_municipality("Kerkrade", "GM0928")
    return make_municipality()


@pytest.fixture
def officer(heerlen):
    return make_clerk(heerlen)


@pytest.fixture
def weller():
    return make_organisation(name="Weller")


@pytest.fixture
def part(heerlen):
    return Part.objects.create(
        round=make_round(2025), organisation=heerlen, kind=Part.Kind.CONFIRMATIONS,
        url_name="entry:entry",
    )  # fmt: skip


def said(party, homes, on, **fields):
    return make_version(party, [make_row(homes, key="K1")], on=on, **fields)


def only(heerlen, year=2025):
    (row,) = rows_of(heerlen, year)
    return row


def state(part):
    part.refresh_from_db()
    return part.state, part.done, part.of


# --- what is shown ------------------------------------------------------------------------


def test_a_row_says_homes_kinds_and_projects(heerlen, weller):
    rows = [
        make_row(24, project="Aarveld"), make_row(6, declared="mid_rent", project="Aarveld"),
        make_row(4, kind="demolition"),
    ]  # fmt: skip
    make_version(weller, rows, on="2026-01-20", accepted_on="2026-02-01")

    content = only(heerlen).content

    assert (content.added, content.gone, content.projects) == (30, 4, 1)
    assert [(group.text, group.homes) for group in content.groups] == [
        ("Aarveld: nieuwbouw, sociale huur", 24),
        ("Aarveld: nieuwbouw, middenhuur", 6),
        ("sloop, sociale huur", -4),
    ]


def test_only_homes_are_homes(heerlen, weller, officer, part):
    """Garages are in the file too; nobody is asked about them, and no number holds them."""
    homes, garages = make_row(24, key="A"), make_row(10, key="P", unit_kind="parking")
    make_version(make_organisation(name="Garages"), [garages], on="2026-01-20")
    version = make_version(weller, [homes, garages], on="2026-01-20")

    assert only(heerlen).content.added == 24
    assert state(part)[-1] == 1
    disputes.confirm(version, heerlen, by=officer)
    less = make_row(9, key="P", unit_kind="parking")
    again = make_version(weller, [homes, less], on="2026-01-21")
    assert again.confirmations.count() == 1


def test_a_corporation_without_homes_there_is_not_shown(heerlen, weller):
    make_version(weller, [make_row(5, municipality="kerkrade")], on="2026-01-20")

    assert rows_of(heerlen, 2025) == []


def test_a_corporation_that_was_there_before_is_awaited(heerlen, weller):
    make_version(weller, [make_row(5, year=2024)], year=2024, on="2025-01-20")

    row = only(heerlen)

    assert (row.organisation, row.is_in, row.state) == (
        weller, False, ("missing", "nog niet opgegeven"),
    )  # fmt: skip


def test_a_concept_is_nothing_yet_and_what_came_back_says_so(heerlen, weller):
    said(weller, 24, "2026-01-20", submit=False)
    assert rows_of(heerlen, 2025) == []

    make_version(weller, [make_row(5, year=2024)], year=2024, on="2026-01-20")
    version = Submission.objects.get(year=2025)
    versions.submit(version, actor=None, at=at("2026-01-21"))
    versions.send_back(version, actor=None, comment="Zie rij 2", at=at("2026-01-22"))
    assert only(heerlen).state == ("returned", "teruggestuurd")


def test_a_correction_is_looked_at_beside_what_counts(heerlen, weller):
    said(weller, 24, "2026-01-20", accepted_on="2026-02-01")
    said(weller, 23, "2026-02-10")

    row = only(heerlen)

    assert (row.content.added, row.counting.added) == (23, 24)


# --- saying -------------------------------------------------------------------------------


def test_confirming_is_kept_with_the_version(heerlen, weller, officer, part):
    version = said(weller, 24, "2026-01-20")
    assert state(part) == ("missing", 0, 1)

    disputes.confirm(version, heerlen, by=officer)

    assert only(heerlen).is_answered
    assert state(part) == ("provisional", 1, 1)


def test_disputing_marks_the_figure_and_keeps_it_counting(heerlen, weller, officer):
    version = said(weller, 24, "2026-01-20")

    disputes.dispute(version, heerlen, homes=22, reason=WHY, by=officer)

    assert only(heerlen).is_disputed
    version.refresh_from_db()
    assert version.counts


def test_a_dispute_needs_a_reason(heerlen, weller, officer):
    with pytest.raises(ConfirmationError, match="Schrijf waarom"):
        disputes.dispute(said(weller, 24, "2026-01-20"), heerlen, homes=2, reason=" ", by=officer)


def test_the_same_word_twice_is_one(heerlen, weller, officer):
    version = said(weller, 24, "2026-01-20")

    for _ in range(2):
        disputes.dispute(version, heerlen, homes=22, reason=WHY, by=officer, seen=0)

    assert Confirmation.objects.count() == 1


def test_a_colleague_who_was_first_is_shown(heerlen, weller, officer):
    version = said(weller, 24, "2026-01-20")
    disputes.dispute(version, heerlen, homes=22, reason=WHY, by=officer, seen=0)

    with pytest.raises(SaidMeanwhileError, match="klopt niet, volgens de gemeente 22"):
        disputes.confirm(version, heerlen, by=make_clerk(heerlen), seen=0)
    assert only(heerlen).is_disputed


def test_a_word_on_a_version_that_was_replaced_is_refused(heerlen, weller, officer):
    first = said(weller, 24, "2026-01-20")
    said(weller, 23, "2026-01-22")

    with pytest.raises(ConfirmationError, match="intussen iets nieuws opgegeven"):
        disputes.confirm(first, heerlen, by=officer)


def test_a_new_number_replaces_the_old_dispute(heerlen, weller, officer):
    version = said(weller, 24, "2026-01-20")
    first = disputes.dispute(version, heerlen, homes=22, reason=WHY, by=officer)
    disputes.dispute(version, heerlen, homes=21, reason=WHY, by=officer, seen=first.pk)

    assert [word.homes for word in disputes.open_disputes(heerlen.pk, weller.pk, 2025)] == [21]


# --- a newer version (NUMBERS 1) ----------------------------------------------------------


def test_a_newer_version_that_says_the_same_inherits_both_words(heerlen, weller, officer, part):
    kerkrade = make_municipality("Kerkrade")
    rows = [make_row(24, key="K1"), make_row(3, key="K2", municipality="kerkrade")]
    first = make_version(weller, rows, on="2026-01-20")
    disputes.confirm(first, heerlen, by=officer)
    disputes.dispute(first, kerkrade, homes=2, reason=WHY, by=officer)

    again = [make_row(24, key="K1", remark="adres volgt"), rows[1]]
    make_version(weller, again, on="2026-01-25")

    assert (only(heerlen).is_answered, only(heerlen).changes) == (True, [])
    assert only(kerkrade).is_disputed
    assert state(part) == ("provisional", 1, 1)


def test_a_newer_version_that_differs_is_looked_at_again_with_old_and_new(
    heerlen, weller, officer, part
):
    disputes.confirm(said(weller, 24, "2026-01-20"), heerlen, by=officer)

    said(weller, 23, "2026-01-25")

    row = only(heerlen)
    assert row.must_look_again
    assert [(each.before, each.after) for each in row.changes] == [(24, 23)]
    assert state(part) == ("missing", 0, 1)


def test_an_open_dispute_stays_open_on_a_version_that_differs_with_both_values(
    heerlen, weller, officer
):
    disputes.dispute(said(weller, 24, "2026-01-20"), heerlen, homes=22, reason=WHY, by=officer)

    said(weller, 22, "2026-01-25")

    row = only(heerlen)
    assert row.is_disputed
    assert [(each.before, each.after) for each in row.changes] == [(24, 22)]


def test_homes_that_all_went_are_still_shown_to_who_spoke_of_them(heerlen, weller, officer):
    disputes.confirm(said(weller, 24, "2026-01-20"), heerlen, by=officer)
    newer = said(weller, 23, "2026-01-25", submit=False)
    newer.rows.update(municipality=make_municipality("Kerkrade"))

    versions.submit(newer, actor=None, at=at("2026-01-25"))

    row = only(heerlen)
    assert (row.content.added, row.must_look_again) == (0, True)
    assert [(each.before, each.after) for each in row.changes] == [(24, 0)]


def test_taking_the_newer_version_back_gives_the_word_its_force_again(
    heerlen, weller, officer, part
):
    disputes.confirm(said(weller, 24, "2026-01-20"), heerlen, by=officer)
    newer = said(weller, 23, "2026-01-25")

    versions.undo(newer, actor=None, at=at("2026-01-26"))

    assert only(heerlen).is_answered
    assert state(part) == ("provisional", 1, 1)


# --- settling -----------------------------------------------------------------------------


def test_withdrawing_ends_the_dispute_on_every_version(heerlen, weller, officer):
    disputes.dispute(
        said(weller, 24, "2026-01-20", accepted_on="2026-01-21"),
        heerlen, homes=22, reason=WHY, by=officer,
    )  # fmt: skip
    said(weller, 23, "2026-01-25")
    word = disputes.open_disputes(heerlen.pk, weller.pk, 2025)[0]

    disputes.withdraw(word, by=officer)

    assert disputes.open_disputes(heerlen.pk, weller.pk, 2025) == []
    assert only(heerlen).word.disputes is False
    with pytest.raises(ConfirmationError, match="al opgelost"):
        disputes.withdraw(word, by=officer)


def test_accepting_over_it_with_a_reason_ends_it_everywhere(heerlen, weller, officer):
    disputes.dispute(
        said(weller, 24, "2026-01-20", accepted_on="2026-01-21"),
        heerlen, homes=22, reason=WHY, by=officer,
    )  # fmt: skip
    newer = said(weller, 23, "2026-01-25")

    versions.accept(newer, actor=None, comment="Sleutels gezien.", at=at("2026-02-01"))

    assert disputes.open_disputes(heerlen.pk, weller.pk, 2025) == []
    assert only(heerlen).is_answered


def test_the_coordinator_leaves_an_accepted_figure_with_a_reason(heerlen, weller, officer):
    version = said(weller, 24, "2026-01-20", accepted_on="2026-01-21")
    word = disputes.dispute(version, heerlen, homes=22, reason=WHY, by=officer)

    with pytest.raises(ConfirmationError, match="Schrijf waarom"):
        disputes.settle(word, reason=" ")
    disputes.settle(word, reason="Sleutels gezien.")

    word.refresh_from_db()
    assert (word.settlement, only(heerlen).is_disputed) == ("Sleutels gezien.", False)


def test_what_still_waits_is_decided_with_the_version(heerlen, weller, officer):
    word = disputes.dispute(
        said(weller, 24, "2026-01-20"), heerlen, homes=22, reason=WHY, by=officer
    )

    with pytest.raises(ConfirmationError, match="nog niet vastgesteld"):
        disputes.settle(word, reason="Sleutels gezien.")


# --- the part -----------------------------------------------------------------------------


def test_the_part_waits_only_for_what_she_can_do(heerlen, weller, officer, part):
    woonpunt = make_organisation(name="Woonpunt")
    make_version(woonpunt, [make_row(5, year=2024)], year=2024, on="2025-01-20")
    set_parts(2025)
    assert state(part) == ("missing", 0, 1)

    disputes.confirm(said(weller, 24, "2026-01-20"), heerlen, by=officer)

    assert state(part) == ("provisional", 1, 2)


def test_the_part_of_a_municipality_without_homes_is_done_once_somebody_answered(
    heerlen, weller, part
):
    set_parts(2025)
    assert state(part) == ("missing", 0, 1)

    make_version(weller, [make_row(5, municipality="kerkrade")], on="2026-01-20")

    assert state(part) == ("provisional", 0, 0)


def test_reading_the_rows_takes_a_fixed_number_of_queries(
    heerlen, officer, django_assert_max_num_queries
):
    for number in range(4):
        party = make_organisation(name=f"Corporatie {number}")
        version = make_version(party, [make_row(5, key=f"K{number}")], on="2026-01-20")
        disputes.confirm(version, heerlen, by=officer)

    with django_assert_max_num_queries(7):
        rows_of(heerlen, 2025)


def test_a_row_says_which_homes_have_no_rent_or_are_claimed_twice(heerlen, weller):
    """NUMBERS 1: the marks of a figure stand wherever it is shown."""
    other = make_organisation(name="Woonpunt")
    home = "0917010000000001"
    make_version(other, [make_row(1, key="W1", bag_ids=(home,))], on="2026-01-10")
    make_version(
        weller,
        [make_row(1, key="K1", bag_ids=(home,), rent_class="within"), make_row(3, key="K2")],
        on="2026-01-20",
    )

    row = next(each for each in rows_of(heerlen, 2025) if each.organisation == weller)

    assert (row.content.added, row.content.rent_unknown, row.content.claimed_twice) == (4, 3, 1)
