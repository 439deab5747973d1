"""The commands that scripts and cron call: exact JSON, exit statuses, and nothing half done."""

import json
import os
import random
import signal
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from housing import tallies
from housing.intake import process, queue
from housing.models import Claim, Organisation, StockChange, Submission, Tally, Upload
from tests.factories import (
    at,
    make_municipality,
    make_organisation,
    make_row,
    make_rules,
    make_upload,
    make_version,
)
from tests.housing.intake.factories import (
    WOZ_HEADINGS,
    gone_unit,
    line,
    new_unit,
    template_rows,
    write_csv,
)

pytestmark = pytest.mark.django_db
KEYS = [
    "file", "format", "accepted", "rows", "homes", "counted", "changes", "by_municipality",
    "errors", "warnings",
]  # fmt: skip
PROBLEM = {"sheet", "row", "column", "value", "code", "message"}


@pytest.fixture
def reference():
    make_municipality()
    make_municipality("Kerkrade", "GM0928")
    make_rules()
    return make_organisation(name="Weller", l_number="L0225")


@pytest.fixture
def weller(reference):
    yield reference
    assert tallies.audit() == []


@pytest.fixture
def november():
    """The last days of 2026, whatever the clock of the machine says."""
    with time_machine.travel(at("2026-11-23")):
        yield


def kept_files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def template(folder: Path, *lines: dict[str, str], name: str = "opgave.csv") -> Path:
    return write_csv(folder / name, template_rows(lines))


def built(number: int = 24, **cells: str) -> dict[str, str]:
    return line(homes=str(number), when="12-03-2025", **cells)


def run(command: str, *arguments: object, organisation: str = "weller", year: int = 2025):
    """The lines a command wrote as JSON, and its exit status."""
    out = StringIO()
    options = ["--organisation", organisation, "--year", str(year), "--json"]
    try:
        call_command(command, *map(str, arguments), *options, stdout=out)
    except SystemExit as end:
        return [json.loads(text) for text in out.getvalue().splitlines()], end.code
    return [json.loads(text) for text in out.getvalue().splitlines()], 0


def imported(*arguments: object, **options):
    [outcome], status = run("import_upload", *arguments, **options)
    return outcome, status


def nothing_is_stored() -> bool:
    models = (Submission, StockChange, Claim, Tally, Upload)
    return not any(model.objects.exists() for model in models)


# --- check_upload --------------------------------------------------------------------------


def test_check_tells_in_one_line_what_would_be_stored_and_stores_nothing(weller, tmp_path):
    path = template(
        tmp_path,
        built(24, project="Aarveld"),
        built(6, segment="betaalbare koop", rent="", price="300000"),
        built(3, mutation="Sloop", rent="", municipality="Kerkrade"),
    )

    [outcome], status = run("check_upload", path)

    assert status == 0
    assert list(outcome) == KEYS
    assert outcome["file"] == "opgave.csv"
    assert (outcome["format"], outcome["accepted"], outcome["rows"]) == ("template", True, 3)
    assert (outcome["homes"], outcome["counted"]) == (30, 24)
    assert outcome["changes"] == {"nieuwbouw": 30, "sloop": 3}
    assert outcome["by_municipality"] == {"Heerlen": 24}
    assert outcome["errors"] == []
    assert nothing_is_stored()


def test_check_of_a_woz_bezitstabel(weller, tmp_path):
    units = [new_unit(1), new_unit(2), gone_unit(1)]
    path = write_csv(tmp_path / "woz.csv", [list(WOZ_HEADINGS), *units])

    [outcome], status = run("check_upload", path)

    assert (status, outcome["format"], outcome["rows"]) == (0, "woz", 3)
    assert (outcome["homes"], outcome["counted"]) == (2, 2)
    assert outcome["changes"] == {"nieuwbouw": 2, "verkoop aan overigen": 1}


def test_one_refused_file_of_two_gives_status_1_and_a_line_each(weller, tmp_path):
    good = template(tmp_path, built())
    bad = template(tmp_path, built(), built() | {"Aantal woningen": "veel"}, name="fout.csv")

    [first, second], status = run("check_upload", good, bad)

    assert (first["accepted"], second["accepted"], status) == (True, False, 1)
    [error] = second["errors"]
    assert set(error) == PROBLEM
    assert (error["row"], error["value"]) == (3, "veel")
    assert "Aantal woningen" in error["column"]


