"""The outbox, one row for each message that is due; calls to make; codes to sign in that wait for it."""

from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any, ClassVar
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField
from mutualaid.notify.outcomes import CallOutcome
from mutualaid.notify.registry import compose_if_there, kind_named, label_of
from mutualaid.notify.rendering.render import render_for_reading_out
from mutualaid.people.models import User

LEASE = timedelta(minutes=2)
"""How long one worker has a message to itself; longer than a task may run."""
CALL_MINUTES = timedelta(minutes=15)
"""How long a coordinator who opened a call has it to themself, so that no one is rung twice."""
WRONG_NUMBER = "wrong number"
"""As the `error` of a call: someone has to find another way to this person."""


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

    def take(self, pk: int) -> "Notification | None":
        """Lease one due message for `LEASE`; None when it is not due or someone else has the lease."""
        taken = (
            self.due().filter(pk=pk).update(lease_until=Now() + LEASE, attempts=F("attempts") + 1)
        )
        return self.select_related("recipient").get(pk=pk) if taken else None

    def try_again(self) -> int:
        """Make messages that were given up, or may not have arrived, wait once more; returns how many.

        What is just being sent is left alone.
        """
        return self._stuck().update(
            state=Notification.State.WAITING, due_at=Now(), lease_until=None, attempts=0, error=""
        )

    def settle_by_hand(self) -> int:
        """Mark stuck messages as sent, since the people know by other means; returns how many."""
        return self._stuck().update(state=Notification.State.SENT, sent_at=Now(), lease_until=None)

    def _stuck(self) -> "NotificationQuerySet":
        free = Q(lease_until=None) | Q(lease_until__lt=Now())
        return self.filter(free, state__in=STUCK)


class Notification(models.Model):
    """One message about one thing to one person on one channel. Its text is rendered when it is sent.

    A worker, or the coordinator `taken_by`, has it to themself until `lease_until`. It holds ids only, and
    in `reached` a keyed hash of the contact point it went to, by which a reply or a bounce finds it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        TO_CALL = "to_call", _("a coordinator rings")
        UNCERTAIN = "uncertain", _("may or may not have arrived")
        CANCELLED = "cancelled", _("no longer needed")
        FAILED = "failed", _("given up")

    key = models.CharField(max_length=120)
    channel = models.CharField(_("way"), max_length=10, default="email")
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
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    urgent = models.BooleanField(_("urgent"), default=False)
    error = models.CharField(_("what went wrong"), max_length=80, blank=True)
    message_id = models.CharField(max_length=200, default=new_message_id)
    reached = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects: ClassVar = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes: ClassVar = [
            # Read by the sweep, which looks for what waits among all that was ever sent.
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="message_waiting"),
            # Read by a reply or a bounce: what was sent to this address last.
            models.Index(fields=["reached"], condition=~Q(reached=""), name="message_reached"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key", "channel"],
                name="notification_key_channel_uniq",
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
        return f"{self.kind} {self.pk}"

    @property
    def label(self) -> str:
        return label_of(self.kind)


STUCK = (Notification.State.FAILED, Notification.State.UNCERTAIN)
"""Only a person leads a message out of these states, never the clock."""


class CallQuerySet(models.QuerySet["CallTask"]):
    def to_make(self) -> "CallQuerySet":
        return self.filter(channel="call", state=Notification.State.TO_CALL)

    def free_for(self, user: User) -> "CallQuerySet":
        """Those that no one else has taken just now, by the database's clock."""
        free = Q(lease_until=None) | Q(lease_until__lt=Now()) | Q(taken_by=user)
        return self.to_make().filter(free)

    def take(self, user: User) -> int:
        """Give them to `user` for `CALL_MINUTES`; returns how many."""
        return self.to_make().update(taken_by=user, lease_until=Now() + CALL_MINUTES)

    def end(self, outcome: CallOutcome, next_try: datetime | None) -> int:
        """Settle calls as what came of them says; returns how many.

        Whoever was reached knows now; a wrong number is given up, for a person to look at; else the call
        comes up again at `next_try`, and the others come first.
        """
        free: dict[str, Any] = {"taken_by": None, "lease_until": None}
        if outcome == CallOutcome.REACHED:
            return self.to_make().update(state=Notification.State.SENT, sent_at=Now(), **free)
        if outcome == CallOutcome.WRONG_NUMBER:
            return self.to_make().update(
                state=Notification.State.FAILED, error=WRONG_NUMBER, **free
            )
        return self.to_make().update(attempts=F("attempts") + 1, due_at=next_try, **free)


class CallTask(Notification):
    """A message that a coordinator tells by phone."""

    calls: ClassVar = CallQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("call to make")
        verbose_name_plural = _("call list")
        default_permissions: ClassVar = ("view", "change")

    def __str__(self) -> str:
        return label_of(self.kind)

    @property
    def rings(self) -> User | None:
        """The coordinator who has it just now, or None."""
        is_taken = self.lease_until is not None and self.lease_until > timezone.now()
        return self.taken_by if is_taken else None

    def script(self) -> dict[str, Any]:
        """What to say, in the coordinator's language, and the page that says whom to ring.

        {"is_past": True} where nothing is to be said any more, or someone was told.
        """
        kind = kind_named(self.kind)
        is_to_make = self.state == Notification.State.TO_CALL
        message = compose_if_there(self.kind, self.about_id) if is_to_make else None
        if message is None:
            return {"is_past": True}
        subject, body = render_for_reading_out(kind, message)
        speaks = dict(settings.LANGUAGES).get(
            message.recipient.language, message.recipient.language
        )
        return {
            "subject": subject,
            "body": body,
            "speaks": speaks,
            "contact_page": message.contact_page,
        }

    def cancel_if_past(self) -> None:
        """Take it from the call list where nothing is to be said any more."""
        if compose_if_there(self.kind, self.about_id) is None:
            CallTask.calls.filter(pk=self.pk).to_make().update(state=Notification.State.CANCELLED)


class AccountMailQuerySet(models.QuerySet["AccountMail"]):
    def usable(self) -> "AccountMailQuerySet":
        """Those whose code still works, by the database's clock."""
        return self.filter(expires_at__gt=Now())


class AccountMail(models.Model):
    """A code or link for someone who is signing in: encrypted, and deleted once it is sent or expired.

    To an e-mail address, or as `body` alone to a phone. With neither subject nor body it is the word to a
    phone or an e-mail that its account has another.
    """

    row = models.UUIDField(default=uuid4, editable=False)
    email = EncryptedTextField(row="row")
    phone = EncryptedTextField(row="row", default="")
    subject = EncryptedTextField(row="row")
    body = EncryptedTextField(row="row")
    language = models.CharField(max_length=10, blank=True)
    expires_at = models.DateTimeField()

    objects: ClassVar = AccountMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail about an account")
        verbose_name_plural = _("mails about accounts")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"account mail {self.pk}"

    @classmethod
    def forget(cls, pk: int) -> None:
        cls.objects.filter(pk=pk).delete()
