"""The record: SQLite beside the data, or the database of `DATABASE_URL`."""

from pathlib import Path
from typing import Any

from django.core.signals import request_started
from django.db import DEFAULT_DB_ALIAS, connections

from mutualaid.settings.environment import Environment

SQLITE = {
    # What a database needs that is written to by several processes.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
    " PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728;"
    " PRAGMA secure_delete=ON;",  # what is erased is overwritten, not only let go
}
# A new connection reads the schema of all tables before its first answer: five milliseconds of each page.
KEPT_SECONDS = 60
# A pool checks each connection it hands out: after a restart of the database all are dead. It is larger
# than the threads of one process, and gives up as soon as a page would.
POOL = {"min_size": 1, "max_size": 16, "timeout": 2, "reconnect_timeout": 2}


MINUTE, HOUR = 60, 3600
LIMITS = {
    # A page that waits longer answers 503. It waits out VACUUM FULL, of 3 seconds (retention/rewriting.py).
    "web": {"statement": 15, "lock": 5, "idle_in_transaction_session": MINUTE},
    # Tasks and commands: an import writes by the batch, and only a fault takes so long.
    "work": {"statement": 10 * MINUTE, "lock": MINUTE, "idle_in_transaction_session": HOUR},
}
"""By kind of process: seconds after which PostgreSQL ends a statement, a wait for a lock, or a transaction in
which nothing happens. Migrations have their own (management/commands/migrate.py)."""


def database(env: Environment, data_dir: Path, *, testing: bool) -> dict[str, Any]:
    """Return what Django's `DATABASES` takes for its default."""
    found: dict[str, Any] = env.dj_db_url("DATABASE_URL", f"sqlite:///{data_dir / 'db.sqlite3'}")
    if found["ENGINE"].endswith("sqlite3"):
        return found | {
            "OPTIONS": dict(SQLITE),
            "CONN_MAX_AGE": KEPT_SECONDS,
            # A file in the tests too: one in memory locks whole tables between threads.
            "TEST": {"NAME": str(data_dir / "test.sqlite3")},
        }
    options = {**found.get("OPTIONS", {}), "connect_timeout": 2}  # sslmode=… of the address stays
    pooled = env.bool("PGBOUNCER", False)
    if not pooled:
        options["options"] = " ".join([*_limits("work"), options.get("options", "")]).strip()
    return found | {
        "OPTIONS": options if testing else options | {"pool": dict(POOL)},
        "CONN_HEALTH_CHECKS": True,
        # In transaction mode it gives each transaction another connection: what is said of one at its
        # start is refused, and a cursor does not outlive its transaction. The role has the limits there.
        "DISABLE_SERVER_SIDE_CURSORS": pooled,
    }


def limit_pages(**_: object) -> None:
    """Give this process the limits of pages, from its next connection on. Receives its first request.

    Only then it is known to be a web server: `up` reads the code once for all that it starts.
    """
    request_started.disconnect(limit_pages)
    options = connections[DEFAULT_DB_ALIAS].settings_dict["OPTIONS"]
    if "options" in options:
        options["options"] = " ".join([options["options"], *_limits("web")])  # the last word counts


def _limits(kind: str) -> list[str]:
    return [f"-c {name}_timeout={seconds}s" for name, seconds in LIMITS[kind].items()]
