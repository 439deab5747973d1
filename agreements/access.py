"""Who may read and do what with promises: one function for each rule, beside `housing.access`.

Reading an agreement, what was said of it once submitted, and its registers is open to everybody
signed in; what is closed says so here.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import (
    Exists,
    OuterRef,
    Q,
    QuerySet,
)
from django.utils import timezone

from agreements.models import (
    Agreement,
    AgreementSet,
    Evidence,
    FundUse,
    SparedComplex,
    StalledPlan,
    Statement,
    VulnerableArea,
)
from housing.access import (
    ENTERING,
    is_board,
    is_coordinator,
    own_organisations,
    own_reporters,
)
from housing.models import (
    Membership,
    Organisation,
    Representation,
    StockChange,
    Submission,
    User,
)

Role = Membership.Role

# --- statements -------------------------------------------------------------------------


def can_state(user: User, organisation: Organisation) -> bool:
    """Write what a party says of its promises: those who enter for it. The coordinator writes
    for the Stadsregio only: a party's verdict is its own."""
    if organisation.kind == Organisation.Kind.CITY_REGION:
        return is_coordinator(user)
    return organisation.pk in own_organisations(user, roles=ENTERING)


def why_not_state(organisation: Organisation) -> str:
    """The sentence that goes with a refusal of `can_state`."""
    if organisation.kind == Organisation.Kind.CITY_REGION:
        return f"Alleen de coördinator vult de afspraken van {organisation} in."
    return f"Alleen invoerders van {organisation} vullen de afspraken van {organisation} in."


def states_for(user: User) -> QuerySet[Organisation]:
    """The parties whose statements somebody writes."""
    own = own_organisations(user, roles=ENTERING)
    region = Organisation.objects.of_kind(Organisation.Kind.CITY_REGION)
    found = Organisation.objects.filter(pk__in=own).exclude(pk__in=region.values("pk"))
    return found | region if is_coordinator(user) else found


def can_hand_in_statements(
    user: User, organisation: Organisation, entered_by: Iterable[int | None]
) -> bool:
    """Hand in what a party says: its approver (who wrote none of it herself, if the organisation
    wants two people); for the Stadsregio the coordinator."""
    if organisation.kind == Organisation.Kind.CITY_REGION:
        return is_coordinator(user)
    if organisation.pk not in own_organisations(user, roles=(Role.APPROVER,)):
        return False
    return organisation.enterer_may_submit or user.pk not in set(entered_by)


def can_read_evidence(user: User, evidence: Evidence) -> bool:
    """Open a link or fetch a file: everybody, but what hangs on a concept is the party's own."""
    return evidence.statement is None or can_read_statement(user, evidence.statement)


def can_read_statement(user: User, statement: Statement) -> bool:
    """Everybody reads what was submitted; a concept is the party's own."""
    return statement.submitted_at is not None or statement.organisation_id in own_organisations(
        user
    )


def can_remark(user: User) -> bool:
    """Say something beside a party's verdict, never over it: the coordinator."""
    return is_coordinator(user)


# --- agreements and targets -------------------------------------------------------------


def can_edit_agreement(user: User, agreement: Agreement) -> bool:
    """Change text, milestones, targets and deviations: the coordinator for the regional set; for
    a local set whoever keeps that set."""
    return can_keep_set(user, agreement.set)


def can_keep_set(user: User, set_: AgreementSet) -> bool:
    """Keep a set: the coordinator the regional one; a local set its municipality and the
    corporations that are party to it, those of them who enter. Tenants sign, react and advise."""
    if not set_.is_local:
        return is_coordinator(user)
    keepers = {set_.municipality_id}
    keepers |= {party.pk for party in set_.parties.all() if party.kind in KEEPS_LOCAL_SETS}
    return bool(keepers & own_organisations(user, roles=ENTERING))


KEEPS_LOCAL_SETS = (Organisation.Kind.MUNICIPALITY, Organisation.Kind.CORPORATION)

# --- registers --------------------------------------------------------------------------
# Everybody signed in reads the registers; only which complex is spared is closed.


def enters_for(user: User, *organisations: int | None) -> bool:
    """Keep a row of a register: those who enter for one of the parties it belongs to, and the
    coordinator."""
    return is_coordinator(user) or bool(
        set(organisations) & own_organisations(user, roles=ENTERING)
    )


def own_places(user: User) -> QuerySet[Organisation]:
    """The municipalities for which somebody keeps registers: her own, all for the coordinator."""
    places = Organisation.objects.municipalities().parties_at_end_of(timezone.localdate().year)
    if is_coordinator(user):
        return places
    return places.filter(pk__in=own_organisations(user, roles=ENTERING))


def can_keep_plan(user: User, plan: StalledPlan) -> bool:
    """Change a stalled plan: who enters for its municipality, and the coordinator."""
    return enters_for(user, plan.municipality_id)


def readable_projects(user: User) -> Q:
    """Projects somebody may know of: those that are published or planned, and those of rows that
    were submitted, or are one's own. A project that only stands in a concept is its writer's."""
    published = ~Q(source="") | Q(plans__isnull=False) | Q(path__isnull=False)
    rows = StockChange.objects.filter(project=OuterRef("pk")).filter(
        ~Q(submission__status__in=NOT_HANDED_IN)
        | Q(submission__organisation__in=own_organisations(user))
    )
    return published | Q(Exists(rows))


NOT_HANDED_IN = (Submission.Status.CONCEPT, Submission.Status.WITHDRAWN)


