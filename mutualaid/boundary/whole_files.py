"""Files that are there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

DRAFT = ".draft"


@contextmanager
def written_whole(path: Path, *, mode: int = 0o600) -> Iterator[BinaryIO]:
    """Open a file that takes the name `path` once the block is done; until then whoever reads finds the old.

    It is on the disk then. When the block fails, nothing of it stays. Lets `OSError` through.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    opened, name = mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=DRAFT)
    draft = Path(name)
    try:
        with os.fdopen(opened, "wb") as file:
            yield file
            file.flush()
            os.fchmod(opened, mode)
            os.fsync(opened)
        draft.replace(path)
        sync_folder(path.parent)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Let what was renamed in `folder` outlive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
