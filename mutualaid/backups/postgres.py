"""A backup of PostgreSQL is what COPY says of each table, at one moment (ADR 98).

`pg_dump` would have to be there, and as new as the server. Here the migrations make the tables, in a schema
of their own that takes the place of the other in one transaction.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from mutualaid.backups.archive import Archive, ArchiveWriter
from mutualaid.backups.draft import leading_to
from mutualaid.backups.errors import BackupError

SCHEMA = "mutualaid_restore"
CACHE = "cache"
"""Counted tries and the like: not worth keeping, and no migration makes its table."""
IN_USE = "Others are connected to the database. Stop the site and whatever else uses it, then run this again."
DOES_NOT_FIT = (
    "The backup has a table that this release does not know, {table}. Take the one it was made by."
)
TABLES = """
    SELECT c.relname, array_agg(a.attname ORDER BY a.attnum)::text[]
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> %s
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY c.relname ORDER BY c.relname
"""
SEQUENCES = """
    SELECT sequencename, last_value FROM pg_sequences
    WHERE schemaname = current_schema() AND last_value IS NOT NULL ORDER BY sequencename
"""
FUNCTIONS = """
    SELECT proname, pg_get_function_identity_arguments(oid) FROM pg_proc
    WHERE pronamespace = %s::regnamespace
"""
OTHERS = """
    SELECT COUNT(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


WAIT_SECONDS = 3
"""A connection that was just closed is listed for a moment."""


def work_folder() -> Path:
    return Path(settings.DATA_DIR) / "postgresql.backup"


def dump(writer: ArchiveWriter, work: Path) -> None:
    """Add each table as it is at one moment. Writers go on meanwhile."""
    manifest = writer.manifest
    with leading_to(_options()), transaction.atomic():
        cursor = _cursor()
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        manifest.columns = dict(cursor.execute(TABLES, [CACHE]).fetchall())
        applied = cursor.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
        manifest.migrations = [f"{app}.{name}" for app, name in applied]
        for table, columns in manifest.columns.items():
            with (
                writer.part(_part(table)) as part,
                cursor.copy(_copy(table, columns, "TO STDOUT")) as rows,
            ):
                for chunk in rows:
                    part.write(bytes(chunk))
            manifest.rows[table] = cursor.rowcount
        manifest.sequences = dict(cursor.execute(SEQUENCES).fetchall())


@contextmanager
def draft(work: Path) -> Iterator[None]:
    """Within the block the site's tables are those of a draft schema, see `discard`."""
    discard()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
    with leading_to(_options(f"-c search_path={SCHEMA}")):
        yield


def load(archive: Archive) -> None:
    """Fill the draft from `archive`. Raises `BackupError` where that is damaged, or does not fit."""
    manifest = archive.manifest
    _migrate_to(manifest.migrations)
    call_command("createcachetable", verbosity=0)
    with transaction.atomic():
        cursor = _cursor()
        tables = [name for name, _columns in cursor.execute(TABLES, [CACHE]).fetchall()]
        for unknown in set(manifest.columns) - set(tables):
            raise BackupError(DOES_NOT_FIT.format(table=unknown))
        names = sql.SQL(", ").join(map(sql.Identifier, tables))
        cursor.execute(sql.SQL("TRUNCATE {}").format(names))
        for table, columns in manifest.columns.items():
            with cursor.copy(_copy(table, columns, "FROM STDIN")) as rows:
                archive.copy_part(_part(table), rows)
        for sequence, last in manifest.sequences.items():
            cursor.execute("SELECT setval(quote_ident(%s)::regclass, %s)", [sequence, last])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def check_unused() -> None:
    """Raises `BackupError` while others are connected."""
    deadline = time.monotonic() + WAIT_SECONDS
    while _others():
        if time.monotonic() > deadline:
            raise BackupError(IN_USE)
        time.sleep(0.1)


def discard() -> None:
    """Remove a draft that was not swapped in."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def swap(work: Path) -> None:
    """Put the draft's tables in the place of ours. Raises `BackupError` while others are connected."""
    with leading_to(_options()), transaction.atomic():
        check_unused()
        cursor = _cursor()
        (home,) = cursor.execute("SELECT current_schema()").fetchone()
        ours = set(connection.introspection.django_table_names()) | {CACHE, "django_migrations"}
        restored = [name for (name,) in cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'", [SCHEMA]
        ).fetchall()]  # fmt: skip
        for table in sorted(ours | set(restored)):
            _run(cursor, "DROP TABLE IF EXISTS {}.{} CASCADE", home, table)
        functions = cursor.execute(FUNCTIONS, [SCHEMA]).fetchall()
        for name, _arguments in functions:
            _run(cursor, "DROP FUNCTION IF EXISTS {}.{} CASCADE", home, name)
        for table in restored:
            _run(cursor, "ALTER TABLE {}.{} SET SCHEMA {}", SCHEMA, table, home)
        for name, arguments in functions:
            _run(
                cursor, f"ALTER FUNCTION {{}}.{{}}({arguments}) SET SCHEMA {{}}", SCHEMA, name, home
            )
        _run(cursor, "DROP SCHEMA {}", SCHEMA)


def _others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        (count,) = cursor.fetchone() or (0,)
    return int(count)


def _migrate_to(applied: list[str]) -> None:
    """Make the tables as they were when exactly these migrations had been applied."""
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    nodes = {(app, name) for app, _, name in (text.partition(".") for text in applied)}
    heads = [
        node
        for node in sorted(nodes)
        if not any(
            child.key in nodes and child.key[0] == node[0]
            for child in graph.node_map[node].children
        )
    ]
    executor.migrate(heads)


def _options(more: str = "") -> dict[str, Any]:
    """Settings of a connection without a pool and without time limits, for one long piece of work."""
    options = {k: v for k, v in connection.settings_dict["OPTIONS"].items() if k != "pool"}
    words = [options.get("options", ""), "-c statement_timeout=0", more]
    return {"OPTIONS": options | {"options": " ".join(filter(None, words))}}


def _cursor() -> Any:
    """psycopg's own, within Django's transaction: it knows COPY."""
    return connection.connection.cursor()


def _copy(table: str, columns: list[str], direction: str) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL(f"COPY {{}} ({{}}) {direction}").format(sql.Identifier(table), names)


def _run(cursor: Any, statement: str, *names: str) -> None:
    cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _part(table: str) -> str:
    return f"rows/{table}.copy"
