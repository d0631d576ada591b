"""Encrypt personal details at rest: AES-256-GCM, each value readable in its own place only.

A stored value is "key id:2:base64". The authenticated data names its table, column and row, so a value
that was moved to a row someone may read does not open there. Its text is padded, so that its length
tells nothing. "key id:base64" was written before, bound to its column alone: still read, never written.
"""

import os
from base64 import b64decode, b64encode
from contextlib import suppress
from functools import cache
from typing import Any, NoReturn, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core import checks
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.db.models.query_utils import DeferredAttribute

M = TypeVar("M", bound=models.Model)
NONCE_BYTES = 12
"""NIST SP 800-38D, 8.2.2: a random nonce of 96 bits for each message."""
VERSION = "2:"
"""Stands between the key's name and the value. Base64 has no colon, so older values have none there."""
SHORTEST = 32
"""Bytes. A shorter text is padded to so many, a longer one to the next power of two."""
END_OF_TEXT = b"\x80"
"""ISO/IEC 7816-4: this byte, then zeros."""


class WrongKey(Exception):
    """No configured key opens this value. It is left as it is."""


class Sealed(str):
    """A value as it is stored: written as it is."""

    __slots__ = ()


class Read(Sealed):
    """One that has just been read: opened as soon as it stands in its row."""

    __slots__ = ()


def encrypt(text: str, *, column: str, row: object) -> Sealed:
    """Return `text` as it is stored, readable only in this column of this row."""
    key_id = writing_key_id()
    key = _keys(tuple(settings.CONTACT_KEYS))[key_id]
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, _pad(text.encode()), _place(column, row))
    return Sealed(f"{key_id}:{VERSION}{b64encode(nonce + sealed).decode()}")


def decrypt(value: str, *, column: str, row: object) -> str:
    """Return the text of an `encrypt`ed value. An emptied value is the empty text.

    Raises `WrongKey` when its key is not configured, or when the value was changed or moved.
    """
    if not value:
        return ""
    key_id, _, body = value.partition(":")
    is_old = not body.startswith(VERSION)
    place = column.encode() if is_old else _place(column, row)
    try:
        key = _keys(tuple(settings.CONTACT_KEYS))[key_id]
        raw = b64decode(body if is_old else body[len(VERSION) :], validate=True)
        text = AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place)
        return (text if is_old else _unpad(text)).decode()
    except (KeyError, ValueError, InvalidTag) as error:
        raise WrongKey(f"a value of {column} cannot be opened with the configured keys") from error


def written_now() -> str:
    """Return how each value begins that is written now: by its key and its form."""
    return f"{writing_key_id()}:{VERSION}"


def writing_key_id() -> str:
    """Return the name of the first key: it writes, the others only read."""
    return key_ids()[0]


def key_ids() -> list[str]:
    """Return the names of all configured keys, the writing one first."""
    return list(_keys(tuple(settings.CONTACT_KEYS)))


def _place(column: str, row: object) -> bytes:
    return f"{VERSION}{column}\0{row}".encode()


def _pad(text: bytes) -> bytes:
    size = max(SHORTEST, 1 << len(text).bit_length())
    return (text + END_OF_TEXT).ljust(size, b"\0")


def _unpad(text: bytes) -> bytes:
    return text[: text.rindex(END_OF_TEXT)]


@cache
def _keys(configured: tuple[str, ...]) -> dict[str, bytes]:
    keys = {}
    for entry in configured:
        key_id, _, body = entry.partition(":")
        keys[key_id] = b64decode(body)
        if len(keys[key_id]) != 32:
            raise ImproperlyConfigured(f"CONTACT_KEYS: key {key_id!r} must be 32 bytes in base64")
    return keys


def readable(rows: "models.QuerySet[M]") -> dict[Any, M]:
    """Read these rows, by primary key, without those that no configured key opens."""
    fields = rows.model._meta.concrete_fields
    names = [field.attname for field in fields]
    opened = dict[Any, M]()
    for values in rows.values_list(*names):
        try:
            row = rows.model.from_db(rows.db, names, values)
        except WrongKey:
            continue
        opened[row.pk] = row
    return opened


