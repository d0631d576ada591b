"""The cursor that runs kept SQL: on PostgreSQL one that prepares."""

from functools import cache, lru_cache
from itertools import count
from typing import Any

MOST_TEXTS = 2_048
"""Texts of kept SQL whose marks are numbered once."""


def preparing_cursor(connection: Any) -> Any:
    """On PostgreSQL one that prepares: to plan the search of a need takes it longer than to answer.

    Not behind PgBouncer, where the next statement may go to a server that knows nothing of it.
    """
    if connection.vendor != "postgresql" or connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
        return connection.cursor()
    connection.ensure_connection()
    return connection._prepare_cursor(_preparing()(connection.connection))


@cache
def _preparing() -> Any:
    """The class is made late, for it needs the driver of PostgreSQL."""
    from django.db.backends.postgresql.base import ServerBindingCursor
    from psycopg.raw_cursor import RawCursorMixin

    numbering: Any = RawCursorMixin
    server_binding: Any = ServerBindingCursor

    class Preparing(numbering, server_binding):  # type: ignore[misc]
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            before, self.connection.prepare_threshold = self.connection.prepare_threshold, 0
            try:
                return super().execute(_numbered(query), params, **options)
            finally:
                self.connection.prepare_threshold = before

        def _send_query_prepared(self, name: bytes, query: Any, **options: Any) -> None:
            self._query = (
                query  # psycopg forgets it, and Django asks for it where queries are counted
            )
            super()._send_query_prepared(name, query, **options)

    return Preparing


@lru_cache(MOST_TEXTS)
def _numbered(sql: str) -> str:
    """The SQL with $1, $2, … for its marks: psycopg would look for them in a long text at each run."""
    numbers = count(1)
    first, *others = (part.replace("%%", "%") for part in sql.split("%s"))
    return first + "".join(f"${next(numbers)}{part}" for part in others)
