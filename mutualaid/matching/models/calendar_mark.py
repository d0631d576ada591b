"""Up to when it was looked at what time alone changes."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CalendarMarkQuerySet(models.QuerySet["CalendarMark"]):
    def move_to(self, now: datetime) -> datetime | None:
        """Set the mark to `now`; returns where it stood before. None if it is there or there was none.

        Of two at once one moves it.
        """
        mark, is_new = self.get_or_create(pk=1, defaults={"looked_at": now})
        before = mark.looked_at
        is_mine = before < now and self.filter(pk=1, looked_at=before).update(looked_at=now)
        return before if is_mine and not is_new else None


class CalendarMark(models.Model):
    """One row: since when time has passed that no one has looked at. See `search.calendar`."""

    looked_at = models.DateTimeField()

    objects: ClassVar = CalendarMarkQuerySet.as_manager()

    class Meta:
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(pk=1),
                name="calendarmark_id_check",
                violation_error_message=_("There is only one row of this."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.looked_at)
