"""The data folder of a site that runs, without the site."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOLD = """
import sys
from pathlib import Path
from mutualaid.standalone.folder import locked
with locked(Path(sys.argv[1]), address="here"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def folder_held(folder: Path) -> Iterator[None]:
    """Within the block another process has the folder: a lock never stops the process that holds it."""
    words = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as site:
        assert site.stdout.readline() == b"held\n"
        yield
