"""Plans for affordable owner-occupied homes that lie still: how many, why, where, how long."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from agreements.models import Cause, StalledPlan
from agreements.registers.sums import Sum, homes_in_words, lasting, total


@dataclass(frozen=True, slots=True)
class Group:
    """The open plans of one cause or one municipality."""

    label: str
    homes: Sum

    @property
    def plans(self) -> int:
        """How many plans."""
        return self.homes.of

    @property
    def text(self) -> str:
        """Their homes, and how many plans give none."""
        return plan_homes(self.homes)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan with how long it lay (or lies) still, and whether the reader keeps it."""

    plan: StalledPlan
    lasted: str
    may_keep: bool


def plan_homes(homes: Sum) -> str:
    """214 woningen, 2 plannen zonder aantal."""
    return homes_in_words(homes, "plan", "plannen")


def line_of(plan: StalledPlan, today: date, *, may_keep: bool) -> PlanLine:
    """A plan as the page shows it on `today`."""
    lasted = ""
    if plan.stalled_since:
        lasted = lasting(plan.stalled_since, plan.solved_on or today)
    return PlanLine(plan, lasted, may_keep)


def heading(open_: Sequence[StalledPlan], solved: int) -> str:
    """The answer of the page."""
    if not open_:
        if not solved:
            return "Er staan nog geen stilliggende plannen in de lijst"
        loop = "het ene plan is" if solved == 1 else f"alle {solved} plannen zijn"
        return f"Geen plan ligt nog stil: {loop} weer op gang"
    homes = total(plan.homes for plan in open_)
    lie = "Er ligt 1 plan" if len(open_) == 1 else f"Er liggen {len(open_)} plannen"
    if homes.known is None:
        return f"{lie} stil; hoeveel woningen dat zijn, is nog niet opgegeven"
    return f"{lie} stil: {plan_homes(homes)}"


def by_cause(open_: Iterable[StalledPlan]) -> list[Group]:
    """The open plans by cause, in the order of the short list."""
    return _grouped(open_, lambda plan: plan.cause, Cause.choices)


def by_municipality(open_: Sequence[StalledPlan]) -> list[Group]:
    """The open plans by municipality, in alphabetical order."""
    names = sorted({plan.municipality.name for plan in open_})
    return _grouped(open_, lambda plan: plan.municipality.name, [(name, name) for name in names])


def _grouped(
    plans: Iterable[StalledPlan],
    key: Callable[[StalledPlan], str],
    labels: Iterable[tuple[object, object]],
) -> list[Group]:
    found: dict[str, list[int | None]] = {}
    for plan in plans:
        found.setdefault(key(plan), []).append(plan.homes)
    return [
        Group(str(label), total(found[str(code)])) for code, label in labels if str(code) in found
    ]
