"""Sheets for tests: files as a coordinator saves them, and what the commands write about them."""

import csv
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

from django.core.management import call_command
from django.db import connection

HEADINGS = ["Reference", "Submitted at", "What is needed", "Categories", "Place", "Lat", "Lng"]
ROW = ["1", "2026-03-15 10:00", "Rice for four", "food", "Riverside", "", ""]


def row(**cells: str) -> list[str]:
    """A row that can be read, but for the named cells: reference, date, needed, kind, place, …"""
    names = ["reference", "date", "needed", "kind", "place", "lat", "lng"]
    return [cells.get(name, usual) for name, usual in zip(names, ROW, strict=True)]


def write(path: Path, *rows: Sequence[str], headings: Sequence[str] = HEADINGS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def output_of(command: str, *arguments: object) -> str:
    """Run a command and return what it wrote to the terminal."""
    out = io.StringIO()
    call_command(command, *map(str, arguments), stdout=out)
    return out.getvalue()


def database() -> str:
    """A fingerprint of every row of every table."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = sorted(map(repr, cursor.fetchall()))
            digest.update(f"{table}{rows}".encode())
    return digest.hexdigest()


def every_row(*, but: Sequence[str]) -> dict[str, list[str]]:
    """All rows of all tables but of those whose names begin so."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(tuple(but)):
                cursor.execute(f'SELECT * FROM "{table}"')
                rows[table] = sorted(map(repr, cursor.fetchall()))
    return rows
