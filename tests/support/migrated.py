"""A SQLite database with every migration in it, made once until one of them changes, to start from.

Thousands of models are rendered on the way through the migrations, five seconds of a processor each time.
`migrate` runs on the copy all the same, and finds nothing left to do.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

BASE = Path(__file__).parents[2]
FOLDER = BASE / "var" / "migrated"
"""Of all runs in this checkout."""


def copy_to(file: Path) -> None:
    """Put a copy at `file`, in the place of what is there."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    migrated = FOLDER / f"{_hash_of_migrations()}.sqlite3"
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not migrated.exists():
            for old in FOLDER.glob("*.sqlite3"):
                old.unlink()
            _migrate(migrated)
        for rest in ("-wal", "-shm"):  # of a run that was killed: they would be read into the copy
            file.with_name(file.name + rest).unlink(missing_ok=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(migrated, file)


def _migrate(file: Path) -> None:
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    with TemporaryDirectory(dir=FOLDER) as folder:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0"],
            cwd=BASE,
            env=inherited | {"DATA_DIR": folder},
            check=True,
        )
        Path(folder, "db.sqlite3").rename(file)


def _hash_of_migrations() -> str:
    """Of ours, and of the versions of all packages. It reads no settings: who asks may still set them."""
    rooms = ("mutualaid", "requests_app", "offers_app")
    ours = sorted(file for room in rooms for file in (BASE / room).rglob("migrations/*.py"))
    files = [BASE / "requirements.txt", *ours]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
