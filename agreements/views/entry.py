"""The officer's entry: one page in parts that save by themselves, and without scripts on each
button."""

import logging

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agreements.entry import Entry, EntryError, may_sign, sign, who_signs
from agreements.forms.entry import RIGHT, FigureForm, WordForm
from agreements.statements import IncompleteError, StatementError
from agreements.views.answering import CHOICE, waits_for_choice
from agreements.views.entry_page import (
    Figure,
    Word,
    again,
    counts_of,
    desk_of,
    forms_of,
    pieces_of,
    show,
    turned_away,
)
from agreements.views.entry_statements import keep_statement, take_over_statements
from housing import access, disputes
from housing.access import SignedInRequest, require
from housing.autosaving import Shown, is_autosave, not_saved, saved
from housing.models import Submission
from housing.municipal import (
    Clash,
    MunicipalError,
    concept_of,
    correct,
    save,
    take_over,
)
from housing.versions import VersionError
from housing.wording import listed

audit = logging.getLogger("audit")
OF_FIGURES = ("cijfers", "zelfde", "verander")
NOT_HER_WORD = "Of het klopt, zegt een invoerder van {} zelf."


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: SignedInRequest, organisation: str, year: int) -> HttpResponse:
    """Show the entry of a municipality and round; POST keeps one part of it."""
    found = desk_of(request, organisation, year)
    if request.method != "POST":
        return show(request, found)
    part = request.POST.get("part", "")
    if part == "afspraak":
        return keep_statement(request, found)
    if part == "afspraken-zelfde":
        return take_over_statements(request, found)
    if not found.may_enter:
        return turned_away(request, found.why_closed)
    if part == "woord":
        return _keep_word(request, found)
    if part == "klopt":
        return _confirm_all(request, found)
    if not found.lines and part in OF_FIGURES:
        raise Http404
    if part == "cijfers":
        return _keep_figures(request, found)
    if part == "zelfde":
        return _take_over(request, found)
    if part == "verander":
        return _correct(request, found)
    if part == "indienen":
        return _sign(request, found)
    raise Http404


# --- part 1: what corporations report -----------------------------------------------------


def _keep_word(request: SignedInRequest, found: Entry) -> HttpResponse:
    own = access.own_organisations(request.user, roles=access.ENTERING)
    require(found.municipality.pk in own, NOT_HER_WORD.format(found.municipality))
    pk = request.POST.get("corporatie", "")
    row = next((each for each in found.rows_in if str(each.organisation.pk) == pk), None)
    if row is None:
        raise Http404
    form = WordForm(request.POST, prefix=f"woord-{pk}", label_suffix="")
    if not form.is_valid():
        if is_autosave(request):
            return not_saved(" ".join(form.faults))
        return show(request, found, word=Word(row, form), status=400)
    said, now = form.cleaned_data, row.version
    if not said["word"] or now is None:
        return turned_away(request, f"Kies of de opgave van {row.organisation} klopt of niet.")
    try:
        version = now if said["version"] == now.pk else _seen_version(now, said["version"])
        if said["word"] == RIGHT:
            word = disputes.confirm(version, found.municipality, by=request.user, seen=said["seen"])
        else:
            word = disputes.dispute(
                version, found.municipality, homes=said["homes"], reason=said["reason"],
                by=request.user, seen=said["seen"],
            )  # fmt: skip
    except disputes.ConfirmationError as error:
        if is_autosave(request):
            return not_saved(f"{error} Druk op Bewaar om beide te zien.", status=409)
        posted = request.POST.copy()
        after = again(request, found)
        fresh = next(each for each in after.rows if each.organisation == row.organisation)
        posted[f"woord-{pk}-seen"] = str(fresh.seen)
        posted[f"woord-{pk}-version"] = str(fresh.version.pk if fresh.version else 0)
        retry = WordForm(posted, prefix=f"woord-{pk}", label_suffix="")
        return show(request, after, word=Word(fresh, retry, str(error)), status=409)
    audit.info("word=%s submission=%d municipality=%s by=%d", said["word"], version.pk,
               found.municipality.slug, request.user.pk)  # fmt: skip
    if is_autosave(request):
        after = again(request, found)
        shown = Shown(texts=counts_of(after), pieces=pieces_of(request, after))
        return saved(timezone.now(), shown, **{f"woord-{pk}-seen": word.pk})
    messages.success(request, f"Uw antwoord over {row.organisation} is bewaard.")
    return redirect(f"{request.path}#deel1")


