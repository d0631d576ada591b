"""How volunteers answer, tire, browse and help: two populations, with figures from `assumptions`.

Whatever they decide is drawn from who and what it is about, so a pair answers alike under each strategy.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from math import exp
from typing import Literal

from django.utils import timezone

from mutualaid.notify.models import Preferences
from mutualaid.notify.routing.quiet_hours import quiet_until
from mutualaid.simulation.assumptions import Everyone, OtherLaws, SameLaws
from mutualaid.simulation.draws import Draws
from requests_app.states import Urgency

Kind = Literal["yes", "no", "silence"]
SATURDAY = 5
EVENING = range(17, 21)
MOST_CERTAIN = 0.95


@dataclass(frozen=True)
class Pair:
    """A person and a need, by their numbers in the city, which no strategy changes."""

    person: int
    need: int
    km: float
    """As the crow flies; 0 for what works remotely."""
    is_exact: bool
    """They offer just this, not only what is close to it."""
    urgency: int


@dataclass(frozen=True)
class Invitation:
    pair: Pair
    nth: int
    """Of this person to this need, from 1."""
    factor: float
    """How much likelier than usual the waves take a yes to be: `Match.acceptance_factor`."""
    in_seven_days: int
    """Invitations of this person in the last seven days, this one included."""
    at: datetime

    @property
    def name(self) -> tuple[int, int, int]:
        return self.pair.person, self.pair.need, self.nth


@dataclass(frozen=True)
class Answer:
    kind: Kind
    after: timedelta


class Population(ABC):
    """What both have in common: who said yes may let it go, and it takes a while until it is done."""

    def __init__(self, draws: Draws) -> None:
        self.draws = draws

    def answer(self, invitation: Invitation) -> Answer:
        """Draw what a volunteer answers, and how long they take.

        The same number decides between yes and no, from its two ends: who grows less willing turns from a
        yes to silence, and never from silence to a no.
        """
        drawn = self.draws.uniform("answer", *invitation.name)
        kind: Kind = (
            "yes"
            if drawn < self.chance_of_yes(invitation)
            else "no"
            if drawn > 1 - self.chance_of_no()
            else "silence"
        )
        return Answer(kind, self.until_answer(invitation))

    @abstractmethod
    def chance_of_yes(self, invitation: Invitation) -> float:
        """From 0 to 1."""

    @abstractmethod
    def chance_of_no(self) -> float:
        """From 0 to 1; all others stay silent."""

    @abstractmethod
    def until_answer(self, invitation: Invitation) -> timedelta:
        """Draw how long it takes from the invitation to the answer."""

    def leaves(self, invitation: Invitation) -> bool:
        """Draw whether this invitation makes them leave for good."""
        return False

    def visits(self, person: int, end: timedelta) -> Iterator[timedelta]:
        """Draw when they look at the board until `end`, from the beginning on."""
        return iter(())

    def takes_from_board(self, pair: Pair) -> bool:
        """Draw whether they take on what they see on the board."""
        return False

    def lets_go(self, pair: Pair, nth: int) -> bool:
        """Draw whether someone who said yes, for the `nth` time to this need, finds that they cannot."""
        return self.draws.uniform("lets go", pair.person, pair.need, nth) < Everyone.LETS_GO

    def until_done(self, pair: Pair, nth: int) -> timedelta:
        """Draw how long it takes from a yes until it is done or let go."""
        name = ("until done", pair.person, pair.need, nth)
        return _hours(self.draws.exponential(Everyone.DONE_HOURS, *name))


class PopulationOfSameLaws(Population):
    """Each invitation in seven days after the first makes a yes e^-fatigue as likely."""

    def chance_of_yes(self, invitation: Invitation) -> float:
        tiredness = exp(-SameLaws.FATIGUE * (invitation.in_seven_days - 1))
        return min(MOST_CERTAIN, SameLaws.YES * invitation.factor * tiredness)

    def chance_of_no(self) -> float:
        return SameLaws.NO

    def until_answer(self, invitation: Invitation) -> timedelta:
        name = ("until answer", *invitation.name)
        return _hours(self.draws.exponential(SameLaws.ANSWER_HOURS, *name))


class PopulationOfOtherLaws(Population):
    """A logit, in which `acceptance_factor` has no part, and people who leave and who browse.

    They hear of nothing in the quiet hours of the group, whoever invites them when: the outbox sees to it.
    """

    def chance_of_yes(self, invitation: Invitation) -> float:
        logit = self._willingness(invitation.pair)
        logit += OtherLaws.PER_INVITATION * (invitation.in_seven_days - 1)
        heard = timezone.localtime(_heard_at(invitation))
        if heard.hour in EVENING or heard.weekday() >= SATURDAY:
            logit += OtherLaws.EVENING
        return _from_logit(logit)

    def chance_of_no(self) -> float:
        return OtherLaws.NO

    def until_answer(self, invitation: Invitation) -> timedelta:
        hours = self.draws.lognormal(
            OtherLaws.ANSWER_HOURS, OtherLaws.ANSWER_SPREAD, "until answer", *invitation.name
        )
        return _heard_at(invitation) - invitation.at + _hours(hours)

    def leaves(self, invitation: Invitation) -> bool:
        beyond = invitation.in_seven_days > OtherLaws.PATIENCE
        return beyond and self.draws.uniform("leaves", *invitation.name) < OtherLaws.LEAVES

    def visits(self, person: int, end: timedelta) -> Iterator[timedelta]:
        """Poisson at a rate of their own; rates are exponential, so that a few look often and most hardly."""
        rate = self.draws.exponential(OtherLaws.VISITS, "looks a week", person)
        weeks, end_weeks = 0.0, end / timedelta(weeks=1)
        for number in count():
            weeks += self.draws.exponential(1 / rate, "until look", person, number)
            if weeks >= end_weeks:
                return
            yield timedelta(weeks=weeks)

    def takes_from_board(self, pair: Pair) -> bool:
        chance = _from_logit(self._willingness(pair) + OtherLaws.TAKES)
        return self.draws.uniform("takes", pair.person, pair.need) < chance

    def _willingness(self, pair: Pair) -> float:
        logit = OtherLaws.YES + OtherLaws.PERSON * self.draws.normal("person", pair.person)
        logit += OtherLaws.PER_KM * pair.km
        logit += 0 if pair.is_exact else OtherLaws.RELATED
        return logit + (OtherLaws.TODAY if pair.urgency == Urgency.CRITICAL else 0)


POPULATIONS: dict[str, type[Population]] = {
    "same laws": PopulationOfSameLaws,
    "other laws": PopulationOfOtherLaws,
}


def _heard_at(invitation: Invitation) -> datetime:
    return quiet_until(Preferences(), invitation.at) or invitation.at


def _hours(hours: float) -> timedelta:
    return timedelta(hours=min(Everyone.MOST_HOURS, hours))


def _from_logit(logit: float) -> float:
    return min(MOST_CERTAIN, 1 / (1 + exp(-logit)))
