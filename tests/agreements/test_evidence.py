"""Links and files that parties show: what is kept, what is refused, who fetches it."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agreements import evidence
from agreements.models import Evidence, Statement
from agreements.statements import reopen
from tests.factories import (
    make_agreement,
    make_board,
    make_coordinator,
    make_municipality,
    make_round,
    make_statement,
    make_user,
)

pytestmark = pytest.mark.django_db
FORM = {"status": "running", "light": "on", "explanation": "Goed.", "number": "1", "edit": "0"}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
JPG = b"\xff\xd8\xff\xe0" + b"\x00" * 40
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def packed(*names, **contents):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
        for name, text in contents.items():
            archive.writestr(name, text)
    return out.getvalue()


XLSX = packed("[Content_Types].xml", "xl/workbook.xml")
DOCX = packed("[Content_Types].xml", "word/document.xml")
ODT = packed("content.xml", mimetype="application/vnd.oasis.opendocument.text")
CSV = "Gemeente;Woningen\nHeerlen;12\n".encode("cp1252")


@pytest.fixture
def heerlen():
    return make_municipality()


@pytest.fixture
def officer(heerlen):
    return make_user(heerlen, "reporter", "approver")


@pytest.fixture
def agreement(heerlen):
    make_round(2026)
    found = make_agreement(slug="koopplannen", kind="study")
    found.responsible.set([heerlen])
    return found


@pytest.fixture
def signed_in(client, officer, agreement):
    client.force_login(officer)
    return client


PAGE = "/afspraken/koopplannen/invullen/heerlen/2026/"


def add(client, content=None, name="besluit.pdf", edit="0", **fields):
    posted = {**FORM, "edit": edit, "action": "bewijs"}
    posted |= {f"bewijs-{field}": value for field, value in fields.items()}
    if content is not None:
        posted["bewijs-file"] = SimpleUploadedFile(name, content)
    return client.post(PAGE, posted, follow=True)


def fetch(found):
    return reverse("agreements:evidence", args=[found.reference])


def status_of(client, found):
    """The answer's status; what it streams is read to the end."""
    answer = client.get(fetch(found))
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def kept_files():
    root = Path(settings.MEDIA_ROOT) / "evidence"
    return {path for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("besluit.pdf", PDF), ("foto.JPG", JPG), ("foto.jpeg", JPG), ("kaart.png", PNG),
        ("lijst.xlsx", XLSX), ("brief.docx", DOCX), ("brief.odt", ODT), ("lijst.csv", CSV),
    ],
)  # fmt: skip
def test_a_file_is_kept_and_comes_back_as_an_attachment(signed_in, name, content):
    page = add(signed_in, content, name, title="Het stuk")

    assert "Toegevoegd. Uw antwoord is ook bewaard." in page.text
    found = Evidence.objects.get()
    assert (found.title, found.name, found.size) == ("Het stuk", name, len(content))
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    answer = signed_in.get(fetch(found))
    assert b"".join(answer.streaming_content) == content
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert Statement.objects.get().explanation == "Goed."


HOSTILE = {
    "svg as pdf": ("plaatje.pdf", SVG, "iets anders"),
    "html as pdf": ("pagina.pdf", HTML, "iets anders"),
    "html as csv": ("pagina.csv", b"\n " + HTML, "iets anders"),
    "svg": ("plaatje.svg", SVG, "Dit soort bestand bewaren wij niet"),
    "html": ("pagina.html", HTML, "Dit soort bestand bewaren wij niet"),
    "program": ("programma.exe", b"MZ" + b"\x00" * 60, "Dit soort bestand bewaren wij niet"),
    "no suffix": ("bestand", PDF, "Dit soort bestand bewaren wij niet"),
    "two suffixes": ("besluit.pdf.exe", PDF, "Dit soort bestand bewaren wij niet"),
    "zip as xlsx": ("lijst.xlsx", packed("a.txt"), "iets anders"),
    "word as excel": ("lijst.xlsx", DOCX, "iets anders"),
    "macros": (
        "lijst.xlsx",
        packed("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
        "iets anders",
    ),
    "odt that says otherwise": ("brief.odt", packed("content.xml", mimetype="x"), "iets anders"),
    "truncated zip": ("lijst.xlsx", XLSX[:60], "iets anders"),
    "binary csv": ("lijst.csv", b"a;b\x00c", "iets anders"),
    "old word": ("brief.docx", b"\xd0\xcf\x11\xe0" + b"\x00" * 60, "iets anders"),
    "picture as pdf": ("scan.pdf", PNG, "iets anders"),
    "nothing": ("leeg.pdf", b"", "leeg (0 bytes)"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_refused_and_what_was_typed_is_kept(signed_in, case):
    name, content, sentence = HOSTILE[case]
    before = kept_files()

    page = add(signed_in, content, name)

    assert page.status_code == 400
    assert sentence in page.text
    assert not Evidence.objects.exists()
    assert kept_files() == before
    assert Statement.objects.get().explanation == "Goed."


def test_too_large_a_file_is_refused(signed_in, monkeypatch):
    monkeypatch.setattr(evidence, "MOST_BYTES", 1000)

    page = add(signed_in, PDF + b"x" * 1000)

    assert page.status_code == 400
    assert "groter dan 10 MB" in page.text
    assert not Evidence.objects.exists()


def test_the_limit_is_ten_megabytes():
    assert evidence.MOST_BYTES == 10 * 1024 * 1024


def test_a_zip_with_a_huge_list_of_parts_is_refused_before_it_is_read(signed_in, monkeypatch):
    monkeypatch.setattr(evidence, "_MOST_DIRECTORY", 50)

    assert add(signed_in, XLSX, "lijst.xlsx").status_code == 400


@pytest.mark.parametrize(
    "name", ["../../../tmp/geheim.pdf", "..\\..\\geheim.pdf", "/etc/geheim.pdf", "a\nb/geheim.pdf"]
)
def test_a_path_in_the_name_leads_nowhere(signed_in, name, agreement):
    statement = make_statement(agreement, make_municipality(), year=2026, submitted_at=None)
    file = SimpleUploadedFile("x.pdf", PDF)
    file._name = name

    found = evidence.add_file(statement, file, title="", by=make_user())

    assert found.name == "geheim.pdf"
    root = (Path(settings.MEDIA_ROOT) / "evidence" / agreement.slug).resolve()
    assert Path(found.file.path).resolve().parent == root
    assert found.file.name == f"evidence/{agreement.slug}/{found.reference}.pdf"


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)", "JaVaScRiPt://voorbeeld.nl/%0aalert(1)", "data:text/html,<b>",
        "ftp://voorbeeld.nl/x", "file:///etc/passwd", "geen adres",
    ],
)  # fmt: skip
def test_only_addresses_on_the_web_are_kept(signed_in, link):
    page = add(signed_in, link=link)

    assert page.status_code == 400
    assert "Dit is geen webadres. Het begint met https:// of http://." in page.text
    assert not Evidence.objects.exists()