def _confirm_all(request: SignedInRequest, found: Entry) -> HttpResponse:
    """Say of all that she saw and had not looked at before that it is right. What changed since
    the page was made, or what a colleague answered first, stays for herself to look at."""
    own = access.own_organisations(request.user, roles=access.ENTERING)
    require(found.municipality.pk in own, NOT_HER_WORD.format(found.municipality))
    pairs = (each.partition(":") for each in request.POST.getlist("rij"))
    seen = {party: version for party, _, version in pairs}
    right, left = [], []
    for row in found.rows_in:
        saw = seen.get(str(row.organisation.pk))
        if saw is None or row.version is None:
            continue
        if saw != str(row.version.pk) or row not in found.rows_unseen:
            left.append(row.organisation)
            continue
        try:
            disputes.confirm(row.version, found.municipality, by=request.user, seen=0)
        except disputes.ConfirmationError:
            left.append(row.organisation)
        else:
            right.append(row.organisation)
    audit.info("words=%d municipality=%s by=%d", len(right), found.municipality.slug,
               request.user.pk)  # fmt: skip
    if right:
        messages.success(request, f"Bewaard: de opgave van {listed(right)} klopt.")
    if left:
        messages.warning(
            request,
            f"Bij {listed(left)} veranderde intussen iets. Kijk daar zelf of het klopt.",
        )
    return redirect(f"{request.path}#deel1")


def _seen_version(now: Submission, pk: int) -> Submission:
    """The version she looked at, when it is not the newest any more: the service says so. One of
    another year is not what this page is about."""
    versions = Submission.objects.of(now.organisation, now.year)
    return get_object_or_404(versions.select_related("organisation"), pk=pk)


# --- part 2: own figures ------------------------------------------------------------------


def _keep_figures(request: SignedInRequest, found: Entry) -> HttpResponse:
    if (waits := waits_for_choice(request)) is not None:
        return waits
    forms = forms_of(found, request)
    chosen = {each.key: each for each in forms}
    right = {
        key: form.entered
        for key, form in chosen.items()
        if form.is_valid() and request.POST.get(f"{CHOICE}{key}") != "theirs"
    }
    wrong = [form for form in forms if not form.is_valid()]
    try:
        concept = _concept(request, found)
        done = save(concept, right, request.user, found.agreed)
    except (MunicipalError, VersionError) as error:
        return turned_away(request, str(error))
    if done.changed:
        audit.info("figures=%d submission=%d by=%d", done.changed, concept.pk, request.user.pk)
    after = again(request, found)
    if is_autosave(request):
        return _told(request, after, wrong, done.clashes)
    if wrong or done.clashes:
        return show(
            request, after, figures=_both(request, after, wrong, done.clashes),
            error=_clash_text(done.clashes), status=400 if wrong else 409,
        )  # fmt: skip
    messages.success(request, _kept_text(after))
    return redirect(f"{request.path}#deel2")


def _concept(request: SignedInRequest, found: Entry) -> Submission:
    concept = concept_of(found.municipality, found.round.year, found.round, request.user)
    if concept is None:
        raise MunicipalError(
            "Deze opgave is intussen ingediend. Wat u typte is niet bewaard. "
            "Kies “Verander” om een verbetering te maken."
        )
    return concept


