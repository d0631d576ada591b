"""Database triggers that hold the record as it is: an entry only ever gets its number, a seal nothing.

They keep a slip of ours from changing it, in whatever way it is written. Whoever has the server can drop
them; what that cannot undo is a head that someone else has kept. Installed after every migration.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connections

from mutualaid.record.models import RecordEntry, Seal

PREFIX = "record_holds_"
WRITTEN = ("id", "kind", "at", "facts", "people", "salt")
"""Of an entry, from the first moment on."""
MESSAGE = "What stands in the record never changes."


class Trigger(NamedTuple):
    """Refuses an event, for each row for which `when` holds."""

    name: str
    event: str
    table: str
    when: str


def _triggers() -> Iterator[Trigger]:
    entry, seal = RecordEntry._meta.db_table, Seal._meta.db_table
    changed = " OR ".join(f"OLD.{column} {{differs}} NEW.{column}" for column in WRITTEN)
    yield Trigger("entry", "UPDATE", entry, f"OLD.seal_id IS NOT NULL OR {changed}")
    yield Trigger("entry_there", "DELETE", entry, "OLD.seal_id IS NOT NULL")
    yield Trigger("seal", "UPDATE", seal, "TRUE")
    yield Trigger("seal_there", "DELETE", seal, "TRUE")


def install(using: str, **_: object) -> None:
    """Create the triggers in the database `using`, once their tables exist. Receives `post_migrate`."""
    connection = connections[using]
    remove(using)
    tables = {trigger.table for trigger in _triggers()}
    if tables <= set(connection.introspection.table_names()):
        create = _on_sqlite if connection.vendor == "sqlite" else _on_postgres
        with connection.cursor() as cursor:
            for trigger in _triggers():
                for statement in create(trigger):
                    cursor.execute(statement)


def remove(using: str, **_: object) -> None:
    """Drop the triggers, for SQLite cannot rebuild a table that has one. Receives `pre_migrate`."""
    is_sqlite = connections[using].vendor == "sqlite"
    with connections[using].cursor() as cursor:
        for trigger in _triggers():
            drop = "TRIGGER IF EXISTS {}" if is_sqlite else "FUNCTION IF EXISTS {} CASCADE"
            cursor.execute(f"DROP {drop.format(PREFIX + trigger.name)}")


def _on_sqlite(trigger: Trigger) -> Iterator[str]:
    yield (
        f"CREATE TRIGGER {PREFIX}{trigger.name} BEFORE {trigger.event} ON {trigger.table}"
        f" WHEN {trigger.when.format(differs='IS NOT')}"
        f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


def _on_postgres(trigger: Trigger) -> Iterator[str]:
    name = PREFIX + trigger.name
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    yield (
        f"CREATE TRIGGER {name} BEFORE {trigger.event} ON {trigger.table} FOR EACH ROW"
        f" WHEN ({trigger.when.format(differs='IS DISTINCT FROM')}) EXECUTE FUNCTION {name}()"
    )
