"""The steps of a local set's year: bids, signatures, reactions, the evaluation."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from agreements.access import parties_of
from agreements.local import LocalError, lock
from agreements.models import AgreementSet, Bid, Reaction, Signature
from housing.models import Organisation, User

Kind = Organisation.Kind


@transaction.atomic
def register_bid(
    set_: AgreementSet, corporation: Organisation, *, on: date, text: str, link: str, by: User
) -> Bid:
    """Write down a corporation's bid, or change what was written of it. Raises LocalError for
    who is no corporation of this set, or a day that is still to come."""
    locked = lock(set_)
    not_later_than_today(on)
    if corporation.kind != Kind.CORPORATION or corporation not in parties_of(locked):
        raise LocalError(f"{corporation} is geen corporatie bij deze afspraken.")
    bid, _ = Bid.objects.update_or_create(
        set=locked,
        corporation=corporation,
        defaults={
            "received_on": on,
            "text": text,
            "link": link,
            "by": by,
            "is_demo": locked.is_demo or by.is_demo,
        },
    )
    return bid


@transaction.atomic
def sign(set_: AgreementSet, party: Organisation, *, on: date, by: User) -> AgreementSet:
    """Let a party sign; with the last signature the set is signed. Raises LocalError when there
    is nothing to sign, when it signed before, or a day that is still to come."""
    locked = lock(set_)
    not_later_than_today(on)
    parties = parties_of(locked)
    if party not in parties:
        raise LocalError(f"{party} is geen partij bij deze afspraken.")
    if not locked.agreements.exists():
        raise LocalError("Er staan nog geen afspraken in. Tekenen kan als er iets te tekenen is.")
    if not any(each.kind == Kind.CORPORATION for each in parties):
        raise LocalError("Er is nog geen corporatie partij. Kies eerst de partijen.")
    if locked.signatures.filter(organisation=party).exists():
        raise LocalError(f"{party} heeft al getekend.")
    Signature.objects.create(
        set=locked,
        organisation=party,
        signed_on=on,
        by=by,
        is_demo=locked.is_demo or by.is_demo,
    )
    days = dict(locked.signatures.values_list("organisation", "signed_on"))
    if all(each.pk in days for each in parties):
        locked.signed_on = max(days.values())
        locked.save(update_fields=["signed_on"])
    return locked


@transaction.atomic
def take_back_signature(set_: AgreementSet, party: Organisation) -> None:
    """Take a signature back, so that the text can be changed. Raises LocalError once all signed
    or when there is none."""
    locked = lock(set_)
    if locked.signed_on:
        raise LocalError("Alle partijen hebben getekend. Een handtekening kan niet meer terug.")
    gone, _ = locked.signatures.filter(organisation=party).delete()
    if not gone:
        raise LocalError(f"{party} heeft niet getekend.")


def react(set_: AgreementSet, party: Organisation, text: str, *, by: User) -> Reaction:
    """Say something of a set in the name of one of its parties. Raises LocalError for others."""
    if party not in parties_of(set_):
        raise LocalError(f"{party} is geen partij bij deze afspraken.")
    return Reaction.objects.create(
        set=set_, organisation=party, text=text, by=by, is_demo=set_.is_demo or by.is_demo
    )


@transaction.atomic
def evaluate(set_: AgreementSet, *, on: date, text: str) -> None:
    """Write down when the parties looked back and what they found. Raises LocalError before the
    year began, or while not all have signed."""
    locked = lock(set_)
    not_later_than_today(on)
    if not locked.signed_on:
        raise LocalError("Nog niet alle partijen hebben getekend. Evalueren komt daarna.")
    if on < date(locked.first_year, 1, 1):
        raise LocalError(f"Het jaar {locked.first_year} begint pas op 1 januari.")
    locked.evaluated_on, locked.evaluation = on, text
    locked.save(update_fields=["evaluated_on", "evaluation"])


def not_later_than_today(day: date) -> None:
    if day > timezone.localdate():
        raise LocalError("Deze dag moet nog komen. Vul de dag in waarop het gebeurde.")
