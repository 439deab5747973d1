"""Two versions of one answer side by side."""

import pytest

from housing import versions
from housing.access import field_rights
from housing.comparing import compare
from housing.models import StockChange
from housing.reopening import reopen
from tests.factories import (
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_row,
    make_rules,
    make_target,
    make_version,
)

pytestmark = pytest.mark.django_db
X, Y = "0917010000000001", "0917010000000002"


@pytest.fixture
def weller():
    make_rules()
    make_target()
    make_municipality()
    return make_organisation(name="Weller")


@pytest.fixture
def two(weller):
    """Version 1 accepted; version 2 changes one row, drops one and adds one."""
    first = make_version(
        weller,
        [make_row(24, key="A"), make_row(1, key="B", bag_ids=(X,)), make_row(3, key="C")],
        on="2026-01-20",
        accepted_on="2026-02-01",
    )
    second = reopen(first, actor=None, reason="Fout")
    StockChange.objects.filter(submission=second, key="A").update(homes=23, remark="geheim")
    StockChange.objects.filter(submission=second, key="C").delete()
    row = StockChange.objects.get(submission=second, key="B")
    row.pk, row.key, row.bag_ids, row.previous_id = None, "D", Y, None
    row.save()
    return first, second


def test_new_changed_gone_and_same(two):
    told = compare(*two, field_rights(make_coordinator()))

    assert told.counts == {"new": 1, "gone": 1, "changed": 1, "same": 1}
    assert ("Woningen", "24", "23") in told.changed[0].fields
    assert (told.homes_before, told.homes_after) == (28, 25)
    assert told.heading == "Versie 2 tegenover versie 1: 1 nieuw, 1 veranderd, 1 weg"


def test_the_order_of_asking_does_not_matter(client, two):
    first, second = two
    versions.submit(second, actor=None)
    client.force_login(make_coordinator())
    pages = [
        client.get(f"/opgaven/{one.pk}/vergelijken/{other.pk}/").content
        for one, other in ((first, second), (second, first))
    ]

    assert all(b"versie 1: 1 nieuw, 1 veranderd, 1 weg" in page for page in pages)


def test_what_may_not_be_read_is_not_compared(two):
    other = make_clerk(make_organisation(name="Woonpunt"))
    told = compare(*two, field_rights(other))

    assert [name for name, _, _ in told.changed[0].fields] == ["Woningen"]


def test_versions_that_say_the_same(weller):
    first = make_version(weller, [make_row(24)], on="2026-01-20", accepted_on="2026-02-01")
    second = reopen(first, actor=None, reason="Fout")

    told = compare(first, second, field_rights(make_coordinator()))
    assert told.heading == "De twee versies zeggen hetzelfde"


def test_refusals(client, two):
    first, second = two  # the second is a concept: nobody else's business
    client.force_login(make_clerk(make_organisation(name="Woonpunt")))
    assert client.get(f"/opgaven/{first.pk}/vergelijken/{second.pk}/").status_code == 404
    assert client.get(f"/opgaven/{first.pk}/vergelijken/{first.pk}/").status_code == 404
    assert client.get(f"/opgaven/{first.pk}/vergelijken/999999/").status_code == 404


def test_query_ceiling(client, two, django_assert_max_num_queries):
    first, second = two
    client.force_login(make_clerk(first.organisation))
    with django_assert_max_num_queries(20):
        client.get(f"/opgaven/{first.pk}/vergelijken/{second.pk}/")
