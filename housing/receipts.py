"""Proof that something was sent in: the receipt of a file, and the e-mail after handing in."""

import logging
from dataclasses import dataclass
from smtplib import SMTPException

from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string

from housing.contents import Contents, contents_of
from housing.models import Submission, SubmissionEvent, Upload, User

log = logging.getLogger("portal")
SECONDS = 10  # a mail server that doesn't answer must not hold up the page


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one file: `submitted` is the last time its answer was handed in."""

    upload: Upload
    contents: Contents | None
    submitted: SubmissionEvent | None

    @property
    def heading(self) -> str:
        """The answer in a sentence."""
        who, year = self.upload.organisation, self.upload.year
        version = self.upload.submission
        if version is None:
            return f"{who} leverde een bestand aan over {year}; daarvan is niets opgeslagen"
        if self.upload.status == Upload.Status.UNDONE:
            return f"{who} leverde een bestand aan over {year} en trok de opgave weer in"
        state = "nog niet ingediend" if self.submitted is None else version.get_status_display()
        return f"{who} leverde een bestand aan over {year}: versie {version.number}, {state}"


def receipt_of(upload: Upload) -> Receipt:
    """The receipt as things stand now."""
    version = upload.submission
    if version is None:
        return Receipt(upload, None, None)
    handed_in = version.events.filter(status=Submission.Status.SUBMITTED).select_related("actor")
    submitted = handed_in.order_by("known_from", "pk").last()
    return Receipt(upload, contents_of(version), submitted)


def send_receipt(submission: Submission, *, to: User, url: str) -> bool:
    """Write to who handed in what was received; say whether it left. A mail that can't be sent
    takes nothing back."""
    event = submission.events.filter(status=Submission.Status.SUBMITTED).last()
    about = {
        "submission": submission,
        "event": event,
        "contents": contents_of(submission),
        "uploads": list(submission.uploads.select_related("by")),
        "together": [each for each in submission.set_together() if each.pk != submission.pk],
        "to": to,
        "url": url,
    }
    message = EmailMessage(
        subject=f"Ontvangen: opgave {submission.year} van {submission.organisation}",
        body=render_to_string("housing/receipt.txt", about),
        to=[to.email],
        connection=get_connection(timeout=SECONDS),
    )
    try:
        message.send()
    except (OSError, SMTPException):
        log.exception("Receipt of submission %s could not be sent", submission.pk)
        return False
    return True
