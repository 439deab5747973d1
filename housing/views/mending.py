"""What the clerk says of a file that is not stored yet: cells she mends, its sheet, its headings.

Each action is a POST to the page of the upload, and checks the file again.
"""

import logging
from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from housing.access import SignedInRequest
from housing.again import check_later
from housing.headings import (
    FIELD_TWICE,
    NO_FIELD_CHOSEN,
    NOTHING_CHOSEN,
    SAME_TWICE,
    answers_from,
    matches_from,
    remember,
)
from housing.intake.overlay import WOZ
from housing.laid import renew
from housing.mending import CAN_CHANGE, edited, without
from housing.models import CountingRule, Upload

audit = logging.getLogger("audit")
Action = Callable[[SignedInRequest, Upload], str]  # gives why nothing was done, "" if it was
CHOOSE_AGAIN = (
    "De koppen zijn onthouden. Kies de WOZ-bezitstabel nu opnieuw: een kolom die we niet kenden, "
    "hebben we niet bewaard."
)


def mend(request: SignedInRequest, found: Upload) -> str:
    """Keep the cells that were typed."""
    edits = edited(found, request.POST)
    if edits == found.edits:
        return "U hebt nog niets veranderd. Typ in een veld wat er moet staan."
    found.edits = edits
    found.save(update_fields=["edits"])
    return ""


def take_back(request: SignedInRequest, found: Upload) -> str:
    """Read one cell, or all, as the file has it again."""
    found.edits = without(found.edits, request.POST["take_back"])
    found.save(update_fields=["edits"])
    return ""


def match(request: SignedInRequest, found: Upload) -> str:
    """Remember which headings stand for the columns that were not found."""
    matches = matches_from(found, request.POST)
    if not matches:
        return NOTHING_CHOSEN
    if len({each.word for each in matches.values()}) < len(matches):
        return SAME_TWICE
    remember(found, matches.items(), request.user)
    return ""


def place_columns(request: SignedInRequest, found: Upload) -> str:
    """Remember which of our columns, if any, the headings are that we did not know."""
    answers = answers_from(found, request.POST)
    if not answers:
        return NO_FIELD_CHOSEN
    fields = [field for field, _ in answers if field]
    if len(set(fields)) < len(fields):
        return FIELD_TWICE
    remember(found, answers, request.user)
    return ""


def choose_sheet(request: SignedInRequest, found: Upload) -> str:
    """Read another sheet of the workbook; what was mended was about the first one."""
    sheet = request.POST.get("blad", "")
    if sheet not in found.outcome.get("sheets", ()):
        return "Kies eerst een blad."
    if sheet != found.chosen_sheet:
        found.chosen_sheet, found.edits = sheet, {}
        found.save(update_fields=["chosen_sheet", "edits"])
    return ""


ACTIONS: dict[str, Action] = {
    "mend": mend,
    "take_back": take_back,
    "match": match,
    "columns": place_columns,
    "sheet": choose_sheet,
}


def act(request: SignedInRequest, found: Upload) -> HttpResponse | None:
    """Do what one of the buttons asks and check the file again; None when none was pressed."""
    name = next((name for name in ACTIONS if name in request.POST), None)
    if name is None:
        return None
    answer = redirect("housing:upload_result", found.reference)
    with transaction.atomic():
        locked = Upload.objects.select_for_update(of=("self",)).select_related(
            "organisation", "round", "by"
        )
        found = locked.get(pk=found.pk)
        if found.status not in CAN_CHANGE or not found.file:
            messages.info(request, "Dit bestand is al verwerkt. Kies het zo nodig opnieuw.")
            return answer
        if problem := ACTIONS[name](request, found):
            messages.info(request, problem)
            return answer
    if name in {"match", "columns"} and found.format == WOZ:
        messages.success(request, CHOOSE_AGAIN)
        return redirect("housing:upload", found.organisation.slug, found.year)
    if check_later(found):
        audit.info("%s reference=%s by=%d later", name, found.reference, request.user.pk)
        return answer
    laid = renew(found, CountingRule.rule_at(timezone.now()))
    audit.info("%s reference=%s by=%d problems=%d", name, found.reference, request.user.pk,
               len(laid.problems))  # fmt: skip
    return answer
