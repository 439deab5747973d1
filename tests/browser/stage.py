"""The portal as a visitor's browser meets it: a server of its own over a database that is put
back after every test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connection, transaction
from django.test.testcases import QuietWSGIRequestHandler

KEPT = "kept_"
# Django makes these itself, and nobody changes them.
UNTOUCHED = {"django_migrations", "django_content_type", "auth_permission"}
# Who is signed in stays so from one test to the next.
SESSIONS = "django_session"


@contextmanager
def serving() -> Iterator[str]:
    """The portal on a free port, with the static files as in production; gives its address.

    Django's own live server would put handlers for static and media files before ours.
    """
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def keep() -> None:
    """Remember what every table holds now."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _tables() - {SESSIONS}:
            cursor.execute(f'CREATE TABLE "{KEPT}{table}" AS SELECT * FROM "{table}"')


def put_back() -> None:
    """Give every table what `keep` remembered."""
    with _without_checks() as cursor:
        for table in _tables() - {SESSIONS}:
            cursor.execute(f'DELETE FROM "{table}"')
            cursor.execute(f'INSERT INTO "{table}" SELECT * FROM "{KEPT}{table}"')


def forget() -> None:
    """Empty every table and drop what `keep` made."""
    with _without_checks() as cursor:
        for table in _tables():
            cursor.execute(f'DELETE FROM "{table}"')
            cursor.execute(f'DROP TABLE IF EXISTS "{KEPT}{table}"')


def _tables() -> set[str]:
    return set(connection.introspection.django_table_names(only_existing=True)) - UNTOUCHED


@contextmanager
def _without_checks() -> Iterator[object]:
    """A transaction in which tables may be filled in any order."""
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        if is_sqlite:
            cursor.execute("PRAGMA foreign_keys=OFF")
        try:
            with transaction.atomic():
                if not is_sqlite:
                    cursor.execute("SET LOCAL session_replication_role = replica")
                yield cursor
        finally:
            if is_sqlite:
                cursor.execute("PRAGMA foreign_keys=ON")
