"""What the database holds, as someone with a dump and no key sees it."""

from base64 import b64encode
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.db import connection

SHORTEST = 7
"""Bytes; a shorter text may stand in a file by chance."""


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
    return b"".join(every_file().values()) if connection.vendor == "sqlite" else b""


def every_file() -> dict[str, bytes]:
    """Return all files of the database, its log included, by name, as they lie on the disk now.

    Of a server, what it has for all its databases is among them, and no other database's own folder.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            name = Path(connection.settings_dict["NAME"])
            files = list(name.parent.glob(f"{name.name}*"))
        else:
            cursor.execute("CHECKPOINT")
            cursor.execute("SHOW data_directory")
            folder = Path(cursor.fetchone()[0])
            cursor.execute("SELECT oid FROM pg_database WHERE datname <> current_database()")
            of_others = {folder / "base" / str(oid) for (oid,) in cursor.fetchall()}
            files = [
                path
                for path in folder.rglob("*")
                if path.is_file() and of_others.isdisjoint(path.parents)
            ]
    found = dict[str, bytes]()
    for path in files:
        with suppress(FileNotFoundError):  # another process of the suite drops its tables meanwhile
            found[str(path)] = path.read_bytes()
    return found


def end_of_the_log() -> None:
    """Let PostgreSQL drop its log of changes, as it does in time: see operate.md, `wal_recycle`."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for _ in range(2):
                cursor.execute("CHECKPOINT")
                cursor.execute("SELECT pg_switch_wal()")
            cursor.execute("CHECKPOINT")


def spellings(text: str) -> set[bytes]:
    """Return how `text` may stand in a file: in UTF-8 and UTF-16, and within something in base64."""
    whole = {text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")}
    inner = set()
    for before in range(3):  # its letters differ with how many bytes stand before it
        data = bytes(before) + text.encode()
        encoded = b64encode(data[: len(data) // 3 * 3])
        inner.add(encoded[4 if before else 0 :])
    return {spelling for spelling in whole | inner if len(spelling) >= SHORTEST}


def found_in(files: dict[str, bytes], texts: Iterable[str]) -> dict[str, list[str]]:
    """Return which of `texts` stand in which files, in any spelling."""
    found: dict[str, list[str]] = {}
    for text in texts:
        for name, held in files.items():
            if any(spelling in held for spelling in spellings(text)):
                found.setdefault(text, []).append(name)
    return found


def leaks(secrets: tuple[str, ...], text: str) -> list[str]:
    """Return those of `secrets` that `text` contains."""
    return [secret for secret in secrets if secret in text]
