"""Copy all rows, or none: one transaction, by COPY, with what triggers would do left undone."""

import re
import sqlite3
from collections.abc import Callable
from itertools import zip_longest
from typing import Any

import psycopg
from psycopg import errors, sql

from mutualaid.moving.errors import CannotMove
from mutualaid.moving.tables import Table, tables_on_both_sides
from mutualaid.moving.target import Target

ROWS_AT_ONCE = 5_000
WHERE = re.compile(r"line (\d+)(?:, column (\w+))?")
"""In the context of a fault of COPY. What follows it is the value, which is never shown."""


def copy_everything(
    source: sqlite3.Connection, target: Target, arrived: Callable[[str, int], object]
) -> int:
    """Copy every table, compare each row, and let ids go on behind the highest ever given.

    `arrived` gets the name of each table with the number of its rows; the sum is returned. Raises
    `CannotMove`, with nothing written, for a row that PostgreSQL does not take, and for one that
    arrived as something else.
    """
    with target.transaction():
        target.execute("SET LOCAL TIME ZONE 'UTC'")
        tables = tables_on_both_sides(source, target)
        names = sql.SQL(", ").join(sql.Identifier(table.name) for table in tables)
        for table in tables:
            _set_triggers(target, table, "DISABLE")
        target.execute(sql.SQL("TRUNCATE {}").format(names))
        for table in tables:
            _copy(table, source, target)
        try:
            target.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            raise _refused(error, error.diag.table_name or "", None, None) from None
        total = 0
        for table in tables:
            total += (count := _compare(table, source, target))
            arrived(table.name, count)
            _set_sequence(table, source, target)
            _set_triggers(target, table, "ENABLE")
    target.execute("ANALYZE")
    return total


def _set_triggers(target: Target, table: Table, verb: str) -> None:
    """Ours alone: those of foreign keys stay on, and are checked when all rows are there."""
    query = sql.SQL("ALTER TABLE {} {} TRIGGER USER")
    target.execute(query.format(sql.Identifier(table.name), sql.SQL(verb)))


def _copy(table: Table, source: sqlite3.Connection, target: Target) -> None:
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )
    row: tuple[Any, ...] = ()
    try:
        with target.cursor() as cursor, cursor.copy(query) as copy:
            for row in table.rows(source):
                copy.write_row(row)
    except psycopg.Error as error:
        found = WHERE.search(error.diag.context or "")
        if found:  # the server says in which line, which is a row
            line, column = int(found[1]), found[2]
            keys = source.execute(
                f'SELECT "{table.key}" FROM "{table.name}" ORDER BY "{table.key}" LIMIT 1 OFFSET ?',  # noqa: S608
                [line - 1],
            )
            raise _refused(error, table.name, keys.fetchone()[0], column) from None
        raise _refused(error, table.name, *_unwritten(table, row)) from None
    except UnicodeEncodeError as error:
        raise _refused(error, table.name, *_unwritten(table, row)) from None


def _unwritten(table: Table, row: tuple[Any, ...]) -> tuple[object, str | None]:
    """Return the key of a row that could not even be sent, and the column whose text is at fault."""
    for column, value in zip(table.columns, row, strict=False):
        if isinstance(value, str) and ("\0" in value or not _is_utf8(value)):
            return row[table.columns.index(table.key)], column
    return None, None


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refused(error: Exception, table: str, row: object, column: str | None) -> CannotMove:
    """Say where it is and what is wrong with it, and not what it says."""
    match error:
        case errors.StringDataRightTruncation():
            why = "the text is too long"
        case errors.DatetimeFieldOverflow() | errors.InvalidDatetimeFormat():
            why = "that is no date or time"
        case psycopg.DataError() | UnicodeEncodeError() if not getattr(error, "sqlstate", None):
            why = "there is a character in it that no text may have"
        case _:
            why = type(error).__name__
    where = f"the row {row} of the table {table}" if row is not None else f"a row of {table}"
    where += f", column {column}" if column else ""
    return CannotMove(
        f"Nothing was moved. PostgreSQL does not take {where}: {why}. "
        "Correct it here first, and then move again."
    )


def _compare(table: Table, source: sqlite3.Connection, target: Target) -> int:
    """Return how many rows there are. Raises `CannotMove` where one is another on the other side."""
    readers, count = table.readers, 0
    key = table.columns.index(table.key)
    with target.cursor(name="arrived") as cursor:
        cursor.itersize = ROWS_AT_ONCE
        cursor.execute(table.query())
        for here, there in zip_longest(table.rows(source), cursor):
            if not here or not there or not _is_same(here, there, readers):
                row = (here or there or ["?"])[key]
                raise CannotMove(
                    f"Nothing was moved. The row {row} of the table {table.name} "
                    "did not arrive as it was."
                )
            count += 1
    return count


def _is_same(
    here: tuple[Any, ...], there: tuple[Any, ...], readers: list[Callable[[Any], Any] | None]
) -> bool:
    try:
        return all(
            (value if value is None or not read else read(value)) == other
            for value, other, read in zip(here, there, readers, strict=True)
        )
    except ValueError:  # PostgreSQL read something into it, as into the date "today"
        return False


def _set_sequence(table: Table, source: sqlite3.Connection, target: Target) -> None:
    """Go on behind the highest id ever given, also that of a row that is gone."""
    name = sql.Identifier(table.name).as_string(target)
    found = target.execute("SELECT pg_get_serial_sequence(%s, %s)", [name, table.key]).fetchone()
    given = source.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [table.name])
    highest = given.fetchone()
    if found and found[0] and highest and highest[0]:
        target.execute("SELECT setval(%s::regclass, %s)", [found[0], highest[0]])
