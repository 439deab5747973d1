"""Saying whether a corporation's answer is right, and settling what is disputed.

Words are append-only: who changes her mind says something new. A dispute is about one
municipality, corporation and year; it ends when the municipality withdraws it, or the coordinator
decides over it with a reason (NUMBERS 1).
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from housing.confirmation_parts import set_parts
from housing.confirmations import IN, word_text
from housing.models import Confirmation, Organisation, Submission, User

Status = Submission.Status
SETTLED = "Deze betwisting is al opgelost. Ververs de pagina."
WITHDRAWN = "De gemeente trok de betwisting in."


class ConfirmationError(Exception):
    """The step does not fit how things stand now; the message says why, in Dutch."""


class SaidMeanwhileError(ConfirmationError):
    """A colleague was first; `theirs` is what she said."""

    def __init__(self, theirs: Confirmation) -> None:
        super().__init__(
            f"{theirs.actor or 'Iemand anders'} antwoordde intussen: {word_text(theirs)}. "
            "Wat u koos is nog niet bewaard."
        )
        self.theirs = theirs


def open_disputes(municipality: int, organisation: int, year: int) -> list[Confirmation]:
    """The open disputes of one municipality, corporation and year, the newest first: one about
    each version that stands, since a dispute follows a newer version."""
    found = Confirmation.objects.filter(
        municipality=municipality,
        submission__organisation=organisation,
        submission__year=year,
        disputes=True,
        settled_at=None,
    )
    return list(found.select_related("submission").order_by("-pk"))


@transaction.atomic
def confirm(
    version: Submission, municipality: Organisation, *, by: User, seen: int | None = None
) -> Confirmation:
    """It is right. Ends what the municipality disputed about this corporation and year."""
    found = _current(version, municipality, seen, same=lambda word: not word.disputes)
    if found is not None:
        return found
    _settle(municipality, version, WITHDRAWN)
    return _say(version, municipality, by=by)


@transaction.atomic
def dispute(
    version: Submission,
    municipality: Organisation,
    *,
    homes: int,
    reason: str,
    by: User,
    seen: int | None = None,
) -> Confirmation:
    """It is not right: how many homes it should be, and why. The figure keeps counting."""
    reason = reason.strip()
    if not reason:
        raise ConfirmationError("Schrijf waarom het niet klopt. De corporatie leest het.")

    def same(word: Confirmation) -> bool:
        return (word.disputes, word.homes, word.reason, word.settled_at) == (
            True, homes, reason, None,
        )  # fmt: skip

    found = _current(version, municipality, seen, same=same)
    if found is not None:
        return found
    _settle(municipality, version, "Vervangen door een nieuwere betwisting.")
    return _say(version, municipality, by=by, disputes=True, homes=homes, reason=reason)


@transaction.atomic
def withdraw(word: Confirmation, *, by: User) -> None:
    """It is right after all: ends the dispute, and confirms the newest version that stands."""
    if not _is_open(word):
        raise ConfirmationError(SETTLED)
    municipality, about = word.municipality, word.submission
    newest = newest_of(about.organisation, about.year)
    if newest is not None:
        confirm(newest, municipality, by=by)
    else:
        _settle(municipality, about, WITHDRAWN)


@transaction.atomic
def settle(word: Confirmation, *, reason: str) -> None:
    """The coordinator leaves an accepted figure as it is, with the reason. A version that still
    waits is accepted over the dispute instead (`versions.accept`)."""
    if not reason.strip():
        raise ConfirmationError("Schrijf waarom het cijfer zo blijft. Beide partijen lezen het.")
    if not _is_open(word):
        raise ConfirmationError(SETTLED)
    if word.submission.status != Status.ACCEPTED:
        raise ConfirmationError("Deze opgave is nog niet vastgesteld. Beoordeel de opgave zelf.")
    _settle(word.municipality, word.submission, reason.strip())
    set_parts(word.submission.year, [word.municipality_id])


def newest_of(organisation: Organisation, year: int) -> Submission | None:
    """The newest version that was handed in and stands: the one a word is about."""
    return Submission.objects.of(organisation, year).filter(status__in=IN).first()


def _is_open(word: Confirmation) -> bool:
    return Confirmation.objects.filter(pk=word.pk, disputes=True, settled_at=None).exists()


def _current(
    version: Submission,
    municipality: Organisation,
    seen: int | None,
    *,
    same: Callable[[Confirmation], bool],
) -> Confirmation | None:
    """Wait for the corporation's versions and look again: the word that says the same already.

    Raises when a newer version stands, or when a colleague answered since `seen`.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=version.organisation_id)
    party = version.organisation
    newest = newest_of(party, version.year)
    if newest is None or newest.pk != version.pk:
        now = "iets nieuws opgegeven" if newest else "deze opgave teruggenomen of teruggekregen"
        raise ConfirmationError(f"{party} heeft intussen {now}. Kijk wat er nu staat.")
    word = version.confirmations.filter(municipality=municipality).order_by("-pk").first()
    if word is not None and same(word):
        return word
    if word is not None and seen is not None and word.pk != seen:
        raise SaidMeanwhileError(word)
    return None


def _settle(municipality: Organisation, version: Submission, how: str) -> None:
    for word in open_disputes(municipality.pk, version.organisation_id, version.year):
        Confirmation.objects.filter(pk=word.pk).update(settled_at=timezone.now(), settlement=how)


def _say(
    version: Submission, municipality: Organisation, *, by: User, **fields: Any
) -> Confirmation:
    word = Confirmation.objects.create(
        submission=version, municipality=municipality, actor=by, **fields
    )
    set_parts(version.year, [municipality.pk])
    return word
