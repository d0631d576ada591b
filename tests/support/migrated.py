"""A database with every migration in it, made once until one of them changes, to start from.

Thousands of models are rendered on the way through the migrations, five seconds of a processor each time, and
ten on PostgreSQL. `migrate` runs on the copy all the same, and finds nothing left to do.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper

BASE = Path(__file__).parents[2]
FOLDER = BASE / "var" / "migrated"
"""Of all runs in this checkout."""
TEMPLATE = "migrated"
"""The name of such a database on the servers of `tests.servers.postgres`."""


def begin_test_database(connection: BaseDatabaseWrapper) -> bool:
    """Put a copy where Django is about to make the database of tests; whether Django has to keep it."""
    names = connection.settings_dict
    if connection.vendor == "sqlite":
        copy_to(Path(names["TEST"]["NAME"]))
        return True
    return copy_on_server(
        os.environ["DATABASE_URL"], names["TEST"]["NAME"] or f"test_{names['NAME']}"
    )


def copy_to(file: Path) -> None:
    """Put a copy on SQLite at `file`, in the place of what is there."""
    with kept("sqlite3", _on_sqlite) as migrated:
        for rest in ("-wal", "-shm"):  # of a run that was killed: they would be read into the copy
            file.with_name(file.name + rest).unlink(missing_ok=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(migrated, file)


def copy_on_server(server: str, name: str) -> bool:
    """Make the database `name` at `server` a copy; False where there is none, as on a server of one's own."""
    with psycopg.connect(server, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE])
        if not found.fetchone():
            return False
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE}'.encode())
    return True


@contextmanager
def kept(kind: str, make: Callable[[Path], None]) -> Iterator[Path]:
    """What `make` wrote to a path when a migration last changed, a file or a folder; one for each `kind`.

    For the block it is no one else's.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = FOLDER / f"{_hash_of_migrations()}.{kind}"
    with (FOLDER / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.exists():
            for old in FOLDER.glob(f"*.{kind}"):
                shutil.rmtree(old) if old.is_dir() else old.unlink()
            with TemporaryDirectory(dir=FOLDER) as folder:
                draft = Path(folder, "draft")
                make(draft)
                draft.rename(found)
        yield found


def _on_sqlite(file: Path) -> None:
    migrate(file.parent)
    file.with_name("db.sqlite3").rename(file)


def migrate(folder: Path, **environment: str) -> None:
    """Bring the database of a site to today: the one in `folder`, or that of `DATABASE_URL` given here."""
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    for command in ("migrate", "createcachetable"):
        subprocess.run(
            [sys.executable, "manage.py", command, "--verbosity=0"],
            cwd=BASE,
            env=inherited | {"DATA_DIR": str(folder)} | environment,
            check=True,
        )


def _hash_of_migrations() -> str:
    """Of ours, by name too, and of all packages' versions. It reads no settings: they may still be set."""
    rooms = ("mutualaid", "requests_app", "offers_app")
    ours = sorted(file for room in rooms for file in (BASE / room).rglob("migrations/*.py"))
    files = [BASE / "requirements.txt", *ours]
    texts = (str(file.relative_to(BASE)).encode() + file.read_bytes() for file in files)
    return sha256(b"".join(texts)).hexdigest()[:16]
