"""The call list: messages that a coordinator tells by phone."""

from collections.abc import Set
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fingerprints import veil
from mutualaid.notify.models.attempt import Attempt
from mutualaid.notify.models.notification import Notification
from mutualaid.notify.outcomes import CallOutcome
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import compose_if_there, kind_named
from mutualaid.notify.rendering.render import render_for_reading_out
from mutualaid.people.models import BlockedContactPoint, User

CALL = "call"
"""The channel of a message on the call list."""
CALL_MINUTES = timedelta(minutes=15)
"""How long a coordinator who opened a call has it to themself, so that no one is rung twice."""
NOT_SAFE = "calls are not safe"
"""As the `error` of a call: the person has taken this way back, or a coordinator has blocked the phone."""
WRONG_NUMBER = "wrong number"
"""As the `error` of a call: someone has to find another way to this person."""


class CallQuerySet(models.QuerySet["CallTask"]):
    def on_the_list(self) -> "CallQuerySet":
        """Those to make and those that were made; `rung` is how often each came up."""
        of_call = Attempt.objects.filter(notification=OuterRef("pk"), channel=CALL)
        return self.filter(Exists(of_call)).annotate(rung=Subquery(of_call.values("tries")[:1]))

    def to_make(self) -> "CallQuerySet":
        return self.filter(state=Notification.State.TO_CALL)

    def to(self, fingerprints: Set[str]) -> "CallQuerySet":
        """Those to phones with these fingerprints, of accounts and of neighbours."""
        reached = {form for point in fingerprints for form in (point, veil(point))}
        attempts = Attempt.objects.filter(channel=CALL, reached__in=reached)
        return self.filter(pk__in=attempts.values("notification"))

    def free_for(self, user: User) -> "CallQuerySet":
        """Those that no one else has taken just now, by the database's clock."""
        free = Q(lease_until=None) | Q(lease_until__lt=Now()) | Q(taken_by=user)
        return self.to_make().filter(free)

    def take(self, user: User) -> int:
        """Give them to `user` for `CALL_MINUTES`; returns how many."""
        return self.to_make().update(taken_by=user, lease_until=Now() + CALL_MINUTES)

    def tidy(self) -> None:
        """Do what `CallTask.tidy` does for each of these that is still to be made."""
        for call in self.to_make():
            call.tidy()

    def end(self, outcome: CallOutcome, next_try: datetime | None) -> int:
        """Settle calls as what came of them says; returns how many. Call it in a transaction.

        Whoever was reached knows now; a wrong number is given up, for a person to look at; else the call
        comes up again at `next_try`, and the others come first.
        """
        ended = list(self.to_make().select_for_update(of=("self",)).values_list("pk", flat=True))
        calls = Attempt.objects.filter(notification__in=ended, channel=CALL)
        these = CallTask.calls.filter(pk__in=ended)
        free: dict[str, Any] = {"taken_by": None, "lease_until": None}
        if outcome == CallOutcome.REACHED:
            calls.update(state=Attempt.State.SENT, sent_at=Now())
            return these.update(state=Notification.State.SENT, sent_at=Now(), **free)
        if outcome == CallOutcome.WRONG_NUMBER:
            calls.update(state=Attempt.State.FAILED, failed_at=Now(), error=WRONG_NUMBER)
            return these.update(state=Notification.State.FAILED, error=WRONG_NUMBER, **free)
        calls.update(tries=F("tries") + 1)
        return these.update(due_at=next_try, **free)


class CallTask(Notification):
    """A message that a coordinator tells by phone."""

    calls: ClassVar = CallQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("call to make")
        verbose_name_plural = _("call list")
        default_permissions: ClassVar = ("view", "change")

    @property
    def rings(self) -> User | None:
        """The coordinator who has it just now, or None."""
        is_taken = self.lease_until is not None and self.lease_until > timezone.now()
        return self.taken_by if is_taken else None

    def script(self) -> dict[str, Any]:
        """What to say, in the coordinator's language, and the pages: whom to ring, where to note the answer.

        {"is_past": True} where nothing is to be said any more, or someone was told.
        """
        is_to_make = self.state == Notification.State.TO_CALL
        message = compose_if_there(self.kind, self.about_id) if is_to_make else None
        if message is None:
            return {"is_past": True}
        subject, body = render_for_reading_out(kind_named(self.kind), message)
        speaks = dict(settings.LANGUAGES).get(
            message.recipient.language, message.recipient.language
        )
        return {
            "subject": subject,
            "body": body,
            "speaks": speaks,
            "contact_page": message.contact_page,
            "answer_page": message.answer_page,
        }

    def tidy(self) -> None:
        """Take it from the call list where nothing is to be said any more, or nobody may ring there now.

        What is still to be said goes on by another way, or stands on the board.
        """
        message = compose_if_there(self.kind, self.about_id)
        listed = CallTask.calls.filter(pk=self.pk).to_make()
        trying = Attempt.objects.filter(notification=self.pk, state=Attempt.State.TRYING)
        if message is None:
            if listed.update(state=Notification.State.CANCELLED):
                trying.update(state=Attempt.State.STOPPED)
        elif not _may_be_rung(message.recipient):
            free: dict[str, Any] = {"taken_by": None, "lease_until": None, "tries": 0}
            if listed.update(state=Notification.State.WAITING, due_at=Now(), **free):
                failed = {"state": Attempt.State.FAILED, "failed_at": Now(), "error": NOT_SAFE}
                trying.filter(channel=CALL).update(**failed)


def _may_be_rung(recipient: Recipient) -> bool:
    if not (recipient.phone and recipient.calls):
        return False
    return not BlockedContactPoint.objects.of(recipient.phone).exists()
