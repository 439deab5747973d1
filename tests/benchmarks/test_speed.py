"""`make bench`: what our own work costs against a floor in the same run, as ratios.

No test asserts on time; each prints a line of the table.
"""

import csv
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from housing import versions
from housing.bulk import bulk_load
from housing.intake.process import check_file
from housing.intake.stored import FACT_FIELDS, LINK_FIELDS
from housing.intake.storing import Filing, store
from housing.models import Organisation, StockChange, Tally
from monitoring.figures import picture
from tests.benchmarks import files
from tests.factories import (
    at,
    make_board,
    make_clerk,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_target,
    make_version,
)

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db]
ROWS, STOCK = 100_000, 60_000


def seconds(work: Callable[[], Any], times: int = 3) -> float:
    """The quickest of some runs: what else the machine does only ever makes a run slower."""
    return min(_timed(work) for _ in range(times))


def compare(ours: Callable[[], Any], floor: Callable[[], Any], times: int) -> tuple[float, float]:
    """The quickest run of ours and of the floor, in turns: a machine is not as quick all day."""
    taken = [(_timed(ours), _timed(floor)) for _ in range(times)]
    return min(own for own, _ in taken), min(other for _, other in taken)


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def report(job: str, ours: float, floor: float, reach: str) -> None:
    print(
        f"\n{connection.vendor:<11} {job:<58} {ours:7.2f} s"
        f"  floor {floor:6.2f} s  {ours / floor:5.2f} ×  (reach {reach})"
    )


@pytest.fixture
def weller() -> Organisation:
    for name, code in (("Heerlen", "GM0917"), ("Kerkrade", "GM0928"), ("Landgraaf", "GM0882")):
        make_municipality(name, code)
    make_rules()
    make_target()
    make_round(2025)
    return make_organisation(name="Weller")


def _rollback(work: Callable[[], Any]) -> Callable[[], None]:
    def run() -> None:
        with transaction.atomic():
            work()
            transaction.set_rollback(True)

    return run


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_import_of_100_000_rows(weller: Organisation, tmp_path: Path, suffix: str) -> None:
    write = files.write_csv if suffix == ".csv" else files.write_xlsx
    path = write(tmp_path / f"groot{suffix}", files.TEMPLATE, files.template_rows(ROWS))
    round_ = make_round(2025)
    names = [*FACT_FIELDS, *LINK_FIELDS]
    columns = [StockChange._meta.get_field(name).attname for name in names]

    def ours() -> Any:
        checked = check_file(path, path.name, weller, 2025, round_)
        assert checked.accepted, checked.errors[:3]
        filing = Filing(weller, 2025, checked.format, round_, at=at("2026-01-20"))
        return store(checked.rows, filing)

    def read() -> None:
        if suffix == ".csv":
            files.read_plainly(path)
        else:
            CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()

    with transaction.atomic():
        stored = list(StockChange.objects.filter(submission=ours()).values_list(*columns))
        assert len(stored) == ROWS
        transaction.set_rollback(True)
    # Both are undone, and that is part of what both take. The keys of the version are gone by
    # then; databases ask for them only when a transaction is kept.
    floor = _rollback(lambda: (read(), bulk_load(StockChange, names, stored)))
    taken = compare(_rollback(ours), floor, 5)
    reach = "1.8 ×" if suffix == ".csv" else "1.5 ×"
    report(f"check and store {ROWS:,} rows of {suffix}", *taken, reach)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_memory_of_100_000_rows(weller: Organisation, tmp_path: Path, suffix: str) -> None:
    """The most that a fresh process takes, above what it had when the portal was loaded."""
    write = files.write_csv if suffix == ".csv" else files.write_xlsx
    path = write(tmp_path / f"groot{suffix}", files.TEMPLATE, files.template_rows(ROWS))
    known = connection.settings_dict
    url = f"sqlite:///{known['NAME']}"
    if connection.vendor == "postgresql":
        url = os.environ["DATABASE_URL"].replace("/postgres", f"/{known['NAME']}")
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.memory", str(path), weller.slug],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        cwd=settings.BASE_DIR,
        check=True,
        capture_output=True,
        text=True,
    )
    print(f"\n{connection.vendor:<11} memory above idle, check and store {ROWS:,} rows of {suffix}:"
          f" {told.stdout.strip()} MB  (reach 200 MB)")  # fmt: skip


