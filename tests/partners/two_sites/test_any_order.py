"""Whatever two groups and their neighbours do, in any order, while messages get lost or come again.

`LIVES` and `STEPS_EACH` in the environment make it longer.
"""

from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mutualaid.partners.models import IncomingReferral, OutgoingReferral
from mutualaid.transitions import StateChanged
from requests_app.actions import Erased
from requests_app.models import Ask
from tests.partners.two_sites import acts
from tests.partners.two_sites.one_process import End, Wire, at
from tests.partners.two_sites.pair import pair
from tests.partners.two_sites.plans import TOGETHER
from tests.support.lives import live_at_random

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
MOST_NEIGHBOURS = 4
which = st.integers(0, MOST_NEIGHBOURS - 1)
side = st.sampled_from(["ours", "theirs"])
lost = st.sampled_from(["", "", "", "message", "answer"])
MOST_HOURS = 60


class BothEnds(RuleBasedStateMachine):
    """Our group asks, theirs helps. Both may do anything at any time."""

    start: ClassVar[Path]
    ours: End
    theirs: End
    wire: Wire

    @initialize()
    def two_groups(self) -> None:
        self.exit = ExitStack()
        self.ours, self.theirs, self.wire, self.folder = self.exit.enter_context(pair(self.start))
        self.asked = 3
        self.consented = {3}
        """Neighbours who ever agreed that the other group learns who they are."""
        self.erased: set[int] = set()
        """Neighbours who wanted to be forgotten."""
        self.copies: dict[str, Path] = {}
        self.restored: set[End] = set()

    def teardown(self) -> None:
        with self.exit:
            self.in_the_end_both_agree()

    def end(self, side: str) -> End:
        return self.ours if side == "ours" else self.theirs

    def attempt(self, act: Any, *arguments: Any, **more: Any) -> bool:
        with suppress(StateChanged, Erased):
            act(*arguments, **more)
            return True
        return False

    # The group that asks.

    @precondition(lambda self: self.asked < MOST_NEIGHBOURS)
    @rule()
    def somebody_asks(self) -> None:
        with at(self.ours):
            if self.attempt(acts.ask, self.asked + 1):
                self.asked += 1

    @rule(n=which, does=st.sampled_from(["consent", "consent", *acts.OURS]))
    def the_neighbour_says(self, n: int, does: str) -> None:
        with at(self.ours):
            ask = Ask.objects.filter(source=acts.SOURCE, reference=str(n + 1)).first()
            referral = OutgoingReferral.objects.filter(need__ask=ask).first() if ask else None
            if referral and self.attempt(acts.OURS[does], referral):
                told = {"consent": self.consented, "erase": self.erased}.get(does, set())
                told.add(n + 1)

    # The group that helps.

    @rule(n=which, does=st.sampled_from(["accept", "accept", "help", "help", *acts.THEIRS]))
    def they_do(self, n: int, does: str) -> None:
        with at(self.theirs):
            referrals = IncomingReferral.objects.order_by("pk")[n : n + 1]
            for referral in referrals.select_related("need"):
                self.attempt(acts.THEIRS[does], referral)

    # What goes between.

    @rule(loses=lost, hours=st.sampled_from([0, 1, 1, 30]))
    def workers_work(self, loses: str, hours: int) -> None:
        for end in (self.ours, self.theirs, self.ours):
            self.wire.loses = loses
            with at(end):
                acts.turn(60 * hours)
            self.wire.loses, hours = "", 0

    @rule(side=side, loses=lost)
    def one_worker_works(self, side: str, loses: str) -> None:
        self.wire.loses = loses
        with at(self.end(side)):
            acts.turn(1)
        self.wire.loses = ""

    @rule(n=st.integers(0, 30))
    def an_old_message_comes_again(self, n: int) -> None:
        if self.wire.sent:
            self.wire.deliver(self.wire.sent[n % len(self.wire.sent)])

    @rule(side=side, does=st.sampled_from(["change_key", "pause", "resume", "copy", "put_back"]))
    def what_is_rare(self, side: str, does: str) -> None:
        getattr(self, does)(self.end(side))

    def change_key(self, end: End) -> None:
        with at(end):
            self.attempt(acts.change_key)
        self.copies.clear()  # who puts back an older one after it has lost their key: they pair anew

    def pause(self, end: End) -> None:
        with at(end):
            self.attempt(acts.pause)

    def resume(self, end: End) -> None:
        with at(end):
            self.attempt(acts.resume)

    def copy(self, end: End) -> None:
        self.copies[end.name] = end.copied_to(self.folder / f"{end.name}.copy")

    def put_back(self, end: End) -> None:
        if end.name in self.copies:
            end.put_back(self.copies[end.name])
            self.restored.add(end)

    # What must hold after each step.

    @invariant()
    def nobody_is_there_without_consent_or_twice(self) -> None:
        with at(self.theirs):
            held = acts.held(range(1, self.asked + 1))
            assert {int(number) for number in held} <= self.consented
            for referral, row in acts.incoming().items():
                assert row["asks"] <= 1, referral

    def in_the_end_both_agree(self) -> None:
        """Once both are there again and messages get through, for as long as it takes."""
        for end in (self.ours, self.theirs):
            self.resume(end)
        quiet = hours = 0
        while quiet < 2:  # what comes with the last message is done an hour later
            waiting = 0
            for end in (self.ours, self.theirs):
                with at(end):
                    waiting += acts.turn(61)
            quiet = quiet + 1 if not waiting else 0
            hours += 1
            assert hours < MOST_HOURS
        with at(self.ours):
            here = acts.outgoing()
        with at(self.theirs):
            there = acts.incoming()
            held = acts.held(self.erased)
        assert self.ours in self.restored or not held, (
            "they know someone who wanted to be forgotten"
        )
        if not self.restored:
            for referral, mine in here.items():
                other = there[referral]["state"] if referral in there else ""
                assert other in TOGETHER[mine["state"]], (referral, mine, there.get(referral))


def test_any_order_keeps_every_promise(start, django_db_blocker):
    BothEnds.start = start
    with django_db_blocker.unblock():
        live_at_random(BothEnds)
