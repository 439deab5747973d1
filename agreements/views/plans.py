"""Plans for affordable owner-occupied homes that lie still."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agreements import access
from agreements.forms.plans import PlanForm
from agreements.models import StalledPlan
from agreements.registers import plans as register
from agreements.registers.sums import total
from agreements.views import keeping
from agreements.views.keeping import Crumb, Sheet
from housing.access import SignedInRequest, own_organisations, require
from housing.meanwhile import alone

TITLE = "Stilliggende plannen"
WHO = "De lijst van een gemeente houdt haar eigen ambtenaar wonen bij, of de coördinator."


@require_safe
def plans(request: SignedInRequest) -> HttpResponse:
    """Every plan: why it lies still, since when and what comes next; those solved below."""
    today, user = timezone.localdate(), request.user
    places = set(access.own_places(user).values_list("pk", flat=True))
    mine = own_organisations(user)
    found = list(StalledPlan.objects.select_related("municipality"))
    lines = [
        register.line_of(plan, today, may_keep=plan.municipality_id in places) for plan in found
    ]
    open_ = [plan for plan in found if plan.solved_on is None]
    solved = [line for line in lines if line.plan.solved_on is not None]
    page = {
        "heading": register.heading(open_, len(solved)),
        # One's own plans first: they are what a reader came to do something about.
        "open": sorted(
            (line for line in lines if line.plan.solved_on is None),
            key=lambda line: line.plan.municipality_id not in mine,
        ),
        "solved": sorted(solved, key=lambda line: line.plan.solved_on or today, reverse=True),
        "causes": register.by_cause(open_),
        "places": register.by_municipality(open_),
        "total": register.plan_homes(total(plan.homes for plan in open_)),
        "may_add": bool(places),
        "who": WHO,
    }
    return render(request, "agreements/plans.html", page)


@require_http_methods(keeping.METHODS)
def plan_add(request: SignedInRequest) -> HttpResponse:
    """Add a plan to the list of a municipality."""
    user = request.user
    require(access.own_places(user).exists(), WHO)
    plan = StalledPlan(actor=user)
    form = PlanForm(keeping.posted(request), user=user, instance=plan)
    if request.method == "POST" and form.is_valid():
        return keeping.keep(request, form, f"“{plan.name}” staat in de lijst.", _list())
    return keeping.show(
        request,
        Sheet(
            title="Plan toevoegen",
            heading="Voeg een plan toe dat stilligt",
            lead="Het gaat om plannen voor betaalbare koopwoningen die er al zijn, maar niet "
            "gebouwd worden. Iedereen met een account leest dit.",
            crumbs=_crumbs(),
            button="Bewaar dit plan",
        ),
        form,
    )


@require_http_methods(keeping.METHODS)
@alone(StalledPlan, pk="pk")
def plan_change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a plan, or say that it goes on again."""
    plan = _find(request, pk)
    name = plan.name
    form = PlanForm(keeping.posted(request), user=request.user, instance=plan)
    if request.method == "POST" and form.is_valid():
        plan.actor, plan.changed_at = request.user, timezone.now()
        said = f"“{plan.name}” is bewaard."
        if plan.solved_on:
            said = f"“{plan.name}” is bewaard: het plan is weer op gang."
        return keeping.keep(request, form, said, _list())
    return keeping.show(
        request,
        Sheet(
            title="Plan bijwerken",
            heading=f"Werk “{name}” bij",
            lead="Is het plan weer op gang? Vul dan de dag in bij “Weer op gang sinds”. Het plan "
            "blijft onderaan de lijst staan.",
            crumbs=_crumbs(),
            button="Bewaar dit plan",
            remove_url=reverse("agreements:plan_remove", args=[plan.pk]),
            remove_label="Per ongeluk ingevoerd? Haal dit plan weg",
        ),
        form,
    )


@require_http_methods(keeping.METHODS)
@alone(StalledPlan, pk="pk")
def plan_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take away a plan that was entered by mistake."""
    plan = _find(request, pk)
    sheet = Sheet(
        title="Plan weghalen",
        heading=f"Wilt u “{plan.name}” weghalen?",
        lead="Het plan verdwijnt uit de lijst en uit alle sommen. Is het plan weer op gang, haal "
        "het dan niet weg maar vul die dag in.",
        crumbs=[
            *_crumbs(),
            Crumb("Plan bijwerken", reverse("agreements:plan_change", args=[plan.pk])),
        ],
        button="Haal dit plan weg",
    )
    return keeping.removal(request, sheet, plan, f"“{plan.name}” is weggehaald.", _list())


def _find(request: SignedInRequest, pk: int) -> StalledPlan:
    plan = get_object_or_404(StalledPlan.objects.select_related("municipality"), pk=pk)
    require(access.can_keep_plan(request.user, plan), WHO)
    return plan


def _list() -> str:
    return reverse("agreements:plans")


def _crumbs() -> list[Crumb]:
    return [Crumb(TITLE, _list())]
