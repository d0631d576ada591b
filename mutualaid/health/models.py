"""When each part of the site lived last, and what the group was told while something stood still."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """When a part of the site was last heard of, by the database's clock, and of which release it was."""

    part = models.CharField(primary_key=True, max_length=30)
    at = models.DateTimeField(db_default=Now())
    release = models.CharField(max_length=40)

    class Meta:
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return self.part


class Alarm(models.Model):
    """An episode in which something stood still. `checks`: the names of all that did, with spaces between.

    `told` messages have gone out about it; the next is due at `next_at`, if there is to be one.
    """

    is_open = models.BooleanField(default=True)
    began_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    checks = models.TextField()
    told = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions: ClassVar = ()
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_open"],
                condition=Q(is_open=True),
                name="alarm_is_open_uniq",
                violation_error_message=_("Something else is broken already."),
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, ended_at=None) | Q(is_open=False, ended_at__isnull=False),
                name="alarm_is_open_ended_at_check",
                violation_error_message=_("What is over has an end."),
            ),
        ]

    def __str__(self) -> str:
        return f"alarm {self.pk}"
