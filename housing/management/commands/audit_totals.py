from typing import Any

from django.core.management.base import BaseCommand, CommandError

from housing import tallies


class Command(BaseCommand):
    help = "Recompute every stored tally from rows, claims and rulings; exit 1 on a difference."

    def handle(self, **_: Any) -> None:
        differences = tallies.audit()
        for difference in differences:
            self.stdout.write(difference)
        if differences:
            raise CommandError(f"{len(differences)} differences")
        self.stdout.write("no difference")
