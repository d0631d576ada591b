"""Hours at random: whatever people do in whatever order, the sum is zero and nobody is past a limit.

`LIVES` and `STEPS_EACH` in the environment make it longer.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mutualaid.data_rights.actions import erase_account
from mutualaid.hours import actions
from mutualaid.hours.models import HourNote
from mutualaid.hours.sweep import sweep_hours
from mutualaid.people.models import Role, User
from mutualaid.transitions import StateChanged
from tests.support import factories, hours
from tests.support.lives import live_at_random

which, minutes = st.integers(0, 10_000), st.integers(1, 600)
at_statement = st.none() | st.integers(0, 60)
"""Before which statement the process ends, if it does."""
REFUSED = (actions.NotForYou, actions.NotedAlready, actions.HoursOff, StateChanged)
LIMITS = (1, 2, 5, 20)


class Killed(Exception):
    """The process ends here."""


@contextmanager
def killed_before(statement: int | None) -> Iterator[None]:
    """End the process before its nth statement, if it comes to that; None: it lives."""
    left = [statement]

    def count(execute: Callable[..., Any], *args: Any) -> Any:
        if left[0] == 0:
            left[0] = None  # what rolls back goes through
            raise Killed
        if left[0]:
            left[0] -= 1
        return execute(*args)

    with connection.execute_wrapper(count):
        yield


class Neighbours(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        self.people = [factories.person() for _ in range(4)]
        self.carla = factories.person("Carla", Role.COORDINATOR)
        self.limit, self.most_seen = 5, 5
        hours.on(hours_limit=5)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def _do(self, killed: int | None, action: Callable[[], object]) -> None:
        """Do it in a transaction of its own, which is rolled back where the process ends in between."""
        before, start = self._rows(), transaction.savepoint()
        try:
            with killed_before(killed):
                action()
        except Killed:
            transaction.savepoint_rollback(start)
            assert self._rows() == before
        except REFUSED:
            assert self._rows() == before

    def _rows(self) -> list[tuple[Any, ...]]:
        return list(HourNote.objects.order_by("pk").values_list())

    def _note(self, at: int) -> HourNote | None:
        notes = list(HourNote.objects.filter(state="proposed").order_by("pk"))
        return notes[at % len(notes)] if notes else None

    @rule(giver=which, receiver=which, minutes=minutes, mine=st.booleans(), killed=at_statement)
    def someone_notes(
        self, giver: int, receiver: int, minutes: int, mine: bool, killed: int | None
    ) -> None:
        one, two = (self.people[at % len(self.people)] for at in (giver, receiver))
        self._do(killed, lambda: hours.proposed(one, two, minutes, by=one if mine else two))

    @rule(volunteer=which, minutes=minutes)
    def someone_helps_a_neighbour_without_an_account(self, volunteer: int, minutes: int) -> None:
        one = self.people[volunteer % len(self.people)]
        note = HourNote(giver=one, minutes=minutes, day=hours.yesterday(), proposed_by=one)
        note.save()

    @rule(at=which, killed=at_statement)
    def the_other_agrees(self, at: int, killed: int | None) -> None:
        if note := self._note(at):
            self._do(killed, lambda: actions.agree(note, by=note.asked or self.carla))
            note.refresh_from_db()
            if note.state == "agreed" and not note.is_gift:
                assert not note.giver or hours.balance(note.giver) <= self.limit * 60
                assert not note.receiver or hours.balance(note.receiver) >= -self.limit * 60

    @rule(at=which, by=which)
    def someone_agrees(self, at: int, by: int) -> None:
        if note := self._note(at):
            self._do(None, lambda: actions.agree(note, by=self.people[by % len(self.people)]))

    @rule(at=which, killed=at_statement)
    def the_other_says_no(self, at: int, killed: int | None) -> None:
        if note := self._note(at):
            self._do(killed, lambda: actions.decline(note, by=note.asked or self.carla))

    @rule(at=which)
    def it_is_taken_back(self, at: int) -> None:
        if (note := self._note(at)) and note.proposed_by:
            by = note.proposed_by
            self._do(None, lambda: actions.take_back(note, by=by))

    @rule(at=which, days=st.integers(0, 20))
    def days_go_by(self, at: int, days: int) -> None:
        if note := self._note(at):
            hours.days_go_by(note, days)
        list(sweep_hours())

    @rule(limit=st.sampled_from(LIMITS))
    def members_decide_about_the_limit(self, limit: int) -> None:
        self.limit, self.most_seen = limit, max(limit, self.most_seen)
        factories.set_policy(hours_limit=limit)

    @rule(at=which, killed=at_statement)
    def someone_leaves_and_someone_comes(self, at: int, killed: int | None) -> None:
        one = self.people[at % len(self.people)]
        self._do(killed, lambda: erase_account(one))
        one.refresh_from_db()
        if one.erased_at:
            self.people.remove(one)
            self.people.append(factories.person())

    @invariant()
    def the_sum_is_zero(self) -> None:
        if hasattr(self, "block"):
            everyone: list[User | None] = [None, *User.objects.all()]
            assert sum(map(hours.balance, everyone)) == 0

    @invariant()
    def nobody_is_past_a_limit_that_was_ever_in_force(self) -> None:
        if hasattr(self, "block"):
            assert all(abs(hours.balance(one)) <= self.most_seen * 60 for one in self.people)

    @invariant()
    def a_gift_moves_nothing_and_what_moves_was_agreed(self) -> None:
        if hasattr(self, "block"):
            agreed = HourNote.objects.filter(state="agreed")
            assert not agreed.filter(agreed_at=None).exists()
            assert not agreed.filter(giver=None, receiver=None).exists()


@pytest.mark.django_db
@pytest.mark.slow
def test_hours_at_random():
    live_at_random(Neighbours)
