import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyrage import x25519

from mutualaid.backups import identity
from mutualaid.backups.backup import back_up
from mutualaid.backups.draft import disconnect
from mutualaid.backups.sealing import Keys, Lock

KEY = x25519.Identity.generate()
LOCK, OPENS = Lock(recipients=[str(KEY.to_public())]), Keys(identities=[str(KEY)])


@pytest.fixture
def data(tmp_path: Path, settings: Any) -> Path:
    """A folder of data of its own, with a space and a letter that is not ASCII in its name."""
    settings.DATA_DIR = tmp_path / "the group's dätä"
    settings.BACKUP_DIR = settings.DATA_DIR / "backups"
    settings.ERASURE_LEDGER = settings.DATA_DIR / "erasures.csv"
    settings.DATA_DIR.mkdir()
    return Path(settings.DATA_DIR)


@pytest.fixture
def take(transactional_db: None, data: Path) -> Callable[..., Path]:
    """Return a function that makes a backup of this site as it is, by default for `KEY`."""

    def make(lock: Lock = LOCK) -> Path:
        identity.keep()
        return back_up(data / "backups", lock)

    return make


def killed_within(job: Callable[[], object]) -> None:
    """Run `job` in a process of its own, which is to end at once by `os._exit(9)`, as by a kill."""
    disconnect()  # a connection is not to be shared
    pid = os.fork()
    if not pid:
        try:
            job()
        finally:
            os._exit(1)
    _pid, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 9
