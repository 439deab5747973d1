"""What one row of the WOZ-bezitstabel does to the stock: J - I, with column Q as the reason."""

from dataclasses import dataclass

from housing.codes import Branch, Kind
from housing.intake import values, words
from housing.intake.values import Fault, fold, trimmed

THREE_CELLS = ("opening", "closing", "mutation")
_MOST_UNITS = 10_000


@dataclass(frozen=True, slots=True)
class Effect:
    """What the cells of one row about number, branch, kind and reason come to.

    `fault` with its field, or a change of `homes` of `kind` in `branch`, or a transfer, or both.
    """

    fault: Fault | None = None
    field: str = "mutation"
    opening: int = 0
    closing: int = 0
    branch_opening: str = ""
    branch_closing: str = ""
    kind: Kind | None = None
    homes: int = 0
    branch: str = ""
    transfer: Kind | None = None
    moved: int = 0


_BRANCH_MISSING = Fault(
    "branch_missing",
    "De tak ontbreekt",
    "Vul DAEB TI, Niet-DAEB TI of Geconsolideerde niet-DAEB verbindingen in.",
)
_MUTATIONS = (
    "Kies uit: Nieuwbouw, Aankoop, Splitsing, Van voorraad, Sloop, Samenvoeging, Naar voorraad, "
    "Verkoop aan toekomstige bewoners, Verkoop aan overigen, Geen mutatie."
)


def work_out(
    part: str,
    opening_text: str,
    closing_text: str,
    first: str,
    last: str,
    mutation: str,
    names: tuple[str, ...],
) -> Effect:
    """What a row's numbers, branches and reason come to; `names` are the columns to mention."""
    opening, closing = _units(opening_text), _units(closing_text)
    if isinstance(opening, Fault):
        return Effect(opening, "opening")
    if isinstance(closing, Fault):
        return Effect(closing, "closing")
    before, after = _branch(first), _branch(last)
    if isinstance(before, Fault):
        return Effect(before, "branch_opening")
    if isinstance(after, Fault):
        return Effect(after, "branch_closing")
    if not opening:
        before = ""
    if not closing:
        after = ""
    counts = {
        "opening": opening,
        "closing": closing,
        "branch_opening": before,
        "branch_closing": after,
    }
    if part in {"2.1C", "2.1D"}:
        return Effect(**counts)  # type: ignore[arg-type]
    word = fold(trimmed(mutation))
    kind = words.WOZ_KINDS.get(word)
    difference = closing - opening
    if kind is None and word not in words.NO_CHANGE and word:
        fault = Fault("mutation", "Deze mutatie kennen we niet", _MUTATIONS)
        return Effect(values.excel_error(trimmed(mutation)) or fault)
    if (kind is None and difference) or (kind is not None and _contradicts(kind, difference)):
        return Effect(_contradiction(kind, opening, closing, names))
    transfer = None
    stays = opening and closing and before and after and part == "2.1A"
    if stays and (before == Branch.DAEB) != (after == Branch.DAEB):
        transfer = Kind.TO_DAEB if after == Branch.DAEB else Kind.TO_NON_DAEB
    branch = after if difference > 0 else before
    if difference and not branch and part == "2.1A":
        field = "branch_closing" if difference > 0 else "branch_opening"
        return Effect(_BRANCH_MISSING, field)
    return Effect(
        kind=kind if difference else None,
        homes=abs(difference),
        branch=branch,
        transfer=transfer,
        moved=min(opening, closing) if transfer else 0,
        **counts,  # type: ignore[arg-type]
    )


def _contradicts(kind: Kind, difference: int) -> bool:
    if difference == 0:
        # The surviving unit of a split or merger may keep its number.
        return kind not in {Kind.SPLIT, Kind.MERGE}
    return (difference > 0) != (kind.direction > 0)


def _contradiction(kind: Kind | None, opening: int, closing: int, names: tuple[str, ...]) -> Fault:
    reason = kind.label.capitalize() if kind else "Geen mutatie"
    told = f"{names[0]} is {opening}, {names[1]} is {closing} en {names[2]} is {reason}."
    if kind is None:
        advice = "Vul in wat er gebeurd is, of maak de aantallen gelijk."
        return Fault(
            "no_change_but_differs", "Het aantal verandert zonder mutatie", f"{told} {advice}"
        )
    hoped = "hoger" if kind.direction > 0 else "lager"
    return Fault(
        "sign",
        "De aantallen en de mutatie spreken elkaar tegen",
        f"{told} Bij deze mutatie is het aantal ultimo {hoped} dan primo. Verbeter een van "
        "de drie cellen.",
    )


def _units(text: str) -> int | Fault:
    units = values.read_whole(text)
    if isinstance(units, Fault) and units.code != "not_whole":
        return units
    if isinstance(units, Fault):
        return Fault("units", "Dit is geen aantal", units.message)
    if units is not None and units > _MOST_UNITS:
        return Fault("units", "Dit is geen aantal", "Kijk of er een cijfer te veel staat.")
    return units or 0


def _branch(text: str) -> str | Fault:
    text = trimmed(text)
    if values.says_nothing(text):
        return ""
    branch = words.BRANCHES.get(fold(text))
    return branch.value if branch else Fault(
        "branch",
        "Deze tak kennen we niet",
        "Vul DAEB TI, Niet-DAEB TI of Geconsolideerde niet-DAEB verbindingen in.",
    )  # fmt: skip
