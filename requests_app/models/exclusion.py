from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models.ask import Ask


class Exclusion(models.Model):
    """Someone who must not find out about an ask: an account, or whoever has a phone or e-mail.

    Of the phone or e-mail only its fingerprint is kept. It gives no reason.
    """

    ask = models.ForeignKey(
        Ask, verbose_name=_("ask"), on_delete=models.CASCADE, related_name="exclusions"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    fingerprint = models.CharField(max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("person who must not find out")
        verbose_name_plural = _("people who must not find out")
        indexes: ClassVar = [
            # Read whenever an account gets a contact point: which asks are kept from whoever has it.
            models.Index(
                fields=["fingerprint"],
                condition=~Q(fingerprint=""),
                name="exclusion_fingerprint_idx",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ask", "person"],
                name="exclusion_ask_person_uniq",
                violation_error_message=_("This person is on the list already."),
            ),
            models.UniqueConstraint(
                fields=["ask", "fingerprint"],
                condition=~Q(fingerprint=""),
                name="exclusion_ask_fingerprint_uniq",
                violation_error_message=_("This phone or e-mail is on the list already."),
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(fingerprint=""),
                name="exclusion_person_or_fingerprint_check",
                violation_error_message=_("Choose a person, or write a phone number or an e-mail."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person) if self.person else gettext("whoever has a phone or e-mail")
