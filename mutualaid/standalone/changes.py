"""What was saved while the site runs, for whoever works on it."""

from collections.abc import Iterable
from pathlib import Path


class Changes:
    """Python files below some folders, compared with how they were at the last look."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = list(folders)
        self._saved_at = self._look()

    def any(self) -> bool:
        """Whether a file was saved, added or removed since the last time this was asked."""
        before, self._saved_at = self._saved_at, self._look()
        return self._saved_at != before

    def _look(self) -> dict[Path, int]:
        return {
            path: path.stat().st_mtime_ns
            for folder in self._folders
            for path in folder.rglob("*.py")
            if path.exists()  # an editor may write a file anew at this moment
        }
