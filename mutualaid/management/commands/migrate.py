import time
from typing import Any

from django.core.management.commands import migrate
from django.db import OperationalError, connections

TRIES = 20
PAUSE = 3.0
"""Seconds between two tries, in which pages that waited behind us are served."""
LOCK_SECONDS = 2
"""The longest that whoever comes after us waits because we wait for a table (R16)."""


class Command(migrate.Command):
    """Django's, that never waits long for a table in use: everyone who comes after it would wait as well."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            super().handle(*args, **options)
            return
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
            cursor.execute("SET statement_timeout = 0")  # an index of a large table takes its time
        try:
            self._until_the_tables_are_free(*args, **options)
        finally:
            if connection.is_usable():
                with connection.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")
                    cursor.execute("RESET statement_timeout")

    def _until_the_tables_are_free(self, *args: Any, **options: Any) -> None:
        """Each migration is a transaction: a try goes on where the last one was sent away."""
        from psycopg.errors import LockNotAvailable  # the checks read this file, on SQLite as well

        for is_last in (*[False] * (TRIES - 1), True):
            try:
                super().handle(*args, **options)
                return
            except OperationalError as error:
                if is_last or not isinstance(error.__cause__, LockNotAvailable):
                    raise
            self.stdout.write("A table is in use. Trying again in a moment.")
            time.sleep(PAUSE)
