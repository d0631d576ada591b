from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkRecoveryRequest(models.Model):
    """Someone lost their link and typed a contact point. Only fingerprints are kept, until it is answered."""

    fingerprints = models.CharField(max_length=320, blank=True)
    created_at = models.DateTimeField(_("asked at"), auto_now_add=True)

    class Meta:
        verbose_name = _("lost link")
        verbose_name_plural = _("lost links")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"lost link {self.pk}"
