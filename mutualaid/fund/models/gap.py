"""Days of which nothing may be left, since a backup was put back."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class RestoreGap(models.Model):
    """What was written down from `since`, when a backup was made, to `until`, when it was put back, is gone.

    The row goes once an approver says that all of it is written down again.
    """

    since = models.DateTimeField()
    until = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions: ClassVar = ()
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"gap {self.pk}"
