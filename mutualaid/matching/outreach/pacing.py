"""How fast a need may go, how often one person may be invited, who may be at this hour, and who waits back.

Hold: an offer waits back from a need that can wait, while others need its volunteer more (ADR 88).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from mutualaid.matching.models import Match
from mutualaid.matching.search.invitation_history import Invitations
from mutualaid.matching.search.ranking import Ranked
from mutualaid.notify.models import Preferences
from mutualaid.notify.routing.quiet_hours import quiet_until
from mutualaid.policy.current import current_policy
from mutualaid.policy.models import Policy
from requests_app.models import Need
from requests_app.states import Urgency

CAN_WAIT = (Urgency.LOW, Urgency.NORMAL)
SHARE = 0.25
"""Of the time from the ask to the end of its day, in which an offer may wait back. Assumed (ADR 88)."""


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
    return pace_by(current_policy(), need)


def pace_by(policy: Policy, need: Need) -> Pace:
    """What this policy, which may not be in force, would say for the urgency of the need."""
    urgent = is_urgent(need)
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
    return availability_of(need, offers, _preferences_of(offers), now)


def availability_of(
    need: Need, offers: Iterable[int], chosen: Mapping[int, Preferences], now: datetime
) -> Availability:
    """Do the same without a query; `chosen` are the preferences by the id of the offer."""
    wishes = _Wishes(is_urgent(need), now)
    unwilling, digest, asleep = set[int](), set[int](), dict[int, datetime]()
    for offer in offers:
        preferences = chosen.get(offer, wishes.usual)
        if not preferences.wants_invitations(urgent=wishes.urgent):
            unwilling.add(offer)
        if not wishes.urgent and preferences.pace != Preferences.Pace.AT_ONCE:
            digest.add(offer)
        if until := wishes.asleep_until(preferences):
            asleep[offer] = until
    return Availability(unwilling, digest, asleep)


def may_be_invited(need: Need, now: datetime) -> Callable[[Ranked], bool]:
    """Say of an offer whether a wave may invite it now that was not invited to this need.

    Whoever sleeps counts only where the need cannot wait until they wake.
    """
    pace, wishes = pace_of(need), _Wishes(is_urgent(need), now)

    known = dict[int, bool]()

    def may(ranked: Ranked) -> bool:
        if ranked.offer_id not in known:
            chosen = ranked.chosen or wishes.usual
            sleeps = wishes.urgent and wishes.asleep_until(chosen)
            wants = chosen.wants_invitations(urgent=wishes.urgent) and not sleeps
            known[ranked.offer_id] = wants and pace.may_invite(ranked.past)
        return known[ranked.offer_id]

    return may


@dataclass
class _Wishes:
    """What people prefer about an invitation that is sent now. Hours that are alike are looked at once."""

    urgent: bool
    now: datetime
    usual: Preferences = field(default_factory=Preferences)
    ends: dict[Any, datetime | None] = field(default_factory=dict)

    def asleep_until(self, chosen: Preferences) -> datetime | None:
        """The end of their quiet hours; None outside of them, or where they do not count."""
        if self.urgent and chosen.urgent_at_night:
            return None
        hours = chosen.quiet_hours, chosen.time_zone
        if hours not in self.ends:
            self.ends[hours] = quiet_until(chosen, self.now)
        return self.ends[hours]


def _preferences_of(offers: Collection[int]) -> dict[int, Preferences]:
    """By the id of the offer. The phone is not needed, so that it is not decrypted."""
    rows = Preferences.objects.filter(user__offer__in=offers).defer("phone")
    return {row.offer: row for row in rows.annotate(offer=F("user__offer"))}


def hold_ends(need: Need) -> datetime:
    """Until when offers may wait back from `need` at most; it may be over. None does from what is urgent."""
    if need.urgency not in CAN_WAIT:
        return need.created_at
    return need.created_at + SHARE * (need.ends_at - need.created_at)


def held(need: Need, matches: Iterable[Match], now: datetime) -> set[Match]:
    """Those of `matches` whose offers wait back from `need` now.

    They cost more than all that the backlog's auction counts for it: its priority, the equity of its area,
    and how well they fit. Whom a coordinator pinned never waits, nor who was proposed for this very need.
    """
    if hold_ends(need) <= now:
        return set()
    priced = [match for match in matches if match.price and not (match.pinned or match.is_kept)]
    if not priced:
        return set()
    least = _worth(need, {})
    dear = [match for match in priced if match.score + least < 0]
    if not dear:  # nearly always: then nobody counts all areas for the equity of one
        return set()
    from mutualaid.matching.backlog.load import coverage_by_locality

    worth = _worth(need, coverage_by_locality(now))
    return {match for match in dear if match.score + worth < 0}


def _worth(need: Need, coverage: dict[int, float]) -> float:
    """Points of the need whoever comes. What can wait does not grow with the time it has waited."""
    import numpy as np  # twelve megabytes, where the backlog was never priced no one needs them

    from mutualaid.matching.backlog.points import need_points

    urgency, locality = np.array([need.urgency]), np.array([need.locality_id])
    return float(need_points(urgency, np.zeros(1), locality, coverage)[0])
