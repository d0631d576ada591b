"""What is kept of how work is shared: that someone was asked about a break, and two numbers for oneself."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class BreakQuestion(models.Model):
    """Someone was asked whether they want a break; there is no second one until `expires_at`.

    What they answered is not kept. `helper_asked_at` is when they let the site look for another pair of
    hands. No one but they themself sees the row, on no page and in no list.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="break_question"
    )
    asked_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    helper_asked_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("asked_at")),
                name="breakquestion_asked_at_expires_at_check",
                violation_error_message=_("A question ends after it was asked."),
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"


class GiftCount(models.Model):
    """How often someone's help arrived, and how often help reached them, since the group began to count.

    For themself alone. The neighbour said each time that it had come.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="gift_count",
        primary_key=True,
    )
    given = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"gifts {self.pk}"
