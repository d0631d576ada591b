"""How likely a yes is, and whom to invite so that someone says it.

The figures are assumed, not measured (ADR 13); only the base rate of a category is replaced by the
measured one, once there are enough answers.
"""

from collections.abc import Iterable
from datetime import timedelta
from math import exp, prod
from typing import Any, NamedTuple, TypeVar

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from mutualaid import clock
from mutualaid.matching.models import AcceptanceRate, Match
from mutualaid.matching.scoring import Facts
from mutualaid.policy.current import current_policy
from mutualaid.statements import compiled, constant, slot

Who = TypeVar("Who")
MEASURED_FOR = timedelta(days=90)
"""How far back invitations are counted."""
ENOUGH_INVITATIONS = 200
"""Invitations from which on the measured rate of a category replaces the policy's (ADR 13)."""
MOST_CERTAIN = 0.95
"""No one is more certain to say yes than this, whatever the numbers say."""
PRICE_SCALE = 40.0
"""Points of price that weigh as much as a yes that is e times less likely."""


class Person(NamedTuple):
    """Someone who may be invited: the chance of their yes (0 to 1), their invitations in seven days,
    the price of their offer in points, and whether it was proposed for this need."""

    chance: float
    invitations: int
    price: float
    is_kept: bool = False


def acceptance_factor(facts: Facts) -> float:
    """Factor on the base rate: 1.6 in the same area to 0.5 at full reach, × 0.7 for a related category.

    Assumed, not measured (ADR 13).
    """
    return (1.6 - 1.1 * facts.way) * (1.0 if facts.same_category else 0.7)


def chance(rate: float, factor: float, invitations: int) -> float:
    """The chance of a yes, 0 to 0.95, from someone with so many `invitations` in the last seven days.

    Each takes 14 % off (e^-0.15). Assumed, not measured (ADR 13).
    """
    return min(MOST_CERTAIN, rate * factor * exp(-0.15 * invitations))


def at_least_one(chances: Iterable[float]) -> float:
    """The chance that at least one of them says yes."""
    return 1.0 - prod(1.0 - chance for chance in chances)


def invite_priority(person: Person) -> tuple[bool, float]:
    """The higher, the earlier invited: kept for it, then likely to say yes, not invited lately, not wanted
    elsewhere."""
    ease = person.chance * exp(-0.35 * person.invitations) * exp(-person.price / PRICE_SCALE)
    return person.is_kept, ease


def whom_to_invite(people: dict[Who, Person], *, so_far: float, target: float) -> list[Who]:
    """The fewest who bring the chance of at least one yes to `target` (0 to 1), or all where it takes more.

    `so_far` is the chance there is already, from those invited before. People are taken by their
    `invite_priority`; among equals the order they come in decides.
    """
    chosen: list[Who] = []
    no_yes = 1.0 - so_far
    for who in sorted(people, key=lambda who: invite_priority(people[who]), reverse=True):
        if 1.0 - no_yes >= target:
            break
        chosen.append(who)
        no_yes *= 1.0 - people[who].chance
    return chosen


def rate_of(category: int) -> float:
    """How often people say yes to this category, 0 to 1: measured, or else as the policy assumes."""
    for yes, invitations in _measured().rows(category=category):
        return yes / invitations
    return current_policy().base_acceptance_rate


@compiled
def _measured() -> "QuerySet[Any, tuple[int, int]]":
    enough = AcceptanceRate.objects.filter(invitations__gte=constant(ENOUGH_INVITATIONS))
    return enough.filter(category=slot("category")).values_list("yes", "invitations")


@transaction.atomic
def measure_rates() -> None:
    """Count invitations and yes of the last `MEASURED_FOR`, by category.

    Whoever has not answered counts as a no: that errs on the side of inviting one more.
    """
    now = clock.now()
    invited = Match.objects.filter(invited_at__gt=now - MEASURED_FOR).order_by()
    counted = invited.values("need__category").annotate(
        invitations=Count("pk"), yes=Count("pk", filter=Q(state=Match.State.ACCEPTED))
    )
    AcceptanceRate.objects.bulk_create(
        [
            AcceptanceRate(
                category_id=row["need__category"],
                invitations=row["invitations"],
                yes=row["yes"],
                counted_at=now,
            )
            for row in counted
        ],
        update_conflicts=True,
        unique_fields=["category"],
        update_fields=["invitations", "yes", "counted_at"],
    )
