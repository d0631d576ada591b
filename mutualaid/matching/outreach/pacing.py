"""How fast a need may go, how often one person may be invited, and who may be invited at this hour."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from mutualaid import clock
from mutualaid.matching.search.ranking import Invitations
from mutualaid.notify.models import Preferences
from mutualaid.notify.routing.quiet_hours import quiet_until
from mutualaid.policy.current import current_policy
from requests_app.models import Need
from requests_app.states import Urgency


@dataclass(frozen=True)
class Pace:
    """`sure` is the chance of a yes (0 to 1) that one wave aims at; a wave lasts `wait`."""

    sure: float
    wait: timedelta
    max_invitations_per_week: int
    max_invitations_per_day: int | None
    """None: no limit for a day."""

    def may_invite(self, past: Invitations) -> bool:
        """Whether someone with this past may be invited once more."""
        today = self.max_invitations_per_day is None or past.day < self.max_invitations_per_day
        return today and past.week < self.max_invitations_per_week


def is_urgent(need: Need) -> bool:
    """Whether it is needed today: invited for at night, and oftener, where people allow it."""
    return need.urgency == Urgency.CRITICAL


def pace_of(need: Need) -> Pace:
    """The group's policy for the urgency of this need."""
    policy, urgent = current_policy(), is_urgent(need)
    return Pace(
        sure=policy.wave_chances[need.urgency - 1],
        wait=timedelta(minutes=policy.wave_minutes[need.urgency - 1]),
        max_invitations_per_week=policy.invitations_per_week_urgent
        if urgent
        else policy.invitations_per_week,
        max_invitations_per_day=None if urgent else policy.invitations_per_day,
    )


def group_is_quiet_until(now: datetime) -> datetime | None:
    """When the quiet hours of the group end that it is in `now`; None outside of them."""
    return quiet_until(Preferences(), now)


@dataclass(frozen=True)
class Availability:
    """When people would hear of an invitation that is sent now, by the ids of their offers."""

    unwilling: Collection[int]
    """They wish to be invited to nothing of this urgency, and find the need on their page."""
    digest: Collection[int]
    """They hear of all invitations of a day or a week in one message."""
    asleep: dict[int, datetime]
    """It is in their quiet hours, which end then."""


def availability(need: Need, offers: Collection[int], now: datetime) -> Availability:
    """What the people of these offers prefer, in one query; whoever chose nothing has the group's.

    Quiet hours are by each person's own clock. For a need of today they hold only for those who did not
    allow urgent invitations at night, and no one is made to wait for a digest.
    """
    urgent = is_urgent(need)
    chosen = _preferences_of(offers)
    usual = Preferences()
    unwilling, digest, asleep = set[int](), set[int](), dict[int, datetime]()
    for offer in offers:
        preferences = chosen.get(offer, usual)
        if not preferences.wants_invitations(urgent=urgent):
            unwilling.add(offer)
        if not urgent and preferences.pace != Preferences.Pace.AT_ONCE:
            digest.add(offer)
        may_wake = urgent and preferences.urgent_at_night
        if not may_wake and (until := quiet_until(preferences, now)):
            asleep[offer] = until
    return Availability(unwilling, digest, asleep)


def who_may_be_invited(need: Need, past: Mapping[int, Invitations]) -> set[int]:
    """Which offers, by their ids, a wave may invite, of those with this past that were not invited to it.

    Whoever sleeps counts only where the need cannot wait until they wake.
    """
    when, pace = availability(need, past.keys(), clock.now()), pace_of(need)
    held_up = {*when.unwilling, *(when.asleep if is_urgent(need) else ())}
    return {offer for offer in past.keys() - held_up if pace.may_invite(past[offer])}


def _preferences_of(offers: Collection[int]) -> dict[int, Preferences]:
    """By the id of the offer. The phone is not needed, so that it is not decrypted."""
    rows = Preferences.objects.filter(user__offer__in=offers).defer("phone")
    return {row.offer: row for row in rows.annotate(offer=F("user__offer"))}
