"""The server's side of `static/js/autosave.js`: answers to a form that saves itself.

The script posts the form to its own address with the header `X-Autosave`; the view does what it
does for a person and answers with one of these instead of a page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest, JsonResponse
from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Shown:
    """What else changes on the page: `texts` by the id of their place, `pieces` of HTML that we
    rendered likewise, `opens` the ids of <details> with a question that came up, `fields` new
    values of hidden fields of what was stored although not all was."""

    texts: Mapping[str, str] = field(default_factory=dict)
    pieces: Mapping[str, str] = field(default_factory=dict)
    opens: Iterable[str] = ()
    fields: Mapping[str, object] = field(default_factory=dict)
    more: str = ""

    @property
    def as_json(self) -> dict[str, object]:
        values = {name: str(value) for name, value in self.fields.items()}
        return {
            "texts": dict(self.texts),
            "pieces": dict(self.pieces),
            "opens": list(self.opens),
            "fields": values,
        }


NOTHING_ELSE = Shown()


def is_autosave(request: HttpRequest) -> bool:
    """Whether the script posted this, and not a person with a button."""
    return request.headers.get("X-Autosave") == "1"


def saved(at: datetime, shown: Shown = NOTHING_ELSE, **hidden: object) -> JsonResponse:
    """It is stored; `hidden` are new values of hidden fields, such as the edit number."""
    moment = timezone.localtime(at)
    found = shown.as_json
    fields = {name: str(value) for name, value in hidden.items()} | dict(found.pop("fields"))  # type: ignore[call-overload]
    message = f"Bewaard om {moment:%H.%M} uur. {shown.more}".strip()
    return JsonResponse({"saved": True, "message": message, "fields": fields, **found})


def not_saved(
    message: str,
    *,
    status: int = 400,
    errors: Mapping[str, list[str]] | None = None,
    shown: Shown = NOTHING_ELSE,
) -> JsonResponse:
    """It is not stored and why: 400 something in the form, 409 somebody else was first."""
    return JsonResponse(
        {"saved": False, "message": message, "errors": dict(errors or {}), **shown.as_json},
        status=status,
    )
