"""The calendar: what is due when, on a page and as a feed for one's own calendar program."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements import due, feed, ical
from agreements.due import Due
from agreements.due_sources import lines_for, reads_all
from agreements.models import AgreementSet
from housing.access import SignedInRequest, shows_demo
from housing.wording import dutch_date

NAME = "Prestatieafspraken Parkstad Limburg"
INVENTED = "Voorbeeldcijfers, verzonnen."
EVERYBODY = "iedereen"
MINE = "mij"


@require_safe
def calendar(request: SignedInRequest) -> HttpResponse:
    """What is late and what comes, for the reader's own parties or for everybody."""
    today, user = timezone.localdate(), request.user
    lines = lines_for(user, today)
    own = [line for line in lines if line.is_mine]
    asked = request.GET.get("wie", "")
    mine = asked == MINE if asked in (MINE, EVERYBODY) else bool(own) and not reads_all(user)
    found = due.agenda(own if mine else lines, today)
    address = reverse("agreements:calendar_feed", args=[feed.key_of(user)])
    page = {
        "heading": due.answer(found, mine=mine),
        "agenda": found,
        "mine": mine,
        "own_count": len(own),
        "today": today,
        "feed": request.build_absolute_uri(address),
    }
    return render(request, "agreements/calendar.html", page)


@require_safe
@login_not_required
def calendar_feed(request: HttpRequest, key: str) -> HttpResponse:
    """The feed behind a personal address (RFC 5545): no signing in, the key says who reads."""
    user = feed.user_of(key)
    if user is None:
        raise Http404
    today = timezone.localdate()
    found = due.agenda((line for line in lines_for(user, today) if line.in_feed), today)
    demo = shows_demo() or AgreementSet.objects.filter(is_demo=True).exists()
    text = ical.calendar(
        f"{NAME} ({INVENTED})" if demo else NAME,
        [_event(request, line, demo=demo) for line in (*found.late, *found.coming)],
        stamp=timezone.now(),
        maker="Parkstad Limburg//Prestatieafspraken",
    )
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "no-store, private"
    # An address that works without signing in belongs in no search engine.
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _event(request: HttpRequest, line: Due, *, demo: bool) -> ical.Event:
    words = [
        INVENTED if demo else "",
        f"Wie: {line.who}." if line.who else "",
        f"Uiterlijk {dutch_date(line.day)}." if not line.is_event else "",
        "Deze dag is een voorstel, nog niet vastgesteld." if line.is_proposal else "",
    ]
    return ical.Event(
        uid=f"{line.key}@prestatieafspraken-parkstad",
        day=line.day,
        title=line.title,
        text="\n".join(filter(None, words)),
        address=request.build_absolute_uri(line.address) if line.address else "",
    )
