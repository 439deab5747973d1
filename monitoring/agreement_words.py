"""What the pages of the agreements say in sentences: counts, headings, the rule of a light."""

from collections.abc import Sequence

from agreements.models import Agreement
from housing.models import Organisation
from monitoring.agreements import Board, Line
from monitoring.lights import PROPOSED, WORST_FIRST, Light
from monitoring.reported import MISSING
from monitoring.words import counts_text, dutch_date, number

Kind = Agreement.Kind
MANY: dict[str, str] = {
    Kind.TARGET: "afspraken met een getal",
    Kind.EFFORT: "inspanningen",
    Kind.STUDY: "onderzoeken",
    Kind.RESTRAINT: "afspraken over terughoudendheid",
}
# What "Bij 2 van de 9 afspraken …" goes on with, per light that is asked for.
_LIGHT_ASKED: dict[str, str] = {
    Light.BEHIND: "ligt een partij achter",
    Light.WATCH: "staat een partij op let op",
    Light.ON: "ligt een partij op schema",
    MISSING: "gaf een partij nog niets op",
}


def heading(board: Board) -> str:
    """The answer of the table: at how many all who gave an answer are on schedule, and at how
    many somebody is behind."""
    total = len(board.lines)
    of = f"{total} {'afspraak' if total == 1 else 'afspraken'}"
    lit = [[light for light in line.lights if light in WORST_FIRST] for line in board.lines]
    if not any(lit):
        return f"Bij geen van de {of} is al te zeggen hoe het staat"
    on = sum(bool(lights) and set(lights) == {Light.ON} for lights in lit)
    behind = sum(Light.BEHIND in lights for lights in lit)
    first = f"Bij {_some(on)} van de {of} ligt iedereen die opgaf op schema"
    return f"{first}, bij {_some(behind)} liggen partijen achter"


def _some(count: int) -> str:
    return str(count) if count else "geen"


def narrowed(
    board: Board, shown: Sequence[Line], party: Organisation | None, kind: str, light: str
) -> str:
    """The answer of the table when it is narrowed; of one party its own lights."""
    noun = MANY[kind] if kind else "afspraken"
    total = sum(kind in ("", line.agreement.kind) for line in board.lines)
    if party is not None:
        of = f"{party} is aan zet bij {{}} van de {total} {noun}"
        if light:
            return f"{of.format(len(shown))}, met het licht {_light_word(light)}"
        if not shown:
            return f"{party} is bij geen van de {total} {noun} zelf aan zet"
        return f"{of.format(len(shown))}: {own_counts(shown, party)}"
    if light:
        asked = _LIGHT_ASKED[light]
        return f"Bij {_some(len(shown))} van de {total} {noun} {asked}"
    has = "is" if total == 1 else "zijn"
    of_kind = f"van de soort {Kind(kind).label}"
    return f"{total} van de {len(board.lines)} afspraken {has} {of_kind}"


def _light_word(light: str) -> str:
    return counts_text([light]).removeprefix("1 ")


def own_counts(lines: Sequence[Line], party: Organisation) -> str:
    """1 let op, 4 op schema, 1 niet opgegeven: of one party's lights."""
    found = [line.of_party(party.slug) for line in lines]
    return counts_text(each.light for each in found if each is not None)


def promised(party: Organisation, lines: Sequence[Line]) -> str:
    """The answer of a party's own page of promises."""
    if not lines:
        return f"{party} is bij geen afspraak zelf aan zet"
    noun = "afspraak" if len(lines) == 1 else "afspraken"
    return f"{party} is aan zet bij {len(lines)} {noun}: {own_counts(lines, party)}"


def below_title(line: Line) -> str:
    """What stands below an agreement's title in the table: its kind, and until when."""
    agreement = line.agreement
    label = agreement.get_kind_display()
    if agreement.outcome_on:
        return f"{label}, uitkomst op {dutch_date(agreement.outcome_on)}"
    if agreement.due_on:
        return f"{label}, klaar op {dutch_date(agreement.due_on)}"
    if line.joint is not None and line.joint.until:
        return f"{label}, stand tot en met {line.joint.until}"
    return label


def rule_of(kind: str) -> str:
    """How the light of an agreement of this kind comes about."""
    limits = PROPOSED
    if kind == Kind.TARGET:
        return (
            f"Per partij, over afgeronde jaren: op schema vanaf {limits.on}% van wat er had moeten "
            f"zijn, let op vanaf {limits.watch}%, daaronder achter."
        )
    if kind == Kind.RESTRAINT:
        return (
            "Per corporatie, over het laatste jaar dat te beoordelen is: op schema tot en met de "
            f"signaalwaarde, let op tot en met {limits.restraint_watch}% daarvan, daarboven "
            "achter. Zonder signaalwaarde is er geen licht."
        )
    return "Elke partij geeft per ronde zelf aan hoe het staat, met uitleg."


def thresholds() -> str:
    """Both rules in one sentence, for below the table."""
    limits = PROPOSED
    return (
        f"Grenzen van het licht bij een getal: op schema vanaf {limits.on}%, let op vanaf "
        f"{limits.watch}%, daaronder achter. Bij terughoudendheid: op schema tot en met de "
        f"signaalwaarde, let op tot en met {limits.restraint_watch}%, daarboven achter."
    )


def many_parties(line: Line) -> str:
    """Why an agreement of several parties has no colour; "" where one party is aan zet."""
    count = len(line.standings)
    if count < 2:
        return ""
    return f"Van {number(count)} partijen samen: de afspraak zelf heeft geen kleur."
