"""People who carry a lot: more tasks than they said, or most of the desk."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mutualaid import clock
from mutualaid.local_time import this_week
from mutualaid.people.models import User
from offers_app.models import Offer
from requests_app.models import Claim, Need, NeedEvent
from tests.support import factories


def tasks(
    user: User, *, per_week: int, each_week: int, weeks: int = 4, ago: int = 1, **offer: Any
) -> Offer:
    """An offer of so many tasks a week, and so many done in each of the weeks up to `ago` weeks ago."""
    made = factories.offer(user, per_week=per_week, **offer)
    for n in range(ago, ago + weeks):
        for slot in range(1, each_week + 1):
            Claim.objects.create(
                need=factories.need(),
                volunteer=user,
                week=this_week() - timedelta(weeks=n),
                week_slot=slot,
                state="confirmed",
            )
    return made


def event(need: Need, by: User, at: datetime) -> None:
    NeedEvent.objects.create(
        need=need, action="publish", state="open", actor_kind="coordinator", actor=by, at=at
    )


def desk(steps: Mapping[User, int], *, weeks: int = 4) -> None:
    """Let each coordinator take so many steps in each week."""
    need, now = factories.need(), clock.now()
    for week in range(weeks):
        for person, many in steps.items():
            for n in range(many):
                event(need, person, now - timedelta(days=7 * week + 1, seconds=n))
