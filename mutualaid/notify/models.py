"""The outbox: one row for each message that is due, written in the transaction it reports on."""

from datetime import timedelta
from email.utils import make_msgid
from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.kinds import label_of
from mutualaid.people.models import User

LEASE = timedelta(minutes=2)
"""How long one worker has a message to itself; longer than a task may run."""


def new_message_id() -> str:
    """A Message-ID for good: mail cannot be sent exactly once, but copies can be told as copies."""
    return make_msgid(domain=urlsplit(settings.SITE_URL).hostname)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def due(self) -> "NotificationQuerySet":
        """Waiting, and nobody is at it. By the database's clock: machines' clocks differ."""
        free = Q(lease_until=None) | Q(lease_until__lt=Now())
        return self.filter(free, state=Notification.State.WAITING, due_at__lte=Now())

    def to(self, user: User) -> "NotificationQuerySet":
        """What was written to somebody with an account, newest first."""
        return self.filter(recipient=user).order_by("-created_at", "-pk")

    def take(self, pk: int) -> "Notification | None":
        """Lease one due message, or return None when it is not due or somebody else was first."""
        taken = (
            self.due().filter(pk=pk).update(lease_until=Now() + LEASE, attempts=F("attempts") + 1)
        )
        return self.select_related("recipient").get(pk=pk) if taken else None

    def try_again(self) -> int:
        """Make messages that were given up wait once more; returns how many."""
        return self.filter(state=Notification.State.FAILED).update(
            state=Notification.State.WAITING, due_at=Now(), lease_until=None, attempts=0, error=""
        )


class Notification(models.Model):
    """One message to one person about one thing. It holds ids only; words are made when it is sent."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        CANCELLED = "cancelled", _("no longer needed")
        FAILED = "failed", _("given up")

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    about_id = models.BigIntegerField()
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        null=True,
        on_delete=models.CASCADE,
        related_name="notifications",
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    due_at = models.DateTimeField(_("due"), db_default=Now())
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.CharField(_("what went wrong"), max_length=80, blank=True)
    message_id = models.CharField(max_length=200, default=new_message_id)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects: ClassVar = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes: ClassVar = [
            # Read by the sweep, which looks for what waits among all that was ever sent.
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="message_waiting"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | ~Q(state="sent") & Q(sent_at=None),
                name="message_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "cancelled", "failed"]),
                name="message_in_a_state_that_exists",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def label(self) -> str:
        return label_of(self.kind)
