"""Calendars as text that other programs read (RFC 5545). No Django.

All events are days without a time: a deadline lasts until the day is over, wherever one is.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MOST_OCTETS = 75
NEWLINE = "\r\n"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Event:
    """One day on which something is due. `uid` stays the same as long as it is the same event."""

    uid: str
    day: date
    title: str
    text: str = ""
    address: str = ""


def calendar(
    name: str, events: Iterable[Event], *, stamp: datetime, maker: str, text: str = ""
) -> str:
    """The whole feed, ready to be encoded as UTF-8; `stamp` (aware) is when it was made.

    RFC 5545 wants at least one event in a calendar: the caller sees to that.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{escaped(maker)}//NL",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        # Half a day: programs that listen to this ask twice a day.
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    ]
    if text:
        lines.append(f"X-WR-CALDESC:{escaped(text)}")
    for event in events:
        lines += _lines(event, stamp)
    lines.append("END:VCALENDAR")
    return "".join(folded(line) + NEWLINE for line in lines)


def _lines(event: Event, stamp: datetime) -> list[str]:
    """One event; the day it ends on is not part of it."""
    lines = [
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(event.title)}",
    ]
    if event.text:
        lines.append(f"DESCRIPTION:{escaped(event.text)}")
    if event.address:
        # A URI is not text: nothing in it is escaped, and it holds no line ends.
        lines.append(f"URL:{''.join(_CONTROL.sub('', event.address).split())}")
    return [*lines, "TRANSP:TRANSPARENT", "END:VEVENT"]


def escaped(text: str) -> str:
    """Text as a value: backslash, semicolon, comma and line ends written out."""
    one_kind = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = _CONTROL.sub("", one_kind)
    for mark in ("\\", ";", ","):
        plain = plain.replace(mark, f"\\{mark}")
    return plain.replace("\n", "\\n")


def folded(line: str) -> str:
    """A line cut into pieces of at most 75 octets, never within a character. Each later piece
    begins with the space that the reader takes away."""
    pieces: list[str] = []
    piece, octets = "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > MOST_OCTETS:
            pieces.append(piece)
            piece, octets = " ", 1
        piece += character
        octets += size
    return NEWLINE.join([*pieces, piece])
