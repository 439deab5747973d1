"""The page of the officer's entry: finding it, what is on it, and what of it changes when a form
saves itself."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string

from agreements.entry import Entry, entry_of, may_sign, who_signs
from agreements.forms.entry import RIGHT, WRONG, FigureForm, WordForm
from agreements.forms.statements import StatementForm
from agreements.models import Evidence
from agreements.owed import Line as Promise
from agreements.statements import draft_of, is_same
from agreements.views.answering import Both
from housing import access
from housing.access import SignedInRequest, require
from housing.autosaving import is_autosave, not_saved
from housing.confirmations import Row
from housing.models import Organisation, Round
from housing.municipal import Clash, Line

NOT_YOURS = "De opgave van {} vullen de invoerders van {} in, en de coördinator."


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


@dataclass(frozen=True, slots=True)
class Stated:
    """An agreement with the form for what she says of it; without a form it is read.

    `both` is what two people wrote, `error` the sentence that goes with it.
    """

    line: Promise
    form: StatementForm | None
    both: Both | None = None
    error: str = ""

    @property
    def pk(self) -> int:
        return self.line.agreement.pk

    @property
    def number(self) -> str:
        """Its number; a local set counts from 1 again."""
        local = self.line.agreement.set.is_local
        return f"Lokaal {self.line.agreement.number}" if local else self.line.agreement.number

    @property
    def is_same(self) -> bool:
        """Whether it says what was said before, word for word."""
        return is_same(self.line)

    @property
    def needs(self) -> str:
        """What a begun answer still lacks."""
        return " ".join(self.line.missing) if self.line.is_concept else ""

    @property
    def told(self) -> str:
        """What it says, to recognise it by while it is closed."""
        found = self.line.statement
        return (found.explanation or found.did) if found is not None else ""

    @property
    def evidence(self) -> list[Evidence]:
        """What she showed for it; read with the whole list at once."""
        found = self.line.statement
        return list(found.evidence.all()) if found is not None else []


# --- finding and turning away -------------------------------------------------------------


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


def again(request: SignedInRequest, found: Entry) -> Entry:
    """The same entry as it stands now."""
    return entry_of(found.municipality, found.round, request.user)


def turned_away(request: SignedInRequest, why: str, place: str = "") -> HttpResponse:
    """Say why not, to a person or to the script."""
    if is_autosave(request):
        return not_saved(why)
    messages.warning(request, why)
    return redirect(f"{request.path}#{place}" if place else request.path)


# --- what changes while she types ---------------------------------------------------------


def counts_of(found: Entry) -> dict[str, str]:
    """The counts on the page, by the id of their place."""
    return {
        "stand-alles": found.count_all,
        "stand-deel1": found.count_rows,
        "stand-deel2": found.count_figures,
        "stand-deel3": found.count_statements,
    }


def pieces_of(request: SignedInRequest, found: Entry) -> dict[str, str]:
    """The parts of the page that say how far all of it is, by the id of their place."""
    page = {"entry": found, **_signing(request, found)}
    return {
        "kop": render_to_string("agreements/_entry_head.html", page, request),
        "onderdelen": render_to_string("agreements/_entry_parts.html", page, request),
        "overzicht": render_to_string("agreements/_entry_overview.html", page, request),
    }


def summary_of(request: SignedInRequest, found: Entry, line: Promise) -> dict[str, str]:
    """The heading of one agreement, as it reads now."""
    each = Stated(line, None)
    page = {"each": each, "entry": found}
    html = render_to_string("agreements/_entry_statement_head.html", page, request)
    return {f"kop-afspraak-{each.pk}": html}


# --- the forms ----------------------------------------------------------------------------


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


def prefix_of(line: Promise) -> str:
    """What sets the fields of one agreement apart on a page with all of them."""
    return f"afspraak-{line.agreement.pk}"


def stated_of(found: Entry) -> list[Stated]:
    """Every agreement with its form, or to be read once it was handed in; two queries more for
    all of them."""
    lines = found.overview.lines if found.states else ()
    _read_along(lines)
    shown = []
    for line in lines:
        form = None
        if found.may_state and not line.is_handed_in:
            draft = draft_of(line, found.municipality, found.round)
            draft.agreement = line.agreement
            form = StatementForm(statement=draft, earlier=line.earlier, prefix=prefix_of(line))
        shown.append(Stated(line, form))
    return shown


def _read_along(lines: Iterable[Promise]) -> None:
    """Read what was shown for the answers, and what the coordinator wrote beside them."""
    said = [line.statement for line in lines if line.statement is not None]
    prefetch_related_objects(said, "evidence", "remarks")


def _open_of(stated: list[Stated]) -> set[int]:
    """Which agreements stand open: what went wrong, else what was begun and is not complete,
    else the first without an answer."""
    wrong = {each.pk for each in stated if each.error or (each.form and each.form.errors)}
    begun = {each.pk for each in stated if each.form and each.needs}
    first = [each.pk for each in stated if each.form and not each.line.is_done][:1]
    return wrong or begun or set(first)


# --- the page -----------------------------------------------------------------------------


def _signing(request: SignedInRequest, found: Entry) -> dict[str, object]:
    return {"may_sign": may_sign(request.user, found), "who_signs": who_signs(found)}


def show(
    request: SignedInRequest,
    found: Entry,
    *,
    word: Word | None = None,
    figures: list[Figure] | None = None,
    stated: Stated | None = None,
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
    promises = stated_of(found)
    if stated is not None:
        promises = [stated if each.pk == stated.pk else each for each in promises]
    page = {
        "entry": found,
        "words": words,
        "speaks": found.may_enter and found.municipality.pk in own,
        "figures": figures,
        "promises": promises,
        "opened": _open_of(promises),
        "error": error,
        **_signing(request, found),
    }
    return render(request, "agreements/entry.html", page, status=status)
