from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField


class Device(models.Model):
    """A browser that its owner lets us wake: an address at its maker, and the keys to write to it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="devices",
    )
    fingerprint = models.CharField(max_length=32, unique=True)
    endpoint = EncryptedTextField()
    p256dh = EncryptedTextField()
    auth = EncryptedTextField()
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"device {self.pk}"
