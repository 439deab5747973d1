"""The start page: what was built against the 1.350, in a sentence and then in figures."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from housing.access import SignedInRequest
from housing.codes import Segment
from housing.figure_talk import REGION as REGION_SUBJECT
from housing.figure_talk import region_subject
from housing.talk import conversation
from monitoring import stated_words, words
from monitoring.asof import as_of
from monitoring.charts import TILE_ORDER, Tile
from monitoring.figures import REGION, Picture, first_answer, picture
from monitoring.plotly_figures import plotly_cumulative, plotly_years
from monitoring.progress import Progress, YearProgress

SIGNED_ON = date(2024, 5, 31)


def dashboard(request: SignedInRequest) -> HttpResponse:
    """The regional picture, of today or as it was known at the end of a past day."""
    asked = as_of(request.GET.get("stand", ""))
    known = picture(asked.day if asked.is_past else None)
    region = known.region
    template = "dashboard" if region.built is not None else "dashboard_empty"
    context = {"picture": known, "region": region, "asked": asked, **_words(known)}
    if region.built is not None:
        context |= _parts(known, asked.query)
    else:
        context["first_answer"] = first_answer()
    if not asked.is_past:
        context["talk"] = conversation(
            request.user, REGION_SUBJECT, others=_years_to_talk_about(region)
        )
    return render(request, f"monitoring/{template}.html", context)


def _years_to_talk_about(region: Progress) -> dict[str, str]:
    """The years of which somebody may say something, by the subject of each."""
    return {region_subject(year.year): str(year.year) for year in region.years if year.started}


def _words(known: Picture) -> dict[str, Any]:
    region = known.region
    return {
        "heading": words.heading(region),
        "lead": words.lead(region),
        "signed_on": SIGNED_ON,
        "period": f"{region.years[0].year}–{region.years[-1].year}" if region.years else "",
    }


def _parts(known: Picture, query: str) -> dict[str, Any]:
    region = known.region
    closed = region.closed_years
    fall = known.waterfall()
    revision = known.revisions.get(REGION)
    running = next((year for year in region.open_years if year.started), None)
    tiles = [
        Tile.of(known.name_of(slug), _party_url(slug) + query, known.by_municipality[slug])
        for slug in _tile_order(known)
    ]
    return {
        "due_text": words.due_text(region),
        "needed_text": words.needed_text(region),
        "behind_text": words.behind_text(region),
        "running": running,
        "closed_until": str(region.closed_until),
        "running_label": f"{running.year} tot nu toe" if running else "",
        "missing_text": _missing_text(running),
        "running_text": words.reported_text(running) if running else "",
        "years_heading": words.years_heading(region),
        "total_heading": words.total_heading(region),
        "tiles_heading": words.tiles_heading(known.by_municipality.values(), region.closed_until),
        "tiles": tiles,
        "municipalities": _lines(known, known.by_municipality, query),
        "unallocated": _unallocated(known),
        "corporations": _lines(known, known.by_corporation, query),
        "segments": [
            (Segment(code).label, list(years.values()))
            for code, years in known.by_segment.items()
            if any(found.homes or found.marks for found in years.values())
            or code == Segment.SOCIAL_RENT
        ],
        "fall": fall,
        "net_heading": words.net_heading(fall.gross, fall.net, closed[-1].year)
        if fall and closed
        else "",
        "silent": [
            (words.missing_heading(year, known.names), [known.name_of(s) for s in year.missing])
            for year in region.open_years
            if year.started and year.missing
        ],
        "net_missing": _net_missing(known, running),
        "net_stands": stated_words.stands(region.net.stated),
        "fall_stands": stated_words.stands(fall.stated) if fall else "",
        "marks": [words.mark_text(mark, known.names) for mark in region.marks],
        "years_figure": plotly_years(region, revision.earlier if revision else None),
        "revision": revision,
        "total_figure": plotly_cumulative(region),
        "shown_years": [year for year in region.years if year.closed or year is running],
    }


def _missing_text(running: YearProgress | None) -> str:
    count = len(running.missing) if running else 0
    return f"{count} ontbreekt" if count == 1 else f"{count} ontbreken"


def _tile_order(known: Picture) -> list[str]:
    """As the municipalities lie; one that joined the region comes after the seven."""
    slugs = [place.slug for place in known.municipalities]
    return sorted(slugs, key=lambda s: TILE_ORDER.index(s) if s in TILE_ORDER else 99)


def _lines(known: Picture, progress_of: dict[str, Progress], query: str) -> list[dict[str, Any]]:
    running = next((year.year for year in known.region.open_years if year.started), None)
    lines = []
    for slug, progress in progress_of.items():
        this_year = progress.year(running) if running else None
        lines.append(
            {
                "name": known.name_of(slug),
                "url": _party_url(slug) + query,
                "progress": progress,
                "closed": progress_years(progress, known.region),
                "running": this_year,
            }
        )
    return lines


def progress_years(progress: Progress, region: Progress) -> list[YearProgress]:
    """A party's years that are closed for the region."""
    closed = {year.year for year in region.closed_years}
    return [year for year in progress.years if year.year in closed]


def _unallocated(known: Picture) -> int | None:
    """What of the closed years' target no municipality has; None when nothing was split."""
    due = [progress.due for progress in known.by_municipality.values()]
    split = [value for value in due if value is not None]
    if not split or known.region.due is None:
        return None
    return known.region.due - sum(split)


def _net_missing(known: Picture, running: YearProgress | None) -> str:
    if running is None:
        return ""
    names = [known.name_of(party) for party, year in running.net.missing]
    if not names:
        return ""
    verb = "gaf" if len(names) == 1 else "gaven"
    told = f"{words.listed(names)} {verb} nog niet op alles antwoord"
    return f"Netto over {running.year} is nog niet te zeggen: {told}."


def _party_url(slug: str) -> str:
    return reverse("monitoring:party", args=[slug])
