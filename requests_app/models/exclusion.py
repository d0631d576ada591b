from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models.need import Need


class Exclusion(models.Model):
    """Somebody to whom a need is never shown: an account, or whoever has a phone or e-mail.

    Of the phone or e-mail only its `mark` is kept, see `requests_app.keeping_away`. It gives no reason.
    """

    need = models.ForeignKey(
        Need, verbose_name=_("need"), on_delete=models.CASCADE, related_name="exclusions"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    mark = models.CharField(max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("person who must not hear of it")
        verbose_name_plural = _("people who must not hear of it")
        indexes: ClassVar = [
            # Read whenever an account gets an address: which needs are kept from whoever has it.
            models.Index(fields=["mark"], condition=~Q(mark=""), name="exclusion_by_mark"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["need", "person"], name="excluded_once_from_a_need"),
            models.UniqueConstraint(
                fields=["need", "mark"], condition=~Q(mark=""), name="mark_once_for_a_need"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(mark=""), name="exclusion_of_one_somebody"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person) if self.person else gettext("whoever has a phone or e-mail")
