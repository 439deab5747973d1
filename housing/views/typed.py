"""Typing a few rows by hand: the same checks and the same store as a file."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import BaseFormSet, formset_factory
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from housing import access
from housing.access import SignedInRequest, require
from housing.forms import QUESTIONS, TypedRowForm
from housing.intake.checking import check
from housing.intake.lookups import lookups_for
from housing.intake.overlay import Line
from housing.intake.problems import grouped
from housing.intake.rows import Checked, Problem
from housing.intake.stored import base_versions, edits_of, stored_lines
from housing.intake.storing import ConceptChangedError, Filing, store
from housing.laid import expected_text
from housing.models import Organisation, Round, Submission
from housing.outcome import expected_of
from housing.typing_rows import (
    FIRST_ROW,
    MOST_TYPED,
    TYPED,
    TypedRow,
    can_be_typed,
    cells_of,
    most_can_be_typed,
    place_of,
    table_of,
    with_stored,
)
from housing.views.uploads import find_party_and_round

audit = logging.getLogger("audit")
EMPTY_ROWS = 3
NO_ROWS = "Vul minstens één rij in, of zeg hieronder dat er niets was."
CHANGED = (
    "Iemand anders heeft uw opgave intussen veranderd. Er is niets bewaard; wat u typte staat "
    "hieronder nog. Bekijk eerst de opgave zoals zij nu is. Bewaart u dan toch, dan vervangt wat "
    "hieronder staat die opgave."
)
TOO_MANY = f"Op deze pagina passen hoogstens {MOST_TYPED} rijen. Gebruik voor meer het sjabloon."


@dataclass(frozen=True, slots=True)
class Desk:
    """What somebody types at: whose answer, of which year, and what is stored of it."""

    party: Organisation
    round_: Round
    base: Submission | None
    lines: dict[int, Line]
    names: dict[str, str]
    expected: str

    @property
    def year(self) -> int:
        return self.round_.year


def desk_of(party: Organisation, round_: Round) -> Desk:
    """The present answer, as far as it can be typed."""
    bases = base_versions(party)
    base = bases.get(round_.year)
    lines = stored_lines([base]) if base else []
    municipalities = Organisation.objects.municipalities().parties_at_end_of(round_.year)
    return Desk(
        party=party,
        round_=round_,
        base=base,
        lines={line.stored or 0: line for line in lines if can_be_typed(line)},
        names=dict(municipalities.values_list("slug", "name")),
        expected=expected_text(edits_of(bases)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def typing(request: SignedInRequest, organisation: str, year: int) -> HttpResponse:
    """Show the rows of the present answer to change, or keep what was typed."""
    party, round_ = find_party_and_round(organisation, year)
    user = request.user
    require(
        access.can_report(user, party, round_), lambda: access.why_not_report(user, party, round_)
    )
    desk = desk_of(party, round_)
    if not most_can_be_typed(list(desk.lines.values())):
        return render(request, "housing/typing_full.html", {"desk": desk, "most": MOST_TYPED})
    if request.method != "POST":
        return _show(request, desk, _formset(desk))
    formset = _formset(desk, request)
    if "more" in request.POST:
        said = frozenset(request.POST.getlist("nothing"))
        return _show(request, desk, _with_more(formset), said=said)
    return _keep(request, desk, formset)


def _keep(request: SignedInRequest, desk: Desk, formset: "BaseFormSet[Any]") -> HttpResponse:
    rows = _typed(formset, desk)
    said = frozenset(request.POST.getlist("nothing")) & QUESTIONS.keys()
    filled = any(not row.is_empty for row in rows)
    checked = Checked(format="template")
    if filled:
        checked = check(table_of(rows), lookups_for(desk.party, desk.year, desk.round_), "template")
    problem = _refusal(formset, checked, filled=filled or bool(said))
    warnings = _new_warnings(checked, rows, desk)
    asks_to_look = checked.accepted and warnings and request.POST.get("seen") != _seen(warnings)
    if problem or not checked.accepted or asks_to_look:
        _place_errors(formset, checked)
        return _show(
            request, desk, formset, errors=checked.errors, warnings=warnings, problem=problem,
            said=said,
        )  # fmt: skip
    try:
        version = store(
            checked.rows,
            _filing(request, desk, said),
            expected=expected_of(request.POST.get("expected", "")),
        )
    except ConceptChangedError:
        return _show(request, desk, formset, problem=CHANGED, said=said)
    audit.info("typed organisation=%s year=%d by=%d", desk.party.slug, desk.year, request.user.pk)
    return _done(request, version, desk.base)


def _done(
    request: SignedInRequest, version: Submission | None, base: Submission | None
) -> HttpResponse:
    if version is None:
        messages.info(request, "Er is niets veranderd, dus is er niets nieuws bewaard.")
        return redirect("housing:submission", base.pk) if base else redirect("housing:reporting")
    messages.success(request, "Bewaard als concept. Nog niet ingediend: dien de opgave in.")
    return redirect("housing:submission", version.pk)


def _filing(request: SignedInRequest, desk: Desk, said: frozenset[str]) -> Filing:
    """What was typed is the whole answer, but for the rows that the page cannot show."""
    return Filing(
        organisation=desk.party,
        year=desk.year,
        file_format="template",
        round=desk.round_,
        by=request.user,
        said=said,
        stays=dict.fromkeys(desk.lines, False),
    )


def _formset(desk: Desk, request: SignedInRequest | None = None) -> "BaseFormSet[Any]":
    factory = formset_factory(TypedRowForm, extra=0, max_num=MOST_TYPED, absolute_max=200)
    kwargs = {"municipalities": sorted(desk.names.values())}
    if request is not None:
        return factory(request.POST, form_kwargs=kwargs, prefix="rij")
    initial: list[dict[str, Any]] = [
        {**cells_of(line, desk.names), "mutation": _kind_text(line, desk), "stored": pk}
        for pk, line in desk.lines.items()
    ]
    initial += [{} for _ in range(1 if initial else EMPTY_ROWS)]
    return factory(initial=initial, form_kwargs=kwargs, prefix="rij")


def _kind_text(line: Line, desk: Desk) -> str:
    return cells_of(line, desk.names)["mutation"] or "Nieuwbouw"


def _with_more(formset: "BaseFormSet[Any]") -> "BaseFormSet[Any]":
    """The same rows with one empty row below them."""
    factory = type(formset)
    formset.is_valid()
    typed = [{name: form[name].value() for name in form.fields} for form in formset]
    return factory(initial=[*typed, {}], prefix="rij", form_kwargs=formset.form_kwargs)


def _typed(formset: "BaseFormSet[Any]", desk: Desk) -> list[TypedRow]:
    formset.is_valid()
    return [with_stored(_row(form), desk.lines, desk.names) for form in formset]


def _row(form: Any) -> TypedRow:
    cells = {name: str(form[name].value() or "") for name in form.fields}
    if form["gone"].value():
        return TypedRow({})
    stored = str(form["stored"].value() or "")
    return TypedRow(cells, int(stored) if stored.isdecimal() and len(stored) < 19 else None)


def _refusal(formset: "BaseFormSet[Any]", checked: Checked, *, filled: bool) -> str:
    """Why nothing can be kept, apart from what stands at the fields; "" when nothing is."""
    if not filled:
        return NO_ROWS
    if not formset.is_valid():
        return TOO_MANY if len(formset.forms) > MOST_TYPED else ""
    return ""


def _new_warnings(checked: Checked, rows: list[TypedRow], desk: Desk) -> list[Problem]:
    """Warnings about rows that are not already stored just so."""

    def is_stored(row: int) -> bool:
        index = row - FIRST_ROW
        line = desk.lines.get(rows[index].stored or 0) if 0 <= index < len(rows) else None
        if line is None:
            return False
        stored = cells_of(line, desk.names) | {"mutation": _kind_text(line, desk)}
        return all(rows[index].cells.get(name, "") == stored[name] for name in TYPED)

    return [problem for problem in checked.warnings if not is_stored(problem.row)]


def _seen(warnings: Sequence[Problem]) -> str:
    """Which warnings were shown, so that the next time is the second."""
    return " ".join(sorted(f"{each.row}:{each.code}" for each in warnings))[:2000]


def _place_errors(formset: "BaseFormSet[Any]", checked: Checked) -> None:
    """Lay each error at the field it is about; what has no field stands above the rows."""
    forms: Sequence[Any] = formset.forms
    for problem in checked.errors:
        index, name = place_of(problem)
        if 0 <= index < len(forms):
            form = forms[index]
            form.add_error(name if name in form.fields else None, problem.message)


def _show(
    request: SignedInRequest,
    desk: Desk,
    formset: "BaseFormSet[Any]",
    *,
    errors: Sequence[Problem] = (),
    warnings: Sequence[Problem] = (),
    problem: str = "",
    said: frozenset[str] | None = None,
) -> HttpResponse:
    page = {
        "desk": desk,
        "formset": formset,
        "problem": problem,
        "errors": len(errors),
        "unplaced": [each for each in errors if not each.row],
        "warnings": grouped(warnings),
        "seen": _seen(warnings),
        "expected": desk.expected if problem == CHANGED else _expected(request, desk),
        "questions": list(QUESTIONS.items()),
        "said": _answered_none(desk.base) if said is None else said,
        "can_add": len(formset.forms) < MOST_TYPED,
    }
    return render(request, "housing/typing.html", page, status=400 if errors or problem else 200)


def _expected(request: SignedInRequest, desk: Desk) -> str:
    """The state of the answers that the person typing started from."""
    return request.POST.get("expected") or desk.expected


def _answered_none(base: Submission | None) -> frozenset[str]:
    if base is None:
        return frozenset()
    return frozenset(name for name in QUESTIONS if getattr(base, name) == "none")
