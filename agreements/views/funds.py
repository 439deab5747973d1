"""National funds and what they pay for. Their homes are never added to the completions."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from agreements import access
from agreements.forms.funds import FundForm, UseForm, is_sourced
from agreements.models import Fund, FundUse
from agreements.registers import funds as register
from agreements.registers.sums import total
from agreements.views import keeping
from agreements.views.keeping import Crumb, Sheet
from housing.access import SignedInRequest, own_municipalities, require
from housing.meanwhile import alone

TITLE = "Rijksmiddelen"
WHO_FUNDS = "De fondsen houdt de coördinator bij."
WHO_USES = "Wat een fonds in een gemeente betaalt, houden die gemeente en de coördinator bij."
HAS_USES = "Dit fonds heeft bestedingen. Haal eerst die weg."
# Words that are addresses of their own below /rijksmiddelen/.
TAKEN = {"toevoegen", "besteding"}


@require_safe
def funds(request: SignedInRequest) -> HttpResponse:
    """Every fund with its amount, what it is for and what it counts."""
    found = list(Fund.objects.prefetch_related("uses"))
    amounts = total(fund.amount for fund in found)
    page = {
        "heading": register.heading(found),
        "lines": [register.line_of(fund) for fund in found],
        "amounts": amounts,
        "not_added": register.NOT_ADDED,
        "invented": any(use.is_demo for fund in found for use in fund.uses.all()),
        "may_add": access.can_keep_funds(request.user),
        "who_funds": WHO_FUNDS,
    }
    return render(request, "agreements/funds.html", page)


@require_safe
def fund(request: SignedInRequest, slug: str) -> HttpResponse:
    """One fund: what its sources say, and what it pays for."""
    today, user = timezone.localdate(), request.user
    found = get_object_or_404(Fund, slug=slug)
    uses = found.uses.select_related("municipality", "project").prefetch_related("parties")
    mine = own_municipalities(user)
    lines = [register.use_line(use, today, may_keep=access.can_keep_use(user, use)) for use in uses]
    page = {
        "fund": found,
        # One's own municipality first.
        "lines": sorted(lines, key=lambda line: line.use.municipality_id not in mine),
        "granted": register.money(total(line.use.granted for line in lines)),
        "spent": register.money(total(line.use.spent for line in lines)),
        "not_added": register.NOT_ADDED,
        "invented": not found.is_demo and any(line.use.is_demo for line in lines),
        "may_change": access.can_keep_funds(user),
        "may_add": access.own_places(user).exists(),
        "who_funds": WHO_FUNDS,
        "who_uses": WHO_USES,
    }
    return render(request, "agreements/fund.html", page)


@require_http_methods(keeping.METHODS)
def fund_add(request: SignedInRequest) -> HttpResponse:
    """Add a fund."""
    require(access.can_keep_funds(request.user), WHO_FUNDS)
    found = Fund()
    form = FundForm(keeping.posted(request), instance=found)
    if request.method == "POST" and form.is_valid():
        found.slug = free_slug(found.name)
        said = f"{found.name} staat erbij."
        return keeping.keep(request, form, said, _url(found))
    return keeping.show(
        request,
        Sheet(
            title="Fonds toevoegen",
            heading="Voeg een rijksfonds toe",
            lead="Vul alleen in wat een bron zegt, en noem die bron. Wat niet bekend is, blijft "
            "leeg.",
            crumbs=_crumbs(),
            button="Bewaar dit fonds",
        ),
        form,
    )


@require_http_methods(keeping.METHODS)
@alone(Fund, slug="slug")
def fund_change(request: SignedInRequest, slug: str) -> HttpResponse:
    """Change what is known of a fund; its address stays."""
    found = _find_fund(request, slug)
    name = found.name
    form = FundForm(keeping.posted(request), instance=found)
    if request.method == "POST" and form.is_valid():
        return keeping.keep(request, form, f"{found.name} is bewaard.", _url(found))
    return keeping.show(
        request,
        Sheet(
            title="Fonds bijwerken",
            heading=f"Werk {name} bij",
            lead="Vul alleen in wat een bron zegt, en noem die bron.",
            crumbs=[*_crumbs(), Crumb(name, _url(found))],
            button="Bewaar dit fonds",
            remove_url=reverse("agreements:fund_remove", args=[found.slug]),
            remove_label="Per ongeluk ingevoerd? Haal dit fonds weg",
        ),
        form,
    )


@require_http_methods(keeping.METHODS)
@alone(Fund, slug="slug")
def fund_remove(request: SignedInRequest, slug: str) -> HttpResponse:
    """Take away a fund of which no use is known."""
    found = _find_fund(request, slug)
    sheet = Sheet(
        title="Fonds weghalen",
        heading=f"Wilt u {found.name} weghalen?",
        lead="Het fonds verdwijnt uit de lijst en uit de som.",
        crumbs=[*_crumbs(), Crumb(found.name, _url(found))],
        button="Haal dit fonds weg",
    )
    said = f"{found.name} is weggehaald."
    why_not = HAS_USES if found.uses.exists() else ""
    return keeping.removal(request, sheet, found, said, reverse("agreements:funds"), why_not)


@require_http_methods(keeping.METHODS)
def use_add(request: SignedInRequest, slug: str) -> HttpResponse:
    """Add what a fund pays for in a municipality."""
    user = request.user
    found = get_object_or_404(Fund, slug=slug)
    require(access.own_places(user).exists(), WHO_USES)
    use = FundUse(fund=found, actor=user)
    form = UseForm(keeping.posted(request), user=user, instance=use)
    if request.method == "POST" and form.is_valid():
        return keeping.keep(request, form, "De besteding is bewaard.", _url(found))
    return keeping.show(
        request,
        Sheet(
            title="Besteding toevoegen",
            heading=f"Waar gaat geld van {found.name} heen?",
            lead=f"Noem de gemeente, het gebied of project en de bedragen. {register.NOT_ADDED}",
            crumbs=[*_crumbs(), Crumb(found.name, _url(found))],
            button="Bewaar deze besteding",
        ),
        form,
    )


@require_http_methods(keeping.METHODS)
@alone(FundUse, pk="pk")
def use_change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change what a fund pays for; of a sourced use the officer keeps what was spent."""
    use = _find_use(request, pk)
    fixed = is_sourced(use) and not access.can_keep_funds(request.user)
    form = UseForm(keeping.posted(request), user=request.user, instance=use)
    if request.method == "POST" and form.is_valid():
        return keeping.keep(request, form, "De besteding is bewaard.", _url(use.fund))
    lead = f"{use.municipality or 'Regio'}: {use.purpose}."
    if fixed:
        lead += " Wat de bron zegt, verandert alleen de coördinator."
    return keeping.show(
        request,
        Sheet(
            title="Besteding bijwerken",
            heading=f"Hoe staat het met dit geld van {use.fund.name}?",
            lead=lead,
            crumbs=[*_crumbs(), Crumb(use.fund.name, _url(use.fund))],
            button="Bewaar deze besteding",
            remove_url="" if fixed else reverse("agreements:use_remove", args=[use.pk]),
            remove_label="Per ongeluk ingevoerd? Haal deze besteding weg",
        ),
        form,
    )


