"""A file beside the data that says that no one is left, for those who can't ask the database.

Without it a group that has ended is still being erased, and what stands still is to be seen.
"""

from contextlib import suppress
from datetime import date
from pathlib import Path

from django.conf import settings

NAME = "erased"


def note_erased(day: date) -> None:
    """Write it, once every table is empty. Where it can't be written the alarms go on."""
    if not is_erased(settings.DATA_DIR):
        with suppress(OSError):
            (settings.DATA_DIR / NAME).write_text(f"{day}\n", encoding="utf-8")


def forget_erased() -> None:
    (settings.DATA_DIR / NAME).unlink(missing_ok=True)


def is_erased(data_dir: Path) -> bool:
    """Whether it is there; it counts for a group that has ended alone."""
    return (data_dir / NAME).exists()
