"""The photo of a receipt, in a table of its own, so that no list of expenses loads it."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField
from mutualaid.fund.models.expense import Expense


class Receipt(models.Model):
    """What an expense shows for itself: a JPEG that we made from a photo, in base64.

    A row is never changed: another photo is another row, so that its id names what someone has seen. `digest`
    tells whether the same photo was sent again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    expense = models.OneToOneField(
        Expense, verbose_name=_("expense"), on_delete=models.CASCADE, related_name="receipt"
    )
    content = EncryptedTextField()
    digest = models.CharField(max_length=64)
    added_at = models.DateTimeField(_("added at"), default=timezone.now)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"receipt {self.pk}"
