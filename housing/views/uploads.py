"""A file from choosing to confirming: the upload page, its result, the kept file, the template."""

import io
import logging
import tempfile
from pathlib import Path
from typing import IO

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from housing import access, marking
from housing.access import SignedInRequest, require
from housing.again import (
    CHANGED_MEANWHILE,
    NO_LONGER_ACCEPTED,
    check_if_stale,
    still_asked,
    store_later,
)
from housing.confirming import NoLongerAcceptedError, UnansweredError, store_with
from housing.difference import Word
from housing.forms import NothingForm, UploadForm, word_as_json, word_from
from housing.headings import offers_of, questions_of
from housing.intake import process, queue
from housing.intake.elsewhere import known_projects
from housing.intake.marked import write_marked
from housing.intake.rows import CleanRow
from housing.intake.stored import base_versions, stored_lines
from housing.intake.storing import ConceptChangedError, Filing, store
from housing.intake.tables import UnreadableFileError
from housing.intake.template import write_template
from housing.mending import CAN_CHANGE, digest, mended_of
from housing.models import Organisation, PlannedLine, Round, Submission, Upload
from housing.outcome import FORMATS, expected_of, outcome_of
from housing.planned import named, planned_for
from housing.receipts import receipt_of
from housing.tallies import current_limits
from housing.views import mending

audit = logging.getLogger("audit")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MENDED_MEANWHILE = (
    "Iemand anders verbeterde intussen cellen van dit bestand. Er is niets opgeslagen. Kijk het "
    "hieronder na en bevestig opnieuw."
)


def find_party_and_round(slug: str, year: int) -> tuple[Organisation, Round]:
    """The corporation and the round over a calendar year (the longest), or a 404."""
    party = get_object_or_404(Organisation.objects.corporations(), slug=slug)
    round_ = Round.objects.filter(year=year).order_by("-period_until").first()
    if round_ is None:
        raise Http404
    return party, round_


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: SignedInRequest, organisation: str, year: int) -> HttpResponse:
    """Take a file, or the word that there was nothing to report."""
    party, round_ = find_party_and_round(organisation, year)
    user = request.user
    require(
        access.can_report(user, party, round_), lambda: access.why_not_report(user, party, round_)
    )
    if "nothing" in request.POST.getlist("answer"):
        return _store_nothing(request, party, round_)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        found = process.receive(file, organisation=party, year=year, round_=round_, by=user)
        queue.take_in(found)
        audit.info("upload reference=%s organisation=%s year=%d by=%d size=%d",
                   found.reference, party.slug, year, user.pk, found.size)  # fmt: skip
        return redirect("housing:upload_result", found.reference)
    status = 413 if form.is_too_large else 400 if form.errors else 200
    return _upload_page(request, party, round_, form, status)


def _upload_page(
    request: SignedInRequest, party: Organisation, round_: Round, form: UploadForm, status: int
) -> HttpResponse:
    base = base_versions(party).get(round_.year)
    names = dict(Organisation.objects.municipalities().values_list("slug", "name"))
    page = {
        "planned": [(line, named(row, names)) for line, row in planned_for(party, round_.year)],
        "organisation": party,
        "round": round_,
        "year": round_.year,
        "form": form,
        "nothing": NothingForm(),
        "base": base,
        "has_additions": base is not None and base.additions == "rows",
    }
    return render(request, "housing/upload.html", page, status=status)


def _store_nothing(request: SignedInRequest, party: Organisation, round_: Round) -> HttpResponse:
    """Keep "niets opgeleverd" as an answer; refused where rows say otherwise."""
    year = round_.year
    form = NothingForm(request.POST)
    base = base_versions(party).get(year)
    if base is not None and base.additions == "rows":
        messages.error(
            request,
            "In uw opgave staan al woningen. Haal die eerst weg, of laat ze staan.",
        )
        return redirect("housing:upload", party.slug, year)
    if not form.is_valid():
        return redirect("housing:upload", party.slug, year)
    filing = Filing(
        organisation=party,
        year=year,
        file_format="template",
        round=round_,
        by=request.user,
        said=form.said,
    )
    version = store([], filing)
    audit.info("nothing organisation=%s year=%d by=%d", party.slug, year, request.user.pk)
    return _after_storing(request, version, base)


