"""How fast a need may go: how many at once, how long to wait, how often one person, and at which hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from mutualaid.matching.search.invitation_history import Asks
from mutualaid.notify.models import Preferences
from mutualaid.notify.routing import quiet_hours
from requests_app.models import Need
from requests_app.states import Urgency


@dataclass(frozen=True)
class Pace:
    """`sure` is the chance of a yes that one wave aims at; a wave lasts `wait`."""

    sure: float
    wait: timedelta
    asks_a_week: int
    asks_a_day: int | None
    day_and_night: bool

    def may_ask(self, asks: Asks) -> bool:
        """Whether somebody with this past may be asked once more."""
        today = self.asks_a_day is None or asks.day < self.asks_a_day
        return today and asks.week < self.asks_a_week


def pace_of(need: Need) -> Pace:
    urgent = need.urgency == Urgency.CRITICAL
    return Pace(
        sure=settings.WAVE_CHANCES[need.urgency - 1],
        wait=timedelta(minutes=settings.WAVE_MINUTES[need.urgency - 1]),
        asks_a_week=settings.ASKS_A_WEEK_URGENT if urgent else settings.ASKS_A_WEEK,
        asks_a_day=None if urgent else settings.ASKS_A_DAY,
        day_and_night=urgent,
    )


def quiet_until(now: datetime) -> datetime | None:
    """When the group's quiet hours end that it is in now; None outside of them."""
    return quiet_hours.quiet_until(Preferences(), now)
