"""Mending a few faulty cells on the page of the file, and the file back with its faults marked."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from housing.models import Membership, StockChange, Submission, Upload
from tests.factories import (
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_part,
    make_round,
    make_rules,
    make_user,
)
from tests.housing.intake.factories import WOZ_HEADINGS, line, new_unit
from tests.housing.upload_pages import (
    YEAR,
    confirm,
    csv_file,
    lines,
    raw_csv,
    result_url,
    upload,
    xlsx_file,
)

pytestmark = pytest.mark.django_db


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


def faulty(tmp_path):
    """Row 3 has a municipality (B) and a date (G) that can't be right."""
    rows = [*lines(24), line(when="12-03-2062", municipality="Kerkrade-West", key="X")]
    return csv_file(tmp_path, rows)


def mend(client, found, **cells):
    posted = {"mend": "ja", **{name.replace("_", "-"): value for name, value in cells.items()}}
    return client.post(result_url(found), posted, follow=True)


def test_faulty_cells_are_mended_on_the_page_and_stored(client, clerk, tmp_path):
    page = upload(client, faulty(tmp_path))
    found = Upload.objects.get()
    assert 'name="cel-3-G" value="12-03-2062"' in page.text
    assert '<select id="cel-3-B" name="cel-3-B">' in page.text
    assert "Verbeter en controleer opnieuw" in page.text

    page = mend(client, found, cel_3_B="Kerkrade", cel_3_G="12-03-2025")

    assert "Klopt dit?" in page.context["outcome"].heading
    assert "U verbeterde 2 cellen op deze pagina" in page.text
    assert "<del>12-03-2062</del>" in page.text
    assert not Submission.objects.exists()
    page = confirm(client, page)
    stored = StockChange.objects.get(key="X")
    assert (stored.municipality.name, f"{stored.happened:%d-%m-%Y}") == ("Kerkrade", "12-03-2025")
    assert (stored.upload, stored.row) == (found, 3)
    assert "rij 3, op de pagina verbeterd: B en G" in page.text
    found.refresh_from_db()
    assert found.edits == {"3": {"B": "Kerkrade", "G": "12-03-2025"}}


def test_half_mended_file_still_stops_and_keeps_what_was_typed(client, clerk, tmp_path):
    upload(client, faulty(tmp_path))
    found = Upload.objects.get()

    page = mend(client, found, cel_3_B="Kerkrade", cel_3_G="12-03-2063")

    assert "Herstel nog 1 cel" in page.context["outcome"].heading
    assert 'value="12-03-2063"' in page.text
    assert 'name="confirm"' not in page.text


def test_mended_cells_can_be_taken_back(client, clerk, tmp_path):
    upload(client, faulty(tmp_path))
    found = Upload.objects.get()
    mend(client, found, cel_3_B="Kerkrade", cel_3_G="12-03-2025")

    page = client.post(result_url(found), {"take_back": "3-G"}, follow=True)
    assert "Herstel nog 1 cel" in page.context["outcome"].heading
    assert 'value="12-03-2062"' in page.text
    page = client.post(result_url(found), {"take_back": "alles"}, follow=True)

    found.refresh_from_db()
    assert found.edits == {}
    assert "Herstel nog 2 cellen" in page.context["outcome"].heading


def test_what_is_left_as_it_is_or_names_no_faulty_cell_is_no_edit(client, clerk, tmp_path):
    upload(client, faulty(tmp_path))
    found = Upload.objects.get()

    page = mend(client, found, cel_3_G=" 12-03-2062 ", cel_2_H="900", cel_0_B="x", cel_3_="x")

    found.refresh_from_db()
    assert found.edits == {}
    assert "U hebt nog niets veranderd" in page.text


def test_stored_file_can_no_longer_be_mended(client, clerk, tmp_path):
    upload(client, faulty(tmp_path))
    found = Upload.objects.get()
    page = mend(client, found, cel_3_B="Kerkrade", cel_3_G="12-03-2025")
    confirm(client, page)

    page = client.post(result_url(found), {"take_back": "alles"}, follow=True)

    found.refresh_from_db()
    assert found.edits
    assert "al verwerkt" in page.text


