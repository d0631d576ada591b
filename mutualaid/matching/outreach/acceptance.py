"""How likely a yes is, and whom to ask so that somebody says it. Pure: numbers in, numbers out.

The figures are the design's, to start from; the usual rate is replaced by the measured one.
"""

from collections.abc import Iterable
from math import exp, prod
from typing import NamedTuple, TypeVar

from mutualaid.matching.scoring import Facts

Who = TypeVar("Who")
SELDOM_SURER = 0.95
"""Nobody is surer to say yes than this, whatever the numbers say."""
PRICE_SCALE = 40.0
"""Points of price that let somebody wait as long as one who is e times less likely to say yes."""


class Person(NamedTuple):
    """Somebody who might be asked: how likely she says yes, her asks in seven days, her price."""

    chance: float
    asks: int
    price: float


def ease(facts: Facts) -> float:
    """How much likelier than usual a yes is: nearer, and just what she offers."""
    return (1.6 - 1.1 * facts.way) * (1.0 if facts.same_category else 0.7)


def chance(rate: float, ease: float, asks: int) -> float:
    """The chance of a yes from somebody asked `asks` times in the last seven days."""
    return min(SELDOM_SURER, rate * ease * exp(-0.15 * asks))


def of_any(chances: Iterable[float]) -> float:
    """The chance that at least one of them says yes."""
    return 1.0 - prod(1.0 - one for one in chances)


def turn(person: Person) -> float:
    """Who is asked first: likely to say yes, not asked lately, not wanted elsewhere."""
    return person.chance * exp(-0.35 * person.asks) * exp(-person.price / PRICE_SCALE)


def whom_to_ask(people: dict[Who, Person], *, asked: float, wanted: float) -> list[Who]:
    """As few as make it `wanted` sure that somebody says yes; `asked` is how sure it is already.

    People are taken in the order of their `turn`; among equals the order they come in decides.
    """
    chosen: list[Who] = []
    nobody = 1.0 - asked
    for one in sorted(people, key=lambda one: -turn(people[one])):
        if 1.0 - nobody >= wanted:
            break
        chosen.append(one)
        nobody *= 1.0 - people[one].chance
    return chosen