def test_what_is_no_file_of_ours_has_no_format(weller, tmp_path):
    path = tmp_path / "foto.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")

    [outcome], status = run("check_upload", path)

    assert (outcome["format"], outcome["accepted"], status) == (None, False, 1)
    assert outcome["rows"] == outcome["homes"] == outcome["counted"] == 0


@pytest.mark.parametrize("code", ["weller", "WELLER", "L0225", "l0225"])
def test_a_party_is_known_by_slug_and_number(weller, tmp_path, code):
    assert run("check_upload", template(tmp_path, built()), organisation=code)[1] == 0


@pytest.mark.parametrize("code", ["onbekend", "GM0917"])
def test_an_unknown_code_lists_those_known(weller, tmp_path, code):
    with pytest.raises(CommandError, match=r"weller \(L0225\)"):
        run("check_upload", template(tmp_path, built()), organisation=code)


# --- import_upload -------------------------------------------------------------------------


def test_import_stores_and_submits(weller, tmp_path):
    outcome, status = imported(template(tmp_path, built(24)))

    assert status == 0
    assert list(outcome) == [*KEYS, "version", "status"]
    assert (outcome["version"], outcome["status"]) == ("Weller 2025, versie 1", "submitted")
    upload = Upload.objects.get()
    assert (upload.status, upload.submission) == ("processed", Submission.objects.get())
    assert upload.submission.rows.get().upload == upload


def test_import_accepts_when_asked(weller, tmp_path):
    outcome, _ = imported(template(tmp_path, built(24)), "--accept")

    assert outcome["status"] == "accepted"
    assert Tally.objects.get(counts_until=None).standing == "accepted"


def test_a_refused_file_stores_nothing_at_all(weller, tmp_path):
    before = kept_files()
    outcome, status = imported(template(tmp_path, built(24) | {"Opleverdatum": "ooit"}))

    assert (status, outcome["accepted"]) == (1, False)
    assert nothing_is_stored()
    assert kept_files() == before


def test_the_same_file_twice_changes_nothing(weller, tmp_path):
    path = template(tmp_path, built(24), built(1, bag="0917010000000001"))
    imported(path, "--accept")

    outcome, status = imported(path, "--accept")

    assert (status, outcome["version"], outcome["status"]) == (0, None, "unchanged")
    assert Submission.objects.count() == 1
    assert sum(Tally.objects.filter(counts_until=None).values_list("homes", flat=True)) == 25


def test_the_same_file_again_with_accept_accepts_what_waited(weller, tmp_path):
    path = template(tmp_path, built(24))
    imported(path)

    outcome, _ = imported(path, "--accept")

    assert outcome["status"] == "accepted"
    assert Submission.objects.count() == 1


def test_homes_not_in_the_file_need_a_word_that_an_option_gives(weller, tmp_path):
    imported(template(tmp_path, built(24, key="A"), built(6, key="B")))
    path = template(tmp_path, built(24, key="A"))

    outcome, status = imported(path)
    assert status == 2
    assert list(outcome) == [*KEYS, "questions"]
    assert [question["kind"] for question in outcome["questions"]] == ["missing"]
    assert (Submission.objects.count(), Upload.objects.count()) == (1, 1)

    assert imported(path, "--missing", "blijft")[1] == 0
    assert sum(Tally.objects.filter(counts_until=None).values_list("homes", flat=True)) == 30
    assert imported(path, "--missing", "vervalt")[1] == 0
    assert sum(Tally.objects.filter(counts_until=None).values_list("homes", flat=True)) == 24


@pytest.mark.parametrize("group_first", [True, False])
def test_rows_of_many_homes_that_may_be_the_same_need_a_person(weller, tmp_path, group_first):
    group = template(tmp_path, built(2, project="Aarveld"))
    units = write_csv(tmp_path / "woz.csv", [list(WOZ_HEADINGS), new_unit(1), new_unit(2)])
    first, second = (group, units) if group_first else (units, group)
    imported(first)

    outcome, status = imported(second, "--missing", "blijft")

    assert status == 2
    [question] = outcome["questions"]
    assert question["kind"] == "together"
    assert question["question"] == "Horen deze 2 rijen bij Aarveld, 2 woningen?"
    assert Submission.objects.count() == 1


