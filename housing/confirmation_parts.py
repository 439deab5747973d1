"""The part of a round in which municipalities look at the corporations' answers: how far."""

from collections import defaultdict
from collections.abc import Iterable

from housing.codes import UnitKind
from housing.confirmations import answers_of, expected_in
from housing.models import Confirmation, Part, StockChange, Submission


def set_parts(year: int, municipalities: Iterable[int] | None = None) -> None:
    """Let the parts of the rounds over `year` say how many corporations each municipality looked
    at. With one that has not answered yet the part is not owed: she cannot do more."""
    parts = Part.objects.filter(round__year=year, kind=Part.Kind.CONFIRMATIONS)
    if municipalities is not None:
        parts = parts.filter(organisation__in=list(municipalities))
    asked = list(parts)
    if not asked:
        return
    found = answers_of(year)
    places = {part.organisation_id for part in asked}
    homes = _present(found.newest.values(), places)
    said = _said_of(found.newest.values(), places)
    expected = expected_in(places)
    parties = {party.pk for party in found.corporations}
    for part in asked:
        place = part.organisation_id
        shown = homes[place]
        waiting = {pk for pk in expected[place] & parties if pk not in found.newest}
        done = len(shown & said[place])
        of = len(shown) + len(waiting)
        wanted = (_state(len(shown), done, len(waiting)), done, of)
        if not found.newest and not of:
            # Nobody answered yet: whether there will be something to look at, is not known.
            wanted = (Part.State.MISSING, 0, 1)
        if (part.state, part.done, part.of) != wanted:
            part.state, part.done, part.of = wanted
            part.save(update_fields=["state", "done", "of"])


def _state(shown: int, done: int, waiting: int) -> str:
    if done < shown:
        return Part.State.DRAFT if done else Part.State.MISSING
    return Part.State.MISSING if waiting and not shown else Part.State.SUBMITTED


def _present(versions: Iterable[Submission], places: set[int]) -> dict[int, set[int]]:
    """The corporations whose version says something of homes in each municipality."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = StockChange.objects.filter(
        submission__in=[version.pk for version in versions],
        municipality__in=places,
        unit_kind=UnitKind.DWELLING,
    ).order_by()
    for place, party in rows.values_list("municipality", "submission__organisation").distinct():
        found[place].add(party)
    return found


def _said_of(versions: Iterable[Submission], places: set[int]) -> dict[int, set[int]]:
    """The corporations on whose newest version each municipality gave its word."""
    found: dict[int, set[int]] = defaultdict(set)
    words = Confirmation.objects.filter(
        submission__in=[version.pk for version in versions], municipality__in=places
    )
    for place, party in words.values_list("municipality", "submission__organisation"):
        found[place].add(party)
    return found
