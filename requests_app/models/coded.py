"""Rows with a public id, which people tell apart by its first letters."""

import uuid

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _


class Coded(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True

    @property
    @admin.display(description=_("code"))
    def code(self) -> str:
        """A short name for coordinators to tell such rows apart. It gives no access to anything."""
        return str(self.public_id)[:8]
