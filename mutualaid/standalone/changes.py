"""Notice files that a developer saved while the site runs."""

from collections.abc import Iterable
from pathlib import Path


class Changes:
    """Compares the Python files below some folders with how they were at the last call."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = list(folders)
        self._mtimes = self._read_mtimes()

    def any(self) -> bool:
        """Return whether a file was saved, added or removed since the last call."""
        before, self._mtimes = self._mtimes, self._read_mtimes()
        return self._mtimes != before

    def _read_mtimes(self) -> dict[Path, int]:
        return {
            path: path.stat().st_mtime_ns
            for folder in self._folders
            for path in folder.rglob("*.py")
            if path.exists()  # an editor may write a file anew at this moment
        }
