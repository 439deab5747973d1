"""CSV files: every encoding, delimiter, line end and quote; and how large they may be."""

import csv
import io
from collections.abc import Iterator

from tests.corpus.case import Case, accepts, bytes_file, refuses
from tests.housing.intake.factories import line, template_rows

ROWS = template_rows([line(project="Aarveld é", homes="24", remark="één"), line(homes="3")])


def text_of(
    rows: list[list[str]] = ROWS, delimiter: str = ";", end: str = "\r\n", **how: int
) -> str:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, lineterminator=end, **how).writerows(rows)  # type: ignore[arg-type]
    return target.getvalue()


def cases() -> Iterator[Case]:
    group = "CSV"
    text = text_of()
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-32", "latin-1"):
        yield Case(group, f"in {encoding}", bytes_file(text.encode(encoding), ".csv"), accepts(27))
    for name, codec in (("utf-16 big endian", "utf-16-be"),):
        yield Case(group, name, bytes_file(b"\xfe\xff" + text.encode(codec), ".csv"), accepts(27))
    for name, delimiter in (("comma", ","), ("tab", "\t"), ("bar", "|"), ("semicolon", ";")):
        content = text_of(delimiter=delimiter).encode()
        yield Case(group, f"with a {name}", bytes_file(content, ".csv"), accepts(27))
        content = text_of(delimiter=delimiter, quoting=csv.QUOTE_ALL).encode()
        yield Case(group, f"with a {name}, all quoted", bytes_file(content, ".csv"), accepts(27))
    for name, end in (("LF", "\n"), ("CR", "\r"), ("CRLF", "\r\n")):
        yield Case(
            group, f"lines end in {name}", bytes_file(text_of(end=end).encode()), accepts(27)
        )
    mixed = text.replace("\r\n", "\n", 1)
    yield Case(group, "mixed line ends", bytes_file(mixed.encode()), accepts(27))
    yield Case(group, "named .xlsx", bytes_file(text.encode(), ".xlsx"), accepts(27))
    yield Case(group, "named .txt", bytes_file(text.encode(), ".txt"), accepts(27))
    yield Case(group, "sep= first", bytes_file(b"sep=;\r\n" + text.encode()), accepts(27))
    yield Case(group, "sep= of a comma", bytes_file(b"sep=,\r\n" + text_of(delimiter=",").encode()),
               accepts(27))  # fmt: skip
    yield Case(group, "no line end at the end", bytes_file(text.rstrip().encode()), accepts(27))
    yield Case(
        group, "blank lines at the end", bytes_file(text.encode() + b"\r\n" * 500), accepts(27)
    )
    yield Case(group, "blank lines first", bytes_file(b"\r\n\r\n" + text.encode()), accepts(27))
    hollow = text.encode() + (b";" * 21 + b"\r\n") * 50
    yield Case(group, "rows of only delimiters", bytes_file(hollow),
               accepts(27))  # fmt: skip
    quoted = text_of(template_rows([line(remark='a;b\r\nc "d"'), line(homes="x")]))
    yield Case(group, "quoted newline keeps row numbers", bytes_file(quoted.encode()),
               refuses(("homes", 3)))  # fmt: skip
    yield Case(group, "an end-of-file of DOS", bytes_file(text.encode() + b"\x1a"), accepts(27))
    head, _, rest = text.partition("\r\n")
    for name, content, expected in (
        ("a quote that is never closed", head + "\r\n\"" + rest, refuses(("csv_structure", 0))),
        ("a quote amid a cell", text.replace("één", 'e"en'), accepts(27)),
        ("text after a quote", text.replace("één", '"e"en'), refuses(("csv_structure", 0))),
        ("a cell of 200.000 characters", text + "x" * 200_000, refuses(("csv_structure", 0))),
        ("headings with commas, rows with semicolons", head.replace(";", ",") + "\r\n" + rest,
         refuses(either=("row_incomplete", "too_many_cells"))),
        ("a NUL in a cell", text.replace("één", "e\0n"), refuses(("unreadable_character", 2))),
    ):  # fmt: skip
        yield Case(group, name, bytes_file(content.encode()), expected)
    yield from _sizes()


def _sizes() -> Iterator[Case]:
    group = "sizes"
    one = text_of([ROWS[2]]).encode()
    head = text_of(ROWS[:1]).encode()
    yield Case(group, "5.000 rows", bytes_file(lambda: head + one * 5_000), accepts(15_000))
    blank = b"\r\n" * 1_000_000
    yield Case(group, "a million blank lines", bytes_file(lambda: head + one + blank + one),
               accepts(6))  # fmt: skip
    yield Case(group, "21 MB", bytes_file(lambda: b"x" * (20 * 1024 * 1024 + 1)),
               refuses(("too_large", 0)))  # fmt: skip
    few = b"Gemeente;Segment\n"
    yield Case(group, "over 200.000 rows", bytes_file(lambda: few + b"Heerlen;koop\n" * 200_100),
               refuses(("too_many_rows", 0)))  # fmt: skip
    yield Case(group, "nine million cells", bytes_file(lambda: b";" * 9_000_000),
               refuses(either=("too_many_cells", "not_recognised", "empty")))  # fmt: skip
    wide = [[*row, *[""] * 16_000, "x"] for row in ROWS]
    yield Case(group, "sixteen thousand columns", bytes_file(text_of(wide).encode()), accepts(27))
    heads = [[*ROWS[0], *[f"Kolom {n}" for n in range(16_000)]], *ROWS[1:]]
    yield Case(group, "sixteen thousand headings", bytes_file(text_of(heads).encode()), accepts(27))
    faults = text_of(template_rows([line(homes="x", rent="y", when="z", label="w", segment="q")]))
    body = faults.partition("\r\n")[2].encode()
    wrong = ("homes", "not_number", "date", "label", "segment")
    yield Case(group, "10.000 faults", bytes_file(lambda: head + body * 2_000),
               refuses(*((code, row) for row in range(2, 2_002) for code in wrong)))  # fmt: skip
    crafted = b"Gemeente;Segment;Aantal\n" + b'"";"' * 200_000
    yield Case(group, "crafted quotes", bytes_file(crafted),
               refuses(either=("csv_structure", "not_recognised", "column_missing")))  # fmt: skip
