"""The agreements: one table of lights, a page for each, and all that one party promised."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.access import can_edit_agreement, can_state, readable_agreements, readable_sets
from agreements.models import Agreement, AgreementSet, Theme, Vision
from agreements.statements import is_open
from housing.access import SignedInRequest, is_coordinator
from housing.models import Organisation, Round
from housing.talk import conversation
from monitoring import agreement as one
from monitoring import agreement_words, words
from monitoring.agreement_filters import AgreementFilter
from monitoring.agreements import Board, Line, board, cells
from monitoring.agreements_export import agreements_book
from monitoring.asof import AsOf, as_of
from monitoring.exports import SUFFIXES
from monitoring.figures import Picture, picture
from monitoring.links import Link, link, lists
from monitoring.promises import promised_by

Kind = Agreement.Kind


@require_safe
def agreements(request: SignedInRequest) -> HttpResponse:
    """All regional agreements by theme, a column for each group of parties, a cell its counts."""
    asked, known, found = _regional(request)
    chosen = AgreementFilter(request.GET, found.parties)
    shown = chosen.narrow(found)
    groups = found.groups
    page: dict[str, Any] = {
        "asked": asked,
        "board": found,
        "form": chosen,
        "heading": agreement_words.heading(found),
        "groups": [heading for _, _, heading in groups],
        "themes": _by_theme(shown, groups),
        "columns": len(groups) + 1,
        "thresholds": agreement_words.thresholds(),
        "query": _query(request, asked),
        "lists": lists(),
        "sets": _local_sets(request, known),
        "local": link("Afspraken per gemeente", "agreements:local"),
        "calendar": link("Kalender", "agreements:calendar"),
        "vision_page": link("Bekijk de Woonvisie", "monitoring:vision"),
        "vision": Vision.objects.filter(known_from__lte=known.moment)
        .order_by("-first_year")
        .first(),
        "bare_themes": Theme.objects.without_agreements(),
        "set": found.lines[0].agreement.set if found.lines else None,
    }
    if chosen.narrows:
        page["heading"] = agreement_words.narrowed(
            found, shown, chosen.party, chosen.kind, chosen.light
        )
    return render(request, "monitoring/agreements.html", page)


@require_safe
def agreements_export(request: SignedInRequest, suffix: str) -> HttpResponseBase:
    """The same table as CSV or XLSX, with the same filters and of the same day."""
    if suffix not in SUFFIXES:
        raise Http404
    _, known, found = _regional(request)
    chosen = AgreementFilter(request.GET, found.parties)
    book = agreements_book(known, found, chosen.narrow(found), chosen.in_words)
    return book.response(suffix)


@require_safe
def agreement(request: SignedInRequest, slug: str) -> HttpResponse:
    """One agreement: what it says and means, who is responsible, how it stands and who says so."""
    asked = as_of(request.GET.get("stand", ""))
    known = picture(asked.day if asked.is_past else None)
    readable = readable_agreements(request.user)
    agreements_ = Agreement.objects.known_at(known.moment).filter(readable).for_reading()
    found = get_object_or_404(agreements_.prefetch_related("also_themes", "milestones"), slug=slug)
    standing = board(known, [found])
    line = standing.lines[0]
    progress = one.progress_of(line)
    number = one.number_of(found, known)
    page: dict[str, Any] = {
        "asked": asked,
        "agreement": found,
        "line": line,
        "wording": line.wording,
        "round": standing.round,
        "kicker": _kicker(found),
        "many": agreement_words.many_parties(line),
        "rule_of_light": agreement_words.rule_of(found.kind),
        "parties": one.party_lines(line) if line.by_rule else line.standings,
        "number": number,
        "progress": progress if number else None,
        "rounds": one.rounds_of(found, known),
        "steps": one.steps_of(found.milestones.all(), known.as_of),
        "deviations": one.deviations_of(found, known),
        "former": one.former_texts(found, known),
        "evidence": one.loose_evidence(found, known),
        "served_by": one.serves(found, readable, known),
        "lists": lists(found.slug),
        "set_page": _set_page(found.set),
        "actions": () if asked.is_past else _actions(request, line),
        "may_remark": is_coordinator(request.user) and not asked.is_past,
        "rule": known.rule,
        "talk": None if asked.is_past else conversation(request.user, f"agreement:{found.slug}"),
    }
    if page["progress"] is not None:
        page |= _number_words(line, known)
    return render(request, "monitoring/agreement.html", page)


@require_safe
def promises(request: SignedInRequest, slug: str) -> HttpResponse:
    """All that one party promised, across the regional and the local sets."""
    party = get_object_or_404(Organisation, slug=slug)
    asked = as_of(request.GET.get("stand", ""))
    known = picture(asked.day if asked.is_past else None)
    promised = promised_by(party, known, readable_agreements(request.user))
    page = {
        "party": party,
        "asked": asked,
        "promised": promised,
        "heading": agreement_words.promised(party, promised.lines),
        "answer": None if asked.is_past else _answer_link(request, party),
        "kicker": f"Wat {party} heeft beloofd",
        "thresholds": agreement_words.thresholds(),
    }
    return render(request, "monitoring/promises.html", page)


def _regional(request: SignedInRequest) -> tuple[AsOf, Picture, Board]:
    asked = as_of(request.GET.get("stand", ""))
    known = picture(asked.day if asked.is_past else None)
    regional = Agreement.objects.known_at(known.moment).regional().for_reading()
    return asked, known, board(known, regional)


def _by_theme(lines: list[Line], groups: Any) -> list[tuple[Theme, list[tuple[Any, ...]]]]:
    """(theme, its lines with their cells), in the order of the themes."""
    found: dict[Theme, list[tuple[Any, ...]]] = {}
    for line in sorted(lines, key=lambda line: line.agreement.theme.position):
        row = (line, agreement_words.below_title(line), cells(line, groups))
        found.setdefault(line.agreement.theme, []).append(row)
    return list(found.items())


def _query(request: SignedInRequest, asked: AsOf) -> str:
    """What an export carries along: the filters and the day."""
    chosen = request.GET.copy()
    for name in list(chosen):
        if name not in ("partij", "licht", "soort") or not chosen[name]:
            del chosen[name]
    if asked.is_past:
        chosen["stand"] = f"{asked.day:%d-%m-%Y}"
    return f"?{chosen.urlencode()}" if chosen else ""


def _local_sets(request: SignedInRequest, known: Picture) -> list[AgreementSet]:
    """The local sets somebody may open that still run, by municipality."""
    sets = AgreementSet.objects.local().filter(readable_sets(request.user))
    running = sets.filter(last_year__gte=known.as_of.year, known_from__lte=known.moment)
    return list(running.select_related("municipality").order_by("municipality__name", "first_year"))


def _kicker(found: Agreement) -> str:
    whose = f"{found.set}. " if found.set.is_local else ""
    kind = "een getal" if found.kind == Kind.TARGET else found.get_kind_display()
    return f"{whose}Thema {found.theme.name}, afspraak {found.number}, {kind}"


def _set_page(set_: AgreementSet) -> Link | None:
    place = set_.municipality
    if place is None:
        return None
    return link(str(set_), "agreements:local_set", place.slug, set_.first_year)


def _actions(request: SignedInRequest, line: Line) -> list[Link]:
    """What this reader may do here: answer for a party, keep the agreement and its number."""
    found = line.agreement
    round_ = Round.objects.filter(period_from__lte=timezone.localdate()).first()
    actions = []
    for each in line.standings:
        if round_ and can_state(request.user, each.party) and is_open(each.party, round_):
            label = f"Vul in hoe het staat, voor {each.party}"
            where = (found.slug, each.party.slug, round_.year)
            actions.append(link(label, "agreements:statement", *where))
    if can_edit_agreement(request.user, found):
        actions.append(link("Bewerk deze afspraak", "agreements:wording", found.slug))
        actions.append(link("Bewerk de mijlpalen", "agreements:milestones", found.slug))
        if line.by_rule:
            actions.append(link("Wijzig het getal", "agreements:target", found.slug))
            actions.append(link("Leg een afwijking vast", "agreements:deviation", found.slug))
    return [each for each in actions if each is not None]


def _answer_link(request: SignedInRequest, party: Organisation) -> Link | None:
    """Where a party answers for its promises, for who may; only while the round is open."""
    round_ = Round.objects.filter(period_from__lte=timezone.localdate()).first()
    if round_ is None or not can_state(request.user, party) or not is_open(party, round_):
        return None
    label = f"Vul in hoe het staat, {round_}"
    return link(label, "agreements:party_statements", party.slug, round_.year)


def _number_words(line: Line, known: Picture) -> dict[str, Any]:
    progress = one.progress_of(line)
    assert progress is not None
    running = next((year for year in progress.open_years if year.started), None)
    return {
        "lead": words.lead(progress) if progress.built is not None else (),
        "answer": words.heading(progress),
        "years_heading": words.years_heading(progress),
        "total_heading": words.total_heading(progress),
        "running": running,
        "is_split": any(
            each.measured and each.measured.agreed is not None for each in line.standings
        ),
    }
