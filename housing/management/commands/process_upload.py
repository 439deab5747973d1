from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from housing import marking
from housing.again import work_again
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
        parser.add_argument(
            "--marked", action="store_true", help="write the file back with a mark at each problem"
        )

    def handle(self, *, id: int, limited: bool, marked: bool, **_: Any) -> None:  # noqa: A002 as it is called
        upload = Upload.objects.filter(pk=id).first()
        if upload is None:
            raise CommandError(f"no upload {id}")
        if limited:
            queue.limit_this_process()
        if marked:
            marking.make(upload)
            return
        if queue.is_large(upload):
            queue.work(after=prime, again=work_again)
        elif upload.status == Upload.Status.RECEIVED:
            queue.process_safely(upload, after=prime)
        upload.refresh_from_db()
        self.stdout.write(f"{upload.reference}: {upload.get_status_display()}")
