"""Empty the database after a test that commits, by as much work as there are rows, whatever triggers say.

Django's own takes half a second on PostgreSQL: it makes new files for each table and each of its indexes.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.core.management.color import Style
from django.core.management.commands import flush
from django.core.management.sql import emit_post_migrate_signal
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.signals import post_migrate

from mutualaid.fund.triggers import TRIGGERS as OF_POTS
from mutualaid.record.triggers import TRIGGERS as OF_THE_RECORD
from mutualaid.statements.triggers import lifted

STAY = {"django_content_type", "auth_permission"}
"""What no test changes. Written again row by row it took as long as all else."""
PERMISSIONS = "django.contrib.auth.management.create_permissions"
MOST_BYTES = 8_000_000
"""Of all tables that were written to. From there on they get new files: deleted rows stay in the old ones."""
WRITTEN_TO = """
    SELECT relname, pg_total_relation_size(oid) FROM pg_class
    WHERE relname = ANY(%s) AND relnamespace = current_schema()::regnamespace AND pg_relation_size(oid) > 0
"""


def install() -> None:
    """Let Django's command `flush`, which its tests call, go this way."""
    flush.sql_flush = _sql_flush  # type: ignore[attr-defined]
    flush.emit_post_migrate_signal = _emit_post_migrate_signal  # type: ignore[attr-defined]
    BaseDatabaseOperations.execute_sql_flush = _execute_past_triggers  # type: ignore[assignment, method-assign]


_execute: Any = BaseDatabaseOperations.execute_sql_flush


def _execute_past_triggers(operations: Any, statements: Iterable[str]) -> None:
    """SQLite deletes row by row, and triggers hold some rows."""
    connection = operations.connection
    if connection.vendor == "sqlite":
        with transaction.atomic(connection.alias), lifted(connection.alias, OF_POTS, OF_THE_RECORD):
            _execute(operations, statements)
    else:
        _execute(operations, statements)


def _sql_flush(
    style: Style,
    connection: BaseDatabaseWrapper,
    reset_sequences: bool = True,
    allow_cascade: bool = False,
) -> Sequence[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = sorted(set(names) - STAY)
    if connection.vendor == "postgresql" and not reset_sequences:
        sizes = _written_to(connection, tables)
        may_switch_triggers_off = (
            connection.connection.info.parameter_status("is_superuser") == "on"
        )
        if may_switch_triggers_off and sum(sizes.values()) < MOST_BYTES:
            return _deletions([connection.ops.quote_name(name) for name in sorted(sizes)])
    return connection.ops.sql_flush(
        style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade
    )


def _deletions(names: Sequence[str]) -> Sequence[str]:
    """Once what others write there has ended, in any order, and whatever triggers say."""
    if not names:
        return []
    return [
        f"LOCK TABLE {', '.join(names)} IN EXCLUSIVE MODE",
        "SET LOCAL session_replication_role = replica",  # as on a server that copies another
        *(f"DELETE FROM {name}" for name in names),
    ]


def _written_to(connection: BaseDatabaseWrapper, tables: list[str]) -> dict[str, int]:
    """The tables with something in their files, and how many bytes each has with its indexes."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN_TO, [tables])
        return dict(cursor.fetchall())


def _emit_post_migrate_signal(*words: Any, **options: Any) -> None:
    """To all but those who would write what stays."""
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid=PERMISSIONS)
    try:
        emit_post_migrate_signal(*words, **options)
    finally:
        post_migrate.connect(create_contenttypes)
        post_migrate.connect(create_permissions, dispatch_uid=PERMISSIONS)
