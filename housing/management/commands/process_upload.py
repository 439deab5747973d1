from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from housing.intake.process import process
from housing.models import Upload


class Command(BaseCommand):
    help = "Read and check one received upload, as a process of its own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", type=int, metavar="ID")

    def handle(self, *, id: int, **_: Any) -> None:  # noqa: A002 the command line calls it ID
        upload = Upload.objects.filter(pk=id, status=Upload.Status.RECEIVED).first()
        if upload is None:
            raise CommandError(f"no received upload {id}")
        process(upload)
        self.stdout.write(f"{upload.reference}: {upload.get_status_display()}")
