"""Caps count and warn. No one is turned away by them: people decide."""

from typing import NamedTuple

from django.db.models import TextChoices

from mutualaid.fund.models import Expense


class Cap(TextChoices):
    HOUSEHOLD = "household"
    POT = "pot"


class CapWarning(NamedTuple):
    """With this expense, `total` would go out in a month of which the group said `most`, in minor units."""

    cap: Cap
    most: int
    total: int


def cap_warnings(expense: Expense) -> list[CapWarning]:
    """Return which caps of its pot an expense is over, with what is promised or was paid this month beside it."""
    raise NotImplementedError
