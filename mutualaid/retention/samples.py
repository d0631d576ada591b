"""What PostgreSQL's planner has seen of columns: values of them lie in `pg_statistic`, e-mails as well."""

from collections.abc import Collection
from itertools import groupby
from operator import itemgetter

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

SAMPLED = """
    SELECT s.tablename, s.attname, format_type(a.atttypid, a.atttypmod)
    FROM pg_stats s
    JOIN pg_class c ON c.relname = s.tablename AND c.relnamespace = s.schemaname::regnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
    WHERE s.schemaname = current_schema() AND s.tablename = ANY(%s) AND (%s OR NOT EXISTS (
        SELECT FROM pg_constraint k WHERE k.contype = 'f' AND (
            (k.conrelid = c.oid AND a.attnum = ANY(k.conkey))
            OR (k.confrelid = c.oid AND a.attnum = ANY(k.confkey)))))
    ORDER BY s.tablename, s.attname
"""
TRIGGERS = """
    SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger
    WHERE tgrelid = %s::regclass AND NOT tgisinternal
"""


@transaction.atomic
def forget_samples(
    cursor: CursorWrapper, tables: Collection[str], *, keys_too: bool = False
) -> None:
    """Let the planner forget what it has seen of tables that are empty: by itself it keeps that for good.

    Only a change of a column's type drops its samples, also to the same type; of an empty table that takes no
    time. A trigger holds its columns as they are, and so goes and comes back.

    Numbers that are keys stay unless `keys_too`: the tables that they lead to would be locked as well.
    """
    quoted = connection.ops.quote_name
    cursor.execute(SAMPLED, [list(tables), keys_too])
    for table, columns in groupby(cursor.fetchall(), key=itemgetter(0)):
        again = ", ".join(f"ALTER COLUMN {quoted(name)} TYPE {kind}" for _, name, kind in columns)
        # Another sweep may be at it too: a trigger that it has dropped and made anew would be none here.
        cursor.execute(f"LOCK TABLE {quoted(table)}")
        cursor.execute(TRIGGERS, [quoted(table)])
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {quoted(name)} ON {quoted(table)}")
        cursor.execute(f"ALTER TABLE {quoted(table)} {again}")
        for _, made_by in triggers:
            cursor.execute(made_by)
