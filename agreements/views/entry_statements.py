"""Part 3 of the officer's entry: what she says of each agreement, saved one by one.

The same answers as on the statements' own pages, where evidence is added.
"""

import logging

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from agreements import access
from agreements.entry import Entry
from agreements.forms.statements import StatementForm
from agreements.models import Statement
from agreements.owed import Answer, Line
from agreements.statements import (
    EditedMeanwhileError,
    StatementError,
    draft_of,
    drop,
    reopen,
    take_over,
    write,
)
from agreements.statements import why_closed as why_closed_for
from agreements.views.answering import Both, chosen, waits_for_choice
from agreements.views.entry_page import (
    Stated,
    again,
    counts_of,
    pieces_of,
    prefix_of,
    show,
    summary_of,
    turned_away,
)
from agreements.views.statements import WRONG, taken_text
from housing.access import SignedInRequest, require
from housing.autosaving import Shown, is_autosave, not_saved, saved

audit = logging.getLogger("audit")
PLACE = "deel3"


def keep_statement(request: SignedInRequest, found: Entry) -> HttpResponse:
    """Keep the answer to one agreement, or begin or drop a new version of it."""
    require(
        access.can_state(request.user, found.municipality),
        access.why_not_state(found.municipality),
    )
    line = _line(request, found)
    if not found.may_state:
        return turned_away(request, _why_closed(found), PLACE)
    action = request.POST.get("action", "")
    if action in ("heropen", "laat"):
        return _change_version(request, found, line, action)
    return _keep(request, found, line)


def take_over_statements(request: SignedInRequest, found: Entry) -> HttpResponse:
    """Begin every answer that nobody began with what she said the last time."""
    require(
        access.can_state(request.user, found.municipality),
        access.why_not_state(found.municipality),
    )
    if not found.may_state:
        return turned_away(request, _why_closed(found), PLACE)
    try:
        taken = take_over(found.municipality, found.round, request.user)
    except StatementError as error:
        return turned_away(request, str(error), PLACE)
    audit.info("statements taken over organisation=%s round=%d count=%d by=%d",
               found.municipality.slug, found.round.pk, len(taken), request.user.pk)  # fmt: skip
    messages.success(request, taken_text(len(taken)))
    return redirect(f"{request.path}#{PLACE}")


def _why_closed(found: Entry) -> str:
    return found.why_closed or why_closed_for(found.municipality, found.round)


def _line(request: SignedInRequest, found: Entry) -> Line:
    """The agreement that the form is about; one that she does not answer for is not found."""
    pk = request.POST.get("afspraak", "")
    lines = found.overview.lines if found.states else ()
    line = next((each for each in lines if str(each.agreement.pk) == pk), None)
    if line is None:
        raise Http404
    return line


def _place(line: Line) -> str:
    return f"afspraak-{line.agreement.pk}"


def _change_version(
    request: SignedInRequest, found: Entry, line: Line, action: str
) -> HttpResponse:
    """Begin a new version of what was handed in, or let that stand after all."""
    try:
        if action == "heropen":
            reopen(line.agreement, found.municipality, found.round, request.user)
        elif line.statement is not None:
            drop(line.statement)
            messages.success(request, "De nieuwe versie is weg. Wat u indiende, blijft staan.")
    except StatementError as error:
        messages.warning(request, str(error))
    return redirect(f"{request.path}#{_place(line)}")


def _keep(request: SignedInRequest, found: Entry, line: Line) -> HttpResponse:
    if (waits := waits_for_choice(request)) is not None:
        return waits
    prefix = prefix_of(line)
    draft = draft_of(line, found.municipality, found.round)
    draft.agreement = line.agreement
    form = StatementForm(request.POST, statement=draft, earlier=line.earlier, prefix=prefix)
    if not form.is_valid():
        if is_autosave(request):
            return not_saved(WRONG)
        return show(request, found, stated=Stated(line, form), status=400)
    try:
        kept = write(
            line.agreement,
            found.municipality,
            found.round,
            chosen(request.POST, form.values, draft, prefix),
            seen=form.seen,
            by=request.user,
        )
    except EditedMeanwhileError as error:
        return _both(request, found, line, form.values, error)
    except StatementError as error:
        return turned_away(request, str(error), _place(line))
    if is_autosave(request):
        return _told(request, again(request, found), line, kept)
    messages.success(request, f"{line.name.capitalize()} is bewaard, nog niet ingediend.")
    return redirect(f"{request.path}#{_place(line)}")


def _told(request: SignedInRequest, found: Entry, line: Line, kept: Statement) -> HttpResponse:
    """The answer to a form that saves itself: all that now reads differently on the page."""
    prefix = prefix_of(line)
    fresh = found.overview.line(line.agreement) or line
    shown = Shown(
        texts=counts_of(found),
        pieces=pieces_of(request, found) | summary_of(request, found, fresh),
        fields={f"{prefix}-number": kept.number, f"{prefix}-edit": kept.edit},
        more=" ".join(fresh.missing),
    )
    return saved(kept.changed_at, shown)


def _both(
    request: SignedInRequest,
    found: Entry,
    line: Line,
    typed: Answer,
    error: EditedMeanwhileError,
) -> HttpResponse:
    """Tell the second of two people, with both values side by side."""
    if is_autosave(request):
        return not_saved(f"{error} Druk op Bewaar om beide te zien.", status=409)
    prefix = prefix_of(line)
    both = Both.of(
        error, posted=request.POST, typed=typed, line=line, overview=found.overview, prefix=prefix
    )
    fresh = again(request, found)
    now = fresh.overview.line(line.agreement) or line
    return show(request, fresh, stated=Stated(now, both.form, both, str(error)), status=409)
