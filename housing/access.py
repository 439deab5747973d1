"""Who may read and do what: one function for each rule. Views and templates ask these.

The table they keep is HOUSE.md's "Who reads what"; `docs/rechten.md` publishes it and the
generated matrix of the tests proves it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from housing.deadlines import may_enter_now, window_of
from housing.models import (
    Claim,
    Membership,
    Organisation,
    Round,
    StockChange,
    Submission,
    SubmissionEvent,
    User,
)

Role = Membership.Role
Status = Submission.Status
ENTERING = (Role.REPORTER, Role.APPROVER)


class SignedInRequest(HttpRequest):
    """What every view receives: LoginRequiredMiddleware keeps the rest out."""

    user: User


def require(allowed: bool, reason: str | Callable[[], str] = "") -> None:
    """Answer 403 with `reason` unless a rule said yes: `require(can_accept(user, found))`.

    A reason that must be looked up is given as a function, asked only when it is needed.
    """
    if not allowed:
        raise PermissionDenied(reason() if callable(reason) else reason)


# --- who somebody is ---------------------------------------------------------------------


def is_coordinator(user: User | AnonymousUser) -> bool:
    """The Stadsregio's coordinator runs rounds and reviews."""
    return _has_role(user, Role.COORDINATOR)


def is_board(user: User | AnonymousUser) -> bool:
    """The regional board reads everything that was submitted, without addresses and rents."""
    return _has_role(user, Role.BOARD)


def _has_role(user: User | AnonymousUser, wanted: str) -> bool:
    return isinstance(user, User) and any(role == wanted for _, _, role in user.roles)


def own_organisations(user: User, *, roles: tuple[str, ...] | None = None) -> set[int]:
    """Ids of the organisations somebody belongs to, with the predecessors they answer for.

    `roles` narrows it to memberships with one of those roles. The coordinator and the board
    are in the Stadsregio, which makes nothing of another party theirs.
    """
    own = {organisation for organisation, _, role in user.roles if roles is None or role in roles}
    if not own:
        return own
    if not hasattr(user, "_predecessors"):
        pairs = Organisation.objects.filter(successor__isnull=False)
        user._predecessors = list(pairs.values_list("pk", "successor_id"))  # type: ignore[attr-defined]
    pairs_known: list[tuple[int, int]] = user._predecessors  # type: ignore[attr-defined]
    while found := {old for old, new in pairs_known if new in own} - own:
        own |= found
    return own


def own_municipalities(user: User) -> set[int]:
    """Ids of the municipalities somebody is an officer of."""
    kind = Organisation.Kind.MUNICIPALITY
    return {organisation for organisation, of_kind, _ in user.roles if of_kind == kind}


# --- reading -----------------------------------------------------------------------------


def _handed_in(prefix: str = "") -> Q:
    """Versions that were handed in at some moment: no concept, and none that was taken back
    before anybody else saw it."""
    concept, withdrawn = (Q(**{f"{prefix}status": it}) for it in (Status.CONCEPT, Status.WITHDRAWN))
    seen = SubmissionEvent.objects.filter(status=Status.SUBMITTED).values("submission")
    return ~concept & (~withdrawn | Q(**{f"{prefix}pk__in": seen}))


def readable_submissions(user: User) -> Q:
    """Versions somebody may open: own ones always; a concept of others never, also when it was
    taken back; those that concern one's municipality and, for coordinator and board, all once
    submitted; for other parties once accepted."""
    own = Q(organisation__in=own_organisations(user))
    if is_coordinator(user) or is_board(user):
        return own | _handed_in()
    allowed = own | Q(status=Status.ACCEPTED)
    if mine := own_municipalities(user):
        concerned = StockChange.objects.filter(municipality__in=mine).values("submission")
        allowed |= _handed_in() & Q(pk__in=concerned)
    return allowed


def readable_rows(user: User) -> Q:
    """Rows somebody may read (project, municipality, date, kind, homes, segment)."""
    own = Q(submission__organisation__in=own_organisations(user))
    submitted = _handed_in("submission__")
    if is_coordinator(user) or is_board(user):
        return own | submitted
    allowed = own | Q(submission__status=Status.ACCEPTED)
    if mine := own_municipalities(user):
        allowed |= submitted & Q(municipality__in=mine)
    return allowed


