import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from housing.intake.process import check_file
from housing.management.commands import _uploads


class Command(BaseCommand):
    help = "Read and check files as the upload page does; store nothing. Exit 1 if one is refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        _uploads.add_options(parser)

    def handle(self, *, files: list[Path], **options: Any) -> None:
        organisation = _uploads.organisation_of(options["organisation"])
        year: int = options["year"]
        all_accepted = True
        for path in files:
            checked = check_file(path, path.name, organisation, year, _uploads.round_of(year))
            all_accepted &= checked.accepted
            if options["json"]:
                outcome = _uploads.outcome_json(path.name, checked)
                self.stdout.write(json.dumps(outcome, ensure_ascii=False))
            else:
                _uploads.say(self.stdout.write, path.name, checked)
        if not all_accepted:
            sys.exit(1)
