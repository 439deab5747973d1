"""Write to those who still owe something; for cron or a timer, safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from housing import notices


class Command(BaseCommand):
    """`manage.py send_reminders`: sends what is due today, each message once."""

    help = "Stuurt de berichten waarvan de dag gekomen is. Vaker draaien mag."

    def add_arguments(self, parser: Any) -> None:
        """`--dry-run` says what would be sent and sends nothing."""
        parser.add_argument("--dry-run", action="store_true", help="laat zien, stuur niets")

    def handle(self, *args: Any, **options: Any) -> None:
        due = notices.due_on(timezone.localdate())
        for organisation in notices.nobody_to_write_to(due):
            self.stderr.write(f"{organisation}: niemand voert in; niemand kreeg bericht")
        if options["dry_run"]:
            for each in due:
                self.stdout.write(f"{each.occasion} {each.organisation.slug} {each.round.year}")
            return
        self.stdout.write(f"{notices.send(due)} berichten verstuurd")
