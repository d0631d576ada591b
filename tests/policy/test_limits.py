"""What the values may be: refused before a write with a sentence, and by the database whoever writes."""

from datetime import time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import BooleanField, DateField, TimeField

from mutualaid.policy import limits
from mutualaid.policy.actions import make_policy
from mutualaid.policy.models import Policy

WITHOUT_BOUNDS = (BooleanField, DateField, TimeField)
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"digest_hour": 24}, "Write a whole number from 0 to 23."),
    ({"digest_hour": -1}, "Write a whole number from 0 to 23."),
    ({"coordinator_digest_hour": 24}, "Write a whole number from 0 to 23."),
    ({"coordinator_digest_weekday": 7}, "Choose a weekday from 0 (Monday) to 6 (Sunday)."),
    ({"wave_chance_critical": 1.01}, "Write a number from 0 to 1."),
    ({"wave_chance_low": -0.1}, "Write a number from 0 to 1."),
    ({"base_acceptance_rate": float("nan")}, "Write a number from 0 to 1."),
    ({"wave_minutes_low": 0}, "Write a whole number from 1 to 10080."),
    ({"quiet_from": "25:00"}, "Write a time like 21:00."),
    ({"quiet_until": "late"}, "Write a time like 21:00."),
    ({"invitations_per_week": 60}, "Write a whole number from 1 to 50."),
    ({"invitations_per_week": 0}, "Write a whole number from 1 to 50."),
    ({"shortlist_size": 0}, "Write a whole number from 1 to 500."),
    ({"contact_hours": 0}, "Write a whole number from 1 to 720."),
    ({"erase_days": 0}, "Write a whole number from 1 to 366."),
    ({"record_days": 7}, "Write a whole number from 8 to 366."),
    ({"hours_limit": 201}, "Write a whole number from 1 to 200."),
    ({"block_days": 4000}, "Write a whole number from 1 to 3660."),
]
RULES: list[tuple[dict[str, Any], str, set[str]]] = [
    (
        {"counts_hours": True},
        "Hours are noted only where members decide together.",
        {"counts_hours", "has_decisions"},
    ),
    (
        {"lapse_hours": 12},
        "A silent yes can't end before the reminder goes out.",
        {"contact_hours", "lapse_hours"},
    ),
    (
        {"contact_hours_urgent": 7},
        "For help today, a silent yes can't end before the reminder goes out.",
        {"contact_hours_urgent", "lapse_hours_urgent"},
    ),
    (
        {"invitations_per_week": 9},
        "The limit for help today can't be lower than the usual limit.",
        {"invitations_per_week", "invitations_per_week_urgent"},
    ),
    (
        {"erase_preview_days": 28},
        "The warning has to be shorter than the time personal details are kept.",
        {"erase_preview_days", "erase_days"},
    ),
    (
        {"link_days_after_end": 29},
        "A private link can't work longer than personal details are kept.",
        {"link_days_after_end", "erase_days"},
    ),
    (
        {"follow_up_days": 20, "close_unconfirmed_days": 8},
        "We have to remember what we sent for longer than we wait for an answer to it, or we'd ask"
        " twice.",
        {"follow_up_days", "close_unconfirmed_days", "record_days"},
    ),
    (
        {"resource_recheck_days": 90, "resource_hide_days": 90},
        "What is near has to be checked again before it is hidden.",
        {"resource_recheck_days", "resource_hide_days"},
    ),
]
FIT: list[dict[str, Any]] = [
    {},
    {"digest_hour": 0, "coordinator_digest_hour": 23, "coordinator_digest_weekday": 6},
    {"wave_chance_low": 0, "wave_chance_critical": 1},
    {"quiet_from": time(0), "quiet_until": time(0)},
    {"invitations_per_week": 50, "invitations_per_week_urgent": 50},
    {"contact_hours": 48},
    {"erase_days": 1, "erase_preview_days": 0, "link_days_after_end": 1},
    {"change_notice_minutes": 0},
]


@pytest.mark.parametrize(("values", "message"), REFUSED)
def test_a_value_out_of_bounds_is_refused_beside_its_field(values, message):
    with pytest.raises(ValidationError) as refused:
        Policy(pk=1, **values).validate()
    assert all(refused.value.message_dict[name][0] == message for name in values)


@pytest.mark.parametrize(("values", "message", "fields"), RULES)
def test_values_that_do_not_fit_together_are_told_beside_each_of_them(values, message, fields):
    with pytest.raises(ValidationError) as refused:
        Policy(pk=1, **values).validate()
    assert refused.value.message_dict == {name: [message] for name in fields}


@pytest.mark.parametrize("values", FIT)
def test_values_at_the_edge_fit(values):
    Policy(pk=1, **values).validate()


def test_every_rule_has_a_row_above():
    assert {str(rule.message) for rule in limits.RULES} == {
        message for _values, message, _fields in RULES
    }


@pytest.mark.django_db
@pytest.mark.parametrize(("values", "message", "fields"), RULES)
def test_the_database_holds_every_rule_whoever_writes(values, message, fields):
    make_policy()
    with pytest.raises(IntegrityError, match=r"policy_\w+_check"), transaction.atomic():
        Policy.objects.update(**values)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"wave_chance_low": 2},
        {"base_acceptance_rate": -1},
        {"invitations_per_week": 0},
        {"invitations_per_week_urgent": 51},
        {"digest_hour": 24},
        {"coordinator_digest_hour": 24},
        {"coordinator_digest_weekday": 7},
    ],
)
def test_the_database_holds_the_bounds_that_would_stop_the_site(values):
    make_policy()
    with pytest.raises(IntegrityError, match=r"policy_\w+_check"), transaction.atomic():
        Policy.objects.update(**values)


def test_every_value_has_a_plain_sentence_and_numbers_and_texts_have_bounds():
    for field in Policy.value_fields():
        assert str(field.help_text).endswith("."), field.name
        bounded = field.choices or field.validators or isinstance(field, WITHOUT_BOUNDS)
        assert bounded, field.name
