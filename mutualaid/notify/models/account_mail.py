from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField


class AccountMailQuerySet(models.QuerySet["AccountMail"]):
    def usable(self) -> "AccountMailQuerySet":
        """Those whose code still opens something, by the database's clock."""
        return self.filter(expires_at__gt=Now())


class AccountMail(models.Model):
    """A code or link for somebody who is signing in: encrypted, and gone once it is sent or over."""

    email = EncryptedTextField()
    subject = EncryptedTextField()
    body = EncryptedTextField()
    language = models.CharField(max_length=10, blank=True)
    expires_at = models.DateTimeField()

    objects: ClassVar = AccountMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail about an account")
        verbose_name_plural = _("mails about accounts")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"account mail {self.pk}"
