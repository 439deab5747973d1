import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from housing.models import Organisation
from monitoring.figures import picture
from monitoring.summary import progress_of, summary
from monitoring.words import heading


class Command(BaseCommand):
    help = "Print the dashboard's numbers, as known at the end of a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", metavar="DATE", help="a day such as 2026-02-15")
        parser.add_argument("--organisation", metavar="CODE", help="one municipality or party")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, **options: Any) -> None:
        known = picture(_day(options["as_of"]))
        slug = _slug(options["organisation"]) if options["organisation"] else ""
        try:
            progress = progress_of(known, slug)
        except KeyError:
            raise CommandError(f"{slug} has no figures of its own on {known.as_of}") from None
        if options["json"]:
            self.stdout.write(json.dumps(summary(known, slug), ensure_ascii=False))
        else:
            self.stdout.write(heading(progress, party=known.name_of(slug) if slug else ""))


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--as-of takes a day such as 2026-02-15, not {text!r}") from None


def _slug(code: str) -> str:
    try:
        return Organisation.objects.by_code(code).slug
    except Organisation.DoesNotExist:
        known = ", ".join(Organisation.objects.values_list("slug", flat=True))
        raise CommandError(f"unknown organisation {code!r}; known are: {known}") from None
