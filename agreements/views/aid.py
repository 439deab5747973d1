"""The Voorzieningenwijzer: who takes part in a year, whom it reached and what it gave."""

from collections import defaultdict

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agreements import access
from agreements.forms.aid import AidForm
from agreements.models import Agreement, AgreementSet, AidYear
from agreements.registers import aid as register
from agreements.views import keeping
from agreements.views.keeping import Crumb, Sheet
from housing.access import SignedInRequest, own_organisations, require
from housing.meanwhile import alone
from housing.models import Organisation

TITLE = "Voorzieningenwijzer"
SLUG = "voorzieningenwijzer"
WHO = "Elke gemeente en elke corporatie vult haar eigen jaar in; de coördinator kan het voor allen."


@require_safe
def aid(request: SignedInRequest) -> HttpResponse:
    """All years in sums, and one year party by party (`?jaar=2025`)."""
    user = request.user
    years, this_year = _years(), timezone.localdate().year
    year = _asked(request, years)
    records: dict[int, dict[int, AidYear]] = defaultdict(dict)
    for record in AidYear.objects.filter(year__in=years):
        records[record.year][record.organisation_id] = record
    parties = list(_parties())
    own = own_organisations(user)
    sums = [
        register.year_sum(each, [p for p in parties if _is_party(p, each)], records[each])
        for each in years
    ]
    lines = [
        register.PartyLine(party, records[year].get(party.pk), access.can_keep_aid(user, party))
        for party in parties
        if _is_party(party, year)
    ]
    chosen = next(sum_ for sum_ in sums if sum_.year == year)
    page = {
        "year": year,
        "years": years,
        "heading": register.heading(chosen, this_year),
        "sum": chosen,
        # A year to come says nothing yet, unless somebody does.
        "sums": [each for each in sums if each.year <= this_year or records[each.year]],
        # One's own party first; then municipalities, then corporations.
        "lines": sorted(
            lines, key=lambda line: (line.party.pk not in own, line.party.kind != "municipality")
        ),
        "may_keep": any(line.may_keep for line in lines),
        "agreement": Agreement.objects.filter(slug=SLUG).first(),
        "who": WHO,
    }
    return render(request, "agreements/aid.html", page)


@require_http_methods(keeping.METHODS)
@alone(Organisation, slug="organisation")
def aid_change(request: SignedInRequest, organisation: str, year: int) -> HttpResponse:
    """Fill in a party's year."""
    party = _find_party(organisation, year)
    require(access.can_keep_aid(request.user, party), WHO)
    record = AidYear.objects.filter(organisation=party, year=year).first()
    is_new = record is None
    record = record or AidYear(organisation=party, year=year)
    form = AidForm(keeping.posted(request), instance=record)
    if request.method == "POST" and form.is_valid():
        record.actor, record.changed_at = request.user, timezone.now()
        return keeping.keep(request, form, f"{party} over {year} is bewaard.", _list(year))
    return keeping.show(
        request,
        Sheet(
            title=f"Voorzieningenwijzer {year}",
            heading=f"Wat deed {party} in {year} met de Voorzieningenwijzer?",
            lead="Weet u iets niet? Laat het leeg: leeg is onbekend, 0 is nul. Noem geen "
            "bewoners, alleen aantallen.",
            crumbs=_crumbs(year),
            button="Bewaar dit jaar",
            remove_url="" if is_new else reverse("agreements:aid_remove", args=[party.slug, year]),
            remove_label="Per ongeluk ingevoerd? Maak dit jaar leeg",
        ),
        form,
    )


@require_http_methods(keeping.METHODS)
@alone(Organisation, slug="organisation")
def aid_remove(request: SignedInRequest, organisation: str, year: int) -> HttpResponse:
    """Take away what was entered for a party's year."""
    party = _find_party(organisation, year)
    require(access.can_keep_aid(request.user, party), WHO)
    record = get_object_or_404(AidYear, organisation=party, year=year)
    sheet = Sheet(
        title="Jaar leegmaken",
        heading=f"Wilt u leegmaken wat {party} over {year} opgaf?",
        lead="Het jaar telt dan weer als “nog niet opgegeven”.",
        crumbs=[
            *_crumbs(year),
            Crumb(str(party), reverse("agreements:aid_change", args=[party.slug, year])),
        ],
        button="Maak dit jaar leeg",
    )
    return keeping.removal(request, sheet, record, f"{party} over {year} is leeg.", _list(year))


def _years() -> list[int]:
    """The years of the regional agreements; without any, this year."""
    set_ = AgreementSet.objects.regional().order_by("-first_year").first()
    if set_ is None:
        return [timezone.localdate().year]
    return list(range(set_.first_year, set_.last_year + 1))


def _asked(request: SignedInRequest, years: list[int]) -> int:
    """The year asked for; else this year, or the nearest of the agreements."""
    text = request.GET.get("jaar", "")
    if text.isascii() and text.isdigit() and len(text) == 4 and int(text) in years:
        return int(text)
    return min(max(timezone.localdate().year, years[0]), years[-1])


def _parties() -> list[Organisation]:
    """Municipalities, then corporations, each by name."""
    return list(Organisation.objects.filter(kind__in=access.AIDS).order_by("-kind", "name"))


def _is_party(party: Organisation, year: int) -> bool:
    """Whether it is a party at the end of a year: as `parties_at_end_of`, without asking."""
    joined = party.party_from is None or party.party_from.year <= year
    return joined and (party.party_until is None or party.party_until.year > year)


def _find_party(slug: str, year: int) -> Organisation:
    party = get_object_or_404(Organisation, slug=slug, kind__in=access.AIDS)
    if year not in _years() or not _is_party(party, year):
        raise Http404
    return party


def _list(year: int) -> str:
    return f"{reverse('agreements:aid')}?jaar={year}"


def _crumbs(year: int) -> list[Crumb]:
    return [Crumb(TITLE, _list(year))]
