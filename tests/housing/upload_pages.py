"""What the tests of the upload pages share: files, sending them, confirming them."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.housing.intake.factories import line, template_rows, write_csv, write_xlsx

YEAR = 2025


def lines(*homes, **more):
    """A template with a row for each number of homes."""
    return [
        line(when="12-03-2025", homes=str(count), key=f"K{place}", project="Aarveld", **more)
        for place, count in enumerate(homes)
    ]


def csv_file(tmp_path, rows, name="opgave.csv", **options):
    return raw_csv(tmp_path, template_rows(rows), name, **options)


def raw_csv(tmp_path, rows, name="opgave.csv", **options):
    path = write_csv(tmp_path / name, rows, **options)
    return SimpleUploadedFile(name, path.read_bytes())


def xlsx_file(tmp_path, rows, name="opgave.xlsx"):
    path = write_xlsx(tmp_path / name, template_rows(rows))
    return SimpleUploadedFile(name, path.read_bytes())


def upload(client, file, organisation="weller", year=YEAR):
    url = reverse("housing:upload", args=[organisation, year])
    return client.post(url, {"file": file}, follow=True)


def result_url(found):
    return reverse("housing:upload_result", args=[found.reference])


def confirm(client, page, **answers):
    """Press the button of a result page that was just read."""
    outcome = page.context["outcome"]
    posted = {
        "confirm": "ja",
        "expected": outcome.expected,
        "edits": page.context["edits_seen"],
        **answers,
    }
    return client.post(result_url(outcome.upload), posted, follow=True)
