from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.models.notification import Notification
from mutualaid.people.models import User

NEXT_TRY = timedelta(hours=3)
"""After which a call without an answer comes up again; the others come first."""
CALL_MINUTES = timedelta(minutes=15)
"""How long a coordinator who opened a call has it to themself, so that nobody is rung twice."""


class CallQuerySet(models.QuerySet["CallTask"]):
    def to_make(self) -> "CallQuerySet":
        return self.filter(channel="call", state=Notification.State.TO_CALL)

    def free_for(self, user: User) -> "CallQuerySet":
        """Those that nobody else has taken just now, by the database's clock."""
        free = Q(lease_until=None) | Q(lease_until__lt=Now()) | Q(taken_by=user)
        return self.to_make().filter(free)

    def take(self, user: User) -> int:
        """Have them for `CALL_MINUTES`; returns how many."""
        return self.to_make().update(taken_by=user, lease_until=Now() + CALL_MINUTES)

    def told(self) -> int:
        """The person knows now; returns how many."""
        done = {"state": Notification.State.SENT, "sent_at": Now()}
        return self.to_make().update(**done, taken_by=None, lease_until=None)

    def no_answer(self) -> int:
        """Nobody picked up: it goes to the end of the list; returns how many did."""
        later = {"attempts": F("attempts") + 1, "due_at": Now() + NEXT_TRY}
        return self.to_make().update(**later, taken_by=None, lease_until=None)


class CallTask(Notification):
    """A message that a coordinator tells by phone."""

    calls: ClassVar = CallQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("call to make")
        verbose_name_plural = _("call list")
        default_permissions: ClassVar = ("view", "change")

    def __str__(self) -> str:
        from mutualaid.notify.registry import label_of

        return label_of(self.kind)

    @property
    def rings(self) -> User | None:
        """The coordinator who has it just now."""
        is_taken = self.lease_until is not None and self.lease_until > timezone.now()
        return self.taken_by if is_taken else None

    def script(self) -> dict[str, Any]:
        """What to say, in the coordinator's language, and where it stands whom to ring."""
        from mutualaid.notify.registry import compose_if_there, kind_named
        from mutualaid.notify.rendering.render import render_for_reading_out

        kind = kind_named(self.kind)
        message = compose_if_there(self.kind, self.about_id)
        if message is None:
            return {"is_past": True}
        subject, body = render_for_reading_out(kind, message)
        speaks = dict(settings.LANGUAGES).get(
            message.recipient.language, message.recipient.language
        )
        return {"subject": subject, "body": body, "speaks": speaks, "desk": message.desk}

    def cancel_if_past(self) -> None:
        from mutualaid.notify.registry import compose_if_there

        if compose_if_there(self.kind, self.about_id) is None:
            CallTask.calls.filter(pk=self.pk).to_make().update(state=Notification.State.CANCELLED)
