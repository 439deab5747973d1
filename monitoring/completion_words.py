"""The Opleveringen in sentences: the answer for a filter, who is silent, what a reader sees."""

from housing.access import is_board, is_coordinator, own_municipalities
from housing.models import Organisation, Submission
from monitoring.completion_totals import Totals
from monitoring.completions import NAMES_AT_MOST, Setting, reporters_in
from monitoring.filters import Chosen
from monitoring.words import homes, listed, number


def heading(chosen: Chosen, totals: Totals, setting: Setting) -> str:
    """The answer: "Heerlen, 2026: 56 woningen, waarvan er 50 meetellen"."""
    scope = chosen.words(setting) or "Parkstad, alle jaren"
    if not totals.rows:
        return f"{scope}: geen rijen die u kunt zien"
    return f"{scope}: {_sums(totals)}"


def _sums(totals: Totals) -> str:
    if not totals.removed:
        if not totals.added and totals.moved:
            return f"{homes(totals.moved)} {'ging' if totals.moved == 1 else 'gingen'} over"
        return f"{homes(totals.added)}{_counted(totals)}"
    if not totals.added:
        return f"{homes(totals.removed)} eraf"
    added = f"{homes(totals.added)} erbij{_counted(totals)}"
    return f"{added}{',' if totals.counted else ''} en {number(totals.removed)} eraf"


def _counted(totals: Totals) -> str:
    if not totals.added:
        return ""
    if totals.counted == totals.added:
        return ", die allemaal meetellen" if totals.added > 1 else ", die meetelt"
    if not totals.counted:
        return ", die niet meetellen" if totals.added > 1 else ", die niet meetelt"
    return f", waarvan er {number(totals.counted)} {_count(totals.counted)}"


def _count(count: int) -> str:
    return "meetelt" if count == 1 else "meetellen"


def lead(chosen: Chosen, totals: Totals, setting: Setting) -> list[str]:
    """The sentences below the heading: on how much it rests, what it leaves out, who is silent."""
    sentences = []
    if totals.rows:
        whose = "1 corporatie" if totals.corporations == 1 else f"{totals.corporations} corporaties"
        rows = "1 rij" if totals.rows == 1 else f"{number(totals.rows)} rijen"
        answers = "opgave" if totals.corporations == 1 else "opgaven"
        sentences.append(f"{rows} uit de {answers} van {whose}.")
    sentences += _stands(totals)
    if totals.moved and (totals.added or totals.removed):
        go = "ging" if totals.moved == 1 else "gingen"
        sentences.append(f"{homes(totals.moved)} {go} over tussen DAEB en niet-DAEB.")
    if totals.other_units:
        units = "eenheid is" if totals.other_units == 1 else "eenheden zijn"
        sentences.append(f"{number(totals.other_units)} {units} geen woonruimte.")
    if totals.sold_from_stock:
        sold = "werd" if totals.sold_from_stock == 1 else "werden"
        sentences.append(f"{homes(totals.sold_from_stock)} {sold} uit voorraad verkocht.")
    return [*sentences, *silent(chosen, setting)]


def _stands(totals: Totals) -> list[str]:
    """How much of what the heading says is not accepted yet, or disputed."""
    added, disputed = totals.stated_added, totals.counted_disputed
    told = []
    if added.provisional and added.provisional == added.homes:
        told.append(f"De {homes(added.homes)} zijn nog voorlopig.")
    elif added.provisional:
        told.append(f"Van de {homes(totals.added)} zijn er {number(added.provisional)} voorlopig.")
    if disputed:
        told.append(f"Van wat meetelt, is {number(disputed)} betwist.")
    return told