def test_import_of_history_is_known_from_that_moment(november, weller, tmp_path):
    imported(template(tmp_path, built(24)), "--accept", "--as-of", "2026-02-01")

    version = Submission.objects.get()
    assert {event.known_from for event in version.events.all()} == {at("2026-02-01", 22) + LATE}
    assert Tally.objects.in_force(at("2026-02-02")).get().homes == 24
    assert not Tally.objects.in_force(at("2026-02-01")).exists()


LATE = timedelta(minutes=59, seconds=59, microseconds=999999)


def test_history_is_refused_once_something_later_is_known(november, weller, tmp_path):
    before = kept_files()
    make_version(weller, [make_row(24, key="A")], on="2026-03-01")

    with pytest.raises(CommandError, match="na dat moment al iets vastgelegd"):
        imported(template(tmp_path, built(23, key="A")), "--as-of", "2026-02-01")

    assert Submission.objects.count() == 1
    assert not Upload.objects.exists()
    assert kept_files() == before


def test_history_is_refused_where_another_party_claimed_the_home_later(november, weller, tmp_path):
    other = make_organisation()
    make_version(other, [make_row(bag_ids=("0917010000000001",))], on="2026-03-01")
    path = template(tmp_path, built(1, bag="0917010000000001"))

    with pytest.raises(CommandError, match="Kies een later moment"):
        imported(path, "--as-of", "2026-02-01")

    assert not Upload.objects.exists()
    assert imported(path, "--as-of", "2026-03-02")[1] == 0


@pytest.mark.parametrize("moment", ["gisteren", "2026-13-01", "31-12-2025"])
def test_a_moment_that_is_none_is_told(weller, tmp_path, moment):
    with pytest.raises(CommandError, match="--as-of takes a date or moment"):
        imported(template(tmp_path, built()), "--as-of", moment)


def test_a_moment_still_to_come_is_refused(weller, tmp_path):
    with pytest.raises(CommandError, match="is still to come"):
        imported(template(tmp_path, built()), "--as-of", "2999-01-01T12:00")


def test_a_file_that_is_not_there_is_told(weller, tmp_path):
    with pytest.raises(CommandError, match="no such file"):
        imported(tmp_path / "weg.csv")


# --- books ---------------------------------------------------------------------------------


def said(command: str, **options) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def test_audit_finds_what_is_wrong_and_rebuild_mends_it_from_now_on(november, weller):
    make_version(weller, [make_row(24)], on="2026-01-05")
    assert said("audit_totals") == "no difference\n"
    Tally.objects.update(homes=25)

    with pytest.raises(CommandError, match="1 differences"):
        said("audit_totals")
    assert said("rebuild_tallies") == "2 tallies closed or written\n"

    assert said("audit_totals") == "no difference\n"
    assert said("rebuild_tallies") == "0 tallies closed or written\n"
    assert Tally.objects.in_force(at("2026-01-06")).get().homes == 25


# --- uploads -------------------------------------------------------------------------------


def received(party: Organisation, content: bytes = b"x", **fields) -> Upload:
    upload = make_upload(party, status="received", size=len(content), **fields)
    process.received_path(upload).write_bytes(content)
    return upload


def test_process_upload_reads_what_was_received(weller, tmp_path):
    upload = received(weller, template(tmp_path, built(24)).read_bytes())

    call_command("process_upload", str(upload.pk), stdout=StringIO())

    upload.refresh_from_db()
    assert (upload.status, upload.outcome["homes"]) == ("waiting", 24)
    assert not process.received_path(upload).exists()
    assert not Submission.objects.exists()


def test_process_upload_of_what_was_read_does_nothing(weller, tmp_path):
    upload = make_upload(weller, status="with_errors")

    call_command("process_upload", str(upload.pk), stdout=StringIO())

    upload.refresh_from_db()
    assert upload.status == "with_errors"