def _told(
    request: SignedInRequest,
    found: Entry,
    wrong: list[FigureForm],
    clashes: tuple[Clash, ...],
) -> HttpResponse:
    """The answer to a form that saves itself: what was stored, what not, what to look at."""
    behind = {clash.field.key for clash in clashes} | {form.key for form in wrong}
    tokens = {
        f"{line.field.key}-was": line.now.token
        for line in found.lines
        if line.field.key not in behind
    }
    asked = [line for line in found.lines if line.needs_note]
    more = f"Schrijf nog een toelichting bij: {asked[0].field.label}." if asked else ""
    shown = Shown(
        texts=counts_of(found) | {f"vraag-{x.field.key}": x.question for x in found.lines},
        pieces=pieces_of(request, found),
        opens=[f"meer-{line.field.key}" for line in asked],
        fields=tokens,
        more=more,
    )
    if clashes:
        told = f"{_clash_text(clashes)} Al het andere is bewaard. Druk op Bewaar om beide te zien."
        return not_saved(told, status=409, shown=shown)
    if wrong:
        first = wrong[0]
        told = f"Niet bewaard bij {first.figure.label}: {' '.join(first.faults)}"
        return not_saved(told, shown=shown)
    return saved(timezone.now(), shown)


def _clash_text(clashes: tuple[Clash, ...]) -> str:
    if not clashes:
        return ""
    names = ", ".join(clash.field.label for clash in clashes)
    return f"Een collega veranderde intussen ook: {names}."


def _both(
    request: SignedInRequest,
    found: Entry,
    wrong: list[FigureForm],
    clashes: tuple[Clash, ...],
) -> list[Figure]:
    """The figures again: what was wrong as it was typed, a clash with both values, all others as
    they are stored now."""
    faulty = {form.key: form for form in wrong}
    both = {clash.field.key: clash for clash in clashes}
    shown = []
    for line in found.lines:
        key = line.field.key
        if key in faulty:
            shown.append(Figure(line, faulty[key]))
        elif key in both:
            posted = request.POST.copy()
            posted[f"{key}-was"] = both[key].theirs.token
            shown.append(Figure(line, FigureForm(posted, key=key), both[key]))
        else:
            shown.append(Figure(line, FigureForm(key=key, stored=line.now)))
    return shown


def _kept_text(found: Entry) -> str:
    asked = [line for line in found.lines if line.needs_note]
    told = f"Bewaard: {found.figures_done} van de {len(found.lines)} cijfers."
    if asked:
        return f"{told} Schrijf nog een toelichting bij: {asked[0].field.label}."
    return told


def _take_over(request: SignedInRequest, found: Entry) -> HttpResponse:
    """Answer what is still open as last year."""
    try:
        count = take_over(_concept(request, found), request.user, found.agreed)
    except (MunicipalError, VersionError) as error:
        return turned_away(request, str(error))
    year = found.round.year - 1
    told = (
        f"1 cijfer van {year} staat er. Kijk het na en pas aan wat veranderd is."
        if count == 1
        else f"{count} cijfers van {year} staan er. Kijk ze na en pas aan wat veranderd is."
    )
    messages.success(request, told)
    return redirect(f"{request.path}#deel2")


def _correct(request: SignedInRequest, found: Entry) -> HttpResponse:
    """Begin a correction of what was handed in."""
    try:
        concept = correct(found.municipality, found.round.year, found.round, request.user)
    except (MunicipalError, VersionError) as error:
        return turned_away(request, str(error))
    audit.info("correction submission=%d by=%d", concept.pk, request.user.pk)
    messages.success(
        request, "U kunt uw cijfers nu veranderen. Wat u indiende, telt tot u opnieuw indient."
    )
    return redirect(f"{request.path}#deel2")


# --- part 4: handing in -------------------------------------------------------------------


def _sign(request: SignedInRequest, found: Entry) -> HttpResponse:
    require(may_sign(request.user, found), who_signs(found))
    try:
        sign(found, seen=request.POST.getlist("gezien"), by=request.user)
    except IncompleteError as error:
        return turned_away(request, str(error), "deel4")
    except (EntryError, StatementError, VersionError, MunicipalError) as error:
        return turned_away(request, str(error), "deel4")
    audit.info("entry handed in municipality=%s round=%d by=%d", found.municipality.slug,
               found.round.pk, request.user.pk)  # fmt: skip
    messages.success(
        request,
        f"De opgave van {found.municipality} over {found.round.year} is ingediend. "
        "De coördinator kijkt haar na.",
    )
    return redirect(request.path)
