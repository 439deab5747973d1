"""A home that is claimed twice: what each side says, and why one of them counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from housing.codes import Kind
from housing.models import Claim, Ruling
from housing.shown import when_text


@dataclass(frozen=True, slots=True)
class Side:
    """One claim on a home, as both parties and the coordinator may read it."""

    claim: Claim
    counts: bool
    why: str
    kind: str
    when: str
    project: str
    municipality: str
    address: str
    bag_ids: str
    state: str
    state_text: str


def side_of(claim: Claim, claims: Sequence[Claim]) -> Side:
    """What `claim` says, and why it does or does not count among `claims`."""
    row = claim.row
    counts = claim.until is None and claim.lost_to_id is None
    return Side(
        claim=claim,
        counts=counts,
        why=_why(claim, claims, counts=counts),
        kind=Kind(claim.kind).label,
        when=when_text(row, claim.year),
        project=row.project.name if row.project else "",
        municipality=row.municipality.name if row.municipality else "onbekend",
        address=row.address_text,
        bag_ids=claim.bag_id or ", ".join(row.ids),
        state="settled" if claim.accepted else "provisional",
        state_text="vastgesteld" if claim.accepted else "voorlopig",
    )


def _why(claim: Claim, claims: Sequence[Claim], *, counts: bool) -> str:
    if claim.until is not None:
        return "Deze opgave noemt de woning niet meer."
    others = [other for other in claims if other.pk != claim.pk]
    if not others:
        return "Geen andere opgave noemt deze woning nog."
    pks = [other.pk for other in others]
    ruled = (
        Ruling.objects.filter(winner=claim.pk, loser__in=pks)
        if counts
        else (Ruling.objects.filter(loser=claim.pk, winner=claim.lost_to_id))
    )
    if ruled.exists():
        return "De coördinator heeft dit beslist."
    winner = claim if counts else next((o for o in claims if o.pk == claim.lost_to_id), None)
    loser = others[0] if counts else claim
    if winner is not None and winner.accepted and not loser.accepted:
        return "Een vastgestelde opgave gaat voor een voorlopige."
    return "De opgave die de woning het eerst noemde, gaat voor."