def keepable_projects(user: User) -> Q:
    """Projects whose dates somebody keeps: the officer of the municipality, those who enter for a
    corporation with rows in it, and the coordinator."""
    if is_coordinator(user):
        return Q()
    own = own_organisations(user, roles=ENTERING)
    if not own:
        return Q(pk__in=())
    rows = StockChange.objects.filter(project=OuterRef("pk"), submission__organisation__in=own)
    return Q(municipality__in=own) | Q(Exists(rows))


def can_keep_areas(user: User) -> bool:
    """Fix the vulnerable areas: the coordinator, for the region."""
    return is_coordinator(user)


def readable_complexes(user: User) -> Q:
    """Spared complexes somebody may know of: those of her municipality, of her corporation, of
    the corporation whose tenants she speaks for today; all for the coordinator. Others, the board
    too, read numbers."""
    if is_coordinator(user):
        return Q()
    own = own_organisations(user)
    if not own:
        return Q(pk__in=())
    return (
        Q(area__municipality__in=own)
        | Q(corporation__in=own)
        | Q(corporation__in=represented_by(own))
    )


def represented_by(tenants: Iterable[int]) -> QuerySet[Organisation]:
    """The corporations for whose tenants these tenants' organisations speak today."""
    ties = speaking_today().filter(tenants__in=tenants)
    return Organisation.objects.filter(pk__in=ties.values("corporation"))


def speaking_today() -> QuerySet[Representation]:
    """Which tenants' organisation speaks for which corporation's tenants today."""
    today = timezone.localdate()
    return Representation.objects.filter(
        Q(since__isnull=True) | Q(since__lte=today), Q(until__isnull=True) | Q(until__gt=today)
    )


def can_keep_complex(user: User, complex_: SparedComplex) -> bool:
    """Choose and change a spared complex: who enters for the municipality of its area or for its
    corporation, and the coordinator."""
    return enters_for(user, complex_.area.municipality_id, complex_.corporation_id)


def can_choose_complexes(user: User, area: VulnerableArea) -> bool:
    """Add a complex to an area: its municipality, any corporation, and the coordinator."""
    return enters_for(user, area.municipality_id) or bool(own_reporters(user))


def advisers(user: User, complex_: SparedComplex) -> QuerySet[Organisation]:
    """The tenants' organisations on whose behalf somebody may advise on a complex: those that
    speak for its corporation's tenants and for which she enters."""
    ties = speaking_today().filter(
        corporation=complex_.corporation_id, tenants__in=own_organisations(user, roles=ENTERING)
    )
    return Organisation.objects.filter(pk__in=ties.values("tenants"))


AIDS = (Organisation.Kind.MUNICIPALITY, Organisation.Kind.CORPORATION)


def can_keep_aid(user: User, party: Organisation) -> bool:
    """Fill in a party's year of the Voorzieningenwijzer: who enters for it, and the coordinator."""
    return party.kind in AIDS and enters_for(user, party.pk)


def can_keep_funds(user: User) -> bool:
    """Keep what is known of the national funds: the coordinator."""
    return is_coordinator(user)


def can_keep_use(user: User, use: FundUse) -> bool:
    """Change what a fund pays for: who enters for that municipality, and the coordinator."""
    return enters_for(user, use.municipality_id)


# --- local sets -------------------------------------------------------------------------


def readable_sets(user: User, day: date | None = None) -> Q:
    """Sets somebody may open: regional ones always; a local set from the day that all signed or
    its year began, and before that only by its parties, the coordinator and the board."""
    if is_coordinator(user) or is_board(user):
        return Q()
    own = own_organisations(user)
    party = AgreementSet.objects.filter(parties__in=own).values("pk")
    begun = Q(signed_on__isnull=False) | Q(first_year__lte=(day or timezone.localdate()).year)
    return Q(municipality__isnull=True) | begun | Q(municipality__in=own) | Q(pk__in=party)


def readable_agreements(user: User, day: date | None = None) -> Q:
    """Agreements of the sets that somebody may open."""
    return Q(set__in=AgreementSet.objects.filter(readable_sets(user, day)).values("pk"))


def can_start_set(user: User, municipality: Organisation, latest: AgreementSet | None) -> bool:
    """Start a municipality's set of a year: those who enter for the municipality, and whoever
    keeps its latest set."""
    if municipality.pk in own_organisations(user, roles=ENTERING):
        return True
    return latest is not None and can_keep_set(user, latest)


def parties_of(set_: AgreementSet) -> list[Organisation]:
    """Everybody who is to sign: the municipality itself and the parties of the set."""
    found = {party.pk: party for party in set_.parties.all()}
    if set_.municipality is not None:
        found.setdefault(set_.municipality.pk, set_.municipality)
    return list(found.values())


def speaks_for(user: User, set_: AgreementSet) -> list[Organisation]:
    """The parties of a set in whose name somebody may react: those she enters for."""
    own = own_organisations(user, roles=ENTERING)
    return [party for party in parties_of(set_) if party.pk in own]


def signs_for(user: User, set_: AgreementSet) -> list[Organisation]:
    """The parties of a set for which somebody may sign: those she is an approver of."""
    own = own_organisations(user, roles=(Role.APPROVER,))
    return [party for party in parties_of(set_) if party.pk in own]


def bids_for(user: User, set_: AgreementSet) -> list[Organisation]:
    """The corporations of a set whose bid somebody may register: her own; the municipality's
    officer those of all."""
    own = own_organisations(user, roles=ENTERING)
    corporations = [p for p in parties_of(set_) if p.kind == Organisation.Kind.CORPORATION]
    if set_.municipality_id in own:
        return corporations
    return [corporation for corporation in corporations if corporation.pk in own]


def can_evaluate_set(user: User, set_: AgreementSet) -> bool:
    """Write down what the evaluation of a year gave: the municipality's officer."""
    return set_.municipality_id in own_organisations(user, roles=ENTERING)