def silent(chosen: Chosen, setting: Setting) -> list[str]:
    """Who has not reported on the one year that was asked for."""
    if chosen.year is None:
        return []
    given = {answer.organisation for answer in setting.answers if answer.year == chosen.year}
    asked = [
        party
        for party in setting.of_kind(Organisation.Kind.CORPORATION)
        if party.is_party_in(chosen.year)
    ]
    if place := setting.by_slug.get(chosen.municipality):
        # As the municipality's own page does: it waits for those who ever built there.
        local = reporters_in(place.pk)
        asked = [party for party in asked if not local or party.pk in local]
    missing = [party.name for party in asked if party.pk not in given]
    if chosen.corporation:
        wanted = setting.by_slug[chosen.corporation].name
        missing = [name for name in missing if name == wanted]
    if not missing:
        return []
    when = f"over {chosen.year} nog niets opgegeven"
    if len(missing) == 1:
        return [f"{missing[0]} heeft {when}."]
    if len(missing) <= NAMES_AT_MOST:
        return [f"{listed(missing)} hebben {when}."]
    return [f"{len(missing)} van de {len(asked)} corporaties hebben {when}."]


def hidden(chosen: Chosen, setting: Setting) -> str:
    """Which answers are handed in but not yet open to this reader; "" when none."""
    if setting.sees_all_submitted:
        return ""
    waiting = [
        answer
        for answer in setting.answers
        if answer.status == Submission.Status.SUBMITTED
        and not setting.rights.private(answer.organisation)
        and (chosen.year is None or answer.year == chosen.year)
    ]
    if chosen.corporation:
        wanted = setting.standing_under(setting.by_slug[chosen.corporation])
        waiting = [answer for answer in waiting if answer.organisation in wanted]
    place = setting.by_slug.get(chosen.municipality)
    if not waiting or (place and place.pk in setting.rights.municipalities):
        return ""
    named = [f"{setting.name(answer.organisation)} ({answer.year})" for answer in waiting]
    if len(named) > NAMES_AT_MOST:
        return f"{len(named)} opgaven zijn nog niet vastgesteld. Die rijen ziet u nog niet."
    verb = "is" if len(named) == 1 else "zijn"
    what = "De opgave" if len(named) == 1 else "De opgaven"
    return f"{what} van {listed(named)} {verb} nog niet vastgesteld. Die rijen ziet u nog niet."


def searches(*, addresses: bool) -> str:
    """What the search field looks in for this reader."""
    if addresses:
        return (
            "Zoeken gaat op project; van rijen waarvan u het adres mag zien ook op postcode met "
            "huisnummer, BAG-id en kenmerk."
        )
    return "Zoeken gaat op de naam van het project."


def what_you_see(setting: Setting) -> str:
    """What this reader sees of rows and why (HOUSE, "Who reads what")."""
    if is_coordinator(setting.user):
        return (
            "U ziet ook adres, huur en cel, omdat u coördinator bent. Het bestuur ziet dezelfde "
            "rijen zonder die gegevens. Andere partijen zien een rij pas als zij is vastgesteld."
        )
    if is_board(setting.user):
        return (
            "U ziet alle ingediende rijen, omdat u in het bestuur zit. Adres, huur en cel ziet u "
            "niet: die zien de corporatie zelf en de coördinator."
        )
    own = setting.rights.organisations
    corporations = [
        party.name for party in setting.of_kind(Organisation.Kind.CORPORATION) if party.pk in own
    ]
    if corporations:
        return (
            f"Van {listed(corporations)} ziet u alles, ook adres, huur en cel. Rijen van andere "
            "corporaties ziet u als zij zijn vastgesteld, zonder die gegevens."
        )
    places = [setting.name(pk) for pk in sorted(own_municipalities(setting.user))]
    if places:
        return (
            f"Rijen in {listed(places)} ziet u zodra zij zijn ingediend, met het adres. Andere "
            "rijen ziet u als zij zijn vastgesteld, zonder adres. Huur en cel zien alleen de "
            "corporatie zelf en de coördinator."
        )
    return (
        "U ziet rijen als zij zijn vastgesteld. Adres, huur en cel zien alleen de corporatie zelf "
        "en de coördinator."
    )
