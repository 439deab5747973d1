from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from housing.intake import queue
from housing.laid import prime
from housing.models import Upload


class Command(BaseCommand):
    help = "Read and check one received upload, as a process of its own, and what waits behind it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", type=int, metavar="ID")
        parser.add_argument(
            "--limited", action="store_true", help="limit the memory and time of this process"
        )

    def handle(self, *, id: int, limited: bool, **_: Any) -> None:  # noqa: A002 as it is called
        upload = Upload.objects.filter(pk=id).first()
        if upload is None:
            raise CommandError(f"no upload {id}")
        if limited:
            queue.limit_this_process()
        if upload.size > queue.INLINE_BYTES:
            queue.work(after=prime)
        elif upload.status == Upload.Status.RECEIVED:
            queue.process_safely(upload, after=prime)
        upload.refresh_from_db()
        self.stdout.write(f"{upload.reference}: {upload.get_status_display()}")