@dataclass(frozen=True, slots=True)
class FieldRights:
    """Which fields of a row somebody may read, decided once for a whole table or export."""

    coordinator: bool
    organisations: frozenset[int]
    municipalities: frozenset[int]
    claimed_rows: frozenset[int] = frozenset()

    def address(self, organisation: int, municipality: int | None, row: int = 0) -> bool:
        """Address and BAG id: own, the officer of that municipality, the coordinator, and the
        other side of an open claim."""
        return (
            self.private(organisation)
            or (municipality is not None and municipality in self.municipalities)
            or row in self.claimed_rows
        )

    def private(self, organisation: int) -> bool:
        """Rent, points, target group, remark, stored file and cell: own and coordinator."""
        return self.coordinator or organisation in self.organisations


def field_rights(user: User) -> FieldRights:
    """What somebody may read of rows, in one go."""
    own = own_organisations(user)
    claimed: frozenset[int] = frozenset()
    if own:
        open_claims = Claim.objects.filter(until__isnull=True, lost_to__isnull=False)
        mine = open_claims.filter(
            Q(organisation__in=own) | Q(lost_to__organisation__in=own)
        ).values_list("row", "lost_to__row")
        claimed = frozenset(row for pair in mine for row in pair)
    return FieldRights(
        coordinator=is_coordinator(user),
        organisations=frozenset(own),
        municipalities=frozenset(own_municipalities(user)),
        claimed_rows=claimed,
    )


# --- doing -------------------------------------------------------------------------------


def can_report(user: User, organisation: Organisation, round_: Round | None) -> bool:
    """Enter or upload for a corporation: its reporters and approvers while the round is open
    for it; the coordinator for any, also after closing."""
    if organisation.kind != Organisation.Kind.CORPORATION:
        return False
    return may_report_in(user, organisation, round_)


def may_report_in(user: User, organisation: Organisation, round_: Round | None) -> bool:
    """Report in a round, whatever kind of party it is."""
    if is_coordinator(user):
        return True
    if round_ is None or organisation.pk not in own_organisations(user, roles=ENTERING):
        return False
    return may_enter_now(round_, organisation)


def can_enter_for(user: User, organisation: int) -> bool:
    """Take back, forget and the like for an organisation, whatever round is open: those who
    enter for it, and the coordinator."""
    return is_coordinator(user) or organisation in own_organisations(user, roles=ENTERING)


def why_not_report(user: User, organisation: Organisation, round_: Round | None) -> str:
    """The sentence that goes with a refusal of `can_report`."""
    if organisation.pk not in own_organisations(user, roles=ENTERING):
        return f"Alleen invoerders van {organisation} kunnen voor {organisation} opgeven."
    if round_ is None:
        return "Over dit jaar is geen ronde gemaakt. Vraag het de coördinator."
    told = window_of(round_, organisation).in_words(timezone.localdate())
    return f"{round_} is niet open voor {organisation}. {told} De coördinator kan uitstel geven."


def submits_for(user: User, submission: Submission) -> bool:
    """Whether somebody submits this organisation's answers: its approver (who did not enter it
    herself, if the organisation wants two people), or the coordinator for a party."""
    if is_coordinator(user):
        return True
    if submission.organisation_id not in own_organisations(user, roles=(Role.APPROVER,)):
        return False
    return submission.organisation.enterer_may_submit or user.pk not in enterers(submission)


def can_submit(user: User, submission: Submission) -> bool:
    """Submit a concept."""
    return submission.status == Status.CONCEPT and submits_for(user, submission)


def can_undo(user: User, submission: Submission) -> bool:
    """Take back a concept or a submitted version that was not accepted yet."""
    if submission.status not in (Status.CONCEPT, Status.SUBMITTED):
        return False
    own = own_organisations(user, roles=ENTERING)
    return is_coordinator(user) or submission.organisation_id in own


def can_review(user: User, submission: Submission) -> bool:
    """Accept or return: the coordinator, never the one who entered or submitted (four eyes)."""
    if not is_coordinator(user) or submission.status != Status.SUBMITTED:
        return False
    return user.pk not in hands_on(submission)


def hands_on(submission: Submission) -> set[int | None]:
    """Ids of those who entered or submitted a version, or one it goes together with."""
    is_place = submission.organisation.kind == Organisation.Kind.MUNICIPALITY
    together = _held_by(submission) if is_place else submission.set_together()
    entered = together.values_list("entered_by", flat=True)
    touched = together.filter(Q(events__status=Status.SUBMITTED) | ENTERED)
    return {*entered, *touched.values_list("events__actor", flat=True)}


# Whoever reopened a version entered nothing in it: that event carries the reason.
ENTERED = Q(events__status=Status.CONCEPT, events__comment="")


def enterers(submission: Submission) -> set[int | None]:
    """Ids of those who entered something of a version."""
    held = _held_by(submission)
    begun = held.filter(ENTERED).values_list("events__actor", flat=True)
    return {*held.values_list("entered_by", flat=True), *begun}


