"""How likely a yes is, whom to invite, how fast, at which hours: numbers in, numbers out."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutualaid.matching.outreach.acceptance import (
    Person,
    acceptance_factor,
    at_least_one,
    chance,
    invite_priority,
    whom_to_invite,
)
from mutualaid.matching.outreach.pacing import group_is_quiet_until, pace_of
from mutualaid.matching.scoring import Facts
from mutualaid.matching.search.invitation_history import Invitations
from requests_app.models import Need
from tests.support import factories

FACTS = Facts(
    km=0, reach_km=4, same_locality=True, same_category=True, languages=("English",),
    own_language=True, invitations_in_seven_days=0,
)  # fmt: skip


def changed(**fields: object) -> float:
    return acceptance_factor(Facts(**(vars(FACTS) | fields)))


def test_the_figures_are_those_of_the_design():
    assert acceptance_factor(FACTS) == 1.6
    assert changed(km=4, same_locality=False) == pytest.approx(0.5)
    assert changed(same_category=False) == pytest.approx(1.12)
    assert chance(0.1, 1.6, 0) == pytest.approx(0.16)
    assert chance(0.1, 1.6, 2) == pytest.approx(0.1185, abs=1e-4)
    assert chance(5, 1.6, 0) == 0.95


@pytest.mark.parametrize(("wanted", "asked"), [(0.97, 21), (0.72, 8), (0.38, 3), (0.19, 2)])
def test_as_many_are_invited_as_a_yes_takes(wanted, asked):
    people = {n: Person(0.16, 0, 0) for n in range(50)}
    chosen = whom_to_invite(people, so_far=0, target=wanted)
    assert chosen == list(range(asked))
    assert at_least_one([0.16] * asked) >= wanted > at_least_one([0.16] * (asked - 1))


def test_who_was_invited_already_counts_and_no_one_is_invited_in_vain():
    people = {n: Person(0.16, 0, 0) for n in range(50)}
    assert whom_to_invite(people, so_far=0.4, target=0.38) == []
    assert len(whom_to_invite(people, so_far=0.16, target=0.38)) == 2
    assert whom_to_invite({}, so_far=0, target=0.97) == []


def test_likely_rested_and_not_wanted_elsewhere_goes_first():
    people = {
        "wanted": Person(0.16, 0, 40),
        "tired": Person(0.16, 3, 0),
        "far": Person(0.05, 0, 0),
        "near": Person(0.16, 0, 0),
    }
    assert whom_to_invite(people, so_far=0, target=1) == ["near", "wanted", "tired", "far"]


def test_who_was_proposed_for_it_goes_before_all_others():
    people = {
        "near": Person(0.16, 0, 0),
        "proposed": Person(0.05, 4, 60, is_kept=True),
        "next": Person(0.16, 0, 0),
    }
    assert whom_to_invite(people, so_far=0, target=1) == ["proposed", "near", "next"]
    assert whom_to_invite(people, so_far=0, target=0.05) == ["proposed"]
    assert whom_to_invite(people, so_far=0.5, target=0.5) == []


PEOPLE = st.tuples(st.floats(0, 0.95), st.integers(0, 9), st.floats(0, 60), st.booleans())


@given(st.lists(PEOPLE, max_size=30))
def test_whoever_is_left_would_not_have_gone_first(rows):
    people = {n: Person(*row) for n, row in enumerate(rows)}
    chosen = whom_to_invite(people, so_far=0, target=0.5)
    left = [invite_priority(people[n]) for n in people if n not in chosen]
    assert all(invite_priority(people[n]) >= max(left, default=(False, 0.0)) for n in chosen)
    assert not left or at_least_one(people[n].chance for n in chosen) >= 0.5 - 1e-12


@pytest.mark.django_db
def test_five_a_week_two_a_day_and_where_it_is_urgent_eight_a_week():
    calm, urgent = pace_of(Need(urgency=2)), pace_of(Need(urgency=4))
    assert [calm.may_invite(Invitations(week, day)) for week, day in ((4, 1), (4, 2), (5, 0))] == [
        True, False, False,
    ]  # fmt: skip
    assert [urgent.may_invite(Invitations(week, week)) for week in (7, 8)] == [True, False]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hour", "until"),
    [(20, None), (21, 2), (23, 2), (0, 1), (7, 1), (8, None), (12, None)],
)
def test_quiet_hours_end_in_the_morning(hour, until):
    factories.set_policy(quiet_from="21:00", quiet_until="08:00")
    now = datetime(2026, 3, 1, hour, 30, tzinfo=UTC)
    assert group_is_quiet_until(now) == (datetime(2026, 3, until, 8, tzinfo=UTC) if until else None)


@pytest.mark.django_db
def test_quiet_hours_are_those_of_the_groups_clock(settings):
    factories.set_policy(quiet_from="21:00", quiet_until="08:00")
    settings.TIME_ZONE = "America/Port-au-Prince"
    assert group_is_quiet_until(datetime(2026, 1, 1, 1, 30, tzinfo=UTC)) is None  # 20:30 there
    assert group_is_quiet_until(datetime(2026, 1, 1, 3, 0, tzinfo=UTC)) == datetime(
        2026, 1, 1, 13, tzinfo=UTC
    )


@pytest.mark.django_db
def test_a_group_may_have_no_quiet_hours_or_some_at_noon():
    factories.set_policy(quiet_from="00:00", quiet_until="00:00")
    hours = [datetime(2026, 1, 1, hour, tzinfo=UTC) for hour in range(24)]
    assert not any(map(group_is_quiet_until, hours))
    factories.set_policy(quiet_from="12:00", quiet_until="14:00")
    assert group_is_quiet_until(hours[13]) == hours[14]
