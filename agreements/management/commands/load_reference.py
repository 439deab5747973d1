"""`manage.py load_reference`: parties, rules, rounds, agreements. It stands in this app because
it loads both what `housing` and what `agreements` keep, and imports run one way."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from agreements import reference as promises
from housing import reference as facts


class Command(BaseCommand):
    help = "Load the true, sourced reference data of fixtures/reference. Safe to repeat."

    def handle(self, *, verbosity: int, **_: Any) -> None:
        """Load all of it or nothing, and say what changed."""
        loaded = facts.Loaded()
        with transaction.atomic():
            facts.load(loaded)
            promises.load(loaded)
        if not verbosity:
            return
        for line in loaded.lines():
            self.stdout.write(line)
        self.stdout.write(self.style.SUCCESS("Reference data is loaded."))
