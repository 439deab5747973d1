"""One statement as it was handed in, the coordinator's remarks beside it, and what it shows."""

import logging

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agreements import access
from agreements.forms.statements import RemarkForm
from agreements.models import Agreement, Evidence, Remark, Statement
from agreements.topics import statement_subject
from housing.access import SignedInRequest, require
from housing.talk import conversation

audit = logging.getLogger("audit")


@require_http_methods(["GET", "HEAD", "POST"])
def remark(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """What a party said in a round, with its versions; the coordinator adds a remark (POST).

    The party's verdict is never touched.
    """
    said = get_object_or_404(
        Statement.objects.submitted()
        .filter(
            agreement__slug=slug,
            agreement__in=Agreement.objects.filter(access.readable_agreements(request.user)),
        )
        .select_related("agreement__set", "organisation", "round", "submitted_by")
        .prefetch_related("evidence", "remarks__actor"),
        pk=pk,
    )
    may = access.can_remark(request.user)
    form = RemarkForm(request.POST or None)
    if request.method == "POST":
        require(may, "Alleen de coördinator zet een opmerking bij een verklaring.")
        if form.is_valid():
            text, by = form.cleaned_data["text"], request.user
            Remark.objects.create(statement=said, text=text, actor=by, is_demo=by.is_demo)
            audit.info("remark statement=%d by=%d", said.pk, by.pk)
            messages.success(request, "Uw opmerking staat erbij.")
            return redirect(request.path)
    versions = Statement.objects.submitted().filter(
        agreement=said.agreement, organisation=said.organisation
    )
    page = {
        "said": said,
        "form": form if may else None,
        "others": versions.exclude(pk=said.pk).select_related("round"),
        "talk": conversation(request.user, statement_subject(said)),
    }
    return render(request, "agreements/said.html", page, status=400 if form.errors else 200)


@require_safe
def evidence(request: SignedInRequest, reference: str) -> HttpResponse | FileResponse:
    """The kept file, only ever as an attachment."""
    found = get_object_or_404(Evidence.objects.select_related("statement"), reference=reference)
    if not access.can_read_evidence(request.user, found) or not found.file:
        raise Http404
    try:
        content = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        as_attachment=True,
        filename=found.name or f"bewijs-{found.reference}",
        content_type="application/octet-stream",
    )
