"""What was said at a row or figure, beside it on whatever page shows it.

The page's own object says which version: `entry` (the officer's), `desk` (typing rows) or
`submission`. Asked once a request.
"""

from typing import Any

from django import template

from housing.models import Organisation, Submission
from housing.said_at import Pointed, SaidAt, said_at
from housing.talk import see

register = template.Library()


@register.inclusion_tag("housing/_said_here.html", takes_context=True)
def said_at_row(context: dict[str, Any], pk: object) -> dict[str, Any]:
    """The comments at one row, or at the one it continues: {% said_at_row row.pk %}."""
    number = int(str(pk)) if str(pk).isdecimal() else 0
    return _shown(context, _found(context).at_row(number))


@register.inclusion_tag("housing/_said_here.html", takes_context=True)
def said_at_figure(context: dict[str, Any], key: str) -> dict[str, Any]:
    """The comments at one of a municipality's own figures: {% said_at_figure field.key %}."""
    return _shown(context, _found(context).at_figure(key))


@register.inclusion_tag("housing/_said_list.html", takes_context=True)
def said_everywhere(context: dict[str, Any]) -> dict[str, Any]:
    """All comments at rows and figures of the answer, with a link to each."""
    return {"said": _found(context).items}


def _shown(context: dict[str, Any], said: list[Pointed]) -> dict[str, Any]:
    return {"said": said}


def _found(context: dict[str, Any]) -> SaidAt:
    request = context.get("request")
    party, year, version = _about(context)
    if request is None or party is None:
        return SaidAt()
    key = (party.pk, year, version.pk if version else 0)
    known: dict[tuple[int, int, int], SaidAt] = request.__dict__.setdefault("_said_at", {})
    if key not in known:
        known[key] = said_at(party, year, version, request.user)
        see(request.user, [each.comment for each in known[key].items])
    return known[key]


def _about(context: dict[str, Any]) -> tuple[Organisation | None, int, Submission | None]:
    """Whose answer the page is about, of which year, and the version it shows."""
    if entry := context.get("entry"):
        return entry.municipality, entry.round.year, entry.version
    if desk := context.get("desk"):
        return desk.party, desk.year, desk.base
    if submission := context.get("submission"):
        return submission.organisation, submission.year, submission
    return None, 0, None
