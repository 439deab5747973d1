"""Why a row counts for the 1.350 or not, in words. `Rule.counts` decides; no Django here."""

from dataclasses import dataclass

from housing.codes import DwellingType, Kind, RentClass, Segment, UnitKind
from housing.counting import Rule


@dataclass(frozen=True, slots=True)
class Facts:
    """A row as the counting rule looks at it (`housing.counting.Countable`), with what marks it.

    `municipality` is "" when the place is not known or not in the region that year.
    """

    year: int
    municipality: str
    part: str
    kind: str
    segment: str
    unit_kind: str
    dwelling_type: str
    self_contained: bool | None
    rent_class: str = RentClass.NOT_RENTED.value
    not_yet_let: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One test of the rule and whether the row passes it."""

    text: str
    passes: bool


def rule_of_year(rule: Rule, year: int) -> Rule:
    """The rule that holds for a year: an earlier one where a newer does not reach back."""
    while rule.applies_from and rule.earlier and year < rule.applies_from:
        rule = rule.earlier
    return rule


def reasons(facts: Facts, rule: Rule) -> tuple[Reason, ...]:
    """Every test of the rule that holds for the row's year, in the order people ask them."""
    rule = rule_of_year(rule, facts.year)
    contained = {True: "yes", False: "no", None: "unknown"}[facts.self_contained]
    tests = [
        _period(facts, rule),
        Reason(
            f"Staat in {facts.municipality}"
            if facts.municipality
            else "plaats in de regio nog niet bekend",
            bool(facts.municipality),
        ),
        _unit(facts),
        _kind(facts, rule),
        _segment(facts, rule),
        Reason(
            {
                "yes": "Zelfstandige woonruimte",
                "no": "niet zelfstandig",
                "unknown": "Zelfstandig of niet: nog niet bekend",
            }[contained],
            contained in rule.self_contained,
        ),
    ]
    if facts.dwelling_type in rule.excluded_dwelling_types:
        tests.append(Reason(f"{DwellingType(facts.dwelling_type).label} telt niet", False))
    return tuple(tests)


def why_not(facts: Facts, rule: Rule) -> str:
    """In a few words why a row does not count; "" when it does."""
    if rule.counts(facts):
        return ""
    failed = [test.text for test in reasons(facts, rule) if not test.passes]
    if facts.kind not in rule_of_year(rule, facts.year).kinds:
        return Kind(facts.kind).label + " telt niet"
    return failed[0] if failed else "geen telregel"


def marks(facts: Facts) -> tuple[str, ...]:
    """What to say beside homes that do count."""
    found = []
    if facts.rent_class == RentClass.UNKNOWN:
        found.append("huur nog niet bekend")
    if facts.self_contained is None:
        found.append("zelfstandig onbekend")
    if facts.not_yet_let:
        found.append("nog niet in exploitatie")
    if facts.dwelling_type in (DwellingType.FLEX, DwellingType.EXTRAMURAL):
        found.append(DwellingType(facts.dwelling_type).label.lower())
    return tuple(found)


def _period(facts: Facts, rule: Rule) -> Reason:
    if facts.year < rule.first_year:
        return Reason(f"vóór {rule.first_year}", False)
    if facts.year > rule.last_year:
        return Reason(f"na {rule.last_year}", False)
    period = f"{rule.first_year} tot en met {rule.last_year}"
    return Reason(f"Telt in {facts.year}: de regel gaat over {period}", True)


def _unit(facts: Facts) -> Reason:
    if facts.part != "2.1A":
        return Reason("verkocht uit voorraad, geen bezit", False)
    if facts.unit_kind != UnitKind.DWELLING:
        return Reason(f"geen woonruimte maar {UnitKind(facts.unit_kind).label}", False)
    return Reason("Woonruimte in bezit van de corporatie", True)


def _kind(facts: Facts, rule: Rule) -> Reason:
    label = Kind(facts.kind).label
    if facts.kind in rule.kinds:
        return Reason(f"{label.capitalize()} telt mee", True)
    return Reason(f"{label} telt niet", False)


def _segment(facts: Facts, rule: Rule) -> Reason:
    label = Segment(facts.segment).label
    if facts.segment in rule.segments:
        return Reason(label.capitalize(), True)
    return Reason(f"segment {label}" if facts.segment == Segment.UNKNOWN else label, False)
