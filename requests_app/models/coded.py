"""Rows with a public id, which people tell apart by its first letters."""

import re
import unicodedata
import uuid
from typing import Self

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from mutualaid.forms.typed_text import ascii_digits

CODE_LENGTH = 8
"""Of the public id in a `code`."""
_PIECE = re.compile(r"[^\W_]+")
_HEX = re.compile(r"[0-9a-f]+")


class Coded(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True

    @property
    @admin.display(description=_("code"))
    def code(self) -> str:
        """A short name for coordinators to tell such rows apart. It gives no access to anything."""
        return str(self.public_id)[:CODE_LENGTH]

    @classmethod
    def with_code(cls, typed: str) -> list[Self]:
        """Return the rows whose code, or whole public id, was typed; at most two, and mostly one or none.

        "Need 1A2B 3C4D", "#1a2b3c4d" and other digits than ours are read as people write them.
        """
        digits = _read_code(typed)
        if len(digits) not in (CODE_LENGTH, 32):
            return []
        first, last = uuid.UUID(hex=digits.ljust(32, "0")), uuid.UUID(hex=digits.ljust(32, "f"))
        return list(cls._default_manager.filter(public_id__range=(first, last))[:2])


def _read_code(typed: str) -> str:
    """Return the letters of a code, "" where something else was typed. Words in front are left out."""
    pieces = _PIECE.findall(ascii_digits(unicodedata.normalize("NFKC", typed)).lower())
    while pieces and not _HEX.fullmatch(pieces[0]):
        del pieces[0]
    digits = "".join(pieces)
    return digits if _HEX.fullmatch(digits) else ""
