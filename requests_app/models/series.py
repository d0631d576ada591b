"""A need that comes back: on these days of the week, until a day. Each occurrence is a need."""

from datetime import date, datetime, time
from typing import ClassVar

from dateutil.rrule import rrulestr
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SeriesQuerySet(models.QuerySet["Series"]):
    def due(self) -> "SeriesQuerySet":
        """Those whose occurrences are not made as far ahead as they should be."""
        return self.filter(ended_at=None, made_until__lt=horizon())


class Series(models.Model):
    """`rule` is an RRULE of RFC 5545; occurrences up to `made_until` are made, or were skipped."""

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
        """The days of its occurrences from `first` to `last`, both included."""
        rule = rrulestr(self.rule, dtstart=datetime.combine(self.starts_on, time.min))
        begin, end = (datetime.combine(day, time.min) for day in (first, last))
        return [at.date() for at in rule.between(begin, end, inc=True)]


def horizon() -> date:
    """Up to this day, occurrences are made."""
    return timezone.localdate() + settings.REPEAT_AHEAD


def weekly(weekdays: list[str], until: date) -> str:
    """The rule for these days of the week ("MO", "TH"), to the day `until`, included."""
    return f"FREQ=WEEKLY;BYDAY={','.join(weekdays)};UNTIL={until:%Y%m%d}"
