"""The kinds of model fields of the policy, with their bounds as validators."""

from datetime import time
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from mutualaid.policy import limits


class Bounds(NamedTuple):
    """The lowest and the highest value, both included."""

    low: int
    high: int


HOURS = Bounds(1, 30 * 24)
DAYS = Bounds(1, 366)
MINUTES = Bounds(1, 7 * 24 * 60)


def number(
    label: StrOrPromise,
    start: int,
    bounds: tuple[int, int],
    help_text: StrOrPromise,
    db_default: Any = models.NOT_PROVIDED,
) -> "models.PositiveSmallIntegerField[int, int]":
    """A whole number within `bounds`, both included; `start` is its first value.

    `db_default` is for a new one: the release before, which does not know it, still writes rows.
    """
    return models.PositiveSmallIntegerField(
        label,
        default=start,
        db_default=db_default,
        validators=limits.whole_number(*bounds),
        help_text=help_text,
    )


def chance(
    label: StrOrPromise, start: float, help_text: StrOrPromise
) -> "models.FloatField[float, float]":
    """A probability, from 0 to 1."""
    return models.FloatField(label, default=start, validators=[limits.chance], help_text=help_text)


def clock(
    label: StrOrPromise, start: time, help_text: StrOrPromise
) -> "models.TimeField[time, time]":
    """A time of the day, in the reader's own time zone."""
    message = _("Write a time like 21:00.")
    errors = {"invalid": message, "invalid_time": message}
    return models.TimeField(label, default=start, help_text=help_text, error_messages=errors)
