"""The rows of the matrix for the officer's entry and for a dispute of Heerlen with Weller."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from housing.models import Confirmation, Organisation, Submission, User

Row = tuple[Any, ...]


def rows_of_matrix(signed_in: set[str], people: dict[str, User | None]) -> Iterator[Row]:
    """(address, who gets it, who is told that it is not hers, method)."""
    heerlen = Organisation.objects.get(slug="heerlen")
    about = Submission.objects.get(organisation__slug="weller", status="submitted")
    word = Confirmation.objects.create(
        submission=about, municipality=heerlen, disputes=True, homes=3, reason="Zie de rij.",
        actor=people["officer"],
    )  # fmt: skip
    said = Confirmation.objects.create(submission=about, municipality=heerlen)
    entering = {"officer", "coordinator"}
    for name in ("entry", "paste"):
        for method in ("get", "post"):
            yield (reverse(f"entry:{name}", args=["heerlen", 2025]), entering, signed_in, method)
        yield (reverse(f"entry:{name}", args=["weller", 2025]), set(), set(), "get")
        yield (reverse(f"entry:{name}", args=["niemand", 2025]), set(), set(), "get")
        # Who may enter for Heerlen finds no round; others read that it is not theirs.
        told = signed_in - entering
        yield (reverse(f"entry:{name}", args=["heerlen", 2031]), set(), told, "get")
    sides = {"clerk", "reader", "officer", "coordinator"}
    for method in ("get", "post"):
        yield (reverse("housing:dispute", args=[word.pk]), sides, set(), method)
    yield (reverse("housing:dispute", args=[said.pk]), set(), set(), "get")
    yield (reverse("housing:dispute", args=[999_999]), set(), set(), "get")
