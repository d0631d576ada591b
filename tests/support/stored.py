"""What the database holds, as someone with a dump and no key sees it."""

from pathlib import Path

from django.db import connection


def every_row() -> str:
    """Return every row of every table as text, sessions and the cache included."""
    rows = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += [f"{table} {row}" for row in cursor.fetchall()]
    return "\n".join(rows)


def every_byte() -> bytes:
    """Return the files of an SQLite database with its log; nothing of another."""
    if connection.vendor != "sqlite":
        return b""
    name = Path(connection.settings_dict["NAME"])
    return b"".join(file.read_bytes() for file in name.parent.glob(f"{name.name}*"))


def leaks(secrets: tuple[str, ...], text: str) -> list[str]:
    """Return those of `secrets` that `text` contains."""
    return [secret for secret in secrets if secret in text]
