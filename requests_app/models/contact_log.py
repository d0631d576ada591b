from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.outcomes import CallOutcome
from requests_app.models.ask import Ask


class ContactLogEntry(models.Model):
    """Someone of the team called a neighbour about their ask, or a person with an account.

    It says who, when and what came of it, and when to try again; never a word of what was said.
    """

    ask = models.ForeignKey(
        Ask,
        verbose_name=_("ask"),
        null=True,
        on_delete=models.CASCADE,
        related_name="contact_log",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        on_delete=models.CASCADE,
        related_name="contact_log",
    )
    outcome = models.CharField(_("what came of it"), max_length=12, choices=CallOutcome.choices)
    next_try = models.DateTimeField(_("to call again"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who called"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("contact log")
        ordering = ("-at", "-pk")
        default_permissions: ClassVar = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ask__isnull=True) ^ Q(person__isnull=True),
                name="contactlogentry_ask_or_person_check",
                violation_error_message=_("A call is about an ask or about a person."),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=CallOutcome.values),
                name="contactlogentry_outcome_check",
                violation_error_message=_("Choose what came of the call."),
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=[CallOutcome.REACHED, CallOutcome.WRONG_NUMBER], next_try=None
                )
                | ~Q(outcome__in=[CallOutcome.REACHED, CallOutcome.WRONG_NUMBER])
                & Q(next_try__isnull=False),
                name="contactlogentry_outcome_next_try_check",
                violation_error_message=_(
                    "There is a next try where no one was reached, and only there."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_outcome_display())
