from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """A row that was erased: ids only. After a restore it can be erased again by these."""

    model = models.CharField(max_length=60)
    key = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["model", "key"],
                name="erasure_model_key_uniq",
                violation_error_message=_("This is written down as erased already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.key}"


class Rewrite(models.Model):
    """When a table was last rewritten, so that nothing of what was erased stays in its file."""

    table = models.CharField(max_length=63, unique=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return self.table
