"""Who carries far more than they said, or than the others, for four weeks on end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import chain

from django.db.models import Count, F, QuerySet

from mutualaid import clock
from mutualaid.local_time import week_of
from mutualaid.people.models import User
from offers_app.states import COUNTS
from requests_app.models import Claim, ContactLogEntry, NeedEvent

WEEKS = 4
FAR_MORE = 1.5
"""Times what they said, over all weeks together. Assumed, not measured (ADR 111)."""
FEWEST_ON_THE_DESK = 3
"""People who did some of the desk's work. Of fewer, a share would say who it is of."""
LEAST_STEPS = 10
"""Steps a week on the desk; of fewer no one is worn out. Assumed, not measured (ADR 111)."""
WEEK = timedelta(days=7)

Steps = Mapping[int, int]
"""How many steps each person took, by their ids."""


def is_far_more(said: int, done: Sequence[int]) -> bool:
    """Whether `done` tasks, week by week, are far more than the `said` tasks a week of an offer.

    More than said in each of `WEEKS` weeks, and together `FAR_MORE` times as much.
    """
    return (
        len(done) == WEEKS
        and all(tasks > said for tasks in done)
        and sum(done) >= FAR_MORE * said * WEEKS
    )


def carried_most(weeks: Sequence[Steps]) -> int | None:
    """The id of whoever took more than half of the desk's steps in each of `WEEKS` weeks; None for no one.

    A desk says nothing of how much it means to do, so it is compared with the others: at least
    `FEWEST_ON_THE_DESK` people in each week, and `LEAST_STEPS` steps of that one person.
    """
    if len(weeks) != WEEKS or not all(weeks):
        return None
    person = max(weeks[0], key=lambda pk: (weeks[0][pk], -pk))
    is_most = all(
        len(week) >= FEWEST_ON_THE_DESK
        and week.get(person, 0) >= LEAST_STEPS
        and week.get(person, 0) * 2 > sum(week.values())
        for week in weeks
    )
    return person if is_most else None


def largest_share(weeks: Sequence[Steps]) -> float | None:
    """The part of all steps that one pair of hands took; None below `FEWEST_ON_THE_DESK` people."""
    together = sum((Counter(week) for week in weeks), Counter[int]())
    if len(together) < FEWEST_ON_THE_DESK:
        return None
    return max(together.values()) / together.total()


def who_carries_far_more() -> QuerySet[User]:
    """Active people who carried far more than they said, or most of the desk, in the last four weeks."""
    found = _beyond_their_offer()
    if on_the_desk := carried_most(desk_weeks()):
        found.add(on_the_desk)
    return User.objects.active().filter(pk__in=found).order_by("pk")


def desk_weeks() -> list[Steps]:
    """Steps by person in each of the last `WEEKS` spans of seven days, the newest first.

    What one did with many needs at once has one time, and is one step.
    """
    now = clock.now()
    since = now - WEEKS * WEEK
    events = NeedEvent.objects.filter(
        actor_kind=NeedEvent.Kind.COORDINATOR, actor__isnull=False, at__gt=since, at__lte=now
    )
    calls = ContactLogEntry.objects.filter(by__isnull=False, at__gt=since, at__lte=now)
    weeks = [Counter[int]() for _ in range(WEEKS)]
    for person, at in chain(
        events.order_by().values_list("actor", "at").distinct(),
        calls.order_by().values_list("by", "at").distinct(),
    ):
        weeks[(now - at) // WEEK][person] += 1
    return list(weeks)


def _beyond_their_offer() -> set[int]:
    """Who had more tasks than their offer says, far more, in the last four full weeks from Monday on."""
    this_week = week_of(clock.today())
    weeks = [this_week - n * WEEK for n in range(1, WEEKS + 1)]
    claims = Claim.objects.filling().filter(
        week__in=weeks, volunteer__is_active=True, volunteer__offer__state__in=COUNTS
    )
    rows = (
        claims.order_by()
        .values_list("volunteer", "week", "volunteer__offer__per_week")
        .annotate(tasks=Count("pk"))
        .filter(tasks__gt=F("volunteer__offer__per_week"))
    )
    done: dict[int, list[int]] = {}
    said: dict[int, int] = {}
    for person, _week, per_week, tasks in rows:
        done.setdefault(person, []).append(tasks)
        said[person] = per_week
    return {person for person, weeks in done.items() if is_far_more(said[person], weeks)}
