"""Keys for tests, and what is stored under them."""

import os
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection
from django.db.models import Model

from requests_app.models import AskContact, NeedNotes

OLD = "old:" + "T0xE" * 10 + "T0w="
NEW = "new:" + "TkVX" * 10 + "TkU="
WRONG = "old:" + "QUFB" * 10 + "QUE="
"""Another key under the name of OLD."""


def stored(model: type[Model] = AskContact) -> list[tuple[Any, ...]]:
    """Return the rows of `model` as they are stored, by default the contact details."""
    meta = model._meta
    order = meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {meta.db_table} ORDER BY {order}")
        return list(cursor.fetchall())


def key_ids() -> set[str]:
    """Return the names of the keys that any stored value needs."""
    rows = [*stored(), *stored(NeedNotes)]
    texts = [cell for row in rows for cell in row if isinstance(cell, str)]
    return {text.partition(":")[0] for text in texts if ":" in text}


def push_keys() -> dict[str, str]:
    """Return keys as a browser makes them for its notices: a point on the curve, and sixteen bytes."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"p256dh": _in_address(point), "auth": _in_address(os.urandom(16))}


def _in_address(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
