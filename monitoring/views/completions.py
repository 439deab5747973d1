"""Opleveringen: the table of rows, one row opened to its cell, and the rows as a file."""

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from housing.access import SignedInRequest
from housing.models import StockChange
from housing.said_at import row_talk
from monitoring.completion_totals import Totals, totals, totals_of_rows
from monitoring.completion_words import heading, hidden, lead, searches, what_you_see
from monitoring.completions import (
    Setting,
    counting_rows,
    page_rows,
    readable,
    readable_tallies,
    setting_for,
)
from monitoring.completions_export import rows_book
from monitoring.exports import SUFFIXES
from monitoring.filters import CompletionFilter
from monitoring.row import told
from monitoring.tables import ORDERS, CompletionTable, ordered

ROW_PARTS = (
    "submission__organisation",
    "submission__entered_by",
    "municipality",
    "project",
    "upload",
    "also_upload",
)


@require_safe
def completions(request: SignedInRequest) -> HttpResponse:
    """Every row somebody may read, to filter, sort and page through; the heading answers."""
    setting = setting_for(request.user)
    chosen = CompletionFilter(request.GET, readable(request.user), setting)
    rows = chosen.qs if chosen.is_valid() else chosen.queryset.none()
    sums = _totals(rows, chosen)
    table = CompletionTable(
        page_rows(rows),
        setting=setting,
        totals=sums,
        order=request.GET.get("volgorde", ""),
        page=request.GET.get("bladzijde", ""),
    )
    page = {
        "filter": chosen,
        "table": table,
        "query": _query(request.GET),
        **_words(chosen, sums, setting),
    }
    return render(request, "monitoring/completions.html", page)


def _totals(rows: QuerySet[StockChange], chosen: CompletionFilter) -> Totals:
    setting = chosen.setting
    if not chosen.is_valid():
        return Totals()
    counts = counting_rows(setting.rule, setting.parties.values())
    if chosen.chosen.text:
        return totals_of_rows(rows, counts, setting.disputed)
    tallies = chosen.filter_queryset(readable_tallies(setting.user))
    return totals(rows, tallies, counts, setting.disputed)


def _words(chosen: CompletionFilter, sums: Totals, setting: Setting) -> dict[str, object]:
    return {
        "heading": heading(chosen.chosen, sums, setting)
        if chosen.is_valid()
        else "Met deze filters kunnen we niets tonen",
        "lead": lead(chosen.chosen, sums, setting),
        "hidden": hidden(chosen.chosen, setting),
        "sees": what_you_see(setting),
        "searches": searches(addresses=chosen.reads_addresses),
        "rule": setting.rule,
        "is_all": chosen.is_valid() and chosen.chosen.is_all,
        "answers": setting.answers,
    }


def _query(asked: QueryDict) -> str:
    """The filter and order without the page, for links to exactly these rows."""
    kept = asked.copy()
    kept.pop("bladzijde", None)
    return f"?{kept.urlencode()}" if kept else ""


@require_safe
def completions_export(request: SignedInRequest, suffix: str) -> HttpResponseBase:
    """Exactly the filtered rows as CSV or XLSX, with only what the reader may read of them."""
    if suffix not in SUFFIXES:
        raise Http404
    setting = setting_for(request.user)
    chosen = CompletionFilter(request.GET, readable(request.user), setting)
    if not chosen.is_valid():
        return redirect(reverse("monitoring:completions") + _query(request.GET))
    rows = _in_order(chosen.qs, request.GET.get("volgorde", ""))
    words = chosen.chosen.words(setting)
    return rows_book(rows, setting, words, hidden(chosen.chosen, setting)).response(suffix)


def _in_order(rows: QuerySet[StockChange], asked: str) -> QuerySet[StockChange]:
    name = asked.removeprefix("-")
    return ordered(rows, name, down=asked.startswith("-")) if name in ORDERS else rows


@require_safe
def row(request: SignedInRequest, pk: int) -> HttpResponse:
    """A row opened to its cell, or to where its reader may go."""
    readable_rows = StockChange.objects.visible_to(request.user).select_related(*ROW_PARTS)
    found = get_object_or_404(readable_rows, pk=pk)
    setting = setting_for(request.user)
    page = {
        "told": told(found, setting),
        "row": found,
        "rule": setting.rule,
        "talk": row_talk(request.user, found),
    }
    return render(request, "monitoring/row.html", page)
