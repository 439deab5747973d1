"""The officer's entry: one page in parts that save by themselves, and without scripts on each
button."""

import logging
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agreements.entry import Entry, EntryError, entry_of, may_sign, sign, who_signs
from agreements.forms.entry import RIGHT, WRONG, FigureForm, WordForm
from agreements.statements import IncompleteError, StatementError
from housing import access, disputes
from housing.access import SignedInRequest, require
from housing.autosaving import Shown, is_autosave, not_saved, saved
from housing.confirmations import Row
from housing.models import Organisation, Round, Submission
from housing.municipal import (
    Clash,
    Line,
    MunicipalError,
    concept_of,
    correct,
    save,
    take_over,
)
from housing.versions import VersionError

audit = logging.getLogger("audit")
NOT_YOURS = "De opgave van {} vullen de invoerders van {} in, en de coördinator."
WRONG_TEXT = "Nog niet alles is bewaard: kijk bij de rode velden wat er moet veranderen."
NOT_HER_WORD = "Of het klopt, zegt een invoerder van {} zelf."


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its form and what two people gave, where they did."""

    line: Line
    form: FigureForm
    clash: Clash | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A corporation's row with the form for her word, and a colleague's word that came first."""

    row: Row
    form: WordForm
    error: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: SignedInRequest, organisation: str, year: int) -> HttpResponse:
    """Show the entry of a municipality and round; POST keeps one part of it."""
    found = desk_of(request, organisation, year)
    if request.method != "POST":
        return show(request, found)
    part = request.POST.get("part", "")
    if not found.may_enter:
        return _turned_away(request, found.why_closed)
    if part == "woord":
        return _keep_word(request, found)
    if part == "cijfers":
        return _keep_figures(request, found)
    if part == "zelfde":
        return _take_over(request, found)
    if part == "verander":
        return _correct(request, found)
    if part == "indienen":
        return _sign(request, found)
    raise Http404


def desk_of(request: SignedInRequest, organisation: str, year: int) -> Entry:
    """Find the municipality and the round of a year: the one open to it, else the longest."""
    kind = Organisation.Kind.MUNICIPALITY
    party = get_object_or_404(Organisation, slug=organisation, kind=kind)
    require(access.can_enter_for(request.user, party.pk), NOT_YOURS.format(party, party))
    rounds = list(Round.objects.filter(year=year).order_by("-period_until"))
    if not rounds:
        raise Http404
    if len(rounds) > 1:
        may = (each for each in rounds if access.may_report_in(request.user, party, each))
        return entry_of(party, next(may, rounds[0]), request.user)
    return entry_of(party, rounds[0], request.user)


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
        return _turned_away(request, f"Kies of de opgave van {row.organisation} klopt of niet.")
    try:
        version = now if said["version"] == now.pk else _seen_version(row, said["version"])
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
        again = _again(request, found)
        fresh = next(each for each in again.rows if each.organisation == row.organisation)
        posted[f"woord-{pk}-seen"] = str(fresh.seen)
        posted[f"woord-{pk}-version"] = str(fresh.version.pk if fresh.version else 0)
        retry = WordForm(posted, prefix=f"woord-{pk}", label_suffix="")
        return show(request, again, word=Word(fresh, retry, str(error)), status=409)
    audit.info("word=%s submission=%d municipality=%s by=%d", said["word"], version.pk,
               found.municipality.slug, request.user.pk)  # fmt: skip
    if is_autosave(request):
        shown = Shown(texts=_counts(_again(request, found)))
        return saved(timezone.now(), shown, **{f"woord-{pk}-seen": word.pk})
    messages.success(request, f"Uw antwoord over {row.organisation} is bewaard.")
    return redirect(f"{request.path}#deel1")


def _seen_version(row: Row, pk: int) -> Submission:
    """The version she looked at, when it is not the newest any more: the service says so."""
    versions = Submission.objects.filter(organisation=row.organisation)
    return get_object_or_404(versions.select_related("organisation"), pk=pk)


# --- part 2: own figures ------------------------------------------------------------------


