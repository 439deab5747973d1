"""Files as corporations send them, for the journeys in the browser."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

from housing.intake.rows import CleanRow
from housing.intake.template import write_template
from tests.browser.office import convert
from tests.factories import make_row
from tests.housing.intake.factories import WOZ_HEADINGS, gone_unit, new_unit, unit, write_csv

POSTCODE = "6367AB"


def bag_id(number: int) -> str:
    """The BAG id of a home in Voerendaal."""
    return f"0986010000{number:06}"


def built(homes: int = 1, **fields: object) -> CleanRow:
    """A row of social homes in Voerendaal, ready in March 2026."""
    first = {
        "municipality": "voerendaal",
        "project": "Dorpshart",
        "year": 2026,
        "happened": date(2026, 3, 12),
        "precision": "day",
        "rent": Decimal("700.00"),
    }
    return make_row(homes, **(first | fields))


def addressed(number: int, **fields: object) -> CleanRow:
    """One home with its own code, address and BAG id."""
    own = {
        "key": f"V{number}",
        "bag_ids": (bag_id(number),),
        "postcode": POSTCODE,
        "house_number": number,
    }
    return built(**(own | fields))


def first_answer() -> list[CleanRow]:
    """What Vanhier Wonen has to tell in November 2026: 24 homes of that year, of which 18 count,
    and 5 that count for 2025 after all."""
    return [
        addressed(1),
        addressed(2),
        addressed(3),
        built(15, key="KP", project="Kerkplein", rent=Decimal("712.40")),
        built(6, key="MH", project="Kerkplein", declared="mid_rent", rent=Decimal("1100.00")),
        built(5, key="NG", project="Kerkplein", year=2025, happened=date(2025, 12, 18)),
    ]


def workbook(path: Path, rows: Iterable[CleanRow], party: str = "Vanhier Wonen") -> Path:
    """Our template of 2026 for a party, filled in."""
    with path.open("wb") as target:
        write_template(target, organisation=party, year=2026, rows=list(rows))
    return path


def saved_by_libreoffice(path: Path, folder: Path) -> Path:
    """The same workbook, opened and saved by LibreOffice."""
    folder.mkdir()
    return convert(path, "xlsx", folder)


def stock_list(path: Path, *more: list[str]) -> Path:
    """A WOZ-bezitstabel over 2026: two homes of `first_answer`, the second with another rent,
    one home that is new, one that did not change and one that was sold; and `more`."""
    return write_csv(
        path,
        [
            list(WOZ_HEADINGS),
            new_home(1, R="700,00"),
            new_home(2, R="725,00"),
            new_home(4, R="725,00"),
            unit(B="V90", C=POSTCODE, D="90", G=bag_id(90)),
            gone_unit(5, B="V5", C=POSTCODE, D="5", G=bag_id(5)),
            *more,
        ],
    )


def new_home(number: int, **cells: str) -> list[str]:
    """A row of the WOZ-bezitstabel: a home that was built in 2026."""
    own = {"B": f"V{number}", "C": POSTCODE, "D": str(number), "G": bag_id(number), "U": "2026"}
    return new_unit(number, **(own | cells))
