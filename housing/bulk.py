"""Storing many rows at the speed of the database: COPY on PostgreSQL, executemany elsewhere."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def bulk_load(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert `rows` (tuples in the order of field `names`) within the running transaction.

    The values must be what the columns hold: keys of foreign rows, not objects. Nothing is
    validated but by the database itself.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(
        connection.ops.quote_name(str(model._meta.get_field(name).column))  # type: ignore[union-attr]
        for name in names
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(names))
        # Dates and decimals need no help: Django taught sqlite3 how to write them.
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608 names are ours
            rows,  # type: ignore[arg-type]  # any iterable will do
        )


def bulk_change(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Set the fields `names` of many stored rows; each of `rows` has their values and then its
    key. One statement a row, sent together: `bulk_update` takes ten times as long."""
    quote = connection.ops.quote_name
    columns = ", ".join(
        f"{quote(str(model._meta.get_field(name).column))} = %s"  # type: ignore[union-attr]
        for name in names
    )
    sql = f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(rows))
