"""What a table is on both sides: columns, types, and the order of its rows."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import sql

from mutualaid.moving.errors import CannotMove
from mutualaid.moving.target import Target, tables_of


def _moment(text: str) -> datetime:
    """SQLite keeps moments without their zone, which is UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


READ: dict[str, Callable[[Any], Any]] = {
    "bool": bool,
    "date": date.fromisoformat,
    "jsonb": json.loads,
    "numeric": lambda value: Decimal(str(value)),
    "time": time.fromisoformat,
    "timestamptz": _moment,
    "uuid": UUID,
}
"""By PostgreSQL's name of a type: how SQLite's value is read as the same Python value. Others are it."""
COLUMNS = """
    SELECT attname, typname, attnum = ANY (coalesce(indkey::smallint[], '{}'))
    FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
    LEFT JOIN pg_index ON indrelid = attrelid AND indisprimary
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
OF_SQLITE = ("sqlite_sequence", "sqlite_stat1", "sqlite_stat4")


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    """PostgreSQL's, of each column."""
    key: str
    """The column of the primary key."""

    def rows(self, source: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
        """Yield SQLite's rows as they are stored, by key."""
        # Named by the database itself; SQLite compares bytes.
        listed = ", ".join(f'"{column}"' for column in self.columns)
        return source.execute(f'SELECT {listed} FROM "{self.name}" ORDER BY "{self.key}"')  # noqa: S608

    def query(self) -> sql.Composed:
        """Return PostgreSQL's query for the same rows in the same order."""
        return sql.SQL("SELECT {} FROM {} ORDER BY {}{}").format(
            sql.SQL(", ").join(map(sql.Identifier, self.columns)),
            sql.Identifier(self.name),
            sql.Identifier(self.key),
            sql.SQL(' COLLATE "C"' if self.key_type in ("varchar", "text") else ""),
        )

    @property
    def key_type(self) -> str:
        return self.types[self.columns.index(self.key)]

    @property
    def readers(self) -> list[Callable[[Any], Any] | None]:
        """How each column is read; None where both sides give the same."""
        return [READ.get(kind) for kind in self.types]


def tables_on_both_sides(source: sqlite3.Connection, target: Target) -> list[Table]:
    """Return all tables, by name.

    Raises `CannotMove` where one or a column of it is on one side only.
    """
    query = "SELECT name FROM sqlite_master WHERE type = 'table'"
    here = {str(name) for (name,) in source.execute(query)}.difference(OF_SQLITE)
    there = tables_of(target)
    for name in sorted(here.symmetric_difference(there)):
        raise CannotMove(f"Only one of the two databases has {name}.")
    return [_table(name, source, target) for name in there]


def _table(name: str, source: sqlite3.Connection, target: Target) -> Table:
    found = target.execute(COLUMNS, [f'"{name}"']).fetchall()
    columns = tuple(str(column) for column, _type, _is_key in found)
    here = {str(row[1]) for row in source.execute(f'PRAGMA table_info("{name}")')}
    for column in sorted(here.symmetric_difference(columns)):
        raise CannotMove(f"Only one of the two databases has {name}.{column}.")
    key = next(str(column) for column, _type, is_key in found if is_key)
    return Table(name, columns, tuple(str(kind) for _column, kind, _is_key in found), key)
