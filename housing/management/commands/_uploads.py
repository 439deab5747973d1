"""What check_upload and import_upload share: options, and the JSON of one file."""

import hashlib
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from housing.intake.problems import as_json
from housing.intake.process import summary
from housing.intake.rows import Checked
from housing.models import Organisation, Round

SUMMARY_KEYS = ("rows", "homes", "counted", "changes", "by_municipality")


def add_options(parser: ArgumentParser) -> None:
    """The options both commands take."""
    parser.add_argument(
        "--organisation", required=True, metavar="CODE", help="slug, L-number or CBS code"
    )
    parser.add_argument("--year", required=True, type=int, help="calendar year of the answer")
    parser.add_argument("--json", action="store_true", help="one line of JSON a file")


def organisation_of(code: str) -> Organisation:
    """The corporation with this code; otherwise an error that lists those known."""
    try:
        found = Organisation.objects.by_code(code)
    except Organisation.DoesNotExist:
        found = None
    if found is None or found.kind != Organisation.Kind.CORPORATION:
        known = ", ".join(
            f"{slug} ({number})" if number else slug
            for slug, number in Organisation.objects.corporations().values_list("slug", "l_number")
        )
        raise CommandError(f"unknown corporation {code!r}; known are: {known}")
    return found


def round_of(year: int) -> Round | None:
    """The round over a calendar year, the longest period first."""
    return Round.objects.filter(year=year).order_by("-period_until").first()


def outcome_json(name: str, checked: Checked) -> dict[str, Any]:
    """What HOUSE.md promises of one file."""
    known = summary(checked)
    return {
        "file": name,
        "format": checked.format or None,
        "accepted": checked.accepted,
        **{key: known[key] for key in SUMMARY_KEYS},
        "errors": [as_json(problem) for problem in checked.errors],
        "warnings": [as_json(problem) for problem in checked.warnings],
    }


def say(write: Any, name: str, checked: Checked) -> None:
    """The same for a person to read."""
    known = summary(checked)
    verdict = "would be accepted" if checked.accepted else "would NOT be accepted"
    write(
        f"{name}: {checked.format or 'not recognised'}, {verdict}; {known['rows']} rows,"
        f" {known['homes']} homes added, {known['counted']} counted"
    )
    for problem in checked.problems:
        place = f"{problem.sheet} row {problem.row} {problem.column}".strip()
        write(f"  {problem.severity}: {place}: {problem.message}")


def digest(path: Any) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
