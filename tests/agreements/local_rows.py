"""Who gets which page of local sets (for the matrix): one's own set, and another's."""

from django.urls import reverse
from django.utils import timezone

from housing.models import Organisation, User
from tests.agreements.registers import Row
from tests.factories import make_agreement, make_local_set

FORMS = ("local_agreement_add", "local_parties", "local_bid")


def rows_of_matrix(everybody: set[str], people: dict[str, User | None]) -> list[Row]:
    """(address, allowed, told, method, turned away) of every page of two sets: Heerlen's of the
    next year, which Weller and the tenants of the matrix make with it and nobody else may open
    yet, and Kerkrade's of this year, with Woonpunt, which everybody reads."""
    by_slug = Organisation.objects.in_bulk(field_name="slug")
    this = timezone.localdate().year
    own = make_local_set(by_slug["heerlen"], this + 1, by_slug["weller"], by_slug["huurders"])
    theirs = make_local_set(by_slug["kerkrade"], this, by_slug["woonpunt"])
    mine = make_agreement(set=own, number="1", slug="heerlen-lokaal-1")
    other = make_agreement(set=theirs, number="1", slug="kerkrade-lokaal-1")
    insiders = {"clerk", "reader", "officer", "tenants", "coordinator", "board"}
    keepers, their_keepers = {"clerk", "officer"}, {"other_clerk", "other_officer"}
    here, there = ("heerlen", this + 1), ("kerkrade", this)

    def row(
        name: str,
        args: tuple[object, ...],
        allowed: set[str],
        told: set[str],
        method: str = "get",
        turned_away: frozenset[str] = frozenset(),
    ) -> Row:
        url = reverse(f"agreements:{name}", args=args)
        return (url, allowed, told, method, set(turned_away))

    rows = [
        row("local", (), everybody, set()),
        row("calendar", (), everybody, set()),
        row("local_set", here, insiders, set()),
        row("local_set", there, everybody, set()),
        row("local_set", ("heerlen", this + 9), set(), set()),
        row("local_set", ("niemand", this), set(), set()),
        row("local_start", ("heerlen",), {"clerk", "officer"}, everybody, "post"),
        row("local_start", ("kerkrade",), their_keepers, everybody, "post"),
        row("local_start", ("niemand",), set(), set(), "post"),
        row("local_evaluation", here, {"officer"}, insiders),
        row("local_evaluation", there, {"other_officer"}, everybody),
        # The matrix has one approver in each set; the officers there are no approvers.
        row("local_sign", here, {"clerk"}, insiders),
        row("local_sign", there, {"other_clerk"}, everybody),
        row("local_react", here, keepers, insiders, "post"),
        row("local_react", there, their_keepers, everybody, "post"),
        row("local_take_back", here, {"clerk"}, insiders, "post"),
        row("local_take_back", there, {"other_clerk"}, everybody, "post"),
    ]
    for name in FORMS:
        for method in ("get", "post"):
            rows.append(row(name, here, keepers, insiders, method))
            rows.append(row(name, there, their_keepers, everybody, method))
    for name in ("local_agreement_change", "local_agreement_remove"):
        for method in ("get", "post"):
            rows.append(row(name, (*here, mine.pk), keepers, insiders, method))
            rows.append(row(name, (*there, other.pk), their_keepers, everybody, method))
        # Another set's agreement is not there, whoever asks for it through one's own set: who
        # may keep the set finds nothing, others hear who keeps it.
        rows.append(row(name, (*here, other.pk), set(), insiders - keepers))
    return rows
