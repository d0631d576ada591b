"""Database triggers: a room lists its own, and here they are created and dropped, on SQLite and PostgreSQL.

A room connects `install` to `post_migrate`, and `remove` to `pre_migrate`, for SQLite cannot rebuild a table
that a trigger names.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connections


class Refusal(NamedTuple):
    """Statements that raise `IntegrityError`, as a constraint does, where `where` holds."""

    message: str
    where: str = "TRUE"


class Trigger(NamedTuple):
    """What a database does after an event, for each row for which `when` holds.

    In `statements` `{now}` is the time, by the database's clock. In `when`, which asks no other table,
    `{differs}` stands between two values of which one may be NULL.
    """

    name: str
    event: str
    table: str
    statements: str | Refusal
    when: str = ""


@dataclass(frozen=True)
class Triggers:
    """Those of one room, whose names begin with `prefix`.

    `named` are tables that they name in their statements. `former` are prefixes of earlier releases.
    `installed` is called with the name of the database once they are there.
    """

    prefix: str
    listed: Callable[[], Iterable[Trigger]]
    named: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    installed: Callable[[str], object] = lambda _using: None

    def __post_init__(self) -> None:
        _of_all_rooms.append(self)

    def install(self, using: str, **_signal: object) -> None:
        """Create them in the database `using`, once their tables are there."""
        connection = connections[using]
        self.remove(using)
        triggers = list(self.listed())
        tables = {*self.named, *(trigger.table for trigger in triggers)}
        if tables <= set(connection.introspection.table_names()):
            create = _on_sqlite if connection.vendor == "sqlite" else _on_postgres
            _run(using, (sql for one in triggers for sql in create(self.prefix + one.name, one)))
            self.installed(using)

    def remove(self, using: str, **_signal: object) -> None:
        """Drop them, also those that an earlier release had."""
        if connections[using].vendor == "sqlite":
            find = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            drop = "DROP TRIGGER IF EXISTS {}"
        else:
            find = "SELECT proname FROM pg_proc WHERE prorettype = 'trigger'::regtype"
            drop = "DROP FUNCTION IF EXISTS {} CASCADE"
        with connections[using].cursor() as cursor:
            cursor.execute(find)
            names = [str(name) for (name,) in cursor.fetchall()]
        ours = (self.prefix, *self.former)
        _run(using, (drop.format(name) for name in names if name.startswith(ours)))


_of_all_rooms: list[Triggers] = []


@contextmanager
def lifted(using: str, *rooms: Triggers) -> Iterator[None]:
    """Let the block write as if there were no triggers of these rooms, by default of all.

    They come back only if it succeeds: else the transaction it is in takes them back.
    """
    affected = rooms or tuple(_of_all_rooms)
    for room in affected:
        room.remove(using)
    yield
    for room in affected:
        room.install(using)


def _run(using: str, statements: Iterable[str]) -> None:
    with connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _on_sqlite(name: str, trigger: Trigger) -> Iterator[str]:
    match trigger.statements:
        case Refusal(message, where):
            statements = f"SELECT RAISE(ABORT, '{message}') WHERE {where};"
        case str(written):
            statements = written.format(now="STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')")
    when = f"WHEN {trigger.when.format(differs='IS NOT')}" if trigger.when else ""
    event = f"AFTER {trigger.event} ON {trigger.table} {when}"
    yield f"CREATE TRIGGER {name} {event} BEGIN {statements} END"


def _on_postgres(name: str, trigger: Trigger) -> Iterator[str]:
    match trigger.statements:
        case Refusal(message, where):
            error = f"'{message}' USING ERRCODE = 'integrity_constraint_violation'"
            statements = f"IF {where} THEN RAISE EXCEPTION {error}; END IF;"
        case str(written):
            statements = written.format(now="STATEMENT_TIMESTAMP()")
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN {statements} RETURN NULL; END $$"
    )
    when = f"WHEN ({trigger.when.format(differs='IS DISTINCT FROM')})" if trigger.when else ""
    event = f"AFTER {trigger.event} ON {trigger.table} FOR EACH ROW {when}"
    yield f"CREATE TRIGGER {name} {event} EXECUTE FUNCTION {name}()"
