"""Headings and sheets: in any order and place, several, hidden, merged, missing, unknown."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from housing.intake.template import write_template
from tests.corpus.case import Case, Make, accepts, refuses
from tests.housing.intake.factories import (
    HEADINGS,
    WOZ_HEADINGS,
    line,
    new_unit,
    template_rows,
    write_csv,
    write_xlsx,
)

ROWS = template_rows([line(key="W-1", homes="24"), line(key="W-2", homes="3")])
BLANK: list[str] = []


def cases() -> Iterator[Case]:
    yield from _headings()
    yield from _sheets()
    yield from _templates()


def csv_of(rows: Sequence[Sequence[str]]) -> Make:
    return lambda path: write_csv(path.with_suffix(".csv"), rows)


def xlsx_of(rows: Sequence[Sequence[object]], sheet: str = "Opleveringen") -> Make:
    return lambda path: write_xlsx(path.with_suffix(".xlsx"), rows, sheet)


def renamed(old: str, new: str) -> list[list[str]]:
    return [[new if cell == old else cell for cell in ROWS[0]], *ROWS[1:]]


def without(*names: str) -> list[list[str]]:
    gone = {HEADINGS.index(name) for name in names}
    return [[cell for at, cell in enumerate(row) if at not in gone] for row in ROWS]


def _headings() -> Iterator[Case]:
    group = "headings"
    heads = ROWS[0]
    for name, rows in (
        ("as they are", ROWS),
        ("in capitals", [[h.upper() for h in heads], *ROWS[1:]]),
        ("in small letters", [[h.lower() for h in heads], *ROWS[1:]]),
        ("with spaces and points", [[f" {h}. " for h in heads], *ROWS[1:]]),
        ("with stars", [[h + "*" for h in heads], *ROWS[1:]]),
        ("without spaces", [[h.replace(" ", "") for h in heads], *ROWS[1:]]),
        ("with new lines", [[h.replace(" ", "\n") for h in heads], *ROWS[1:]]),
        ("with accents", [[h.replace("e", "é") for h in heads], *ROWS[1:]]),
        ("turned round", [row[::-1] for row in ROWS]),
        ("on row 3", [["Opgave Weller"], BLANK, *ROWS]),
        ("on row 9 after text", [[f"regel {n}"] for n in range(8)] + ROWS),
        ("after 200 blank rows", [BLANK] * 200 + ROWS),
        ("after an empty first column", [["", *row] for row in ROWS]),
        (
            "only what is needed",
            without(*[h for h in HEADINGS if h not in (*NEEDED, "Netto huur")]),
        ),
        ("with columns of their own", [[*row, "eigen"] for row in ROWS]),
        ("with empty headings", [[*row, "", ""] for row in ROWS]),
        ("with blank rows between", [ROWS[0], BLANK, ROWS[1], [""] * 22, ROWS[2], BLANK]),
        ("with rows that stop early", [ROWS[0], *[row[:14] for row in ROWS[1:]]]),
    ):
        yield Case(group, name, csv_of(rows), accepts(27))
    for old, new in (
        ("Aantal woningen", "Aantal"), ("Aantal woningen", "# woningen"),
        ("Opleverdatum", "Datum"), ("Opleverdatum", "Datum oplevering"),
        ("Gemeente", "Gemeentenaam"), ("Segment", "Huursegment"), ("Netto huur", "Kale huur"),
        ("BAG-verblijfsobject-id", "VBO-id"), ("BAG-verblijfsobject-id", "BAG"),
        ("Oppervlakte m2", "GBO"), ("Huisnummer", "Huisnr."), ("Kenmerk", "Referentie"),
    ):  # fmt: skip
        yield Case(group, f"{new} for {old}", csv_of(renamed(old, new)), accepts(27))
    for gone in NEEDED:
        yield Case(group, f"without {gone}", csv_of(without(gone)), refuses(("column_missing", 1)))
    yield Case(group, "two missing at once", csv_of(without("Gemeente", "Segment")),
               refuses(("column_missing", 1)))  # fmt: skip
    for old, new in (("Aantal woningen", "Aant. won."), ("Segment", "Segmentt"),
                     ("Opleverdatum", "Opleverdat")):  # fmt: skip
        yield Case(group, f"{new}: much like one", csv_of(renamed(old, new)),
                   refuses(("column_missing", 1)))  # fmt: skip
    yield Case(
        group,
        "a typing error in an optional one",
        csv_of(renamed("Netto huur", "Netto huurr")),
        accepts(27, 27, ("heading_like", 1), ("rent_unknown", 2), ("rent_unknown", 3)),
    )
    yield Case(group, "the same heading twice", csv_of([[*row, row[1]] for row in ROWS]),
               refuses(("column_twice", 1)))  # fmt: skip
    beside = [[*ROWS[0], "Aantal"], *[[*row, "9"] for row in ROWS[1:]]]
    yield Case(group, "a synonym beside it", csv_of(beside),
               refuses(("column_twice", 1)))  # fmt: skip
    yield Case(group, "none", csv_of(ROWS[1:]), refuses(("not_recognised", 0)))
    yield Case(group, "too far down", csv_of([[f"regel {n}"] for n in range(12)] + ROWS),
               refuses(("not_recognised", 0)))  # fmt: skip
    yield Case(group, "another table", csv_of([["Naam", "Straat", "Telefoon"], ["a", "b", "c"]]),
               refuses(("not_recognised", 0)))  # fmt: skip
    turned = [list(each) for each in zip(*ROWS, strict=True)]
    yield Case(group, "turned on their side", csv_of(turned),
               refuses(("not_recognised", 0)))  # fmt: skip
    yield Case(group, "only headings", csv_of(ROWS[:1]), refuses(("no_rows", 0)))
    yield Case(group, "headings repeated halfway", csv_of([*ROWS, ROWS[0], ROWS[1]]),
               refuses(either=("when", "date", "homes", "segment", "municipality")))  # fmt: skip
    total = ["Totaal", *[""] * 6, "27", *[""] * 14]
    yield Case(group, "a total below", csv_of([*ROWS, total]), refuses(("row_incomplete", 4)))
    remark = ["let op: voorlopig", *[""] * 21]
    yield Case(group, "a remark below", csv_of([*ROWS, remark]), refuses(("row_incomplete", 4)))
    yield Case(group, "more cells than headings", csv_of([*ROWS, ["W-3", *ROWS[1][1:], "rest"]]),
               refuses(("too_many_cells", 4)))  # fmt: skip


NEEDED = ("Gemeente", "Segment", "Opleverdatum", "Aantal woningen")


def book_of(write: Callable[[Any], None]) -> Make:
    def make(path: Path) -> Path:
        with xlsxwriter.Workbook(str(path.with_suffix(".xlsx"))) as book:
            write(book)
        return path.with_suffix(".xlsx")

    return make


def fill(book: Any, name: str, rows: Sequence[Sequence[object]]) -> Any:
    sheet = book.add_worksheet(name)
    for number, cells in enumerate(rows):
        sheet.write_row(number, 0, cells)
    return sheet


def _sheets() -> Iterator[Case]:
    group = "sheets"

    def hidden(book: Any) -> None:
        fill(book, "Nieuw", ROWS).activate()
        fill(book, "Oud", ROWS).hide()

    def very_hidden(book: Any) -> None:
        fill(book, "Nieuw", ROWS).activate()
        fill(book, "Oud", ROWS).very_hidden()

    def only_hidden(book: Any) -> None:
        fill(book, "Notitie", [["zie ander blad"]]).activate()
        fill(book, "Opgave", ROWS).hide()

    def two(book: Any) -> None:
        fill(book, "Heerlen", ROWS)
        fill(book, "Kerkrade", ROWS)

    def empty_copy(book: Any) -> None:
        fill(book, "Heerlen", ROWS)
        fill(book, "Kerkrade", ROWS[:1])

    def notes_first(book: Any) -> None:
        fill(book, "Leesmij", [["Beste collega"], ["Gemeente", "is", "verplicht"]])
        fill(book, "Opgave", ROWS)

    def chart(book: Any) -> None:
        fill(book, "Opgave", ROWS)
        drawn = book.add_chart({"type": "column"})
        drawn.add_series({"values": "=Opgave!$H$2:$H$3"})
        book.add_chartsheet("Grafiek").set_chart(drawn)

    def merged(book: Any) -> None:
        sheet = book.add_worksheet("Opgave")
        sheet.merge_range(0, 0, 0, 21, "Opgave Weller 2026")
        for number, cells in enumerate(ROWS, 1):
            sheet.write_row(number, 0, cells)

    def merged_headings(book: Any) -> None:
        sheet = book.add_worksheet("Opgave")
        for number, cells in enumerate(ROWS, 1):
            sheet.write_row(number, 0, [*cells[:9], cells[9], *cells[10:]])
        sheet.merge_range(0, 9, 0, 12, "Adres")
        sheet.merge_range(0, 13, 0, 14, "Prijs")

    def merged_cells(book: Any) -> None:
        sheet = fill(book, "Opgave", ROWS)
        sheet.merge_range(1, 1, 2, 1, "Heerlen", book.add_format({"bold": True}))

    def hidden_rows(book: Any) -> None:
        sheet = fill(book, "Opgave", ROWS)
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(3, 3, None, None, {"hidden": True})

    def filtered(book: Any) -> None:
        sheet = fill(book, "Opgave", ROWS)
        sheet.autofilter(0, 0, 2, 21)
        sheet.filter_column(7, "x > 20")
        sheet.set_row(2, None, None, {"hidden": True})

    def table(book: Any) -> None:
        sheet = book.add_worksheet("Opgave")
        sheet.add_table(0, 0, 2, 21, {
            "data": ROWS[1:], "columns": [{"header": head} for head in HEADINGS],
        })  # fmt: skip

    def many(book: Any) -> None:
        for number in range(60):
            fill(book, f"Blad{number}", [["leeg"]])
        book.worksheets()[5].write_row(0, 0, ROWS[0])
        book.worksheets()[5].write_row(1, 0, ROWS[1])

    def odd_name(book: Any) -> None:
        fill(book, "<b>O'Brien & é", ROWS)

    def both_formats(book: Any) -> None:
        fill(book, "Opgave", ROWS)
        fill(book, "Bezit", [WOZ_HEADINGS[:12], new_unit()[:12]])

    for name, write, expected in (
        ("a hidden one beside it", hidden, accepts(27)),
        ("a very hidden one beside it", very_hidden, accepts(27)),
        ("only the hidden one holds the table", only_hidden, NOT_RECOGNISED_HIDDEN),
        ("two with the same headings", two, refuses(("several_sheets", 0))),
        ("an empty copy beside it", empty_copy, accepts(27)),
        ("a note first", notes_first, accepts(27)),
        ("a chart sheet", chart, accepts(27)),
        ("a merged title", merged, accepts(27)),
        ("merged headings", merged_headings, accepts(27)),
        ("merged cells", merged_cells, refuses(("municipality_empty", 3))),
        ("hidden rows and columns are read", hidden_rows, accepts(27)),
        ("filtered rows are read", filtered, accepts(27)),
        ("a table of Excel", table, accepts(27)),
        ("sixty", many, accepts(24)),
        ("an odd name", odd_name, accepts(27)),
    ):
        if name == "merged headings":
            # The group headings "Adres" and "Prijs" stand above the real ones.
            yield Case(group, name, book_of(write), accepts(27))
            continue
        yield Case(group, name, book_of(write), expected)
    yield Case(group, "both formats: most headings win", book_of(both_formats), accepts(27))


NOT_RECOGNISED_HIDDEN = refuses(("not_recognised", 0), ("hidden_sheets", 0))


def _templates() -> Iterator[Case]:
    group = "our own templates"

    def template(organisation: str, year: int, filled: bool = True) -> Make:
        def make(path: Path) -> Path:
            from tests.housing.intake.test_template import line_of

            path = path.with_suffix(".xlsx")
            with path.open("wb") as target:
                rows = [line_of(year)] if filled else []
                write_template(target, organisation=organisation, year=year, rows=rows)
            return path

        return make

    def first_edition(path: Path) -> Path:
        def write(book: Any) -> None:
            fill(book, "Opleveringen", ROWS)
            fill(
                book, "Toelichting", [["Opgave 2026", "Voor Weller. Vul het blad Opleveringen in"]]
            )

        return book_of(write)(path)  # type: ignore[return-value]

    yield Case(group, "this one", template("Weller", 2026), accepts(3))
    yield Case(group, "this one, not filled", template("Weller", 2026, False),
               refuses(("no_rows", 0)))  # fmt: skip
    yield Case(group, "of last year", template("Weller", 2025), refuses(("template_year", 0)))
    yield Case(group, "of next year", template("Weller", 2027), refuses(("template_year", 0)))
    yield Case(group, "of another party", template("Woonpunt", 2026),
               refuses(("template_organisation", 0)))  # fmt: skip
    yield Case(group, "of nobody we know", template("De Woning", 2026),
               accepts(3, 3, ("template_organisation", 0)))  # fmt: skip
    yield Case(group, "the first edition", first_edition, accepts(27, 27, ("template_old", 0)))
