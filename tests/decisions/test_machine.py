"""Decisions at random: no order of joining, leaving, speaking and clocks gives anyone off the list a say.

And every proposal has an outcome once its time is over: the one that a model of it says.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from mutualaid.decisions import actions
from mutualaid.decisions.members import has_a_say, waiting_for
from mutualaid.decisions.models import Admission, Decision, Outcome, Say, Vouch, Weight
from mutualaid.decisions.outcomes import THRESHOLDS, Tally, outcome_of
from mutualaid.people.models import Introduction, Role, User
from mutualaid.policy.actions import change_policy
from mutualaid.policy.current import read_policy
from mutualaid.retention.erasing import erase
from mutualaid.retention.terms import ACCOUNT
from mutualaid.transitions import StateChanged
from tests.support import factories, voting
from tests.support.clock import wrong_by
from tests.support.lives import live_at_random
from tests.support.voting import CAN_LIVE, CONCERN, FOR, last_moment_comes, sweep

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.each_database]
NAMES = ("wave_minutes_low", "wave_minutes_normal", "wave_minutes_high")
PICK = st.integers(min_value=0)
SPOKEN = (FOR, CAN_LIVE, CONCERN)


@dataclass
class Expected:
    """One proposal as it should be: who is on its list, what they said, and whether its time is over.

    People are known by their id, and who was admitted by a code by the id of that with a minus in front.
    """

    value: str
    base: int
    electorate: frozenset[int]
    said: dict[int, str] = field(default_factory=dict)
    is_over: bool = False

    @property
    def tally(self) -> Tally:
        answers = list(self.said.values())
        return Tally(*(answers.count(one) for one in SPOKEN))

    def hear(self, who: int, answer: str) -> None:
        self.said.pop(who, None)
        if answer:
            self.said[who] = answer

    def outcome(self, in_force: int) -> Outcome:
        needed = THRESHOLDS[Weight.LIGHT].needed(len(self.electorate))
        outcome = outcome_of(self.tally, weight=Weight.LIGHT, needed=needed)
        is_changed = outcome is Outcome.PASSED and in_force != self.base
        return Outcome.CHANGED if is_changed else outcome


class Votes(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.expected: dict[int, Expected] = {}
        self.erased: set[int] = set()
        self.block = transaction.atomic()
        self.block.__enter__()

    def teardown(self) -> None:
        """Every proposal of this life gets its outcome, and it is the one that was expected."""
        try:
            for pk, one in self.expected.items():
                if not one.is_over:
                    self._ends(pk)
            assert not Decision.objects.undecided().exists()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    @initialize(count=st.integers(1, 5))
    def begin(self, count: int) -> None:
        voting.together()
        voting.members(count)
        self.coordinator = factories.person("", Role.COORDINATOR)

    def _someone(self, pick: int) -> User | None:
        people = list(User.objects.filter(erased_at=None).order_by("pk"))
        return people[pick % len(people)] if people else None

    def _one(self, pick: int) -> int | None:
        pks = sorted(self.expected)
        return pks[pick % len(pks)] if pks else None

    @rule(known=st.booleans())
    def joins(self, known: bool) -> None:
        factories.person(known=known)

    @rule(pick=PICK, whom=PICK)
    def vouches(self, pick: int, whom: int) -> None:
        by, person = self._someone(pick), self._someone(whom)
        if by is None or person is None:
            return
        may = has_a_say(by) and by != person
        try:
            actions.vouch(person, by=by)
        except actions.NotAllowed:
            assert not may
        except StateChanged:
            assert Vouch.objects.filter(person=person, by=by).exists()
        else:
            assert may

    @rule(pick=PICK)
    def no_one_vouches_for_them_any_more(self, pick: int) -> None:
        if user := self._someone(pick):
            Vouch.objects.filter(person=user).delete()

    @rule(days=st.integers(12, 16))
    def was_admitted_by_a_code(self, days: int) -> None:
        if self.coordinator.pk in self.erased:
            return
        admission, _code = actions.admit(by=self.coordinator)
        given_at = Now() - timedelta(days=days)
        Admission.objects.filter(pk=admission.pk).update(given_at=given_at)

    @rule(pick=PICK)
    def code_is_taken_back(self, pick: int) -> None:
        if (admission := self._admission(pick)) and self.coordinator.pk not in self.erased:
            with suppress(StateChanged):
                actions.take_back_admission(admission, by=self.coordinator)

    @precondition(lambda self: self.expected)
    @rule(pick=PICK, which=PICK, answer=st.sampled_from(["", *SPOKEN]))
    def speaks_by_a_code(self, pick: int, which: int, answer: str) -> None:
        admission, pk = self._admission(pick), self._one(which)
        if admission is None or pk is None:
            return
        one = self.expected[pk]
        is_valid = Admission.objects.valid().filter(pk=admission.pk).exists()
        try:
            actions.speak_by_admission(
                Decision.objects.get(pk=pk), by=admission, answer=answer, reason="Why not"
            )
        except actions.NoSay:
            assert -admission.pk not in one.electorate or not is_valid
        except StateChanged:
            assert one.is_over
        else:
            assert -admission.pk in one.electorate
            assert is_valid
            one.hear(-admission.pk, answer)

    def _admission(self, pick: int) -> Admission | None:
        found = list(Admission.objects.order_by("pk"))
        return found[pick % len(found)] if found else None

    @rule(pick=PICK)
    def is_here_for_two_weeks(self, pick: int) -> None:
        if user := self._someone(pick):
            voting.long_here(user)

    @rule(pick=PICK)
    def is_no_longer_known(self, pick: int) -> None:
        if user := self._someone(pick):
            Introduction.objects.filter(person=user).update(how="taken_back")

    @rule(pick=PICK, is_active=st.booleans())
    def is_switched_off_or_on(self, pick: int, is_active: bool) -> None:
        if user := self._someone(pick):
            User.objects.filter(pk=user.pk).update(is_active=is_active)

    @rule(pick=PICK)
    def leaves(self, pick: int) -> None:
        if user := self._someone(pick):
            erase(ACCOUNT, [user.pk])
            User.objects.filter(pk=user.pk).update(erased_at=Now(), is_active=False)
            self.erased.add(user.pk)
            for one in self.expected.values():
                if not one.is_over:
                    one.said.pop(user.pk, None)

    @rule(pick=PICK, name=st.sampled_from(NAMES), minutes=st.integers(20, 60))
    def proposes(self, pick: int, name: str, minutes: int) -> None:
        user, base = self._someone(pick), getattr(read_policy(), name)
        if user is None or base == minutes:
            return
        may, taken = (
            has_a_say(user),
            {one.value for one in self.expected.values() if not one.is_over},
        )
        mine = Decision.objects.undecided().filter(opened_by=user).count()
        two_weeks_ago = Now() - timedelta(days=14)
        codes = Admission.objects.valid().filter(given_at__lte=two_weeks_ago)
        electorate = frozenset(
            [
                *(one.pk for one in User.objects.all() if has_a_say(one)),
                *(-pk for pk in codes.values_list("pk", flat=True)),
            ]
        )
        try:
            decision = voting.proposed(user, {name: minutes})
        except (actions.NotAMember, actions.TooManyOpen, actions.ProposedAlready):
            assert not may or name in taken or mine == 2
            return
        assert may
        assert name not in taken
        assert mine < 2
        self.expected[decision.pk] = Expected(name, base, electorate)

    @precondition(lambda self: self.expected)
    @rule(
        pick=PICK,
        which=PICK,
        answer=st.sampled_from(["", *SPOKEN]),
        minutes=st.sampled_from([-10, 0, 10]),
    )
    def speaks(self, pick: int, which: int, answer: str, minutes: int) -> None:
        user, pk = self._someone(pick), self._one(which)
        if user is None or pk is None:
            return
        one = self.expected[pk]
        try:
            with wrong_by(timedelta(minutes=minutes)):
                voting.say(Decision.objects.get(pk=pk), answer, user)
        except actions.NoSay:
            assert user.pk not in one.electorate or not user.is_active
        except StateChanged:
            assert one.is_over
        else:
            assert user.pk in one.electorate
            assert not one.is_over
            one.hear(user.pk, answer)

    @rule(name=st.sampled_from(NAMES), minutes=st.integers(20, 60))
    def rule_is_changed_by_who_keeps_the_server(self, name: str, minutes: int) -> None:
        change_policy(by=None, changes={name: minutes})

    @precondition(lambda self: self.expected)
    @rule(which=PICK, minutes=st.sampled_from([-10, 0, 10]))
    def sweep_comes_before_the_end(self, which: int, minutes: int) -> None:
        with wrong_by(timedelta(minutes=minutes)):
            sweep()

    @precondition(lambda self: self.expected)
    @rule(which=PICK)
    def ends(self, which: int) -> None:
        pk = self._one(which)
        if pk is not None and not self.expected[pk].is_over:
            self._ends(pk)

    def _ends(self, pk: int) -> None:
        one, decision = self.expected[pk], Decision.objects.get(pk=pk)
        before = getattr(read_policy(), one.value)
        last_moment_comes(decision)
        sweep()
        decision.refresh_from_db()
        one.is_over = True
        counted = (decision.in_favour, decision.can_live, decision.concerns)
        assert counted == one.tally
        assert decision.outcome == one.outcome(before)
        passed = decision.outcome == Outcome.PASSED
        wanted = (decision.values or {})[one.value] if passed else before
        assert getattr(read_policy(), one.value) == wanted

    @invariant()
    def no_one_is_on_a_list_who_was_not_when_it_opened(self) -> None:
        for pk, one in self.expected.items():
            lines = Say.objects.filter(decision=pk).values_list("user", "admission")
            on_it = {user or -admission for user, admission in lines}
            assert on_it <= one.electorate
            assert on_it >= one.electorate - self.erased
            assert Decision.objects.get(pk=pk).list_size == len(one.electorate)

    @invariant()
    def exactly_those_wait_for_a_word_that_are_open_and_unanswered(self) -> None:
        for user in User.objects.filter(erased_at=None):
            waiting = {
                pk
                for pk, one in self.expected.items()
                if user.pk in one.electorate and user.pk not in one.said and not one.is_over
            }
            assert set(waiting_for(user).values_list("pk", flat=True)) == waiting


def test_no_order_of_things_gives_a_say_to_someone_off_the_list_or_leaves_no_outcome():
    live_at_random(Votes)
