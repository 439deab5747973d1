"""What a round asks of each kind of party: choosing it, and what may no longer be left out."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction

from housing.confirmation_parts import set_parts
from housing.models import Organisation, Part, Round, Submission
from housing.rounds import ASKED, PLURALS, add_parts
from housing.versions import set_part
from housing.wording import listed

Kind = Organisation.Kind
# Which parts each kind of party can be asked for, in the order of its own pages.
OFFERED: dict[str, tuple[str, ...]] = {
    **{kind: tuple(part for part, _ in parts) for kind, parts in ASKED.items()},
}
for _kind in (Kind.MUNICIPALITY, Kind.CORPORATION, Kind.TENANTS, Kind.CITY_REGION):
    OFFERED[_kind] = (*OFFERED.get(_kind, ()), Part.Kind.STATEMENTS)


class AskingError(Exception):
    """A part cannot be left out any more; the message says why, in Dutch."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One part that one kind of party can be asked for; `begun` names who began with it."""

    party_kind: str
    part_kind: str
    asked: bool
    begun: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.party_kind}:{self.part_kind}"

    @property
    def label(self) -> str:
        return Part.Kind(self.part_kind).label

    @property
    def begun_text(self) -> str:
        """Why it cannot be left out; "" when it can."""
        if not self.begun:
            return ""
        return f"{listed(self.begun)} {'is' if len(self.begun) == 1 else 'zijn'} begonnen"


def choices_of(round_: Round) -> dict[str, list[Choice]]:
    """All that a round can ask, by kind of party in the plural: "Gemeenten"."""
    begun: dict[tuple[str, str], list[str]] = defaultdict(list)
    parts = round_.parts.exclude(state__in=(Part.State.MISSING, Part.State.NOT_SUBMITTED))
    for part in parts.select_related("organisation").order_by("organisation__name"):
        begun[part.organisation.kind, part.kind].append(part.organisation.name)
    return {
        PLURALS[kind]: [
            Choice(kind, part, round_.asks(kind, part), tuple(begun[kind, part])) for part in parts_
        ]
        for kind, parts_ in OFFERED.items()
    }


@transaction.atomic
def ask(round_: Round, keys: set[str]) -> None:
    """Let a round ask exactly the parts with these keys ("municipality:own_figures").

    Raises `AskingError` when somebody began with a part that is left out: what was entered does
    not vanish from sight. Nothing is stored then.
    """
    round_ = Round.objects.select_for_update(no_key=True).get(pk=round_.pk)
    offered = [each for group in choices_of(round_).values() for each in group]
    out = [each for each in offered if each.key not in keys]
    for each in out:
        if each.begun:
            raise AskingError(
                f"“{each.label}” van {PLURALS[each.party_kind].lower()} kan niet meer weg: "
                f"{each.begun_text}. Er is niets veranderd."
            )
    if len(out) == len(offered):
        raise AskingError("Een ronde vraagt minstens één ding. Er is niets veranderd.")
    round_.leaves_out = [[each.party_kind, each.part_kind] for each in out]
    round_.save(update_fields=["leaves_out"])
    for each in out:
        round_.parts.filter(kind=each.part_kind, organisation__kind=each.party_kind).delete()
    add_parts(round_)
    # What somebody entered before it was asked counts at once.
    for party in (
        Submission.objects.filter(year=round_.year)
        .values_list("organisation", flat=True)
        .distinct()
        .order_by()
    ):
        set_part(party, round_.year)
    set_parts(round_.year)
