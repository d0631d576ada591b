"""A need that repeats on some days of the week until a last day. Each occurrence is a need."""

from datetime import date, datetime, time, timedelta
from typing import ClassVar

from dateutil.rrule import rrule, rruleset, rrulestr
from django.db import models
from django.utils.translation import gettext_lazy as _

from mutualaid import clock
from mutualaid.policy.current import current_policy


class SeriesQuerySet(models.QuerySet["Series"]):
    def due(self) -> "SeriesQuerySet":
        """Series that go on and lack occurrences before `horizon()`."""
        return self.filter(ended_at=None, made_until__lt=horizon())


class Series(models.Model):
    """A rule and how far it has been followed.

    `rule` is an RRULE of RFC 5545, counted from `starts_on`. Occurrences up to the day `made_until` were
    made, or skipped because their day was over. `ended_at`: it was stopped, or its last day has passed.
    """

    rule = models.CharField(_("rule"), max_length=200)
    starts_on = models.DateField(_("starts on"))
    made_until = models.DateField(_("made until"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects: ClassVar = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("repeating need")
        verbose_name_plural = _("repeating needs")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return self.rule

    def days(self, first: date, last: date) -> list[date]:
        """The days of its occurrences from `first` to `last`, both included; none if there are none."""
        begin, end = (datetime.combine(day, time.min) for day in (first, last))
        return [at.date() for at in self._dates().between(begin, end, inc=True)]

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        today = datetime.combine(clock.today(), time.min)
        return self._dates().after(today, inc=True) is None

    def _dates(self) -> rrule | rruleset:
        return rrulestr(self.rule, dtstart=datetime.combine(self.starts_on, time.min))


def horizon() -> date:
    """The day up to which occurrences are made: the policy's `repeat_ahead_days` from today."""
    return clock.today() + timedelta(days=current_policy().repeat_ahead_days)


def weekly(weekdays: list[str], until: date) -> str:
    """The RRULE for these days of the week ("MO" to "SU") up to the day `until`, included."""
    return f"FREQ=WEEKLY;BYDAY={','.join(weekdays)};UNTIL={until:%Y%m%d}"
