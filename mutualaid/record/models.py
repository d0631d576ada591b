"""Entries, the seals over them, and the salts by which an account is recognised in an entry."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

HEX = 64
"""Letters of a SHA-256 in hexadecimal, and of a salt, which is as long."""


def new_salt() -> str:
    """Return what no one can guess."""
    return secrets.token_hex(HEX // 2)


class Seal(models.Model):
    """The entries from `first_number` to `last_number`, sealed. Never changed; a trigger holds that.

    `root` is that of their Merkle tree. `head` covers it and the head before, `previous`: so it stands for
    all entries up to `last_number`. `signature` is that of the head, by the key whose public part stands
    beside it. All in hexadecimal.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    first_number = models.PositiveBigIntegerField(unique=True)
    last_number = models.PositiveBigIntegerField(unique=True)
    previous = models.CharField(max_length=HEX, unique=True)
    root = models.CharField(max_length=HEX)
    head = models.CharField(max_length=HEX, unique=True)
    public_key = models.CharField(max_length=HEX)
    signature = models.CharField(max_length=2 * HEX)

    class Meta:
        default_permissions: ClassVar = ()
        ordering = ("-number",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="seal_number_check",
                violation_error_message=_("Seals are counted from 1."),
            ),
            models.CheckConstraint(
                condition=Q(first_number__gte=1, last_number__gte=F("first_number")),
                name="seal_first_number_last_number_check",
                violation_error_message=_("A seal has at least one entry."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def size(self) -> int:
        """How many entries it seals."""
        return self.last_number - self.first_number + 1


class RecordEntry(models.Model):
    """One thing that happened, without names. Written by `entries.append`; a trigger holds it as it is.

    `people` is {role: salted hash of an account}. `number` is given when it is sealed, and `leaf` is then its
    hash in the tree. Everyone may see that: `salt` is hashed with the facts, so that no one can try them out.
    """

    kind = models.CharField(max_length=HEX)
    at = models.DateTimeField(db_default=Now())
    facts = models.JSONField(default=dict)
    people = models.JSONField(default=dict)
    salt = models.CharField(max_length=HEX, default=new_salt)
    number = models.PositiveBigIntegerField(unique=True, null=True)
    seal = models.ForeignKey(
        Seal, null=True, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    leaf = models.CharField(max_length=HEX, blank=True, default="", db_default="")

    class Meta:
        default_permissions: ClassVar = ()
        indexes: ClassVar = [
            # The sealer.
            models.Index(fields=["id"], condition=Q(seal=None), name="recordentry_waiting"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(number=None, seal=None, leaf="")
                | (Q(number__gte=1, seal__isnull=False) & ~Q(leaf="")),
                name="recordentry_number_seal_leaf_check",
                violation_error_message=_(
                    "An entry has a number once it is sealed, and only then."
                ),
            ),
            models.CheckConstraint(
                condition=Exact(Length("salt"), HEX),
                name="recordentry_salt_check",
                violation_error_message=_("An entry has a salt."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number or ''}"


class RecordCheck(models.Model):
    """What the last whole check found, in one row.

    All holds up to `number`, or `number` is the first that does not.
    """

    ONLY = 1

    at = models.DateTimeField(db_default=Now())
    number = models.PositiveBigIntegerField()
    holds = models.BooleanField()

    class Meta:
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return str(self.number)


class PersonSalt(models.Model):
    """The salt of one hash in an entry: with it, whoever knows the account can make the hash again.

    It goes with the account, and from then on no one can tell who the entry is about.
    """

    entry = models.ForeignKey(RecordEntry, on_delete=models.PROTECT, related_name="salts")
    role = models.CharField(max_length=HEX)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    salt = models.CharField(max_length=HEX)

    class Meta:
        default_permissions: ClassVar = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["entry", "role"],
                name="personsalt_entry_role_uniq",
                violation_error_message=_("There is one person in each role of an entry."),
            ),
        ]

    def __str__(self) -> str:
        return self.role
