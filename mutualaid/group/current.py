"""The group's face as it is now: `current_group().name`. Never called at import or in a default.

For the pages that are shown while the database is away it is kept in a file beside the data. Nothing of a
person is in that: only what stands on every page.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

from django.conf import settings
from django.db import Error

from mutualaid.boundary.whole_files import written_whole
from mutualaid.group.first_values import first_group
from mutualaid.group.models import GroupProfile
from mutualaid.singleton import reading

KEPT_COLUMNS = ("name", "phone", "email", "languages", "texts")
KEPT_DAYS = ("ends_on", "ended_on")
HOURS = "hours_"
on_change: list[Callable[[], None]] = []
"""Called after another face was written down."""


def current_group() -> GroupProfile:
    """Return the group's face, frozen; read once in a request, a task or a management command.

    Before the row is made it has the first values.
    """
    return reading.read(GroupProfile, read_group)


def read_group() -> GroupProfile:
    """Read it from the database, whatever was read before; most callers want `current_group`."""
    row = GroupProfile.stored()
    remember(row)
    return row or first_group().freeze()


def group_name() -> str:
    return current_group().name


def group_if_known() -> GroupProfile:
    """Return the group's face also while the database is away: then as it was last known.

    What follows in the same request does not wait for the database again.
    """
    try:
        return current_group()
    except Error:
        return group_without_database()


def group_without_database() -> GroupProfile:
    """Return the group's face as this request has read it, else as it was last known, or the first values."""
    return reading.read(GroupProfile, lambda: (last_known() or first_group()).freeze())


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
    for name in held.keys() & set(KEPT_DAYS):
        with suppress(TypeError, ValueError):
            held[name] = date.fromisoformat(held[name])
    return GroupProfile(pk=GroupProfile.ONLY, **held) if held else None


def _held(row: GroupProfile) -> dict[str, Any]:
    held: dict[str, Any] = {name: getattr(row, name) for name in KEPT_COLUMNS}
    held |= {name: day.isoformat() for name in KEPT_DAYS if (day := getattr(row, name))}
    held["texts"] = {key: text for key, text in row.texts.items() if key.startswith(HOURS)}
    return held


def _read() -> dict[str, Any]:
    """What the file holds; nothing where there is none, or it is damaged."""
    try:
        held = json.loads(settings.LAST_GROUP_FILE.read_text(encoding="utf-8"))
        return {name: held[name] for name in (*KEPT_COLUMNS, *KEPT_DAYS) if name in held}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
