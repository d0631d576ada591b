"""What the site writes is for its own account on this machine alone, whatever its umask was.

Read by the settings, so that it holds for whoever makes a file: a command, the web server, a worker.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

OTHERS = 0o077


def write_for_ourselves() -> None:
    """From now on this process makes folders 0700 and files 0600, and so does what it starts."""
    os.umask(OTHERS)


def tighten(paths: Iterable[Path]) -> None:
    """Take away what others may do with these files, and with these folders and the files in them.

    What is not there, or belongs to another account, is left as it is; so is a folder that all share.
    """
    for path in paths:
        for file in (path, *_files_in(path)):
            with suppress(OSError):
                _tighten(file)


def _files_in(path: Path) -> Iterator[Path]:
    with suppress(OSError):
        if path.is_dir() and not _is_shared(path.stat()):
            yield from path.iterdir()


def _tighten(path: Path) -> None:
    found = path.lstat()
    is_link = stat.S_ISLNK(found.st_mode)
    if (
        found.st_mode & OTHERS
        and found.st_uid == os.geteuid()
        and not (is_link or _is_shared(found))
    ):
        path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)


def _is_shared(found: os.stat_result) -> bool:
    """Whether it is a folder such as /tmp, in which everybody keeps their own."""
    return bool(found.st_mode & stat.S_ISVTX)
