"""Encrypt contact details at rest: AES-256-GCM, a key id in front, bound to their column."""

import os
from base64 import b64decode, b64encode
from functools import cache
from typing import Any, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

NONCE_BYTES = 12
"""NIST SP 800-38D, 8.2.2: a random nonce of 96 bits for each message."""


class WrongKey(Exception):
    """No configured key opens this value. It is left as it is."""


def encrypt(text: str, *, column: str) -> str:
    """Return `text` as "key id:base64", readable only as the value of `column`. Empty stays empty."""
    if not text:
        return ""
    key_id = writing_key_id()
    key = _keys(tuple(settings.CONTACT_KEYS))[key_id]
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), column.encode())
    return f"{key_id}:{b64encode(nonce + sealed).decode()}"


def decrypt(value: str, *, column: str) -> str:
    """Return the text of an `encrypt`ed value.

    Raises `WrongKey` when its key is not configured, or when the value was changed or moved.
    """
    if not value:
        return ""
    key_id, _, body = value.partition(":")
    try:
        key = _keys(tuple(settings.CONTACT_KEYS))[key_id]
        raw = b64decode(body, validate=True)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], column.encode()).decode()
    except (KeyError, ValueError, InvalidTag) as error:
        raise WrongKey(f"a value of {column} cannot be opened with the configured keys") from error


def writing_key_id() -> str:
    """Return the name of the first key: it writes, the others only read."""
    return key_ids()[0]


def key_ids() -> list[str]:
    """Return the names of all configured keys, the writing one first."""
    return list(_keys(tuple(settings.CONTACT_KEYS)))


@cache
def _keys(configured: tuple[str, ...]) -> dict[str, bytes]:
    keys = {}
    for entry in configured:
        key_id, _, body = entry.partition(":")
        keys[key_id] = b64decode(body)
        if len(keys[key_id]) != 32:
            raise ImproperlyConfigured(f"CONTACT_KEYS: key {key_id!r} must be 32 bytes in base64")
    return keys


class EncryptedTextField(models.TextField[str, str]):
    """Text that is encrypted in the database. It cannot be searched or sorted by."""

    def get_prep_value(self, value: str | None) -> str:
        return encrypt(value or "", column=self._column())

    def from_db_value(self, value: str, expression: Any, connection: Any) -> str:
        return decrypt(value, column=self._column())

    def value_to_string(self, obj: models.Model) -> Any:
        """Return what `dumpdata` writes: never the text. A dict, which cannot be typed into a form."""
        return {"encrypted": self.get_prep_value(self.value_from_object(obj))}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, dict):
            return decrypt(value["encrypted"], column=self._column())
        return super().to_python(value)

    def get_lookup(self, lookup_name: str) -> NoReturn:
        """Raises `TypeError` always: a filter would compare with text that no column holds."""
        raise TypeError(f"{self._column()} is encrypted and cannot be looked up")

    def _column(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"
