"""A municipality's own agreements of a year: how they stand, and a new year from the last one.

Writing them is in `local_text`, bids, signatures and evaluation in `local_steps`. Whatever changes
a set locks its row first, so that nobody signs a text that somebody else is changing.
"""

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from agreements.access import parties_of
from agreements.cycle import Cycle, Happened, cycle
from agreements.models import (
    Agreement,
    AgreementSet,
    Target,
    Vision,
)
from housing.models import Organisation, User

Kind = Organisation.Kind
SOURCE = "In het portaal gemaakt door de partijen"


class LocalError(Exception):
    """What was asked cannot be done now; the message is a Dutch sentence for whoever asked."""


# --- the cycle ---------------------------------------------------------------------------


def cycle_of(set_: AgreementSet, day: date | None = None) -> Cycle:
    """How a local set stands on `day` (today). Parties, bids and signatures may be prefetched."""
    parties = parties_of(set_)
    happened = Happened(
        year=set_.first_year,
        bids_due_on=set_.bids_due_on,
        signing_due_on=set_.signing_due_on,
        parties={party.pk: party.name for party in parties},
        corporations=tuple(p.pk for p in parties if p.kind == Kind.CORPORATION),
        bids={bid.corporation_id: bid.received_on for bid in set_.bids.all()},
        signatures={each.organisation_id: each.signed_on for each in set_.signatures.all()},
        evaluated_on=set_.evaluated_on,
    )
    return cycle(happened, day or timezone.localdate())


# --- a new year --------------------------------------------------------------------------


def latest_before(municipality: Organisation, year: int) -> AgreementSet | None:
    """The newest set of a municipality before `year`: what a new year starts from."""
    earlier = AgreementSet.objects.filter(municipality=municipality, first_year__lt=year)
    return earlier.order_by("-first_year").first()


def start_year(
    municipality: Organisation, year: int, by: User | None, *, is_demo: bool = False
) -> AgreementSet:
    """Begin a municipality's set of `year`, from its last set or empty when there is none.

    Copies parties (after a merger the successor), themes and agreements with text, meaning, who
    is responsible, the regional agreement they serve and the dimensions of their targets. Dates,
    numbers of homes, statements, bids and signatures belong to their own year. Raises LocalError
    when the year is there already.
    """
    last = latest_before(municipality, year)
    vision = last.vision if last else Vision.objects.order_by("-first_year").first()
    demo = is_demo or bool(by and by.is_demo) or bool(last and last.is_demo)
    try:
        with transaction.atomic():
            new = AgreementSet.objects.create(
                vision=vision,
                name=f"Lokale prestatieafspraken {municipality} {year}",
                slug=f"{municipality.slug}-{year}",
                first_year=year,
                last_year=year,
                municipality=municipality,
                copied_from=last,
                text=last.text if last else "",
                source=SOURCE,
                is_demo=demo,
            )
            parties = parties_of(last) if last else []
            new.parties.set(in_force(year, [municipality, *parties]))
            if last:
                _copy_agreements(last, new)
    except IntegrityError:
        raise LocalError(f"{municipality} heeft al afspraken over {year}.") from None
    return new


def in_force(year: int, parties: Iterable[Organisation]) -> list[Organisation]:
    """Those of `parties` that are a party at the end of `year`; a successor instead of who
    ended, nobody instead of who ended without one."""
    known = set(Organisation.objects.parties_at_end_of(year).values_list("pk", flat=True))
    found: dict[int, Organisation] = {}
    for party in parties:
        heir: Organisation | None = party
        while heir is not None and heir.pk not in known:
            heir = heir.successor
        if heir is not None:
            found[heir.pk] = heir
    return list(found.values())


def _copy_agreements(last: AgreementSet, new: AgreementSet) -> None:
    now = timezone.now()
    agreements = last.agreements.prefetch_related("responsible", "also_themes")
    for number, old in enumerate(in_order(agreements), start=1):
        copy = Agreement.objects.create(
            set=new,
            theme_id=old.theme_id,
            serves_id=old.serves_id,
            number=str(number),
            slug=free_slug(new, str(number)),
            title=old.title,
            kind=old.kind,
            text=old.text,
            meaning=old.meaning,
            contact=old.contact,
            deliverable=old.deliverable,
            responsible_kinds=old.responsible_kinds,
            source=SOURCE,
            is_demo=new.is_demo,
        )
        copy.also_themes.set(old.also_themes.all())
        copy.responsible.set(in_force(new.first_year, old.responsible.all()))
        Target.objects.bulk_create(
            Target(
                agreement=copy,
                scope=target.scope,
                municipality_id=target.municipality_id,
                corporation_id=target.corporation_id,
                segment=target.segment,
                is_joint=target.is_joint,
                basis=target.basis,
                source=SOURCE,
                is_demo=new.is_demo,
                known_from=now,
            )
            for target in old.targets.at(now)
        )


def in_order(agreements: Iterable[Agreement]) -> list[Agreement]:
    """Agreements by number, 2 before 10."""

    def key(agreement: Agreement) -> tuple[int, str]:
        digits = agreement.number.split("-")[-1]
        return (int(digits) if digits.isdecimal() else 0, agreement.number)

    return sorted(agreements, key=key)


def next_number(set_: AgreementSet) -> str:
    """The number for one more agreement."""
    numbers = set_.agreements.values_list("number", flat=True)
    return str(max((int(n) for n in numbers if n.isdecimal()), default=0) + 1)


def free_slug(set_: AgreementSet, number: str) -> str:
    """An address that no agreement has: "heerlen-2027-3"."""
    base = f"{set_.slug}-{number}".lower().replace(".", "-").replace(" ", "-")[:70]
    slug, again = base, 1
    while Agreement.objects.filter(slug=slug).exists():
        again += 1
        slug = f"{base}-{again}"
    return slug


def scope_of(set_: AgreementSet) -> str:
    """The scope of a number that holds for the municipality as a whole."""
    assert set_.municipality is not None, "a regional set has scopes of its own"
    return set_.municipality.slug


# --- what all changes share ---------------------------------------------------------------


def lock(set_: AgreementSet) -> AgreementSet:
    """The set as it is stored now, for us alone until the transaction ends."""
    locked = AgreementSet.objects.select_for_update(of=("self",)).select_related("municipality")
    return locked.get(pk=set_.pk)


def signers(set_: AgreementSet) -> list[str]:
    return list(set_.signatures.values_list("organisation__name", flat=True))
