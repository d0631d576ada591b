"""Where the broker keeps its socket. Read by the settings, so nothing of Django is imported here."""

import hashlib
import os
import tempfile
from pathlib import Path

LONGEST_SOCKET_PATH = 100
"""Bytes. Linux allows 107, macOS 103."""


def broker_socket(data_dir: Path) -> Path:
    """Return the broker's socket inside `data_dir`; in a folder of its own elsewhere if that is too long."""
    socket = data_dir / "broker.sock"
    if len(bytes(socket)) <= LONGEST_SOCKET_PATH:
        return socket
    name = hashlib.sha256(bytes(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"mutualaid-{os.geteuid()}-{name}" / "broker.sock"
