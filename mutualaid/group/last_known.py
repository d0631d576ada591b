"""The group's face in a file beside the data, for the pages that are shown while the database is away.

Nothing of a person is in it: only what stands on every page.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

from django.conf import settings

from mutualaid.boundary.whole_files import written_whole
from mutualaid.group.models import GroupProfile

COLUMNS = ("name", "phone", "email", "languages", "texts")
DAYS = ("ends_on", "ended_on")
HOURS = "hours_"
on_change: list[Callable[[], None]] = []
"""Called after another face was written down."""


def remember(row: GroupProfile | None) -> None:
    """Write the face down if it is another one than before; None, of a group that has none yet, forgets it.

    A folder that cannot be written to is let be: the page that asks has all it needs.
    """
    held = _held(row) if row else {}
    with suppress(OSError):
        if held != _read():
            with written_whole(settings.LAST_GROUP_FILE) as file:
                file.write(json.dumps(held).encode())
            for call in on_change:
                call()


def last_known() -> GroupProfile | None:
    """Return the face as it was last read from the database; None where it never was."""
    held = _read()
    for name in held.keys() & set(DAYS):
        with suppress(TypeError, ValueError):
            held[name] = date.fromisoformat(held[name])
    return GroupProfile(pk=GroupProfile.ONLY, **held) if held else None


def _held(row: GroupProfile) -> dict[str, Any]:
    held: dict[str, Any] = {name: getattr(row, name) for name in COLUMNS}
    held |= {name: day.isoformat() for name in DAYS if (day := getattr(row, name))}
    held["texts"] = {key: text for key, text in row.texts.items() if key.startswith(HOURS)}
    return held


def _read() -> dict[str, Any]:
    """What the file holds; nothing where there is none, or it is damaged."""
    try:
        held = json.loads(settings.LAST_GROUP_FILE.read_text(encoding="utf-8"))
        return {name: held[name] for name in (*COLUMNS, *DAYS) if name in held}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
