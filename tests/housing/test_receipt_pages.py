"""Proof of what was sent in: the receipt of a file, the e-mail after handing in, the list."""

import hashlib
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse

from housing import versions
from housing.models import Membership, Submission, Upload
from tests.factories import (
    make_board,
    make_clerk,
    make_coordinator,
    make_municipality,
    make_organisation,
    make_round,
    make_row,
    make_rules,
    make_user,
    make_version,
)
from tests.housing.intake.factories import WOZ_HEADINGS, new_unit
from tests.housing.upload_pages import YEAR, confirm, csv_file, lines, raw_csv, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference():
    make_municipality()
    make_rules()
    make_round(YEAR)


@pytest.fixture
def weller():
    return make_organisation(name="Weller")


@pytest.fixture
def clerk(client, weller):
    found = make_clerk(weller)
    client.force_login(found)
    return found


def receipt(client, found):
    return client.get(reverse("housing:receipt", args=[found.reference]))


def text_of(page):
    """The page as it is copied: places where a long number may break are nothing."""
    return page.text.replace("<wbr>", "")


def submit(client, page):
    version = page.context["submission"]
    return client.post(reverse("housing:submit", args=[version.pk]), follow=True)


def test_receipt_says_who_when_what_and_what_became_of_it(client, clerk, tmp_path):
    file = csv_file(tmp_path, lines(24))
    digest = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    page = upload(client, file)
    found = Upload.objects.get()
    assert "daarvan is niets opgeslagen" in receipt(client, found).text

    page = confirm(client, page)
    assert "versie 1, nog niet ingediend" in receipt(client, found).text
    submit(client, page)

    page = receipt(client, found)
    assert "Weller leverde een bestand aan over 2025: versie 1, ingediend" in page.text
    assert digest in text_of(page)
    assert clerk.email in page.text
    assert "24 woningen tellen mee" in page.text


def test_receipt_of_a_woz_has_both_sums(client, clerk, tmp_path):
    upload(client, raw_csv(tmp_path, [list(WOZ_HEADINGS), new_unit(1)], "woz.csv"))
    found = Upload.objects.get()

    page = receipt(client, found)

    assert found.received_sha256 in text_of(page)
    assert found.kept_sha256 in text_of(page)
    assert found.received_sha256 != found.kept_sha256


def test_who_submits_gets_it_by_mail(client, clerk, tmp_path):
    page = confirm(client, upload(client, csv_file(tmp_path, lines(24))))

    page = submit(client, page)

    (message,) = mail.outbox
    assert message.to == [clerk.email]
    assert message.subject == "Ontvangen: opgave 2025 van Weller"
    assert Upload.objects.get().received_sha256 in message.body
    assert "24 woningen tellen mee" in message.body
    assert reverse("housing:submission", args=[Submission.objects.get().pk]) in message.body
    assert clerk.email in page.text


def test_typed_answer_gets_a_mail_without_a_file(client, clerk, weller):
    version = make_version(weller, [make_row(3)], submit=False)

    client.post(reverse("housing:submit", args=[version.pk]))

    assert "hoort geen bestand" in mail.outbox[0].body


def test_correction_of_an_accepted_answer_does_not_count_yet(client, clerk, weller):
    make_version(weller, [make_row(3, key="A")], on="2026-01-20", accepted_on="2026-02-01")
    version = make_version(weller, [make_row(4, key="A")], submit=False)

    page = client.post(reverse("housing:submit", args=[version.pk]), follow=True)

    assert "telt de vorige, vastgestelde opgave" in mail.outbox[0].body
    assert "telt nu voorlopig mee" not in page.text


class Unreachable(EmailBackend):
    def send_messages(self, messages):
        raise SMTPException("no such host")


def test_mail_that_cannot_leave_takes_nothing_back(client, clerk, weller, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Unreachable"
    version = make_version(weller, [make_row(3)], submit=False)

    page = client.post(reverse("housing:submit", args=[version.pk]), follow=True)

    assert "lukte niet" in page.text
    version.refresh_from_db()
    assert version.status == "submitted"


def test_submitting_twice_writes_once(client, clerk, weller):
    version = make_version(weller, [make_row(3)], submit=False)
    for _ in range(2):
        client.post(reverse("housing:submit", args=[version.pk]))

    assert len(mail.outbox) == 1


def test_list_is_proof_and_takes_a_whole_upload_back(client, clerk, tmp_path):
    page = confirm(client, upload(client, csv_file(tmp_path, lines(24))))
    submit(client, page)
    version = Submission.objects.get()

    page = client.get(reverse("housing:reporting"))
    undo = reverse("housing:undo", args=[version.pk])
    assert "opgave.csv" in page.text
    assert "versie 1, ingediend" in page.text
    assert f'action="{undo}"' in page.text
    client.post(undo)

    version.refresh_from_db()
    assert (version.status, Upload.objects.get().status) == ("withdrawn", "undone")
    assert undo not in client.get(reverse("housing:reporting")).text
    assert "trok de opgave weer in" in receipt(client, Upload.objects.get()).text


def test_accepted_upload_is_no_longer_taken_back(client, clerk, tmp_path):
    submit(client, confirm(client, upload(client, csv_file(tmp_path, lines(24)))))
    version = Submission.objects.get()
    versions.accept(version, actor=make_coordinator())

    page = client.get(reverse("housing:reporting"))

    assert "Draai terug" not in page.text
    client.post(reverse("housing:undo", args=[version.pk]))
    version.refresh_from_db()
    assert version.status == "accepted"


@pytest.mark.parametrize("who", ["clerk elsewhere", "officer", "board", "nobody"])
def test_others_get_no_receipt(client, weller, tmp_path, who):
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

    assert receipt(client, found).status_code == (302 if who == "nobody" else 404)


def test_query_ceiling(client, clerk, tmp_path, django_assert_max_num_queries):
    submit(client, confirm(client, upload(client, csv_file(tmp_path, lines(24, 5)))))
    url = reverse("housing:receipt", args=[Upload.objects.get().reference])
    client.get(url)

    with django_assert_max_num_queries(16):
        client.get(url)
