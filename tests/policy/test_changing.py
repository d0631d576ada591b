"""Every write is one action: locked, validated, and in the history with who, when and what."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mutualaid.people.models import Role
from mutualaid.policy.actions import PolicyConflict, change_policy, make_policy
from mutualaid.policy.current import current_policy
from mutualaid.policy.history import entries, values_at
from mutualaid.policy.models import Policy, PolicyChange
from tests.support import factories
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


def test_a_change_is_in_the_history_with_who_when_and_what(carla):
    before = timezone.now()
    change_policy(by=carla, changes={"erase_days": 30, "needs_open_at_once": False})
    newest, first = entries()
    assert (newest.who, newest.is_first, first.is_first) == ("Carla", False, True)
    assert before <= newest.at <= timezone.now()
    assert newest.values == [
        ("days until personal details are erased", "28", "30"),
        ("needs open at once", "yes", "no"),
    ]


def test_times_and_weekdays_are_told_as_people_write_them():
    change_policy(by=None, changes={"quiet_from": "22:15", "coordinator_digest_weekday": 2})
    night, day = next(entries()).values
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


def test_a_change_of_another_value_meanwhile_is_kept(carla):
    make_policy()
    change_policy(by=carla, changes={"erase_days": 30}, seen=1)
    change_policy(by=carla, changes={"digest_hour": 7}, seen=1)
    assert (current_policy().erase_days, current_policy().digest_hour) == (30, 7)


def test_a_change_of_the_same_value_meanwhile_is_told_and_nothing_is_written(carla):
    make_policy()
    change_policy(by=carla, changes={"erase_days": 30}, seen=1)
    with pytest.raises(PolicyConflict) as refused:
        change_policy(by=None, changes={"erase_days": 40, "digest_hour": 7}, seen=1)
    conflict = refused.value.conflicts["erase_days"]
    assert (conflict.was, conflict.theirs, conflict.yours) == (28, 30, 40)
    assert conflict.change.by == carla
    assert (current_policy().erase_days, current_policy().digest_hour) == (30, 9)


def test_both_wanting_the_same_is_no_conflict_nor_is_what_was_taken_back(carla):
    make_policy()
    change_policy(by=carla, changes={"erase_days": 30}, seen=1)
    assert change_policy(by=carla, changes={"erase_days": 30}, seen=1) is None
    change_policy(by=carla, changes={"erase_days": 28}, seen=2)
    change_policy(by=carla, changes={"erase_days": 31}, seen=1)
    assert current_policy().erase_days == 31


def test_the_history_leads_back_to_every_version(carla):
    make_policy()
    for days in (30, 31, 32):
        change_policy(by=carla, changes={"erase_days": days, "quiet_from": f"2{days - 30}:00"})
    row = Policy.objects.get()
    assert [values_at(version, row)["erase_days"] for version in (1, 2, 3, 4)] == [28, 30, 31, 32]
    assert str(values_at(1, row)["quiet_from"]) == "00:00:00"


@pytest.mark.django_db(transaction=True)
def test_of_two_coordinators_at_once_on_one_value_one_is_told():
    make_policy()
    people = [factories.person(name, Role.COORDINATOR) for name in ("Carla", "Dora")]

    def change(number: int) -> bool:
        try:
            change_policy(by=people[number], changes={"erase_days": 30 + number}, seen=1)
        except PolicyConflict:
            return False
        return True

    assert sorted(at_once([partial(change, number) for number in (0, 1)])) == [False, True]
    assert list(PolicyChange.objects.values_list("version", flat=True)) == [2, 1]


@pytest.mark.django_db(transaction=True)
def test_of_many_first_changes_at_once_each_is_kept_and_the_row_is_made_once():
    hours = ["digest_hour", "coordinator_digest_hour", "erase_preview_days", "one_tap_days"]
    jobs = [partial(change_policy, by=None, changes={name: 5}, seen=0) for name in hours]
    at_once(jobs)
    assert [getattr(current_policy(), name) for name in hours] == [5, 5, 5, 5]
    assert sorted(PolicyChange.objects.values_list("version", flat=True)) == [1, 2, 3, 4, 5]


def test_an_erased_account_leaves_the_change_without_its_name(carla):
    from mutualaid.retention.erasing import erase
    from mutualaid.retention.terms import ACCOUNT

    change_policy(by=carla, changes={"erase_days": 30})
    erase(ACCOUNT, [carla.pk])
    assert [entry.who for entry in entries()] == ["", ""]
