"""What municipalities measure themselves about liveability and safety, with source and year."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agreements import access
from agreements.forms.indicators import IndicatorForm
from agreements.models import Indicator, Vision
from agreements.views import keeping
from agreements.views.keeping import Crumb, Sheet
from housing.access import SignedInRequest, require

WHO = "Eigen cijfers van een gemeente houdt haar ambtenaar wonen bij, of de coördinator."
NO_VISION = "Er is nog geen woonvisie geladen. Daar horen de eigen cijfers bij."


@require_safe
def indicators(request: SignedInRequest) -> HttpResponse:
    """All own figures by municipality; whoever keeps one may take it away."""
    found = list(Indicator.objects.select_related("municipality"))
    places = set(access.own_places(request.user).values_list("pk", flat=True))
    page = {
        "lines": [(each, each.municipality_id in places) for each in found],
        "count": len({each.municipality_id for each in found}),
        "may_add": bool(places),
        "who": WHO,
    }
    return render(request, "agreements/indicators.html", page)


@require_http_methods(keeping.METHODS)
def indicator_add(request: SignedInRequest) -> HttpResponse:
    """Add an own figure of a municipality."""
    places = access.own_places(request.user)
    require(places.exists(), WHO)
    vision = Vision.objects.order_by("-first_year").first()
    if vision is None:
        return keeping.refuse(request, NO_VISION, _list())
    indicator = Indicator(vision=vision, actor=request.user)
    form = IndicatorForm(request.POST or None, instance=indicator, places=places)
    if request.method == "POST" and form.is_valid():
        return keeping.keep(request, form, f"“{indicator.name}” staat erbij.", _list())
    sheet = Sheet(
        title="Eigen cijfer toevoegen",
        heading="Zet een eigen cijfer over leefbaarheid of veiligheid erbij",
        lead="Noem altijd het jaar en de bron, zodat anderen het kunnen nalezen. Iedereen met "
        "een account leest dit.",
        crumbs=_crumbs(),
        button="Bewaar dit cijfer",
    )
    return keeping.show(request, sheet, form)


@require_http_methods(keeping.METHODS)
def indicator_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take away an own figure."""
    found = get_object_or_404(Indicator.objects.select_related("municipality"), pk=pk)
    require(access.enters_for(request.user, found.municipality_id), WHO)
    sheet = Sheet(
        title="Eigen cijfer weghalen",
        heading=f"Wilt u “{found.name}” van {found.year} weghalen?",
        lead=f"Het cijfer van {found.municipality} verdwijnt dan van de pagina over de woonvisie.",
        crumbs=_crumbs(),
        button="Haal dit cijfer weg",
    )
    return keeping.removal(request, sheet, found, f"“{found.name}” is weggehaald.", _list())


def _list() -> str:
    return reverse("agreements:indicators")


def _crumbs() -> list[Crumb]:
    return [Crumb("Eigen cijfers van gemeenten", _list())]
