"""The ways on which one message was tried: an e-mail address, a phone, a device, the call list."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.models.notification import Notification, new_message_id


class Attempt(models.Model):
    """One message on one way, of which there is one row however often it is tried.

    `reached` is a keyed hash of the contact point, by which a reply or a report finds it. What was handed
    over may come back days later: then it has failed, and `sent_at` still says when it went out.
    """

    class State(models.TextChoices):
        TRYING = "trying", _("being tried")
        SENT = "sent", _("sent")
        UNCERTAIN = "uncertain", _("may or may not have arrived")
        FAILED = "failed", _("didn't arrive")
        STOPPED = "stopped", _("no longer needed")

    notification = models.ForeignKey(
        Notification, verbose_name=_("message"), on_delete=models.CASCADE, related_name="attempts"
    )
    channel = models.CharField(_("way"), max_length=10)
    reached = models.CharField(max_length=32)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.TRYING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.CharField(_("what went wrong"), max_length=80, blank=True)
    message_id = models.CharField(max_length=200, unique=True, default=new_message_id)
    began_at = models.DateTimeField(_("first tried"), db_default=Now())
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    failed_at = models.DateTimeField(_("came back"), null=True, blank=True)

    class Meta:
        verbose_name = _("way of a message")
        verbose_name_plural = _("ways of a message")
        default_permissions: ClassVar = ()
        ordering: ClassVar = ("pk",)
        indexes: ClassVar = [
            # Read by a reply: what was sent to this phone last.
            models.Index(fields=["reached"], name="attempt_reached"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["notification", "channel", "reached"],
                name="attempt_notification_channel_reached_uniq",
                violation_error_message=_("This message is on this way already."),
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="attempt_state_sent_at_check",
                violation_error_message=_("What was sent has a time of sending."),
            ),
            models.CheckConstraint(
                condition=Q(state="failed", failed_at__isnull=False)
                | ~Q(state="failed") & Q(failed_at=None),
                name="attempt_state_failed_at_check",
                violation_error_message=_("What failed has the time at which it did."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["trying", "sent", "uncertain", "failed", "stopped"]),
                name="attempt_state_check",
                violation_error_message=_("Choose one of the states."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"