def test_answer_to_500_rows(weller: Organisation, client: Client, tmp_path: Path) -> None:
    path = files.write_xlsx(tmp_path / "klein.xlsx", files.TEMPLATE, files.template_rows(500))
    content = path.read_bytes()
    client.force_login(make_clerk(weller))
    url = reverse("housing:upload", args=[weller.slug, 2025])

    def ours() -> None:
        page = client.post(url, {"file": SimpleUploadedFile(path.name, content)})
        assert page.status_code == 302
        page = client.get(page.headers["Location"])
        assert page.context["outcome"].understood["rows"] == 500

    print(f"\n{connection.vendor:<11} send a workbook of 500 rows and read its outcome:"
          f" {seconds(ours, 5):.2f} s  (reach 0.33 s)")  # fmt: skip


def test_stock_of_60_000_units(weller: Organisation, tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "woz.csv", files.WOZ, files.woz_rows(STOCK))
    round_ = make_round(2025)

    def ours() -> None:
        checked = check_file(path, path.name, weller, 2025, round_)
        assert checked.accepted and len(checked.rows) == 600
        filing = Filing(weller, 2025, "woz", round_, at=at("2026-07-01"), stock=checked.stock)
        store(checked.rows, filing)

    taken = compare(_rollback(ours), lambda: files.read_plainly(path), 7)
    report(f"check and store a WOZ-bezitstabel of {STOCK:,} rows", *taken, "2.0 ×")


def test_our_table_against_a_bare_one(weller: Organisation) -> None:
    version = make_version(weller, [make_row(key="x")], on="2026-01-20")
    row = StockChange.objects.filter(submission=version).values_list(
        *(StockChange._meta.get_field(name).attname for name in (*FACT_FIELDS, *LINK_FIELDS))
    )[0]
    names = [*FACT_FIELDS, *LINK_FIELDS]
    columns = ", ".join(
        connection.ops.quote_name(StockChange._meta.get_field(name).column) for name in names
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE bare AS SELECT {columns} FROM housing_stockchange WHERE 1 = 0"
        )

    def bare() -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy("COPY bare FROM STDIN") as copy:
                    for _ in range(ROWS):
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(names))
                plain = [str(v) if v is not None and not isinstance(v, int) else v for v in row]
                cursor.executemany(f"INSERT INTO bare VALUES ({marks})", [plain] * ROWS)

    ours = _rollback(lambda: bulk_load(StockChange, names, [row] * ROWS))
    report(f"load {ROWS:,} rows into our table", *compare(ours, _rollback(bare), 3), "15 ×")


@pytest.mark.parametrize("rows", [3_000, 300_000])
def test_figures_of_the_dashboard(rows: int) -> None:
    make_rules()
    make_target()
    for name, code in (("Heerlen", "GM0917"), ("Kerkrade", "GM0928"), ("Landgraaf", "GM0882")):
        make_municipality(name, code)
    corporations = [make_organisation() for _ in range(9)]
    share = rows // 27
    for year in (2024, 2025, 2026):
        make_round(year)
        for corporation in corporations:
            _fill(corporation, year, share)

    def summary() -> None:
        sql = (
            "SELECT s.year, s.organisation_id, t.municipality_id, t.kind, t.segment,"
            " SUM(t.homes) FROM housing_tally t JOIN housing_submission s"
            " ON s.id = t.submission_id WHERE t.counts_until IS NULL GROUP BY 1, 2, 3, 4, 5"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql)
            cursor.fetchall()

    def ours() -> None:
        known = picture()
        _ = known.region, known.by_municipality, known.by_corporation, known.by_segment

    with CaptureQueriesContext(connection) as queries:
        ours()
    report(
        f"figures of the dashboard at {rows:,} rows, {len(queries)} queries,"
        f" {Tally.objects.count()} tallies",
        *compare(ours, summary, 9),
        "3 ×",
    )


