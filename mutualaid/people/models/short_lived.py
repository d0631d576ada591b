"""What is kept for minutes or hours and ends by itself: counted tries, and a form to come back to."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField
from mutualaid.people.models.person import User


class RateLimitWindow(models.Model):
    """How often something was done by one network, contact point or all, in a window until `over_at`.

    Who it was is part of `key` as a keyed hash, and is kept no longer than the window.
    """

    key = models.CharField(max_length=80, unique=True)
    count = models.PositiveIntegerField(default=0)
    over_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"tries {self.pk}"


class KeptForm(models.Model):
    """What someone had typed when they had to sign in again, until `kept_until` by the database's clock.

    One for each account, the newest; see `sign_in.kept_forms`.
    """

    user = models.OneToOneField(
        User, verbose_name=_("person"), on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    sealed = EncryptedTextField()
    kept_until = models.DateTimeField()

    class Meta:
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"kept form {self.pk}"
