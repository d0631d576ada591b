from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.ask import Ask


class PrivateLink(models.Model):
    """A way back to an ask for a neighbour without an account. Only hashes are kept."""

    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001  NULL is not equal to NULL
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("private link")
        verbose_name_plural = _("private links")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"link {self.pk}"
