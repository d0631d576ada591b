"""What a volunteer ruled out when they said no. The matcher obeys."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RefusalQuerySet(models.QuerySet["Refusal"]):
    def standing(self) -> "RefusalQuerySet":
        return self.filter(Q(until=None) | Q(until__gte=timezone.localdate()))


class Refusal(models.Model):
    """Not this category, not this area, or, with neither, nothing at all; up to and with a day."""

    offer = models.ForeignKey("offers_app.Offer", on_delete=models.CASCADE, related_name="refusals")
    category = models.ForeignKey(
        "catalog.Category", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    locality = models.ForeignKey(
        "catalog.Locality", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    until = models.DateField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = RefusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("what a volunteer ruled out")
        verbose_name_plural = _("what volunteers ruled out")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(category=None) | Q(locality=None),
                name="refusal_category_or_locality_check",
                violation_error_message=_("Rule out a kind of help or an area, not both at once."),
            ),
            models.CheckConstraint(
                condition=Q(category__isnull=False)
                | Q(locality__isnull=False)
                | Q(until__isnull=False),
                name="refusal_category_or_locality_or_until_check",
                violation_error_message=_(
                    "Choose a kind of help or an area, or a day until which nothing at all is wanted."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"refusal {self.pk}"