@require_http_methods(keeping.METHODS)
@alone(FundUse, pk="pk")
def use_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take away a use that was entered by mistake."""
    use = _find_use(request, pk)
    fixed = is_sourced(use) and not access.can_keep_funds(request.user)
    require(not fixed, "Deze besteding komt uit een bron. Alleen de coördinator haalt haar weg.")
    sheet = Sheet(
        title="Besteding weghalen",
        heading="Wilt u deze besteding weghalen?",
        lead=f"{use.municipality or 'Regio'}: {use.purpose}.",
        crumbs=[*_crumbs(), Crumb(use.fund.name, _url(use.fund))],
        button="Haal deze besteding weg",
    )
    return keeping.removal(request, sheet, use, "De besteding is weggehaald.", _url(use.fund))


def free_slug(name: str) -> str:
    """An address for a fund that no other has."""
    stem = slugify(name)[:70] or "fonds"
    slug, number = stem, 1
    while slug in TAKEN or Fund.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _find_fund(request: SignedInRequest, slug: str) -> Fund:
    found = get_object_or_404(Fund, slug=slug)
    require(access.can_keep_funds(request.user), WHO_FUNDS)
    return found


def _find_use(request: SignedInRequest, pk: int) -> FundUse:
    use = get_object_or_404(FundUse.objects.select_related("fund", "municipality"), pk=pk)
    require(access.can_keep_use(request.user, use), WHO_USES)
    return use


def _url(found: Fund) -> str:
    return reverse("agreements:fund", args=[found.slug])


def _crumbs() -> list[Crumb]:
    return [Crumb(TITLE, reverse("agreements:funds"))]