def _fill(corporation: Organisation, year: int, count: int) -> None:
    """An accepted answer of `count` homes, tallied as any other, its claims left out of it."""
    lines = [
        make_row(
            municipality=("heerlen", "kerkrade", "landgraaf")[number % 3],
            project=f"Project {number % 10}",
            segment=("social_rent", "mid_rent")[number % 7 == 0],
            declared="social_rent",
            year=year,
            key=f"{corporation.pk}-{year}-{number}",
        )
        for number in range(count)
    ]
    version = store(
        lines,
        Filing(corporation, year, "template", make_round(year), at=at(f"{year + 1}-01-20")),
    )
    assert version is not None
    versions.submit(version, actor=None, at=at(f"{year + 1}-01-20"))
    versions.accept(version, actor=None, at=at(f"{year + 1}-01-21"))


def test_export_of_all_rows(weller: Organisation, client: Client) -> None:
    version = make_version(weller, [make_row(key="x")], on="2026-01-20", accepted_on="2026-01-21")
    client.force_login(make_board())
    names = [*FACT_FIELDS, *LINK_FIELDS]
    row = StockChange.objects.filter(submission=version).values_list(
        *(StockChange._meta.get_field(name).attname for name in names)
    )[0]
    bulk_load(StockChange, names, [row] * ROWS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a database does by itself, but not within a transaction

    def raw() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT r.id, s.year, o.name, m.name, r.kind, r.origin, r.segment, r.homes,"
                " r.happened, r.precision, r.rent_class, r.self_contained, s.status, s.number"
                " FROM housing_stockchange r JOIN housing_submission s ON s.id = r.submission_id"
                " JOIN housing_organisation o ON o.id = s.organisation_id"
                " LEFT JOIN housing_organisation m ON m.id = r.municipality_id"
            )
            csv.writer(io.StringIO()).writerows(cursor)

    def ours() -> None:
        answer = client.get(reverse("monitoring:completions_export", args=["csv"]))
        assert sum(len(chunk) for chunk in answer.streaming_content) > ROWS * 40

    report(f"export {ROWS:,} rows as CSV", *compare(ours, raw, 3), "1.3 ×")


@pytest.mark.parametrize(("bulk", "count"), [(True, 10_000), (False, 5_000)])
def test_import_against_a_library(weller: Organisation, tmp_path: Path, bulk: bool, count: int):
    """The same rows through django-import-export, which checks less and matches nothing."""
    resources = pytest.importorskip("import_export.resources")
    tablib = pytest.importorskip("tablib")
    version = make_version(weller, [make_row(key="x")], on="2026-01-20")
    heerlen = Organisation.objects.get(slug="heerlen")

    class Rows(resources.ModelResource):
        class Meta:
            model = StockChange
            fields = ("id", "submission", "kind", "direction", "homes", "municipality", "key",
                      "bag_ids", "postcode", "house_number", "rent", "happened")  # fmt: skip
            use_bulk = bulk
            batch_size = 1000

    data = tablib.Dataset(
        *(
            ("", version.pk, "new_build", 1, 1, heerlen.pk, f"K{number}", f"091701{number:010d}",
             "6411AB", number % 300 + 1, "712.40", "2025-03-01")
            for number in range(count)
        ),
        headers=Rows.Meta.fields,
    )  # fmt: skip
    theirs = seconds(_rollback(lambda: Rows().import_data(data, raise_errors=True)), 1)
    path = files.write_csv(tmp_path / "rijen.csv", files.TEMPLATE, files.template_rows(count))
    round_ = make_round(2025)

    def ours() -> None:
        checked = check_file(path, path.name, weller, 2025, round_)
        store(checked.rows, Filing(weller, 2025, checked.format, round_, at=at("2026-02-20"),
                                   stays={}))  # fmt: skip

    taken = seconds(_rollback(ours), 3)
    kind = "use_bulk" if bulk else "its defaults"
    print(
        f"\n{connection.vendor:<11} django-import-export with {kind}, {count:,} rows:"
        f" {theirs:6.2f} s, ours {taken:6.2f} s: {theirs / taken:5.1f} times quicker"
        f" (reach {25 if bulk else 80})"
    )
