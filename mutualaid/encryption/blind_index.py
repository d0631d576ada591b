"""Finding the same phone or e-mail again without reading any: a keyed hash beside the encrypted text."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.crypto import salted_hmac

from mutualaid.encryption.fields import fingerprints

FEWEST_DIGITS, MOST_DIGITS = 6, 9
"""The last nine digits are the same with and without the country's prefix; fewer than six name nobody."""


def index_values(kind: str, text: str) -> list[str]:
    """What may stand in the index of a "phone" or "email": by each configured key, the writing one first."""
    return fingerprints(NORMAL[kind](text), purpose=kind)


def lasting_mark(address: str) -> str:
    """A fingerprint of a phone or e-mail that is kept without it; "" where it is neither.

    What it was made of is not there to be marked anew, so it must outlive every contact key: it is
    keyed by `SECRET_KEY`.
    """
    kind = "email" if "@" in address else "phone"
    normal = NORMAL[kind](address)
    keyed = salted_hmac(f"mutualaid.mark of {kind}", normal, algorithm="sha256")
    return keyed.hexdigest()[:32] if normal else ""


def _digits(phone: str) -> str:
    found = [unicodedata.digit(letter, None) for letter in phone]
    digits = "".join(str(digit) for digit in found if digit is not None)
    return digits[-MOST_DIGITS:] if len(digits) >= FEWEST_DIGITS else ""


def _address(email: str) -> str:
    return unicodedata.normalize("NFKC", email).strip().casefold()


NORMAL = {"phone": _digits, "email": _address}


class BlindIndexField(models.CharField[str, str]):
    """The index of the encrypted field `of`, "phone" or "email"; kept in step whenever it is saved."""

    def __init__(self, *, of: str, **options: Any) -> None:
        self.of = of
        fixed = {"max_length": 32, "blank": True, "default": "", "editable": False}
        super().__init__(**{**options, **fixed, "db_index": True})

    def deconstruct(self) -> Any:
        name, path, args, _fixed = super().deconstruct()
        return name, path, args, {"of": self.of}

    def pre_save(self, instance: models.Model, add: bool) -> str:
        value = self.index_of(getattr(instance, self.of))
        setattr(instance, self.attname, value)
        return value

    def index_of(self, text: str) -> str:
        return next(iter(index_values(self.of, text)), "")


def index_fields(model: type[models.Model], changed: Iterable[str]) -> list[BlindIndexField]:
    """The indexes of `model` that go with these changed fields."""
    names, fields = set(changed), model._meta.concrete_fields
    return [f for f in fields if isinstance(f, BlindIndexField) and f.of in names]


class IndexedQuerySet(models.QuerySet[Any]):
    """Keeps the blind indexes in step in changes of many rows as well."""

    def update(self, **fields: Any) -> int:
        for index in index_fields(self.model, fields):
            if index.name not in fields:
                fields[index.name] = index.index_of(fields[index.of])
        return super().update(**fields)

    def bulk_update(
        self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        rows, indexes = list(objs), index_fields(self.model, fields := list(fields))
        for row in rows:
            for index in indexes:
                index.pre_save(row, add=False)
        return super().bulk_update(rows, [*fields, *(i.name for i in indexes)], batch_size)
