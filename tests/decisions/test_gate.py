"""Where a group decides together, no person writes its rules alone, whichever way they come."""

import pytest

from mutualaid.decisions.kinds.policy import DAY_TO_DAY, HEAVY_VALUES, LIGHT_VALUES
from mutualaid.ending import actions as ending
from mutualaid.matching.actions import change_weights
from mutualaid.matching.models import current_points
from mutualaid.people.models import Role, User
from mutualaid.policy.actions import change_policy
from mutualaid.policy.current import read_policy
from mutualaid.policy.models import Policy
from mutualaid.singleton.guards import DecidedTogether
from tests.support import factories, voting, winding

pytestmark = pytest.mark.django_db
OTHER = {"wave_minutes_normal": 33}


def test_a_coordinator_alone_changes_no_rule_and_no_points(carla):
    voting.together()
    voting.member()
    before = read_policy().values(), current_points()
    with pytest.raises(DecidedTogether) as refused:
        change_policy(by=carla, changes=OTHER)
    assert refused.value.changes == OTHER
    with pytest.raises(DecidedTogether):
        change_weights({"near": 1.0}, by=carla)
    assert (read_policy().values(), current_points()) == before


def test_nor_does_a_superuser_or_a_site_keeper():
    voting.together()
    voting.member()
    for by in (factories.person(is_superuser=True), factories.person("", Role.SITE_KEEPER)):
        with pytest.raises(DecidedTogether):
            change_policy(by=by, changes=OTHER)
        with pytest.raises(DecidedTogether):
            change_weights({"near": 1.0}, by=by)


def test_a_rule_in_the_same_write_as_day_to_day_words_is_refused_with_them(carla):
    voting.together()
    voting.member()
    with pytest.raises(DecidedTogether):
        change_policy(by=carla, changes={"asking_paused": True, **OTHER})
    assert not read_policy().asking_paused


def test_what_is_said_from_day_to_day_stays_with_coordinators(carla):
    voting.together()
    change_policy(by=carla, changes={"asking_paused": True, "meeting_words": "Mondays at the well"})
    assert read_policy().is_asking_paused


def test_one_person_begins_to_decide_together_and_no_one_ends_it_alone(carla):
    voting.long_here(carla)
    change_policy(by=carla, changes={"has_decisions": True, **OTHER})
    assert read_policy().has_decisions
    assert read_policy().wave_minutes_normal == 33
    with pytest.raises(DecidedTogether):
        change_policy(by=carla, changes={"has_decisions": False})
    assert read_policy().has_decisions


def test_who_keeps_the_server_may_still_set_it_right():
    voting.together()
    change_policy(by=None, changes=OTHER)
    assert read_policy().wave_minutes_normal == 33


def test_the_end_of_a_group_is_called_off_by_one_and_asking_goes_on(carla):
    dora = factories.person("Dora", Role.COORDINATOR)
    proposal = winding.agreed(carla, dora)
    voting.together()
    ending.call_off(proposal, by=carla)
    assert not read_policy().is_asking_paused


def test_without_decisions_a_coordinator_changes_rules_and_points_as_before(carla):
    change_policy(by=carla, changes=OTHER)
    change_weights({"near": 1.0}, by=carla)
    assert read_policy().wave_minutes_normal == 33
    assert current_points().near == 1.0


def test_in_the_first_weeks_in_which_no_one_has_a_say_coordinators_set_rules_as_before(carla):
    voting.together()
    change_policy(by=carla, changes=OTHER)
    change_weights({"near": 1.0}, by=carla)
    assert read_policy().wave_minutes_normal == 33
    assert current_points().near == 1.0
    voting.long_here(carla, days=14)
    with pytest.raises(DecidedTogether):
        change_policy(by=carla, changes={"wave_minutes_normal": 34})
    with pytest.raises(DecidedTogether):
        change_weights({"near": 2.0}, by=carla)


def test_who_begins_to_decide_together_too_early_may_still_switch_it_off(carla):
    change_policy(by=carla, changes={"has_decisions": True})
    change_policy(by=carla, changes={"has_decisions": False})
    assert not read_policy().has_decisions


def test_what_only_members_decide_waits_for_them_also_in_the_first_weeks(carla):
    voting.together()
    with pytest.raises(DecidedTogether):
        change_policy(by=carla, changes={"counts_hours": True})


def test_once_something_was_proposed_no_one_gets_the_rules_back_by_switching_members_off(carla):
    voting.together()
    ada = voting.member("Ada")
    voting.closed(voting.proposed(ada))
    User.objects.filter(pk=ada.pk).update(is_active=False)
    with pytest.raises(DecidedTogether):
        change_policy(by=carla, changes={"wave_minutes_normal": 34})


def test_every_value_of_the_policy_is_light_heavy_or_from_day_to_day():
    every = {field.name for field in Policy.value_fields()}
    assert set(LIGHT_VALUES) | HEAVY_VALUES | DAY_TO_DAY == every
    assert len(LIGHT_VALUES) + len(HEAVY_VALUES) + len(DAY_TO_DAY) == len(every)
