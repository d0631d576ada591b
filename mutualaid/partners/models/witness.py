"""Heads of other groups' records, which we keep so that no one rewrites theirs unnoticed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid.record.models import HEX


class WitnessedSeal(models.Model):
    """A seal of a partner's record, as it came first: `head` stands for all entries up to `last_number`.

    `other_head` is another one that came later for the same number, at `differs_at`: one of the two records
    was written anew, and until `settled_at` a coordinator has to ask.
    """

    partner = models.ForeignKey(
        "partners.Partner", on_delete=models.CASCADE, related_name="witnessed_seals"
    )
    number = models.PositiveBigIntegerField(_("seal"))
    last_number = models.PositiveBigIntegerField(_("up to number"))
    head = models.CharField(_("head"), max_length=HEX)
    received_at = models.DateTimeField(_("kept since"), db_default=Now())
    other_head = models.CharField(max_length=HEX, blank=True, default="")
    differs_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("seal of a neighbouring group")
        verbose_name_plural = _("seals of neighbouring groups")
        default_permissions: ClassVar = ()
        ordering = ("-number",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "number"],
                name="witnessedseal_partner_number_uniq",
                violation_error_message=_("This seal is here already."),
            ),
            models.CheckConstraint(
                condition=Q(other_head="", differs_at=None, settled_at=None)
                | Q(differs_at__isnull=False) & ~Q(other_head="") & ~Q(other_head=F("head")),
                name="witnessedseal_other_head_differs_at_check",
                violation_error_message=_("What differs is another head, and has a time."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)
