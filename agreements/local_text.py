"""What a local set says: its agreements and its parties.

Once somebody signed, the list of agreements is fixed and a text changes only with a reason; what
it said before stays readable.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from agreements.access import parties_of
from agreements.local import SOURCE, LocalError, free_slug, lock, scope_of, signers
from agreements.models import Agreement, AgreementSet, FormerText, Target, TargetYear, Theme
from housing.models import Organisation, User
from housing.wording import listed

Kind = Organisation.Kind


@dataclass(frozen=True, slots=True)
class Words:
    """What an agreement says, as somebody filled it in. `homes` is the year's number; None when
    there is none."""

    number: str
    kind: str
    title: str
    text: str
    theme: Theme
    meaning: str = ""
    contact: str = ""
    deliverable: str = ""
    starts_on: date | None = None
    due_on: date | None = None
    serves: Agreement | None = None
    responsible: Collection[Organisation] = ()
    homes: int | None = None
    segment: str = "social_rent"


@transaction.atomic
def keep_agreement(
    set_: AgreementSet,
    agreement: Agreement | None,
    words: Words,
    *,
    by: User,
    reason: str = "",
) -> Agreement:
    """Add an agreement to a set, or change one; its former text is kept once anybody signed.

    Raises LocalError when somebody signed and it is a new one, or a change without a reason.
    """
    locked = lock(set_)
    signed = signers(locked)
    if signed and agreement is None:
        raise LocalError(f"{listed(signed)} {has(signed)} al getekend. Er kan niets meer bij.")
    if signed and not reason.strip():
        raise LocalError("Er is al getekend. Schrijf waarom u de afspraak verandert.")
    strangers = [p for p in words.responsible if p not in parties_of(locked)]
    if strangers:
        raise LocalError(f"{listed(strangers)} {are(strangers)} geen partij bij deze afspraken.")
    others = locked.agreements.exclude(pk=agreement.pk if agreement else 0)
    if others.filter(number=words.number).exists():
        raise LocalError("Een andere afspraak heeft dit nummer al.")
    if agreement is None:
        kept = Agreement(
            set=locked,
            slug=free_slug(locked, words.number),
            source=SOURCE,
            is_demo=locked.is_demo or by.is_demo,
        )
    else:
        kept = Agreement.objects.get(pk=agreement.pk)
        if signed:
            _keep_former(kept, by, reason)
    for name in FIELDS:
        setattr(kept, name, getattr(words, name))
    kept.save()
    kept.responsible.set(words.responsible)
    _keep_target(kept, words, by=by, reason=reason, signed=bool(signed))
    return kept


FIELDS = (
    "number", "kind", "title", "text", "theme", "meaning", "contact", "deliverable",
    "starts_on", "due_on", "serves",
)  # fmt: skip


def _keep_former(agreement: Agreement, by: User, reason: str) -> None:
    FormerText.objects.create(
        agreement=agreement,
        title=agreement.title,
        text=agreement.text,
        meaning=agreement.meaning,
        reason=reason.strip()[:300],
        actor=by,
    )


def _keep_target(
    agreement: Agreement, words: Words, *, by: User, reason: str, signed: bool
) -> None:
    """The year's number: a new version once somebody signed, in place before that."""
    now = timezone.now()
    year = agreement.set.first_year
    scope = scope_of(agreement.set)
    old = agreement.targets.filter(scope=scope).at(now).first()
    if words.homes is None and old is None:
        return
    if old is not None and (old.total, old.segment) == (words.homes, words.segment):
        return
    corporations = [p for p in words.responsible if p.kind == Kind.CORPORATION]
    if old is not None and not signed:
        target = old
    else:
        basis = old.basis if old else Target.Basis.COMPLETION
        target = Target(agreement=agreement, scope=scope, known_from=now, basis=basis)
    target.municipality = agreement.set.municipality
    target.corporation = corporations[0] if len(corporations) == 1 else None
    target.is_joint = len(corporations) != 1
    target.segment, target.total, target.actor = words.segment, words.homes, by
    target.source, target.is_demo = SOURCE, agreement.is_demo
    if signed:
        target.decided_on, target.reason = timezone.localdate(), reason.strip()
    target.save()
    target.years.all().delete()
    if words.homes is not None:
        TargetYear.objects.create(target=target, year=year, homes=words.homes)


@transaction.atomic
def drop_agreement(agreement: Agreement) -> None:
    """Take an agreement out of a set that nobody signed yet. Raises LocalError otherwise, and
    when a party already said something of it: what was said stays said."""
    set_ = lock(agreement.set)
    if signed := signers(set_):
        raise LocalError(
            f"{listed(signed)} {has(signed)} al getekend. Deze afspraak kan niet meer weg."
        )
    if agreement.statements.exists() or agreement.evidence.exists():
        raise LocalError("Een partij schreef al hoe het met deze afspraak staat. Zij blijft staan.")
    agreement.delete()


@transaction.atomic
def set_parties(set_: AgreementSet, wanted: Iterable[Organisation]) -> None:
    """Say who is party to a set. The municipality always is. Raises LocalError when the set is
    signed, or when somebody would go who bid, signed, reacted or is responsible."""
    locked = lock(set_)
    if locked.signed_on:
        raise LocalError("Alle partijen hebben getekend. Wie partij is, ligt nu vast.")
    assert locked.municipality is not None, "a regional set has no screen of its own here"
    keep = {party.pk: party for party in [locked.municipality, *wanted]}
    for party in parties_of(locked):
        if party.pk not in keep and (why := _why_stays(locked, party)):
            raise LocalError(f"{party} kan niet weg: {why}.")
    locked.parties.set(keep.values())


def _why_stays(set_: AgreementSet, party: Organisation) -> str:
    """What ties a party to a set; "" when nothing does."""
    ties: Mapping[str, bool] = {
        "deze partij tekende al": set_.signatures.filter(organisation=party).exists(),
        "deze corporatie deed een bod": set_.bids.filter(corporation=party).exists(),
        "deze partij schreef een reactie": set_.reactions.filter(organisation=party).exists(),
        "deze partij is aan zet bij een afspraak": set_.agreements.filter(
            responsible=party
        ).exists(),
    }
    return next((why for why, holds in ties.items() if holds), "")


def has(names: Collection[object]) -> str:
    return "heeft" if len(names) == 1 else "hebben"


def are(names: Collection[object]) -> str:
    return "is" if len(names) == 1 else "zijn"