def _keep_figures(request: SignedInRequest, found: Entry) -> HttpResponse:
    forms = forms_of(found, request)
    chosen = {each.key: each for each in forms}
    right = {
        key: form.entered
        for key, form in chosen.items()
        if form.is_valid() and request.POST.get(f"keuze-{key}") != "theirs"
    }
    wrong = [form for form in forms if not form.is_valid()]
    try:
        concept = _concept(request, found)
        done = save(concept, right, request.user)
    except (MunicipalError, VersionError) as error:
        return _turned_away(request, str(error))
    if done.changed:
        audit.info("figures=%d submission=%d by=%d", done.changed, concept.pk, request.user.pk)
    again = _again(request, found)
    if is_autosave(request):
        return _told(again, wrong, done.clashes)
    if wrong or done.clashes:
        return show(
            request, again, figures=_both(request, again, wrong, done.clashes),
            error=_clash_text(done.clashes), status=400 if wrong else 409,
        )  # fmt: skip
    messages.success(request, _kept_text(again))
    return redirect(f"{request.path}#deel2")


def _concept(request: SignedInRequest, found: Entry) -> Submission:
    concept = concept_of(found.municipality, found.round.year, found.round, request.user)
    if concept is None:
        raise MunicipalError(
            "Deze opgave is intussen ingediend. Wat u typte is niet bewaard. "
            "Kies “Verander” om een verbetering te maken."
        )
    return concept


def _told(found: Entry, wrong: list[FigureForm], clashes: tuple[Clash, ...]) -> HttpResponse:
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
        texts=_counts(found) | {f"vraag-{x.field.key}": x.question for x in found.lines},
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
        count = take_over(_concept(request, found), request.user)
    except (MunicipalError, VersionError) as error:
        return _turned_away(request, str(error))
    year = found.round.year - 1
    messages.success(
        request, f"{count} cijfers van {year} staan er. Kijk ze na en pas aan wat veranderd is."
    )
    return redirect(f"{request.path}#deel2")


def _correct(request: SignedInRequest, found: Entry) -> HttpResponse:
    """Begin a correction of what was handed in."""
    try:
        concept = correct(found.municipality, found.round.year, found.round, request.user)
    except (MunicipalError, VersionError) as error:
        return _turned_away(request, str(error))
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
        return _turned_away(request, str(error), "deel4")
    except (EntryError, StatementError, VersionError, MunicipalError) as error:
        return _turned_away(request, str(error), "deel4")
    audit.info("entry handed in municipality=%s round=%d by=%d", found.municipality.slug,
               found.round.pk, request.user.pk)  # fmt: skip
    messages.success(
        request,
        f"De opgave van {found.municipality} over {found.round.year} is ingediend. "
        "De coördinator kijkt haar na.",
    )
    return redirect(request.path)


def _turned_away(request: SignedInRequest, why: str, place: str = "") -> HttpResponse:
    if is_autosave(request):
        return not_saved(why)
    messages.warning(request, why)
    return redirect(f"{request.path}#{place}" if place else request.path)


# --- the page -----------------------------------------------------------------------------


def _again(request: SignedInRequest, found: Entry) -> Entry:
    return entry_of(found.municipality, found.round, request.user)


def _counts(found: Entry) -> dict[str, str]:
    """The counts on the page that change while she types."""
    return {
        "stand-alles": found.count_all,
        "stand-deel1": found.count_rows,
        "stand-deel2": found.count_figures,
    }


def forms_of(found: Entry, request: SignedInRequest | None = None) -> list[FigureForm]:
    """A form for each figure, with what was posted or what is stored."""
    data = request.POST if request is not None else None
    return [FigureForm(data, key=line.field.key, stored=line.now) for line in found.lines]


def word_of(row: Row) -> WordForm:
    """The form for the word on a corporation, filled with what was said of this version."""
    start: dict[str, object] = {"seen": row.seen, "version": row.version.pk if row.version else 0}
    if row.word is not None:
        open_ = row.word.disputes and row.word.settled_at is None
        start["word"] = WRONG if open_ else RIGHT
        if open_:
            start |= {"homes": row.word.homes, "reason": row.word.reason}
    return WordForm(initial=start, prefix=f"woord-{row.organisation.pk}", label_suffix="")


def show(
    request: SignedInRequest,
    found: Entry,
    *,
    word: Word | None = None,
    figures: list[Figure] | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page, with what went wrong in one of its parts."""
    own = access.own_organisations(request.user, roles=access.ENTERING)
    words = [Word(row, word_of(row)) for row in found.rows]
    if word is not None:
        words = [word if each.row.organisation == word.row.organisation else each for each in words]
    if figures is None:
        pairs = zip(found.lines, forms_of(found), strict=True)
        figures = [Figure(line, form) for line, form in pairs]
    page = {
        "entry": found,
        "words": words,
        "speaks": found.may_enter and found.municipality.pk in own,
        "figures": figures,
        "error": error,
        "may_sign": may_sign(request.user, found),
        "who_signs": who_signs(found),
    }
    return render(request, "agreements/entry.html", page, status=status)