def _after_storing(
    request: SignedInRequest, version: Submission | None, base: Submission | None
) -> HttpResponse:
    """Show the version that was made, or say that nothing changed and show what there is."""
    if version is not None:
        messages.success(request, "Bewaard als concept. Nog niet ingediend: dien de opgave in.")
        return redirect("housing:submission", version.pk)
    messages.info(request, "Dit verandert niets aan uw opgave. Er is niets nieuws bewaard.")
    return redirect("housing:submission", base.pk) if base else redirect("housing:reporting")


@require_http_methods(["GET", "HEAD", "POST"])
def upload_result(request: SignedInRequest, reference: str) -> HttpResponse:
    """What a file says and would change; POST confirms it, or keeps the answers so far."""
    found = get_object_or_404(_uploads(request), reference=reference)
    if request.method == "POST":
        user, party = request.user, found.organisation
        require(
            access.can_report(user, party, found.round),
            lambda: access.why_not_report(user, party, found.round),
        )
        return mending.act(request, found) or _confirm(request, found)
    if request.htmx:  # type: ignore[attr-defined]
        is_reading = found.status in (Upload.Status.RECEIVED, Upload.Status.READ)
        is_reading = is_reading and not queue.is_broken_off(found)
        return HttpResponse(status=204) if is_reading else HttpResponseClientRefresh()
    may_report = access.can_report(request.user, found.organisation, found.round)
    check_if_stale(found)
    outcome = outcome_of(found, request.user)
    may_change = may_report and found.status in CAN_CHANGE
    sheets = found.outcome.get("sheets", ())
    page = {
        "outcome": outcome,
        "upload": found,
        "may_report": may_report,
        "may_change": may_change,
        "edits_seen": digest(found.edits),
        "questions": questions_of(found),
        "offers": offers_of(found),
        "sheets": sheets,
        "asks_sheet": may_change and len(sheets) > 1 and not found.chosen_sheet,
    }
    return render(request, "housing/upload_result.html", page)


def _uploads(request: SignedInRequest) -> QuerySet[Upload]:
    related = ("organisation", "by", "round", "submission")
    return Upload.objects.visible_to(request.user).select_related(*related)


def _confirm(request: SignedInRequest, found: Upload) -> HttpResponse:
    if found.status != Upload.Status.WAITING:
        messages.info(request, "Dit bestand is al verwerkt of kan niet worden bevestigd.")
        return redirect("housing:upload_result", found.reference)
    word = word_from(request.POST)
    found.answers = word_as_json(word)
    found.save(update_fields=["answers"])
    if "confirm" not in request.POST:
        return redirect("housing:upload_result", found.reference)
    if request.POST.get("edits", "") != digest(found.edits):
        messages.error(request, MENDED_MEANWHILE)
        return redirect("housing:upload_result", found.reference)
    return _store(request, found, word)


def _store(request: SignedInRequest, found: Upload, word: Word) -> HttpResponse:
    """Store a file with the clerk's word, or show its page again with what stands in the way."""
    if store_later(found, by=request.user, expected=request.POST.get("expected", "")):
        return redirect("housing:upload_result", found.reference)
    expected = expected_of(request.POST.get("expected", ""))
    try:
        version = store_with(found, word, by=request.user, expected=expected)
    except UnansweredError as error:
        messages.warning(request, still_asked(error.count))
    except NoLongerAcceptedError:
        messages.error(request, NO_LONGER_ACCEPTED)
    except ConceptChangedError:
        messages.error(request, CHANGED_MEANWHILE)
    else:
        audit.info("confirm reference=%s by=%d version=%s", found.reference, request.user.pk,
                   version.pk if version else "unchanged")  # fmt: skip
        return _after_storing(request, version, found.submission)
    return redirect("housing:upload_result", found.reference)


