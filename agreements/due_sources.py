"""Where the calendar's lines come from: rounds, local sets, agreements, areas.

Each function asks for what its reader may know of, and nothing else.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from django.urls import reverse

from agreements import access
from agreements.cycle import Stage
from agreements.due import Due
from agreements.local import cycle_of
from agreements.models import (
    Agreement,
    AgreementSet,
    FundUse,
    Milestone,
    SparedComplex,
    VulnerableArea,
)
from housing.access import is_board, is_coordinator, own_organisations
from housing.deadlines import windows_of
from housing.models import Organisation, Part, Round, User
from housing.wording import listed

Kind = Organisation.Kind
MOST_NAMES = 3
KINDS_MANY = {
    Kind.MUNICIPALITY.value: "gemeenten",
    Kind.CORPORATION.value: "corporaties",
    Kind.TENANTS.value: "huurdersorganisaties",
}
# A part in one of these states asks nothing of its party.
PART_DONE = (Part.State.SUBMITTED, Part.State.ACCEPTED, Part.State.NOT_SUBMITTED)


def lines_for(user: User, today: date) -> list[Due]:
    """Everything on the calendar of one reader, in no order."""
    return [
        *_rounds(user),
        *_every_year(today),
        *_sets(user, today),
        *_agreements(user, today),
        *_milestones(user),
        *_areas(user),
        *_complexes(user),
        *_funds(user),
    ]


def _rounds(user: User) -> Iterator[Due]:
    """When rounds open and close, for kinds of parties with a day of their own apart, and what
    the reader's own parties still owe."""
    rounds = list(Round.objects.prefetch_related("terms"))
    for round_ in rounds:
        if round_.opens_on:
            yield Due(
                f"round-{round_.pk}-opens", round_.opens_on, f"{round_} opent", is_event=True,
                is_proposal=round_.is_proposal,
            )  # fmt: skip
        if round_.closes_on:
            yield Due(
                f"round-{round_.pk}-closes", round_.closes_on, f"{round_}: laatste dag",
                is_event=True, is_proposal=round_.is_proposal,
            )  # fmt: skip
        for term in round_.terms.all():
            if term.closes_on and term.closes_on != round_.closes_on:
                yield Due(
                    f"round-{round_.pk}-closes-{term.party_kind}",
                    term.closes_on,
                    f"{round_}: laatste dag voor {KINDS_MANY.get(term.party_kind, 'anderen')}",
                    is_event=True,
                    is_proposal=round_.is_proposal,
                )
    yield from _owed(user, rounds)


def _owed(user: User, rounds: list[Round]) -> Iterator[Due]:
    own = own_organisations(user)
    if not own:
        return
    parts = Part.objects.filter(organisation__in=own, round__in=rounds).exclude(state__in=PART_DONE)
    asked = list(parts.select_related("organisation", "round"))
    windows = windows_of(
        {part.round_id: part.round for part in asked}.values(),
        {part.organisation_id: part.organisation for part in asked}.values(),
    )
    for part in asked:
        last = windows[part.round_id, part.organisation_id].last_day
        if last is not None:
            yield Due(
                f"part-{part.pk}",
                last,
                f"{part.round}: {part.get_kind_display()}",
                who=part.organisation.name,
                address=reverse("housing:reporting")
                if part.organisation.kind == Kind.CORPORATION
                else "",
                is_mine=True,
                is_proposal=part.round.is_proposal,
            )


def _every_year(today: date) -> Iterator[Due]:
    """The two days of the yearly cycle, which hold for all municipalities."""
    address = reverse("agreements:local")
    for year in (today.year + 1, today.year + 2):
        frame = AgreementSet(first_year=year, last_year=year)
        yield Due(
            f"bids-{year}", frame.bids_due_on, f"Biedingen voor {year}", "alle corporaties",
            address, is_event=True,
        )  # fmt: skip
        yield Due(
            f"signing-{year}", frame.signing_due_on, f"Lokale afspraken over {year} tekenen",
            "alle gemeenten, corporaties en huurdersorganisaties", address, is_event=True,
        )  # fmt: skip


def _sets(user: User, today: date) -> Iterator[Due]:
    """What is missing in the sets that the reader may open."""
    own = own_organisations(user)
    sets = AgreementSet.objects.local().select_related("municipality")
    readable = sets.filter(access.readable_sets(user, today))
    found = list(readable.prefetch_related("parties", "bids", "signatures"))
    for set_ in found:
        yield from _steps(set_, own, today)
    yield from _not_begun(user, found, today)


def _steps(set_: AgreementSet, own: set[int], today: date) -> Iterator[Due]:
    stand, place, year = cycle_of(set_, today), set_.municipality, set_.first_year
    assert place is not None, "only local sets are asked for"
    parties = {party.pk: party for party in access.parties_of(set_)}
    address = reverse("agreements:local_set", args=[place.slug, year])

    def line(key: str, day: date, title: str, who: Iterable[int], proposal: bool = False) -> Due:
        asked = tuple(who)
        return Due(
            f"{key}-{set_.slug}",
            day,
            title,
            who=_names((parties[each] for each in asked), own),
            address=address,
            is_mine=bool(own & set(asked)),
            is_proposal=proposal,
        )

    if stand.missing_bids:
        title = f"Bod voor {year} in {place}"
        yield line("bid", set_.bids_due_on, title, stand.missing_bids)
    if stand.missing_signatures:
        title = f"Afspraken over {year} in {place} tekenen"
        yield line("sign", set_.signing_due_on, title, stand.missing_signatures)
    if stand.stage in (Stage.RUNNING, Stage.TO_EVALUATE):
        title = f"Evaluatie van {year} in {place}"
        yield line("evaluation", stand.evaluation_due_on, title, (place.pk,), proposal=True)


