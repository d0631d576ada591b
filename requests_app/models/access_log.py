"""Who looked at contact details, and when. The neighbour can see this list."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.models.ask import Ask
from requests_app.models.event import NeedEvent


class AccessLogEntry(models.Model):
    """One look. `window` names the day or hour in which looks are counted, `slot` its place (1, 2, …)."""

    ask = models.ForeignKey(
        Ask, verbose_name=_("ask"), on_delete=models.CASCADE, related_name="access_log"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.CASCADE,
        related_name="looks",
    )
    by_kind = models.CharField(_("as"), max_length=12, choices=NeedEvent.Kind.choices)
    at = models.DateTimeField(_("when"), default=timezone.now)
    window = models.CharField(max_length=20)
    slot = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("look at contact details")
        verbose_name_plural = _("looks at contact details")
        ordering = ("at", "pk")
        default_permissions: ClassVar = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["by", "window", "slot"],
                name="accesslogentry_by_window_slot_uniq",
                violation_error_message=_("This look has been counted already."),
            ),
        ]

    def __str__(self) -> str:
        return f"look {self.pk}"
