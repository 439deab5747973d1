"""Local agreements: the table of municipalities and years, one set, and a new year."""

import logging

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agreements import access, local_page
from agreements.forms.local import ReactionForm
from agreements.local import LocalError, cycle_of, latest_before, scope_of, start_year
from agreements.models import Agreement, AgreementSet, FormerText, Target
from housing.access import SignedInRequest, own_organisations, require
from housing.models import Membership, Organisation, User

audit = logging.getLogger("audit")
WHO_STARTS = (
    "Een nieuw jaar begint de ambtenaar wonen van de gemeente, of een corporatie die al partij is."
)
WHO_KEEPS = "Deze afspraken houden de gemeente en haar corporaties bij."


@require_safe
def local(request: SignedInRequest) -> HttpResponse:
    """Every municipality with its years: how the agreements stand and who is late."""
    today, user = timezone.localdate(), request.user
    sets = list(_sets_in_full())
    readable = frozenset(_readable(user).values_list("pk", flat=True))
    places = list(Organisation.objects.municipalities().parties_at_end_of(today.year))
    table = local_page.rows(places, sets, readable, user, today)
    heading, lead = local_page.table_answer(table, today)
    mine = own_organisations(user)
    page = {
        "heading": heading,
        "lead": lead,
        "years": local_page.years_shown(sets, today),
        # One's own municipality first: that is what an officer comes for.
        "table": sorted(table, key=lambda row: row.municipality.pk not in mine),
        "starts": [row for row in table if row.may_start],
        "who": WHO_STARTS,
    }
    return render(request, "agreements/local.html", page)


@require_safe
def local_set(request: SignedInRequest, municipality: str, year: int) -> HttpResponse:
    """One municipality's agreements of one year, with the cycle and everything said of it."""
    return show_set(request, find_set(request.user, municipality, year))


def show_set(
    request: SignedInRequest, set_: AgreementSet, reaction: ReactionForm | None = None
) -> HttpResponse:
    """The page of a set; 400 with a reaction that cannot be kept."""
    today, user, now = timezone.localdate(), request.user, timezone.now()
    stand = cycle_of(set_, today)
    agreements = list(_agreements(set_))
    targets = Target.objects.filter(agreement__in=agreements, scope=scope_of(set_)).at(now)
    speaking = access.speaks_for(user, set_)
    may_sign = {party.pk for party in access.signs_for(user, set_)}
    if reaction is None and speaking:
        reaction = ReactionForm(parties=speaking)
    signatures = local_page.sign_lines(set_, stand)
    page = {
        "set": set_,
        "heading": local_page.heading_of(set_, stand, len(agreements)),
        "stand": stand,
        "steps": local_page.steps_of(set_, stand, today),
        "groups": local_page.groups_of(agreements, targets),
        "bids": local_page.bid_lines(set_, stand),
        "signatures": signatures,
        "may_keep": access.can_keep_set(user, set_),
        "may_bid_for": {party.pk for party in access.bids_for(user, set_)},
        "may_sign": [
            line.party for line in signatures if line.party.pk in may_sign and not line.signature
        ],
        "may_take_back": [
            line.party
            for line in signatures
            if line.party.pk in may_sign and line.signature and not set_.signed_on
        ],
        "ask_to_sign": _who_signs(user, set_, may_sign),
        "may_evaluate": access.can_evaluate_set(user, set_),
        "has_begun": set_.first_year <= today.year,
        "reaction": reaction,
    }  # fmt: skip
    failed = reaction is not None and bool(reaction.errors)
    return render(request, "agreements/local_set.html", page, status=400 if failed else 200)


@require_POST
def local_start(request: SignedInRequest, municipality: str) -> HttpResponse:
    """Begin this year's or the next year's agreements, from the last ones."""
    places = Organisation.objects.municipalities()
    place = get_object_or_404(places, slug=municipality)
    latest = latest_before(place, timezone.localdate().year + 2)
    require(access.can_start_set(request.user, place, latest), WHO_STARTS)
    asked = request.POST.get("year", "")
    today = timezone.localdate()
    if asked not in (str(today.year), str(today.year + 1)):
        messages.error(request, f"U kunt {today.year} of {today.year + 1} beginnen.")
        return redirect("agreements:local")
    year = int(asked)
    try:
        new = start_year(place, year, request.user)
    except LocalError as error:
        messages.error(request, str(error))
        return redirect("agreements:local")
    audit.info("local set started=%s by=%d", new.slug, request.user.pk)
    messages.success(request, _started(new))
    return redirect("agreements:local_set", place.slug, year)


def find_set(user: User, municipality: str, year: int) -> AgreementSet:
    """A local set that somebody may open; 404 otherwise."""
    sets = _sets_in_full().filter(access.readable_sets(user))
    return get_object_or_404(sets, municipality__slug=municipality, first_year=year)


def _started(new: AgreementSet) -> str:
    count = new.agreements.count()
    if not new.copied_from:
        return f"De afspraken over {new.first_year} zijn begonnen. Kies eerst wie partij is."
    many = "1 afspraak" if count == 1 else f"{count} afspraken"
    return (
        f"De afspraken over {new.first_year} zijn begonnen met {many} van "
        f"{new.copied_from.first_year}. Kijk elke afspraak na: datums en aantallen zijn leeg."
    )


def _readable(user: User) -> QuerySet[AgreementSet]:
    return AgreementSet.objects.local().filter(access.readable_sets(user))


def _sets_in_full() -> QuerySet[AgreementSet]:
    """Local sets with all that their cycle needs, in a few queries."""
    sets = AgreementSet.objects.local().select_related("municipality", "copied_from")
    return sets.prefetch_related("parties", "bids", "signatures")


def _agreements(set_: AgreementSet) -> QuerySet[Agreement]:
    former = FormerText.objects.select_related("actor")
    return (
        Agreement.objects.filter(set=set_)
        .select_related("theme", "serves")
        .for_reading()
        .prefetch_related(Prefetch("former_texts", former))
    )


def _who_signs(
    user: User, set_: AgreementSet, may_sign: set[int]
) -> list[tuple[Organisation, bool]]:
    """The reader's own parties for which she may not sign, and whether somebody may."""
    own = own_organisations(user)
    signed = {each.organisation_id for each in set_.signatures.all()}
    asked = [
        party
        for party in access.parties_of(set_)
        if party.pk in own and party.pk not in may_sign and party.pk not in signed
    ]
    approvers = Membership.objects.filter(
        organisation__in=asked, role=Membership.Role.APPROVER, user__is_active=True
    )
    able = set(approvers.values_list("organisation", flat=True)) if asked else set()
    return [(party, party.pk in able) for party in asked]