def test_confirming_cells_that_were_not_shown_is_refused(client, clerk, tmp_path):
    upload(client, faulty(tmp_path))
    found = Upload.objects.get()
    page = mend(client, found, cel_3_B="Kerkrade", cel_3_G="12-03-2025")
    Upload.objects.update(edits={"3": {"B": "Heerlen", "G": "12-03-2025"}})

    page = confirm(client, page)

    assert "Iemand anders verbeterde intussen" in page.text
    assert not Submission.objects.exists()


def test_only_fifty_cells_at_a_time(client, clerk, tmp_path):
    rows = [line(when="12-03-2025", municipality="Elders", key=f"K{n}") for n in range(60)]

    page = upload(client, csv_file(tmp_path, rows))

    assert page.text.count("<select") == 50
    assert "Bij 50 cellen kunt u hier verbeteren" in page.text


def test_woz_cells_are_mended_in_the_kept_copy(client, clerk, tmp_path):
    rows = [list(WOZ_HEADINGS), new_unit(1), new_unit(2, J="x")]
    page = upload(client, raw_csv(tmp_path, rows, "woz.csv"))
    assert 'name="cel-3-J" value="x"' in page.text

    page = mend(client, Upload.objects.get(), cel_3_J="1")

    confirm(client, page)
    assert StockChange.objects.count() == 2


def test_markup_that_somebody_types_is_text(client, clerk, tmp_path):
    upload(client, faulty(tmp_path))

    page = mend(client, Upload.objects.get(), cel_3_G='"><script>alert(1)</script>')

    assert "<script>alert" not in page.text


def test_reader_sees_no_fields_and_may_not_mend(client, weller, tmp_path):
    client.force_login(make_clerk(weller))
    upload(client, faulty(tmp_path))
    found = Upload.objects.get()
    client.force_login(make_user(weller, Membership.Role.READER))

    assert 'name="mend"' not in client.get(result_url(found)).text
    assert mend(client, found, cel_3_B="Kerkrade").status_code == 403


def test_marked_workbook_is_mended_and_uploaded_again(client, clerk, tmp_path):
    upload(client, faulty(tmp_path))
    found = Upload.objects.get()
    mend(client, found, cel_3_B="Kerkrade")

    answer = client.get(reverse("housing:upload_marked", args=[found.reference]))

    content = b"".join(answer.streaming_content)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names[0] == "Opmerkingen"
    assert "Kerkrade" in str(book.get_sheet_by_index(1).to_python()), "with what was mended"
    again = upload(client, SimpleUploadedFile("terug.xlsx", content))
    assert "Herstel nog 1 cel" in again.context["outcome"].heading


def test_marked_workbook_of_a_workbook(client, clerk, tmp_path):
    upload(client, xlsx_file(tmp_path, lines(24)))

    answer = client.get(reverse("housing:upload_marked", args=[Upload.objects.get().reference]))

    assert b"".join(answer.streaming_content)[:2] == b"PK"


@pytest.mark.parametrize("who", ["clerk elsewhere", "officer", "board", "nobody"])
def test_others_don_t_get_the_marked_workbook(client, weller, tmp_path, who):
    client.force_login(make_clerk(weller))
    upload(client, faulty(tmp_path))
    found = Upload.objects.get()
    client.logout()
    people = {
        "clerk elsewhere": lambda: make_clerk(make_organisation(name="Woonpunt")),
        "officer": lambda: make_user(make_municipality(), Membership.Role.REPORTER),
        "board": make_board,
    }
    if who != "nobody":
        client.force_login(people[who]())

    answer = client.get(reverse("housing:upload_marked", args=[found.reference]))

    assert answer.status_code == (302 if who == "nobody" else 404)


def test_coordinator_gets_the_marked_workbook(client, clerk, tmp_path):
    upload(client, faulty(tmp_path))
    client.force_login(make_coordinator())

    answer = client.get(reverse("housing:upload_marked", args=[Upload.objects.get().reference]))

    assert answer.status_code == 200
    answer.close()


def test_query_ceiling(client, clerk, tmp_path, django_assert_max_num_queries):
    upload(client, faulty(tmp_path))
    url = result_url(Upload.objects.get())
    client.get(url)

    with django_assert_max_num_queries(22):
        client.get(url)
