"""Database triggers that hold the books: no entry is changed, and a counter-entry undoes all of another.

They keep a slip of ours from it, whichever way it writes. Installed after every migration.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connections

from mutualaid.fund.models import Entry

PREFIX = "fund_holds_"
WRITTEN = ("id", "public_id", "pot_id", "kind", "amount", "on_day", "sets_right_id", "written_at")
"""Of an entry, for good. Only who wrote it can be forgotten."""
MESSAGE = "An entry of a pot never changes: it gets one counter-entry."


class Trigger(NamedTuple):
    """Refuses an event for each row for which `when` holds."""

    name: str
    event: str
    when: str


CHANGED = Trigger(
    "entry", "UPDATE", " OR ".join(f"OLD.{column} {{differs}} NEW.{column}" for column in WRITTEN)
)
UNLIKE = Trigger(
    "counter",
    "INSERT",
    "NEW.sets_right_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {table} undone"
    " WHERE undone.id = NEW.sets_right_id AND undone.pot_id = NEW.pot_id"
    " AND undone.amount = -NEW.amount AND undone.kind <> 'correction')",
)
TRIGGERS = (CHANGED, UNLIKE)


def install(using: str, **_: object) -> None:
    """Create the triggers in the database `using`, once the table exists. Receives `post_migrate`."""
    connection = connections[using]
    remove(using)
    if Entry._meta.db_table not in connection.introspection.table_names():
        return
    create = _on_sqlite if connection.vendor == "sqlite" else _on_postgres
    with connection.cursor() as cursor:
        for trigger in TRIGGERS:
            for statement in create(trigger):
                cursor.execute(statement)


def remove(using: str, **_: object) -> None:
    """Drop the triggers, for SQLite cannot rebuild a table that has one. Receives `pre_migrate`."""
    is_sqlite = connections[using].vendor == "sqlite"
    drop = "DROP TRIGGER IF EXISTS {}" if is_sqlite else "DROP FUNCTION IF EXISTS {}() CASCADE"
    with connections[using].cursor() as cursor:
        for trigger in TRIGGERS:
            cursor.execute(drop.format(PREFIX + trigger.name))


def _on_sqlite(trigger: Trigger) -> Iterator[str]:
    table = Entry._meta.db_table
    yield (
        f"CREATE TRIGGER {PREFIX}{trigger.name} BEFORE {trigger.event} ON {table}"
        f" WHEN {trigger.when.format(differs='IS NOT', table=table)}"
        f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


def _on_postgres(trigger: Trigger) -> Iterator[str]:
    name, table = PREFIX + trigger.name, Entry._meta.db_table
    when = trigger.when.format(differs="IS DISTINCT FROM", table=table)
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when} THEN"
        f" RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';"
        f" END IF; RETURN NEW; END $$"
    )
    yield (
        f"CREATE TRIGGER {name} BEFORE {trigger.event} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
