"""Who carries far more than they said, or than the others on the desk: not one week, but four on end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid import clock
from mutualaid.fair_work.workload import (
    carried_most,
    desk_weeks,
    is_far_more,
    largest_share,
    who_carries_far_more,
)
from mutualaid.local_time import week_of
from mutualaid.people.models import Role
from requests_app.models import Claim, ContactLogEntry, NeedEvent
from requests_app.states import ClaimState
from tests.support import carrying, factories

A, B, C = 1, 2, 3


@pytest.mark.parametrize(
    ("said", "done", "is_more"),
    [
        (2, [3, 3, 3, 3], True),
        (1, [2, 2, 2, 2], True),
        (4, [5, 5, 7, 7], True),
        (4, [5, 5, 6, 7], False),  # more, but not by half
        (2, [9, 9, 9, 2], False),  # one week as they said
        (2, [9, 9, 9], False),
        (2, [], False),
        (10, [15, 15, 15, 15], True),
        (10, [14, 15, 15, 15], False),
    ],
)
def test_far_more_is_each_week_more_and_together_half_as_much_again(said, done, is_more):
    assert is_far_more(said, done) is is_more


EVEN = {A: 20, B: 19, C: 19}
MOST = {A: 30, B: 15, C: 10}


@pytest.mark.parametrize(
    ("weeks", "person"),
    [
        ([MOST] * 4, A),
        ([MOST] * 3, None),
        ([MOST] * 3 + [EVEN], None),
        ([EVEN] * 4, None),
        ([{A: 30, B: 10}] * 4, None),  # two: each knows how much the other does
        ([{A: 9, B: 1, C: 1}] * 4, None),  # a quiet desk wears no one out
        ([MOST, MOST, MOST, {}], None),
        ([MOST, {A: 15, B: 30, C: 10}, MOST, MOST], None),  # half of one week was someone else's
        ([], None),
    ],
)
def test_the_desk_is_carried_by_one_with_more_than_half_of_it_in_each_week(weeks, person):
    assert carried_most(weeks) == person


@pytest.mark.parametrize(
    ("weeks", "share"),
    [([MOST] * 4, 30 / 55), ([{A: 6}, {B: 2}, {C: 2}, {}], 0.6), ([{A: 6, B: 2}] * 4, None),
     ([{}] * 4, None)],
)  # fmt: skip
def test_a_share_is_told_only_where_three_or_more_did_some_of_the_work(weeks, share):
    assert largest_share(weeks) == share


pytestmark = [pytest.mark.django_db]


def test_who_was_given_more_than_they_said_for_four_weeks_is_found(sam, vera, rosa):
    carrying.tasks(sam, per_week=2, each_week=3)
    carrying.tasks(vera, per_week=2, each_week=2)
    carrying.tasks(rosa, per_week=2, each_week=3, weeks=3)
    assert list(who_carries_far_more()) == [sam]


def test_what_was_let_go_is_no_burden(sam):
    carrying.tasks(sam, per_week=2, each_week=3)
    Claim.objects.filter(week_slot=3).update(state=ClaimState.RELEASED)
    assert list(who_carries_far_more()) == []


def test_the_week_that_runs_does_not_count_yet(sam):
    carrying.tasks(sam, per_week=2, each_week=3, weeks=3, ago=0)
    assert list(who_carries_far_more()) == []


@pytest.mark.parametrize("state", ["paused", "withdrawn"])
def test_who_takes_a_break_already_is_left_in_peace(sam, state):
    offer = carrying.tasks(sam, per_week=2, each_week=3)
    type(offer).objects.update(state=state)
    assert list(who_carries_far_more()) == []


def test_a_step_with_many_needs_is_one_and_a_call_is_one(carla):
    need, other = factories.need(), factories.need()
    now = clock.now()
    for about in (need, other):
        carrying.event(about, carla, now - timedelta(days=1))
    ContactLogEntry.objects.create(
        ask=need.ask, outcome="reached", by=carla, at=now - timedelta(days=8)
    )
    NeedEvent.objects.create(need=need, action="close", state="closed", actor_kind="site")
    assert desk_weeks() == [{carla.pk: 1}, {carla.pk: 1}, {}, {}]


def test_who_does_most_of_the_desk_is_found_among_three(carla):
    dora, eli = (factories.person(name, Role.COORDINATOR) for name in ("Dora", "Eli"))
    carrying.desk({carla: 12, dora: 3, eli: 2})
    assert list(who_carries_far_more()) == [carla]
    assert largest_share(desk_weeks()) == pytest.approx(12 / 17)


def test_weeks_begin_on_mondays_of_the_groups_own_time(sam):
    carrying.tasks(sam, per_week=1, each_week=2)
    weeks = set(Claim.objects.values_list("week", flat=True))
    assert weeks == {week_of(timezone.localdate()) - timedelta(weeks=n) for n in (1, 2, 3, 4)}
