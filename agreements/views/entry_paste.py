"""Pasting own figures from a spreadsheet: read, shown, and stored only when she confirms."""

import logging
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agreements.entry import Entry
from agreements.forms.entry import FigureForm, PasteForm
from agreements.views.entry_page import again, desk_of
from housing.access import SignedInRequest
from housing.municipal import Line, MunicipalError, concept_of, save
from housing.municipal_paste import Pasted, read_paste
from housing.versions import VersionError
from housing.wording import listed

audit = logging.getLogger("audit")
HANDED_IN = "Deze opgave is al ingediend. Kies eerst “Verander” bij uw eigen cijfers."


@dataclass(frozen=True, slots=True)
class Preview:
    """A line that was read, as it would become: `stands` is what stands there now, in words."""

    line: Line
    form: FigureForm
    stands: str

    @property
    def words(self) -> str:
        return self.line.now.words

    @property
    def note(self) -> str:
        return self.line.now.note


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: SignedInRequest, organisation: str, year: int) -> HttpResponse:
    """Take a paste, show what was read and what was not, store it when she says so."""
    found = desk_of(request, organisation, year)
    if not found.lines:
        raise Http404
    if not found.may_enter or not found.writes:
        messages.warning(request, found.why_closed or HANDED_IN)
        return redirect("entry:entry", found.municipality.slug, found.round.year)
    if request.method != "POST":
        return _show(request, found, PasteForm(label_suffix=""))
    if request.POST.get("part") == "bewaren":
        return _keep(request, found)
    form = PasteForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _show(request, found, form, status=400)
    pasted = read_paste(form.cleaned_data["cells"])
    return _show(request, found, form, pasted=pasted, status=200 if pasted.understood else 400)


def _keep(request: SignedInRequest, found: Entry) -> HttpResponse:
    """Store what the preview showed, as the fields of the entry do."""
    keys = set(request.POST.getlist("veld"))
    lines = [line for line in found.lines if line.field.key in keys]
    forms = [FigureForm(request.POST, key=line.field.key, stored=line.now) for line in lines]
    right = {form.key: form.entered for form in forms if form.is_valid()}
    try:
        concept = concept_of(found.municipality, found.round.year, found.round, request.user)
        if concept is None:
            raise MunicipalError(HANDED_IN)
        done = save(concept, right, request.user, found.agreed)
    except (MunicipalError, VersionError) as error:
        messages.warning(request, str(error))
    else:
        audit.info("pasted=%d submission=%d by=%d", done.changed, concept.pk, request.user.pk)
        what = "1 cijfer is" if done.changed == 1 else f"{done.changed} cijfers zijn"
        messages.success(request, f"{what} overgenomen uit uw tabel.")
        unsaid = [
            line.field.label
            for line in again(request, found).lines
            if line.field.key in keys and line.needs_note
        ]
        if unsaid:
            messages.warning(request, f"Schrijf nog een toelichting bij: {listed(unsaid)}.")
        for clash in done.clashes:
            messages.warning(
                request,
                f"{clash.field.label}: een collega vulde intussen {clash.theirs.words} in. "
                f"Uw {clash.mine.words} is niet bewaard.",
            )
    return redirect(f"{request.path.removesuffix('plakken/')}#deel2")


def _show(
    request: SignedInRequest,
    found: Entry,
    form: PasteForm,
    *,
    pasted: Pasted | None = None,
    status: int = 200,
) -> HttpResponse:
    lines = {line.field.key: line for line in found.lines}
    previews = []
    for each in pasted.understood if pasted else ():
        line = lines[each.field.key]
        # Cells without a note leave the note that was written; it is shown with the number.
        given = replace(each.given, note=each.given.note or line.now.note)
        figure = FigureForm(key=each.field.key, stored=given)
        # The token is of what stands there now, so that a colleague's answer is not lost.
        figure.initial["was"] = line.now.token
        previews.append(Preview(replace(line, now=given), figure, line.now.words))
    page = {
        "entry": found,
        "form": form,
        "pasted": pasted,
        "previews": previews,
        "labels": [line.field.label for line in found.lines],
    }
    return render(request, "agreements/entry_paste.html", page, status=status)
