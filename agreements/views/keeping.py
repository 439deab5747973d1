"""What the pages of every register share: a form on a page of its own, and taking away a row."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from housing.access import SignedInRequest
from housing.meanwhile import REMOVE_ANYWAY, WAS, row_token

audit = logging.getLogger("audit")
METHODS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class Crumb:
    """A page above this one."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The frame of a form: what is asked, from where, and what the button does."""

    title: str
    heading: str
    lead: str
    crumbs: Sequence[Crumb]
    button: str
    remove_url: str = ""
    remove_label: str = ""
    notes: Sequence[str] = ()

    @property
    def back(self) -> str:
        """Where "Stop, bewaar niets" goes: the page above."""
        return self.crumbs[-1].url


def posted(request: SignedInRequest) -> QueryDict | None:
    """What a form is bound to: what was posted, empty or not; nothing while it is only read."""
    return request.POST if request.method == "POST" else None


def show(request: SignedInRequest, sheet: Sheet, form: forms.BaseForm) -> HttpResponse:
    """The page of a form; 400 when what was posted cannot be kept."""
    page = {"sheet": sheet, "form": form}
    return render(
        request, "agreements/register_form.html", page, status=400 if form.errors else 200
    )


def keep(
    request: SignedInRequest, form: "forms.ModelForm[Any]", said: str, to: str
) -> HttpResponse:
    """Store a valid form with who did it, say so, and go to the page `to`."""
    row = form.save(commit=False)
    is_new = row.pk is None
    names = {field.name for field in row._meta.fields}
    if is_new and "is_demo" in names:
        row.is_demo = request.user.is_demo  # what a demonstration account enters is no fact
    row.save()
    form.save_m2m()
    note(request, "added" if is_new else "changed", row)
    messages.success(request, said)
    if told := getattr(form, "told", ""):
        messages.info(request, told)
    return redirect(to)


def note(request: SignedInRequest, what: str, row: models.Model) -> None:
    """Leave a trace of who added, changed or removed which row."""
    audit.info("%s %s=%s by=%d", what, row._meta.model_name, row.pk, request.user.pk)


def removal(
    request: SignedInRequest, sheet: Sheet, row: models.Model, said: str, to: str, why_not: str = ""
) -> HttpResponse:
    """Ask first (GET), take away (POST), and go to the page `to`. Where it cannot be done as
    things stand, `why_not` says so in place of the button."""
    page = {"sheet": sheet, "why_not": why_not, "was": row_token(row)}
    if request.method != "POST":
        return render(request, "agreements/register_remove.html", page)
    if why_not:
        messages.error(request, why_not)
        return redirect(sheet.back)
    if request.POST.get(WAS, page["was"]) != page["was"]:
        page["changed"] = REMOVE_ANYWAY
        return render(request, "agreements/register_remove.html", page, status=400)
    note(request, "removed", row)
    row.delete()
    messages.success(request, said)
    return redirect(to)


def refuse(request: SignedInRequest, why: str, to: str) -> HttpResponse:
    """Say why it cannot be done as things stand, and go back."""
    messages.error(request, why)
    return redirect(to)
