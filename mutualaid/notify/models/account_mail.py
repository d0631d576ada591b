"""Codes to sign in, and words to an old phone or e-mail, that wait to be sent."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField


class AccountMailQuerySet(models.QuerySet["AccountMail"]):
    def usable(self) -> "AccountMailQuerySet":
        """Those whose code still works, by the database's clock."""
        return self.filter(expires_at__gt=Now())


class AccountMail(models.Model):
    """A code or link for someone who is signing in: encrypted, and deleted once it is sent or expired.

    To an e-mail address, or as `body` alone to a phone. With neither subject nor body it is the word to a
    phone or an e-mail that its account has another.
    """

    row = models.UUIDField(default=uuid4, editable=False)
    email = EncryptedTextField(row="row")
    phone = EncryptedTextField(row="row", default="")
    subject = EncryptedTextField(row="row")
    body = EncryptedTextField(row="row")
    language = models.CharField(max_length=10, blank=True)
    expires_at = models.DateTimeField()

    objects: ClassVar = AccountMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail about an account")
        verbose_name_plural = _("mails about accounts")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"account mail {self.pk}"

    @classmethod
    def forget(cls, pk: int) -> None:
        cls.objects.filter(pk=pk).delete()
