"""The history of the row, for people to read: what was changed, by whom and when."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from mutualaid.singleton.models import SingletonChange, SingletonRow


class ChangedValue(NamedTuple):
    """What a value is called, and the one before and after, as people write them."""

    label: str
    was: str
    now: str


class Entry(NamedTuple):
    """One write of the row. `who` is "" for the site itself; `is_first` for the values it began with."""

    at: datetime
    who: str
    values: list[ChangedValue]
    is_first: bool


def entries(changes: type[SingletonChange], newest: int = 200) -> Iterator[Entry]:
    """Yield the latest `newest` changes, the latest first."""
    for change in changes._default_manager.select_related("by")[:newest]:
        values = [
            changed_value(changes.row, name, was, now)
            for name, (was, now) in change.changes.items()
        ]
        yield Entry(change.at, str(change.by or ""), values, change.version == 1)


def labels(change: SingletonChange) -> list[str]:
    """Return what the values are called that a change wrote."""
    return [change.row.label_of(name) for name in change.changes]


def changed_value(row: type[SingletonRow], name: str, was: Any, now: Any) -> ChangedValue:
    return ChangedValue(row.label_of(name), row.displayed(name, was), row.displayed(name, now))
