"""What parties of the demonstration say to one another: invented, and said so."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from housing.figure_talk import year_subject
from housing.models import Comment, Following, Organisation, Submission, User
from housing.talk import say, topic_of

FILE = Path(settings.BASE_DIR) / "fixtures" / "demo" / "gesprekken.toml"
DOMAIN = "parkstad.example"
ROW = "row"


def load() -> None:
    """Let the accounts of the demonstration say it, unless one of them said something already."""
    if Comment.objects.filter(is_demo=True).exclude(subject__startswith="dispute:").exists():
        return
    for line in tomllib.loads(FILE.read_text(encoding="utf-8"))["said"]:
        _say(line)


def clear() -> None:
    """Take away what demonstration accounts said and whom they chose to read along with."""
    Comment.objects.filter(is_demo=True).delete()
    Following.objects.filter(is_demo=True).delete()


def _say(line: Mapping[str, Any]) -> None:
    party = Organisation.objects.get(slug=line["party"])
    by = User.objects.filter(email=f"{line['by']}@{DOMAIN}").first()
    subject, first = _subject(line, party)
    topic = topic_of(by, subject) if by is not None and subject else None
    if by is None or topic is None:
        return
    to = Organisation.objects.get(slug=line.get("to", party.slug))
    comment = say(by, topic, subject, line["text"], party=to, private=line.get("private", False))
    at = first if line["at"] == "first" else _moment(line["at"])
    if at is not None:
        Comment.objects.filter(pk=comment.pk).update(at=at)


def _subject(line: Mapping[str, Any], party: Organisation) -> tuple[str, datetime | None]:
    """What it is about, and for a row the moment just before its answer was judged."""
    if line["about"] != ROW:
        return year_subject(party.pk, line["year"]), None
    version = Submission.objects.of(party, line["year"]).exclude(status="concept").first()
    row = version.rows.order_by("-homes").first() if version is not None else None
    if version is None or row is None:
        return "", None
    last = version.events.order_by("-known_from").first()
    return f"row:{row.pk}", last.known_from - timedelta(minutes=5) if last else None


def _moment(day: str) -> datetime:
    """Noon of a day, in Amsterdam."""
    return timezone.make_aware(datetime.fromisoformat(f"{day}T12:00:00"))