def readable_texts(rows: "models.QuerySet[Any]", name: str) -> dict[Any, str]:
    """Read one encrypted field of these rows alone: its texts by primary key, in the order of the rows.

    Those that no configured key opens are left out.
    """
    field = rows.model._meta.get_field(name)
    texts = dict[Any, str]()
    for pk, row, value in rows.values_list("pk", field._row_field().attname, name):
        with suppress(WrongKey):
            texts[pk] = decrypt(value, column=field._column(), row=row)
    return texts


class OpensInItsRow(DeferredAttribute):
    """Decrypts what comes from the database as soon as it stands in its row."""

    field: "EncryptedTextField"

    def __set__(self, instance: models.Model, value: Any) -> None:
        """Raises `WrongKey`."""
        if isinstance(value, Read):
            value = self.field.opened(value, instance)
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField[str, str]):
    """Text that is encrypted in the database. It cannot be searched or sorted by.

    `row` names the field that stands for the row: one that is known before the row is written, never
    changes, and is declared before this one. By default the primary key, which then is no counter.

    It is read and written with its row. A query alone can only empty it: `update(name="")`.
    """

    descriptor_class = OpensInItsRow

    def __init__(self, *args: Any, row: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | ({"row": self.row} if self.row else {})

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """E031: the field that stands for the row is not known in time."""
        return [*super().check(**kwargs), *self._check_row()]

    def sealed(self, text: str, instance: models.Model) -> Sealed:
        """Return `text` as it is stored in the row of `instance`.

        Raises `ValueError` while what stands for the row is not known.
        """
        row = self._row_of(instance)
        if row is None:
            raise ValueError(f"{self._column()}: its row has no {self._row_field().name} yet")
        return encrypt(text, column=self._column(), row=row)

    def opened(self, value: str, instance: models.Model) -> str:
        """Return the text of what is stored in the row of `instance`. Raises `WrongKey`."""
        return decrypt(value, column=self._column(), row=self._row_of(instance))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if hasattr(value, "resolve_expression"):
            return value
        return self.sealed(value or "", model_instance)

    def get_prep_value(self, value: Any) -> Any:
        """Raises `TypeError` for a text that is not sealed for its row."""
        if not value or isinstance(value, Sealed) or hasattr(value, "resolve_expression"):
            return value or ""
        raise TypeError(f"{self._column()} is encrypted for its row: save the row")

    def from_db_value(self, value: str, expression: Any, connection: Any) -> Read:
        return Read(value)

    def value_to_string(self, obj: models.Model) -> Any:
        """Return what `dumpdata` writes: never the text. A dict, which cannot be typed into a form."""
        return {"encrypted": self.sealed(self.value_from_object(obj), obj)}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, dict):
            return Sealed(value["encrypted"])
        return super().to_python(value)

    def get_lookup(self, lookup_name: str) -> NoReturn:
        """Raises `TypeError` always: a filter would compare with text that no column holds."""
        raise TypeError(f"{self._column()} is encrypted and cannot be looked up")

    def _row_of(self, instance: models.Model) -> Any:
        field = self._row_field()
        return field.to_python(getattr(instance, field.attname))

    def _row_field(self) -> Any:
        meta = self.model._meta
        return meta.get_field(self.row) if self.row else meta.pk

    def _check_row(self) -> list[checks.CheckMessage]:
        try:
            row = self._row_field()
        except FieldDoesNotExist:
            row = None
        order = list(self.model._meta.concrete_fields)
        if (
            row in order
            and order.index(row) < order.index(self)
            and not isinstance(row, models.AutoField)
        ):
            return []
        hint = "Name a field declared before it, known before the row is written: a code, a fingerprint."
        return [
            checks.Error(
                "Nothing stands for its row in time.", hint=hint, obj=self, id="mutualaid.E031"
            )
        ]

    def _column(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"
