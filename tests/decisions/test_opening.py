"""What can be proposed, how often, and until when the group looks at it again."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mutualaid.decisions import actions
from mutualaid.decisions.actions.deciding import MOST_REVIEW_DAYS
from mutualaid.decisions.models import Decision, Subject
from mutualaid.policy.current import read_policy
from tests.support import factories, voting
from tests.support.voting import (
    closed,
    member,
    members,
    proposed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _together(db: None) -> None:
    voting.together()


def test_no_two_open_proposals_are_about_the_same_value():
    ada, ben = members(2)
    first = proposed(ada)
    with pytest.raises(actions.ProposedAlready) as refused:
        proposed(ben, {"wave_minutes_normal": 12, "wave_minutes_high": 12})
    assert refused.value.decision == first
    assert Decision.objects.count() == 1
    proposed(ben, {"wave_minutes_high": 12})
    closed(first)
    proposed(ben, {"wave_minutes_normal": 12})


def test_one_person_has_two_open_proposals_at_most():
    ada, ben = members(2)
    first = proposed(ada)
    proposed(ada, {"wave_minutes_high": 12})
    with pytest.raises(actions.TooManyOpen):
        proposed(ada, {"wave_minutes_low": 120})
    proposed(ben, {"wave_minutes_low": 120})
    closed(first)
    proposed(ada, {"wave_minutes_critical": 12})


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("policy", {}),
        ("policy", {"no_such_value": 1}),
        ("policy", {"erase_days": 60}),
        ("policy", {"asking_paused": True}),
        ("policy", {"invitations_per_week": 0}),
        ("policy", {"invitations_per_week": 51, "invitations_per_week_urgent": 50}),
        ("policy", {"joining": "by lot"}),
        ("policy_heavy", {"erase_days": 1, "erase_preview_days": 7}),
        ("policy_heavy", {"has_decisions": True}),
        ("points", {"near": -1}),
        ("points", {"near": float("nan")}),
        ("points", {"near": 101}),
        ("points", {"near": "many"}),
        ("points", {"nearness": 5}),
        ("agreement", {"words": "", "replaces": ""}),
        ("agreement", {"words": "x", "replaces": "no such one"}),
    ],
)
def test_values_that_are_not_allowed_are_not_proposed(kind, values):
    factories.set_points()
    ada = member()
    with pytest.raises(ValidationError):
        proposed(ada, values, kind=kind)
    assert not Decision.objects.exists()
    assert not Subject.objects.exists()


def test_a_proposal_for_what_is_so_already_is_none():
    ada = member()
    with pytest.raises(ValidationError):
        proposed(ada, {"wave_minutes_normal": read_policy().wave_minutes_normal})


def test_the_day_to_look_at_it_again_is_within_a_year_after_the_last_answer():
    ada = member()
    latest = actions.latest_review("policy")
    assert proposed(ada).review_on == latest
    ends = timezone.localdate() + timedelta(days=5)
    assert latest - ends == timedelta(days=MOST_REVIEW_DAYS)
    for wrong in (ends, latest + timedelta(days=1)):
        with pytest.raises(ValidationError):
            proposed(ada, {"wave_minutes_high": 12}, review_on=wrong)
