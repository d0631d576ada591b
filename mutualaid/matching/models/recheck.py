"""What the next sweep looks at again, written by triggers of the database."""

from typing import ClassVar

from django.db import models


class Recheck(models.Model):
    """Something is free, or allowed, that was not: for this account, need or area by its id, or for everyone.

    Rows are only added, and deleted once the sweep has made due what they mean. So whoever ends a task,
    changes an ask, an area or the policy waits for no one who is matching (ADR 91).
    """

    person_id = models.PositiveBigIntegerField(null=True)
    need_id = models.PositiveBigIntegerField(null=True)
    locality_id = models.PositiveBigIntegerField(null=True)

    class Meta:
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"recheck {self.pk}"
