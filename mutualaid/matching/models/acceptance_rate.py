"""How often people say yes, category by category: what really happened."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AcceptanceRate(models.Model):
    """Asks of the last months about needs of one category, and how many of them became a yes."""

    category = models.OneToOneField(
        "catalog.Category", on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    invitations = models.PositiveIntegerField(_("asked"))
    yes = models.PositiveIntegerField(_("said yes"))
    counted_at = models.DateTimeField(_("as of"))

    class Meta:
        verbose_name = _("how often people say yes")
        verbose_name_plural = _("how often people say yes")
        default_permissions: ClassVar = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(yes__lte=F("invitations")),
                name="acceptancerate_yes_invitations_check",
                violation_error_message=_("No more people can say yes than were asked."),
            ),
        ]

    def __str__(self) -> str:
        return f"acceptance {self.pk}"
