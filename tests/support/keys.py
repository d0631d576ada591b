"""Keys for tests, and what is stored under them."""

from typing import Any

from django.db import connection

from requests_app.models import NeedContact

OLD = "old:" + "T0xE" * 10 + "T0w="
NEW = "new:" + "TkVX" * 10 + "TkU="
WRONG = "old:" + "QUFB" * 10 + "QUE="
"""A key that goes by the name of another."""


def stored() -> list[tuple[Any, ...]]:
    """The contact details as they rest."""
    with connection.cursor() as cursor:
        table = NeedContact._meta.db_table
        cursor.execute(f"SELECT * FROM {table} ORDER BY need_id")
        return list(cursor.fetchall())


def key_ids() -> set[str]:
    """The names of the keys that any stored value needs."""
    texts = [cell for row in stored() for cell in row if isinstance(cell, str)]
    return {text.partition(":")[0] for text in texts if ":" in text}