def test_an_upload_that_breaks_the_reading_is_broken_off(weller, monkeypatch):
    upload = received(weller)
    monkeypatch.setattr(queue, "process", lambda _: 1 / 0)

    call_command("process_upload", str(upload.pk), stdout=StringIO())

    upload.refresh_from_db()
    assert upload.status == "broken_off"


def test_an_unknown_upload_is_told(weller):
    with pytest.raises(CommandError, match="no upload 12345"):
        call_command("process_upload", "12345")


def test_tidy_breaks_off_what_no_process_reads_and_deletes_old_files(weller):
    now = timezone.now()
    stuck = received(weller, at=now - timedelta(minutes=11))
    busy = received(weller, at=now - timedelta(minutes=9))
    old = process.received_path(stuck)
    os.utime(old, (time.time() - 3700,) * 2)

    said("tidy_uploads")

    stuck.refresh_from_db()
    busy.refresh_from_db()
    assert (stuck.status, busy.status) == ("broken_off", "received")
    assert (old.exists(), process.received_path(busy).exists()) == (False, True)
    assert "0 uploads broken off" in said("tidy_uploads")


def test_tidy_deletes_kept_files_that_no_upload_names(weller):
    """What a killed import leaves: its row was rolled back, its file was not."""
    owned = received(weller)
    owned.file.save("eigen.csv", ContentFile(b"Gemeente"))
    folder = Path(owned.file.path).parent
    orphan, young = folder / "0123456789ab.csv", folder / "ba9876543210.xlsx"
    for path in (orphan, young):
        path.write_bytes(b"Gemeente")
    for path in (orphan, Path(owned.file.path)):
        os.utime(path, (time.time() - 3700,) * 2)

    said("tidy_uploads")

    assert (orphan.exists(), young.exists()) == (False, True)
    assert Path(owned.file.path).exists()
    young.unlink()
    owned.file.delete()


# --- whole or nothing ----------------------------------------------------------------------


def import_in_a_process(path: Path, party: str) -> int:
    """Start an import as a process of its own and give its id; it ends without cleaning up."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            with Path(os.devnull).open("w") as nowhere:
                call_command(
                    "import_upload", str(path), "--organisation", party, "--year", "2025",
                    "--accept", stdout=nowhere,
                )  # fmt: skip
        finally:
            os._exit(0)
    return child


def kill_at_seeded_moments(reference: Organisation, folder: Path, kills: int) -> tuple[int, int]:
    """Kill imports of 400 homes at random moments; give how many were whole, and how many
    nothing. Each must be one of the two."""
    lines = [built(1, key=f"K{number}", project=f"P{number % 9}") for number in range(400)]
    path = template(folder, *lines)
    started = time.monotonic()
    os.waitpid(import_in_a_process(path, reference.slug), 0)
    lasts = time.monotonic() - started
    assert StockChange.objects.count() == 400
    moments, whole = random.Random(2028), 0
    for number in range(kills):
        party = make_organisation(slug=f"party-{number}")
        child = import_in_a_process(path, party.slug)
        time.sleep(moments.uniform(0, 1.4 * lasts))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        stored = {
            "versions": party.submissions.filter(status="accepted", counts=True).count() * 400,
            "rows": StockChange.objects.filter(submission__organisation=party).count(),
            "homes": sum(
                Tally.objects.filter(submission__organisation=party, counts_until=None)
                .values_list("homes", flat=True)
            ),
            "uploads": party.uploads.filter(status="processed").count() * 400,
        }  # fmt: skip
        assert set(stored.values()) in ({0}, {400}), (number, stored)
        whole += stored["rows"] == 400
    assert tallies.audit() == []
    return whole, kills - whole


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_is_stored_whole_or_not_at_all(reference, tmp_path):
    whole, nothing = kill_at_seeded_moments(reference, tmp_path, 20)

    assert whole + nothing == 20
    assert nothing


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_two_hundred_killed_imports_are_stored_whole_or_not_at_all(reference, tmp_path):
    whole, nothing = kill_at_seeded_moments(reference, tmp_path, 200)

    database = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    print(f"200 kills on {database}: {whole} whole, {nothing} nothing, 0 between")
