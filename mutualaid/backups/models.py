"""Which site this database is, and which keys fit it."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField


def new_site_id() -> str:
    return uuid4().hex


class SiteIdentity(models.Model):
    """The one row, written by `identity.keep`. It goes into each backup with the rest."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    site_id = models.CharField(max_length=32, default=new_site_id)
    key_check = EncryptedTextField(row="site_id")
    """The site's id, sealed: any of `CONTACT_KEYS` that fits opens it, and `rotate_keys` moves it."""
    secret_key_fingerprint = models.CharField(max_length=64)
    release = models.CharField(max_length=40)
    """That last migrated this database."""
    ledger_bytes = models.PositiveBigIntegerField(default=0)
    """So much of the ledger's file was compared with this database, from its beginning."""

    class Meta:
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(id=1),
                name="siteidentity_id_check",
                violation_error_message=_("A site has one identity."),
            ),
        ]

    def __str__(self) -> str:
        return self.site_id
