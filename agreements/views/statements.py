"""The pages on which a party says how its promises are: choosing, the list, one answer."""

import logging
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agreements import access
from agreements.evidence import EvidenceError, add_file, add_link, remove
from agreements.forms.statements import EvidenceForm, StatementForm
from agreements.models import Evidence, Statement
from agreements.owed import Answer, Line, Overview, overview_of
from agreements.statements import (
    EditedMeanwhileError,
    IncompleteError,
    StatementError,
    draft_of,
    drop,
    enterers,
    is_open,
    is_same,
    reopen,
    same_as_before,
    same_text,
    submit,
    take_over,
    waits_for_earlier,
    why_closed,
    write,
)
from agreements.views.answering import Both, chosen, waits_for_choice
from housing.access import SignedInRequest, require
from housing.autosaving import is_autosave, not_saved, saved
from housing.deadlines import Stage, windows_of
from housing.models import Organisation, Part, Round

audit = logging.getLogger("audit")
SAME = "zelfde"  # the warning that answers say what was said before
WRONG = "Nog niet bewaard: kijk bij de rode velden wat er moet veranderen."


@dataclass(frozen=True, slots=True)
class Desk:
    """Where somebody writes: for which party, in which round, and whether that may today."""

    overview: Overview
    is_open: bool

    @property
    def organisation(self) -> Organisation:
        return self.overview.organisation

    @property
    def round(self) -> Round:
        return self.overview.round

    @property
    def why_closed(self) -> str:
        """Why nothing can be written now; "" when it can."""
        return "" if self.is_open else why_closed(self.organisation, self.round)


def desk_of(request: SignedInRequest, organisation: str, year: int) -> Desk:
    """Find the party and the round of a year (the one that is open, else the longest)."""
    party = get_object_or_404(Organisation, slug=organisation)
    require(access.can_state(request.user, party), access.why_not_state(party))
    rounds = list(Round.objects.filter(year=year).order_by("-period_until"))
    if not rounds:
        raise Http404
    round_ = next((each for each in rounds if is_open(party, each)), rounds[0])
    return Desk(overview_of(party, round_), is_open(party, round_))


# --- choosing -----------------------------------------------------------------------------


@require_safe
def statements(request: SignedInRequest) -> HttpResponse:
    """What somebody's parties still owe, in the rounds that are open; straight there if it is
    one."""
    parties = list(access.states_for(request.user))
    parts = Part.objects.filter(kind=Part.Kind.STATEMENTS, organisation__in=parties)
    asked = list(
        parts.select_related("round", "organisation").order_by(
            "-round__period_until", "organisation__name"
        )
    )
    windows = windows_of({part.round for part in asked}, parties)
    today = timezone.localdate()
    shown = []
    for part in asked:
        window = windows[part.round_id, part.organisation_id]
        if window.stage(today) in (Stage.OPEN, Stage.CORRECTIONS):
            shown.append((part, window.in_words(today)))
    if len(shown) == 1:
        only = shown[0][0]
        return redirect("agreements:party_statements", only.organisation.slug, only.round.year)
    open_ = [(part, words) for part, words in shown if part.state != Part.State.SUBMITTED]
    page = {
        "todo": open_,
        "done": [(part, words) for part, words in shown if part.state == Part.State.SUBMITTED],
        "questions": sum(part.of - part.done for part, _ in open_),
        "several": len({part.organisation_id for part, _ in shown}) > 1,
        "parties": parties,
    }
    return render(request, "agreements/statements.html", page)


# --- the list of one party and round ------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def party_statements(request: SignedInRequest, organisation: str, year: int) -> HttpResponse:
    """Every agreement a party answers for, with how far each is; POST hands them in, or takes
    over what was said before."""
    desk = desk_of(request, organisation, year)
    if request.POST.get("action") == "zelfde":
        return _take_over(request, desk)
    may = access.can_hand_in_statements(request.user, desk.organisation, enterers(desk.overview))
    if request.method != "POST":
        return _list(request, desk, may)
    require(may, _who_hands_in(desk.organisation))
    same = same_as_before(desk.overview)
    if same and not desk.overview.incomplete and SAME not in request.POST.getlist("gezien"):
        messages.warning(request, f"Er is niets ingediend. Kruis eerst aan: {same_text(same)}")
        return redirect(f"{request.path}#indienen")
    try:
        handed_in = submit(desk.organisation, desk.round, request.user)
    except IncompleteError as error:
        return _list(request, desk, may, error)
    except StatementError as error:
        messages.warning(request, str(error))
        return redirect(request.path)
    audit.info("statements handed in organisation=%s round=%d count=%d by=%d",
               desk.organisation.slug, desk.round.pk, len(handed_in), request.user.pk)  # fmt: skip
    messages.success(request, f"Ingediend: {_answers(len(handed_in))}. Iedereen kan ze nu lezen.")
    return redirect(request.path)


