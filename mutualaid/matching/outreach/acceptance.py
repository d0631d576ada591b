"""How likely a yes is, and whom to invite so that someone says it. Pure: numbers in, numbers out.

The figures are assumed, not measured (ADR 13); the usual rate is replaced by the measured one.
"""

from collections.abc import Iterable
from math import exp, prod
from typing import NamedTuple, TypeVar

from mutualaid.matching.scoring import Facts

Who = TypeVar("Who")
MOST_CERTAIN = 0.95
"""No one is more certain to say yes than this, whatever the numbers say."""
PRICE_SCALE = 40.0
"""Points of price that let someone wait as long as one who is e times less likely to say yes."""


class Person(NamedTuple):
    """Someone who may be invited: the chance of their yes (0 to 1), their invitations in seven days,
    the price of their offer in points."""

    chance: float
    invitations: int
    price: float


def acceptance_factor(facts: Facts) -> float:
    """Factor on the usual rate: 1.6 in the same area to 0.5 at full reach, × 0.7 for a related category."""
    return (1.6 - 1.1 * facts.way) * (1.0 if facts.same_category else 0.7)


def chance(rate: float, factor: float, invitations: int) -> float:
    """The chance of a yes from someone with so many `invitations` in the last seven days."""
    return min(MOST_CERTAIN, rate * factor * exp(-0.15 * invitations))


def at_least_one(chances: Iterable[float]) -> float:
    """The chance that at least one of them says yes."""
    return 1.0 - prod(1.0 - one for one in chances)


def invite_priority(person: Person) -> float:
    """Who is invited first: likely to say yes, not invited lately, not wanted elsewhere."""
    return person.chance * exp(-0.35 * person.invitations) * exp(-person.price / PRICE_SCALE)


def whom_to_invite(people: dict[Who, Person], *, invited: float, wanted: float) -> list[Who]:
    """As few as bring the chance of a yes to `wanted`; `invited` is the chance there is already.

    People are taken by their `invite_priority`; among equals the order they come in decides.
    """
    chosen: list[Who] = []
    nobody = 1.0 - invited
    for one in sorted(people, key=lambda one: -invite_priority(people[one])):
        if 1.0 - nobody >= wanted:
            break
        chosen.append(one)
        nobody *= 1.0 - people[one].chance
    return chosen
