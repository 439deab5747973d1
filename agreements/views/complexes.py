"""Spared complexes: chosen by municipality and corporation, advised on by the tenants.

Who may not know of a complex gets the same 404 as for one that does not exist.
"""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agreements import access
from agreements.forms.areas import AdviceForm, ComplexForm
from agreements.models import Advice, SparedComplex, VulnerableArea
from agreements.registers import areas as register
from agreements.registers.areas import ComplexLine
from agreements.views import keeping
from agreements.views.keeping import Crumb, Sheet
from housing.access import ENTERING, SignedInRequest, own_organisations, require
from housing.meanwhile import alone
from housing.models import User

WHO_CHOOSES = (
    "Complexen kiezen de gemeente van het gebied en de corporaties. De coördinator kan het ook."
)
WHO_KEEPS = "Dit complex houden de gemeente, de corporatie en de coördinator bij."
WHO_ADVISES = "Advies geeft een huurdersorganisatie van deze corporatie."
HAS_ADVICE = (
    "Over dit complex is advies gegeven. Daarom blijft het staan. Vul in tot en met welke dag het "
    "wordt ontzien."
)
NO_ADVICE = "nog geen advies"


def complex_lines(user: User, today: date) -> list[ComplexLine]:
    """The complexes somebody may know of, those that ask attention first."""
    found = (
        SparedComplex.objects.filter(access.readable_complexes(user))
        .select_related("area__municipality", "corporation")
        .prefetch_related("advice__organisation")
    )
    own = own_organisations(user, roles=ENTERING)
    advised = set(access.represented_by(own).values_list("pk", flat=True)) if own else set()
    lines = [_line(each, today, may_advise=each.corporation_id in advised) for each in found]
    return sorted(
        lines, key=lambda line: (not (line.awaits_advice and line.may_advise), not line.warnings)
    )


def _line(complex_: SparedComplex, today: date, *, may_advise: bool) -> ComplexLine:
    given = list(complex_.advice.all())
    newest = f"{given[0].get_verdict_display()} ({given[0].organisation})" if given else NO_ADVICE
    return ComplexLine(
        complex=complex_,
        standing=register.standing(complex_, today),
        warnings=register.warnings(complex_, today),
        advice=newest,
        awaits_advice=not given and complex_.spared_until >= today,
        may_advise=may_advise,
    )


@require_safe
def complex_(request: SignedInRequest, pk: int) -> HttpResponse:
    """One complex: its term, its evaluation, and every advice given."""
    return _show(request, _find(request, pk))


def _show(
    request: SignedInRequest, found: SparedComplex, form: AdviceForm | None = None
) -> HttpResponse:
    today, user = timezone.localdate(), request.user
    advisers = access.advisers(user, found)
    if form is None and advisers:
        form = AdviceForm(advisers=advisers)
    page = {
        "complex": found,
        "line": _line(found, today, may_advise=bool(advisers)),
        "advice": found.advice.all(),
        "speaking": access.speaking_today()
        .filter(corporation=found.corporation_id)
        .select_related("tenants"),
        "form": form,
        "may_keep": access.can_keep_complex(user, found),
        "who_advises": WHO_ADVISES,
    }
    status = 400 if form is not None and form.errors else 200
    return render(request, "agreements/complex.html", page, status=status)


@require_http_methods(["POST"])
def advise(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add an advice; an earlier one stays."""
    found = _find(request, pk)
    advisers = access.advisers(request.user, found)
    require(advisers.exists(), WHO_ADVISES)
    given = Advice(complex=found, by=request.user)
    form = AdviceForm(request.POST, advisers=advisers, instance=given)
    if not form.is_valid():
        return _show(request, found, form)
    return keeping.keep(request, form, "Uw advies is bewaard.", _url(found))


@require_http_methods(keeping.METHODS)
def complex_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose a complex in an area."""
    user = request.user
    area = get_object_or_404(VulnerableArea.objects.select_related("municipality"), pk=pk)
    require(access.can_choose_complexes(user, area), WHO_CHOOSES)
    chosen = SparedComplex(area=area, actor=user)
    form = ComplexForm(keeping.posted(request), user=user, area=area, instance=chosen)
    if request.method == "POST" and form.is_valid():
        row = form.save(commit=False)
        row.is_demo = user.is_demo
        row.save()
        keeping.note(request, "added", row)
        messages.success(request, f"{row.name} is toegevoegd. De huurders kunnen nu adviseren.")
        return redirect(_url(row))
    return keeping.show(
        request,
        Sheet(
            title="Complex kiezen",
            heading=f"Kies een complex dat wordt ontzien in {area.name}",
            lead="Alleen de gemeente, de corporatie, haar huurdersorganisatie en de coördinator "
            "zien welk complex het is. Anderen zien aantallen.",
            crumbs=_crumbs(),
            button="Bewaar dit complex",
        ),
        form,
    )


@require_http_methods(keeping.METHODS)
@alone(SparedComplex, pk="pk")
def complex_change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change the term of a complex, or write down how the evaluation went."""
    found = _find(request, pk)
    require(access.can_keep_complex(request.user, found), WHO_KEEPS)
    name = found.name
    form = ComplexForm(keeping.posted(request), user=request.user, area=found.area, instance=found)
    if request.method == "POST" and form.is_valid():
        found.actor = request.user
        return keeping.keep(request, form, f"{found.name} is bewaard.", _url(found))
    return keeping.show(
        request,
        Sheet(
            title="Complex bijwerken",
            heading=f"Werk {name} bij",
            lead=f"{found.area.name}, {found.area.municipality}. Verleng of verkort de termijn, of "
            "schrijf op wat de evaluatie opleverde.",
            crumbs=[*_crumbs(), Crumb(name, _url(found))],
            button="Bewaar dit complex",
            remove_url=reverse("agreements:complex_remove", args=[found.pk]),
            remove_label="Per ongeluk ingevoerd? Haal dit complex weg",
        ),
        form,
    )


@require_http_methods(keeping.METHODS)
@alone(SparedComplex, pk="pk")
def complex_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take away a complex on which nobody advised yet."""
    found = _find(request, pk)
    require(access.can_keep_complex(request.user, found), WHO_KEEPS)
    sheet = Sheet(
        title="Complex weghalen",
        heading=f"Wilt u {found.name} weghalen?",
        lead="Is de termijn voorbij? Haal het dan niet weg: het blijft staan als afgelopen.",
        crumbs=[*_crumbs(), Crumb(found.name, _url(found))],
        button="Haal dit complex weg",
    )
    said = f"{found.name} is weggehaald."
    why_not = HAS_ADVICE if found.advice.exists() else ""
    return keeping.removal(request, sheet, found, said, reverse("agreements:areas"), why_not)


def _find(request: SignedInRequest, pk: int) -> SparedComplex:
    readable = SparedComplex.objects.filter(access.readable_complexes(request.user))
    related = readable.select_related("area__municipality", "corporation", "actor")
    return get_object_or_404(related.prefetch_related("advice__organisation"), pk=pk)


def _url(found: SparedComplex) -> str:
    return reverse("agreements:complex", args=[found.pk])


def _crumbs() -> list[Crumb]:
    return [Crumb("Kwetsbare gebieden", reverse("agreements:areas"))]
