"""The keys with which this site signs what goes to partners."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField


class SigningKey(models.Model):
    """An Ed25519 key (RFC 8032): `seed` of 32 bytes and `public_key`, both in hexadecimal.

    One is current, without `retired_at`. An older one stays while a partner knows us by it.
    """

    public_key = models.CharField(max_length=64, unique=True)
    seed = EncryptedTextField(row="public_key")
    created_at = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(retired_at=None),
                name="signingkey_current_uniq",
                violation_error_message=_("One key is in use at a time."),
            ),
        ]

    def __str__(self) -> str:
        return f"key {self.pk}"
