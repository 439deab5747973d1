"""Vulnerable areas: fixed by the region. Everybody reads numbers; parties read their complexes."""

from collections import defaultdict

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agreements import access
from agreements.forms.areas import AreaForm
from agreements.models import SparedComplex, VulnerableArea
from agreements.registers import areas as register
from agreements.views import keeping
from agreements.views.complexes import complex_lines
from agreements.views.keeping import Crumb, Sheet
from housing.access import SignedInRequest, require
from housing.meanwhile import alone

TITLE = "Kwetsbare gebieden"
WHO_FIXES = "De kwetsbare gebieden legt de coördinator vast, voor de regio."
HAS_COMPLEXES = (
    "In dit gebied zijn complexen gekozen. Daarom blijft het staan. Vul in tot en met welke dag "
    "het geldt."
)
WHO_READS = (
    "Welk complex wordt ontzien, zien alleen de gemeente, de corporatie, haar huurdersorganisatie "
    "en de coördinator. Anderen zien aantallen."
)


@require_safe
def areas(request: SignedInRequest) -> HttpResponse:
    """Areas in numbers for everybody; below them the complexes this reader may know of."""
    today, user = timezone.localdate(), request.user
    spared: dict[int, list[SparedComplex]] = defaultdict(list)
    for each in SparedComplex.objects.only("area", "homes", "spared_from", "spared_until"):
        spared[each.area_id].append(each)
    found = VulnerableArea.objects.select_related("municipality")
    lines = [
        register.area_line(
            area, spared[area.pk], today, may_choose=access.can_choose_complexes(user, area)
        )
        for area in found
    ]
    own = complex_lines(user, today)
    page = {
        "heading": register.heading(lines),
        "areas": lines,
        "complexes": own,
        "waiting": [line for line in own if line.awaits_advice and line.may_advise],
        "warned": [line for line in own if line.warnings],
        "may_fix": access.can_keep_areas(user),
        "may_choose": any(line.may_choose for line in lines),
        "who_reads": WHO_READS,
        "who_fixes": WHO_FIXES,
    }
    return render(request, "agreements/areas.html", page)


@require_http_methods(keeping.METHODS)
def area_add(request: SignedInRequest) -> HttpResponse:
    """Fix an area."""
    require(access.can_keep_areas(request.user), WHO_FIXES)
    area = VulnerableArea()
    form = AreaForm(keeping.posted(request), user=request.user, instance=area)
    if request.method == "POST" and form.is_valid():
        return keeping.keep(request, form, f"Het gebied {area.name} staat erbij.", _list())
    return keeping.show(
        request,
        Sheet(
            title="Gebied toevoegen",
            heading="Leg een kwetsbaar gebied vast",
            lead="De regio stelt een gebied vast met een besluit. Daarna kiezen gemeente en "
            "corporatie of er complexen worden ontzien, en welke.",
            crumbs=_crumbs(),
            button="Bewaar dit gebied",
        ),
        form,
    )


@require_http_methods(keeping.METHODS)
@alone(VulnerableArea, pk="pk")
def area_change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change an area, its decision or its term."""
    area = _find(request, pk)
    name = area.name
    form = AreaForm(keeping.posted(request), user=request.user, instance=area)
    if request.method == "POST" and form.is_valid():
        return keeping.keep(request, form, f"Het gebied {area.name} is bewaard.", _list())
    return keeping.show(
        request,
        Sheet(
            title="Gebied bijwerken",
            heading=f"Werk het gebied {name} bij",
            lead="Iedereen met een account leest de naam, het besluit en de termijn.",
            crumbs=_crumbs(),
            button="Bewaar dit gebied",
            remove_url=reverse("agreements:area_remove", args=[area.pk]),
            remove_label="Per ongeluk ingevoerd? Haal dit gebied weg",
        ),
        form,
    )


@require_http_methods(keeping.METHODS)
@alone(VulnerableArea, pk="pk")
def area_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take away an area in which no complex was chosen."""
    area = _find(request, pk)
    change = reverse("agreements:area_change", args=[area.pk])
    sheet = Sheet(
        title="Gebied weghalen",
        heading=f"Wilt u het gebied {area.name} weghalen?",
        lead="Geldt het gebied niet meer? Haal het dan niet weg, maar vul de laatste dag in.",
        crumbs=[*_crumbs(), Crumb("Gebied bijwerken", change)],
        button="Haal dit gebied weg",
    )
    said = f"{area.name} is weggehaald."
    why_not = HAS_COMPLEXES if area.complexes.exists() else ""
    return keeping.removal(request, sheet, area, said, _list(), why_not)


def _find(request: SignedInRequest, pk: int) -> VulnerableArea:
    area = get_object_or_404(VulnerableArea.objects.select_related("municipality"), pk=pk)
    require(access.can_keep_areas(request.user), WHO_FIXES)
    return area


def _list() -> str:
    return reverse("agreements:areas")


def _crumbs() -> list[Crumb]:
    return [Crumb(TITLE, _list())]
