"""The outbox: one row for each message that is due to one person."""

from datetime import timedelta
from email.utils import make_msgid
from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.registry import label_of, private_kinds
from mutualaid.people.models import User

LEASE = timedelta(minutes=2)
"""How long one worker has a message to itself; longer than a task may run."""


def new_message_id() -> str:
    """A Message-ID that stays: mail cannot be sent exactly once, but mail programs recognise copies by it."""
    return make_msgid(domain=urlsplit(settings.SITE_URL).hostname)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def due(self) -> "NotificationQuerySet":
        """Waiting, and leased by no one. By the database's clock: machines' clocks differ."""
        return self.unsent().filter(due_at__lte=Now())

    def unsent(self) -> "NotificationQuerySet":
        """Waiting, due or not, and leased by no worker."""
        free = Q(lease_until=None) | Q(lease_until__lt=Now())
        return self.filter(free, state=Notification.State.WAITING)

    def to(self, user: User) -> "NotificationQuerySet":
        """What was written to someone with an account, newest first."""
        return self.filter(recipient=user).order_by("-created_at", "-pk")

    def for_team(self) -> "NotificationQuerySet":
        """Those that the team may know of: not of kinds that are between the site and their reader."""
        return self.exclude(kind__in=private_kinds())

    def take(self, pk: int) -> "Notification | None":
        """Lease one due message for `LEASE`; None when it is not due or someone else has the lease."""
        taken = self.due().filter(pk=pk).update(lease_until=Now() + LEASE, tries=F("tries") + 1)
        return self.select_related("recipient").get(pk=pk) if taken else None

    def stuck(self) -> "NotificationQuerySet":
        """Those that only a person leads on, and that no worker has just now."""
        free = Q(lease_until=None) | Q(lease_until__lt=Now())
        return self.filter(free, state__in=STUCK)

    def settle_by_hand(self) -> int:
        """Mark stuck messages as sent, since the people know by other means; returns how many."""
        return self.stuck().update(state=Notification.State.SENT, sent_at=Now(), lease_until=None)


class Notification(models.Model):
    """One message about one thing to one person. Its text is rendered when it is sent.

    By which ways it was tried, and what came of each, stands in its `attempts`. A worker, or the
    coordinator `taken_by`, has it to themself until `lease_until`. It holds ids only.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        TO_CALL = "to_call", _("a coordinator rings")
        UNCERTAIN = "uncertain", _("may or may not have arrived")
        CANCELLED = "cancelled", _("no longer needed")
        FAILED = "failed", _("given up")

    key = models.CharField(max_length=120)
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
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who rings"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    urgent = models.BooleanField(_("urgent"), default=False)
    error = models.CharField(_("what went wrong"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects: ClassVar = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes: ClassVar = [
            # Read by the sweep, which looks for what waits among all that was ever sent.
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="message_waiting"),
            # Read by the pages on which stands what was sent about one need.
            models.Index(fields=["about_id", "kind"], name="message_about"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"],
                name="notification_key_uniq",
                violation_error_message=_("This message is here already."),
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | ~Q(state="sent") & Q(sent_at=None),
                name="notification_state_sent_at_check",
                violation_error_message=_(
                    "A message has a time of sending once it was sent, and not before."
                ),
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["waiting", "sent", "to_call", "uncertain", "cancelled", "failed"]
                ),
                name="notification_state_check",
                violation_error_message=_("Choose one of the states."),
            ),
        ]

    def __str__(self) -> str:
        return label_of(self.kind)

    @property
    def label(self) -> str:
        return label_of(self.kind)


STUCK = (Notification.State.FAILED, Notification.State.UNCERTAIN)
"""Only a person leads a message out of these states, never the clock."""