def test_a_link_is_kept_under_its_title(signed_in):
    page = add(signed_in, link="https://heerlen.voorbeeld.nl/besluit", title="Besluit van de raad")

    assert "Besluit van de raad" in page.text
    found = Evidence.objects.get()
    assert (found.link, found.file.name) == ("https://heerlen.voorbeeld.nl/besluit", "")
    assert status_of(signed_in, found) == 404


def test_a_link_and_a_file_at_once_or_neither_is_asked(signed_in):
    both = add(signed_in, PDF, link="https://voorbeeld.nl/")
    neither = add(signed_in, edit="1")

    assert "Geef een webadres of een bestand, niet allebei." in both.text
    assert "Geef een webadres, of kies een bestand." in neither.text
    assert not Evidence.objects.exists()


def test_markup_in_a_title_and_a_name_is_text(signed_in):
    page = add(signed_in, PDF, "<img src=x onerror=alert(1)>.pdf", title="<script>x</script>")

    assert "<script>x" not in page.text
    assert "<img src=x" not in page.text


def test_it_can_be_taken_away_while_it_is_a_concept(signed_in, django_capture_on_commit_callbacks):
    add(signed_in, PDF)
    found = Evidence.objects.get()
    path = Path(found.file.path)
    assert path.exists()

    with django_capture_on_commit_callbacks(execute=True):
        signed_in.post(PAGE, {**FORM, "edit": "1", "action": f"weg-{found.reference}"})

    assert not Evidence.objects.exists()
    assert not path.exists()


def test_what_was_handed_in_keeps_its_evidence(
    signed_in, agreement, heerlen, officer, django_capture_on_commit_callbacks
):
    add(signed_in, PDF)
    Statement.objects.update(submitted_at="2026-11-01T12:00:00Z")
    old = Evidence.objects.get()
    with pytest.raises(evidence.EvidenceError, match="blijft daarbij staan"):
        evidence.remove(old)

    concept = reopen(agreement, heerlen, make_round(2026), officer)
    copy = concept.evidence.get()
    with django_capture_on_commit_callbacks(execute=True):
        evidence.remove(copy)

    assert Path(old.file.path).exists(), "the file belongs to what was handed in too"
    assert Evidence.objects.get() == old


def test_of_another_answer_nothing_can_be_taken_away(signed_in, agreement):
    other = make_municipality("Kerkrade", "GM0928")
    theirs = make_statement(agreement, other, year=2026, submitted_at=None)
    found = evidence.add_link(theirs, "https://voorbeeld.nl/", title="X", by=make_user())

    answer = signed_in.post(PAGE, {**FORM, "action": f"weg-{found.reference}"})

    assert answer.status_code == 404
    assert Evidence.objects.filter(pk=found.pk).exists()


def test_a_concepts_file_is_its_own_partys_until_it_is_handed_in(signed_in, client, heerlen):
    add(signed_in, PDF)
    found = Evidence.objects.get()
    others = [make_coordinator(), make_board(), make_user()]
    for user in others:
        client.force_login(user)
        assert status_of(client, found) == 404
    client.force_login(make_user(heerlen, "reader"))
    assert status_of(client, found) == 200

    Statement.objects.update(submitted_at="2026-11-01T12:00:00Z")

    for user in others:
        client.force_login(user)
        assert status_of(client, found) == 200
    client.logout()
    assert client.get(fetch(found)).url.startswith("/inloggen/")


def test_a_file_that_is_gone_is_not_found(signed_in):
    add(signed_in, PDF)
    found = Evidence.objects.get()
    Path(found.file.path).unlink()

    assert status_of(signed_in, found) == 404


def test_no_more_than_twenty_pieces(signed_in, monkeypatch):
    monkeypatch.setattr(evidence, "MOST_PIECES", 1)
    add(signed_in, PDF)

    page = add(signed_in, PDF, edit="1")

    assert "staan al 1 bewijsstukken" in page.text
    assert Evidence.objects.count() == 1
