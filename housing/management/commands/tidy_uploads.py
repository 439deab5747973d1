from typing import Any

from django.core.management.base import BaseCommand

from housing.intake.tidying import tidy


class Command(BaseCommand):
    help = "Mark uploads without a living process as broken off; delete files not to be kept."

    def handle(self, **_: Any) -> None:
        broken, deleted = tidy()
        self.stdout.write(f"{broken} uploads broken off, {deleted} files deleted")
