"""What the values of the policy may be: each bound and each rule between fields, once.

Validators and `Policy.clean` check them before a write, and the database's constraints are made from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import CheckConstraint, F, Q, TextChoices
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

MOST_INVITATIONS_A_WEEK = 50
"""Assumed, not measured. The constraint on a person's own number uses it too."""
MOST_TRIES = 10_000
"""So high that a limit on floods is none. Assumed, not measured."""
LAST_HOUR = 23
LAST_WEEKDAY = 6
"""Sunday; Monday is 0."""
A_WEEK = 7
"""Days between two weekly messages to coordinators. What was sent must be known for longer."""
NOT_A_CHANCE = _("Write a number from 0 to 1.")
MOST_LIVE_CLAIMS = 50
"""Of one volunteer at once, whatever the group chooses. Assumed, not measured."""
MOST_HOURS_LIMIT = 200
"""Hours; five weeks of work. Assumed, not measured."""


class Joining(TextChoices):
    """How someone new begins. What it means for them: ADR 46."""

    OPEN = "open", _("open: everyone can do the same from the first day")
    BEGIN_SMALL = "begin_small", _("begin small: one task at a time, until a first help arrived")
    MEET_FIRST = "meet_first", _("meet first: an offer waits until one of us has met them")


def whole_number(low: int, high: int) -> list[MinValueValidator | MaxValueValidator]:
    """Return validators for a whole number from `low` to `high`, both included, with one message."""
    message = _between(low, high)
    return [MinValueValidator(low, message=message), MaxValueValidator(high, message=message)]


def chance(value: float) -> None:
    """Validate a probability. Raises `ValidationError` outside of 0 to 1, and for NaN."""
    if not 0 <= value <= 1:
        raise ValidationError(NOT_A_CHANCE)


@dataclass(frozen=True)
class Rule:
    """The sum of the fields in `less` is at most that of `more`, or with `strictly` below it.

    `name` must not be that of a field alone: PostgreSQL gives its own check of a positive number that name.
    """

    name: str
    less: tuple[str, ...]
    more: str
    message: StrOrPromise
    strictly: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.less, self.more)

    def holds(self, values: Any) -> bool:
        """Whether an object with these fields as attributes keeps the rule."""
        total, limit = sum(getattr(values, name) for name in self.less), getattr(values, self.more)
        return bool(total < limit if self.strictly else total <= limit)

    def constraint(self) -> CheckConstraint:
        first, *others = (F(name) for name in self.less)
        total: Any = first
        for other in others:
            total = total + other
        lookup = f"{self.more}__{'gt' if self.strictly else 'gte'}"
        return _check(self.name, Q(**{lookup: total}), self.message)


RULES = (
    Rule(
        "invitations_urgent",
        ("invitations_per_week",),
        "invitations_per_week_urgent",
        _("The limit for help today can't be lower than the usual limit."),
    ),
    Rule(
        "contact_hours_lapse_hours",
        ("contact_hours",),
        "lapse_hours",
        _("A silent yes can't end before the reminder goes out."),
    ),
    Rule(
        "contact_hours_lapse_hours_urgent",
        ("contact_hours_urgent",),
        "lapse_hours_urgent",
        _("For help today, a silent yes can't end before the reminder goes out."),
    ),
    Rule(
        "erase_preview_days_erase_days",
        ("erase_preview_days",),
        "erase_days",
        _("The warning has to be shorter than the time personal details are kept."),
        strictly=True,
    ),
    Rule(
        "link_days_erase_days",
        ("link_days_after_end",),
        "erase_days",
        _("A private link can't work longer than personal details are kept."),
    ),
    Rule(
        "resource_recheck_resource_hide",
        ("resource_recheck_days",),
        "resource_hide_days",
        _("What is near has to be checked again before it is hidden."),
        strictly=True,
    ),
    Rule(
        "answer_days_record_days",
        ("follow_up_days", "close_unconfirmed_days"),
        "record_days",
        _(
            "We have to remember what we sent for longer than we wait for an answer to it, or we'd ask"
            " twice."
        ),
        strictly=True,
    ),
    Rule(
        "counts_hours_has_decisions",
        ("counts_hours",),
        "has_decisions",
        _("Hours are noted only where members decide together."),
    ),
)


def constraints() -> list[CheckConstraint]:
    """Return the constraints of the policy's table, from the bounds and rules above."""
    waves = tuple(f"wave_chance_{name}" for name in ("low", "normal", "high", "critical"))
    invitations = ("invitations_per_week", "invitations_per_week_urgent")
    hours = ("digest_hour", "coordinator_digest_hour")
    return [
        _check("id", Q(pk=1), _("There is only one policy.")),
        _within("wave_chances", waves, 0, 1, NOT_A_CHANCE),
        _within("base_acceptance_rate", ("base_acceptance_rate",), 0, 1, NOT_A_CHANCE),
        _within("invitations", invitations, 1, MOST_INVITATIONS_A_WEEK),
        _within("hours_of_day", hours, 0, LAST_HOUR),
        _check("joining", Q(joining__in=Joining.values), _("Choose how new people begin.")),
        _within("live_claims", ("live_claims_per_person",), 1, MOST_LIVE_CLAIMS),
        _within("hours_limits", ("hours_limit",), 1, MOST_HOURS_LIMIT),
        _within("weekday", ("coordinator_digest_weekday",), 0, LAST_WEEKDAY),
        *(rule.constraint() for rule in RULES),
    ]


def _within(
    name: str, fields: Sequence[str], low: int, high: int, message: StrOrPromise = ""
) -> CheckConstraint:
    bounds = {f"{field}__gte": low for field in fields} | {
        f"{field}__lte": high for field in fields
    }
    return _check(name, Q(**bounds), message or _between(low, high))


def _between(low: int, high: int) -> StrOrPromise:
    return format_lazy(_("Write a whole number from {low} to {high}."), low=low, high=high)


def _check(name: str, condition: Q, message: StrOrPromise) -> CheckConstraint:
    return CheckConstraint(
        condition=condition,
        name=f"policy_{name}_check",
        violation_error_message=message,
    )
