"""Rounds, the start page, comments and two versions side by side, for the matrix."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from housing.models import Round, Submission


def rows_of_matrix(signed_in: set[str], people: Any) -> Iterator[tuple[Any, ...]]:
    """(address, who gets it, who is told it is not hers, method, who is turned away) of each."""
    round_ = Round.objects.get(year=2025)
    runs = {"coordinator"}
    for name in ("round", "round_days", "round_asks"):
        yield reverse(f"housing:{name}", args=[round_.pk]), runs, signed_in
        yield reverse(f"housing:{name}", args=[999_999]), set()
    yield reverse("housing:rounds"), runs, signed_in
    yield reverse("housing:round_messages", args=[round_.pk]), signed_in
    yield reverse("housing:round_messages", args=[999_999]), set()
    yield reverse("housing:extension", args=[round_.pk, "weller"]), runs, signed_in
    yield reverse("housing:extension", args=[round_.pk, "niemand"]), set()
    yield reverse("housing:remind", args=[round_.pk]), runs, signed_in, "post"
    yield reverse("housing:remind", args=[999_999]), set(), set(), "post"
    for name in ("round_days", "round_asks", "extension"):
        args = [round_.pk, "weller"] if name == "extension" else [round_.pk]
        yield reverse(f"housing:{name}", args=args), runs, signed_in, "post"
    yield reverse("housing:rounds"), runs, signed_in, "post"

    first = {"clerk", "other_clerk", "reader", "officer", "other_officer", "tenants", "coordinator"}
    # Who owes nothing goes on to the figures.
    yield reverse("monitoring:start"), first, set(), "get", signed_in - first

    accepted = Submission.objects.get(organisation__slug="weller", status="accepted")
    concept = Submission.objects.get(organisation__slug="weller", status="concept")
    for method in ("get", "post"):
        yield reverse("housing:reopen", args=[accepted.pk]), runs, signed_in, method
        yield reverse("housing:reopen", args=[concept.pk]), set(), {"clerk", "reader"}, method
        yield reverse("housing:reopen", args=[999_999]), set(), set(), method
    # There is one version of that year; nothing to lay beside it.
    yield reverse("housing:comparison", args=[accepted.pk, concept.pk]), set()
    yield reverse("housing:comparison", args=[accepted.pk, 999_999]), set()
    # Without a subject there is nothing to speak about; with one: tests/housing/test_talk.py.
    yield reverse("housing:comment"), set(), set(), "post"
    # One of a municipality's own figures: what may not be read yet reads "nog niet opgegeven".
    yield reverse("housing:figure", args=["heerlen", 2025, "gesloopt"]), signed_in
    yield reverse("housing:figure", args=["heerlen", 2025, "niets"]), set()
    yield reverse("housing:figure", args=["weller", 2025, "gesloopt"]), set()
    yield from _reading_along(signed_in)


def _reading_along(signed_in: set[str]) -> Iterator[tuple[Any, ...]]:
    """Tenants' organisations read along; others are told where to find the same."""
    page = reverse("monitoring:reading")
    yield page, {"tenants"}, signed_in
    yield page, {"tenants"}, signed_in, "post"
    yield f"{page}?voor=weller", set(), signed_in - {"tenants"}
    for slug in ("weller", "heerlen"):
        yield reverse("monitoring:reading_party", args=[slug]), {"tenants"}, signed_in
    for slug in ("niemand", "huurders"):
        address = reverse("monitoring:reading_party", args=[slug])
        yield address, set(), signed_in - {"tenants"}
