"""A connection for whoever looks whether the site is well: it needs no pool, and does not wait for long."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections


@contextmanager
def own_connection(*, seconds: float) -> Iterator[None]:
    """Let this thread ask the database past the pool within the block, each query for `seconds` at most.

    A server that takes the connection and never answers may hold the thread for longer; and one behind
    PgBouncer, which refuses to be told of limits: its role has them (settings/database.py).
    """
    before = connections[DEFAULT_DB_ALIAS]
    own = before.copy()
    options = own.settings_dict["OPTIONS"]
    if own.vendor == "postgresql":
        options.pop("pool", None)
        milliseconds = round(seconds * 1000)
        if "options" in options:
            options["options"] += (
                f" -c statement_timeout={milliseconds} -c lock_timeout={milliseconds}"
            )
    else:
        options["timeout"] = seconds
    connections[DEFAULT_DB_ALIAS] = own
    try:
        yield
    finally:
        own.close()
        connections[DEFAULT_DB_ALIAS] = before
