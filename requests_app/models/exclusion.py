from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.models.need import Need


class Exclusion(models.Model):
    """Somebody to whom a need is never shown. Coordinators keep it; it gives no reason."""

    need = models.ForeignKey(
        Need, verbose_name=_("need"), on_delete=models.CASCADE, related_name="exclusions"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("person who must not hear of it")
        verbose_name_plural = _("people who must not hear of it")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["need", "person"], name="excluded_once_from_a_need"),
        ]

    def __str__(self) -> str:
        return str(self.person)
