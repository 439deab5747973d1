"""The outcome of a file is worked out once, and never stale; the same file again is known;
checks that warn first."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from housing.intake import process
from housing.models import CheckPolicy, HeadingMatch, PriceLimit, StockChange, Submission, Upload
from tests.factories import (
    make_clerk,
    make_limit,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_user,
    make_version,
)
from tests.housing.intake.factories import line, template_rows, write_xlsx
from tests.housing.upload_pages import YEAR, confirm, csv_file, lines, result_url, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference():
    make_municipality()
    make_rules()
    for year in (2024, YEAR):
        make_round(year)


@pytest.fixture
def weller():
    return make_organisation(name="Weller")


@pytest.fixture
def clerk(client, weller):
    found = make_clerk(weller)
    client.force_login(found)
    return found


@pytest.fixture
def readings(monkeypatch):
    """The files that were read again, in order."""
    found = []
    reread = process.reread

    def counted(each):
        found.append(each.reference)
        return reread(each)

    monkeypatch.setattr(process, "reread", counted)
    return found


def test_file_is_not_read_again_at_each_view(client, clerk, tmp_path, readings):
    upload(client, csv_file(tmp_path, lines(24)))
    url = result_url(Upload.objects.get())
    readings.clear()

    pages = [client.get(url) for _ in range(3)]

    assert readings == []
    assert [page.context["outcome"].difference.counted_after for page in pages] == [24] * 3


def concept(client, weller, tmp_path):
    make_version(weller, [make_row(3, key="Z")], submit=False)


def other_party(client, weller, tmp_path):
    make_version(make_organisation(name="Woonpunt"), [make_row(3)])


def new_limit(client, weller, tmp_path):
    make_limit(YEAR, "mid_rent", "1100")


def policy(client, weller, tmp_path):
    CheckPolicy.objects.create(code="label", note="proef")


def heading(client, weller, tmp_path):
    HeadingMatch.objects.create(
        organisation=weller, format="template", word="x", heading="X", field="project"
    )


def name(client, weller, tmp_path):
    weller.name = "Weller Wonen"
    weller.save()


def answer(client, weller, tmp_path):
    client.post(result_url(Upload.objects.get()), {"look": "ja", "nothing": ["sales"]})


@pytest.mark.parametrize(
    "change", [concept, other_party, new_limit, policy, heading, name, answer],
    ids=lambda change: change.__name__,
)  # fmt: skip
def test_what_it_rests_on_changes_and_it_is_read_again(
    client, clerk, weller, tmp_path, readings, change
):
    upload(client, csv_file(tmp_path, lines(24)))
    readings.clear()

    change(client, weller, tmp_path)
    client.get(result_url(Upload.objects.get()))

    assert len(readings) == 1


def test_difference_follows_what_was_stored_meanwhile(client, clerk, weller, tmp_path):
    page = upload(client, csv_file(tmp_path, lines(24)))
    assert page.context["outcome"].difference.counted_before == 0

    make_version(weller, [make_row(3, key="Z")], submit=False)
    page = client.get(result_url(Upload.objects.get()))

    assert page.context["outcome"].difference.counted_before == 3


def wrong_label():
    return [line(when="12-03-2025", homes="24", key="K", label="Q")]


def test_check_warns_first_when_the_data_say_so(client, clerk, tmp_path):
    page = upload(client, csv_file(tmp_path, wrong_label()))
    found = Upload.objects.get()
    assert page.context["outcome"].difference is None
    assert found.status == "with_errors"

    CheckPolicy.objects.create(code="label", note="Nieuw, eerst een jaar meekijken")
    page = client.get(result_url(found))

    found.refresh_from_db()
    assert found.status == "waiting"
    assert "Voorlopig is dit een waarschuwing" in page.text
    confirm(client, page)
    assert StockChange.objects.get().label == ""


def test_check_that_stops_again_stops_a_waiting_file(client, clerk, tmp_path):
    CheckPolicy.objects.create(code="label", note="proef", known_from=timezone.now())
    page = upload(client, csv_file(tmp_path, wrong_label()))

    CheckPolicy.objects.create(code="label", note="klaar", is_warning=False)
    confirm(client, page)

    assert not Submission.objects.exists()
    client.get(result_url(Upload.objects.get()))
    assert Upload.objects.get().status == "with_errors"


def test_policy_of_later_does_not_hold_yet(client, clerk, tmp_path):
    later = timezone.now() + timedelta(days=1)
    CheckPolicy.objects.create(code="label", note="straks", known_from=later)

    page = upload(client, csv_file(tmp_path, wrong_label()))

    assert page.context["outcome"].difference is None


def test_keeper_adds_a_policy_and_cannot_soften_what_makes_figures_wrong(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    url = reverse("admin:housing_checkpolicy_add")
    posted = {"is_warning": "on", "note": "proef", "known_from_0": "1-1-2025",
              "known_from_1": "12:00:00"}  # fmt: skip

    refused = client.post(url, {**posted, "code": "homes_empty"})
    assert refused.status_code == 200
    assert not CheckPolicy.objects.exists()
    client.post(url, {**posted, "code": "label"})

    policy = CheckPolicy.objects.get()
    assert policy.code == "label"
    changed = client.get(reverse("admin:housing_checkpolicy_change", args=[policy.pk]))
    assert 'name="is_warning"' not in changed.text, "a policy that held stays known"


def test_limit_that_was_wrong_changes_the_outcome(client, clerk, tmp_path):
    rows = [line(when="12-03-2025", homes="24", key="K", rent="950,00")]
    page = upload(client, csv_file(tmp_path, rows))
    assert page.context["outcome"].difference.counted_after == 0

    PriceLimit.objects.create(
        year=YEAR, limit="daeb_rent", amount=Decimal(1000), source="verbeterd"
    )
    page = client.get(result_url(Upload.objects.get()))

    assert page.context["outcome"].difference.counted_after == 24


def test_same_bytes_again_are_known_and_led_to_what_they_became(client, clerk, tmp_path):
    confirm(client, upload(client, csv_file(tmp_path, lines(24))))
    first, version = Upload.objects.get(), Submission.objects.get()

    page = upload(client, csv_file(tmp_path, lines(24), name="andere-naam.csv"))

    assert "Precies dit bestand is al eerder verwerkt" in page.text
    assert result_url(first) in page.text
    assert reverse("housing:submission", args=[version.pk]) in page.text
    assert "Alles in dit bestand staat al zo in uw opgave" in page.text


def test_same_bytes_for_another_year_are_asked_about(client, clerk, tmp_path):
    rows = [line(when="12-03-2024", homes="24", key="K")]
    confirm(client, upload(client, csv_file(tmp_path, rows), year=2024))

    page = upload(client, csv_file(tmp_path, rows))

    assert "al op over 2024. Klopt het jaar 2025?" in page.text


def test_file_of_others_is_not_known(client, clerk, tmp_path):
    confirm(client, upload(client, csv_file(tmp_path, lines(24))))
    make_organisation(name="Woonpunt")
    client.force_login(make_clerk(make_organisation(name="Heem")))

    page = upload(client, csv_file(tmp_path, lines(24)), organisation="heem")

    assert "Precies dit bestand" not in page.text


def test_saved_again_or_converted_changes_nothing(client, clerk, tmp_path):
    rows = [*lines(24, 6), line(when="2025", homes="3", project="Zonder kenmerk")]
    confirm(client, upload(client, csv_file(tmp_path, rows)))
    path = write_xlsx(tmp_path / "om.xlsx", template_rows(rows))

    for file in (
        csv_file(tmp_path, rows, name="excel.csv", encoding="cp1252", delimiter="\t"),
        SimpleUploadedFile("om.xlsx", path.read_bytes()),
    ):
        page = upload(client, file)
        assert page.context["outcome"].difference.changes_nothing
        assert "Precies dit bestand" not in page.text
        page = confirm(client, page)
        assert "Dit verandert niets" in page.text
    assert Submission.objects.count() == 1


def test_large_file_is_worked_out_before_somebody_looks(
    client, clerk, tmp_path, monkeypatch, readings
):
    monkeypatch.setattr("subprocess.Popen", lambda *_, **__: None)
    rows = [line(when="12-03-2025", key=f"K{n}", remark="x" * 400) for n in range(2600)]
    upload(client, csv_file(tmp_path, rows))
    found = Upload.objects.get()
    call_command("process_upload", found.pk, stdout=io.StringIO())
    readings.clear()

    page = client.get(result_url(found))

    assert page.context["outcome"].difference.counted_after == 2600
    assert readings == []
