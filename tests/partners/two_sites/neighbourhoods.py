"""Many needs go from one site to the other and back, while messages get lost and sites are killed."""

import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

from tests.partners.two_sites.plans import ENDED_TOGETHER, LATE, PLANS, Plan
from tests.partners.two_sites.sites import Gone, Site, TwoSites

AT_ONCE = 100
"""Referrals under way at a time; a partner lets at most 200 be open."""
MOST_ROUNDS = 200
AWAY_AFTER = 3
"""Rounds."""
AN_HOUR = 61
"""Minutes: then a site that was away is tried again."""


@dataclass
class Numbers:
    """What happened on the way, beside the faults that the proxies counted."""

    rounds: int = 0
    kills: int = 0
    days_away: int = 0
    repeated: Counter[int] = field(default_factory=Counter)
    """How often an old message came again, by the answer."""
    seconds: float = 0.0


class Neighbourhoods:
    """`count` needs of ours, each with a plan in turn; they are asked a few at a time."""

    def __init__(self, sites: TwoSites, count: int, *, seed: int = 1) -> None:
        self.sites = sites
        self.plans = dict(enumerate(islice(cycle(PLANS), count), start=1))
        self.referrals: dict[int, str] = {}
        """{number of the neighbour: id of the referral}."""
        self.numbers = Numbers()
        self._random = random.Random(seed)

    @property
    def plan_of(self) -> dict[str, str]:
        return {referral: self.plans[number] for number, referral in self.referrals.items()}

    def pair(self) -> None:
        """Two groups get to know each other, as their coordinators do it."""
        ours, theirs = self.sites
        for site in self.sites:
            site.act("prepare", site.name)
        assert ours.act("read", theirs.address) == theirs.act("read", ours.address)
        self.sites.both("agree")

    def run(self, *, kills: int = 0, days_away: int = 0) -> None:
        """Ask all, in a few batches, and go on until each has ended on both sides.

        Sites are killed so often, and then the group that helps is away for so many days.
        """
        began = time.monotonic()
        waiting = list(self.plans)
        kill_in = set(self._random.sample(range(2, 2 + 3 * max(kills, 1)), kills))
        while waiting or self.under_way():
            self.numbers.rounds += 1
            assert self.numbers.rounds < MOST_ROUNDS, self.under_way()
            room = AT_ONCE - len(self.under_way()) if self.referrals else AT_ONCE
            batch, waiting = waiting[:room], waiting[room:]
            for number in batch:
                self.referrals[number] = self._surely(self.sites.ours, "ask", number)
            self.round(kill=self.numbers.rounds in kill_in)
            if days_away and self.numbers.rounds == AWAY_AFTER:
                self.away(self.sites.theirs, days_away)
        self.calm_down()
        self.numbers.seconds = time.monotonic() - began

    def round(self, *, kill: bool = False) -> None:
        """Each side does what its people would do now, and the workers work until no message waits."""
        ours, theirs = self.sites
        self._surely(ours, "advance_ours", self.plan_of)
        self._surely(theirs, "advance_theirs", self.plan_of)
        for _minute in range(AN_HOUR):
            waiting = self._turn(1, kill=kill)
            kill = False
            if not waiting:
                break
        self._turn(AN_HOUR)
        for site in self.sites:
            self.numbers.repeated.update(site.proxy.repeat_old())

    def _turn(self, minutes: int, *, kill: bool = False) -> int:
        """Let the workers of both work at the same time; return how many messages wait then."""
        for site in self.sites:
            site.say("turn", minutes)
        if kill:
            self._kill(self._random.choice([self.sites.ours, self.sites.theirs]))
        waiting = 0
        for site in self.sites:
            try:
                waiting += site.hear()
            except Gone:
                site.start()
                waiting += site.wait().act("turn")
        return waiting

    def calm_down(self) -> None:
        """Let nothing be in the way any more, until no message waits."""
        for site in self.sites:
            site.proxy.weather.clears()
        while self._turn(AN_HOUR):
            self.numbers.rounds += 1
            assert self.numbers.rounds < MOST_ROUNDS

    def away(self, site: Site, days: int) -> None:
        """Let a site be switched off for so many days, while the other one goes on."""
        self.numbers.days_away += days
        site.kill()
        site.proxy.is_away = True
        other = self.sites.other(site)
        for _ in range(2 * days):
            other.act("turn", 12 * AN_HOUR)
        site.proxy.is_away = False
        site.start()
        site.wait()
        site.act("turn", 24 * AN_HOUR * days)

    def under_way(self) -> dict[int, str]:
        """{number: state here} of those that have not ended here."""
        rows = self.sites.ours.act("outgoing")
        return {
            number: rows[referral]["state"]
            for number, referral in self.referrals.items()
            if rows[referral]["state"] not in ENDED_TOGETHER
        }

    def _kill(self, site: Site) -> None:
        time.sleep(self._random.uniform(0.05, 0.4))
        site.kill()
        self.numbers.kills += 1

    def _surely(self, site: Site, act: str, *arguments: Any) -> Any:
        """Do it; where the site is killed meanwhile, once more after it is back."""
        try:
            return site.act(act, *arguments)
        except Gone:
            site.start()
            return site.wait().act(act, *arguments)


@dataclass(frozen=True)
class Outcome:
    """How it stands on both sides once all is over; `broken` names each promise that was not kept."""

    ended: Counter[tuple[str, str, str]]
    """{(plan, state here, state there): how many}."""
    broken: Sequence[str]


def outcome(between: Neighbourhoods) -> Outcome:
    """Look at both sites, and hold them against each other and against the plans."""
    ours, theirs = between.sites
    here, there = ours.act("outgoing"), theirs.act("incoming")
    held = theirs.act("held", list(between.plans))
    broken: list[str] = []
    may_be_late = between.numbers.days_away > 0
    ended: Counter[tuple[str, str, str]] = Counter()
    if missing := between.plans.keys() - between.referrals.keys():
        broken.append(f"never asked: {sorted(missing)}")
    for number, referral in between.referrals.items():
        plan, mine, other = between.plans[number], here[referral], there.get(referral)
        ended[plan, mine["state"], other["state"] if other else "-"] += 1
        broken += [
            f"{number} ({plan}): {words}; {mine} and {other}; there: {held.get(str(number))}"
            for words in _broken(
                PLANS[LATE if may_be_late and mine["state"] == "silent" else plan],
                mine,
                other,
                held.get(str(number), []),
            )
        ]
    if strangers := there.keys() - set(between.referrals.values()):
        broken.append(f"nobody asked for {strangers}")
    return Outcome(ended, broken)


def _broken(
    plan: Plan, mine: Mapping[str, Any], other: Mapping[str, Any] | None, held: Sequence[str]
) -> list[str]:
    kept = {
        "it ended here as planned": mine["state"] == plan.ends[0],
        "both agree on the state": (other["state"] if other else "")
        in ENDED_TOGETHER[mine["state"]],
        "the need is closed, or looks for someone again": (mine["reason"] or "") == plan.closes
        or not mine["need"],
        "it became one ask there, or none": other is None or other["asks"] == plan.learns,
        "consent is here where contact went there": mine["consented"] == plan.learns,
        "what was erased is gone there": not (held and other and other["erased"]),
        "nothing is there without consent": plan.learns or not held,
        "whoever took it back is erased there": mine["state"] != "withdrawn"
        or not plan.learns
        or (mine["erased_there"] and not held),
    }
    return [promise for promise, is_kept in kept.items() if not is_kept]
