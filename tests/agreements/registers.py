"""Rows of the registers for tests, and who gets which of their pages (for the matrix)."""

from datetime import date
from typing import Any

from django.urls import reverse

from agreements.models import Advice, AidYear, Fund, FundUse, SparedComplex, StalledPlan
from agreements.models import VulnerableArea as Area
from housing.models import Organisation, Project, ProjectPath, Representation, User
from tests.factories import make_municipality, make_organisation

Row = tuple[str, set[str], set[str], str, set[str]]


def make_plan(place: Organisation | None = None, **fields: Any) -> StalledPlan:
    fields = {"name": "Stationshof", "cause": "grid", "next_step": "Vraag het.", **fields}
    return StalledPlan.objects.create(municipality=place or make_municipality(), **fields)


def make_project(name: str = "Tuinhof", **fields: Any) -> Project:
    fields = {"source": "test", "folded": name.lower(), **fields}
    fields.setdefault("municipality", make_municipality())
    return Project.objects.create(name=name, **fields)


def make_path(project: Project | None = None, **fields: Any) -> ProjectPath:
    return ProjectPath.objects.create(project=project or make_project(), **fields)


def make_area(place: Organisation | None = None, **fields: Any) -> Area:
    fields.setdefault("name", "Noordrand")
    return Area.objects.create(municipality=place or make_municipality(), **fields)


def make_complex(
    area: Area | None = None, corporation: Organisation | None = None, **fields: Any
) -> SparedComplex:
    fields = {
        "name": "Flat aan het plein",
        "spared_from": date(2026, 1, 1),
        "spared_until": date(2028, 12, 31),
        **fields,
    }
    return SparedComplex.objects.create(
        area=area or make_area(), corporation=corporation or make_organisation(), **fields
    )


def make_tenants(corporation: Organisation, name: str = "Huurders", **fields: Any) -> Organisation:
    """A tenants' organisation that speaks for the tenants of `corporation`."""
    found = Organisation.objects.filter(name=name).first()
    tenants = found or make_organisation(name=name, kind=Organisation.Kind.TENANTS)
    Representation.objects.create(tenants=tenants, corporation=corporation, **fields)
    return tenants


def make_fund(name: str = "Startbouwimpuls", **fields: Any) -> Fund:
    fields = {"slug": name.lower(), "purpose": "Woningen", "source": "test", **fields}
    return Fund.objects.create(name=name, **fields)


def make_use(fund: Fund | None = None, **fields: Any) -> FundUse:
    fields = {"purpose": "8 projecten", "source": "test", **fields}
    fields.setdefault("municipality", make_municipality())
    return FundUse.objects.create(fund=fund or make_fund(), **fields)


def rows_of_matrix(everybody: set[str], people: dict[str, User | None]) -> list[Row]:
    """(address, allowed, told, method, turned away) of every page of the registers, for one row
    of Heerlen, Weller and the tenants of the matrix."""
    weller = Organisation.objects.get(slug="weller")
    make_tenants(weller)
    plan = make_plan()
    path = make_path()
    area = make_area()
    spared = make_complex(area, weller)
    advised = make_complex(area, weller, name="Hofjes")
    Advice.objects.create(
        complex=advised, organisation=make_organisation(), verdict="for", text="Goed."
    )
    empty_area = make_area(name="Zuidrand")
    AidYear.objects.create(organisation=weller, year=2025, participates=True)
    fund, empty_fund = make_fund(), make_fund("Regiodeal")
    sourced = make_use(fund)
    own = make_use(fund, actor=people["officer"], purpose="1 project")

    coordinator = {"coordinator"}
    officer = coordinator | {"officer"}
    officers = officer | {"other_officer"}
    clerk = coordinator | {"clerk"}
    parties = {"clerk", "reader", "officer", "tenants", "coordinator"}

    def page(name: str, *args: object, allowed: set[str], told: set[str] = everybody) -> Row:
        return reverse(f"agreements:{name}", args=args), allowed, told, "get", set()

    def post(name: str, *args: object, told: set[str], away: set[str] = set()) -> Row:  # noqa: B006
        return reverse(f"agreements:{name}", args=args), set(), told, "post", away

    absent = [
        page(name, 999_999, allowed=set(), told=set())
        for name in (
            "plan_change", "plan_remove", "path_change", "path_remove", "area_change",
            "area_remove", "complex_add", "complex", "complex_change", "complex_remove",
            "use_change", "use_remove",
        )
    ]  # fmt: skip
    return [
        *(page(n, allowed=everybody) for n in ("plans", "paths", "areas", "aid", "funds")),
        page("plan_add", allowed=officers),
        page("plan_change", plan.pk, allowed=officer),
        page("plan_remove", plan.pk, allowed=officer),
        page("path_change", path.project_id, allowed=officer),
        page("path_remove", path.project_id, allowed=officer),
        page("area_add", allowed=coordinator),
        page("area_change", area.pk, allowed=coordinator),
        page("area_remove", empty_area.pk, allowed=coordinator),
        post("area_remove", area.pk, told=everybody, away=coordinator),
        page("complex_add", area.pk, allowed=officer | {"clerk", "other_clerk"}),
        page("complex", spared.pk, allowed=parties, told=set()),
        page("complex_change", spared.pk, allowed=officer | {"clerk"}, told=parties),
        page("complex_remove", spared.pk, allowed=officer | {"clerk"}, told=parties),
        post("complex_remove", advised.pk, told=parties, away=officer | {"clerk"}),
        # The tenants of the matrix only read for their organisation.
        post("advise", spared.pk, told=parties),
        post("advise", 999_999, told=set()),
        page("aid_change", "weller", 2025, allowed=clerk),
        page("aid_remove", "weller", 2025, allowed=clerk),
        page("aid_change", "heerlen", 2025, allowed=officer),
        page("aid_change", "huurders", 2025, allowed=set(), told=set()),
        page("aid_change", "weller", 2050, allowed=set(), told=set()),
        page("fund", fund.slug, allowed=everybody),
        page("fund", "niets", allowed=set(), told=set()),
        page("fund_add", allowed=coordinator),
        page("fund_change", fund.slug, allowed=coordinator),
        page("fund_remove", empty_fund.slug, allowed=coordinator),
        post("fund_remove", fund.slug, told=everybody, away=coordinator),
        page("use_add", fund.slug, allowed=officers),
        page("use_change", sourced.pk, allowed=officer),
        page("use_remove", sourced.pk, allowed=coordinator),
        page("use_remove", own.pk, allowed=officer),
        *absent,
    ]
