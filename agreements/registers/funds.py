"""National funds: money granted and spent, and homes that are never added to completions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agreements.models import Fund, FundUse
from agreements.registers.sums import Sum, euros, total

NOT_ADDED = "Deze woningen tellen wij niet op bij de opleveringen."


@dataclass(frozen=True, slots=True)
class UseLine:
    """What a fund pays for, and whether the reader keeps it."""

    use: FundUse
    may_keep: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class FundLine:
    """A fund with what is known of the money its uses were granted and spent."""

    fund: Fund
    granted: Sum
    spent: Sum


def line_of(fund: Fund) -> FundLine:
    """A fund as the list shows it. Ask funds with `prefetch_related("uses")`."""
    uses = list(fund.uses.all())
    return FundLine(fund, total(use.granted for use in uses), total(use.spent for use in uses))


def use_line(use: FundUse, today: date, *, may_keep: bool) -> UseLine:
    """A use as the fund's page shows it on `today`."""
    is_late = use.deadline is not None and use.deadline < today
    return UseLine(use, may_keep, is_late)


def heading(funds: Sequence[Fund]) -> str:
    """The answer of the list."""
    if not funds:
        return "Er staan nog geen rijksfondsen in het portaal"
    amounts = total(fund.amount for fund in funds)
    which = "1 rijksfonds" if len(funds) == 1 else f"{len(funds)} rijksfondsen"
    if amounts.known is None:
        return f"Van {which} in het portaal is nog geen bedrag bekend"
    if not amounts.unknown:
        return f"Het Rijk kende {euros(amounts.known)} toe, uit {which}"
    return (
        f"Het Rijk kende minstens {euros(amounts.known)} toe: van {amounts.resting_on} van de "
        f"{which} is een bedrag bekend"
    )


def money(sum_: Sum) -> str:
    """€ 3.697.150, van 1 nog niet bekend: a sum of uses that says what it leaves out."""
    if not sum_.of:
        return "geen bestedingen bekend"
    if sum_.known is None:
        return "nog niet opgegeven"
    if not sum_.unknown:
        return euros(sum_.known)
    return f"{euros(sum_.known)}, bij {sum_.resting_on} van {sum_.of}"
