"""A large file never holds up a page: it is checked again, stored and marked in the background."""

import io
import subprocess
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from housing.intake import queue
from housing.intake.reading import read_table
from housing.models import StockChange, Submission, Upload
from tests.factories import (
    make_clerk,
    make_municipality,
    make_organisation,
    make_part,
    make_round,
    make_row,
    make_rules,
    make_version,
)
from tests.housing.intake.factories import WOZ_HEADINGS, line, new_unit, unit, write_csv
from tests.housing.upload_pages import confirm, csv_file, result_url, upload

pytestmark = pytest.mark.django_db
YEAR = 2025


@pytest.fixture
def weller(client):
    for name, code in (("Heerlen", "GM0917"), ("Kerkrade", "GM0928")):
        make_municipality(name, code)
    make_rules()
    party = make_organisation(name="Weller")
    make_part(make_round(YEAR), party)
    client.force_login(make_clerk(party))
    return party


@pytest.fixture
def started(monkeypatch):
    """The commands that would be started, in place of starting them."""
    commands = []
    popen = SimpleNamespace(
        Popen=lambda command, **_: commands.append(command[2:]), DEVNULL=subprocess.DEVNULL
    )
    monkeypatch.setattr(queue, "subprocess", popen)
    monkeypatch.setattr(queue, "INLINE_BYTES", 100)  # so that these files are large
    return commands


def work(started):
    """Do what was started last."""
    command, pk, *options = started[-1]
    options = [option for option in options if option != "--limited"]
    call_command(command, pk, *options, stdout=io.StringIO())


def rows(**odd):
    return [line(when="12-03-2025", key=f"K{n}", **(odd if n == 1 else {})) for n in range(5)]


def sent(client, started, tmp_path, rows):
    upload(client, csv_file(tmp_path, rows))
    work(started)
    return Upload.objects.get()


def test_mended_cell_is_checked_in_the_background(client, weller, started, tmp_path):
    found = sent(client, started, tmp_path, rows(homes="veel"))
    cell = f"cel-3-{found.columns['homes']}"
    assert found.status == "with_errors"

    page = client.post(result_url(found), {"mend": "ja", cell: "2"}, follow=True)

    assert "Wij lezen uw bestand" in page.text
    assert "U mag deze pagina verlaten" in page.text
    work(started)
    page = client.get(result_url(found))
    assert page.context["outcome"].errors == ()
    assert [cell.now for cell in page.context["outcome"].mended] == ["2"]
    assert Upload.objects.get().status == "waiting"


def test_confirmed_file_is_stored_in_the_background(client, weller, started, tmp_path):
    found = sent(client, started, tmp_path, rows())

    page = confirm(client, client.get(result_url(found)))

    assert "Wij lezen uw bestand" in page.text
    assert not Submission.objects.exists()
    work(started)
    page = client.get(result_url(found))
    version = Submission.objects.get()
    assert StockChange.objects.filter(submission=version).count() == 5
    assert "Dit bestand is verwerkt" in page.text
    assert reverse("housing:submission", args=[version.pk]) in page.text


def test_what_stands_in_the_way_of_storing_is_told_on_the_page(client, weller, started, tmp_path):
    found = sent(client, started, tmp_path, rows())
    page = client.get(result_url(found))
    make_version(weller, [make_row(3, year=2024)], year=2024, submit=False)

    confirm(client, page)
    work(started)
    page = client.get(result_url(found))

    assert "Iemand anders heeft uw opgave intussen veranderd" in page.text
    assert Upload.objects.get().status == "waiting"
    assert not StockChange.objects.filter(upload=found).exists()


def test_question_that_is_still_open_is_told_on_the_page(client, weller, started, tmp_path):
    make_version(weller, [make_row(3, key="OUD")], submit=False)
    found = sent(client, started, tmp_path, rows())

    confirm(client, client.get(result_url(found)))
    work(started)

    assert "Beantwoord eerst nog 1 vraag" in client.get(result_url(found)).text


def test_stale_outcome_is_worked_out_anew_in_the_background(client, weller, started, tmp_path):
    found = sent(client, started, tmp_path, rows())
    client.get(result_url(found))
    count = len(started)
    make_version(weller, [make_row(3, key="K1")], submit=False)

    assert "Wij lezen uw bestand" in client.get(result_url(found)).text
    assert len(started) == count + 1
    work(started)
    assert client.get(result_url(found)).context["outcome"].difference is not None
    assert len(started) == count + 1


def test_old_file_that_is_checked_again_is_not_broken_off(client, weller, started, tmp_path):
    found = sent(client, started, tmp_path, rows(homes="veel"))
    Upload.objects.update(at=timezone.now() - timedelta(days=3))
    client.post(result_url(found), {"mend": "ja", f"cel-3-{found.columns['homes']}": "2"})

    call_command("tidy_uploads", stdout=io.StringIO())
    assert Upload.objects.get().status == "received"
    Upload.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    assert "afgebroken" in client.get(result_url(found)).text


def test_confirming_twice_stores_once(client, weller, started, tmp_path):
    found = sent(client, started, tmp_path, rows())
    page = client.get(result_url(found))
    confirm(client, page)
    count = len(started)

    confirm(client, page)

    assert len(started) == count
    work(started)
    assert Submission.objects.count() == 1


def test_remarks_are_put_in_a_large_file_in_the_background(client, weller, started, tmp_path):
    found = sent(client, started, tmp_path, rows(homes="veel"))
    url = reverse("housing:upload_marked", args=[found.reference])

    page = client.get(url)

    assert "Wij zetten de opmerkingen in uw bestand" in page.text
    assert started[-1] == ["process_upload", str(found.pk), "--limited", "--marked"]
    count = len(started)
    assert client.get(url, headers={"HX-Request": "true"}).status_code == 204
    assert len(started) == count
    work(started)
    answer = client.get(url, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == url
    path = tmp_path / "terug.xlsx"
    path.write_bytes(b"".join(client.get(url).streaming_content))
    assert "veel" in str(read_table(path, path.name).sheets)


def test_waiting_for_a_place_ends(weller):
    with (
        queue.place(),
        queue.place(),
        pytest.raises(TimeoutError),
        queue.wait_for_place(0.1),
    ):
        raise AssertionError


def test_rows_taken_to_lie_elsewhere_stay_told(client, weller, tmp_path):
    units = [
        unit(C="6211AB", G="0935010000000001"),
        new_unit(1, C="6211 XY", G=""),
        new_unit(2),
    ]
    path = write_csv(tmp_path / "woz.csv", [list(WOZ_HEADINGS), *units])
    page = upload(client, SimpleUploadedFile("woz.csv", path.read_bytes()))

    assert "postcodes die beginnen met 6211" in page.text
    found = Upload.objects.get()
    assert "6211" not in Path(found.file.path).read_text("utf-8-sig")
    assert found.outcome["outside_region"] == 2
    assert "postcodes die beginnen met 6211" in client.get(result_url(found)).text
