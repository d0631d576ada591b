"""Watch who writes our rows while the admin is used: an action, or the admin by itself."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any
from unittest import mock

from django.db import models

from mutualaid.statements import inserts

WRITERS = {
    models.Model: ("save_base", "delete"),
    models.QuerySet: ("update", "bulk_create", "bulk_update", "delete"),
}
NOT_OURS = {"sessions", "admin", "contenttypes", "auth"}
ACTIONS = {"actions", "handling", "manual", "sessions"}
"""Names of the modules that hold actions."""


class WrittenByTheAdmin(AssertionError):
    """A form of the admin saved a row, without lock, history and messages."""


@contextmanager
def watched() -> Iterator[set[str]]:
    """Let writes outside of actions raise `WrittenByTheAdmin`; yield the modules that wrote."""
    writers = set[str]()
    patches = [
        mock.patch.object(owner, name, _watch(getattr(owner, name), writers))
        for owner, names in WRITERS.items()
        for name in names
    ]
    patches.append(mock.patch.object(inserts, "_insert", _watch_kept(inserts._insert, writers)))
    for patch in patches:
        patch.start()
    try:
        yield writers
    finally:
        for patch in patches:
            patch.stop()


def _watch(real: Any, writers: set[str]) -> Any:
    def write(self: Any, *args: Any, **kwargs: Any) -> Any:
        _note(self.model if isinstance(self, models.QuerySet) else type(self), writers)
        return real(self, *args, **kwargs)

    write.alters_data = True  # type: ignore[attr-defined]
    return write


def _watch_kept(real: Any, writers: set[str]) -> Any:
    def insert(vendor: str, model: type[models.Model], *args: Any) -> Any:
        _note(model, writers)
        return real(vendor, model, *args)

    return insert


def _note(model: type[models.Model], writers: set[str]) -> None:
    if model._meta.app_label not in NOT_OURS:
        writers.add(_action_at_work(model))


def _action_at_work(model: type[models.Model]) -> str:
    """The module of the action that is running. Raises `WrittenByTheAdmin` where the admin writes itself."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        parts = frame.f_globals.get("__name__", "").split(".")
        if "admin" in parts:
            raise WrittenByTheAdmin(f"{'.'.join(parts)} writes {model.__name__}")
        if set(parts) & ACTIONS and parts[0] != "django":
            return ".".join(parts)
        frame = frame.f_back
    return ""
