"""Every write is one action: locked, validated, and in the history with who, when and what."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mutualaid.policy.actions import change_policy, make_policy
from mutualaid.policy.current import current_policy
from mutualaid.policy.models import PolicyChange
from mutualaid.singleton.history import entries
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


def test_a_change_is_in_the_history_with_who_when_and_what(carla):
    before = timezone.now()
    change_policy(by=carla, changes={"erase_days": 30, "needs_open_at_once": False})
    newest, first = entries(PolicyChange)
    assert (newest.who, newest.is_first, first.is_first) == ("Carla", False, True)
    assert before <= newest.at <= timezone.now()
    assert newest.values == [
        ("days until personal details are erased", "28", "30"),
        ("needs open at once", "yes", "no"),
    ]


def test_times_and_weekdays_are_told_as_people_write_them():
    change_policy(by=None, changes={"quiet_from": "22:15", "coordinator_digest_weekday": 2})
    night, day = next(entries(PolicyChange)).values
    assert (night.was, night.now) == ("midnight", "10:15 p.m.")
    assert (day.was, day.now) == ("Monday", "Wednesday")


def test_what_does_not_fit_is_not_written(carla):
    make_policy()
    with pytest.raises(ValidationError):
        change_policy(by=carla, changes={"erase_days": 30, "lapse_hours": 1})
    assert current_policy().erase_days == 28
    assert PolicyChange.objects.count() == 1


def test_what_is_not_different_is_no_change(carla):
    make_policy()
    assert change_policy(by=carla, changes={"erase_days": 28}) is None
    assert PolicyChange.objects.count() == 1


def test_only_what_is_a_value_can_be_changed():
    with pytest.raises(ValueError, match="version"):
        change_policy(by=None, changes={"version": 9})


@pytest.mark.django_db(transaction=True)
def test_of_many_first_changes_at_once_each_is_kept_and_the_row_is_made_once():
    hours = ["digest_hour", "coordinator_digest_hour", "erase_preview_days", "one_tap_days"]
    jobs = [partial(change_policy, by=None, changes={name: 5}) for name in hours]
    at_once(jobs)
    assert [getattr(current_policy(), name) for name in hours] == [5, 5, 5, 5]
    assert sorted(PolicyChange.objects.values_list("version", flat=True)) == [1, 2, 3, 4, 5]


def test_an_erased_account_leaves_the_change_without_its_name(carla):
    from mutualaid.retention.erasing import erase
    from mutualaid.retention.terms import ACCOUNT

    change_policy(by=carla, changes={"erase_days": 30})
    erase(ACCOUNT, [carla.pk])
    assert [entry.who for entry in entries(PolicyChange)] == ["", ""]
