"""Who says yes to money, and who means to give how much a month."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid.fund.models.pot import MOST_MINOR, Pot


class ApproverQuerySet(models.QuerySet["Approver"]):
    def active(self) -> "ApproverQuerySet":
        """Those who may approve and pay today."""
        return self.filter(ended_at=None, user__is_active=True)


class Approver(models.Model):
    """Someone whom a decision lets approve and pay: no row is without one, and expenses name these rows.

    Its key is the account, so that a check can hold an approver against the one who gets the money. Who
    begins a second time has the same row, with the newer decision; the record knows all of it.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        primary_key=True,
        on_delete=models.PROTECT,
        related_name="approver",
    )
    decision = models.ForeignKey(
        "decisions.Decision",
        verbose_name=_("decision"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    since = models.DateTimeField(_("since"), db_default=Now())
    ended_at = models.DateTimeField(_("until"), null=True)

    objects: ClassVar = ApproverQuerySet.as_manager()

    class Meta:
        verbose_name = _("approver")
        verbose_name_plural = _("approvers")
        default_permissions: ClassVar = ("view",)

    def __str__(self) -> str:
        return f"approver {self.pk}"


class Candidacy(models.Model):
    """Someone would look after the pot if the group decides so: only they can be proposed as approvers."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    since = models.DateTimeField(_("since"), db_default=Now())

    class Meta:
        verbose_name = _("someone who would look after the pot")
        verbose_name_plural = _("people who would look after the pot")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"candidacy {self.pk}"


class Pledge(models.Model):
    """What someone means to give to a pot each month, in minor units: for themselves, and for the sum."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="pledges",
    )
    pot = models.ForeignKey(
        Pot, verbose_name=_("pot"), on_delete=models.CASCADE, related_name="pledges"
    )
    monthly = models.BigIntegerField(_("each month"))
    changed_at = models.DateTimeField(_("since"), db_default=Now())

    class Meta:
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "pot"],
                name="pledge_user_pot_uniq",
                violation_error_message=_("You have noted this already."),
            ),
            models.CheckConstraint(
                condition=Q(monthly__gt=0, monthly__lte=MOST_MINOR),
                name="pledge_monthly_check",
                violation_error_message=_("Write an amount above 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"pledge {self.pk}"