@require_safe
def receipt(request: SignedInRequest, reference: str) -> HttpResponse:
    """Proof of what was sent in and what became of it, to print or keep."""
    found = get_object_or_404(_uploads(request), reference=reference)
    page = {
        "upload": found,
        "receipt": receipt_of(found),
        "mended": mended_of(found),
        "format_text": FORMATS.get(found.format, ""),
    }
    return render(request, "housing/receipt.html", page)


@require_safe
def upload_file(request: SignedInRequest, reference: str) -> HttpResponse | FileResponse:
    """The kept file, as it was kept, for the own organisation and the coordinator."""
    found = get_object_or_404(Upload.objects.visible_to(request.user), reference=reference)
    require(access.can_read_upload_file(request.user, found.organisation_id))
    if not found.file:
        raise Http404
    try:
        content = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        as_attachment=True,
        filename=found.name,
        content_type="application/octet-stream",
    )


@require_safe
def upload_marked(request: SignedInRequest, reference: str) -> HttpResponse | FileResponse:
    """The kept file as a workbook, with a mark and a comment at each problem; of a large file a
    page that waits until it is made."""
    found = get_object_or_404(_uploads(request), reference=reference)
    require(access.can_read_upload_file(request.user, found.organisation_id))
    if not found.file:
        raise Http404
    target: IO[bytes]
    if queue.is_large(found):
        if (path := marking.ready(found)) is None:
            return _being_marked(request, found)
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRedirect(request.path)
        target = path.open("rb")
    else:
        try:
            table, checked = process.reread_table(found)
        except (FileNotFoundError, UnreadableFileError) as error:
            raise Http404 from error
        target = tempfile.TemporaryFile()  # noqa: SIM115 the answer closes it
        write_marked(target, table, checked)
        target.seek(0)
    audit.info("marked reference=%s by=%d", found.reference, request.user.pk)
    name = f"{Path(found.name).stem} met opmerkingen.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)


def _being_marked(request: SignedInRequest, found: Upload) -> HttpResponse:
    try:
        process.kept_path(found)
    except FileNotFoundError as error:
        raise Http404 from error
    marking.start(found)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204)
    return render(request, "housing/being_marked.html", {"upload": found})


@require_safe
def template(request: SignedInRequest, organisation: str, year: int) -> FileResponse:
    """The workbook to fill, with what is known beforehand, or (`?leeg=ja`) without rows."""
    party, _ = find_party_and_round(organisation, year)
    require(
        access.can_read_upload_file(request.user, party.pk),
        f"Dit sjabloon is voor {party}.",
    )
    rows = [] if request.GET.get("leeg") == "ja" else _rows_beforehand(party, year)
    places = Organisation.objects.municipalities().parties_at_end_of(year).order_by("name")
    known = known_projects(party)
    target = io.BytesIO()
    write_template(
        target,
        organisation=party.name,
        year=year,
        rows=rows,
        projects=sorted(name for names in known.values() for name in names.values()),
        municipalities=list(places.values_list("name", flat=True)),
        limits=current_limits(),
    )
    target.seek(0)
    name = f"opleveringen-{party.slug}-{year}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)


def _rows_beforehand(party: Organisation, year: int) -> list[CleanRow]:
    """What the party reported of a year, and what it moved on to it."""
    base = base_versions(party).get(year)
    lines = stored_lines([base]) if base else []
    reported = [line.row for line in lines if line.row.part == "2.1A"]
    return reported + [row for _, row in planned_for(party, year)]


@require_POST
def drop_planned(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take away a line that was moved on to this year."""
    user = request.user
    lines = PlannedLine.objects.filter(organisation__in=access.reporting_for(user))
    found = get_object_or_404(lines.select_related("organisation"), pk=pk)
    require(
        access.can_enter_for(user, found.organisation_id),
        f"Dit doen de invoerders van {found.organisation}.",
    )
    PlannedLine.objects.filter(pk=pk, dropped_at=None).update(dropped_at=timezone.now())
    audit.info("drop planned=%d organisation=%s by=%d", pk, found.organisation.slug, user.pk)
    messages.success(request, "Die regel staat niet meer klaar.")
    return redirect("housing:upload", found.organisation.slug, found.year)
