"""Let time pass without waiting: every moment that a job looks at is moved back, or the clocks are moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

import time_machine
from django.utils import timezone

from mutualaid import clock
from mutualaid.resources.models import Resource, ResourceReport
from requests_app.models import AccessLogEntry, Claim, Need, Series

TIMES = {
    AccessLogEntry: ("at",),
    Claim: ("claimed_at", "reminded_at", "silent_since", "delivered_at", "reminded_again_at"),
    Need: (
        "created_at",
        "urgency_changed_at",
        "open_until",
        "needed_by",
        "warned_at",
        "aside_until",
        "recurrence_id",
    ),
    Resource: ("checked_on",),
    ResourceReport: ("created_at", "settled_at"),
    Series: ("starts_on", "made_until"),
}


def later(**span: float) -> None:
    """Let `span` (arguments of `timedelta`) pass; dates move by whole days."""
    for model, fields in TIMES.items():
        for row in model._default_manager.order_by("pk"):
            moved = {f: getattr(row, f) - timedelta(**span) for f in fields if getattr(row, f)}
            if moved:
                model._default_manager.filter(pk=row.pk).update(**moved)


@contextmanager
def travel(moment: datetime | str) -> Iterator[time_machine.Traveller]:
    """Stop all machines' clocks at `moment`, that of the database too, but for `Now()` within queries."""
    with (
        time_machine.travel(moment, tick=False) as moved,
        patch.object(clock, "now", timezone.now),
    ):
        yield moved


@contextmanager
def wrong_by(wrong: timedelta) -> Iterator[None]:
    """Be a machine whose clock is wrong; the database's clock is right."""
    with time_machine.travel(timezone.now() + wrong):
        yield
