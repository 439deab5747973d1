"""What taking back a version would do, told before it is done."""

from dataclasses import dataclass

from housing.models import Submission, Upload
from housing.versions import replaced_by
from housing.wording import listed

Status = Submission.Status


@dataclass(frozen=True, slots=True)
class Undoing:
    """`effects` are sentences, one for each year; `uploads` the files that go."""

    effects: tuple[str, ...]
    uploads: tuple[Upload, ...]

    @property
    def files_text(self) -> str:
        """Which files no longer take part; "" when there are none."""
        names = listed(f"“{upload.name}”" for upload in self.uploads)
        if not names:
            return ""
        if len(self.uploads) == 1:
            return f"Het bestand {names} telt dan niet meer mee."
        return (
            f"De {len(self.uploads)} bestanden {names} tellen dan geen van alle meer mee. Wilt u "
            "er een houden, kies dat dan daarna opnieuw."
        )


def undoing_of(submission: Submission) -> Undoing:
    """What taking back `submission`, and all that goes with it, would do."""
    versions = list(submission.set_together())
    uploads = Upload.objects.filter(submission__in=versions, status=Upload.Status.PROCESSED)
    return Undoing(
        effects=tuple(_effect(version) for version in versions),
        uploads=tuple(uploads.order_by("at", "pk")),
    )


def _effect(version: Submission) -> str:
    year = version.year
    others = Submission.objects.of(version.organisation, year).exclude(pk=version.pk)
    if version.status == Status.SUBMITTED and (revived := replaced_by(version)) is not None:
        accepted = others.filter(status=Status.ACCEPTED).exists()
        counts = "wacht weer op de coördinator" if accepted else "telt weer voorlopig mee"
        return f"Versie {revived.number} van {year} komt terug: zij is weer ingediend en {counts}."
    standing = others.standing().first()
    if standing is None:
        return f"Over {year} is er dan geen opgave meer."
    stands = standing.get_status_display()
    if standing.counts:
        return f"Versie {standing.number} van {year}, {stands}, blijft tellen."
    return f"Over {year} blijft versie {standing.number} over, {stands}. Daarvan telt niets mee."
