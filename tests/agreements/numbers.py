"""Who gets which page of targets, shares, deviations, sales, segments and the vision (for the
matrix). The own municipality is Heerlen, its officer `officer`."""

from datetime import date
from typing import Any

from django.urls import reverse

from agreements.models import Deviation, Indicator, Vision
from housing.models import Organisation, User
from tests.factories import make_agreement, make_target

Row = tuple[str, set[str], set[str], str, set[str]]


def make_vision(**fields: Any) -> Vision:
    """The Woonvisie with its number."""
    fields = {
        "name": "Woonvisie", "first_year": 2023, "last_year": 2028, "homes": 7500,
        "homes_from": 2022, "homes_until": 2032, "source": "test", **fields,
    }  # fmt: skip
    return Vision.objects.create(**fields)


def rows_of_matrix(everybody: set[str], people: dict[str, User | None]) -> list[Row]:
    """Pages of numbers: who gets them, who is told why not, who is turned away as it stands."""
    heerlen = Organisation.objects.get(slug="heerlen")
    target = make_agreement(slug="een-getal")
    make_target(agreement=target)
    running = Deviation.objects.create(
        agreement=target, year=2027, homes=200, reason="test",
        starts_on=date(2026, 1, 1), ends_on=date(2090, 1, 1),
    )  # fmt: skip
    measure = Indicator.objects.create(
        vision=make_vision(), municipality=heerlen, name="Rapportcijfer", year=2025, value=7,
        source="test",
    )  # fmt: skip
    coordinator, none = {"coordinator"}, set[str]()
    officers = {"officer", "other_officer", "coordinator"}
    own = {"officer", "coordinator"}

    def row(
        name: str, *args: object, who: set[str], told: set[str] = everybody, method: str = "get"
    ) -> Row:
        return reverse(name, args=args), who, told, method, none

    return [
        *(row(f"monitoring:{name}", who=everybody) for name in ("sales", "mixed", "vision")),
        *(
            row(f"monitoring:{name}", suffix, who=who)
            for name in ("sales_export", "mixed_export")
            for suffix, who in (("csv", everybody), ("xlsx", everybody))
        ),
        *(
            row(f"monitoring:{name}", "pdf", who=none, told=none)
            for name in ("sales_export", "mixed_export")
        ),
        row("monitoring:bids", target.slug, who=everybody),
        row("monitoring:bids", "niets", who=none, told=none),
        *(
            row(f"agreements:{name}", target.slug, who=coordinator, method=method)
            for name in ("target", "split", "deviation")
            for method in ("get", "post")
        ),
        *(
            row(f"agreements:{name}", "niets", who=none, told=none)
            for name in ("target", "split", "deviation")
        ),
        row("agreements:deviation_end", target.slug, running.pk, who=coordinator, method="post"),
        row("agreements:deviation_end", "niets", 999_999, who=none, told=none, method="post"),
        row("agreements:indicators", who=everybody),
        *(
            row("agreements:indicator_add", who=officers, method=method)
            for method in ("get", "post")
        ),
        *(
            row("agreements:indicator_remove", measure.pk, who=own, method=method)
            for method in ("get", "post")
        ),
        row("agreements:indicator_remove", 999_999, who=none, told=none),
        row("housing:earlier", who=everybody),
        *(
            row("housing:earlier_entry", "heerlen", who=own, method=method)
            for method in ("get", "post")
        ),
        row("housing:earlier_entry", "weller", who=none, told=none),
        row("housing:earlier_entry", "niemand", who=none, told=none),
    ]
