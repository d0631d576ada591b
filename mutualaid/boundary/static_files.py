"""Static files: named by their content, packed beside themselves (WhiteNoise)."""

import logging
from functools import cache

from whitenoise.storage import CompressedManifestStaticFilesStorage

log = logging.getLogger(__name__)


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Where `collectstatic` was never run, pages are plain instead of a fault; the log says so once."""

    def stored_name(self, name: str) -> str:
        """Return the name of the file with its content's hash; the bare `name` where none was collected.

        Raises `ValueError` for a file that is none of those that were collected.
        """
        if not self.hashed_files:
            _warn_that_none_were_collected()
            return name
        return str(super().stored_name(name))


@cache  # one line for each process
def _warn_that_none_were_collected() -> None:
    log.error("Pages have no style and no pictures: run manage.py collectstatic.")
