from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from housing.intake.tidying import tidy


class Command(BaseCommand):
    help = (
        "Mark uploads without a living process as broken off; delete files not to be kept, and "
        "sessions that have ended with what was typed in them."
    )

    def handle(self, **_: Any) -> None:
        broken, deleted = tidy()
        call_command("clearsessions")
        self.stdout.write(f"{broken} uploads broken off, {deleted} files deleted")
