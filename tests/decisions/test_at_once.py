"""Many at once: one outcome, one effect, one message a person, and never one proposal too many."""

from collections.abc import Callable
from functools import partial

import pytest

from mutualaid.decisions import actions
from mutualaid.decisions.models import Decision, Outcome, Say
from mutualaid.people.models import User
from mutualaid.policy.current import read_policy
from mutualaid.transitions import StateChanged
from tests.support import voting
from tests.support.at_once import at_once
from tests.support.voting import FOR, last_moment_comes, members, proposed, say, sweep

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_of_twelve_sweeps_at_once_one_closes_it_and_each_person_is_told_once():
    voting.together()
    people = members(12)
    decision = proposed(people[0])
    say(decision, FOR, *people)
    last_moment_comes(decision)
    version = read_policy().version
    at_once([sweep] * 12)
    sweep()
    decision.refresh_from_db()
    assert (decision.outcome, decision.heard) == (Outcome.PASSED, 12)
    assert read_policy().version == version + 1
    assert voting.told("proposal_closed") == [("proposal_closed", one.pk) for one in people]
    assert not Say.objects.filter(outcome_told=False).exists()


def test_of_twelve_who_tell_at_once_each_person_hears_of_it_once():
    voting.together()
    people = members(12)
    proposed(people[0])
    at_once([sweep] * 12)
    assert voting.told("proposal_opened") == [("proposal_opened", one.pk) for one in people]


def opened(by: User, values: dict[str, int]) -> bool:
    try:
        proposed(by, values)
    except (actions.ProposedAlready, actions.TooManyOpen):
        return False
    return True


def test_of_six_who_propose_the_same_at_once_one_does():
    voting.together()
    jobs = [
        partial(opened, one, {"wave_minutes_normal": 31 + at}) for at, one in enumerate(members(6))
    ]
    assert sum(at_once(jobs)) == 1
    assert Decision.objects.count() == 1


def test_one_person_opens_two_of_six_at_once():
    voting.together()
    (ada,) = members(1)
    names = (
        "wave_minutes_low", "wave_minutes_normal", "wave_minutes_high", "wave_minutes_critical",
        "invitations_per_day", "shortlist_size",
    )  # fmt: skip
    results = at_once([partial(opened, ada, {name: 7}) for name in names])
    assert sum(results) == 2 == Decision.objects.count()


def edited(decision: Decision) -> bool:
    """As someone does it in the database's own prompt."""
    return bool(Decision.objects.filter(pk=decision.pk).update(values={"wave_minutes_normal": 1}))


def test_an_effect_that_is_edited_by_hand_while_it_closes_is_never_in_force_as_edited():
    voting.together()
    people, before = members(3), read_policy().wave_minutes_normal
    decision = proposed(people[0])
    say(decision, FOR, *people)
    last_moment_comes(decision)
    jobs: list[Callable[[], bool]] = [lambda: bool(sweep()), partial(edited, decision)]
    at_once(jobs * 3)
    sweep()
    decision.refresh_from_db()
    in_force = {Outcome.PASSED: 33, Outcome.EDITED: before}
    assert read_policy().wave_minutes_normal == in_force[Outcome(decision.outcome)]


def answered(decision: Decision, by: User) -> bool:
    try:
        say(decision, FOR, by)
    except StateChanged:
        return False
    return True


def test_each_answer_that_was_taken_is_counted_though_the_count_comes_at_the_same_moment():
    voting.together()
    people = members(8)
    decision = proposed(people[0])
    say(decision, FOR, *people[:3])
    last_moment_comes(decision)
    jobs: list[Callable[[], bool]] = [partial(answered, decision, one) for one in people[3:]]
    taken = at_once([*jobs, lambda: bool(sweep())])[:-1]
    decision.refresh_from_db()
    assert decision.heard == 3 + sum(taken)
