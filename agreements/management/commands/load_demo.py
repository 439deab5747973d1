from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agreements import demo


class Command(BaseCommand):
    help = (
        "Load the demonstration set: people by role and invented submissions, marked as such."
        " Safe to repeat; refuses when real submissions exist."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--new-passwords", action="store_true", help="give every account a new password"
        )

    def handle(self, *, new_passwords: bool, **_: Any) -> None:
        try:
            accounts = demo.load()
        except demo.RealFiguresError:
            raise CommandError(
                "there are real submissions here; demonstration figures would mix with them"
            ) from None
        if new_passwords:
            accounts = demo.new_passwords()
        if not accounts:
            self.stdout.write(
                "The demonstration accounts are there already and keep their passwords;"
                " for new ones: manage.py load_demo --new-passwords"
            )
            return
        self.stdout.write("Demonstration accounts (sign in at /inloggen/):")
        width = max(len(account.email) for account in accounts)
        for account in accounts:
            self.stdout.write(f"  {account.email:<{width}}  {account.password}  {account.what}")
