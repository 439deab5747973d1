"""What the rule of the light lays beside each other: built and agreed, sold and signal value.

A target of a set is measured by a `Picture` with that set's targets, so that an agreement says
the same as the start page and a party's own page. The light itself is `monitoring.lights`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agreements.models import Agreement, AgreementSet, Target
from housing.counting import Rule
from housing.models import Organisation
from monitoring.agreed import REGION
from monitoring.figures import Picture
from monitoring.lights import Light
from monitoring.progress import Progress
from monitoring.sales import sold_in
from monitoring.sales_page import Line, sales_page
from monitoring.stated import NOT_STATED, Stated, together
from monitoring.stated_words import below
from monitoring.words import number

Basis = Target.Basis


@dataclass(frozen=True, slots=True)
class Measured:
    """A number beside what was agreed, over closed years, in homes.

    `until`: the last year that `value` and `agreed` are about, None before any year is closed.
    `running_year` and `running`: the first year not closed and what is known of it so far.
    Both are figures with their state and marks. `text`: the same in a few words, for where nobody
    has a number of its own.
    """

    light: Light = Light.NONE
    stated: Stated = NOT_STATED
    agreed: int | None = None
    until: int | None = None
    running_year: int | None = None
    stated_running: Stated = NOT_STATED
    progress: Progress | None = None
    text: str = ""
    is_demo: bool = False

    @property
    def value(self) -> int | None:
        """The homes that are laid beside what was agreed."""
        return self.stated.homes

    @property
    def running(self) -> int | None:
        """Homes of the running year so far."""
        return self.stated_running.homes


def picture_of(known: Picture, agreement: Agreement, targets: Sequence[Target]) -> Picture:
    """The picture as one target agreement sees it: its own targets, its segment, and of a local
    set only the homes in that municipality."""
    set_ = agreement.set
    counted = [target for target in targets if target.basis != Basis.START]
    joint = [target for target in counted if _scope(target, agreement) == REGION]
    segment = (joint or counted)[0].segment if counted else ""
    by_scope: dict[str, dict[int, int]] = defaultdict(dict)
    totals: dict[str, int] = {}
    for target in counted:
        scope = _scope(target, agreement)
        if scope and target.segment == segment:
            by_scope[scope] |= {year.year: year.homes for year in target.years.all()}
            if target.total is not None:
                totals[scope] = target.total
    rule = _rule(known.rule, segment, set_.first_year, set_.last_year)
    return replace(in_set(known, set_), targets=dict(by_scope), totals=totals, rule=rule)


def in_set(known: Picture, set_: AgreementSet) -> Picture:
    """The picture as far as a set is about it: of a local set only what is in that municipality,
    asked of the corporations that are party to it."""
    if set_.municipality is None:
        return known
    place = set_.municipality.slug
    signed = {known.stands_under.get(party.slug) for party in set_.parties.all()}
    return replace(
        known.about(place),
        asked={
            year: tuple(slug for slug in slugs if known.stands_under[slug] in signed)
            for year, slugs in known.asked.items()
        },
    )


def _scope(target: Target, agreement: Agreement) -> str:
    """Whose target it is: the whole set's, one party's (its slug), or "" for a share within."""
    place = target.municipality
    if place is not None and place.pk == agreement.set.municipality_id:
        place = None
    if place is not None and target.corporation is not None:
        return ""
    party = place or target.corporation
    return party.slug if party else REGION


def _rule(rule: Rule, segment: str, first_year: int, last_year: int) -> Rule:
    """The counting rule for another segment or for other years, all else as it is."""
    if segment and segment not in rule.segments:
        rule = replace(rule, segments=frozenset({segment}))
    earlier = rule.earlier and _rule(rule.earlier, segment, first_year, last_year)
    return replace(
        rule,
        first_year=min(rule.first_year, first_year),
        last_year=max(rule.last_year, last_year),
        earlier=earlier,
    )


def measured_target(
    own: Picture,
    agreement: Agreement,
    targets: Sequence[Target],
    parties: Sequence[Organisation],
) -> tuple[Measured, dict[str, Measured]]:
    """What all parties do together, and each by slug. Who has no number of its own, has no light;
    a party that is aan zet alone has the whole number."""
    if targets and all(target.basis == Basis.START for target in targets):
        text = "telt bij start bouw: dat geven partijen niet op"
        unknown = Measured(Light.UNKNOWN, text=text)
        return unknown, {party.slug: unknown for party in parties}
    place = agreement.set.municipality_id
    found: dict[str, Measured] = {}
    for party in parties:
        progress = own.by_corporation.get(party.slug)
        if party.kind == Organisation.Kind.MUNICIPALITY:
            progress = own.by_municipality.get(party.slug)
        if party.pk == place or len(parties) == 1:
            progress = own.region
        found[party.slug] = _of(progress) if progress else Measured()
    joint = _of(own.region)
    return replace(joint, text=_together(joint)), found


def _of(progress: Progress) -> Measured:
    running = next((year for year in progress.open_years if year.started), None)
    return Measured(
        light=progress.light,
        stated=progress.stated_closed,
        agreed=progress.due,
        until=progress.closed_until,
        running_year=running.year if running else None,
        stated_running=running.stated if running else NOT_STATED,
        progress=progress,
        is_demo=progress.demo,
    )


def _together(joint: Measured) -> str:
    if joint.until is None or joint.value is None:
        return "er is nog geen jaar afgerond"
    told = [text for _, text in below(joint.stated)]
    of = "" if joint.agreed is None else f" van {number(joint.agreed)}"
    return ", ".join([f"samen {number(joint.value)}{of} t/m {joint.until}", *told])


def restrained(
    known: Picture, targets: Sequence[Target], parties: Sequence[Organisation]
) -> tuple[Measured, dict[str, Measured]]:
    """Homes sold beside the signal values, of all together and of each corporation by slug: what
    the page of the sales says. The verdict is of the newest year that can be judged."""
    signals: dict[str, dict[int, int]] = defaultdict(dict)
    for target in targets:
        if target.municipality_id is None and target.corporation is not None:
            signals[target.corporation.slug] |= {y.year: y.homes for y in target.years.all()}
    page = sales_page(known, sold_in(known), signals)
    lines = {line.slug: line for line in page.lines}
    until = page.closed_until
    own = [party.slug for party in parties if party.slug in lines]
    found = {slug: _sold_by(lines[slug], until) for slug in own}
    text = "nog niets bekend over verkoop"
    if page.closed_total is not None:
        told = [text for _, text in below(page.stated_closed)]
        text = ", ".join([f"{number(page.closed_total)} verkocht t/m {page.closed_until}", *told])
    elif page.is_known:
        text = "er is nog geen jaar afgerond"
    if not page.has_signal:
        text += "; er is nog geen signaalwaarde afgesproken"
    return Measured(stated=page.stated_closed, until=until, text=text, is_demo=page.is_demo), found


def _sold_by(line: Line, until: int | None) -> Measured:
    """The verdict of a corporation; without a signal value what it sold over closed years."""
    judged = [cell for cell in line.cells if cell.signal is not None]
    said = [cell for cell in judged if cell.light != Light.UNKNOWN]
    is_demo = any(cell.sold is not None and cell.sold.demo for cell in line.cells)
    if judged:
        verdict = (said or judged)[-1]
        return Measured(
            light=verdict.light,
            stated=verdict.stated,
            agreed=verdict.signal,
            until=verdict.year,
            text=f"in {verdict.year}",
            is_demo=is_demo,
        )
    closed = together(cell.stated for cell in line.cells if until and cell.year <= until)
    return Measured(
        stated=closed,
        until=until,
        text="" if closed.homes is None else f"t/m {until}",
        is_demo=is_demo,
    )
