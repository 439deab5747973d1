"""Time to market: each project from plan to permit to start to completion."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agreements import access
from agreements.forms.paths import PathForm
from agreements.registers import paths as register
from agreements.views import keeping
from agreements.views.keeping import Crumb, Sheet
from housing.access import SignedInRequest, require
from housing.meanwhile import alone
from housing.models import Project, ProjectPath

TITLE = "Doorlooptijd"
WHO = (
    "De data van een project vullen in: de gemeente waar het ligt, de corporaties die er woningen "
    "in opgaven, en de coördinator."
)


@require_safe
def paths(request: SignedInRequest) -> HttpResponse:
    """Every project with its dates, the months between, and the middle of each step."""
    user = request.user
    readable = Project.objects.filter(access.readable_projects(user)).distinct()
    projects = readable.select_related("municipality", "path").order_by(
        "municipality__name", "name"
    )
    kept = set(Project.objects.filter(access.keepable_projects(user)).values_list("pk", flat=True))
    lines = [register.line_of(each, may_keep=each.pk in kept) for each in projects]
    known = [line.path for line in lines if line.path is not None]
    medians = register.medians(known)
    page = {
        "heading": register.heading(medians[-1].all),
        "lines": [line for line in lines if line.path is not None],
        # Of the others, those that this reader fills in, and the rest by name.
        "own": [line for line in lines if line.path is None and line.may_keep],
        "others": [line for line in lines if line.path is None and not line.may_keep],
        "count": len(lines),
        "silent": len(lines) - len(known),
        "known": len(known),
        "medians": medians,
        "costs": register.cost_in_words(known),
        "conceptual": sum(path.is_conceptual is True for path in known),
        "other": sum(path.is_conceptual is False for path in known),
        "unsaid": sum(path.is_conceptual is None for path in known),
        "may_keep": any(line.may_keep for line in lines if line.path is not None),
        "who": WHO,
    }
    return render(request, "agreements/paths.html", page)


@require_http_methods(keeping.METHODS)
@alone(Project, pk="pk")
def path_change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Fill in or change the dates and costs of a project."""
    project = _find(request, pk)
    path = getattr(project, "path", None)
    is_new = path is None
    path = path or ProjectPath(project=project)
    form = PathForm(keeping.posted(request), instance=path)
    if request.method == "POST" and form.is_valid():
        path.actor, path.changed_at = request.user, timezone.now()
        return keeping.keep(request, form, f"De data van {project} zijn bewaard.", _list())
    return keeping.show(
        request,
        Sheet(
            title=project.name,
            heading=f"Wanneer gebeurde wat bij {project}, {project.municipality}?",
            lead="Vul alleen in wat al gebeurd is. Weet u een dag niet, laat hem dan leeg: wij "
            "rekenen alleen met wat bekend is.",
            crumbs=_crumbs(),
            button="Bewaar deze data",
            remove_url="" if is_new else reverse("agreements:path_remove", args=[project.pk]),
            remove_label="Per ongeluk ingevoerd? Maak de data van dit project leeg",
        ),
        form,
    )


@require_http_methods(keeping.METHODS)
@alone(Project, pk="pk")
def path_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take away the dates of a project; the project stays."""
    project = _find(request, pk)
    path = get_object_or_404(ProjectPath, project=project)
    sheet = Sheet(
        title="Data weghalen",
        heading=f"Wilt u alle data en kosten van {project} weghalen?",
        lead="Het project zelf blijft staan.",
        crumbs=[
            *_crumbs(),
            Crumb(project.name, reverse("agreements:path_change", args=[project.pk])),
        ],
        button="Haal deze data weg",
    )
    return keeping.removal(request, sheet, path, f"De data van {project} zijn weggehaald.", _list())


def _find(request: SignedInRequest, pk: int) -> Project:
    readable = Project.objects.filter(access.readable_projects(request.user)).distinct()
    project = get_object_or_404(readable.select_related("municipality", "path"), pk=pk)
    kept = Project.objects.filter(access.keepable_projects(request.user), pk=pk)
    require(kept.exists(), WHO)
    return project


def _list() -> str:
    return reverse("agreements:paths")


def _crumbs() -> list[Crumb]:
    return [Crumb(TITLE, _list())]
