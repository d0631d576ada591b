"""Let time pass without waiting: every moment that a job looks at is moved back."""

from datetime import timedelta

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
