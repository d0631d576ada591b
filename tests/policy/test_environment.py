"""The environment names first values. A mistake is told in one line; later the row counts."""

from datetime import time

import pytest
from django.core.checks import run_checks
from django.core.management import call_command

from mutualaid.policy import environment
from mutualaid.policy.actions import change_policy, make_policy
from mutualaid.policy.current import current_policy
from mutualaid.policy.environment import VARIABLES, BadEnvironment, as_environment, first_policy
from mutualaid.policy.models import Policy, PolicyChange
from mutualaid.policy.models.in_common import DECIDED_ONLY


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """Nothing of this machine's environment is a first value here."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


WRONG = [
    (
        {"WAVE_CHANCES": "0.1,0.2"},
        "WAVE_CHANCES=0.1,0.2: Write 4 numbers with commas between them: for no hurry, this week,"
        " in two days and today.",
    ),
    ({"WAVE_CHANCES": "0.1,0.2,0.3,3"}, "WAVE_CHANCES=0.1,0.2,0.3,3: Write a number from 0 to 1."),
    (
        {"WAVE_CHANCES": "nan,nan,nan,nan"},
        "WAVE_CHANCES=nan,nan,nan,nan: Write a number from 0 to 1.",
    ),
    ({"WAVE_MINUTES": "many"}, "WAVE_MINUTES=many: Write 4 numbers"),
    ({"WAVE_MINUTES": "1,2,x,4"}, "WAVE_MINUTES=1,2,x,4: “x” value must be an integer."),
    ({"DIGEST_HOUR": "24"}, "DIGEST_HOUR=24: Write a whole number from 0 to 23."),
    ({"QUIET_FROM": "25:00"}, "QUIET_FROM=25:00: Write a time like 21:00."),
    ({"INVITATIONS_PER_WEEK": "60"}, "INVITATIONS_PER_WEEK=60: Write a whole number from 1 to 50."),
    (
        {"COORDINATOR_DIGEST_WEEKDAY": "7"},
        "COORDINATOR_DIGEST_WEEKDAY=7: Choose a weekday from 0 (Monday) to 6 (Sunday).",
    ),
    ({"NEEDS_OPEN_AT_ONCE": "maybe"}, "NEEDS_OPEN_AT_ONCE=maybe: Write true or false."),
    (
        {"LAPSE_HOURS": "12"},
        "CONTACT_HOURS=24, LAPSE_HOURS=12: A silent yes can't end before the reminder goes out.",
    ),
    (
        {"ERASE_DAYS": "14"},
        "LINK_DAYS_AFTER_END=28, ERASE_DAYS=14: A private link can't work longer than personal"
        " details are kept.",
    ),
]


@pytest.mark.parametrize(("given", "message"), WRONG)
def test_a_mistake_is_one_line_that_names_the_variable_and_what_is_right(bare, given, message):
    for name, value in given.items():
        bare.setenv(name, value)
    with pytest.raises(BadEnvironment) as refused:
        first_policy()
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)
    found = [message for message in run_checks() if message.id == "mutualaid.E030"]
    assert [message.msg for message in found] == [str(refused.value)]


def test_each_mistake_has_a_line(bare):
    bare.setenv("DIGEST_HOUR", "24")
    bare.setenv("ERASE_DAYS", "many")
    assert len(environment.problems()) == 2


def test_good_ones_are_first_values_and_an_empty_one_counts_as_none(bare):
    for name, value in {
        "WAVE_CHANCES": "0.1, 0.2, 0.3, 0.4",
        "NEEDS_OPEN_AT_ONCE": "false",
        "QUIET_FROM": "22:15",
        "INVITATIONS_PER_WEEK": "",
        "ERASE_DAYS": "30",
    }.items():
        bare.setenv(name, value)
    first = first_policy()
    assert first.wave_chances == (0.1, 0.2, 0.3, 0.4)
    assert first.needs_open_at_once is False
    assert first.quiet_from == time(22, 15)
    assert (first.invitations_per_week, first.erase_days) == (5, 30)


def test_the_demo_has_no_night(settings):
    settings.DEMO = True
    assert first_policy().quiet_from == first_policy().quiet_until == time(0)


def test_every_value_has_its_variable_once():
    named = [field for fields in VARIABLES.values() for field in fields]
    every = {field.name for field in Policy.value_fields()}
    assert sorted(named) == sorted(every - DECIDED_ONLY)


@pytest.mark.django_db
def test_the_row_is_made_by_seed_and_wins_from_then_on(bare):
    bare.setenv("ERASE_DAYS", "30")
    assert current_policy().erase_days == 30
    assert not Policy.objects.exists()
    call_command("seed", verbosity=0)
    bare.setenv("ERASE_DAYS", "40")
    call_command("seed", verbosity=0)
    assert current_policy().erase_days == 30
    (first,) = PolicyChange.objects.all()
    assert (first.version, first.by, first.changes) == (1, None, {"erase_days": [28, 30]})


@pytest.mark.django_db
def test_what_the_environment_says_later_does_no_harm_even_if_it_is_wrong(bare):
    make_policy()
    bare.setenv("WAVE_CHANCES", "0.1")
    assert current_policy().wave_chances[3] == 0.97
    change_policy(by=None, changes={"erase_days": 30})
    assert current_policy().erase_days == 30


@pytest.mark.django_db
def test_a_policy_can_be_given_to_another_site_by_its_environment(bare):
    make_policy()
    other = {"erase_days": 30, "quiet_from": time(22, 15), "needs_open_at_once": False}
    change_policy(by=None, changes={**other, "wave_chance_low": 0.25})
    for name, value in as_environment(current_policy()).items():
        bare.setenv(name, value)
    there, here = first_policy(), current_policy()
    assert [getattr(there, f.name) for f in Policy.value_fields()] == [
        getattr(here, f.name) for f in Policy.value_fields()
    ]
