from typing import Any

from django.core.management.base import BaseCommand

from agreements import demo


class Command(BaseCommand):
    help = "Take away the demonstration set, all of it and nothing else."

    def handle(self, **_: Any) -> None:
        self.stdout.write(f"{demo.clear()} demonstration submissions removed")
