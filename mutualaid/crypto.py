"""Contact details rest encrypted: AES-256-GCM, a key id in front, bound to the column they stand in."""

import os
from base64 import b64decode, b64encode
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.crypto import salted_hmac

NONCE_BYTES = 12
"""NIST SP 800-38D, 8.2.2: a random nonce of 96 bits for each message."""

FEWEST_DIGITS = 5
"""Less is no phone number."""


class WrongKey(Exception):
    """No configured key opens this value. It is left as it is."""


def encrypt(text: str, *, column: str) -> str:
    """Return `text` as "key id:base64", readable only as the value of `column`. Empty stays empty."""
    if not text:
        return ""
    key_id, key = next(iter(_keys(tuple(settings.CONTACT_KEYS)).items()))
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


def blind_index(value: str, *, column: str) -> str:
    """A keyed hash by which an encrypted e-mail address or phone number is found, never read.

    Capitals, spaces and a country's prefix do not matter: of a number its last nine digits count.
    Empty for what is neither.
    """
    plain = value.strip().casefold() if "@" in value else _digits(value)
    if not plain:
        return ""
    return salted_hmac(f"blind-index:{column}", plain, algorithm="sha256").hexdigest()


def _digits(value: str) -> str:
    digits = "".join(str(int(one)) for one in value if one.isdecimal())
    return digits[-9:] if len(digits) >= FEWEST_DIGITS else ""


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

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(value or "", column=self._column())

    def from_db_value(self, value: str, expression: Any, connection: Any) -> str:
        return decrypt(value, column=self._column())

    def get_lookup(self, lookup_name: str) -> Any:
        raise TypeError(f"{self._column()} is encrypted and cannot be looked up")

    def _column(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"


class BlindIndexField(models.CharField[str, str]):
    """The blind index of the field `of` of the same row, made anew whenever the row is written."""

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        self.of = of
        fixed = {"max_length": 64, "blank": True, "default": "", "editable": False}
        super().__init__(*args, **{**kwargs, **fixed})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        index = blind_index(getattr(model_instance, self.of), column=self.of)
        setattr(model_instance, self.attname, index)
        return index
