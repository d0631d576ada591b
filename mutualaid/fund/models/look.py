"""Who read what an expense is for."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.fund.models.expense import Expense


class ExpenseLook(models.Model):
    """An approver read what an expense is for. Whom it is about can see the list.

    The first look at an expense on a day takes a `slot` (1, 2, …) of the hour that `window` names
    ("2026-11-25T19"), so that the database enforces the limit; looks again on that day take none.
    """

    expense = models.ForeignKey(
        Expense, verbose_name=_("expense"), on_delete=models.CASCADE, related_name="looks"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    window = models.CharField(max_length=20)
    slot = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = _("look at an expense")
        verbose_name_plural = _("looks at expenses")
        default_permissions: ClassVar = ()
        ordering = ("at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["by", "window", "slot"],
                name="expenselook_by_window_slot_uniq",
                violation_error_message=_("This look has been counted already."),
            ),
        ]

    def __str__(self) -> str:
        return f"look {self.pk}"
