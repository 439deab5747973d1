import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from housing import versions
from housing.intake.overlay import Overlay
from housing.intake.process import filing_of, process, receive
from housing.intake.rows import Checked
from housing.intake.storing import preview, store
from housing.management.commands import _uploads
from housing.models import Submission, Upload, end_of_day


class Command(BaseCommand):
    help = (
        "Check a file, lay it over what is stored, store and submit it. Exit 1 when it is"
        " refused, 2 when it needs a person's word; then nothing is stored."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        _uploads.add_options(parser)
        parser.add_argument(
            "--missing",
            choices=["blijft", "vervalt"],
            help="what happens to stored homes that the file should name and does not",
        )
        parser.add_argument("--accept", action="store_true", help="accept it as well")
        parser.add_argument(
            "--as-of", metavar="MOMENT", help="date or moment from which it is known (history)"
        )

    def handle(self, *, file: Path, **options: Any) -> None:
        organisation = _uploads.organisation_of(options["organisation"])
        year: int = options["year"]
        if not file.is_file():
            raise CommandError(f"no such file: {file}")
        moment = _moment(options["as_of"]) if options["as_of"] else None
        with transaction.atomic():
            upload = receive(
                SimpleUploadedFile(file.name, file.read_bytes()),
                organisation=organisation,
                year=year,
                round_=_uploads.round_of(year),
                by=None,
            )
            if moment:
                Upload.objects.filter(pk=upload.pk).update(at=moment)
            checked = process(upload)
            outcome = _uploads.outcome_json(file.name, checked)
            status = self._store(upload, checked, outcome, moment, options)
            if status:
                # Nothing is stored, the kept copy of the file neither.
                upload.file.delete(save=False)
                transaction.set_rollback(True)
        if options["json"]:
            self.stdout.write(json.dumps(outcome, ensure_ascii=False))
        else:
            _uploads.say(self.stdout.write, file.name, checked)
            for question in outcome.get("questions", []):
                self.stdout.write(f"  question: {question['question']}")
            if outcome.get("version"):
                self.stdout.write(f"  stored as {outcome['version']}: {outcome['status']}")
        if status:
            sys.exit(status)

    def _store(
        self,
        upload: Upload,
        checked: Checked,
        outcome: dict[str, Any],
        moment: datetime | None,
        options: Mapping[str, Any],
    ) -> int:
        if not checked.accepted:
            return 1
        filing = filing_of(upload, checked, by=None)
        overlay = preview(checked.rows, filing)
        questions = _questions(overlay, options["missing"])
        if questions:
            outcome["questions"] = questions
            return 2
        stays = {
            line.stored: options["missing"] != "vervalt"
            for line in overlay.missing
            if line.stored is not None
        }
        filing = replace(filing, stays=stays, at=moment)
        try:
            version = store(checked.rows, filing)
            if version is not None:
                versions.submit(version, actor=None, at=moment)
            elif options["accept"]:
                version = _waiting(upload)
            if version is not None and options["accept"]:
                versions.accept(version, actor=None, at=moment)
        except versions.VersionError as error:
            upload.file.delete(save=False)
            raise CommandError(str(error)) from error
        if version is not None:
            version.refresh_from_db()
        upload.status = Upload.Status.PROCESSED
        upload.submission = version
        upload.save(update_fields=["status", "submission"])
        outcome["version"] = str(version) if version else None
        outcome["status"] = version.status if version else "unchanged"
        return 0


def _waiting(upload: Upload) -> Submission | None:
    """An identical answer that was submitted before and only waits to be accepted."""
    return Submission.objects.filter(
        organisation=upload.organisation, year=upload.year, status=Submission.Status.SUBMITTED
    ).first()


def _questions(overlay: Overlay, missing: str | None) -> list[dict[str, Any]]:
    questions = [
        {
            "kind": "together",
            "question": (
                f"Horen deze {len(question.candidates)} rijen bij"
                f" {question.stored.row.project or 'de rij'},"
                f" {question.stored.row.homes} woningen?"
            ),
            "rows": [line.row.row for line in question.candidates],
        }
        for question in overlay.questions
    ]
    if missing is None:
        questions += [
            {
                "kind": "missing",
                "question": (
                    f"{line.row.project or line.row.key or 'Een rij'}, {line.row.homes}"
                    " woningen, staat niet in dit bestand: blijft of vervalt? (--missing)"
                ),
                "rows": [],
            }
            for line in overlay.missing
        ]
    return questions


def _moment(text: str) -> datetime:
    """A moment, or a day: that stands for its end, as in "stand op", and today for now."""
    try:
        day, moment = parse_date(text), parse_datetime(text)
    except ValueError:
        day = moment = None
    if day is not None and len(text) <= len("2025-02-14"):
        return min(end_of_day(day), timezone.now())
    if moment is None:
        raise CommandError(f"--as-of takes a date or moment such as 2025-02-14, not {text!r}")
    moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
    if moment > timezone.now():
        raise CommandError(f"--as-of {text} is still to come")
    return moment
