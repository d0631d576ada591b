"""Seventy-five places, far more people who say yes, and sixteen of them at once."""

from argparse import Namespace
from dataclasses import replace

from django.db.models import Count, F, Q
from django.utils import timezone

from mutualaid.matching.models import Match
from requests_app.models import Claim, Need
from requests_app.states import FILLS_A_PLACE
from tests.benchmarks.goals import at_least, at_most
from tests.chaos.servers import World
from tests.load import table
from tests.load.visits import let_come
from tests.load.world import LINES, fill, invitations

NEEDS, HELPERS_EACH, TRIES_EACH, AT_ONCE, MOST_MS = 25, 3, 8, 16, 400
YES = "POST /help/<id>/yes/"


def claims(world: World, options: Namespace) -> bool:
    """Return whether no page was wrong, and no need has more helpers than it wants."""
    cast = fill(needs=options.needs, volunteers=options.volunteers, come=0)
    needs = _wanted()
    visits = let_come(
        world,
        replace(cast, volunteers=invitations(_matches(needs))),
        {"Claimer": AT_ONCE},
        seconds=options.seconds,
        per_second=0,
    )
    is_right = visits.report()
    name = f"{NEEDS * HELPERS_EACH} places claimed by {AT_ONCE} at once, {options.database}"
    at_least(
        f"{name}: filled",
        Claim.objects.filling().filter(need__in=needs).count(),
        NEEDS * HELPERS_EACH,
    )
    yes = [one for one in visits.seen if one.name == YES]
    at_most(f"{name}: p99 of a yes", table.within(0.99, yes), MOST_MS, "ms")
    return at_most(f"{name}: needs with too many helpers", overfull(), 0) and is_right


def _wanted() -> list[Need]:
    needs = list(Need.objects.open().order_by("pk")[:NEEDS])
    Need.objects.filter(pk__in=[need.pk for need in needs]).update(helpers_wanted=HELPERS_EACH)
    return needs


def _matches(needs: list[Need]) -> list[int]:
    """Invite so many volunteers for each, no one for two; returns the ids of the matches."""
    Match.objects.filter(need__in=needs).delete()
    made = Match.objects.bulk_create(
        Match(
            need=need,
            offer_id=1 + place * NEEDS + number,
            score=90,
            lines=LINES,
            state=Match.State.NOTIFIED,
            invited_at=timezone.now(),
        )
        for place in range(TRIES_EACH)
        for number, need in enumerate(needs)
    )
    return [match.pk for match in made]


def overfull() -> int:
    """How many needs have more helpers than they want."""
    filling = Count("claims", filter=Q(claims__state__in=FILLS_A_PLACE))
    return int(
        Need.objects.annotate(helpers=filling).filter(helpers__gt=F("helpers_wanted")).count()
    )