def _not_begun(user: User, sets: Iterable[AgreementSet], today: date) -> Iterator[Due]:
    """The next year, where the reader keeps the sets and nobody began it."""
    begun = {set_.municipality_id for set_ in sets if set_.first_year == today.year + 1}
    own = own_organisations(user)
    places = Organisation.objects.municipalities().filter(pk__in=own - begun)
    year = today.year + 1
    for place in places:
        yield Due(
            f"begin-{place.slug}-{year}",
            AgreementSet(first_year=year).bids_due_on,
            f"De afspraken over {year} van {place} beginnen",
            who=place.name,
            address=reverse("agreements:local"),
            is_mine=True,
        )


def _agreements(user: User, today: date) -> Iterator[Due]:
    """When agreements are to be done. A study without an outcome is late after its day; of other
    kinds the parties say themselves how it stands."""
    own = own_organisations(user)
    agreements = Agreement.objects.filter(access.readable_agreements(user, today))
    dated = agreements.filter(due_on__isnull=False, outcome_on__isnull=True)
    for agreement in dated.for_reading():
        parties = agreement.parties_on(today)
        yield Due(
            f"agreement-{agreement.slug}",
            agreement.due_on or today,
            f"{agreement.title}: klaar",
            who=_names(parties, own),
            address=reverse("monitoring:agreement", args=[agreement.slug]),
            is_mine=any(party.pk in own for party in parties),
            is_event=agreement.kind != Agreement.Kind.STUDY,
        )


def _milestones(user: User) -> Iterator[Due]:
    """Steps that are not done; of one party, or of all who are responsible."""
    own = own_organisations(user)
    readable = Agreement.objects.filter(access.readable_agreements(user)).values("pk")
    open_ = Milestone.objects.filter(
        agreement__in=readable, done_on__isnull=True, due_on__isnull=False
    )
    related = open_.select_related("organisation", "agreement__set__municipality")
    for step in related.prefetch_related(
        "agreement__set__parties__successor", "agreement__responsible__successor"
    ):
        parties = [step.organisation] if step.organisation else step.agreement.parties_on()
        assert step.due_on is not None, "only those with a day are asked for"
        yield Due(
            f"milestone-{step.pk}",
            step.due_on,
            f"{step.title} ({step.agreement.title})",
            who=_names(parties, own),
            address=reverse("monitoring:agreement", args=[step.agreement.slug]),
            is_mine=any(party.pk in own for party in parties),
        )


def _areas(user: User) -> Iterator[Due]:
    """When a vulnerable area ends: fixed by the region, known to all."""
    own = own_organisations(user)
    areas = VulnerableArea.objects.filter(ends_on__isnull=False).select_related("municipality")
    for area in areas:
        assert area.ends_on is not None, "only those with a day are asked for"
        yield Due(
            f"area-{area.pk}",
            area.ends_on,
            f"Gebied {area.name} loopt af",
            who=area.municipality.name,
            address=reverse("agreements:areas"),
            is_mine=area.municipality_id in own,
            is_event=True,
        )


def _complexes(user: User) -> Iterator[Due]:
    """Terms of spared complexes, for those who may know which they are. They never leave the
    portal: a feed is read without signing in."""
    own = own_organisations(user)
    known = SparedComplex.objects.filter(access.readable_complexes(user))
    for each in known.select_related("area__municipality", "corporation"):
        who = listed((each.area.municipality, each.corporation))
        mine = bool({each.area.municipality_id, each.corporation_id} & own)
        address = reverse("agreements:complex", args=[each.pk])
        yield Due(
            f"complex-{each.pk}-ends", each.spared_until, f"{each.name}: ontzien loopt af", who,
            address, is_mine=mine, in_feed=False, is_event=True,
        )  # fmt: skip
        if each.evaluation_on and not each.evaluation:
            yield Due(
                f"complex-{each.pk}-evaluation", each.evaluation_on, f"{each.name}: evaluatie", who,
                address, is_mine=mine, in_feed=False,
            )  # fmt: skip


def _funds(user: User) -> Iterator[Due]:
    """The last day on which money of a national fund can be used."""
    own = own_organisations(user)
    uses = FundUse.objects.filter(deadline__isnull=False).select_related("fund", "municipality")
    for use in uses:
        assert use.deadline is not None, "only those with a day are asked for"
        yield Due(
            f"fund-use-{use.pk}",
            use.deadline,
            f"{use.fund.name}, {use.purpose}: uiterste dag",
            who=use.municipality.name if use.municipality else "",
            address=reverse("agreements:fund", args=[use.fund.slug]),
            is_mine=use.municipality_id in own,
            is_event=True,
        )


def _names(parties: Iterable[Organisation], own: set[int]) -> str:
    """Who does it, the reader's own parties first; the rest in a number when it is long."""
    asked = sorted(parties, key=lambda party: (party.pk not in own, party.name))
    if len(asked) <= MOST_NAMES:
        return listed(party.name for party in asked)
    first = [party.name for party in asked if party.pk in own][:MOST_NAMES]
    rest = len(asked) - len(first)
    if not first:
        return f"{rest} partijen"
    return listed([*first, f"{rest} andere {'partij' if rest == 1 else 'partijen'}"])


def reads_all(user: User) -> bool:
    """Whether somebody has nothing of her own to do here but watches over all."""
    return is_coordinator(user) or is_board(user) or not own_organisations(user)
