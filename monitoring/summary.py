"""The dashboard's numbers as plain data, for `manage.py figures` and other machines."""

from dataclasses import asdict
from typing import Any

from housing.codes import Segment
from monitoring.breakdown import by_segment
from monitoring.figures import Picture
from monitoring.progress import Progress
from monitoring.reported import Mark
from monitoring.stated import together


def summary(picture: Picture, slug: str = "") -> dict[str, Any]:
    """What HOUSE.md promises of `figures --json`; unknown is None.

    With the slug of a municipality or corporation: its own figures.
    """
    progress = progress_of(picture, slug)
    pieces = [
        piece
        for piece in picture.slices
        if not slug or slug in (piece.organisation, piece.municipality)
    ]
    segments = by_segment(pieces, progress)
    return {
        "as_of": picture.as_of.isoformat(),
        "built": progress.built,
        "accepted": progress.accepted,
        "provisional": progress.provisional,
        "closed_until": progress.closed_until,
        "built_closed": progress.built_closed,
        "due": progress.due,
        "behind": progress.behind,
        "needed_per_year": progress.needed_per_year,
        "reported": {str(year.year): [year.reported, year.asked] for year in progress.years},
        "years": {
            str(year.year): {"built": year.built, "target": year.target, "closed": year.closed}
            for year in progress.years
        },
        "standing": {
            str(year.year): {
                "state": year.stated.state,
                "provisional": year.provisional if year.built is not None else None,
                "disputed": year.disputed,
                "becomes": year.stated.becomes,
            }
            for year in progress.years
        },
        "by_municipality": {
            place.name: picture.by_municipality[place.slug].built
            for place in picture.municipalities
        },
        "by_corporation": {
            party.name: picture.by_corporation[party.slug].built for party in picture.corporations
        },
        "by_segment": {
            Segment(code).label: together(years.values()).homes for code, years in segments.items()
        },
        "net": {
            "additions": progress.net.additions,
            "withdrawals": progress.net.withdrawals,
            "net": progress.net.net,
        },
        "marks": [_mark(mark) for mark in progress.marks],
        "demonstration": progress.demo,
        "rule": {"number": progress.rule.number, "proposal": not progress.rule.decided},
    }


def progress_of(picture: Picture, slug: str) -> Progress:
    """The region's progress, or that of one municipality or corporation; KeyError otherwise."""
    if not slug:
        return picture.region
    if slug in picture.by_municipality:
        return picture.by_municipality[slug]
    return picture.by_corporation[slug]


def _mark(mark: Mark) -> dict[str, Any]:
    """A mark without the key of its project, which says nothing outside the database."""
    return {name: value for name, value in asdict(mark).items() if name != "project"}
