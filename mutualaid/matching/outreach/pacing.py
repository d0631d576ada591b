"""How fast a need may go: how many at once, how long to wait, how often one person, at which hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mutualaid.matching.search.invitation_history import Invitations
from mutualaid.notify.models import Preferences
from mutualaid.notify.routing import quiet_hours
from mutualaid.policy.current import current_policy
from requests_app.models import Need
from requests_app.states import Urgency


@dataclass(frozen=True)
class Pace:
    """`sure` is the chance of a yes that one wave aims at; a wave lasts `wait`."""

    sure: float
    wait: timedelta
    max_invitations_per_week: int
    most_a_day: int | None
    day_and_night: bool

    def may_invite(self, past: Invitations) -> bool:
        """Whether someone with this past may be invited once more."""
        today = self.most_a_day is None or past.day < self.most_a_day
        return today and past.week < self.max_invitations_per_week


def pace_of(need: Need) -> Pace:
    policy, urgent = current_policy(), need.urgency == Urgency.CRITICAL
    return Pace(
        sure=policy.wave_chances[need.urgency - 1],
        wait=timedelta(minutes=policy.wave_minutes[need.urgency - 1]),
        max_invitations_per_week=policy.invitations_per_week_urgent
        if urgent
        else policy.invitations_per_week,
        most_a_day=None if urgent else policy.invitations_per_day,
        day_and_night=urgent,
    )


def quiet_until(now: datetime) -> datetime | None:
    """When the group's quiet hours end that it is in now; None outside of them."""
    return quiet_hours.quiet_until(Preferences(), now)
