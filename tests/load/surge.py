"""A thousand needs in a minute, beside those who read: what pages and the matcher make of it.

The needs are asked by the action of the ask's last page, from here: the other pages of each would be sixteen
requests more.
"""

import time
from argparse import Namespace
from random import Random

from django.db import connection
from django.db.models import Min

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.matching.models import Match, NeedSearch
from requests_app.actions import ContactDetails
from requests_app.models import Need
from tests.benchmarks.goals import at_most
from tests.chaos.servers import World
from tests.load.visits import goals, let_come, people_of, volunteers_for
from tests.load.world import fill
from tests.support import factories

NEEDS_A_SECOND, PATIENCE, SEED = 1_000 / 60, 600.0, 1
MOST_SECONDS, MOST_SECONDS_TO_INVITATION = 60, 15


def surge(world: World, options: Namespace) -> bool:
    """Return whether no page was wrong."""
    come = volunteers_for(options.seconds)
    cast = fill(needs=options.needs, volunteers=options.volunteers, come=come)
    asked, after = list[int](), list[float]()

    def ask_and_wait() -> None:
        asked.extend(_ask(options.seconds))
        after.append(_seconds_until_matched(asked))

    visits = let_come(
        world,
        cast,
        people_of(options.people),
        seconds=options.seconds,
        beside=ask_and_wait,
    )
    is_right = visits.report()
    name = f"surge of {len(asked):,} needs, {options.database}"
    goals(name, visits.seen)
    at_most(f"{name}: all matched, after the last", after[0], MOST_SECONDS, "s")
    waits = sorted(_seconds_to_invitation(asked))
    print(f"   {len(waits):,} of them had someone to invite")
    p95 = waits[int(0.95 * (len(waits) - 1))] if waits else PATIENCE
    at_most(f"{name}: p95 to the first invitation", p95, MOST_SECONDS_TO_INVITATION, "s")
    return is_right


def _ask(seconds: float) -> list[int]:
    """Ask at an even pace; returns the ids of the needs."""
    random, began, asked = Random(SEED), time.monotonic(), list[int]()
    kinds = list(Category.objects.filter(parent__gt=0, sensitive=False).order_by("pk"))
    demand = [1 / (1 + place) for place in range(len(kinds))]
    areas = list(Locality.objects.order_by("pk"))
    language = Language.objects.earliest("pk")  # as in the city the most common one
    for number in range(round(seconds * NEEDS_A_SECOND)):
        time.sleep(max(0.0, began + number / NEEDS_A_SECOND - time.monotonic()))
        need = factories.need(
            category=random.choices(kinds, demand)[0],
            locality=random.choice(areas),
            languages=[language],
            urgency=random.choice((1, 2, 2, 3, 4)),
            contact=ContactDetails(name="Ana", email=f"surge-{number}@people.example"),
        )
        asked.append(need.pk)
        connection.close()  # as a request does
    took = time.monotonic() - began
    print(f"   {len(asked):,} needs asked in {took:.0f} s", flush=True)
    return asked


def _seconds_until_matched(needs: list[int]) -> float:
    """Seconds from now until the worker has looked at each; `PATIENCE` where it never does."""
    began, unmatched = time.monotonic(), set(needs)
    while unmatched and time.monotonic() - began < PATIENCE:
        matched = NeedSearch.objects.filter(need__gte=min(needs)).values_list("need", flat=True)
        unmatched -= set(matched)
        connection.close()
        time.sleep(0.5)
    return PATIENCE if unmatched else time.monotonic() - began


def _seconds_to_invitation(needs: list[int]) -> list[float]:
    """For each need that had someone to invite: from the moment it was asked to the first invitation."""
    asked = dict(Need.objects.filter(pk__gte=min(needs)).values_list("pk", "created_at"))
    firsts = Match.objects.filter(need__in=asked, invited_at__isnull=False).values("need")
    invited = firsts.annotate(first=Min("invited_at")).values_list("need", "first")
    ours = set(needs)
    return [(first - asked[need]).total_seconds() for need, first in invited if need in ours]
