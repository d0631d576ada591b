"""Finding the same phone or e-mail again without reading any: a keyed hash beside the encrypted text."""

import unicodedata
from typing import Any

from django.db import models

from mutualaid.crypto import fingerprints

FEWEST_DIGITS, MOST_DIGITS = 6, 9
"""The last nine digits are the same with and without the country's prefix; fewer than six name nobody."""


def index_values(kind: str, text: str) -> list[str]:
    """What may stand in the index of a "phone" or "email": by each configured key, the writing one first."""
    return fingerprints(NORMAL[kind](text), purpose=kind)


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


class IndexedQuerySet(models.QuerySet[Any]):
    """Keeps the blind indexes in step in updates of many rows as well."""

    def update(self, **fields: Any) -> int:
        for field in self.model._meta.concrete_fields:
            if isinstance(field, BlindIndexField) and field.of in fields:
                fields[field.name] = field.index_of(fields[field.of])
        return super().update(**fields)
