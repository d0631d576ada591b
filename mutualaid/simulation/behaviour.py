"""How volunteers answer invitations. All figures are assumed, not measured (ADR 16)."""

from dataclasses import dataclass
from datetime import timedelta
from math import exp
from random import Random
from typing import Literal

from mutualaid.matching.models import Match

USUAL_YES = 0.12
"""Chance of a yes to a usual invitation; multiplied by the `acceptance_factor` of the match."""
USUAL_NO = 0.25
"""Chance of a no; all others stay silent."""
ANSWER_HOURS = 1.5
"""Mean time until an answer; times are exponential, at most `MOST_HOURS`."""
LETS_GO = 0.06
"""Chance that someone who said yes finds that they cannot."""
DONE_HOURS = 18.0
"""Mean time from a yes until it is done or let go."""
MOST_HOURS = 40.0


@dataclass(frozen=True)
class Answer:
    kind: Literal["yes", "no", "silence"]
    after: timedelta


def answer(random: Random, match: Match, invitations_in_seven_days: int, fatigue: float) -> Answer:
    """Draw what a volunteer answers to an invitation, and how long they take.

    Each further invitation in seven days makes a yes e^-fatigue as likely.
    """
    tiredness = exp(-fatigue * max(0, invitations_in_seven_days - 1))
    yes = min(0.95, USUAL_YES * match.acceptance_factor * tiredness)
    drawn = random.random()
    kind: Literal["yes", "no", "silence"] = (
        "yes" if drawn < yes else "no" if drawn < yes + USUAL_NO else "silence"
    )
    return Answer(kind, _hours(random, ANSWER_HOURS))


def lets_go(random: Random) -> bool:
    """Draw whether someone who said yes finds that they cannot."""
    return random.random() < LETS_GO


def until_done(random: Random) -> timedelta:
    """Draw how long it takes from a yes until it is done or let go."""
    return _hours(random, DONE_HOURS)


def _hours(random: Random, mean: float) -> timedelta:
    return timedelta(hours=min(MOST_HOURS, random.expovariate(1 / mean)))
