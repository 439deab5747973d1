"""The portal's settings for tests: a data folder of their own, cheap passwords, plain files.

`DATABASE_URL` decides the database; without it, SQLite in the data folder.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_data = tempfile.mkdtemp(prefix="parkstad-tests-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["DATA_DIR"] = _data
os.environ["DEBUG"] = "1"
os.environ.pop("MFA_REQUIRED", None)

from parkstad.settings import *  # noqa: E402, F403
from parkstad.settings import DATABASES, LOGGING  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WHITENOISE_AUTOREFRESH = True
# The audit trail is asserted on, not printed; Django's own complaints about refused pages
# are what the tests provoke.
LOGGING = LOGGING | {"handlers": {"stderr": {"class": "logging.NullHandler"}}, "loggers": {}}

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, so that live servers and threads have connections of their own. It need not
    # survive a power cut.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_data) / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"