def _held_by(submission: Submission) -> QuerySet[Submission]:
    """The versions whose figures a version may still hold: a municipality's correction begins
    with those of the version before it, so who entered these entered the correction too."""
    if submission.organisation.kind != Organisation.Kind.MUNICIPALITY:
        return Submission.objects.filter(pk=submission.pk)
    return Submission.objects.filter(
        organisation=submission.organisation_id,
        year=submission.year,
        number__lte=submission.number,
    )


def can_rule(user: User) -> bool:
    """Decide which of two claims on one home holds."""
    return is_coordinator(user)


def can_read_upload_file(user: User, organisation: int) -> bool:
    """Fetch a stored file: the own organisation and the coordinator."""
    return is_coordinator(user) or organisation in own_organisations(user)


def can_see_reporting(user: User) -> bool:
    """See what corporations owe and sent: their own people, and the coordinator."""
    return is_coordinator(user) or bool(_own_corporations(user))


def reporting_for(user: User) -> QuerySet[Organisation]:
    """The corporations whose reporting somebody sees."""
    corporations = Organisation.objects.corporations()
    if is_coordinator(user):
        return corporations
    return corporations.filter(pk__in=own_organisations(user))


def _own_corporations(user: User) -> bool:
    kind = Organisation.Kind.CORPORATION
    return any(of_kind == kind for _, of_kind, _ in user.roles)


def can_see_claims(user: User) -> bool:
    """Open the list of homes that were claimed twice: corporations and the coordinator."""
    return can_see_reporting(user)


def readable_claims(user: User) -> Q:
    """Claims somebody may open: all for the coordinator; for a corporation its own, and those
    that stand against one of its own now."""
    if is_coordinator(user):
        return Q()
    own = own_organisations(user)
    lost_to_own = Q(until=None, lost_to__organisation__in=own)
    won_from_own = Claim.objects.filter(until=None, organisation__in=own, lost_to__isnull=False)
    return Q(organisation__in=own) | lost_to_own | Q(pk__in=won_from_own.values("lost_to"))


def can_read_claim(user: User, losing: Claim) -> bool:
    """Know of a home that is claimed twice: its two sides and the coordinator."""
    sides = {losing.organisation_id}
    if losing.lost_to is not None:
        sides.add(losing.lost_to.organisation_id)
    return is_coordinator(user) or bool(sides & own_organisations(user))


# --- the frame of the pages --------------------------------------------------------------


def shows_demo() -> bool:
    """Whether anything that is shown may rest on demonstration figures."""
    return Submission.objects.filter(is_demo=True).exists()


def menu_for(user: User) -> list[tuple[str, str]]:
    """(label, address) of the pages somebody may open, in the order of the menu."""
    items = [("Start", reverse("monitoring:start"))] if has_start(user) else []
    items += [
        ("Regiobeeld", reverse("monitoring:dashboard")),
        ("Afspraken", reverse("monitoring:agreements")),
        ("Opleveringen", reverse("monitoring:completions")),
        *_promises_of(user),
    ]
    if reads_along_for(user):
        items.append(("Meelezen", reverse("monitoring:reading")))
    if own_reporters(user):
        items.append(("Aanleveren", reverse("housing:reporting")))
    if is_coordinator(user):
        items.append(("Beoordelen", reverse("housing:review")))
        items.append(("Rondes", reverse("housing:rounds")))
    return items


READ_ALONG = (Organisation.Kind.TENANTS, Organisation.Kind.UMBRELLA)


def reads_along_for(user: User) -> set[int]:
    """Ids of the tenants' organisations and bodies for which somebody reads what other parties
    answer; whoever belongs to one, readers included."""
    return {organisation for organisation, of_kind, _ in user.roles if of_kind in READ_ALONG}


def has_start(user: User) -> bool:
    """Whether somebody has things to do or parties of her own; others begin at the figures."""
    return is_coordinator(user) or (bool(user.roles) and not is_board(user))


def _promises_of(user: User) -> list[tuple[str, str]]:
    """Where each of somebody's own parties reads what it promised; of several, by name."""
    parties = user.parties
    return [
        (
            "Wat wij beloofden" if len(parties) == 1 else f"Wat {name} beloofde",
            reverse("monitoring:promises", args=[slug]),
        )
        for _, slug, name in parties
    ]


def own_reporters(user: User) -> set[int]:
    """Ids of the corporations somebody enters or submits for."""
    kind = Organisation.Kind.CORPORATION
    mine = {organisation for organisation, of_kind, _ in user.roles if of_kind == kind}
    return mine & own_organisations(user, roles=ENTERING)
