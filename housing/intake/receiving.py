"""Taking in the bytes of an upload: to disk while they arrive, and never more than we take."""

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from housing.intake.limits import MOST_BYTES


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Writes a file to disk until it is too large and lets the rest go by.

    The file then has its real size, so that the form can say how large it is; what was
    written of it is never read.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= MOST_BYTES:
            super().receive_data_chunk(raw_data, start)
