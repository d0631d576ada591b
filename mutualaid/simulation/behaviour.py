"""How volunteers answer invitations. Assumptions, after the design's notes on the literature."""

from dataclasses import dataclass
from datetime import timedelta
from math import exp
from random import Random

from mutualaid.matching.models import Match

USUAL_YES = 0.12
"""Assumed chance of a yes to a usual invitation; `acceptance_factor` of the match makes it more or less."""
USUAL_NO = 0.25
"""Assumed chance of a no; all others stay silent."""
ANSWER_HOURS = 1.5
LETS_GO = 0.06
DONE_HOURS = 18.0
MOST_HOURS = 40.0


@dataclass(frozen=True)
class Answer:
    kind: str
    """"yes", "no" or "silence"."""
    after: timedelta


def answer(chance: Random, match: Match, invitations_in_seven_days: int, fatigue: float) -> Answer:
    """What someone who was invited says, and how long they take. Earlier invitations tire them."""
    yes = min(
        0.95,
        USUAL_YES * match.acceptance_factor * exp(-fatigue * max(0, invitations_in_seven_days - 1)),
    )
    dice = chance.random()
    kind = "yes" if dice < yes else "no" if dice < yes + USUAL_NO else "silence"
    return Answer(kind, _hours(chance, ANSWER_HOURS))


def lets_go(chance: Random) -> bool:
    """Whether someone who said yes finds that they cannot."""
    return chance.random() < LETS_GO


def until_done(chance: Random) -> timedelta:
    return _hours(chance, DONE_HOURS)


def _hours(chance: Random, mean: float) -> timedelta:
    return timedelta(hours=min(MOST_HOURS, chance.expovariate(1 / mean)))
