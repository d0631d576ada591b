"""How much an offer is wanted elsewhere, as the last look at all needs together left it."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.policy.current import current_policy


class OfferPriceQuerySet(models.QuerySet["OfferPrice"]):
    def fresh(self) -> "OfferPriceQuerySet":
        """Solved within the last `price_hours`; older ones say nothing any more."""
        oldest = timezone.now() - timedelta(hours=current_policy().price_hours)
        return self.filter(solved_at__gte=oldest)


class OfferPrice(models.Model):
    """`points` are taken from the score of the offer for every need. Never below nothing.

    Written for every offer that was looked at, also where the price is nothing: an offer without a
    fresh row is priced by how scarce the needs are that could use it.
    """

    offer = models.OneToOneField(
        "offers_app.Offer",
        verbose_name=_("offer"),
        on_delete=models.CASCADE,
        related_name="price",
        primary_key=True,
    )
    points = models.FloatField(_("points"))
    solved_at = models.DateTimeField(_("as of"))

    objects: ClassVar = OfferPriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("price of an offer")
        verbose_name_plural = _("prices of offers")
        default_permissions: ClassVar = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(points__gte=0),
                name="offerprice_points_check",
                violation_error_message=_("Points cannot be less than zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"price {self.pk}"
