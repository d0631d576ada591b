"""The index in which a need finds the offers that may fit."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.time_slot_field import WeekPartsField


class OfferIndexEntry(models.Model):
    """One offer under one category it fits and one area its volunteer chose.

    A need of a category finds its offers under that very category: the family of what is offered
    was worked out when the entry was written, by `search.offer_index`. `exact` says that it is just
    what is offered; `speaks` holds the ids of languages as ",3,17,".
    """

    offer = models.ForeignKey(
        "offers_app.Offer", on_delete=models.CASCADE, related_name="entries", db_index=False
    )
    category = models.ForeignKey(
        "catalog.Category", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    locality = models.ForeignKey(
        "catalog.Locality", on_delete=models.CASCADE, related_name="entries"
    )
    reach_km = models.PositiveSmallIntegerField()
    exact = models.BooleanField()
    speaks = models.CharField(max_length=600)
    week_parts = WeekPartsField()

    class Meta:
        verbose_name = _("entry of an offer")
        verbose_name_plural = _("entries of offers")
        default_permissions: ClassVar = ()
        indexes: ClassVar = [
            # Read for each need: who reaches it from one area. It holds all that is read.
            models.Index(
                fields=["category", "locality", "reach_km"],
                include=["offer", "exact", "speaks", "week_parts"],
                name="entry_who_reaches",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["offer", "category", "locality"],
                name="offerindexentry_offer_category_locality_uniq",
                violation_error_message=_(
                    "This offer is listed for this kind of help and this area already."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"
