"""What goes to partners, one row a message, and what came from them."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mutualaid.encryption.fields import EncryptedTextField
from mutualaid.partners.states import MessageState

LEASE = timedelta(minutes=2)
"""How long one worker has a message to itself; longer than a delivery may take."""


class OutgoingMessageQuerySet(models.QuerySet["OutgoingMessage"]):
    def unsent(self) -> "OutgoingMessageQuerySet":
        """Waiting, and leased by no worker; by the database's clock."""
        free = Q(lease_until=None) | Q(lease_until__lt=Now())
        return self.filter(free, state=MessageState.WAITING)

    def in_turn(self) -> "OutgoingMessageQuerySet":
        """Due, and nothing about the same referral waits before it."""
        earlier = OutgoingMessage.objects.filter(
            partner=OuterRef("partner"),
            referral_id=OuterRef("referral_id"),
            pk__lt=OuterRef("pk"),
            state=MessageState.WAITING,
        )
        return self.filter(~Exists(earlier), state=MessageState.WAITING, due_at__lte=Now())

    def take(self, pk: int, *, tries: int) -> "OutgoingMessage | None":
        """Lease one message that has been tried so often; None if another worker had or has it."""
        unsent = self.unsent().filter(pk=pk, tries=tries)
        taken = unsent.update(lease_until=Now() + LEASE, tries=F("tries") + 1)
        return self.select_related("partner__our_key").get(pk=pk) if taken else None


class OutgoingMessage(models.Model):
    """One message to a partner: its id, its kind, and the bytes that are signed anew with each try.

    Those of a partner go in the order of their ids, one at a time, and pass only what is about another
    referral and due later. `body` is JSON, stays the same however
    often it is tried, and is emptied once it arrived or no longer goes. `status` is the answer's (HTTP).
    `number` is that of our seal or our key that the message tells of.
    """

    id = models.BigAutoField(primary_key=True)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partner = models.ForeignKey(
        "partners.Partner", on_delete=models.PROTECT, related_name="outgoing_messages"
    )
    kind = models.CharField(_("kind"), max_length=24)
    referral_id = models.UUIDField(_("referral"), null=True)
    number = models.PositiveBigIntegerField(null=True)
    body = EncryptedTextField(row="message_id", blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=MessageState.choices, default=MessageState.WAITING
    )
    lease_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(_("due"), db_default=Now())
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    status = models.PositiveSmallIntegerField(_("answer"), null=True)
    created_at = models.DateTimeField(_("written"), db_default=Now())
    settled_at = models.DateTimeField(pgettext_lazy("a message", "settled"), null=True)

    objects: ClassVar = OutgoingMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to a group")
        verbose_name_plural = _("messages to groups")
        default_permissions: ClassVar = ()
        indexes: ClassVar = [
            # Read by each delivery, for the first that waits.
            models.Index(
                fields=["partner", "id"],
                condition=Q(state="waiting"),
                name="partner_message_waiting",
            ),
            # Read where something of a referral is cancelled or shown.
            models.Index(fields=["referral_id"], name="partner_message_referral"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values),
                name="outgoingmessage_state_check",
                violation_error_message=_("Choose one of the states."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None)
                | ~Q(state="waiting") & Q(settled_at__isnull=False),
                name="outgoingmessage_state_settled_at_check",
                violation_error_message=_("What is settled has a time at which it was."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"


class IncomingMessage(models.Model):
    """A message that came: `digest` is the SHA-256 of its bytes, `status` and `answer` what we replied."""

    partner = models.ForeignKey(
        "partners.Partner", on_delete=models.CASCADE, related_name="incoming_messages"
    )
    message_id = models.UUIDField()
    kind = models.CharField(max_length=24)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.TextField(default="", blank=True)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("message from a group")
        verbose_name_plural = _("messages from groups")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "message_id"],
                name="incomingmessage_partner_message_id_uniq",
                violation_error_message=_("This message came already."),
            ),
        ]
        indexes: ClassVar = [
            # Read by the limit of messages a minute, and by the sweep that forgets.
            models.Index(fields=["partner", "received_at"], name="partner_message_received"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"
