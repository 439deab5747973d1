"""Who may read and do what with promises: one function for each rule, beside `housing.access`.

Reading an agreement, what was said of it once submitted, and its registers is open to everybody
signed in; what is closed says so here.
"""

from agreements.models import Agreement, AgreementSet, Statement
from housing.access import ENTERING, is_coordinator, own_organisations
from housing.models import Membership, Organisation, User

Role = Membership.Role

# --- statements -------------------------------------------------------------------------


def can_state(user: User, organisation: Organisation) -> bool:
    """Write what a party says of its promises: those who enter for it. The coordinator writes
    for the Stadsregio only: a party's verdict is its own."""
    if organisation.kind == Organisation.Kind.CITY_REGION:
        return is_coordinator(user)
    return organisation.pk in own_organisations(user, roles=ENTERING)


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

# --- local sets -------------------------------------------------------------------------