def _take_over(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Begin what nobody began yet with what was said the last time."""
    try:
        taken = take_over(desk.organisation, desk.round, request.user)
    except StatementError as error:
        messages.warning(request, str(error))
    else:
        audit.info("statements taken over organisation=%s round=%d count=%d by=%d",
                   desk.organisation.slug, desk.round.pk, len(taken), request.user.pk)  # fmt: skip
        messages.success(request, taken_text(len(taken)))
    return redirect(f"{request.path}#lijst")


def taken_text(count: int) -> str:
    """What taking over did, and what is asked of her now."""
    if count == 1:
        return "Uw vorige antwoord staat er bij 1 afspraak. Kijk na wat veranderd is."
    return f"Uw vorige antwoord staat er bij {count} afspraken. Kijk na wat veranderd is."


def _list(
    request: SignedInRequest, desk: Desk, may: bool, error: IncompleteError | None = None
) -> HttpResponse:
    page = {
        "desk": desk,
        "overview": desk.overview,
        "may_hand_in": may,
        "who_hands_in": _who_hands_in(desk.organisation),
        "error": error,
        "first": next(iter(desk.overview.incomplete), None),
        "same": same_as_before(desk.overview),
        "same_text": same_text(same_as_before(desk.overview)),
        "waiting": waits_for_earlier(desk.overview) if desk.is_open else (),
    }
    return render(request, "agreements/party_statements.html", page, status=400 if error else 200)


def _who_hands_in(organisation: Organisation) -> str:
    if not organisation.enterer_may_submit:
        return f"Indienen doet een indiener van {organisation} die niet zelf invulde."
    return f"Indienen doet de indiener van {organisation}."


def _answers(count: int) -> str:
    return "1 antwoord" if count == 1 else f"{count} antwoorden"


# --- one answer ---------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: SignedInRequest, slug: str, organisation: str, year: int) -> HttpResponse:
    """What a party says of one agreement: shown, written, saved by itself or by a button."""
    desk = desk_of(request, organisation, year)
    line = next((each for each in desk.overview.lines if each.agreement.slug == slug), None)
    if line is None:
        raise Http404
    if request.method != "POST":
        return _show(request, desk, line)
    if not desk.is_open:
        return _turned_away(request, desk.why_closed)
    action = request.POST.get("action", "")
    if action in ("heropen", "laat"):
        return _change_version(request, desk, line, action)
    return _keep(request, desk, line, action)


def _turned_away(request: SignedInRequest, why: str) -> HttpResponse:
    if is_autosave(request):
        return not_saved(why)
    messages.warning(request, why)
    return redirect(request.path)


def _change_version(request: SignedInRequest, desk: Desk, line: Line, action: str) -> HttpResponse:
    """Begin a new version of what was handed in, or let that stand after all."""
    try:
        if action == "heropen":
            reopen(line.agreement, desk.organisation, desk.round, request.user)
        elif line.statement is not None:
            drop(line.statement)
            messages.success(request, "De nieuwe versie is weg. Wat u indiende, blijft staan.")
    except StatementError as error:
        messages.warning(request, str(error))
    return redirect(request.path)


def _keep(request: SignedInRequest, desk: Desk, line: Line, action: str) -> HttpResponse:
    """Save what was typed, and then what the button asked for."""
    if (waits := waits_for_choice(request)) is not None:
        return waits
    draft = draft_of(line, desk.organisation, desk.round)
    form = StatementForm(request.POST, statement=draft, earlier=line.earlier)
    if not form.is_valid():
        if is_autosave(request):
            return not_saved(
                WRONG, errors={name: [str(each) for each in e] for name, e in form.errors.items()}
            )
        return _show(request, desk, line, form, status=400)
    try:
        kept = write(
            line.agreement,
            desk.organisation,
            desk.round,
            chosen(request.POST, form.values, draft),
            seen=form.seen,
            by=request.user,
        )
    except EditedMeanwhileError as error:
        return _both(request, desk, line, form.values, error)
    except StatementError as error:
        return _turned_away(request, str(error))
    if is_autosave(request):
        return saved(kept.changed_at, number=kept.number, edit=kept.edit)
    return _go_on(request, desk, line, kept, action)


def _both(
    request: SignedInRequest, desk: Desk, line: Line, typed: Answer, error: EditedMeanwhileError
) -> HttpResponse:
    """Tell the second of two people, with both values side by side."""
    if is_autosave(request):
        return not_saved(f"{error} Druk op Bewaar om beide te zien.", status=409)
    both = Both.of(error, posted=request.POST, typed=typed, line=line, overview=desk.overview)
    extra = {"error": error, "clashes": both.clashes, "handed_in": both.handed_in}
    return _show(request, desk, line, both.form, status=409, extra=extra)


def _go_on(
    request: SignedInRequest, desk: Desk, line: Line, kept: Statement, action: str
) -> HttpResponse:
    """After saving: evidence, the next agreement, or this page again."""
    if action == "bewijs":
        return _add_evidence(request, desk, line, kept)
    if action.startswith("weg-"):
        return _remove_evidence(request, kept, action.removeprefix("weg-"))
    messages.success(request, f"{line.name.capitalize()} is bewaard, nog niet ingediend.")
    if action != "volgende":
        return redirect(request.path)
    overview = overview_of(desk.organisation, desk.round)
    following = overview.after(line.agreement)
    if following is None:
        return redirect("agreements:party_statements", desk.organisation.slug, desk.round.year)
    return redirect(
        "agreements:statement", following.agreement.slug, desk.organisation.slug, desk.round.year
    )


def _add_evidence(
    request: SignedInRequest, desk: Desk, line: Line, kept: Statement
) -> HttpResponse:
    form = EvidenceForm(request.POST, request.FILES, prefix="bewijs")
    if form.is_valid():
        title, file = form.cleaned_data["title"], form.cleaned_data["file"]
        try:
            with transaction.atomic():
                if file is None:
                    add_link(kept, form.cleaned_data["link"], title=title, by=request.user)
                else:
                    add_file(kept, file, title=title, by=request.user)
        except EvidenceError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Toegevoegd. Uw antwoord is ook bewaard.")
            return redirect(f"{request.path}#bewijs")
    again = overview_of(desk.organisation, desk.round)
    found = again.line(line.agreement) or line
    return _show(request, Desk(again, desk.is_open), found, evidence=form, status=400)


def _remove_evidence(request: SignedInRequest, kept: Statement, reference: str) -> HttpResponse:
    found = get_object_or_404(Evidence, reference=reference, statement=kept)
    try:
        remove(found)
    except EvidenceError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, f"Weggehaald: {found.title}.")
    return redirect(f"{request.path}#bewijs")


def _show(
    request: SignedInRequest,
    desk: Desk,
    line: Line,
    form: StatementForm | None = None,
    *,
    evidence: EvidenceForm | None = None,
    status: int = 200,
    extra: dict[str, object] | None = None,
) -> HttpResponse:
    draft = draft_of(line, desk.organisation, desk.round)
    writes = desk.is_open and (form is not None or not line.is_handed_in)
    if writes and form is None:
        form = StatementForm(statement=draft, earlier=line.earlier)
    pieces = line.statement.evidence.all() if line.statement is not None else ()
    page = {
        "desk": desk,
        "overview": desk.overview,
        "line": line,
        "agreement": line.agreement,
        "form": form,
        "evidence_form": evidence or EvidenceForm(prefix="bewijs"),
        "pieces": pieces,
        "following": desk.overview.after(line.agreement),
        "same": is_same(line),
        **(extra or {}),
    }
    return render(request, "agreements/statement.html", page, status=status)
