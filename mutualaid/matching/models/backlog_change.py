"""Which needs and offers have changed since the process that keeps them read them last."""

from typing import ClassVar

from django.db import models


class BacklogChange(models.Model):
    """Something that the look at all needs together reads of a need or an offer is another than before.

    Triggers add rows, whoever writes; the process that keeps what it read takes them in and deletes them.
    A row without either says that everything may have changed, and `need_id` 0 stands for the needs of all
    veiled asks. No foreign keys: what was deleted has changed too.
    """

    VEILED = 0

    need_id = models.PositiveBigIntegerField(null=True)
    offer_id = models.PositiveBigIntegerField(null=True)

    class Meta:
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"backlog change {self.pk}"
