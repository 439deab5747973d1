"""The production settings without hashed file names, which only collectstatic makes."""

from parkstad.settings import *  # noqa: F403
from parkstad.settings import PLAIN_FILES, STORAGES

STORAGES = STORAGES | {"staticfiles": {"BACKEND": PLAIN_FILES}}
