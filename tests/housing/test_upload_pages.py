"""From a corporation's file to an accepted answer, over the pages."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from housing import tallies
from housing.intake import queue
from housing.intake.limits import MOST_BYTES
from housing.models import Membership, StockChange, Submission, Upload
from tests.factories import (
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_part,
    make_round,
    make_row,
    make_rules,
    make_user,
    make_version,
)
from tests.housing.intake.factories import (
    WOZ_HEADINGS,
    line,
    new_unit,
    template_rows,
    unit,
    write_csv,
    write_xlsx,
)

pytestmark = pytest.mark.django_db
YEAR = 2025


@pytest.fixture(autouse=True)
def reference():
    make_municipality()
    make_municipality("Kerkrade", "GM0928")
    make_rules()
    make_round(YEAR)


@pytest.fixture
def weller():
    found = make_organisation(name="Weller")
    make_part(make_round(YEAR), found)
    return found


@pytest.fixture
def clerk(client, weller):
    found = make_clerk(weller)
    client.force_login(found)
    return found


def lines(*homes, **more):
    """A template with a row for each number of homes."""
    return [
        line(when="12-03-2025", homes=str(count), key=f"K{place}", project="Aarveld", **more)
        for place, count in enumerate(homes)
    ]


def csv_file(tmp_path, rows, name="opgave.csv", **options):
    path = write_csv(tmp_path / name, template_rows(rows), **options)
    return SimpleUploadedFile(name, path.read_bytes())


def upload(client, file, organisation="weller", year=YEAR):
    url = reverse("housing:upload", args=[organisation, year])
    return client.post(url, {"file": file}, follow=True)


def confirm(client, page, **answers):
    """Press the button of a result page that was just read."""
    outcome = page.context["outcome"]
    url = reverse("housing:upload_result", args=[outcome.upload.reference])
    posted = {"confirm": "ja", "expected": outcome.expected, **answers}
    return client.post(url, posted, follow=True)


def test_good_file_is_understood_confirmed_submitted_and_accepted(client, clerk, tmp_path):
    page = upload(client, csv_file(tmp_path, lines(24, 6)))

    assert "We lazen 2 rijen met 30 woningen. Klopt dit?" in page.text
    assert "Heerlen 30" in page.text
    assert not Submission.objects.exists()

    page = confirm(client, page, nothing=["sales", "demolition"])
    version = page.context["submission"]
    assert "Nog niet ingediend" in page.text
    assert (version.status, version.sales, version.entered_by) == ("concept", "none", clerk)

    page = client.post(reverse("housing:submit", args=[version.pk]), follow=True)
    assert page.context["contents"].counted == 30

    client.force_login(make_coordinator())
    assert "1 opgave wacht op uw oordeel" in client.get(reverse("housing:review")).text
    page = client.post(reverse("housing:accept", args=[version.pk]), follow=True)
    version.refresh_from_db()
    assert (version.status, version.counts) == ("accepted", True)
    assert "vastgesteld" in page.text
    assert tallies.audit() == []


def test_xlsx_and_windows_csv_give_the_same_rows(client, clerk, tmp_path):
    rows = [*lines(24), line(when="2025", homes="1", project="Café", municipality="Kerkrade")]
    path = write_xlsx(tmp_path / "opgave.xlsx", template_rows(rows))

    page = upload(client, SimpleUploadedFile("opgave.xlsx", path.read_bytes()))
    confirm(client, page, nothing=["sales"])
    page = upload(client, csv_file(tmp_path, rows, encoding="cp1252"))

    assert page.context["outcome"].difference.changes_nothing
    assert page.context["outcome"].difference.same == 2


def test_woz_is_recognised_and_its_money_is_not_kept(client, clerk, tmp_path):
    rows = [list(WOZ_HEADINGS), unit(), new_unit(1), new_unit(2)]
    path = write_csv(tmp_path / "woz.csv", rows)

    page = upload(client, SimpleUploadedFile("woz.csv", path.read_bytes()))
    confirm(client, page)

    found = Upload.objects.get()
    assert (found.format, found.status) == ("woz", "processed")
    assert StockChange.objects.count() == 2
    kept = client.get(reverse("housing:upload_file", args=[found.reference]))
    assert b"250000" not in b"".join(kept.streaming_content)


def test_errors_name_the_cell_and_nothing_is_stored(client, clerk, tmp_path):
    rows = [*lines(24), line(when="12-03-2062", homes="0", municipality="Kerkrade-West")]

    page = upload(client, csv_file(tmp_path, rows))

    assert "Herstel nog 3 cellen" in page.text
    assert "Kerkrade-West" in page.text
    assert "rij 3" in page.text
    assert "Dit hebben we begrepen" in page.text
    assert page.text.index("Dit hebben we begrepen") < page.text.index("om te herstellen")
    assert 'name="confirm"' not in page.text
    assert not Submission.objects.exists()
    assert Upload.objects.get().status == "with_errors"
    page = confirm_anyway(client, Upload.objects.get())
    assert not Submission.objects.exists()


def confirm_anyway(client, found):
    url = reverse("housing:upload_result", args=[found.reference])
    return client.post(url, {"confirm": "ja", "expected": ""}, follow=True)


def test_at_most_fifty_cells_of_one_problem_are_shown(client, clerk, tmp_path):
    rows = [line(when="12-03-2025", municipality="Elders", key=f"K{n}") for n in range(60)]

    page = upload(client, csv_file(tmp_path, rows))

    assert "en nog 10" in page.text


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        pytest.param("opgave.xlsx", b"PK\x03\x04 no zip", "kunnen we niet", id="broken zip"),
        pytest.param("foto.png", b"\x89PNG\r\n\x1a\n0000", "kunnen we niet", id="a picture"),
        pytest.param("tekst.csv", b"zomaar;wat;tekst\n1;2;3\n", "kunnen we niet", id="unknown"),
        pytest.param("nul.csv", b"Gemeente;Segment\n\x00;\x00\n", "", id="null bytes"),
    ],
)
def test_no_file_breaks_the_page(client, clerk, name, content, told):
    page = upload(client, SimpleUploadedFile(name, content))

    assert page.status_code == 200
    assert told in page.text
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("content", "told"), [(None, "Kies eerst een bestand"), (b"", "Dit bestand is leeg")]
)
def test_no_file_or_an_empty_one_is_asked_again(client, clerk, content, told):
    url = reverse("housing:upload", args=["weller", YEAR])
    posted = {} if content is None else {"file": SimpleUploadedFile("leeg.csv", content)}

    page = client.post(url, {"x": "y", **posted})

    assert page.status_code == 400
    assert told in page.text


def test_too_large_is_said_and_not_kept(client, clerk):
    page = upload(client, SimpleUploadedFile("groot.csv", b"x" * (MOST_BYTES + 1)))

    assert page.status_code == 413
    assert "20 MB" in page.text
    assert not Upload.objects.exists()


def test_missing_rows_need_an_answer(client, clerk, tmp_path):
    first = upload(client, csv_file(tmp_path, lines(24, 6)))
    confirm(client, first)
    base = Submission.objects.get()
    gone = base.rows.get(homes=6)

    page = upload(client, csv_file(tmp_path, lines(24), name="twee.csv"))
    assert page.context["outcome"].difference.unanswered == 1
    page = confirm(client, page)
    assert "Beantwoord eerst nog 1 vraag" in page.text
    page = confirm(client, page, **{f"blijft-{gone.pk}": "nee"})

    base.refresh_from_db()
    assert (base.edit, base.rows.get().homes) == (1, 24)


def test_answers_are_kept_to_look_again(client, clerk, tmp_path):
    confirm(client, upload(client, csv_file(tmp_path, lines(24, 6))))
    gone = StockChange.objects.get(homes=6)
    page = upload(client, csv_file(tmp_path, lines(24), name="twee.csv"))
    url = reverse("housing:upload_result", args=[page.context["outcome"].upload.reference])

    page = client.post(url, {"look": "ja", f"blijft-{gone.pk}": "nee"}, follow=True)

    change = page.context["outcome"].difference
    assert (change.unanswered, change.counted_after, change.counted_change) == (0, 24, -6)


def test_rows_of_several_homes_are_asked_and_merged(client, clerk, weller, tmp_path):
    make_version(weller, [make_row(2, project="Aarveld", key="A", declared="social_rent")])
    group = StockChange.objects.get()
    rows = [list(WOZ_HEADINGS), new_unit(1), new_unit(2)]
    path = write_csv(tmp_path / "woz.csv", rows)

    page = upload(client, SimpleUploadedFile("woz.csv", path.read_bytes()))
    assert "Horen deze 2 rijen bij" in page.text
    page = confirm(client, page, **{f"samen-{group.pk}": "ja"})

    version = page.context["submission"]
    assert version.number == 2
    assert [row.project.name for row in version.rows.all()] == ["Aarveld", "Aarveld"]


def test_concept_changed_meanwhile_is_said_and_nothing_is_stored(client, clerk, tmp_path):
    confirm(client, upload(client, csv_file(tmp_path, lines(24))))
    one = upload(client, csv_file(tmp_path, lines(23), name="een.csv"))
    two = upload(client, csv_file(tmp_path, lines(22), name="twee.csv"))
    confirm(client, two)

    page = confirm(client, one)

    assert "Iemand anders heeft uw opgave intussen veranderd" in page.text
    assert Submission.objects.get().rows.get().homes == 22
    assert page.context["outcome"].difference.changed[0].changes == (("aantal", "22", "23"),)


def test_confirming_twice_stores_once(client, clerk, tmp_path):
    page = upload(client, csv_file(tmp_path, lines(24)))

    confirm(client, page)
    again = confirm(client, page)

    assert "al verwerkt" in again.text
    assert Submission.objects.count() == 1


def test_same_bytes_as_before_are_said(client, clerk, tmp_path):
    confirm(client, upload(client, csv_file(tmp_path, lines(24))))

    page = upload(client, csv_file(tmp_path, lines(24)))

    assert "Precies dit bestand is al eerder verwerkt" in page.text


def test_homes_of_an_earlier_year_make_a_version_of_it_too(client, clerk, weller, tmp_path):
    make_round(2024)
    late = line(when="12-12-2024", homes="7", key="L", project="Laat")

    page = confirm(client, upload(client, csv_file(tmp_path, [*lines(24), late])))

    assert sorted(Submission.objects.values_list("year", "lead__year")) == [
        (2024, 2025),
        (2025, None),
    ]
    assert "Deze opgave gaat samen met" in page.text


def test_nothing_built_is_an_answer(client, clerk):
    url = reverse("housing:upload", args=["weller", YEAR])

    page = client.post(url, {"answer": "nothing", "nothing": ["sales"]}, follow=True)

    version = page.context["submission"]
    assert (version.additions, version.sales, version.demolition) == ("none", "none", "unanswered")
    assert "Weller gaf over 2025 op: niets opgeleverd" in page.text


def test_nothing_built_is_refused_beside_stored_rows(client, clerk, weller):
    make_version(weller, [make_row(24)])

    page = client.post(
        reverse("housing:upload", args=["weller", YEAR]), {"answer": "nothing"}, follow=True
    )

    assert "staan al woningen" in page.text
    assert Submission.objects.count() == 1


def test_template_reads_back_as_it_was_written(client, clerk, weller):
    make_version(weller, [make_row(24, key="A", branch="daeb"), make_row(6, branch="daeb")])
    url = reverse("housing:template", args=["weller", YEAR])

    workbook = client.get(url, {"rijen": "ja"})
    content = b"".join(workbook.streaming_content)
    page = upload(client, SimpleUploadedFile("opgave.xlsx", content))

    assert workbook.headers["Content-Disposition"].startswith("attachment")
    assert page.context["outcome"].difference.same == 2
    assert not page.context["outcome"].difference.new


def large_file(tmp_path):
    rows = [line(when="12-03-2025", key=f"K{n}", remark="x" * 400) for n in range(2600)]
    return csv_file(tmp_path, rows)


class Started(list):
    """Stands in for the operating system: notes the commands that would be started."""

    def __call__(self, command, **_):
        self.append(command)


def test_large_file_is_read_by_a_process_of_its_own(client, clerk, tmp_path, monkeypatch):
    started = Started()
    monkeypatch.setattr("subprocess.Popen", started)

    page = upload(client, large_file(tmp_path))
    found = Upload.objects.get()
    url = reverse("housing:upload_result", args=[found.reference])
    assert "Wij lezen uw bestand" in page.text
    assert "Vernieuwen" in page.text
    assert client.get(url, headers={"HX-Request": "true"}).status_code == 204
    assert started[0][2:] == ["process_upload", str(found.pk), "--limited"]

    call_command("process_upload", found.pk, stdout=io.StringIO())
    assert client.get(url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "We lazen 2.600 rijen" in client.get(url).text


def test_no_outcome_after_ten_minutes_is_broken_off(client, clerk, tmp_path, monkeypatch):
    monkeypatch.setattr("subprocess.Popen", Started())
    upload(client, large_file(tmp_path))
    found = Upload.objects.get()
    Upload.objects.update(at=timezone.now() - timedelta(minutes=11))

    page = client.get(reverse("housing:upload_result", args=[found.reference]))

    assert "afgebroken" in page.text
    assert found.reference in page.text


def test_what_cannot_be_processed_gets_a_reference(client, clerk, tmp_path, monkeypatch, settings):
    def fails(*_):
        raise RuntimeError("disk full")

    monkeypatch.setattr(queue, "process", fails)
    page = upload(client, csv_file(tmp_path, lines(24)))

    assert page.status_code == 200
    assert "afgebroken" in page.text


def test_at_most_two_processes_read_at_once(weller, settings, tmp_path):
    with queue.place() as one, queue.place() as two, queue.place() as three:
        assert (one, two, three) == (True, True, False)
    with queue.place() as again:
        assert again


def test_start_page_says_what_is_owed(client, clerk, weller):
    make_round(2024)
    page = client.get(reverse("housing:reporting"))
    assert "U moet nog opgeven over 2024 en 2025" in page.text
    assert "nog geen einddatum vastgesteld" in page.text

    make_version(weller, [make_row(3)], submit=False)
    make_version(weller, [make_row(3, year=2024)], year=2024)
    page = client.get(reverse("housing:reporting"))
    assert "Uw opgave over 2025 is nog niet ingediend" in page.text


def test_coordinator_reports_for_all(client, weller, tmp_path):
    client.force_login(make_coordinator())
    make_organisation(name="Woonpunt")

    page = client.get(reverse("housing:reporting"))
    assert "2 over 2025" in page.text
    page = upload(client, csv_file(tmp_path, lines(3)))
    assert page.context["outcome"].difference.counted_after == 3


PAGES = ["reporting", "upload", "upload_result", "upload_file", "template"]


def address_of(name, found):
    arguments = {
        "reporting": [],
        "upload": ["weller", YEAR],
        "template": ["weller", YEAR],
    }.get(name, [found.reference])
    return reverse(f"housing:{name}", args=arguments)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["clerk elsewhere", "officer", "board", "nobody"])
def test_others_are_refused(client, weller, tmp_path, name, who):
    client.force_login(make_clerk(weller))
    upload(client, csv_file(tmp_path, lines(24)))
    found = Upload.objects.get()
    client.logout()
    people = {
        "clerk elsewhere": lambda: make_clerk(make_organisation(name="Woonpunt")),
        "officer": lambda: make_user(make_municipality(), Membership.Role.REPORTER),
        "board": make_board,
    }
    if who != "nobody":
        client.force_login(people[who]())

    answer = client.get(address_of(name, found))

    if who == "nobody":
        assert answer.status_code == 302
        assert answer.url.startswith("/inloggen/")
    elif name in ("upload_result", "upload_file"):
        assert answer.status_code == 404
    elif name == "reporting" and who == "clerk elsewhere":
        assert found.name not in answer.text
    else:
        assert answer.status_code == 403


def test_closed_round_is_refused_with_the_reason(client, weller):
    round_ = make_round(YEAR)
    round_.closes_on = timezone.localdate() - timedelta(days=1)
    round_.save()
    client.force_login(make_clerk(weller))

    page = client.get(reverse("housing:upload", args=["weller", YEAR]))

    assert page.status_code == 403
    assert "Ronde 2025 is niet open" in page.text


def test_reader_of_the_organisation_sees_and_cannot_confirm(client, weller, tmp_path):
    client.force_login(make_clerk(weller))
    page = upload(client, csv_file(tmp_path, lines(24)))
    client.force_login(make_user(weller, Membership.Role.READER))

    result = client.get(reverse("housing:upload_result", args=[Upload.objects.get().reference]))

    assert 'name="confirm"' not in result.text
    assert confirm(client, page).status_code == 403


@pytest.mark.parametrize(
    "path", ["/aanleveren/weller/1999/", "/aanleveren/niemand/2025/", "/aanleveren/bestand/x/"]
)
def test_unknown_is_404(client, clerk, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("name", "most"), [("reporting", 14), ("upload", 12), ("upload_result", 30)]
)
def test_query_ceiling(client, clerk, weller, tmp_path, name, most, django_assert_max_num_queries):
    make_version(weller, [make_row(3, key=f"S{n}") for n in range(5)])
    upload(client, csv_file(tmp_path, lines(24, 5, 3, 2)))
    found = Upload.objects.get()
    address = address_of(name, found)
    client.get(address)

    with django_assert_max_num_queries(most):
        client.get(address)


def test_row_that_stays_beside_a_template_keeps_its_facts(client, clerk, tmp_path):
    confirm(client, upload(client, csv_file(tmp_path, lines(24, 6))))
    absent = StockChange.objects.get(homes=6)

    page = upload(client, csv_file(tmp_path, lines(23), name="twee.csv"))
    confirm(client, page, **{f"blijft-{absent.pk}": "ja"})

    kept = Submission.objects.get().rows.get(homes=6)
    assert not kept.not_yet_let


def test_rows_that_one_stored_row_becomes_are_told_as_one(client, clerk, weller, tmp_path):
    make_version(weller, [make_row(3, project="Aarveld", key="A")])
    group = StockChange.objects.get()
    rows = [list(WOZ_HEADINGS), new_unit(1), new_unit(2)]
    path = write_csv(tmp_path / "woz.csv", rows)
    page = upload(client, SimpleUploadedFile("woz.csv", path.read_bytes()))
    url = reverse("housing:upload_result", args=[page.context["outcome"].upload.reference])

    page = client.post(url, {"look": "ja", f"samen-{group.pk}": "ja"}, follow=True)

    change = page.context["outcome"].difference
    assert [row.changes for row in change.changed] == [
        (("rijen", "1 rij van 3 woningen", "2 rijen, samen 2 woningen"),)
    ]
    assert change.changed[0].counted == 0
    assert [row.what for row in change.missing] == ["Aarveld, 1 woning"]
    assert (change.counted_before, change.counted_after) == (3, 3)


def test_file_of_a_withdrawn_answer_says_so(client, clerk, tmp_path):
    page = confirm(client, upload(client, csv_file(tmp_path, lines(24))))
    client.post(reverse("housing:undo", args=[page.context["submission"].pk]))
    found = Upload.objects.get()

    page = client.get(reverse("housing:upload_result", args=[found.reference]))

    assert found.status == "undone"
    assert "De opgave met dit bestand is ingetrokken" in page.text
