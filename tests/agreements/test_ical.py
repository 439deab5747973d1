"""The calendar writer: folding, escaping, days."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.ical import Event, calendar, escaped, folded

STAMP = datetime(2026, 11, 23, 10, 30, tzinfo=timezone(timedelta(hours=1)))


def made(*events: Event, name: str = "Afspraken") -> str:
    return calendar(name, events, stamp=STAMP, maker="Parkstad//Portaal")


def unfolded(text: str) -> str:
    return text.replace("\r\n ", "")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("bod, kort", r"bod\, kort"),
        ("eerst; dan", r"eerst\; dan"),
        ("a\\b", r"a\\b"),
        ("regel 1\nregel 2", r"regel 1\nregel 2"),
        ("regel 1\r\nregel 2\rregel 3", r"regel 1\nregel 2\nregel 3"),
        ("a\\, b", r"a\\\, b"),
        ("bel\x07 en \x00 nul", "bel en  nul"),
        ("X\nEND:VEVENT", r"X\nEND:VEVENT"),
    ],
)
def test_text_is_escaped(text, written):
    assert escaped(text) == written


@pytest.mark.parametrize(
    "line",
    ["a" * 75, "a" * 76, "é" * 200, "SUMMARY:" + "Heerlen “bod” – 5 € " * 20, "😀" * 60, ""],
)
def test_lines_are_folded_at_75_octets_and_never_within_a_character(line):
    pieces = folded(line).split("\r\n")

    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert all(piece.startswith(" ") for piece in pieces[1:])
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line


def test_75_octets_are_not_folded():
    assert folded("é" * 37 + "a") == "é" * 37 + "a"
    assert "\r\n" in folded("é" * 38)


@given(st.text())
def test_whatever_the_text_it_stays_one_property(text):
    lines = unfolded(made(Event("1@x", date(2027, 1, 1), text, text))).split("\r\n")

    assert lines[-1] == ""
    assert [line for line in lines if line.startswith(("BEGIN", "END"))] == [
        "BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    assert all("\n" not in line and "\r" not in line for line in lines)


def test_a_calendar_is_whole():
    event = Event("bod-2027@x", date(2026, 12, 31), "Bod, Heerlen", "Uiterlijk.", "https://x/a;b")

    assert made(event).split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Parkstad//Portaal//NL",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Afspraken",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
        "BEGIN:VEVENT",
        "UID:bod-2027@x",
        "DTSTAMP:20261123T093000Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:Bod\\, Heerlen",
        "DESCRIPTION:Uiterlijk.",
        "URL:https://x/a;b",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_every_line_ends_with_carriage_return_and_newline():
    text = made(Event("1", date(2027, 1, 1), "A\nB", "C" * 300))

    assert text.count("\n") == text.count("\r\n")
    assert text.endswith("END:VCALENDAR\r\n")


def test_an_address_cannot_begin_a_line_of_its_own():
    text = made(Event("1", date(2027, 1, 1), "A", "", "https://x/\r\nATTACH:y"))

    assert "\r\nATTACH" not in text


def test_stamp_is_in_utc():
    assert "DTSTAMP:20270101T000000Z" in calendar(
        "A",
        [Event("1", date(2027, 1, 1), "A")],
        stamp=datetime(2027, 1, 1, tzinfo=UTC),
        maker="P",
    )
