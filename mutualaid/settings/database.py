"""The record: SQLite beside the data, or the database of `DATABASE_URL`."""

from pathlib import Path
from typing import Any

from mutualaid.settings.environment import Environment

SQLITE = {
    # What a database needs that is written to by several processes.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
    " PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728;"
    " PRAGMA secure_delete=ON;",  # what is erased is overwritten, not only let go
}
# A pool checks each connection it hands out: after a restart of the database all are dead. It is larger
# than the threads of one process, and gives up as soon as a page would.
POOL = {"min_size": 1, "max_size": 16, "timeout": 2, "reconnect_timeout": 2}


def database(env: Environment, data_dir: Path, *, testing: bool) -> dict[str, Any]:
    """Return what Django's `DATABASES` takes for its default."""
    found: dict[str, Any] = env.dj_db_url("DATABASE_URL", f"sqlite:///{data_dir / 'db.sqlite3'}")
    if found["ENGINE"].endswith("sqlite3"):
        # A file in the tests too: one in memory locks whole tables between threads.
        return found | {"OPTIONS": dict(SQLITE), "TEST": {"NAME": str(data_dir / "test.sqlite3")}}
    options = {**found.get("OPTIONS", {}), "connect_timeout": 2}  # sslmode=… of the address stays
    return found | {
        "OPTIONS": options if testing else options | {"pool": dict(POOL)},
        "CONN_HEALTH_CHECKS": True,
    }
